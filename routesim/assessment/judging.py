"""Judging one clause of a report by the draws of the journey's routes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import singledispatch
from typing import TYPE_CHECKING

import numpy as np

from routesim.assessment.band_tests import (
    BAND,
    RARE_SHARE,
    Finding,
    choose_best,
    compare_bound,
    compare_quantity,
    compare_speed,
    compare_stay,
    compare_window,
)
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
from routesim.likely.event_times import EventSampler
from routesim.text.durations import format_duration
from routesim.text.quantities import format_share
from routesim.units import km_to_metres, metres_to_km

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from routesim.evidence import Clause, Moment, TimeTelling
    from routesim.journey import Journey
    from routesim.network import Network

__all__ = ["Bench", "judge_clause"]


@dataclass(frozen=True, slots=True)
class Bench:
    """What clauses are judged by: the journey and an ensemble of each route asked for."""

    journey: Journey
    samplers: Mapping[str, EventSampler]

    def find_route(self, *places: str) -> str | None:
        """Return the first route that passes all these places."""
        for route, sampler in self.samplers.items():
            if all(sampler.list_visits(place) for place in places):
                return route
        return None


def judge_clause(clause: Clause, bench: Bench) -> Finding:
    """Judge one clause by the first route that passes every place that it names."""
    places = _list_places(clause)
    route = bench.find_route(*places)
    if route is None:
        routes = ", ".join(bench.samplers)
        told = f"No route asked for ({routes}) passes {' and '.join(dict.fromkeys(places))}."
        return Finding("impossible", None, told)
    finding = _judge(clause, bench.samplers[route], bench)
    if finding.holds is None:
        return finding
    return replace(finding, route=route)


def _list_places(clause: Clause) -> list[str]:
    """Return the places that a route must pass for it to judge a clause."""
    match clause:
        case EventClause() | PresenceClause():
            return list(clause.between)
        case NotYetClause() | StandClause():
            return [clause.place]
        case OrderClause():
            return [m.place for m in (clause.first, clause.then) if m.place is not None]
        case SpeedClause() | DurationClause():
            return list(clause.between or ())
        case _:
            return []


@singledispatch
def _judge(clause: Clause, sampler: EventSampler, bench: Bench) -> Finding:
    """Judge one clause by one route; each kind registers its own way."""
    raise NotImplementedError(type(clause))


@_judge.register
def _(clause: EventClause, sampler: EventSampler, _bench: Bench) -> Finding:
    first, last = clause.between
    if first != last:
        return _judge_start_between(clause, sampler)
    return choose_best(
        _judge_event_at(clause, sampler, index) for index in sampler.list_visits(first)
    )


def _judge_start_between(clause: EventClause, sampler: EventSampler) -> Finding:
    """Judge that it set out somewhere between two places."""
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


def _judge_event_at(clause: EventClause, sampler: EventSampler, index: int) -> Finding:
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
    return compare_window(times, clause.time, f"The train {_VERB[clause.kind]} {place}")


@_judge.register
def _(clause: PresenceClause, sampler: EventSampler, _bench: Bench) -> Finding:
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


@_judge.register
def _(clause: NotYetClause, sampler: EventSampler, _bench: Bench) -> Finding:
    return choose_best(
        compare_bound(
            sampler.get_times(clause.event, index),
            after_s=clause.time.window.start_s,
            zone=clause.time.zone,
            what=f"The train {_VERB[clause.event]} {clause.place}",
            bound="not yet at",
        )
        for index in sampler.list_visits(clause.place)
    )


@_judge.register
def _(clause: OrderClause, sampler: EventSampler, _bench: Bench) -> Finding:
    first, then = (_sample_moment(m, sampler) for m in (clause.first, clause.then))
    if first is not None and then is not None:
        what = f"After the train {_say_moment(clause.first)}, it {_say_moment(clause.then)} in"
        return compare_quantity(then - first, clause.gap_low_s, clause.gap_high_s, what)
    if first is not None:
        time = _need_time(clause.then)
        return compare_bound(
            first,
            after_s=time.window.start_s - clause.gap_high_s,
            before_s=time.window.end_s - clause.gap_low_s,
            zone=time.zone,
            what=f"The train {_say_moment(clause.first)}",
            bound=f"{_say_gap(clause.gap_low_s)}before {clause.then.what}, so before",
        )
    time = _need_time(clause.first)
    return compare_bound(
        then if then is not None else np.array([np.nan]),
        after_s=time.window.start_s + clause.gap_low_s,
        zone=time.zone,
        what=f"The train {_say_moment(clause.then)}",
        bound=f"{_say_gap(clause.gap_low_s)}after {clause.first.what}, so not before",
    )


@_judge.register
def _(clause: SpeedClause, sampler: EventSampler, _bench: Bench) -> Finding:
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


@_judge.register
def _(clause: DistanceClause, sampler: EventSampler, bench: Bench) -> Finding:
    if clause.between is None:
        return _judge_whole_distance(clause, sampler)
    return _judge_distance_between(clause, clause.between, bench.journey.network)


def _judge_whole_distance(clause: DistanceClause, sampler: EventSampler) -> Finding:
    """Judge the length of the whole journey, from each draw's own origin."""
    route, origin = sampler.route, sampler.ensemble.origin_index
    findings = []
    if clause.measure in {"rail", "unsaid"}:
        km = route.passage_km[-1] - route.passage_km[origin]
        findings.append(_compare_km(km, clause, "by rail"))
    if clause.measure in {"straight", "unsaid"}:
        lon, lat = route.axis.lon, route.axis.lat
        chords = measure_distances_m(lon[origin], lat[origin], lon[-1], lat[-1])
        findings.append(_compare_km(metres_to_km(chords), clause, "in a straight line"))
    return choose_best(findings)


