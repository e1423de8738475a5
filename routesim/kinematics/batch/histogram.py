"""Quantiles of more times than fit in memory, from a histogram with equal bins.

``numpy.quantile`` needs all times at once. A histogram also works within the loops for numba.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from routesim.arrays import Array

    CountBins = Callable[[Array, Array, Array, NDArray[np.int64]], None]


BINS = 1 << 14
# Margin of the bins beyond the range of the pilot sample, as a share of that range.
MARGIN = 0.25


class Histogram:
    """Counts of times in equal bins, with one range of bins per row.

    `pilot`, (rows, some draws), is a sample of the times, which determines the range of the
    bins. `count` is `count_bins` or its compiled copy. Values outside the bins are counted in
    the first or last bin. `misses` returns whether this affects a quantile. `widen` returns a
    histogram with bins over all values seen.
    """

    def __init__(self, pilot: Array, count: CountBins) -> None:
        lows, highs = pilot.min(axis=1), pilot.max(axis=1)
        margin = MARGIN * (highs - lows)
        self._count = count
        self._set_range(lows - margin, highs + margin)

    def _set_range(self, lows: Array, highs: Array) -> None:
        # The range must not be zero where all draws reach a point at the same time.
        self._lows = lows
        self._widths = np.maximum(highs - lows, 1e-9) / BINS
        self._counts = np.zeros((lows.size, BINS), dtype=np.int64)
        self._least, self._most = np.full(lows.size, np.inf), np.full(lows.size, -np.inf)

    @property
    def resolution_s(self) -> float:
        """Width of the widest bin in seconds."""
        return float(self._widths.max())

    def add(self, values: Array) -> None:
        """Count a part of the values, of shape (rows, some draws)."""
        np.minimum(self._least, values.min(axis=1), out=self._least)
        np.maximum(self._most, values.max(axis=1), out=self._most)
        self._count(values, self._lows, 1.0 / self._widths, self._counts)

    def misses(self, levels: Array) -> bool:
        """Return whether a quantile is in a first or last bin that counts values outside it."""
        highs = self._lows + BINS * self._widths
        inside = (self._least >= self._lows) & (self._most <= highs)
        total = self._counts.sum(axis=1)[:, None]
        low_lost = levels * (total - 1) < self._counts[:, :1]
        high_lost = levels * (total - 1) >= total - self._counts[:, -1:] - 1
        return bool(((low_lost | high_lost) & ~inside[:, None]).any())

    def widen(self) -> Histogram:
        """Return an empty histogram with bins over all values seen."""
        return Histogram(np.stack([self._least, self._most], axis=1), self._count)

    def quantiles(self, levels: Array) -> Array:
        """Return quantiles, (levels, rows), with values spread evenly within each bin."""
        found = np.empty((levels.size, self._lows.size))
        for row, counts in enumerate(self._counts):
            total = np.cumsum(counts)
            ranks = levels * (total[-1] - 1)
            index = np.searchsorted(total, ranks, side="right").clip(max=BINS - 1)
            share = (ranks - (total[index] - counts[index]) + 0.5) / counts[index]
            value = self._lows[row] + self._widths[row] * (index + share)
            found[:, row] = np.clip(value, self._least[row], self._most[row])
        return found


def count_bins(values: Array, lows: Array, scales: Array, counts: NDArray[np.int64]) -> None:
    """Add to the counts of each row. Values outside count in the first or last bin."""
    for row in range(values.shape[0]):
        index = (values[row] - lows[row]) * scales[row]
        bins = np.clip(index, 0, counts.shape[1] - 1).astype(np.intp)
        counts[row] += np.bincount(bins, minlength=counts.shape[1])
