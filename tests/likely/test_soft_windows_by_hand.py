"""Agreement with soft windows, computed by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from routesim.likely.soft_windows import IMPOSSIBLE, find_agreement

# Largest difference between the normal distribution and Page's approximation.
PAGE = 2e-4
HALVES = st.floats(0.01, 1e4)


def test_agreement_follows_its_definition():
    # Window 0 to 3600, softness 600: two standard deviations of 300. At 0: Phi(0) - Phi(-12).
    # At -600: Phi(-2) = 0.0228. In the middle: Phi(6) - Phi(-6). At -300: Phi(-1) = 0.1587.
    values = np.array([0.0, -600.0, 1800.0, -300.0])
    at = np.exp(find_agreement(values, (0.0, 3600.0), (600.0, 600.0)))
    assert at == pytest.approx([0.5, 0.0228, 1.0, 0.1587], abs=PAGE)
    # Page at z = 2: 2 sqrt(2 / pi) * 2 * (1 + 0.044715 * 4) = 3.7624; 1 / (1 + e ** 3.7624).
    assert at[1] == pytest.approx(0.022701, abs=1e-6)


@pytest.mark.parametrize("width", [0.1, 1.0, 3.0, 10.0])
def test_the_error_is_normal_with_two_deviations_in_the_softness(width):
    at = np.linspace(-4.0, width + 4.0, 201)
    found = np.exp(find_agreement(at, (0.0, width), (1.0, 1.0)))
    assert found == pytest.approx(
        norm.cdf(2.0 * at) - norm.cdf(2.0 * (at - width)), abs=2 * PAGE
    )


def test_windows_that_share_an_end_add_up_to_one():
    at = np.linspace(-9000.0, 9000.0, 61)
    soft = (700.0, 700.0)
    cuts = [-1e6, -3600.0, 0.0, 50.0, 5000.0, 1e6]
    parts = [np.exp(find_agreement(at, (low, high), soft)) for low, high in pairwise(cuts)]
    assert sum(parts) == pytest.approx(np.ones(at.size), abs=1e-12)


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=6), HALVES, st.floats(-1e5, 1e5))
def test_all_windows_together_have_full_agreement(cuts, soft, at):
    ends = [-np.inf, *sorted({round(cut, 1) for cut in cuts}), np.inf]
    parts = [
        np.exp(find_agreement(np.array([at]), pair, (soft, soft))[0]) for pair in pairwise(ends)
    ]
    assert sum(parts) == pytest.approx(1.0, abs=1e-9)


@given(HALVES, HALVES, st.floats(0.0, 1e6), st.floats(1e-3, 1e6))
def test_agreement_decreases_away_from_a_window_and_stays_finite(width, soft, beyond, more):
    near, far = width + beyond, width + beyond + more * soft
    values = np.array([near, far, width - near, width - far])
    found = find_agreement(values, (0.0, width), (soft, soft))
    assert np.isfinite(found).all()
    assert (found <= 0.0).all()
    assert found[1] < found[0]
    # It is symmetric: both sides are the same distance from the middle.
    assert found[2:] == pytest.approx(found[:2], rel=1e-6, abs=1e-9)


@given(HALVES, st.floats(3.0, 1e4))
def test_far_outside_its_logarithm_decreases_linearly(soft, at):
    # Beyond 2.5 softnesses: 2 sqrt(2 / pi) * 2 * (1 + 0.044715 * 25) = 6.759 per softness.
    values = -soft * np.array([at, at + 1.0, at + 2.0])
    found = find_agreement(values, (0.0, np.inf), (soft, soft))
    assert np.diff(found) == pytest.approx([-6.7594, -6.7594], rel=1e-3)


@pytest.mark.parametrize(("width", "soft"), [(1e-9, 1.0), (1e-3, 5e3)])
def test_a_narrow_window_has_the_density_times_its_width(width, soft):
    # The density at one softness from the middle: 2 / s phi(2) = 0.108 / s.
    (found,) = find_agreement(np.array([soft]), (0.0, width), (soft, soft))
    assert found == pytest.approx(np.log(width * 2.0 * norm.pdf(2.0) / soft), abs=0.02)


def test_ends_of_different_softness_count_each_for_itself():
    # Sharp at 0, and at 600 s within 60 s: Phi(-2) at one softness beyond the end.
    at = np.array([-1.0, 300.0, 660.0])
    found = find_agreement(at, (0.0, 600.0), (0.0, 60.0))
    assert found[0] < IMPOSSIBLE
    assert np.exp(found[1:]) == pytest.approx([1.0, 0.0228], abs=PAGE)


def test_nothing_outside_agrees_if_the_soft_ends_are_inside():
    at = np.array([-1.0, 1.0, 3599.0, 3601.0])
    found = find_agreement(at, (0.0, 3600.0), (60.0, 60.0), inside=True)
    assert (found < IMPOSSIBLE / 2).tolist() == [True, False, False, True]


def test_a_missing_value_does_not_agree():
    for ends in ((0.0, np.inf), (0.0, 60.0)):
        assert find_agreement(np.array([np.nan]), ends, (60.0, 60.0))[0] == IMPOSSIBLE


def test_an_unbounded_range_agrees_with_all_values():
    at = np.array([1.0, np.nan])
    found = find_agreement(at, (-np.inf, np.inf), (60.0, 60.0))
    assert found.tolist() == [0.0, IMPOSSIBLE]
