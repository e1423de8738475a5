"""Observing: how well draws of a journey agree with clauses that leave nothing unsaid.

What a clause says of times is a few *sides*: that something happens no sooner, or no later,
than an end that may be soft. The sides of all clauses are measured at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, singledispatch
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routesim.arrays import Runs
from routesim.evidence import (
    DistanceClause,
    DurationClause,
    EventClause,
    HeadingClause,
    NotYetClause,
    OrderClause,
    PresenceClause,
    SpeedClause,
    StandClause,
)
from routesim.geodesy import measure_distances_m
from routesim.journey import KeyTimes
from routesim.likely.event_times import EventSampler
from routesim.likely.soft_windows import (
    IMPOSSIBLE,
    find_agreement,
    get_log_width,
    measure_sides,
)
from routesim.units import (
    SECONDS_PER_HOUR,
    km_to_metres,
    kmh_to_mps,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.evidence import Clause, Moment, TimeTelling
    from routesim.journey import Journey, TrustRow
    from routesim.network import Network, Route

__all__ = ["Observation", "Observer", "Side", "find_flat", "list_keys", "list_sides"]

Array = NDArray[np.float64]


Source = tuple[str, int, int]
"""A time of every draw: of an event at a passage (named twice), or the start or end of the stay
between two passages."""


@dataclass(frozen=True, slots=True)
class Side:
    """One end of what a clause says of a time.

    Parameters
    ----------
    source
        Whose time.
    sign
        1 if it is to be later than the end, -1 if sooner.
    end_s, soft_s
        The end, POSIX seconds, and how soft it is.
    """

    source: Source
    sign: float
    end_s: float
    soft_s: float


Sides = tuple[tuple[Side, ...], float]
"""All sides of a clause, and the logarithm of what its two ends share."""


@dataclass(frozen=True, slots=True)
class Observer:
    """Observes draws over one route.

    Parameters
    ----------
    journey
        The journey.
    trust
        How far its reports are believed.
    inside
        Whether soft ends lie inside the hard ones.
    """

    journey: Journey
    trust: TrustRow
    inside: bool = False

    def measure_m(self, clause: DistanceClause) -> float:
        """Return the distance between two places by rail or in a straight line, in metres."""
        assert clause.between is not None  # noqa: S101 (else it is that of the journey)
        return _measure_m(self.journey.network, *clause.between, clause.measure)

    def compare_range(self, values: Array, low: float, high: float) -> Array:
        """Return the logarithm of the agreement of quantities with a range."""
        soft = self.trust.range_share * (high - low) if np.isfinite(high - low) else 0.0
        return find_agreement(values, (low, high), (soft, soft), inside=self.inside)


class Observation:
    """Observes draws over one route with the same clauses again and again.

    Parameters
    ----------
    observer
        Knows the journey and how far ranges are believed.
    questions
        The clauses, each with the visit it is meant of: which passage of its place, from 1;
        0 for the one that there is.
    route
        The route.
    """

    def __init__(
        self, observer: Observer, questions: Sequence[tuple[Clause, int]], route: Route
    ) -> None:
        self.observer, self.questions = observer, questions
        told = [list_sides(clause, visit, route) for clause, visit in questions]
        self.others = [row for row, sides in enumerate(told) if sides is None]
        self.fixed = {r for r in self.others if _is_same_for_all(*questions[r], route)}
        # Where no side is told of, all agree.
        self.known = {row: found[1] for row, found in enumerate(told) if found and not found[0]}
        self.timed = [row for row, found in enumerate(told) if found and found[0]]
        sided = [found for found in told if found and found[0]]
        numbers: dict[Side, int] = {}
        for sides, _ in sided:
            for side in sides:
                numbers.setdefault(side, len(numbers))
        sources: dict[Source, int] = {}
        for side in numbers:
            sources.setdefault(side.source, len(sources))
        self.sources = tuple(sources)
        self.source = np.array([sources[side.source] for side in numbers], dtype=np.intp)
        self.sign = np.array([side.sign for side in numbers])
        self.end_s = np.array([side.end_s for side in numbers])
        self.soft_s = np.array([side.soft_s for side in numbers])
        self.log_width = np.array([width for _, width in sided])
        self.side = np.array([numbers[s] for sides, _ in sided for s in sides], dtype=np.intp)
        self.by_row = Runs(len(sides) for sides, _ in sided)

    def observe(self, times: KeyTimes) -> Array:
        """Return the logarithms of the agreements with draws, (questions, draws).

        Parameters
        ----------
        times
            The draws, run over the passages that :func:`list_keys` names.
        """
        sampler = EventSampler(times)
        terms = np.empty((len(self.questions), times.draws))
        if self.sources:
            seconds = np.array([_find_source(source, sampler) for source in self.sources])
            room = seconds[self.source]
            room -= self.end_s[:, None]
            room *= self.sign[:, None]
            sides = measure_sides(room, self.soft_s, inside=self.observer.inside)
            agreed = self.by_row.reduce(np.add, sides[self.side])
            terms[self.timed] = agreed + self.log_width[:, None]
        for row, agreement in self.known.items():
            terms[row] = agreement
        for row in self.others:
            if row in self.known:
                continue
            terms[row] = _observe(*self.questions[row], sampler, self.observer)
            if row in self.fixed and times.draws:
                self.known[row] = float(terms[row, 0])
        return terms


def _is_same_for_all(clause: Clause, visit: int, route: Route) -> bool:
    """Tell whether a clause that is not of times agrees with all draws over a route alike."""
    match clause:
        case HeadingClause() | NotYetClause() | PresenceClause():
            return True
        case EventClause():
            return clause.between[0] == clause.between[1]
        case DistanceClause():
            return clause.between is not None
        case StandClause():
            return not _find_visit(clause.place, visit, route)
    return False


def _find_source(source: Source, sampler: EventSampler) -> Array:
    name, first, last = source
    if name in {"start", "end"}:
        return sampler.get_stay(first, last)[name == "end"]
    return sampler.get_times(name, first)


@lru_cache(maxsize=256)
def _measure_m(network: Network, one: str, other: str, measure: str) -> float:
    ends = [network.find_station(name) for name in (one, other)]
    if measure == "rail":
        return km_to_metres(network.route(ends[0].name, ends[1].name).length_km)
    return float(measure_distances_m(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat))


def find_flat(clause: Clause, journey: Journey) -> float:
    """Return how often a clause would hold of a report that knows nothing.

    For a window, its width over the span over which a wrong time is spread; the same for
    ranges of quantities; for a heading, the share of the routes that lead there. What has
    but one end has a share of its own (``one_sided``).
    """
    trust = journey.plan.trust
    match clause:
        case EventClause(kind="board") | NotYetClause() | OrderClause():
            return trust.one_sided
        case EventClause() | PresenceClause():
            window = clause.time.window
            width, span = window.end_s - window.start_s, SECONDS_PER_HOUR * trust.span_h
        case DurationClause() | StandClause():
            width, span = clause.high_s - clause.low_s, SECONDS_PER_HOUR * trust.span_h
        case SpeedClause():
            width, span = clause.high_mps - clause.low_mps, kmh_to_mps(trust.span_kmh)
        case DistanceClause():
            width, span = clause.high_m - clause.low_m, km_to_metres(trust.span_km)
        case HeadingClause():
            leading = [_leads_to(clause, h.route) for h in journey.routes.values()]
            return sum(leading) / len(leading) if any(leading) else trust.one_sided
    return min(width / span, 1.0) if np.isfinite(width) else trust.one_sided


def list_keys(  # noqa: PLR0911 - one answer a kind
    clause: Clause, visit: int, route: Route
) -> set[int]:
    """Return the passages whose times a clause asks for; empty if the route has none."""
    last = len(route.passages) - 1
    match clause:
        case EventClause() if clause.between[0] != clause.between[1]:
            return set()
        case EventClause():
            return _find_visit(clause.between[0], visit, route)
        case PresenceClause() if visit:
            return _find_visit(clause.between[0], visit, route)
        case PresenceClause():
            return {i for place in clause.between for i in _list_visits(place, route)}
        case NotYetClause():
            return _find_visit(clause.place, visit, route)
        case OrderClause():
            places = [m.place for m in (clause.first, clause.then) if m.place is not None]
            return {i for place in places for i in _list_visits(place, route)}
        case SpeedClause(basis="running") | HeadingClause() | DistanceClause() | StandClause():
            return set()
        case SpeedClause() | DurationClause() if clause.between is None:
            return {last}
        case SpeedClause() | DurationClause():
            return {i for place in clause.between for i in _list_visits(place, route)}
    raise AssertionError(clause)  # the union of Clause is closed


def list_sides(  # noqa: PLR0911 - one answer a kind
    clause: Clause, visit: int, route: Route
) -> Sides | None:
    """List the sides of what a clause says of times; None if it speaks of something else.

    Parameters
    ----------
    clause
        With nothing left unsaid.
    visit
        Which passage of its place, from 1; 0 for the one that there is.
    route
        Which must pass the place.
    """
    match clause:
        case EventClause() if clause.between[0] == clause.between[1]:
            found = _find_visit(clause.between[0], visit, route)
            if not found:
                return None
            index = found.pop()
            source = clause.kind, index, index
            if clause.kind == "board":
                return _list_ends(source, (clause.time.window.start_s, np.inf), clause.time)
            return _list_ends(source, _get_ends(clause.time), clause.time)
        case NotYetClause():
            found = _find_visit(clause.place, visit, route)
            if not found:
                return (), 0.0
            index = found.pop()
            ends = clause.time.window.start_s, np.inf
            return _list_ends((clause.event, index, index), ends, clause.time)
        case PresenceClause():
            return _list_stay(clause, visit, route)
        case OrderClause() if clause.first.place is None or clause.then.place is None:
            return _list_order(clause, route)
    return None


def _get_ends(time: TimeTelling) -> tuple[float, float]:
    return time.window.start_s, time.window.end_s


def _list_ends(source: Source, ends: tuple[float, float], time: TimeTelling) -> Sides:
    """List the sides of a window."""
    sides = tuple(
        Side(source, sign, end, soft)
        for end, sign, soft in zip(ends, (1.0, -1.0), time.soft_s, strict=True)
        if np.isfinite(end)
    )
    # A window without ends still asks that it happens.
    anyway = (Side(source, 1.0, -np.inf, 0.0),)
    return sides or anyway, get_log_width(ends, time.soft_s)


def _list_stay(clause: PresenceClause, visit: int, route: Route) -> Sides | None:
    """List the sides of a stay that meets a window: begun before its end, ended after."""
    visits = [_list_visits(place, route) for place in clause.between]
    if visit:
        visits = [tuple(_find_visit(p, visit, route)) for p in clause.between]
    if not all(visits):
        return None
    first, last = visits[0][0], visits[1][-1]
    start, end = ("start", first, last), ("end", first, last)
    if clause.kind == "under_way":
        start, end = ("depart", first, first), ("arrive", last, last)
    (start_s, end_s), (soft_start_s, soft_end_s) = _get_ends(clause.time), clause.time.soft_s
    sides = [Side(start, -1.0, end_s, soft_end_s), Side(end, 1.0, start_s, soft_start_s)]
    return tuple(side for side in sides if np.isfinite(side.end_s)), 0.0


def _list_order(clause: OrderClause, route: Route) -> Sides | None:
    """List the sides of a gap between an event and a time that is told."""
    known = clause.first if clause.first.place is not None else clause.then
    assert known.place is not None  # noqa: S101 (one side of an ordering is of the train)
    assert known.event is not None  # noqa: S101 (and is an event)
    visits = _list_visits(known.place, route)
    time = clause.then.time if known is clause.first else clause.first.time
    assert time is not None  # noqa: S101 (and the other has a time)
    if not visits:
        return None
    low, high = clause.gap_low_s, clause.gap_high_s
    start_s, end_s = _get_ends(time)
    ends = (start_s - high, end_s - low)
    if known is clause.then:
        ends = (start_s + low, end_s + high)
    return _list_ends((known.event, visits[-1], visits[-1]), ends, time)


@singledispatch
def _observe(clause: Clause, visit: int, sampler: EventSampler, observer: Observer) -> Array:
    """Observe a clause of something else than times; each kind registers its own way."""
    raise NotImplementedError(type(clause))


@_observe.register(NotYetClause)
@_observe.register(PresenceClause)
def _(_clause: Clause, _visit: int, sampler: EventSampler, _observer: Observer) -> Array:
    return _fail(sampler)


@_observe.register
def _(clause: EventClause, _visit: int, sampler: EventSampler, observer: Observer) -> Array:
    if clause.between[0] == clause.between[1]:
        return _fail(sampler)
    return _observe_start(clause, sampler, observer)


def _observe_start(clause: EventClause, sampler: EventSampler, observer: Observer) -> Array:
    """Observe that it set out somewhere between two places."""
    visits = [_list_visits(place, sampler.route) for place in clause.between]
    if not all(visits):
        return _fail(sampler)
    origin = sampler.ensemble.origin_index
    inside = (origin >= visits[0][0]) & (origin <= visits[1][-1])
    window = clause.time.window
    if window.start is None and window.end is None:
        return np.where(inside, 0.0, IMPOSSIBLE)
    departure_s = np.where(inside, sampler.ensemble.departure_s, np.nan)
    ends = _get_ends(clause.time)
    return find_agreement(departure_s, ends, clause.time.soft_s, inside=observer.inside)


@_observe.register
def _(clause: OrderClause, _visit: int, sampler: EventSampler, observer: Observer) -> Array:
    seconds = [_sample_moment(moment, sampler) for moment in (clause.first, clause.then)]
    if seconds[0] is None or seconds[1] is None:
        return _fail(sampler)  # the route passes no place that it is of
    gap_s = seconds[1] - seconds[0]
    return observer.compare_range(gap_s, clause.gap_low_s, clause.gap_high_s)


@_observe.register
def _(clause: SpeedClause, _visit: int, sampler: EventSampler, observer: Observer) -> Array:
    return observer.compare_range(
        _find_speeds(clause, sampler), clause.low_mps, clause.high_mps
    )


def _find_speeds(clause: SpeedClause, sampler: EventSampler) -> Array:
    """Return the speeds that a clause speaks of; of the whole journey each from its origin."""
    running = clause.basis == "running"
    if clause.between is None:
        keys = _get_keys(sampler)
        if running:
            return keys.measure_running_mps()
        took_s = keys.get_reached(len(sampler.route.passages) - 1) - keys.departure_s
        return np.asarray(km_to_metres(keys.measure_km()) / took_s)
    visits = [_list_visits(place, sampler.route) for place in clause.between]
    if not all(visits):
        return np.full(sampler.ensemble.draws, np.nan)
    first, last = visits[0][0], visits[1][-1]
    if running:
        return sampler.get_running_mps(first, last)
    return sampler.get_overall_mps(first, last)


@_observe.register
def _(clause: DistanceClause, _visit: int, sampler: EventSampler, observer: Observer) -> Array:
    if clause.between is not None:
        lengths_m = np.full(sampler.ensemble.draws, observer.measure_m(clause))
    elif clause.measure == "rail":
        lengths_m = km_to_metres(_get_keys(sampler).measure_km())
    else:
        origin, axis = sampler.ensemble.origin_index, sampler.route.axis
        lengths_m = measure_distances_m(
            axis.lon[origin], axis.lat[origin], axis.lon[-1], axis.lat[-1]
        )
    return observer.compare_range(lengths_m, clause.low_m, clause.high_m)


@_observe.register
def _(clause: DurationClause, _visit: int, sampler: EventSampler, observer: Observer) -> Array:
    if clause.between is None:
        ensemble = sampler.ensemble
        arrive_s = ensemble.get_reached(len(sampler.route.passages) - 1)
        return observer.compare_range(
            arrive_s - ensemble.departure_s, clause.low_s, clause.high_s
        )
    visits = [_list_visits(place, sampler.route) for place in clause.between]
    if not all(visits):
        return _fail(sampler)
    start_s = sampler.get_times(clause.from_event or "depart", visits[0][0])
    end_s = sampler.get_times(clause.to_event, visits[1][-1])
    return observer.compare_range(end_s - start_s, clause.low_s, clause.high_s)


@_observe.register
def _(clause: StandClause, visit: int, sampler: EventSampler, observer: Observer) -> Array:
    found = _find_visit(clause.place, visit, sampler.route)
    if not found:
        return _fail(sampler)
    return observer.compare_range(sampler.get_dwell(found.pop()), clause.low_s, clause.high_s)


@_observe.register
def _(clause: HeadingClause, _visit: int, sampler: EventSampler, _observer: Observer) -> Array:
    leads = _leads_to(clause, sampler.route)
    return np.full(sampler.ensemble.draws, 0.0 if leads else IMPOSSIBLE)


def _leads_to(clause: HeadingClause, route: Route) -> bool:
    """Tell whether a route leads to one of the places, beyond a place where one is named."""
    after = _list_visits(clause.after, route) if clause.after else [-1]
    return bool(after) and any(
        index > after[0] for place in clause.places for index in _list_visits(place, route)
    )


def _sample_moment(moment: Moment, sampler: EventSampler) -> Array | None:
    if moment.place is None or moment.event is None:
        return None
    visits = _list_visits(moment.place, sampler.route)
    if not visits:
        return np.full(sampler.ensemble.draws, np.nan)
    return sampler.get_times(moment.event, visits[-1])


def _fail(sampler: EventSampler) -> Array:
    """Agree in no draw: the route does not pass the place."""
    return np.full(sampler.ensemble.draws, IMPOSSIBLE)


def _get_keys(sampler: EventSampler) -> KeyTimes:
    assert isinstance(sampler.ensemble, KeyTimes)  # noqa: S101 (an observer is given no other)
    return sampler.ensemble


def _list_visits(place: str, route: Route) -> tuple[int, ...]:
    return route.visits.get(place, ())


def _find_visit(place: str, visit: int, route: Route) -> set[int]:
    """Return the passage meant, as a set of one; empty if there is none."""
    number = max(visit, 1) - 1
    return set(_list_visits(place, route)[number : number + 1])
