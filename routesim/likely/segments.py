"""Runs of rows, each reduced to one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Runs"]

Array = NDArray[np.float64]


class Runs:
    """Runs of rows that are reduced to one each.

    ``numpy.ufunc.reduceat`` does the same, slower where most runs are of one row.

    Parameters
    ----------
    sizes
        How many rows each run has, at least one.

    Examples
    --------
    >>> import numpy as np
    >>> Runs([1, 2]).reduce(np.add, np.array([[1.0], [2.0], [3.0]]))
    array([[1.],
           [5.]])
    """

    def __init__(self, sizes: Iterable[int]) -> None:
        each = np.array(list(sizes), dtype=np.intp)
        starts = np.cumsum(each) - each
        self.starts = starts
        self.size = int(each[0]) if each.size and (each == each[0]).all() else 0
        self.further = [
            (np.flatnonzero(each > depth), starts[each > depth] + depth)
            for depth in range(1, int(each.max(initial=0)))
        ]

    def reduce(self, function: np.ufunc, values: Array) -> Array:
        """Reduce rows, (rows, ...), to (runs, ...); where all are of one, as they are."""
        if self.size:
            cut = values.reshape(values.shape[0] // self.size, self.size, *values.shape[1:])
            return cut[:, 0] if self.size == 1 else np.asarray(function.reduce(cut, axis=1))
        found = values[self.starts]
        for runs, rows in self.further:
            found[runs] = function(found[runs], values[rows])
        return np.asarray(found)
