"""Checks of what `run` and `run_many` have in common: train, track, stops and end speeds."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.argument_checks import check_items, check_kind, check_number
from routesim.kinematics.solver.pieces import NEAREST_M
from routesim.kinematics.solver.profile import SPEED_TOLERANCE
from routesim.kinematics.track import Stop, Track
from routesim.kinematics.train import Train

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.kinematics.types import Value


def check_run_inputs(
    train: Train,
    track: Track,
    stops: Iterable[Stop],
    ends_mps: tuple[float, float],
    faults: list[Fault],
) -> tuple[tuple[Stop, ...], tuple[float, float]]:
    """Note what is wrong with the stops on a track and the speeds at its ends; return them.

    Raises
    ------
    ArgumentError
        If the train or the track is something else, since nothing more can be checked.
    """
    kept = tuple(stops)
    check_kind("train", train, Train, faults)
    check_kind("track", track, Track, faults)
    if faults:
        raise ArgumentError(faults)
    placed: list[tuple[float, str]] = []
    for where, stop in check_items("stops", kept, Stop, faults):
        if stop.position_m > track.length_m:
            what = (
                f"at {stop.position_m:g} m lies beyond the end of the track "
                f"at {track.length_m:g} m"
            )
            faults.append(Fault(where, what, "shift or drop it"))
        placed.append((stop.position_m, where))
    in_order = sorted(placed, key=lambda stop: stop[0])
    for (before_m, before), (position_m, where) in pairwise(in_order):
        if position_m - before_m <= NEAREST_M:
            what = f"is at {position_m:g} m like {before}"
            faults.append(Fault(where, what, "make them one stop with the sum of the dwells"))
    names = ("entry_speed_mps", "exit_speed_mps")
    entry_mps, exit_mps = (
        check_number(name, speed_mps, 0.0, faults)
        for name, speed_mps in zip(names, ends_mps, strict=True)
    )
    return kept, (entry_mps, exit_mps)


def refuse_entry(entry_mps: float, limit_mps: Value, ceiling_mps: Value) -> None:
    """Raise if a run is entered faster than its limit, or than its brakes, allow.

    Limit and ceiling are as `routesim.kinematics.solver.profile.entry_ceiling` returns them,
    for one draw or many.

    Raises
    ------
    ArgumentError
        Names the excess of the worst draw, and in how many draws there is one.
    """
    most_mps = float(np.min(ceiling_mps))
    allowed_mps = np.atleast_1d(ceiling_mps) * (1.0 + SPEED_TOLERANCE)
    missed = np.count_nonzero(entry_mps > allowed_mps)
    if not missed:
        return
    excess_mps = entry_mps - most_mps
    why = "too fast to brake in time for what lies ahead"
    if most_mps >= float(np.min(limit_mps)):
        why = "above the limit at the start"
    what = f"is {entry_mps:g}, {excess_mps:.3g} m/s {why}"
    if allowed_mps.size > 1:
        what += f", in {missed} of {allowed_mps.size} draws"
    raise ArgumentError(Fault("entry_speed_mps", what, f"give {most_mps:.6g} at most"))
