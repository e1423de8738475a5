"""Every irreducible contradiction of a difference system: its minimal negative cycles.

A set of witnesses contradicts itself just if some cycle of their constraints and of what
holds in any case has a negative weight. A cycle passes the zero of time at most once, so
it is either a window above, a chain of links, and a window below; or a chain of links that
closes on itself. Chains grow link by link, fewest witnesses first, and are given up where
they contain a contradiction that is known already, where a shorter way on fewer witnesses
exists, or where no completion can be negative.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from routesim.constraints.bitsets import Antichain, keep_minimal, list_bits
from routesim.constraints.path_bounds import LeastWays, Links, ShortestWays
from routesim.constraints.system import FREE_S, ZERO, Constraint, DifferenceSystem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["CycleList", "NegativeCycle", "find_cycle", "find_cycles"]

DEFAULT_BUDGET = 20_000
"""Chains to look at before the search says up to which size it is complete."""
MOST_SETS = 100_000
"""Sets that are taken down, for the same: one lie can contradict every pair of others."""
MOST_REDUCED = 1_000
"""Sets larger than that size that are looked into, so that they are listed."""


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
        Chains to look at, at the most. Nor are more than ``MOST_SETS`` sets taken down.

    Returns
    -------
    CycleList
        Each set once, with its most negative cycle; no set contains another.
    """
    pairs = [
        one | other for bits in exclusive for one, other in combinations(list_bits(bits), 2)
    ]
    barred = Antichain(pairs)
    refused = [owners for owners in system.refused if not barred.holds_subset(owners)]
    found = {owners: NegativeCycle(owners, 0, ()) for owners in keep_minimal(refused)}
    complete_to, is_cut = max_size, False
    for base in [0] if system.cap_owners == 0 else [0, system.cap_owners]:
        known = Antichain(_list_known(found.values(), pairs, base))
        search = _Search(system, base, known, counted=counted, max_size=max_size)
        reached = search.run(budget)
        if reached is not None:
            is_cut = True
            complete_to = reached if complete_to is None else min(reached, complete_to)
        for cycle in search.list_found():
            kept = found.get(cycle.owners)
            if kept is None or cycle.weight_s < kept.weight_s:
                found[cycle.owners] = cycle
    if is_cut:
        # What would have shown a set to be reducible may not have been come to.
        reduced = _reduce_cycles(system, found.values(), counted, complete_to or 0)
        found = {cycle.owners: cycle for cycle in reduced}
    minimal = [
        owners
        for owners in keep_minimal(found)
        if max_size is None or (owners & counted).bit_count() <= max_size
    ]
    cycles = sorted((found[m] for m in minimal), key=lambda c: (c.owners.bit_count(), c.path))
    return CycleList(tuple(cycles), complete_to)


def find_cycle(system: DifferenceSystem, owners: int = -1) -> NegativeCycle | None:
    """Find one irreducible contradiction among those who are believed, if there is any.

    Parameters
    ----------
    system
        The constraints.
    owners
        The bits that are believed; all of them unless given.

    Returns
    -------
    NegativeCycle or None
        None if some timetable satisfies them all; see ``DifferenceSystem.find_timetable``.
    """
    cycle = _contradict(system, owners)
    if cycle is None:
        return None
    for bit in list_bits(cycle.owners):
        # What was needed in a larger set is needed in a smaller one: each is tried once.
        if cycle.owners & bit:
            cycle = _contradict(system, cycle.owners & ~bit) or cycle
    return cycle


def _reduce_cycles(
    system: DifferenceSystem, cycles: Iterable[NegativeCycle], counted: int, complete_to: int
) -> Iterator[NegativeCycle]:
    """Return cycles whose owners are irreducible, each in the place of one given.

    Up to the size to which a search is complete they are anyhow; of the larger ones no more
    than ``MOST_REDUCED`` are looked into, the smallest first.
    """
    sized = [((cycle.owners & counted).bit_count(), cycle) for cycle in cycles]
    yield from (cycle for size, cycle in sized if size <= complete_to)
    larger = [(size, cycle.weight_s, cycle.owners, cycle) for size, cycle in sized]
    larger = sorted(one for one in larger if one[0] > complete_to)
    for *_, cycle in larger[:MOST_REDUCED]:
        within = find_cycle(system, cycle.owners)
        yield cycle if within is None or within.owners == cycle.owners else within


