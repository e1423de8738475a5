"""Could it: whether the train could have been at places at times, and what decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from math import ceil, floor, inf
from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.bounds import bound_worlds
from routesim.certain.certificates import list_path_steps
from routesim.certain.problem import Testimony, take_testimony
from routesim.certain.worlds import World, list_mildest
from routesim.constraints.enumeration import find_cycles
from routesim.constraints.system import FREE_S, ZERO, Constraint, DifferenceSystem
from routesim.errors import ArgumentError, Fault
from routesim.evidence import parse_duration, parse_time
from routesim.journey import require_journey
from routesim.text.durations import format_lapse

if TYPE_CHECKING:
    from routesim.certain.encoding import Case
    from routesim.certain.schedules import SolvedCase
    from routesim.certain.wording import Step
    from routesim.journey import Journey
    from routesim.network import Route

__all__ = ["Possibility", "could"]

Time = str | datetime
Duration = str | float | timedelta
PAIR = 2
ASKED_BIT, SPEED_BIT = 1, 2
"""Owners in the system of a question: what is asked of places, and the speed asked."""


@dataclass(frozen=True, eq=False)
class Possibility:
    """Whether something was possible, and what decides.

    Parameters
    ----------
    possible
        Whether some world admits it.
    margin_s
        Seconds of room before it becomes impossible, or of miss (negative); None where
        nothing bounds it, or where no time decides.
    clauses
        Ids of the clauses, and names of the assumptions, that decide.
    world
        The world that admits it, or the one that comes nearest; None without any report.
    steps
        The sum that decides, to be added up by hand; empty where nothing bounds it.
    why
        The same in a sentence.
    """

    possible: bool
    margin_s: float | None
    clauses: tuple[str, ...]
    world: World | None
    route_id: str
    steps: tuple[Step, ...]
    why: str

    def __repr__(self) -> str:
        """Answer in a line."""
        answer = "possible" if self.possible else "not possible"
        margin = "" if self.margin_s is None else f", margin {self.margin_s:+,.0f} s"
        return f"<Possibility: {answer}{margin}>"


@dataclass(frozen=True, slots=True)
class _Wish:
    """One thing asked: at a place within a window, or standing there for so long."""

    place: str
    text: str
    window_s: tuple[float, float] | None = None
    event: str = "present"
    stand_s: float = 0.0


def could(  # noqa: PLR0913 (each is one thing to ask)
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
    """Tell whether the train could have been at places at times.

    Parameters
    ----------
    journey
        The journey.
    station, time
        One place and when it was there: short for ``at={station: time}``.
    stand
        How long it stood: at ``station``, or from places to durations.
    at
        From places to when the train was there: an instant, or a pair of them for any
        instant between (both ends included). It may have come before and left after.
    depart, arrive
        The same for leaving and for reaching a place.
    given
        Ids of the reports that are taken as true; ``()`` for none, ``None`` for all of the
        journey's, and then it is possible if one of the worlds that drop the fewest
        families admits it.
    speed_kmh
        Speed that it never exceeded, besides the caps of the lines; of a range the upper
        end counts, since a train may always be slower. Worlds are those of the reports
        alone: a speed that no world allows is answered as not possible.
    as_of, drop
        What is heard; see :func:`routesim.conflicts`.
    route
        Id of a route; ``None`` for the default one.

    Returns
    -------
    Possibility

    Raises
    ------
    ArgumentError
        If nothing is asked, or an argument is at fault.
    TimeError
        If a time or duration cannot be read.
    UnknownNameError
        If a station or route is not known.

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
    wishes = _read_wishes(journey, station, time, stand, at=at, depart=depart, arrive=arrive)
    hear = partial(
        take_testimony,
        journey,
        as_of=as_of,
        drop=drop,
        given=given,
        route=route if route is not None else journey.default_route,
    )
    testimony = hear()
    slower = testimony if speed_kmh is None else hear(cap_kmh=_read_cap(speed_kmh))
    way = journey.routes[testimony.routes[0]].route
    _check_places(wishes, way, testimony.routes[0])
    found = list_mildest(testimony)
    answers = [answer for world in found if (answer := _ask(slower, world, wishes)) is not None]
    if not answers:
        return _refuse_all(testimony)
    best = max(answers, key=_prefer)
    if best.possible or found.is_complete:
        return best
    return replace(best, why=f"{best.why} Not every way to reconcile the reports was tried.")


def _refuse_all(testimony: Testimony) -> Possibility:
    """Answer where what is given contradicts itself whatever is dropped or reread."""
    register = testimony.register
    clauses = dict.fromkeys(
        name for owners in testimony.conflict_sets for name in register.list_clauses(owners)
    )
    return Possibility(
        possible=False,
        margin_s=None,
        clauses=tuple(clauses),
        world=None,
        route_id=testimony.routes[0],
        steps=(),
        why="No world holds on this route: what is given contradicts itself.",
    )


