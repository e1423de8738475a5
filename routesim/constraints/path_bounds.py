"""Least ways over constraints: how far a chain of them can still get, at the best.

Where all constraints agree, the least way between two nodes is one entry of a closed
matrix. Where some contradict others, a walk round them has no least weight. Then a few
*hard* ones are set apart such that the rest agree, and a way uses each hard one at most
once, and only such as no known contradiction keeps apart.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.constraints.bitsets import list_bits
from routesim.constraints.system import FREE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = ["LeastWays", "Links", "ShortestWays"]

MOST_HARD = 10
"""Hard links up to which a way uses each at most once; there is a table a subset."""


@dataclass(frozen=True, eq=False, slots=True)
class Links:
    """Constraints between two events, as columns.

    ``numbers`` are their indices in the system; ``costs`` is 1 for a link that adds an owner
    to any chain that it joins, and else 0.
    """

    numbers: tuple[int, ...]
    tails: NDArray[np.intp]
    heads: NDArray[np.intp]
    weights_s: NDArray[np.int64]
    owners: tuple[int, ...]
    costs: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.numbers)

    def take(self, places: Sequence[int]) -> Links:
        """Return some of them, in the order given."""
        return Links(
            numbers=tuple(self.numbers[n] for n in places),
            tails=self.tails[places],
            heads=self.heads[places],
            weights_s=self.weights_s[places],
            owners=tuple(self.owners[n] for n in places),
            costs=self.costs[places],
        )


class LeastWays:
    """The least weight of any way from node to node, by what it may still use.

    Parameters
    ----------
    matrix
        What holds without links; closed.
    links
        The links, those that are to be hard rather than others last.
    is_open
        Tells of owners whether no known contradiction lies within them.
    max_size
        Links that cost that a way may use; ``None`` for any number.
    """

    def __init__(
        self,
        matrix: NDArray[np.int64],
        links: Links,
        is_open: Callable[[int], bool],
        max_size: int | None,
    ) -> None:
        self.links, self.is_open = links, is_open
        self.closure, self.hard = _split_links(matrix, links)
        self.is_exact = max_size is None or len(self.hard) <= MOST_HARD
        """Whether ways are told apart by the hard links that they may use."""
        self._bits = {link: 1 << place for place, link in enumerate(self.hard)}
        self._owners = [links.owners[link] for link in self.hard]
        self._compatible = [self._find_compatible(place) for place in range(len(self.hard))]
        self._tables = {0: self.closure}
        self._layers = None if max_size is None else _layer_ways(matrix, links, max_size)

    @property
    def all_hard(self) -> int:
        """The hard links, as the bits of their places."""
        return (1 << len(self.hard)) - 1 if self.is_exact else 0

    def get_bit(self, link: int) -> int:
        """Return the bit of a hard link, 0 for any other."""
        return self._bits.get(link, 0) if self.is_exact else 0

    def keep_open(self, hard: int, owners: int) -> int:
        """Return those hard links that may yet join a chain of these owners."""
        if not hard:
            return 0
        kept = 0
        for bit in list_bits(hard):
            if self.is_open(owners | self._owners[bit.bit_length() - 1]):
                kept |= bit
        return kept

    def measure(self, hard: int, spare: int | None) -> NDArray[np.int64]:
        """Return a lower bound of the weight of ways, from node to node.

        Parameters
        ----------
        hard
            The hard links that they may use, each once.
        spare
            How many links that cost they may use; ``None`` for any number.
        """
        if spare is None or self._layers is None:
            return self._get_table(hard)
        if not self.is_exact:
            return np.asarray(self._layers[spare])
        return np.asarray(np.maximum(self._layers[spare], self._get_table(hard)))

    def _find_compatible(self, place: int) -> int:
        """Return the hard links that do not contradict one of them."""
        others = ((1 << len(self.hard)) - 1) & ~(1 << place)
        return self.keep_open(others, self._owners[place])

    def _get_table(self, hard: int) -> NDArray[np.int64]:
        table = self._tables.get(hard)
        if table is None:
            few = hard.bit_count() <= MOST_HARD
            table = self._make_table(hard) if few else self._loosen(hard)
            self._tables[hard] = table
        return table

    def _make_table(self, hard: int) -> NDArray[np.int64]:
        """Return the least ways: one hard link first, then those compatible with it."""
        table = self.closure.copy()
        for bit in list_bits(hard):
            place = bit.bit_length() - 1
            self._pass(table, self.hard[place], self._get_table(hard & self._compatible[place]))
        return table

    def _loosen(self, hard: int) -> NDArray[np.int64]:
        """Return a lower bound where there are too many subsets: links may come again."""
        table = self.closure
        for _ in range(hard.bit_count()):
            onward = table.copy()
            for bit in list_bits(hard):
                self._pass(onward, self.hard[bit.bit_length() - 1], table)
            np.maximum(onward, -FREE_S, out=onward)
            if np.array_equal(onward, table):
                break
            table = onward
        return table

    def _pass(self, table: NDArray[np.int64], link: int, after: NDArray[np.int64]) -> None:
        """Take into a table the ways that pass a hard link."""
        links = self.links
        before = self.closure[:, links.tails[link], None] + links.weights_s[link]
        np.minimum(table, before + after[links.heads[link]], out=table)


@dataclass(frozen=True, slots=True)
class _Way:
    """A chain from one node to another."""

    tail: int
    head: int
    weight_s: int


class ShortestWays:
    """The shortest chains seen, by their owners."""

    def __init__(self, matrix: NDArray[np.int64]) -> None:
        self._matrix = matrix
        self._ways: dict[int, list[_Way]] = defaultdict(list)

    def add(self, owners: int, tail: int, head: int, weight_s: int) -> bool:
        """Take down a chain, unless the line alone or some of its owners bind as tightly."""
        if self._matrix[tail, head] <= weight_s:
            return False
        for part in self._list_parts(owners):
            for other in self._ways[part]:
                detour = self._matrix[tail, other.tail] + self._matrix[other.head, head]
                if detour + other.weight_s <= weight_s:
                    return False
        self._ways[owners].append(_Way(tail, head, weight_s))
        return True

    def _list_parts(self, owners: int) -> list[int]:
        """Return the subsets of some owners that there are chains of."""
        ways, lacking = self._ways, ~owners
        if len(ways) < 1 << owners.bit_count():
            return [part for part in ways if not part & lacking]
        parts, part = [], owners
        while part:
            if part in ways:
                parts.append(part)
            part = (part - 1) & owners
        return [*parts, 0] if 0 in ways else parts


def _split_links(
    matrix: NDArray[np.int64], links: Links
) -> tuple[NDArray[np.int64], tuple[int, ...]]:
    """Take links one by one into a closed matrix, setting apart those that contradict it."""
    closure, hard = matrix.copy(), []
    columns = (links.tails.tolist(), links.heads.tolist(), links.weights_s.tolist())
    for link, (tail, head, weight_s) in enumerate(zip(*columns, strict=True)):
        if weight_s >= closure[tail, head]:
            continue
        if weight_s + closure[head, tail] < 0:
            hard.append(link)
            continue
        np.minimum(closure, closure[:, tail, None] + weight_s + closure[head], out=closure)
    return closure, tuple(hard)


def _layer_ways(matrix: NDArray[np.int64], links: Links, max_size: int) -> NDArray[np.int64]:
    """Return least ways by how many links that cost they may use: (size, node, node)."""
    costs = links.costs > 0
    free = _close_loosely(matrix, links.take(np.flatnonzero(~costs).tolist()))
    step = _min_plus(_tabulate(len(matrix), links.take(np.flatnonzero(costs).tolist())), free)
    layers = [free]
    for _ in range(max_size):
        onward = np.minimum(layers[-1], _min_plus(layers[-1], step))
        layers.append(np.maximum(onward, -FREE_S))
    return np.array(layers)


def _close_loosely(matrix: NDArray[np.int64], links: Links) -> NDArray[np.int64]:
    """Return a lower bound of ways that use each link at most once."""
    step = _min_plus(matrix, _min_plus(_tabulate(len(matrix), links), matrix))
    closed = matrix
    for _ in range(len(links)):
        onward = np.minimum(closed, _min_plus(closed, step))
        np.maximum(onward, -FREE_S, out=onward)
        if np.array_equal(onward, closed):
            break
        closed = onward
    return closed


def _tabulate(nodes: int, links: Links) -> NDArray[np.int64]:
    """Return the least weight of any link from node to node."""
    table = np.full((nodes, nodes), FREE_S, dtype=np.int64)
    np.minimum.at(table, (links.tails, links.heads), links.weights_s)
    return table


def _min_plus(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the matrix of least sums: ``min_k left[i, k] + right[k, j]``."""
    least = np.full((left.shape[0], right.shape[1]), FREE_S, dtype=np.int64)
    for k in np.flatnonzero((right < FREE_S // 2).any(axis=1)).tolist():
        np.minimum(least, left[:, k, None] + right[k], out=least)
    return least
