"""Positions: between which kilometres the train must have been at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.answers import Answer
from routesim.text.times import to_datetime
from routesim.units import metres_to_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.certain.schedules import SolvedCase
    from routesim.network import Route


@dataclass(frozen=True, slots=True)
class PositionBounds(Answer):
    """Where the train must have been at an instant.

    ``min_km`` to ``max_km`` on the route; None both where no world holds. ``stations`` are
    the timing points before and after them.
    """

    time_s: float
    min_km: float | None
    max_km: float | None
    stations: tuple[str, str] | None

    def _describe(self) -> dict[str, Any]:
        return {
            "time": to_datetime(self.time_s),
            "min_km": self.min_km,
            "max_km": self.max_km,
            "stations": self.stations,
        }


def bound_position(solved: Sequence[SolvedCase], route: Route, time_s: float) -> PositionBounds:
    """Return where the train must have been at an instant, over all cases."""
    reached = [bound_km(one, time_s) for one in solved]
    if not reached:
        return PositionBounds(time_s, None, None, None)
    low = min(span[0] for span in reached)
    high = max(span[1] for span in reached)
    km = route.passage_km
    before = int(np.searchsorted(km, low + 1e-9, side="right")) - 1
    after = min(int(np.searchsorted(km, high - 1e-9, side="left")), len(km) - 1)
    names = [route.passages[max(i, 0)].station.name for i in (before, after)]
    return PositionBounds(time_s, low, high, (names[0], names[1]))


def bound_km(solved: SolvedCase, time_s: float) -> tuple[float, float]:
    """Return the least and greatest kilometre of one case at an instant.

    Between two passages the train may have been late and must then run at the cap to be in
    time, or have run at the cap from the first moment possible: a space-time prism [1]_.

    References
    ----------
    .. [1] T. Hägerstrand, "What about people in regional science?", Papers of the Regional
       Science Association 24 (1970), 7-21.
    """
    line, origin = solved.case.line, solved.case.origin
    km = line.route.passage_km[origin:]
    late, early = solved.latest_s, solved.earliest_s
    arrive_late, depart_early = late[1::2], early[2::2]
    v_kmps = metres_to_km(line.cap_mps[origin:])
    there = np.flatnonzero(arrive_late <= time_s)
    j = int(there[-1]) if there.size else 0
    low = km[j]
    if j + 1 < len(km):
        low = max(low, km[j + 1] - v_kmps[j] * (arrive_late[j + 1] - time_s))
    gone = np.flatnonzero(depart_early <= time_s)
    if not gone.size:
        return float(min(low, km[0])), float(km[0])
    k = int(gone[-1])
    high = km[k]
    if k + 1 < len(km):
        high = min(km[k + 1], km[k] + v_kmps[k] * (time_s - depart_early[k]))
    return float(low), float(max(high, low))
