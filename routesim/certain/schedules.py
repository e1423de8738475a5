"""Schedules: the earliest and latest time of every event in one case of a world."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.shared_clocks import is_shared_clock
from routesim.constraints.bitsets import Bits, intersect, is_subset, overlaps, remove, unite_all
from routesim.constraints.system import FREE_S, ZERO, Constraint
from routesim.units import metres_to_km

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from routesim.arrays import Array
    from routesim.certain.encoding.route_case import RouteCase
    from routesim.certain.worlds import World
    from routesim.constraints.system import ShortestPathTree


OPEN_KINDS = {"zone", "visit", "from_event"}
"""Kinds of choices that a world leaves open unless it must change them.

A clock that all reports of a source share is not left open: it is read as in the file unless
the world changes it. Otherwise the possible days and hours by which it may be off would widen
every bound.
"""


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
        return (self.latest_s, self.up) if end == "latest" else (self.earliest_s, self.down)

    def bound_km(self, time_s: float) -> tuple[float, float]:
        """Return the least and greatest kilometre of the route at a time, POSIX seconds.

        Between two passages they form a space-time prism [1]_. The train is at the greatest
        kilometre if it departed as early as possible and ran at the cap. It is at the least
        kilometre if it must run at the cap to arrive as late as possible.

        References
        ----------
        .. [1] T. Hägerstrand, "What about people in regional science?", Papers of the
           Regional Science Association 24 (1970), 7-21.
        """
        line, origin = self.case.line, self.case.origin
        km = line.route.passage_km[origin:]
        arrive_late, depart_early = self.latest_s[1::2], self.earliest_s[2::2]
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

    def list_holders(self, tree: ShortestPathTree, node: int) -> tuple[str, ...]:
        """Return the names of the clauses and assumptions on the shortest path to a node."""
        register, system = self.world.problem.register, self.case.system
        supports = [system.constraints[number].support for number in tree.list_path(node)]
        if tree.uses_other(node, system.order):
            supports.append(system.cap_support)
        return register.list_names(unite_all(supports))


def solve_world(world: World, route: str) -> Iterator[SolvedCase]:
    """Iterate over the solved cases of a world on a route; infeasible cases are left out."""
    problem = world.problem
    register = problem.register
    changed, kinds = dict(world.changed), {c.id: c.kind for c in register.choices.values()}
    shared = {c.id: 0 for c in register.choices.values() if is_shared_clock(c)}
    fixed = {
        name: number
        for name, number in (shared | world.settled).items()
        if name in changed or name in shared or kinds[name] not in OPEN_KINDS
    }
    loose = [
        register.list_options(name)
        for name, kind in kinds.items()
        if name not in fixed and kind not in {"route", "start"}
    ]
    settled = register.make_support((), fixed.items())
    for case in problem.cases:
        if case.line.route_id != route or not world.admits(case):
            continue
        support = unite_all((world.kept, settled, problem.get_setting(case)))
        constraints = _loosen(case.system.constraints, loose)
        system = replace(case.system, constraints=constraints)
        if not system.is_feasible(support):
            continue
        numbers, matrix = system.select(support), system.get_matrix(support)
        up = system.reach(ZERO, numbers, matrix)
        down = system.reach(ZERO, numbers, matrix, backwards=True)
        yield SolvedCase(world, replace(case, system=system), support, up, down)


def _loosen(
    constraints: Sequence[Constraint], choices: Sequence[Sequence[Bits]]
) -> tuple[Constraint, ...]:
    """Relax constraints to those that hold with every option of the open choices.

    ``choices`` has the bits of the options of each open choice. A bound of a clause becomes its
    loosest one over all combinations of options, and is left out if one of them sets none:
    bounds may be wider than the truth, but never tighter.
    """
    loose = unite_all(unite_all(options) for options in choices)
    kept = [c for c in constraints if not overlaps(c.support, loose)]
    grouped: dict[tuple[Bits, int, int], dict[Bits, int]] = {}
    for c in constraints:
        if taken := intersect(c.support, loose):
            weights = grouped.setdefault((remove(c.support, loose), c.tail, c.head), {})
            weights[taken] = min(c.weight_s, weights.get(taken, c.weight_s))
    for (support, tail, head), weights in grouped.items():
        stated = unite_all(weights)
        own = [options for options in choices if overlaps(unite_all(options), stated)]
        loosest = max(_find_tightest(weights, unite_all(taken)) for taken in product(*own))
        if loosest < FREE_S:
            kept.append(Constraint(tail, head, loosest, support))
    return tuple(kept)


def _find_tightest(weights: Mapping[Bits, int], taken: Bits) -> int:
    """Return the least weight that holds with some options; ``FREE_S`` if none does."""
    holding = (weight for options, weight in weights.items() if is_subset(options, taken))
    return min(holding, default=FREE_S)
