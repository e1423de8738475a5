"""Random systems, and their independent judges, from the tools that verify at length."""

import pytest

from tests.support import random_systems
from tools.verify import conflicts


@pytest.fixture(scope="session")
def systems():
    """Random systems and a judge of its own."""
    return random_systems


@pytest.fixture(scope="session")
def verify():
    """Comparisons with every subset, with MARCO and with z3."""
    return conflicts
