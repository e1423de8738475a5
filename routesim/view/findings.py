"""Certain and likely answers about a journey, computed once for all parts of a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from math import isfinite
from typing import TYPE_CHECKING, Any

from routesim import certain
from routesim.assessment import judge_reports
from routesim.errors import ArgumentError, Fault
from routesim.journey import simulate_routes
from routesim.likely import Posterior, compare_routes, draw_posterior
from routesim.view.windows import measure_ensemble

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.assessment import Verdict
    from routesim.certain import Bounds, Conflict, ConflictList, ReportProblem, World, WorldList
    from routesim.journey import Ensemble, Journey
    from routesim.likely import RouteComparison
    from routesim.view.windows import MeasuredEnsemble


MOST_SHOWN = 12
"""Largest number of worlds shown, besides those used for the bounds."""

MOST_LISTED = 36
"""Largest number of worlds listed to number those on the default route."""

DROPPED = "dropped"
REREAD = "read otherwise"
EITHER = f"{DROPPED} or {REREAD}"
PARTLY = "partly dropped"


@dataclass(frozen=True, eq=False)
class Findings:
    """Conflicts, worlds and bounds of a journey.

    Parameters
    ----------
    problem
        Reports as constraints.
    conflicts
        Conflicts on all routes.
    listed
        Worlds on all routes, best first.
    bounds
        Bounds on the default route, over its best worlds.
    """

    journey: Journey
    problem: ReportProblem
    conflicts: ConflictList
    listed: WorldList
    bounds: Bounds

    @property
    def has_constraints(self) -> bool:
        """Whether any report sets a constraint."""
        return bool(self.problem.distinct_reports)

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """Worlds that the page shows: the best, and those used for the bounds."""
        shown = {world.number: world for world in (*self.listed, *self.bounds.worlds)}
        return tuple(shown[number] for number in sorted(shown))

    @property
    def has_more_worlds(self) -> bool:
        """Whether worlds exist that the page does not show."""
        return not self.listed.is_complete or len(self.worlds) < len(self.listed)

    @cached_property
    def report_of(self) -> dict[str, str]:
        """Report id by the id of a report or clause."""
        names = {report.id: report.id for report in self.journey.reports}
        for distinct in self.problem.distinct_reports:
            names |= {clause.id: distinct.id for clause in distinct.clauses}
        return names

    @cached_property
    def copies(self) -> dict[str, tuple[str, ...]]:
        """Ids of all reports that say the same, by the id of each report that has copies."""
        return {
            member: distinct.members
            for distinct in self.problem.distinct_reports
            if len(distinct.members) > 1
            for member in distinct.members
        }

    @cached_property
    def conflicts_of(self) -> dict[str, tuple[int, ...]]:
        """Numbers of each report's conflicts, including those of copies and variants."""
        return self._number(
            (number, clauses)
            for number, conflict in enumerate(self.ordered, 1)
            for clauses in (conflict.clauses, *conflict.variants)
        )

    @cached_property
    def dropped_in(self) -> dict[str, tuple[int, ...]]:
        """Numbers of the worlds that drop each report or one of its clauses.

        A version of which another is kept is not dropped.
        """
        return self._number((world.number, world.contradicted) for world in self.worlds)

    @cached_property
    def ordered(self) -> tuple[Conflict, ...]:
        """Conflicts in the order of the page, which numbers them from 1."""
        return (*self.firm, *self.plain, *self.other)

    @cached_property
    def firm(self) -> tuple[Conflict, ...]:
        """Conflicts that no reading, route or origin resolves."""
        return tuple(c for c in self.conflicts if not c.taken)

    @cached_property
    def plain(self) -> tuple[Conflict, ...]:
        """Other conflicts that arise with the first reading of each report."""
        return tuple(c for c in self.conflicts if c.taken and c.is_at_face_value)

    @cached_property
    def other(self) -> tuple[Conflict, ...]:
        """Conflicts that arise only with another reading or on another route."""
        return tuple(c for c in self.conflicts if c.taken and not c.is_at_face_value)

    def list_copies(self, report_id: str) -> tuple[str, ...]:
        """Return the ids of the other reports that say the same as a report."""
        return tuple(m for m in self.copies.get(report_id, ()) if m != report_id)

    def _number(
        self, groups: Iterable[tuple[int, Iterable[str]]]
    ) -> dict[str, tuple[int, ...]]:
        """Return, by report id, the numbers of the groups with a clause of it or of a copy."""
        found: dict[str, dict[int, None]] = {}
        for number, clauses in groups:
            for report in {self.report_of[clause]: None for clause in clauses}:
                for member in self.copies.get(report, (report,)):
                    found.setdefault(member, {})[number] = None
        return {report: tuple(numbers) for report, numbers in found.items()}


@dataclass(frozen=True, eq=False)
class Answers:
    """All answers that a page shows.

    Parameters
    ----------
    findings
        Certain answers.
    posterior
        Draws of the default route given the reports.
    likely
        The posterior with its windows.
    priors
        Draws of every route from the priors alone, the default route first.
    verdicts
        Verdicts on the reports, by the draws from the priors.
    routes
        Result of :func:`routesim.compare_routes`, or None if there is only one route.
    draws
        Number of draws requested, or None for the default numbers.
    """

    findings: Findings
    posterior: Posterior
    likely: MeasuredEnsemble
    priors: tuple[Ensemble, ...]
    verdicts: tuple[Verdict, ...]
    routes: RouteComparison | None
    draws: int | None


