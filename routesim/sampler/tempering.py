"""Sequential Monte Carlo: particles from the prior to the posterior, by stages.

Particles start as draws from the prior. The likelihood is let in by steps, each as large as
the effective sample size allows; after each the particles are resampled and moved. Those that
descend from one draw of the prior are a lineage. Lineages are independent of one another but
for their sizes, and what they disagree by is the Monte Carlo error.

References
----------
Del Moral, Doucet, Jasra (2006), Sequential Monte Carlo samplers, J. R. Stat. Soc. B 68.
Lee, Whiteley (2018), Variance estimation in the particle filter, Biometrika 105, for lineages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routesim.arrays import take_rows
from routesim.sampler.moves import Mover

if TYPE_CHECKING:
    from routesim.sampler.target import Particles, Target

__all__ = ["ISLANDS", "PARTICLES", "Population", "Sampler", "count_particles"]

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

PARTICLES = 4096
ISLANDS = 16
"""Groups of lineages by which errors are found."""
FEWEST = 16
"""Particles."""
FEWEST_FOR_DRAWS = 1024
"""Particles that are carried even where fewer draws are wanted."""
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
"""Moves between two looks at how far the particles have come."""
MOST_MOVES = 80
LEAST_WANTED = 0.2
SLOWEST_SHARE = 1.0 / 3.0
"""Of the quantities, those that must have moved."""
FORGOTTEN, FORGOTTEN_LAST = 0.65, 0.45
"""Mean squared correlation of the slowest with their start at which particles count as moved:
on the way, and at the end."""


@dataclass(frozen=True, slots=True)
class Population:
    """Particles of equal weight.

    Parameters
    ----------
    hours
        (particles, dimensions).
    terms
        As observed, (..., particles).
    lineage
        From which draw of the prior each descends, (particles,).
    log_evidence
        The logarithm of the mean likelihood over the prior.
    stages, evaluations
        How many steps were taken, and how many times a particle was run.
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
    def island(self) -> Indices:
        """The island of each particle: lineages, put together to groups of even size."""
        return _share_out(self.lineage, ISLANDS)

    def take(self, chosen: Indices) -> Population:
        """Return some of the particles, by index."""
        return replace(
            self,
            hours=take_rows(self.hours, chosen),
            terms=self.terms[..., chosen],
            lineage=self.lineage[chosen],
        )


def count_particles(draws: int) -> int:
    """Return how many particles to carry for so many draws, where nothing else is asked for.

    Fewer draws than particles are chosen from them, more go on from them.
    """
    return min(max(draws, FEWEST_FOR_DRAWS), PARTICLES)


