"""Moves towards and about a Student distribution fitted to all particles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.sampler.moves.move import Move, StepSize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.sampler.moves.columns import Columns
    from routesim.sampler.particles import Particles, Proposal
    from routesim.sampler.proposals import ProposalFit


T_DEGREES = 5.0
"""Of freedom of the fitted distribution: tails heavier than the target's."""


class FittedMove(Move):
    """Preconditioned Crank-Nicolson, with a fitted Student distribution for the prior."""

    def __init__(self, columns: Columns, stream: np.random.Generator) -> None:
        super().__init__(columns, stream)
        self.step: StepSize = StepSize()

    def propose(self, particles: Particles, fit: ProposalFit) -> Iterator[Proposal]:
        """Propose parameters between those of each particle and a new draw."""
        normal, step = fit.normal, self.step.value
        distance = normal.measure(particles.params)
        half = 0.5 * (self.columns.dimensions + T_DEGREES)
        scale = (T_DEGREES + distance) / (2.0 * self.stream.standard_gamma(half, distance.size))
        noise = (normal.root @ self.stream.standard_normal(particles.params.shape[::-1])).T
        params = normal.mean + np.sqrt(1.0 - step**2) * (particles.params - normal.mean)
        params += step * np.sqrt(scale)[:, None] * noise
        further = np.log(1.0 + normal.measure(params) / T_DEGREES)
        ratio = half * (further - np.log(1.0 + distance / T_DEGREES))
        yield self._make_proposal(particles, params, ratio, np.arange(distance.size))
