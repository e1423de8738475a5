"""Schedules: the earliest and latest time of every event in one case of a world."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.open_choices import list_open_cases
from routesim.constraints.bitsets import unite_all
from routesim.constraints.system import ZERO
from routesim.units import km_to_metres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.arrays import Array
    from routesim.certain.encoding.route_case import RouteCase
    from routesim.certain.worlds import World
    from routesim.constraints.bitsets import Bits
    from routesim.constraints.system import ShortestPathTree


@dataclass(frozen=True, eq=False)
class SolvedCase:
    """Bounds of one case of a world (route and start), valid for all open choices.

    ``support`` has the clauses, options and assumptions that are true in the world. The
    shortest paths ``up`` bound events from above, and ``down`` from below.
    """

    world: World
    case: RouteCase
    support: Bits
    up: ShortestPathTree = field(repr=False)
    down: ShortestPathTree = field(repr=False)

    @cached_property
    def latest_s(self) -> Array:
        """Latest time per node, POSIX seconds; infinite where nothing bounds it."""
        return self.up.most_s

    @cached_property
    def earliest_s(self) -> Array:
        """Earliest time per node, POSIX seconds; minus infinity where nothing bounds it."""
        return -self.down.most_s

    def get_times(self, end: str) -> tuple[Array, ShortestPathTree]:
        """Return the ``earliest`` or ``latest`` times per node, and the paths that set them."""
        ends = {"earliest": (self.earliest_s, self.down), "latest": (self.latest_s, self.up)}
        return ends[end]

    @cached_property
    def run_s(self) -> Array:
        """Least running time of each section from the origin on, in seconds.

        It is never more than the nominal kilometres take at the cap. It is less if the passages
        may lie closer together than their kilometres say, and zero if both may be one place.
        """
        line, origin = self.case.line, self.case.origin
        nominal_m = km_to_metres(np.diff(line.route.passage_km))
        run_s = np.minimum(np.diagonal(line.least_s, 1), nominal_m / line.cap_mps[:-1])
        return np.asarray(run_s[origin:])

    def bound_km(self, time_s: float) -> tuple[float, float]:
        """Return the least and greatest kilometre of the route at a time, POSIX seconds.

        Between two passages they form a space-time prism [1]_. The train is at the greatest
        kilometre if it departed as early as possible and ran as fast as possible. It is at the
        least kilometre if it must run so to arrive as late as possible. As fast as possible
        means the least running time of the section, as in the bounds of the events: at the cap,
        with disputed lengths and uncertain kilometres at their shortest.

        References
        ----------
        .. [1] T. Hägerstrand, "What about people in regional science?", Papers of the
           Regional Science Association 24 (1970), 7-21.
        """
        km = self.case.line.route.passage_km[self.case.origin :]
        arrive_late, depart_early = self.latest_s[1::2], self.earliest_s[2::2]
        there = np.flatnonzero(arrive_late < time_s)
        j = int(there[-1]) if there.size else 0
        low = km[j]
        if j + 1 < len(km):
            low = km[j + 1] - self._run_km(j, arrive_late[j + 1] - time_s)
        gone = np.flatnonzero(depart_early <= time_s)
        if not gone.size:
            return float(min(low, km[0])), float(km[0])
        k = int(gone[-1])
        high = km[k]
        if k + 1 < len(km):
            high = km[k] + self._run_km(k, time_s - depart_early[k])
        return float(low), float(max(high, low))

    def _run_km(self, section: int, lapse_s: float) -> float:
        """Return the longest run in a section from the origin on, at most all of it, in km."""
        first, last = self.case.line.route.passage_km[self.case.origin + section :][:2]
        run_s = self.run_s[section]
        share = lapse_s / run_s if lapse_s < run_s else 1.0
        return float((last - first) * share)

    def list_holders(self, tree: ShortestPathTree, node: int) -> tuple[str, ...]:
        """Return the names of the clauses and assumptions on the shortest path to a node."""
        register, system = self.world.problem.register, self.case.system
        supports = [system.constraints[number].support for number in tree.list_path(node)]
        if tree.uses_other(node, system.order):
            supports.append(system.cap_support)
        return register.list_names(unite_all(supports))


def solve_world(world: World, route: str) -> Iterator[SolvedCase]:
    """Iterate over the solved cases of a world on a route; infeasible cases are left out."""
    for one in list_open_cases(world, route):
        system, support = one.system, one.support
        numbers, matrix = system.select(support), system.get_matrix(support)
        up = system.reach(ZERO, numbers, matrix)
        down = system.reach(ZERO, numbers, matrix, backwards=True)
        yield SolvedCase(world, replace(one.case, system=system), support, up, down)
