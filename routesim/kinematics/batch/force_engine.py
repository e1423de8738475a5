"""Many runs by forces: a drive for each draw, compiled where numba is at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from routesim.kinematics.batch import drive_loops
from routesim.kinematics.batch import histogram as tally
from routesim.kinematics.batch.compiled import compile_module
from routesim.kinematics.batch.drive_loops import Crew
from routesim.kinematics.batch.numba_engine import (
    column,
    count_compiled,
    cover_arrays,
    stack_factors,
)
from routesim.kinematics.batch.numpy_engine import VectorEngine
from routesim.kinematics.solver import drive, series
from routesim.kinematics.solver import drive_input as way
from routesim.kinematics.solver.drive import DONE, WIDTH
from routesim.kinematics.solver.drive_input import Way
from routesim.kinematics.solver.drive_setup import lay_ground, refuse_stall

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routesim.kinematics.batch.batch import Crowd
    from routesim.kinematics.batch.batch_inputs import Draws
    from routesim.kinematics.checks import FloatArray

__all__ = ["ForcedEngine"]


class ForcedEngine:
    """Runs draws of a train with a traction table."""

    def __init__(self, crowd: Crowd, *, compiled: bool) -> None:
        self._crowd, self._compiled = crowd, compiled
        self._ground = lay_ground(
            crowd.train,
            crowd.track,
            crowd.stops,
            crowd.ends_mps,
            crowd.points_m.tolist(),
            apart=crowd.draws.by_limit,
        )
        at = self._ground.pieces.edge_of_m
        edges = np.array([at[place] for place in crowd.points_m.tolist()], dtype=np.intp)
        self._edges, self._row_of_point = np.unique(edges, return_inverse=True)

    def check(self, draws: Draws) -> None:
        """Raise if in some draw the train enters too fast."""
        # The ceilings know nothing of acceleration.
        steady = replace(draws, acceleration_mps2=1.0)
        VectorEngine(self._crowd).check(steady)

    def run(self, draws: Draws, arrive_s: FloatArray, duration_s: FloatArray) -> None:
        """Fill in arrivals, (points, draws), and durations, (draws,)."""
        if not draws.count:
            return
        engine, before = self._ground.engine, self._ground.way
        found_s = np.empty((self._edges.size, draws.count))
        troubles = np.empty((draws.count, 3))
        crew = self._make_crew(draws)
        run_drives = drive_loops.run_drives
        if self._compiled:
            modules = (series, way, drive, drive_loops)
            run_drives = compile_module(*modules, parallel="run_drives")["run_drives"]
            engine = engine._replace(
                knots_mps=np.array(engine.knots_mps),
                alphas=np.array(engine.alphas),
                betas=np.array(engine.betas),
            )
            before = Way(*map(np.array, before))
        run_drives(engine, before, crew, np.empty((0, WIDTH)), found_s, duration_s, troubles)
        stopped = np.flatnonzero(troubles[:, 0] != DONE)
        if stopped.size:
            status, place_m, rate_mps2 = troubles[stopped[0]].tolist()
            refuse_stall(engine, int(status), place_m, rate_mps2)
        arrive_s[:] = found_s[self._row_of_point]

    def count_bins(
        self,
        values: FloatArray,
        lows: FloatArray,
        scales: FloatArray,
        counts: NDArray[np.int64],
    ) -> None:
        """Count values in bins."""
        count = count_compiled if self._compiled else tally.count_bins
        count(values, lows, scales, counts)

    def _make_crew(self, draws: Draws) -> Crew:
        crowd, pieces = self._crowd, self._ground.pieces
        top_mps = crowd.train.max_speed_mps
        stands_s = np.array(self._ground.way.stands_s)
        last = pieces.last_edge
        delays_s = np.where(stands_s >= 0.0, crowd.train.startup_delay_s, -1.0)
        delays_s[last] = 0.0 if last in pieces.stops else -1.0
        rows = np.full(last + 1, -1)
        rows[self._edges] = np.arange(self._edges.size)
        covers, cover_from = cover_arrays(pieces)
        return Crew(
            factors=stack_factors(draws),
            covers=covers,
            cover_from=cover_from,
            limits_mps=np.array(
                [min(limit.speed_mps, top_mps) for limit in crowd.track.limits]
            ),
            top_mps=top_mps,
            dwells_s=np.ascontiguousarray(draws.dwell_table_s),
            stop_at=np.array([pieces.stops.get(edge, -1) for edge in range(last + 1)]),
            delay_at=delays_s,
            caps_mps2=column(draws.acceleration_mps2),
            brakings_mps2=column(draws.braking_mps2),
            entry_mps=crowd.ends_mps[0],
            exit_mps=crowd.ends_mps[1],
            rows=rows,
        )
