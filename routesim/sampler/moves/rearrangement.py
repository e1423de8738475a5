"""Moves that rearrange the exchangeable parameters of a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.sampler.moves.move import Move
from routesim.sampler.particles import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.sampler.moves.columns import Columns
    from routesim.sampler.particles import Particles
    from routesim.sampler.proposals import ProposalFit


class RearrangementMove(Move):
    """Rearranges the parameters of one part, and lets another column compensate.

    Parameters
    ----------
    columns, stream
        As of :class:`Move`.
    part
        The number of the part.
    """

    def __init__(self, columns: Columns, stream: np.random.Generator, part: int) -> None:
        super().__init__(columns, stream)
        self.part = part

    def propose(self, particles: Particles, _fit: ProposalFit) -> Iterator[Proposal]:
        """Propose a rearrangement of the part to all particles."""
        at = self.columns.places[self.part]
        params, changed = np.copy(particles.params), {self.part}
        found = self.columns.parts[self.part].rearrange(params[:, at], self.stream)
        params[:, at], ratio = found.hours, found.gain
        able, chances = self.columns.list_compensators(np.arange(at.start, at.stop))
        if able.size:
            column = int(self.stream.choice(able, p=chances))
            params[:, column] -= found.longer
            changed.add(self.columns.part_of[column])
        start = self.target.start
        if start is None:
            ratio = np.where(found.earlier == 0.0, ratio, -np.inf)
        else:
            params[:, start] -= found.earlier
            changed.add(self.columns.part_of[start])
        density = self._update_density(particles, params, changed)
        ratio = ratio + (density - particles.log_density).sum(axis=1)
        yield Proposal(params, density, ratio)
