"""Many runs at constant rates in compiled loops."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from routesim.kinematics.batch import histogram_loops as tally_loops
from routesim.kinematics.batch import kernel
from routesim.kinematics.batch.compiled import compile_module
from routesim.kinematics.batch.kernel import Board
from routesim.kinematics.batch.numpy_engine import VectorEngine, from_rest_to_rest
from routesim.kinematics.batch.steady import Steady, make_steady
from routesim.kinematics.solver.pieces import ruling_speeds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from routesim.kinematics.batch.batch import Crowd
    from routesim.kinematics.batch.batch_inputs import Draws
    from routesim.kinematics.checks import FloatArray, Value
    from routesim.kinematics.solver.pieces import Pieces

__all__ = ["LoopEngine", "column", "count_compiled", "cover_arrays", "stack_factors"]


class LoopEngine:
    """Runs draws in loops that numba compiles."""

    def __init__(self, crowd: Crowd, run_blocks: Callable[..., None] | None = None) -> None:
        self._crowd = crowd
        self._run_blocks = (
            compile_module(kernel, parallel="run_blocks")["run_blocks"]
            if run_blocks is None
            else run_blocks
        )
        # Points that share an edge share a row.
        self._edges, self._row_of_point = np.unique(
            np.array(crowd.edges, dtype=np.intp), return_inverse=True
        )

    @cached_property
    def _board(self) -> Board:
        crowd, pieces = self._crowd, self._crowd.pieces
        rows = np.full(pieces.last_edge + 1, -1)
        rows[self._edges] = np.arange(self._edges.size)
        legs = np.array(pieces.legs)
        top_mps = crowd.train.max_speed_mps
        steady = self._sums()
        covers, cover_from = cover_arrays(pieces)
        return Board(
            lengths_m=np.array(pieces.lengths_m),
            speeds_mps=np.array(ruling_speeds(crowd.train, crowd.track, pieces)),
            covers=covers,
            cover_from=cover_from,
            limits_mps=np.array(
                [min(limit.speed_mps, top_mps) for limit in crowd.track.limits]
            ),
            top_mps=top_mps,
            legs=legs,
            stops_after=np.array([pieces.stops.get(past, -1) for past in legs[:, 1].tolist()]),
            first_stop=pieces.stops.get(0, -1),
            delay_s=crowd.train.startup_delay_s,
            entry_mps=crowd.ends_mps[0],
            exit_mps=crowd.ends_mps[1],
            rows=rows,
            sums=steady.sums,
            shifts=steady.shifts,
            needs=steady.needs,
        )

    def _sums(self) -> Steady:
        crowd, pieces = self._crowd, self._crowd.pieces
        if crowd.draws.by_limit or not from_rest_to_rest(crowd):
            return Steady(np.empty((0, 3)), np.empty((0, 3)), np.empty((0, 5)))
        places_m = [pieces.edges_m[edge] for edge in [*self._edges, pieces.last_edge]]
        return make_steady(crowd.train, crowd.track, crowd.stops, places_m)

    def check(self, draws: Draws) -> None:
        """Raise if in some draw the train enters too fast."""
        VectorEngine(self._crowd).check(draws)

    def run(self, draws: Draws, arrive_s: FloatArray, duration_s: FloatArray) -> None:
        """Fill in arrivals, (points, draws), and durations, (draws,)."""
        if not draws.count:
            return
        own = self._edges.size == len(arrive_s)
        target_s = arrive_s if own else np.empty((self._edges.size, draws.count))
        self._run_blocks(
            self._board,
            stack_factors(draws),
            np.ascontiguousarray(draws.dwell_table_s),
            column(draws.acceleration_mps2),
            column(draws.braking_mps2),
            target_s,
            duration_s,
        )
        if not own:
            arrive_s[:] = target_s[self._row_of_point]

    def count_bins(
        self,
        values: FloatArray,
        lows: FloatArray,
        scales: FloatArray,
        counts: NDArray[np.int64],
    ) -> None:
        """Count values in bins."""
        count_compiled(values, lows, scales, counts)


def count_compiled(
    values: FloatArray, lows: FloatArray, scales: FloatArray, counts: NDArray[np.int64]
) -> None:
    """Count values in bins, compiled."""
    count = compile_module(tally_loops, parallel="count_bins")["count_bins"]
    count(values, lows, scales, counts)


def column(value: Value) -> FloatArray:
    """Make an array of one of a number."""
    return np.ascontiguousarray(np.atleast_1d(np.asarray(value, dtype=np.float64)))


def cover_arrays(pieces: Pieces) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give the limits that hold on each piece in one array, and where each piece's begin."""
    covers = [np.array(cover, dtype=np.intp) for cover in pieces.covers]
    if not covers:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    return np.concatenate(covers), np.cumsum([0, *map(len, covers)])


def stack_factors(draws: Draws) -> FloatArray:
    """Give the factors as (draws or 1, limits or 1)."""
    factor = np.asarray(draws.speed_factor, dtype=np.float64)
    return np.ascontiguousarray(factor if factor.ndim > 1 else factor.reshape(-1, 1))
