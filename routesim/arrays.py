"""Tables of draws: a row a draw, but each column in one piece.

What is worked out for all draws goes by column. Where a row has a few numbers only, sums over
rows are some ten times faster so than with each row in one piece, as numpy lays it by default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["stack_columns", "take_rows"]


def stack_columns(columns: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Put columns and tables side by side, each column in one piece (Fortran order).

    Parameters
    ----------
    columns
        (draws,) or (draws, some).

    Returns
    -------
    ndarray
        (draws, all of them), as of :func:`numpy.column_stack`.

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
    # Left to itself, numpy would follow the order of what is put together.
    np.concatenate(rows, out=table)
    return table.T


def take_rows(table: NDArray[np.float64], rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return some rows of a table, each column in one piece (Fortran order).

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
