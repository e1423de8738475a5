"""Moves along the difference of two other particles (differential evolution)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routesim.arrays import take_rows
from routesim.sampler.moves.move import Move

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.sampler.particles import Particles, Proposal
    from routesim.sampler.proposals import ProposalFit


Indices = NDArray[np.intp]

STEP = 2.38
"""Of a difference, over the root of twice the dimensions, as ter Braak has it."""
JITTER = 1e-4
LONG_JUMPS = 0.1
"""Share of the moves that go the whole way to another's place."""


class DifferenceMove(Move):
    """Moves each half of the particles along differences of the other half."""

    def propose(self, particles: Particles, _fit: ProposalFit) -> Iterator[Proposal]:
        """Propose first for one half of the particles, then for the other."""
        whole, dimensions = np.arange(particles.log_likelihood.size), self.columns.dimensions
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
            yield self._make_proposal(particles, params, np.zeros(movers.size), movers)

    def _choose_pairs(self, count: int, others: Indices) -> tuple[Indices, Indices]:
        """Choose two different others for each of so many."""
        first = self.stream.integers(others.size, size=count)
        second = self.stream.integers(others.size - 1, size=count)
        second += second >= first
        return others[first], others[second]