def find_certain(journey: Journey) -> Findings:
    """Find the certain answers about a journey, with bounds on its default route.

    If no best world takes the default route, the bounds are over the best ones that do.
    """
    problem, route = certain.build_problem(journey), journey.default_route
    listed = certain.list_worlds(problem, most=MOST_SHOWN)
    found = certain.list_best(problem)
    chosen = [world for world in found if world.route == route]
    if not chosen:
        found = certain.list_best(problem, route=route)
        chosen = _number(found, certain.list_worlds(problem, most=MOST_LISTED))
    return Findings(
        journey=journey,
        problem=problem,
        conflicts=certain.list_conflicts(problem),
        listed=listed,
        bounds=certain.bound_worlds(problem, chosen, route, is_complete=found.is_complete),
    )


def find_answers(
    journey: Journey,
    ensemble: Ensemble | None,
    routes: RouteComparison | None,
    *,
    draws: int | None,
    seed: int,
) -> Answers:
    """Find all answers of a page, with the parameters of :func:`routesim.write_page`.

    Raises
    ------
    ArgumentError
        If the ensemble belongs to another journey, is a posterior of another route or given
        only some of the reports, or the routes belong to another journey.
    """
    _check(journey, ensemble, routes)
    if ensemble is not None:
        seed = ensemble.seed
    given = ensemble if isinstance(ensemble, Posterior) else None
    prior = ensemble if given is None else None
    asked: dict[str, Any] = {} if draws is None else {"draws": draws}
    drawn = asked if prior is None else {"draws": prior.draws}
    priors = simulate_routes(journey, seed=seed, **drawn)
    if prior is not None:
        priors[prior.route_id] = prior
    findings = find_certain(journey)
    posterior = given or draw_posterior(journey, seed=seed, **asked)
    if routes is None and len(journey.routes) > 1:
        routes = compare_routes(journey, seed=seed, posterior=posterior)
    return Answers(
        findings=findings,
        posterior=posterior,
        likely=measure_ensemble(posterior),
        priors=tuple(priors.values()),
        verdicts=tuple(judge_reports(journey, priors, findings.problem)),
        routes=routes,
        draws=drawn.get("draws"),
    )


def list_treatments(bounds: Bounds) -> dict[str, str]:
    """Return, by clause id, how the worlds used for bounds treat the clause.

    The values are such as ``dropped`` and ``read otherwise``. Clauses that all of these worlds
    keep unchanged have no entry. A copy of a report is treated like the report.
    """
    texts = {}
    for distinct in bounds.problem.distinct_reports:
        for clause in distinct.clauses:
            text = _format_treatment(clause.id, distinct.id, bounds)
            for member in distinct.members if text else ():
                texts[member + clause.id.removeprefix(distinct.id)] = text
    return texts


def _check(journey: Journey, ensemble: Ensemble | None, routes: RouteComparison | None) -> None:
    """Refuse answers about another journey, and a posterior that answers another question."""
    faults = []
    if ensemble is not None:
        given = ensemble if isinstance(ensemble, Posterior) else None
        if ensemble.journey_id != journey.id or ensemble.route_id not in journey.routes:
            faults.append((f"does not belong to {journey!r}", "simulate this journey"))
        elif given and given.route_id != journey.default_route:
            remedy = f"condition on {journey.default_route}"
            faults.append(("is not on the default route", remedy))
        elif given and (given.dropped or isfinite(given.as_of_s)):
            faults.append(("does not use every report", "condition on all of them"))
    found = [Fault("ensemble", f"{ensemble!r} {fault}", remedy) for fault, remedy in faults]
    if routes is not None and sorted(routes["route"]) != sorted(journey.routes):
        fault = f"do not belong to {journey!r}"
        found.append(Fault("routes", fault, "compare the routes of this journey"))
    if found:
        raise ArgumentError(found)


def _number(worlds: Iterable[World], listed: WorldList) -> list[World]:
    """Return worlds numbered as in the list, or after it if it does not have them."""
    numbers = {(world.dropped, world.changed): world.number for world in listed}
    after = count(len(listed) + 1)
    return [
        replace(
            world,
            number=numbers.get((world.dropped, world.changed)) or next(after),
            is_best=False,
        )
        for world in worlds
    ]


def _format_treatment(clause: str, report: str, bounds: Bounds) -> str:
    distinct = bounds.problem.find_distinct_report(report)
    own = {choice.id for choice in distinct.choices} if distinct else set()
    dropped = [clause in world.dropped for world in bounds.worlds]
    reread = [any(choice in own for choice, _ in world.changed) for world in bounds.worlds]
    either = [one or other for one, other in zip(dropped, reread, strict=True)]
    for treated, text in ((dropped, DROPPED), (reread, REREAD), (either, EITHER)):
        if treated and all(treated):
            return text
    return PARTLY if any(dropped) else ""
