"""Metropolis-Hastings moves that leave a target invariant, one class per kind.

A particle is a row of parameters, grouped into parts that are independent under the prior.
Many parameters are amounts that add up, and the density of the target hardly changes while
their sum stays the same. There are six kinds of move:

- fitted: a step that preserves a Student distribution fitted to all particles;
- difference: a step along the difference of two other particles;
- trade: an amount moves from one column to another;
- redraw: a block of parts is drawn from its prior again, fully or partially. Another part may
  compensate for the change, so that later events keep their times;
- dating: an event gets another time, usually one that occurs in other particles. The delay
  before it grows and the delay after it shrinks by the same amount;
- rearrangement: exchangeable parameters change their positions or swap their amounts.

A move only makes proposals. :class:`~routesim.sampler.particles.MetropolisHastings` accepts or
rejects them, and :mod:`routesim.sampler.schedule` chooses how often each move is made.

References
----------
Cotter, Roberts, Stuart, White (2013), MCMC methods for functions, Stat. Sci. 28: a move that
preserves a normal distribution.
Grumitt, Karamanis, Seljak (2024), Sequential Kalman tuning of the t-preconditioned
Crank-Nicolson algorithm, arXiv:2407.07781: the same for Student's t.
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
"""Acceptance rate to which step sizes are adapted."""
LEAST_STEP = 1e-4
"""Smallest step size."""
T_DEGREES = 5.0
"""Degrees of freedom of the fitted Student distribution; its tails are heavier than normal."""
STEP = 2.38
"""Factor of a difference, divided by the root of twice the number of columns [ter Braak]."""
JITTER = 1e-4
"""Standard deviation of the noise added to each difference."""
LONG_JUMPS = 0.1
"""Share of the difference moves with a factor of 1, which can jump between modes."""
COMPENSATED_SHARE = 0.8
"""Share of the redraws for which another column compensates."""
DELAYS_COMPENSATE_SHARE = 0.6
"""Share of the redraws of a block with a shared compensator in which this compensates.

