"""The engine that runs the draws: numpy, or loops compiled by numba."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.batch.compiled import has_numba
from routesim.kinematics.batch.force_engine import ForceEngine
from routesim.kinematics.batch.numba_engine import NumbaEngine
from routesim.kinematics.batch.numpy_engine import NumpyEngine

if TYPE_CHECKING:
    from routesim.kinematics.batch.batch_setup import Batch
    from routesim.kinematics.batch.draws import Draws
    from routesim.kinematics.batch.histogram import CountBins
    from routesim.kinematics.types import FloatArray


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

    @property
    def count_bins(self) -> CountBins:
        """Counts values in bins: `routesim.kinematics.batch.histogram.count_bins`."""


def choose_engine(name: str, batch: Batch) -> Engine:
    """Return the engine of a name for a batch.

    Raises
    ------
    ArgumentError
        If numba is asked for and not installed.
    """
    forced = batch.train.traction is not None
    if name == "auto":
        least = COMPILE_FORCES_FROM if forced else COMPILE_FROM
        name = "numba" if has_numba() and batch.draws.count >= least else "numpy"
    compiled = name == "numba"
    if compiled and not has_numba():
        remedy = "install routesim[fast], or give 'numpy'"
        raise ArgumentError(Fault("engine", "is 'numba', which is not installed", remedy))
    if forced:
        return ForceEngine(batch, compiled=compiled)
    return NumbaEngine(batch) if compiled else NumpyEngine(batch)
