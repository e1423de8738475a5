"""All that a page shows of a journey, certain and likely, found once."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from routesim.assessment import judge_reports
from routesim.errors import ArgumentError, Fault
from routesim.journey import simulate_routes
from routesim.likely import Posterior, compare_routes, draw_posterior
from routesim.view.findings import find_certain
from routesim.view.windows import measure_ensemble

if TYPE_CHECKING:
    from routesim.assessment import Verdict
    from routesim.journey import Ensemble, Journey
    from routesim.likely import RouteComparison
    from routesim.view.findings import Findings
    from routesim.view.windows import MeasuredEnsemble


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

    @property
    def journey(self) -> Journey:
        """The journey."""
        return self.findings.journey


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


def _check(journey: Journey, ensemble: Ensemble | None, routes: RouteComparison | None) -> None:
    faults = []
    if ensemble is not None:
        faults += _find_faults(journey, ensemble)
    if routes is not None and sorted(routes["route"]) != sorted(journey.routes):
        faults.append(
            Fault("routes", f"are not those of {journey!r}", "compare the routes of this one")
        )
    if faults:
        raise ArgumentError(faults)


def _find_faults(journey: Journey, ensemble: Ensemble) -> list[Fault]:
    """Find what is not of this journey, or a posterior that answers another question."""
    fault = ""
    if ensemble.journey_id != journey.id or ensemble.route_id not in journey.routes:
        fault, remedy = f"{ensemble!r} is not of {journey!r}", "simulate this journey"
    elif isinstance(ensemble, Posterior) and ensemble.route_id != journey.default_route:
        fault = f"{ensemble!r} is not of the default route"
        remedy = f"condition on {journey.default_route}"
    elif isinstance(ensemble, Posterior) and (ensemble.dropped or isfinite(ensemble.as_of_s)):
        fault, remedy = f"{ensemble!r} did not hear every report", "condition on all of them"
    return [Fault("ensemble", fault, remedy)] if fault else []
