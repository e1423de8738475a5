"""The schedule of moves: the choice of moves, adapted to their progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.sampler import moves
from routesim.sampler.particles import MetropolisHastings
from routesim.sampler.proposals import TINY, Marginal, NormalFit, ProposalFit

if TYPE_CHECKING:
    from routesim.arrays import Array
    from routesim.sampler.particles import Particles
    from routesim.sampler.target import Target


EVEN_SHARE = 0.1
"""Share of the probability that is divided evenly between all moves."""
DATING_SHARE = 0.15
"""Probability of a dating move."""
MONITORED = 8
"""Every n-th particle is monitored to measure the progress of a move."""
MEMORY = 0.9
"""Weight of the past in the running mean of the progress of a move."""


class MoveSchedule:
    """Moves particles, and prefers the moves with the most progress.

    ``moves`` has the fitted, difference, trade and dating moves, one redraw per block, and one
    rearrangement per part with exchangeable parameters. ``tried`` is the number of times each
    move was made while the schedule was adapting, (moves,). ``gone`` is the progress: the mean
    squared distance by which each move moves each column, in squared standard deviations,
    (moves, dimensions).
    """

    def __init__(self, target: Target, stream: np.random.Generator) -> None:
        self.target, self.stream = target, stream
        self.acceptance = MetropolisHastings(target, stream)
        self.trade = moves.TradeMove(target, stream)
        self.dating = moves.DatingMove(target, stream)
        exchangeable = [n for n, part in enumerate(target.parts) if part.is_exchangeable]
        self.moves: tuple[moves.Move, ...] = (
            moves.FittedMove(target, stream),
            moves.DifferenceMove(target, stream),
            self.trade,
            self.dating,
            *(moves.RedrawMove(target, stream, block) for block in range(len(target.blocks))),
            *(moves.RearrangementMove(target, stream, part) for part in exchangeable),
        )
        self.events = target.event_count if len(target.delay_columns) > 1 else 0
        self.gone = np.ones((len(self.moves), target.dimensions))
        self.tried = np.zeros(len(self.moves))
        self.priority = np.ones(target.dimensions)

    def prioritize(self, priority: Array) -> None:
        """Set the weight of each column in the choice of moves, (dimensions,)."""
        self.priority = self.trade.priority = priority

    def fit(self, params: Array) -> ProposalFit:
        """Fit the proposal distributions to particles, (particles, dimensions).

        Event times are fitted only if there are at least two delays to compensate for them.
        """
        times = (Marginal.of(self.target.date(params, n)) for n in range(self.events))
        return ProposalFit(NormalFit.of(params), tuple(times))

    def run(
        self, particles: Particles, beta: float, *, fit: ProposalFit, count: int, adapt: bool
    ) -> None:
        """Make ``count`` moves of all particles, in place.

        ``beta`` is the power of the likelihood, and ``fit`` was made at the start of the stage.
        With ``adapt``, the schedule adapts to the progress of each move.
        """
        spread = np.maximum(particles.params.std(axis=0), TINY)
        for _ in range(count):
            chances = self._find_chances(adapt=adapt)
            chosen = int(self.stream.choice(len(self.moves), p=chances))
            before = np.copy(particles.params[::MONITORED])
            self.make(self.moves[chosen], particles, beta, fit=fit, adapt=adapt)
            if adapt:
                step = (particles.params[::MONITORED] - before) / spread
                gone = (step**2).mean(axis=0)
                # At first a plain mean, so that the initial value has no weight.
                kept = min(MEMORY, self.tried[chosen] / (self.tried[chosen] + 1.0))
                self.gone[chosen] = kept * self.gone[chosen] + (1.0 - kept) * gone
                self.tried[chosen] += 1.0

    def make(
        self,
        move: moves.Move,
        particles: Particles,
        beta: float,
        *,
        fit: ProposalFit,
        adapt: bool,
    ) -> None:
        """Make one move of all particles; see :meth:`run` for the arguments."""
        for proposal in move.propose(particles, fit):
            share = self.acceptance.accept(particles, proposal, beta)
            if adapt:
                move.adapt(share)

    def _find_chances(self, *, adapt: bool) -> Array:
        """Return the probability of each move; moves of slow columns are more probable.

        With ``adapt``, moves that have not been tried yet come first. The dating move has a
        fixed probability: it makes rare jumps between distant modes, which the progress hardly
        shows.
        """
        untried = self.tried == 0.0
        if adapt and untried.any():
            return np.asarray(untried / untried.sum())
        part = self.gone / np.maximum(self.gone.sum(axis=0), TINY)
        worth = part @ self.priority**2
        worth /= max(float(worth.sum()), TINY)
        chances = EVEN_SHARE / worth.size + (1.0 - EVEN_SHARE) * worth
        dating, share = self.moves.index(self.dating), DATING_SHARE if self.events else 0.0
        chances[dating] = 0.0
        chances *= (1.0 - share) / chances.sum()
        chances[dating] = share
        return np.asarray(chances / chances.sum())
