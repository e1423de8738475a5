"""Check: each report held against the simulated journeys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING

import numpy as np

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
from routesim.journey import DEFAULT_DRAWS, simulate
from routesim.reasoning.comparison import (
    RARE_SHARE,
    Finding,
    choose_best,
    compare_bound,
    compare_quantity,
    compare_speed,
    compare_stay,
    compare_window,
    rank_finding,
    say_duration,
    say_share,
)
from routesim.reasoning.samples import EventSampler
from routesim.reasoning.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from routesim.evidence import Clause, Moment, Report, TimeTelling
    from routesim.journey import Ensemble, Journey

__all__ = ["check", "judge_reports"]


@dataclass(frozen=True, slots=True)
class _Bench:
    """What clauses are judged by: the journey and an ensemble of each route asked for."""

    journey: Journey
    samplers: Mapping[str, EventSampler]

    def find_sampler(self, *places: str) -> EventSampler | None:
        """Return the first route's sampler that passes all these places."""
        for sampler in self.samplers.values():
            if all(sampler.list_visits(place) for place in places):
                return sampler
        return None

    def lead(self) -> EventSampler:
        """Return the sampler of the route that answers first."""
        return next(iter(self.samplers.values()))


def check(
    journey: Journey,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = 0,
    route: str | None = None,
) -> pd.DataFrame:
    """Hold each report of a journey against its simulated journeys.

    Parameters
    ----------
    journey
        The journey.
    draws, seed
        Of the simulation.
    route
        Id of a route; ``None`` for the default one. A place that it does not pass is
        judged by another route of the journey, unless one is asked for by name.

    Returns
    -------
    DataFrame
        A row a report, in the order of the file: id, verdict, margin_s, share,
        why. Verdicts:

        ``consistent``
            the report's window meets the band that holds 90 % of the draws;
        ``strained``
            it lies outside that band, or fewer than 5 % of the draws do such a thing;
        ``impossible``
            no route asked for passes the place at all;
        ``silent``
            the report carries no constraint.

        ``margin_s`` counts seconds of room (positive) or miss (negative); NaN where no
        time is in question. ``share`` is that of the draws in which the report holds.

    Raises
    ------
    ArgumentError, UnknownNameError
        As :func:`routesim.simulate`.

    Notes
    -----
    The band comes from the priors of the plan and uses no report. That a report lies
    outside it does not prove it wrong.
    """
    import pandas as pd  # noqa: PLC0415 (heavy)

    first = journey.get_hypothesis(route).id
    wanted = (
        [first] if route is not None else [first, *(r for r in journey.routes if r != first)]
    )
    ensembles = {r: simulate(journey, draws=draws, seed=seed, route=r) for r in wanted}
    verdicts = judge_reports(journey, ensembles)
    return pd.DataFrame(
        {
            "id": [v.report_id for v in verdicts],
            "verdict": [v.verdict for v in verdicts],
            "margin_s": [np.nan if v.margin_s is None else v.margin_s for v in verdicts],
            "share": [np.nan if v.share is None else v.share for v in verdicts],
            "why": [v.why for v in verdicts],
        }
    )


def judge_reports(journey: Journey, ensembles: Mapping[str, Ensemble]) -> tuple[Verdict, ...]:
    """Judge every report by ensembles at hand.

    Parameters
    ----------
    journey
        The journey.
    ensembles
        By route id; the first one answers, others only for places that it does not pass.

    Returns
    -------
    tuple of Verdict
        One a report, in the order of the file.
    """
    bench = _Bench(journey, {route: EventSampler(e) for route, e in ensembles.items()})
    return tuple(_judge_report(report, bench) for report in journey.reports)


def _judge_report(report: Report, bench: _Bench) -> Verdict:
    if not report.clauses:
        return Verdict(report.id, "silent", None, None, f"No constraint: {report.silent}.")
    findings = [_judge(clause, bench) for clause in report.clauses]
    worst = min(findings, key=rank_finding)
    margins = [f.margin_s for f in findings if f.margin_s is not None]
    held = [f.holds for f in findings if f.holds is not None]
    return Verdict(
        report_id=report.id,
        verdict=worst.verdict,
        margin_s=min(margins) if margins else None,
        share=float(np.logical_and.reduce(held).mean()) if held else None,
        why=" ".join(finding.why for finding in findings),
    )


@singledispatch
def _judge(clause: Clause, bench: _Bench) -> Finding:
    raise NotImplementedError(type(clause))


