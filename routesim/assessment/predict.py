"""Prediction of a report from the remaining reports by the model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.assessment import scoring_rules
from routesim.assessment.baseline import place_at, predict_by_baseline
from routesim.assessment.report_kinds import HEADING, find_dated, find_kind, find_stated_s
from routesim.certain.problem import build_problem
from routesim.certain.shared_clocks import is_shared_clock
from routesim.journey import keep_times, lay_plan, make_stream, time_passages
from routesim.likely.chain.complete import complete_draws
from routesim.likely.event_times import EventTimes
from routesim.likely.journey_target import JourneyTarget
from routesim.likely.likelihood import build_likelihood, list_evidence, list_in_priors
from routesim.likely.routes import compare_routes
from routesim.likely.sequence import sample_journey
from routesim.sampler.mcse import LineageGroups
from routesim.sampler.tempering import count_particles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.arrays import Array
    from routesim.evidence import Clause
    from routesim.evidence.interpretation import DistinctReport
    from routesim.journey import Journey, KeyTimes
    from routesim.likely.likelihood import Likelihood


ALIKE = 1e-9
"""Probabilities that differ by less count as equal."""


class PredictionSetup:
    """The reports of a journey to predict, with the routes and the number of draws.

    ``routes`` starts with the route used first. ``predicted`` has copies of a report only
    once. ``unscored`` maps the id of each report that is not predicted to the reason, a key
    of :data:`routesim.text.findings.UNSCORED_WORDS`.
    """

    def __init__(self, journey: Journey, draws: int, seed: int, route: str | None) -> None:
        self.journey, self.draws, self.seed = journey, draws, seed
        first = journey.get_hypothesis(route).id
        others = [] if route is not None else [r for r in journey.routes if r != first]
        self.routes = (first, *others)
        self.layouts = {name: lay_plan(journey, name) for name in self.routes}
        reports = build_problem(journey).distinct_reports
        self.unscored = {
            member: why
            for report in reports
            if (why := self._find_obstacle(report)) is not None
            for member in report.members
        }
        self.predicted = tuple(r for r in reports if r.id not in self.unscored)
        self._sharing = {
            member: report
            for report in reports
            if any(map(is_shared_clock, report.choices))
            for member in report.members
        }

    def set_clocks(self, report: DistinctReport) -> DistinctReport:
        """Return a remaining report with all settings of the clock that it shares.

        The settings are those given all reports of the journey. With those given the remaining
        ones, a setting that only the predicted report makes plausible would be missing.
        """
        known = self._sharing.get(report.id)
        if known is None:
            return report
        return replace(report, clauses=known.clauses, choices=known.choices)

    def _find_obstacle(self, report: DistinctReport) -> str | None:
        """Return why a report is not predicted, a key of UNSCORED_WORDS; None if it is."""
        if not list_in_priors(self.journey).isdisjoint(report.members):
            return "prior"
        decided_by = {clause.depends_on for clause in report.face_clauses}
        if decided_by == {"line"}:
            return "line"
        if decided_by == {"route"}:
            weights = self.weigh_headings(build_likelihood(self.journey, [report]))
            if np.ptp(list(weights.values())) < ALIKE:
                return "routes"
        return None

    def weigh_headings(self, likelihood: Likelihood) -> dict[str, float]:
        """Return the probability of reports of a heading on each route."""
        # These reports depend on the route alone, so one draw per route is enough.
        draws = {name: place_at(layout, 0, 0.0) for name, layout in self.layouts.items()}
        return {
            name: float(np.exp(likelihood.weigh(likelihood.observe(draw)))[0])
            for name, draw in draws.items()
        }

    def choose_route(self, report: DistinctReport) -> str:
        """Return the first route that passes all places of a report, else the first route."""
        places = {
            place
            for clause in report.face_clauses
            if clause.depends_on == "times"
            for place in clause.places
        }
        for name, layout in self.layouts.items():
            if all(layout.route.passes(place) for place in places):
                return name
        return self.routes[0]


@dataclass(frozen=True, slots=True)
class RouteSample:
    """Times of draws at all passages of one route, given the remaining reports.

    ``setting_chances`` has the probability of each setting of the clocks that these reports
    share, given each draw, (options, draws), by the id of the clock.
    """

    times: KeyTimes
    groups: LineageGroups
    setting_chances: Mapping[str, Array]


class RemainingReports:
    """The reports that remain after some are dropped, and the draws given these by route.

    ``dropped`` are ids of reports. ``label`` is part of the names of the random streams.
    """

    def __init__(self, setup: PredictionSetup, dropped: Sequence[str], label: str) -> None:
        self.setup, self.dropped, self.label = setup, tuple(dropped), label
        left = build_problem(setup.journey, drop=self.dropped).distinct_reports
        self.reports = list_evidence(setup.journey, map(setup.set_clocks, left))
        self._samples: dict[str, RouteSample] = {}

    def draw(self, route: str) -> RouteSample:
        """Return draws on a route given the remaining reports; made once per route."""
        if route in self._samples:
            return self._samples[route]
        setup, layout = self.setup, self.setup.layouts[route]
        likelihood = build_likelihood(setup.journey, self.reports)
        target = JourneyTarget((layout,), likelihood)
        stream = make_stream(setup.seed, f"score {self.label} {route}")
        particles = count_particles(setup.draws)
        population = sample_journey(target, stream, particles=particles, draws=setup.draws)
        plan = complete_draws(target.model, population.state, 0, setup.seed)
        every = np.arange(len(layout.route.passages))
        times = keep_times(layout, plan, every, time_passages(layout, plan))
        groups = LineageGroups(population.lineage_group)
        chances = likelihood.find_setting_chances(population.terms[0])
        return self._samples.setdefault(route, RouteSample(times, groups, chances))

    @cached_property
    def shares(self) -> Mapping[str, tuple[float, float]]:
        """Probability of each route given the remaining reports, and its standard error."""
        setup = self.setup
        if len(setup.routes) == 1:
            return {setup.routes[0]: (1.0, 0.0)}
        if not self.reports:
            return {name: (setup.journey.routes[name].prior, 0.0) for name in setup.routes}
        routes = compare_routes(
            setup.journey,
            seed=setup.seed,
            drop=self.dropped,
            particles=count_particles(setup.draws),
        )
        return {one.route: (one.probability, one.mcse) for one in routes}


def predict_report(remaining: RemainingReports, report: DistinctReport) -> dict[str, Any]:
    """Predict one report by the model and by the baseline.

    Returns a row of :attr:`routesim.Score.reports` without ``scheme`` and ``known_before``.
    """
    likelihood = build_likelihood(remaining.setup.journey, [report])
    kind, route = find_kind(report), remaining.setup.choose_route(report)
    dated, stated_s = find_dated(report), find_stated_s(report)
    row: dict[str, Any] = {
        "id": report.id,
        "members": report.members,
        "family": report.report.family,
        "kind": kind,
        "heard": len(remaining.reports),
        "route": route,
        "words": "; ".join(
            clause.words or (clause.time.words if clause.time else "")
            for clause in report.face_clauses
        ),
        "told": np.nan if stated_s is None else stated_s,
    }
    if kind == HEADING:
        row |= {"route": "", "baseline_from": ""}
        return row | _weigh_by_routes(remaining, likelihood)
    sample = remaining.draw(route)
    times = sample.times
    row |= _weigh(likelihood, sample)
    if dated is not None:
        row |= _predict_time(_list_times(dated, times), sample.groups, stated_s)
    layout = remaining.setup.layouts[route]
    return row | predict_by_baseline(remaining.reports, report, likelihood, layout)


def _weigh_draws(likelihood: Likelihood, sample: RouteSample) -> Array:
    """Return the probability of one report, given each draw and the remaining reports.

    The settings of its shared clock are weighted by their probabilities given the draw and the
    remaining reports. These are the priors if no remaining report shares the clock.
    """
    agreements = likelihood.observe(sample.times)
    clock = next(iter(likelihood.clocks), None)  # one report shares one clock at most
    if clock is None or clock.id not in sample.setting_chances:
        return np.exp(likelihood.weigh(agreements))
    weights = np.zeros(agreements.shape[1])
    for option, chance in enumerate(sample.setting_chances[clock.id]):
        settings = np.full((1, weights.size), option, dtype=np.intp)
        by_unit = likelihood.weigh_units(agreements, settings=settings)
        weights += chance * np.exp(by_unit.sum(axis=0))
    return weights


def _weigh(likelihood: Likelihood, sample: RouteSample) -> dict[str, float]:
    """Return the log probability of the report in a likelihood, and its error."""
    weights = _weigh_draws(likelihood, sample)
    error = sample.groups.find_mean_error(weights)
    return scoring_rules.find_log_probability(float(weights.mean()), error)


def _weigh_by_routes(remaining: RemainingReports, likelihood: Likelihood) -> dict[str, float]:
    """Return the log probability over all routes, weighted by their probabilities."""
    setup = remaining.setup
    if all(clause.depends_on == "route" for clause, _ in likelihood.questions):
        weights = setup.weigh_headings(likelihood)
    else:
        weights = {
            route: float(_weigh_draws(likelihood, remaining.draw(route)).mean())
            for route in setup.routes
        }
    mean = sum(remaining.shares[route][0] * weight for route, weight in weights.items())
    variance = sum((remaining.shares[r][1] * weight) ** 2 for r, weight in weights.items())
    return scoring_rules.find_log_probability(mean, float(np.sqrt(variance)))


def _list_times(clause: Clause, times: KeyTimes) -> Array:
    """Return the times of the event that a clause dates, over all passages of its place."""
    named = clause.dated_event
    assert named is not None  # noqa: S101 (only such clauses are passed)
    event, place = named
    sampler = EventTimes(times)
    found = [
        sampler.get_times(event, index)
        for index in sampler.list_visits(place)
        if index in times.columns
    ]
    if not found:
        return np.full(times.draws, np.nan)
    if len(found) == 1:
        return found[0]
    # All passages are equally likely to be meant, so the draws take them in turn.
    turn = np.arange(times.draws) % len(found)
    return np.asarray(np.choose(turn, found))


def _predict_time(
    times_s: Array, groups: LineageGroups, stated_s: float | None
) -> dict[str, Any]:
    """Return the quantiles of a predicted time, and their scores if a clock time is stated."""
    there = times_s[np.isfinite(times_s)]
    if not there.size:
        return {}
    points_s = np.quantile(there, scoring_rules.LEVELS)
    errors_s = groups.find_quantile_errors(times_s, np.asarray(scoring_rules.LEVELS))
    row: dict[str, Any] = dict(zip(scoring_rules.POINTS, points_s, strict=True))
    row |= dict(zip(scoring_rules.POINT_ERRORS, errors_s, strict=True))
    if stated_s is None:
        return row
    row |= scoring_rules.score_points(points_s, stated_s)
    return row | {"crps_h": scoring_rules.find_crps_h(there, stated_s)}
