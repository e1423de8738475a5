"""Many runs by forces: a drive for each draw, compiled where numba is at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from routesim.kinematics.batch import drive_loops, kernel
from routesim.kinematics.batch.compiled import compile_modules
from routesim.kinematics.batch.drive_loops import BatchArrays
from routesim.kinematics.batch.numba_engine import find_rows, lay_out_draws, share_arrays
from routesim.kinematics.batch.numpy_engine import NumpyEngine
from routesim.kinematics.solver import drive, series
from routesim.kinematics.solver.drive_run import refuse_stall, set_up_drive

if TYPE_CHECKING:
    from routesim.arrays import Array
    from routesim.kinematics.batch.draws import Batch, Draws


class ForceEngine(NumpyEngine):
    """Runs draws of a train with a traction table."""

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
        self._edges, self._row_of_point = find_rows(batch, self._setup.pieces)

    def check(self, draws: Draws) -> None:
        """Raise if in some draw the train enters too fast."""
        # The ceilings do not depend on the acceleration.
        super().check(replace(draws, acceleration_mps2=1.0))

    def run(self, draws: Draws, arrive_s: Array, duration_s: Array) -> None:
        """Fill in arrivals, (points, draws), and durations, (draws,)."""
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

    def _make_arrays(self, draws: Draws) -> BatchArrays:
        batch, pieces = self._batch, self._setup.pieces
        stands_s = np.array(self._setup.path.stands_s)
        last = pieces.last_edge
        delays_s = np.where(stands_s >= 0.0, batch.train.startup_delay_s, -1.0)
        delays_s[last] = 0.0 if last in pieces.stops else -1.0
        factors, dwells_s, caps_mps2, brakings_mps2 = lay_out_draws(draws)
        return BatchArrays(
            factors=factors,
            dwells_s=dwells_s,
            stop_at=np.array([pieces.stops.get(edge, -1) for edge in range(last + 1)]),
            delay_at=delays_s,
            caps_mps2=caps_mps2,
            brakings_mps2=brakings_mps2,
            **share_arrays(batch, pieces, self._edges),
        )
