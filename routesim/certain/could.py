"""Possibility: whether the train could have been at places at times, and what decides.

The question is added to the constraints of each best world, and the constraints are solved
again, with one option of each choice that the world leaves open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from math import ceil, floor, inf
from typing import TYPE_CHECKING

from routesim.answers import Answer
from routesim.certain.open_choices import AskedCase, OptionSearch, list_open_cases
from routesim.certain.problem import ReportProblem, build_problem
from routesim.certain.proofs.steps import list_path_steps
from routesim.certain.support import SETTING
from routesim.certain.worlds import World, list_best
from routesim.constraints.bitsets import NO_BITS, count_bits, is_subset, unite
from routesim.constraints.system import ZERO, Constraint
from routesim.errors import ArgumentError, Fault
from routesim.evidence import parse_duration, parse_time
from routesim.journey import require_journey
from routesim.text import conflicts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routesim.certain.encoding.case_builder import Exclusion
    from routesim.certain.encoding.route_case import RouteCase
    from routesim.certain.open_choices import OpenCase
    from routesim.certain.proofs.steps import Step
    from routesim.journey import Journey
    from routesim.network import ExactKm


Time = str | datetime
Duration = str | float | timedelta
PAIR = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """One part of a question: an event at a place in a window, or a time standing there.

    ``event`` is ``present``, ``depart``, ``arrive`` or ``stand``. The ends of the window are in
    POSIX seconds, both included. ``stand_s`` is the least time standing, in seconds.
    """

    place: str
    window_s: tuple[float, float] | None = None
    event: str = "present"
    stand_s: float = 0.0


@dataclass(frozen=True, eq=False)
class Possibility(Answer):
    """Answer of :func:`could`: whether what is asked was possible, and what decides.

    Parameters
    ----------
    journey_id : str
        Id of the journey.
    route_id : str
        Id of the route.
    clauses : tuple of str
        Ids of the clauses, and names of the assumptions, that decide.
    world : World, optional
        World to which the answer belongs: the one with the largest margin. None if no best
        world passes all places of the question.
    possible : bool, default False
        Whether some world allows what is asked, with one option of each choice that it leaves
        open.
    margin_s : float, optional
        Seconds to spare with the ``readings``, the largest found; negative if what is asked is
        not possible: then it misses by at least so much. None where nothing bounds it, or where
        times do not decide.
    steps : tuple of Step, default ()
        Steps of the sum that decides, with weights that add up to ``margin_s``. Empty where
        times do not decide.
    barred_start : str, optional
        Station from which the train cannot have departed, although the question needs a start
        there or before.
    exclusion : Exclusion, optional
        Reason that excludes ``barred_start``, whatever the times.
    places : tuple of str, default ()
        Places of the question that no best world passes together. Empty if one does.
    is_complete : bool, default True
        Whether the answer is certain. It is False if the answer is no, but not every best world
        was found, or not every option of the open choices was tried: then it means that what
        was tried does not allow what is asked.
    exact_km : tuple of ExactKm, default ()
        Kilometres of the route that are taken as exact, by line.
    readings : tuple of str, default ()
        Options taken, instead of those at face value, where the world leaves a choice open; in
        words.
    barred_event : tuple of str, optional
        An event, ``arrive`` or ``depart``, and a place of the question at which it cannot
        happen: the train starts or ends there.

    Examples
    --------
    >>> import routesim as rs
    >>> answer = rs.could(rs.load_journey("2023-09"), station="Khasan", stand="5h")
    >>> answer
    <Possibility: not possible, margin -7,200 s>
    >>> answer.clauses
    ('C21.2',)
    >>> [(step.kind, step.weight_s) for step in answer.steps]
    [('at_most', 10800), ('at_least', -18000)]
    """

    journey_id: str
    route_id: str
    clauses: tuple[str, ...]
    world: World | None
    possible: bool = False
    margin_s: float | None = None
    steps: tuple[Step, ...] = ()
    barred_start: str | None = None
    exclusion: Exclusion | None = None
    places: tuple[str, ...] = ()
    is_complete: bool = True
    exact_km: tuple[ExactKm, ...] = ()
    readings: tuple[str, ...] = ()
    barred_event: tuple[str, str] | None = None
    json_keys = (
        "journey=journey_id", "route=route_id", "possible", "complete=is_complete", "margin_s",
        "why", "clauses", "world", "readings", "steps", "exact_km",
    )  # fmt: skip

    @property
    def is_by_reports(self) -> bool:
        """Whether a report is among the clauses and assumptions that decide."""
        known = self.world.problem.report_of_clause if self.world is not None else {}
        return any(name in known for name in self.clauses)

    @property
    def why(self) -> str:
        """The answer and what decides, in words."""
        steps = [(step.text, step.support) for step in self.steps]
        if self.world is None:
            text = conflicts.format_not_passed(self.places)
        elif self.barred_event is not None:
            text = conflicts.format_barred_event(*self.barred_event)
        elif self.barred_start is not None:
            reason = self.exclusion.why if self.exclusion else ""
            text = conflicts.format_barred_start(self.clauses, self.barred_start, reason)
        elif self.margin_s is None and not self.possible:
            text = ""
        else:
            text = conflicts.format_possibility(
                self.margin_s, steps, possible=self.possible, by_reports=self.is_by_reports
            )
        return text if self.is_complete else conflicts.format_not_found(text)

    def __repr__(self) -> str:
        """Show the answer and the margin."""
        answer = "possible" if self.possible else "not possible"
        margin = "" if self.margin_s is None else f", margin {self.margin_s:+,.0f} s"
        return f"<Possibility: {answer}{margin}>"


def could(  # noqa: PLR0913 (each is one part of a question)
    journey: Journey,
    *,
    station: str | None = None,
    time: Time | tuple[Time, Time] | None = None,
    stand: Duration | Mapping[str, Duration] | None = None,
    at: Mapping[str, Time | tuple[Time, Time]] | None = None,
    depart: Mapping[str, Time | tuple[Time, Time]] | None = None,
    arrive: Mapping[str, Time | tuple[Time, Time]] | None = None,
    given: Sequence[str] | None = None,
    speed_kmh: float | tuple[float, float] | None = None,
    as_of: Time | None = None,
    drop: Sequence[str] = (),
    route: str | None = None,
) -> Possibility:
    """Check whether the train could have been at places at times.

    All parts of the question must hold at once. They are possible if any of the best worlds
    allows them; see :class:`routesim.World`.

    Parameters
    ----------
    journey : Journey
        The journey.
    station : str, optional
        A place; needs ``time`` or ``stand``.
    time : str, datetime or pair of these, optional
        Aware time at which the train was at ``station``; see ``at``.
    stand : str, timedelta or mapping, optional
        Least time that the train stood at ``station``, such as ``90min`` or ``1h30``; or a
        mapping of such times by place.
    at : mapping, optional
        Aware time at which the train was at a place, by place. A pair means some time between
        the two, both included. The train may have arrived before and departed after.
    depart : mapping, optional
        Aware time of the departure, or a pair, by place.
    arrive : mapping, optional
        Aware time of the arrival, or a pair, by place.
    given : sequence of str, optional
        Ids of the only reports or clauses to use; ``()`` for none. By default, all.
    speed_kmh : float or tuple of float, optional
        Speed in km/h that the train never exceeded, in addition to the caps of the lines. Only
        the upper end of a range counts, since a train may always run slower.
    as_of : str or datetime, optional
        Aware time, such as ``2023-09-11T07:00Z``: only reports known by then are used. By
        default, all.
    drop : sequence of str, default ()
        Ids of reports or clauses to leave out.
    route : str, optional
        Id of the only possible route. By default, all routes of the journey are possible.

    Returns
    -------
    Possibility
        The answer, its margin ``margin_s`` in seconds and what decides. If no best world passes
        all places, the answer is no. If the answer is no, but not all best worlds were found,
        or the search for options of open choices reached its limit, ``is_complete`` is False.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a journey, nothing is asked, ``time`` or ``stand`` has no
        ``station``, a pair of times does not have two elements or is not in order,
        ``speed_kmh`` is not positive and finite or its range is not in order, no possible route
        passes all places, or ``drop`` or ``given`` is a single string or has an unknown id.
    TimeError
        If a time or a duration cannot be read, or a time has no offset or lies outside 1800
        to 2200.
    UnknownNameError
        If there is no such station or route.

    See Also
    --------
    bounds : Earliest and latest time of each passage.
    worlds : List the ways to reconcile the reports.
    Bounds.where : Certain position at a given time.

    Notes
    -----
    Worlds follow from the reports alone. If no world allows ``speed_kmh``, the answer is no.
    A world leaves zones, visits and other choices open if no conflict requires an option. The
    answer is yes if one option of each, taken for all its clauses, allows what is asked. Of
    these options, those with the largest margin are shown, and face value is preferred. The
    search for options stops after 2,000 partial selections; a larger margin may then be missed.
    The train may have stood for any time at the origin before its departure, and at the
    destination after its arrival.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> rs.could(journey, at={"Pyongyang": "2023-09-10T20:00+09:00",
    ...          "Khasan": "2023-09-12T06:00+10:00"}, speed_kmh=50, given=()).possible
    True
    >>> rs.could(journey, at={"Pyongyang": "2023-09-10T20:00+09:00",
    ...          "Khasan": "2023-09-11T12:00+10:00"}, speed_kmh=50, given=())
    <Possibility: not possible, margin -6,120 s>
    """
    require_journey(journey)
    asked = {"present": at, "depart": depart, "arrive": arrive}
    wishes = _read_wishes(journey, station, time, stand, asked)
    pose = partial(build_problem, journey, as_of=as_of, drop=drop, given=given, route=route)
    problem = pose()
    slower = problem if speed_kmh is None else pose(cap_kmh=_read_cap(speed_kmh))
    passing = _find_passing(wishes, journey, problem.routes)
    found = list_best(problem)
    worlds = [world for world in found if world.route in passing]
    best = _find_answer(slower, worlds, wishes)
    if best is None:
        places = tuple(dict.fromkeys(wish.place for wish in wishes))
        best = Possibility(journey.id, passing[0], (), world=None, places=places)
    is_complete = best.possible or (best.is_complete and found.is_complete)
    return replace(best, is_complete=is_complete, exact_km=problem.exact_km)


def _read_cap(speed_kmh: float | tuple[float, float]) -> float:
    """Read a speed, or the upper end of a range of speeds, as a cap in km/h."""
    ends = speed_kmh if isinstance(speed_kmh, tuple | list) else (speed_kmh, speed_kmh)
    good = len(ends) == PAIR and all(
        isinstance(end, int | float) and not isinstance(end, bool) and 0 < end < inf
        for end in ends
    )
    if not good or ends[0] > ends[1]:
        remedy = "give a number above 0, or a pair with the smaller one first"
        raise ArgumentError(
            [Fault("speed_kmh", f"{speed_kmh!r:.40} cannot be a speed", remedy)]
        )
    return float(ends[1])


def _read_wishes(
    journey: Journey,
    station: str | None,
    time: Time | tuple[Time, Time] | None,
    stand: Duration | Mapping[str, Duration] | None,
    asked: Mapping[str, Mapping[str, Time | tuple[Time, Time]] | None],
) -> list[Wish]:
    """Read the parts of a question: events at places in windows, and times standing there."""
    events = {event: dict(places or {}) for event, places in asked.items()}
    durations = stand if isinstance(stand, Mapping) else {}
    if station is not None:
        if time is None and stand is None:
            remedy = "say when, or how long: time= or stand="
            raise ArgumentError([Fault("time", "is missing", remedy)])
        if time is not None:
            events["present"][station] = time
        if stand is not None and not isinstance(stand, Mapping):
            durations = {station: stand}
    elif time is not None or (stand is not None and not isinstance(stand, Mapping)):
        raise ArgumentError([Fault("station", "is missing", "say where: station='Khasan'")])
    wishes: list[Wish] = []
    for event, places in events.items():
        for place, when in places.items():
            name = journey.network.find_station(place).name
            wishes.append(Wish(name, _read_window(when, place), event))
    for place, duration in durations.items():
        name = journey.network.find_station(place).name
        seconds = parse_duration(duration, where=f"standing at {name}")
        wishes.append(Wish(name, None, "stand", seconds))
    if not wishes:
        remedy = "give station and time, at, depart, arrive or stand"
        raise ArgumentError([Fault("at", "nothing is asked", remedy)])
    return wishes


def _read_window(when: Time | tuple[Time, Time], place: str) -> tuple[float, float]:
    ends = when if isinstance(when, tuple | list) else (when, when)
    if len(ends) != PAIR:
        remedy = "give one time or a pair of times"
        raise ArgumentError([Fault(place, f"{when!r:.40} is not a time", remedy)])
    low, high = (parse_time(end, where=place) for end in ends)
    if low > high:
        raise ArgumentError([Fault(place, "the time ends before it begins", "swap its ends")])
    # Times are whole seconds: a fraction of one second stands for the second in which it lies.
    return min(ceil(low), floor(high)), floor(high)


def _find_passing(
    wishes: Sequence[Wish], journey: Journey, routes: Sequence[str]
) -> tuple[str, ...]:
    """Return the possible routes that pass all places; refuse a question without one."""
    passing = tuple(
        route
        for route in routes
        if all(journey.routes[route].route.passes(wish.place) for wish in wishes)
    )
    if passing:
        return passing
    faults = []
    for wish in wishes:
        where = "at" if wish.event == "present" else wish.event
        others = [h.id for h in journey.routes.values() if h.route.passes(wish.place)]
        if set(others).isdisjoint(routes):
            what = f"route {' or '.join(routes)} does not pass {wish.place}"
            remedy = f"use route {' or '.join(others)}" if others else "no route passes it"
            faults.append(Fault(where, what, remedy))
    if not faults:
        named = ", ".join(dict.fromkeys(wish.place for wish in wishes))
        remedy = "ask about each place on its own"
        faults.append(Fault("at", f"no single route passes {named}", remedy))
    raise ArgumentError(faults)


def _find_answer(
    problem: ReportProblem, worlds: Sequence[World], wishes: Sequence[Wish]
) -> Possibility | None:
    """Return the best answer over worlds, their cases and open choices, and all passages.

    ``problem`` is that of the worlds, or has the speed cap of the question in addition. Return
    None if no world has a case.
    """
    cases = [case for world in worlds for case in list_open_cases(world, world.route)]
    if not cases:
        return None
    search = OptionSearch()
    search.run(_list_questions(problem, cases, wishes))
    if search.best is not None:
        margin, path = search.best.room
        return _make_answer(problem, search.best, margin, path, possible=True)
    if search.miss is not None:
        answer = _make_answer(problem, *search.miss, possible=False)
    elif search.is_cut:
        answer = Possibility(problem.journey.id, cases[0].world.route, (), cases[0].world)
    else:
        answer = _answer_no_passage(cases[0].world, wishes)
    return replace(answer, is_complete=not search.is_cut)


def _list_questions(
    problem: ReportProblem, cases: Sequence[OpenCase], wishes: Sequence[Wish]
) -> Iterator[AskedCase]:
    """Iterate over the questions to each case, one per combination of passages."""
    capped = {(c.line.route_id, c.origin): c for c in problem.cases}
    for held in cases:
        own = held.case
        for asked in _list_constraints(own, wishes):
            yield AskedCase(held, capped[own.line.route_id, own.origin], asked)


def _make_answer(
    problem: ReportProblem,
    found: AskedCase,
    margin: int | None,
    path: Sequence[int],
    *,
    possible: bool,
) -> Possibility:
    """Answer with the sum that decides."""
    shown = [found.constraints[number] for number in path]
    steps, clauses = list_path_steps(problem, found.capped, found.system.capped, shown)
    world = found.held.world
    return Possibility(
        problem.journey.id,
        world.route,
        clauses,
        world,
        possible=possible,
        margin_s=None if margin is None else float(margin),
        steps=steps,
        readings=found.held.readings,
    )


def _answer_no_passage(world: World, wishes: Sequence[Wish]) -> Possibility:
    """Answer for a question without any passage at which all its events can happen.

    Either an event cannot happen from any start, or clauses exclude the starts at or before the
    places of the question.
    """
    answer = Possibility(world.problem.journey.id, world.route, (), world)
    if (barred := _find_barred_event(world, wishes)) is not None:
        return replace(answer, barred_event=(barred.event, barred.place))
    clauses, start, exclusion = _find_barred_start(world, wishes)
    return replace(answer, clauses=clauses, barred_start=start, exclusion=exclusion)


def _find_barred_event(world: World, wishes: Sequence[Wish]) -> Wish | None:
    """Return the first event that cannot happen at a place, from any start before or there."""
    cases = [case for case in world.problem.cases if case.line.route_id == world.route]
    for wish in wishes:
        pairs = [(case, n) for case in cases for n in case.line.places[wish.place]]
        passed = [(case, n) for case, n in pairs if n >= case.origin]
        if passed and not any(_can_happen(case, wish, n) for case, n in passed):
            return wish
    return None


def _find_barred_start(
    world: World, wishes: Sequence[Wish]
) -> tuple[tuple[str, ...], str, Exclusion | None]:
    """Return what excludes the last start from which all events could happen, and its place."""
    problem, register = world.problem, world.problem.register
    route = problem.journey.routes[world.route].route
    # The train arrives only after its start.
    first = min(route.index_of(wish.place) - (wish.event == "arrive") for wish in wishes)
    # A start may also be excluded because of a choice that the world leaves open.
    taken = dict.fromkeys(set(register.choices) - SETTING, 0) | world.settled
    held = unite(world.kept, register.make_support((), taken.items()))
    clauses: tuple[str, ...] = ()
    start, exclusion = "", None
    for case, found in zip(problem.cases, problem.cycles, strict=True):
        against = [c.support for c in found.cycles if is_subset(c.support, held)]
        if against and case.origin <= first and case.line.route_id == world.route:
            support = min(against, key=count_bits)
            clauses = register.list_clauses(support)
            start, exclusion = case.name(case.origin), case.exclusions.get(support)
    return clauses, start, exclusion


def _list_constraints(
    case: RouteCase, wishes: Sequence[Wish]
) -> Iterator[tuple[tuple[Constraint, ...], ...]]:
    """Encode each part of a question, once per combination of passages of its places."""
    visits = [[n for n in case.line.places[wish.place] if n >= case.origin] for wish in wishes]
    for indices in product(*visits):
        asked = tuple(zip(wishes, indices, strict=True))
        if all(_can_happen(case, *one) for one in asked):
            yield tuple(tuple(_encode_wish(case, *one)) for one in asked)


def _can_happen(case: RouteCase, wish: Wish, index: int) -> bool:
    """Return whether an event can happen at a passage: no arrival at the start, for example."""
    if wish.event == "arrive":
        return index > case.origin
    return wish.event != "depart" or index < len(case.line.route.passages) - 1


def _encode_wish(case: RouteCase, wish: Wish, index: int) -> list[Constraint]:
    """Encode one part of a question at one passage, at which it can happen."""
    last = len(case.line.route.passages) - 1
    arrive, depart = case.node(index, "arrive"), case.node(index, "depart")
    if wish.event == "stand":
        # Before its departure and after its arrival, the train may stand for any time.
        if not case.origin < index < last:
            return []
        return [Constraint(depart, arrive, -ceil(wish.stand_s), NO_BITS)]
    low, high = wish.window_s or (-inf, inf)
    if wish.event == "present":
        came = [Constraint(ZERO, arrive, int(high), NO_BITS)] if index > case.origin else []
        left = [Constraint(depart, ZERO, -int(low), NO_BITS)] if index < last else []
        return came + left
    node = arrive if wish.event == "arrive" else depart
    return [
        Constraint(ZERO, node, int(high), NO_BITS),
        Constraint(node, ZERO, -int(low), NO_BITS),
    ]
