"""Monte Carlo standard errors from groups of lineages."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routesim.sampler.mcse import LineageGroups, group_lineages


def test_the_error_of_a_mean_follows_from_the_groups():
    # Two groups of two draws with means 1 and 3. The mean is 2, and the error is
    # sqrt(2/1 * (0.25 * 1 + 0.25 * 1)) = 1.
    groups = LineageGroups(np.array([0, 0, 1, 1]))
    values = np.array([0.0, 2.0, 2.0, 4.0])
    error = groups.find_error(values, lambda part: part.mean(keepdims=True))
    assert error == pytest.approx([1.0])
    # The variance is 2, and the squared error is 1.
    assert groups.count_effective(values) == pytest.approx(2.0)


def test_constant_values_have_no_error():
    # Regression: sums of 0.1 over groups of 3, 5 and 7 draws differ in the last digit, which
    # gave an error of 1e-17.
    groups = LineageGroups(np.repeat([0, 1, 2], [3, 5, 7]))
    error = groups.find_error(np.full(15, 0.1), lambda part: part.mean(keepdims=True))
    assert error.tolist() == [0.0]


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=80),
    st.integers(1, 20),
)
def test_lineages_stay_together_in_groups_of_even_size(lineage, count):
    lineage = np.array(lineage)
    group = group_lineages(lineage, count)
    kinds, sizes = np.unique(lineage, return_counts=True)
    assert len(set(zip(lineage.tolist(), group.tolist(), strict=True))) == kinds.size
    assert group.min() >= 0
    assert group.max() < count
    # Each lineage goes to the smallest group, so sizes differ by at most the largest lineage.
    filled = np.bincount(group, minlength=count)
    assert filled.max() - filled.min() <= sizes.max()
