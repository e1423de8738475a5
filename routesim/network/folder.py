"""Reading a geodata folder: every row checked, every fault told at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from routesim.datafiles import read_csv, read_toml, validate_record, validate_rows
from routesim.errors import DataError, Fault, UnknownNameError
from routesim.geodesy import measure_distances_m
from routesim.network.names import NameIndex, fold_name
from routesim.network.records import Corridor, JunctionRow, LengthRow, LineRow, StationRow
from routesim.units import metres_to_km

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = [
    "CHORD_LISTED_KM",
    "CHORD_REFUSED_KM",
    "LinePoint",
    "NetworkData",
    "Station",
    "read_network_folder",
]

CHORD_LISTED_KM = 0.2
"""A chord that exceeds its kilometres by more than this is listed."""

CHORD_REFUSED_KM = 5.0
"""A chord that exceeds its kilometres by more than this is refused."""

STATION_FILE, LINE_FILE = "stations.csv", "lines.csv"
LENGTH_FILE, JUNCTION_FILE = "lengths.csv", "junctions.csv"
CORRIDOR_FILE = "corridor.toml"

NumberedStation = tuple[int, StationRow]
RowType = TypeVar("RowType", StationRow, LineRow, LengthRow, JunctionRow)


@dataclass(frozen=True, slots=True)
class Station:
    """A place with a name and a position."""

    name: str
    lon: float
    lat: float
    country: str
    tz: str
    kind: str
    name_ko: str | None
    name_ru: str | None
    aliases: tuple[str, ...]
    position: str
    position_source: str | None
    note: str | None

    @property
    def is_schematic(self) -> bool:
        """Whether its place on the map was put between its neighbours by kilometre."""
        return self.position == "schematic"


@dataclass(frozen=True, slots=True)
class LinePoint:
    """A station on a line, at its official kilometre."""

    line: str
    station: str
    km: float
    km_uncertainty_km: float
    km_source: str
    row: int


@dataclass(frozen=True, slots=True)
class NetworkData:
    """A geodata folder that has passed every check."""

    corridor: Corridor
    stations: dict[str, Station]
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
        With every fault of every file, each by file and row.
    """
    faults: list[Fault] = []
    corridor = _read_corridor(folder, faults)
    station_rows = _read_table(folder / STATION_FILE, StationRow, faults)
    line_rows = _read_table(folder / LINE_FILE, LineRow, faults)
    length_rows = _read_table(folder / LENGTH_FILE, LengthRow, faults)
    junction_rows = _read_table(folder / JUNCTION_FILE, JunctionRow, faults)
    if not station_rows and not faults:
        faults.append(Fault(STATION_FILE, "holds no station", "give two or more a line"))
    faults += _check_stations(station_rows, corridor)
    if faults:
        raise DataError(faults)

    points = _collect_points(station_rows)
    stations = _place_stations(station_rows, points)
    faults += _check_chords(points, stations)
    faults += _check_lines(line_rows, points)
    names = NameIndex("station", {name: _other_names(s) for name, s in stations.items()})
    faults += _check_references(length_rows, junction_rows, points, names)
    if faults or corridor is None:
        raise DataError(faults)
    return NetworkData(
        corridor=corridor,
        stations=stations,
        line_points=points,
        line_rows=tuple(row for _, row in line_rows),
        lengths=tuple(row for _, row in length_rows),
        junctions=tuple(row for _, row in junction_rows),
        names=names,
    )


def _read_corridor(folder: Path, faults: list[Fault]) -> Corridor | None:
    try:
        document = read_toml(folder / CORRIDOR_FILE)
    except DataError as error:
        faults += error.faults
        return None
    corridor, found = validate_record(Corridor, document, CORRIDOR_FILE)
    faults += found
    return corridor


def _read_table(
    path: Path, model: type[RowType], faults: list[Fault]
) -> list[tuple[int, RowType]]:
    try:
        table = read_csv(path, list(model.model_fields))
    except DataError as error:
        faults += error.faults
        return []
    rows, found = validate_rows(model, table)
    faults += found
    return rows


def _where(row: int, file: str = STATION_FILE) -> str:
    return f"{file} row {row}"


def _check_stations(rows: Sequence[NumberedStation], corridor: Corridor | None) -> list[Fault]:
    faults: list[Fault] = []
    first: dict[str, NumberedStation] = {}
    for number, row in rows:
        if row.station in first:
            faults += _check_further_row(number, row, first[row.station][1])
        else:
            first[row.station] = (number, row)
            faults += _check_first_row(number, row)
        if corridor is not None:
            faults += _check_box(number, row, corridor)
    faults += _check_names(first.values())
    for line_rows in _group_by_line(rows).values():
        faults += _check_line_order(line_rows)
    return faults


