"""What is certain and likely of a journey, found once and handed to every part of a page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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
"""The most worlds that are shown, and over which bounds are the hull."""

MOST_LISTED = 36
"""The most that are listed to find those of the default route among them."""

LEFT_OUT = "left out"
READ_OTHERWISE = "read otherwise"
EITHER = f"{LEFT_OUT} or {READ_OTHERWISE}"
IN_PART = "left out in part"


@dataclass(frozen=True, eq=False)
class Findings:
    """The conflicts, worlds and bounds of a journey, from one problem of its reports.

    Parameters
    ----------
    problem
        The reports as constraints.
    conflicts
        Of all routes.
    listed
        Worlds of all routes, the best first.
    bounds
        On the default route, over its worlds that drop the fewest families.
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
        """The worlds that are shown: the best, and those under the bounds."""
        used = {world.number for world in self.bounds.worlds}
        return tuple(w for w in self.listed if w.number <= MOST_SHOWN or w.number in used)

    @property
    def has_more_worlds(self) -> bool:
        """Whether there are worlds that are not shown."""
        return not self.listed.is_complete or len(self.worlds) < len(self.listed)

    @cached_property
    def report_of(self) -> dict[str, str]:
        """The report of every id that may be named: a report's own or a clause's."""
        names = {report.id: report.id for report in self.journey.reports}
        for distinct in self.problem.distinct_reports:
            names |= {clause.id: distinct.id for clause in distinct.clauses}
        return names

    @cached_property
    def copies(self) -> dict[str, tuple[str, ...]]:
        """By the id of every report that has copies: all that say the same."""
        return {
            member: distinct.members
            for distinct in self.problem.distinct_reports
            if len(distinct.members) > 1
            for member in distinct.members
        }

    @cached_property
    def conflicts_of(self) -> dict[str, tuple[int, ...]]:
        """The numbers of the conflicts that a report is in, copies and variants counted."""
        return self._number(
            (number, clauses)
            for number, conflict in enumerate(self.ordered, 1)
            for clauses in (conflict.clauses, *conflict.variants)
        )

    @cached_property
    def dropped_in(self) -> dict[str, tuple[int, ...]]:
        """The numbers of the worlds that drop a report or one of its clauses."""
        return self._number((world.number, world.dropped) for world in self.worlds)

    @cached_property
    def ordered(self) -> tuple[Conflict, ...]:
        """The conflicts as the page shows them; they are numbered from 1 in this order."""
        return (*self.firm, *self.plain, *self.other)

    @cached_property
    def firm(self) -> tuple[Conflict, ...]:
        """The conflicts that no reading, route or start resolves."""
        return tuple(c for c in self.conflicts if not c.taken)

    @cached_property
    def plain(self) -> tuple[Conflict, ...]:
        """The others that need no reading but the first of each report."""
        return tuple(c for c in self.conflicts if c.taken and c.is_at_face_value)

    @cached_property
    def other(self) -> tuple[Conflict, ...]:
        """Those that need another reading or another route."""
        return tuple(c for c in self.conflicts if c.taken and not c.is_at_face_value)

    def list_copies(self, report_id: str) -> tuple[str, ...]:
        """Return the other reports that say the same as one."""
        return tuple(m for m in self.copies.get(report_id, ()) if m != report_id)

    def _number(
        self, groups: Iterable[tuple[int, Iterable[str]]]
    ) -> dict[str, tuple[int, ...]]:
        """Return, by report, the numbers of the groups of clauses that it or a copy is in."""
        found: dict[str, dict[int, None]] = {}
        for number, clauses in groups:
            for report in {self.report_of[clause]: None for clause in clauses}:
                for member in self.copies.get(report, (report,)):
                    found.setdefault(member, {})[number] = None
        return {report: tuple(numbers) for report, numbers in found.items()}


@dataclass(frozen=True, eq=False)
class Answers:
    """All that a page shows.

    Parameters
    ----------
    findings
        What is certain.
    posterior
        Of the default route.
    likely
        The posterior with its windows.
    priors
        Draws of every route from the priors alone, the default route first.
    verdicts
        Of the reports, by these draws.
    routes
        What :func:`routesim.compare_routes` returns; None where there is one route.
    draws
        The number that was asked for; None for the default numbers.
    """

    findings: Findings
    posterior: Posterior
    likely: MeasuredEnsemble
    priors: tuple[Ensemble, ...]
    verdicts: tuple[Verdict, ...]
    routes: RouteComparison | None
    draws: int | None


