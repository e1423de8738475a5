"""The speed profile at constant rates: a backward pass for braking, a forward walk for time.

The passes are elementwise, so the same code serves one run with floats, and many runs with
arrays of one element per draw. `run_walk` computes a complete run.

At a constant rate ``r`` the speed ``v`` at position ``x`` satisfies ``d(v²)/dx = 2r``. The
backward pass therefore uses squared speeds and needs no root. Let a piece have length ``L``,
entry speed ``u``, exit speed ``w`` and ruling speed ``V``. Let the train accelerate at ``a``
and brake at ``d``.

- Backward pass: a train that leaves the piece at ``w`` can enter it at ``v² = w² + 2 d L`` at
  most. The ceiling at an edge is the lowest of this and the ruling speeds on both sides.
- Forward walk: a train that enters the piece at ``u`` leaves it at ``w² = u² + 2 a L``, or at
  the ceiling if that is lower.
- Within the piece the train accelerates to a peak ``p`` and then brakes. Without a limit the
  lengths ``(p² - u²) / 2a`` and ``(p² - w²) / 2d`` fill the piece, so that
  ``q = p² = (2 a d L + d u² + a w²) / (a + d)``. With the ruling speed the peak is
  ``p = min(√q, V)``, and the train cruises at ``p`` over the remaining length.
- The running time ``(p - u)/a + (p - w)/d + cruise/p`` equals
  ``S (p + q/p) - u/a - w/d`` with ``S = 1/2a + 1/2d``. In the sum over pieces the terms of
  shared edges combine. The running time to an edge passed at ``w`` is then
  ``S Σ(p + q/p - 2u) + (u₀ - w)/d``, with the speed ``u₀`` at the start of the track.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.solver.pieces import cut_pieces, ruling_speeds, stand_times
from routesim.kinematics.trajectory import ACCELERATE, BRAKE, CRUISE, STAND, Trajectory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from routesim.arrays import Array
    from routesim.kinematics.solver.pieces import Pieces
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train
    from routesim.kinematics.types import Value

    RulingSquares = Callable[[int, int], Sequence[Value]]


# Relative tolerance of the entry speed, which may carry the rounding error of another
# computation, such as the exit speed of the previous run.
SPEED_TOLERANCE = 1e-9

# At constant rates every piece has the same steps. Some may be empty.
STEPS_A_PIECE = (ACCELERATE, CRUISE, BRAKE, STAND)


class Arithmetic(NamedTuple):
    """The two functions that differ between floats and arrays."""

    lowest: Callable[..., Any]
    root: Callable[..., Any]


FLOATS = Arithmetic(min, math.sqrt)
ARRAYS = Arithmetic(np.minimum, np.sqrt)


class Rates(NamedTuple):
    """The braking rate in m/s², and the coefficients of the passes."""

    braking_mps2: Value
    twice_acceleration: Value
    twice_braking: Value
    braking_share: Value
    acceleration_share: Value
    spread: Value

    @classmethod
    def make(cls, a: Value, d: Value) -> Rates:
        """Compute the coefficients of all pieces from acceleration `a` and braking `d`."""
        return cls(d, 2.0 * a, 2.0 * d, d / (a + d), a / (a + d), 0.5 / a + 0.5 / d)

    def moving_s(self, speed_sum_mps: Value, entry_mps: float, leave_mps: Value) -> Value:
        """Return the running time from the start of the track to an edge.

        `speed_sum_mps` is ``Σ(p + q/p - 2u)`` up to the edge. `entry_mps` and `leave_mps`
        are the speeds at the start of the track and at the edge.
        """
        return self.spread * speed_sum_mps + (entry_mps - leave_mps) / self.braking_mps2


class PieceRun(NamedTuple):
    """The run over one piece: the highest speed, the speed at the end, and the speed sum.

    The speed sum is ``Σ(p + q/p - 2u)`` from the start of the track to the end of the piece.
    """

    peak_mps: Value
    leave_mps: Value
    speed_sum_mps: Value


def walk(
    pieces: Pieces,
    ruling_squares: RulingSquares,
    rates: Rates,
    ends_mps: tuple[float, float],
    arithmetic: Arithmetic,
) -> Iterator[PieceRun]:
    """Run over the pieces from first to last, as fast as allowed.

    `ruling_squares(first, past)` returns the squared ruling speeds of a range of pieces in
    m²/s². It is called leg by leg, to limit memory. `ends_mps` has the speed at the start,
    which must not exceed `entry_ceiling`, and the highest speed allowed at the end.
    `arithmetic` is ``FLOATS`` if all values are floats, and ``ARRAYS`` otherwise.
    """
    lowest, root = arithmetic.lowest, arithmetic.root
    up, share, rest = rates.twice_acceleration, rates.braking_share, rates.acceleration_share
    enter_mps: Value = ends_mps[0]
    speed_sum_mps: Value = 0.0
    for first, past in pieces.legs:
        lengths_m = pieces.lengths_m[first:past]
        squares = ruling_squares(first, past)
        exit_mps = 0.0 if past in pieces.stops else ends_mps[1]
        ceilings = _ceilings(lengths_m, squares, exit_mps, rates, lowest)
        enter = enter_mps * enter_mps
        for length_m, square, ceiling in zip(lengths_m, squares, ceilings[1:], strict=True):
            reach = enter + up * length_m
            leave = lowest(reach, ceiling)
            # q = (2adL + du² + aw²) / (a + d), where reach = u² + 2aL is already known.
            free_peak = share * reach + rest * leave
            peak_mps = root(lowest(free_peak, square))
            speed_sum_mps = speed_sum_mps + (peak_mps + free_peak / peak_mps - 2.0 * enter_mps)
            enter, enter_mps = leave, root(leave)
            yield PieceRun(peak_mps, enter_mps, speed_sum_mps)


def entry_ceiling(
    pieces: Pieces,
    ruling_squares: RulingSquares,
    rates: Rates,
    exit_speed_mps: float,
    arithmetic: Arithmetic,
) -> tuple[Value, Value]:
    """Return the limit and the ceiling of the speed at the start of the track.

    The limit is the ruling speed of the first piece. The ceiling is the highest entry speed
    from which the train can keep every limit ahead. It is zero if the train stops at the
    start.
    """
    first, past = pieces.legs[0]
    squares = ruling_squares(first, past)
    limit_mps = arithmetic.root(squares[0])
    if 0 in pieces.stops:
        return limit_mps, 0.0
    exit_mps = 0.0 if past in pieces.stops else exit_speed_mps
    lengths_m = pieces.lengths_m[first:past]
    ceilings = _ceilings(lengths_m, squares, exit_mps, rates, arithmetic.lowest)
    return limit_mps, arithmetic.root(ceilings[0])


def _ceilings(
    lengths_m: Sequence[float],
    squares: Sequence[Value],
    exit_mps: float,
    rates: Rates,
    lowest: Callable[[Value, Value], Value],
) -> list[Value]:
    """Compute the highest squared speed at each edge of a leg, from its end backwards."""
    down = rates.twice_braking
    ceiling = lowest(squares[-1], exit_mps * exit_mps)
    ceilings = [ceiling]
    following = squares[-1]
    for length_m, square in zip(reversed(lengths_m), reversed(squares), strict=True):
        if square is not following:
            ceiling = lowest(ceiling, square)
            ceilings[-1] = ceiling
            following = square
        ceiling = lowest(ceiling + down * length_m, square)
        ceilings.append(ceiling)
    ceilings.reverse()
    return ceilings


@dataclass(frozen=True, slots=True)
class WalkResult:
    """Speeds and times of a run at the edges of the pieces.

    `peaks_mps` has the highest speed on each piece, and `edges_mps` the speed at each edge,
    zero at a stop. The head reaches an edge at `arrive_s` and moves on at `start_s`.
    """

    train: Train
    pieces: Pieces
    peaks_mps: Array
    edges_mps: Array
    arrive_s: Array
    start_s: Array

    @property
    def duration_s(self) -> float:
        """Duration of the run in s, including the standing time at the end."""
        return float(self.start_s[-1])

    def make_trajectory(self) -> Trajectory:
        """Return the trajectory of the run.

        The first step is the stand before the first piece. Each piece then has four steps:
        accelerate, cruise, brake, and the stand at its end. Steps may be empty.
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
            # A lookup at position 0 finds the first stand, so it has the entry speed.
            anchor_mps=_interleave(enter_mps[0], [enter_mps, peaks_mps, leave_mps, zeros]),
            rates_mps2=_interleave(0.0, [zeros + a, zeros, zeros + d, zeros]),
            backward=_interleave(0.0, [zeros, zeros, zeros + 1.0, zeros]) > 0.0,
            kinds=np.array([STAND, *STEPS_A_PIECE * peaks_mps.size]),
        )


