"""Many runs at constant rates in compiled loops."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.kinematics.batch import kernel
from routesim.kinematics.batch.compiled import compile_modules
from routesim.kinematics.batch.kernel import KernelArrays
from routesim.kinematics.batch.numpy_engine import NumpyEngine
from routesim.kinematics.batch.steady import SteadySums
from routesim.kinematics.solver.pieces import ruling_speeds

if TYPE_CHECKING:
    from collections.abc import Callable

    from routesim.arrays import Array, Indices
    from routesim.kinematics.batch.draws import Batch, Draws
    from routesim.kinematics.solver.pieces import Pieces


class NumbaEngine(NumpyEngine):
    """Runs draws in loops that numba compiles; `run_blocks` stands in for the compiled one."""

    def __init__(self, batch: Batch, run_blocks: Callable[..., None] | None = None) -> None:
        super().__init__(batch)
        if run_blocks is None:
            loops = compile_modules(kernel)
            run_blocks, self.count_bins = loops["run_blocks"], loops["count_bins"]
        self._run_blocks = run_blocks
        self._edges, self._row_of_point = find_rows(batch, batch.pieces)

    @cached_property
    def _shared(self) -> KernelArrays:
        batch, pieces = self._batch, self._batch.pieces
        legs = np.array(pieces.legs)
        none = SteadySums(np.empty((0, 3)), np.empty((0, 3)), np.empty((0, 5)))
        steady = self._steady or none
        return KernelArrays(
            lengths_m=np.array(pieces.lengths_m),
            speeds_mps=np.array(ruling_speeds(batch.train, batch.track, pieces)),
            legs=legs,
            stops_after=np.array([pieces.stops.get(past, -1) for past in legs[:, 1].tolist()]),
            first_stop=pieces.stops.get(0, -1),
            delay_s=batch.train.startup_delay_s,
            sums=steady.sums,
            shifts=steady.shifts,
            needs=steady.needs,
            **share_arrays(batch, pieces, self._edges),
        )

    def run(self, draws: Draws, arrive_s: Array, duration_s: Array) -> None:
        """Fill in arrivals, (points, draws), and durations, (draws,)."""
        if not draws.count:
            return
        own = self._edges.size == len(arrive_s)
        target_s = arrive_s if own else np.empty((self._edges.size, draws.count))
        self._run_blocks(self._shared, *lay_out_draws(draws), target_s, duration_s)
        if not own:
            arrive_s[:] = target_s[self._row_of_point]


def find_rows(batch: Batch, pieces: Pieces) -> tuple[Indices, Indices]:
    """Return the edges at points, a row of the result each, and the row of each point.

    Points that share an edge share a row.
    """
    edges = [pieces.edge_of_m[point_m] for point_m in batch.points_m.tolist()]
    return np.unique(np.array(edges, dtype=np.intp), return_inverse=True)


def share_arrays(batch: Batch, pieces: Pieces, edges: Indices) -> dict[str, Any]:
    """Return the arrays that all compiled loops share; see `KernelArrays`."""
    top_mps = batch.train.max_speed_mps
    limits_mps = [min(limit.speed_mps, top_mps) for limit in batch.track.limits]
    covers = [limit for cover in pieces.covers for limit in cover]
    cover_from = np.cumsum([0, *map(len, pieces.covers)]) if pieces.covers else np.empty(0)
    rows = np.full(pieces.last_edge + 1, -1)
    rows[edges] = np.arange(edges.size)
    return {
        "covers": np.array(covers, dtype=np.intp),
        "cover_from": cover_from.astype(np.intp),
        "limits_mps": np.array(limits_mps),
        "top_mps": top_mps,
        "entry_mps": batch.ends_mps[0],
        "exit_mps": batch.ends_mps[1],
        "rows": rows,
    }


def lay_out_draws(draws: Draws) -> tuple[Array, ...]:
    """Return factors, dwells, acceleration and braking: a row a draw, or one row for all.

    The factors have a column a limit, or one for all.
    """
    factor = np.asarray(draws.speed_factor, dtype=np.float64)
    return (
        np.ascontiguousarray(factor if factor.ndim > 1 else factor.reshape(-1, 1)),
        np.ascontiguousarray(draws.dwell_table_s),
        np.array(draws.acceleration_mps2, dtype=np.float64, ndmin=1, copy=None),
        np.array(draws.braking_mps2, dtype=np.float64, ndmin=1, copy=None),
    )
