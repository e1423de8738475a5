"""Search for negative cycles that pass time zero: chains of links between windows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from routesim.constraints.bitsets import Bits, is_subset, remove, unite, unite_all
from routesim.constraints.path_bounds import ShortestPaths
from routesim.constraints.search_graph import list_negative
from routesim.constraints.system import FREE_S

if TYPE_CHECKING:
    from routesim.arrays import Flags, Indices
    from routesim.constraints.found_cycles import FoundCycles
    from routesim.constraints.path_bounds import PathBounds
    from routesim.constraints.search_graph import ConstraintWindows, SearchGraph
    from routesim.constraints.system import Integers


@dataclass(frozen=True, eq=False, slots=True)
class _WindowChain:
    """A chain of links that an upper and a lower window may close to a negative cycle.

    ``pairs[i, j]`` says whether the upper window ``rows[i]`` and the lower window
    ``columns[j]`` may close the chain or an extension of it. Each such pair adds at least
    ``added`` counted bits. ``conflicting`` has the conflicting links that the chain may still
    use.
    """

    path: tuple[int, ...]
    weight_s: int
    support: Bits
    conflicting: Bits
    rows: Indices
    columns: Indices
    pairs: Flags
    added: int = 0

    def keep(self, pairs: Flags, added: int) -> _WindowChain:
        """Return the chain with only some of its pairs of windows."""
        some, others = pairs.any(axis=1), pairs.any(axis=0)
        if not (some.all() and others.all()):
            pairs = pairs[some][:, others]
        rows, columns = self.rows[some], self.columns[others]
        return replace(self, rows=rows, columns=columns, pairs=pairs, added=added)


class WindowChainSearch:
    """Search for chains of links between an upper and a lower window.

    Chains grow link by link, those with the smallest support first. ``clear`` flags the pairs
    of windows that do not contradict each other, shape (uppers, lowers).
    """

    def __init__(
        self, graph: SearchGraph, bounds: PathBounds, found: FoundCycles, clear: Flags
    ) -> None:
        self.graph, self.bounds, self.found, self.clear = graph, bounds, found, clear
        self.window_bits = unite_all((*graph.uppers.support, *graph.lowers.support))
        self.leaving: dict[tuple[Bits, int | None], Integers] = {}
        self.buckets: dict[int, list[_WindowChain]] = defaultdict(list)
        self.shortest = ShortestPaths(graph.matrix)

    def run(self, budget: int) -> int | None:
        """Record the cycles; return the size up to which none is missing, None for any size."""
        if not self.graph.uppers.numbers or not self.graph.lowers.numbers:
            return None
        for link in self._list_starts():
            self._start(link)
        while self.buckets:
            size = min(self.buckets)
            for chain in self.buckets.pop(size):
                budget -= 1
                if budget < 0:
                    return size - 1
                closed = self._close(chain)
                if self.found.is_full:
                    return size - 1
                if self.found.is_open(chain.support):
                    self._grow(chain, closed)
        return None

    # ------------------------------------------------------------ lower bounds

    def _leave(self, conflicting: Bits, remaining: int | None) -> Integers:
        """Return the least weight from each node to time zero, shape (nodes, lowers).

        Each path ends with the lower window of its column.
        """
        key = conflicting, remaining
        if key not in self.leaving:
            least = self.bounds.measure(conflicting, remaining)
            lowers = self.graph.lowers
            self.leaving[key] = least[:, lowers.nodes] + lowers.weights_s
        return self.leaving[key]

    def _leave_after(self, chain: _WindowChain) -> Integers:
        """Return the least weight from each link to time zero, shape (links, chain.columns).

        Each path ends with the lower window of its column.
        """
        heads, costs = self.graph.links.heads[:, None], self.graph.links.costs
        remaining = self.found.count_remaining(chain.support)
        if remaining is None:
            return self._leave(chain.conflicting, None)[heads, chain.columns]
        leave = np.full((len(costs), chain.columns.size), FREE_S, dtype=np.int64)
        for cost in (0, 1):
            if remaining >= chain.added + cost:
                left = self._leave(chain.conflicting, remaining - chain.added - cost)
                leave[costs == cost] = left[heads[costs == cost], chain.columns]
        return leave

    def _is_hopeful(self, chain: _WindowChain, added: Integers) -> Flags:
        """Return flags of the pairs of windows with which a negative cycle is still possible.

        ``added`` has the number of counted bits that each pair adds to the chain.
        """
        links = self.graph.links
        enter = self.graph.entry[chain.rows, links.tails[chain.path[0]]] + chain.weight_s
        head = links.heads[chain.path[-1]]
        remaining = self.found.count_remaining(chain.support)
        if remaining is None:
            leave = self._leave(chain.conflicting, None)[head, chain.columns]
            below: Flags = enter[:, None] + leave < 0
            return below
        hopeful = np.zeros(chain.pairs.shape, dtype=bool)
        for count in np.unique(added[added <= remaining]).tolist():
            leave = self._leave(chain.conflicting, remaining - count)[head, chain.columns]
            hopeful |= (added == count) & (enter[:, None] + leave < 0)
        return hopeful

    # ------------------------------------------------------------ the first link

    def _list_starts(self) -> list[int]:
        """Return the links that some windows and other links may close to a negative cycle."""
        links, entry = self.graph.links, self.graph.entry
        leave = self._leave(self.bounds.all_conflicting, self.found.max_size)
        enter = entry.min(axis=0)[links.tails]
        hopeful = enter + links.weights_s + leave.min(axis=1)[links.heads] < 0
        places: list[int] = np.flatnonzero(hopeful).tolist()
        return places

    def _start(self, link: int) -> None:
        links, bounds = self.graph.links, self.bounds
        uppers, lowers = self.graph.uppers, self.graph.lowers
        support, weight = links.support[link], int(links.weights_s[link])
        if not self.found.is_open(support):
            return
        added = uppers.count_added(support).min() + lowers.count_added(support).min()
        remaining = self.found.count_remaining(support)
        if remaining is not None and remaining < added:
            return
        conflicting = remove(bounds.all_conflicting, bounds.get_bit(link))
        leave = self._leave(conflicting, None if remaining is None else remaining - int(added))
        leave = leave[links.heads[link]]
        enter = self.graph.entry[:, links.tails[link]] + weight
        rows = np.flatnonzero(enter + leave.min() < 0)
        columns = np.flatnonzero(enter.min() + leave < 0)
        if rows.size and columns.size:
            pairs = self.clear[np.ix_(rows, columns)]
            conflicting = bounds.keep_open(conflicting, support)
            if is_subset(support, self.window_bits):
                # The chain adds no new bit: a known pair may get a more negative cycle.
                pairs = np.ones_like(pairs)
            path = (link,)
            self._admit(_WindowChain(path, weight, support, conflicting, rows, columns, pairs))

    # ------------------------------------------------------------ one chain

    def _admit(self, chain: _WindowChain, *, is_hopeful: bool = False) -> None:
        """Add a chain to the buckets, unless it cannot lead to a new cycle.

        ``is_hopeful`` says that the bounds of its pairs have been checked.
        """
        graph = self.graph
        above = graph.uppers.count_added(chain.support)[chain.rows]
        below = graph.lowers.count_added(chain.support)[chain.columns]
        added = above[:, None] + below
        pairs = chain.pairs
        if not is_hopeful:
            pairs = pairs & self._is_hopeful(chain, added)
            if not np.count_nonzero(pairs):
                return
        tail, head = graph.links.tails[chain.path[0]], graph.links.heads[chain.path[-1]]
        if not self.shortest.add(chain.support, tail, head, chain.weight_s):
            return
        chain = self._drop_known(chain.keep(pairs, int(added[pairs].min())))
        if chain.rows.size:
            size = self.found.measure(chain.support) + chain.added
            self.buckets[size].append(chain)

    def _drop_known(self, chain: _WindowChain) -> _WindowChain:
        """Leave out the windows with which the chain is a known set, or one too large."""
        rows = self._list_open(chain.support, self.graph.uppers, chain.rows)
        columns = self._list_open(chain.support, self.graph.lowers, chain.columns)
        if rows.all() and columns.all():
            return chain
        return chain.keep(chain.pairs & rows[:, None] & columns, chain.added)

    def _list_open(self, support: Bits, windows: ConstraintWindows, places: Indices) -> Flags:
        is_open = self.found.is_open
        return np.array(
            [is_open(unite(support, windows.support[n])) for n in places.tolist()], dtype=bool
        )

    def _close(self, chain: _WindowChain) -> Flags:
        """Record the pairs of windows that close a chain to a negative cycle; return flags.

        The flags have the shape of ``chain.pairs``.
        """
        links, uppers, lowers = self.graph.links, self.graph.uppers, self.graph.lowers
        enter = self.graph.entry[chain.rows, links.tails[chain.path[0]]] + chain.weight_s
        nodes, weights = lowers.nodes[chain.columns], lowers.weights_s[chain.columns]
        onward = self.graph.matrix[links.heads[chain.path[-1]], nodes]
        total = enter[:, None] + onward + weights
        closed: Flags = (total < 0) & chain.pairs
        if not np.count_nonzero(closed):
            return closed
        middle = tuple(links.numbers[link] for link in chain.path)
        for one, other in list_negative(np.where(closed, total, 0)):
            row, column = int(chain.rows[one]), int(chain.columns[other])
            self.found.record(
                unite_all((chain.support, uppers.support[row], lowers.support[column])),
                int(total[one, other]),
                (uppers.numbers[row], *middle, lowers.numbers[column]),
            )
        return closed

    def _grow(self, chain: _WindowChain, closed: Flags) -> None:
        """Extend a chain by each link that leaves a negative cycle possible."""
        links, bounds, found = self.graph.links, self.bounds, self.found
        onward = self.graph.extend(chain.path, chain.weight_s)
        enter = self.graph.entry[chain.rows, links.tails[chain.path[0]]]
        leave = self._leave_after(chain)
        hopeful = enter.min() + onward + leave.min(axis=1) < 0
        rest = chain.pairs & ~closed
        familiar = unite(chain.support, self.window_bits)
        for link in np.flatnonzero(hopeful).tolist():
            if not bounds.may_take(link, chain.path, chain.conflicting):
                continue
            support = unite(chain.support, links.support[link])
            if not found.is_open(support):
                continue
            # A closed pair is a known set, but if the link adds no bit, the cycle of this set
            # may become more negative.
            is_familiar = is_subset(links.support[link], familiar)
            weight = int(onward[link])
            below = enter[:, None] + (weight + leave[link]) < 0
            pairs = (chain.pairs if is_familiar else rest) & below
            if np.count_nonzero(pairs):
                conflicting = remove(chain.conflicting, bounds.get_bit(link))
                conflicting = bounds.keep_open(conflicting, support)
                path, rows, columns = (*chain.path, link), chain.rows, chain.columns
                # ``below`` already applied the same bounds, unless the link used up a
                # conflicting link or there is a limit of size.
                self._admit(
                    _WindowChain(path, weight, support, conflicting, rows, columns, pairs),
                    is_hopeful=found.max_size is None and conflicting == chain.conflicting,
                )
