"""Check: each report compared with the others, and with the simulated journeys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from routesim.assessment.judging import DrawnRoutes, judge_clause
from routesim.assessment.verdicts import Verdict, VerdictList, rank_finding
from routesim.certain.conflicts import list_conflicts
from routesim.certain.problem import build_problem
from routesim.certain.worlds import list_mildest
from routesim.journey import SIMULATE_DRAWS, require_journey, simulate, simulate_routes
from routesim.likely.event_times import EventTimes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from routesim.certain.conflicts import Conflict
    from routesim.certain.problem import ReportProblem
    from routesim.evidence import Report
    from routesim.journey import Ensemble, Journey


def check(
    journey: Journey,
    *,
    draws: int = SIMULATE_DRAWS,
    seed: int = 0,
    route: str | None = None,
    as_of: str | datetime | None = None,
) -> VerdictList:
    """Compare each report of a journey with the others and with its simulated journeys.

    Parameters
    ----------
    journey
        The journey.
    draws, seed
        Of the simulation.
    route
        Id of a route; ``None`` for the default one. A place that it does not pass is
        judged by another route of the journey, unless one is asked for by name.
    as_of
        Only reports known by then are judged, and only by those.

    Returns
    -------
    VerdictList
        One a report, in the order of the file. Verdicts:

        ``consistent``
            the report's window meets the band that holds 90 % of the draws;
        ``strained``
            it lies outside that band, or fewer than 5 % of the draws do such a thing, or
            none does all that it states, or no wanted route leads where it says that the
            train was bound, or it is part of a conflict that no reading resolves;
        ``impossible``
            every world that drops the fewest families drops it, and ``why`` gives the set
            of clauses that makes it so; or no wanted route passes the place at all;
        ``silent``
            the report has no constraint.

    Raises
    ------
    ArgumentError, UnknownNameError
        As :func:`routesim.simulate`.

    Notes
    -----
    What is impossible is settled first, without any draw; see :func:`routesim.conflicts`.
    The band comes from the priors of the plan and uses no report. That a report lies
    outside it does not prove it wrong.
    """
    require_journey(journey)
    if route is None:
        ensembles = simulate_routes(journey, draws=draws, seed=seed)
    else:
        ensembles = {route: simulate(journey, draws=draws, seed=seed, route=route)}
    problem = build_problem(journey, as_of=as_of, route=route)
    verdicts = judge_reports(journey, ensembles, problem)
    if as_of is not None:
        known = {r.id for r in journey.reports if r.known_s <= problem.as_of_s}
        verdicts = tuple(v for v in verdicts if v.report_id in known)
    return VerdictList(
        verdicts,
        journey_id=journey.id,
        route_id=next(iter(ensembles)),
        changes=journey.changes,
    )


def judge_reports(
    journey: Journey, ensembles: Mapping[str, Ensemble], problem: ReportProblem | None = None
) -> tuple[Verdict, ...]:
    """Judge every report, in the order of the file: by what is certain first, then by draws.

    The first of the ensembles, by route id, answers, others only for places that it does not
    pass. ``problem`` has the reports as an exact one; ``None`` makes it from all of them.
    """
    drawn = DrawnRoutes(journey, {route: EventTimes(e) for route, e in ensembles.items()})
    certain = _CertainJudge(problem or build_problem(journey))
    return tuple(certain.judge(_judge_report(report, drawn)) for report in journey.reports)


class _CertainJudge:
    """Overrules verdicts by what is certain."""

    def __init__(self, problem: ReportProblem) -> None:
        self.problem = problem
        found = list_mildest(problem)
        # Where some are not listed, one of those may keep what all of these drop.
        self.worlds = found if found.is_complete else ()
        self.conflicts = list_conflicts(problem)

    def judge(self, verdict: Verdict) -> Verdict:
        """Return a verdict, overruled where it is certain without any draw."""
        report = self.problem.find_distinct_report(verdict.report_id)
        if report is None:
            return verdict
        clauses = {clause.id for clause in report.clauses}
        against = [c for c in self.conflicts if clauses & set(c.clauses)]
        if self.worlds and all(clauses & set(world.dropped) for world in self.worlds):
            return self._rule(verdict, "impossible", against)
        firm = [conflict for conflict in against if conflict.reading is None]
        if firm and verdict.verdict in {"consistent", "strained"}:
            return self._rule(verdict, "strained", firm)
        measured = [c for c in against if c.miss_s is not None and c.is_at_face_value]
        return replace(verdict, conflict=measured[0]) if measured else verdict

    def _rule(self, verdict: Verdict, ruling: str, against: Sequence[Conflict]) -> Verdict:
        if not against:
            return replace(verdict, verdict=ruling)
        first = against[0]
        margin_s = verdict.margin_s if first.miss_s is None else -float(first.miss_s)
        ruled = replace(verdict, verdict=ruling, margin_s=margin_s)
        return replace(ruled, conflict=first, is_settled=True)


def _judge_report(report: Report, drawn: DrawnRoutes) -> Verdict:
    if not report.clauses:
        return Verdict(report.id, "silent", silent=report.silent)
    findings = tuple(judge_clause(clause, drawn) for clause in report.clauses)
    verdict = min(findings, key=rank_finding).verdict
    margins = [f.margin_s for f in findings if f.margin_s is not None]
    held = [f.holds for f in findings if f.holds is not None]
    share = float(np.logical_and.reduce(held).mean()) if held else None
    if verdict == "consistent" and share == 0 and len(held) > 1:
        verdict = "strained"
    return Verdict(
        report_id=report.id,
        verdict=verdict,
        margin_s=min(margins) if margins else None,
        share=share,
        route=next((f.route for f in findings if f.route is not None), None),
        findings=findings,
    )
