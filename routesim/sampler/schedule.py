"""Which kind of move is made how often."""

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
"""Share of the moves that all kinds get alike."""
DATING_SHARE = 0.15
"""Share of the moves that are by dating."""
MONITORED = 8
"""Every n-th particle is monitored to see how far it goes."""
MEMORY = 0.9
"""How much of what a kind was worth before is kept."""


class MoveSchedule:
    """Moves particles about a target, by the kinds of move that have gone furthest so far.

    ``moves`` are all of them: fitted, difference, trade, dating, one redraw for each block and
    one rearrangement for each part with exchangeable parameters. ``tried`` is how often each
    was made while the schedule was adapted, (moves,).
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
        """Set how much a movement of each column is worth, (dimensions,)."""
        self.priority = self.trade.priority = priority

    def fit(self, params: Array) -> ProposalFit:
        """Fit the distributions from which moves propose.

        There are no times of events where fewer than two delays could compensate for them.
        """
        times = (Marginal.of(self.target.date(params, n)) for n in range(self.events))
        return ProposalFit(NormalFit.of(params), tuple(times))

    def run(
        self, particles: Particles, beta: float, *, fit: ProposalFit, count: int, adapt: bool
    ) -> None:
        """Move all particles so many times, in place, at a stage; ``fit`` is at its beginning.

        With ``adapt`` it learns from them how to move next.
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
                # At first the mean of all, so that a kind is known as soon as it is tried.
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
        """Make one move of all particles; the arguments are those of :meth:`run`."""
        for proposal in move.propose(particles, fit):
            share = self.acceptance.accept(particles, proposal, beta)
            if adapt:
                move.adapt(share)

    def _find_chances(self, *, adapt: bool) -> Array:
        """Return the probability of each move: higher for those that move what is slow.

        Where the schedule may still adapt, each is tried first. Dating has a fixed share:
        what it is worth is seldom seen, where it leads from one far region to another.
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
