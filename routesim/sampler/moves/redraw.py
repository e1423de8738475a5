"""Moves that draw a block of parts from its prior, and let another part compensate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routesim.sampler.moves.move import Move, StepSize
from routesim.sampler.particles import Proposal
from routesim.sampler.target import FARTHEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.sampler.moves.columns import Columns
    from routesim.sampler.particles import Particles
    from routesim.sampler.proposals import ProposalFit


Array = NDArray[np.float64]

COMPENSATED_SHARE = 0.8
"""Share of the blocks drawn anew for which another column compensates."""
DELAYS_COMPENSATE_SHARE = 0.6
"""Share of the evenly spread blocks drawn anew for which the delays among them compensate."""


@dataclass(frozen=True, slots=True)
class _Compensator:
    """The part that compensates, and its column; None for its exchangeable ones."""

    part: int
    column: int | None


class RedrawMove(Move):
    """Draws one block anew, wholly or in part, by its step size.

    Parameters
    ----------
    columns, stream
        As of :class:`Move`.
    block
        The number of the block.
    """

    def __init__(self, columns: Columns, stream: np.random.Generator, block: int) -> None:
        super().__init__(columns, stream)
        self.block = block
        self.step: StepSize = StepSize()

    def propose(self, particles: Particles, _fit: ProposalFit) -> Iterator[Proposal]:
        """Propose a new draw of the block to all particles."""
        params = self._stir(particles.params)
        everything = range(len(self.columns.parts))
        start_blocks = self.block in self.target.start_blocks
        changed = set(everything if start_blocks else self.target.blocks[self.block])
        compensator = self._choose_compensator()
        if compensator is not None:
            self._compensate(particles.params, params, compensator)
            changed.add(compensator.part)
        density = self._update_density(particles, params, changed)
        # z are stirred as their prior has it: only what compensates changes the ratio.
        ratio = np.zeros(density.shape[0])
        if compensator is not None:
            ratio += density[:, compensator.part] - particles.log_density[:, compensator.part]
        ratio[~np.isfinite(density.sum(axis=1))] = -np.inf
        yield Proposal(params, density, ratio)

    def _stir(self, params: Array) -> Array:
        """Return parameters with the block drawn anew in part, as its prior has it."""
        step, target = self.step.value, self.target
        kept = np.sqrt(1.0 - step**2)
        if self.block in target.start_blocks:
            z, columns = target.to_z(params), self.columns.of_block[self.block]
            fresh = self.stream.standard_normal((columns.size, params.shape[0])).T
            z[:, columns] = kept * z[:, columns] + step * fresh
            return target.from_z(z)
        stirred, start = np.copy(params), target.locate_starts(params)
        for number in target.blocks[self.block]:
            part, at = self.columns.parts[number], self.columns.places[number]
            z = np.clip(part.to_z(params[:, at], start), -FARTHEST, FARTHEST)
            fresh = self.stream.standard_normal(z.shape[::-1]).T
            z = kept * z + step * fresh
            # All of a part is stirred alike, so that it may be put in order afterwards.
            stirred[:, at] = part.order(part.from_z(z, start))
        return stirred

    def _choose_compensator(self) -> _Compensator | None:
        block, target = self.block, self.target
        if block in target.compensators:
            number = target.compensators[block]
            return _Compensator(number, self.columns.places[number].start)
        if (
            block in target.shared_compensators
            and self.stream.random() < DELAYS_COMPENSATE_SHARE
        ):
            return _Compensator(target.shared_compensators[block], None)
        able, chances = self.columns.block_compensators[block]
        if not able.size or self.stream.random() >= COMPENSATED_SHARE:
            return None
        column = int(self.stream.choice(able, p=chances))
        return _Compensator(self.columns.part_of[column], column)

    def _compensate(self, before: Array, params: Array, compensator: _Compensator) -> None:
        """Take what the block adds from a column, or from exchangeable ones by shares."""
        columns = self.columns.of_block[self.block]
        if self.block in self.target.compensators:
            added = self.target.measure_shift(before, params)
        else:
            adding = columns[self.columns.is_additive[columns]]
            added = (params[:, adding] - before[:, adding]).sum(axis=1)
        if compensator.column is None:
            at = self.columns.places[compensator.part]
            part = self.columns.parts[compensator.part]
            params[:, at] -= added[:, None] * part.get_shares(params[:, at])
        else:
            params[:, compensator.column] -= added
