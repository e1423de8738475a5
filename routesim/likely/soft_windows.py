"""Soft windows: the agreement of a value with a window or range that has soft ends.

Agreement is between 0 and 1. Each end has one number, its softness, see
:mod:`routesim.evidence.softness`. The agreement of a time ``t`` with a window from ``a`` to
``b``, both with a softness of ``s`` seconds, is

    agreement(t) = F((t - a) / s) - F((t - b) / s)

It is the probability that a source reports this window, if ``F`` is the distribution of the
error of its knowledge of the time, in units of ``s``. The agreements with adjacent windows
therefore add up to one. The error is normal, and the softness is two standard deviations:
agreement is one half at an end and 2.3 % at ``s`` beyond the end, if the window is much wider
than ``s``.

A report is either right or wrong, and a wrong one states any value in a wide span. Errors that
are larger than the words of a report allow belong to the second case, so the tail of the error
of a right report has to be thin. A wrong clock is one of the 2,880 minutes of two days. A
report with a reliability of 0.95 that misses by three softnesses, six standard deviations, is
right with less than 0.1 %, whatever its unit. With a logistic error that has one tenth beyond
the softness, a clock with a softness of a minute would still be right with 98 %.

``F`` is an approximation of the normal distribution by elementary functions, which differs from
it by less than 0.0002 (Page 1977):

    F(x) = 1 / (1 + exp(-g(x))),   g(x) = 2 sqrt(2 / pi) z (1 + 0.044715 z ** 2),   z = 2 x

``F`` is itself a distribution, so the agreements still add up to one. Beyond five standard
deviations ``z ** 2`` is replaced by 25, so that the logarithm of the agreement decreases
linearly with the distance. The sampler raises agreements to small powers to find its way from
draws that are far from the windows, and needs more stages if they decrease faster.

With ``u = g((t - a) / s)`` and ``v = g((t - b) / s)`` the agreement equals the product
``S(u) S(-v) (1 - exp(v - u))``, where ``S`` is the logistic function. The logarithm is computed
from this product, so that far from the window it does not become minus infinity. The last
factor is 1 to double precision if the window is wider than about six softnesses.

References
----------
E. Page (1977), Approximations to the cumulative normal function and its inverse for use on a
pocket calculator, Applied Statistics 26, 75-76.
"""

from __future__ import annotations

from math import pi, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from routesim.arrays import Array


DEVIATIONS = 2.0
"""Softness in standard deviations of the error."""
SLOPE = 2.0 * sqrt(2.0 / pi) * DEVIATIONS
"""Slope of ``g`` at an end, per softness."""
CUBIC = 0.044715 * DEVIATIONS**2
"""Factor of the square of the distance in softnesses."""
LARGEST_SQUARE = (5.0 / DEVIATIONS) ** 2
"""Square of the distance in softnesses beyond which ``g`` is proportional to the distance."""
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
    array([0.023, 0.5  , 1.   , 0.023])
    """
    closed = [n for n in (0, 1) if np.isfinite(ends[n])]
    room = np.array([(1.0 - 2.0 * n) * (value - ends[n]) for n in closed])
    room = room.reshape(len(closed), value.size)
    widths = np.array([soft[n] for n in closed])
    exponents = find_exponents(room, widths)
    found = np.zeros(value.shape)
    if is_narrow(ends, soft):
        found += measure_widths(exponents[0] + exponents[1])
    found += measure_sides(room, widths, exponents, inside=inside).sum(axis=0)
    return np.where(np.isnan(value), IMPOSSIBLE, found)


def is_narrow(ends: tuple[float, float], soft: tuple[float, float]) -> bool:
    """Return whether the agreement with a window depends on its width, beside its two ends.

    The ends must be equally soft. Otherwise the agreement is taken as the product of those with
    the two ends.
    """
    width = ends[1] - ends[0]
    if not np.isfinite(width) or soft[0] != soft[1] or soft[0] <= 0.0:
        return False
    # The sum of the exponents of the two ends is smallest in the middle of the window.
    middle = find_exponents(np.array([[0.5 * width]]), np.array([soft[0]]))
    return bool(2.0 * middle[0, 0] < NO_MATTER)


def find_exponents(room: Array, soft: Array) -> Array:
    """Return ``g`` of the distances from single ends, (ends, draws), see the module.

    It is the logarithm of the odds that the value is on the right side of the end. ``room`` is
    the distance of each value inside its end, (ends, draws), negative beyond it. ``soft`` is
    (ends,). The results for sharp ends have no meaning.
    """
    scaled = room * np.reciprocal(np.where(soft <= 0.0, 1.0, soft))[:, None]
    factor = np.square(scaled)
    np.minimum(factor, LARGEST_SQUARE, out=factor)
    factor *= SLOPE * CUBIC
    factor += SLOPE
    scaled *= factor
    return scaled


def measure_widths(exponents: Array) -> Array:
    """Return the logarithms of the last factor of the agreements with windows, at most 0.

    ``exponents`` are the sums of the exponents of the two ends. A draw without a value, NaN,
    gets 0, as its sides do not agree.
    """
    found = np.negative(np.minimum(exponents, NO_MATTER))
    np.expm1(found, out=found)
    np.log(np.negative(found, out=found), out=found)
    found[np.isnan(found)] = 0.0
    return found


def measure_sides(room: Array, soft: Array, exponents: Array, *, inside: bool = False) -> Array:
    """Return the logarithms of the agreements with single ends, (ends, draws), at most 0.

    ``room`` and ``soft`` are those of :func:`find_exponents`, which made the ``exponents``.
    These are overwritten. NaN does not agree, infinity does. See :func:`find_agreement` for
    ``inside``.
    """
    sharp = soft <= 0.0
    # For arguments between 1 and 2 log is exact enough, and several times faster than log1p.
    rest = np.minimum(np.abs(exponents), NO_MATTER)
    np.exp(np.negative(rest, out=rest), out=rest)
    rest += 1.0
    found = np.minimum(exponents, 0.0, out=exponents)
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
