"""Windows as files: CSV for a spreadsheet, GeoJSON for a map of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.answers import to_plain
from routesim.files.write import check_output, write_atomically
from routesim.journey import measure_windows
from routesim.text.times import format_iso

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

    import geopandas as gpd
    import pandas as pd

    from routesim.journey import Ensemble, PassageWindow
else:
    gpd = lazy_loader.load("geopandas")
    pd = lazy_loader.load("pandas")


FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""


def write_windows(ensemble: Ensemble, path: str | PathLike[str]) -> Path:
    """Write the windows of every passage, as CSV or GeoJSON by the suffix.

    Parameters
    ----------
    ensemble
        Whose windows are written: the 5, 50 and 95 % points of arrival and departure.
    path
        Ends in ``.csv`` or ``.geojson``; the file replaces it when it is complete.

    Returns
    -------
    Path
        Of the written file.

    Raises
    ------
    ArgumentError
        If the suffix is neither.

    Notes
    -----
    Times are ISO 8601 to the second, in UTC with ``Z`` and, in columns ending in ``_local``,
    with the offset of the place. Those of a posterior have their Monte Carlo standard errors
    in columns ending in ``_mcse_s``. No number is rounded. GeoJSON (RFC 7946) has a point a
    passage. In the CSV a text that a spreadsheet would take for a formula gets an apostrophe
    in front.
    """
    target = Path(path)
    check_output(target, tuple(WINDOW_FORMATS))
    records = [_make_record(window) for window in measure_windows(ensemble)]
    content = WINDOW_FORMATS[target.suffix.lower()](pd.DataFrame(records))
    with write_atomically(target) as temporary:
        temporary.write_bytes(content)
    return target


def _format_csv(table: pd.DataFrame) -> bytes:
    return str(table.map(_guard).to_csv(index=False, lineterminator="\n")).encode()


def _format_geojson(table: pd.DataFrame) -> bytes:
    points = gpd.points_from_xy(table.pop("lon"), table.pop("lat"))
    frame = gpd.GeoDataFrame(table, geometry=points)
    text = frame.to_json(drop_id=True, ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode()


def _make_record(window: PassageWindow) -> dict[str, Any]:
    passage = window.passage
    station = passage.station
    record: dict[str, Any] = {
        "station": station.name,
        "visit": passage.visit,
        "km": passage.km,
        "line": passage.line,
        "country": station.country,
        "tz": station.tz,
        "planned_stop": window.stops,
        "share": window.share,
        "position": station.position,
        "lon": station.lon,
        "lat": station.lat,
    }
    for name, time in window.list_times().items():
        seconds = None if time is None else time.timestamp()
        record[name] = None if seconds is None else format_iso(seconds)
        record[f"{name}_local"] = None if seconds is None else format_iso(seconds, station.tz)
    return record | {name: to_plain(error) for name, error in window.list_errors().items()}


def _guard(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return f"'{value}"
    return value


WINDOW_FORMATS: Mapping[str, Callable[[pd.DataFrame], bytes]] = {
    ".csv": _format_csv,
    ".geojson": _format_geojson,
}
"""Functions from a row per passage to the content of a file, by its suffix."""
