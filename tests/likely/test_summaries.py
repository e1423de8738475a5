"""Summaries of draws: information gain, and pairs of standings with a known sum."""

import numpy as np
import pytest

from routesim.likely.summaries import Standing, find_correlated, measure_information_gain


def test_equal_draws_have_no_information_gain():
    values = np.linspace(0.0, 1.0, 1000)
    assert measure_information_gain(values, values) == 0.0


def test_draws_in_a_quarter_of_the_prior_have_a_gain_of_three_quarters():
    # The draws are in 5 of 20 equally filled bins.
    values = np.arange(1000.0)
    assert measure_information_gain(values, values[:250]) == pytest.approx(0.75, abs=0.01)


def test_a_fixed_quantity_has_no_information_gain():
    assert measure_information_gain(np.full(100, 3.0), np.full(50, 3.0)) == 0.0


def test_two_standings_with_a_known_sum_are_a_pair():
    one = np.linspace(0.0, 3600.0, 100)
    other = np.random.default_rng(1).permutation(one)
    found = find_correlated(
        [
            Standing("in all", "sum", np.full(100, 7200.0)),
            Standing("Khasan", "stop", one),
            Standing("a line", "line", 3600.0 - one),
            Standing("Ussuriysk", "stop", other),
            Standing("fixed", "stop", np.full(100, 60.0)),
        ]
    )
    assert found == (("Khasan", "a line", -1.0),)
