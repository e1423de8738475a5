"""Fixtures: random systems and independent solvers, shared with the verification tools."""

import pytest

from tests.support import random_systems
from tools.verify import conflicts


@pytest.fixture(scope="session")
def systems():
    """Return the module of random systems, with a solver of its own."""
    return random_systems


@pytest.fixture(scope="session")
def verify():
    """Return the module of comparisons with every subset, with MARCO and with z3."""
    return conflicts
