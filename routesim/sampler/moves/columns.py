"""The columns of particles: which part each belongs to, and which compensate for which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.sampler.target import Part, Target


Array = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns of particles of a target.

    Parameters
    ----------
    target
        What is sampled.
    """

    target: Target

    @cached_property
    def parts(self) -> Sequence[Part]:
        """The parts of a particle."""
        return tuple(self.target.parts)

    @cached_property
    def places(self) -> Sequence[slice]:
        """The columns of each part."""
        return tuple(self.target.places)

    @property
    def dimensions(self) -> int:
        """How many columns there are."""
        return int(self.places[-1].stop)

    @cached_property
    def exchangeable(self) -> tuple[int, ...]:
        """The parts with exchangeable parameters, by number."""
        return tuple(number for number, part in enumerate(self.parts) if part.is_exchangeable)

    @cached_property
    def of_block(self) -> tuple[Indices, ...]:
        """The columns of each block."""
        columns = np.arange(self.dimensions)
        return tuple(
            np.concatenate([columns[self.places[number]] for number in block])
            for block in self.target.blocks
        )

    @cached_property
    def is_additive(self) -> NDArray[np.bool_]:
        """Which columns are amounts that add up."""
        return np.concatenate([part.is_additive for part in self.parts])

    @cached_property
    def additive(self) -> Indices:
        """The columns of amounts that add up."""
        return np.flatnonzero(self.is_additive)

    @cached_property
    def part_of(self) -> list[int]:
        """The part of each column."""
        return [number for number, part in enumerate(self.parts) for _ in range(part.size)]

    @cached_property
    def block_compensators(self) -> tuple[tuple[Indices, Array], ...]:
        """The columns that may compensate for each block, and their probabilities."""
        found = []
        for number, columns in enumerate(self.of_block):
            able, chances = self.list_compensators(columns)
            # Where the start moves, the meaning of other columns moves with it.
            start_blocks = number in self.target.start_blocks
            compensated = self.is_additive[columns].any() and not start_blocks
            found.append((able, chances) if compensated else (able[:0], chances[:0]))
        return tuple(found)

    def list_compensators(self, columns: Indices) -> tuple[Indices, Array]:
        """Return the columns that may compensate for others, and their probabilities.

        Neighbours are more probable.
        """
        able = np.setdiff1d(self.additive, columns)
        near = 1.0 / (1.0 + np.abs(able - columns.mean()))
        return able, near / near.sum() if able.size else near
