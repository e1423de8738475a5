"""All worlds of a small problem, by trying every set of clauses with every option.

It shares the encoding with the package (which constraints a clause makes on a route), and
nothing else: feasibility is decided by the algorithm of Floyd and Warshall on all sets of
clauses at once, and best worlds follow from the words of their definition.

A world is a route, a set of kept clauses and an option of every choice that can all be true
together from some start, to which no clause can be added and in which no changed reading can go
back. Best worlds drop the fewest families; among those they have the smallest sum of clauses
dropped and zones changed. A clause does not count if its family keeps a contrary version of the
same event.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.support import ROUTE_CHOICE, START_CHOICE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from routesim.certain.encoding.route_case import RouteCase
    from routesim.certain.problem import ReportProblem

__all__ = [
    "AllWorlds",
    "FoundWorld",
    "close_matrices",
    "is_satisfiable",
    "keep_best",
    "write_matrix",
]

UNBOUNDED_S = 1 << 50
LOWEST_S = -(1 << 46)
"""Weights on negative cycles are cut off here, so that sums do not overflow."""
MOST_AT_ONCE = 1 << 20
OPEN_KINDS = {"zone", "visit", "from_event"}
SETTING = {ROUTE_CHOICE, START_CHOICE}

Edge = tuple[int, int, int]
"""Tail, head and weight: the time of the head is at most that of the tail plus the weight."""
Changed = frozenset[tuple[str, int]]


# ------------------------------------------------------------ difference constraints


def close_matrices(matrices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the shortest paths between all nodes, for matrices of shape (sets, nodes, nodes).

    A negative entry on a diagonal is a contradiction.
    """
    closed = matrices.copy()
    for node in range(closed.shape[-1]):
        through = closed[:, :, node, None] + closed[:, node, None, :]
        np.minimum(closed, np.maximum(through, LOWEST_S), out=closed)
        np.minimum(closed, UNBOUNDED_S, out=closed)
    return closed


def write_matrix(matrix: NDArray[np.int64], edges: Iterable[Edge]) -> NDArray[np.int64]:
    """Return a matrix with some edges in addition."""
    written = np.minimum(matrix, UNBOUNDED_S)
    for tail, head, weight_s in edges:
        written[tail, head] = min(written[tail, head], weight_s)
    return written


def is_satisfiable(matrix: NDArray[np.int64], edges: Sequence[Edge]) -> bool:
    """Return whether some times satisfy a closed matrix and some edges."""
    nodes = sorted({node for tail, head, _ in edges for node in (tail, head)} | {0})
    place = {node: number for number, node in enumerate(nodes)}
    moved = [(place[tail], place[head], weight_s) for tail, head, weight_s in edges]
    closed = close_matrices(write_matrix(matrix[np.ix_(nodes, nodes)], moved)[None])
    return bool((np.diagonal(closed[0]) >= 0).all())


# ------------------------------------------------------------ worlds


@dataclass(frozen=True)
class FoundWorld:
    """A world: dropped clauses, changed choices with their options, and what it costs.

    ``changed`` includes the route, unless it is the first one, and the start if only one beyond
    the first station is possible. ``starts`` has the numbers of the possible starts. ``rank``
    is the number of families dropped and the sum of clauses dropped and zones changed.
    """

    route: int
    starts: tuple[int, ...]
    dropped: frozenset[str]
    changed: Changed
    versions: frozenset[str]
    families: frozenset[str]
    rank: tuple[int, int]

    @property
    def key(self) -> tuple[frozenset[str], Changed]:
        """What identifies it."""
        return self.dropped, self.changed


