"""Abstract base classes of a target and its moves, and the states of its particles."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from routesim.arrays import Array, Indices

if TYPE_CHECKING:
    from collections.abc import Sequence


WANTED_SHARE = 0.3
"""Acceptance rate to which step sizes are adapted."""
LEAST_STEP = 1e-3
"""Smallest step size."""

State = dict[str, Array]
"""Arrays that describe particles by name; the last axis is that of the particles."""


def count_particles_in(state: State) -> int:
    """Return the number of particles of a state."""
    return int(next(iter(state.values())).shape[-1])


def take_particles(state: State, chosen: Indices | slice) -> State:
    """Return some particles of a state."""
    return {name: values[..., chosen] for name, values in state.items()}


def join_states(states: Sequence[State]) -> State:
    """Join the particles of several states."""
    return {n: np.concatenate([one[n] for one in states], axis=-1) for n in states[0]}


class Target(ABC):
    """A distribution to sample: a prior and a likelihood.

    ``kept_share`` is the effective sample size after each stage, as a share of the number of
    particles. ``most_moves`` is the largest number of moves in a stage, and ``last_moves`` in
    the last one; None for that of the sampler. The moves of the last stage end if the squared
    correlation with its start falls below ``forgotten_last``.
    """

    kept_share: float = 0.5
    most_moves: int | None = None
    last_moves: int | None = None
    forgotten_last: float = 0.45
    is_adaptive: bool = True
    """Whether moves are chosen by their progress, and not by their frequencies."""

    @abstractmethod
    def draw(self, stream: np.random.Generator, count: int) -> State:
        """Draw particles from the prior."""

    @abstractmethod
    def observe(self, state: State) -> Array:
        """Return the terms of the log likelihood, (..., particles)."""

    @abstractmethod
    def weigh(self, terms: Array, beta: float) -> Array:
        """Return the log likelihood at the power ``beta``, from 0 to 1, (particles,).

        It is summed over whatever :meth:`refresh` draws.
        """

    def limit(self, beta: float) -> float:  # noqa: ARG002 (for targets with several turns)
        """Return the largest power to which the stage after ``beta`` may lead."""
        return 1.0

    def prepare(
        self,
        state: State,  # noqa: ARG002 (for targets with several turns)
        beta: float,  # noqa: ARG002
        stream: np.random.Generator,  # noqa: ARG002
    ) -> Array | None:
        """Draw what the likelihood does not depend on yet anew, before a stage.

        What is drawn becomes a new array of ``state``; the others stay as they are.

        Return the log weights of the particles, (particles,), or None if nothing changed.
        """
        return None

    def is_lost(self, state: State, beta: float) -> bool:  # noqa: ARG002 (as above)
        """Return whether the particles still miss what the last stage added."""
        return False

    @abstractmethod
    def refresh(
        self, state: State, terms: Array, beta: float, stream: np.random.Generator
    ) -> None:
        """Draw what :meth:`weigh` sums over, given the rest, and prepare moves, in place."""

    @abstractmethod
    def monitor(self, state: State) -> Array:
        """Return the quantities by which progress is measured, (quantities, particles)."""

    @abstractmethod
    def list_moves(self, stream: np.random.Generator) -> Sequence[Move]:
        """Return the moves that leave the target invariant."""


class Move(ABC):
    """A Markov kernel that leaves a target invariant at any power of the likelihood."""

    frequency: float = 0.5
    """How often it is made, relative to others, for a target that is not adaptive."""

    @abstractmethod
    def make(self, state: State, beta: float) -> float:
        """Move all particles, in place; return the share that was accepted."""

    def start_stage(self, state: State, beta: float) -> None:  # noqa: B027 (optional)
        """Prepare for the particles before the first of these moves in a stage."""

    def adapt(self, share: float) -> None:  # noqa: B027 (optional)
        """Adapt to the share that was accepted when the move was last made."""


class Steps:
    """Step sizes of the variants of a move, adapted to their acceptance rates.

    A step is at most 1, which stands for an independent draw.
    """

    def __init__(self, count: int) -> None:
        self.sizes = np.ones(count)

    def __getitem__(self, variant: int) -> float:
        """Return the step size of a variant."""
        return float(self.sizes[variant])

    def adapt(self, variant: int, share: float) -> None:
        """Adapt the step size of a variant to the share that was accepted."""
        further = self.sizes[variant] * np.exp(share - WANTED_SHARE)
        self.sizes[variant] = np.clip(further, LEAST_STEP, 1.0)
