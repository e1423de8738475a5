"""Which route: how likely each one is, and how each report changed that."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import lazy_loader
import numpy as np

from routesim.certain.problem import build_problem
from routesim.journey import lay_plan, make_stream, require_journey
from routesim.likely.condition import check_particles, check_reliability
from routesim.likely.journey_target import RouteTarget, find_unknowns
from routesim.likely.likelihood import build_likelihood, build_likelihoods, list_evidence
from routesim.sampler.mcse import LineageGroups
from routesim.sampler.tempering import PARTICLES, Population, Sampler
from routesim.text.rounding import round_to
from routesim.text.times import to_datetime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import pandas as pd
    from numpy.typing import NDArray

    from routesim.evidence.interpretation import DistinctReport
    from routesim.journey import Journey
    from routesim.likely.posterior import Posterior

    Array = NDArray[np.float64]
else:
    pd = lazy_loader.load("pandas")

__all__ = ["DECISIVE", "RouteTrack", "compare_routes", "track_routes"]

RELIABILITIES = (0.8, 0.95, 0.99)
DECISIVE = 0.9
"""A route that is likelier than this is decided."""
TRACKED_PARTICLES, TRACKED_MOVES = 2048, 32
PROBES = 256
ALIKE = 1e-9
"""Shares and gains that differ by less count as the same in every draw."""


@dataclass(frozen=True, eq=False)
class RouteTrack:
    """How the probabilities of the routes changed; made by :func:`track_routes`.

    Parameters
    ----------
    rows
        A row a report in the order in which they became known, for each reliability, and one
        before any: reliability, step, known_at (aware UTC), report, then the probability of
        each route.
    routes
        Ids of the routes.
    """

    rows: pd.DataFrame = field(repr=False)
    routes: tuple[str, ...]

    @property
    def reliabilities(self) -> tuple[float, ...]:
        """The reliabilities that were tried."""
        return tuple(float(value) for value in self.rows["reliability"].unique())

    def find_decisive_report(self, reliability: float) -> tuple[str, str] | None:
        """Return the route and the report from which on it stays above 90 %, or None."""
        mine = self.rows[self.rows["reliability"] == reliability]
        for route in self.routes:
            above = (mine[route] > DECISIVE).to_numpy()
            if above.size and above[-1]:
                first = len(above) - int(np.argmin(above[::-1])) if not above.all() else 0
                return route, str(mine["report"].iloc[first])
        return None

    @property
    def decisive_reports(self) -> dict[float, tuple[str, str] | None]:
        """For each reliability the route that is decided and from which report, or None."""
        return {value: self.find_decisive_report(value) for value in self.reliabilities}


def compare_routes(
    journey: Journey,
    *,
    seed: int = 0,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    reliability: float | Mapping[str, float] | None = None,
    particles: int = PARTICLES,
    posterior: Posterior | None = None,
) -> pd.DataFrame:
    """Return how likely each route is, given the reports.

    Parameters
    ----------
    journey
        The journey.
    seed
        Of the random streams.
    as_of
        Only what was known by then is used; ``None`` for all.
    drop
        Ids of reports that are not used.
    reliability
        Instead of those of the plan: one for all, or by the id of a report or family.
    particles
        How many particles the sampler has, where one is needed.
    posterior
        Of the first route, given the same reports and reliabilities, so that its evidence
        need not be computed again where it suffices.

    Returns
    -------
    DataFrame
        A row a route: route, prior, probability, mcse (its Monte Carlo error), log_evidence
        (the logarithm of the probability of the reports by that route), log_evidence_mcse.

    Raises
    ------
    ArgumentError
        If an argument is out of range, or names no report.

    Notes
    -----
    All routes are compared in every draw, so that a report with which all of them agree alike
    changes nothing. Where the shares of the routes are the same in every draw, the
    probabilities are exact (mcse 0). They are rounded to their error.

    Examples
    --------
    >>> import routesim as rs
    >>> routes = rs.compare_routes(rs.load_journey("2023-09"), as_of="2023-09-11T07:00Z")
    >>> routes["probability"].round(2).tolist()
    [0.77, 0.11, 0.11]
    """
    require_journey(journey)
    check_particles(particles)
    check_reliability(journey, reliability)
    problem = build_problem(journey, as_of=as_of, drop=drop)
    layouts = tuple(lay_plan(journey, route) for route in journey.routes)
    likelihood = build_likelihood(journey, problem.distinct_reports, reliability=reliability)
    target = RouteTarget(layouts, likelihood, find_unknowns(likelihood, layouts))
    stream = make_stream(seed, "routes")
    alike = _share_alike(target, stream)
    if alike is None:
        population = Sampler(target, stream, particles=particles).run()
        evidence = population.log_evidence, population.log_evidence_error
        return _make_table(journey, evidence, *_weigh_shares(target, population))
    # One route suffices: how it differs from the others is the same in every draw.
    shares, ahead = alike
    found: Posterior | Population
    if posterior is not None and posterior.route_id == layouts[0].hypothesis.id:
        found = posterior
    else:
        first = RouteTarget(layouts[:1], likelihood, find_unknowns(likelihood, layouts[:1]))
        found = Sampler(first, stream, particles=particles).run()
    evidence = found.log_evidence + ahead, found.log_evidence_error
    return _make_table(journey, evidence, shares, np.zeros(shares.size))


def _share_alike(
    target: RouteTarget, stream: np.random.Generator
) -> tuple[Array, float] | None:
    """Return the probabilities of the routes if they are the same in every draw, else None.

    With them, by how much the log likelihood over all routes exceeds that of the first.
    """
    weighed = target.weigh_routes(target.observe(target.draw(stream, PROBES)))
    shares = _share_out(weighed)
    if np.ptp(shares, axis=0).max() >= ALIKE:
        return None
    prior = target.layouts[0].hypothesis.prior if len(target.layouts) > 1 else 1.0
    if prior == 0.0 or shares[0, 0] == 0.0:
        return None
    return shares[0], float(np.log(prior) - np.log(shares[0, 0]))


def _make_table(
    journey: Journey, found: tuple[float, float], shares: Array, errors: Array
) -> pd.DataFrame:
    evidence, error = found
    priors = np.array([hypothesis.prior for hypothesis in journey.routes.values()])
    with np.errstate(divide="ignore"):
        by_route = evidence + np.log(shares) - np.log(priors)
    return pd.DataFrame(
        {
            "route": list(journey.routes),
            "prior": priors,
            "probability": [
                round_to(float(share), float(e))
                for share, e in zip(shares, errors, strict=True)
            ],
            "mcse": errors,
            "log_evidence": by_route,
            "log_evidence_mcse": np.hypot(error, errors / np.maximum(shares, 1e-12)),
        }
    )


def _weigh_shares(target: RouteTarget, population: Population) -> tuple[Array, Array]:
    """Return the probability of each route and its Monte Carlo error, (routes,)."""
    shares = _share_out(target.weigh_routes(population.terms))
    lineage_groups = LineageGroups(population.lineage_group)
    errors = [
        float(lineage_groups.find_error(column, lambda part: part.mean(keepdims=True))[0])
        for column in shares.T
    ]
    return shares.mean(axis=0), np.array(errors)


def _share_out(weighed: Array) -> Array:
    """Turn logarithms of weights into shares, (particles, routes)."""
    most = weighed.max(axis=1, keepdims=True)
    weight = np.exp(weighed - most)
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def track_routes(
    journey: Journey,
    *,
    seed: int = 0,
    reliabilities: Sequence[float] = RELIABILITIES,
) -> RouteTrack:
    """Return how likely each route was after each report, in the order they became known.

    Parameters
    ----------
    journey
        The journey.
    seed
        Of the random streams.
    reliabilities
        Of every report, one run each.

    Returns
    -------
    RouteTrack

    Raises
    ------
    ArgumentError
        If a reliability is not above 0 and at most 1.

    Notes
    -----
    Where a report is not about times or quantities in which the routes differ, only the shares
    of the routes change and nothing is drawn anew.
    """
    require_journey(journey)
    for value in reliabilities:
        check_reliability(journey, value)
    rows: list[dict[str, object]] = []
    for value in reliabilities:
        rows += _track(journey, float(value), seed)
    return RouteTrack(pd.DataFrame(rows), tuple(journey.routes))


def _track(journey: Journey, reliability: float, seed: int) -> list[dict[str, object]]:
    known = sorted(
        list_evidence(journey, build_problem(journey).distinct_reports),
        key=lambda distinct: (distinct.known_s, distinct.id),
    )
    priors = {route: hypothesis.prior for route, hypothesis in journey.routes.items()}
    rows: list[dict[str, object]] = [
        {"reliability": reliability, "step": 0, "known_at": None, "report": "", **priors}
    ]
    tracker = _RouteTracker(journey, known, reliability, seed)
    for step, distinct in enumerate(known, start=1):
        shares = tracker.add_report(step)
        rows.append(
            {
                "reliability": reliability,
                "step": step,
                "known_at": to_datetime(distinct.known_s),
                "report": distinct.id,
                **dict(zip(journey.routes, shares, strict=True)),
            }
        )
    return rows


class _RouteTracker:
    """Adds reports one by one, and keeps the particles from one to the next."""

    def __init__(
        self, journey: Journey, known: Sequence[DistinctReport], reliability: float, seed: int
    ) -> None:
        self.likelihoods = build_likelihoods(journey, known, reliability=reliability)
        layouts = tuple(lay_plan(journey, route) for route in journey.routes)
        last = self.likelihoods[-1]
        self.whole = RouteTarget(layouts, last, find_unknowns(last, layouts))
        self.stream = make_stream(seed, "routes in turn")
        self.population: Population | None = None
        self.probe = self.whole.observe(self.whole.draw(self.stream, PROBES))

    def add_report(self, step: int) -> list[float]:
        """Return the probabilities of the routes given the first ``step`` reports."""
        target = replace(self.whole, likelihood=self.likelihoods[step - 1])
        shares = _share_out(target.weigh_routes(self.probe))
        if self.population is None and np.ptp(shares, axis=0).max() < ALIKE:
            # The draws do not matter: the shares are the same in all of them.
            return [float(share) for share in shares[0]]
        if self.population is None:
            sampler = self._make_sampler(target)
            self.population = sampler.advance(*sampler.begin())
        else:
            before = self.likelihoods[step - 2]
            self.population = self._continue(replace(target, before=before), self.population)
        found, errors = _weigh_shares(target, self.population)
        return [
            round_to(float(share), float(e)) for share, e in zip(found, errors, strict=True)
        ]

    def _make_sampler(self, target: RouteTarget) -> Sampler:
        return Sampler(
            target, self.stream, particles=TRACKED_PARTICLES, most_moves=TRACKED_MOVES
        )

    def _continue(self, target: RouteTarget, population: Population) -> Population:
        terms = population.terms
        if np.ptp(target.weigh(terms, 1.0) - target.weigh(terms, 0.0)) < ALIKE:
            return population
        return self._make_sampler(target).advance(population, 0.0)
