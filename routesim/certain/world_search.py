"""Search for worlds: the ways to drop clauses and change readings that leave no contradiction.

The search is best first. It is fast if little has to give way. If it takes too long,
:mod:`routesim.certain.world_programme` goes on. Both only know some contradictions. If a state
contradicts none of them, but the solver finds that it is not satisfiable, a new contradiction
is learned from the solver, as in the implicit hitting set method [1]_.

References
----------
.. [1] E. Moreno-Centeno and R. M. Karp, "The implicit hitting set approach to solve
   combinatorial optimization problems", Operations Research 61 (2013), 453-468.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from heapq import heappop, heappush
from itertools import chain, combinations, count, product
from typing import TYPE_CHECKING, NamedTuple

from routesim.certain.support import ROUTE_CHOICE, SETTING, START_CHOICE
from routesim.constraints import bitsets
from routesim.constraints.bitsets import (
    NO_BITS,
    Bits,
    is_subset,
    overlaps,
    remove,
    unite,
    unite_all,
)
from routesim.constraints.elimination import combine_families
from routesim.constraints.enumeration import find_cycle, find_cycles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.certain.problem import ReportProblem
    from routesim.evidence.interpretation import ChosenOption


PAIR = 2
MOST_STEPS = 1_000
"""Number of states after which the best-first search stops."""
MOST_EXCHANGES = 100
"""Largest number of times that a world built by adding clauses is improved."""
MOST_REREAD = 1_000
"""Largest number of ways to undo changed readings that are tried for a world."""
MOST_LEARNED = 400
"""Largest number of contradictions that are learned from the solver."""


class Price(NamedTuple):
    """What a world costs, compared from left to right; see :func:`rs.worlds`.

    ``families`` is the number of families dropped, and ``changes`` that of clauses dropped plus
    zones changed. Worlds with the least of both are the best ones. The others only determine
    the order: the position of the route, the number of ``readings`` changed and versions
    dropped, that of clauses dropped, and minus that of readings changed.
    """

    families: int
    changes: int
    route: int
    readings: int
    dropped: int
    minus_readings: int

    @property
    def level(self) -> tuple[int, int]:
        """Part of the price that decides which worlds are best."""
        return self.families, self.changes


@dataclass(frozen=True, slots=True)
class State:
    """Dropped clauses, and changed readings with their options, on a route from a start.

    ``setting`` has the option of the route and of the start, where there is a choice.
    """

    setting: tuple[ChosenOption, ...]
    dropped: Bits = NO_BITS
    changed: tuple[ChosenOption, ...] = ()

    @property
    def route(self) -> int:
        """Number of the route; 0 if there is only one."""
        return dict(self.setting).get(ROUTE_CHOICE, 0)

    def dominates(self, other: State) -> bool:
        """Return whether another state drops and changes at least as much, on the same route.

        The start is not compared: each world has all starts that it allows.
        """
        return (
            self.route == other.route
            and is_subset(self.dropped, other.dropped)
            and set(self.changed) <= set(other.changed)
        )


class WorldSearch:
    """Search for the worlds of a problem, cheapest first.

    ``is_whole`` becomes False if worlds may be missing, and ``is_ranked`` if one of them may be
    cheaper than those found.
    """

    def __init__(self, problem: ReportProblem, route: str | None = None) -> None:
        self.problem, self.register = problem, problem.register
        self.sets = list(problem.literal_sets)
        self.knows_all = problem.complete_to is None
        self.is_whole = self.is_ranked = True
        self.learned = 0
        reports = problem.report_of_clause.items()
        self.family_of = {self.register.clause_bits[c]: d.report.family for c, d in reports}
        self.alike = _find_alike(problem)
        every = range(len(problem.routes))
        self.routes = list(every) if route is None else [problem.routes.index(route)]

    @cached_property
    def settled(self) -> dict[str, int]:
        """All choices of readings on which a contradiction depends, at face value."""
        taken = (choice for s in self.sets for choice, _ in self.register.list_taken(s))
        return {choice: 0 for choice in dict.fromkeys(taken) if choice not in SETTING}

    @cached_property
    def settings(self) -> tuple[tuple[ChosenOption, ...], ...]:
        """Each combination of a route and a start."""
        choices = self.register.choices
        axes = []
        if ROUTE_CHOICE in choices:
            axes.append([(ROUTE_CHOICE, number) for number in self.routes])
        if START_CHOICE in choices:
            starts = range(len(choices[START_CHOICE].options))
            axes.append([(START_CHOICE, number) for number in starts])
        return tuple(product(*axes))

    # ------------------------------------------------------------ the search

    def run(self) -> Iterator[State]:
        """Iterate over the states of worlds, cheapest first.

        If the search stops early, ``is_whole`` is False; cheaper worlds are not missing then.
        """
        heap: list[tuple[Price, bool, int, State]] = []
        order, seen, consistent = count(), set[State](), list[State]()

        def push(state: State) -> None:
            if state not in seen:
                seen.add(state)
                # The count keeps states of equal price in the order of discovery.
                heappush(heap, (self.bound_price(state), False, next(order), state))

        for setting in self.settings:
            push(State(setting))
        for _ in range(MOST_STEPS):
            if not heap:
                return
            _, is_final, _, state = heappop(heap)
            if is_final:
                yield state
                continue
            # The bound of a state that dominates another is lower, though its price may not be:
            # a dropped version may only contradict the kept one in another reading.
            if any(one.dominates(state) for one in consistent):
                continue
            conflict = self.find_contradiction(state)
            if conflict is None:
                consistent.append(state)
                # The bound was too low, or it is the price: the state comes back in its place.
                heappush(heap, (self.get_price(state), True, next(order), state))
            for other in self._resolve(conflict, state) if conflict is not None else ():
                push(other)
        self.is_whole = not heap

    def _resolve(self, conflict: Bits, state: State) -> Iterator[State]:
        """Iterate over the states in which one clause or reading of a conflict gives way."""
        dropped, changed = state.dropped, state.changed
        for bit in bitsets.list_bits(bitsets.intersect(conflict, self.register.clauses)):
            yield State(state.setting, unite(dropped, bit), changed)
        reread = {choice for choice, _ in (*changed, *state.setting)}
        for choice, number in self.register.list_taken(conflict):
            if choice in reread:
                continue
            for other in range(len(self.register.choices[choice].options)):
                if other != number:
                    yield State(
                        state.setting, dropped, tuple(sorted((*changed, (choice, other))))
                    )

    def build_greedily(self) -> State:
        """Build one world: add clauses one by one, those with the fewest contradictions first.

        Then, as long as this lowers the price, one clause is dropped so that others can be
        added. Nothing shows that the world is one of the best.
        """
        self.is_whole = self.is_ranked = False
        # Without any clause, every setting with a case is possible.
        empty = (State(setting, self.register.clauses) for setting in self.settings)
        begun = [self._add_clauses(s) for s in empty if self.find_contradiction(s) is None]
        state = min(begun, key=self.rank)
        for _ in range(MOST_EXCHANGES):
            kept = bitsets.list_bits(remove(self.register.clauses, state.dropped))
            exchanged = (
                self._add_clauses(replace(state, dropped=unite(state.dropped, bit)), bit)
                for bit in kept
            )
            better = min(exchanged, key=self.get_price, default=state)
            if self.get_price(better) >= self.get_price(state):
                break
            state = better
        return state

    def _add_clauses(self, state: State, last: Bits = NO_BITS) -> State:
        """Add all clauses that can be added, ``last`` at the end.

        A clause that cannot be added at face value is tried with each other option of a choice
        of its report.
        """
        bits = self.register.clause_bits

        def count_clashes(name: str) -> tuple[bool, int]:
            return bits[name] == last, sum(overlaps(s, bits[name]) for s in self.sets)

        missing = [name for name, bit in bits.items() if overlaps(bit, state.dropped)]
        for name in sorted(missing, key=count_clashes):
            dropped = remove(state.dropped, bits[name])
            for changed in (state.changed, *self._reread(name, state.changed)):
                fuller = State(state.setting, dropped, changed)
                if self.find_contradiction(fuller) is None:
                    state = fuller
                    break
        return state

    def _reread(
        self, clause: str, changed: tuple[ChosenOption, ...]
    ) -> Iterator[tuple[ChosenOption, ...]]:
        taken = dict(changed)
        for choice in self.problem.report_of_clause[clause].choices:
            for number in range(1, len(choice.options)):
                if choice.id not in taken:
                    yield tuple(sorted((*changed, (choice.id, number))))

    # ------------------------------------------------------------ contradictions

    def select(self, state: State) -> Bits:
        """Return the clauses, options and assumptions that are true in a state."""
        taken = dict.fromkeys(self.register.choices, 0) | dict((*state.setting, *state.changed))
        return self.register.select(state.dropped, taken.items())

    def find_contradiction(self, state: State) -> Bits | None:
        """Return a contradiction within a state, or None if the state is consistent."""
        selection = self.select(state)
        known = bitsets.find_subset(self.sets, selection)
        if known is not None or self.knows_all:
            return known
        return self._learn(selection)

    def _learn(self, selection: Bits) -> Bits | None:
        """Return a contradiction found by the solver, and remember it; None if there is none.

        A start on a route may have several cases. The contradiction has one of each.
        """
        problem, found = self.problem, list[Bits]()
        for case, system in zip(problem.cases, problem.systems, strict=True):
            setting = problem.get_setting(case)
            if is_subset(setting, selection):
                cycle = find_cycle(system, selection)
                if cycle is None:
                    return None
                found.append(unite(cycle.support, setting))
        if not found:
            # No case has this route and start; a known contradiction says so.
            return bitsets.intersect(selection, self.register.options)
        contradiction = unite_all(found)
        self.sets.append(contradiction)
        self.learned += 1
        return contradiction

    def can_go_back(self, state: State) -> bool:
        """Return whether a state is consistent without some of its changed readings.

        It then is no world. Without a version, the other state is cheaper and is found first.
        """
        if not self.count_families(state)[1]:
            return False
        settings = [one for one in self.settings if State(one).route == state.route]
        sizes = reversed(range(len(state.changed)))
        subsets = chain.from_iterable(combinations(state.changed, size) for size in sizes)
        for number, fewer in enumerate(subsets):
            if number == MOST_REREAD:
                self.is_whole = False
                return False
            for setting in settings:
                if self.find_contradiction(State(setting, state.dropped, fewer)) is None:
                    return True
        return False

    def list_starts(self, state: State) -> tuple[int, ...]:
        """Return the numbers of the starts with which a state is consistent."""
        number = len(self.register.choices[START_CHOICE].options)
        return tuple(
            start
            for start in range(number)
            if self.find_contradiction(self.move_start(state, start)) is None
        )

    def move_start(self, state: State, start: int) -> State:
        """Return a state with another start."""
        setting = dict(state.setting) | {START_CHOICE: start}
        return State(tuple(setting.items()), state.dropped, state.changed)

    # ------------------------------------------------------------ the price

    def get_price(self, state: State) -> Price:
        """Return the price of a state."""
        families, versions = self.count_families(state)
        return self._make_price(state, len(families), len(versions))

    def rank(self, state: State) -> tuple[Price, tuple[int, ...], tuple[ChosenOption, ...]]:
        """Return a sort key by price; of equal states, earlier clauses are dropped first."""
        dropped = (bit.bit_length() for bit in bitsets.list_bits(state.dropped))
        return self.get_price(state), tuple(dropped), state.changed

    def bound_price(self, state: State) -> Price:
        """Return a lower bound of the price of a state and of all that follow from it.

        A version may only turn out to be one when other readings are changed.
        """
        others = [
            self.family_of[bit]
            for bit in bitsets.list_bits(state.dropped)
            if not remove(self.alike[bit], state.dropped)
        ]
        versions = bitsets.count_bits(state.dropped) - len(others)
        price = self._make_price(state, len(set(others)), versions)
        return price._replace(readings=len(state.changed))

    def _make_price(self, state: State, families: int, versions: int) -> Price:
        kinds = self.register.choices
        zones = sum(kinds[choice].kind == "zone" for choice, _ in state.changed)
        dropped, reread = bitsets.count_bits(state.dropped), len(state.changed)
        changes = dropped - versions + zones
        return Price(families, changes, state.route, reread + versions, dropped, -reread)

    def count_families(self, state: State) -> tuple[tuple[str, ...], tuple[Bits, ...]]:
        """Return the families that count as dropped, and the dropped clauses that do not count.

        A dropped clause does not count if it contradicts a kept clause of the same family about
        the same event: the family reported two versions, and one is kept.
        """
        versions, families = [], []
        for bit in bitsets.list_bits(state.dropped):
            if self._is_version(bit, state):
                versions.append(bit)
            else:
                families.append(self.family_of[bit])
        return tuple(dict.fromkeys(families)), tuple(versions)

    def _is_version(self, bit: Bits, state: State) -> bool:
        others = remove(self.alike[bit], state.dropped)
        if not others:
            return False
        selection = self.select(State(state.setting, NO_BITS, state.changed))
        return any(
            overlaps(s, bit) and overlaps(s, others) and is_subset(s, selection)
            for s in self.pairs
        )

    @cached_property
    def pairs(self) -> list[Bits]:
        """Contradictions of two clauses of one family about one event, with their options."""
        alike = {bit: others for bit, others in self.alike.items() if others}
        if self.knows_all:
            clauses = self.register.clauses
            shared = ((s, bitsets.intersect(s, clauses)) for s in self.problem.literal_sets)
            return [
                s
                for s, both in shared
                if bitsets.count_bits(both) == PAIR
                and overlaps(alike.get(next(bitsets.list_bits(both)), NO_BITS), both)
            ]
        return [
            s
            for bit, others in alike.items()
            for other in bitsets.list_bits(others)
            if bit < other
            for s in self._contradict(unite(bit, other))
        ]

    def _contradict(self, both: Bits) -> Iterator[Bits]:
        """Iterate over the minimal contradictions of two clauses, whatever else is known."""
        problem, register = self.problem, self.register
        allowed = unite(both, register.options)
        grouped: dict[Bits, list[list[Bits]]] = {}
        for case, system in zip(problem.cases, problem.systems, strict=True):
            own = replace(
                system,
                constraints=tuple(
                    c for c in system.constraints if is_subset(c.support, allowed)
                ),
                refused=tuple(s for s in system.refused if is_subset(s, allowed)),
            )
            found = find_cycles(own, exclusive=tuple(register.choice_bits.values()))
            family = [cycle.support for cycle in found.cycles]
            grouped.setdefault(problem.get_setting(case), []).append(family)
        for setting, families in grouped.items():
            for support in combine_families(families) or ():
                if is_subset(both, support):
                    yield unite(support, setting)


def _find_alike(problem: ReportProblem) -> dict[Bits, Bits]:
    """Return, for each clause, the other clauses of its family about the same event."""
    bits = problem.register.clause_bits
    events = {bits[clause]: event for clause, event in problem.event_of_clause.items()}
    alike: dict[tuple[str, object], Bits] = {}
    for bit, event in events.items():
        alike[event] = unite(alike.get(event, NO_BITS), bit)
    return {bit: remove(alike[event], bit) for bit, event in events.items()}
