"""The reversals of a route.

The duration of a reversal is in the plan of a journey, as the dwell of a planned stop: see
:mod:`routesim.journey.planned_route`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.network.folder import NetworkData
    from routesim.network.records import JunctionRow
    from routesim.network.sections import Section


@dataclass(frozen=True, slots=True)
class Reversal:
    """A passage at which the train reverses, or may reverse.

    ``index`` is the index of the passage in the route. ``movement`` is ``reverse``, or
    ``unknown`` if no source states whether a train reverses there.
    """

    index: int
    station: str
    movement: str
    basis: str
    note: str


def find_reversals(
    stations: Sequence[str], sections: Sequence[Section], data: NetworkData
) -> tuple[Reversal, ...]:
    """Find the passages of a route at which the train reverses.

    The train reverses where it leaves over the section by which it arrived. Where it changes
    lines, the row of ``junctions.csv`` decides. Without a row it does not reverse.
    """
    found: list[Reversal] = []
    for index, (before, after) in enumerate(pairwise(sections), start=1):
        station = stations[index]
        if before == after:
            found.append(Reversal(index, station, "reverse", "assumed", "turns back here"))
        elif before.line != after.line:
            rule = _find_rule(station, before, after, data)
            if rule is not None and rule.movement != "through":
                found.append(
                    Reversal(index, station, rule.movement, rule.basis, rule.note or "")
                )
    return tuple(found)


def _find_rule(
    station: str, before: Section, after: Section, data: NetworkData
) -> JunctionRow | None:
    sides = set()
    for section in (before, after):
        ends = {section.from_station, section.to_station}
        sides.add(_find_side(station, (ends - {station}).pop(), section.line, data))
    for rule in data.junctions:
        if rule.station == station and sides == {
            _find_side(station, rule.from_towards, rule.from_line, data),
            _find_side(station, rule.to_towards, rule.to_line, data),
        }:
            return rule
    return None


def _find_side(station: str, towards: str, line: str, data: NetworkData) -> tuple[str, bool]:
    """Return the line, and whether its kilometres increase from ``station`` to ``towards``."""
    km = {point.station: point.km for point in data.line_points[line]}
    return line, km[towards] > km[station]
