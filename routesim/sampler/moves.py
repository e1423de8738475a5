"""Moves of particles that leave their target unchanged, one class for each kind.

A particle is a row of parameters in which the target is flat along planes: amounts that add
up, in parts that are independent under the prior. There are six kinds of move:

- fitted: towards and about a Student distribution fitted to all particles;
- difference: along the difference of two other particles;
- trade: an amount is taken from one column and given to another;
- redraw: a block of parts is drawn from its prior, wholly or in part, and what it then adds
  is taken from another part, so that the events beyond keep their times;
- dating: an event is given another time, mostly one that other particles have; the delay
  before it grows by as much, and the delay after it shrinks;
- rearrangement: exchangeable parameters are set elsewhere, or exchange their amounts.

Each kind only proposes. :class:`~routesim.sampler.particles.MetropolisHastings` accepts or
rejects, and :mod:`routesim.sampler.schedule` chooses which kind is made how often.

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

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from routesim.arrays import Array, Flags, Indices, take_rows
from routesim.sampler.particles import Proposal
from routesim.sampler.proposals import TINY
from routesim.sampler.target import FARTHEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from routesim.sampler.particles import Particles
    from routesim.sampler.proposals import ProposalFit
    from routesim.sampler.target import Target


WANTED_SHARE = 0.3
"""Of the proposals of a move with a step size, to be accepted."""
LEAST_STEP = 1e-4
T_DEGREES = 5.0
"""Of freedom of the fitted distribution: tails heavier than the target's."""
STEP = 2.38
"""Of a difference, over the root of twice the dimensions, as ter Braak has it."""
JITTER = 1e-4
LONG_JUMPS = 0.1
"""Share of the moves that go the whole way to another's place."""
COMPENSATED_SHARE = 0.8
"""Share of the blocks drawn anew for which another column compensates."""
DELAYS_COMPENSATE_SHARE = 0.6
"""Share of the evenly spread blocks drawn anew for which the delays among them compensate."""
SECOND_SHARE = 0.3
"""Share of the events for which not the nearest delay compensates, but the next."""


class Move(ABC):
    """One kind of move about a target; all randomness comes from one stream."""

    step: float | None = None
    """How far it goes: 1 draws anew, less keeps some of what was; None if it does not adapt."""

    def __init__(self, target: Target, stream: np.random.Generator) -> None:
        self.target, self.stream = target, stream

    def adapt(self, share: float) -> None:
        """Change the step, if there is one, by the share of proposals that was accepted."""
        if self.step is not None:
            further = self.step * np.exp(share - WANTED_SHARE)
            self.step = float(np.clip(further, LEAST_STEP, 1.0))

    @abstractmethod
    def propose(self, particles: Particles, fit: ProposalFit) -> Iterator[Proposal]:
        """Propose other parameters, once or several times.

        Each proposal must be accepted or rejected before the next is asked for. There is
        none where this kind of move does not apply. ``fit`` is that to the particles at the
        beginning of the stage.
        """

    def _propose(
        self,
        particles: Particles,
        params: Array,
        log_ratio: Array | float,
        *,
        changed: Iterable[int] | None = None,
        members: Indices | None = None,
    ) -> Proposal:
        """Propose parameters of which some parts have changed; ``None`` for all parts.

        ``log_ratio`` is that of the proposal densities only; ``members`` are as of
        :class:`~routesim.sampler.particles.Proposal`.
        """
        before = particles.log_density if members is None else particles.log_density[members]
        if changed is None:
            density = self.target.get_log_densities(params)
        else:
            density = self._update_density(particles, params, changed)
        ratio = log_ratio + (density - before).sum(axis=1)
        return Proposal(params, density, ratio, members)

    def _update_density(
        self, particles: Particles, params: Array, changed: Iterable[int]
    ) -> Array:
        """Return the log densities of the parts, of which only some have changed."""
        density, start = np.copy(particles.log_density), self.target.locate_starts(params)
        for number in changed:
            at = self.target.places[number]
            density[:, number] = self.target.parts[number].logpdf(params[:, at], start)
        return density


class FittedMove(Move):
    """Preconditioned Crank-Nicolson, with a fitted Student distribution for the prior."""

    step: float = 1.0

    def propose(self, particles: Particles, fit: ProposalFit) -> Iterator[Proposal]:
        """Propose parameters between those of each particle and a new draw."""
        normal, step = fit.normal, self.step
        distance = normal.measure(particles.params)
        half = 0.5 * (self.target.dimensions + T_DEGREES)
        scale = (T_DEGREES + distance) / (2.0 * self.stream.standard_gamma(half, distance.size))
        noise = (normal.root @ self.stream.standard_normal(particles.params.shape[::-1])).T
        params = normal.mean + np.sqrt(1.0 - step**2) * (particles.params - normal.mean)
        params += step * np.sqrt(scale)[:, None] * noise
        further = np.log(1.0 + normal.measure(params) / T_DEGREES)
        ratio = half * (further - np.log(1.0 + distance / T_DEGREES))
        yield self._propose(particles, params, ratio, members=np.arange(distance.size))


