"""All minimal unsatisfiable subsets of a simple temporal problem: its negative cycles.

A set of clauses is unsatisfiable exactly if its constraints, together with those that need no
support, have a cycle of negative weight. A minimal cycle passes time zero at most once. So it
is either an upper window, a chain of links and a lower window, or a closed chain of links; see
:mod:`routesim.constraints.search_graph` for windows and links. Chains grow link by link, those
with the smallest support first. A chain is abandoned if it contains a known unsatisfiable set,
if a path with the same or less support is as short, or if it can no longer become negative.
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
"""Number of chains after which a search stops; larger sets may then be missing."""
MOST_REDUCED = 1_000
"""Largest number of sets that are reduced to minimal ones after a search was stopped."""


@dataclass(frozen=True, slots=True)
class CycleList:
    """The minimal unsatisfiable subsets that a search has found.

    ``complete_to`` is None if no set is missing. Otherwise no set of up to ``complete_to``
    counted bits is missing.
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

    Each set is listed once, with its most negative cycle; no set contains another. No two bits
    of an ``exclusive`` set, such as the options of a choice, can hold together. Only
    ``counted`` bits count towards the size of a set, and sets larger than ``max_size`` are not
    searched for. With each of the two matrices of the system, at most ``budget`` chains are
    examined and at most ``found_cycles.MOST_SETS`` sets are recorded.
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
        # The search stopped early, so it may have missed an unsatisfiable subset of a set.
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
    """Find one minimal unsatisfiable subset of ``chosen``, by default of all bits.

    Return None if the set is satisfiable; ``DifferenceSystem.find_solution`` then gives times.
    """
    cycle = _contradict(system, chosen)
    if cycle is None:
        return None
    for bit in bitsets.list_bits(cycle.support):
        # A bit that a set needs is needed by its subsets too, so each bit is tried only once.
        if bitsets.overlaps(cycle.support, bit):
            cycle = _contradict(system, remove(cycle.support, bit)) or cycle
    return cycle


def _search(
    system: DifferenceSystem, base: Bits, found: FoundCycles, budget: int
) -> int | None:
    """Search with one matrix; return the size up to which no set is missing, None for any."""
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
    """Record the pairs of windows that contradict each other.

    Return flags of the other pairs, shape (uppers, lowers).
    """
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
    """Record the links that contradict the matrix, and the pairs that contradict each other.

    Return the positions of the links that agree with the matrix, the links in the fewest
    contradictory pairs first.
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
    """Replace each cycle by one of minimal support, after a search was stopped.

    Cycles of up to ``complete_to`` counted bits are minimal already. Of the larger ones, the
    ``MOST_REDUCED`` smallest are replaced and the others are dropped.
    """
    sized = [(bitsets.count_shared(cycle.support, counted), cycle) for cycle in cycles]
    yield from (cycle for size, cycle in sized if size <= complete_to)
    larger = sorted((n, c.weight_s, c.support, c) for n, c in sized if n > complete_to)
    for *_, cycle in larger[:MOST_REDUCED]:
        within = find_cycle(system, cycle.support)
        yield cycle if within is None or within.support == cycle.support else within


def _contradict(system: DifferenceSystem, chosen: Bits) -> NegativeCycle | None:
    """Return a negative cycle of ``chosen``, or None; its support need not be minimal."""
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
    """Iterate over the sets that a search need not look for if the bits of ``base`` are true.

    A found set that contains the base is still looked for, unless it is refused: its cycle may
    be more negative with the matrix of the base.
    """
    for cycle in found:
        if not cycle.path or not bitsets.is_subset(base, cycle.support):
            yield remove(cycle.support, base)
    for pair in pairs:
        yield remove(pair, base)
