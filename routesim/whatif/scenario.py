"""What-if scenarios: a journey with changed assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import isnan, nan
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from routesim.errors import ArgumentError, Fault, TimeError, UnknownNameError
from routesim.evidence import parse_duration, parse_time
from routesim.journey import require_journey
from routesim.journey.priors import Fixed, Uniform
from routesim.journey.records import DepartureRow, OriginRow, StopRow
from routesim.text.times import format_utc, to_datetime
from routesim.units import SECONDS_PER_MINUTE, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel

    from routesim.journey import Journey
    from routesim.journey.priors import Distribution


ASKED = "asked in a what-if"

RowType = TypeVar("RowType", bound="BaseModel")
Speed = float | tuple[float, float] | list[float]
Time = str | datetime
Duration = str | float | timedelta


def what_if(
    journey: Journey,
    *,
    speed_kmh: Speed | Mapping[str, Speed] | None = None,
    departure: Time | tuple[Time, Time] | Mapping[str, Time] | None = None,
    dwell: Mapping[str, Duration] | None = None,
    route: str | None = None,
    drop: Sequence[str] = (),
) -> Journey:
    """Return a journey with some assumptions changed.

    Parameters
    ----------
    journey : Journey
        The journey to start from. It is not changed.
    speed_kmh : float, tuple of float or mapping of str, optional
        Running speed in km/h: a number, a pair (uniform between them), or a mapping of
        either by line. It must be above 0 and at most the maximum of the train.
    departure : str, datetime, tuple or mapping of str, optional
        Time of departure with its zone: ISO 8601 text with an offset or ``Z``, or an aware
        datetime. A pair of times is a window (uniform between them). A mapping of one
        station to either also sets the origin: ``{"Khasan": "2019-04-24T11:40+10:00"}``.
    dwell : mapping of str, optional
        Dwell by station, as text with its unit or as a timedelta: ``{"Khasan": "1h"}``. A
        stop is added where the plan has none. With a dwell of 0 the train passes without
        stopping, except where the route reverses.
    route : str, optional
        Id of the route to use as the default route.
    drop : sequence of str, default ()
        Ids of reports to remove.

    Returns
    -------
    Journey
        The changed journey. ``changes`` lists the changes in words.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a :class:`Journey`, a speed is out of range, a pair of speeds is
        not in order, ``departure`` does not name one station that every route passes and
        continues beyond, ``dwell`` is not a mapping, or no route passes one of its stations.
    TimeError
        If a time or duration cannot be read, a time has no zone or lies outside 1800 to 2200, a
        duration has no unit or is negative, or a window of departure ends before it begins.
    UnknownNameError
        If a route, line, station or report is not known.

    See Also
    --------
    set_priors : Replace any prior of the plan by name.
    compare_windows : Compare the windows of two simulations.
    simulate : Draw journeys from the priors.

    Examples
    --------
    >>> import routesim as rs
    >>> base = rs.load_journey("2019-04")
    >>> rs.what_if(base, speed_kmh=(50, 60), route="direct").changes
    ('running speed 50 to 60 km/h', 'route direct')
    >>> changed = rs.what_if(base, dwell={"Khasan": "1h"}, drop=["C47"])
    >>> changed.changes, len(changed.reports)
    (('dwell at Khasan 60 min', 'without C47'), 14)

    Without any change, the journey itself is returned:

    >>> rs.what_if(base) is base
    True
    """
    require_journey(journey)
    if dwell is not None and not isinstance(dwell, Mapping):
        raise ArgumentError(Fault("dwell", f"cannot be {dwell!r:.40}", 'give {"Khasan": "1h"}'))
    changed = journey
    if speed_kmh is not None:
        changed = _change_speed(changed, speed_kmh)
    if departure is not None:
        changed = _change_departure(changed, departure)
    for station, duration in (dwell or {}).items():
        changed = _change_dwell(changed, station, duration)
    if route is not None:
        changed = _note(
            changed, f"route {route}", default_route=changed.get_hypothesis(route).id
        )
    if drop:
        ids = {changed.get_report(report_id).id for report_id in drop}
        kept = tuple(report for report in changed.reports if report.id not in ids)
        changed = _note(changed, f"without {', '.join(sorted(ids))}", reports=kept)
    return changed


def _note(journey: Journey, words: str, **fields: Any) -> Journey:
    return replace(journey, changes=(*journey.changes, words), **fields)


def _note_plan(journey: Journey, words: str, **tables: Any) -> Journey:
    return _note(journey, words, plan=journey.plan.model_copy(update=tables))


def _change_rows(
    rows: Iterable[RowType], key: str, changes: Mapping[str, Any]
) -> list[RowType]:
    """Return the rows with new fields for those whose ``key`` is in ``changes``."""
    return [
        row.model_copy(update=changes[name]) if (name := getattr(row, key)) in changes else row
        for row in rows
    ]


def _change_speed(journey: Journey, speed: Speed | Mapping[str, Speed]) -> Journey:
    lines = [row.line for row in journey.plan.speeds]
    by_line = dict(speed) if isinstance(speed, Mapping) else dict.fromkeys(lines, speed)
    for line in by_line:
        if line not in lines:
            raise UnknownNameError("line with a speed in the plan", line, lines)
    changes = {
        line: {"running_kmh": _make_speed(journey, value), "reports": (), "reason": ASKED}
        for line, value in by_line.items()
    }
    words = (
        ", ".join(f"{_format_speed(value)} on {line}" for line, value in by_line.items())
        if isinstance(speed, Mapping)
        else _format_speed(speed)
    )
    speeds = _change_rows(journey.plan.speeds, "line", changes)
    return _note_plan(journey, f"running speed {words}", speeds=speeds)


def _make_speed(journey: Journey, speed: Speed) -> Distribution:
    low, high = _read_ends(speed)
    highest = mps_to_kmh(journey.train.max_speed_mps)
    if not 0 < low <= high <= highest * (1 + 1e-12):
        what = "cannot be used"
        remedy = f"give speeds above 0, at most {highest:g} km/h (the train)"
        if low > high:
            what, remedy = "is no range", "give the lower speed first"
        raise ArgumentError(Fault("speed_kmh", f"{_format_speed(speed)} {what}", remedy))
    return Fixed(value=low) if low == high else Uniform(low=low, high=high)


def _read_ends(speed: Speed) -> tuple[float, float]:
    """Return the two ends of a speed; NaN for anything but one or two numbers.

    NaN fails every comparison, so it is refused with the other wrong speeds.
    """
    ends = speed if isinstance(speed, tuple | list) else (speed, speed)
    if len(ends) == 2 and all(isinstance(end, int | float | np.number) for end in ends):  # noqa: PLR2004
        return float(ends[0]), float(ends[1])
    return nan, nan


def _format_speed(speed: Speed) -> str:
    low, high = _read_ends(speed)
    if isnan(low):
        return f"{speed!r:.40}"
    return f"{low:g} to {high:g} km/h" if high != low else f"{low:g} km/h"


def _change_departure(
    journey: Journey, departure: Time | tuple[Time, Time] | Mapping[str, Time]
) -> Journey:
    origins, place = journey.plan.origins, ""
    if isinstance(departure, Mapping):
        if len(departure) != 1:
            raise ArgumentError(
                Fault("departure", f"names {len(departure)} places", "name one")
            )
        ((name, departure),) = departure.items()
        station = journey.network.find_station(name).name
        for hypothesis in journey.routes.values():
            if not hypothesis.route.passes(station):
                what = f"route {hypothesis.id} does not pass {station}"
                raise ArgumentError(Fault("departure", what))
            if hypothesis.route.destination == station:
                what = f"route {hypothesis.id} ends at {station}"
                raise ArgumentError(Fault("departure", what))
        origins, place = (OriginRow(station=station, reason=ASKED),), f" from {station}"
    ends = departure if isinstance(departure, tuple) else (departure, departure)
    start_s, end_s = (parse_time(end, where="departure") for end in ends)
    if start_s > end_s:
        raise TimeError(Fault("departure", "ends before it begins"))
    row = DepartureRow.model_validate(
        {"from": to_datetime(start_s), "to": to_datetime(end_s), "reason": ASKED}
    )
    words = format_utc(start_s) + (f" to {format_utc(end_s)}" if end_s > start_s else "")
    return _note_plan(journey, f"departure{place} {words}", departure=(row,), origins=origins)


def _change_dwell(journey: Journey, station: str, duration: Duration) -> Journey:
    name = journey.network.find_station(station).name
    if not any(h.route.passes(name) for h in journey.routes.values()):
        raise ArgumentError(Fault("dwell", f"no route of the journey passes {name}"))
    minutes = parse_duration(duration, where=f"dwell at {name}") / SECONDS_PER_MINUTE
    asked: dict[str, Any] = {"dwell_min": Fixed(value=minutes), "reason": ASKED}
    stops = _change_rows(journey.plan.stops, "station", {name: asked})
    if not any(row.station == name for row in stops):
        stops += (StopRow(station=name, **asked),)
    return _note_plan(journey, f"dwell at {name} {minutes:g} min", stops=stops)
