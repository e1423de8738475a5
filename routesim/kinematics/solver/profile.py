"""The speed profile at constant rates: a backward pass for braking, a forward walk for time.

Everything here is elementwise: one run passes floats, many runs pass an array a piece with
an element a draw, and both use the same code.

From first principles, with a speed ``v`` over a place ``x`` at a constant rate ``r``:
``d(v²)/dx = 2r``. So the passes work on squared speeds and need no root.

- Braking, backwards: entering a piece of length ``L`` that is left at ``w``, the train can
  be no faster than ``v² = w² + 2 d L``. The ceiling at an edge is the lowest of that and
  the ruling speeds on both sides.
- Accelerating, forwards: leaving a piece entered at ``u``, it has ``w² = u² + 2 a L`` at
  most, or the ceiling.
- Between, it speeds up to a peak ``p`` and brakes. Without a limit the two stretches
  ``(p² - u²) / 2a`` and ``(p² - w²) / 2d`` fill the piece, which gives
  ``q = p² = (2 a d L + d u² + a w²) / (a + d)``; with the ruling speed ``V``,
  ``p = min(√q, V)`` and the train cruises at ``p`` on what is left.
- The time ``(p - u)/a + (p - w)/d + cruise/p`` becomes, with ``S = 1/2a + 1/2d``,
  ``S (p + q/p) - u/a - w/d``. Summed over pieces the shared edges combine, so that the
  moving time to an edge passed at ``w`` is ``S Σ(p + q/p - 2u) + (u₀ - w)/d``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from routesim.kinematics.solver.pieces import Pieces
    from routesim.kinematics.types import Value

    RulingSquares = Callable[[int, int], Sequence[Value]]


# Relative: what rounding may add to a speed that was computed elsewhere, such as the exit
# speed of the run before, until it is taken to be too fast.
SPEED_TOLERANCE = 1e-9


class Arithmetic(NamedTuple):
    """The two functions that differ for floats and arrays."""

    lowest: Callable[..., Any]
    root: Callable[..., Any]


FLOATS = Arithmetic(min, math.sqrt)
ARRAYS = Arithmetic(np.minimum, np.sqrt)


class Rates(NamedTuple):
    """Braking in m/s², and the coefficients that the passes use."""

    braking_mps2: Value
    twice_acceleration: Value
    twice_braking: Value
    braking_share: Value
    acceleration_share: Value
    spread: Value

    @classmethod
    def make(cls, a: Value, d: Value) -> Rates:
        """Compute the coefficients for acceleration and braking, once for all pieces."""
        return cls(d, 2.0 * a, 2.0 * d, d / (a + d), a / (a + d), 0.5 / a + 0.5 / d)

    def moving_s(self, speed_sum_mps: Value, entry_mps: float, leave_mps: Value) -> Value:
        """Return the running time from the start of the track to an edge.

        `speed_sum_mps` is ``Σ(p + q/p - 2u)`` up to the edge; the speeds are those at the
        start of the track and at the edge.
        """
        return self.spread * speed_sum_mps + (entry_mps - leave_mps) / self.braking_mps2


class PieceRun(NamedTuple):
    """The run over one piece: its highest speed, that at its end, and a sum.

    The sum is ``Σ(p + q/p - 2u)`` from the start of the track to the end of the piece.
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
    """Run over the pieces from the first to the last, as fast as is allowed.

    Parameters
    ----------
    pieces, rates
        The track in pieces; acceleration and braking.
    ruling_squares
        Returns the squared ruling speeds of the pieces from one up to another, in m²/s².
        It is called leg by leg, so that no more than a leg is in memory.
    ends_mps
        The speed at the start, which must not exceed `entry_ceiling`, and the highest
        one allowed at the end.
    arithmetic
        ``FLOATS`` if everything is a float, ``ARRAYS`` otherwise.
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
            # q = (2adL + du² + aw²) / (a + d), in which u² + 2aL is known already.
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
    """Return the highest speed at the start of the track, by its limit and by what follows.

    Returns
    -------
    limit_mps, ceiling_mps
        The ruling speed on the first piece; and the highest speed at which the train can
        enter and still keep every limit ahead, zero where it stops at the very start.
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
