"""Tempered sequential Monte Carlo: particles from the prior to the posterior, in stages.

At each stage the likelihood is raised to a larger power, ``beta``. A lineage is all particles
that descend from one draw of the prior. Lineages are independent of each other except for their
sizes, and the variation between them gives the Monte Carlo error.

References
----------
Del Moral, Doucet, Jasra (2006), Sequential Monte Carlo samplers, J. R. Stat. Soc. B 68.
Lee, Whiteley (2018), Variance estimation in the particle filter, Biometrika 105, for lineages.
Olsson, Douc (2019), Numerically stable online estimation of variance in particle filters,
Bernoulli 25, for lineages with a limited memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from routesim.sampler.mcse import group_lineages
from routesim.sampler.schedule import MoveSchedule
from routesim.sampler.target import count_particles_in, join_states, take_particles

if TYPE_CHECKING:
    from routesim.arrays import Array, Indices
    from routesim.sampler.target import State, Target


PARTICLES = 4096
"""Default number of particles, also the largest number derived from the number of draws."""
GROUPS = 16
"""Number of groups of lineages from which errors are estimated."""
FEWEST = 16
"""Smallest number of particles allowed."""
FEWEST_FOR_DRAWS = 1024
"""Smallest number of particles derived from the number of draws."""
DRAWN_FOR_ONE = 16
"""Number of draws from the prior per particle."""
DRAWN_AT_ONCE = 16_384
"""Number of prior draws evaluated together, which bounds the memory."""
FIRST_KEPT = 2.0
"""Effective sample size of the prior draws at the first stage, per particle."""
LOST_MOVES = 5
"""Largest number of moves if the particles are lost, relative to the usual one."""
FORGOTTEN_LINEAGE = 0.02
"""Squared correlation with earlier values below which lineages before them do not count."""
BISECTIONS = 12
"""Number of bisections in the search for a power, on a logarithmic scale."""
FIRST_STEP = 1e-9
"""Smallest positive power of the likelihood."""
MOVES_AT_ONCE = 4
"""Number of moves between two checks of the correlation, and between two sets of draws."""
MOST_MOVES = 80
"""Largest number of moves per stage."""
LEAST_PRIORITY = 0.2
"""Smallest weight of a column in the choice of moves, even if it has moved far."""
SLOWEST_SHARE = 1.0 / 3.0
"""Share of the columns, the slowest ones, for which the correlation is checked."""
FORGOTTEN = 0.65
"""Correlation below which the moves of an intermediate stage end.

