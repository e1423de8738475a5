"""The trajectory of a run: position, time and speed at every moment, and the phases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from routesim.arrays import Array, Flags, Indices


ACCELERATE, CRUISE, BRAKE, STAND, COAST = 0, 1, 2, 3, 4
KINDS = ("accelerate", "cruise", "brake", "stand", "coast")
"""Names of the kinds of step; a kind is the index of its name."""

NEWTON_STEPS = 60

# Below these thresholds a phase is a rounding error. LEAST_CHANGE is relative to the speed.
LEAST_CRUISE_M = 1e-9
LEAST_CHANGE = 1e-9
LEAST_LENGTH_M = 1e-5


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A run as a sequence of steps, each at a constant rate or along a power series.

    Time and distance within a step are measured from its anchor. The anchor is the end of
    the step if it is `backward` (braking), and its start otherwise. At a constant rate the
    anchor is thus where the train is slowest, and ``v² = v₀² + 2 r s`` has no negative term
    and no cancellation error.

    Start and end of the steps never decrease, in position and in time. `anchor_mps` is the
    speed ``v₀`` at the anchor. `rates_mps2` is the rate ``r``, positive if the speed grows
    away from the anchor. `kinds` are indices of ``KINDS``.

    For a run by forces, `series` has shape (steps, terms). It holds the coefficients of the
    speed as a power series in the time from the anchor. The first two are zero, because
    `anchor_mps` and `rates_mps2` hold them.
    """

    start_m: Array
    end_m: Array
    start_s: Array
    end_s: Array
    anchor_mps: Array
    rates_mps2: Array
    backward: Flags
    kinds: Indices
    series: Array | None = None

    def time_at(self, position_m: Array) -> Array:
        """Return the times at which the head first reaches positions on the track."""
        step, elapsed_s, _ = self._locate(position_m)
        time_s = np.where(
            self.backward[step], self.end_s[step] - elapsed_s, self.start_s[step] + elapsed_s
        )
        return np.clip(time_s, self.start_s[step], self.end_s[step])

    def speed_at(self, position_m: Array) -> Array:
        """Return the speeds of the head at positions on the track."""
        step, elapsed_s, distance_m = self._locate(position_m)
        return self.speed_after(step, elapsed_s, distance_m)

    def position_at(self, time_s: Array) -> Array:
        """Return the positions of the head at times of the run."""
        step = np.searchsorted(self.end_s, time_s).clip(max=self.end_s.size - 1)
        backward = self.backward[step]
        elapsed_s = np.where(backward, self.end_s[step] - time_s, time_s - self.start_s[step])
        distance_m, _ = self._move(step, elapsed_s)
        position_m: Array = np.where(
            backward, self.end_m[step] - distance_m, self.start_m[step] + distance_m
        )
        return np.clip(position_m, self.start_m[step], self.end_m[step])

    def speed_after(self, step: Indices, elapsed_s: Array, distance_m: Array) -> Array:
        """Return the speeds in steps, given the times and distances from their anchors."""
        square = self.anchor_mps[step] ** 2 + 2.0 * self.rates_mps2[step] * distance_m
        speed_mps: Array = np.sqrt(np.maximum(square, 0.0))
        if self.series is None:
            return speed_mps
        return np.where(self._bends(step), self._move(step, elapsed_s)[1], speed_mps)

    def _locate(self, position_m: Array) -> tuple[Indices, Array, Array]:
        """Find the step that first reaches each position.

        Returns the steps, and the time and distance from their anchors.
        """
        step = np.searchsorted(self.end_m, position_m).clip(max=self.end_m.size - 1)
        distance_m = np.where(
            self.backward[step], self.end_m[step] - position_m, position_m - self.start_m[step]
        )
        anchor_mps = self.anchor_mps[step]
        square = anchor_mps**2 + 2.0 * self.rates_mps2[step] * distance_m
        total_mps = anchor_mps + np.sqrt(np.maximum(square, 0.0))
        # At the anchor of a start from rest, distance and speed are zero, and so is the time.
        elapsed_s = np.divide(
            2.0 * distance_m, total_mps, out=np.zeros_like(distance_m), where=total_mps > 0.0
        )
        if self.series is not None:
            bends = self._bends(step)
            if bends.any():
                elapsed_s = np.array(elapsed_s)
                elapsed_s[bends] = self._solve(step[bends], distance_m[bends], elapsed_s[bends])
        return step, elapsed_s, distance_m

    def _solve(self, step: Indices, distance_m: Array, guess_s: Array) -> Array:
        """Find times from the anchor at given distances, by Newton's method in a bracket."""
        low_s = np.zeros_like(distance_m)
        whole_s = high_s = self.end_s[step] - self.start_s[step]
        time_s = np.clip(guess_s, low_s, high_s)
        for _ in range(NEWTON_STEPS):
            moved_m, speed_mps = self._move(step, time_s)
            miss_m = moved_m - distance_m
            low_s = np.where(miss_m <= 0.0, time_s, low_s)
            high_s = np.where(miss_m >= 0.0, time_s, high_s)
            change_s = np.divide(
                miss_m, speed_mps, out=np.full_like(miss_m, np.inf), where=speed_mps > 0.0
            )
            next_s = time_s - np.where(miss_m == 0.0, 0.0, change_s)
            outside = ~((next_s >= low_s) & (next_s <= high_s))
            next_s = np.where(outside, 0.5 * (low_s + high_s), next_s)
            change_s, time_s = np.abs(next_s - time_s), next_s
            if (change_s <= 4e-16 * whole_s).all():
                break
        return time_s

    def _bends(self, step: Indices) -> Flags:
        """Return whether the series of each step has terms beyond a constant rate."""
        if self.series is None:
            return np.zeros(step.shape, dtype=bool)
        bent: Flags = np.any(self.series != 0.0, axis=1)
        return bent[step]

    def _move(self, step: Indices, elapsed_s: Array) -> tuple[Array, Array]:
        """Return the distances from the anchors of steps and the speeds, after given times."""
        anchor_mps, rate_mps2 = self.anchor_mps[step], self.rates_mps2[step]
        distance_m: Array = elapsed_s * (anchor_mps + 0.5 * rate_mps2 * elapsed_s)
        speed_mps: Array = anchor_mps + rate_mps2 * elapsed_s
        if self.series is None:
            return distance_m, speed_mps
        more_m, more_mps = np.zeros_like(elapsed_s), np.zeros_like(elapsed_s)
        for power in range(self.series.shape[1] - 1, -1, -1):
            term = self.series[step, power]
            more_m = more_m * elapsed_s + term / (power + 1)
            more_mps = more_mps * elapsed_s + term
        return distance_m + more_m * elapsed_s, speed_mps + more_mps


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
    """Return the phases of a run: its steps without empty ones, with like neighbours joined."""
    joined: list[Phase] = []
    for phase in _list_steps(trajectory):
        kind = phase.kind
        if not _is_motion(phase):
            continue
        if joined:
            # A gap left by an omitted step is added to the later phase.
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