class Sampler:
    """Samples one target.

    Parameters
    ----------
    target
        What is sampled.
    stream
        The source of all randomness.
    particles
        How many.
    most_moves
        After each step but the last, which takes up to twice as many.
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
        self.mover = Mover(target, stream)
        self.size = max(particles, FEWEST)

    def run(self) -> Population:
        """Go from the prior to the target."""
        return self.advance(*self.begin())

    def begin(self) -> tuple[Population, float]:
        """Draw from the prior, and keep those that agree best; return the stage reached.

        Many more are drawn than are kept, so the first step is a long one.
        """
        beta = 0.0
        whole = DRAWN_FOR_ONE * self.size
        kept, gains = [], []
        for first in range(0, whole, DRAWN_AT_ONCE):
            count = min(DRAWN_AT_ONCE, whole - first)
            hours = self.target.draw(self.stream, count)
            terms = self.mover.observe(hours)
            if first == 0:
                beta = self._find_first_step(terms)
            gain = self.target.weigh(terms, beta)
            # As many as if all that are wanted came of these: the last choice is among them.
            chosen = _resample_evenly(np.exp(gain - gain.max()), self.size, self.stream)
            kept.append((take_rows(hours, chosen), terms[..., chosen], first + chosen))
            gains.append(gain.max() + np.log(np.exp(gain - gain.max()).sum()))
        found = np.array(gains)
        weight = np.exp(found - found.max())
        chosen = _resample_evenly(np.repeat(weight, self.size), self.size, self.stream)
        population = Population(
            hours=take_rows(np.concatenate([hours for hours, _, _ in kept]), chosen),
            terms=np.concatenate([terms for _, terms, _ in kept], axis=-1)[..., chosen],
            lineage=np.concatenate([numbers for _, _, numbers in kept])[chosen],
            log_evidence=float(found.max() + np.log(weight.sum() / whole)),
            stages=1,
        )
        return population, beta

    def _find_first_step(self, terms: Array) -> float:
        """Find the stage at which as many independent draws are left as are to be kept."""
        share = FIRST_KEPT / DRAWN_FOR_ONE
        return self._bisect(terms, 0.0, np.zeros(terms.shape[-1]), share)

    def advance(self, population: Population, beta: float) -> Population:
        """Let the likelihood in, step by step."""
        population, now = self._move(population, beta)
        while beta < 1.0:
            reached = self._bisect(population.terms, beta, now, KEPT_SHARE)
            following = self.target.weigh(population.terms, reached)
            population = self._resample(population, following - now)
            beta = reached
            population, now = self._move(population, beta)
        return replace(population, evaluations=self.mover.evaluations)

    def extend(self, population: Population, count: int) -> Population:
        """Go on from particles until there are ``count`` of them.

        They are as many as asked for but not independent of one another; the lineages tell
        how much they count.
        """
        particles = self.mover.set_out(population.hours, population.terms, 1.0)
        lessons = self.mover.learn(particles.hours)
        rounds = [population]
        while sum(one.count for one in rounds) < count:
            self.mover.move(particles, 1.0, lessons=lessons, count=MOVES_AT_ONCE, adapt=False)
            rounds.append(_hold(population, particles))
        surplus = sum(one.count for one in rounds) - count
        kept = np.linspace(0, population.count - 1, population.count - surplus).round()
        rounds[-1] = rounds[-1].take(kept.astype(np.intp))
        return replace(
            population,
            hours=np.concatenate([one.hours for one in rounds]),
            terms=np.concatenate([one.terms for one in rounds], axis=-1),
            lineage=np.concatenate([one.lineage for one in rounds]),
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
        """Resample the particles by what they have gained."""
        weight = np.exp(gain - gain.max())
        chosen = _resample_evenly(weight, population.count, self.stream)
        return replace(
            population.take(chosen),
            log_evidence=population.log_evidence + float(gain.max() + np.log(weight.mean())),
            stages=population.stages + 1,
        )

    def _move(self, population: Population, beta: float) -> tuple[Population, Array]:
        """Move the particles until they have forgotten where they were."""
        last = beta >= 1.0
        particles = self.mover.set_out(population.hours, population.terms, beta)
        start, lessons = np.copy(particles.hours), self.mover.learn(particles.hours)
        self.mover.wanted = np.ones(self.mover.dimensions)
        for _ in range(0, 2 * self.most_moves if last else self.most_moves, MOVES_AT_ONCE):
            self.mover.move(particles, beta, lessons=lessons, count=MOVES_AT_ONCE, adapt=True)
            remembered = _correlate(start, particles.hours)
            self.mover.wanted = np.maximum(remembered, LEAST_WANTED)
            enough = FORGOTTEN_LAST if last else FORGOTTEN
            if _average_slowest(remembered) < enough and self.mover.tried.all():
                break
        return _hold(population, particles), particles.now


def _hold(population: Population, particles: Particles) -> Population:
    """Return a population with its particles where they now are."""
    return replace(population, hours=np.copy(particles.hours), terms=particles.terms.copy())


def _resample_evenly(weight: Array, count: int, stream: np.random.Generator) -> Indices:
    """Choose ``count`` by weight, with one random number for all (systematic resampling)."""
    steps = np.cumsum(weight)
    at = (stream.random() + np.arange(count)) * (steps[-1] / count)
    return np.asarray(np.minimum(np.searchsorted(steps, at, side="right"), weight.size - 1))


def _share_out(lineage: Indices, count: int) -> Indices:
    """Put lineages together to at most so many groups, as even in size as they go.

    The largest lineage goes first, each to the group that is then the smallest.
    """
    _, number, sizes = np.unique(lineage, return_inverse=True, return_counts=True)
    order = np.argsort(-sizes, kind="stable")
    group = np.empty(sizes.size, dtype=np.intp)
    filled = [(0, one) for one in range(count)]
    for one in order:
        size, smallest = heappop(filled)
        group[one] = smallest
        heappush(filled, (size + int(sizes[one]), smallest))
    return np.asarray(group[number])


def _keep_share(gain: Array) -> float:
    """Return the share of the sample size that is left after weighting by these gains."""
    weight = np.exp(gain - gain.max())
    return float(weight.sum() ** 2 / (weight**2).sum() / weight.size)


def _average_slowest(remembered: Array) -> float:
    """Return the mean over the quantities that have moved least: the others hide them."""
    count = max(1, round(SLOWEST_SHARE * remembered.size))
    return float(np.partition(remembered, -count)[-count:].mean())


def _correlate(start: Array, end: Array) -> Array:
    """Return the squared correlation of each dimension before and after, (dimensions,)."""
    one, two = start - start.mean(axis=0), end - end.mean(axis=0)
    spread = np.sqrt((one**2).sum(axis=0) * (two**2).sum(axis=0))
    return np.asarray(((one * two).sum(axis=0) / np.maximum(spread, 1e-300)) ** 2)
