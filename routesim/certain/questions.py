"""Questions: reading what is asked of ``could`` - places, windows, standing, a speed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor, inf
from typing import TYPE_CHECKING

from routesim.errors import ArgumentError, Fault
from routesim.evidence import parse_duration, parse_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.journey import Journey
    from routesim.network import Route


Time = str | datetime
Duration = str | float | timedelta
PAIR = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing asked: at a place within a window, or standing there for so long.

    ``event`` is present, depart, arrive or stand.
    """

    place: str
    window_s: tuple[float, float] | None = None
    event: str = "present"
    stand_s: float = 0.0


def read_cap(speed_kmh: float | tuple[float, float]) -> float:
    """Read a speed, or a range of speeds, as the cap that it sets: the upper end.

    Raises
    ------
    ArgumentError
        If it is no speed.
    """
    ends = speed_kmh if isinstance(speed_kmh, tuple | list) else (speed_kmh, speed_kmh)
    good = len(ends) == PAIR and all(
        isinstance(end, int | float) and not isinstance(end, bool) and 0 < end < inf
        for end in ends
    )
    if not good or ends[0] > ends[1]:
        what, remedy = (
            f"{speed_kmh!r:.40} cannot be",
            "give a number above 0, or two rising ones",
        )
        raise ArgumentError([Fault("speed_kmh", what, remedy)])
    return float(ends[1])


def read_wishes(
    journey: Journey,
    station: str | None,
    time: Time | tuple[Time, Time] | None,
    stand: Duration | Mapping[str, Duration] | None,
    *,
    at: Mapping[str, Time | tuple[Time, Time]] | None,
    depart: Mapping[str, Time | tuple[Time, Time]] | None,
    arrive: Mapping[str, Time | tuple[Time, Time]] | None,
) -> list[Wish]:
    """Read what is asked of places: present, leaving or reaching at times, or standing.

    Raises
    ------
    ArgumentError
        If nothing is asked, or half of it is missing.
    TimeError
        If a time or duration cannot be read.
    UnknownNameError
        If a station is not known.
    """
    present, durations = dict(at or {}), stand if isinstance(stand, Mapping) else {}
    if station is not None:
        if time is None and stand is None:
            remedy = "say when, or how long: time= or stand="
            raise ArgumentError([Fault("time", "is missing", remedy)])
        if time is not None:
            present[station] = time
        if stand is not None and not isinstance(stand, Mapping):
            durations = {station: stand}
    elif time is not None or (stand is not None and not isinstance(stand, Mapping)):
        raise ArgumentError([Fault("station", "is missing", "say where: station='Khasan'")])
    wishes: list[Wish] = []
    asked = {"present": present, "depart": depart or {}, "arrive": arrive or {}}
    for event, places in asked.items():
        for place, when in places.items():
            name = journey.network.find_station(place).name
            wishes.append(Wish(name, _read_window(when, place), event))
    for place, duration in durations.items():
        name = journey.network.find_station(place).name
        seconds = parse_duration(duration, where=f"standing at {name}")
        wishes.append(Wish(name, None, "stand", seconds))
    if not wishes:
        remedy = "give station and time, at, depart, arrive or stand"
        raise ArgumentError([Fault("at", "nothing is asked", remedy)])
    return wishes


def _read_window(when: Time | tuple[Time, Time], place: str) -> tuple[float, float]:
    ends = when if isinstance(when, tuple | list) else (when, when)
    if len(ends) != PAIR:
        raise ArgumentError([Fault(place, f"{when!r:.40} is no time", "give one or a pair")])
    low, high = (parse_time(end, where=place) for end in ends)
    if low > high:
        raise ArgumentError([Fault(place, "the time ends before it begins", "swap its ends")])
    return ceil(low), floor(high)


def check_places(wishes: Sequence[Wish], route: Route, route_id: str) -> None:
    """Refuse places that a route does not pass.

    Raises
    ------
    ArgumentError
        With all of them.
    """
    faults = [
        Fault("at", f"route {route_id} does not pass {wish.place}", "name another route")
        for wish in wishes
        if not route.passes(wish.place)
    ]
    if faults:
        raise ArgumentError(faults)