def _list_steps(run: Trajectory) -> list[Phase]:
    """Return every step, including empty ones."""
    anchor_mps = run.anchor_mps
    far_mps = run.speed_after(
        np.arange(run.end_m.size), run.end_s - run.start_s, run.end_m - run.start_m
    )
    speeds_mps = np.where(run.backward, [far_mps, anchor_mps], [anchor_mps, far_mps])
    speeds_mps[:, run.kinds == STAND] = 0.0
    columns = np.stack([run.start_m, run.end_m, run.start_s, run.end_s, *speeds_mps], axis=1)
    return [
        Phase(KINDS[kind], *row)
        for kind, row in zip(run.kinds.tolist(), columns.tolist(), strict=True)
    ]


def _is_motion(phase: Phase) -> bool:
    """Whether a step is more than a rounding error."""
    if phase.kind == "stand":
        return phase.end_s > phase.start_s
    if phase.kind == "cruise":
        return phase.end_m - phase.start_m > LEAST_CRUISE_M
    # Over a hump a train may leave a step at the speed at which it entered.
    return (
        not _is_close(phase.start_mps, phase.end_mps)
        or phase.end_m - phase.start_m > LEAST_LENGTH_M
    )


def _is_close(one_mps: float, other_mps: float) -> bool:
    return abs(one_mps - other_mps) <= LEAST_CHANGE * max(one_mps, other_mps)
