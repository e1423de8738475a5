"""The distributions of priors."""

import numpy as np
import pytest

from routesim.journey.priors import Fixed, LogNormal, Triangular, Uniform


@pytest.mark.parametrize(
    ("prior", "share", "value"),
    [
        (Fixed(value=7.0), 0.3, 7.0),
        (Uniform(low=10.0, high=20.0), 0.25, 12.5),
        # Half of the area of a symmetric triangle lies below its mode; an eighth below
        # the middle of its rising side.
        (Triangular(low=0.0, mode=1.0, high=2.0), 0.5, 1.0),
        (Triangular(low=0.0, mode=1.0, high=2.0), 0.125, 0.5),
        (Triangular(low=0.0, mode=1.0, high=2.0), 0.875, 1.5),
        (Triangular(low=3.0, mode=3.0, high=3.0), 0.4, 3.0),
        # Falling from 0 to 1: 1 - (1 - x)^2 = 3/4 at a half.
        (Triangular(low=0.0, mode=0.0, high=1.0), 0.75, 0.5),
        (Triangular(low=0.0, mode=1.0, high=1.0), 0.25, 0.5),
        (LogNormal(median=60.0, p95=240.0), 0.5, 60.0),
        (LogNormal(median=60.0, p95=240.0), 0.95, 240.0),
        (LogNormal(median=60.0, p95=240.0), 0.05, 15.0),
    ],
)
def test_quantiles_of_the_distributions(prior, share, value):
    found = prior.ppf(np.array([share]))
    assert found.shape == (1,)
    assert found[0] == pytest.approx(value, rel=1e-12)
