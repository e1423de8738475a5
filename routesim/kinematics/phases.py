"""What the train does between two moments: accelerate, cruise, brake or stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routesim.kinematics.checks import FloatArray
    from routesim.kinematics.pieces import Pieces
    from routesim.kinematics.train import Train

__all__ = ["Course", "Phase", "Steps", "chart_course", "join_phases"]

# Every piece has the same four steps, of which some may be empty.
KINDS = ("accelerate", "cruise", "brake", "stand")

# Below these, a phase of the table is rounding and not motion.
LEAST_CRUISE_M = 1e-9
LEAST_CHANGE = 1e-9


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


@dataclass(frozen=True, slots=True)
class Course:
    """Position, time and speed of the head, exact at every moment.

    The run as a row of steps at a constant rate each. A step is counted from its anchor,
    the end at which it is slowest: its beginning when accelerating, its end when braking.
    So ``v² = v₀² + 2 r s`` adds, and no difference of near numbers is under a root.

    Parameters
    ----------
    start_m, end_m, start_s, end_s
        Where and when each step begins and ends; neither ever falls.
    anchor_mps
        The speed at the anchor, ``v₀``.
    rates_mps2
        The rate ``r``, not negative.
    backward
        Whether the anchor is the end of the step.
    """

    start_m: FloatArray
    end_m: FloatArray
    start_s: FloatArray
    end_s: FloatArray
    anchor_mps: FloatArray
    rates_mps2: FloatArray
    backward: NDArray[np.bool_]

    def time_at(self, position_m: FloatArray) -> FloatArray:
        """When the head first reaches positions on the track."""
        step, distance_m, speed_mps = self._locate(position_m)
        total_mps = self.anchor_mps[step] + speed_mps
        # At the anchor of a start from rest both are zero, and so is the time.
        elapsed_s = np.divide(
            2.0 * distance_m, total_mps, out=np.zeros_like(distance_m), where=total_mps > 0.0
        )
        time_s = np.where(
            self.backward[step], self.end_s[step] - elapsed_s, self.start_s[step] + elapsed_s
        )
        return np.clip(time_s, self.start_s[step], self.end_s[step])

    def speed_at(self, position_m: FloatArray) -> FloatArray:
        """How fast the head passes positions on the track."""
        return self._locate(position_m)[2]

    def position_at(self, time_s: FloatArray) -> FloatArray:
        """Where the head is at times of the run."""
        step = np.searchsorted(self.end_s, time_s).clip(max=self.end_s.size - 1)
        backward = self.backward[step]
        elapsed_s = np.where(backward, self.end_s[step] - time_s, time_s - self.start_s[step])
        distance_m = elapsed_s * (
            self.anchor_mps[step] + 0.5 * self.rates_mps2[step] * elapsed_s
        )
        position_m: FloatArray = np.where(
            backward, self.end_m[step] - distance_m, self.start_m[step] + distance_m
        )
        return np.clip(position_m, self.start_m[step], self.end_m[step])

    def _locate(
        self, position_m: FloatArray
    ) -> tuple[NDArray[np.intp], FloatArray, FloatArray]:
        """Find the step that first reaches each position, its way to the anchor, its speed."""
        step = np.searchsorted(self.end_m, position_m).clip(max=self.end_m.size - 1)
        distance_m = np.where(
            self.backward[step], self.end_m[step] - position_m, position_m - self.start_m[step]
        )
        square = self.anchor_mps[step] ** 2 + 2.0 * self.rates_mps2[step] * distance_m
        return step, distance_m, np.sqrt(square)


def chart_course(pieces: Pieces, steps: Steps, train: Train) -> Course:
    """Lay out the steps of a run.

    Each piece is crossed by accelerating, cruising and braking, and followed by the stand
    at its end; a stand before the first piece comes first. Steps may be empty.
    """
    enter_mps, leave_mps = steps.edges_mps[:-1], steps.edges_mps[1:]
    peaks_mps = steps.peaks_mps
    edges_m = np.array(pieces.edges_m)
    a, d = train.acceleration_mps2, train.braking_mps2
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
    )


def join_phases(course: Course) -> list[Phase]:
    """Name the steps that are not empty, those of one kind and speed joined."""
    kinds = [KINDS[-1], *KINDS * (course.end_m.size // len(KINDS))]
    joined: list[Phase] = []
    for index, kind in enumerate(kinds):
        phase = _name_step(course, index, kind)
        if not _is_motion(phase):
            continue
        if joined:
            # What was left out as rounding between two phases goes to the later one.
            before = joined[-1]
            phase = phase._replace(start_m=before.end_m, start_s=before.end_s)
            if kind == before.kind and (
                kind != "cruise" or _is_close(before.end_mps, phase.start_mps)
            ):
                phase = before._replace(
                    end_m=phase.end_m, end_s=phase.end_s, end_mps=phase.end_mps
                )
                joined.pop()
        joined.append(phase)
    return joined


def _name_step(course: Course, index: int, kind: str) -> Phase:
    start_m, end_m = float(course.start_m[index]), float(course.end_m[index])
    start_s, end_s = float(course.start_s[index]), float(course.end_s[index])
    low_mps = 0.0 if kind == "stand" else float(course.anchor_mps[index])
    high_mps = float(np.sqrt(low_mps**2 + 2.0 * course.rates_mps2[index] * (end_m - start_m)))
    start_mps, end_mps = (high_mps, low_mps) if kind == "brake" else (low_mps, high_mps)
    return Phase(kind, start_m, end_m, start_s, end_s, start_mps, end_mps)


def _is_motion(phase: Phase) -> bool:
    """Whether a step is more than rounding."""
    if phase.kind == "stand":
        return phase.end_s > phase.start_s
    if phase.kind == "cruise":
        return phase.end_m - phase.start_m > LEAST_CRUISE_M
    return not _is_close(phase.start_mps, phase.end_mps)


def _is_close(one_mps: float, other_mps: float) -> bool:
    return abs(one_mps - other_mps) <= LEAST_CHANGE * max(one_mps, other_mps)


def _interleave(first: float, columns: list[FloatArray]) -> FloatArray:
    """One value, then a row a piece."""
    return np.concatenate([[first], np.stack(columns, axis=1).ravel()])


def _in_order(first: float, columns: list[FloatArray]) -> FloatArray:
    """Interleave, and let none fall below the one before it by rounding."""
    return np.maximum.accumulate(_interleave(first, columns))
