"""Quantiles of more times than are kept in memory: a histogram of even bins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from routesim.arrays import Array

    CountBins = Callable[[Array, Array, Array, NDArray[np.int64]], None]


BINS = 1 << 14
# How far beyond the pilot's range the bins go, as a share of it.
MARGIN = 0.25


class Histogram:
    """Counts of rows of times in even bins, each row with its own range.

    What lies outside the bins is counted in the first or last, so that no quantile is lost:
    `misses` returns whether one lies there, and `widen` returns bins over all values seen.
    The pilot, (rows, some), is a sample that shows about where the times lie; a part is
    counted by `count_bins`, or the same compiled.
    """

    def __init__(self, pilot: Array, count: CountBins) -> None:
        lows, highs = pilot.min(axis=1), pilot.max(axis=1)
        margin = MARGIN * (highs - lows)
        self._count = count
        self._set_range(lows - margin, highs + margin)

    def _set_range(self, lows: Array, highs: Array) -> None:
        # A point that every draw reaches at one time has a range too.
        self._lows = lows
        self._widths = np.maximum(highs - lows, 1e-9) / BINS
        self._counts = np.zeros((lows.size, BINS), dtype=np.int64)
        self._least, self._most = np.full(lows.size, np.inf), np.full(lows.size, -np.inf)

    @property
    def resolution_s(self) -> float:
        """The width of the widest bin, in seconds."""
        return float(self._widths.max())

    def add(self, values: Array) -> None:
        """Count a part of the values, (rows, some)."""
        np.minimum(self._least, values.min(axis=1), out=self._least)
        np.maximum(self._most, values.max(axis=1), out=self._most)
        self._count(values, self._lows, 1.0 / self._widths, self._counts)

    def misses(self, levels: Array) -> bool:
        """Return whether a quantile lies in a first or last bin that has values beyond it."""
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
        """Return quantiles, (levels, rows): linear between the ranks, even within a bin."""
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
    """Add to the counts of each row; what is outside goes to the first or last bin."""
    for row in range(values.shape[0]):
        index = (values[row] - lows[row]) * scales[row]
        bins = np.clip(index, 0, counts.shape[1] - 1).astype(np.intp)
        counts[row] += np.bincount(bins, minlength=counts.shape[1])
