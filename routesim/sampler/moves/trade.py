"""Moves that take an amount from one column and give it to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.sampler.moves.move import Move
from routesim.sampler.particles import Proposal
from routesim.sampler.proposals import TINY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.sampler.moves.columns import Columns
    from routesim.sampler.particles import Particles
    from routesim.sampler.proposals import ProposalFit


class TradeMove(Move):
    """Takes an amount from one additive column and gives it to another.

    Attributes
    ----------
    priority
        How much a movement of each column is worth, (dimensions,).
    """

    def __init__(self, columns: Columns, stream: np.random.Generator) -> None:
        super().__init__(columns, stream)
        self.priority = np.ones(columns.dimensions)

    def propose(self, particles: Particles, fit: ProposalFit) -> Iterator[Proposal]:
        """Propose a trade between the same two columns to all particles."""
        able = self.columns.additive
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
        changed = {self.columns.part_of[giver], self.columns.part_of[taker]}
        density = self._update_density(particles, params, changed)
        ratio = (density - particles.log_density).sum(axis=1)
        yield Proposal(params, density, ratio)
