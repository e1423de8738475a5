"""Line limits: the least running time and the length between passages of a route.

Certain answers assume that the train never runs faster than the speed cap of a line, such as
100 km/h. :mod:`routesim.certain.schedules` uses the caps to bound positions, and
:mod:`routesim.certain.proofs.resolutions` tries higher ones. Lengths on which sources disagree
are used with their least and greatest values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.encoding.passing import find_stops
from routesim.constraints.system import FREE_S, ZERO
from routesim.journey.lengths import measure_sections
from routesim.units import km_to_metres, kmh_to_mps, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from routesim.arrays import Array
    from routesim.constraints.system import Integers
    from routesim.journey import Journey
    from routesim.network import Route


@dataclass(frozen=True, eq=False)
class LineLimits:
    """Speed caps and lengths of a route, as arrays of shape (passages,).

    ``low_km`` and ``high_km`` are kilometres from the origin with disputed lengths at their
    least and greatest. ``cap_mps`` is the cap of the section after each passage, and
    ``slack_km`` the uncertainty of the kilometre of each passage. ``places`` has the indices of
    the passages of each station, by name. ``stops`` has the indices of the passages at which a
    stop is planned; see :mod:`routesim.certain.encoding.passing`.
    """

    route_id: str
    route: Route
    low_km: Array
    high_km: Array
    cap_mps: Array
    slack_km: Array
    places: Mapping[str, tuple[int, ...]] = field(repr=False)
    stops: frozenset[int] = frozenset()

    @cached_property
    def order(self) -> Integers:
        """Matrix of the case from the first passage, with the order of the line only."""
        return make_matrix(np.zeros_like(self.least_s))

    @cached_property
    def capped(self) -> Integers:
        """Matrix of the case from the first passage, at the caps."""
        return make_matrix(self.least_s)

    @cached_property
    def least_s(self) -> Integers:
        """Least running time from each passage to each later one, at the caps.

        The times are in whole seconds, shape (passages, passages), and zero on and below the
        diagonal. They are rounded down, so that rounding makes nothing impossible.
        """
        pace = 1.0 / self.cap_mps
        steps_s = km_to_metres(np.diff(self.low_km)) * pace[:-1]
        ran_s = np.concatenate([[0.0], np.cumsum(steps_s)])
        arriving = np.concatenate([pace[:1], pace[:-1]])
        slack_s = km_to_metres(self.slack_km)
        least = ran_s[None, :] - ran_s[:, None]
        least -= (slack_s * pace)[:, None] + (slack_s * arriving)[None, :]
        least = np.floor(np.clip(np.triu(least, 1), 0.0, None) + 1e-6)
        return np.asarray(least, dtype=np.int64)

    def measure_m(self, first: int, last: int) -> tuple[float, float]:
        """Return the least and greatest length between two passages, in metres."""
        low = self.low_km[last] - self.low_km[first]
        high = self.high_km[last] - self.high_km[first]
        slack = self.slack_km[first] + self.slack_km[last]
        return km_to_metres(float(max(low - slack, 0.0))), km_to_metres(float(high + slack))

    def list_caps(self, lines: Collection[str] | None = None) -> tuple[tuple[str, float], ...]:
        """Return some lines and their caps in km/h, along the route; by default, all lines."""
        caps: dict[str, float] = {}
        for passage, cap in zip(self.route.passages, self.cap_mps, strict=True):
            if lines is None or passage.line in lines:
                caps[passage.line] = max(caps.get(passage.line, 0.0), mps_to_kmh(float(cap)))
        return tuple(caps.items())


def make_line_limits(
    journey: Journey, route_id: str, cap_kmh: float | None = None
) -> LineLimits:
    """Return the limits of a route; ``cap_kmh`` replaces the caps of the lines."""
    route = journey.routes[route_id].route
    caps = [p.section.cap_kmh if cap_kmh is None else cap_kmh for p in route.passages]
    low, high, _ = measure_sections(journey, route)
    return LineLimits(
        route_id=route_id,
        route=route,
        low_km=np.concatenate([[0.0], np.cumsum(low)]),
        high_km=np.concatenate([[0.0], np.cumsum(high)]),
        cap_mps=kmh_to_mps(np.array(caps)),
        slack_km=np.array([p.uncertainty_km for p in route.passages]),
        places=route.visits,
        stops=find_stops(journey, route_id),
    )


def make_matrix(least_s: Integers) -> Integers:
    """Return the matrix of the first case: what holds for its events without any report.

    Events follow the order of the line. Those of two passages are at least ``least_s`` apart.
    """
    count = len(least_s)
    steps = np.where(np.tri(count, dtype=bool), -least_s.T, FREE_S)
    matrix = np.full((1 + 2 * count, 1 + 2 * count), FREE_S, dtype=np.int64)
    for late in (0, 1):
        for early in (0, 1):
            matrix[1 + late :: 2, 1 + early :: 2] = steps
    here = np.arange(count)
    # A departure may follow its arrival at any later time.
    matrix[1 + 2 * here, 2 + 2 * here] = FREE_S
    matrix[ZERO, ZERO] = 0
    return matrix


def cut_matrix(matrix: Integers, origin: int) -> Integers:
    """Return the matrix of the case that begins at an origin, from that of the first case."""
    part = matrix[2 * origin :, 2 * origin :].copy()
    part[ZERO, :] = part[:, ZERO] = FREE_S
    part[ZERO, ZERO] = 0
    return part


def cut_order(order: Integers, origin: int) -> Integers:
    """Return the order of the case that begins at an origin, as a view of that of the first.

    It depends on the number of passages only, so that many cases share one array.
    """
    size = len(order) - 2 * origin
    return order[:size, :size]


def list_origins(journey: Journey, line: LineLimits) -> range:
    """Return the indices of the passages from which the train may have departed.

    If the plan lists no origins, this is only the first passage. Otherwise it is every passage
    from the first to the last origin of the plan, so that certain answers do not depend on
    which passages between them are listed.
    """
    stations = (row.station for row in journey.plan.origins)
    named = [line.places[station][0] for station in stations if station in line.places]
    return range(min(named), max(named) + 1) if named else range(1)
