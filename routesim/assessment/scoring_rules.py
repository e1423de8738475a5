"""Scoring rules: how well a prediction agrees with the stated value.

The package scoringrules has the same functions, but importing it takes two seconds. The tests
compare with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.units import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from routesim.arrays import Array


LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Levels of a predicted time: ends of its 90 % and 50 % intervals, and its median."""
POINTS = ("p05", "p25", "p50", "p75", "p95")
"""Names of the levels."""
POINT_ERRORS = tuple(f"{point}_mcse_s" for point in POINTS)
"""Names of the Monte Carlo standard errors of the quantiles at the levels."""
ALPHA = 0.1
"""Probability outside a 90 % interval."""


def find_interval_score(low: float, high: float, stated: float, alpha: float = ALPHA) -> float:
    """Return the interval score: the width plus ``2 / alpha`` times the miss.

    See T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and
    estimation", Journal of the American Statistical Association 102 (2007), section 6.2.

    Examples
    --------
    >>> find_interval_score(2.0, 5.0, 6.0)
    23.0
    """
    miss = max(low - stated, 0.0) + max(stated - high, 0.0)
    return (high - low) + 2.0 / alpha * miss


def find_crps(values: Array, stated: float) -> float:
    """Return the continuous ranked probability score of draws, in their unit.

    It is ``E|X - y| - E|X - X'| / 2`` over all pairs of draws.

    Examples
    --------
    >>> find_crps(np.array([0.0, 2.0]), 1.0)
    0.5
    """
    ordered = np.sort(values)
    count = ordered.size
    # Sum of x_j - x_i over pairs i < j: each x_i is above i values and below the rest.
    spread = float(((2 * np.arange(count) - count + 1) * ordered).sum()) / count**2
    return float(np.abs(ordered - stated).mean()) - spread


def find_crps_h(times_s: Array, stated_s: float) -> float:
    """Return the continuous ranked probability score of drawn times, in hours."""
    # Times relative to the stated time keep more digits than POSIX seconds.
    return find_crps(times_s - stated_s, 0.0) / SECONDS_PER_HOUR


def find_log_probability(mean: float, error: float) -> dict[str, float]:
    """Return ``log_probability`` and ``log_probability_mcse`` of an estimated probability.

    ``error`` is the Monte Carlo standard error of ``mean``. The error of the logarithm is
    ``error / mean``, to first order.
    """
    return {"log_probability": float(np.log(mean)), "log_probability_mcse": error / mean}


def score_points(points_s: Array, stated_s: float) -> dict[str, Any]:
    """Score the quantiles of a predicted time, at :data:`LEVELS`, against the stated time.

    Returns ``covered_50``, ``covered_90`` and ``interval_score_h``.
    """
    p05, p25, _, p75, p95 = (float(point) for point in points_s)
    return {
        "covered_50": p25 <= stated_s <= p75,
        "covered_90": p05 <= stated_s <= p95,
        "interval_score_h": find_interval_score(p05, p95, stated_s) / SECONDS_PER_HOUR,
    }
