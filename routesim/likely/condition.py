"""Conditioning: here the posterior is drawn, what is likely given the reports.

:func:`condition` puts together the target (:mod:`routesim.likely.journey_target`), samples it
by sequential Monte Carlo (:mod:`routesim.sampler.tempering`), and returns the draws as a
:class:`~routesim.likely.posterior.Posterior`.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from routesim.certain.problem import build_problem
from routesim.errors import ArgumentError, Fault, SampleError
from routesim.journey import (
    CONDITION_DRAWS,
    MAX_DRAWS,
    check_draws,
    describe_draws,
    lay_plan,
    make_stream,
    require_journey,
)
from routesim.likely.journey_target import RouteTarget, find_unknowns
from routesim.likely.likelihood import build_likelihood, list_in_priors
from routesim.likely.posterior import Posterior, SampleWarning
from routesim.sampler.tempering import FEWEST, Sampler, count_particles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from routesim.journey import Journey


TOO_FEW_EFFECTIVE = 100
"""With a smaller effective sample size an answer is refused if asked for strictly."""


def condition(  # noqa: PLR0913 - each parameter is a setting of its own
    journey: Journey,
    *,
    draws: int = CONDITION_DRAWS,
    seed: int = 0,
    route: str | None = None,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    reliability: float | Mapping[str, float] | None = None,
    ends: str = "around",
    strict: bool = False,
    particles: int | None = None,
) -> Posterior:
    """Draw journeys that agree with the reports, each as often as it is likely.

    Sequential Monte Carlo moves draws from the priors of the plan to the posterior. Reports may
    contradict each other: each is right with its reliability only.

    Parameters
    ----------
    journey
        The journey, or a changed one from :func:`routesim.what_if`.
    draws
        How many draws, of equal weight, 1 to 1,000,000. Those beyond the number of particles
        continue from the others and count for less; ``ess`` is the effective sample size.
    seed
        Of the random streams. The same input gives the same numbers.
    route
        Id of a route of the journey; ``None`` for its default. See
        :func:`routesim.compare_routes` for which one it was.
    as_of
        Only what was known by then is used; ``None`` for all.
    drop
        Ids of reports that are not used.
    reliability
        Instead of those of the plan: one for all, or by the id of a report or of a family,
        above 0 and at most 1.
    ends
        ``"around"``: the soft ends of a window straddle its hard ones. ``"inside"``: they
        lie within, and nothing outside agrees, as for what is certain.
    strict
        Whether to refuse an answer with an effective sample size below 100.
    particles
        How many particles the sampler has, 16 to 1,000,000: fewer are faster, and give a
        smaller effective sample size. ``None`` for as many as the draws, but 1,024 to 4,096.

    Returns
    -------
    Posterior
        An ensemble with the error of each answer, the evidence, and how likely each report
        is right.

    Raises
    ------
    ArgumentError
        If an argument is out of range, or if ``drop`` or ``reliability`` names no report.
    UnknownNameError
        If the journey names no such route.
    SampleError
        With ``strict``, if the effective sample size is below 100.

    Warns
    -----
    SampleWarning
        If the effective sample size is below 400.

    Notes
    -----
    The model is described in ``docs/likely.md``. A report on which a prior of the plan is based
    (``reports`` of a running speed) has been used once and is not used again.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> post = rs.condition(journey, draws=1000, as_of="2023-09-11T07:00Z")
    >>> post.draws, post.route_id
    (1000, 'vladivostok')
    """
    require_journey(journey)
    check_draws(draws, seed)
    if particles is None:
        particles = count_particles(draws)
    check_particles(particles)
    problem = build_problem(journey, as_of=as_of, drop=drop, route=route)
    check_reliability(journey, reliability)
    if ends not in {"around", "inside"}:
        raise ArgumentError([Fault("ends", f"is {ends!r:.40}", "give 'around' or 'inside'")])
    likelihood = build_likelihood(
        journey, problem.distinct_reports, reliability=reliability, inside=ends == "inside"
    )
    layout = lay_plan(journey, route)
    target = RouteTarget((layout,), likelihood, find_unknowns(likelihood, (layout,)))
    sampler = Sampler(target, make_stream(seed, "condition"), particles=particles)
    population = sampler.run(draws)
    drawn = target.complete(population.hours, layout, make_stream(seed, "free unknowns"))
    right = likelihood.find_right(population.terms[0])
    posterior = Posterior(
        seed=seed,
        **describe_draws(layout, drawn),
        layout=layout,
        lineage_group=population.lineage_group,
        log_evidence=population.log_evidence,
        log_evidence_error=population.log_evidence_error,
        right=right,
        log_likelihood=likelihood.weigh(population.terms[0]),
        reports_used=tuple(right),
        dropped=tuple(drop),
        in_priors=tuple(sorted(list_in_priors(journey) & {r.id for r in journey.reports})),
        as_of_s=problem.as_of_s,
        stages=population.stages,
        evaluations=population.evaluations,
        asked=tuple(int(index) for index in target.keys[0]),
    )
    if strict and posterior.warning and posterior.ess < TOO_FEW_EFFECTIVE:
        raise SampleError(
            f"{posterior.warning}; give more draws, or widen what the reports say"
        )
    if posterior.warning:
        warnings.warn(f"{posterior.warning}; see its errors", SampleWarning, stacklevel=2)
    return posterior


def draw_posterior(journey: Journey, **options: Any) -> Posterior:
    """Condition without a warning: its ``warning`` has the words for those who show it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampleWarning)
        return condition(journey, **options)


def check_particles(particles: object) -> None:
    """Refuse a number of particles out of range by an ArgumentError."""
    whole = isinstance(particles, int) and not isinstance(particles, bool)
    if not whole or not FEWEST <= particles <= MAX_DRAWS:  # type: ignore[operator]
        remedy = f"give a whole number {FEWEST} to {MAX_DRAWS:,}"
        raise ArgumentError([Fault("particles", f"is {particles!r:.40}", remedy)])


def check_reliability(
    journey: Journey, reliability: float | Mapping[str, float] | None
) -> None:
    """Refuse reliabilities out of range, or of unknown names, by an ArgumentError."""
    faults = []
    given = reliability if isinstance(reliability, Mapping) else {"": reliability}
    known = {report.id for report in journey.reports} | set(journey.families)
    for key, value in given.items():
        where = f"reliability of {key}" if key else "reliability"
        if key and key not in known:
            faults.append(Fault(where, "names no report or family", "correct the id"))
        if value is not None and not (isinstance(value, int | float) and 0.0 < value <= 1.0):
            faults.append(Fault(where, f"is {value!r:.40}", "give a number above 0, up to 1"))
    if faults:
        raise ArgumentError(faults)
