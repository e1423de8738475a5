"""The engines that run the draws: numpy, or loops that numba can compile."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.batch import drive_loops, kernel
from routesim.kinematics.batch.compiled import compile_modules, has_numba
from routesim.kinematics.batch.numpy_engine import NumpyEngine
from routesim.kinematics.batch.steady import SteadySums
from routesim.kinematics.solver import drive, series
from routesim.kinematics.solver.drive_run import refuse_stall, set_up_drive
from routesim.kinematics.solver.pieces import ruling_speeds

if TYPE_CHECKING:
    from collections.abc import Callable

    from routesim.arrays import Array, Indices
    from routesim.kinematics.batch.draws import Batch, Draws
    from routesim.kinematics.solver.pieces import Pieces


ENGINES = ("auto", "numpy", "numba")

# Numbers of draws from which compiling is faster: at constant rates, and by forces.
COMPILE_FROM = 1_000_000
COMPILE_FORCES_FROM = 100


def choose_engine(name: str, batch: Batch) -> NumpyEngine:
    """Return the engine for a batch by name; ``"numba"`` requires numba."""
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


class NumbaEngine(NumpyEngine):
    """An engine that runs draws in loops compiled by numba.

    A given `run_blocks` replaces the compiled function, for tests without numba.
    """

    def __init__(self, batch: Batch, run_blocks: Callable[..., None] | None = None) -> None:
        super().__init__(batch)
        if run_blocks is None:
            loops = compile_modules(kernel)
            run_blocks, self.count_bins = loops["run_blocks"], loops["count_bins"]
        self._run_blocks = run_blocks
        self._edges, self._row_of_point = _find_rows(batch, batch.pieces)

    @cached_property
    def _shared(self) -> kernel.KernelArrays:
        batch, pieces = self._batch, self._batch.pieces
        legs = np.array(pieces.legs)
        none = SteadySums(np.empty((0, 3)), np.empty((0, 3)), np.empty((0, 5)))
        steady = self._steady or none
        return kernel.KernelArrays(
            lengths_m=np.array(pieces.lengths_m),
            speeds_mps=np.array(ruling_speeds(batch.train, batch.track, pieces)),
            legs=legs,
            stops_after=np.array([pieces.stops.get(past, -1) for past in legs[:, 1].tolist()]),
            first_stop=pieces.stops.get(0, -1),
            delay_s=batch.train.startup_delay_s,
            sums=steady.sums,
            shifts=steady.shifts,
            needs=steady.needs,
            **_share_arrays(batch, pieces, self._edges),
        )

    def run(self, draws: Draws, arrive_s: Array, duration_s: Array) -> None:
        """Fill arrivals, (points, draws), and durations, (draws,)."""
        if not draws.count:
            return
        own = self._edges.size == len(arrive_s)
        target_s = arrive_s if own else np.empty((self._edges.size, draws.count))
        self._run_blocks(self._shared, *_lay_out_draws(draws), target_s, duration_s)
        if not own:
            arrive_s[:] = target_s[self._row_of_point]


class ForceEngine(NumpyEngine):
    """The engine for a train with a traction table."""

    def __init__(self, batch: Batch, *, compiled: bool) -> None:
        super().__init__(batch)
        self._compiled = compiled
        if compiled:
            self.count_bins = compile_modules(kernel)["count_bins"]
        self._setup = set_up_drive(
            batch.train,
            batch.track,
            batch.stops,
            batch.ends_mps,
            batch.points_m.tolist(),
            by_limit=batch.draws.by_limit,
        )
        self._edges, self._row_of_point = _find_rows(batch, self._setup.pieces)

    def check(self, draws: Draws) -> None:
        """Raise `ArgumentError` if the train enters too fast in any draw."""
        # The ceilings do not depend on the acceleration.
        super().check(replace(draws, acceleration_mps2=1.0))

    def run(self, draws: Draws, arrive_s: Array, duration_s: Array) -> None:
        """Fill arrivals, (points, draws), and durations, (draws,)."""
        if not draws.count:
            return
        traction, path = self._setup.traction, self._setup.path
        found_s = np.empty((self._edges.size, draws.count))
        troubles = np.empty((draws.count, 3))
        arrays = self._make_arrays(draws)
        run_drives = drive_loops.run_drives
        if self._compiled:
            run_drives = compile_modules(series, drive, drive_loops)["run_drives"]
            traction = traction._replace(
                knots_mps=np.array(traction.knots_mps),
                alphas=np.array(traction.alphas),
                betas=np.array(traction.betas),
            )
            path = drive.DrivePath(*map(np.array, path))
        run_drives(
            traction, path, arrays, np.empty((0, drive.WIDTH)), found_s, duration_s, troubles
        )
        stopped = np.flatnonzero(troubles[:, 0] != drive.DONE)
        if stopped.size:
            status, place_m, rate_mps2 = troubles[stopped[0]].tolist()
            refuse_stall(traction, int(status), place_m, rate_mps2)
        arrive_s[:] = found_s[self._row_of_point]

    def _make_arrays(self, draws: Draws) -> drive_loops.BatchArrays:
        batch, pieces = self._batch, self._setup.pieces
        stands_s = np.array(self._setup.path.stands_s)
        last = pieces.last_edge
        delays_s = np.where(stands_s >= 0.0, batch.train.startup_delay_s, -1.0)
        delays_s[last] = 0.0 if last in pieces.stops else -1.0
        factors, dwells_s, caps_mps2, brakings_mps2 = _lay_out_draws(draws)
        return drive_loops.BatchArrays(
            factors=factors,
            dwells_s=dwells_s,
            stop_at=np.array([pieces.stops.get(edge, -1) for edge in range(last + 1)]),
            delay_at=delays_s,
            caps_mps2=caps_mps2,
            brakings_mps2=brakings_mps2,
            **_share_arrays(batch, pieces, self._edges),
        )


def _find_rows(batch: Batch, pieces: Pieces) -> tuple[Indices, Indices]:
    """Return the edge of each row of the result, and the row of each point.

    Points at the same edge share a row.
    """
    edges = [pieces.edge_of_m[point_m] for point_m in batch.points_m.tolist()]
    return np.unique(np.array(edges, dtype=np.intp), return_inverse=True)


def _share_arrays(batch: Batch, pieces: Pieces, edges: Indices) -> dict[str, Any]:
    """Return the arrays shared by all compiled loops; see `KernelArrays`."""
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


def _lay_out_draws(draws: Draws) -> tuple[Array, ...]:
    """Return factors, dwells, acceleration and braking as arrays.

    Each has one row per draw, or one row for all draws. The factors have one column per
    limit, or one column for all limits.
    """
    factor = np.asarray(draws.speed_factor, dtype=np.float64)
    return (
        np.ascontiguousarray(factor if factor.ndim > 1 else factor.reshape(-1, 1)),
        np.ascontiguousarray(draws.dwell_table_s),
        np.array(draws.acceleration_mps2, dtype=np.float64, ndmin=1, copy=None),
        np.array(draws.braking_mps2, dtype=np.float64, ndmin=1, copy=None),
    )
