"""Moves of particles that leave their target as it is.

A particle is a row of standard normal scores, in parts that are independent before the
reports. Each part can be told in quantities in which the target is flatter, here hours that
add up along the way. Four kinds of move are made:

- by fit: towards and about a Student distribution fitted to all particles, told in hours;
- by difference: along the difference of two other particles, told in hours;
- by trade: hours are taken from one quantity and given to another;
- anew: a part is drawn as its prior has it, wholly or in part, and what it then takes longer
  is taken from one other part, so that the clocks beyond both keep their times.

References
----------
Cotter, Roberts, Stuart, White (2013), MCMC methods for functions, Stat. Sci. 28, for a move
that leaves a normal distribution as it is; Grumitt, Karamanis, Seljak (2024), Sequential
Kalman tuning of the t-preconditioned Crank-Nicolson algorithm, arXiv:2407.07781, for the same
with Student's t.
ter Braak, Vrugt (2008), Differential evolution Markov chain with snooker updater and fewer
chains, Stat. Comput. 18.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

__all__ = ["Fit", "Mover", "Part", "Particles", "Target"]

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

T_DEGREES = 5.0
"""Of freedom of the fitted distribution: tails heavier than the target's."""
WANTED_SHARE = 0.3
"""Of the proposals by fit, to be taken."""
RIDGE = 1e-9
TINY = 1e-12
STEP = 2.38
"""Of a difference, over the root of twice the dimensions, as ter Braak has it."""
JITTER = 1e-4
LONG_JUMPS = 0.1
"""Share of the moves by difference that go the whole way to another's place."""
PAID_SHARE = 0.8
"""Share of the parts drawn anew that another makes up for."""
LEAST_REACH = 0.02
"""How far a move goes at least: 1 draws anew, less keeps some of what was."""
LEAST_WORTH = 0.03
"""The least share of the moves that a kind gets."""
WATCHED = 8
"""Every so manieth particle is watched to see how far it goes."""
MEMORY = 0.9
"""How much of what a kind was worth before is kept."""


class Part(Protocol):
    """Scores that belong together."""

    @property
    def size(self) -> int:
        """How many scores it has."""

    @property
    def adds(self) -> NDArray[np.bool_]:
        """Which of its quantities are hours that add up, (size,)."""

    def unfold(self, scores: Array, start_km: Array) -> Array:
        """Tell scores in hours, (particles, size), for particles that set out there."""

    def fold(self, hours: Array, start_km: Array) -> Array:
        """Turn hours into scores; not finite where the prior rules them out."""

    def get_log_density(self, hours: Array, start_km: Array) -> Array:
        """Return the logarithm of the prior density in hours, (particles,)."""


class Target(Protocol):
    """What is sampled."""

    @property
    def parts(self) -> Sequence[Part]:
        """The parts of a particle."""

    @property
    def blocks(self) -> Sequence[tuple[int, ...]]:
        """The parts that are drawn anew together, by number."""

    @property
    def payers(self) -> Mapping[int, int]:
        """From a block whose hours must be run to be known to the part that pays for them."""

    @property
    def moving(self) -> Container[int]:
        """The blocks that change where a particle sets out."""

    def locate_starts(self, rows: Array) -> Array:
        """Return where particles set out, told in scores or in hours, (particles,)."""

    def run_longer(self, before: Array, after: Array) -> Array:
        """Return by how many hours it takes longer after than before, (particles,)."""

    def observe(self, scores: Array) -> Array:
        """Return the terms of the likelihood, (..., particles)."""

    def weigh(self, terms: Array, beta: float) -> Array:
        """Return the log likelihood at a stage, 0 for the start to 1 for the end."""


@dataclass(slots=True)
class Particles:
    """Particles while they are moved.

    Parameters
    ----------
    scores, hours
        (particles, dimensions).
    terms
        As observed, (..., particles).
    now
        Their log likelihood at the stage, (particles,).
    density
        Of the hours of each part, (particles, parts).
    """

    scores: Array
    terms: Array
    now: Array
    hours: Array
    density: Array

    def copy(self) -> Particles:
        """Return particles that move on by themselves."""
        return Particles(*(getattr(self, part.name).copy() for part in fields(self)))


@dataclass(frozen=True, slots=True)
class Fit:
    """A distribution fitted to particles: its mean, a root of its covariance, its inverse."""

    mean: Array
    root: Array
    inverse: Array

    @classmethod
    def of(cls, hours: Array) -> Fit:
        """Fit particles told in hours."""
        covariance = np.cov(hours, rowvar=False).reshape(hours.shape[1], hours.shape[1])
        widen = RIDGE * np.diag(covariance) + TINY
        root = np.linalg.cholesky(covariance + np.diag(widen))
        return cls(hours.mean(axis=0), np.asarray(root), np.asarray(np.linalg.inv(root)))

    def measure(self, hours: Array) -> Array:
        """Return the squared distances from the mean, (particles,)."""
        return np.asarray((((hours - self.mean) @ self.inverse.T) ** 2).sum(axis=1))


