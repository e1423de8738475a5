"""All minimal unsatisfiable subsets of a simple temporal problem: its negative cycles.

A set of clauses is unsatisfiable exactly if some cycle of its constraints and of what holds
in any case has a negative weight. A cycle passes the zero of time at most once. So it is
either an upper window, a chain of links and a lower window, or a chain of links that closes
on itself. Chains grow link by link, those of the smallest support first. A chain is dropped
where it contains an unsatisfiable set that is known already, where a shorter path with less
support exists, or where no completion can be negative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from routesim.constraints import bitsets
from routesim.constraints.bitsets import ALL_BITS, NO_BITS, Antichain, Bits, remove, unite
from routesim.constraints.closed_chains import ClosedChainSearch
from routesim.constraints.found_cycles import FoundCycles, NegativeCycle
from routesim.constraints.path_bounds import PathBounds
from routesim.constraints.search_graph import GraphBuilder, SearchGraph, list_negative
from routesim.constraints.window_chains import WindowChainSearch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from routesim.arrays import Flags
    from routesim.constraints.system import DifferenceSystem


DEFAULT_BUDGET = 20_000
"""Chains to look at before the search returns up to which size it is complete."""
MOST_REDUCED = 1_000
"""Sets larger than that size that are reduced to minimal ones, so that they are listed."""


@dataclass(frozen=True, slots=True)
class CycleList:
    """All minimal unsatisfiable subsets found.

    ``complete_to`` is None if there are no others. Otherwise those of up to ``complete_to``
    counted bits are all there.
    """

    cycles: tuple[NegativeCycle, ...]
    complete_to: int | None


def find_cycles(
    system: DifferenceSystem,
    *,
    exclusive: Sequence[Bits] = (),
    counted: Bits = ALL_BITS,
    max_size: int | None = None,
    budget: int = DEFAULT_BUDGET,
) -> CycleList:
    """Find every minimal unsatisfiable subset of a system.

    Each set is listed once, with its most negative cycle; no set contains another. Of the
    bits of one ``exclusive`` set, such as the options of a choice, no two can be believed
    together. Only ``counted`` bits count towards the size of a set, the others come along;
    sets of a size above ``max_size`` are not looked for. At the most ``budget`` chains are
    looked at, and ``found_cycles.MOST_SETS`` sets recorded.
    """
    pairs = [
        unite(one, other)
        for bits in exclusive
        for one, other in combinations(bitsets.list_bits(bits), 2)
    ]
    barred = Antichain(pairs)
    refused = [support for support in system.refused if not barred.holds_subset(support)]
    cycles = {
        support: NegativeCycle(support, 0, ()) for support in bitsets.keep_minimal(refused)
    }
    complete_to, is_cut = max_size, False
    for base in dict.fromkeys((NO_BITS, system.cap_support)):
        known = Antichain(_list_known(cycles.values(), pairs, base))
        found = FoundCycles(known, counted=counted, max_size=max_size)
        reached = _search(system, base, found, budget)
        if reached is not None:
            is_cut = True
            complete_to = reached if complete_to is None else min(reached, complete_to)
        for cycle in found.list_cycles(base):
            kept = cycles.get(cycle.support)
            if kept is None or cycle.weight_s < kept.weight_s:
                cycles[cycle.support] = cycle
    if is_cut:
        # What would have shown a set to be reducible may not have been reached.
        reduced = _reduce_cycles(system, cycles.values(), counted, complete_to or 0)
        cycles = {cycle.support: cycle for cycle in reduced}
    minimal = [
        cycles[support]
        for support in bitsets.keep_minimal(cycles)
        if max_size is None or bitsets.count_shared(support, counted) <= max_size
    ]
    minimal.sort(key=lambda c: (bitsets.count_bits(c.support), c.path))
    return CycleList(tuple(minimal), complete_to)


def find_cycle(system: DifferenceSystem, chosen: Bits = ALL_BITS) -> NegativeCycle | None:
    """Find one minimal unsatisfiable subset of a set of bits, by default of all of them.

    None if the set is satisfiable; see ``DifferenceSystem.find_solution``.
    """
    cycle = _contradict(system, chosen)
    if cycle is None:
        return None
    for bit in bitsets.list_bits(cycle.support):
        # What was needed in a larger set is needed in a smaller one: each is tried once.
        if bitsets.overlaps(cycle.support, bit):
            cycle = _contradict(system, remove(cycle.support, bit)) or cycle
    return cycle


def _search(
    system: DifferenceSystem, base: Bits, found: FoundCycles, budget: int
) -> int | None:
    """Search over one matrix; return the size to which that is complete, None if whole."""
    graph = GraphBuilder(system, base, found).build()
    clear = _pair_windows(graph, found)
    graph = replace(graph, links=graph.links.take(_pair_links(graph, found)))
    if found.is_full:
        return 0
    if not graph.links:
        return None
    bounds = PathBounds(graph.matrix, graph.links, found.is_open, found.max_size)
    reached = [
        ClosedChainSearch(graph, bounds, found).run(budget // 2),
        WindowChainSearch(graph, bounds, found, clear).run(budget // 2),
    ]
    return min((size for size in reached if size is not None), default=None)


def _pair_windows(graph: SearchGraph, found: FoundCycles) -> Flags:
    """Record the windows that contradict each other; return which do not, (uppers, lowers)."""
    uppers, lowers = graph.uppers, graph.lowers
    total = graph.entry[:, lowers.nodes] + lowers.weights_s
    for row, column in list_negative(total):
        found.record(
            unite(uppers.support[row], lowers.support[column]),
            int(total[row, column]),
            (uppers.numbers[row], lowers.numbers[column]),
        )
    return total >= 0


def _pair_links(graph: SearchGraph, found: FoundCycles) -> list[int]:
    """Record the links that contradict the matrix, or each other two by two.

    Return the places of those that agree with the matrix, by how many they contradict.
    """
    links = graph.links
    onward = graph.matrix[np.ix_(links.heads, links.tails)] + links.weights_s
    alone, total = np.diag(onward), onward + onward.T
    for link in np.flatnonzero(alone < 0).tolist():
        found.record(links.support[link], int(alone[link]), (links.numbers[link],))
    for one, other in list_negative(np.triu(total, 1)):
        found.record(
            unite(links.support[one], links.support[other]),
            int(total[one, other]),
            (links.numbers[one], links.numbers[other]),
        )
    order = np.argsort((total < 0).sum(axis=1), kind="stable").tolist()
    return [link for link in order if alone[link] >= 0]


def _reduce_cycles(
    system: DifferenceSystem, cycles: Iterable[NegativeCycle], counted: Bits, complete_to: int
) -> Iterator[NegativeCycle]:
    """Return cycles of minimal support, each instead of one given.

    Up to the size to which a search is complete they are minimal in any case; of the larger
    ones no more than ``MOST_REDUCED`` are reduced, the smallest first.
    """
    sized = [(bitsets.count_shared(cycle.support, counted), cycle) for cycle in cycles]
    yield from (cycle for size, cycle in sized if size <= complete_to)
    larger = sorted((n, c.weight_s, c.support, c) for n, c in sized if n > complete_to)
    for *_, cycle in larger[:MOST_REDUCED]:
        within = find_cycle(system, cycle.support)
        yield cycle if within is None or within.support == cycle.support else within


def _contradict(system: DifferenceSystem, chosen: Bits) -> NegativeCycle | None:
    """Return some negative cycle of a set, whose support need not be minimal."""
    refused = bitsets.find_subset(system.refused, chosen)
    if refused is not None:
        return NegativeCycle(refused, 0, ())
    path = system.find_negative_cycle(chosen)
    if path is None:
        return None
    constraints = [system.constraints[number] for number in path]
    support = bitsets.unite_all(constraint.support for constraint in constraints)
    weight_s = sum(constraint.weight_s for constraint in constraints)
    matrix = system.get_matrix(chosen)
    for one, other in zip(constraints, constraints[1:] + constraints[:1], strict=True):
        if one.head != other.tail:
            weight_s += int(matrix[one.head, other.tail])
            if matrix[one.head, other.tail] < system.order[one.head, other.tail]:
                support = unite(support, system.cap_support)
    return NegativeCycle(support, weight_s, path)


def _list_known(
    found: Iterable[NegativeCycle], pairs: Iterable[Bits], base: Bits
) -> Iterator[Bits]:
    """Return what a search over a base need not look for.

    A set that holds the base may have a more negative cycle on its matrix, unless it is
    refused.
    """
    for cycle in found:
        if not cycle.path or not bitsets.is_subset(base, cycle.support):
            yield remove(cycle.support, base)
    for pair in pairs:
        yield remove(pair, base)
