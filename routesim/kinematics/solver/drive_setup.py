"""Set up a drive over a track, and say what came of it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.errors import RouteSimError, StallError
from routesim.kinematics.solver.drive import CREEPS, FULL, STALLED, WIDTH, drive
from routesim.kinematics.solver.drive_input import Way, fill_ceilings
from routesim.kinematics.solver.forces import Engine, grade_breaks, make_engine, pulls
from routesim.kinematics.solver.phases import chart_log
from routesim.kinematics.solver.pieces import (
    NEAREST_M,
    Pieces,
    lay_pieces,
    ruling_speeds,
    stand_times,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.kinematics.checks import FloatArray
    from routesim.kinematics.solver.course import Course
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train

__all__ = ["Driven", "Ground", "drive_over", "lay_ground", "refuse_stall"]

FIRST_ROWS = 512


@dataclass(frozen=True, slots=True)
class Ground:
    """A train before its track, cut into pieces on which the rise is linear.

    Parameters
    ----------
    engine
        The train's forces.
    pieces
        The track.
    way
        The same as the drive sees it, its ceilings not filled.
    ends_mps
        The speed at the start, and the highest one allowed at the end.
    """

    engine: Engine
    pieces: Pieces
    way: Way
    ends_mps: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Driven:
    """What came of a drive: the arrival at each edge, and every move."""

    edges_m: Sequence[float]
    arrive_s: tuple[float, ...]
    log: FloatArray

    @property
    def duration_s(self) -> float:
        """From the start to the end, with the stand there."""
        return float(self.log[-1, 4])

    def at_edge(self, edge_m: float) -> tuple[float, float]:
        """When the head reaches an edge, and how fast it arrives."""
        edge = bisect_left(self.edges_m, edge_m - NEAREST_M)
        time_s = self.arrive_s[edge]
        row = int(np.searchsorted(self.log[:, 4], time_s))
        return time_s, float(self.log[row, 6]) if time_s > 0.0 else float(self.log[0, 5])

    def chart(self) -> Course:
        """Lay out position, time and speed."""
        return chart_log(self.log)


def lay_ground(
    train: Train,
    track: Track,
    stops: Sequence[Stop],
    ends_mps: tuple[float, float],
    marks_m: Iterable[float] = (),
    *,
    apart: bool = False,
) -> Ground:
    """Cut the track for a drive, at marks too and with `apart` as for `lay_pieces`."""
    breaks_m = grade_breaks(train, track)
    pieces = lay_pieces(train, track, stops, [*breaks_m, *marks_m], apart=apart)
    starts_mps2, slopes = pulls(train, track, pieces.edges_m)
    stands_s = [-1.0] * len(pieces.edges_m)
    dwells_s = [stop.dwell_s for stop in stops]
    for edge, stand_s in stand_times(train, pieces, dwells_s, ends_mps[0]).items():
        stands_s[edge] = float(stand_s)
    way = Way(
        edges_m=pieces.edges_m,
        speeds_mps=ruling_speeds(train, track, pieces),
        pulls_mps2=starts_mps2,
        slopes_mps2_per_m=slopes,
        ceilings=[],
        stands_s=stands_s,
        floors_mps=[-1.0] * len(slopes),
    )
    return Ground(make_engine(train), pieces, way, ends_mps)


def drive_over(ground: Ground) -> Driven:
    """Drive over the ground.

    Raises
    ------
    StallError
        If the train has not the force to go on.
    """
    ceilings = [0.0] * len(ground.way.edges_m)
    fill_ceilings(ground.way, ground.engine.twice_braking, ground.ends_mps[1], ceilings)
    way = ground.way._replace(ceilings=ceilings)
    arrive_s = [0.0] * len(ceilings)
    rows = FIRST_ROWS + 8 * len(ceilings)
    while True:
        log = np.zeros((rows, WIDTH))
        status, moves, position_m, rate_mps2 = drive(
            ground.engine, way, ground.ends_mps[0], arrive_s, log
        )
        if status != FULL:
            break
        rows *= 4
    refuse_stall(ground.engine, status, position_m, rate_mps2)
    return Driven(list(way.edges_m), tuple(arrive_s), log[:moves])


def refuse_stall(engine: Engine, status: int, position_m: float, rate_mps2: float) -> None:
    """Raise if a drive did not reach its end."""
    if status == STALLED:
        raise StallError(position_m, -rate_mps2 * engine.mass_kg)
    if status == CREEPS:
        raise RouteSimError(f"the train creeps at {position_m:g} m and makes no way")
