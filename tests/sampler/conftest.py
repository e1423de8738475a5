"""Fixtures: normal targets, whose posterior is known."""

import numpy as np
import pytest

from tests.support.targets import NormalTarget


@pytest.fixture
def narrow():
    """Three numbers, of which a prior draw fits all observations once in 20,000 times."""
    return NormalTarget(np.array([0.5, -1.0, 2.0]), 0.05)