def _prefer(answer: Possibility) -> tuple[bool, float]:
    room = inf if answer.possible else -inf
    return answer.possible, room if answer.margin_s is None else answer.margin_s


def _read_cap(speed_kmh: float | tuple[float, float] | None) -> float | None:
    if speed_kmh is None:
        return None
    ends = speed_kmh if isinstance(speed_kmh, tuple | list) else (speed_kmh, speed_kmh)
    good = len(ends) == PAIR and all(
        isinstance(end, int | float) and not isinstance(end, bool) and 0 < end < inf
        for end in ends
    )
    if not good or ends[0] > ends[1]:
        raise ArgumentError(
            [
                Fault(
                    "speed_kmh",
                    f"{speed_kmh!r:.40} cannot be",
                    "give a number above 0, or two rising ones",
                )
            ]
        )
    return float(ends[1])


def _read_wishes(
    journey: Journey,
    station: str | None,
    time: Time | tuple[Time, Time] | None,
    stand: Duration | Mapping[str, Duration] | None,
    **events: Mapping[str, Time | tuple[Time, Time]] | None,
) -> list[_Wish]:
    faults = []
    wishes: list[_Wish] = []
    if (
        time is not None or (stand is not None and not isinstance(stand, Mapping))
    ) and station is None:
        faults.append(Fault("station", "is missing", "say where: station='Khasan'"))
    if station is not None and time is None and stand is None:
        faults.append(Fault("time", "is missing", "say when, or how long: time= or stand="))
    if faults:
        raise ArgumentError(faults)
    asked = {
        "present": dict(events["at"] or {}),
        "depart": dict(events["depart"] or {}),
        "arrive": dict(events["arrive"] or {}),
    }
    if station is not None and time is not None:
        asked["present"][station] = time
    for event, places in asked.items():
        for place, when in places.items():
            name = journey.network.find_station(place).name
            wishes.append(_Wish(name, "asked", _read_window(when, place), event))
    durations = (
        stand if isinstance(stand, Mapping) else {} if stand is None else {station or "": stand}
    )
    for place, duration in durations.items():
        name = journey.network.find_station(place).name
        seconds = parse_duration(duration, where=f"standing at {name}")
        wishes.append(_Wish(name, "asked", None, "stand", seconds))
    if not wishes:
        raise ArgumentError(
            [
                Fault(
                    "at",
                    "nothing is asked",
                    "give station and time, at, depart, arrive or stand",
                )
            ]
        )
    return wishes


def _read_window(when: Time | tuple[Time, Time], place: str) -> tuple[float, float]:
    ends = when if isinstance(when, tuple | list) else (when, when)
    if len(ends) != PAIR:
        raise ArgumentError([Fault(place, f"{when!r:.40} is no time", "give one or a pair")])
    low, high = (parse_time(end, where=place) for end in ends)
    if low > high:
        raise ArgumentError([Fault(place, "the time ends before it begins", "swap its ends")])
    return ceil(low), floor(high)


def _check_places(wishes: Sequence[_Wish], way: Route, route_id: str) -> None:
    faults = [
        Fault("at", f"route {route_id} does not pass {wish.place}", "name another route")
        for wish in wishes
        if not way.passes(wish.place)
    ]
    if faults:
        raise ArgumentError(faults)


def _ask(testimony: Testimony, world: World, wishes: Sequence[_Wish]) -> Possibility | None:
    """Answer in one world: the best over its cases and over the passages of a place.

    The world is one of the reports alone; the testimony may have a cap that is only asked.
    """
    held = bound_worlds(world.testimony, [world], world.route)
    capped = {(c.line.route_id, c.origin): c for c in testimony.cases}
    answers = []
    for solved in held.solved:
        case = capped[solved.case.line.route_id, solved.case.origin]
        answers += [
            _weigh(testimony, world, solved, asked, case)
            for asked in _list_constraints(solved, wishes)
        ]
    if not answers and held.solved:
        answers.append(_refuse_start(testimony, world, wishes))
    return max(answers, key=_prefer, default=None)


def _refuse_start(testimony: Testimony, world: World, wishes: Sequence[_Wish]) -> Possibility:
    """Say why it cannot have set out where it is asked to have been."""
    places = world.testimony.journey.routes[world.route].route
    first = min(places.index_of(wish.place) for wish in wishes)
    register = world.testimony.register
    clauses: tuple[str, ...] = ()
    told = "it cannot have set out so early on the way"
    for case, cycles in zip(world.testimony.cases, world.testimony.cycles, strict=True):
        if case.origin > first or case.line.route_id != world.route:
            continue
        options = register.make_owners((), world.settled.items()) | register.assumed
        against = [
            c.owners
            for c in cycles.cycles
            if not c.owners & register.counted & ~world.kept
            and not c.owners & ~(world.kept | options | testimony.register.counted)
        ]
        if against:
            owners = min(against, key=int.bit_count)
            clauses = register.list_clauses(owners)
            refusal = case.refusals.get(owners)
            start = case.line.route.passages[case.origin].station.name
            names = " and ".join(clauses)
            told = refusal.why if refusal else f"{names} exclude a start at {start}"
    return Possibility(
        possible=False,
        margin_s=None,
        clauses=clauses,
        world=world,
        route_id=world.route,
        steps=(),
        why=f"Not possible: {told}{f' ({chr(44).join(clauses)})' if clauses else ''}.",
    )


