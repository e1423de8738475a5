"""What is sampled: the protocols of a target and of its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence


Array = NDArray[np.float64]
Indices = NDArray[np.intp]

FARTHEST = 37.0
"""No standard normal coordinate lies farther out: a double hardly holds the share beyond."""


@dataclass(frozen=True, slots=True)
class Rearranged:
    """Rearranged parameters of a part.

    Parameters
    ----------
    hours
        The parameters, (particles, size).
    gain
        The logarithm of how much likelier the way back is proposed than the way there,
        (particles,).
    longer
        The amount for which another column is to compensate, (particles,).
    earlier
        The amount that is taken from the start, (particles,).
    """

    hours: Array
    gain: Array
    longer: Array
    earlier: Array


class Part(Protocol):
    """Parameters that belong together, independent of other parts under the prior.

    The prior may depend on where a particle starts: ``start``, (particles,).
    """

    @property
    def size(self) -> int:
        """How many parameters there are."""

    @property
    def is_additive(self) -> NDArray[np.bool_]:
        """Which of them are amounts that add up with those of other parts, (size,)."""

    @property
    def is_exchangeable(self) -> bool:
        """Whether some of them are exchangeable: they could change places."""

    def order(self, params: Array) -> Array:
        """Return exchangeable parameters in order; out of order they have no density."""

    def rearrange(self, params: Array, stream: np.random.Generator) -> Rearranged:
        """Propose to rearrange exchangeable parameters."""

    def get_shares(self, params: Array) -> Array:
        """Return the share of each parameter when all compensate, (particles, size)."""

    def from_z(self, z: Array, start: Array) -> Array:
        """Return parameters from standard normal coordinates, (particles, size)."""

    def to_z(self, params: Array, start: Array) -> Array:
        """Return standard normal coordinates of parameters, (particles, size)."""

    def logpdf(self, params: Array, start: Array) -> Array:
        """Return the log prior density in parameters, (particles,)."""


class Target(Protocol):
    """What is sampled.

    A particle is a row of parameters, in parts. Some columns are amounts that add up, so that
    one can compensate for another. Sums of them are the times of *events*, which lie one
    after the other. *Delays* are amounts at one position: all events beyond it are later by
    as much.
    """

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
    def compensators(self) -> Mapping[int, int]:
        """From a block whose effect must be computed to the part that compensates for it."""

    @property
    def shared_compensators(self) -> Mapping[int, int]:
        """From a block that is spread evenly to the part with delays along it."""

    @property
    def start_blocks(self) -> Container[int]:
        """The blocks that change where a particle starts."""

    @property
    def event_count(self) -> int:
        """How many events there are."""

    @property
    def delay_columns(self) -> Indices:
        """The columns of delays, and of the start, (delays,)."""

    def date(self, params: Array, event: int) -> Array:
        """Return the approximate time of an event, (particles,).

        A change of a delay must change it by as much, or not at all.
        """

    def measure_delays(self, params: Array, event: int) -> Array:
        """Return how far beyond an event each delay is, (particles, delays); NaN if never."""

    @property
    def start(self) -> int | None:
        """The column of the time of the start; None if it is no amount."""

    def locate_starts(self, rows: Array) -> Array:
        """Return where particles start, from parameters or from z, (particles,)."""

    def measure_shift(self, before: Array, after: Array) -> Array:
        """Return how much later all events are after than before, (particles,)."""

    def draw(self, stream: np.random.Generator, count: int) -> Array:
        """Draw parameters from the prior, (count, dimensions)."""

    def from_z(self, z: Array) -> Array:
        """Return parameters from standard normal coordinates, (particles, dimensions)."""

    def to_z(self, params: Array) -> Array:
        """Return standard normal coordinates of parameters, (particles, dimensions)."""

    def get_log_densities(self, params: Array) -> Array:
        """Return the log prior densities in parameters, (particles, parts)."""

    def observe(self, params: Array) -> Array:
        """Return the terms of the log likelihood, (..., particles)."""

    def weigh(self, log_agreements: Array, beta: float) -> Array:
        """Return the log likelihood at a stage, 0 for the start to 1 for the end."""
