"""The laws of unplanned standing and of slack, with their densities and random numbers.

Both are additive: the sum over two stretches has the law of the whole stretch.

- *Compound Poisson*: the sum of a Poisson number of exponential halts. It is 0 if there is no
  halt. Otherwise the density is that of the noncentral chi-squared distribution with zero
  degrees of freedom (Siegel 1979), with a Bessel function.
- *Inverse Gaussian*: the slack of a stretch with mean ``m`` has the variance ``m * grain``.

Arrays broadcast against each other.

References
----------
Siegel (1979), The noncentral chi-squared distribution with zero degrees of freedom and testing
for uniformity, Biometrika 66, 381-386.
Ribeiro, Webber (2003), A Monte Carlo method for the normal inverse Gaussian option valuation
model using an inverse Gaussian bridge, City University London: the split of a sum.
"""

from __future__ import annotations

from math import log, pi
from typing import TYPE_CHECKING

import lazy_loader
import numpy as np

if TYPE_CHECKING:
    import scipy

    from routesim.arrays import Array, Indices
else:
    scipy = lazy_loader.load("scipy")


LOG_TWO_PI = log(2.0 * pi)
LEAST_MEAN = 1e-9
"""Smallest mean of a slack in seconds, used instead of zero."""
LEAST_EXPECTED = 1e-300
"""Smallest expected number of halts by which another is divided."""
MOST_HALTS = 100_000
"""Largest number of halts that the sum of a stretch is split into."""


def find_halts_logpdf(total: Array, expected: Array, mean: Array) -> Array:
    """Return the log density of a sum of halts; at 0, the log probability of no halt.

    ``expected`` is the expected number of halts, and ``mean`` their mean length. The density is
    minus infinity below 0, and above 0 if no halt is expected.
    """
    total, expected, mean = np.broadcast_arrays(total, expected, mean)
    found = -expected.astype(np.float64)
    some = np.flatnonzero(total.ravel() != 0.0)
    if not some.size:
        return found
    s, n, m = (one.ravel()[some] for one in (total, expected, mean))
    able = (s > 0.0) & (n > 0.0)
    s, n = np.where(able, s, 1.0), np.where(able, n, 1.0)
    y = 2.0 * np.sqrt(n * s / m)
    density = -n - s / m + 0.5 * np.log(n / (m * s)) + np.log(scipy.special.i1e(y)) + y
    flat = found.reshape(-1)
    flat[some] = np.where(able, density, -np.inf)
    return flat.reshape(found.shape)


def draw_halts(stream: np.random.Generator, expected: Array, mean: Array) -> Array:
    """Draw sums of halts, of the shape of ``expected``."""
    return _draw_sums(stream, stream.poisson(expected), mean)


def draw_some_halts(stream: np.random.Generator, expected: Array, mean: Array) -> Array:
    """Draw sums of halts, given that there is at least one.

    In time units of the Poisson process, the first halt falls at a truncated exponential time.
    """
    share = stream.random(expected.shape)
    first = -np.log1p(share * np.expm1(-expected))
    return _draw_sums(stream, 1 + stream.poisson(np.maximum(expected - first, 0.0)), mean)


def _draw_sums(stream: np.random.Generator, count: Indices, mean: Array) -> Array:
    found = np.zeros(count.shape)
    some = count > 0
    found[some] = stream.standard_gamma(count[some])
    return found * mean


def draw_halt_counts(
    stream: np.random.Generator, total: Array, expected: Array, mean: Array
) -> Indices:
    """Draw the number of halts given their sum; 0 for a sum of 0.

    The probability of ``n`` is in proportion to ``x ** n / (n! (n - 1)!)``, with ``x`` the
    expected number times the sum over the mean length.
    """
    x = expected * total / mean
    y = 2.0 * np.sqrt(x)
    count = (total > 0.0).astype(np.intp)
    open_ = np.flatnonzero(count)
    if not open_.size:
        return count
    x, y = x[open_], y[open_]
    # exp(-y) keeps the first term and the sum, x I1(y) ** ..., in range.
    rest = stream.random(open_.size) * scipy.special.i1e(y) * np.sqrt(x)
    term = x * np.exp(-y)
    n = 1
    while open_.size and n < MOST_HALTS:
        rest = rest - term
        going = rest > 0.0
        open_, x, rest, term = open_[going], x[going], rest[going], term[going]
        count[open_] += 1
        n += 1
        term = term * x / (n * (n - 1))
    return count


