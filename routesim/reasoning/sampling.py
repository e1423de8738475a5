"""Sequential Monte Carlo: particles from the prior to the posterior, by stages.

Particles start as draws from the prior. The likelihood is let in by steps, each as large as
the effective sample size allows; after each the particles are resampled and moved. They live
on islands that never exchange particles before the end, so that the islands are repetitions
of each other, and what they disagree by is the Monte Carlo error.

References
----------
Del Moral, Doucet, Jasra (2006), Sequential Monte Carlo samplers, J. R. Stat. Soc. B 68.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from routesim.reasoning.moves import Fit, Mover, Particles, Target

__all__ = ["ISLANDS", "PARTICLES", "Population", "Sampler"]

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

PARTICLES = 4096
ISLANDS = 16
FEWEST_A_SIDE = 4
DRAWN_FOR_ONE = 64
"""Draws from the prior for each particle."""
FIRST_KEPT = 2.0
"""Independent draws left at the first stage for each particle."""
KEPT_SHARE = 0.7
"""Of the effective sample size that one step must keep."""
BISECTIONS = 12
FIRST_STEP = 1e-9
MOVES_AT_ONCE = 4
"""Moves between two looks at how far the particles have come."""
MOST_MOVES = 64
LEAST_WANTED = 0.2
FORGOTTEN, FORGOTTEN_LAST = 0.5, 0.3
"""Mean squared correlation with the start at which particles count as moved: on the way,
and at the end."""


@dataclass(frozen=True, slots=True)
class Population:
    """Particles of equal weight.

    Parameters
    ----------
    scores
        (particles, dimensions).
    terms
        As observed, (..., particles).
    island
        On which each lives, rising within each round of moves, (particles,).
    log_evidence
        Of each island, (islands,).
    stages, evaluations
        How many steps were taken, and how many times a particle was run.
    """

    scores: Array
    terms: Array
    island: Indices
    log_evidence: Array
    stages: int = 0
    evaluations: int = 0

    @property
    def count(self) -> int:
        """How many particles there are."""
        return int(self.scores.shape[0])

    def take(self, chosen: Indices) -> Population:
        """Return some of the particles, by index."""
        return replace(
            self,
            scores=self.scores[chosen],
            terms=self.terms[..., chosen],
            island=self.island[chosen],
        )


class Sampler:
    """Samples one target.

    Parameters
    ----------
    target
        What is sampled.
    stream
        The source of all randomness.
    particles
        How many; rounded down to a multiple of the islands.
    islands
        How many repetitions.
    most_moves
        After each step but the last, which takes up to twice as many.
    """

    def __init__(
        self,
        target: Target,
        stream: np.random.Generator,
        *,
        particles: int = PARTICLES,
        islands: int = ISLANDS,
        most_moves: int = MOST_MOVES,
    ) -> None:
        self.target, self.stream, self.most_moves = target, stream, most_moves
        self.mover = Mover(target, stream)
        self.islands = islands
        self.size = max(particles // islands, FEWEST_A_SIDE)

    def run(self) -> Population:
        """Go from the prior to the target, and even out the islands by their evidence."""
        return self.settle(self.advance(*self.begin()))

    def begin(self) -> tuple[Population, float]:
        """Draw from the prior, and keep those that agree best; return the stage reached.

        Many more are drawn than are kept, so the first step is a long one.
        """
        beta = 0.0
        kept, evidence = [], np.zeros(self.islands)
        for island in range(self.islands):
            scores = self.stream.standard_normal(
                (DRAWN_FOR_ONE * self.size, self.mover.dimensions)
            )
            terms = self.mover.observe(scores)
            if island == 0:
                beta = self._find_first_step(terms)
            gain = self.target.weigh(terms, beta)
            chosen = _resample_evenly(np.exp(gain - gain.max()), self.size, self.stream)
            evidence[island] = gain.max() + np.log(np.exp(gain - gain.max()).mean())
            kept.append((scores[chosen], terms[..., chosen]))
        population = Population(
            scores=np.concatenate([scores for scores, _ in kept]),
            terms=np.concatenate([terms for _, terms in kept], axis=-1),
            island=np.repeat(np.arange(self.islands), self.size),
            log_evidence=evidence,
            stages=1,
        )
        return population, beta

    def _find_first_step(self, terms: Array) -> float:
        """Find the stage at which as many independent draws are left as are to be kept."""
        share = FIRST_KEPT / DRAWN_FOR_ONE
        return self._bisect(terms, 0.0, np.zeros(terms.shape[-1]), share)

    def advance(self, population: Population, beta: float) -> Population:
        """Let the likelihood in, step by step, each island for itself."""
        population, now = self._move(population, beta)
        while beta < 1.0:
            reached = self._bisect(population.terms, beta, now, KEPT_SHARE)
            following = self.target.weigh(population.terms, reached)
            population = self._resample(population, following - now)
            beta = reached
            population, now = self._move(population, beta)
        return replace(population, evaluations=self.mover.evaluations)

    def settle(self, population: Population) -> Population:
        """Resample over all islands, each counting by its evidence."""
        weight = np.exp(population.log_evidence - population.log_evidence.max())
        chosen = _resample_evenly(weight[population.island], population.count, self.stream)
        return population.take(np.sort(chosen))

    def extend(self, population: Population, count: int) -> Population:
        """Go on from settled particles until there are ``count`` of them.

        They are as many as asked for but not independent of one another; the islands tell
        how much they count.
        """
        particles = self.mover.set_out(population.scores, population.terms, 1.0)
        fit = Fit.of(particles.hours)
        rounds = [population]
        while sum(one.count for one in rounds) < count:
            self.mover.move(
                particles, 1.0, population.island, fit=fit, count=MOVES_AT_ONCE, adapt=False
            )
            rounds.append(_hold(population, particles))
        surplus = sum(one.count for one in rounds) - count
        kept = np.linspace(0, population.count - 1, population.count - surplus).round()
        rounds[-1] = rounds[-1].take(kept.astype(np.intp))
        return replace(
            population,
            scores=np.concatenate([one.scores for one in rounds]),
            terms=np.concatenate([one.terms for one in rounds], axis=-1),
            island=np.concatenate([one.island for one in rounds]),
            evaluations=self.mover.evaluations,
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
        """Resample each island by what its particles have gained."""
        by_island = gain.reshape(self.islands, self.size)
        most = by_island.max(axis=1, keepdims=True)
        weight = np.exp(by_island - most)
        chosen = np.concatenate(
            [
                island * self.size + _resample_evenly(weight[island], self.size, self.stream)
                for island in range(self.islands)
            ]
        )
        return replace(
            population.take(chosen),
            log_evidence=population.log_evidence + most[:, 0] + np.log(weight.mean(axis=1)),
            stages=population.stages + 1,
        )

    def _move(self, population: Population, beta: float) -> tuple[Population, Array]:
        """Move the particles until they have forgotten where they were."""
        last = beta >= 1.0
        particles = self.mover.set_out(population.scores, population.terms, beta)
        start, fit = particles.hours.copy(), Fit.of(particles.hours)
        self.mover.wanted = np.ones(self.mover.dimensions)
        for _ in range(0, 2 * self.most_moves if last else self.most_moves, MOVES_AT_ONCE):
            self.mover.move(
                particles,
                beta,
                population.island,
                fit=fit,
                count=MOVES_AT_ONCE,
                adapt=True,
            )
            remembered = _correlate(start, particles.hours)
            self.mover.wanted = np.maximum(remembered, LEAST_WANTED)
            if remembered.mean() < (FORGOTTEN_LAST if last else FORGOTTEN):
                break
        return _hold(population, particles), particles.now


def _hold(population: Population, particles: Particles) -> Population:
    """Return a population with its particles where they now are."""
    return replace(population, scores=particles.scores.copy(), terms=particles.terms.copy())


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
    """Return the squared correlation of each dimension before and after, (dimensions,)."""
    one, two = start - start.mean(axis=0), end - end.mean(axis=0)
    spread = np.sqrt((one**2).sum(axis=0) * (two**2).sum(axis=0))
    return np.asarray(((one * two).sum(axis=0) / np.maximum(spread, 1e-300)) ** 2)
