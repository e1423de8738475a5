"""Check: each report compared with the other reports and with simulated journeys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from routesim.assessment.judging import DrawnRoutes, judge_clause
from routesim.assessment.verdicts import FITTING, Verdict, VerdictList, rank_finding
from routesim.certain.conflicts import list_conflicts
from routesim.certain.problem import build_problem
from routesim.certain.worlds import list_best
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
    """Compare each report with the other reports and with simulated journeys.

    Parameters
    ----------
    journey : Journey
        The journey.
    draws : int, default 20,000
        Number of draws of the simulation on each route, 1 to 1,000,000.
    seed : int, default 0
        Seed of the random streams, 0 or more.
    route : str, optional
        Id of the only route to use. By default the default route, and other routes of the
        journey for places that it does not pass.
    as_of : str or datetime, optional
        Use and judge only the reports known by this time: ISO 8601 text with an offset or
        ``Z``, or an aware datetime. By default all reports.

    Returns
    -------
    VerdictList
        One verdict per report, in the order of the file. The verdicts are:

        ``consistent``
            The report overlaps the 90 % band of the draws.
        ``strained``
            The report is possible, but one of these is true:

            - it lies outside the 90 % band of the draws,
            - fewer than 5 % of the draws have such an event,
            - no draw agrees with all its clauses,
            - it states a distance between two places that differs from the measured one,
            - no route used leads to its destination,
            - some of the best worlds drop it; see :class:`routesim.World`.
        ``impossible``
            The best worlds of every route drop the report, and ``why`` states the clauses that
            it conflicts with. Or no route used passes its place.
        ``silent``
            The report carries no constraint.

        ``to_frame`` has the columns ``id``, ``verdict``, ``margin_s`` (seconds), ``margin_km``,
        ``share`` (0 to 1), ``route`` and ``why``.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a :class:`Journey`, ``draws`` or ``seed`` is not a whole number in
        its range, or a drawn dwell exceeds 1e9 s.
    TimeError
        If ``as_of`` has no offset, cannot be read or lies outside 1800 to 2200.
    UnknownNameError
        If the journey has no such route.

    See Also
    --------
    conflicts : List the sets of clauses that cannot all be true.
    score : Score how well each report is predicted from the others.
    simulate : Draw the simulated journeys.

    Notes
    -----
    Certain results decide first, without any draw; see :func:`routesim.conflicts`. The draws
    come from the priors of the plan and use no report. A report outside their band is
    therefore not proven wrong. A conflict is charged to the reports that best worlds drop. A
    consistent report may be part of one, and ``why`` then names it. If the search for worlds
    stops early, no conflict makes a report impossible.

    Examples
    --------
    >>> import routesim as rs
    >>> verdicts = rs.check(rs.load_journey("2023-09"), draws=200)
    >>> len(verdicts)
    47
    >>> [verdict.report_id for verdict in verdicts if verdict.verdict == "strained"]
    ['C62']
    >>> verdicts.to_frame().columns.to_list()
    ['id', 'verdict', 'margin_s', 'margin_km', 'share', 'route', 'why']
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
    """Judge all reports in the order of the file, by certain results and by draws.

    ``ensembles`` are by route id. Those after the first are used only for places that the
    first route does not pass. ``problem`` holds the clauses; None builds it from all reports.
    """
    drawn = DrawnRoutes(journey, {route: EventTimes(e) for route, e in ensembles.items()})
    certain = _CertainJudge(problem or build_problem(journey))
    return tuple(certain.judge(_judge_report(report, drawn)) for report in journey.reports)


class _CertainJudge:
    """Judge that replaces verdicts from draws where certain results decide."""

    def __init__(self, problem: ReportProblem) -> None:
        self.problem = problem
        self.best = list_best(problem)
        by_route = [list_best(problem, route=route) for route in problem.routes]
        # A world that is not listed may keep a report that all listed worlds drop.
        is_known = all(found.is_complete for found in by_route)
        self.every = [world for found in by_route for world in found] if is_known else []
        self.conflicts = list_conflicts(problem)

    def judge(self, verdict: Verdict) -> Verdict:
        """Return a verdict, replaced where certain results decide.

        A conflict is charged to the reports that best worlds drop. A report that they keep may
        still be part of a conflict, which the verdict then names.
        """
        report = self.problem.find_distinct_report(verdict.report_id)
        if report is None or verdict.verdict == "silent":
            return verdict
        clauses = {clause.id for clause in report.clauses}
        against = [c for c in self.conflicts if clauses & set(c.clauses)]
        dropped = [clauses & world.contradicted for world in self.best]
        if self.every and all(clauses & world.contradicted for world in self.every):
            return _rule(verdict, "impossible", _choose(against, set[str]().union(*dropped)))
        if any(dropped):
            ruling = "impossible" if verdict.verdict == "impossible" else "strained"
            return _rule(verdict, ruling, _choose(against, set[str]().union(*dropped)))
        return replace(verdict, conflict=against[0]) if against else verdict


def _choose(conflicts: Sequence[Conflict], clauses: set[str]) -> Conflict | None:
    """Return the conflict to name: of these clauses, in every reading, of the report alone."""
    found = [c for c in conflicts if clauses & set(c.clauses)] or conflicts
    return min(found, key=lambda c: (bool(c.taken), len(c.reports) > 1), default=None)


def _rule(verdict: Verdict, ruling: str, conflict: Conflict | None) -> Verdict:
    """Return a verdict that a conflict decides, with the margin of the conflict."""
    if conflict is None:
        return replace(verdict, verdict=ruling)
    miss_s, miss_km = conflict.miss_s, conflict.miss_km
    return replace(
        verdict,
        verdict=ruling,
        margin_s=None if miss_s is None else -float(miss_s),
        margin_km=None if miss_km is None else -miss_km,
        conflict=conflict,
        is_settled=True,
    )


def _judge_report(report: Report, drawn: DrawnRoutes) -> Verdict:
    if not report.clauses:
        return Verdict(report.id, "silent", silent=report.silent)
    findings = tuple(judge_clause(clause, drawn) for clause in report.clauses)
    verdict = min(findings, key=rank_finding).verdict
    margins = [f.margin_s for f in findings if f.margin_s is not None]
    margins_km = [f.margin_km for f in findings if f.margin_km is not None]
    held = [f.holds for f in findings if f.holds is not None]
    share = float(np.logical_and.reduce(held).mean()) if held else None
    if verdict in FITTING and share == 0 and len(held) > 1:
        verdict = "strained"
    return Verdict(
        report_id=report.id,
        verdict=verdict,
        margin_s=min(margins, default=None),
        margin_km=min(margins_km, default=None),
        share=share,
        route=next((f.route for f in findings if f.route is not None), None),
        findings=findings,
    )