class AllWorlds:
    """Every set of clauses of a problem, with every option, on every route from every start."""

    def __init__(self, problem: ReportProblem) -> None:
        self.problem, register = problem, problem.register
        self.clauses = list(register.clause_bits)
        self.choices = {
            name: len(choice.options)
            for name, choice in register.choices.items()
            if name not in SETTING
        }
        # A clock that several reports share is read as in the file unless a world changes it.
        self.shared = {
            name for name, choice in register.choices.items() if not choice.report_id
        }
        self.kinds = {name: choice.kind for name, choice in register.choices.items()}
        self.assumed = int(register.assumptions)
        self.events = problem.event_of_clause
        self.family_of = {
            clause: distinct.report.family
            for clause, distinct in problem.report_of_clause.items()
        }
        self._solved: dict[object, NDArray[np.bool_]] = {}

    def count_combinations(self) -> int:
        """Return the number of combinations of options."""
        return prod(self.choices.values())

    @cached_property
    def combinations(self) -> list[tuple[int, ...]]:
        """Every combination of options of the choices but route and start."""
        return list(product(*map(range, self.choices.values())))

    @cached_property
    def masks(self) -> NDArray[np.int64]:
        """Every set of kept clauses, as bits."""
        return np.arange(1 << len(self.clauses))

    @cached_property
    def settings(self) -> dict[tuple[int, int], list[RouteCase]]:
        """Cases by the numbers of their route and of their start: 0 for the first station."""
        problem, grouped = self.problem, dict[tuple[int, int], list["RouteCase"]]()
        for case in problem.cases:
            start = int(case.origin > 0) if problem.is_start_open else 0
            key = problem.routes.index(case.line.route_id), start
            grouped.setdefault(key, []).append(case)
        return grouped

    def list_edges(
        self, case: RouteCase, combination: Sequence[int]
    ) -> tuple[list[tuple[Edge, int]], list[int]]:
        """Return the edges of a case, each with its mask of clauses, and the refused masks."""
        register = self.problem.register
        taken = zip(self.choices, combination, strict=True)
        held = int(register.clauses) | self.assumed | int(register.make_support((), taken))
        held |= int(self.problem.get_setting(case))
        edges = [
            ((c.tail, c.head, c.weight_s), self._mask(c.support))
            for c in case.system.constraints
            if not int(c.support) & ~held
        ]
        refused = [self._mask(s) for s in case.system.refused if not int(s) & ~held]
        return edges, refused

    def _mask(self, support: int) -> int:
        bits = self.problem.register.clause_bits
        return sum(
            1 << number
            for number, name in enumerate(self.clauses)
            if int(support) & int(bits[name])
        )

    def list_feasible(self, route: int, combination: Sequence[int]) -> NDArray[np.bool_]:
        """Return, for every mask of kept clauses, whether all can be true from some start."""
        feasible = np.zeros(len(self.masks), dtype=bool)
        for setting in self.settings:
            if setting[0] == route:
                feasible |= self.list_feasible_from(setting, combination)
        return feasible

    def list_feasible_from(
        self, setting: tuple[int, int], combination: Sequence[int]
    ) -> NDArray[np.bool_]:
        """Return, for every mask of kept clauses, whether all can be true from one start."""
        key = setting, tuple(combination)
        if key not in self._solved:
            feasible = np.zeros(len(self.masks), dtype=bool)
            for case in self.settings[setting]:
                feasible |= self._solve(case, combination)
            self._solved[key] = feasible
        return self._solved[key]

    def _solve(self, case: RouteCase, combination: Sequence[int]) -> NDArray[np.bool_]:
        edges, refused = self.list_edges(case, combination)
        key = id(case), tuple(sorted(edges)), tuple(sorted(refused))
        if key in self._solved:
            return self._solved[key]
        nodes = sorted({node for (tail, head, _), _ in edges for node in (tail, head)} | {0})
        place = {node: number for number, node in enumerate(nodes)}
        base = np.minimum(case.system.capped[np.ix_(nodes, nodes)], UNBOUNDED_S)
        feasible = np.ones(len(self.masks), dtype=bool)
        at_once = max(MOST_AT_ONCE // len(nodes) ** 2, 1)
        for begin in range(0, len(self.masks), at_once):
            masks = self.masks[begin : begin + at_once]
            matrices = np.broadcast_to(base, (len(masks), *base.shape)).copy()
            for (tail, head, weight_s), mask in edges:
                there = matrices[:, place[tail], place[head]]
                holds = (masks & mask) == mask
                there[holds] = np.minimum(there[holds], weight_s)
            diagonal = np.diagonal(close_matrices(matrices), axis1=1, axis2=2)
            feasible[begin : begin + at_once] = (diagonal >= 0).all(axis=1)
        for mask in refused:
            feasible &= (self.masks & mask) != mask
        self._solved[key] = feasible
        return feasible

    # -------------------------------------------------------- the definition

    @cached_property
    def worlds(self) -> list[FoundWorld]:
        """All worlds, those that cost least first."""
        found = [
            self._describe(route, combination, int(kept))
            for route in dict.fromkeys(route for route, _ in self.settings)
            for combination in self.combinations
            for kept in self._list_maximal(route, combination)
        ]
        return sorted(found, key=lambda w: (w.rank, sorted(w.dropped), sorted(w.changed)))

    @property
    def best(self) -> list[FoundWorld]:
        """The best worlds, over all routes: all that tie."""
        return keep_best(self.worlds)

    def _list_maximal(self, route: int, combination: Sequence[int]) -> NDArray[np.int64]:
        """Return the kept clauses of all worlds of a route with some options."""
        feasible = self.list_feasible(route, combination)
        is_maximal = feasible.copy()
        for number in range(len(self.clauses)):
            bit = 1 << number
            is_maximal &= ((self.masks & bit) != 0) | ~feasible[self.masks | bit]
        for milder in _list_milder(combination):
            if is_maximal.any():
                is_maximal &= ~self.list_feasible(route, milder)
        return self.masks[is_maximal]

    def _describe(self, route: int, combination: Sequence[int], kept: int) -> FoundWorld:
        feasible = {
            start: self.list_feasible_from((other, start), combination)
            for other, start in self.settings
            if other == route
        }
        starts = tuple(start for start, holds in feasible.items() if holds[kept])
        anywhere = np.logical_or.reduce([feasible[start] for start in starts])
        dropped = [n for n in range(len(self.clauses)) if not kept >> n & 1]
        versions = [n for n in dropped if self._has_version(n, kept, anywhere)]
        counted = [self.clauses[n] for n in dropped if n not in versions]
        changed = {
            n: number for n, number in zip(self.choices, combination, strict=True) if number
        }
        zones = sum(self.kinds[name] == "zone" for name in changed)
        if route:
            changed[ROUTE_CHOICE] = route
        if starts == (1,):
            changed[START_CHOICE] = 1
        families = frozenset(self.family_of[clause] for clause in counted)
        return FoundWorld(
            route,
            starts,
            frozenset(self.clauses[n] for n in dropped),
            frozenset(changed.items()),
            frozenset(self.clauses[n] for n in versions),
            families,
            (len(families), len(counted) + zones),
        )

    def _has_version(self, number: int, kept: int, feasible: NDArray[np.bool_]) -> bool:
        """Return whether the family keeps a version of the same event that contradicts it."""
        return any(
            kept >> other & 1
            and self.events[self.clauses[other]] == self.events[self.clauses[number]]
            and feasible[1 << number]
            and not feasible[1 << number | 1 << other]
            for other in range(len(self.clauses))
        )

    # -------------------------------------------------------- answers

    def list_systems(
        self, world: FoundWorld, settled: Mapping[str, int]
    ) -> Iterator[tuple[RouteCase, list[list[Edge] | None]]]:
        """Iterate over the cases of a world, with the edges of each different combination.

        ``settled`` has the choices that matter to any conflict. Of these, zones, passages and
        events from which a duration counts stay open unless the world changes them, but for a
        shared clock. A combination that this case excludes has None instead of edges.
        """
        changed = dict(world.changed)
        free = {
            name
            for name in self.choices
            if name not in changed
            and name not in self.shared
            and (name not in settled or self.kinds[name] in OPEN_KINDS)
        }
        kept = sum(1 << n for n, name in enumerate(self.clauses) if name not in world.dropped)
        ranges = [
            range(count) if name in free else [changed.get(name, 0)]
            for name, count in self.choices.items()
        ]
        for start in world.starts:
            for case in self.settings[world.route, start]:
                found = dict[object, list[Edge] | None]()
                for combination in product(*ranges):
                    edges, refused = self.list_edges(case, combination)
                    held = sorted(edge for edge, mask in edges if not mask & ~kept)
                    is_excluded = any(not mask & ~kept for mask in refused)
                    found[None if is_excluded else tuple(held)] = None if is_excluded else held
                yield case, list(found.values())


def _list_milder(combination: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Iterate over the combinations in which some of the changes go back."""
    changed = [n for n, number in enumerate(combination) if number]
    sizes = range(1, len(changed) + 1)
    for back in chain.from_iterable(combinations(changed, size) for size in sizes):
        yield tuple(0 if n in back else number for n, number in enumerate(combination))


def keep_best(worlds: Sequence[FoundWorld]) -> list[FoundWorld]:
    """Return the worlds that tie for the best."""
    least = min(world.rank for world in worlds)
    return [world for world in worlds if world.rank == least]
