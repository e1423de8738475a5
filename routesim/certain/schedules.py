"""Solved cases: the earliest and latest of every event in one case of a world."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from routesim.constraints.system import FREE_S, ZERO, Constraint
from routesim.units import metres_to_km

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from routesim.certain.encoding import Case
    from routesim.certain.worlds import World
    from routesim.constraints.system import Tree

__all__ = ["SolvedCase", "find_span", "loosen", "solve_world"]

OPEN_KINDS = {"zone", "visit", "from_event"}
"""Choices that a world leaves open where it need not change them."""


@dataclass(frozen=True, eq=False)
class SolvedCase:
    """The bounds of one case under one selection of readings."""

    world: World
    case: Case
    owners: int
    up: Tree = field(repr=False)
    down: Tree = field(repr=False)

    @property
    def latest_s(self) -> NDArray[np.float64]:
        """Latest second a node, infinite where nothing holds it."""
        late = self.up.distance_s.astype(float)
        return np.where(self.up.distance_s >= FREE_S // 2, np.inf, late)

    @property
    def earliest_s(self) -> NDArray[np.float64]:
        """Earliest second a node, minus infinite where nothing holds it."""
        early = -self.down.distance_s.astype(float)
        return np.where(self.down.distance_s >= FREE_S // 2, -np.inf, early)


def find_span(solved: SolvedCase, time_s: float) -> tuple[float, float]:
    """Return the least and greatest kilometre of one case at an instant.

    Between two passages it may have dawdled and must then run at the cap to be in time, or
    have run at the cap from the first moment possible: a prism over the line.
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


def solve_world(world: World, route: str) -> Iterator[SolvedCase]:
    """Solve the cases of a world on a route; those that cannot be are left out."""
    testimony = world.testimony
    register = testimony.register
    turned = dict(world.changed)
    fixed = {
        name: number
        for name, number in world.settled.items()
        if name in turned or register.choices[name].kind not in OPEN_KINDS
    }
    loose = sum(
        sum(register.list_options(name))
        for name, choice in register.choices.items()
        if name not in fixed and choice.kind not in {"route", "start"}
    )
    settled = register.make_owners((), fixed.items())
    owners_of = [speaker.owners for speaker in testimony.speakers]
    for case in testimony.cases:
        if case.line.route_id != route or not world.admits(case):
            continue
        owners = world.kept | settled | testimony.get_setting(case)
        system = replace(
            case.system, constraints=loosen(case.system.constraints, loose, owners_of)
        )
        if not system.is_feasible(owners):
            continue
        numbers = system.select(owners)
        matrix = system.get_matrix(owners)
        yield SolvedCase(
            world,
            replace(case, system=system),
            owners,
            up=system.reach(ZERO, numbers, matrix),
            down=system.reach(ZERO, numbers, matrix, backwards=True),
        )


def loosen(
    constraints: Sequence[Constraint], loose: int, variants: Sequence[int]
) -> tuple[Constraint, ...]:
    """Replace the options of open choices by what holds in every one of them.

    Parameters
    ----------
    constraints
        Of a case.
    loose
        The bits of the options of open choices.
    variants
        The owners of every clause in every variant.

    Returns
    -------
    tuple of Constraint
        Windows that differ by an hour become their union. Where windows do not touch the
        gap between them is given away: bounds are never tighter than the truth.
    """
    kept = [c for c in constraints if not c.owners & loose]
    options: dict[int, set[int]] = {}
    for owners in variants:
        options.setdefault(owners & ~loose, set()).add(owners)
    grouped: dict[tuple[int, int, int], dict[int, int]] = {}
    for c in constraints:
        if c.owners & loose:
            told = grouped.setdefault((c.owners & ~loose, c.tail, c.head), {})
            told[c.owners] = min(c.weight_s, told.get(c.owners, c.weight_s))
    for (owners, tail, head), told in grouped.items():
        if len(told) >= len(options.get(owners, told)):
            kept.append(Constraint(tail, head, max(told.values()), owners))
    return tuple(kept)
