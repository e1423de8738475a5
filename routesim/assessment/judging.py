"""Judging one clause of a report by the draws of the journey's routes: a function a kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.assessment.band_tests import (
    RARE_SHARE,
    Finding,
    choose_best,
    compare_bound,
    compare_quantity,
    compare_speed,
    compare_stay,
    compare_window,
)
from routesim.assessment.distance_tests import compare_distance_between, compare_whole_distance
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
from routesim.text.durations import format_duration
from routesim.text.quantities import format_share
from routesim.units import km_to_metres

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from routesim.evidence import Clause, Moment, ReportedTime
    from routesim.journey import Journey
    from routesim.likely.event_times import EventTimes

__all__ = ["JUDGES", "DrawnRoutes", "judge_clause"]


VERBS = {"depart": "leaves", "arrive": "reaches", "pass": "passes", "cross": "crosses"}
NOUNS = {"depart": "departure", "arrive": "arrival", "pass": "passage", "cross": "crossing"}


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
        routes = ", ".join(drawn.samplers)
        text = f"No route asked for ({routes}) passes {' and '.join(places)}."
        return Finding("impossible", None, text)
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
    if clause.time.window.start is None and clause.time.window.end is None:
        share = float(inside.mean())
        return Finding(
            "consistent" if share >= RARE_SHARE else "strained",
            None,
            f"{format_share(share)} of the draws set out between "
            f"{' and '.join(clause.between)}.",
            inside,
        )
    return compare_window(times, clause.time, "The train sets out")


def _judge_event_at(clause: EventClause, sampler: EventTimes, index: int) -> Finding:
    place = clause.between[0]
    times = sampler.get_times(clause.kind, index)
    if clause.kind == "board":
        return compare_bound(
            times,
            after_s=clause.time.window.start_s,
            zone=clause.time.zone,
            what=f"The train leaves {place}",
            bound="boarding came no later than that, and began at the earliest",
        )
    return compare_window(times, clause.time, f"The train {VERBS[clause.kind]} {place}")


def _judge_presence(
    clause: PresenceClause, sampler: EventTimes, _drawn: DrawnRoutes
) -> Finding:
    first = sampler.list_visits(clause.between[0])[0]
    last = sampler.list_visits(clause.between[1])[-1]
    if clause.kind == "under_way":
        start, end = sampler.get_times("depart", first), sampler.get_times("arrive", last)
        what = f"The train is between {clause.between[0]} and {clause.between[1]}"
    else:
        start, end = sampler.get_stay(first, last)
        same = clause.between[0] == clause.between[1]
        place = clause.between[0] if same else " - ".join(clause.between)
        what = f"The train is {'at' if same else 'on the stretch'} {place}"
    return compare_stay(start, end, clause.time, what)


def _judge_not_yet(clause: NotYetClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    return choose_best(
        compare_bound(
            sampler.get_times(clause.event, index),
            after_s=clause.time.window.start_s,
            zone=clause.time.zone,
            what=f"The train {VERBS[clause.event]} {clause.place}",
            bound="not yet at",
        )
        for index in sampler.list_visits(clause.place)
    )


def _judge_order(clause: OrderClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    first, then = (_sample_moment(m, sampler) for m in (clause.first, clause.then))
    if first is not None and then is not None:
        before, after = _format_moment(clause.first), _format_moment(clause.then)
        what = f"After the train {before}, it {after} in"
        return compare_quantity(then - first, clause.gap_low_s, clause.gap_high_s, what)
    if first is not None:
        time = _need_time(clause.then)
        return compare_bound(
            first,
            after_s=time.window.start_s - clause.gap_high_s,
            before_s=time.window.end_s - clause.gap_low_s,
            zone=time.zone,
            what=f"The train {_format_moment(clause.first)}",
            bound=f"{_format_gap(clause.gap_low_s)}before {clause.then.what}, so before",
        )
    time = _need_time(clause.first)
    return compare_bound(
        then if then is not None else np.array([np.nan]),
        after_s=time.window.start_s + clause.gap_low_s,
        zone=time.zone,
        what=f"The train {_format_moment(clause.then)}",
        bound=f"{_format_gap(clause.gap_low_s)}after {clause.first.what}, so not before",
    )


def _judge_speed(clause: SpeedClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    last = len(sampler.route.passages) - 1
    first = int(sampler.ensemble.origin_index.min())
    if clause.between:
        first = sampler.list_visits(clause.between[0])[0]
        last = sampler.list_visits(clause.between[1])[-1]
    readings = []
    if clause.basis in {"running", "unsaid"}:
        readings.append(("running speed", sampler.get_running_mps(first, last)))
    if clause.basis in {"overall", "unsaid"}:
        readings.append(("overall speed", _get_overall_from_origin(sampler, first, last)))
    findings = [compare_speed(speed, clause, name) for name, speed in readings]
    best = choose_best(findings)
    if len(findings) == 1:
        return best
    (other,) = (finding for finding in findings if finding is not best)
    return replace(best, why=f"{best.why} Whether stops count is not said. {other.why}")


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
        return compare_quantity(took_s, clause.low_s, clause.high_s, "The whole journey takes")
    first = sampler.list_visits(clause.between[0])[0]
    last = sampler.list_visits(clause.between[1])[-1]
    starts = [clause.from_event] if clause.from_event else ["depart", "arrive"]
    names = f"{clause.between[0]} to {clause.between[1]}"
    return choose_best(
        compare_quantity(
            sampler.get_times(clause.to_event, last) - sampler.get_times(start, first),
            clause.low_s,
            clause.high_s,
            f"{names} takes"
            if len(starts) == 1
            else f"{names}, counted from the {NOUNS[start]}, takes",
        )
        for start in starts
    )


def _judge_stand(clause: StandClause, sampler: EventTimes, _drawn: DrawnRoutes) -> Finding:
    return choose_best(
        compare_quantity(
            sampler.get_dwell(index),
            clause.low_s,
            clause.high_s,
            f"The train stands at {clause.place} for",
        )
        for index in sampler.list_visits(clause.place)
    )


def _judge_heading(clause: HeadingClause, _sampler: EventTimes, drawn: DrawnRoutes) -> Finding:
    leading = [
        route
        for route, sampler in drawn.samplers.items()
        if any(sampler.list_visits(place) for place in clause.destinations)
    ]
    places = " or ".join(clause.destinations)
    if not leading:
        wanted = ", ".join(drawn.samplers)
        return Finding("strained", None, f"No route asked for ({wanted}) leads to {places}.")
    others = [route for route in drawn.samplers if route not in leading]
    subject = f"Route{'s' if len(leading) > 1 else ''} {', '.join(leading)}"
    verb = "leads" if len(leading) == 1 else "lead"
    rest = f"; {', '.join(others)} would not" if others else ""
    return Finding("consistent", None, f"{subject} {verb} to {places}{rest}.", route=leading[0])


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


def _need_time(moment: Moment) -> ReportedTime:
    assert moment.time is not None  # noqa: S101 (a moment is of the train or has a time)
    return moment.time


def _format_moment(moment: Moment) -> str:
    return f"{VERBS[moment.event or 'pass']} {moment.place}"


def _format_gap(gap_s: float) -> str:
    return f"{format_duration(gap_s)} or more " if gap_s else ""


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
