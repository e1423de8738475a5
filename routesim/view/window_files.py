"""Windows as files: CSV for a spreadsheet, GeoJSON for a map of one's own."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routesim.errors import ArgumentError, Fault
from routesim.files.write import write_atomically
from routesim.text.times import format_iso
from routesim.view.windows import PassageWindow, measure_windows

if TYPE_CHECKING:
    from os import PathLike

    from routesim.journey import Ensemble

__all__ = ["write_windows"]

NAMES = ("p05", "p50", "p95")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""

LON_LAT_DIGITS = 6


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
    Times are ISO 8601, in UTC with ``Z`` and, in columns ending in ``_local``, with the
    offset of the place. GeoJSON (RFC 7946) has a point a passage. In the CSV a text that a
    spreadsheet would take for a formula gets an apostrophe in front.
    """
    target = Path(path)
    writers = {".csv": _format_csv, ".geojson": _format_geojson}
    if target.suffix.lower() not in writers:
        raise ArgumentError(
            [Fault("path", f"{target.name} has no known suffix", "use .csv or .geojson")]
        )
    text = writers[target.suffix.lower()](ensemble)
    with write_atomically(target) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")
    return target


def _format_csv(ensemble: Ensemble) -> str:
    stream = io.StringIO(newline="")
    records = [_make_record(window) for window in measure_windows(ensemble)]
    writer = csv.DictWriter(stream, fieldnames=list(records[0]), lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerow({key: _guard(value) for key, value in record.items()})
    return stream.getvalue()


def _format_geojson(ensemble: Ensemble) -> str:
    features = []
    for window in measure_windows(ensemble):
        record = _make_record(window)
        lon, lat = record.pop("lon"), record.pop("lat")
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": record,
            }
        )
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _make_record(window: PassageWindow) -> dict[str, Any]:
    passage = window.passage
    station = passage.station
    record: dict[str, Any] = {
        "station": station.name,
        "visit": passage.visit,
        "km": round(passage.km, 3),
        "line": passage.line,
        "country": station.country,
        "tz": station.tz,
        "planned_stop": window.stops,
        "share": round(window.share, 6),
        "position": station.position,
        "lon": round(station.lon, LON_LAT_DIGITS),
        "lat": round(station.lat, LON_LAT_DIGITS),
    }
    for event, times in (("arrive", window.arrive), ("depart", window.depart)):
        for number, name in enumerate(NAMES):
            time = None if times is None else times[number]
            record[f"{event}_{name}"] = None if time is None else format_iso(time)
            local = None if time is None else format_iso(time, station.tz)
            record[f"{event}_{name}_local"] = local
    return record


def _guard(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return f"'{value}"
    return value
