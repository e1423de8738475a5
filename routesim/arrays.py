"""Tables of draws in columns, and sums over segments of rows.

A table has a row for each draw, but each column lies in one piece of memory (Fortran order):
what is computed for all draws goes by column. Where a row has a few numbers only, sums over
rows are some ten times faster than in the order that numpy has by default.
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
    """Segments of consecutive rows, each reduced to one row.

    The sizes say how many rows each segment has, at least one. ``numpy.ufunc.reduceat`` does
    the same, slower where most segments are of one row.

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
        self.size = int(each[0]) if each.size and (each == each[0]).all() else 0
        self.further = [
            (np.flatnonzero(each > depth), starts[each > depth] + depth)
            for depth in range(1, int(each.max(initial=0)))
        ]

    def reduce(self, function: np.ufunc, values: Array) -> Array:
        """Reduce rows, (rows, ...), to one for each segment, (segments, ...).

        Where all segments are of one row, they are returned as they are.
        """
        if self.size:
            cut = values.reshape(values.shape[0] // self.size, self.size, *values.shape[1:])
            return cut[:, 0] if self.size == 1 else np.asarray(function.reduce(cut, axis=1))
        found = values[self.starts]
        for segments, rows in self.further:
            found[segments] = function(found[segments], values[rows])
        return np.asarray(found)


def stack_columns(columns: Iterable[Array]) -> Array:
    """Put columns and tables side by side, in Fortran order.

    From (draws,) or (draws, some) to (draws, all of them), as :func:`numpy.column_stack` does.

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
    # By default numpy would follow the order of what is put together.
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