This is the mean squared correlation of the slowest columns with their values at the start of
the stage."""


@dataclass(frozen=True, slots=True)
class Population:
    """Particles of equal weight, with their genealogy and the evidence.

    ``state`` describes the particles. ``terms`` are the terms of the log likelihood, (...,
    particles). ``lineage`` is the number of the prior draw from which each
    particle descends, (particles,). ``log_evidence`` is the logarithm of the mean likelihood
    under the prior. ``stages`` is the number of stages, and ``evaluations`` the number of
    evaluations of the likelihood of a particle.

    ``started`` has the lineages as they were numbered at the start of each stage, (stages,
    particles), and ``remembered`` how well the particles remember each start: the product of
    the squared correlations since then, (stages,).
    """

    state: State
    terms: Array
    lineage: Indices
    log_evidence: float = 0.0
    stages: int = 0
    evaluations: int = 0
    started: tuple[Indices, ...] = ()
    remembered: tuple[float, ...] = ()

    @property
    def count(self) -> int:
        """Number of particles."""
        return count_particles_in(self.state)

    @property
    def log_evidence_error(self) -> float:
        """Monte Carlo standard error of the log evidence.

        The relative variance of the evidence is estimated by the sum of ``p²`` over the shares
        ``p`` of the particles in each lineage [Lee, Whiteley]. Their estimate also subtracts a
        term of the order ``1 / count``, which is left out here.
        """
        share = np.bincount(self.lineage) / self.count
        return float(np.sqrt((share**2).sum()))

    @property
    def recent_lineage(self) -> Indices:
        """Number of the lineage of each particle since the last start that it still remembers.

        The particles of earlier starts no longer matter, since the moves have mixed them
        [Olsson, Douc].
        """
        starts = zip(reversed(self.started), reversed(self.remembered), strict=True)
        found = next((s for s, left in starts if left < FORGOTTEN_LINEAGE), None)
        return self.lineage if found is None else found

    @property
    def lineage_group(self) -> Indices:
        """Number of the group of lineages to which each particle belongs, (particles,)."""
        return group_lineages(self.recent_lineage, GROUPS)

    def take(self, chosen: Indices) -> Population:
        """Return the particles with these indices."""
        return replace(
            self,
            state=take_particles(self.state, chosen),
            terms=self.terms[..., chosen],
            lineage=self.lineage[chosen],
            started=tuple(one[chosen] for one in self.started),
        )


def count_particles(draws: int) -> int:
    """Return the default number of particles for a number of draws; see :meth:`Sampler.run`."""
    return min(max(draws, FEWEST_FOR_DRAWS), PARTICLES)


class Sampler:
    """Samples a target by sequential Monte Carlo.

    ``most_moves`` is the largest number of moves per stage; the last stage may take twice as
    many.
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
        self.evaluations = 0
        self.size = max(particles, FEWEST)

    def run(self, draws: int | None = None) -> Population:
        """Sample the target; return ``draws`` draws, or all particles if None.

        Fewer draws than particles are chosen at random from the particles. For more draws, see
        :meth:`extend`.
        """
        return self.finish(self.advance(*self.begin()), draws)

    def _prepare(
        self, population: Population, beta: float, now: Array
    ) -> tuple[Population, Array]:
        """Let the target prepare the particles; return them, and the weight that they have."""
        state = dict(population.state)
        weights = self.target.prepare(state, beta, self.stream)
        if weights is None:
            return population, now
        population = replace(population, state=state, terms=self._observe(state))
        return population, self.target.weigh(population.terms, beta) - weights

    def finish(self, population: Population, draws: int | None) -> Population:
        """Return ``draws`` draws from the particles at the power 1, or all if None."""
        if draws is None or draws == population.count:
            return population
        if draws > population.count:
            return self.extend(population, draws)
        kept = self.stream.permutation(population.count)[:draws]
        return population.take(np.sort(kept))

    def begin(self) -> tuple[Population, float]:
        """Make the first stage: resample prior draws; return also the power ``beta`` reached.

        Many more draws are made than are kept, so that the first step is long.
        """
        beta = 0.0
        whole = DRAWN_FOR_ONE * self.size
        kept, gains = [], []
        for first in range(0, whole, DRAWN_AT_ONCE):
            count = min(DRAWN_AT_ONCE, whole - first)
            drawn = self.target.draw(self.stream, count)
            terms = self._observe(drawn)
            if first == 0:
                # The effective sample size of all draws becomes FIRST_KEPT per particle.
                share = FIRST_KEPT / DRAWN_FOR_ONE
                beta = self._bisect(terms, 0.0, np.zeros(count), share)
            gain = self.target.weigh(terms, beta)
            # Each batch yields a full set, since the final choice is among all batches.
            chosen = _resample_evenly(np.exp(gain - gain.max()), self.size, self.stream)
            kept.append((take_particles(drawn, chosen), terms[..., chosen], first + chosen))
            gains.append(gain.max() + np.log(np.exp(gain - gain.max()).sum()))
        found = np.array(gains)
        weight = np.exp(found - found.max())
        chosen = _resample_evenly(np.repeat(weight, self.size), self.size, self.stream)
        population = Population(
            state=take_particles(join_states([drawn for drawn, _, _ in kept]), chosen),
            terms=np.concatenate([terms for _, terms, _ in kept], axis=-1)[..., chosen],
            lineage=np.concatenate([numbers for _, _, numbers in kept])[chosen],
            log_evidence=float(found.max() + np.log(weight.sum() / whole)),
            stages=1,
        )
        return population, beta

    def advance(
        self, population: Population, beta: float, *, is_moved: bool = False
    ) -> Population:
        """Raise the power of the likelihood to 1 in steps, with moves after each.

        ``is_moved`` says that the particles have been moved at the power ``beta`` already.
        """
        now = self.target.weigh(population.terms, beta)
        if not is_moved:
            population, now = self._move(population, beta)
        while beta < 1.0:
            population, now = self._prepare(population, beta, now)
            reached = self._bisect(population.terms, beta, now, self.target.kept_share)
            following = self.target.weigh(population.terms, reached)
            population = self._resample(population, following - now)
            beta = reached
            population, now = self._move(population, beta)
        return replace(population, evaluations=population.evaluations + self.evaluations)

    def extend(self, population: Population, count: int) -> Population:
        """Add particles by moving the given ones on, until there are ``count``.

        The additional particles depend on the given ones. They keep their lineages, so the
        Monte Carlo errors account for this.
        """
        before = self.evaluations
        state = {name: values.copy() for name, values in population.state.items()}
        self.target.refresh(state, population.terms, 1.0, self.stream)
        self.schedule.start_stage()
        rounds = [population]
        while sum(one.count for one in rounds) < count:
            self.schedule.run(state, 1.0, count=MOVES_AT_ONCE, adapt=False)
            rounds.append(self._hold(population, state))
        surplus = sum(one.count for one in rounds) - count
        kept = np.linspace(0, population.count - 1, population.count - surplus).round()
        rounds[-1] = rounds[-1].take(kept.astype(np.intp))
        return replace(
            population,
            state=join_states([one.state for one in rounds]),
            terms=np.concatenate([one.terms for one in rounds], axis=-1),
            lineage=np.concatenate([one.lineage for one in rounds]),
            started=tuple(
                np.concatenate([one.started[n] for one in rounds])
                for n in range(len(population.started))
            ),
            evaluations=population.evaluations + self.evaluations - before,
        )

    def _observe(self, state: State) -> Array:
        """Return the terms of the log likelihood of particles, and count the evaluations."""
        self.evaluations += count_particles_in(state)
        return self.target.observe(state)

    def _hold(self, population: Population, state: State) -> Population:
        """Return a population with a copy of the current state of the particles."""
        held = {name: values.copy() for name, values in state.items()}
        return replace(population, state=held, terms=self._observe(held))

    def _bisect(self, terms: Array, beta: float, now: Array, share: float) -> float:
        """Return the largest power with at least this share of effective particles.

        ``now`` is the log likelihood at the power ``beta``, (particles,).
        """
        limit = self.target.limit(beta)
        if _keep_share(self.target.weigh(terms, limit) - now) >= share:
            return limit
        # The scale is logarithmic, since the first steps may be very short.
        low, high = np.log(max(beta, FIRST_STEP)), np.log(limit)
        for _ in range(BISECTIONS):
            middle = 0.5 * (low + high)
            kept = _keep_share(self.target.weigh(terms, float(np.exp(middle))) - now)
            low, high = (middle, high) if kept >= share else (low, middle)
        return float(np.exp(low if np.exp(low) > beta else high))

    def _resample(self, population: Population, gain: Array) -> Population:
        """Resample the particles by ``gain``, the increase in log likelihood, (particles,)."""
        weight = np.exp(gain - gain.max())
        chosen = _resample_evenly(weight, population.count, self.stream)
        return replace(
            population.take(chosen),
            log_evidence=population.log_evidence + float(gain.max() + np.log(weight.mean())),
            stages=population.stages + 1,
        )

    def _move(self, population: Population, beta: float) -> tuple[Population, Array]:
        """Move the particles until they hardly correlate with their values before.

        Return them with their log likelihood at the power ``beta``, (particles,).
        """
        last = beta >= 1.0
        own = self.target.last_moves if last else self.target.most_moves
        most = (2 if last else 1) * self.most_moves if own is None else own
        state = {name: values.copy() for name, values in population.state.items()}
        self.target.refresh(state, population.terms, beta, self.stream)
        self.schedule.start_stage()
        start = self.target.monitor(state)
        self.schedule.priority = np.ones(start.shape[0])
        # Only the slowest quantities are checked, since a mean over all would hide them.
        slow = max(1, round(SLOWEST_SHARE * start.shape[0]))
        enough = self.target.forgotten_last if last else FORGOTTEN
        made = 0
        while made < most or (made < LOST_MOVES * most and self.target.is_lost(state, beta)):
            made += MOVES_AT_ONCE
            self.schedule.run(state, beta, count=MOVES_AT_ONCE, adapt=True)
            remembered = _correlate(start, self.target.monitor(state))
            self.schedule.priority = np.maximum(remembered, LEAST_PRIORITY)
            slowest = float(np.partition(remembered, -slow)[-slow:].mean())
            if slowest < enough and (self.schedule.tried.all() or not self.target.is_adaptive):
                break
        moved = self._hold(population, state)
        each = np.arange(population.count)
        moved = replace(
            moved,
            started=(*population.started, each),
            remembered=(*(slowest * left for left in population.remembered), slowest),
        )
        return moved, self.target.weigh(moved.terms, beta)


def _resample_evenly(weight: Array, count: int, stream: np.random.Generator) -> Indices:
    """Return ``count`` indices by systematic resampling; ``weight`` is not normalized."""
    steps = np.cumsum(weight)
    at = (stream.random() + np.arange(count)) * (steps[-1] / count)
    return np.asarray(np.minimum(np.searchsorted(steps, at, side="right"), weight.size - 1))


def _keep_share(gain: Array) -> float:
    """Return the effective sample size of particles with these log weights, as a share."""
    weight = np.exp(gain - gain.max())
    return float(weight.sum() ** 2 / (weight**2).sum() / weight.size)


def _correlate(start: Array, end: Array) -> Array:
    """Return the squared correlation between start and end of each quantity, (quantities,)."""
    one, two = (rows - rows.mean(axis=1, keepdims=True) for rows in (start, end))
    spread = np.sqrt((one**2).sum(axis=1) * (two**2).sum(axis=1))
    return np.asarray(((one * two).sum(axis=1) / np.maximum(spread, 1e-300)) ** 2)