def split_halts(
    stream: np.random.Generator, total: Array, expected: Array, mean: Array
) -> Array:
    """Draw the sums of halts of the parts of a stretch, given their sum.

    ``total`` are sums of the whole stretch, ``expected`` the expected numbers of halts of its
    parts, with the parts as the first axis, and ``mean`` the mean length of a halt. Given the
    number of halts, each falls on a part in proportion to what is expected there. The sum is
    cut at random places.
    """
    found = np.zeros(expected.shape)
    rest = np.cumsum(expected[::-1], axis=0)[::-1]
    at = np.nonzero(total > 0.0)
    left, mean = total[at], np.broadcast_to(mean, total.shape)[at]
    count = draw_halt_counts(stream, left, rest[0][at], mean)
    for part in range(expected.shape[0]):
        here, behind = expected[part][at], rest[part][at]
        share = np.clip(here / np.maximum(behind, LEAST_EXPECTED), 0.0, 1.0)
        is_last = part == expected.shape[0] - 1
        mine = count if is_last else stream.binomial(count, share)
        # A sum of exponential halts, as a share of the sum of all.
        some, others = (mine > 0), (count > mine)
        value = np.where(some, left, 0.0)
        both = np.flatnonzero(some & others)
        value[both] *= stream.beta(mine[both], (count - mine)[both])
        found[part][at] = value
        left, count = left - value, count - mine
    return found


def find_slack_logpdf(slack: Array, mean: Array, grain: float) -> Array:
    """Return the log density of the slack of a stretch; minus infinity at 0 and below."""
    positive = slack > 0.0
    x = np.where(positive, slack, 1.0)
    found = np.log(mean) - 1.5 * np.log(x) - (x - mean) ** 2 / (2.0 * grain * x)
    return np.where(positive, found - 0.5 * (LOG_TWO_PI + log(grain)), -np.inf)


def draw_slack(stream: np.random.Generator, mean: Array, grain: float) -> Array:
    """Draw the slack of stretches with these means, of the same shape.

    The smaller root of a chi-squared variable is taken with a probability that follows from the
    mean, else the larger one (Michael, Schucany, Haas 1976, The American Statistician 30).
    Single precision is twice as fast, and errs by microseconds.
    """
    if grain == 0.0:
        return mean
    mean = np.maximum(mean, LEAST_MEAN).astype(np.float32)
    scaled = stream.standard_normal(mean.shape, dtype=np.float32)
    np.square(scaled, out=scaled)
    scaled *= np.float32(0.5 * grain)
    scaled /= mean
    large = 1 + scaled + np.sqrt(scaled * (2 + scaled))
    # The roots are mean / large and mean * large.
    chosen = stream.random(mean.shape, dtype=np.float32) * (1 + large) < large
    return np.asarray(np.where(chosen, mean / large, mean * large), dtype=np.float64)


def split_slack(
    stream: np.random.Generator, total: Array, means: tuple[Array, Array], grain: float
) -> Array:
    """Draw the slack of the first of two parts of a stretch, given their sum.

    ``means`` are the mean slacks of the two parts. The ratio of the second to the first is
    drawn as the root of a chi-squared variable [Ribeiro, Webber].
    """
    first, rest = (np.maximum(mean, LEAST_MEAN) for mean in means)
    if grain == 0.0:
        return np.asarray(total * first / (first + rest))
    ratio = rest / first
    scaled = grain * total / first**2 * stream.standard_normal(total.shape) ** 2
    # Roots of (y - ratio) ** 2 / y = scaled; their product is ratio ** 2.
    large = ratio + 0.5 * scaled + np.sqrt(scaled * (ratio + 0.25 * scaled))
    small = ratio**2 / large
    chance = ratio * (1.0 + small) / ((1.0 + ratio) * (ratio + small))
    root = np.where(stream.random(total.shape) < chance, small, large)
    return np.asarray(total / (1.0 + root))
