"""Precision: how far a Monte Carlo answer may be off, and how many digits that leaves.

Draws come from islands that are independent of each other. What the islands disagree by tells
how far their average may be off; no draw of one island need be independent of the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

__all__ = ["STEPS_S", "Islands", "find_step", "round_band", "round_to"]

Array = NDArray[np.float64]

ROUNDING = 1e-9
NO_ERROR = 1e-12
"""Of a statistic: an error up to it is one of rounding."""
NEAREST, MEDIAN = 0.0, 0.5
STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
"""To which a time in seconds is rounded: the first that is not below its error."""


@dataclass(frozen=True, eq=False)
class Islands:
    """Which draw lives on which island.

    Parameters
    ----------
    island
        (draws,).
    """

    island: NDArray[np.intp]

    def split(self, values: Array) -> list[Array]:
        """Return the values of each island that has draws, those that are not NaN."""
        order, cuts = self._order
        return [part[~np.isnan(part)] for part in np.split(values[order], cuts)]

    @cached_property
    def _order(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The draws by island, and where one ends and the next begins."""
        order = np.argsort(self.island, kind="stable")
        return order, np.flatnonzero(np.diff(self.island[order])) + 1

    def find_error(self, values: Array, statistic: Callable[[Array], Array]) -> Array:
        """Return the Monte Carlo standard error of a statistic of draws.

        Parameters
        ----------
        values
            (draws,); NaN counts as not there.
        statistic
            From the draws of an island to numbers, (numbers,).

        Returns
        -------
        ndarray
            (numbers,); NaN with fewer than two islands.

        Notes
        -----
        With ``n_m`` of the ``n`` draws on island ``m``, and ``s_m`` the statistic there, the
        error is the root of ``M / (M - 1) sum (n_m / n)² (s_m - s)²``, ``s`` being their
        weighted mean. What is left of it by rounding where nothing varies is none.
        """
        parts = [part for part in self.split(values) if part.size]
        if len(parts) < 2:  # noqa: PLR2004 (one island tells nothing of its error)
            return np.full_like(statistic(values), np.nan)
        weight = np.array([part.size for part in parts], dtype=np.float64)
        weight /= weight.sum()
        found = np.array([statistic(part) for part in parts])
        spread = (weight[:, None] * (found - weight @ found)) ** 2
        error = np.sqrt(spread.sum(axis=0) * len(parts) / (len(parts) - 1))
        rounding = NO_ERROR * np.abs(found).max(axis=0)
        return np.asarray(np.where(error <= rounding, 0.0, error))

    def find_quantile_errors(self, values: Array, levels: Array) -> Array:
        """Return the Monte Carlo standard errors of quantiles, (levels,)."""
        return self.find_error(values, lambda part: np.quantile(part, levels))

    def count_effective(self, values: Array) -> float:
        """Return how many independent draws would know the mean as well; at most all."""
        there = values[~np.isnan(values)]
        if there.size == 0 or np.ptp(there) == 0.0:
            return float(there.size)
        error = float(self.find_error(values, lambda part: part.mean(keepdims=True))[0])
        if not error > 0.0:
            return float(there.size)
        return float(min(there.var() / error**2, there.size))


def find_step(error: float, steps: Sequence[float] | None = STEPS_S) -> float:
    """Return to what a number with this error may be rounded: the first step not below it.

    Parameters
    ----------
    error
        In any unit.
    steps
        Rising; those of times in seconds unless others are given, ``None`` for 1, 2 and 5
        times powers of ten.

    Returns
    -------
    float
        The first of the steps where there is no error, 0 (not at all) without steps.

    Examples
    --------
    >>> find_step(0.2), find_step(40.0), find_step(400.0), find_step(0.3, None)
    (1, 60, 600, 0.5)
    """
    known = bool(np.isfinite(error) and error > 0.0)
    if steps is None and not known:
        return 0.0
    if steps is None:
        ten = 10.0 ** float(np.floor(np.log10(error)))
        steps = (ten, 2.0 * ten, 5.0 * ten, 10.0 * ten)
    least = error * (1.0 - ROUNDING) if known else 0.0
    return next((step for step in steps if step >= least), steps[-1])


def round_to(value: float, error: float, steps: Sequence[float] | None = None) -> float:
    """Round a value so that no digit beyond its error is left.

    Parameters
    ----------
    value, error
        In any unit.
    steps
        As of :func:`find_step`.

    Examples
    --------
    >>> round_to(123.456, 0.3), round_to(0.4567, 0.02)
    (123.5, 0.46)
    """
    step = find_step(error, steps)
    return _round(value, step, NEAREST)


def round_band(
    values: ArrayLike,
    errors: ArrayLike,
    levels: ArrayLike,
    steps: Sequence[float] | None = None,
) -> list[float]:
    """Round quantiles so that no digit beyond their errors is left, and none cross.

    Those below the median are rounded down, those above it up: a band may come out wider
    than it is, never narrower.

    Parameters
    ----------
    values, errors
        (levels,), in any unit; a value that is NaN stays so.
    levels
        Of which quantiles they are, rising.
    steps
        As of :func:`find_step`.

    Examples
    --------
    >>> round_band([853.8, 854.0, 854.0], [1.5, 0.1, 0.0], (0.05, 0.5, 0.95))
    [852.0, 854.0, 854.0]
    """
    found = [
        _round(float(value), find_step(float(error), steps), float(np.sign(level - MEDIAN)))
        for value, error, level in zip(
            np.asarray(values), np.asarray(errors), np.asarray(levels), strict=True
        )
    ]
    return [float(value) for value in np.fmax.accumulate(found)]


def _round(value: float, step: float, direction: float) -> float:
    """Round to a step: down, to the nearest or up; not at all to a step of 0."""
    if not (np.isfinite(value) and step > 0.0):
        return value
    # What is on a step but for rounding error stays there.
    count = float(np.round(value / step, 9))
    if direction == NEAREST:
        return round(round(count) * step, 12)
    return round((floor(count) if direction < NEAREST else ceil(count)) * step, 12)
