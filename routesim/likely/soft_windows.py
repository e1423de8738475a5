"""Soft windows: the agreement of a value with a window or range that has soft ends.

Agreement is between 0 and 1. Each end has one number, its softness. For a window, this is
``soft_s`` of the reported time, in seconds, which
:meth:`routesim.evidence.words.WordTable.soften_when` derives from the words of the report. For
a range, it is a share of the width. The agreement of a time ``t`` with a window from ``a`` to
``b``, both with a softness of ``s`` seconds, is

    agreement(t) = S((t - a) / s) - S((t - b) / s),   S(x) = 1 / (1 + 9 ** -x)

It is one half at an end and one tenth at ``s`` beyond the end, if the window is much wider than
``s``. The agreements with adjacent windows add up to one. The formula is the probability that a
source reports this window, if its knowledge of the time has a logistic error.

With ``x = (t - a) / s`` and ``y = (t - b) / s`` the agreement equals the product
``S(x) S(-y) (1 - 9 ** (y - x))``. The logarithm is computed from this product, so that far from
the window it decreases linearly instead of becoming minus infinity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from routesim.arrays import Array


LOG_NINE = float(np.log(9.0))
"""Factor of ``x`` with which the standard logistic function becomes ``S``."""
IMPOSSIBLE = -1000.0
"""Stands for the logarithm of no agreement; finite, so that it can be tempered."""
NO_MATTER = 40.0
"""Value of x above which ``1 + exp(-x)`` is 1. It limits x, since exp is slow beyond."""
STEEPNESS_PER_S = 1.0 / 3600.0
"""Decrease of the logarithm of the agreement per second beyond a sharp end."""


def find_agreement(
    value: Array,
    ends: tuple[float, float],
    soft: tuple[float, float],
    *,
    inside: bool = False,
) -> Array:
    """Return the logarithm of the agreement of values with a range, (draws,), at most 0.

    A draw without a value, NaN, does not agree. An open end is infinite. ``soft`` has the
    softness of each end in the unit of the values, 0 for a sharp end. With ``inside``, values
    outside the ends do not agree.

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
    """Return the logarithm of ``1 - 9 ** (y - x)`` if both ends are equally soft, else 0."""
    if np.isfinite(ends[1] - ends[0]) and soft[0] == soft[1] > 0.0:
        return float(np.log1p(-np.exp(-LOG_NINE * (ends[1] - ends[0]) / soft[0])))
    return 0.0


def measure_sides(room: Array, soft: Array, *, inside: bool = False) -> Array:
    """Return the logarithms of the agreements with single ends, (ends, draws), at most 0.

    ``room`` is the distance of each value inside its end, (ends, draws), negative beyond it.
    NaN does not agree, infinity does. ``soft`` is (ends,). See :func:`find_agreement` for
    ``soft`` and ``inside``.
    """
    sharp = soft <= 0.0
    scaled = room * (LOG_NINE / np.where(sharp, 1.0, soft))[:, None]
    # For arguments between 1 and 2 log is exact enough, and several times faster than log1p.
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
