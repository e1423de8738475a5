"""Scoring rules: how good a prediction was, given what was reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.units import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from routesim.arrays import Array


LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Of the points of a predicted time: the ends of its 90 % and 50 % intervals, its median."""
POINTS = ("p05", "p25", "p50", "p75", "p95")
"""Their names."""
POINT_ERRORS = tuple(f"{point}_mcse_s" for point in POINTS)
"""The names of their Monte Carlo errors."""
ALPHA = 0.1
"""What a 90 % interval leaves out."""


def find_interval_score(low: float, high: float, stated: float, alpha: float = ALPHA) -> float:
    """Return the interval score: its width, and 2 / alpha times by how far it misses.

    Examples
    --------
    >>> find_interval_score(2.0, 5.0, 6.0)
    23.0
    """
    miss = max(low - stated, 0.0) + max(stated - high, 0.0)
    return (high - low) + 2.0 / alpha * miss


def find_crps(values: Array, stated: float) -> float:
    """Return the continuous ranked probability score of draws, in their unit.

    ``E|X - y| - E|X - X'| / 2`` over all pairs of draws.

    Examples
    --------
    >>> find_crps(np.array([0.0, 2.0]), 1.0)
    0.5
    """
    ordered = np.sort(values)
    count = ordered.size
    # The sum over pairs i < j of x_j - x_i, each x_i being above i others and below the rest.
    spread = float(((2 * np.arange(count) - count + 1) * ordered).sum()) / count**2
    return float(np.abs(ordered - stated).mean()) - spread


def find_crps_h(times_s: Array, stated_s: float) -> float:
    """Return the continuous ranked probability score of drawn times in hours."""
    # Counted from the time stated, so that no digit is lost in POSIX seconds.
    return find_crps(times_s - stated_s, 0.0) / SECONDS_PER_HOUR


def find_log_probability(mean: float, error: float) -> dict[str, float]:
    """Return the logarithm of a probability, and its error from the Monte Carlo standard error.

    log_probability and log_probability_mcse; the latter to first order, ``error / mean``.
    """
    return {"log_probability": float(np.log(mean)), "log_probability_mcse": error / mean}


def score_points(points_s: Array, stated_s: float) -> dict[str, Any]:
    """Score the points of a predicted time, at :data:`LEVELS`, by the time stated.

    Returns covered_50, covered_90 and interval_score_h.
    """
    p05, p25, _, p75, p95 = (float(point) for point in points_s)
    return {
        "covered_50": p25 <= stated_s <= p75,
        "covered_90": p05 <= stated_s <= p95,
        "interval_score_h": find_interval_score(p05, p95, stated_s) / SECONDS_PER_HOUR,
    }
