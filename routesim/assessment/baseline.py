"""The baseline of a score: distance over 55 km/h from the last sighting, and no more.

It knows no standing, no route but the one asked for, and no doubt beyond 50 to 60 km/h.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.evidence import EventClause, NotYetClause, OrderClause, PresenceClause
from routesim.journey import KeyTimes, PlanDraws
from routesim.units import SECONDS_PER_HOUR, kmh_to_mps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from routesim.evidence import Clause
    from routesim.evidence.interpretation import Witness
    from routesim.journey import Layout
    from routesim.network import Route

__all__ = [
    "BASELINE_KMH",
    "BASELINE_SPREAD_KMH",
    "Sighting",
    "draw_line",
    "find_asked",
    "find_last_sighting",
    "find_sightings",
    "list_face",
    "reach_passage",
]

BASELINE_KMH = 55.0
BASELINE_SPREAD_KMH = (60.0, 57.5, 55.0, 52.5, 50.0)
"""The speeds that give its 5, 25, 50, 75 and 95 % points, so that 50 to 60 km/h hold 90 %."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """The train at a place at a time.

    Parameters
    ----------
    report_id
        Of the report that tells it.
    index
        The passage.
    centre_s, width_s
        Of the window told, POSIX seconds and seconds.
    """

    report_id: str
    index: int
    centre_s: float
    width_s: float


def list_face(witness: Witness) -> list[Clause]:
    """Return the clauses of a witness at face value."""
    return [clause.variants[0].clause for clause in witness.clauses]


def find_sightings(witnesses: Iterable[Witness], route: Route) -> tuple[Sighting, ...]:
    """Find who tells of the train at one place of a route, in a window with two ends.

    What was only expected is no sighting. A place that is passed twice counts as the first.
    """
    found = []
    for witness in witnesses:
        if witness.report.forecast:
            continue
        for clause in list_face(witness):
            if not isinstance(clause, EventClause | PresenceClause):
                continue
            first, last = clause.between
            window = clause.time.window
            width_s = window.end_s - window.start_s
            if first == last and first in route.visits and np.isfinite(width_s):
                centre_s = window.start_s + 0.5 * width_s
                index = route.visits[first][0]
                found.append(Sighting(witness.id, index, centre_s, width_s))
    return tuple(found)


def find_last_sighting(sightings: Iterable[Sighting], before: int) -> Sighting | None:
    """Return the last sighting before a passage: the farthest on, then the narrowest."""
    earlier = [sighting for sighting in sightings if sighting.index < before]
    # Of equally narrow windows the later one, so that the order of the file does not matter.
    return max(
        earlier, key=lambda s: (s.index, -s.width_s, s.centre_s, s.report_id), default=None
    )


def find_asked(witness: Witness, route: Route) -> int | None:
    """Return the first passage whose time a witness tells; None if it tells of no time."""
    asked = []
    for clause in list_face(witness):
        match clause:
            case EventClause() | PresenceClause():
                asked += [clause.between[0]]
            case NotYetClause():
                asked += [clause.place]
            case OrderClause() if clause.first.place is None or clause.then.place is None:
                asked += [m.place for m in (clause.first, clause.then) if m.place is not None]
    indices = [route.visits[place][0] for place in asked if place in route.visits]
    return min(indices, default=None)


def reach_passage(route: Route, sighting: Sighting, index: int) -> NDArray[np.float64]:
    """Return the 5, 25, 50, 75 and 95 % points of the time at a passage, POSIX seconds."""
    ahead_km = route.passage_km[index] - route.passage_km[sighting.index]
    spread_h = ahead_km / np.asarray(BASELINE_SPREAD_KMH)
    return np.asarray(sighting.centre_s + SECONDS_PER_HOUR * spread_h)


def draw_line(layout: Layout, index: int, time_s: float) -> KeyTimes:
    """Return the one draw that runs at 55 km/h throughout and is at a passage at a time."""
    km = layout.route.passage_km
    arrive_s = time_s + SECONDS_PER_HOUR * (km - km[index]) / BASELINE_KMH
    plan = PlanDraws(
        departure_s=arrive_s[:1],
        origin_index=np.zeros(1, dtype=np.intp),
        running_mps={row.line: np.full(1, kmh_to_mps(BASELINE_KMH)) for row in layout.speeds},
        length_ratio={number: np.ones(1) for number in layout.lengths},
        dwell_s=np.zeros((1, len(layout.stops))),
        standing_s={},
        halt_km={},
        halt_s={},
    )
    columns = {number: number for number in range(km.size)}
    return KeyTimes(layout, plan, columns, arrive_s[None, :])
