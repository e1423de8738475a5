"""Files of windows: CSV for spreadsheets, GeoJSON for maps."""

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
"""First characters that make a spreadsheet read a cell as a formula."""


def write_windows(ensemble: Ensemble, path: str | PathLike[str]) -> Path:
    """Write the arrival and departure windows of every passage as CSV or GeoJSON.

    Parameters
    ----------
    ensemble : Ensemble
        Draws of a journey, from :func:`routesim.simulate` or :func:`routesim.condition`.
        The 5, 50 and 95 % points of arrival and departure are written.
    path : str or PathLike
        Output file. The suffix ``.csv`` or ``.geojson`` selects the format. Missing folders
        are created, and an existing file is replaced once the new one is complete.

    Returns
    -------
    Path
        The written file.

    Raises
    ------
    ArgumentError
        If the suffix is neither ``.csv`` nor ``.geojson``, or the file cannot be written.

    See Also
    --------
    Ensemble.windows : The windows as a GeoDataFrame.
    write_page : Write a page with map, diagram and tables.

    Notes
    -----
    The CSV has one row per passage. The GeoJSON [1]_ has one point per passage, with the other
    columns as properties. Times are ISO 8601 to the second: in UTC with ``Z``, and in columns
    ending in ``_local`` with the offset of the place. A time is empty (CSV) or null (GeoJSON)
    where the train does not arrive or depart. For a posterior, columns ending in ``_mcse_s``
    give the Monte Carlo standard errors in seconds. Numbers are not rounded.

    In the CSV, a text that a spreadsheet would read as a formula is preceded by an apostrophe.

    References
    ----------
    .. [1] RFC 7946, The GeoJSON Format.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> import routesim as rs
    >>> ensemble = rs.simulate(rs.load_journey("2023-09"), draws=200)
    >>> with TemporaryDirectory() as folder:
    ...     path = rs.write_windows(ensemble, Path(folder) / "windows.csv")
    ...     frame = pd.read_csv(path)
    >>> frame.columns[:3].tolist(), len(frame) == len(ensemble.windows())
    (['station', 'visit', 'km'], True)
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
"""Functions that format a table of windows as the content of a file, by its suffix."""
