"""Lengths of the sections of a journey's routes: from the kilometres, and from the plan."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routesim.network.lengths import Way

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.arrays import Array
    from routesim.journey.journey import Journey
    from routesim.network import DisputedLength, ExactKm, Route


class SectionLengths(NamedTuple):
    """Least and greatest length of each section of a route in km, shape (sections,).

    ``is_planned`` says which sections lie on a stretch of ``plan.lengths``.
    """

    low_km: Array
    high_km: Array
    is_planned: Array


def measure_sections(journey: Journey, route: Route) -> SectionLengths:
    """Return the lengths of the sections of a route, with the ranges of ``plan.lengths``.

    The range of a stretch is spread evenly over its sections.
    """
    low = np.diff(route.passage_km)
    high = low.copy()
    is_planned = np.zeros(len(low), dtype=bool)
    for row in journey.plan.lengths:
        if not (route.passes(row.from_) and route.passes(row.to)):
            continue
        first, last = sorted((route.index_of(row.from_), route.index_of(row.to)))
        official = journey.network.route(row.from_, row.to).length_km
        low[first:last] *= row.km.lowest / official
        high[first:last] *= row.km.highest / official
        is_planned[first:last] = True
    return SectionLengths(low, high, is_planned)


def list_exact_km(journey: Journey, route_ids: Iterable[str]) -> tuple[ExactKm, ...]:
    """Return the kilometres of routes that certain answers take as exact, by line.

    Their ``km_uncertainty_km`` is blank, and they do not lie within a stretch of
    ``plan.lengths`` with a range.
    """
    passed: dict[tuple[str, str], None] = {}
    fixed = set()
    for route_id in route_ids:
        route = journey.routes[route_id].route
        lengths = measure_sections(journey, route)
        is_ranged = lengths.high_km > lengths.low_km
        for (start, end), ranged in zip(pairwise(route.passages), is_ranged, strict=True):
            ends = [(start.line, one.station.name) for one in (start, end)]
            passed |= dict.fromkeys(ends)
            if not ranged:
                fixed.update(ends)
    return journey.network.count_exact_km(passed, ranged=passed.keys() - fixed)


def list_unplanned_lengths(journey: Journey) -> tuple[DisputedLength, ...]:
    """Return the disputed lengths on a journey's routes for which its plan has no range.

    ``plan.lengths`` covers a dispute if its stretches include the whole stretch, or if its
    ranges include every length that a source gives.
    """
    routes = [hypothesis.route for hypothesis in journey.routes.values()]
    return tuple(
        disputed
        for disputed in journey.network.disputed_lengths
        if any(_lacks_range(journey, route, disputed) for route in routes)
    )


def _lacks_range(journey: Journey, route: Route, disputed: DisputedLength) -> bool:
    """Return whether a route uses a disputed length that the plan does not cover."""
    if not (route.passes(disputed.from_station) and route.passes(disputed.to_station)):
        return False
    ends = (route.index_of(disputed.from_station), route.index_of(disputed.to_station))
    first, last = sorted(ends)
    own_km = route.passages[last].km - route.passages[first].km
    # Between the same places, the route may take a way with another length.
    if not Way(own_km, 0.0).agrees(disputed.km):
        return False
    lengths = measure_sections(journey, route)
    if lengths.is_planned[first:last].all():
        return False
    low_km, high_km = (float(km[first:last].sum()) for km in lengths[:2])
    return not (low_km <= disputed.low_km and disputed.high_km <= high_km)
