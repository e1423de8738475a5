"""Soft windows: how well a value agrees with a window or range whose ends are soft.

The softness of each end is one number: of windows ``soft_s`` of the clause, in seconds, which
:meth:`routesim.evidence.words.WordTable.soften_when` finds from the words of the report; of
ranges a share of their width. Agreement is between 0 and 1. A window with ends ``a`` and ``b``,
each softened by ``s`` seconds, has

    agreement(t) = S((t - a) / s) - S((t - b) / s),   S(x) = 1 / (1 + 9 ** -x)

so that a half is left at an end, a tenth at ``s`` beyond it, and windows that share an end add
up to one. This is the probability that a source reports the window if it means the window
exactly and errs by logistic noise. With ``x = (t - a) / s`` and ``y = (t - b) / s`` the
difference is the product ``S(x) S(-y) (1 - 9 ** (y - x))``. The logarithm is computed from
this product: far from the window it decreases linearly instead of becoming minus infinity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from routesim.arrays import Array


LOG_NINE = float(np.log(9.0))
"""S(1) is 9/10 with this scale: one softness beyond an end, a tenth is left."""
IMPOSSIBLE = -1000.0
"""The logarithm of no agreement at all; finite, so that it can be tempered."""
NO_MATTER = 40.0
"""``1 + exp(-x)`` is 1 from here on, and exp is slow where its result is nearly 0."""
STEEPNESS_PER_S = 1.0 / 3600.0
"""Decrease of the logarithm for each second beyond a sharp end."""


def find_agreement(
    value: Array,
    ends: tuple[float, float],
    soft: tuple[float, float],
    *,
    inside: bool = False,
) -> Array:
    """Return the logarithm of the agreement of values with a range, (draws,), not above 0.

    A value is NaN where a draw has none, which does not agree at all; an end is infinite where
    it is open. ``soft`` is how soft each end is, in the unit of the values; 0 for a sharp one.
    If the softness lies ``inside`` the ends, what lies outside does not agree.

    Examples
    --------
    >>> import numpy as np
    >>> at = np.array([-60.0, 0.0, 1800.0, 3660.0])
    >>> np.exp(find_agreement(at, (0.0, 3600.0), (60.0, 60.0))).round(3)
    array([0.1, 0.5, 1. , 0.1])
    """
    found = np.full(value.shape, get_log_width(ends, soft))
    for end, sign, width in ((ends[0], 1.0, soft[0]), (ends[1], -1.0, soft[1])):
        if np.isfinite(end):
            room = sign * (value - end)
            found += measure_sides(room[None, :], np.array([width]), inside=inside)[0]
    return np.where(np.isnan(value), IMPOSSIBLE, found)


def get_log_width(ends: tuple[float, float], soft: tuple[float, float]) -> float:
    """Return the logarithm of ``1 - 9 ** (y - x)``: what two equally soft ends share."""
    if np.isfinite(ends[1] - ends[0]) and soft[0] == soft[1] > 0.0:
        return float(np.log1p(-np.exp(-LOG_NINE * (ends[1] - ends[0]) / soft[0])))
    return 0.0


def measure_sides(room: Array, soft: Array, *, inside: bool = False) -> Array:
    """Return the logarithms of the agreements with single ends, (ends, draws), not above 0.

    ``room`` is how far inside its end each value lies, (ends, draws); negative beyond it. NaN
    does not agree, infinity does. ``soft`` and ``inside`` are as for :func:`find_agreement`.
    """
    sharp = soft <= 0.0
    scaled = room * (LOG_NINE / np.where(sharp, 1.0, soft))[:, None]
    # Between 1 and 2 the plain logarithm is exact enough, and several times faster than log1p.
    rest = np.minimum(np.abs(scaled), NO_MATTER)
    np.exp(np.negative(rest, out=rest), out=rest)
    rest += 1.0
    found = np.minimum(scaled, 0.0, out=scaled)
    found -= np.log(rest, out=rest)
    if sharp.any():
        beyond = np.minimum(room[sharp], 0.0)
        found[sharp] = np.where(beyond < 0.0, IMPOSSIBLE + beyond * STEEPNESS_PER_S, 0.0)
    if inside:
        found[(room < 0.0) & ~sharp[:, None]] += IMPOSSIBLE
    missing = np.isnan(room)
    if missing.any():
        found[missing] = IMPOSSIBLE
    return np.asarray(found)
