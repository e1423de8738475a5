"""Particles, what they are sampled from, and what is proposed to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

__all__ = ["FARTHEST", "Part", "Particles", "Proposal", "Rearranged", "Target"]

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

FARTHEST = 37.0
"""No score lies farther out: the share beyond it can hardly be told from nothing."""


@dataclass(frozen=True, slots=True)
class Rearranged:
    """Hours of a part, told otherwise.

    Parameters
    ----------
    hours
        (particles, size).
    gain
        The logarithm of how much likelier the way back is proposed than the way there,
        (particles,).
    longer
        Hours that another quantity is to make up for, (particles,); negative if it has more.
    earlier
        Hours by which it must set out earlier, (particles,); negative for later.
    """

    hours: Array
    gain: Array
    longer: Array
    earlier: Array


class Part(Protocol):
    """Quantities that belong together."""

    @property
    def size(self) -> int:
        """How many there are."""

    @property
    def adds(self) -> NDArray[np.bool_]:
        """Which of them are hours that add up, (size,)."""

    @property
    def has_equals(self) -> bool:
        """Whether several of them could change places."""

    def order(self, hours: Array) -> Array:
        """Put what could change places in order; out of order they have no density."""

    def rearrange(self, hours: Array, stream: np.random.Generator) -> Rearranged:
        """Propose other hours, in order."""

    def share_along(self, hours: Array) -> Array:
        """Return what part of its run lies between each quantity and the one before."""

    def unfold(self, scores: Array, start_km: Array) -> Array:
        """Tell standard normal scores in hours, (particles, size)."""

    def fold(self, hours: Array, start_km: Array) -> Array:
        """Turn hours into scores."""

    def get_log_density(self, hours: Array, start_km: Array) -> Array:
        """Return the logarithm of the prior density in hours, (particles,)."""


class Target(Protocol):
    """What is sampled."""

    @property
    def parts(self) -> Sequence[Part]:
        """The parts of a particle."""

    @property
    def places(self) -> Sequence[slice]:
        """The columns of each part."""

    @property
    def blocks(self) -> Sequence[tuple[int, ...]]:
        """The parts that are drawn anew together, by number."""

    @property
    def payers(self) -> Mapping[int, int]:
        """From a block whose hours must be run to be known to the part that pays for them."""

    @property
    def halting(self) -> Mapping[int, int]:
        """From a block that is spent evenly along a run to the part with halts on it."""

    @property
    def moving(self) -> Container[int]:
        """The blocks that change where a particle sets out."""

    @property
    def marks(self) -> int:
        """How many passages there are that are asked for, of the first route."""

    @property
    def stands(self) -> Indices:
        """The columns of hours stood at one place, or that it sets out later, (stands,)."""

    def date(self, hours: Array, mark: int) -> Array:
        """Return about when particles reach a passage asked for, in hours, (particles,).

        Whatever moves a stand by some hours must move it by as much, or not at all.
        """

    def measure_stands(self, hours: Array, mark: int) -> Array:
        """Return how far beyond a passage each is stood, (particles, stands); NaN if never."""

    @property
    def start(self) -> int | None:
        """The column of the hours at which it sets out; None if it is told otherwise."""

    def locate_starts(self, rows: Array) -> Array:
        """Return where particles set out, told in scores or in hours, (particles,)."""

    def run_longer(self, before: Array, after: Array) -> Array:
        """Return by how many hours it takes longer after than before, (particles,)."""

    def draw(self, stream: np.random.Generator, count: int) -> Array:
        """Draw particles from the prior, in hours, (count, dimensions)."""

    def unfold(self, scores: Array) -> Array:
        """Tell scores in hours, in order, (particles, dimensions)."""

    def fold(self, hours: Array) -> Array:
        """Turn hours into scores, (particles, dimensions)."""

    def get_log_densities(self, hours: Array) -> Array:
        """Return the logarithms of the prior densities in hours, (particles, parts)."""

    def observe(self, hours: Array) -> Array:
        """Return the terms of the likelihood, (..., particles)."""

    def weigh(self, terms: Array, beta: float) -> Array:
        """Return the log likelihood at a stage, 0 for the start to 1 for the end."""


@dataclass(slots=True)
class Particles:
    """Particles while they are moved.

    Parameters
    ----------
    hours
        (particles, dimensions).
    terms
        As observed, (..., particles).
    now
        Their log likelihood at the stage, (particles,).
    density
        Of the hours of each part, (particles, parts).
    """

    hours: Array
    terms: Array
    now: Array
    density: Array


@dataclass(frozen=True, slots=True)
class Proposal:
    """Hours that are offered, their log densities, and what they gain but for the reports."""

    hours: Array
    density: Array
    gain: Array
