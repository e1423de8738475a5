"""Graph of the constraints that a search combines into chains, as arrays.

A *window* is a constraint from or to time zero: an upper or lower bound of a single variable. A
*link* bounds the difference of two variables.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from routesim.constraints import bitsets
from routesim.constraints.bitsets import Bits, count_bits, intersect, list_bits, unite_all
from routesim.constraints.system import FREE_S, ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.arrays import Indices
    from routesim.constraints.found_cycles import FoundCycles
    from routesim.constraints.system import Constraint, DifferenceSystem, Integers


@dataclass(frozen=True, eq=False, slots=True)
class ConstraintLinks:
    """Links as arrays, one entry per link.

    ``numbers`` has their indices in the system. ``costs`` is 1 for a link that adds at least
    one counted bit to every chain that does not use it yet, otherwise 0.
    """

    numbers: tuple[int, ...]
    tails: Indices
    heads: Indices
    weights_s: Integers
    support: tuple[Bits, ...]
    costs: Integers

    def __len__(self) -> int:
        """Return the number of links."""
        return len(self.numbers)

    def take(self, places: Sequence[int]) -> ConstraintLinks:
        """Return the links at some positions, in the order given."""
        return ConstraintLinks(
            numbers=tuple(self.numbers[n] for n in places),
            tails=self.tails[places],
            heads=self.heads[places],
            weights_s=self.weights_s[places],
            support=tuple(self.support[n] for n in places),
            costs=self.costs[places],
        )


@dataclass(frozen=True, eq=False, slots=True)
class ConstraintWindows:
    """Upper or lower windows as arrays, one entry per window.

    ``numbers`` has their indices in the system. ``counted`` has the counted bits of the support
    of each window, and ``sizes`` their number. ``places`` lists the positions of the windows by
    counted bit.
    """

    numbers: tuple[int, ...]
    nodes: Indices
    weights_s: Integers
    support: tuple[Bits, ...]
    counted: tuple[Bits, ...]
    sizes: Integers
    places: dict[Bits, list[int]]

    def count_added(self, support: Bits) -> Integers:
        """Return the number of counted bits that each window adds to a set."""
        added = self.sizes
        for bit in self.places.keys() & list_bits(support):
            added = added.copy() if added is self.sizes else added
            for place in self.places[bit]:
                added[place] = count_bits(bitsets.remove(self.counted[place], support))
        return added


@dataclass(frozen=True, eq=False, slots=True)
class SearchGraph:
    """All constraints that a search may use: upper and lower windows, and links.

    ``matrix`` is the closed matrix without these constraints, over the variables that they
    bound. ``entry`` has the upper bound of each variable that follows from each upper window,
    in seconds, shape (uppers, variables).
    """

    matrix: Integers
    uppers: ConstraintWindows
    lowers: ConstraintWindows
    links: ConstraintLinks
    entry: Integers

    def extend(self, path: tuple[int, ...], weight_s: int) -> Integers:
        """Return the weight of a chain extended by each link, in seconds, shape (links,).

        It is at least ``FREE_S`` where the link is no gain: the matrix alone leads to its head
        as tightly, from the start or from the end of the chain.
        """
        links, matrix = self.links, self.matrix
        start, head = links.tails[path[0]], links.heads[path[-1]]
        onward = weight_s + matrix[head, links.tails] + links.weights_s
        without = np.minimum(matrix[start], weight_s + matrix[head])[links.heads]
        is_gain = onward < np.minimum(without, FREE_S // 2)
        return np.where(is_gain, onward, 2 * FREE_S)


class GraphBuilder:
    """Builder of the graph of the constraints of a system that a search may use.

    The bits of ``base`` are assumed true: they select the matrix and are left out of every
    support. ``found`` has the known sets, which need not be examined again.
    """

    def __init__(self, system: DifferenceSystem, base: Bits, found: FoundCycles) -> None:
        self.known, self.counted = found.known, found.counted
        self.constraints = system.constraints
        self.support = [bitsets.remove(c.support, base) for c in system.constraints]
        self.usable = [n for n, s in enumerate(self.support) if not self.known.holds_subset(s)]
        self.places = _place_nodes(self.constraints[n] for n in self.usable)
        nodes = list(self.places)
        self.matrix = system.get_matrix(base)[np.ix_(nodes, nodes)]
        np.fill_diagonal(self.matrix, 0)

    def build(self) -> SearchGraph:
        """Return the graph."""
        constraints, usable = self.constraints, self.usable
        upper = [n for n in usable if constraints[n].is_upper]
        lower = [n for n in usable if constraints[n].is_lower]
        links = [n for n in usable if ZERO not in {constraints[n].tail, constraints[n].head}]
        used_once = self._find_used_once()
        # A bit that supports upper and lower windows counts for the upper ones only, unless no
        # minimal cycle uses it twice.
        above, below = (unite_all(self.support[n] for n in side) for side in (upper, lower))
        twice = bitsets.remove(intersect(above, below), used_once)
        uppers = self._gather_windows(upper, self.counted)
        return SearchGraph(
            matrix=self.matrix,
            uppers=uppers,
            lowers=self._gather_windows(lower, bitsets.remove(self.counted, twice)),
            links=self._gather_links(_drop_dominated(links, constraints), used_once),
            entry=uppers.weights_s[:, None] + self.matrix[uppers.nodes],
        )

    def _gather_windows(self, numbers: Sequence[int], counted: Bits) -> ConstraintWindows:
        chosen = [self.constraints[n] for n in numbers]
        support = tuple(self.support[n] for n in numbers)
        sized = tuple(intersect(bits, counted) for bits in support)
        places: dict[Bits, list[int]] = defaultdict(list)
        for place, bits in enumerate(sized):
            for bit in list_bits(bits):
                places[bit].append(place)
        return ConstraintWindows(
            numbers=tuple(numbers),
            nodes=np.array([self.places[c.tail or c.head] for c in chosen], dtype=np.intp),
            weights_s=np.array([c.weight_s for c in chosen], dtype=np.int64),
            support=support,
            counted=sized,
            sizes=np.array([count_bits(bits) for bits in sized], dtype=np.int64),
            places=dict(places),
        )

    def _gather_links(self, numbers: Sequence[int], used_once: Bits) -> ConstraintLinks:
        chosen = [self.constraints[n] for n in numbers]
        support = tuple(self.support[n] for n in numbers)
        return ConstraintLinks(
            numbers=tuple(numbers),
            tails=np.array([self.places[c.tail] for c in chosen], dtype=np.intp),
            heads=np.array([self.places[c.head] for c in chosen], dtype=np.intp),
            weights_s=np.array([c.weight_s for c in chosen], dtype=np.int64),
            support=support,
            costs=np.array(
                [bitsets.overlaps(bits, used_once) for bits in support], dtype=np.int64
            ),
        )

    def _find_used_once(self) -> Bits:
        """Return the counted bits that support at most one constraint of a minimal cycle."""
        by_bit: dict[Bits, list[int]] = defaultdict(list)
        for number in self.usable:
            for bit in list_bits(intersect(self.support[number], self.counted)):
                by_bit[bit].append(number)
        return unite_all(
            bit
            for bit, supported in by_bit.items()
            if all(self._is_either(one, other) for one, other in combinations(supported, 2))
        )

    def _is_either(self, first: int, second: int) -> bool:
        """Return whether no minimal cycle uses both of two constraints.

        Replacing both by steps of the matrix, from the tail of each to the head of the other,
        splits a cycle in two. If the steps are no longer in total, one of the two parts of a
        negative cycle is negative as well, so the cycle is not minimal.
        """
        one, other = self.constraints[first], self.constraints[second]
        if one.tail == other.tail or one.head == other.head:
            return True
        if self.known.holds_subset(bitsets.unite(self.support[first], self.support[second])):
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


def _place_nodes(constraints: Iterable[Constraint]) -> dict[int, int]:
    """Return the position of each node that the constraints bound, in ascending order."""
    nodes = {node for c in constraints for node in (c.tail, c.head)} - {ZERO}
    return {node: place for place, node in enumerate(sorted(nodes))}


def _drop_dominated(numbers: Iterable[int], constraints: Sequence[Constraint]) -> list[int]:
    """Leave out each constraint that a tighter one with the same or less support implies."""
    by_ends: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number in numbers:
        by_ends[constraints[number].tail, constraints[number].head].append(number)
    kept: list[int] = []
    for same in by_ends.values():
        same.sort(key=lambda n: (constraints[n].weight_s, count_bits(constraints[n].support)))
        tighter: list[int] = []
        for number in same:
            support = constraints[number].support
            if not any(
                bitsets.is_subset(constraints[other].support, support) for other in tighter
            ):
                tighter.append(number)
        kept += tighter
    return sorted(kept)


def list_negative(total: Integers) -> list[tuple[int, int]]:
    """Return the positions of the negative entries of a table, most negative first."""
    rows, columns = np.nonzero(total < 0)
    order = np.argsort(total[rows, columns], kind="stable")
    return list(zip(rows[order].tolist(), columns[order].tolist(), strict=True))
