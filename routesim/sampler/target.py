"""Abstract base classes of a target and its parts."""

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
"""Largest standard-normal coordinate; the tail beyond it nearly underflows."""


@dataclass(frozen=True, slots=True)
class Rearranged:
    """Rearranged parameters of a part, ``hours``, (particles, size).

    ``gain`` is the log ratio of the proposal densities of the reverse and the forward move.
    ``longer`` is the amount to subtract from another column, which compensates. ``earlier`` is
    the amount to subtract from the start. All three are (particles,).
    """

    hours: Array
    gain: Array
    longer: Array
    earlier: Array


class Part(ABC):
    """A group of parameters that is independent of other parts under the prior.

    Its prior may depend on ``start``, the position at which each particle starts, (particles,).
    Under the prior, the coordinates ``z`` of the parameters are standard normal.
    """

    @property
    @abstractmethod
    def size(self) -> int:
        """Number of parameters."""

    @property
    def is_additive(self) -> Flags:
        """Flags of the parameters that are amounts and add up with others, (size,)."""
        return np.ones(self.size, dtype=bool)

    @property
    def is_delay(self) -> Flags:
        """Flags of the parameters that are delays or the time of the start, (size,)."""
        return np.zeros(self.size, dtype=bool)

    @property
    def is_exchangeable(self) -> bool:
        """Whether some of the parameters are exchangeable under the prior."""
        return False

    def order(self, params: Array) -> Array:
        """Return exchangeable parameters sorted; the density of unsorted ones is zero."""
        return params

    def rearrange(self, params: Array, _stream: np.random.Generator) -> Rearranged:
        """Propose a rearrangement of exchangeable parameters."""
        nothing = np.zeros(params.shape[0])
        return Rearranged(params, nothing, nothing, nothing)

    def get_shares(self, params: Array) -> Array:
        """Return the share that each parameter takes if all compensate, (particles, size)."""
        return np.zeros_like(params)

    @abstractmethod
    def from_z(self, z: Array, start: Array) -> Array:
        """Turn standard-normal coordinates into parameters, (particles, size)."""

    @abstractmethod
    def to_z(self, params: Array, start: Array) -> Array:
        """Turn parameters into standard-normal coordinates, (particles, size).

        The prior must allow the parameters.
        """

    @abstractmethod
    def logpdf(self, params: Array, start: Array) -> Array:
        """Return the log prior density of parameters, (particles,)."""


