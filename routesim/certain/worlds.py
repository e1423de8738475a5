"""Worlds: the ways in which the reports can be reconciled.

In a world some clauses are dropped or some readings are changed, so that all other clauses can
be true.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import lazy_loader

from routesim.answers import Answer, AnswerList
from routesim.certain.problem import ReportProblem, build_problem, keep_answer
from routesim.certain.support import ROUTE_CHOICE, START_CHOICE
from routesim.constraints import bitsets
from routesim.constraints.bitsets import NO_BITS, Bits, overlaps, remove, unite
from routesim.journey import require_journey
from routesim.text.conflicts import format_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    import pandas as pd

    from routesim.certain.encoding.route_case import RouteCase
    from routesim.evidence.interpretation import ChosenOption
    from routesim.journey import Journey
    from routesim.network import ExactKm
else:
    pd = lazy_loader.load("pandas")


SETTING = {ROUTE_CHOICE, START_CHOICE}
"""Choices that a case fixes."""
MOST_WORLDS = 12
"""Default for the largest number of worlds to list."""
MOST_MILD = 64
"""Largest number of worlds listed among those that drop the fewest families."""
PAIR = 2
MOST_STEPS = 5_000
"""Number of states after which the search stops; the list is then not complete."""


@dataclass(frozen=True, eq=False)
class World(Answer):
    """A consistent set of clauses, one reading per report, to which no clause can be added.

    Parameters
    ----------
    number : int
        Number in the list of worlds, from 1. Worlds that drop the fewest families come first.
    dropped : tuple of str
        Ids of the clauses that are dropped as wrong.
    versions : tuple of str
        Ids of the dropped clauses for which another version of the same event, by the same
        family, is kept.
    families_dropped : tuple of str
        Ids of the families of the other dropped clauses.
    settled : dict
        Number of the option taken, by the id of the choice, for all choices on which any
        conflict depends. Option 0 is the one at face value.
    changed : tuple of tuple
        Choices for which another option than the one at face value is taken: pairs of the id
        of the choice and the number of the option.
    problem : ReportProblem
        Constraint problem to which the world belongs.

    Examples
    --------
    >>> import routesim as rs
    >>> worlds = rs.worlds(rs.load_journey("2023-09"))
    >>> worlds[1].number, worlds[1].dropped, worlds[1].versions
    (2, ('C06',), ('C06',))
    >>> worlds[2].dropped, worlds[2].families_dropped
    (('C62',), ('F13',))
    >>> "C61 is read as: in a straight line" in worlds[0].readings
    True
    """

    number: int
    dropped: tuple[str, ...]
    versions: tuple[str, ...]
    families_dropped: tuple[str, ...]
    settled: dict[str, int]
    changed: tuple[ChosenOption, ...]
    problem: ReportProblem = field(repr=False)
    json_keys = (
        "number", "route", "dropped", "families_dropped", "readings", "versions", "why",
    )  # fmt: skip

    @property
    def route(self) -> str:
        """Id of the route."""
        return self.problem.routes[self.settled.get(ROUTE_CHOICE, 0)]

    @property
    def readings(self) -> tuple[str, ...]:
        """Options taken instead of those at face value, in words; may be empty."""
        return tuple(map(self.problem.register.format_option, self.changed))

    @property
    def own_readings(self) -> tuple[str, ...]:
        """The ``readings`` without the route; may be empty."""
        options = zip(self.changed, self.readings, strict=True)
        return tuple(text for (choice, _), text in options if choice != ROUTE_CHOICE)

    @property
    def kept(self) -> Bits:
        """Set of the kept clauses and of all assumptions, as bits."""
        register = self.problem.register
        return register.select(register.make_support(self.dropped))

    def admits(self, case: RouteCase) -> bool:
        """Return whether a case has the route and start of this world.

        Parameters
        ----------
        case : RouteCase
            A case of the same problem: a route with one start.

        Returns
        -------
        bool
            True also where the world leaves the route or the start open.

        Examples
        --------
        >>> import routesim as rs
        >>> world = rs.worlds(rs.load_journey("2019-04"))[0]
        >>> first, second = world.problem.cases[:2]
        >>> first.origin, world.admits(first), second.origin, world.admits(second)
        (0, False, 1, True)
        """
        setting, bits = self.problem.get_setting(case), self.problem.register.option_bits
        settled = [taken for taken in self.settled.items() if taken[0] in SETTING]
        return all(overlaps(setting, bits[taken]) for taken in settled)

    def is_consistent(self, otherwise: Mapping[str, int]) -> bool:
        """Return whether the world stays consistent if other options are taken.

        Parameters
        ----------
        otherwise : mapping of str to int
            Number of the option to take instead, by the id of the choice.

        Returns
        -------
        bool
            True for an empty mapping: every world is consistent.

        Raises
        ------
        KeyError
            If there is no such choice or option.

        Examples
        --------
        >>> import routesim as rs
        >>> world = rs.worlds(rs.load_journey("2023-09"))[0]
        >>> world.settled["C61:measure"]
        1
        >>> world.is_consistent({}), world.is_consistent({"C61:measure": 0})
        (True, False)
        """
        taken = (self.settled | dict(otherwise)).items()
        selection = unite(self.kept, self.problem.register.make_support((), taken))
        return bitsets.find_subset(self.problem.literal_sets, selection) is None

    @property
    def why(self) -> str:
        """The dropped clauses and the changed readings, in words."""
        return format_world(self.dropped, self.versions, self.readings)

    def __repr__(self) -> str:
        """Show the number, the dropped clauses and the changed readings."""
        return f"<World {self.number}: {self.why}>"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class WorldList(AnswerList[World]):
    """Worlds of a journey, those that drop the least first; made by :func:`worlds`.

    Parameters
    ----------
    items : tuple of World
        The worlds.
    problem : ReportProblem
        Constraint problem to which the worlds belong.
    is_complete : bool, default True
        Whether there are no other worlds.
    is_best : bool, default True
        Whether no other world ranks before those listed. If not, the search stopped before it
        found a world, and the one listed is built by adding clauses one by one.
    """

    problem: ReportProblem
    is_complete: bool = True
    is_best: bool = True
    columns = ("number", "route", "dropped", "families_dropped", "readings")
    json_keys = (
        "journey=problem.journey.id", "route", "as_of=problem.as_of", "complete=is_complete",
        "worlds=items", "exact_km",
    )  # fmt: skip

    @property
    def exact_km(self) -> tuple[ExactKm, ...]:
        """Kilometres of the routes that are taken as exact, by line; may be empty."""
        return self.problem.exact_km

    @property
    def route(self) -> str | None:
        """Id of the only possible route; None if there are several."""
        return self.problem.routes[0] if len(self.problem.routes) == 1 else None


def worlds(
    journey: Journey,
    *,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    route: str | None = None,
    most: int = MOST_WORLDS,
) -> WorldList:
    """List the ways in which the reports can be reconciled.

    A world is a maximal consistent set: no other clause can be added to it, and no changed
    reading can go back to its face value.

    Parameters
    ----------
    journey : Journey
        The journey.
    as_of : str or datetime, optional
        Aware time, such as ``2023-09-11T07:00Z``: only reports known by then are used. By
        default, all.
    drop : sequence of str, default ()
        Ids of reports or clauses to leave out.
    route : str, optional
        Id of a route; by default, the default route of the journey. The worlds of each route
        are numbered separately.
    most : int, default 12
        Largest number of worlds to list.

    Returns
    -------
    WorldList
        The worlds, sorted by the number of families dropped, then by the number of clauses
        dropped plus zones changed, then by the number of other changes. A dropped clause does
        not count if another version of the same event, by the same family, is kept. Without
        conflicts, there is one world that drops nothing. ``to_frame`` has the columns
        ``number``, ``route``, ``dropped``, ``families_dropped`` and ``readings``.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a journey, or ``drop`` is a single string or has an unknown id.
    TimeError
        If ``as_of`` has no offset, cannot be read or lies outside 1800 to 2200.
    UnknownNameError
        If the journey has no such route.

    See Also
    --------
    conflicts : Find the sets of reports that cannot all be true.
    bounds : Bound every passage, in one world or over the best ones.
    compare_zones : Read each clock in each plausible zone.

    Notes
    -----
    The search is best first and stops after 5,000 states. If it stops early, or if there are
    more than ``most`` worlds, ``is_complete`` is False. If it stops before it finds a world,
    one is built by adding clauses one by one, and ``is_best`` is False.

    Examples
    --------
    >>> import routesim as rs
    >>> worlds = rs.worlds(rs.load_journey("2023-09"), most=3)
    >>> [world.families_dropped for world in worlds]
    [(), (), ('F13',)]
    >>> worlds.is_complete
    False
    """
    require_journey(journey)
    wanted = journey.default_route if route is None else route
    problem = build_problem(journey, as_of=as_of, drop=drop, route=wanted)
    return list_worlds(problem, most=most)


@keep_answer
def list_worlds(problem: ReportProblem, *, most: int = MOST_WORLDS) -> WorldList:
    """List the worlds of a problem; see :func:`worlds`."""
    return _take(problem, most)


@keep_answer
def list_mildest(problem: ReportProblem) -> WorldList:
    """List every world that drops the fewest families, numbered as in ``list_worlds``.

    ``is_complete`` is False if more than ``MOST_MILD`` exist or the search stopped early. An
    unlisted world may then allow what no listed world allows.
    """
    return _take(problem, MOST_MILD, is_mild=True)


def _take(problem: ReportProblem, most: int, *, is_mild: bool = False) -> WorldList:
    """Search for worlds; with ``is_mild``, only for those that drop the fewest families."""
    search, is_whole = _WorldSearch(problem), problem.complete_to is None
    found: list[World] = []
    for dropped, changed in search.run():
        # If contradictions are missing, a state without any may still be contradictory.
        if not is_whole and not search.is_feasible(dropped, changed):
            continue
        world = search.make_world(len(found) + 1, dropped, changed)
        if is_mild and found and len(world.families_dropped) > len(found[0].families_dropped):
            break
        if len(found) == most:
            is_whole = False
            break
        found.append(world)
    is_best = bool(found)
    if not is_best:
        found.append(search.make_world(1, *search.build_greedily()))
    is_complete = is_whole and search.is_whole
    return WorldList(tuple(found), problem=problem, is_complete=is_complete, is_best=is_best)


def _find_alike(problem: ReportProblem) -> dict[Bits, Bits]:
    """Return, for each clause, the other clauses of its family about the same event."""
    bits = problem.register.clause_bits
    events = {bits[clause]: event for clause, event in problem.event_of_clause.items()}
    alike: dict[tuple[str, object], Bits] = {}
    for bit, event in events.items():
        alike[event] = unite(alike.get(event, NO_BITS), bit)
    return {bit: remove(alike[event], bit) for bit, event in events.items()}


State = tuple[Bits, tuple["ChosenOption", ...]]
"""Dropped clauses, and changed choices with their options."""


class _WorldSearch:
    """Best-first search: drop clauses or change readings until no contradiction is left."""

    def __init__(self, problem: ReportProblem) -> None:
        self.problem, self.register = problem, problem.register
        self.sets = problem.literal_sets
        matters = dict.fromkeys(
            taken[0] for s in self.sets for taken in self.register.list_taken(s)
        )
        self.settled = dict.fromkeys(matters, 0)
        reports = problem.report_of_clause.items()
        self.family_of = {self.register.clause_bits[c]: d.report.family for c, d in reports}
        self.alike = _find_alike(problem)
        self.pairs = [s for s in self.sets if len(self.register.list_clauses(s)) == PAIR]
        self.is_whole = True

    def run(self) -> Iterator[State]:
        """Iterate over the states of all worlds, cheapest first; see ``_price``."""
        start: State = (NO_BITS, ())
        heap = [(self._price(*start), 0, *start)]
        seen, done = {start}, list[State]()
        for _ in range(MOST_STEPS):
            if not heap:
                return
            _, _, dropped, changed = heappop(heap)
            if any(bitsets.is_subset(d, dropped) and set(c) <= set(changed) for d, c in done):
                continue
            conflict = bitsets.find_subset(self.sets, self._select(dropped, changed))
            if conflict is None:
                done.append((dropped, changed))
                yield dropped, changed
                continue
            for state in self._resolve(conflict, dropped, changed):
                if state not in seen:
                    # The count keeps states of equal price in the order of discovery.
                    heappush(heap, (self._price(*state), len(seen), *state))
                    seen.add(state)
        self.is_whole = not heap

    def is_feasible(self, dropped: Bits, changed: tuple[ChosenOption, ...]) -> bool:
        """Return whether some case satisfies all clauses but the dropped ones."""
        taken = dict.fromkeys(self.register.choices, 0) | dict(changed)
        selection = self.register.select(dropped, taken.items())
        return any(
            case.system.is_feasible(selection)
            for case in self.problem.cases
            if bitsets.is_subset(self.problem.get_setting(case), selection)
        )

    def build_greedily(self) -> State:
        """Build one world: add clauses one by one, those with the fewest contradictions first.

        A clause that cannot be added at face value is tried with each other option of a choice
        of its report. The solver decides, so that the result does not depend on the list of
        contradictions, which may be incomplete.
        """
        bits = self.register.clause_bits
        clashes = {name: sum(overlaps(s, bit) for s in self.sets) for name, bit in bits.items()}
        dropped = self.register.clauses
        changed: tuple[ChosenOption, ...] = ()
        for name in sorted(bits, key=clashes.__getitem__):
            fewer = remove(dropped, bits[name])
            for options in (changed, *self._reread(name, changed)):
                if self.is_feasible(fewer, options):
                    dropped, changed = fewer, options
                    break
        return dropped, changed

    def _reread(
        self, clause: str, changed: tuple[ChosenOption, ...]
    ) -> Iterator[tuple[ChosenOption, ...]]:
        taken = dict(changed)
        for choice in self.problem.report_of_clause[clause].choices:
            for number in range(1, len(choice.options)):
                if choice.id not in taken:
                    yield tuple(sorted((*changed, (choice.id, number))))

    def _select(self, dropped: Bits, changed: tuple[ChosenOption, ...]) -> Bits:
        return self.register.select(dropped, (self.settled | dict(changed)).items())

    def _resolve(
        self, conflict: Bits, dropped: Bits, changed: tuple[ChosenOption, ...]
    ) -> Iterator[State]:
        for name in self.register.list_clauses(conflict):
            yield unite(dropped, self.register.clause_bits[name]), changed
        reread = {choice for choice, _ in changed}
        for choice, number in self.register.list_taken(conflict):
            if choice in reread:
                continue
            for other in range(len(self.register.choices[choice].options)):
                if other != number:
                    yield dropped, tuple(sorted((*changed, (choice, other))))

    def _price(self, dropped: Bits, changed: tuple[ChosenOption, ...]) -> tuple[int, ...]:
        families, versions = self._count_families(dropped, changed)
        zones = sum(self.register.choices[choice].kind == "zone" for choice, _ in changed)
        reread = sum(choice not in SETTING for choice, _ in changed)
        lost = bitsets.count_bits(dropped) - len(versions)
        replaced = len(changed) + len(versions)
        return len(families), lost + zones, replaced, bitsets.count_bits(dropped), -reread

    def _count_families(
        self, dropped: Bits, changed: tuple[ChosenOption, ...]
    ) -> tuple[tuple[str, ...], tuple[Bits, ...]]:
        """Return the families that count as dropped, and the dropped clauses that do not count.

        A dropped clause does not count if it contradicts a kept clause of the same family about
        the same event: the family reported two versions, and one is kept.
        """
        selection = self._select(NO_BITS, changed)
        versions, families = [], []
        for bit in bitsets.list_bits(dropped):
            others = remove(self.alike[bit], dropped)
            if any(
                overlaps(s, bit) and overlaps(s, others) and bitsets.is_subset(s, selection)
                for s in self.pairs
            ):
                versions.append(bit)
            else:
                families.append(self.family_of[bit])
        return tuple(dict.fromkeys(families)), tuple(versions)

    def make_world(
        self, number: int, dropped: Bits, changed: tuple[ChosenOption, ...]
    ) -> World:
        families, versions = self._count_families(dropped, changed)
        return World(
            number=number,
            dropped=self.register.list_clauses(dropped),
            versions=self.register.list_clauses(bitsets.unite_all(versions)),
            families_dropped=families,
            settled=self.settled | dict(changed),
            changed=changed,
            problem=self.problem,
        )
