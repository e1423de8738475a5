"""Fixtures: the bundled journeys, their conflicts and their bounds, computed once."""

import pytest

import routesim as rs
from tests.support.journeys import load_bundled


@pytest.fixture(scope="session")
def journeys():
    return load_bundled()


@pytest.fixture(scope="session")
def found(journeys):
    return {name: rs.conflicts(journey) for name, journey in journeys.items()}


@pytest.fixture(scope="session")
def held(journeys):
    return {name: rs.bounds(journey) for name, journey in journeys.items()}
