"""Probabilities of the routes of a journey, given all reports and report by report."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.problem import build_problem
from routesim.journey import check_seed, lay_plan, make_stream, require_journey
from routesim.likely.condition import check_particles, check_reliability
from routesim.likely.journey_target import JourneyTarget
from routesim.likely.likelihood import build_likelihood, build_likelihoods, list_evidence
from routesim.likely.route_answers import (
    RouteComparison,
    RouteProbability,
    RouteStep,
    RouteTrack,
)
from routesim.likely.sequence import sample_journey
from routesim.sampler.mcse import LineageGroups
from routesim.sampler.tempering import PARTICLES, Population, Sampler
from routesim.text.times import to_datetime

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from routesim.arrays import Array
    from routesim.evidence.interpretation import DistinctReport
    from routesim.journey import Journey
    from routesim.likely.likelihood import Likelihood
    from routesim.likely.posterior import Posterior


RELIABILITIES = (0.8, 0.95, 0.99)
TRACKED_PARTICLES, TRACKED_MOVES = 2048, 32
"""Number of particles, and largest number of moves per stage, after each report of a track."""
PROBES = 256
"""Number of prior draws that show whether the probabilities are the same in every draw."""
ALIKE = 1e-9
"""Difference of probabilities or log likelihoods below which they count as the same."""


def compare_routes(
    journey: Journey,
    *,
    seed: int = 0,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    reliability: float | Mapping[str, float] | None = None,
    particles: int = PARTICLES,
    posterior: Posterior | None = None,
) -> RouteComparison:
    """Return the probability of each route, given the reports.

    Parameters
    ----------
    journey : Journey
        The journey.
    seed : int, default 0
        Seed of the random streams, from 0.
    as_of : str or datetime, optional
        Aware time, such as ``2023-09-11T07:00Z``: only reports known by then are used. By
        default, all.
    drop : sequence of str, default ()
        Ids of reports or clauses, such as ``"C49.2"``, to leave out.
    reliability : float or mapping of str to float, optional
        Reliability of all reports, or by the id of a report or a family, above 0 and at most
        1. By default, the reliabilities of the plan.
    particles : int, default 4,096
        Number of particles of the sampler, 16 to 1,000,000.
    posterior : Posterior, optional
        Posterior of the first route of the journey, given the same reports and reliabilities.
        Its evidence is reused if the probabilities are exact, see the notes.

    Returns
    -------
    RouteComparison
        One :class:`RouteProbability` per route, in the order of the journey file. ``to_frame``
        has the columns ``route``, ``prior``, ``probability``, ``mcse``, ``log_evidence`` and
        ``log_evidence_mcse``.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a journey, an argument is out of range, ``drop`` is a single
        string, ``drop`` or ``reliability`` has an unknown id, or a drawn dwell exceeds 1e9 s.
    TimeError
        If ``as_of`` has no offset, cannot be read or lies outside 1800 to 2200.

    See Also
    --------
    track_routes : Probability of each route after each report.
    condition : Draw journeys on one route, given the reports.
    set_priors : Replace the prior probabilities of the routes.

    Notes
    -----
    All routes are compared in every draw, so a report with which all routes agree equally
    changes no probability. If the probabilities of the routes are the same in every draw, they
    are exact, with a Monte Carlo standard error of 0.

    Examples
    --------
    >>> import routesim as rs
    >>> routes = rs.compare_routes(
    ...     rs.load_journey("2023-09"), as_of="2023-09-11T07:00Z", particles=256
    ... )
    >>> routes["route"].tolist()
    ['vladivostok', 'vostochny', 'komsomolsk']
    >>> routes["probability"].round(2).tolist()
    [0.77, 0.11, 0.11]
    """
    require_journey(journey)
    check_particles(particles)
    check_seed(seed)
    check_reliability(journey, reliability)
    problem = build_problem(journey, as_of=as_of, drop=drop)
    layouts = tuple(lay_plan(journey, route) for route in journey.routes)
    likelihood = build_likelihood(journey, problem.distinct_reports, reliability=reliability)
    target = JourneyTarget(layouts, likelihood)
    stream = make_stream(seed, "routes")
    alike = _share_alike(target, stream)
    if alike is None:
        population = sample_journey(target, stream, particles=particles)
        evidence = population.log_evidence, population.log_evidence_error
        items = _list_routes(journey, evidence, *_weigh_shares(target, population))
    else:
        # Sampling one route is enough, since its ratio to the others is the same in every draw.
        shares, ahead = alike
        found: Posterior | Population
        if posterior is not None and posterior.route_id == layouts[0].hypothesis.id:
            found = posterior
        else:
            first = JourneyTarget(layouts[:1], likelihood)
            found = sample_journey(first, stream, particles=particles)
        evidence = found.log_evidence + ahead, found.log_evidence_error
        items = _list_routes(journey, evidence, shares, np.zeros(shares.size))
    return RouteComparison(
        items=items,
        journey_id=journey.id,
        changes=journey.changes,
        default=journey.default_route,
        as_of_s=problem.as_of_s,
        dropped=tuple(drop),
        seed=seed,
    )


def _share_alike(
    target: JourneyTarget, stream: np.random.Generator
) -> tuple[Array, float] | None:
    """Return the probabilities of the routes if they are the same in every draw, else None.

    The second value is the difference between the log likelihood over all routes and that of
    the first route.
    """
    weighed = target.weigh_routes(target.observe(target.draw(stream, PROBES)))
    shares = _share_out(weighed)
    if np.ptp(shares, axis=0).max() >= ALIKE:
        return None
    prior = target.layouts[0].hypothesis.prior if len(target.layouts) > 1 else 1.0
    if prior == 0.0 or shares[0, 0] == 0.0:
        return None
    return shares[0], float(np.log(prior) - np.log(shares[0, 0]))


def _list_routes(
    journey: Journey, found: tuple[float, float], shares: Array, errors: Array
) -> tuple[RouteProbability, ...]:
    evidence, error = found
    priors = np.array([hypothesis.prior for hypothesis in journey.routes.values()])
    with np.errstate(divide="ignore"):
        by_route = evidence + np.log(shares) - np.log(priors)
    spread = np.hypot(error, errors / np.maximum(shares, 1e-12))
    rows = np.column_stack([priors, shares, errors, by_route, spread]).tolist()
    return tuple(
        RouteProbability(route, hypothesis.title, *row)
        for (route, hypothesis), row in zip(journey.routes.items(), rows, strict=True)
    )


def _weigh_shares(target: JourneyTarget, population: Population) -> tuple[Array, Array]:
    """Return the probability of each route and its Monte Carlo standard error, (routes,)."""
    shares = _share_out(target.weigh_routes(population.terms))
    lineage_groups = LineageGroups(population.lineage_group)
    errors = np.array([lineage_groups.find_mean_error(column) for column in shares.T])
    return shares.mean(axis=0), errors


def _share_out(weighed: Array) -> Array:
    """Turn log weights into shares that add up to 1 over the routes, (particles, routes)."""
    most = weighed.max(axis=1, keepdims=True)
    weight = np.exp(weighed - most)
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def track_routes(
    journey: Journey,
    *,
    seed: int = 0,
    reliabilities: Sequence[float] = RELIABILITIES,
) -> RouteTrack:
    """Return the probability of each route after each report.

    Reports are added in the order in which they became known.

    Parameters
    ----------
    journey : Journey
        The journey.
    seed : int, default 0
        Seed of the random streams, from 0.
    reliabilities : sequence of float, default (0.8, 0.95, 0.99)
        Reliabilities to try, each above 0 and at most 1. For each of them, the steps are
        computed with this reliability for all reports.

    Returns
    -------
    RouteTrack
        The probabilities before any report and after each report, for each reliability.
        ``to_frame`` has the columns ``reliability``, ``step``, ``known_at`` (aware UTC, NaT
        before any report) and ``report``, and for each route its probability (``ID``) and the
        Monte Carlo standard error of it (``mcse ID``).

    Raises
    ------
    ArgumentError
        If ``journey`` is not a journey, a reliability or the seed is out of range, or a drawn
        dwell exceeds 1e9 s.

    See Also
    --------
    compare_routes : Probability of each route, given all reports.
    condition : Draw journeys on one route, given the reports.

    Notes
    -----
    The probabilities are exact until a report states a time or quantity that depends on the
    route. From then on, they are estimated from particles. A report with which all particles
    agree equally leaves the particles unchanged.

    Examples
    --------
    >>> import routesim as rs
    >>> track = rs.track_routes(rs.load_journey("2023-09"), reliabilities=(0.95,))
    >>> first = track.steps[0]
    >>> first.step, first.probabilities
    (0, (0.6, 0.2, 0.2))
    >>> last = track.steps[-1]
    >>> last.report, [round(share, 2) for share in last.probabilities]
    ('C20', [0.62, 0.34, 0.04])
    """
    require_journey(journey)
    check_seed(seed)
    for value in reliabilities:
        check_reliability(journey, value)
    steps = [step for value in reliabilities for step in _track(journey, float(value), seed)]
    return RouteTrack(tuple(steps), tuple(journey.routes))


def _track(journey: Journey, reliability: float, seed: int) -> Iterator[RouteStep]:
    reports = list_evidence(journey, build_problem(journey).distinct_reports)
    known = sorted(reports, key=attrgetter("known_s", "id"))
    priors = tuple(hypothesis.prior for hypothesis in journey.routes.values())
    yield RouteStep(reliability, 0, None, "", priors, (0.0,) * len(priors))
    if not known:
        return
    tracker = _RouteTracker(journey, known, reliability, seed)
    for step, distinct in enumerate(known, start=1):
        shares, errors = (tuple(found.tolist()) for found in tracker.add_report(step))
        known_at = to_datetime(distinct.known_s)
        yield RouteStep(reliability, step, known_at, distinct.id, shares, errors)


class _RouteTracker:
    """Adds reports one by one, and reuses the particles of the previous step."""

    def __init__(
        self, journey: Journey, known: Sequence[DistinctReport], reliability: float, seed: int
    ) -> None:
        self.likelihoods = build_likelihoods(journey, known, reliability=reliability)
        layouts = tuple(lay_plan(journey, route) for route in journey.routes)
        last = self.likelihoods[-1]
        self.whole = JourneyTarget(layouts, last)
        self.stream = make_stream(seed, "routes in turn")
        self.population: Population | None = None
        self.probe = self.whole.observe(self.whole.draw(self.stream, PROBES))

    def add_report(self, step: int) -> tuple[Array, Array]:
        """Return the probabilities of the routes given ``step`` reports, and their errors."""
        target = self._make_target(step)
        shares = _share_out(target.weigh_routes(self.probe))
        if self.population is None and np.ptp(shares, axis=0).max() < ALIKE:
            # No sampling is needed, since the probabilities are the same in all draws.
            return shares[0], np.zeros(shares.shape[1])
        if self.population is None:
            sampler = self._make_sampler(target)
            self.population = sampler.advance(*sampler.begin())
        else:
            continued = self._make_target(step, before=self.likelihoods[step - 2])
            self.population = self._continue(continued, self.population)
        return _weigh_shares(target, self.population)

    def _make_target(self, step: int, *, before: Likelihood | None = None) -> JourneyTarget:
        """Return the target given ``step`` reports, with the model of all of them."""
        whole = self.whole
        likelihood = self.likelihoods[step - 1]
        return JourneyTarget(whole.layouts, likelihood, before=before, model=whole.model)

    def _make_sampler(self, target: JourneyTarget) -> Sampler:
        return Sampler(
            target, self.stream, particles=TRACKED_PARTICLES, most_moves=TRACKED_MOVES
        )

    def _continue(self, target: JourneyTarget, population: Population) -> Population:
        terms = population.terms
        if np.ptp(target.weigh(terms, 1.0) - target.weigh(terms, 0.0)) < ALIKE:
            return population
        return self._make_sampler(target).advance(population, 0.0)
