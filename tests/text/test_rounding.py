"""Rounding by the Monte Carlo error."""

from hypothesis import given
from hypothesis import strategies as st

from routesim.text.rounding import (
    STEPS_S,
    find_step,
    round_band,
    round_quantity,
    round_to,
)


def test_a_value_has_no_digit_beyond_its_error():
    assert find_step(61.0) == 120
    assert round_to(0.618, 0.004) == 0.62
    assert round_to(0.618, 0.011) == 0.62
    assert round_to(1234.5, 30.0) == 1250.0
    assert round_to(3.25, 0.0) == 3.25


def test_rounded_quantiles_do_not_cross():
    # The 5 % point, 853.8 with an error of 1.5, must not become 855 beside a median of 854.
    levels = (0.05, 0.5, 0.95)
    assert round_band([853.8, 854.0, 854.0], [1.5, 0.0, 0.0], levels) == [852.0, 854.0, 854.0]
    # The first has steps of ten minutes, so 08:59 becomes 08:50 and not 09:00.
    hour = 3600.0
    rounded = round_band([9 * hour - 60, 9 * hour, 9.5 * hour], [400, 50, 50], levels, STEPS_S)
    assert rounded == [9 * hour - 600, 9 * hour, 9.5 * hour]


@given(
    values=st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=3).map(sorted),
    errors=st.lists(st.floats(0.0, 1e5), min_size=3, max_size=3),
    steps=st.sampled_from([None, STEPS_S]),
)
def test_a_rounded_band_holds_the_band(values, errors, steps):
    low, middle, high = round_band(values, errors, (0.05, 0.5, 0.95), steps)
    assert low <= middle <= high
    # The tolerance is the resolution of a double of that size.
    assert low <= values[0] + 1e-3
    assert high >= values[2] - 1e-3


def test_a_quantity_is_rounded_to_its_unit_or_coarser():
    # Whole kilometres if the error is smaller or unknown; tens for an error of 6 km.
    km = round_quantity([12.3, 45.6, 78.9], [0.0, float("nan"), 6.0], "km")
    assert km == [12.0, 46.0, 80.0]
    assert round_quantity([49.6, 50.2, 50.4], [0.1, 0.1, 0.1], "km/h") == [49.0, 50.0, 51.0]
    # An error of 12 minutes gives steps of a quarter of an hour.
    assert round_quantity([0.6, 6.2, 59.8], [0.2, 0.4, 12.0], "min") == [0.0, 6.0, 60.0]
