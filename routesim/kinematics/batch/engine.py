"""What runs the draws: numpy, or loops compiled by numba."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.batch.compiled import has_numba
from routesim.kinematics.batch.force_engine import ForcedEngine
from routesim.kinematics.batch.numba_engine import LoopEngine
from routesim.kinematics.batch.numpy_engine import VectorEngine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from routesim.kinematics.batch.batch import Crowd
    from routesim.kinematics.batch.batch_inputs import Draws
    from routesim.kinematics.checks import FloatArray

__all__ = ["ENGINES", "Engine", "choose_engine"]

ENGINES = ("auto", "numpy", "numba")

# From so many draws on, compiling pays for itself.
COMPILE_FROM = 1_000_000
COMPILE_FORCES_FROM = 100


class Engine(Protocol):
    """Runs draws of one journey."""

    def check(self, draws: Draws) -> None:
        """Raise if in some draw the train enters too fast."""

    def run(self, draws: Draws, arrive_s: FloatArray, duration_s: FloatArray) -> None:
        """Fill in arrivals, (points, draws), and durations, (draws,)."""

    def count_bins(
        self,
        values: FloatArray,
        lows: FloatArray,
        scales: FloatArray,
        counts: NDArray[np.int64],
    ) -> None:
        """Count values in bins, as `routesim.kinematics.batch.histogram.count_bins`."""


def choose_engine(name: str, crowd: Crowd) -> Engine:
    """Make the engine of a name for a crowd.

    Raises
    ------
    ArgumentError
        If numba is asked for and not installed.
    """
    forced = crowd.train.traction is not None
    if name == "auto":
        least = COMPILE_FORCES_FROM if forced else COMPILE_FROM
        name = "numba" if has_numba() and crowd.draws.count >= least else "numpy"
    compiled = name == "numba"
    if compiled and not has_numba():
        remedy = "install routesim[fast], or give 'numpy'"
        raise ArgumentError([Fault("engine", "is 'numba', which is not installed", remedy)])
    if forced:
        return ForcedEngine(crowd, compiled=compiled)
    return LoopEngine(crowd) if compiled else VectorEngine(crowd)
