"""Worlds by integer programming: the cheapest hitting sets of the known contradictions.

A binary variable says whether a clause is dropped, whether an option is taken, whether a family
is dropped, and whether a dropped clause is a version of a kept one. Every contradiction must
give way at one of its clauses or options. The programme is solved by HiGHS [1]_, without a time
limit, so that the result does not depend on the machine. Each world found is then excluded
together with all states that drop and change more, and the programme is solved again.

References
----------
.. [1] Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised simplex method",
   Mathematical Programming Computation 10 (2018), 119-142.
"""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, NamedTuple

import lazy_loader
import numpy as np

from routesim.certain.support import ROUTE_CHOICE, SETTING
from routesim.certain.world_search import MOST_LEARNED, State
from routesim.constraints import bitsets
from routesim.constraints.bitsets import Bits, count_bits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import scipy

    from routesim.arrays import Flags
    from routesim.certain.world_search import WorldSearch
else:
    scipy = lazy_loader.load("scipy")


FAMILY_COST, CHANGE_COST, READING_COST = 1e5, 1e2, 1.0
"""Costs of a family dropped, of a clause dropped or a zone changed, and of another change.

Fewer than a hundred readings can be changed without a clause dropped, and fewer than a thousand
clauses and zones without a family.
"""
MOST_ROWS = 1_000
"""Largest number of contradictions to begin with; others are added when a state has them."""
MOST_NODES = 5_000
"""Number of nodes of the branch-and-bound search after which the programme stops."""


class Row(NamedTuple):
    """A constraint of the programme: the factors of variables, and the range of their sum."""

    factors: dict[int, float]
    least: float = -np.inf
    most: float = np.inf


def continue_search(search: WorldSearch, found: Sequence[State]) -> Iterator[State]:
    """Iterate over the states of worlds, cheapest first, without those found before.

    There is one programme for each route, so that worlds on different routes are compared by
    their price. If one of them stops early, ``is_whole`` and ``is_ranked`` of the search are
    False.
    """
    programmes = (WorldProgramme(search, route) for route in search.routes)
    yield from merge(*(one.run(found) for one in programmes), key=search.rank)


