"""A simple temporal problem: bounds on the differences of times, each with its support.

A constraint reads ``t[head] - t[tail] <= weight_s``. Node 0 stands for time zero, so that a
bound on a single time has the same form. Constraints that need no support, such as the order of
the times, form a closed matrix. A second matrix adds those that depend on assumptions only.
Every other constraint has a set of clauses as its support, as :data:`Bits`.

Shortest paths are found by the Bellman-Ford algorithm in whole seconds, so that every answer is
exact. ``scipy.sparse.csgraph`` works on floats and takes a weight of 0 for a missing edge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routesim.constraints.bitsets import NO_BITS, Bits, find_subset, is_subset, remove

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.arrays import Array


ZERO = 0
"""Node of time zero."""
Integers = NDArray[np.int64]
FREE_S = 1 << 50
"""Weight that stands for no constraint; sums of several fit in 64 bits."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """The constraint ``t[head] - t[tail] <= weight_s``, which holds if all its support does."""

    tail: int
    head: int
    weight_s: int
    support: Bits

    @property
    def is_upper(self) -> bool:
        """Whether the constraint bounds a single time from above."""
        return self.tail == ZERO

    @property
    def is_lower(self) -> bool:
        """Whether the constraint bounds a single time from below."""
        return self.head == ZERO


@dataclass(frozen=True, eq=False)
class ShortestPathTree:
    """Shortest paths from one node; made by ``DifferenceSystem.reach``.

    ``distance_s[v]`` is the upper bound of ``t[v] - t[start]``, or of ``t[start] - t[v]`` if
    ``backwards``; a value near ``FREE_S`` or above means unbounded. ``steps`` has the weights
    of the matrix. The last step of the path to ``v`` leads from ``parents[v]`` over constraint
    ``entered_by[v]``, or over the matrix if that is -1.
    """

    start: int
    distance_s: Integers
    parents: Integers
    entered_by: Integers
    steps: Integers
    backwards: bool = False

    @property
    def most_s(self) -> Array:
        """``distance_s`` as floats, infinite where unbounded."""
        return np.where(self.distance_s < FREE_S // 2, self.distance_s.astype(float), np.inf)

    def list_path(self, node: int) -> list[int]:
        """Return the indices of the constraints on the path from the start to a node."""
        path: list[int] = []
        while node != self.start:
            number = int(self.entered_by[node])
            if number >= 0:
                path.append(number)
            node = int(self.parents[node])
        return path[::-1]

    def uses_other(self, node: int, matrix: Integers) -> bool:
        """Return whether the path to a node has a matrix step that is looser in ``matrix``."""
        other = matrix.T if self.backwards else matrix
        while node != self.start:
            parent = int(self.parents[node])
            if self.entered_by[node] < 0 and self.steps[parent, node] < other[parent, node]:
                return True
            node = parent
        return False


@dataclass(frozen=True, eq=False)
class DifferenceSystem:
    """A simple temporal problem: constraints with support, and matrices of all others.

    ``order`` is the closed matrix of what always holds, shape (nodes, nodes): ``t[v] - t[u] <=
    order[u, v]`` seconds. Its row and column of node 0 are ``FREE_S``. ``capped`` is the matrix
    under the assumptions ``cap_support``; no entry is larger than in ``order``. The bits of a
    set in ``refused`` cannot all hold, whatever the times (a "nogood").

    Notes
    -----
    Seconds are integers, so no tolerance is needed. A matrix is closed if no detour is shorter:
    ``d[u, w] <= d[u, v] + d[v, w]``.
    """

    order: Integers
    capped: Integers
    cap_support: Bits
    constraints: tuple[Constraint, ...]
    refused: tuple[Bits, ...] = ()

    @property
    def nodes(self) -> int:
        """Number of nodes, time zero included."""
        return int(self.order.shape[0])

    def assume(self, assumed: Bits) -> DifferenceSystem:
        """Return the system with some bits true in any case, which leave every support.

        The constraints keep their indices.
        """
        capped = is_subset(self.cap_support, assumed)
        return replace(
            self,
            order=self.capped if capped else self.order,
            cap_support=NO_BITS if capped else remove(self.cap_support, assumed),
            constraints=tuple(
                replace(c, support=remove(c.support, assumed)) for c in self.constraints
            ),
            refused=tuple(dict.fromkeys(remove(s, assumed) for s in self.refused)),
        )

    def get_matrix(self, chosen: Bits) -> Integers:
        """Return ``capped`` if its assumptions are among the chosen bits, else ``order``."""
        return self.capped if is_subset(self.cap_support, chosen) else self.order

    def select(self, chosen: Bits) -> tuple[int, ...]:
        """Return the indices of the constraints whose support is a subset of ``chosen``."""
        return tuple(
            number for number, c in enumerate(self.constraints) if is_subset(c.support, chosen)
        )

    def is_feasible(self, chosen: Bits) -> bool:
        """Return whether the constraints supported by ``chosen`` are satisfiable."""
        if find_subset(self.refused, chosen) is not None:
            return False
        small = self._restrict(self.select(chosen), self.get_matrix(chosen))
        return small.satisfy(range(len(small.constraints)), small.capped) is not None

    def find_solution(self, chosen: Bits) -> Integers | None:
        """Return times that satisfy the constraints supported by ``chosen``, or None.

        The times are in seconds, shape (nodes,), with node 0 at 0.
        """
        if find_subset(self.refused, chosen) is not None:
            return None
        return self.satisfy(self.select(chosen), self.get_matrix(chosen))

    def _restrict(self, numbers: Sequence[int], matrix: Integers) -> DifferenceSystem:
        """Return the system of some constraints, without the nodes that they do not bound.

        It is satisfiable exactly if the constraints are, because the matrix is closed.
        """
        chosen = [self.constraints[number] for number in numbers]
        nodes = sorted({ZERO, *(node for c in chosen for node in (c.tail, c.head))})
        places = {node: place for place, node in enumerate(nodes)}
        part = matrix[np.ix_(nodes, nodes)]
        constraints = tuple(
            Constraint(places[c.tail], places[c.head], c.weight_s, NO_BITS) for c in chosen
        )
        return DifferenceSystem(part, part, NO_BITS, constraints)

    def satisfy(self, numbers: Iterable[int], matrix: Integers) -> Integers | None:
        """Return times that satisfy some constraints, by their indices, or None."""
        active = [self.constraints[number] for number in numbers]
        potential = np.zeros(self.nodes, dtype=np.int64)
        for _ in range(len(active) + 2):
            relaxed = np.minimum(potential, (potential[:, None] + matrix).min(axis=0))
            for constraint in active:
                bound = relaxed[constraint.tail] + constraint.weight_s
                relaxed[constraint.head] = min(relaxed[constraint.head], bound)
            if np.array_equal(relaxed, potential):
                times: Integers = potential - potential[ZERO]
                return times
            potential = relaxed
        return None

    def find_negative_cycle(self, chosen: Bits) -> tuple[int, ...] | None:
        """Return the indices of the constraints on some negative cycle, or None.

        They are in the order of the cycle, the constraint that leaves node 0 first if there is
        one. Where the head of one is not the tail of the next, a step of the matrix lies
        between. Refused sets are ignored.
        """
        active = [(number, self.constraints[number]) for number in self.select(chosen)]
        # Nodes without constraints can be left out: the matrix is closed.
        nodes = sorted({node for _, one in active for node in (one.tail, one.head)})
        places = {node: place for place, node in enumerate(nodes)}
        steps = self.get_matrix(chosen)[np.ix_(nodes, nodes)]
        entered_by = np.full_like(steps, -1)
        for number, one in active:
            tail, head = places[one.tail], places[one.head]
            if one.weight_s < steps[tail, head]:
                steps[tail, head], entered_by[tail, head] = one.weight_s, number
        cycle = _find_negative(steps)
        if cycle is None:
            return None
        # Node 0 comes first if it is on the cycle.
        numbers = (int(entered_by[tail, head]) for tail, head in pairwise(cycle))
        return tuple(number for number in numbers if number >= 0)

    def find_worst_cycle(
        self, chosen: Bits, path: Sequence[int]
    ) -> tuple[int, tuple[int, ...]] | None:
        """Return the weight and path of the most negative cycle, if one constraint is on all.

        Widening a constraint resolves all contradictions only if it is on every negative cycle.
        If there is such a constraint on the given negative cycle, the most negative cycle is
        the shortest path around it. If there is none, return None. Refused sets are ignored.
        """
        numbers = self.select(chosen)
        small = self._restrict(numbers, self.get_matrix(chosen))
        for number in path:
            around = numbers.index(number)
            others = [place for place in range(len(numbers)) if place != around]
            if small.satisfy(others, small.capped) is None:
                continue
            one = small.constraints[around]
            tree = small.reach(one.head, others, small.capped)
            weight_s = int(tree.distance_s[one.tail]) + one.weight_s
            cycle = [number, *(numbers[place] for place in tree.list_path(one.tail))]
            return weight_s, _begin_at_zero(cycle, self.constraints)
        return None

    def reach(
        self,
        start: int,
        numbers: Iterable[int],
        matrix: Integers,
        *,
        backwards: bool = False,
    ) -> ShortestPathTree:
        """Return the shortest paths from ``start`` to all nodes, or to it if ``backwards``.

        ``numbers`` has the indices of the constraints to use, which must be satisfiable
        together. ``matrix`` is ``order`` or ``capped``.
        """
        used = tuple(numbers)
        steps = matrix.T if backwards else matrix
        distance = steps[start].copy()
        distance[start] = 0
        parents = np.full(self.nodes, start, dtype=np.int64)
        entered_by = np.full(self.nodes, -1, dtype=np.int64)
        for _ in range(len(used) + 1):
            changed = False
            for number in used:
                constraint = self.constraints[number]
                tail, head = constraint.tail, constraint.head
                if backwards:
                    tail, head = head, tail
                reached = int(distance[tail]) + constraint.weight_s
                if distance[tail] < FREE_S // 2 and reached < distance[head]:
                    distance[head], parents[head], entered_by[head] = reached, tail, number
                    changed = True
                    onward = reached + steps[head]
                    nearer = onward < distance
                    nearer[head] = False
                    distance[nearer] = onward[nearer]
                    parents[nearer], entered_by[nearer] = head, -1
            if not changed:
                break
        return ShortestPathTree(start, distance, parents, entered_by, steps, backwards)


def _begin_at_zero(cycle: Sequence[int], constraints: Sequence[Constraint]) -> tuple[int, ...]:
    """Return a cycle with the constraint that leaves node 0 first, if there is one."""
    first = next((n for n, number in enumerate(cycle) if constraints[number].is_upper), 0)
    return (*cycle[first:], *cycle[:first])


def _find_negative(steps: Integers) -> list[int] | None:
    """Return the nodes of some negative cycle, beginning and ending with the lowest, or None.

    If a distance still decreases after as many rounds as there are nodes, its path passes some
    node twice and so contains a negative cycle.
    """
    count = len(steps)
    potential = np.zeros(count, dtype=np.int64)
    parents = np.zeros(count, dtype=np.intp)
    falling = np.zeros(count, dtype=bool)
    for _ in range(count):
        onward = potential[:, None] + steps
        falling = onward.min(axis=0) < potential
        if not falling.any():
            break
        parents[falling] = onward[:, falling].argmin(axis=0)
        potential = np.minimum(potential, onward.min(axis=0))
    if not falling.any():
        return None
    node = int(falling.argmax())
    for _ in range(count):
        node = int(parents[node])
    around = [node]
    while (node := int(parents[node])) != around[0]:
        around.append(node)
    around.reverse()
    first = around.index(min(around))
    return [*around[first:], *around[: first + 1]]
