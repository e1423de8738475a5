"""Kilometres that are taken as exact, because ``stations.csv`` states no uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routesim.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from routesim.network.stations import LinePoint


LineStation = tuple[str, str]
"""A line and one of its stations."""


@dataclass(frozen=True, slots=True)
class ExactKm(Answer):
    """Timing points of a line whose kilometres are taken as exact.

    A kilometre is taken as exact if its ``km_uncertainty_km`` in ``stations.csv`` is blank. A
    stated uncertainty of 0 is a statement of the source, so it is not listed. Made by
    :attr:`Network.exact_km` for all lines, and by the certain answers of a journey for the
    lines of their routes.

    Parameters
    ----------
    line : str
        Name of the line.
    exact_points : int
        Number of timing points that are taken as exact.
    points : int
        Number of timing points of the line that were considered, including the others.
    first_station, last_station : str
        First and last of the timing points that are taken as exact, in the order of the line.

    Examples
    --------
    >>> import routesim as rs
    >>> exact = rs.load_network().exact_km
    >>> next(one for one in exact if one.line == "Hongui").to_dict()
    {'line': 'Hongui', 'exact_points': 2, 'points': 3, 'first_station': 'Hongui', \
'last_station': 'Tumangang'}
    """

    line: str
    exact_points: int
    points: int
    first_station: str
    last_station: str
    json_keys = ("line", "exact_points", "points", "first_station", "last_station")


def count_exact_km(
    line_points: Mapping[str, Sequence[LinePoint]],
    passed: Collection[LineStation] | None = None,
    *,
    ranged: Collection[LineStation] = (),
) -> tuple[ExactKm, ...]:
    """Count the timing points with a kilometre that is taken as exact, by line.

    Parameters
    ----------
    line_points
        Points of each line, in the order of the line.
    passed
        Points to consider; by default, all. Lines are listed in the order of their first point
        here.
    ranged
        Points that are not taken as exact, because a journey states a range for the lengths
        around them.
    """
    lines: Iterable[str] = dict.fromkeys(line for line, _ in passed or ()) or line_points
    found = []
    for line in lines:
        points = [p for p in line_points[line] if passed is None or (line, p.station) in passed]
        exact = [p for p in points if p.is_taken_exact and (line, p.station) not in ranged]
        if exact:
            ends = exact[0].station, exact[-1].station
            found.append(ExactKm(line, len(exact), len(points), *ends))
    return tuple(found)