See :attr:`routesim.sampler.target.Target.shared_compensators`."""
SECOND_SHARE = 0.3
"""Share of the dated events for which the second nearest delay compensates."""


class Move(ABC):
    """One kind of move; all randomness comes from ``stream``."""

    step: float | None = None
    """Step size: 1 for an independent draw, less for a partial one; None if not adapted."""

    def __init__(self, target: Target, stream: np.random.Generator) -> None:
        self.target, self.stream = target, stream

    def adapt(self, share: float) -> None:
        """Adapt the step size, if there is one, to the acceptance rate ``share``."""
        if self.step is not None:
            further = self.step * np.exp(share - WANTED_SHARE)
            self.step = float(np.clip(further, LEAST_STEP, 1.0))

    @abstractmethod
    def propose(self, particles: Particles, fit: ProposalFit) -> Iterator[Proposal]:
        """Yield one or more proposals.

        Each proposal must be accepted or rejected before the next is requested. A move that
        does not apply yields none. ``fit`` was made from the particles at the start of the
        stage.
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
        """Return a proposal with its log densities.

        ``changed`` has the numbers of the parts that differ, None for all. ``log_ratio`` is the
        log ratio of the proposal densities only. For ``members`` see
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
        """Return the log densities of all parts, recomputed for the changed ones only."""
        density, start = np.copy(particles.log_density), self.target.locate_starts(params)
        for number in changed:
            at = self.target.places[number]
            density[:, number] = self.target.parts[number].logpdf(params[:, at], start)
        return density


class FittedMove(Move):
    """Preconditioned Crank-Nicolson move, with a fitted Student distribution as the prior."""

    step: float = 1.0

    def propose(self, particles: Particles, fit: ProposalFit) -> Iterator[Proposal]:
        """Yield one proposal: each particle mixed with a new draw."""
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
    """Moves each half of the particles along differences between particles of the other."""

    def propose(self, particles: Particles, _fit: ProposalFit) -> Iterator[Proposal]:
        """Yield a proposal for each half of the particles."""
        whole, dimensions = np.arange(particles.log_likelihood.size), self.target.dimensions
        for half in (0, 1):
            movers, others = whole[half::2], whole[1 - half :: 2]
            first, second = self._choose_pairs(movers.size, others)
            # The share of the columns that change is random, too; at least one column does.
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
        """Choose ``count`` pairs of different others."""
        first = self.stream.integers(others.size, size=count)
        second = self.stream.integers(others.size - 1, size=count)
        second += second >= first
        return others[first], others[second]


class TradeMove(Move):
    """Moves an amount from one additive column to another.

    ``priority`` is the weight of each column in the choice of the first column, (dimensions,).
    """

    def __init__(self, target: Target, stream: np.random.Generator) -> None:
        super().__init__(target, stream)
        self.priority = np.ones(target.dimensions)

    def propose(self, particles: Particles, fit: ProposalFit) -> Iterator[Proposal]:
        """Yield one proposal: a trade between the same two columns of all particles."""
        able = self.target.additive
        if able.size < 2:  # noqa: PLR2004 (a pair)
            return
        spreads = np.sqrt((fit.normal.root[able] ** 2).sum(axis=1)) + TINY
        priority = self.priority[able]
        one = int(self.stream.choice(able.size, p=priority / priority.sum()))
        # Columns with similar spreads can trade the most.
        alike = np.minimum(spreads, spreads[one]) / np.maximum(spreads, spreads[one])
        alike[one] = 0.0
        other = int(self.stream.choice(able.size, p=alike / alike.sum()))
        giver, taker = int(able[one]), int(able[other])
        count = particles.log_likelihood.size
        # The scale is random, so that some of the amounts are of a suitable size.
        traded = min(spreads[one], spreads[other]) * np.exp(self.stream.standard_normal(count))
        traded *= self.stream.standard_normal(count)
        params = np.copy(particles.params)
        params[:, giver] -= traded
        params[:, taker] += traded
        changed = {self.target.part_of[giver], self.target.part_of[taker]}
        yield self._propose(particles, params, 0.0, changed=changed)


class RedrawMove(Move):
    """Redraws one block, given by its number; fully if the step size is 1, else partially."""

    step: float = 1.0

    def __init__(self, target: Target, stream: np.random.Generator, block: int) -> None:
        super().__init__(target, stream)
        self.block = block

    def propose(self, particles: Particles, _fit: ProposalFit) -> Iterator[Proposal]:
        """Yield one proposal: a redraw of the block in all particles."""
        params = self._stir(particles.params)
        moves_start = self.block in self.target.start_blocks
        everything = range(len(self.target.parts))
        changed = set(everything if moves_start else self.target.blocks[self.block])
        part, column = self._choose_compensator()
        if part is not None:
            self._compensate(particles.params, params, part, column)
            changed.add(part)
        density = self._update_density(particles, params, changed)
        # The redraw preserves the prior, so only the compensating part changes the ratio.
        ratio = np.zeros(density.shape[0])
        if part is not None:
            ratio += density[:, part] - particles.log_density[:, part]
        ratio[~np.isfinite(density.sum(axis=1))] = -np.inf
        yield Proposal(params, density, ratio)

    def _stir(self, params: Array) -> Array:
        """Return parameters with the block redrawn by a step that preserves its prior."""
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
            # All columns of a part get the same step, so the part may be sorted afterwards.
            stirred[:, at] = part.order(part.from_z(z, start))
        return stirred

    def _choose_compensator(self) -> tuple[int | None, int | None]:
        """Return the number of the part that compensates, and its column.

        The part is None if no part compensates. The column is None if all delays of the part
        compensate.
        """
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
        """Subtract the amount that the redraw added from a column, or from a part's delays."""
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
    """Gives one event another time, usually one that occurs in other particles."""

    def propose(self, particles: Particles, fit: ProposalFit) -> Iterator[Proposal]:
        """Yield one proposal: another time of the same event for all particles.

        The delay before the event grows and the delay after it shrinks by the same amount.
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
        # Without a delay after the event, all later events move with it.
        params[each, delays[then]] -= np.where(has_then, after - before, 0.0)
        changed = {self.target.part_of[column] for column in delays}
        ratio = marginal.logpdf(before) - marginal.logpdf(after)
        ratio[~has_first] = -np.inf
        yield self._propose(particles, params, ratio, changed=changed)

    def _choose_near(self, away: Array) -> tuple[Indices, Flags]:
        """Choose the nearest or second nearest delay for each particle, (particles,).

        Also return whether there is one. ``away`` has the distances, (particles, delays),
        infinite for a delay that may not be chosen.
        """
        each = np.arange(away.shape[0])
        rank = np.where(self.stream.random(each.size) < SECOND_SHARE, 1, 0)
        chosen = np.argsort(away, axis=1, kind="stable")[each, rank]
        return chosen, np.isfinite(away[each, chosen])


class RearrangementMove(Move):
    """Rearranges one part, given by its number, while another column compensates."""

    def __init__(self, target: Target, stream: np.random.Generator, part: int) -> None:
        super().__init__(target, stream)
        self.part = part

    def propose(self, particles: Particles, _fit: ProposalFit) -> Iterator[Proposal]:
        """Yield one proposal: a rearrangement of the part in all particles."""
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