def find_certain(journey: Journey) -> Findings:
    """Find what is certain of a journey, with bounds on its default route."""
    problem = certain.build_problem(journey)
    route = journey.default_route
    listed = certain.list_worlds(problem, most=MOST_SHOWN)
    best = _choose_best(listed, route)
    if not listed.is_complete and not _is_beyond(listed, best):
        listed = certain.list_worlds(problem, most=MOST_LISTED)
        best = _choose_best(listed, route)
    return Findings(
        journey=journey,
        problem=problem,
        conflicts=certain.list_conflicts(problem),
        listed=listed,
        bounds=certain.bound_worlds(problem, best, route),
    )


def find_answers(
    journey: Journey,
    ensemble: Ensemble | None,
    routes: RouteComparison | None,
    *,
    draws: int | None,
    seed: int,
) -> Answers:
    """Find what a page shows; parameters as those of :func:`routesim.write_page`.

    Raises
    ------
    ArgumentError
        If the ensemble is not of the journey, is a posterior of another route or of a part
        of the reports, or the routes are not those of the journey.
    """
    _check(journey, ensemble, routes)
    if ensemble is not None:
        seed = ensemble.seed
    given = ensemble if isinstance(ensemble, Posterior) else None
    prior = ensemble if given is None else None
    asked: dict[str, Any] = {} if draws is None else {"draws": draws}
    count = asked if prior is None else {"draws": prior.draws}
    priors = simulate_routes(journey, seed=seed, **count)
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
        draws=count.get("draws"),
    )


def list_treatments(bounds: Bounds) -> dict[str, str]:
    """Return, by clause, how the worlds under some bounds treat it if they do not just keep it.

    A copy of a report is treated as the report is.
    """
    texts = {}
    for distinct in bounds.problem.distinct_reports:
        for clause in distinct.clauses:
            text = _format_treatment(clause.id, distinct.id, bounds)
            for member in distinct.members if text else ():
                texts[member + clause.id.removeprefix(distinct.id)] = text
    return texts


def _check(journey: Journey, ensemble: Ensemble | None, routes: RouteComparison | None) -> None:
    """Refuse what is not of this journey, and a posterior that answers another question."""
    faults = []
    if ensemble is not None:
        given = ensemble if isinstance(ensemble, Posterior) else None
        if ensemble.journey_id != journey.id or ensemble.route_id not in journey.routes:
            faults.append((f"is not of {journey!r}", "simulate this journey"))
        elif given and given.route_id != journey.default_route:
            remedy = f"condition on {journey.default_route}"
            faults.append(("is not of the default route", remedy))
        elif given and (given.dropped or isfinite(given.as_of_s)):
            faults.append(("did not hear every report", "condition on all of them"))
    found = [Fault("ensemble", f"{ensemble!r} {fault}", remedy) for fault, remedy in faults]
    if routes is not None and sorted(routes["route"]) != sorted(journey.routes):
        fault = f"are not those of {journey!r}"
        found.append(Fault("routes", fault, "compare the routes of this one"))
    if found:
        raise ArgumentError(found)


def _is_beyond(listed: WorldList, best: list[World]) -> bool:
    """Return whether the list goes on beyond worlds as good as the best of the route."""
    if len(best) == MOST_SHOWN:
        return True
    dropped = [len(world.families_dropped) for world in (listed[-1], *best[:1])]
    return len(dropped) > 1 and dropped[0] > dropped[1]


def _choose_best(listed: WorldList, route: str) -> list[World]:
    """Return the worlds of a route that drop the fewest families, of the first few."""
    own = [world for world in listed if world.route == route][:MOST_SHOWN]
    least = len(own[0].families_dropped) if own else 0
    return [world for world in own if len(world.families_dropped) == least]


def _format_treatment(clause: str, report: str, bounds: Bounds) -> str:
    choices = bounds.problem.register.choices
    dropped = [clause in world.dropped for world in bounds.worlds]
    turned = [
        any(choices[choice].report_id == report for choice, _ in world.changed)
        for world in bounds.worlds
    ]
    either = [one or other for one, other in zip(dropped, turned, strict=True)]
    for treated, text in ((dropped, LEFT_OUT), (turned, READ_OTHERWISE), (either, EITHER)):
        if treated and all(treated):
            return text
    return IN_PART if any(dropped) else ""