class DifferenceMove(Move):
    """Moves each half of the particles along differences of the other half."""

    def propose(self, particles: Particles, _fit: ProposalFit) -> Iterator[Proposal]:
        """Propose first for one half of the particles, then for the other."""
        whole, dimensions = np.arange(particles.log_likelihood.size), self.target.dimensions
        for half in (0, 1):
            movers, others = whole[half::2], whole[1 - half :: 2]
            first, second = self._choose_pairs(movers.size, others)
            # How many of the columns a step changes is itself drawn.
            share = self.stream.random(movers.size) ** 2
            mask = share[:, None] > self.stream.random((dimensions, movers.size)).T
            always = self.stream.integers(dimensions, size=movers.size)
            mask[np.arange(movers.size), always] = True
            length = self.stream.uniform(0.5, 1.0, movers.size)
            length *= STEP / np.sqrt(2.0 * mask.sum(axis=1))
            jumping = self.stream.random(movers.size) < LONG_JUMPS
            length = np.where(jumping, 1.0, length)
            one, two, own = (take_rows(particles.params, r) for r in (first, second, movers))
            step = length[:, None] * (one - two)
            step += JITTER * self.stream.standard_normal(step.shape[::-1]).T
            params = own + mask * step
            yield self._propose(particles, params, 0.0, members=movers)

    def _choose_pairs(self, count: int, others: Indices) -> tuple[Indices, Indices]:
        """Choose two different others for each of so many."""
        first = self.stream.integers(others.size, size=count)
        second = self.stream.integers(others.size - 1, size=count)
        second += second >= first
        return others[first], others[second]


class TradeMove(Move):
    """Takes an amount from one additive column and gives it to another.

    ``priority`` is how much a movement of each column is worth, (dimensions,).
    """

    def __init__(self, target: Target, stream: np.random.Generator) -> None:
        super().__init__(target, stream)
        self.priority = np.ones(target.dimensions)

    def propose(self, particles: Particles, fit: ProposalFit) -> Iterator[Proposal]:
        """Propose a trade between the same two columns to all particles."""
        able = self.target.additive
        if able.size < 2:  # noqa: PLR2004 (a pair)
            return
        spreads = np.sqrt((fit.normal.root[able] ** 2).sum(axis=1)) + TINY
        priority = self.priority[able]
        one = int(self.stream.choice(able.size, p=priority / priority.sum()))
        # Those that vary about as much have the most to trade.
        alike = np.minimum(spreads, spreads[one]) / np.maximum(spreads, spreads[one])
        alike[one] = 0.0
        other = int(self.stream.choice(able.size, p=alike / alike.sum()))
        giver, taker = int(able[one]), int(able[other])
        count = particles.log_likelihood.size
        # The scale is drawn too, so that some step fits.
        traded = min(spreads[one], spreads[other]) * np.exp(self.stream.standard_normal(count))
        traded *= self.stream.standard_normal(count)
        params = np.copy(particles.params)
        params[:, giver] -= traded
        params[:, taker] += traded
        changed = {self.target.part_of[giver], self.target.part_of[taker]}
        yield self._propose(particles, params, 0.0, changed=changed)