def _check_first_row(number: int, row: StationRow) -> list[Fault]:
    needed = {key: getattr(row, key) for key in ("country", "tz", "kind", "position")}
    missing = [key for key, value in needed.items() if value is None]
    if not missing:
        return []
    return [
        Fault(
            _where(number),
            f"{row.station}: {', '.join(missing)} missing",
            "a station's first row tells them",
        )
    ]


def _check_further_row(number: int, row: StationRow, first: StationRow) -> list[Fault]:
    keys = ("lat", "lon", "country", "tz", "kind", "name_ko", "name_ru", "aliases", "position")
    contrary = [
        key
        for key in keys
        if getattr(row, key) not in (None, ()) and getattr(row, key) != getattr(first, key)
    ]
    if not contrary:
        return []
    return [
        Fault(
            _where(number),
            f"{row.station}: {', '.join(contrary)} contradict its first row",
            "leave them blank here",
        )
    ]


def _check_box(number: int, row: StationRow, corridor: Corridor) -> list[Fault]:
    if row.lat is None or row.lon is None:
        return []
    inside = (
        corridor.west <= row.lon <= corridor.east
        and corridor.south <= row.lat <= corridor.north
    )
    if inside:
        return []
    swapped = (
        corridor.west <= row.lat <= corridor.east
        and corridor.south <= row.lon <= corridor.north
    )
    return [
        Fault(
            _where(number),
            f"{row.station}: lat {row.lat:g}, lon {row.lon:g} lies outside the corridor's box",
            "lat and lon are swapped"
            if swapped
            else f"correct it, or the box of {CORRIDOR_FILE}",
        )
    ]


def _check_names(first_rows: Iterable[NumberedStation]) -> list[Fault]:
    faults: list[Fault] = []
    owner: dict[str, tuple[int, str]] = {}
    for number, row in first_rows:
        own = {
            fold_name(name)
            for name in (row.station, *row.aliases, row.name_ko or "", row.name_ru or "")
        }
        for folded in own - {""}:
            if folded in owner and owner[folded][1] != row.station:
                other_row, other = owner[folded]
                faults.append(
                    Fault(
                        _where(number),
                        f"{row.station}: the name {folded!r} is {other}'s (row {other_row})",
                        "give each station names of its own",
                    )
                )
            owner.setdefault(folded, (number, row.station))
    return faults


def _check_line_order(rows: Sequence[NumberedStation]) -> list[Fault]:
    faults: list[Fault] = []
    line = rows[0][1].line
    if len(rows) == 1:
        faults.append(Fault(_where(rows[0][0]), f"line {line!r} has a single station"))
        return faults
    counts = Counter(row.station for _, row in rows)
    faults += [
        Fault(_where(number), f"{row.station} stands twice on line {line!r}")
        for number, row in rows
        if counts[row.station] > 1
    ]
    grows = rows[-1][1].km > rows[0][1].km
    for (_, before), (number, row) in pairwise(rows):
        step = row.km - before.km
        if step == 0 or (step > 0) != grows:
            faults.append(
                Fault(
                    _where(number),
                    f"{row.station}: km {row.km:g} after {before.km:g} ({before.station}); "
                    f"the km of line {line!r} must {'grow' if grows else 'fall'} strictly",
                    "correct the km or the order of the rows",
                )
            )
    return faults


def _group_by_line(rows: Iterable[NumberedStation]) -> dict[str, list[NumberedStation]]:
    lines: dict[str, list[NumberedStation]] = defaultdict(list)
    for number, row in rows:
        lines[row.line].append((number, row))
    return lines


def _collect_points(rows: Sequence[NumberedStation]) -> dict[str, tuple[LinePoint, ...]]:
    return {
        line: tuple(
            LinePoint(
                line, row.station, row.km, row.km_uncertainty_km or 0.0, row.km_source, number
            )
            for number, row in members
        )
        for line, members in _group_by_line(rows).items()
    }


