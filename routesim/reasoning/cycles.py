"""Every irreducible contradiction of a difference system: its minimal negative cycles.

A set of witnesses contradicts itself just if some cycle of their constraints and of what
holds in any case has a negative weight. A cycle passes the zero of time at most once, so
it is either a window above, a chain of other constraints, and a window below; or a chain
that closes on itself. Chains grow constraint by constraint, fewest witnesses first, and
are given up where they contain a contradiction that is known already, where a shorter way
on fewer witnesses exists, or where no completion can be negative.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.reasoning.antichain import Antichain, keep_minimal
from routesim.reasoning.differences import FREE_S, Constraint, DifferenceSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["CycleList", "NegativeCycle", "find_cycles"]

DEFAULT_BUDGET = 6_000
"""Chains to look at before the search says up to which size it is complete."""
MOST_SUBSETS = 8
"""Owners of a chain up to which all its subsets are tried for a shorter way."""


@dataclass(frozen=True, slots=True)
class NegativeCycle:
    """A contradiction: its owners, the weight of its cycle, and the constraints on it.

    ``path`` holds indices of constraints, in the order of the cycle. ``-weight_s`` is the
    total by which the constraints on it must be widened. A set that is refused whatever the
    times has neither path nor weight.
    """

    owners: int
    weight_s: int
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CycleList:
    """All minimal contradictions found; ``complete_to`` is None if there are no others.

    Otherwise those of up to ``complete_to`` counted owners are all there.
    """

    cycles: tuple[NegativeCycle, ...]
    complete_to: int | None


def find_cycles(
    system: DifferenceSystem,
    *,
    exclusive: Sequence[int] = (),
    counted: int = -1,
    max_size: int | None = None,
    budget: int = DEFAULT_BUDGET,
) -> CycleList:
    """Find every irreducible contradiction of a system.

    Parameters
    ----------
    system
        The constraints.
    exclusive
        Bits of which no two can be believed together, such as two readings of one report.
    counted
        The bits that count towards the size of a set; the others come along.
    max_size
        Sets of more counted bits are not looked for; ``None`` for all.
    budget
        Chains to look at, at the most.

    Returns
    -------
    CycleList
        Each set once, with its most negative cycle; no set contains another.
    """
    found = {owners: NegativeCycle(owners, 0, ()) for owners in keep_minimal(system.refused)}
    complete_to = max_size
    bases = [0] if system.cap_owners == 0 else [0, system.cap_owners]
    for base in bases:
        known = Antichain(owners & ~base for owners in found)
        search = _Search(
            system, base, known, exclusive=exclusive, counted=counted, max_size=max_size
        )
        reached = search.run(budget)
        if reached is not None:
            complete_to = reached if complete_to is None else min(reached, complete_to)
        for owners, cycle in search.found.items():
            kept = found.get(owners | base)
            if kept is None or cycle.weight_s < kept.weight_s:
                found[owners | base] = NegativeCycle(owners | base, cycle.weight_s, cycle.path)
    minimal = keep_minimal(found)
    cycles = sorted((found[m] for m in minimal), key=lambda c: (c.owners.bit_count(), c.path))
    return CycleList(tuple(cycles), complete_to)


@dataclass(frozen=True, eq=False, slots=True)
class _Chain:
    """Constraints one after the other, none of them a window; ``rows`` x ``columns`` are
    the windows above and below that may still close it."""

    path: tuple[int, ...]
    weight_s: int
    owners: int
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]


class _Search:
    """The search over one matrix of what holds in any case."""

    def __init__(
        self,
        system: DifferenceSystem,
        base: int,
        known: Antichain,
        *,
        exclusive: Sequence[int],
        counted: int,
        max_size: int | None,
    ) -> None:
        self.matrix = system.get_matrix(base)
        self.constraints = system.constraints
        self.base, self.known = base, known
        self.exclusive = [bits & ~base for bits in exclusive]
        self.counted, self.max_size = counted, max_size
        self.found: dict[int, NegativeCycle] = {}
        usable = [n for n, c in enumerate(self.constraints) if self._is_usable(c)]
        self.uppers = [n for n in usable if self.constraints[n].is_upper]
        self.lowers = [n for n in usable if self.constraints[n].is_lower]
        self.links = _drop_dominated(
            [n for n in usable if not (self._of(n).is_upper or self._of(n).is_lower)],
            self._of,
        )
        self.upper_heads = self._gather(self.uppers, lambda c: c.head)
        self.lower_tails = self._gather(self.lowers, lambda c: c.tail)
        self.upper_s = self._gather(self.uppers, lambda c: c.weight_s)
        self.lower_s = self._gather(self.lowers, lambda c: c.weight_s)

    def run(self, budget: int) -> int | None:
        """Search; return the size to which the answer is complete, None if it is whole."""
        self._pair_windows()
        if not self.links:
            return None
        tails, heads, weights = self._get_ends(self.links)
        steps = self.matrix[np.ix_(heads, tails)]
        self._pair_links(steps, weights)
        self.steps = self._bar_known(steps)
        reached = [self._close_links(budget // 2), self._chain_windows(budget // 2)]
        return min((size for size in reached if size is not None), default=None)

    def _of(self, number: int) -> Constraint:
        return self.constraints[number]

    def _gather(
        self, numbers: Sequence[int], get: Callable[[Constraint], int]
    ) -> NDArray[np.int64]:
        return np.array([get(self._of(n)) for n in numbers], dtype=np.int64)

    def _own(self, number: int) -> int:
        return self._of(number).owners & ~self.base

    def _is_usable(self, constraint: Constraint) -> bool:
        owners = constraint.owners & ~self.base
        return self._is_selection(owners) and not self.known.holds_subset(owners)

    def _is_selection(self, owners: int) -> bool:
        """Tell whether no two exclusive bits are among the owners."""
        return all((owners & bits).bit_count() <= 1 for bits in self.exclusive)

    def _is_open(self, owners: int) -> bool:
        """Tell whether a set may be, or grow into, a contradiction that is not known."""
        if self.max_size is not None and self._measure(owners) > self.max_size:
            return False
        return self._is_selection(owners) and not self.known.holds_subset(owners)

    def _measure(self, owners: int) -> int:
        return (owners & self.counted).bit_count()

    def _record(self, owners: int, weight_s: int, path: tuple[int, ...]) -> None:
        """Take down a negative cycle whose owners are an open set, or one found already."""
        cycle = self.found.get(owners)
        if cycle is None:
            if not self._is_open(owners):
                return
            self.known.add(owners)
        elif cycle.weight_s <= weight_s:
            return
        self.found[owners] = NegativeCycle(owners, weight_s, path)

    def _pair_windows(self) -> None:
        """Find windows above and below that the line alone holds apart."""
        between = self.matrix[np.ix_(self.upper_heads, self.lower_tails)]
        total = self.upper_s[:, None] + between + self.lower_s
        rows, columns = np.nonzero(total < 0)
        order = np.argsort(total[rows, columns], kind="stable")
        for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
            upper, lower = self.uppers[row], self.lowers[column]
            self._record(
                self._own(upper) | self._own(lower), int(total[row, column]), (upper, lower)
            )
        self.clear = total >= 0

    def _pair_links(self, steps: NDArray[np.int64], weights: NDArray[np.int64]) -> None:
        """Find links that contradict the line, or each other, two by two."""
        links = self.links
        onward = steps + weights
        total = onward + onward.T
        alone = np.diag(onward)
        for one in np.flatnonzero(alone < 0).tolist():
            self._record(self._own(links[one]), int(alone[one]), (links[one],))
        for one, other in np.argwhere(np.triu(total < 0, 1)).tolist():
            self._record(
                self._own(links[one]) | self._own(links[other]),
                int(total[one, other]),
                (links[one], links[other]),
            )

    def _bar_known(self, steps: NDArray[np.int64]) -> NDArray[np.int64]:
        """Free the step between links that contradict each other: no chain takes it."""
        owners = [self._own(n) for n in self.links]
        barred = [[not self._is_open(one | other) for other in owners] for one in owners]
        return np.where(np.array(barred, dtype=bool), FREE_S, steps)

    def _close_links(self, budget: int) -> int | None:
        """Find chains that close on themselves; return the size this is complete to.

        Each is begun at its first link in the order of the list, so that it is found once.
        """
        links, steps = self.links, self.steps
        tails, heads, weights = self._get_ends(links)
        back = _reach_within(steps, weights, steps, len(links))
        shortest = _Shortest(self.matrix)
        buckets: dict[int, list[tuple[tuple[int, ...], int, int]]] = defaultdict(list)
        for first, number in enumerate(links):
            if weights[first] + back[first, first] < 0:
                owners = self._own(number)
                buckets[self._measure(owners)].append(((first,), int(weights[first]), owners))
        while buckets:
            if budget <= 0:
                return min(buckets) - 1
            for path, weight, owners in buckets.pop(min(buckets)):
                budget -= 1
                last, first = path[-1], path[0]
                closed = weight + int(steps[last, first])
                if closed < 0:
                    self._record(owners, closed, tuple(links[n] for n in path))
                way = _Way(int(tails[first]), int(heads[last]), weight, first)
                if self.known.holds_subset(owners) or shortest.has_shorter(owners, way):
                    continue
                shortest.add(owners, way)
                onward = weight + steps[last] + weights
                hopeful = (onward + back[:, first] < 0) & (onward < FREE_S // 2)
                hopeful[: first + 1] = False
                for other in np.flatnonzero(hopeful).tolist():
                    grown = owners | self._own(links[other])
                    if other not in path and self._is_open(grown):
                        step = ((*path, other), int(onward[other]), grown)
                        buckets[self._measure(grown)].append(step)
        return None

    def _get_ends(
        self, links: Sequence[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        return (
            self._gather(links, lambda c: c.tail),
            self._gather(links, lambda c: c.head),
            self._gather(links, lambda c: c.weight_s),
        )

    def _chain_windows(self, budget: int) -> int | None:
        """Find chains between a window above and one below."""
        if not self.uppers or not self.lowers:
            return None
        frontier = _Frontier(self)
        while frontier.buckets:
            if budget <= 0:
                return min(frontier.buckets) - 1
            size = min(frontier.buckets)
            for chain in frontier.buckets.pop(size):
                budget -= 1
                frontier.close(chain)
                frontier.grow(chain)
        return None


@dataclass(frozen=True, slots=True)
class _Way:
    """A chain from one node to another; ``first`` tells ways of one search apart."""

    tail: int
    head: int
    weight_s: int
    first: int


class _Shortest:
    """The shortest ways seen, by their owners."""

    def __init__(self, matrix: NDArray[np.int64]) -> None:
        self.matrix = matrix
        self.ways: dict[int, list[_Way]] = defaultdict(list)

    def add(self, owners: int, way: _Way) -> None:
        """Take down a way."""
        self.ways[owners].append(way)

    def has_shorter(self, owners: int, way: _Way) -> bool:
        """Tell whether the line alone, or some of the same owners, bind as tightly.

        Two ways of the same owners and weight make way for each other only within one
        search, lest each give way to the other.
        """
        matrix = self.matrix
        if matrix[way.tail, way.head] <= way.weight_s:
            return True
        for part in _list_subsets(owners):
            for other in self.ways.get(part, ()):
                detour = matrix[way.tail, other.tail] + other.weight_s
                total = detour + matrix[other.head, way.head]
                if total < way.weight_s or (
                    total == way.weight_s and (part != owners or other.first == way.first)
                ):
                    return True
        return False


class _Frontier:
    """Chains that windows may close, by the number of their owners."""

    def __init__(self, search: _Search) -> None:
        self.search = search
        links = search.links
        self.tails, self.heads, self.weights = search._get_ends(links)
        matrix = search.matrix
        self.steps = search.steps
        self.entry = search.upper_s[:, None] + matrix[np.ix_(search.upper_heads, self.tails)]
        exits = matrix[np.ix_(self.heads, search.lower_tails)] + search.lower_s
        self.exits = exits
        self.reach = _reach_within(self.steps, self.weights, exits, len(links))
        self.shortest = _Shortest(matrix)
        self.upper_owners = [search._own(n) for n in search.uppers]
        self.lower_owners = [search._own(n) for n in search.lowers]
        self.buckets: dict[int, list[_Chain]] = defaultdict(list)
        self.clear = search.clear
        for link in range(len(links)):
            self._start(link)

    def _start(self, link: int) -> None:
        entry, reach = self.entry[:, link], self.reach[link]
        weight = int(self.weights[link])
        if not entry.size or not reach.size:
            return
        rows = np.flatnonzero(entry + weight + reach.min() < 0)
        columns = np.flatnonzero(entry.min() + weight + reach < 0)
        hopeful = entry[rows, None] + weight + reach[columns] < 0
        hopeful &= self.clear[np.ix_(rows, columns)]
        some, others = np.nonzero(hopeful)
        owners = self.search._own(self.search.links[link])
        self._keep(_Chain((link,), weight, owners, rows[some], columns[others]))

    def _keep(self, chain: _Chain) -> None:
        """Put a chain among those to look at, unless nothing new can come of it."""
        if not chain.rows.size or not self.search._is_open(chain.owners):
            return
        way = _Way(
            int(self.tails[chain.path[0]]), int(self.heads[chain.path[-1]]), chain.weight_s, 0
        )
        if self.shortest.has_shorter(chain.owners, way):
            return
        self.shortest.add(chain.owners, way)
        chain = self._drop_known(chain)
        if chain.rows.size:
            self.buckets[self.search._measure(chain.owners)].append(chain)

    def _drop_known(self, chain: _Chain) -> _Chain:
        """Leave out windows that contradict the chain already."""
        is_open = self.search._is_open
        rows, row_of = np.unique(chain.rows, return_inverse=True)
        columns, column_of = np.unique(chain.columns, return_inverse=True)
        good_rows = np.array(
            [is_open(chain.owners | self.upper_owners[r]) for r in rows.tolist()], dtype=bool
        )
        good_columns = np.array(
            [is_open(chain.owners | self.lower_owners[c]) for c in columns.tolist()], dtype=bool
        )
        keep = good_rows[row_of] & good_columns[column_of]
        return _Chain(
            chain.path, chain.weight_s, chain.owners, chain.rows[keep], chain.columns[keep]
        )

    def close(self, chain: _Chain) -> None:
        """Record the windows that make a chain a negative cycle."""
        search, links = self.search, self.search.links
        first, last = chain.path[0], chain.path[-1]
        total = self.entry[chain.rows, first] + chain.weight_s + self.exits[last, chain.columns]
        order = np.argsort(total, kind="stable")
        middle = tuple(links[n] for n in chain.path)
        for index in order[total[order] < 0].tolist():
            row, column = int(chain.rows[index]), int(chain.columns[index])
            search._record(
                chain.owners | self.upper_owners[row] | self.lower_owners[column],
                int(total[index]),
                (search.uppers[row], *middle, search.lowers[column]),
            )

    def grow(self, chain: _Chain) -> None:
        """Add one constraint to a chain, in every way that may still become negative."""
        search = self.search
        if search.known.holds_subset(chain.owners):
            return
        first, last = chain.path[0], chain.path[-1]
        onward = chain.weight_s + self.steps[last] + self.weights
        entry = self.entry[chain.rows, first]
        best = entry.min()
        for other in np.flatnonzero(best + onward + self.reach.min(axis=1) < 0).tolist():
            if other in chain.path or onward[other] >= FREE_S // 2:
                continue
            owners = chain.owners | search._own(search.links[other])
            weight = int(onward[other])
            keep = entry + weight + self.reach[other, chain.columns] < 0
            path = (*chain.path, other)
            self._keep(_Chain(path, weight, owners, chain.rows[keep], chain.columns[keep]))


def _drop_dominated(numbers: list[int], get: Callable[[int], Constraint]) -> list[int]:
    """Leave out constraints that a tighter one on the same owners makes idle."""
    by_ends: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number in numbers:
        by_ends[get(number).tail, get(number).head].append(number)
    kept: list[int] = []
    for same in by_ends.values():
        same.sort(key=lambda n: (get(n).weight_s, get(n).owners.bit_count()))
        tighter: list[int] = []
        for number in same:
            owners = get(number).owners
            if all(get(other).owners & ~owners for other in tighter):
                tighter.append(number)
        kept += tighter
    return sorted(kept)


def _reach_within(
    steps: NDArray[np.int64],
    weights: NDArray[np.int64],
    exits: NDArray[np.int64],
    count: int,
) -> NDArray[np.int64]:
    """Return, from the head of each link to each exit, the least way over other links.

    Where links contradict each other the least way has no end; it is then the least over
    ``count`` links, which is as far as a chain can go.
    """
    reach = exits.copy()
    for _ in range(count):
        onward = np.minimum(reach, _min_plus(steps + weights, reach))
        if np.array_equal(onward, reach):
            break
        reach = np.maximum(onward, -FREE_S)
    return reach


def _min_plus(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the matrix of least sums: ``min_k left[i, k] + right[k, j]``."""
    least = np.full((left.shape[0], right.shape[1]), FREE_S, dtype=np.int64)
    for k in range(left.shape[1]):
        np.minimum(least, left[:, k, None] + right[k], out=least)
    return least


def _list_subsets(owners: int) -> list[int]:
    """Return the subsets of a set of bits, itself included; of a large one only itself."""
    if owners.bit_count() > MOST_SUBSETS:
        return [owners]
    subsets = [owners]
    part = owners
    while part:
        part = (part - 1) & owners
        subsets.append(part)
    return subsets