def _contradict(system: DifferenceSystem, owners: int) -> NegativeCycle | None:
    """Return some contradiction, which need not be irreducible."""
    refused = next((r for r in system.refused if r & ~owners == 0), None)
    if refused is not None:
        return NegativeCycle(refused, 0, ())
    path = system.find_negative_cycle(owners)
    if path is None:
        return None
    constraints = [system.constraints[number] for number in path]
    believed, weight_s = 0, sum(constraint.weight_s for constraint in constraints)
    matrix = system.get_matrix(owners)
    for one, other in zip(constraints, constraints[1:] + constraints[:1], strict=True):
        believed |= one.owners
        if one.head != other.tail:
            weight_s += int(matrix[one.head, other.tail])
            if matrix[one.head, other.tail] < system.order[one.head, other.tail]:
                believed |= system.cap_owners
    return NegativeCycle(believed, weight_s, path)


def _list_known(
    found: Iterable[NegativeCycle], pairs: Iterable[int], base: int
) -> Iterator[int]:
    """Return what a search over a base need not look for.

    A set that holds the base may have a more negative cycle on its matrix, unless it is
    refused.
    """
    for cycle in found:
        if not cycle.path or base & ~cycle.owners:
            yield cycle.owners & ~base
    for pair in pairs:
        yield pair & ~base


@dataclass(frozen=True, eq=False, slots=True)
class _Windows:
    """Windows of one side, above or below: constraints from or to the zero of time."""

    numbers: tuple[int, ...]
    nodes: NDArray[np.intp]
    weights_s: NDArray[np.int64]
    owners: tuple[int, ...]
    counted: tuple[int, ...]
    sizes: NDArray[np.int64]
    places: dict[int, list[int]]

    @property
    def bits(self) -> int:
        """All owners."""
        return _join(self.owners)

    def count_added(self, owners: int) -> NDArray[np.int64]:
        """Return how many counted owners each window adds to some others."""
        added = self.sizes
        for bit in self.places.keys() & list_bits(owners):
            added = added.copy() if added is self.sizes else added
            for place in self.places[bit]:
                added[place] = (self.counted[place] & ~owners).bit_count()
        return added


@dataclass(frozen=True, eq=False, slots=True)
class _Loop:
    """Links one after the other, from a hard one on, that may still close on themselves."""

    path: tuple[int, ...]
    weight_s: int
    owners: int
    hard: int


@dataclass(frozen=True, eq=False, slots=True)
class _Chain:
    """Links one after the other between a window above and one below.

    ``pairs[i, j]`` tells whether the windows ``rows[i]`` and ``columns[j]`` may close it, or
    what it grows into; they add ``added`` counted owners at the least. ``hard`` are the hard
    links that it may still take.
    """

    path: tuple[int, ...]
    weight_s: int
    owners: int
    hard: int
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    pairs: NDArray[np.bool_]
    added: int = 0

    def keep(self, pairs: NDArray[np.bool_], added: int) -> _Chain:
        """Return it with fewer pairs of windows."""
        some, others = pairs.any(axis=1), pairs.any(axis=0)
        if not (some.all() and others.all()):
            pairs = pairs[some][:, others]
        return _Chain(
            self.path,
            self.weight_s,
            self.owners,
            self.hard,
            self.rows[some],
            self.columns[others],
            pairs,
            added,
        )