def _list_constraints(
    solved: SolvedCase, wishes: Sequence[_Wish]
) -> Iterator[list[Constraint]]:
    """Write what is asked as constraints, once for each way to choose among passages."""
    case = solved.case
    visits = [
        [index for index in case.line.places[wish.place] if index >= case.origin]
        for wish in wishes
    ]
    for indices in product(*visits):
        made = [
            _wish_at(solved, wish, index) for wish, index in zip(wishes, indices, strict=True)
        ]
        if None not in made:
            yield [constraint for part in made for constraint in part or ()]


def _wish_at(solved: SolvedCase, wish: _Wish, index: int) -> list[Constraint] | None:
    """Write one thing asked of one passage; None where it cannot happen there."""
    case = solved.case
    last = len(case.line.route.passages) - 1
    arrive, depart = case.node(index, "arrive"), case.node(index, "depart")
    if wish.event == "stand":
        # Before it sets out and after it ends it stands as long as anybody likes.
        if not case.origin < index < last:
            return []
        return [Constraint(depart, arrive, -ceil(wish.stand_s), 0)]
    low, high = wish.window_s or (-inf, inf)
    if wish.event == "present":
        came = [Constraint(ZERO, arrive, int(high), 0)] if index > case.origin else []
        left = [Constraint(depart, ZERO, -int(low), 0)] if index < last else []
        return came + left
    if index == (case.origin if wish.event == "arrive" else last):
        return None
    node = arrive if wish.event == "arrive" else depart
    return [Constraint(ZERO, node, int(high), 0), Constraint(node, ZERO, -int(low), 0)]


def _weigh(
    testimony: Testimony,
    world: World,
    solved: SolvedCase,
    asked: Sequence[Constraint],
    case: Case,
) -> Possibility:
    """Find the tightest sum through what is asked: places, times, and the cap of a case."""
    owners = solved.owners
    held = tuple(solved.case.system.constraints[n] for n in solved.case.system.select(owners))
    system = DifferenceSystem(
        order=solved.case.system.get_matrix(owners),
        capped=np.minimum(case.system.get_matrix(owners), solved.case.system.get_matrix(owners))
        if case.line is not solved.case.line
        else solved.case.system.get_matrix(owners),
        cap_owners=SPEED_BIT,
        # What is believed is taken as given; only what is asked is up for question.
        constraints=(
            *(replace(c, owners=0) for c in held),
            *(replace(c, owners=ASKED_BIT) for c in asked),
        ),
    )
    everything = ASKED_BIT | SPEED_BIT
    possible = system.is_feasible(everything)
    if possible:
        room, path = _find_room(system, len(held))
        margin = None if room is None else float(room)
    else:
        cycle = min(find_cycles(system).cycles, key=lambda c: c.weight_s)
        path, margin = list(cycle.path), float(cycle.weight_s)
    shown = [(*held, *asked)[n] for n in path]
    steps, clauses = list_path_steps(testimony, case, system.capped, shown)
    return Possibility(
        possible=possible,
        margin_s=margin,
        clauses=clauses,
        world=world,
        route_id=world.route,
        steps=steps,
        why=_say(margin, steps, possible=possible),
    )


def _find_room(system: DifferenceSystem, first_asked: int) -> tuple[int | None, list[int]]:
    numbers = range(len(system.constraints))
    best: tuple[int | None, list[int]] = (None, [])
    for number in numbers[first_asked:]:
        asked = system.constraints[number]
        # The two ends of one instant always fit each other; that is no answer.
        other = [
            n for n in numbers if not _is_opposite(system.constraints[n], asked, n, first_asked)
        ]
        tree = system.reach(asked.head, other, system.capped)
        back = int(tree.distance_s[asked.tail])
        room = back + asked.weight_s
        if back < FREE_S // 2 and (best[0] is None or room < best[0]):
            best = room, [number, *tree.list_path(asked.tail)]
    return best


def _is_opposite(one: Constraint, asked: Constraint, number: int, first_asked: int) -> bool:
    return number >= first_asked and (one.tail, one.head) == (asked.head, asked.tail)


def _say(margin: float | None, steps: Sequence[Step], *, possible: bool) -> str:
    told = "; ".join(f"{s.text} ({', '.join(s.owners)})" if s.owners else s.text for s in steps)
    if possible and margin is None:
        return "Possible: nothing that is given bounds it."
    lapse = format_lapse(margin or 0)
    if possible:
        return f"Possible, with {lapse} to spare: {told}."
    return f"Not possible, by {lapse}: {told}."
