"""Worlds: the ways in which the reports can be reconciled.

In a world some clauses are dropped or some readings are changed, so that all other clauses can
be true.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import groupby, islice
from typing import TYPE_CHECKING

import lazy_loader

from routesim.answers import Answer, AnswerList
from routesim.certain.problem import ReportProblem, build_problem, keep_answer
from routesim.certain.support import ROUTE_CHOICE, SETTING, START_CHOICE
from routesim.certain.world_programme import continue_search
from routesim.certain.world_search import State, WorldSearch
from routesim.constraints import bitsets
from routesim.constraints.bitsets import Bits, overlaps, unite
from routesim.journey import check_count, require_journey
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


MOST_WORLDS = 12
"""Default for the largest number of worlds to list."""
MOST_BEST = 64
"""Largest number of best worlds listed."""


@dataclass(frozen=True, eq=False)
class World(Answer):
    """A consistent set of clauses, one reading per report, to which no clause can be added.

    The *best worlds* drop the fewest families. Among these, they have the smallest number of
    clauses dropped plus zones changed. All that are equal in both are best.

    Parameters
    ----------
    number : int
        Number in the list of worlds, from 1. The best worlds come first.
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
    changes : int
        Number of clauses dropped, without versions, plus zones changed.
    problem : ReportProblem
        Constraint problem to which the world belongs.
    is_best : bool, default True
        Whether it is one of the best worlds. False if the search stopped before it could show
        this.

    Examples
    --------
    >>> import routesim as rs
    >>> worlds = rs.worlds(rs.load_journey("2023-09"), route="vladivostok")
    >>> worlds[1].number, worlds[1].dropped, worlds[1].versions
    (2, ('C06',), ('C06',))
    >>> worlds[2].dropped, worlds[2].families_dropped, worlds[2].is_best
    (('C24',), ('F7',), False)
    >>> "C61 is read as: in a straight line" in worlds[0].readings
    True
    """

    number: int
    dropped: tuple[str, ...]
    versions: tuple[str, ...]
    families_dropped: tuple[str, ...]
    settled: dict[str, int]
    changed: tuple[ChosenOption, ...]
    changes: int
    problem: ReportProblem = field(repr=False)
    is_best: bool = True
    json_keys = (
        "number", "route", "best=is_best", "dropped", "families_dropped", "readings",
        "versions", "why",
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
    def contradicted(self) -> frozenset[str]:
        """Ids of the dropped clauses of which no other version is kept."""
        return frozenset(self.dropped) - frozenset(self.versions)

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
        setting, register = self.problem.get_setting(case), self.problem.register
        # A case has no option of a route or start that is the only one.
        settled = [
            taken
            for taken in self.settled.items()
            if taken[0] in SETTING and overlaps(setting, register.choice_bits[taken[0]])
        ]
        return all(overlaps(setting, register.option_bits[taken]) for taken in settled)

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
        taken, register = self.settled | dict(otherwise), self.problem.register
        starts = [{START_CHOICE: n} for n in range(register.count_options(START_CHOICE))]
        # If the start is open, one that is consistent is enough.
        settings = starts if starts and START_CHOICE not in taken else [{}]
        taken = dict.fromkeys(register.choices, 0) | taken
        return any(
            self.problem.is_consistent(
                unite(self.kept, register.make_support((), (taken | setting).items()))
            )
            for setting in settings
        )

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
        Whether no other world ranks before those listed. False if the search stopped early.
    """

    problem: ReportProblem
    is_complete: bool = True
    is_best: bool = True
    columns = ("number", "route", "best=is_best", "dropped", "families_dropped", "readings")
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
        Id of the only possible route. By default, all routes of the journey are possible.
    most : int, default 12
        Largest number of worlds to list.

    Returns
    -------
    WorldList
        The worlds, sorted by the number of families dropped, then by the number of clauses
        dropped plus zones changed, then by the route and the number of other changes. A dropped
        clause does not count if another version of the same event, by the same family, is kept.
        The clock of a source that has one clock counts once. There is at least one world.
        Without conflicts, it drops nothing. ``to_frame`` has the columns ``number``, ``route``,
        ``best``, ``dropped``, ``families_dropped`` and ``readings``.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a journey, ``drop`` is a single string or has an unknown id, or
        ``most`` is not a whole number of at least 1.
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
    If little has to give way, the search is best first. Otherwise, an integer programme finds
    the worlds one by one. If the search stops early, or if there are more than ``most`` worlds,
    ``is_complete`` is False. If a better world may have been missed, ``is_best`` is False.

    Examples
    --------
    >>> import routesim as rs
    >>> worlds = rs.worlds(rs.load_journey("2023-09"), most=3)
    >>> [(world.route, world.families_dropped) for world in worlds]
    [('vladivostok', ()), ('vladivostok', ()), ('vostochny', ())]
    >>> worlds.is_complete
    False
    """
    require_journey(journey)
    check_count(most, where="most")
    problem = build_problem(journey, as_of=as_of, drop=drop, route=route)
    return list_worlds(problem, most=most)


@keep_answer
def list_worlds(problem: ReportProblem, *, most: int = MOST_WORLDS) -> WorldList:
    """List the worlds of a problem; see :func:`worlds`."""
    return _list(problem, most)


@keep_answer
def list_best(problem: ReportProblem, *, route: str | None = None) -> WorldList:
    """List the best worlds, numbered as in ``list_worlds``; see :class:`World`.

    With ``route``, only worlds on this route are compared, and they are numbered separately.
    ``is_complete`` is False if there are more than ``MOST_BEST``, or the search stopped early.
    An unlisted world may then allow what no listed world allows.
    """
    if route is not None and problem.routes == (route,):
        return list_best(problem)
    return _list(problem, 0, route)


def _list(problem: ReportProblem, most: int, route: str | None = None) -> WorldList:
    """List the best worlds, and others up to ``most``; cut to ``most``, unless it is 0."""
    search = WorldSearch(problem, route)
    found: list[State] = []
    is_cut = False
    for _, states in groupby(_find_states(search), key=partial(_get_level, search)):
        if found and len(found) >= most:
            # If only the best worlds are listed, the others are not missed.
            is_cut = most > 0
            break
        # Worlds that are equal in level are sorted before the list is cut.
        room = 2 * most if found else max(MOST_BEST, most)
        equal = list(islice(states, room + 1))
        is_cut = len(equal) > room
        found += sorted(equal[:room], key=search.rank)
        if is_cut:
            break
    if not found:
        found = [search.build_greedily()]
    best = _get_level(search, found[0])
    shown = found[:most] if most else found
    listed = (
        _make_world(
            search,
            number,
            state,
            is_best=search.is_ranked and _get_level(search, state) == best,
        )
        for number, state in enumerate(shown, 1)
    )
    return WorldList(
        tuple(listed),
        problem=problem,
        is_complete=search.is_whole and not is_cut and len(shown) == len(found),
        is_best=search.is_ranked,
    )


def _find_states(search: WorldSearch) -> Iterator[State]:
    """Iterate over the states of all worlds, cheapest first."""
    found: list[State] = []
    for state in search.run():
        found.append(state)
        yield state
    if not search.is_whole:
        # The states found so far are the cheapest ones, so the programme goes on from there.
        search.is_whole = True
        yield from continue_search(search, found)


def _get_level(search: WorldSearch, state: State) -> tuple[int, int]:
    return search.get_price(state).level


def _make_world(search: WorldSearch, number: int, state: State, *, is_best: bool) -> World:
    register = search.register
    families, versions = search.count_families(state)
    setting = dict(state.setting)
    if START_CHOICE in setting:
        del setting[START_CHOICE]
        starts = search.list_starts(state)
        if len(starts) == 1:
            setting[START_CHOICE] = starts[0]
    others = (option for option in setting.items() if option[1])
    return World(
        number=number,
        dropped=register.list_clauses(state.dropped),
        versions=register.list_clauses(bitsets.unite_all(versions)),
        families_dropped=families,
        settled=search.settled | setting | dict(state.changed),
        changed=tuple(sorted((*state.changed, *others))),
        changes=search.get_price(state).changes,
        problem=search.problem,
        is_best=is_best,
    )
