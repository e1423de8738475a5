"""Search for negative cycles that do not pass time zero: closed chains of links.

Links are defined in :mod:`routesim.constraints.search_graph`, conflicting links in
:mod:`routesim.constraints.path_bounds`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.constraints.bitsets import Bits, remove, unite
from routesim.constraints.path_bounds import ShortestPaths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.constraints.found_cycles import FoundCycles
    from routesim.constraints.path_bounds import PathBounds
    from routesim.constraints.search_graph import SearchGraph


@dataclass(frozen=True, eq=False, slots=True)
class _ClosedChain:
    """A chain of links that may still close to a cycle.

    Its first link is a conflicting link. ``conflicting`` has the conflicting links that the
    chain may still use.
    """

    path: tuple[int, ...]
    weight_s: int
    support: Bits
    conflicting: Bits


class ClosedChainSearch:
    """Search for chains of links that close to a cycle, smallest support first."""

    def __init__(self, graph: SearchGraph, bounds: PathBounds, found: FoundCycles) -> None:
        self.graph, self.bounds, self.found = graph, bounds, found

    def run(self, budget: int) -> int | None:
        """Record the cycles; return the size up to which none is missing, None for any size.

        Every negative cycle has a conflicting link, as the other links agree with each other. A
        chain begins with the first conflicting link of its cycle, so that each cycle is found
        once.
        """
        links, found = self.graph.links, self.found
        buckets: dict[int, list[_ClosedChain]] = defaultdict(list)
        shortest = {
            first: ShortestPaths(self.graph.matrix) for first in self.bounds.conflicting_links
        }
        for chain in self._list_starts():
            buckets[found.measure(chain.support)].append(chain)
        while buckets:
            size = min(buckets)
            for chain in buckets.pop(size):
                budget -= 1
                if budget < 0 or found.is_full:
                    return size - 1
                self._close(chain)
                tail, head = links.tails[chain.path[0]], links.heads[chain.path[-1]]
                if not found.is_open(chain.support):
                    continue
                if shortest[chain.path[0]].add(chain.support, tail, head, chain.weight_s):
                    for grown in self._grow(chain):
                        buckets[found.measure(grown.support)].append(grown)
        return None

    def _list_starts(self) -> Iterator[_ClosedChain]:
        links, bounds = self.graph.links, self.bounds
        later = bounds.all_conflicting
        for first in bounds.conflicting_links:
            support, later = links.support[first], remove(later, bounds.get_bit(first))
            conflicting = bounds.keep_open(later, support)
            yield _ClosedChain((first,), int(links.weights_s[first]), support, conflicting)

    def _close(self, chain: _ClosedChain) -> None:
        """Record the cycle that a chain closes to, if it is negative."""
        links, matrix = self.graph.links, self.graph.matrix
        first, last = chain.path[0], chain.path[-1]
        weight = chain.weight_s + int(matrix[links.heads[last], links.tails[first]])
        if weight < 0:
            path = tuple(links.numbers[link] for link in chain.path)
            self.found.record(chain.support, weight, path)

    def _grow(self, chain: _ClosedChain) -> Iterator[_ClosedChain]:
        """Extend a chain by each link that leaves a negative cycle possible."""
        links, bounds, found = self.graph.links, self.bounds, self.found
        start = links.tails[chain.path[0]]
        onward = self.graph.extend(chain.path, chain.weight_s)
        remaining = found.count_remaining(chain.support)
        back = bounds.measure(chain.conflicting, remaining)[links.heads, start]
        for link in np.flatnonzero(onward + back < 0).tolist():
            if not bounds.may_take(link, chain.path, chain.conflicting):
                continue
            support = unite(chain.support, links.support[link])
            if not found.is_open(support):
                continue
            conflicting = remove(chain.conflicting, bounds.get_bit(link))
            conflicting = bounds.keep_open(conflicting, support)
            weight, remaining = int(onward[link]), found.count_remaining(support)
            left = bounds.measure(conflicting, remaining)[links.heads[link], start]
            if weight + left < 0:
                yield _ClosedChain((*chain.path, link), weight, support, conflicting)
