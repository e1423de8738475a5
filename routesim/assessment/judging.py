"""Judging one clause of a report by the draws of the journey's routes: a function a kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.assessment.band_tests import (
    RARE_SHARE,
    compare_bound,
    compare_lapse,
    compare_speed,
    compare_stay,
    compare_window,
    decide,
)
from routesim.assessment.distance_tests import compare_distance_between, compare_whole_distance
from routesim.assessment.findings import Finding, choose_best
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
from routesim.text.clauses import EVENT_WORDS
from routesim.units import km_to_metres

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from routesim.evidence import Clause, Moment
    from routesim.journey import Journey
    from routesim.likely.event_times import EventTimes


@dataclass(frozen=True, slots=True)
class DrawnRoutes:
    """What clauses are judged by: the journey and the draws of each route wanted."""

    journey: Journey
    samplers: Mapping[str, EventTimes]

    def find_route(self, *places: str) -> str | None:
        """Return the first route that passes all these places."""
        for route, sampler in self.samplers.items():
            if all(sampler.list_visits(place) for place in places):
                return route
        return None


def judge_clause(clause: Clause, drawn: DrawnRoutes) -> Finding:
    """Judge one clause by the first route that passes every place that it names."""
    places = clause.places if clause.depends_on == "times" else ()
    route = drawn.find_route(*places)
    if route is None:
        fields = {"routes": tuple(drawn.samplers), "places": places}
        return Finding("impossible", "off_route", fields)
    finding = JUDGES[type(clause)](clause, drawn.samplers[route], drawn)
    if finding.holds is None:
        return finding
    return replace(finding, route=route)


def _judge_event(clause: EventClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    first, last = clause.between
    if first != last:
        return _judge_start_between(clause, sampler)
    return choose_best(
        _judge_event_at(clause, sampler, index) for index in sampler.list_visits(first)
    )


def _judge_start_between(clause: EventClause, sampler: EventTimes) -> Finding:
    """Judge that it departed somewhere between two places."""
    first, last = (sampler.list_visits(place)[0] for place in clause.between)
    origin = sampler.ensemble.origin_index
    inside = (origin >= first) & (origin <= last)
    times = np.where(inside, sampler.ensemble.departure_s, np.nan)
    if not clause.is_timed:
        fits = bool(inside.mean() >= RARE_SHARE)
        return decide("origin", {"places": clause.between}, inside, fits=fits)
    return compare_window(times, clause.time, ("start",))


def _judge_event_at(clause: EventClause, sampler: EventTimes, index: int) -> Finding:
    place = clause.between[0]
    times = sampler.get_times(clause.kind, index)
    if clause.kind == "board":
        return compare_bound(
            times,
            (clause.time.window.start_s, inf),
            ("depart", place),
            zone=clause.time.zone,
            bound=("board",),
        )
    return compare_window(times, clause.time, (clause.kind, place))


def _judge_presence(
    clause: PresenceClause, sampler: EventTimes, _drawn: DrawnRoutes
) -> Finding:
    first = sampler.list_visits(clause.between[0])[0]
    last = sampler.list_visits(clause.between[1])[-1]
    if clause.kind == "under_way":
        start, end = sampler.get_times("depart", first), sampler.get_times("arrive", last)
        subject: tuple[str, ...] = ("under_way", *clause.between)
    else:
        start, end = sampler.get_stay(first, last)
        subject = ("stretch" if len(clause.places) > 1 else "present", *clause.places)
    return compare_stay(start, end, clause.time, subject)


def _judge_not_yet(clause: NotYetClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    return choose_best(
        compare_bound(
            sampler.get_times(clause.event, index),
            (clause.time.window.start_s, inf),
            (clause.event, clause.place),
            zone=clause.time.zone,
            bound=("not_yet",),
        )
        for index in sampler.list_visits(clause.place)
    )


def _judge_order(clause: OrderClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    first, then = (_sample_moment(m, sampler) for m in (clause.first, clause.then))
    if first is not None and then is not None:
        moments = (_name_moment(moment) for moment in (clause.first, clause.then))
        names = [f"{EVENT_WORDS[event].does} {place}" for event, place in moments]
        gap_s = clause.gap_low_s, clause.gap_high_s
        return compare_lapse(then - first, gap_s, ("order", *names))
    assert clause.time is not None  # noqa: S101 (a moment is of the train or has a time)
    window, zone = clause.time.window, clause.time.zone
    if first is not None:
        ends_s = window.start_s - clause.gap_high_s, window.end_s - clause.gap_low_s
        bound = ("before", clause.then.what, clause.gap_low_s)
        return compare_bound(first, ends_s, _name_moment(clause.first), zone=zone, bound=bound)
    then_s = np.array([np.nan]) if then is None else then
    bound = ("after", clause.first.what, clause.gap_low_s)
    ends_s = window.start_s + clause.gap_low_s, inf
    return compare_bound(then_s, ends_s, _name_moment(clause.then), zone=zone, bound=bound)


def _judge_speed(clause: SpeedClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    last = len(sampler.route.passages) - 1
    first = int(sampler.ensemble.origin_index.min())
    if clause.between:
        first = sampler.list_visits(clause.between[0])[0]
        last = sampler.list_visits(clause.between[1])[-1]
    readings = []
    if clause.basis in {"running", "unsaid"}:
        readings.append(("running", sampler.get_running_mps(first, last)))
    if clause.basis in {"overall", "unsaid"}:
        readings.append(("overall", _get_overall_from_origin(sampler, first, last)))
    findings = [compare_speed(speed, clause.range, basis) for basis, speed in readings]
    best = choose_best(findings)
    others = [finding for finding in findings if finding is not best]
    return replace(best, other=others[0]) if others else best


def _judge_distance(clause: DistanceClause, sampler: EventTimes, drawn: DrawnRoutes) -> Finding:
    if clause.between is None:
        return compare_whole_distance(clause, sampler)
    return compare_distance_between(clause, clause.between, drawn.journey.network)


def _judge_duration(
    clause: DurationClause, sampler: EventTimes, _drawn: DrawnRoutes
) -> Finding:
    if clause.between is None:
        ensemble = sampler.ensemble
        took_s = ensemble.get_reached(len(sampler.route.passages) - 1) - ensemble.departure_s
        return compare_lapse(took_s, clause.range, ("whole",))
    first = sampler.list_visits(clause.between[0])[0]
    last = sampler.list_visits(clause.between[1])[-1]
    starts = [clause.from_event] if clause.from_event else ["depart", "arrive"]
    return choose_best(
        compare_lapse(
            sampler.get_times(clause.to_event, last) - sampler.get_times(start, first),
            clause.range,
            ("between", *clause.between)
            if len(starts) == 1
            else ("between_counted", *clause.between, EVENT_WORDS[start].noun),
        )
        for start in starts
    )


def _judge_stand(clause: StandClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    return choose_best(
        compare_lapse(sampler.get_dwell(index), clause.range, ("stand", clause.place))
        for index in sampler.list_visits(clause.place)
    )


def _judge_heading(clause: HeadingClause, _sampler: EventTimes, drawn: DrawnRoutes) -> Finding:
    leading = tuple(
        route
        for route, sampler in drawn.samplers.items()
        if any(sampler.list_visits(place) for place in clause.destinations)
    )
    routes = tuple(drawn.samplers)
    fields = {"routes": routes, "leading": leading, "places": clause.destinations}
    if not leading:
        return Finding("strained", "heading", fields)
    return Finding("consistent", "heading", fields, route=leading[0])


def _get_overall_from_origin(sampler: EventTimes, first: int, last: int) -> NDArray[np.float64]:
    """Return overall speeds; over the whole route each draw counts from its own origin."""
    ensemble, km = sampler.ensemble, sampler.route.passage_km
    if first != int(ensemble.origin_index.min()) or last != len(km) - 1:
        return sampler.get_overall_mps(first, last)
    length_m = km_to_metres(km[last] - km[ensemble.origin_index])
    return np.asarray(length_m / (ensemble.get_reached(last) - ensemble.departure_s))


def _sample_moment(moment: Moment, sampler: EventTimes) -> NDArray[np.float64] | None:
    if moment.place is None or moment.event is None:
        return None
    return sampler.get_times(moment.event, sampler.list_visits(moment.place)[-1])


def _name_moment(moment: Moment) -> tuple[str, str]:
    return moment.event or "pass", moment.place or ""


JUDGES: Mapping[type[Clause], Callable[[Any, EventTimes, DrawnRoutes], Finding]] = {
    EventClause: _judge_event,
    PresenceClause: _judge_presence,
    NotYetClause: _judge_not_yet,
    OrderClause: _judge_order,
    SpeedClause: _judge_speed,
    DistanceClause: _judge_distance,
    DurationClause: _judge_duration,
    StandClause: _judge_stand,
    HeadingClause: _judge_heading,
}
"""How each kind of clause is judged."""
