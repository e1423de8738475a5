"""Bounds of paths: lower bounds of the weight of a chain, and the shortest chains seen.

If all links agree, the weight of the shortest path between two nodes is an entry of a closed
matrix. If some contradict each other, they form a negative cycle, and there is no shortest
path. A few *conflicting* links are then set apart, so that the others agree. A path uses each
conflicting link at most once, and none that a known unsatisfiable set excludes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from routesim.constraints import bitsets
from routesim.constraints.bitsets import NO_BITS, Bits, list_bits, overlaps, unite, unite_all
from routesim.constraints.system import FREE_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from routesim.constraints.search_graph import ConstraintLinks
    from routesim.constraints.system import Integers


MOST_CONFLICTING = 10
"""Largest number of conflicting links for exact bounds, which need one table per subset."""


class PathBounds:
    """Lower bounds of the weight of paths between nodes, by the links that they may still use.

    ``matrix`` is the closed matrix without links. Of links that contradict each other, the
    later ones are set apart as conflicting. ``is_open`` returns whether a support is worth
    examining, that is, contains no known unsatisfiable set. A path may use up to ``max_size``
    links of cost 1, see :class:`ConstraintLinks`; None sets no limit.
    """

    def __init__(
        self,
        matrix: Integers,
        links: ConstraintLinks,
        is_open: Callable[[Bits], bool],
        max_size: int | None,
    ) -> None:
        self.links, self.is_open = links, is_open
        self.closure, self.conflicting_links = _split_links(matrix, links)
        self.is_exact = max_size is None or len(self.conflicting_links) <= MOST_CONFLICTING
        """Whether bounds depend on the conflicting links that a path may use."""
        self._links = {bitsets.make_bit(n): c for n, c in enumerate(self.conflicting_links)}
        self._bits = {link: bit for bit, link in self._links.items()}
        self._support = {bit: links.support[link] for bit, link in self._links.items()}
        everything = unite_all(self._links)
        self.all_conflicting = everything if self.is_exact else NO_BITS
        """Set of all conflicting links, as bits of their positions."""
        self._compatible = {
            bit: self.keep_open(bitsets.remove(everything, bit), support)
            for bit, support in self._support.items()
        }
        self._tables = {NO_BITS: self.closure}
        self._layers = None if max_size is None else _bound_by_size(matrix, links, max_size)

    def get_bit(self, link: int) -> Bits:
        """Return the bit of a conflicting link; the empty set for any other link."""
        return self._bits.get(link, NO_BITS) if self.is_exact else NO_BITS

    def keep_open(self, conflicting: Bits, support: Bits) -> Bits:
        """Return the members of ``conflicting`` that a chain of this support may still use."""
        if not conflicting:
            return NO_BITS
        return unite_all(
            bit
            for bit in list_bits(conflicting)
            if self.is_open(unite(support, self._support[bit]))
        )

    def may_take(self, link: int, path: tuple[int, ...], conflicting: Bits) -> bool:
        """Return whether a chain may use a link; ``conflicting`` as in :meth:`measure`."""
        bit = self.get_bit(link)
        return link not in path and (not bit or overlaps(bit, conflicting))

    def measure(self, conflicting: Bits, remaining: int | None) -> Integers:
        """Return a lower bound of the weight of paths, shape (nodes, nodes).

        A path may use each of these conflicting links once, and up to ``remaining`` links of
        cost 1; None sets no limit.
        """
        if remaining is None or self._layers is None:
            return self._get_table(conflicting)
        if not self.is_exact:
            return np.asarray(self._layers[remaining])
        return np.asarray(np.maximum(self._layers[remaining], self._get_table(conflicting)))

    def _get_table(self, conflicting: Bits) -> Integers:
        table = self._tables.get(conflicting)
        if table is None:
            few = bitsets.count_bits(conflicting) <= MOST_CONFLICTING
            table = self._make_table(conflicting) if few else self._loosen(conflicting)
            self._tables[conflicting] = table
        return table

    def _make_table(self, conflicting: Bits) -> Integers:
        """Return the least weights of paths whose conflicting links are compatible in pairs."""
        table = self.closure.copy()
        for bit in list_bits(conflicting):
            after = self._get_table(bitsets.intersect(conflicting, self._compatible[bit]))
            self._pass(table, self._links[bit], after)
        return table

    def _loosen(self, conflicting: Bits) -> Integers:
        """Return a looser bound, for too many subsets: a path may use a link repeatedly."""
        table = self.closure
        for _ in range(bitsets.count_bits(conflicting)):
            onward = table.copy()
            for bit in list_bits(conflicting):
                self._pass(onward, self._links[bit], table)
            np.maximum(onward, -FREE_S, out=onward)
            if np.array_equal(onward, table):
                break
            table = onward
        return table

    def _pass(self, table: Integers, link: int, after: Integers) -> None:
        """Add the paths over a conflicting link to a table, in place."""
        links = self.links
        before = self.closure[:, links.tails[link], None] + links.weights_s[link]
        np.minimum(table, before + after[links.heads[link]], out=table)


class ShortestPaths:
    """The shortest chains seen so far, by support."""

    def __init__(self, matrix: Integers) -> None:
        self._matrix = matrix
        self._paths: dict[Bits, list[tuple[int, int, int]]] = defaultdict(list)

    def add(self, support: Bits, tail: int, head: int, weight_s: int) -> bool:
        """Add a chain and return True, or return False if the chain is no gain.

        A chain is no gain if the matrix is as short, or a known chain with the same or less
        support.
        """
        if self._matrix[tail, head] <= weight_s:
            return False
        for part in bitsets.list_subsets(self._paths, support):
            for start, end, known_s in self._paths[part]:
                detour = self._matrix[tail, start] + self._matrix[end, head]
                if detour + known_s <= weight_s:
                    return False
        self._paths[support].append((tail, head, weight_s))
        return True


def _split_links(matrix: Integers, links: ConstraintLinks) -> tuple[Integers, tuple[int, ...]]:
    """Add links one by one to a closed matrix; return it, and the links that contradict it."""
    closure, conflicting = matrix.copy(), []
    columns = (links.tails.tolist(), links.heads.tolist(), links.weights_s.tolist())
    for link, (tail, head, weight_s) in enumerate(zip(*columns, strict=True)):
        if weight_s >= closure[tail, head]:
            continue
        if weight_s + closure[head, tail] < 0:
            conflicting.append(link)
            continue
        np.minimum(closure, closure[:, tail, None] + weight_s + closure[head], out=closure)
    return closure, tuple(conflicting)


def _bound_by_size(matrix: Integers, links: ConstraintLinks, max_size: int) -> Integers:
    """Return lower bounds by number of links of cost 1, shape (max_size + 1, nodes, nodes)."""
    costs = links.costs > 0
    free = _close_loosely(matrix, links.take(np.flatnonzero(~costs).tolist()))
    step = _min_plus(_tabulate(len(matrix), links.take(np.flatnonzero(costs).tolist())), free)
    layers = [free]
    for _ in range(max_size):
        onward = np.minimum(layers[-1], _min_plus(layers[-1], step))
        layers.append(np.maximum(onward, -FREE_S))
    return np.array(layers)


def _close_loosely(matrix: Integers, links: ConstraintLinks) -> Integers:
    """Return a lower bound, shape (nodes, nodes), of paths that use each link at most once."""
    step = _min_plus(matrix, _min_plus(_tabulate(len(matrix), links), matrix))
    closed = matrix
    for _ in range(len(links)):
        onward = np.minimum(closed, _min_plus(closed, step))
        np.maximum(onward, -FREE_S, out=onward)
        if np.array_equal(onward, closed):
            break
        closed = onward
    return closed


def _tabulate(nodes: int, links: ConstraintLinks) -> Integers:
    """Return the least weight of the links between each two nodes, shape (nodes, nodes)."""
    table = np.full((nodes, nodes), FREE_S, dtype=np.int64)
    np.minimum.at(table, (links.tails, links.heads), links.weights_s)
    return table


def _min_plus(left: Integers, right: Integers) -> Integers:
    """Return the min-plus product of two matrices: ``min_k left[i, k] + right[k, j]``."""
    least = np.full((left.shape[0], right.shape[1]), FREE_S, dtype=np.int64)
    for k in np.flatnonzero((right < FREE_S // 2).any(axis=1)).tolist():
        np.minimum(least, left[:, k, None] + right[k], out=least)
    return least
