"""Monte Carlo standard errors, from groups of lineages.

Draws come in groups of lineages that are independent of each other. How much the groups
differ shows how far their mean may be off; the draws of one group need not be independent.
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
"""Of a statistic: an error up to it is one of rounding."""


@dataclass(frozen=True, eq=False)
class LineageGroups:
    """Groups of lineages: the group to which each draw belongs, (draws,)."""

    lineage_group: Indices

    def split(self, values: Array) -> list[Array]:
        """Return the values of each group that has draws, without those that are NaN."""
        order, cuts = self._order
        return [part[~np.isnan(part)] for part in np.split(values[order], cuts)]

    @cached_property
    def _order(self) -> tuple[Indices, Indices]:
        """The draws by group, and where one group ends and the next begins."""
        order = np.argsort(self.lineage_group, kind="stable")
        return order, np.flatnonzero(np.diff(self.lineage_group[order])) + 1

    def find_error(self, values: Array, statistic: Callable[[Array], Array]) -> Array:
        """Return the Monte Carlo standard error of a statistic of draws, (numbers,).

        The statistic makes (numbers,) of the draws of a group; values, (draws,), that are NaN
        do not count. With fewer than two groups the error is NaN.

        With ``n_m`` of the ``n`` draws in group ``m``, and ``s_m`` the statistic there, the
        error is the root of ``M / (M - 1) sum (n_m / n)² (s_m - s)²``, ``s`` being their
        weighted mean. Where nothing varies, what rounding leaves of it is set to 0.
        """
        parts = [part for part in self.split(values) if part.size]
        if len(parts) < 2:  # noqa: PLR2004 (one group alone shows no error)
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
        """Return the effective sample size: how many independent draws have such an error.

        It is that of the mean, and at most the number of draws.
        """
        there = values[~np.isnan(values)]
        if there.size == 0 or np.ptp(there) == 0.0:
            return float(there.size)
        error = self.find_mean_error(values)
        if not error > 0.0:
            return float(there.size)
        return float(min(there.var() / error**2, there.size))


def group_lineages(lineage: Indices, count: int) -> Indices:
    """Put lineages together to at most so many groups, of sizes as even as possible.

    From the lineage of each draw to its group, (draws,). The largest lineage goes first, each
    to the group that is then the smallest.

    Examples
    --------
    >>> import numpy as np
    >>> group_lineages(np.array([7, 7, 7, 2, 4, 4]), 2).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    _, number, sizes = np.unique(lineage, return_inverse=True, return_counts=True)
    order = np.argsort(-sizes, kind="stable")
    group = np.empty(sizes.size, dtype=np.intp)
    filled = [(0, one) for one in range(count)]
    for one in order:
        size, smallest = heappop(filled)
        group[one] = smallest
        heappush(filled, (size + int(sizes[one]), smallest))
    return np.asarray(group[number])
