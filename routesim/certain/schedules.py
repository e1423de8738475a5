"""Schedules: the earliest and latest time of every event in one case of a world."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from routesim.constraints.bitsets import Bits, overlaps, remove, unite_all
from routesim.constraints.system import FREE_S, ZERO, Constraint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from routesim.certain.encoding.route_case import RouteCase
    from routesim.certain.worlds import World
    from routesim.constraints.system import ShortestPathTree


OPEN_KINDS = {"zone", "visit", "from_event"}
"""Choices that a world leaves open unless it has to change them."""


@dataclass(frozen=True, eq=False)
class SolvedCase:
    """The bounds of one case of a world.

    Parameters
    ----------
    world
        The world.
    case
        The route and start, with open choices loosened.
    support
        What is taken as true: clauses, options and assumptions.
    up, down
        The shortest paths that bound events from above and from below.
    """

    world: World
    case: RouteCase
    support: Bits
    up: ShortestPathTree = field(repr=False)
    down: ShortestPathTree = field(repr=False)

    @property
    def latest_s(self) -> NDArray[np.float64]:
        """Latest second a node, infinite where nothing bounds it."""
        late = self.up.distance_s.astype(float)
        return np.where(self.up.distance_s >= FREE_S // 2, np.inf, late)

    @property
    def earliest_s(self) -> NDArray[np.float64]:
        """Earliest second a node, minus infinite where nothing bounds it."""
        early = -self.down.distance_s.astype(float)
        return np.where(self.down.distance_s >= FREE_S // 2, -np.inf, early)

    def list_holders(self, tree: ShortestPathTree, node: int) -> tuple[str, ...]:
        """Return the clauses and assumptions on the shortest path to a node."""
        register, system = self.world.problem.register, self.case.system
        supports = [system.constraints[number].support for number in tree.list_path(node)]
        if tree.uses_other(node, system.order):
            supports.append(system.cap_support)
        return register.list_names(unite_all(supports))


def solve_world(world: World, route: str) -> Iterator[SolvedCase]:
    """Solve the cases of a world on a route; those that cannot hold are left out."""
    problem = world.problem
    register = problem.register
    changed = dict(world.changed)
    fixed = {
        name: number
        for name, number in world.settled.items()
        if name in changed or register.choices[name].kind not in OPEN_KINDS
    }
    loose = unite_all(
        register.choice_bits[name]
        for name, choice in register.choices.items()
        if name not in fixed and choice.kind not in {"route", "start"}
    )
    settled = register.make_support((), fixed.items())
    support_of = [variant.support for variant in problem.variants]
    for case in problem.cases:
        if case.line.route_id != route or not world.admits(case):
            continue
        support = unite_all((world.kept, settled, problem.get_setting(case)))
        system = replace(
            case.system, constraints=loosen(case.system.constraints, loose, support_of)
        )
        if not system.is_feasible(support):
            continue
        numbers = system.select(support)
        matrix = system.get_matrix(support)
        yield SolvedCase(
            world,
            replace(case, system=system),
            support,
            up=system.reach(ZERO, numbers, matrix),
            down=system.reach(ZERO, numbers, matrix, backwards=True),
        )


def loosen(
    constraints: Sequence[Constraint], loose: Bits, variants: Sequence[Bits]
) -> tuple[Constraint, ...]:
    """Replace the options of open choices by what holds in every one of them.

    Parameters
    ----------
    constraints
        Of a case.
    loose
        The bits of the options of open choices.
    variants
        The support of every clause in every variant.

    Returns
    -------
    tuple of Constraint
        Windows that differ by an hour become their union. Where windows do not touch, the
        gap between them is included: bounds are never tighter than the truth.
    """
    kept = [c for c in constraints if not overlaps(c.support, loose)]
    options: dict[Bits, set[Bits]] = {}
    for support in variants:
        options.setdefault(remove(support, loose), set()).add(support)
    grouped: dict[tuple[Bits, int, int], dict[Bits, int]] = {}
    for c in constraints:
        if overlaps(c.support, loose):
            weights = grouped.setdefault((remove(c.support, loose), c.tail, c.head), {})
            weights[c.support] = min(c.weight_s, weights.get(c.support, c.weight_s))
    for (support, tail, head), weights in grouped.items():
        if len(weights) >= len(options.get(support, weights)):
            kept.append(Constraint(tail, head, max(weights.values()), support))
    return tuple(kept)
