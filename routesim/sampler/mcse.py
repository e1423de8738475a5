"""Monte Carlo standard errors, from groups of lineages.

Draws are divided into groups of lineages that are independent of each other. The variation
between the groups gives the error of their mean. The draws within a group need not be
independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from routesim.arrays import Array, Indices


NO_ERROR = 1e-12
"""Relative error below which an error is due to rounding and set to 0."""


@dataclass(frozen=True, eq=False)
class LineageGroups:
    """Groups of lineages; ``lineage_group`` is the group of each draw, (draws,)."""

    lineage_group: Indices

    def split(self, values: Array) -> list[Array]:
        """Return the values, (draws,), of each group that has draws, without NaN values."""
        order, cuts = self._order
        return [part[~np.isnan(part)] for part in np.split(values[order], cuts)]

    @cached_property
    def _order(self) -> tuple[Indices, Indices]:
        """Indices of the draws sorted by group, and the positions where the group changes."""
        order = np.argsort(self.lineage_group, kind="stable")
        return order, np.flatnonzero(np.diff(self.lineage_group[order])) + 1

    def find_error(self, values: Array, statistic: Callable[[Array], Array]) -> Array:
        """Return the Monte Carlo standard error of a statistic, (numbers,).

        ``values`` is (draws,). The statistic maps the values of a group, (draws,), to
        (numbers,). NaN values are ignored. With fewer than two groups the error is NaN.

        Let ``M`` be the number of groups, ``n_m`` the number of draws in group ``m`` out of
        ``n``, ``s_m`` the statistic in that group, and ``s`` the mean of the ``s_m`` with
        weights ``n_m / n``. The error is the square root of
        ``M / (M - 1) sum (n_m / n)² (s_m - s)²``. An error that is due to rounding alone is
        set to 0.
        """
        parts = [part for part in self.split(values) if part.size]
        if len(parts) < 2:  # noqa: PLR2004 (one group shows no variation)
            return np.full_like(statistic(values), np.nan)
        weight = np.array([part.size for part in parts], dtype=np.float64)
        weight /= weight.sum()
        found = np.array([statistic(part) for part in parts])
        spread = (weight[:, None] * (found - weight @ found)) ** 2
        error = np.sqrt(spread.sum(axis=0) * len(parts) / (len(parts) - 1))
        rounding = NO_ERROR * np.abs(found).max(axis=0)
        return np.asarray(np.where(error <= rounding, 0.0, error))

    def find_mean_error(self, values: Array) -> float:
        """Return the Monte Carlo standard error of a mean."""
        return float(self.find_error(values, lambda part: part.mean(keepdims=True))[0])

    def find_quantile_errors(self, values: Array, levels: Array) -> Array:
        """Return the Monte Carlo standard errors of quantiles, (levels,)."""
        return self.find_error(values, lambda part: np.quantile(part, levels))

    def count_effective(self, values: Array) -> float:
        """Return the effective sample size of the mean, at most the number of draws.

        This is the number of independent draws whose mean has the same standard error.
        """
        there = values[~np.isnan(values)]
        if there.size == 0 or np.ptp(there) == 0.0:
            return float(there.size)
        error = self.find_mean_error(values)
        if np.isnan(error):
            return 1.0  # all draws descend from one
        if error == 0.0:
            return float(there.size)
        return float(min(there.var() / error**2, there.size))


def group_lineages(lineage: Indices, count: int) -> Indices:
    """Assign lineages to at most ``count`` groups of sizes as even as possible.

    Takes the lineage of each draw, (draws,), and returns its group, (draws,). Lineages are
    assigned in the order of their numbers, each to the group that is smallest so far. The order
    must not depend on their sizes. Otherwise all groups have about as many large lineages, and
    the error of a quantity that differs between large and small lineages is underestimated.

    Examples
    --------
    >>> import numpy as np
    >>> group_lineages(np.array([7, 7, 7, 2, 4, 4]), 2).tolist()
    [0, 0, 0, 0, 1, 1]
    """
    _, number, sizes = np.unique(lineage, return_inverse=True, return_counts=True)
    group = np.empty(sizes.size, dtype=np.intp)
    filled = [(0, one) for one in range(count)]
    for one, more in enumerate(sizes.tolist()):
        size, smallest = heappop(filled)
        group[one] = smallest
        heappush(filled, (size + more, smallest))
    return np.asarray(group[number])
