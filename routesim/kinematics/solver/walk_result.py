"""A run at constant rates by the walk over the pieces: speeds and times at every edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.kinematics.solver.pieces import cut_pieces, ruling_speeds, stand_times
from routesim.kinematics.solver.profile import FLOATS, Rates, entry_ceiling, walk
from routesim.kinematics.trajectory import ACCELERATE, BRAKE, CRUISE, STAND, Trajectory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array
    from routesim.kinematics.solver.pieces import Pieces
    from routesim.kinematics.solver.profile import RulingSquares
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train
    from routesim.kinematics.types import Value


# At constant rates every piece has the same steps, of which some may be empty.
STEPS_A_PIECE = (ACCELERATE, CRUISE, BRAKE, STAND)


@dataclass(frozen=True, slots=True)
class WalkResult:
    """Speeds and times of a run, edge by edge.

    `peaks_mps` is the highest speed on each piece, `edges_mps` that at each edge, zero where
    the train stops. The head reaches an edge at `arrive_s`, and goes on at `start_s`.
    """

    train: Train
    pieces: Pieces
    peaks_mps: Array
    edges_mps: Array
    arrive_s: Array
    start_s: Array

    @property
    def duration_s(self) -> float:
        """From the start to the end, with the stand there."""
        return float(self.start_s[-1])

    def make_trajectory(self) -> Trajectory:
        """Return position, time and speed along the run.

        Each piece is crossed by accelerating, cruising and braking, and followed by the
        stand at its end; a stand before the first piece comes first. Steps may be empty.
        """
        enter_mps, leave_mps = self.edges_mps[:-1], self.edges_mps[1:]
        peaks_mps, arrive_s, start_s = self.peaks_mps, self.arrive_s, self.start_s
        edges_m = np.array(self.pieces.edges_m)
        a, d = self.train.steady_acceleration_mps2, self.train.braking_mps2
        fast_m = edges_m[:-1] + (peaks_mps**2 - enter_mps**2) / (2.0 * a)
        slow_m = edges_m[1:] - (peaks_mps**2 - leave_mps**2) / (2.0 * d)
        fast_s = start_s[:-1] + (peaks_mps - enter_mps) / a
        slow_s = arrive_s[1:] - (peaks_mps - leave_mps) / d
        end_m = _in_order(edges_m[0], [fast_m, slow_m, edges_m[1:], edges_m[1:]])
        end_s = _in_order(start_s[0], [fast_s, slow_s, arrive_s[1:], start_s[1:]])
        zeros = np.zeros_like(peaks_mps)
        return Trajectory(
            start_m=np.concatenate([edges_m[:1], end_m[:-1]]),
            end_m=end_m,
            start_s=np.concatenate([[0.0], end_s[:-1]]),
            end_s=end_s,
            # The speed at position 0 is that of the stand before the first piece.
            anchor_mps=_interleave(enter_mps[0], [enter_mps, peaks_mps, leave_mps, zeros]),
            rates_mps2=_interleave(0.0, [zeros + a, zeros, zeros + d, zeros]),
            backward=_interleave(0.0, [zeros, zeros, zeros + 1.0, zeros]) > 0.0,
            kinds=np.array([STAND, *STEPS_A_PIECE * peaks_mps.size]),
        )


def run_walk(
    train: Train, track: Track, stops: Sequence[Stop], ends_mps: tuple[float, float]
) -> WalkResult:
    """Run a train of constant rates over a track.

    The speed at the start must not exceed `find_highest_entry`; that at the end is the
    highest one allowed.
    """
    pieces = cut_pieces(train, track, stops)
    rates = Rates.make(train.steady_acceleration_mps2, train.braking_mps2)
    piece_runs = walk(pieces, _square_speeds(train, track, pieces), rates, ends_mps, FLOATS)
    peaks, leaves, speed_sums = map(np.array, zip(*piece_runs, strict=True))
    moving_s = np.zeros(pieces.last_edge + 1)
    moving_s[1:] = rates.moving_s(speed_sums, ends_mps[0], leaves)
    stood_s = np.zeros(pieces.last_edge + 2)
    dwells_s = [stop.dwell_s for stop in stops]
    for edge, stand_s in stand_times(train, pieces, dwells_s, ends_mps[0]).items():
        stood_s[edge + 1 :] += stand_s
    return WalkResult(
        train,
        pieces,
        peaks_mps=peaks,
        edges_mps=np.concatenate([[ends_mps[0]], leaves]),
        # Rounding may set the clock back where two edges nearly meet.
        arrive_s=np.maximum.accumulate(moving_s + stood_s[:-1]),
        start_s=np.maximum.accumulate(moving_s + stood_s[1:]),
    )


def find_highest_entry(
    train: Train, track: Track, stops: Sequence[Stop], exit_speed_mps: float
) -> tuple[Value, Value]:
    """Return the ruling speed at the start, and the highest with which a train may enter.

    Braking alone decides, so this holds for a train with forces as well.
    """
    pieces = cut_pieces(train, track, stops)
    rates = Rates.make(1.0, train.braking_mps2)
    squares = _square_speeds(train, track, pieces)
    return entry_ceiling(pieces, squares, rates, exit_speed_mps, FLOATS)


def _square_speeds(train: Train, track: Track, pieces: Pieces) -> RulingSquares:
    """Return the squared ruling speeds of the pieces, as the walk asks for them."""
    speeds_mps = ruling_speeds(train, track, pieces)
    squares = [speed_mps * speed_mps for speed_mps in speeds_mps]
    return lambda first, past: squares[first:past]


def _interleave(first: float, columns: list[Array]) -> Array:
    """Return one value, then the columns row by row: a row a piece."""
    return np.concatenate([[first], np.stack(columns, axis=1).ravel()])


def _in_order(first: float, columns: list[Array]) -> Array:
    """Interleave, and let no value fall below the one before it by rounding."""
    return np.maximum.accumulate(_interleave(first, columns))
