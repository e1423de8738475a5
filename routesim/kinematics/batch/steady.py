"""Running times from sums that all draws share, for draws that reach every limit.

Let ``f`` be the speed factor of a draw. A train that reaches every ruling speed ``f V``
enters a piece at ``f u`` and leaves it at ``f w``. Each is the lower of the ruling speeds on
both sides of the edge, or zero at a stop. Accelerating takes ``f² (V² - u²) / 2a`` metres and
braking ``f² (V² - w²) / 2d``. If both fit into the piece of length ``L``, its running time is

    (f V - f u)/a + (f V - f w)/d + (L - the metres above) / (f V)
    = L / (f V)  +  (f / a) (V - u)² / 2V  +  (f / d) (V - w)² / 2V

So the running time to any edge is ``C / f + U f / a + D f / d``. The sums ``C``, ``U`` and
``D`` are the same for all draws. This takes three multiplications, where the walk takes two
roots and a division for each piece. The condition for all pieces of a leg between stops is
``(f² / a) max((V² - u²) / 2L) + (f² / d) max((V² - w²) / 2L) <= 1``. It is sufficient but not
necessary. Draws that do not meet it use the walk.

A stop may be where a lower limit ends. The limit then still holds over the length of the train
after the stop, which may be too short to reach the limit. In this case the piece is merged
with the next one. This shifts all later times of the run by another sum of the same form.
Whether the shift applies depends on the draw.

The time at a place within a piece has the same form if the train cruises there.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routesim.kinematics.solver.pieces import cut_pieces, ruling_speeds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array, Flags
    from routesim.kinematics.solver.pieces import Pieces
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train
    from routesim.kinematics.types import Value


# The bound 1 of the condition, lowered by more than the rounding error.
ROOM = 1.0 - 1e-9


@dataclass(frozen=True, slots=True)
class SteadySums:
    """The sums to each requested place, and the conditions under which they hold.

    `sums`, (places, 3), has ``C`` in s, and ``U`` and ``D`` in m/s. `shifts`, (legs, 3), has
    the sums that are added from a leg on if its first limit is not reached.

    `needs`, (legs, 5), has the coefficients of the conditions. The first two are those of
    f²/a and f²/d if the first limit is reached. The next two are the same if it is not. The
    last is the coefficient ``n`` for which ``n f²/a <= 1`` holds exactly if the first limit is
    reached. It is zero if the first limit needs no separate case.
    """

    sums: Array
    shifts: Array
    needs: Array

    def choose(self, factor: Value, up_mps2: Value, down_mps2: Value) -> tuple[Flags, Flags]:
        """Return for which draws the sums hold in all legs, and in which legs a shift applies.

        The shapes are (draws,) and (legs, draws), without the axis of draws if no argument
        varies.
        """
        gains, losses = factor * factor / up_mps2, factor * factor / down_mps2
        needs = self.needs.tolist()
        reached = np.array(
            [(u * gains + d * losses <= ROOM) & (n * gains <= 1.0) for u, d, _, _, n in needs]
        )
        missed = np.array(
            [(u * gains + d * losses <= ROOM) & (n * gains > 1.0) for _, _, u, d, n in needs]
        )
        return np.all(reached | missed, axis=0), missed


def make_steady_sums(
    train: Train, track: Track, stops: Sequence[Stop], places_m: Sequence[float]
) -> SteadySums:
    """Return the sums to the requested places for a run from rest to rest."""
    pieces = cut_pieces(train, track, stops)
    speeds = np.array(ruling_speeds(train, track, pieces))
    shape = _shape(pieces, speeds)
    at_edges = np.concatenate([np.zeros((1, 3)), np.cumsum(shape.parts, axis=0)])
    legs = pieces.legs
    needs = np.array([_need(shape, *leg) for leg in legs])
    shifts = np.zeros((len(legs), 3))
    _add_merged(shape, legs, speeds, shifts, needs)
    sums = np.empty((len(places_m), 3))
    for row, place_m in enumerate(places_m):
        piece = bisect_right(pieces.edges_m, place_m) - 1
        sums[row] = at_edges[piece]
        into_m = place_m - pieces.edges_m[piece]
        leg = next((i for i, (first, past) in enumerate(legs) if first <= piece < past), 0)
        first = legs[leg][0]
        if into_m > 0.0:
            left_m = pieces.edges_m[piece + 1] - place_m
            sums[row] += into_m / speeds[piece], shape.parts[piece, 1], 0.0
            up, down = float(shape.ups[piece]) / into_m, float(shape.downs[piece]) / left_m
            needs[leg, :2] = np.maximum(needs[leg, :2], [up, down])
            if piece == first + 1:
                up = float(speeds[piece] ** 2 / 2.0) / (place_m - pieces.edges_m[first])
            needs[leg, 2:4] = np.maximum(needs[leg, 2:4], [up, down])
        # If the first limit is not reached, the train still accelerates at the end of the
        # first piece. The sums then do not hold at a place in this piece or at its end.
        if piece - first + (into_m > 0.0) == 1:
            needs[leg, 2:4] = np.inf
    return SteadySums(sums, shifts, needs)


class _Shape(NamedTuple):
    """Sums of each piece, half the squared speed gained and lost, and the length."""

    parts: Array
    ups: Array
    downs: Array
    lengths_m: Array


def _shape(pieces: Pieces, speeds: Array) -> _Shape:
    at_edges = np.zeros(speeds.size + 1)
    at_edges[1:-1] = np.minimum(speeds[:-1], speeds[1:])
    at_edges[list(pieces.stops)] = 0.0
    lengths_m = np.array(pieces.lengths_m)
    return _sum_parts(lengths_m, speeds, at_edges[:-1], at_edges[1:])


def _sum_parts(lengths_m: Array, speeds: Array, enters: Array, leaves: Array) -> _Shape:
    parts = [
        lengths_m / speeds,
        (speeds - enters) ** 2 / (2.0 * speeds),
        (speeds - leaves) ** 2 / (2.0 * speeds),
    ]
    ups, downs = (speeds**2 - enters**2) / 2.0, (speeds**2 - leaves**2) / 2.0
    return _Shape(np.stack(parts, axis=1), ups, downs, lengths_m)


def _need(shape: _Shape, first: int, past: int) -> list[float]:
    """Return the conditions for a leg, without the case of a first limit not reached."""
    lengths_m = shape.lengths_m[first:past]
    up = float(np.max(shape.ups[first:past] / lengths_m))
    down = float(np.max(shape.downs[first:past] / lengths_m))
    return [up, down, np.inf, np.inf, 0.0]


def _add_merged(
    shape: _Shape,
    legs: Sequence[tuple[int, int]],
    speeds: Array,
    shifts: Array,
    needs: Array,
) -> None:
    """Fill shifts and conditions for legs that may not reach a first limit below the next."""
    for leg, (first, past) in enumerate(legs):
        second = first + 1
        if second >= past or speeds[first] >= speeds[second]:
            continue
        top = speeds[second : second + 1]
        leaves = np.sqrt(np.maximum(top**2 - 2.0 * shape.downs[second], 0.0))
        length_m = shape.lengths_m[first : second + 1].sum(keepdims=True)
        merged = _sum_parts(length_m, top, np.zeros(1), leaves)
        shifts[leg] = merged.parts[0] - shape.parts[first] - shape.parts[second]
        up, down, *_ = _need(merged, 0, 1)
        if second + 1 < past:
            more_up, more_down, *_ = _need(shape, second + 1, past)
            up, down = max(up, more_up), max(down, more_down)
        needs[leg, :2] = _need(shape, second, past)[:2]
        needs[leg, 2:] = up, down, float(shape.ups[first] / shape.lengths_m[first])
