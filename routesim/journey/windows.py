"""The windows of passages: quantiles of the arrivals and departures of many draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import lazy_loader
import numpy as np

from routesim.errors import ArgumentError, Fault
from routesim.text.times import to_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from routesim.journey.plan_draws import PassageTimes
else:
    gpd = lazy_loader.load("geopandas")
    pd = lazy_loader.load("pandas")

__all__ = ["DEFAULT_LEVELS", "tabulate_windows"]

DEFAULT_LEVELS = (0.05, 0.5, 0.95)


def tabulate_windows(
    times: PassageTimes, levels: Sequence[float], indices: Sequence[int]
) -> gpd.GeoDataFrame:
    """Tabulate the windows of arrival and departure, a row a passage.

    Parameters
    ----------
    times
        The draws.
    levels
        Shares in 0..1, rising.
    indices
        The passages wanted.

    Returns
    -------
    GeoDataFrame
        As :meth:`routesim.Ensemble.windows` describes.

    Raises
    ------
    ArgumentError
        If a level lies outside 0..1.
    """
    names = _format_levels(levels)
    points = times.route.points.iloc[indices].reset_index(drop=True)
    columns: dict[str, Any] = {
        "station": points["station"],
        "visit": points["visit"],
        "km": points["km"],
        "tz": points["tz"],
        "stops": [index in times.dwell_s for index in indices],
        "share": [float(np.mean(times.origin_index <= index)) for index in indices],
    }
    for event, get_times_s in (
        ("arrive", times.get_arrivals),
        ("depart", times.get_departures),
    ):
        quantiles = np.array([_find_quantiles(get_times_s(i), levels) for i in indices])
        for column, name in enumerate(names):
            values = [_to_time(seconds) for seconds in quantiles[:, column]]
            columns[f"{event}_{name}"] = pd.to_datetime(pd.Series(values), utc=True)
            columns[f"{event}_{name}_local"] = pd.Series(
                [
                    None if value is None else value.astimezone(ZoneInfo(zone))
                    for value, zone in zip(values, points["tz"], strict=True)
                ],
                dtype=object,
            )
    return gpd.GeoDataFrame(columns, geometry=points.geometry, crs=points.crs)


def _format_levels(levels: Sequence[float]) -> list[str]:
    """Format the names of quantiles: 0.05 becomes p05, 0.975 p97.5."""
    if not levels or not all(0.0 <= level <= 1.0 for level in levels):
        raise ArgumentError([Fault("levels", f"{tuple(levels)}", "give shares in 0..1")])
    return [f"p{round(100 * level, 6):04.1f}".replace(".0", "") for level in levels]


def _find_quantiles(
    times_s: NDArray[np.float64], levels: Sequence[float]
) -> NDArray[np.float64]:
    there = times_s[np.isfinite(times_s)]
    if not there.size:
        return np.full(len(levels), np.nan)
    return np.asarray(np.quantile(there, levels))


def _to_time(seconds: float) -> datetime | None:
    return None if np.isnan(seconds) else to_datetime(round(seconds))
