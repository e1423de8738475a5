"""The schedule of moves: the choice of moves, adapted to their progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.sampler.target import take_particles

if TYPE_CHECKING:
    from routesim.arrays import Array
    from routesim.sampler.target import State, Target


EVEN_SHARE = 0.3
"""Share of the probability that is divided evenly between all moves."""
MONITORED = 8
"""Every n-th particle is monitored to measure the progress of a move."""
MEMORY = 0.9
"""Weight of the past in the running mean of the progress of a move."""
TINY = 1e-12
"""Smallest spread and smallest sum of progress, used instead of zero."""


class MoveSchedule:
    """Moves particles, and prefers the moves with the most progress.

    ``gone`` is the progress: the mean squared distance by which each move moves each monitored
    quantity, in squared standard deviations, (moves, quantities). ``tried`` is the number of
    times each move was made while the schedule was adapting, (moves,).
    """

    def __init__(self, target: Target, stream: np.random.Generator) -> None:
        self.target, self.stream = target, stream
        self.moves = tuple(target.list_moves(stream))
        self.gone: Array | None = None
        self.tried = np.zeros(len(self.moves))
        self.priority: Array | float = 1.0
        self.waiting: set[int] = set()

    def start_stage(self) -> None:
        """Let each move adapt to the particles before it is made next."""
        self.waiting = set(range(len(self.moves)))

    def run(self, state: State, beta: float, *, count: int, adapt: bool) -> None:
        """Make ``count`` moves of all particles, in place.

        ``beta`` is the power of the likelihood. With ``adapt``, the schedule and the step sizes
        adapt to the progress of each move.
        """
        watched = adapt and self.target.is_adaptive
        before = self._monitor(state) if watched else np.zeros((0, 0))
        spread = np.maximum(before.std(axis=1, keepdims=True), TINY) if watched else before
        if self.gone is None and watched:
            self.gone = np.ones((len(self.moves), before.shape[0]))
        for _ in range(count):
            chosen = int(self.stream.choice(len(self.moves), p=self._find_chances(adapt=adapt)))
            share = self._make(chosen, state, beta)
            if not adapt:
                continue
            self.moves[chosen].adapt(share)
            if self.gone is not None:
                after = self._monitor(state)
                gone = (((after - before) / spread) ** 2).mean(axis=1)
                before = after
                # At first a plain mean, so that the initial value has no weight.
                kept = min(MEMORY, self.tried[chosen] / (self.tried[chosen] + 1.0))
                self.gone[chosen] = kept * self.gone[chosen] + (1.0 - kept) * gone
            self.tried[chosen] += 1.0

    def _make(self, chosen: int, state: State, beta: float) -> float:
        """Make a move, which first adapts to the particles if it is the first in a stage."""
        if chosen in self.waiting:
            self.moves[chosen].start_stage(state, beta)
            self.waiting.remove(chosen)
        return self.moves[chosen].make(state, beta)

    def _monitor(self, state: State) -> Array:
        return self.target.monitor(take_particles(state, slice(None, None, MONITORED)))

    def _find_chances(self, *, adapt: bool) -> Array:
        """Return the probability of each move; moves of slow quantities are more probable.

        With ``adapt``, moves that have not been tried yet come first.
        """
        if not self.target.is_adaptive:
            weights = np.array([move.frequency for move in self.moves])
            return np.asarray(weights / weights.sum())
        untried = self.tried == 0.0
        if adapt and untried.any():
            return np.asarray(untried / untried.sum())
        if self.gone is None:
            return np.full(len(self.moves), 1.0 / len(self.moves))
        part = self.gone / np.maximum(self.gone.sum(axis=0), TINY)
        worth = (part * np.square(self.priority)).sum(axis=1)
        worth /= max(float(worth.sum()), TINY)
        chances = EVEN_SHARE / worth.size + (1.0 - EVEN_SHARE) * worth
        return np.asarray(chances / chances.sum())
