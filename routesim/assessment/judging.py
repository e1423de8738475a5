"""Judging of a clause by the draws on the routes, with one function per kind of clause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.assessment import band_tests as bands
from routesim.assessment.verdicts import FITTING, Finding, choose_best
from routesim.certain.encoding.case_builder import pair_in_order, pair_passages
from routesim.certain.encoding.passing import is_stay
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
    get_tolerance,
)
from routesim.likely.agreement.quantities import measure_distance_m, measure_error_m
from routesim.likely.agreement.times import can_follow
from routesim.text.clauses import EVENT_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from routesim.arrays import Array
    from routesim.evidence import Clause, Moment, ReportedTime
    from routesim.journey import Journey
    from routesim.likely.agreement.clause_agreement import Span
    from routesim.likely.event_times import EventTimes


MISSES = ("miss_s", "miss_mps", "miss_m")
"""Fields of a finding with a miss, in SI units."""


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
    tolerances = _count_tolerances(finding, clause, drawn.journey.plan.trust.range_share)
    finding = replace(finding, tolerances=tolerances)
    return finding if finding.holds is None else replace(finding, route=route)


def _count_tolerances(finding: Finding, clause: Clause, range_share: float) -> float:
    """Return by how many tolerances a clause misses the band; 0 if it does not.

    It is infinite for a strained clause without an amount, such as a heading.
    """
    fields = finding.fields
    miss = next((fields[name] for name in MISSES if name in fields), None)
    if miss is None:
        return 0.0 if finding.verdict in FITTING else inf
    if miss <= 0:
        return 0.0
    low, high = get_tolerance(clause, range_share)
    band, stated = fields.get("band"), fields["stated"]
    if band is None:
        return float(miss / max(low, high))
    return float(miss / (low if band[1] < stated[0] else high))


def _judge_event(clause: EventClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    first, last = clause.between
    if first != last and clause.kind == "depart":
        return _judge_start_between(clause, sampler)
    if first != last:
        return _judge_stay(clause, sampler)
    return choose_best(
        _judge_event_at(clause, sampler, index) for index in sampler.list_visits(first)
    )


def _judge_start_between(clause: EventClause, sampler: EventTimes) -> Finding:
    """Judge a departure somewhere between two places."""
    first, last = sorted(sampler.list_visits(place)[0] for place in clause.between)
    origin = sampler.ensemble.origin_index
    inside = (origin >= first) & (origin <= last)
    if not clause.is_timed:
        fits = bool(inside.mean() >= bands.RARE_SHARE)
        return bands.decide("origin", {"places": clause.between}, inside, fits=fits)
    times_s = np.where(inside, sampler.ensemble.departure_s, np.nan)
    return bands.compare_window(times_s, clause.time, ("start",))


def _judge_event_at(clause: EventClause, sampler: EventTimes, index: int) -> Finding:
    place, times_s = clause.between[0], sampler.get_times(clause.kind, index)
    if is_stay(clause.kind, index, sampler.ensemble.dwell_s):
        stay_s = sampler.get_span(clause.kind, index)
        return bands.compare_stay(*stay_s, clause.time, (clause.kind, place))
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
    return _judge_stay(clause, sampler)


def _judge_stay(clause: PresenceClause | EventClause, sampler: EventTimes) -> Finding:
    """Judge whether the train is at a place, or between two places, within a window."""
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
    """Judge an order by the visits that fit best, or two outside events by their windows."""
    first, then = (_list_nodes(moment, sampler) for moment in (clause.first, clause.then))
    if first and then:
        moments = (_name_moment(moment) for moment in (clause.first, clause.then))
        names = (f"{EVENT_WORDS[event].does} {place}" for event, place in moments)
        subject = "order", *names
        gap_s = clause.gap_low_s, clause.gap_high_s
        return choose_best(
            _compare_lapse(first[early], then[late], gap_s, subject)
            for early, late in pair_in_order(list(first), list(then))
        )
    if not first and not then:
        return _compare_outside(clause)
    assert clause.time is not None  # noqa: S101 (a moment has an event of the train or a time)
    window = clause.time.window
    if first:
        ends_s = window.start_s - clause.gap_high_s, window.end_s - clause.gap_low_s
        moment, bound = clause.first, ("before", clause.then.what, clause.gap_low_s)
    else:
        ends_s = window.start_s + clause.gap_low_s, window.end_s + clause.gap_high_s
        moment, bound = clause.then, ("after", clause.first.what, clause.gap_low_s)
    return choose_best(
        bands.compare_bound(
            early_s,
            ends_s,
            _name_moment(moment),
            zone=clause.time.zone,
            bound=bound,
            latest_s=None if late_s is early_s else late_s,
        )
        for early_s, late_s in (first or then).values()
    )


def _compare_lapse(
    first: Span, then: Span, ends_s: tuple[float, float], subject: tuple[str, ...]
) -> Finding:
    """Compare the lapse between two events, each at any time of its span, with a range."""
    least_s, most_s = then[0] - first[1], then[1] - first[0]
    return bands.compare_lapse(least_s, ends_s, subject, most_s=most_s)


def _list_nodes(moment: Moment, sampler: EventTimes) -> dict[int, Span]:
    """Return the span of an event of the train at each visit, by its number along the route.

    Empty for an outside event.
    """
    if moment.place is None or moment.event is None:
        return {}
    late = moment.event in {"depart", "board"}
    visits = sampler.list_visits(moment.place)
    return {2 * index + late: sampler.get_span(moment.event, index) for index in visits}


def _compare_outside(clause: OrderClause) -> Finding:
    """Compare the windows of two outside events; no draw has them."""
    fits = can_follow(clause)
    fields = {"events": (clause.first.key, clause.then.key), "fits": fits}
    return Finding("consistent" if fits else "strained", "outside", fields)


def _judge_speed(clause: SpeedClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    spans = _list_spans(clause.between, sampler) if clause.between else [None]
    findings = [
        choose_best(
            bands.compare_speed(sampler.get_speed_mps(basis, span), clause.range, basis)
            for span in spans
        )
        for basis in ("running", "overall")
        if clause.basis in {basis, "unsaid"}
    ]
    best = choose_best(findings)
    others = [finding for finding in findings if finding is not best]
    return replace(best, other=others[0]) if others else best


def _judge_distance(clause: DistanceClause, sampler: EventTimes, drawn: DrawnRoutes) -> Finding:
    measures = [m for m in ("rail", "straight") if clause.measure in {m, "unsaid"}]
    if clause.between is not None:
        route = drawn.find_route(*clause.between)
        sampler = sampler if route is None else drawn.samplers[route]
    asked = sampler.ensemble, drawn.journey
    lengths_m = {m: measure_distance_m(clause, m, *asked) for m in measures}
    errors_m = {m: measure_error_m(clause, m, *asked) for m in measures}
    if clause.between is None:
        found = [
            _judge_whole_distance(clause, m, values, errors_m[m])
            for m, values in lengths_m.items()
        ]
        return choose_best(sorted(found, key=lambda one: one.fields["miss_m"]))
    network = drawn.journey.network
    places = tuple(network.find_station(name).name for name in clause.between)
    measured = {m: bands.measure_band(values)[0] for m, values in lengths_m.items()}
    low, high = clause.range
    misses = {
        m: max(low - band[1], band[0] - high) - float(errors_m[m].max())
        for m, band in measured.items()
    }
    miss_m = min(misses.values())
    fits = next((measure for measure, miss in misses.items() if miss <= 0), "")
    fields: dict[str, Any] = {"places": places, "lengths": measured, "stated": clause.range}
    fields |= {"fits": fits, "miss_m": miss_m}
    return Finding("consistent" if miss_m <= 0 else "strained", "distance", fields)


def _judge_whole_distance(
    clause: DistanceClause, measure: str, length_m: Array, error_m: Array
) -> Finding:
    """Compare the stated length with that of the whole journey of each draw.

    The draws that agree are counted; their band is not used. The origins are a few stations,
    so a length inside the band may not be the length of any draw.
    """
    low, high = clause.range
    holds = (length_m >= low - error_m) & (length_m <= high + error_m)
    band = bands.measure_band(length_m)[0]
    fields = {
        "measure": measure,
        "band": band,
        "stated": clause.range,
        "miss_m": max(low - band[1], band[0] - high) - float(error_m.max()),
    }
    return bands.decide("length", fields, holds, fits=bool(holds.mean() >= bands.RARE_SHARE))


def _judge_duration(
    clause: DurationClause, sampler: EventTimes, _drawn: DrawnRoutes
) -> Finding:
    if clause.between is None:
        return bands.compare_lapse(sampler.get_duration_s(), clause.range, ("whole",))
    starts = [clause.from_event] if clause.from_event else ["depart", "arrive"]
    return choose_best(
        _compare_lapse(
            sampler.get_span(start, first),
            sampler.get_span(clause.to_event, last),
            clause.range,
            ("between", *clause.between)
            if len(starts) == 1
            else ("between_counted", *clause.between, EVENT_WORDS[start].noun),
        )
        for start in starts
        for first, last in _list_spans(clause.between, sampler)
    )


def _judge_stand(clause: StandClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    return choose_best(
        bands.compare_lapse(
            sampler.get_time_stood(index), clause.range, ("stand", clause.place)
        )
        for index in sampler.list_visits(clause.place)
    )


def _judge_heading(clause: HeadingClause, _sampler: EventTimes, drawn: DrawnRoutes) -> Finding:
    leading = tuple(
        route for route, sampler in drawn.samplers.items() if _leads_to(clause, sampler)
    )
    routes = tuple(drawn.samplers)
    fields = {"routes": routes, "leading": leading, "places": clause.destinations}
    if not leading:
        return Finding("strained", "heading", fields)
    return Finding("consistent", "heading", fields, route=leading[0])


def _leads_to(clause: HeadingClause, sampler: EventTimes) -> bool:
    """Return whether a route passes one of the places, and not only before ``after``."""
    after = sampler.list_visits(clause.after)[:1] if clause.after else []
    passed = [i for place in clause.destinations for i in sampler.list_visits(place)]
    return max(passed, default=-1) >= max(after, default=0)


def _list_spans(between: tuple[str, str], sampler: EventTimes) -> list[tuple[int, int]]:
    """Return the pairs of passages that can be meant, the earlier first."""
    one, other = map(sampler.list_visits, between)
    return pair_passages(one, other)


def _find_span(between: tuple[str, str], sampler: EventTimes) -> tuple[int, int]:
    """Return the first passage of the first place and the last of the second, in order.

    The two places may be given against the direction of the route.
    """
    first, last = sampler.list_visits(between[0])[0], sampler.list_visits(between[1])[-1]
    return min(first, last), max(first, last)


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
