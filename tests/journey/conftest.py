"""A tiny journey on the bundled corridor, and an ensemble for each bundled route."""

from functools import cache, partial

import pytest

from routesim.errors import DataError
from routesim.journey import load_journey, simulate
from routesim.network import load_network
from tests.support.journeys import TINY, load_text

NET = load_network()
JOURNEYS = {name: load_journey(name, NET) for name in ("2019-04", "2023-09")}
CASES = [(name, route) for name, journey in JOURNEYS.items() for route in journey.routes]


@pytest.fixture(scope="session")
def net():
    return NET


@pytest.fixture(scope="session")
def journeys():
    return JOURNEYS


@cache
def draw(name, route):
    return simulate(JOURNEYS[name], draws=400, seed=11, route=route)


@pytest.fixture(scope="session", params=CASES, ids=[" ".join(case) for case in CASES])
def ensemble(request):
    """An ensemble of 400 draws with seed 11, for each route of both journeys."""
    return draw(*request.param)


@pytest.fixture(scope="session")
def journey(ensemble):
    return JOURNEYS[ensemble.journey_id]


@pytest.fixture(scope="session")
def to_vladivostok():
    return draw("2023-09", "vladivostok")


@pytest.fixture(scope="session")
def to_vostochny():
    return draw("2023-09", "vostochny")


@pytest.fixture
def tiny():
    return TINY


@pytest.fixture
def load(tmp_path, net):
    """Write a journey file and load it."""
    return partial(load_text, folder=tmp_path, name="j", network=net)


@pytest.fixture
def refuse(load, tmp_path):
    """Load a faulty journey file and return its faults as texts."""

    def load_and_refuse(text):
        with pytest.raises(DataError) as caught:
            load(text)
        assert [path.name for path in tmp_path.iterdir()] == ["j.toml"]
        return [str(fault) for fault in caught.value.faults]

    return load_and_refuse
