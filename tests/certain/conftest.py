"""The bundled journeys, with their conflicts and bounds found once."""

import pytest

import routesim as rs


@pytest.fixture(scope="session")
def journeys():
    return {name: rs.load_journey(name) for name in ("2019-04", "2023-09")}


@pytest.fixture(scope="session")
def found(journeys):
    return {name: rs.conflicts(journey) for name, journey in journeys.items()}


@pytest.fixture(scope="session")
def held(journeys):
    return {name: rs.bounds(journey) for name, journey in journeys.items()}
