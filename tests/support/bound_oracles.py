"""Bounds and possibilities of worlds, by shortest paths and by a linear programme."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from tests.support.all_worlds import close_matrices, is_satisfiable, write_matrix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from routesim.certain.encoding.route_case import RouteCase
    from tests.support.all_worlds import AllWorlds, Edge, FoundWorld

__all__ = ["Hull", "bound_by_programme", "bound_worlds", "find_room"]

UNBOUNDED_S = 1 << 49
ENDS = [(event, end) for event in ("arrive", "depart") for end in ("earliest", "latest")]
EPOCH_S = 1_714_000_000


@dataclass(frozen=True)
class Hull:
    """The earliest and latest times over some worlds, by event and end, shape (passages,).

    They are infinite where unbounded, and NaN where no world has the event. ``is_loose`` tells
    whether a world leaves something open, so that a bound for all options at once may be wider.
    ``systems`` has the consistent systems that it is over.
    """

    times_s: dict[tuple[str, str], NDArray[np.float64]]
    is_loose: bool
    systems: list[tuple[RouteCase, list[Edge]]]


def list_consistent(
    known: AllWorlds, worlds: Sequence[FoundWorld], settled: Mapping[str, int]
) -> tuple[list[tuple[RouteCase, list[Edge]]], bool]:
    """Return the consistent systems of some worlds, and whether any leaves options open."""
    systems, is_loose = [], False
    for world in worlds:
        for case, options in known.list_systems(world, settled):
            is_loose |= len(options) > 1
            systems += [
                (case, edges)
                for edges in options
                if edges is not None and is_satisfiable(case.system.capped, edges)
            ]
    return systems, is_loose


def bound_worlds(
    known: AllWorlds, worlds: Sequence[FoundWorld], settled: Mapping[str, int]
) -> Hull:
    """Return the hull of the times of some worlds of a problem with one route."""
    systems, is_loose = list_consistent(known, worlds, settled)
    count = len(known.problem.cases[0].line.route.passages)
    times_s = {key: np.full(count, np.nan) for key in ENDS}
    for case, edges in systems:
        closed = close_matrices(write_matrix(case.system.capped, edges)[None])[0]
        ends_s = {
            "earliest": np.where(
                closed[:, 0] >= UNBOUNDED_S, -inf, -closed[:, 0].astype(float)
            ),
            "latest": np.where(closed[0] >= UNBOUNDED_S, inf, closed[0].astype(float)),
        }
        for event, end in ENDS:
            begin, stop, first_node = _place_event(case, event, count)
            found = ends_s[end][first_node::2][: stop - begin]
            widen = np.fmin if end == "earliest" else np.fmax
            part = times_s[event, end][begin:stop]
            times_s[event, end][begin:stop] = widen(part, found)
    return Hull(times_s, is_loose, systems)


def _place_event(case: RouteCase, event: str, count: int) -> tuple[int, int, int]:
    """Return the first passage of an event, one beyond its last, and the first node."""
    if event == "arrive":
        return case.origin + 1, count, 3
    return case.origin, count - 1, 2


def bound_by_programme(hull: Hull) -> Iterator[tuple[tuple[str, str], int, float]]:
    """Iterate over the ends of every third passage, by linear programming."""
    for event, end in ENDS:
        count = len(hull.times_s[event, end])
        for passage in range(0, count, 3):
            found = []
            for case, edges in hull.systems:
                begin, stop, first_node = _place_event(case, event, count)
                if begin <= passage < stop:
                    node = first_node + 2 * (passage - begin)
                    found.append(_optimise(case, edges, node, end))
            if found:
                yield (event, end), passage, (max if end == "latest" else min)(found)


def _optimise(case: RouteCase, edges: Sequence[Edge], node: int, end: str) -> float:
    """Return the earliest or latest time of a node, by linear programming."""
    matrix = case.system.capped
    rows = [
        (int(tail), int(head), int(matrix[tail, head]))
        for tail, head in np.argwhere(matrix < UNBOUNDED_S)
        if tail != head
    ]
    data, row_of, column_of, limits = [], [], [], []
    for number, (tail, head, weight_s) in enumerate([*rows, *edges]):
        limit = float(weight_s)
        for at, sign in ((head, 1.0), (tail, -1.0)):
            if at:
                data.append(sign)
                row_of.append(number)
                column_of.append(at - 1)
            else:
                # The variables are seconds after the epoch.
                limit += sign * EPOCH_S
        limits.append(limit)
    nodes = case.system.nodes - 1
    program = coo_array((data, (row_of, column_of)), shape=(len(limits), nodes)).tocsr()
    sign = 1.0 if end == "earliest" else -1.0
    wanted = np.zeros(nodes)
    wanted[node - 1] = sign
    solved = linprog(wanted, A_ub=program, b_ub=limits, bounds=(None, None))
    if solved.status in {3, 4}:  # unbounded
        return -inf if end == "earliest" else inf
    assert solved.status == 0, solved.message
    return float(sign * solved.fun) + EPOCH_S


def find_room(
    known: AllWorlds,
    worlds: Sequence[FoundWorld],
    settled: Mapping[str, int],
    *,
    place: str,
    event: str,
    window_s: tuple[int, int],
) -> float:
    """Return the largest margin of an event over some worlds with each of their options.

    ``event`` is ``arrive``, ``depart`` or ``at``: at some time in the window, both ends
    included. The margin is in seconds: negative if no world allows the event with any of its
    options, infinite if nothing bounds it, and minus infinity if no world passes the place.
    """
    systems, _ = list_consistent(known, worlds, settled)
    rooms = (
        _find_margin(case, edges, asked)
        for case, edges in systems
        for asked in _list_questions(case, place, event, window_s)
    )
    return max(rooms, default=-inf)


def _find_margin(case: RouteCase, edges: Sequence[Edge], asked: Sequence[Edge]) -> float:
    """Return the least sum of a cycle with one or both edges of a question."""
    closed = close_matrices(write_matrix(case.system.capped, edges)[None])[0]
    found = [int(closed[head, tail]) + weight_s for tail, head, weight_s in asked]
    for (tail, head, weight_s), (start, end, also_s) in combinations(asked, 2):
        # The two ends of one window always agree.
        if (tail, head) != (end, start):
            found.append(int(closed[head, start] + closed[end, tail]) + weight_s + also_s)
    least = min(found, default=UNBOUNDED_S)
    return inf if least >= UNBOUNDED_S // 2 else least


def _list_questions(
    case: RouteCase, place: str, event: str, window_s: tuple[int, int]
) -> Iterator[list[Edge]]:
    """Iterate over the passages of a place, each with the edges of an event there."""
    passages = case.line.route.passages
    low, high = window_s
    for index in range(case.origin, len(passages)):
        arrive = 1 + 2 * (index - case.origin)
        is_first, is_last = index == case.origin, index == len(passages) - 1
        if passages[index].station.name != place:
            continue
        if event == "at":
            came = [] if is_first else [(0, arrive, high)]
            yield came + ([] if is_last else [(arrive + 1, 0, -low)])
        elif event == "arrive" and not is_first:
            yield [(0, arrive, high), (arrive, 0, -low)]
        elif event == "depart" and not is_last:
            yield [(0, arrive + 1, high), (arrive + 1, 0, -low)]
