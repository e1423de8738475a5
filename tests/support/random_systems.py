"""Random difference systems, and an independent check of their feasibility.

The tests, ``verify_conflicts.py`` and ``benchmark_conflicts.py`` use them. The check shares no
code with routesim: it runs the Bellman-Ford algorithm on its own edge list, whereas the search
under test works on closed matrices and chains.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from routesim.constraints.system import FREE_S, Constraint, DifferenceSystem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = [
    "Judge",
    "Making",
    "draw_choices",
    "draw_line",
    "draw_system",
    "list_contradictions",
    "list_steps",
    "make_judge",
    "seed_random",
]

START_S = 5_000
SHARE_OF_ORDERS = 0.3
SHARE_OF_STAYS = 0.3


@dataclass(frozen=True, slots=True)
class Making:
    """The settings of a random system.

    ``links`` is the share of durations and orders among the reports; the others are windows.
    ``lies`` is the share of reports that are wrong by up to ``away_s``. ``shared`` is the share
    of reports that only apply together with a second one. ``sided`` is the probability that a
    window has each of its two ends.
    """

    points: int = 60
    reports: int = 60
    links: float = 0.3
    lies: float = 0.1
    shared: float = 0.0
    sided: float = 0.9
    slack_s: int = 3_000
    away_s: int = 5_000
    capped: bool = True

    @property
    def cap_bit(self) -> int:
        """Bit of the assumption of a speed cap; 0 without a cap."""
        return 1 << self.reports if self.capped else 0

    @property
    def bits(self) -> int:
        """All bits, of the reports and of the cap."""
        return (1 << self.reports) - 1 | self.cap_bit


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A line, its true times, and the constraints that always hold on it."""

    truth_s: list[int]
    order: NDArray[np.int64]
    capped: NDArray[np.int64]


def seed_random(seed: int) -> random.Random:
    """Return a reproducible generator of random numbers."""
    return random.Random(seed)  # noqa: S311 (nothing secret)


def draw_line(rng: random.Random, points: int, *, capped: bool = True) -> Line:
    """Draw a line of timing points, each with an arrival and a departure, and true times.

    Without a cap, both matrices only require the order of the points.
    """
    nodes = 1 + 2 * points
    order = np.full((nodes, nodes), FREE_S, dtype=np.int64)
    np.fill_diagonal(order, 0)
    quick = order.copy()
    # The shortest running times from the first point to each one, at the cap.
    least_s = np.cumsum([0, *(rng.randrange(100, 1000) for _ in range(points - 1))])
    truth_s, now = [0], START_S
    for point in range(points):
        arrive, depart = 1 + 2 * point, 2 + 2 * point
        order[depart, arrive] = quick[depart, arrive] = 0
        for earlier in range(point):
            for late in (arrive, depart):
                for early in (1 + 2 * earlier, 2 + 2 * earlier):
                    order[late, early] = 0
                    quick[late, early] = least_s[earlier] - least_s[point]
        if point:
            now += int((least_s[point] - least_s[point - 1]) * rng.uniform(1.05, 2))
        truth_s.append(now)
        now += rng.choice([0, 0, rng.randrange(1000)])
        truth_s.append(now)
    return Line(truth_s, order, quick if capped else order)


def draw_system(
    rng: random.Random, making: Making, *, refused: Sequence[int] = ()
) -> DifferenceSystem:
    """Draw a system: a true journey and reports of it, some of which are wrong."""
    line = draw_line(rng, making.points, capped=making.capped)
    constraints: list[Constraint] = []
    for report in range(making.reports):
        support = 1 << report
        if rng.random() < making.shared:
            support |= 1 << rng.randrange(making.reports)
        constraints += draw_report(rng, making, line, support)
    return DifferenceSystem(
        line.order, line.capped, making.cap_bit, tuple(constraints), tuple(refused)
    )


