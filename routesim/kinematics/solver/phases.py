"""What the train does between two moments: accelerate, cruise, brake, coast or stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routesim.kinematics.solver.course import KINDS, Course
from routesim.kinematics.solver.drive import BRAKE, STAND, TERMS

if TYPE_CHECKING:
    from routesim.kinematics.checks import FloatArray
    from routesim.kinematics.solver.pieces import Pieces
    from routesim.kinematics.train import Train

__all__ = ["Phase", "Steps", "chart_course", "chart_log", "join_phases"]

# At constant rates every piece has the same steps, of which some may be empty.
STEPS_A_PIECE = (0, 1, 2, 3)

# Below these, a phase of the table is rounding and not motion.
LEAST_CRUISE_M = 1e-9
LEAST_CHANGE = 1e-9
LEAST_WAY_M = 1e-5


class Phase(NamedTuple):
    """One row of `Run.phases`."""

    kind: str
    start_m: float
    end_m: float
    start_s: float
    end_s: float
    start_mps: float
    end_mps: float


@dataclass(frozen=True, slots=True)
class Steps:
    """What a walk over the pieces found.

    Parameters
    ----------
    peaks_mps
        The highest speed on each piece.
    edges_mps
        The speed at each edge; zero where the train stops.
    arrive_s, start_s
        When the head reaches each edge, and when it goes on from there.
    """

    peaks_mps: FloatArray
    edges_mps: FloatArray
    arrive_s: FloatArray
    start_s: FloatArray


def chart_course(pieces: Pieces, steps: Steps, train: Train) -> Course:
    """Lay out the steps of a run.

    Each piece is crossed by accelerating, cruising and braking, and followed by the stand
    at its end; a stand before the first piece comes first. Steps may be empty.
    """
    enter_mps, leave_mps = steps.edges_mps[:-1], steps.edges_mps[1:]
    peaks_mps = steps.peaks_mps
    edges_m = np.array(pieces.edges_m)
    a, d = train.steady_acceleration_mps2, train.braking_mps2
    fast_m = edges_m[:-1] + (peaks_mps**2 - enter_mps**2) / (2.0 * a)
    slow_m = edges_m[1:] - (peaks_mps**2 - leave_mps**2) / (2.0 * d)
    fast_s = steps.start_s[:-1] + (peaks_mps - enter_mps) / a
    slow_s = steps.arrive_s[1:] - (peaks_mps - leave_mps) / d
    end_m = _in_order(edges_m[0], [fast_m, slow_m, edges_m[1:], edges_m[1:]])
    end_s = _in_order(steps.start_s[0], [fast_s, slow_s, steps.arrive_s[1:], steps.start_s[1:]])
    standing = np.zeros_like(peaks_mps)
    return Course(
        start_m=np.concatenate([edges_m[:1], end_m[:-1]]),
        end_m=end_m,
        start_s=np.concatenate([[0.0], end_s[:-1]]),
        end_s=end_s,
        # The speed at position 0 is that of the stand before the first piece.
        anchor_mps=_interleave(enter_mps[0], [enter_mps, peaks_mps, leave_mps, standing]),
        rates_mps2=_interleave(0.0, [standing + a, standing, standing + d, standing]),
        backward=_interleave(0.0, [standing, standing, standing + 1.0, standing]) > 0.0,
        kinds=np.array([STAND, *STEPS_A_PIECE * peaks_mps.size]),
    )


def chart_log(log: FloatArray) -> Course:
    """Lay out the moves that `routesim.kinematics.solver.drive.drive` logged."""
    kinds, orders = log[:, 0].astype(np.intp), log[:, 7].astype(np.intp)
    start_m, end_m, start_s, end_s, start_mps, end_mps = log[:, 1:7].T.copy()
    backward = kinds == BRAKE
    ways_m = end_m - start_m
    slowing = np.divide(
        start_mps**2 - end_mps**2, 2.0 * ways_m, out=np.zeros_like(ways_m), where=ways_m > 0.0
    )
    series = np.zeros((len(log), log.shape[1] - TERMS))
    curved = orders > 0
    series[curved] = log[curved, TERMS:]
    series[np.arange(series.shape[1]) > orders[:, None]] = 0.0
    rates = np.where(backward, slowing, np.where(curved, series[:, 1], 0.0))
    series[:, :2] = 0.0
    return Course(
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


def join_phases(course: Course) -> list[Phase]:
    """Name the steps that are not empty, those of one kind and speed joined."""
    joined: list[Phase] = []
    for phase in _name_steps(course):
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


def _name_steps(course: Course) -> list[Phase]:
    """Give every step, empty ones too."""
    far_mps = course.speed_after(
        np.arange(course.end_m.size),
        course.end_s - course.start_s,
        course.end_m - course.start_m,
    )
    start_mps = np.where(course.backward, far_mps, course.anchor_mps)
    end_mps = np.where(course.backward, course.anchor_mps, far_mps)
    standing = course.kinds == STAND
    start_mps, end_mps = np.where(standing, 0.0, start_mps), np.where(standing, 0.0, end_mps)
    columns = (course.start_m, course.end_m, course.start_s, course.end_s, start_mps, end_mps)
    return [
        Phase(KINDS[kind], *row)
        for kind, row in zip(
            course.kinds.tolist(), np.stack(columns, axis=1).tolist(), strict=True
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
        or phase.end_m - phase.start_m > LEAST_WAY_M
    )


def _is_close(one_mps: float, other_mps: float) -> bool:
    return abs(one_mps - other_mps) <= LEAST_CHANGE * max(one_mps, other_mps)


def _interleave(first: float, columns: list[FloatArray]) -> FloatArray:
    """One value, then a row a piece."""
    return np.concatenate([[first], np.stack(columns, axis=1).ravel()])


def _in_order(first: float, columns: list[FloatArray]) -> FloatArray:
    """Interleave, and let none fall below the one before it by rounding."""
    return np.maximum.accumulate(_interleave(first, columns))
