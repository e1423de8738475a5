"""The phases of a run as a table: accelerate, cruise, brake, coast or stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routesim.kinematics.trajectory import KINDS, STAND

if TYPE_CHECKING:
    from routesim.kinematics.trajectory import Trajectory


# Below these, a phase of the table is rounding and not motion.
LEAST_CRUISE_M = 1e-9
LEAST_CHANGE = 1e-9
LEAST_LENGTH_M = 1e-5


class Phase(NamedTuple):
    """One row of `Run.phases`."""

    kind: str
    start_m: float
    end_m: float
    start_s: float
    end_s: float
    start_mps: float
    end_mps: float


def join_phases(trajectory: Trajectory) -> list[Phase]:
    """Return the steps that are not empty, neighbours of one kind and speed joined."""
    joined: list[Phase] = []
    for phase in _list_steps(trajectory):
        kind = phase.kind
        if not _is_motion(phase):
            continue
        if joined:
            # What was left out as rounding between two phases goes to the later one.
            before = joined[-1]
            phase = phase._replace(start_m=before.end_m, start_s=before.end_s)  # noqa: PLW2901
            if kind == before.kind and (
                kind != "cruise" or _is_close(before.end_mps, phase.start_mps)
            ):
                phase = before._replace(  # noqa: PLW2901
                    end_m=phase.end_m, end_s=phase.end_s, end_mps=phase.end_mps
                )
                joined.pop()
        joined.append(phase)
    return joined


def _list_steps(trajectory: Trajectory) -> list[Phase]:
    """Return every step, empty ones too."""
    far_mps = trajectory.speed_after(
        np.arange(trajectory.end_m.size),
        trajectory.end_s - trajectory.start_s,
        trajectory.end_m - trajectory.start_m,
    )
    start_mps = np.where(trajectory.backward, far_mps, trajectory.anchor_mps)
    end_mps = np.where(trajectory.backward, trajectory.anchor_mps, far_mps)
    standing = trajectory.kinds == STAND
    start_mps, end_mps = np.where(standing, 0.0, start_mps), np.where(standing, 0.0, end_mps)
    columns = (
        trajectory.start_m,
        trajectory.end_m,
        trajectory.start_s,
        trajectory.end_s,
        start_mps,
        end_mps,
    )
    return [
        Phase(KINDS[kind], *row)
        for kind, row in zip(
            trajectory.kinds.tolist(), np.stack(columns, axis=1).tolist(), strict=True
        )
    ]


def _is_motion(phase: Phase) -> bool:
    """Whether a step is more than rounding."""
    if phase.kind == "stand":
        return phase.end_s > phase.start_s
    if phase.kind == "cruise":
        return phase.end_m - phase.start_m > LEAST_CRUISE_M
    # A train may be as fast after a hump as before it.
    return (
        not _is_close(phase.start_mps, phase.end_mps)
        or phase.end_m - phase.start_m > LEAST_LENGTH_M
    )


def _is_close(one_mps: float, other_mps: float) -> bool:
    return abs(one_mps - other_mps) <= LEAST_CHANGE * max(one_mps, other_mps)
