"""Tables of draws in column order, and sums over segments of rows.

A table has one row per draw and is stored in Fortran order, with each column contiguous in
memory. Computations over all draws run along columns. In a table with few columns, the sum of
each row is about ten times faster to compute than in numpy's default order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable


Array = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]


class RowSegments:
    """Segments of consecutive rows, each of which is reduced to one row.

    ``sizes`` has the number of rows of each segment, at least one.
    ``numpy.ufunc.reduceat`` does the same, but is slower if most segments have one row.

    Examples
    --------
    >>> import numpy as np
    >>> RowSegments([1, 2]).reduce(np.add, np.array([[1.0], [2.0], [3.0]]))
    array([[1.],
           [5.]])
    """

    def __init__(self, sizes: Iterable[int]) -> None:
        each = np.array(list(sizes), dtype=np.intp)
        starts = np.cumsum(each) - each
        self.starts = starts
        # The size that all segments share, or 0 if they differ.
        self.size = int(each[0]) if each.size and (each == each[0]).all() else 0
        # For each depth from 1: the segments with more rows than this, and their next row.
        self.further = [
            (np.flatnonzero(each > depth), starts[each > depth] + depth)
            for depth in range(1, int(each.max(initial=0)))
        ]

    def reduce(self, function: np.ufunc, values: Array) -> Array:
        """Reduce rows, shape (rows, ...), to one row per segment, shape (segments, ...).

        If all segments have one row, the rows are returned unchanged.
        """
        if self.size:
            cut = values.reshape(values.shape[0] // self.size, self.size, *values.shape[1:])
            return cut[:, 0] if self.size == 1 else np.asarray(function.reduce(cut, axis=1))
        found = values[self.starts]
        for segments, rows in self.further:
            found[segments] = function(found[segments], values[rows])
        return np.asarray(found)


def stack_columns(columns: Iterable[Array]) -> Array:
    """Join columns and tables side by side, in Fortran order.

    The arrays have shape (draws,) or (draws, columns), and the result has the columns of all.
    This is :func:`numpy.column_stack` with another memory order.

    Examples
    --------
    >>> import numpy as np
    >>> table = stack_columns([np.zeros(2), np.ones((2, 2))])
    >>> table
    array([[0., 1., 1.],
           [0., 1., 1.]])
    >>> table.flags.f_contiguous
    True
    """
    rows = [np.atleast_2d(column.T) for column in columns]
    table = np.empty((sum(len(row) for row in rows), rows[0].shape[1]))
    # Without a preset output, numpy would choose the memory order of the inputs.
    np.concatenate(rows, out=table)
    return table.T


def take_rows(table: Array, rows: Indices) -> Array:
    """Return some rows of a table, in Fortran order.

    Examples
    --------
    >>> import numpy as np
    >>> found = take_rows(np.arange(6.0).reshape(3, 2), np.array([2, 0]))
    >>> found
    array([[4., 5.],
           [0., 1.]])
    >>> found.flags.f_contiguous
    True
    """
    return np.take(table.T, rows, axis=1).T
