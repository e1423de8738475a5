"""The engine that runs the draws: numpy, or loops compiled by numba."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.batch.compiled import has_numba
from routesim.kinematics.batch.force_engine import ForceEngine
from routesim.kinematics.batch.numba_engine import NumbaEngine
from routesim.kinematics.batch.numpy_engine import NumpyEngine

if TYPE_CHECKING:
    from routesim.kinematics.batch.draws import Batch


ENGINES = ("auto", "numpy", "numba")

# From so many draws on, compiling pays for itself.
COMPILE_FROM = 1_000_000
COMPILE_FORCES_FROM = 100


def choose_engine(name: str, batch: Batch) -> NumpyEngine:
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
