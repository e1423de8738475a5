"""What all kinds of move have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routesim.sampler.particles import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from routesim.sampler.moves.columns import Columns
    from routesim.sampler.particles import Particles
    from routesim.sampler.proposals import ProposalFit


Array = NDArray[np.float64]
Indices = NDArray[np.intp]

WANTED_SHARE = 0.3
"""Of the proposals of a move with a step size, to be accepted."""
LEAST_STEP = 1e-4


@dataclass(slots=True)
class StepSize:
    """How far a move goes: 1 draws anew, less keeps some of what was."""

    value: float = 1.0

    def adapt(self, share: float) -> None:
        """Change it by the share of proposals that was accepted."""
        further = self.value * np.exp(share - WANTED_SHARE)
        self.value = float(np.clip(further, LEAST_STEP, 1.0))


class Move(ABC):
    """One kind of move.

    Parameters
    ----------
    columns
        Those of the particles, and what is sampled.
    stream
        The source of all randomness.

    Attributes
    ----------
    step
        How far the move goes; None where that does not adapt.
    """

    def __init__(self, columns: Columns, stream: np.random.Generator) -> None:
        self.target, self.columns, self.stream = columns.target, columns, stream
        self.step: StepSize | None = None

    @abstractmethod
    def propose(self, particles: Particles, fit: ProposalFit) -> Iterator[Proposal]:
        """Propose other parameters, once or several times.

        Each proposal must be accepted or rejected before the next is asked for. There is
        none where this kind of move does not apply.

        Parameters
        ----------
        particles
            As they now are.
        fit
            Fitted to the particles at the beginning of the stage.
        """

    def _make_proposal(
        self, particles: Particles, params: Array, log_ratio: Array, members: Indices
    ) -> Proposal:
        """Propose parameters whose parts may all have changed.

        Parameters
        ----------
        particles, params, members
            As of :class:`~routesim.sampler.particles.Proposal`.
        log_ratio
            Of the proposal densities only, (proposed,).
        """
        density = self.target.get_log_densities(params)
        ratio = log_ratio + (density - particles.log_density[members]).sum(axis=1)
        return Proposal(params, density, ratio, members)

    def _update_density(
        self, particles: Particles, params: Array, changed: Iterable[int]
    ) -> Array:
        """Return the log densities of the parts, of which only some have changed."""
        density, start = np.copy(particles.log_density), self.target.locate_starts(params)
        parts, places = self.columns.parts, self.columns.places
        for number in changed:
            found = parts[number].logpdf(params[:, places[number]], start)
            density[:, number] = found
        return density