class _Search:
    """The search over one matrix of what holds in any case."""

    def __init__(
        self,
        system: DifferenceSystem,
        base: int,
        known: Antichain,
        *,
        counted: int,
        max_size: int | None,
    ) -> None:
        self.base, self.known = base, known
        self.counted, self.max_size = counted, max_size
        self.found: dict[int, NegativeCycle] = {}
        self.is_full = False
        self.constraints = constraints = system.constraints
        usable = [
            n for n, c in enumerate(constraints) if not known.holds_subset(c.owners & ~base)
        ]
        self.places = _place_nodes(constraints[n] for n in usable)
        nodes = list(self.places)
        self.matrix = system.get_matrix(base)[np.ix_(nodes, nodes)]
        np.fill_diagonal(self.matrix, 0)
        uppers = [n for n in usable if constraints[n].is_upper]
        lowers = [n for n in usable if constraints[n].is_lower]
        links = [n for n in usable if ZERO not in {constraints[n].tail, constraints[n].head}]
        plain = self._find_plain(usable)
        # An owner on both sides is counted on one, unless no cycle takes both.
        twice = self._join_owners(uppers) & self._join_owners(lowers) & ~plain
        self.uppers = self._gather_windows(uppers, counted)
        self.lowers = self._gather_windows(lowers, counted & ~twice)
        self.window_bits = self.uppers.bits | self.lowers.bits
        self.links = self._gather_links(_drop_dominated(links, self.constraints), plain)
        self.entry = self.uppers.weights_s[:, None] + self.matrix[self.uppers.nodes]

    def run(self, budget: int) -> int | None:
        """Search; return the size to which the answer is complete, None if it is whole."""
        self.clear = self._pair_windows()
        self.links = self.links.take(self._pair_links())
        if self.is_full:
            return 0
        if not self.links:
            return None
        self.ways = LeastWays(self.matrix, self.links, self._is_open, self.max_size)
        self.leaves: dict[tuple[int, int | None], NDArray[np.int64]] = {}
        reached = [self._close_links(budget // 2), self._chain_windows(budget // 2)]
        return min((size for size in reached if size is not None), default=None)

    def list_found(self) -> list[NegativeCycle]:
        """Return what was found, the owners of the base among the owners."""
        return [
            NegativeCycle(owners | self.base, cycle.weight_s, cycle.path)
            for owners, cycle in self.found.items()
        ]

    # ------------------------------------------------------------ constraints as columns

    def _own(self, number: int) -> int:
        return self.constraints[number].owners & ~self.base

    def _join_owners(self, numbers: Iterable[int]) -> int:
        return _join(self._own(number) for number in numbers)

    def _gather_windows(self, numbers: Sequence[int], counted: int) -> _Windows:
        chosen = [self.constraints[n] for n in numbers]
        owners = tuple(self._own(n) for n in numbers)
        sized = tuple(bits & counted for bits in owners)
        places: dict[int, list[int]] = defaultdict(list)
        for place, bits in enumerate(sized):
            for bit in list_bits(bits):
                places[bit].append(place)
        return _Windows(
            numbers=tuple(numbers),
            nodes=np.array([self.places[c.tail or c.head] for c in chosen], dtype=np.intp),
            weights_s=np.array([c.weight_s for c in chosen], dtype=np.int64),
            owners=owners,
            counted=sized,
            sizes=np.array([bits.bit_count() for bits in sized], dtype=np.int64),
            places=dict(places),
        )

    def _gather_links(self, numbers: Sequence[int], plain: int) -> Links:
        chosen = [self.constraints[n] for n in numbers]
        owners = tuple(self._own(n) for n in numbers)
        return Links(
            numbers=tuple(numbers),
            tails=np.array([self.places[c.tail] for c in chosen], dtype=np.intp),
            heads=np.array([self.places[c.head] for c in chosen], dtype=np.intp),
            weights_s=np.array([c.weight_s for c in chosen], dtype=np.int64),
            owners=owners,
            costs=np.array([int(bits & plain != 0) for bits in owners], dtype=np.int64),
        )

    def _find_plain(self, usable: Iterable[int]) -> int:
        """Return the counted owners of whom no least cycle takes two constraints."""
        by_bit: dict[int, list[Constraint]] = defaultdict(list)
        for number in usable:
            for bit in list_bits(self._own(number) & self.counted):
                by_bit[bit].append(self.constraints[number])
        plain = 0
        for bit, owned in by_bit.items():
            if all(self._is_either(one, other) for one, other in combinations(owned, 2)):
                plain |= bit
        return plain

    def _is_either(self, one: Constraint, other: Constraint) -> bool:
        """Tell whether no least cycle takes both of two constraints.

        A cycle over both falls in two if each is left out and the line leads from the one's
        tail to the other's head, and the other way round. If that is no detour, one of the
        two is negative as well.
        """
        if one.tail == other.tail or one.head == other.head:
            return True
        if self.known.holds_subset((one.owners | other.owners) & ~self.base):
            return True
        across = self._measure_step(other.tail, one.head)
        across += self._measure_step(one.tail, other.head)
        return across <= one.weight_s + other.weight_s

    def _measure_step(self, tail: int, head: int) -> int:
        if tail == head:
            return 0
        if ZERO in {tail, head}:
            return FREE_S
        return int(self.matrix[self.places[tail], self.places[head]])

    # ------------------------------------------------------------ sets of owners

    def _is_open(self, owners: int) -> bool:
        """Tell whether a set may be, or grow into, a contradiction that is not known.

        One that was found stays open for more negative cycles of the same owners.
        """
        if self.max_size is not None and self._measure(owners) > self.max_size:
            return False
        return owners in self.found or not self.known.holds_subset(owners)

    def _measure(self, owners: int) -> int:
        return (owners & self.counted).bit_count()

    def _spare(self, owners: int) -> int | None:
        """Return how many owners may still join a set."""
        return None if self.max_size is None else self.max_size - self._measure(owners)

    def _record(self, owners: int, weight_s: int, path: tuple[int, ...]) -> None:
        """Take down a negative cycle whose owners are an open set, or one found already."""
        cycle = self.found.get(owners)
        if cycle is None:
            self.is_full |= len(self.found) == MOST_SETS
            if self.is_full or not self._is_open(owners):
                return
            self.known.add(owners)
        elif cycle.weight_s <= weight_s:
            return
        self.found[owners] = NegativeCycle(owners, weight_s, path)

    # ------------------------------------------------------------ two by two

    def _pair_windows(self) -> NDArray[np.bool_]:
        """Find windows above and below that the line alone holds apart.

        Returns
        -------
        ndarray of bool
            Which others there are: (above, below).
        """
        uppers, lowers = self.uppers, self.lowers
        total = self.entry[:, lowers.nodes] + lowers.weights_s
        for row, column in _list_negative(total):
            self._record(
                uppers.owners[row] | lowers.owners[column],
                int(total[row, column]),
                (uppers.numbers[row], lowers.numbers[column]),
            )
        return total >= 0

    def _pair_links(self) -> list[int]:
        """Find links that contradict the line, or each other, two by two.

        Returns
        -------
        list of int
            The places of those that agree with the line, by how many they contradict.
        """
        links = self.links
        onward = self.matrix[np.ix_(links.heads, links.tails)] + links.weights_s
        alone, total = np.diag(onward), onward + onward.T
        for link in np.flatnonzero(alone < 0).tolist():
            self._record(links.owners[link], int(alone[link]), (links.numbers[link],))
        for one, other in _list_negative(np.triu(total, 1)):
            self._record(
                links.owners[one] | links.owners[other],
                int(total[one, other]),
                (links.numbers[one], links.numbers[other]),
            )
        order = np.argsort((total < 0).sum(axis=1), kind="stable").tolist()
        return [link for link in order if alone[link] >= 0]

    # ------------------------------------------------------------ chains that close

    def _close_links(self, budget: int) -> int | None:
        """Find chains that close on themselves; return the size this is complete to.

        The links that are not hard agree, so that each such chain has a hard link; it is
        begun at the first of them, so that it is found once.
        """
        links, ways = self.links, self.ways
        buckets: dict[int, list[_Loop]] = defaultdict(list)
        shortest = {first: ShortestWays(self.matrix) for first in ways.hard}
        for place, first in enumerate(ways.hard):
            owners = links.owners[first]
            hard = ways.keep_open(ways.all_hard & (-2 << place), owners)
            loop = _Loop((first,), int(links.weights_s[first]), owners, hard)
            buckets[self._measure(owners)].append(loop)
        while buckets:
            size = min(buckets)
            for loop in buckets.pop(size):
                budget -= 1
                if budget < 0 or self.is_full:
                    return size - 1
                self._close_loop(loop)
                tail, head = links.tails[loop.path[0]], links.heads[loop.path[-1]]
                if not self._is_open(loop.owners):
                    continue
                if shortest[loop.path[0]].add(loop.owners, tail, head, loop.weight_s):
                    for grown in self._grow_loop(loop):
                        buckets[self._measure(grown.owners)].append(grown)
        return None

    def _close_loop(self, loop: _Loop) -> None:
        first, last = loop.path[0], loop.path[-1]
        weight = loop.weight_s + int(
            self.matrix[self.links.heads[last], self.links.tails[first]]
        )
        if weight < 0:
            path = tuple(self.links.numbers[link] for link in loop.path)
            self._record(loop.owners, weight, path)

    def _grow_loop(self, loop: _Loop) -> Iterator[_Loop]:
        """Add one link to a chain, in every way that may still close."""
        links, ways = self.links, self.ways
        start = links.tails[loop.path[0]]
        onward = self._step_on(loop.path, loop.weight_s)
        back = ways.measure(loop.hard, self._spare(loop.owners))[links.heads, start]
        for link in np.flatnonzero(onward + back < 0).tolist():
            owners = loop.owners | links.owners[link]
            if not self._may_take(link, loop.path, loop.hard) or not self._is_open(owners):
                continue
            hard = ways.keep_open(loop.hard & ~ways.get_bit(link), owners)
            weight = int(onward[link])
            left = ways.measure(hard, self._spare(owners))[links.heads[link], start]
            if weight + left < 0:
                yield _Loop((*loop.path, link), weight, owners, hard)

    def _step_on(self, path: tuple[int, ...], weight_s: int) -> NDArray[np.int64]:
        """Return the weight of a chain after each link that may come next.

        It is free where the line alone leads on as tightly, from the last link or from the
        first.
        """
        links, matrix = self.links, self.matrix
        start, head = links.tails[path[0]], links.heads[path[-1]]
        onward = weight_s + matrix[head, links.tails] + links.weights_s
        spared = np.minimum(matrix[start], weight_s + matrix[head])[links.heads]
        is_gain = onward < np.minimum(spared, FREE_S // 2)
        return np.where(is_gain, onward, 2 * FREE_S)

    def _may_take(self, link: int, path: tuple[int, ...], hard: int) -> bool:
        bit = self.ways.get_bit(link)
        return link not in path and (not bit or bool(bit & hard))

    # ------------------------------------------------------------ chains between windows

    def _chain_windows(self, budget: int) -> int | None:
        """Find chains between a window above and one below."""
        if not self.uppers.numbers or not self.lowers.numbers:
            return None
        self.buckets: dict[int, list[_Chain]] = defaultdict(list)
        self.shortest = ShortestWays(self.matrix)
        for link in self._list_starts():
            self._start(link)
        while self.buckets:
            size = min(self.buckets)
            for chain in self.buckets.pop(size):
                budget -= 1
                if budget < 0:
                    return size - 1
                closed = self._close(chain)
                if self.is_full:
                    return size - 1
                if self._is_open(chain.owners):
                    self._grow(chain, closed)
        return None

    def _leave(self, hard: int, spare: int | None) -> NDArray[np.int64]:
        """Return the least ways from each node to below each window: (nodes, windows)."""
        key = hard, spare
        if key not in self.leaves:
            ways = self.ways.measure(hard, spare)
            self.leaves[key] = ways[:, self.lowers.nodes] + self.lowers.weights_s
        return self.leaves[key]

    def _leave_after(self, chain: _Chain) -> NDArray[np.int64]:
        """Return the least ways from each link to below each window of a chain."""
        heads, costs = self.links.heads[:, None], self.links.costs
        spare = self._spare(chain.owners)
        if spare is None:
            return self._leave(chain.hard, None)[heads, chain.columns]
        leave = np.full((len(costs), chain.columns.size), FREE_S, dtype=np.int64)
        for cost in (0, 1):
            if spare >= chain.added + cost:
                left = self._leave(chain.hard, spare - chain.added - cost)
                leave[costs == cost] = left[heads[costs == cost], chain.columns]
        return leave

    def _list_starts(self) -> list[int]:
        """Return the links that some windows may still close, whichever follow."""
        links = self.links
        leave = self._leave(self.ways.all_hard, self.max_size).min(axis=1)[links.heads]
        enter = self.entry.min(axis=0)[links.tails]
        places: list[int] = np.flatnonzero(enter + links.weights_s + leave < 0).tolist()
        return places

    def _start(self, link: int) -> None:
        links, ways = self.links, self.ways
        owners, weight = links.owners[link], int(links.weights_s[link])
        if not self._is_open(owners):
            return
        added = self.uppers.count_added(owners).min() + self.lowers.count_added(owners).min()
        spare = self._spare(owners)
        if spare is not None and spare < added:
            return
        hard = ways.all_hard & ~ways.get_bit(link)
        leave = self._leave(hard, None if spare is None else spare - int(added))
        leave = leave[links.heads[link]]
        enter = self.entry[:, links.tails[link]] + weight
        rows = np.flatnonzero(enter + leave.min() < 0)
        columns = np.flatnonzero(enter.min() + leave < 0)
        if rows.size and columns.size:
            pairs, hard = self.clear[np.ix_(rows, columns)], ways.keep_open(hard, owners)
            if not owners & ~self.window_bits:
                # With no other owner, the cycle of a pair that is known may be more negative.
                pairs = np.ones_like(pairs)
            self._admit(_Chain((link,), weight, owners, hard, rows, columns, pairs))

    def _admit(self, chain: _Chain, *, is_hopeful: bool = False) -> None:
        """Put a chain among those to look at, unless nothing new can come of it."""
        above = self.uppers.count_added(chain.owners)[chain.rows]
        below = self.lowers.count_added(chain.owners)[chain.columns]
        added = above[:, None] + below
        pairs = chain.pairs
        if not is_hopeful:
            pairs = pairs & self._is_hopeful(chain, added)
            if not np.count_nonzero(pairs):
                return
        tail, head = self.links.tails[chain.path[0]], self.links.heads[chain.path[-1]]
        if not self.shortest.add(chain.owners, tail, head, chain.weight_s):
            return
        chain = self._drop_known(chain.keep(pairs, int(added[pairs].min())))
        if chain.rows.size:
            self.buckets[self._measure(chain.owners) + chain.added].append(chain)

    def _is_hopeful(self, chain: _Chain, added: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell of which pairs of windows a negative cycle may still come."""
        enter = self.entry[chain.rows, self.links.tails[chain.path[0]]] + chain.weight_s
        head = self.links.heads[chain.path[-1]]
        spare = self._spare(chain.owners)
        if spare is None:
            leave = self._leave(chain.hard, None)[head, chain.columns]
            below: NDArray[np.bool_] = enter[:, None] + leave < 0
            return below
        hopeful = np.zeros(chain.pairs.shape, dtype=bool)
        for count in np.unique(added[added <= spare]).tolist():
            leave = self._leave(chain.hard, spare - count)[head, chain.columns]
            hopeful |= (added == count) & (enter[:, None] + leave < 0)
        return hopeful

    def _drop_known(self, chain: _Chain) -> _Chain:
        """Leave out windows that contradict the chain already."""
        rows = self._list_open(chain.owners, self.uppers, chain.rows)
        columns = self._list_open(chain.owners, self.lowers, chain.columns)
        if rows.all() and columns.all():
            return chain
        return chain.keep(chain.pairs & rows[:, None] & columns, chain.added)

    def _list_open(
        self, owners: int, windows: _Windows, places: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        return np.array(
            [self._is_open(owners | windows.owners[n]) for n in places.tolist()], dtype=bool
        )

    def _close(self, chain: _Chain) -> NDArray[np.bool_]:
        """Record the windows that make a chain a negative cycle; return which they are."""
        links, uppers, lowers = self.links, self.uppers, self.lowers
        enter = self.entry[chain.rows, links.tails[chain.path[0]]] + chain.weight_s
        nodes, weights = lowers.nodes[chain.columns], lowers.weights_s[chain.columns]
        total = enter[:, None] + self.matrix[links.heads[chain.path[-1]], nodes] + weights
        closed: NDArray[np.bool_] = (total < 0) & chain.pairs
        if not np.count_nonzero(closed):
            return closed
        middle = tuple(links.numbers[link] for link in chain.path)
        for one, other in _list_negative(np.where(closed, total, 0)):
            row, column = int(chain.rows[one]), int(chain.columns[other])
            self._record(
                chain.owners | uppers.owners[row] | lowers.owners[column],
                int(total[one, other]),
                (uppers.numbers[row], *middle, lowers.numbers[column]),
            )
        return closed

    def _grow(self, chain: _Chain, closed: NDArray[np.bool_]) -> None:
        """Add one link to a chain, in every way that may still become negative."""
        links, ways = self.links, self.ways
        onward = self._step_on(chain.path, chain.weight_s)
        enter = self.entry[chain.rows, links.tails[chain.path[0]]]
        leave = self._leave_after(chain)
        hopeful = enter.min() + onward + leave.min(axis=1) < 0
        rest = chain.pairs & ~closed
        for link in np.flatnonzero(hopeful).tolist():
            owners = chain.owners | links.owners[link]
            if not self._may_take(link, chain.path, chain.hard) or not self._is_open(owners):
                continue
            # A closed pair is known; with no other owner its cycle may be more negative.
            is_new = links.owners[link] & ~chain.owners & ~self.window_bits
            weight = int(onward[link])
            below = enter[:, None] + (weight + leave[link]) < 0
            pairs = (rest if is_new else chain.pairs) & below
            if np.count_nonzero(pairs):
                hard = ways.keep_open(chain.hard & ~ways.get_bit(link), owners)
                path = (*chain.path, link)
                grown = _Chain(path, weight, owners, hard, chain.rows, chain.columns, pairs)
                # The bounds just used tell no less, unless a hard link or an owner is lost.
                self._admit(grown, is_hopeful=self.max_size is None and hard == chain.hard)


def _place_nodes(constraints: Iterable[Constraint]) -> dict[int, int]:
    """Return the place of each event that constraints speak of, in their order."""
    nodes = {node for c in constraints for node in (c.tail, c.head)} - {ZERO}
    return {node: place for place, node in enumerate(sorted(nodes))}


def _drop_dominated(numbers: Iterable[int], constraints: Sequence[Constraint]) -> list[int]:
    """Leave out constraints that a tighter one on the same owners makes idle."""
    by_ends: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number in numbers:
        by_ends[constraints[number].tail, constraints[number].head].append(number)
    kept: list[int] = []
    for same in by_ends.values():
        same.sort(key=lambda n: (constraints[n].weight_s, constraints[n].owners.bit_count()))
        tighter: list[int] = []
        for number in same:
            owners = constraints[number].owners
            if all(constraints[other].owners & ~owners for other in tighter):
                tighter.append(number)
        kept += tighter
    return sorted(kept)


def _list_negative(total: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return where a table is negative, the least first."""
    rows, columns = np.nonzero(total < 0)
    order = np.argsort(total[rows, columns], kind="stable")
    return list(zip(rows[order].tolist(), columns[order].tolist(), strict=True))


def _join(sets: Iterable[int]) -> int:
    """Return the union of sets of bits."""
    union = 0
    for bits in sets:
        union |= bits
    return union
