"""Negative cycles of two constraints: the first step of the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.constraints.bitsets import unite

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routesim.constraints.found_cycles import FoundCycles
    from routesim.constraints.search_graph import SearchGraph


def pair_windows(graph: SearchGraph, found: FoundCycles) -> NDArray[np.bool_]:
    """Record the pairs of an upper and a lower window that contradict each other.

    Returns
    -------
    ndarray of bool
        Which pairs do not, (uppers, lowers).
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


def pair_links(graph: SearchGraph, found: FoundCycles) -> list[int]:
    """Record the links that contradict the matrix, or each other two by two.

    Returns
    -------
    list of int
        The places of those that agree with the matrix, by how many they contradict.
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


def list_negative(total: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return where a table is negative, the least first."""
    rows, columns = np.nonzero(total < 0)
    order = np.argsort(total[rows, columns], kind="stable")
    return list(zip(rows[order].tolist(), columns[order].tolist(), strict=True))
