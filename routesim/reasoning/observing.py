"""Observing: how well draws of a journey agree with a clause that leaves nothing unsaid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, singledispatch
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

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
from routesim.reasoning.samples import EventSampler
from routesim.reasoning.softness import IMPOSSIBLE, find_agreement
from routesim.units import (
    SECONDS_PER_HOUR,
    km_to_metres,
    kmh_to_mps,
)

if TYPE_CHECKING:
    from routesim.evidence import Clause, Moment, TimeTelling
    from routesim.journey import Journey, TrustRow
    from routesim.network import Network, Route

__all__ = ["Observer", "find_flat", "list_keys"]

Array = NDArray[np.float64]


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

    def observe(self, clause: Clause, visit: int, times: KeyTimes) -> Array:
        """Return the logarithm of the agreement of draws with a clause, (draws,).

        Parameters
        ----------
        clause
            With nothing left unsaid.
        visit
            Which passage of its place, from 1; 0 for the one that there is.
        times
            The draws, run over the passages that :func:`list_keys` names.
        """
        return _observe(clause, visit, EventSampler(times), self)

    def measure_m(self, clause: DistanceClause) -> float:
        """Return the distance between two places by rail or in a straight line, in metres."""
        assert clause.between is not None  # noqa: S101 (else it is that of the journey)
        return _measure_m(self.journey.network, *clause.between, clause.measure)

    def compare_time(self, times_s: Array, time: TimeTelling) -> Array:
        """Return the logarithm of the agreement of times with a window."""
        ends = time.window.start_s, time.window.end_s
        return find_agreement(times_s, ends, time.soft_s, inside=self.inside)

    def compare_range(self, values: Array, low: float, high: float) -> Array:
        """Return the logarithm of the agreement of quantities with a range."""
        soft = self.trust.range_share * (high - low) if np.isfinite(high - low) else 0.0
        return find_agreement(values, (low, high), (soft, soft), inside=self.inside)


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


@singledispatch
def _observe(clause: Clause, visit: int, sampler: EventSampler, observer: Observer) -> Array:
    """Observe one clause; each kind registers its own way."""
    raise NotImplementedError(type(clause))


@_observe.register
def _(clause: EventClause, visit: int, sampler: EventSampler, observer: Observer) -> Array:
    first, last = clause.between
    if first != last:
        return _observe_start(clause, sampler, observer)
    found = _find_visit(first, visit, sampler.route)
    if not found:
        return _fail(sampler)
    times_s = sampler.get_times(clause.kind, found.pop())
    if clause.kind == "board":
        ends = clause.time.window.start_s, np.inf
        return find_agreement(times_s, ends, clause.time.soft_s, inside=observer.inside)
    return observer.compare_time(times_s, clause.time)


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
    return observer.compare_time(departure_s, clause.time)


@_observe.register
def _(clause: PresenceClause, visit: int, sampler: EventSampler, observer: Observer) -> Array:
    visits = [_list_visits(place, sampler.route) for place in clause.between]
    if visit:
        visits = [tuple(_find_visit(p, visit, sampler.route)) for p in clause.between]
    if not all(visits):
        return _fail(sampler)
    first, last = visits[0][0], visits[1][-1]
    if clause.kind == "under_way":
        start_s, end_s = sampler.get_times("depart", first), sampler.get_times("arrive", last)
    else:
        start_s, end_s = sampler.get_stay(first, last)
    window, soft_s = clause.time.window, clause.time.soft_s
    began = find_agreement(
        start_s, (-np.inf, window.end_s), (0.0, soft_s[1]), inside=observer.inside
    )
    ended = find_agreement(
        end_s, (window.start_s, np.inf), (soft_s[0], 0.0), inside=observer.inside
    )
    return began + ended


@_observe.register
def _(clause: NotYetClause, visit: int, sampler: EventSampler, observer: Observer) -> Array:
    found = _find_visit(clause.place, visit, sampler.route)
    if not found:
        return np.zeros(sampler.ensemble.draws)
    times_s = sampler.get_times(clause.event, found.pop())
    ends = clause.time.window.start_s, np.inf
    return find_agreement(times_s, ends, clause.time.soft_s, inside=observer.inside)


@_observe.register
def _(clause: OrderClause, _visit: int, sampler: EventSampler, observer: Observer) -> Array:
    first, then = (_sample_moment(m, sampler) for m in (clause.first, clause.then))
    low, high = clause.gap_low_s, clause.gap_high_s
    if first is not None and then is not None:
        return observer.compare_range(then - first, low, high)
    known, time = (first, clause.then.time) if first is not None else (then, clause.first.time)
    assert known is not None  # noqa: S101 (one side of an ordering is of the train)
    assert time is not None  # noqa: S101 (and the other has a time)
    window = time.window
    ends = (window.start_s - high, window.end_s - low)
    if first is None:
        ends = (window.start_s + low, window.end_s + high)
    return find_agreement(known, ends, time.soft_s, inside=observer.inside)


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
