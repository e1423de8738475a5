"""Settings of hypothesis, `ci` reproducible, `dev` searching on; and what runs first."""

import importlib
import os

import pytest
from hypothesis import settings

settings.register_profile("ci", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("dev", deadline=None, max_examples=200)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_modifyitems(items):
    """Begin with the notebooks, which take minutes, so that no worker is left with them."""
    items.sort(key=lambda item: item.get_closest_marker("notebook") is None)


@pytest.fixture(scope="session")
def load_tool():
    names = {
        "random_systems": "tests.support.random_systems",
        "verify_conflicts": "tools.verify.conflicts",
        "benchmark_conditioning": "tools.benchmark.conditioning",
        "verify_calibration": "tools.verify.calibration",
        "calibration": "tests.support.simulated_reports",
        "posterior_cases": "tests.support.posterior_cases",
    }
    return lambda name: importlib.import_module(names[name])


@pytest.fixture(scope="session")
def systems(load_tool):
    """Random systems and a judge of its own."""
    return load_tool("random_systems")


@pytest.fixture(scope="session")
def verify(load_tool):
    """Comparisons with every subset, with MARCO and with z3."""
    return load_tool("verify_conflicts")