class WorldProgramme:
    """Integer programme for the worlds of a search on one route."""

    def __init__(self, search: WorldSearch, route: int) -> None:
        self.search, self.register, self.route = search, search.register, route
        self.costs: list[float] = []
        clauses = self.register.clause_bits.values()
        self.drops = {bit: self._add(CHANGE_COST) for bit in clauses}
        self.takes = {
            bit: self._add(self._price_option(choice, number))
            for (choice, number), bit in self.register.option_bits.items()
        }
        families = dict.fromkeys(search.family_of.values())
        self.families = {family: self._add(FAMILY_COST) for family in families}
        # A version is dropped as well, which has its cost; the difference is given back.
        self.versions = {
            bit: self._add(READING_COST - CHANGE_COST)
            for bit in clauses
            if any(bitsets.overlaps(pair, bit) for pair in search.pairs)
        }
        self.rows = [*self._list_options(), *self._list_families(), *self._list_versions()]
        known = sorted(search.sets, key=lambda s: (count_bits(s), s))
        self.known = set(known[:MOST_ROWS])
        self.rows += [self._hit(contradiction) for contradiction in known[:MOST_ROWS]]

    def run(self, found: Sequence[State]) -> Iterator[State]:
        """Iterate over the states of worlds, cheapest first, without those found before.

        If it stops early, ``is_whole`` and ``is_ranked`` of the search are False.
        """
        search = self.search
        for known in found:
            if known.route == self.route:
                self._exclude(known)
        while (state := self._solve()) is not None:
            contradiction = search.find_contradiction(state)
            if contradiction is None:
                self._exclude(state)
                if not search.can_go_back(state):
                    yield state
            elif contradiction in self.known or search.learned > MOST_LEARNED:
                # A world of another route may come next, and cost more than those missed here.
                search.is_whole = search.is_ranked = False
                return
            else:
                self.known.add(contradiction)
                self.rows.append(self._hit(contradiction))

    def _solve(self) -> State | None:
        """Return the cheapest state that the rows allow; None if there is none."""
        rows = self.rows
        entries = [(n, *entry) for n, row in enumerate(rows) for entry in row.factors.items()]
        numbers, columns, factors = np.array(entries).T
        shape = len(rows), len(self.costs)
        matrix = scipy.sparse.csr_array((factors, (numbers, columns)), shape=shape)
        result = scipy.optimize.milp(
            np.array(self.costs),
            constraints=scipy.optimize.LinearConstraint(
                matrix, np.array([row.least for row in rows]), [row.most for row in rows]
            ),
            integrality=np.ones(len(self.costs), dtype=np.int64),
            bounds=scipy.optimize.Bounds(0, 1),
            options={"mip_rel_gap": 0.0, "node_limit": MOST_NODES},
        )
        if not result.success:
            # Status 2 says that no state is left. Otherwise, the search was stopped.
            if result.status != 2:  # noqa: PLR2004
                self.search.is_whole = self.search.is_ranked = False
            return None
        return self._read(result.x > 0.5)  # noqa: PLR2004 (a binary variable)

    def _read(self, is_true: Flags) -> State:
        taken = [t for t, bit in self.register.option_bits.items() if is_true[self.takes[bit]]]
        dropped = bitsets.unite_all(b for b, number in self.drops.items() if is_true[number])
        return State(
            tuple(option for option in taken if option[0] in SETTING),
            dropped,
            tuple(sorted(o for o in taken if o[0] not in SETTING and o[1])),
        )

    # ------------------------------------------------------------ rows

    def _add(self, cost: float) -> int:
        self.costs.append(cost)
        return len(self.costs) - 1

    def _price_option(self, choice: str, number: int) -> float:
        if choice in SETTING or not number:
            return 0.0
        return CHANGE_COST if self.register.choices[choice].kind == "zone" else READING_COST

    def _list_options(self) -> Iterator[Row]:
        """Require one option of each choice, and that of the route."""
        for choice in self.register.choices:
            options = [self.takes[bit] for bit in self.register.list_options(choice)]
            yield Row(dict.fromkeys(options, 1.0), 1.0, 1.0)
            if choice == ROUTE_CHOICE:
                yield Row({options[self.route]: 1.0}, least=1.0)

    def _list_families(self) -> Iterator[Row]:
        """Count a family as dropped if a clause of it is, unless this clause is a version."""
        for bit, number in self.drops.items():
            factors = {self.families[self.search.family_of[bit]]: 1.0, number: -1.0}
            if bit in self.versions:
                factors[self.versions[bit]] = 1.0
            yield Row(factors, least=0.0)

    def _list_versions(self) -> Iterator[Row]:
        """Count a dropped clause as a version if it contradicts a kept one of its family.

        For each such contradiction, a variable says whether all its options are taken and its
        other clause is kept.
        """
        for bit, number in self.versions.items():
            yield Row({number: 1.0, self.drops[bit]: -1.0}, most=0.0)
            factors = {number: 1.0}
            for pair in self.search.pairs:
                if bitsets.overlaps(pair, bit):
                    holds = self._add(0.0)
                    factors[holds] = -1.0
                    yield from self._require(holds, bitsets.remove(pair, bit))
            yield Row(factors, most=0.0)

    def _require(self, holds: int, support: Bits) -> Iterator[Row]:
        """Allow a variable only if all clauses of a support are kept and its options taken."""
        for bit in bitsets.list_bits(support):
            if bit in self.drops:
                yield Row({holds: 1.0, self.drops[bit]: 1.0}, most=1.0)
            elif bit in self.takes:
                yield Row({holds: 1.0, self.takes[bit]: -1.0}, most=0.0)

    def _hit(self, contradiction: Bits) -> Row:
        """Require that a clause of a contradiction is dropped, or an option is not taken."""
        factors, least = dict[int, float](), 1.0
        for bit in bitsets.list_bits(contradiction):
            if bit in self.drops:
                factors[self.drops[bit]] = 1.0
            elif bit in self.takes:
                factors[self.takes[bit]] = -1.0
                least -= 1.0
        return Row(factors, least)

    def _exclude(self, state: State) -> None:
        """Exclude a state and all that drop and change at least as much."""
        taken = (self.register.option_bits[option] for option in state.changed)
        numbers = [self.drops[bit] for bit in bitsets.list_bits(state.dropped)]
        numbers += [self.takes[bit] for bit in taken]
        self.rows.append(Row(dict.fromkeys(numbers, 1.0), most=len(numbers) - 1.0))