def draw_report(
    rng: random.Random, making: Making, line: Line, support: int
) -> Iterator[Constraint]:
    """Draw the constraints of a report: a window, a stay, a duration or an order."""
    nodes = range(1, len(line.truth_s))
    astray_s = 0
    if rng.random() < making.lies:
        astray_s = rng.randrange(-making.away_s, making.away_s)
    low_s = astray_s - rng.randrange(making.slack_s)
    high_s = astray_s + rng.randrange(making.slack_s)
    if rng.random() >= making.links:
        node = rng.choice(nodes)
        time_s = line.truth_s[node]
        if rng.random() < making.sided:
            yield Constraint(0, node, time_s + high_s, support)
        if rng.random() < making.sided:
            yield Constraint(node, 0, -(time_s + low_s), support)
        return
    first, second = rng.sample(nodes, 2)
    if rng.random() < SHARE_OF_STAYS:
        first = 1 + 2 * rng.randrange(making.points)
        second = first + 1
    lapse_s = line.truth_s[second] - line.truth_s[first]
    if rng.random() < SHARE_OF_ORDERS:
        # The order of two events; a wrong report has it the other way round.
        if (lapse_s < 0) != (astray_s < 0):
            first, second = second, first
        yield Constraint(second, first, 0, support)
        return
    yield Constraint(first, second, lapse_s + high_s, support)
    yield Constraint(second, first, -(lapse_s + low_s), support)


def draw_choices(
    rng: random.Random, making: Making
) -> tuple[DifferenceSystem, list[list[int]], list[list[tuple[int, tuple[Constraint, ...]]]]]:
    """Draw clauses with one to three readings each.

    Returns
    -------
    system
        The system. Its bits are those of the clauses from 0, then the bit of the cap, then
        those of the options.
    choices
        The bits of the options of each choice, which has two or more.
    readings
        For each clause, the option and the constraints of each of its readings. The option is
        0 if there is no choice. Two clauses may depend on the same choice.
    """
    line = draw_line(rng, making.points, capped=making.capped)
    next_bit = making.reports + 1
    choices: list[list[int]] = []
    readings: list[list[tuple[int, tuple[Constraint, ...]]]] = []
    for clause in range(making.reports):
        options = [0]
        if choices and rng.random() < making.shared:
            options = rng.choice(choices)
        elif (count := rng.randrange(1, 4)) > 1:
            options = [1 << (next_bit + number) for number in range(count)]
            next_bit += count
            choices.append(options)
        readings.append(
            [
                (option, tuple(draw_report(rng, making, line, 1 << clause | option)))
                for option in options
            ]
        )
    constraints = tuple(c for stated in readings for _, said in stated for c in said)
    system = DifferenceSystem(line.order, line.capped, making.cap_bit, constraints)
    return system, choices, readings


@njit(cache=False)
def _relax(base, edges, support, believed, potential):
    """Relax all edges in place; return -1, or a node that a negative cycle leads to."""
    nodes = potential.size
    parent = np.full(nodes, -1, dtype=np.int64)
    last = -1
    for _ in range(nodes + 1):
        last = -1
        for row in range(base.shape[0]):
            tail, head, weight = base[row]
            if potential[tail] + weight < potential[head]:
                potential[head] = potential[tail] + weight
                parent[head] = -2 - row
                last = head
        for row in range(edges.shape[0]):
            if support[row] & ~believed == 0:
                tail, head, weight = edges[row]
                if potential[tail] + weight < potential[head]:
                    potential[head] = potential[tail] + weight
                    parent[head] = row
                    last = head
        if last < 0:
            break
    return last, parent


@njit(cache=False)
def _find_guilty(base, edges, support, last, parent):
    """Return the bits of the constraints on the negative cycle that the parents lead to."""
    node = last
    for _ in range(parent.size):
        node = base[-2 - parent[node], 0] if parent[node] < 0 else edges[parent[node], 0]
    guilty, first = 0, node
    while True:
        row = parent[node]
        if row >= 0:
            guilty |= support[row]
            node = edges[row, 0]
        else:
            node = base[-2 - row, 0]
        if node == first:
            return guilty


@njit(cache=False)
def _is_refused(believed, refused):
    return (refused & ~believed == 0).any()


@njit(cache=False)
def _is_excluded(believed, exclusive):
    for one in exclusive:
        some = believed & one
        if some & (some - 1):
            return True
    return False


