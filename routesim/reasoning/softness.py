"""Soft ends: how well a value agrees with what a report says of it.

Agreement is between 0 and 1. A window with ends ``a`` and ``b``, softened by ``s`` seconds
each, has

    agreement(t) = S((t - a) / s) - S((t - b) / s),   S(x) = 1 / (1 + 9 ** -x)

so that half is left at an end, a tenth ``s`` beyond it, and windows that share an end add
up to one. It is what a source would say that means the window exactly and errs by logistic
noise. With ``x = (t - a) / s`` and ``y = (t - b) / s`` the difference is the product
``S(x) S(-y) (1 - 9 ** (y - x))``, which is how its logarithm is worked out here: far from
the window it falls off evenly instead of vanishing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["IMPOSSIBLE", "find_agreement"]

Array = NDArray[np.float64]

LOG_NINE = float(np.log(9.0))
"""S(1) is 9/10 with this scale: one softness beyond an end, a tenth is left."""
IMPOSSIBLE = -1000.0
"""The logarithm of an agreement that is none; finite, so that it can be tempered."""
STEEPNESS_PER_S = 1.0 / 3600.0
"""By how much the logarithm falls for each second beyond a sharp end."""


def find_agreement(
    value: Array,
    ends: tuple[float, float],
    soft: tuple[float, float],
    *,
    inside: bool = False,
) -> Array:
    """Return the logarithm of the agreement of values with a range.

    Parameters
    ----------
    value
        (draws,); NaN where a draw knows no such thing, which does not agree at all.
    ends
        The range; infinite where it is open.
    soft
        How soft each end is, in the unit of the values; 0 for a sharp one.
    inside
        Whether the ends are sharp for all that: what lies outside does not agree, and the
        softness lies inside.

    Returns
    -------
    ndarray
        (draws,), not above 0.

    Examples
    --------
    >>> import numpy as np
    >>> at = np.array([-60.0, 0.0, 1800.0, 3660.0])
    >>> np.exp(find_agreement(at, (0.0, 3600.0), (60.0, 60.0))).round(3)
    array([0.1, 0.5, 1. , 0.1])
    """
    low, high = ends
    above = _find_side(value - low, soft[0]) if np.isfinite(low) else 0.0
    below = _find_side(high - value, soft[1]) if np.isfinite(high) else 0.0
    found = np.asarray(above + below + np.zeros_like(value))
    if np.isfinite(low) and np.isfinite(high) and soft[0] == soft[1] > 0.0:
        found += np.log1p(-np.exp(-LOG_NINE * (high - low) / soft[0]))
    if inside:
        for room, width in ((value - low, soft[0]), (high - value, soft[1])):
            if width > 0.0:
                found += np.where(room >= 0.0, 0.0, IMPOSSIBLE)
    return np.where(np.isnan(value), IMPOSSIBLE, found)


def _find_side(room: Array, soft: float) -> Array:
    """Return the logarithm of the agreement with one end; ``room`` is that before it."""
    if soft <= 0.0:
        beyond = np.minimum(room, 0.0)
        return np.where(room >= 0.0, 0.0, IMPOSSIBLE + beyond * STEEPNESS_PER_S)
    scaled = room * (LOG_NINE / soft)
    return np.asarray(np.minimum(scaled, 0.0) - np.log1p(np.exp(-np.abs(scaled))))