def _compare_km(km: NDArray[np.float64], clause: DistanceClause, how: str) -> Finding:
    """Compare lengths with a range, by the draws that agree.

    The origins are a handful of stations, so the band has gaps: a length may lie inside it
    and be that of no draw.
    """
    low, high = metres_to_km(clause.low_m), metres_to_km(clause.high_m)
    least, most = (float(value) for value in np.quantile(km, BAND, method="nearest"))
    holds = (km >= low) & (km <= high)
    share = float(holds.mean())
    return Finding(
        "consistent" if share >= RARE_SHARE else "strained",
        None,
        f"The whole journey is {least:.0f} to {most:.0f} km {how} in 90 % of the draws; the "
        f"report says {low:g} to {high:g}. It holds in {format_share(share)} of the draws.",
        holds,
    )


def _judge_distance_between(
    clause: DistanceClause, between: tuple[str, str], network: Network
) -> Finding:
    ends = [network.find_station(name) for name in between]
    readings = {}
    if clause.measure in {"rail", "unsaid"}:
        route = network.route(ends[0].name, ends[1].name)
        readings["by rail"] = route.length_km
    if clause.measure in {"straight", "unsaid"}:
        chord = measure_distances_m(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat)
        readings["in a straight line"] = metres_to_km(float(chord))
    low, high = metres_to_km(clause.low_m), metres_to_km(clause.high_m)
    told = " and ".join(f"{km:.1f} km {how}" for how, km in readings.items())
    names = f"{ends[0].name} - {ends[1].name}"
    fitting = [how for how, km in readings.items() if low <= km <= high]
    if fitting:
        return Finding(
            "consistent", None, f"{names} is {told}; {low:g} to {high:g} km fits {fitting[0]}."
        )
    miss = min(max(low - km, km - high) for km in readings.values())
    return Finding(
        "strained", None, f"{names} is {told}; {low:g} to {high:g} km misses by {miss:.1f} km."
    )


@_judge.register
def _(clause: DurationClause, sampler: EventSampler, _bench: Bench) -> Finding:
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
            else f"{names}, counted from the {_NOUN[start]}, takes",
        )
        for start in starts
    )


@_judge.register
def _(clause: StandClause, sampler: EventSampler, _bench: Bench) -> Finding:
    return choose_best(
        compare_quantity(
            sampler.get_dwell(index),
            clause.low_s,
            clause.high_s,
            f"The train stands at {clause.place} for",
        )
        for index in sampler.list_visits(clause.place)
    )


@_judge.register
def _(clause: HeadingClause, _sampler: EventSampler, bench: Bench) -> Finding:
    leading = [
        route
        for route, sampler in bench.samplers.items()
        if any(sampler.list_visits(place) for place in clause.places)
    ]
    places = " or ".join(clause.places)
    if not leading:
        asked = ", ".join(bench.samplers)
        return Finding("strained", None, f"No route asked for ({asked}) leads to {places}.")
    others = [route for route in bench.samplers if route not in leading]
    told = f"Route{'s' if len(leading) > 1 else ''} {', '.join(leading)}"
    verb = "leads" if len(leading) == 1 else "lead"
    rest = f"; {', '.join(others)} would not" if others else ""
    return Finding("consistent", None, f"{told} {verb} to {places}{rest}.", route=leading[0])


_VERB = {"depart": "leaves", "arrive": "reaches", "pass": "passes", "cross": "crosses"}
_NOUN = {"depart": "departure", "arrive": "arrival", "pass": "passage", "cross": "crossing"}


def _get_overall_from_origin(
    sampler: EventSampler, first: int, last: int
) -> NDArray[np.float64]:
    """Return overall speeds; over the whole route each draw counts from its own origin."""
    ensemble, km = sampler.ensemble, sampler.route.passage_km
    if first != int(ensemble.origin_index.min()) or last != len(km) - 1:
        return sampler.get_overall_mps(first, last)
    length_m = km_to_metres(km[last] - km[ensemble.origin_index])
    return np.asarray(length_m / (ensemble.get_reached(last) - ensemble.departure_s))


def _sample_moment(moment: Moment, sampler: EventSampler) -> NDArray[np.float64] | None:
    if moment.place is None or moment.event is None:
        return None
    return sampler.get_times(moment.event, sampler.list_visits(moment.place)[-1])


def _need_time(moment: Moment) -> TimeTelling:
    assert moment.time is not None  # noqa: S101 (a moment is of the train or has a time)
    return moment.time


def _say_moment(moment: Moment) -> str:
    return f"{_VERB[moment.event or 'pass']} {moment.place}"


def _say_gap(gap_s: float) -> str:
    return f"{format_duration(gap_s)} or more " if gap_s else ""
