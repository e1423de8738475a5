"""Many runs at constant rates in compiled loops."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from routesim.kinematics.batch import histogram_loops, kernel
from routesim.kinematics.batch.compiled import compile_module
from routesim.kinematics.batch.kernel import KernelArrays
from routesim.kinematics.batch.numpy_engine import NumpyEngine
from routesim.kinematics.batch.steady import SteadySums, make_steady_sums
from routesim.kinematics.solver.pieces import ruling_speeds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from routesim.kinematics.batch.batch_setup import Batch
    from routesim.kinematics.batch.draws import Draws
    from routesim.kinematics.solver.pieces import Pieces
    from routesim.kinematics.types import FloatArray, Value


class NumbaEngine:
    """Runs draws in loops that numba compiles."""

    def __init__(self, batch: Batch, run_blocks: Callable[..., None] | None = None) -> None:
        self._batch = batch
        self._run_blocks = (
            compile_module(kernel, parallel="run_blocks")["run_blocks"]
            if run_blocks is None
            else run_blocks
        )
        self.count_bins = count_compiled
        # Points that share an edge share a row.
        self._edges, self._row_of_point = np.unique(
            np.array(batch.edges, dtype=np.intp), return_inverse=True
        )

    @cached_property
    def _shared(self) -> KernelArrays:
        batch, pieces = self._batch, self._batch.pieces
        rows = np.full(pieces.last_edge + 1, -1)
        rows[self._edges] = np.arange(self._edges.size)
        legs = np.array(pieces.legs)
        top_mps = batch.train.max_speed_mps
        steady = self._sums()
        covers, cover_from = cover_arrays(pieces)
        return KernelArrays(
            lengths_m=np.array(pieces.lengths_m),
            speeds_mps=np.array(ruling_speeds(batch.train, batch.track, pieces)),
            covers=covers,
            cover_from=cover_from,
            limits_mps=np.array(
                [min(limit.speed_mps, top_mps) for limit in batch.track.limits]
            ),
            top_mps=top_mps,
            legs=legs,
            stops_after=np.array([pieces.stops.get(past, -1) for past in legs[:, 1].tolist()]),
            first_stop=pieces.stops.get(0, -1),
            delay_s=batch.train.startup_delay_s,
            entry_mps=batch.ends_mps[0],
            exit_mps=batch.ends_mps[1],
            rows=rows,
            sums=steady.sums,
            shifts=steady.shifts,
            needs=steady.needs,
        )

    def _sums(self) -> SteadySums:
        batch, pieces = self._batch, self._batch.pieces
        if batch.draws.by_limit or not batch.from_rest_to_rest:
            return SteadySums(np.empty((0, 3)), np.empty((0, 3)), np.empty((0, 5)))
        places_m = [pieces.edges_m[edge] for edge in [*self._edges, pieces.last_edge]]
        return make_steady_sums(batch.train, batch.track, batch.stops, places_m)

    def check(self, draws: Draws) -> None:
        """Raise if in some draw the train enters too fast."""
        NumpyEngine(self._batch).check(draws)

    def run(self, draws: Draws, arrive_s: FloatArray, duration_s: FloatArray) -> None:
        """Fill in arrivals, (points, draws), and durations, (draws,)."""
        if not draws.count:
            return
        own = self._edges.size == len(arrive_s)
        target_s = arrive_s if own else np.empty((self._edges.size, draws.count))
        self._run_blocks(
            self._shared,
            stack_factors(draws),
            np.ascontiguousarray(draws.dwell_table_s),
            to_column(draws.acceleration_mps2),
            to_column(draws.braking_mps2),
            target_s,
            duration_s,
        )
        if not own:
            arrive_s[:] = target_s[self._row_of_point]


def count_compiled(
    values: FloatArray, lows: FloatArray, scales: FloatArray, counts: NDArray[np.int64]
) -> None:
    """Count values in bins, compiled."""
    count = compile_module(histogram_loops, parallel="count_bins")["count_bins"]
    count(values, lows, scales, counts)


def to_column(value: Value) -> FloatArray:
    """Return a number as an array of one."""
    return np.ascontiguousarray(np.atleast_1d(np.asarray(value, dtype=np.float64)))


def cover_arrays(pieces: Pieces) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the limits that hold on each piece in one array, and where each piece's begin."""
    covers = [np.array(cover, dtype=np.intp) for cover in pieces.covers]
    if not covers:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    return np.concatenate(covers), np.cumsum([0, *map(len, covers)])


def stack_factors(draws: Draws) -> FloatArray:
    """Return the factors as (draws or 1, limits or 1)."""
    factor = np.asarray(draws.speed_factor, dtype=np.float64)
    return np.ascontiguousarray(factor if factor.ndim > 1 else factor.reshape(-1, 1))