@_judge.register
def _(clause: EventClause, bench: _Bench) -> Finding:
    first, last = clause.between
    sampler = bench.find_sampler(first, last)
    if sampler is None:
        return _not_passed(clause.between, bench)
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
            f"{say_share(share)} of the draws set out between {' and '.join(clause.between)}.",
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
def _(clause: PresenceClause, bench: _Bench) -> Finding:
    sampler = bench.find_sampler(*clause.between)
    if sampler is None:
        return _not_passed(clause.between, bench)
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
def _(clause: NotYetClause, bench: _Bench) -> Finding:
    sampler = bench.find_sampler(clause.place)
    if sampler is None:
        return _not_passed((clause.place,), bench)
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
def _(clause: OrderClause, bench: _Bench) -> Finding:
    places = [m.place for m in (clause.first, clause.then) if m.place is not None]
    sampler = bench.find_sampler(*places)
    if sampler is None:
        return _not_passed(places, bench)
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
def _(clause: SpeedClause, bench: _Bench) -> Finding:
    sampler = bench.find_sampler(*clause.between) if clause.between else bench.lead()
    if sampler is None:
        return _not_passed(clause.between or (), bench)
    last = len(sampler.route.passages) - 1
    first = int(sampler.ensemble.origin_index.min())
    if clause.between:
        first = sampler.list_visits(clause.between[0])[0]
        last = sampler.list_visits(clause.between[1])[-1]
    length_m = 1000.0 * (sampler.route.passages[last].km - sampler.route.passages[first].km)
    readings = []
    if clause.basis in {"running", "unsaid"}:
        readings.append(("running speed", sampler.get_running_mps(first, last)))
    if clause.basis in {"overall", "unsaid"}:
        readings.append(("overall speed", _get_overall_from_origin(sampler, first, last)))
    return choose_best(compare_speed(speed, clause, length_m, name) for name, speed in readings)


@_judge.register
def _(clause: DistanceClause, bench: _Bench) -> Finding:
    network = bench.journey.network
    ends = [network.find_station(name) for name in clause.between]
    readings = {}
    if clause.measure in {"rail", "unsaid"}:
        route = network.route(ends[0].name, ends[1].name)
        readings["by rail"] = route.length_km
    if clause.measure in {"straight", "unsaid"}:
        chord = measure_distances_m(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat)
        readings["in a straight line"] = float(chord) / 1000.0
    low, high = clause.low_m / 1000.0, clause.high_m / 1000.0
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
def _(clause: DurationClause, bench: _Bench) -> Finding:
    sampler = bench.find_sampler(*clause.between)
    if sampler is None:
        return _not_passed(clause.between, bench)
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
def _(clause: StandClause, bench: _Bench) -> Finding:
    sampler = bench.find_sampler(clause.place)
    if sampler is None:
        return _not_passed((clause.place,), bench)
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
def _(clause: HeadingClause, bench: _Bench) -> Finding:
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
    return Finding("consistent", None, f"{told} {verb} to {places}{rest}.")


_VERB = {"depart": "leaves", "arrive": "reaches", "pass": "passes", "cross": "crosses"}
_NOUN = {"depart": "departure", "arrive": "arrival", "pass": "passage", "cross": "crossing"}


def _get_overall_from_origin(
    sampler: EventSampler, first: int, last: int
) -> NDArray[np.float64]:
    """Return overall speeds; over the whole route each draw counts from its own origin."""
    ensemble, km = sampler.ensemble, sampler.route.passage_km
    if first != int(ensemble.origin_index.min()) or last != len(km) - 1:
        return sampler.get_overall_mps(first, last)
    length_m = 1000.0 * (km[last] - km[ensemble.origin_index])
    return np.asarray(length_m / (ensemble.arrive_s[:, last] - ensemble.departure_s))


def _sample_moment(moment: Moment, sampler: EventSampler) -> NDArray[np.float64] | None:
    if moment.place is None or moment.event is None:
        return None
    return sampler.get_times(moment.event, sampler.list_visits(moment.place)[-1])


def _need_time(moment: Moment) -> TimeTelling:
    assert moment.time is not None  # noqa: S101 (a moment is of the train or has a time)
    return moment.time


def _not_passed(places: tuple[str, ...] | list[str], bench: _Bench) -> Finding:
    routes = ", ".join(bench.samplers)
    return Finding(
        "impossible",
        None,
        f"No route asked for ({routes}) passes {' and '.join(dict.fromkeys(places))}.",
    )


def _say_moment(moment: Moment) -> str:
    return f"{_VERB[moment.event or 'pass']} {moment.place}"


def _say_gap(gap_s: float) -> str:
    return f"{say_duration(gap_s)} or more " if gap_s else ""
