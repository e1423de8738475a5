"""Univariate distributions fitted to particles."""

import numpy as np
import pytest

from routesim.journey import make_stream
from routesim.sampler.marginal import Marginal


def test_a_marginal_is_a_distribution_that_covers_all_values():
    # Half of the values are equal, and half are spread over ten hours. Below 2.5 lie 3/11 of
    # the even mass, which covers -0.5 to 10.5, and 0.625 of the mass in bins.
    values = np.concatenate([np.full(500, 2.0), np.linspace(0.0, 10.0, 500)])
    marginal = Marginal.of(values)
    width = np.diff(marginal.edges)
    assert np.exp(marginal.log_densities) @ width == pytest.approx(1.0)
    assert marginal.edges[0] < 0.0
    assert marginal.edges[-1] > 10.0
    drawn = marginal.draw(make_stream(1, "marginal"), 20_000)
    # 0.2 * 3 / 11 + 0.8 * (0.5 + 0.125) = 0.5545, with a standard error of 0.0035.
    assert (drawn < 2.5).mean() == pytest.approx(0.5545, abs=0.015)
    beyond = marginal.logpdf(np.array([-1.0, 5.0, 11.0]))
    assert np.isfinite(beyond).tolist() == [False, True, False]
    density = np.histogram(drawn, marginal.edges)[0] / drawn.size / width
    sure = np.exp(marginal.log_densities) * width > 0.01
    assert density[sure] == pytest.approx(np.exp(marginal.log_densities[sure]), rel=0.3)


def test_a_marginal_of_equal_values_is_a_distribution():
    marginal = Marginal.of(np.full(10, 7.5))
    assert marginal.draw(make_stream(1, "equal"), 3) == pytest.approx(7.5)
    assert np.isfinite(marginal.logpdf(np.array([7.5])))