class Target(ABC):
    """A distribution to sample: a prior and a likelihood.

    A particle is a row of parameters, grouped into parts. Some columns are amounts that add up,
    so that one can compensate for another. The times of *events* are sums of amounts. A *delay*
    is an amount at one position: it makes all events beyond this position later by the amount.
    A *block* is a set of parts that are redrawn together.
    """

    parts: Sequence[Part]

    @property
    @abstractmethod
    def blocks(self) -> Sequence[tuple[int, ...]]:
        """Numbers of the parts of each block."""

    @property
    @abstractmethod
    def compensators(self) -> Mapping[int, int]:
        """Part that always compensates, by block.

        Only for blocks with an effect on later events that must be computed, by
        :meth:`measure_shift`.
        """

    @property
    @abstractmethod
    def shared_compensators(self) -> Mapping[int, int]:
        """Part with delays that may compensate together, by block.

        Only for blocks with an amount that is spread evenly over a stretch. The delays of the
        part lie along this stretch.
        """

    @property
    @abstractmethod
    def start_blocks(self) -> Container[int]:
        """Blocks that change the position at which a particle starts."""

    @property
    @abstractmethod
    def event_count(self) -> int:
        """Number of events."""

    @abstractmethod
    def date(self, params: Array, event: int) -> Array:
        """Return the approximate time of an event, (particles,).

        A change of a delay must change the time by the same amount or not at all.
        """

    @abstractmethod
    def measure_delays(self, params: Array, event: int) -> Array:
        """Return the distance of each delay beyond an event, (particles, delays).

        It is negative for a delay before the event, and NaN where there is no such delay.
        """

    @property
    @abstractmethod
    def start(self) -> int | None:
        """Column of the time of the start; None if this time is not an amount."""

    @abstractmethod
    def locate_starts(self, rows: Array) -> Array:
        """Return the start positions of parameters or of coordinates ``z``, (particles,)."""

    @abstractmethod
    def measure_shift(self, before: Array, after: Array) -> Array:
        """Return how much later the events are in ``after`` than ``before``, (particles,)."""

    @abstractmethod
    def observe(self, params: Array) -> Array:
        """Return the terms of the log likelihood, (..., particles)."""

    @abstractmethod
    def weigh(self, log_agreements: Array, beta: float) -> Array:
        """Return the log likelihood at the power ``beta``, from 0 to 1, (particles,)."""

    def draw(self, stream: np.random.Generator, count: int) -> Array:
        """Draw parameters from the prior, (count, dimensions)."""
        return self.from_z(stream.standard_normal((self.dimensions, count)).T)

    def from_z(self, z: Array) -> Array:
        """Turn standard-normal coordinates into parameters, (particles, dimensions)."""
        start = self.locate_starts(z)
        return stack_columns(
            [part.order(part.from_z(z[:, at], start)) for part, at in self._placed_parts]
        )

    def to_z(self, params: Array) -> Array:
        """Turn parameters into standard-normal coordinates, (particles, dimensions)."""
        start = self.locate_starts(params)
        z = stack_columns([part.to_z(params[:, at], start) for part, at in self._placed_parts])
        return np.clip(z, -FARTHEST, FARTHEST)

    def get_log_densities(self, params: Array) -> Array:
        """Return the log prior density of each part, (particles, parts)."""
        start = self.locate_starts(params)
        parts = self._placed_parts
        return stack_columns([part.logpdf(params[:, at], start) for part, at in parts])

    @cached_property
    def places(self) -> tuple[slice, ...]:
        """Columns of each part."""
        ends = np.cumsum([0, *(part.size for part in self.parts)])
        return tuple(slice(int(first), int(last)) for first, last in pairwise(ends))

    @property
    def dimensions(self) -> int:
        """Number of columns of a particle."""
        return int(self.places[-1].stop)

    @cached_property
    def delay_columns(self) -> Indices:
        """Columns of the delays and of the start, (delays,)."""
        return np.flatnonzero(np.concatenate([part.is_delay for part in self.parts]))

    @cached_property
    def is_additive(self) -> Flags:
        """Flags of the columns that are amounts and add up, (dimensions,)."""
        return np.concatenate([part.is_additive for part in self.parts])

    @cached_property
    def additive(self) -> Indices:
        """Columns that are amounts and add up."""
        return np.flatnonzero(self.is_additive)

    @cached_property
    def part_of(self) -> list[int]:
        """Number of the part of each column."""
        return [number for number, part in enumerate(self.parts) for _ in range(part.size)]

    @cached_property
    def block_columns(self) -> tuple[Indices, ...]:
        """Columns of each block."""
        columns = np.arange(self.dimensions)
        return tuple(
            np.concatenate([columns[self.places[number]] for number in block])
            for block in self.blocks
        )

    @cached_property
    def block_compensators(self) -> tuple[tuple[Indices, Array], ...]:
        """Columns that may compensate for each block, with their probabilities."""
        found = []
        for number, columns in enumerate(self.block_columns):
            able, chances = self.list_compensators(columns)
            # If the start changes, so does the meaning of other columns.
            moves_start = number in self.start_blocks
            compensated = self.is_additive[columns].any() and not moves_start
            found.append((able, chances) if compensated else (able[:0], chances[:0]))
        return tuple(found)

    def list_compensators(self, columns: Indices) -> tuple[Indices, Array]:
        """Return the columns that may compensate for ``columns``, with their probabilities.

        Near columns are more probable.
        """
        able = np.setdiff1d(self.additive, columns)
        near = 1.0 / (1.0 + np.abs(able - columns.mean()))
        return able, near / near.sum() if able.size else near

    @property
    def _placed_parts(self) -> Iterable[tuple[Part, slice]]:
        return zip(self.parts, self.places, strict=True)
