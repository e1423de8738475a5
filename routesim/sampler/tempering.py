"""Tempered sequential Monte Carlo: particles from the prior to the posterior, by stages.

Particles that descend from one draw of the prior are a lineage. Lineages are independent
of one another but for their sizes, and their differences give the Monte Carlo error.

References
----------
Del Moral, Doucet, Jasra (2006), Sequential Monte Carlo samplers, J. R. Stat. Soc. B 68.
Lee, Whiteley (2018), Variance estimation in the particle filter, Biometrika 105, for lineages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from routesim.arrays import Array, Indices, take_rows
from routesim.sampler.mcse import group_lineages
from routesim.sampler.schedule import MoveSchedule

if TYPE_CHECKING:
    from routesim.sampler.particles import Particles
    from routesim.sampler.target import Target


PARTICLES = 4096
GROUPS = 16
"""Groups of lineages by which errors are found."""
FEWEST = 16
"""Particles."""
FEWEST_FOR_DRAWS = 1024
"""Particles that there are even where fewer draws are wanted."""
DRAWN_FOR_ONE = 64
"""Draws from the prior for each particle."""
DRAWN_AT_ONCE = 16_384
FIRST_KEPT = 2.0
"""Independent draws left at the first stage for each particle."""
KEPT_SHARE = 0.7
"""Of the effective sample size that one step must keep."""
BISECTIONS = 12
FIRST_STEP = 1e-9
MOVES_AT_ONCE = 4
"""Moves after which it is looked at how far the particles have come."""
MOST_MOVES = 80
LEAST_PRIORITY = 0.2
SLOWEST_SHARE = 1.0 / 3.0
"""Of the columns, those that must have moved."""
FORGOTTEN, FORGOTTEN_LAST = 0.65, 0.45
"""Mean squared correlation of the slowest columns with their start at which particles count
as moved: on the way, and at the end."""


@dataclass(frozen=True, slots=True)
class Population:
    """Particles of equal weight: their parameters as hours, (particles, dimensions).

    ``terms`` are those of their log likelihood, (..., particles); ``lineage`` is from which
    draw of the prior each descends, (particles,); ``log_evidence`` the logarithm of the mean
    likelihood over the prior. There were so many ``stages``, or steps, and ``evaluations`` of
    a particle.
    """

    hours: Array
    terms: Array
    lineage: Indices
    log_evidence: float = 0.0
    stages: int = 0
    evaluations: int = 0

    @property
    def count(self) -> int:
        """How many particles there are."""
        return int(self.hours.shape[0])

    @property
    def log_evidence_error(self) -> float:
        """The Monte Carlo standard error of the log evidence.

        With shares ``p`` of the lineages, the relative variance of the evidence is the sum
        of ``p²`` [Lee, Whiteley], less what as many independent particles would have.
        """
        share = np.bincount(self.lineage) / self.count
        return float(np.sqrt((share**2).sum()))

    @property
    def lineage_group(self) -> Indices:
        """The group of lineages of each particle, (particles,)."""
        return group_lineages(self.lineage, GROUPS)

    def take(self, chosen: Indices) -> Population:
        """Return some of the particles, by index."""
        return replace(
            self,
            hours=take_rows(self.hours, chosen),
            terms=self.terms[..., chosen],
            lineage=self.lineage[chosen],
        )


def count_particles(draws: int) -> int:
    """Return the default number of particles for a number of draws.

    Fewer draws than particles are chosen from them; for more, the sampler goes on from them.
    """
    return min(max(draws, FEWEST_FOR_DRAWS), PARTICLES)


class Sampler:
    """Samples one target by so many particles.

    ``most_moves`` are made after each step but the last, which takes up to twice as many.
    """

    def __init__(
        self,
        target: Target,
        stream: np.random.Generator,
        *,
        particles: int = PARTICLES,
        most_moves: int = MOST_MOVES,
    ) -> None:
        self.target, self.stream, self.most_moves = target, stream, most_moves
        self.schedule = MoveSchedule(target, stream)
        self.acceptance = self.schedule.acceptance
        self.size = max(particles, FEWEST)

    def run(self, draws: int | None = None) -> Population:
        """Go from the prior to the target; return so many draws, or all particles.

        Fewer than there are particles are chosen at random; see :meth:`extend` for more.
        """
        population = self.advance(*self.begin())
        if draws is None or draws == population.count:
            return population
        if draws > population.count:
            return self.extend(population, draws)
        kept = self.stream.permutation(population.count)[:draws]
        return population.take(np.sort(kept))

    def begin(self) -> tuple[Population, float]:
        """Draw from the prior, and keep those of high likelihood; return the stage reached.

        Many more are drawn than are kept, so the first step is a long one.
        """
        beta = 0.0
        whole = DRAWN_FOR_ONE * self.size
        kept, gains = [], []
        for first in range(0, whole, DRAWN_AT_ONCE):
            count = min(DRAWN_AT_ONCE, whole - first)
            params = self.target.draw(self.stream, count)
            terms = self.acceptance.observe(params)
            if first == 0:
                # As many independent draws are left as are to be kept.
                share = FIRST_KEPT / DRAWN_FOR_ONE
                beta = self._bisect(terms, 0.0, np.zeros(count), share)
            gain = self.target.weigh(terms, beta)
            # As many as if all particles came from these: the last choice is among them.
            chosen = _resample_evenly(np.exp(gain - gain.max()), self.size, self.stream)
            kept.append((take_rows(params, chosen), terms[..., chosen], first + chosen))
            gains.append(gain.max() + np.log(np.exp(gain - gain.max()).sum()))
        found = np.array(gains)
        weight = np.exp(found - found.max())
        chosen = _resample_evenly(np.repeat(weight, self.size), self.size, self.stream)
        population = Population(
            hours=take_rows(np.concatenate([params for params, _, _ in kept]), chosen),
            terms=np.concatenate([terms for _, terms, _ in kept], axis=-1)[..., chosen],
            lineage=np.concatenate([numbers for _, _, numbers in kept])[chosen],
            log_evidence=float(found.max() + np.log(weight.sum() / whole)),
            stages=1,
        )
        return population, beta

    def advance(self, population: Population, beta: float) -> Population:
        """Raise the power of the likelihood to 1, step by step."""
        population, now = self._move(population, beta)
        while beta < 1.0:
            reached = self._bisect(population.terms, beta, now, KEPT_SHARE)
            following = self.target.weigh(population.terms, reached)
            population = self._resample(population, following - now)
            beta = reached
            population, now = self._move(population, beta)
        return replace(population, evaluations=self.acceptance.evaluations)

    def extend(self, population: Population, count: int) -> Population:
        """Go on from particles until there are ``count`` of them.

        They are not independent of one another; their lineages show how much they count.
        """
        particles = self.acceptance.prepare(population.hours, population.terms, 1.0)
        fit = self.schedule.fit(particles.params)
        rounds = [population]
        while sum(one.count for one in rounds) < count:
            self.schedule.run(particles, 1.0, fit=fit, count=MOVES_AT_ONCE, adapt=False)
            rounds.append(_hold(population, particles))
        surplus = sum(one.count for one in rounds) - count
        kept = np.linspace(0, population.count - 1, population.count - surplus).round()
        rounds[-1] = rounds[-1].take(kept.astype(np.intp))
        return replace(
            population,
            hours=np.concatenate([one.hours for one in rounds]),
            terms=np.concatenate([one.terms for one in rounds], axis=-1),
            lineage=np.concatenate([one.lineage for one in rounds]),
            evaluations=self.acceptance.evaluations,
        )

    def _bisect(self, terms: Array, beta: float, now: Array, share: float) -> float:
        """Find the longest step that keeps this share of the effective sample size."""
        if _keep_share(self.target.weigh(terms, 1.0) - now) >= share:
            return 1.0
        # On a logarithmic scale: the first steps may be very short.
        low, high = np.log(max(beta, FIRST_STEP)), 0.0
        for _ in range(BISECTIONS):
            middle = 0.5 * (low + high)
            kept = _keep_share(self.target.weigh(terms, float(np.exp(middle))) - now)
            low, high = (middle, high) if kept >= share else (low, middle)
        return float(np.exp(low if np.exp(low) > beta else high))

    def _resample(self, population: Population, gain: Array) -> Population:
        """Resample the particles by what they have gained."""
        weight = np.exp(gain - gain.max())
        chosen = _resample_evenly(weight, population.count, self.stream)
        return replace(
            population.take(chosen),
            log_evidence=population.log_evidence + float(gain.max() + np.log(weight.mean())),
            stages=population.stages + 1,
        )

    def _move(self, population: Population, beta: float) -> tuple[Population, Array]:
        """Move the particles until they hardly correlate with where they were."""
        last = beta >= 1.0
        particles = self.acceptance.prepare(population.hours, population.terms, beta)
        start, fit = np.copy(particles.params), self.schedule.fit(particles.params)
        self.schedule.prioritize(np.ones(start.shape[1]))
        # Of the columns only those that have moved least: the others hide them.
        slow = max(1, round(SLOWEST_SHARE * start.shape[1]))
        enough = FORGOTTEN_LAST if last else FORGOTTEN
        for _ in range(0, 2 * self.most_moves if last else self.most_moves, MOVES_AT_ONCE):
            self.schedule.run(particles, beta, fit=fit, count=MOVES_AT_ONCE, adapt=True)
            remembered = _correlate(start, particles.params)
            self.schedule.prioritize(np.maximum(remembered, LEAST_PRIORITY))
            slowest = float(np.partition(remembered, -slow)[-slow:].mean())
            if slowest < enough and self.schedule.tried.all():
                break
        return _hold(population, particles), particles.log_likelihood


def _hold(population: Population, particles: Particles) -> Population:
    """Return a population with its particles where they now are."""
    return replace(
        population, hours=np.copy(particles.params), terms=particles.log_agreements.copy()
    )


def _resample_evenly(weight: Array, count: int, stream: np.random.Generator) -> Indices:
    """Choose ``count`` by weight, with one random number for all (systematic resampling)."""
    steps = np.cumsum(weight)
    at = (stream.random() + np.arange(count)) * (steps[-1] / count)
    return np.asarray(np.minimum(np.searchsorted(steps, at, side="right"), weight.size - 1))


def _keep_share(gain: Array) -> float:
    """Return the share of the sample size that is left after weighting by these gains."""
    weight = np.exp(gain - gain.max())
    return float(weight.sum() ** 2 / (weight**2).sum() / weight.size)


def _correlate(start: Array, end: Array) -> Array:
    """Return the squared correlation of each column before and after, (dimensions,)."""
    one, two = start - start.mean(axis=0), end - end.mean(axis=0)
    spread = np.sqrt((one**2).sum(axis=0) * (two**2).sum(axis=0))
    return np.asarray(((one * two).sum(axis=0) / np.maximum(spread, 1e-300)) ** 2)
