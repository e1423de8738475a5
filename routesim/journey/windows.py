"""Windows of passages: quantiles of the arrivals and departures of many draws.

Frames, files, maps and pages all take them from :func:`measure_windows`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import lazy_loader
import numpy as np

from routesim.answers import get_fields
from routesim.errors import ArgumentError, Fault
from routesim.text.names import format_visit
from routesim.text.rounding import round_times
from routesim.text.times import to_datetime

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import geopandas as gpd
    import pandas as pd

    from routesim.arrays import Array
    from routesim.journey.plan_draws import PassageTimes
    from routesim.network import Passage, Route
else:
    gpd = lazy_loader.load("geopandas")
    pd = lazy_loader.load("pandas")


DEFAULT_LEVELS = (0.05, 0.5, 0.95)
EVENTS = ("arrive", "depart")

Times = tuple[int, ...] | None
Errors = tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class PassageWindow:
    """Windows of arrival and departure at one passage.

    Parameters
    ----------
    index
        Index of the passage in the route.
    passage
        The passage of a timing point.
    stops
        Whether a stop is planned here.
    share
        Share of the draws that pass here, 0..1.
    levels
        Levels of the quantiles, 0..1.
    arrive, depart
        Quantiles in whole POSIX seconds, one per level. None where no draw arrives or
        departs.
    arrive_mcse_s, depart_mcse_s
        Monte Carlo standard errors of the quantiles in seconds, NaN where there is no time.
        None for independent draws.
    """

    index: int
    passage: Passage
    stops: bool
    share: float
    levels: tuple[float, ...]
    arrive: Times
    depart: Times
    arrive_mcse_s: Errors
    depart_mcse_s: Errors

    @property
    def name(self) -> str:
        """Name of the station, with the number of the visit from the second on."""
        return format_visit(self.passage.station.name, self.passage.visit)

    @property
    def rounded(self) -> PassageWindow:
        """The same window with times rounded to their errors, as shown in text."""
        return replace(
            self,
            arrive=round_times(self.arrive, self.arrive_mcse_s, self.levels),
            depart=round_times(self.depart, self.depart_mcse_s, self.levels),
        )

    def list_times(self) -> dict[str, datetime | None]:
        """Return the times, aware UTC, by column: ``arrive_p05`` ... ``depart_p95``."""
        return {
            f"{event}_{name}": time
            for event, described in self.events.items()
            for name, time in described.items()
            if name != "mcse_s"
        }

    def list_errors(self) -> dict[str, float]:
        """Return the errors in seconds by column: ``arrive_p05_mcse_s`` ... ; may be empty."""
        return {
            f"{event}_{name}_mcse_s": error
            for event, described in self.events.items()
            for name, error in described.get("mcse_s", {}).items()
        }

    def describe(self) -> dict[str, Any]:
        """Return the fields of the JSON document: place, arrival and departure."""
        return get_fields(self.passage, ("station=station.name", "visit", "km")) | self.events

    @property
    def events(self) -> dict[str, dict[str, Any]]:
        """Times by event and name of quantile, with their errors under ``mcse_s``."""
        names = [format_level(level) for level in self.levels]
        events: dict[str, dict[str, Any]] = {}
        for event in EVENTS:
            times, errors = getattr(self, event), getattr(self, f"{event}_mcse_s")
            shown = [None] * len(names) if times is None else map(to_datetime, times)
            events[event] = dict(zip(names, shown, strict=True))
            if errors is not None:
                events[event]["mcse_s"] = dict(zip(names, errors, strict=True))
        return events


def check_levels(levels: Sequence[float]) -> None:
    """Check the levels of quantiles.

    Raises
    ------
    ArgumentError
        If there is no level, or one lies outside 0..1.
    """
    if not levels or not all(0.0 <= level <= 1.0 for level in levels):
        raise ArgumentError([Fault("levels", f"{tuple(levels)}", "give shares in 0..1")])


def measure_windows(
    draws: PassageTimes,
    levels: Sequence[float] = DEFAULT_LEVELS,
    indices: Iterable[int] | None = None,
    *,
    with_errors: bool = True,
) -> tuple[PassageWindow, ...]:
    """Measure the windows at passages of a route.

    The draws are an ensemble or a posterior. The levels are shares in 0..1, rising.
    ``indices`` are those of the passages; None for all, in the order of the route. The errors
    of a posterior take most of the computing time; ``with_errors=False`` skips them.

    Raises
    ------
    ArgumentError
        If there is no level, or one lies outside 0..1.
    """
    check_levels(levels)
    passages = draws.route.passages
    measure = partial(_measure, draws, np.asarray(levels), with_errors=with_errors)
    starts = {int(index) for index in np.unique(draws.origin_index)}
    windows = []
    for index in range(len(passages)) if indices is None else indices:
        stops = index in draws.dwell_s
        arrive = measure(draws.get_arrivals(index))
        # Where no draw stops or starts, the departure is the arrival.
        is_passed = not stops and index not in starts and index < len(passages) - 1
        depart = arrive if is_passed else measure(draws.get_departures(index))
        windows.append(
            PassageWindow(
                index=index,
                passage=passages[index],
                stops=stops,
                share=float(np.mean(draws.origin_index <= index)),
                levels=tuple(levels),
                arrive=arrive[0],
                depart=depart[0],
                arrive_mcse_s=arrive[1],
                depart_mcse_s=depart[1],
            )
        )
    return tuple(windows)


def tabulate_windows(windows: Sequence[PassageWindow], route: Route) -> gpd.GeoDataFrame:
    """Tabulate windows, one row per passage; see :meth:`routesim.Ensemble.windows`."""
    points = route.points.iloc[[window.index for window in windows]].reset_index(drop=True)
    columns: dict[str, Any] = {
        **{key: points[key] for key in ("station", "visit", "km", "tz")},
        "stops": [window.stops for window in windows],
        "share": [window.share for window in windows],
    }
    rows = [window.list_times() for window in windows]
    for name in rows[0] if rows else ():
        times = [row[name] for row in rows]
        columns[name] = pd.to_datetime(pd.Series(times), utc=True)
        columns[f"{name}_local"] = pd.Series(
            [
                None if time is None else time.astimezone(ZoneInfo(zone))
                for time, zone in zip(times, points["tz"], strict=True)
            ],
            dtype=object,
        )
    errors = [window.list_errors() for window in windows]
    columns |= {name: [row[name] for row in errors] for name in (errors[0] if errors else ())}
    return gpd.GeoDataFrame(columns, geometry=points.geometry, crs=points.crs)


def format_level(level: float) -> str:
    """Return the name of a quantile: p05 for 0.05, p97.5 for 0.975."""
    return f"p{round(100 * level, 6):04.1f}".replace(".0", "")


def _measure(
    draws: PassageTimes, levels: Array, times_s: Array, *, with_errors: bool
) -> tuple[Times, Errors]:
    """Return the quantiles of times without NaN, in whole seconds, and their errors."""
    errors = draws.find_quantile_errors(times_s, levels) if with_errors else None
    there = times_s[np.isfinite(times_s)]
    if not there.size:
        return None, errors
    return tuple(round(float(value)) for value in np.quantile(there, levels)), errors
