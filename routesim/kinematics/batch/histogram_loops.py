"""Counting in bins, in loops that numba compiles; the same as `histogram.count_bins`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from routesim.kinematics.types import FloatArray


prange = range


def count_bins(
    values: FloatArray, lows: FloatArray, scales: FloatArray, counts: NDArray[np.int64]
) -> None:
    """Add to the counts of each row; what is outside goes to the first or last bin."""
    top = counts.shape[1] - 1.0
    for row in prange(values.shape[0]):
        low, scale = lows[row], scales[row]
        mine, held = values[row], counts[row]
        for i in range(mine.shape[0]):
            held[int(min(max((mine[i] - low) * scale, 0.0), top))] += 1
