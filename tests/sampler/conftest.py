"""Journeys as targets."""

import pytest

from tests.support.targets import make_halts_target, make_origins_target


@pytest.fixture(scope="module")
def with_origins():
    """Twenty and more unknowns, an origin and halts among them."""
    return make_origins_target()


@pytest.fixture(scope="module")
def with_halts():
    """Six halts on one run, a speed and a departure, and nothing else."""
    return make_halts_target()
