"""What is sampled: a target and its parts, which a user of the sampler derives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from routesim.arrays import Array, Flags, Indices, stack_columns

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence


FARTHEST = 37.0
"""No standard normal coordinate lies farther out: a double hardly holds the share beyond."""


@dataclass(frozen=True, slots=True)
class Rearranged:
    """Rearranged parameters of a part, (particles, size); all else is (particles,).

    ``gain`` is the logarithm of how much likelier the way back is proposed than the way there;
    ``longer`` the amount for which another column is to compensate, ``earlier`` that which is
    taken from the start.
    """

    hours: Array
    gain: Array
    longer: Array
    earlier: Array


class Part(ABC):
    """Parameters that belong together, independent of other parts under the prior.

    The prior may depend on where a particle starts: ``start``, (particles,).
    """

    @property
    @abstractmethod
    def size(self) -> int:
        """How many parameters there are."""

    @property
    def is_additive(self) -> Flags:
        """Which of them are amounts that add up with those of other parts, (size,)."""
        return np.ones(self.size, dtype=bool)

    @property
    def is_delay(self) -> Flags:
        """Which of them are amounts at one position, or the time of the start, (size,)."""
        return np.zeros(self.size, dtype=bool)

    @property
    def is_exchangeable(self) -> bool:
        """Whether some of them are exchangeable: they could change places."""
        return False

    def order(self, params: Array) -> Array:
        """Return exchangeable parameters in order; out of order they have no density."""
        return params

    def rearrange(self, params: Array, _stream: np.random.Generator) -> Rearranged:
        """Propose to rearrange exchangeable parameters."""
        nothing = np.zeros(params.shape[0])
        return Rearranged(params, nothing, nothing, nothing)

    def get_shares(self, params: Array) -> Array:
        """Return the share of each parameter when all compensate, (particles, size)."""
        return np.zeros_like(params)

    @abstractmethod
    def from_z(self, z: Array, start: Array) -> Array:
        """Return parameters from standard normal coordinates, (particles, size)."""

    @abstractmethod
    def to_z(self, params: Array, start: Array) -> Array:
        """Return standard normal coordinates of parameters that the prior allows."""

    @abstractmethod
    def logpdf(self, params: Array, start: Array) -> Array:
        """Return the log prior density in parameters, (particles,)."""


class Target(ABC):
    """What is sampled.

    A particle is a row of parameters, in parts. Some columns are amounts that add up, so that
    one can compensate for another. Sums of them are the times of *events*, which lie one
    after the other. *Delays* are amounts at one position: all events beyond it are later by
    as much.
    """

    parts: Sequence[Part]

    @property
    @abstractmethod
    def blocks(self) -> Sequence[tuple[int, ...]]:
        """The parts that are drawn anew together, by number."""

    @property
    @abstractmethod
    def compensators(self) -> Mapping[int, int]:
        """From a block whose effect must be computed to the part that compensates for it."""

    @property
    @abstractmethod
    def shared_compensators(self) -> Mapping[int, int]:
        """From a block that is spread evenly to the part with delays along it."""

    @property
    @abstractmethod
    def start_blocks(self) -> Container[int]:
        """The blocks that change where a particle starts."""

    @property
    @abstractmethod
    def event_count(self) -> int:
        """How many events there are."""

    @abstractmethod
    def date(self, params: Array, event: int) -> Array:
        """Return the approximate time of an event, (particles,).

        A change of a delay must change it by as much, or not at all.
        """

    @abstractmethod
    def measure_delays(self, params: Array, event: int) -> Array:
        """Return how far beyond an event each delay is, (particles, delays); NaN if never."""

    @property
    @abstractmethod
    def start(self) -> int | None:
        """The column of the time of the start; None if it is no amount."""

    @abstractmethod
    def locate_starts(self, rows: Array) -> Array:
        """Return where particles start, from parameters or from z, (particles,)."""

    @abstractmethod
    def measure_shift(self, before: Array, after: Array) -> Array:
        """Return how much later all events are after than before, (particles,)."""

    @abstractmethod
    def observe(self, params: Array) -> Array:
        """Return the terms of the log likelihood, (..., particles)."""

    @abstractmethod
    def weigh(self, log_agreements: Array, beta: float) -> Array:
        """Return the log likelihood at a stage, 0 for the start to 1 for the end."""

    def draw(self, stream: np.random.Generator, count: int) -> Array:
        """Draw parameters from the prior, (count, dimensions)."""
        return self.from_z(stream.standard_normal((self.dimensions, count)).T)

    def from_z(self, z: Array) -> Array:
        """Return parameters from standard normal coordinates, (particles, dimensions)."""
        start = self.locate_starts(z)
        return stack_columns(
            [part.order(part.from_z(z[:, at], start)) for part, at in self._placed_parts]
        )

    def to_z(self, params: Array) -> Array:
        """Return standard normal coordinates of parameters, (particles, dimensions)."""
        start = self.locate_starts(params)
        z = stack_columns([part.to_z(params[:, at], start) for part, at in self._placed_parts])
        return np.clip(z, -FARTHEST, FARTHEST)

    def get_log_densities(self, params: Array) -> Array:
        """Return the log prior densities in parameters, (particles, parts)."""
        start = self.locate_starts(params)
        parts = self._placed_parts
        return stack_columns([part.logpdf(params[:, at], start) for part, at in parts])

    @cached_property
    def places(self) -> tuple[slice, ...]:
        """The columns of each part."""
        ends = np.cumsum([0, *(part.size for part in self.parts)])
        return tuple(slice(int(first), int(last)) for first, last in pairwise(ends))

    @property
    def dimensions(self) -> int:
        """How many columns a particle has."""
        return int(self.places[-1].stop)

    @cached_property
    def delay_columns(self) -> Indices:
        """The columns of delays, and of the start, (delays,)."""
        return np.flatnonzero(np.concatenate([part.is_delay for part in self.parts]))

    @cached_property
    def is_additive(self) -> Flags:
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
    def block_columns(self) -> tuple[Indices, ...]:
        """The columns of each block."""
        columns = np.arange(self.dimensions)
        return tuple(
            np.concatenate([columns[self.places[number]] for number in block])
            for block in self.blocks
        )

    @cached_property
    def block_compensators(self) -> tuple[tuple[Indices, Array], ...]:
        """The columns that may compensate for each block, and their probabilities."""
        found = []
        for number, columns in enumerate(self.block_columns):
            able, chances = self.list_compensators(columns)
            # Where the start moves, the meaning of other columns moves with it.
            moves_start = number in self.start_blocks
            compensated = self.is_additive[columns].any() and not moves_start
            found.append((able, chances) if compensated else (able[:0], chances[:0]))
        return tuple(found)

    def list_compensators(self, columns: Indices) -> tuple[Indices, Array]:
        """Return the columns that may compensate for others, and their probabilities.

        Neighbours are more probable.
        """
        able = np.setdiff1d(self.additive, columns)
        near = 1.0 / (1.0 + np.abs(able - columns.mean()))
        return able, near / near.sum() if able.size else near

    @property
    def _placed_parts(self) -> Iterable[tuple[Part, slice]]:
        return zip(self.parts, self.places, strict=True)