def run_walk(
    train: Train, track: Track, stops: Sequence[Stop], ends_mps: tuple[float, float]
) -> WalkResult:
    """Run a train at constant rates over a track, with speeds that `check_entry` accepts."""
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
        # Where two edges nearly coincide, rounding may make a time decrease.
        arrive_s=np.maximum.accumulate(moving_s + stood_s[:-1]),
        start_s=np.maximum.accumulate(moving_s + stood_s[1:]),
    )


def check_entry(
    train: Train, track: Track, stops: Sequence[Stop], ends_mps: tuple[float, float]
) -> None:
    """Raise `ArgumentError` if the train enters the track too fast.

    The check also serves trains with a traction table, because their braking rate is constant
    too.
    """
    if ends_mps[0] == 0.0:
        return
    pieces = cut_pieces(train, track, stops)
    rates = Rates.make(1.0, train.braking_mps2)
    squares = _square_speeds(train, track, pieces)
    refuse_entry(ends_mps[0], *entry_ceiling(pieces, squares, rates, ends_mps[1], FLOATS))


def _square_speeds(train: Train, track: Track, pieces: Pieces) -> RulingSquares:
    """Return the squared ruling speeds of the pieces, in the form that `walk` takes."""
    speeds_mps = ruling_speeds(train, track, pieces)
    squares = [speed_mps * speed_mps for speed_mps in speeds_mps]
    return lambda first, past: squares[first:past]


def _interleave(first: float, columns: list[Array]) -> Array:
    """Return one value, followed by the columns row by row, with one row per piece."""
    return np.concatenate([[first], np.stack(columns, axis=1).ravel()])


def _in_order(first: float, columns: list[Array]) -> Array:
    """Interleave columns as `_interleave` does, and remove decreases caused by rounding."""
    return np.maximum.accumulate(_interleave(first, columns))


def refuse_entry(entry_mps: float, limit_mps: Value, ceiling_mps: Value) -> None:
    """Raise `ArgumentError` if the entry speed exceeds the limit or the braking ceiling.

    Limit and ceiling are those that `entry_ceiling` returns, for one draw or many. The error
    states the excess of the worst draw and the number of draws with an excess.
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