class Mover:
    """Moves particles about a target.

    Parameters
    ----------
    target
        What is sampled.
    stream
        The source of all randomness.

    Attributes
    ----------
    wanted
        How much a movement of each quantity is worth, (dimensions,); changed by whoever
        sees which of them are slow.
    """

    def __init__(self, target: Target, stream: np.random.Generator) -> None:
        self.target, self.stream = target, stream
        self.parts = tuple(target.parts)
        ends = np.cumsum([0, *(part.size for part in self.parts)])
        self.places = [slice(int(first), int(last)) for first, last in pairwise(ends)]
        self.dimensions = int(ends[-1])
        self.reach = 0.5
        self.reaches = np.ones(len(target.blocks))
        self.worth = np.ones(4)
        self.evaluations = 0
        self.wanted = np.ones(self.dimensions)

    def observe(self, scores: Array) -> Array:
        """Return the terms of particles, and count them."""
        self.evaluations += scores.shape[0]
        return self.target.observe(scores)

    def set_out(self, scores: Array, terms: Array, beta: float) -> Particles:
        """Make particles ready to be moved."""
        hours = self._unfold(scores)
        now = self.target.weigh(terms, beta)
        return Particles(scores.copy(), terms.copy(), now, hours, self._get_density(hours))

    def _unfold(self, scores: Array) -> Array:
        start_km = self.target.locate_starts(scores)
        parts = zip(self.parts, self.places, strict=True)
        return np.column_stack([part.unfold(scores[:, at], start_km) for part, at in parts])

    def _fold(self, hours: Array) -> Array:
        start_km = self.target.locate_starts(hours)
        parts = zip(self.parts, self.places, strict=True)
        return np.column_stack([part.fold(hours[:, at], start_km) for part, at in parts])

    def move(
        self,
        particles: Particles,
        beta: float,
        island: Indices,
        *,
        fit: Fit,
        count: int,
        adapt: bool,
    ) -> None:
        """Move all particles so many times, by the kinds that have gone furthest so far.

        Parameters
        ----------
        particles
            They are changed in place.
        beta
            The stage.
        island
            On which each particle lives, rising, (particles,).
        fit
            Fitted to the particles.
        count
            How many moves.
        adapt
            Whether to learn from them how to move next.
        """
        kinds = [
            partial(self._move_by_fit, particles, beta, fit, adapt=adapt),
            partial(self._move_by_difference, particles, beta, island),
            partial(self._trade, particles, beta, fit),
            partial(self._draw_and_learn, particles, beta, adapt=adapt),
        ]
        spread = np.maximum(particles.hours.std(axis=0), TINY)
        for _ in range(count):
            chances = np.maximum(self.worth / self.worth.sum(), LEAST_WORTH)
            chosen = int(self.stream.choice(len(kinds), p=chances / chances.sum()))
            before = particles.hours[::WATCHED].copy()
            kinds[chosen]()
            if adapt:
                step = (particles.hours[::WATCHED] - before) / spread
                gone = (step**2).mean(axis=0) @ self.wanted
                self.worth[chosen] = MEMORY * self.worth[chosen] + (1.0 - MEMORY) * float(gone)

    def _get_density(self, hours: Array) -> Array:
        start_km = self.target.locate_starts(hours)
        parts = zip(self.parts, self.places, strict=True)
        return np.column_stack(
            [part.get_log_density(hours[:, at], start_km) for part, at in parts]
        )

    def _move_by_fit(self, particles: Particles, beta: float, fit: Fit, *, adapt: bool) -> None:
        distance = fit.measure(particles.hours)
        half = 0.5 * (self.dimensions + T_DEGREES)
        scale = (T_DEGREES + distance) / (2.0 * self.stream.standard_gamma(half, distance.size))
        noise = self.stream.standard_normal(particles.hours.shape) @ fit.root.T
        hours = fit.mean + np.sqrt(1.0 - self.reach**2) * (particles.hours - fit.mean)
        hours += self.reach * np.sqrt(scale)[:, None] * noise
        further = np.log1p(fit.measure(hours) / T_DEGREES)
        gain = half * (further - np.log1p(distance / T_DEGREES))
        taken = self._offer(particles, beta, hours, gain, np.arange(distance.size))
        if adapt:
            further_still = self.reach * np.exp(taken - WANTED_SHARE)
            self.reach = float(np.clip(further_still, LEAST_REACH, 1.0))

    def _move_by_difference(self, particles: Particles, beta: float, island: Indices) -> None:
        whole = np.arange(island.size)
        for half in (0, 1):
            movers, others = whole[half::2], whole[1 - half :: 2]
            first, second = self._choose_pairs(island, movers, others)
            # How many of the quantities a step changes is itself drawn.
            share = self.stream.random(movers.size) ** 2
            mask = self.stream.random((movers.size, self.dimensions)) < share[:, None]
            always = self.stream.integers(self.dimensions, size=movers.size)
            mask[np.arange(movers.size), always] = True
            length = self.stream.uniform(0.5, 1.0, movers.size)
            length *= STEP / np.sqrt(2.0 * mask.sum(axis=1))
            jumping = self.stream.random(movers.size) < LONG_JUMPS
            length = np.where(jumping, 1.0, length)
            step = length[:, None] * (particles.hours[first] - particles.hours[second])
            step += JITTER * self.stream.standard_normal(step.shape)
            hours = particles.hours[movers] + mask * step
            self._offer(particles, beta, hours, np.zeros(movers.size), movers)

    def _choose_pairs(
        self, island: Indices, movers: Indices, others: Indices
    ) -> tuple[Indices, Indices]:
        """Choose two different others for each mover, from its own island where it can."""
        bounds = np.searchsorted(island[others], np.arange(int(island[-1]) + 2))
        low, high = bounds[island[movers]], bounds[island[movers] + 1]
        narrow = high - low < 2  # noqa: PLR2004 (a pair)
        low, high = np.where(narrow, 0, low), np.where(narrow, others.size, high)
        first = low + (self.stream.random(movers.size) * (high - low)).astype(np.intp)
        second = low + (self.stream.random(movers.size) * (high - low - 1)).astype(np.intp)
        second += second >= first
        return others[first], others[second]

    def _draw_and_learn(self, particles: Particles, beta: float, *, adapt: bool) -> None:
        slow = self._by_block @ self.wanted
        block = int(self.stream.choice(slow.size, p=slow / slow.sum()))
        taken = self._draw_anew(particles, beta, block)
        if adapt:
            further = self.reaches[block] * np.exp(taken - WANTED_SHARE)
            self.reaches[block] = np.clip(further, LEAST_REACH, 1.0)

    def _draw_anew(self, particles: Particles, beta: float, block: int) -> float:
        """Draw one block of all particles anew, and let another column make up for it."""
        reach = self.reaches[block]
        scores = particles.scores.copy()
        columns = self._columns[block]
        fresh = self.stream.standard_normal((scores.shape[0], columns.size))
        scores[:, columns] = np.sqrt(1.0 - reach**2) * scores[:, columns] + reach * fresh
        hours = self._unfold_some(particles, scores, block)
        gain = np.zeros(scores.shape[0])
        payer = self._choose_payer(block)
        if payer is not None:
            gain = self._pay(particles, scores, hours, (block, *payer))
        members = np.flatnonzero(np.isfinite(gain))
        taken = members[self._take(particles, beta, scores[members], gain[members], members)]
        particles.hours[taken] = hours[taken]
        particles.density[taken] = self._get_density(hours[taken])
        return float(taken.size / scores.shape[0])

    def _unfold_some(self, particles: Particles, scores: Array, block: int) -> Array:
        """Return the hours after a block was drawn anew."""
        if block in self.target.moving:
            return self._unfold(scores)
        start_km = self.target.locate_starts(scores)
        hours = particles.hours.copy()
        for number in self.target.blocks[block]:
            part, place = self.parts[number], self.places[number]
            hours[:, place] = part.unfold(scores[:, place], start_km)
        return hours

    def _pay(
        self,
        particles: Particles,
        scores: Array,
        hours: Array,
        deal: tuple[int, int, int],
    ) -> Array:
        """Take what a block takes longer from a column; return what that gains in density."""
        block, number, column = deal
        if block in self.target.payers:
            longer = self.target.run_longer(particles.scores, scores)
        else:
            adding = self._columns[block][self._adds[self._columns[block]]]
            longer = (hours[:, adding] - particles.hours[:, adding]).sum(axis=1)
        hours[:, column] -= longer
        part, place = self.parts[number], self.places[number]
        start_km = self.target.locate_starts(scores)
        scores[:, place] = part.fold(hours[:, place], start_km)
        gain = part.get_log_density(hours[:, place], start_km) - particles.density[:, number]
        gain[~np.isfinite(scores[:, place]).all(axis=1)] = -np.inf
        return gain

    def _trade(self, particles: Particles, beta: float, fit: Fit) -> None:
        """Take hours from one quantity and give them to another."""
        able = self._adding
        if able.size < 2:  # noqa: PLR2004 (a pair)
            return
        spreads = np.sqrt((fit.root[able] ** 2).sum(axis=1)) + TINY
        wanted = self.wanted[able]
        one = int(self.stream.choice(able.size, p=wanted / wanted.sum()))
        # Those that vary about as much have the most to trade.
        alike = np.minimum(spreads, spreads[one]) / np.maximum(spreads, spreads[one])
        alike[one] = 0.0
        other = int(self.stream.choice(able.size, p=alike / alike.sum()))
        giver, taker = int(able[one]), int(able[other])
        spread = min(spreads[one], spreads[other])
        count = particles.now.size
        # The scale is drawn too, so that some step fits.
        traded = spread * np.exp(self.stream.standard_normal(count))
        traded *= self.stream.standard_normal(count)
        scores, hours = particles.scores.copy(), particles.hours.copy()
        density = particles.density.copy()
        hours[:, giver] -= traded
        hours[:, taker] += traded
        fine = np.ones(count, dtype=bool)
        start_km = self.target.locate_starts(scores)
        for number in {self._part_of[giver], self._part_of[taker]}:
            part, place = self.parts[number], self.places[number]
            scores[:, place] = part.fold(hours[:, place], start_km)
            density[:, number] = part.get_log_density(hours[:, place], start_km)
            fine &= np.isfinite(scores[:, place]).all(axis=1)
        gain = density.sum(axis=1) - particles.density.sum(axis=1)
        members = np.flatnonzero(fine & np.isfinite(gain))
        taken = members[self._take(particles, beta, scores[members], gain[members], members)]
        particles.hours[taken], particles.density[taken] = hours[taken], density[taken]

    @cached_property
    def _by_block(self) -> Array:
        """The mean over the columns of each block, as a matrix, (blocks, dimensions)."""
        matrix = np.zeros((len(self.target.blocks), self.dimensions))
        for row, block in enumerate(self.target.blocks):
            for number in block:
                matrix[row, self.places[number]] = 1.0
        return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))

    @cached_property
    def _columns(self) -> tuple[Indices, ...]:
        """The columns of each block."""
        return tuple(np.flatnonzero(row) for row in self._by_block)

    @cached_property
    def _adds(self) -> NDArray[np.bool_]:
        """Which columns are hours that add up."""
        return np.concatenate([part.adds for part in self.parts])

    @cached_property
    def _adding(self) -> Indices:
        """The columns of hours that add up."""
        return np.flatnonzero(self._adds)

    @cached_property
    def _part_of(self) -> list[int]:
        """The part of each column."""
        return [number for number, part in enumerate(self.parts) for _ in range(part.size)]

    @cached_property
    def _payers(self) -> tuple[tuple[Indices, Array], ...]:
        """The columns that may pay for each block, and their chances; neighbours likelier."""
        adds = self._adds
        columns = np.arange(self.dimensions)
        found = []
        for number, block in enumerate(self.target.blocks):
            own = np.zeros(self.dimensions, dtype=bool)
            for part in block:
                own[self.places[part]] = True
            able = np.flatnonzero(adds & ~own)
            near = 1.0 / (1.0 + np.abs(able - columns[own].mean()))
            # Where the start moves, what the hours of others stand for moves with it.
            paid = (adds & own).any() and able.size and number not in self.target.moving
            found.append((able if paid else able[:0], near / near.sum() if paid else near[:0]))
        return tuple(found)

    def _choose_payer(self, block: int) -> tuple[int, int] | None:
        """Choose the part and the column that pay for a block, or None."""
        if block in self.target.payers:
            number = self.target.payers[block]
            return number, self.places[number].start
        able, chances = self._payers[block]
        if not able.size or self.stream.random() >= PAID_SHARE:
            return None
        column = int(self.stream.choice(able, p=chances))
        return self._part_of[column], column

    def _offer(
        self, particles: Particles, beta: float, hours: Array, gain: Array, members: Indices
    ) -> float:
        """Take or leave proposals told in hours; return the share taken."""
        density = self._get_density(hours)
        scores = self._fold(hours)
        gain = gain + density.sum(axis=1) - particles.density[members].sum(axis=1)
        able = np.flatnonzero(np.isfinite(gain) & np.isfinite(scores).all(axis=1))
        kept = members[able]
        taken = self._take(particles, beta, scores[able], gain[able], kept)
        particles.hours[kept[taken]] = hours[able[taken]]
        particles.density[kept[taken]] = density[able[taken]]
        return float(taken.sum() / members.size)

    def _take(
        self, particles: Particles, beta: float, scores: Array, gain: Array, members: Indices
    ) -> NDArray[np.bool_]:
        """Take or leave proposals, by what they gain besides the likelihood."""
        terms = self.observe(scores)
        weighed = self.target.weigh(terms, beta)
        chance = np.log(self.stream.random(members.size))
        taken = np.asarray(chance < weighed - particles.now[members] + gain)
        particles.scores[members[taken]] = scores[taken]
        particles.terms[..., members[taken]] = terms[..., taken]
        particles.now[members[taken]] = weighed[taken]
        return taken
