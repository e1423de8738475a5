"""Checks of the tables of a geodata folder; each fault names its file and row."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from routesim.errors import Fault, UnknownNameError
from routesim.network.stations import fold_name, measure_chords_km

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.network.records import Corridor, JunctionRow, LengthRow, LineRow, StationRow
    from routesim.network.stations import LinePoint, NameIndex, Station

    NumberedStation = tuple[int, StationRow]


CHORD_LISTED_KM = 0.2
"""Excess of the chord of a section over its length, in km, above which it is listed."""

CHORD_REFUSED_KM = 5.0
"""Excess of the chord of a section over its length, in km, above which it is refused.

How far the positions of its ends may be off is added.
"""

STATION_FILE, LINE_FILE = "stations.csv", "lines.csv"
LENGTH_FILE, JUNCTION_FILE = "lengths.csv", "junctions.csv"
CORRIDOR_FILE = "corridor.toml"


def name_row(row: int, file: str = STATION_FILE) -> str:
    """Return the name of a row in a file, as used in faults."""
    return f"{file} row {row}"


def check_stations(rows: Sequence[NumberedStation], corridor: Corridor | None) -> list[Fault]:
    """Check each row of ``stations.csv``, and the order of the stations of each line."""
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
    for line_rows in group_by_line(rows).values():
        faults += _check_line_order(line_rows)
    return faults


def _blame(number: int, row: StationRow, what: str, remedy: str) -> Fault:
    """Return a fault that names the row and its station."""
    return Fault(name_row(number), f"{row.station}: {what}", remedy)


def _check_first_row(number: int, row: StationRow) -> list[Fault]:
    keys = ("country", "tz", "kind", "position")
    missing = ", ".join(key for key in keys if getattr(row, key) is None)
    remedy = "give them in the station's first row"
    return [_blame(number, row, f"{missing} missing", remedy)] if missing else []


def _check_further_row(number: int, row: StationRow, first: StationRow) -> list[Fault]:
    keys = (
        *("lat", "lon", "country", "tz", "kind", "point_class"),
        *("name_ko", "name_ru", "aliases", "position"),
    )
    contrary = ", ".join(
        key
        for key in keys
        if getattr(row, key) not in (None, ()) and getattr(row, key) != getattr(first, key)
    )
    what = f"{contrary} contradict its first row"
    return [_blame(number, row, what, "leave them blank here")] if contrary else []


def _check_box(number: int, row: StationRow, corridor: Corridor) -> list[Fault]:
    if row.lat is None or row.lon is None or corridor.holds(row.lon, row.lat):
        return []
    what = f"lat {row.lat:g}, lon {row.lon:g} lies outside the corridor's box"
    if corridor.holds(row.lat, row.lon):
        return [_blame(number, row, what, "lat and lon are swapped")]
    return [_blame(number, row, what, f"correct it, or the box of {CORRIDOR_FILE}")]


def _check_names(first_rows: Iterable[NumberedStation]) -> list[Fault]:
    faults: list[Fault] = []
    first: dict[str, tuple[int, str]] = {}
    for number, row in first_rows:
        names = (row.station, *row.aliases, row.name_ko or "", row.name_ru or "")
        for folded in filter(None, dict.fromkeys(map(fold_name, names))):
            other_row, other = first.setdefault(folded, (number, row.station))
            if other != row.station:
                what = f"the name {folded!r} is {other}'s (row {other_row})"
                faults.append(_blame(number, row, what, "give each station different names"))
    return faults


def _check_line_order(rows: Sequence[NumberedStation]) -> list[Fault]:
    line = rows[0][1].line
    if len(rows) == 1:
        return [Fault(name_row(rows[0][0]), f"line {line!r} has a single station")]
    counts = Counter(row.station for _, row in rows)
    faults = [
        Fault(name_row(number), f"{row.station} appears twice on line {line!r}")
        for number, row in rows
        if counts[row.station] > 1
    ]
    grows = rows[-1][1].km > rows[0][1].km
    for (_, before), (number, row) in pairwise(rows):
        step = row.km - before.km
        if step == 0 or (step > 0) != grows:
            what = (
                f"km {row.km:g} after {before.km:g} ({before.station}); "
                f"the km of line {line!r} must strictly {'increase' if grows else 'decrease'}"
            )
            faults.append(_blame(number, row, what, "correct the km or the order of the rows"))
    return faults


def group_by_line(rows: Iterable[NumberedStation]) -> dict[str, list[NumberedStation]]:
    """Return the numbered rows of each line, in the order of the file."""
    lines: dict[str, list[NumberedStation]] = defaultdict(list)
    for number, row in rows:
        lines[row.line].append((number, row))
    return lines


def check_chords(
    points: dict[str, tuple[LinePoint, ...]], stations: dict[str, Station]
) -> list[Fault]:
    """Return a fault for each section with a chord much longer than its length by the line."""
    faults: list[Fault] = []
    for members in points.values():
        chords_km = measure_chords_km([stations[point.station] for point in members])
        for (start, end), chord_km in zip(pairwise(members), chords_km, strict=True):
            length_km = abs(end.km - start.km)
            error_km = sum(stations[p.station].position_error_km for p in (start, end))
            if chord_km > length_km + CHORD_REFUSED_KM + error_km:
                what = (
                    f"{end.station} lies {chord_km:.1f} km from {start.station} in a "
                    f"straight line, but {length_km:.1f} km by the line"
                )
                remedy = "correct the km or the position"
                faults.append(Fault(name_row(end.row), what, remedy))
    return faults


def check_lines(
    numbered: Sequence[tuple[int, LineRow]], points: dict[str, tuple[LinePoint, ...]]
) -> list[Fault]:
    """Check that ``lines.csv`` covers every line end to end, in order."""
    faults: list[Fault] = []
    for number, row in numbered:
        where = name_row(number, LINE_FILE)
        if row.line not in points:
            faults.append(Fault(where, f"line {row.line!r} has no station in {STATION_FILE}"))
        else:
            ends = (row.from_station, row.to_station)
            faults += _check_on_line(ends, row.line, points, where)
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
            what = (
                f"the rows of line {line!r} do not cover it end to end in order "
                f"({order[0]} to {order[-1]})"
            )
            remedy = "each stretch must begin where the previous one ends and end further on"
            faults.append(Fault(LINE_FILE, what, remedy))
    return faults


def check_references(
    lengths: Sequence[tuple[int, LengthRow]],
    junctions: Sequence[tuple[int, JunctionRow]],
    points: dict[str, tuple[LinePoint, ...]],
    names: NameIndex,
) -> list[Fault]:
    """Check the stations and lines that lengths and junctions name."""
    faults: list[Fault] = []
    for number, length in lengths:
        where = name_row(number, LENGTH_FILE)
        for name in (length.from_station, length.to_station):
            try:
                names.find(name)
            except UnknownNameError as error:
                faults.append(Fault(where, str(error)))
        if length.from_station == length.to_station:
            faults.append(Fault(where, "from and to are the same station"))
    for number, junction in junctions:
        where = name_row(number, JUNCTION_FILE)
        for line, towards in (
            (junction.from_line, junction.from_towards),
            (junction.to_line, junction.to_towards),
        ):
            faults += _check_on_line((junction.station, towards), line, points, where)
            if towards == junction.station:
                faults.append(Fault(where, "a direction must name another station"))
    return faults


def _check_on_line(
    names: Iterable[str], line: str, points: dict[str, tuple[LinePoint, ...]], where: str
) -> list[Fault]:
    on_line = {point.station for point in points.get(line, ())}
    return [
        Fault(where, f"{name!r} is not a station of line {line!r}")
        for name in names
        if name not in on_line
    ]
