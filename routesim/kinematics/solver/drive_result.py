"""Run a drive that is set up: arrivals, the log of moves, the trajectory from it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.errors import RouteSimError, StallError
from routesim.kinematics.solver.drive import CREEPS, FULL, STALLED, TERMS, WIDTH, drive
from routesim.kinematics.solver.drive_path import fill_ceilings
from routesim.kinematics.solver.pieces import NEAREST_M
from routesim.kinematics.trajectory import BRAKE, Trajectory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.kinematics.solver.drive_setup import DriveSetup
    from routesim.kinematics.solver.forces import Traction
    from routesim.kinematics.types import FloatArray


FIRST_ROWS = 512


@dataclass(frozen=True, slots=True)
class DriveResult:
    """The arrivals of a drive, and its moves.

    Parameters
    ----------
    edges_m
        Where the pieces join.
    arrive_s
        When the head reaches each edge.
    log
        A row a move, as `routesim.kinematics.solver.drive.drive` writes it.
    """

    edges_m: Sequence[float]
    arrive_s: tuple[float, ...]
    log: FloatArray

    @property
    def duration_s(self) -> float:
        """From the start to the end, with the stand there."""
        return float(self.log[-1, 4])

    def at_edge(self, edge_m: float) -> tuple[float, float]:
        """Return when the head reaches an edge, and how fast it arrives."""
        edge = bisect_left(self.edges_m, edge_m - NEAREST_M)
        time_s = self.arrive_s[edge]
        row = int(np.searchsorted(self.log[:, 4], time_s))
        return time_s, float(self.log[row, 6]) if time_s > 0.0 else float(self.log[0, 5])

    def make_trajectory(self) -> Trajectory:
        """Return position, time and speed along the run."""
        log = self.log
        kinds, orders = log[:, 0].astype(np.intp), log[:, 7].astype(np.intp)
        start_m, end_m, start_s, end_s, start_mps, end_mps = log[:, 1:7].T.copy()
        backward = kinds == BRAKE
        lengths_m = end_m - start_m
        slowing = np.divide(
            start_mps**2 - end_mps**2,
            2.0 * lengths_m,
            out=np.zeros_like(lengths_m),
            where=lengths_m > 0.0,
        )
        series = np.zeros((len(log), log.shape[1] - TERMS))
        curved = orders > 0
        series[curved] = log[curved, TERMS:]
        series[np.arange(series.shape[1]) > orders[:, None]] = 0.0
        rates = np.where(backward, slowing, np.where(curved, series[:, 1], 0.0))
        series[:, :2] = 0.0
        return Trajectory(
            start_m=start_m,
            end_m=end_m,
            start_s=start_s,
            end_s=end_s,
            anchor_mps=np.where(backward, end_mps, start_mps),
            rates_mps2=rates,
            backward=backward,
            kinds=kinds,
            series=series if series.any() else None,
        )


def run_drive(setup: DriveSetup) -> DriveResult:
    """Drive from the start to the end of what is set up.

    Raises
    ------
    StallError
        If the train lacks the force to go on.
    """
    ceilings = [0.0] * len(setup.path.edges_m)
    fill_ceilings(setup.path, setup.traction.twice_braking, setup.ends_mps[1], ceilings)
    path = setup.path._replace(ceilings=ceilings)
    arrive_s = [0.0] * len(ceilings)
    rows = FIRST_ROWS + 8 * len(ceilings)
    while True:
        log = np.zeros((rows, WIDTH))
        status, moves, position_m, rate_mps2 = drive(
            setup.traction, path, setup.ends_mps[0], arrive_s, log
        )
        if status != FULL:
            break
        rows *= 4
    refuse_stall(setup.traction, status, position_m, rate_mps2)
    return DriveResult(list(path.edges_m), tuple(arrive_s), log[:moves])


def refuse_stall(traction: Traction, status: int, position_m: float, rate_mps2: float) -> None:
    """Raise if a drive did not reach its end."""
    if status == STALLED:
        raise StallError(position_m, -rate_mps2 * traction.mass_kg)
    if status == CREEPS:
        raise RouteSimError(f"the train creeps at {position_m:g} m and makes no way")
