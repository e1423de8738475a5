"""Judging of a clause by the draws on the routes, with one function per kind of clause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.assessment import band_tests as bands
from routesim.assessment.verdicts import Finding, choose_best
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
from routesim.likely.agreement.quantities import measure_between_m, measure_error_m
from routesim.text.clauses import EVENT_WORDS
from routesim.units import km_to_metres

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from routesim.arrays import Array
    from routesim.evidence import Clause, Moment, ReportedTime
    from routesim.journey import Journey
    from routesim.likely.event_times import EventTimes


@dataclass(frozen=True, slots=True)
class DrawnRoutes:
    """A journey with the event times of the draws on each route used, by route id."""

    journey: Journey
    samplers: Mapping[str, EventTimes]

    def find_route(self, *places: str) -> str | None:
        """Return the first route that passes all these places."""
        for route, sampler in self.samplers.items():
            if all(sampler.list_visits(place) for place in places):
                return route
        return None


def judge_clause(clause: Clause, drawn: DrawnRoutes) -> Finding:
    """Judge one clause on the first route that passes all its places."""
    places = clause.places if clause.depends_on == "times" else ()
    route = drawn.find_route(*places)
    if route is None:
        fields = {"routes": tuple(drawn.samplers), "places": places}
        return Finding("impossible", "off_route", fields)
    finding = JUDGES[type(clause)](clause, drawn.samplers[route], drawn)
    return finding if finding.holds is None else replace(finding, route=route)


def _judge_event(clause: EventClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    first, last = clause.between
    if first != last:
        return _judge_start_between(clause, sampler)
    return choose_best(
        _judge_event_at(clause, sampler, index) for index in sampler.list_visits(first)
    )


def _judge_start_between(clause: EventClause, sampler: EventTimes) -> Finding:
    """Judge a departure somewhere between two places."""
    first, last = (sampler.list_visits(place)[0] for place in clause.between)
    origin = sampler.ensemble.origin_index
    inside = (origin >= first) & (origin <= last)
    if not clause.is_timed:
        fits = bool(inside.mean() >= bands.RARE_SHARE)
        return bands.decide("origin", {"places": clause.between}, inside, fits=fits)
    times_s = np.where(inside, sampler.ensemble.departure_s, np.nan)
    return bands.compare_window(times_s, clause.time, ("start",))


def _judge_event_at(clause: EventClause, sampler: EventTimes, index: int) -> Finding:
    place, times_s = clause.between[0], sampler.get_times(clause.kind, index)
    if clause.kind == "board":
        return _compare_start(times_s, clause.time, ("depart", place), "board")
    return bands.compare_window(times_s, clause.time, (clause.kind, place))


def _compare_start(
    times_s: Array, time: ReportedTime, subject: tuple[str, str], bound: str
) -> Finding:
    """Compare the times of an event with the start of a window."""
    ends_s = time.window.start_s, inf
    return bands.compare_bound(times_s, ends_s, subject, zone=time.zone, bound=(bound,))


def _judge_presence(
    clause: PresenceClause, sampler: EventTimes, _drawn: DrawnRoutes
) -> Finding:
    first, last = _find_span(clause.between, sampler)
    if clause.kind == "under_way":
        start, end = sampler.get_times("depart", first), sampler.get_times("arrive", last)
        subject: tuple[str, ...] = ("under_way", *clause.between)
    else:
        start, end = sampler.get_stay(first, last)
        subject = ("stretch" if len(clause.places) > 1 else "present", *clause.places)
    return bands.compare_stay(start, end, clause.time, subject)


def _judge_not_yet(clause: NotYetClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    subject = clause.event, clause.place
    times_s = (sampler.get_times(clause.event, i) for i in sampler.list_visits(clause.place))
    return choose_best(_compare_start(t, clause.time, subject, "not_yet") for t in times_s)


def _judge_order(clause: OrderClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    first, then = (sampler.get_moment(m) for m in (clause.first, clause.then))
    if first is not None and then is not None:
        moments = (_name_moment(moment) for moment in (clause.first, clause.then))
        names = [f"{EVENT_WORDS[event].does} {place}" for event, place in moments]
        gap_s = clause.gap_low_s, clause.gap_high_s
        return bands.compare_lapse(then - first, gap_s, ("order", *names))
    assert clause.time is not None  # noqa: S101 (a moment has an event of the train or a time)
    window, zone = clause.time.window, clause.time.zone
    if first is not None:
        ends_s = window.start_s - clause.gap_high_s, window.end_s - clause.gap_low_s
        bound = ("before", clause.then.what, clause.gap_low_s)
        return bands.compare_bound(
            first, ends_s, _name_moment(clause.first), zone=zone, bound=bound
        )
    then_s = np.array([np.nan]) if then is None else then
    bound = ("after", clause.first.what, clause.gap_low_s)
    ends_s = window.start_s + clause.gap_low_s, inf
    return bands.compare_bound(
        then_s, ends_s, _name_moment(clause.then), zone=zone, bound=bound
    )


def _judge_speed(clause: SpeedClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    first, last = int(sampler.ensemble.origin_index.min()), len(sampler.route.passages) - 1
    if clause.between:
        first, last = _find_span(clause.between, sampler)
    readings = []
    if clause.basis in {"running", "unsaid"}:
        readings.append(("running", sampler.get_running_mps(first, last)))
    if clause.basis in {"overall", "unsaid"}:
        readings.append(("overall", _get_overall_from_origin(sampler, first, last)))
    findings = [bands.compare_speed(speed, clause.range, basis) for basis, speed in readings]
    best = choose_best(findings)
    others = [finding for finding in findings if finding is not best]
    return replace(best, other=others[0]) if others else best


def _judge_distance(clause: DistanceClause, sampler: EventTimes, drawn: DrawnRoutes) -> Finding:
    measures = [m for m in ("rail", "straight") if clause.measure in {m, "unsaid"}]
    if clause.between is None:
        return choose_best(_judge_whole_distance(clause, sampler, m) for m in measures)
    network = drawn.journey.network
    places = tuple(network.find_station(name).name for name in clause.between)
    lengths = {m: measure_between_m(network, *clause.between, m) for m in measures}
    low, high = clause.range
    errors = {m: measure_error_m(network, *clause.between, m) for m in measures}
    misses = {name: max(low - m, m - high) - errors[name] for name, m in lengths.items()}
    miss_m = min(misses.values())
    fits = next((measure for measure, miss in misses.items() if miss <= 0), "")
    fields: dict[str, Any] = {"places": places, "lengths": lengths, "stated": clause.range}
    fields |= {"fits": fits, "miss_m": miss_m}
    return Finding("consistent" if miss_m <= 0 else "strained", "distance", fields)


def _judge_whole_distance(clause: DistanceClause, sampler: EventTimes, measure: str) -> Finding:
    """Compare the stated length with that of the whole journey from the origin of each draw.

    The draws that agree are counted; their band is not used. The origins are a few stations,
    so a length inside the band may not be the length of any draw.
    """
    km = sampler.route.passage_km
    length_m = sampler.get_chord_m()
    if measure == "rail":
        length_m = km_to_metres(km[-1] - km[sampler.ensemble.origin_index])
    low, high = clause.range
    error_m = sampler.get_chord_error_m() if measure == "straight" else 0.0
    holds = (length_m >= low - error_m) & (length_m <= high + error_m)
    fields = {
        "measure": measure,
        "band": bands.measure_band(length_m)[0],
        "stated": clause.range,
    }
    return bands.decide("length", fields, holds, fits=bool(holds.mean() >= bands.RARE_SHARE))


def _judge_duration(
    clause: DurationClause, sampler: EventTimes, _drawn: DrawnRoutes
) -> Finding:
    if clause.between is None:
        return bands.compare_lapse(sampler.get_duration_s(), clause.range, ("whole",))
    first, last = _find_span(clause.between, sampler)
    starts = [clause.from_event] if clause.from_event else ["depart", "arrive"]
    return choose_best(
        bands.compare_lapse(
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
        bands.compare_lapse(sampler.get_dwell(index), clause.range, ("stand", clause.place))
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


def _get_overall_from_origin(sampler: EventTimes, first: int, last: int) -> Array:
    """Return overall speeds in m/s; for the whole route, from the origin of each draw."""
    ensemble, km = sampler.ensemble, sampler.route.passage_km
    if first != int(ensemble.origin_index.min()) or last != len(km) - 1:
        return sampler.get_overall_mps(first, last)
    length_m = km_to_metres(km[last] - km[ensemble.origin_index])
    return np.asarray(length_m / sampler.get_duration_s())


def _find_span(between: tuple[str, str], sampler: EventTimes) -> tuple[int, int]:
    """Return the first passage of the first place and the last passage of the second."""
    return sampler.list_visits(between[0])[0], sampler.list_visits(between[1])[-1]


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
"""Function that judges each kind of clause."""
