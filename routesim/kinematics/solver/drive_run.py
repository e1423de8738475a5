"""Set up and run a drive, and return its arrivals and the log of its moves."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.errors import RouteSimError, StallError
from routesim.kinematics.solver import drive, forces
from routesim.kinematics.solver.pieces import (
    NEAREST_M,
    Pieces,
    cut_pieces,
    ruling_speeds,
    stand_times,
)
from routesim.kinematics.trajectory import BRAKE, Trajectory

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.arrays import Array
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train
    from routesim.kinematics.types import Floats


# Initial number of rows of the log, which grows if it is too small.
FIRST_ROWS = 512


@dataclass(frozen=True, slots=True)
class DriveSetup:
    """The inputs of a drive: a train, and a track in pieces on which the rise is linear.

    `path` has the pieces in the form that `drive` takes, without ceilings. `ends_mps` has the
    speed at the start and the highest speed allowed at the end.
    """

    traction: forces.Traction
    pieces: Pieces
    path: drive.DrivePath
    ends_mps: tuple[float, float]


def set_up_drive(
    train: Train,
    track: Track,
    stops: Sequence[Stop],
    ends_mps: tuple[float, float],
    marks_m: Iterable[float] = (),
    *,
    by_limit: bool = False,
) -> DriveSetup:
    """Return the inputs of a drive; `marks_m` and `by_limit` are as for `cut_pieces`."""
    marks_m = [*forces.find_grade_breaks(train, track), *marks_m]
    pieces = cut_pieces(train, track, stops, marks_m, by_limit=by_limit)
    drags_mps2, slopes = forces.find_drags(train, track, pieces.edges_m)
    dwells_s = [stop.dwell_s for stop in stops]
    stands_s = stand_times(train, pieces, dwells_s, ends_mps[0])
    path = drive.DrivePath(
        edges_m=pieces.edges_m,
        speeds_mps=ruling_speeds(train, track, pieces),
        drags_mps2=drags_mps2,
        slopes_mps2_per_m=slopes,
        ceilings=[],
        stands_s=[float(stands_s.get(edge, -1.0)) for edge in range(len(pieces.edges_m))],
        floors_mps=[-1.0] * len(slopes),
    )
    return DriveSetup(forces.make_traction(train), pieces, path, ends_mps)


@dataclass(frozen=True, slots=True)
class DriveResult:
    """The arrival at each edge of the pieces, and the log of `drive` with one row per move."""

    edges_m: Floats
    arrive_s: Sequence[float]
    log: Array

    @property
    def duration_s(self) -> float:
        """Duration of the run in s, including the standing time at the end."""
        return float(self.log[-1, 4])

    def at_edge(self, edge_m: float) -> tuple[float, float]:
        """Return the time at which the head reaches an edge, and its speed there."""
        time_s = self.arrive_s[bisect_left(self.edges_m, edge_m - NEAREST_M)]
        row = int(np.searchsorted(self.log[:, 4], time_s))
        return time_s, float(self.log[row, 6]) if time_s > 0.0 else float(self.log[0, 5])

    def make_trajectory(self) -> Trajectory:
        """Return the trajectory of the run."""
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
        powers = np.arange(log.shape[1] - drive.TERMS)
        kept = (orders[:, None] > 0) & (powers <= orders[:, None])
        series = np.where(kept, log[:, drive.TERMS :], 0.0)
        rates = np.where(backward, slowing, series[:, 1])
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
    """Drive from the start to the end of the track; raise `StallError` if the train stalls."""
    entry_mps, exit_mps = setup.ends_mps
    ceilings = [0.0] * len(setup.path.edges_m)
    drive.fill_ceilings(setup.path, setup.traction.twice_braking, exit_mps, ceilings)
    path = setup.path._replace(ceilings=ceilings)
    arrive_s = [0.0] * len(ceilings)
    rows, status = FIRST_ROWS + 8 * len(ceilings), drive.FULL
    while status == drive.FULL:
        log = np.zeros((rows, drive.WIDTH))
        status, moves, position_m, rate_mps2 = drive.drive(
            setup.traction, path, entry_mps, arrive_s, log
        )
        rows *= 4
    refuse_stall(setup.traction, status, position_m, rate_mps2)
    return DriveResult(path.edges_m, arrive_s, log[:moves])


def refuse_stall(
    traction: forces.Traction, status: int, position_m: float, rate_mps2: float
) -> None:
    """Raise an error if a drive did not reach the end of the track."""
    if status == drive.STALLED:
        raise StallError(position_m, -rate_mps2 * traction.mass_kg)
    if status == drive.CREEPS:
        raise RouteSimError(f"the train makes no progress at {position_m:g} m")
