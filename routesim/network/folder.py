"""Reading of a geodata folder, with the faults of all files reported together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from routesim.answers import get_fields
from routesim.errors import DataError, Fault
from routesim.files.read import read_csv, read_record, validate_record
from routesim.network import checks
from routesim.network.lengths import check_lengths
from routesim.network.records import Corridor, JunctionRow, LengthRow, LineRow, StationRow
from routesim.network.stations import LinePoint, NameIndex, Station

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


STATION_KEYS = (
    *("country", "tz", "kind", "name_ko", "name_ru", "aliases"),
    *("position", "position_source", "note"),
)
"""Fields that a station copies unchanged from its first row."""

OPTIONAL_COLUMNS = {checks.STATION_FILE: ("point_class",)}
"""Columns that a file need not have. A folder from before they were added still loads."""

RowType = TypeVar("RowType", StationRow, LineRow, LengthRow, JunctionRow)


@dataclass(frozen=True, slots=True)
class NetworkData:
    """The contents of a geodata folder that has passed all checks."""

    corridor: Corridor
    stations: dict[str, Station]
    stated_classes: dict[str, str]
    line_points: dict[str, tuple[LinePoint, ...]]
    line_rows: tuple[LineRow, ...]
    lengths: tuple[LengthRow, ...]
    junctions: tuple[JunctionRow, ...]
    names: NameIndex


def read_network_folder(folder: Path) -> NetworkData:
    """Read and check the network files of a geodata folder.

    Raises
    ------
    DataError
        If any file has faults; lists all of them by file and row.
    """
    faults: list[Fault] = []
    corridor = _read_corridor(folder, faults)
    station_rows = _read_table(folder / checks.STATION_FILE, StationRow, faults)
    line_rows = _read_table(folder / checks.LINE_FILE, LineRow, faults)
    length_rows = _read_table(folder / checks.LENGTH_FILE, LengthRow, faults)
    junction_rows = _read_table(folder / checks.JUNCTION_FILE, JunctionRow, faults)
    if not station_rows and not faults:
        what = "has no station"
        faults.append(Fault(checks.STATION_FILE, what, "give two or more for each line"))
    faults += checks.check_stations(station_rows, corridor)
    if faults:
        raise DataError(faults)

    points = {
        line: tuple(
            LinePoint(
                line,
                row.station,
                row.km,
                row.km_uncertainty_km or 0.0,
                number,
                is_taken_exact=row.km_uncertainty_km is None,
            )
            for number, row in members
        )
        for line, members in checks.group_by_line(station_rows).items()
    }
    stations = _place_stations(station_rows, points)
    far = checks.check_chords(points, stations)
    faults += far + checks.check_lines(line_rows, points)
    names = NameIndex("station", {name: s.other_names for name, s in stations.items()})
    if not far:  # a wrong kilometre is reported once, not again for each length over it
        faults += check_lengths(length_rows, points, names)
    faults += checks.check_references(length_rows, junction_rows, points, names)
    if faults or corridor is None:
        raise DataError(faults)
    return NetworkData(
        corridor=corridor,
        stations=stations,
        stated_classes={r.station: r.point_class for _, r in station_rows if r.point_class},
        line_points=points,
        line_rows=tuple(row for _, row in line_rows),
        lengths=tuple(row for _, row in length_rows),
        junctions=tuple(row for _, row in junction_rows),
        names=names,
    )


def _read_corridor(folder: Path, faults: list[Fault]) -> Corridor | None:
    try:
        return read_record(Corridor, folder / checks.CORRIDOR_FILE)
    except DataError as error:
        faults += error.faults
        return None


def _read_table(
    path: Path, model: type[RowType], faults: list[Fault]
) -> list[tuple[int, RowType]]:
    try:
        optional = OPTIONAL_COLUMNS.get(path.name, ())
        rows = read_csv(path, list(model.model_fields), optional=optional)
    except DataError as error:
        faults += error.faults
        return []
    records = []
    for number, row in rows:
        record, found = validate_record(model, row, checks.name_row(number, path.name))
        faults += found
        if record is not None:
            records.append((number, record))
    return records


def _place_stations(
    rows: Sequence[checks.NumberedStation], points: dict[str, tuple[LinePoint, ...]]
) -> dict[str, Station]:
    """Make the stations, with missing positions interpolated by kilometre."""
    first: dict[str, StationRow] = {}
    for _, row in rows:
        first.setdefault(row.station, row)
    placed = {
        name: (row.lon, row.lat)
        for name, row in first.items()
        if row.lon is not None and row.lat is not None
    }
    lost = [
        p for line in points.values() for p in (line[0], line[-1]) if p.station not in placed
    ]
    if lost:
        raise DataError(
            Fault(
                checks.name_row(point.row),
                f"{point.station}: an end of line {point.line!r} has no position",
                "give its lat and lon",
            )
            for point in lost
        )
    positions = dict(placed)
    for members in points.values():
        known = sorted((p.km, *placed[p.station]) for p in members if p.station in placed)
        km, lon, lat = (np.array(values) for values in zip(*known, strict=True))
        for point in members:
            between = float(np.interp(point.km, km, lon)), float(np.interp(point.km, km, lat))
            positions.setdefault(point.station, between)
    return {
        name: Station(
            name=name,
            lon=positions[name][0],
            lat=positions[name][1],
            **get_fields(row, STATION_KEYS),
        )
        for name, row in first.items()
    }