class RedrawMove(Move):
    """Draws one block, by its number, anew, wholly or in part, by its step size."""

    step: float = 1.0

    def __init__(self, target: Target, stream: np.random.Generator, block: int) -> None:
        super().__init__(target, stream)
        self.block = block

    def propose(self, particles: Particles, _fit: ProposalFit) -> Iterator[Proposal]:
        """Propose a new draw of the block to all particles."""
        params = self._stir(particles.params)
        moves_start = self.block in self.target.start_blocks
        everything = range(len(self.target.parts))
        changed = set(everything if moves_start else self.target.blocks[self.block])
        part, column = self._choose_compensator()
        if part is not None:
            self._compensate(particles.params, params, part, column)
            changed.add(part)
        density = self._update_density(particles, params, changed)
        # z are stirred as their prior has it: only what compensates changes the ratio.
        ratio = np.zeros(density.shape[0])
        if part is not None:
            ratio += density[:, part] - particles.log_density[:, part]
        ratio[~np.isfinite(density.sum(axis=1))] = -np.inf
        yield Proposal(params, density, ratio)

    def _stir(self, params: Array) -> Array:
        """Return parameters with the block drawn anew in part, as its prior has it."""
        step, target = self.step, self.target
        kept = np.sqrt(1.0 - step**2)
        if self.block in target.start_blocks:
            z, columns = target.to_z(params), self.target.block_columns[self.block]
            fresh = self.stream.standard_normal((columns.size, params.shape[0])).T
            z[:, columns] = kept * z[:, columns] + step * fresh
            return target.from_z(z)
        stirred, start = np.copy(params), target.locate_starts(params)
        for number in target.blocks[self.block]:
            part, at = self.target.parts[number], self.target.places[number]
            z = np.clip(part.to_z(params[:, at], start), -FARTHEST, FARTHEST)
            fresh = self.stream.standard_normal(z.shape[::-1]).T
            z = kept * z + step * fresh
            # All of a part is stirred alike, so that it may be put in order afterwards.
            stirred[:, at] = part.order(part.from_z(z, start))
        return stirred

    def _choose_compensator(self) -> tuple[int | None, int | None]:
        """Return the part that compensates, if any, and its column; None for its delays."""
        block, target = self.block, self.target
        if block in target.compensators:
            part = target.compensators[block]
            return part, target.places[part].start
        shared = target.shared_compensators.get(block)
        if shared is not None and self.stream.random() < DELAYS_COMPENSATE_SHARE:
            return shared, None
        able, chances = target.block_compensators[block]
        if not able.size or self.stream.random() >= COMPENSATED_SHARE:
            return None, None
        column = int(self.stream.choice(able, p=chances))
        return target.part_of[column], column

    def _compensate(
        self, before: Array, params: Array, number: int, column: int | None
    ) -> None:
        """Take what the block adds from a column, or from the delays of a part by shares."""
        target, columns = self.target, self.target.block_columns[self.block]
        if self.block in target.compensators:
            added = target.measure_shift(before, params)
        else:
            adding = columns[target.is_additive[columns]]
            added = (params[:, adding] - before[:, adding]).sum(axis=1)
        if column is None:
            at, part = target.places[number], target.parts[number]
            params[:, at] -= added[:, None] * part.get_shares(params[:, at])
        else:
            params[:, column] -= added


class DatingMove(Move):
    """Gives one event another time, mostly one that other particles have."""

    def propose(self, particles: Particles, fit: ProposalFit) -> Iterator[Proposal]:
        """Propose another time of the same event to all particles.

        The delay before the event grows by as much, and the delay after it shrinks.
        """
        if not fit.event_times:
            return
        event = int(self.stream.integers(len(fit.event_times)))
        marginal, count = fit.event_times[event], particles.log_likelihood.size
        before = self.target.date(particles.params, event)
        after = marginal.draw(self.stream, count)
        beyond = self.target.measure_delays(particles.params, event)
        each, params = np.arange(count), np.copy(particles.params)
        first, has_first = self._choose_near(np.where(beyond < 0.0, -beyond, np.inf))
        then, has_then = self._choose_near(np.where(beyond >= 0.0, beyond, np.inf))
        delays = self.target.delay_columns
        params[each, delays[first]] += after - before
        # Beyond the last delay all that follows is later or earlier.
        params[each, delays[then]] -= np.where(has_then, after - before, 0.0)
        changed = {self.target.part_of[column] for column in delays}
        ratio = marginal.logpdf(before) - marginal.logpdf(after)
        ratio[~has_first] = -np.inf
        yield self._propose(particles, params, ratio, changed=changed)

    def _choose_near(self, away: Array) -> tuple[Indices, Flags]:
        """Choose the nearest delay for each particle, or the one after it, (particles,).

        And whether there is one: ``away``, (particles, delays), is infinite for those that may
        not be chosen.
        """
        each = np.arange(away.shape[0])
        rank = np.where(self.stream.random(each.size) < SECOND_SHARE, 1, 0)
        chosen = np.argsort(away, axis=1, kind="stable")[each, rank]
        return chosen, np.isfinite(away[each, chosen])


class RearrangementMove(Move):
    """Rearranges the parameters of one part, by its number; another column compensates."""

    def __init__(self, target: Target, stream: np.random.Generator, part: int) -> None:
        super().__init__(target, stream)
        self.part = part

    def propose(self, particles: Particles, _fit: ProposalFit) -> Iterator[Proposal]:
        """Propose a rearrangement of the part to all particles."""
        at = self.target.places[self.part]
        params, changed = np.copy(particles.params), {self.part}
        found = self.target.parts[self.part].rearrange(params[:, at], self.stream)
        params[:, at], ratio = found.hours, found.gain
        able, chances = self.target.list_compensators(np.arange(at.start, at.stop))
        if able.size:
            column = int(self.stream.choice(able, p=chances))
            params[:, column] -= found.longer
            changed.add(self.target.part_of[column])
        start = self.target.start
        if start is None:
            ratio = np.where(found.earlier == 0.0, ratio, -np.inf)
        else:
            params[:, start] -= found.earlier
            changed.add(self.target.part_of[start])
        yield self._propose(particles, params, ratio, changed=changed)
