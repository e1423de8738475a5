"""Events of a route on which reports depend, and the windows in which they place them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from routesim.evidence import DurationClause, EventClause, SpeedClause
from routesim.likely import agreement
from routesim.units import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from routesim.arrays import Indices
    from routesim.evidence import Clause
    from routesim.likely.chain.structure import RouteChain
    from routesim.likely.likelihood import Likelihood


WIDEST_WINDOW_S = 6.0 * SECONDS_PER_HOUR
"""Width below which a window is proposed as the time of an event."""


def list_unit_events(likelihood: Likelihood, route: RouteChain) -> list[Indices]:
    """Return the events of a route on which each unit of a likelihood depends."""
    found = []
    for rows in likelihood.unit_rows:
        questions = [likelihood.questions[row] for row in rows]
        if any(isinstance(clause, SpeedClause) for clause, _ in questions):
            # A running speed depends on all legs.
            found.append(np.arange(route.events))
            continue
        passages: set[int] = set()
        for clause, visit in questions:
            passages |= agreement.list_passages(clause, visit, route.layout.route)
            if _needs_departure(clause):
                passages.add(0)
        cuts = np.searchsorted(route.cuts, np.array(sorted(passages), dtype=np.intp))
        found.append(np.concatenate([2 * cuts, 2 * cuts + 1]))
    return found


def _needs_departure(clause: Clause) -> bool:
    """Return whether a clause is about the departure, wherever the origin is."""
    if isinstance(clause, EventClause):
        return clause.kind == "depart" and clause.visit_place is None
    return isinstance(clause, DurationClause) and clause.between is None


def list_event_windows(
    likelihood: Likelihood, route: RouteChain, earliest_s: float
) -> dict[int, list[tuple[float, float]]]:
    """Return the narrow windows in which reports place each event of a route.

    They are in seconds after the earliest departure, with the soft parts of their ends.
    """
    stops = frozenset(stop.index for stop in route.layout.stops)
    found: dict[int, list[tuple[float, float]]] = {}
    for clause, visit in likelihood.questions:
        listed = agreement.list_sides(clause, visit, route.layout.route, stops)
        for low, high in pairwise(listed[0]) if listed else ():
            if low.time != high.time or not low.sign > 0.0 > high.sign:
                continue
            start_s, end_s = low.end_s - low.soft_s, high.end_s + high.soft_s
            if end_s - start_s < WIDEST_WINDOW_S:
                cut = int(np.searchsorted(route.cuts, low.time[1]))
                event = 2 * cut + (low.time[0] in agreement.DEPARTURES)
                window = start_s - earliest_s, end_s - earliest_s
                found.setdefault(event, []).append(window)
    return found
