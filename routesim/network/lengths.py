"""Lengths of stretches in ``lengths.csv``, and the ways by rail that they measure."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from routesim.answers import Answer
from routesim.errors import Fault
from routesim.network.checks import LENGTH_FILE, STATION_FILE, name_row
from routesim.text.names import format_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from routesim.network.records import LengthRow
    from routesim.network.stations import LinePoint, NameIndex


ROUNDING_KM = 0.5
"""A length may differ by this much, in km, because it is rounded to a whole kilometre."""

MOST_STEPS = 20_000
"""Most steps of the search for a way of a given length."""

NumberedLength = tuple[int, "LengthRow"]


class Way(NamedTuple):
    """The length of a way by rail, and the sum of the uncertainties where lines begin and end.

    Both are in km.
    """

    km: float
    uncertainty_km: float

    def agrees(self, km: float) -> bool:
        """Return whether another length differs by no more than rounding and uncertainty.

        Examples
        --------
        >>> Way(4028.6, 0.0).agrees(4029), Way(4028.6, 0.0).agrees(4500)
        (True, False)
        """
        # A millimetre is far below any kilometre post, and above the errors of a sum of floats.
        return abs(self.km - km) <= ROUNDING_KM + self.uncertainty_km + 1e-6


@dataclass(frozen=True, slots=True)
class DisputedLength(Answer):
    """A stretch for which ``lengths.csv`` has a length that differs from the one in use.

    A difference counts if it is larger than half a kilometre, for rounding, and the
    uncertainties where lines begin and end. Made by :attr:`Network.disputed_lengths` and
    :func:`routesim.journey.lengths.list_unplanned_lengths`.

    Parameters
    ----------
    from_station, to_station : str
        Ends of the stretch.
    km : float
        Length in use: that by the kilometres of ``stations.csv``.
    low_km, high_km : float
        Shortest and longest length of all sources, with the one in use.

    Examples
    --------
    >>> import routesim as rs
    >>> disputed = rs.load_network().disputed_lengths
    >>> next(d for d in disputed if d.from_station == "Vladivostok").to_dict()
    {'from_station': 'Vladivostok', 'to_station': 'Khabarovsk-1', 'km': 766.1, \
'low_km': 766.1, 'high_km': 767.0}
    """

    from_station: str
    to_station: str
    km: float
    low_km: float
    high_km: float
    json_keys = ("from_station", "to_station", "km", "low_km", "high_km")


@dataclass(frozen=True, slots=True)
class _Leg:
    """A piece of a line between two places where a way can begin, end or change lines."""

    line: str
    to: str
    km: float
    leave_uncertainty_km: float
    reach_uncertainty_km: float


class WayFinder:
    """The ways by rail over the lines of a network, for the comparison of lengths.

    Parameters
    ----------
    line_points : mapping
        Points of each line, in the order of the line.
    """

    def __init__(self, line_points: Mapping[str, Sequence[LinePoint]]) -> None:
        self._line_points = line_points
        lines: dict[str, int] = {}
        for points in line_points.values():
            for point in points:
                lines[point.station] = lines.get(point.station, 0) + 1
        self._joints = {station for station, count in lines.items() if count > 1}

    def find_nearest(self, start: str, end: str, km: float) -> Way | None:
        """Return the way between two stations that is nearest to a length; None if none leads.

        No station is passed twice. In a dense network the search may stop early; it then
        returns the nearest of the shortest ways.
        """
        legs = self._list_legs({start, end})
        left_km = _measure_left(legs, end)
        if start not in left_km:
            return None
        best: Way | None = None
        for way in _list_ways(legs, (start, end), left_km):
            if best is None or abs(way.km - km) < abs(best.km - km):
                best = way
            if way.km >= km:  # all further ways are longer
                break
        return best

    def _list_legs(self, ends: set[str]) -> dict[str, list[_Leg]]:
        stops = self._joints | ends
        legs: dict[str, list[_Leg]] = {}
        for line, points in self._line_points.items():
            for one, other in pairwise(point for point in points if point.station in stops):
                for a, b in ((one, other), (other, one)):
                    km = abs(other.km - one.km)
                    leg = _Leg(line, b.station, km, a.uncertainty_km, b.uncertainty_km)
                    legs.setdefault(a.station, []).append(leg)
        return legs


def _measure_left(legs: Mapping[str, Sequence[_Leg]], end: str) -> dict[str, float]:
    """Return the least distance to the end from each station of the legs, in km."""
    least: dict[str, float] = {}
    queue = [(0.0, end)]
    while queue:
        km, station = heappop(queue)
        if station in least:
            continue
        least[station] = km
        for leg in legs.get(station, ()):
            if leg.to not in least:
                heappush(queue, (km + leg.km, leg.to))
    return least


def _list_ways(
    legs: Mapping[str, Sequence[_Leg]],
    ends: tuple[str, str],
    left_km: Mapping[str, float],
) -> Iterator[Way]:
    """Yield the ways from start to end, the shortest first, up to a limit of steps."""
    start, end = ends
    # Each entry: a lower bound of the whole length, a number that breaks ties, the length so
    # far, its uncertainty without that of the last point, the last leg, the stations passed.
    queue: list[tuple[float, int, float, float, _Leg | None, tuple[str, ...]]]
    queue = [(left_km[start], 0, 0.0, 0.0, None, (start,))]
    made = 0
    while queue and made < MOST_STEPS:
        _, _, km, uncertainty_km, last, passed = heappop(queue)
        at = passed[-1]
        if at == end and last is not None:
            yield Way(round(km, 6), uncertainty_km + last.reach_uncertainty_km)
            continue
        for leg in legs.get(at, ()):
            if leg.to in passed or leg.to not in left_km:
                continue
            whole_km = km + leg.km + left_km[leg.to]
            own_km = uncertainty_km
            if last is None:
                own_km += leg.leave_uncertainty_km
            elif last.line != leg.line:
                own_km += last.reach_uncertainty_km + leg.leave_uncertainty_km
            made += 1
            heappush(queue, (whole_km, made, km + leg.km, own_km, leg, (*passed, leg.to)))


def check_lengths(
    lengths: Sequence[NumberedLength],
    line_points: Mapping[str, Sequence[LinePoint]],
    names: NameIndex,
) -> list[Fault]:
    """Check that lengths can be measured, and that default ones agree with ``stations.csv``.

    Rows with an unknown station, or with one station twice, are left to another check.
    """
    finder = WayFinder(line_points)
    faults: list[Fault] = []
    defaults: dict[frozenset[str], int] = {}
    contrary: list[tuple[int, str, float, float]] = []
    for number, row in lengths:
        if row.from_station not in names or row.to_station not in names:
            continue
        start, end = names.find(row.from_station), names.find(row.to_station)
        if start == end:
            continue
        where, stretch = name_row(number, LENGTH_FILE), f"{start} to {end}"
        nearest = finder.find_nearest(start, end, row.km)
        if nearest is None:
            what = f"no line leads from {start} to {end}, so no route has this length"
            faults.append(Fault(where, what, "correct the stations, or remove the row"))
        elif not row.default:
            continue
        elif defaults.setdefault(frozenset((start, end)), number) != number:
            what = f"{stretch} has default = yes in row {defaults[frozenset((start, end))]} too"
            remedy = "keep it in one row; for another way, name stations only on that way"
            faults.append(Fault(where, what, remedy))
        elif not nearest.agrees(row.km):
            contrary.append((number, stretch, row.km, nearest.km))
    return faults + _list_contrary(contrary)


def _list_contrary(contrary: Sequence[tuple[int, str, float, float]]) -> list[Fault]:
    """Return a fault for each default length that contradicts the kilometres.

    Each is its row, its stretch, its length and that by the kilometres. One wrong kilometre
    contradicts every length over it by the same amount, so such rows share a fault.
    """
    groups: list[list[tuple[int, str, float, float]]] = []
    for one in sorted(contrary, key=lambda c: c[2]):
        miss_km = one[2] - one[3]
        for group in groups:
            if abs(miss_km - (group[0][2] - group[0][3])) <= ROUNDING_KM:
                group.append(one)
                break
        else:
            groups.append([one])
    faults = []
    for (number, stretch, km, own_km), *others in groups:
        rows = [str(other[0]) for other in sorted(others)]
        many = "s" if len(rows) > 1 else ""
        also = f" (the same in row{many} {format_list(rows)})" if rows else ""
        what = (
            f"default = yes, but {stretch} is {km:g} km here and {own_km:g} km by the "
            f"kilometres of {STATION_FILE}{also}"
        )
        remedy = "correct the wrong one, or give default = no to a length not in use"
        faults.append(Fault(name_row(number, LENGTH_FILE), what, remedy))
    return faults


def list_disputed_lengths(
    lengths: Sequence[LengthRow],
    line_points: Mapping[str, Sequence[LinePoint]],
    names: NameIndex,
) -> tuple[DisputedLength, ...]:
    """Return the stretches with a length that differs from the one in use.

    The lengths have passed :func:`check_lengths`. The length in use is that of the row with
    ``default = yes``; if a stretch has none, that of its shortest way.
    """
    finder = WayFinder(line_points)
    stretches: dict[frozenset[str], list[LengthRow]] = {}
    for row in lengths:
        ends = frozenset((names.find(row.from_station), names.find(row.to_station)))
        stretches.setdefault(ends, []).append(row)
    found = []
    for rows in stretches.values():
        start, end = names.find(rows[0].from_station), names.find(rows[0].to_station)
        wanted_km = next((row.km for row in rows if row.default), 0.0)
        way = finder.find_nearest(start, end, wanted_km)
        if way is not None and not all(way.agrees(row.km) for row in rows):
            all_km = [way.km, *(row.km for row in rows)]
            found.append(DisputedLength(start, end, way.km, min(all_km), max(all_km)))
    return tuple(found)
