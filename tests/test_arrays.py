"""Reduction of segments of rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routesim.arrays import RowSegments


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6), st.integers(0, 3))
def test_reducing_segments_equals_reducing_each_one(sizes, draws):
    rows = np.arange(1.0, sum(sizes) * draws + 1).reshape(sum(sizes), draws)
    ends = np.cumsum(sizes)
    for function in (np.add, np.multiply):
        wanted = [function.reduce(rows[e - n : e]) for n, e in zip(sizes, ends, strict=True)]
        assert RowSegments(sizes).reduce(function, rows) == pytest.approx(np.array(wanted))
