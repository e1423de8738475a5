"""Conditioning: drawing journeys from the posterior, given the reports.

:func:`condition` builds the target (:mod:`routesim.likely.journey_target`), samples it by
sequential Monte Carlo (:mod:`routesim.sampler.tempering`), and returns the draws as a
:class:`~routesim.likely.posterior.Posterior`.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from routesim.certain.problem import build_problem
from routesim.errors import ArgumentError, Fault, SampleError
from routesim.evidence.shared_clocks import find_clock_source
from routesim.journey import (
    CONDITION_DRAWS,
    MAX_DRAWS,
    check_draws,
    describe_draws,
    lay_plan,
    make_stream,
    require_journey,
)
from routesim.likely.chain.complete import complete_draws
from routesim.likely.journey_target import JourneyTarget
from routesim.likely.likelihood import build_likelihood, list_in_priors
from routesim.likely.posterior import ClockSettingChance, Posterior, SampleWarning
from routesim.likely.sequence import sample_journey
from routesim.sampler.tempering import FEWEST, count_particles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from routesim.arrays import Array
    from routesim.journey import Journey
    from routesim.likely.likelihood import Likelihood


TOO_FEW_EFFECTIVE = 100
"""Effective sample size below which ``strict`` refuses an answer."""


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
    """Draw journeys from the posterior, given the reports.

    Sequential Monte Carlo moves particles from the priors of the plan to the posterior. Reports
    may contradict each other, since each of them is right only with a probability, its
    reliability.

    Parameters
    ----------
    journey : Journey
        The journey, or a changed one from :func:`routesim.what_if`.
    draws : int, default 4,096
        Number of draws of equal weight, 1 to 1,000,000. Draws beyond the number of particles
        depend on the others, and so increase the effective sample size by less.
    seed : int, default 0
        Seed of the random streams, from 0. The same arguments give the same draws.
    route : str, optional
        Id of a route; by default, the default route of the journey. See
        :func:`routesim.compare_routes` for the probability of each route.
    as_of : str or datetime, optional
        Aware time, such as ``2023-09-11T07:00Z``: only reports known by then are used. By
        default, all.
    drop : sequence of str, default ()
        Ids of reports or clauses, such as ``"C49.2"``, to leave out.
    reliability : float or mapping of str to float, optional
        Reliability of all reports, or by the id of a report or a family, above 0 and at most
        1. By default, the reliabilities of the plan.
    ends : {"around", "inside"}, default "around"
        Where the soft ends of a window lie: around its hard ends, or inside them. With
        ``"inside"``, nothing outside the window agrees, as for the certain bounds.
    strict : bool, default False
        Whether to refuse an answer with an effective sample size below 100.
    particles : int, optional
        Number of particles, 16 to 1,000,000. Fewer particles are faster, but give a smaller
        effective sample size. By default, the number of draws, but at least 1,024 and at most
        4,096. With reports from 64 or more places, at most 1,024 are used.

    Returns
    -------
    Posterior
        An ensemble with the error of each answer, the evidence, and the probability that each
        report is right. Without any reports, it is the prior. ``arrive_s`` and ``departure_s``
        are in POSIX seconds. ``to_frame`` has one row per draw and ``windows`` one per passage,
        both with times in aware UTC. :meth:`Ensemble.to_frame` and :meth:`Ensemble.windows`
        list the columns.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a journey, an argument is out of range, ``drop`` is a single
        string, ``drop`` or ``reliability`` has an unknown id, or a drawn dwell exceeds 1e9 s.
    TimeError
        If ``as_of`` has no offset, cannot be read or lies outside 1800 to 2200.
    UnknownNameError
        If the journey has no such route.
    SampleError
        If ``strict`` is set, ``draws`` is at least 400, and the effective sample size is below
        100.

    Warns
    -----
    SampleWarning
        If ``draws`` is at least 400 and the effective sample size is below 400.

    See Also
    --------
    simulate : Draw journeys from the priors, without reports.
    compare_routes : Probability of each route, given the reports.
    bounds : Earliest and latest time of each passage that the reports allow.
    score : Predict each report from the others.

    Notes
    -----
    The model is described in ``docs/likely.md``. A report on which a prior of the plan is based
    (``reports`` of a running speed) is already used in this prior, and is not used again. The
    clock that all reports of a source share has one setting in each draw, and the settings are
    weighed. :meth:`Posterior.clocks` has their probabilities.

    Examples
    --------
    Use only the reports known at a certain time:

    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> post = rs.condition(journey, draws=256, as_of="2023-09-11T07:00Z")
    >>> post.draws, post.route_id, len(post.reports_used)
    (256, 'vladivostok', 7)

    Drop one of them, and trust the others less:

    >>> post = rs.condition(
    ...     journey, draws=256, as_of="2023-09-11T07:00Z", drop=["C06"], reliability=0.5
    ... )
    >>> post.dropped, len(post.reports_used)
    (('C06',), 6)
    """
    require_journey(journey)
    check_draws(draws, seed)
    if particles is None:
        particles = count_particles(draws)
    check_particles(particles)
    problem = build_problem(journey, as_of=as_of, drop=drop, route=route)
    check_reliability(journey, reliability)
    if ends not in {"around", "inside"}:
        raise ArgumentError(
            [Fault("ends", f"cannot be {ends!r:.40}", "give 'around' or 'inside'")]
        )
    likelihood = build_likelihood(
        journey, problem.distinct_reports, reliability=reliability, inside=ends == "inside"
    )
    layout = lay_plan(journey, route)
    target = JourneyTarget((layout,), likelihood)
    stream = make_stream(seed, "condition")
    population = sample_journey(target, stream, particles=particles, draws=draws)
    drawn = complete_draws(target.model, population.state, 0, seed)
    right = likelihood.find_right(population.terms[0])
    posterior = Posterior(
        seed=seed,
        **describe_draws(layout, drawn),
        layout=layout,
        lineage_group=population.lineage_group,
        log_evidence=population.log_evidence,
        log_evidence_error=population.log_evidence_error,
        right=right,
        clock_settings=tuple(_list_clock_settings(likelihood, population.terms[0])),
        log_likelihood=likelihood.weigh(population.terms[0]),
        reports_used=tuple(right),
        dropped=tuple(drop),
        in_priors=tuple(sorted(list_in_priors(journey) & {r.id for r in journey.reports})),
        as_of_s=problem.as_of_s,
        stages=population.stages,
        evaluations=population.evaluations,
        asked=tuple(likelihood.list_passages(layout).tolist()),
    )
    if strict and posterior.warning and posterior.ess < TOO_FEW_EFFECTIVE:
        raise SampleError(
            f"{posterior.warning}; give more draws, or widen the windows of the reports"
        )
    if posterior.warning:
        text = f"{posterior.warning}; see the Monte Carlo standard errors"
        warnings.warn(text, SampleWarning, stacklevel=2)
    return posterior


def _list_clock_settings(
    likelihood: Likelihood, log_agreements: Array
) -> Iterator[ClockSettingChance]:
    chances = likelihood.find_setting_chances(log_agreements)
    for clock in likelihood.clocks:
        source = find_clock_source(clock.id)
        for setting, chance in zip(clock.options, chances[clock.id], strict=True):
            yield ClockSettingChance(source, setting, chance)


def draw_posterior(journey: Journey, **options: Any) -> Posterior:
    """Call :func:`condition` without a warning; ``Posterior.warning`` has its text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampleWarning)
        return condition(journey, **options)


def check_particles(particles: object) -> None:
    """Raise an ArgumentError if the number of particles is out of range."""
    whole = isinstance(particles, int) and not isinstance(particles, bool)
    if not whole or not FEWEST <= particles <= MAX_DRAWS:  # type: ignore[operator]
        remedy = f"give a whole number from {FEWEST} to {MAX_DRAWS:,}"
        raise ArgumentError([Fault("particles", f"cannot be {particles!r:.40}", remedy)])


def check_reliability(
    journey: Journey, reliability: float | Mapping[str, float] | None
) -> None:
    """Raise an ArgumentError if a reliability is out of range or its id is unknown."""
    faults = []
    given = reliability if isinstance(reliability, Mapping) else {"": reliability}
    known = {report.id for report in journey.reports} | set(journey.families)
    for key, value in given.items():
        where = f"reliability of {key}" if key else "reliability"
        if key and key not in known:
            faults.append(Fault(where, "names no report or family", "correct the id"))
        if value is not None and not (isinstance(value, int | float) and 0.0 < value <= 1.0):
            remedy = "give a number above 0, at most 1"
            faults.append(Fault(where, f"cannot be {value!r:.40}", remedy))
    if faults:
        raise ArgumentError(faults)
