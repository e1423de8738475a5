"""Fixtures: the bundled network, and copies of its folder for planting faults."""

import pytest

from routesim.network import load_network
from tests.support.networks import Folder, copy_network


@pytest.fixture(scope="session")
def net():
    return load_network()


@pytest.fixture
def folder(tmp_path):
    return Folder(copy_network(tmp_path))