def _place_stations(
    rows: Sequence[NumberedStation], points: dict[str, tuple[LinePoint, ...]]
) -> dict[str, Station]:
    first: dict[str, StationRow] = {}
    for _, row in rows:
        first.setdefault(row.station, row)
    placed = {
        name: (row.lon, row.lat)
        for name, row in first.items()
        if row.lon is not None and row.lat is not None
    }
    faults: list[Fault] = []
    for line, members in points.items():
        ends = [point for point in (members[0], members[-1]) if point.station not in placed]
        faults += [
            Fault(
                _where(point.row),
                f"{point.station}: an end of line {line!r} has no position",
                "give its lat and lon",
            )
            for point in ends
        ]
    if faults:
        raise DataError(faults)
    positions = dict(placed)
    for members in points.values():
        known = sorted((p.km, *placed[p.station]) for p in members if p.station in placed)
        km, lon, lat = (np.array(values) for values in zip(*known, strict=True))
        for point in members:
            if point.station not in positions:
                positions[point.station] = (
                    float(np.interp(point.km, km, lon)),
                    float(np.interp(point.km, km, lat)),
                )
    return {
        name: Station(
            name=name,
            lon=positions[name][0],
            lat=positions[name][1],
            country=row.country or "",
            tz=row.tz or "",
            kind=row.kind or "",
            name_ko=row.name_ko,
            name_ru=row.name_ru,
            aliases=row.aliases,
            position=row.position or "",
            position_source=row.position_source,
            note=row.note,
        )
        for name, row in first.items()
    }


def _check_chords(
    points: dict[str, tuple[LinePoint, ...]], stations: dict[str, Station]
) -> list[Fault]:
    faults: list[Fault] = []
    for members in points.values():
        before = [stations[point.station] for point in members[:-1]]
        after = [stations[point.station] for point in members[1:]]
        chords_km = metres_to_km(
            measure_distances_m(
                [s.lon for s in before],
                [s.lat for s in before],
                [s.lon for s in after],
                [s.lat for s in after],
            )
        )
        for (start, end), chord_km in zip(pairwise(members), chords_km, strict=True):
            length_km = abs(end.km - start.km)
            if chord_km > length_km + CHORD_REFUSED_KM:
                faults.append(
                    Fault(
                        _where(end.row),
                        f"{end.station} lies {chord_km:.1f} km from {start.station} in a "
                        f"straight line, but {length_km:.1f} km by the line",
                        "correct the km or the position",
                    )
                )
    return faults


def _check_lines(
    numbered: Sequence[tuple[int, LineRow]], points: dict[str, tuple[LinePoint, ...]]
) -> list[Fault]:
    faults: list[Fault] = []
    for number, row in numbered:
        where = _where(number, LINE_FILE)
        if row.line not in points:
            faults.append(Fault(where, f"line {row.line!r} has no station in {STATION_FILE}"))
            continue
        on_line = {point.station for point in points[row.line]}
        faults += [
            Fault(where, f"{name!r} is not a station of line {row.line!r}")
            for name in (row.from_station, row.to_station)
            if name not in on_line
        ]
    if faults:
        return faults
    for line, members in points.items():
        own = [row for _, row in numbered if row.line == line]
        joints = [own[0].from_station] if own else []
        joints += [row.to_station for row in own]
        order = [point.station for point in members]
        joined = all(a.to_station == b.from_station for a, b in pairwise(own))
        whole = bool(own) and joints[0] == order[0] and joints[-1] == order[-1]
        rising = all(order.index(a) < order.index(b) for a, b in pairwise(joints))
        if not (joined and whole and rising):
            faults.append(
                Fault(
                    LINE_FILE,
                    f"the rows of line {line!r} do not cover it end to end in order "
                    f"({order[0]} to {order[-1]})",
                    "each stretch must begin where the one before ends and have a length",
                )
            )
    return faults


def _check_references(
    lengths: Sequence[tuple[int, LengthRow]],
    junctions: Sequence[tuple[int, JunctionRow]],
    points: dict[str, tuple[LinePoint, ...]],
    names: NameIndex,
) -> list[Fault]:
    faults: list[Fault] = []
    for number, length in lengths:
        for name in (length.from_station, length.to_station):
            faults += _check_station_name(name, names, _where(number, LENGTH_FILE))
        if length.from_station == length.to_station:
            faults.append(Fault(_where(number, LENGTH_FILE), "from and to are one station"))
    for number, junction in junctions:
        where = _where(number, JUNCTION_FILE)
        for line, towards in (
            (junction.from_line, junction.from_towards),
            (junction.to_line, junction.to_towards),
        ):
            on_line = {point.station for point in points.get(line, ())}
            faults += [
                Fault(where, f"{name!r} is not a station of line {line!r}")
                for name in (junction.station, towards)
                if name not in on_line
            ]
            if towards == junction.station:
                faults.append(Fault(where, "a direction must name another station"))
    return faults


def _check_station_name(name: str, names: NameIndex, where: str) -> list[Fault]:
    try:
        names.find(name)
    except UnknownNameError as error:
        return [Fault(where, str(error))]
    return []


def _other_names(station: Station) -> list[str]:
    return [name for name in (*station.aliases, station.name_ko, station.name_ru) if name]
