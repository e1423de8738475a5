"""The stops of a plan, placed on a route.

The time that a reversal takes is the dwell of the planned stop there: the network says
where a route reverses, the plan says for how long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routesim.journey.priors import Fixed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.journey.records import StopRow
    from routesim.network import Route


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A stop of the plan, at the passage with this index."""

    index: int
    row: StopRow

    @property
    def name(self) -> str:
        """The name of its dwell among the unknowns."""
        return f"dwell {self.row.station} {self.row.visit or ''}".strip()


def place_stops(
    rows: Iterable[StopRow], route_id: str, route: Route
) -> tuple[PlannedStop, ...]:
    """Place the stops of a plan on a route, in the order of its passages.

    A stop at a station where the route reverses is placed at the visit that reverses,
    unless its row names a visit. A stop whose dwell is fixed at 0 is passed, except at a
    reversal. Stops at the two ends and off the route are left out.

    Parameters
    ----------
    rows
        The stops of the plan.
    route_id, route
        The route.
    """
    turning = {turn.station: turn.index for turn in route.reversals_found}
    last = len(route.passages) - 1
    placed: dict[int, PlannedStop] = {}
    for row in rows:
        if row.routes is not None and route_id not in row.routes:
            continue
        if not route.passes(row.station):
            continue
        if row.visit is None and row.station in turning:
            index = turning[row.station]
        else:
            index = route.index_of(row.station, row.visit or 1)
        passing = isinstance(row.dwell_min, Fixed) and row.dwell_min.value == 0
        if 0 < index < last and not (passing and row.station not in turning):
            placed[index] = PlannedStop(index, row)
    return tuple(placed[index] for index in sorted(placed))
