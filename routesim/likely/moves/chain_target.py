"""What the moves of a chain need to know of their target."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from routesim.sampler.target import Target

if TYPE_CHECKING:
    from routesim.arrays import Array, Indices
    from routesim.likely.chain.model import ChainModel
    from routesim.likely.moves.blocks import BlockMaker
    from routesim.sampler.target import State


class ChainTarget(Target):
    """A target whose prior is a chain of amounts.

    ``model`` is the prior. ``is_sequential`` says whether reports are added one after another.
    """

    model: ChainModel
    is_sequential: bool = False

    @property
    @abstractmethod
    def blocks(self) -> BlockMaker:
        """Blocks of amounts that can move at the same time."""

    @property
    @abstractmethod
    def sees_speeds(self) -> bool:
        """Whether the likelihood depends on running speeds, besides the times."""

    @property
    @abstractmethod
    def sees_lengths(self) -> bool:
        """Whether the likelihood depends on lengths, besides the times."""

    @property
    @abstractmethod
    def event_windows(self) -> dict[int, list[tuple[float, float]]]:
        """Narrow windows in which reports place each event of the first route."""

    @abstractmethod
    def find_frontier(self, beta: float) -> int | None:
        """Return the last event on which the likelihood depends so far; None for all."""

    @property
    @abstractmethod
    def has_choices(self) -> bool:
        """Whether there are routes or settings of clocks to choose from."""

    @abstractmethod
    def weigh_state(self, state: State, beta: float, units: Indices | None = None) -> Array:
        """Return the log likelihood of each unit, or of some, (units, particles)."""
