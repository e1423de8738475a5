"""Settings of hypothesis, `ci` reproducible, `dev` searching on; and what runs first."""

import importlib
import os
from pathlib import Path

import pytest
from hypothesis import settings

TOOLS = Path(__file__).resolve().parents[1] / "tools"

settings.register_profile("ci", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("dev", deadline=None, max_examples=200)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_modifyitems(items):
    """Begin with the notebooks, which take minutes, so that no worker is left with them."""
    items.sort(key=lambda item: item.get_closest_marker("notebook") is None)


@pytest.fixture(scope="session")
def load_tool():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TOOLS))
        yield importlib.import_module


@pytest.fixture(scope="session")
def systems(load_tool):
    """Random systems and a judge of its own."""
    return load_tool("conflict_systems")


@pytest.fixture(scope="session")
def verify(load_tool):
    """Comparisons with every subset, with MARCO and with z3."""
    return load_tool("verify_conflicts")
