"""Random systems, and their independent judges, from the tools that verify at length."""

import importlib
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


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
