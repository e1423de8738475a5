"""Open choices: readings that a world leaves open, as nothing requires one of their options.

Bounds are those of constraints that hold with every option of the open choices. They may be
wider than with any single option. So whether something was possible is asked of the options
themselves, one per choice: if the wide constraints refuse it, no option allows it; if they
allow it, options are searched for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.shared_clocks import is_shared_clock
from routesim.certain.support import CAP, SETTING
from routesim.constraints.bitsets import (
    NO_BITS,
    Bits,
    find_subset,
    intersect,
    is_subset,
    make_bit,
    overlaps,
    remove,
    unite,
    unite_all,
)
from routesim.constraints.enumeration import find_cycles
from routesim.constraints.system import FREE_S, Constraint, DifferenceSystem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from routesim.certain.encoding.route_case import RouteCase
    from routesim.certain.worlds import World


ASKED_BIT, SPEED_BIT = make_bit(0), make_bit(1)
"""Supports of the two parts of a question: events at places, and a speed cap."""
EVERYTHING = unite(ASKED_BIT, SPEED_BIT)
MOST_NODES = 2_000
"""Number of partial selections of options after which a search stops."""
OPEN_KINDS = {"zone", "visit", "from_event"}
"""Kinds of choices that a world leaves open unless it must change them.

A clock that all reports of a source share is not left open: it is read as in the file unless
the world changes it. Otherwise the possible days and hours by which it may be off would widen
every bound.
"""


@dataclass(frozen=True, eq=False)
class OpenCase:
    """One case of a world (route and start), with its open choices.

    ``support`` has the clauses, options and assumptions that are true. ``choices`` has the bits
    of the options of each open choice, the one at face value first. ``taken`` has the options
    of choices that were open before.
    """

    world: World
    case: RouteCase
    support: Bits
    choices: tuple[tuple[Bits, ...], ...]
    taken: Bits = NO_BITS

    @cached_property
    def system(self) -> DifferenceSystem:
        """Constraints that hold with every option of the open choices; others are looser."""
        return replace(self.case.system, constraints=self.loosen(self.case))

    def loosen(self, case: RouteCase) -> tuple[Constraint, ...]:
        """Relax the constraints of a case to those that hold with every open option."""
        possible = unite(self.support, unite_all(map(unite_all, self.choices)))
        own = [c for c in case.system.constraints if is_subset(c.support, possible)]
        return _loosen(own, self.choices)

    @property
    def refused(self) -> Bits | None:
        """Clauses and options that exclude the case, whatever the times; None if none do."""
        return find_subset(self.case.system.refused, self.support)

    @property
    def readings(self) -> tuple[str, ...]:
        """Options in ``taken`` that are not at face value, in words."""
        register = self.world.problem.register
        options = (option for option in register.list_taken(self.taken) if option[1])
        return tuple(map(register.format_option, options))

    def take(self, option: Bits) -> OpenCase:
        """Return the case with one option taken; the choice of the option is no longer open."""
        others = tuple(options for options in self.choices if option not in options)
        return self._take(option, others)

    def take_face_value(self) -> OpenCase:
        """Return the case with every open choice at face value."""
        return self._take(unite_all(options[0] for options in self.choices), ())

    def _take(self, taken: Bits, others: tuple[tuple[Bits, ...], ...]) -> OpenCase:
        support, known = unite(self.support, taken), unite(self.taken, taken)
        return replace(self, support=support, choices=others, taken=known)

    def find_choice(self, support: Bits) -> tuple[Bits, ...]:
        """Return the options of the first open choice of which a support has an option."""
        return next(
            options for options in self.choices if overlaps(unite_all(options), support)
        )


def list_open_cases(world: World, route: str) -> Iterator[OpenCase]:
    """Iterate over the cases of a world on a route; infeasible cases are left out."""
    problem = world.problem
    register = problem.register
    changed, kinds = dict(world.changed), {c.id: c.kind for c in register.choices.values()}
    shared = {c.id: 0 for c in register.choices.values() if is_shared_clock(c)}
    fixed = {
        name: number
        for name, number in (shared | world.settled).items()
        if name in changed or name in shared or kinds[name] not in OPEN_KINDS
    }
    loose = tuple(
        register.list_options(name)
        for name in kinds
        if name not in fixed and name not in SETTING
    )
    settled = register.make_support((), fixed.items())
    for case in problem.cases:
        if case.line.route_id != route or not world.admits(case):
            continue
        support = unite_all((world.kept, settled, problem.get_setting(case)))
        one = OpenCase(world, case, support, loose)
        if one.system.is_feasible(support):
            yield one


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


# ------------------------------------------------------------ questions


@dataclass(frozen=True, eq=False)
class AskedCase:
    """A question to one case of a world, some of whose open choices may be taken.

    ``capped`` is the case with the speed cap of the question, if there is one. ``parts`` has
    the constraints of each part of the question.
    """

    held: OpenCase
    capped: RouteCase
    parts: tuple[tuple[Constraint, ...], ...]

    @cached_property
    def _grouped(self) -> tuple[tuple[Bits, tuple[Constraint, ...]], ...]:
        """Constraints of the reports, of the reports at the speed cap, and of each part.

        Each group has the part of the question on which it depends.
        """
        own, support = self.held.system, self.held.support
        reported = tuple(own.constraints[n] for n in own.select(support))
        asked = ((ASKED_BIT, part) for part in self.parts)
        return (NO_BITS, reported), (SPEED_BIT, self._list_slower()), *asked

    def _list_slower(self) -> tuple[Constraint, ...]:
        """Return the constraints of the reports that the speed cap of the question changes."""
        if self.capped is self.held.case:
            return ()
        cap = self.held.world.problem.register.assumption_bits[CAP]
        support = self.held.support
        return tuple(
            c
            for c in self.held.loosen(self.capped)
            if overlaps(c.support, cap) and is_subset(c.support, support)
        )

    @cached_property
    def constraints(self) -> tuple[Constraint, ...]:
        """Constraints of the reports, then those of the question, each with its support."""
        return tuple(c for _, group in self._grouped for c in group)

    @cached_property
    def system(self) -> DifferenceSystem:
        """The constraints with the part of the question, if any, as their support."""
        support = self.held.support
        matrix = self.held.case.system.get_matrix(support)
        return DifferenceSystem(
            order=matrix,
            capped=np.minimum(self.capped.system.get_matrix(support), matrix),
            cap_support=SPEED_BIT,
            constraints=tuple(
                replace(c, support=besides) for besides, group in self._grouped for c in group
            ),
        )

    @cached_property
    def is_allowed(self) -> bool:
        """Whether the constraints, which may be too loose, allow what is asked."""
        return self.held.refused is None and self.system.is_feasible(EVERYTHING)

    @property
    def is_consistent(self) -> bool:
        """Whether the constraints allow the reports, without the question."""
        return self.held.refused is None and self.system.is_feasible(NO_BITS)

    @cached_property
    def room(self) -> tuple[int | None, list[int]]:
        """Smallest margin of the question in seconds, and the path that sets it.

        The path has indices of ``constraints``. The margin is None, and the path empty, if
        nothing bounds the question.
        """
        best: tuple[int | None, list[int]] = (None, [])
        first = len(self.constraints) - sum(map(len, self.parts))
        for part in self.parts:
            own = range(first, first + len(part))
            first = own.stop
            for number, asked in zip(own, part, strict=True):
                # The two ends of one window always agree, so the other end is left out.
                other = [
                    n
                    for n, one in enumerate(self.constraints)
                    if n not in own or (one.tail, one.head) != (asked.head, asked.tail)
                ]
                tree = self.system.reach(asked.head, other, self.system.capped)
                back = int(tree.distance_s[asked.tail])
                room = back + asked.weight_s
                if back < FREE_S // 2 and (best[0] is None or room < best[0]):
                    best = room, [number, *tree.list_path(asked.tail)]
        return best

    @property
    def room_s(self) -> float:
        """The smallest margin in seconds, infinite if nothing bounds the question."""
        return inf if self.room[0] is None else self.room[0]

    def find_miss(self) -> tuple[int, list[int]]:
        """Return the margin of a question that is refused, below 0, and the path that sets it.

        The case must be consistent, so that only the question can be refuted.
        """
        if cycles := find_cycles(self.system).cycles:
            cycle = min(cycles, key=lambda c: c.weight_s)
            return cycle.weight_s, list(cycle.path)
        # The search may stop before it finds a contradiction.
        path = self.system.find_negative_cycle(EVERYTHING) or ()
        worst = self.system.find_worst_cycle(EVERYTHING, path)
        weight_s, path = worst or (self._sum_up(path), path)
        return weight_s, list(path)

    def _sum_up(self, cycle: Sequence[int]) -> int:
        """Return the weight of a cycle, with the matrix steps between its constraints."""
        path = [self.constraints[number] for number in cycle]
        pairs = zip(path, [*path[1:], *path[:1]], strict=True)
        between = (
            int(self.system.capped[one.head, then.tail])
            for one, then in pairs
            if one.head != then.tail
        )
        return sum(one.weight_s for one in path) + sum(between)

    def find_contradiction(self) -> Bits | None:
        """Return clauses and options that refuse the question, or None if it is allowed."""
        if self.held.refused is not None or self.is_allowed:
            return self.held.refused
        return self.unite_supports(self.system.find_negative_cycle(EVERYTHING) or ())

    def unite_supports(self, path: Iterable[int]) -> Bits:
        """Return all clauses and options on a path."""
        return unite_all(self.constraints[number].support for number in path)

    def take_face_value(self) -> AskedCase:
        """Return the question with every open choice at face value."""
        return replace(self, held=self.held.take_face_value())

    def branch(self, support: Bits) -> list[AskedCase]:
        """Return the question with each option of the first open choice in a support."""
        options = self.held.find_choice(support)
        return [replace(self, held=self.held.take(option)) for option in options]


class OptionSearch:
    """Search for options of the open choices that allow a question, depth first.

    A node is a partial selection of options. It is abandoned if the constraints that hold with
    every option of the other choices refuse the question, or leave it no more room than the
    best selection so far. Otherwise all other choices are tried at face value. If this fails,
    or if another option may leave more room, the search branches on a choice that decides.

    ``best`` is the selection with the most room found, None if no selection allows the
    question. ``miss`` is the refused node with the smallest miss, and its margin and path.
    ``is_cut`` is True if the search stopped at its limit.
    """

    def __init__(self) -> None:
        self.best: AskedCase | None = None
        self.miss: tuple[AskedCase, int, list[int]] | None = None
        self.is_cut = False

    def run(self, roots: Iterable[AskedCase]) -> None:
        """Search from cases without options taken; these do not count towards the limit."""
        stack = [node for root in roots for node in self._visit(root)][::-1]
        nodes = 0
        while stack:
            if nodes == MOST_NODES:
                self.is_cut = True
                return
            nodes += 1
            stack += self._visit(stack.pop())[::-1]

    def _visit(self, node: AskedCase) -> list[AskedCase]:
        """Try one node at face value; return the nodes into which it branches."""
        if not node.is_allowed:
            self._note_miss(node)
            return []
        if self.best is not None and node.room_s <= self.best.room_s:
            return []
        full = node.take_face_value()
        decisive = full.find_contradiction()
        if decisive is None:
            if self.best is None or full.room_s > self.best.room_s:
                self.best = full
            if full.room_s == node.room_s:
                return []
            decisive = full.unite_supports(full.room[1])
        return node.branch(decisive)

    def _note_miss(self, node: AskedCase) -> None:
        if self.best is None and node.is_consistent:
            margin_s, path = node.find_miss()
            if self.miss is None or margin_s > self.miss[1]:
                self.miss = node, margin_s, path