@njit(cache=False)
def _list_minimal(base, capped, edges, support, cap, refused, exclusive, bits, nodes):  # noqa: PLR0913, PLR0917 (compiled)
    """Return every minimal infeasible set of bits, by enumerating all sets."""
    infeasible = np.zeros(1 << bits, dtype=np.bool_)
    minimal = []
    for believed in range(1 << bits):
        if _is_excluded(believed, exclusive):
            continue
        for bit in range(bits):
            if believed >> bit & 1:
                infeasible[believed] |= infeasible[believed ^ (1 << bit)]
        if infeasible[believed]:
            continue
        steps = capped if cap & ~believed == 0 else base
        potential = np.zeros(nodes, dtype=np.int64)
        last, _ = _relax(steps, edges, support, believed, potential)
        infeasible[believed] = last >= 0 or _is_refused(believed, refused)
        if infeasible[believed]:
            minimal.append(believed)
    return minimal


def list_contradictions(
    system: DifferenceSystem, bits: int, exclusive: Sequence[int] = ()
) -> set[int]:
    """Return the minimal infeasible sets of the first ``bits`` bits, by enumeration."""
    edges, support = _list_edges(system.constraints)
    return set(
        _list_minimal(
            list_steps(system.order),
            list_steps(system.capped),
            edges,
            support,
            system.cap_support,
            np.array(system.refused, dtype=np.int64),
            np.array(exclusive, dtype=np.int64),
            bits,
            system.nodes,
        )
    )


@dataclass(frozen=True, eq=False, slots=True)
class Judge:
    """Decides which sets of constraints are feasible; made by ``make_judge``.

    A set is an integer with up to 63 bits, one for each report or assumption.
    """

    base: NDArray[np.int64]
    capped: NDArray[np.int64]
    edges: NDArray[np.int64]
    support: NDArray[np.int64]
    cap: int
    nodes: int

    def blame(self, believed: int) -> int | None:
        """Return None if a set is feasible, else the bits on some negative cycle."""
        is_capped = self.cap & ~believed == 0
        base = self.capped if is_capped else self.base
        start = np.zeros(self.nodes, dtype=np.int64)
        last, parent = _relax(base, self.edges, self.support, believed, start)
        if last < 0:
            return None
        guilty = _find_guilty(base, self.edges, self.support, last, parent)
        return int(guilty) | (self.cap if is_capped else 0)

    def is_feasible(self, believed: int) -> bool:
        """Return whether some timetable satisfies all constraints of a set."""
        return self.blame(believed) is None

    def is_irreducible(self, believed: int) -> bool:
        """Return whether a set is infeasible, but feasible without any one of its bits."""
        return not self.is_feasible(believed) and all(
            self.is_feasible(believed ^ 1 << bit)
            for bit in range(believed.bit_length())
            if believed >> bit & 1
        )


def make_judge(system: DifferenceSystem) -> Judge:
    """Make the judge of a system; its refused sets are ignored."""
    edges, support = _list_edges(system.constraints)
    return Judge(
        list_steps(system.order),
        list_steps(system.capped),
        edges,
        support,
        system.cap_support,
        system.nodes,
    )


def _list_edges(
    constraints: Sequence[Constraint],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    edges = np.array(
        [(c.tail, c.head, c.weight_s) for c in constraints], dtype=np.int64
    ).reshape(-1, 3)
    return edges, np.array([c.support for c in constraints], dtype=np.int64)


def list_steps(matrix: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the steps of a closed matrix that no detour can replace, latest tail first.

    A line runs one way, so that no cycle of steps has weight zero. Every step left out
    therefore has a detour over steps that are kept.
    """
    rows = []
    for tail, head in np.argwhere(matrix < FREE_S).tolist():
        if tail == head:
            continue
        detour = matrix[tail] + matrix[:, head]
        detour[[tail, head]] = FREE_S
        if detour.min() > matrix[tail, head]:
            rows.append((tail, head, int(matrix[tail, head])))
    # Times propagate backwards along the line, so that a sweep from its end is fastest.
    rows.sort(reverse=True)
    return np.array(rows, dtype=np.int64).reshape(-1, 3)
