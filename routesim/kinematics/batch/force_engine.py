"""Many runs by forces: a drive for each draw, compiled where numba is at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from routesim.kinematics.batch import drive_loops, histogram
from routesim.kinematics.batch.compiled import compile_module
from routesim.kinematics.batch.drive_loops import BatchArrays
from routesim.kinematics.batch.numba_engine import (
    count_compiled,
    cover_arrays,
    stack_factors,
    to_column,
)
from routesim.kinematics.batch.numpy_engine import NumpyEngine
from routesim.kinematics.solver import drive, drive_moves, drive_path, series
from routesim.kinematics.solver.drive import DONE, WIDTH
from routesim.kinematics.solver.drive_path import DrivePath
from routesim.kinematics.solver.drive_result import refuse_stall
from routesim.kinematics.solver.drive_setup import set_up_drive

if TYPE_CHECKING:
    from routesim.kinematics.batch.batch_setup import Batch
    from routesim.kinematics.batch.draws import Draws
    from routesim.kinematics.types import FloatArray


class ForceEngine:
    """Runs draws of a train with a traction table."""

    def __init__(self, batch: Batch, *, compiled: bool) -> None:
        self._batch, self._compiled = batch, compiled
        self.count_bins = count_compiled if compiled else histogram.count_bins
        self._setup = set_up_drive(
            batch.train,
            batch.track,
            batch.stops,
            batch.ends_mps,
            batch.points_m.tolist(),
            by_limit=batch.draws.by_limit,
        )
        at = self._setup.pieces.edge_of_m
        edges = np.array([at[place] for place in batch.points_m.tolist()], dtype=np.intp)
        self._edges, self._row_of_point = np.unique(edges, return_inverse=True)

    def check(self, draws: Draws) -> None:
        """Raise if in some draw the train enters too fast."""
        # The ceilings do not depend on the acceleration.
        steady = replace(draws, acceleration_mps2=1.0)
        NumpyEngine(self._batch).check(steady)

    def run(self, draws: Draws, arrive_s: FloatArray, duration_s: FloatArray) -> None:
        """Fill in arrivals, (points, draws), and durations, (draws,)."""
        if not draws.count:
            return
        traction, path = self._setup.traction, self._setup.path
        found_s = np.empty((self._edges.size, draws.count))
        troubles = np.empty((draws.count, 3))
        arrays = self._make_arrays(draws)
        run_drives = drive_loops.run_drives
        if self._compiled:
            modules = (series, drive_path, drive_moves, drive, drive_loops)
            run_drives = compile_module(*modules, parallel="run_drives")["run_drives"]
            traction = traction._replace(
                knots_mps=np.array(traction.knots_mps),
                alphas=np.array(traction.alphas),
                betas=np.array(traction.betas),
            )
            path = DrivePath(*map(np.array, path))
        run_drives(traction, path, arrays, np.empty((0, WIDTH)), found_s, duration_s, troubles)
        stopped = np.flatnonzero(troubles[:, 0] != DONE)
        if stopped.size:
            status, place_m, rate_mps2 = troubles[stopped[0]].tolist()
            refuse_stall(traction, int(status), place_m, rate_mps2)
        arrive_s[:] = found_s[self._row_of_point]

    def _make_arrays(self, draws: Draws) -> BatchArrays:
        batch, pieces = self._batch, self._setup.pieces
        top_mps = batch.train.max_speed_mps
        stands_s = np.array(self._setup.path.stands_s)
        last = pieces.last_edge
        delays_s = np.where(stands_s >= 0.0, batch.train.startup_delay_s, -1.0)
        delays_s[last] = 0.0 if last in pieces.stops else -1.0
        rows = np.full(last + 1, -1)
        rows[self._edges] = np.arange(self._edges.size)
        covers, cover_from = cover_arrays(pieces)
        return BatchArrays(
            factors=stack_factors(draws),
            covers=covers,
            cover_from=cover_from,
            limits_mps=np.array(
                [min(limit.speed_mps, top_mps) for limit in batch.track.limits]
            ),
            top_mps=top_mps,
            dwells_s=np.ascontiguousarray(draws.dwell_table_s),
            stop_at=np.array([pieces.stops.get(edge, -1) for edge in range(last + 1)]),
            delay_at=delays_s,
            caps_mps2=to_column(draws.acceleration_mps2),
            brakings_mps2=to_column(draws.braking_mps2),
            entry_mps=batch.ends_mps[0],
            exit_mps=batch.ends_mps[1],
            rows=rows,
        )
