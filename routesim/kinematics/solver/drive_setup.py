"""Set up a drive: the train's forces, and the track in pieces as the drive needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routesim.kinematics.solver.drive_path import DrivePath
from routesim.kinematics.solver.forces import (
    Traction,
    find_drags,
    find_grade_breaks,
    make_traction,
)
from routesim.kinematics.solver.pieces import Pieces, cut_pieces, ruling_speeds, stand_times

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train


@dataclass(frozen=True, slots=True)
class DriveSetup:
    """A train before its track, cut into pieces on which the rise is linear.

    Parameters
    ----------
    traction
        The train's forces.
    pieces
        The track.
    path
        The same as the drive uses it, its ceilings not filled.
    ends_mps
        The speed at the start, and the highest one allowed at the end.
    """

    traction: Traction
    pieces: Pieces
    path: DrivePath
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
    """Cut the track for a drive, at marks too, and with `by_limit` as for `cut_pieces`."""
    breaks_m = find_grade_breaks(train, track)
    pieces = cut_pieces(train, track, stops, [*breaks_m, *marks_m], by_limit=by_limit)
    drags_mps2, slopes = find_drags(train, track, pieces.edges_m)
    stands_s = [-1.0] * len(pieces.edges_m)
    dwells_s = [stop.dwell_s for stop in stops]
    for edge, stand_s in stand_times(train, pieces, dwells_s, ends_mps[0]).items():
        stands_s[edge] = float(stand_s)
    path = DrivePath(
        edges_m=pieces.edges_m,
        speeds_mps=ruling_speeds(train, track, pieces),
        drags_mps2=drags_mps2,
        slopes_mps2_per_m=slopes,
        ceilings=[],
        stands_s=stands_s,
        floors_mps=[-1.0] * len(slopes),
    )
    return DriveSetup(make_traction(train), pieces, path, ends_mps)
