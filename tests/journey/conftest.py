"""A tiny journey on the bundled corridor, and an ensemble of each bundled route."""

from functools import cache

import pytest

from routesim.errors import DataError
from routesim.journey import load_journey, simulate
from routesim.network import load_network

NET = load_network()
JOURNEYS = {name: load_journey(name, NET) for name in ("2019-04", "2023-09")}
CASES = [(name, route) for name, journey in JOURNEYS.items() for route in journey.routes]

# Khasan - Vladivostok by Baranovsky with everything fixed: 238 km of the branch at
# 60 km/h, ten minutes at Baranovsky, 89.4 km of the Trans-Siberian at 72 km/h.
TINY = """\
format = 1
id = "tiny"
title = "Everything fixed"
default_route = "short"
train = "special"
zones = ["Asia/Vladivostok"]

[[routes]]
id = "short"
title = "Short"
from = "Khasan"
to = "Vladivostok"
prior = 1.0
reason = "a test"

[[plan.departure]]
from = 2024-05-01T08:00:00+10:00
to = 2024-05-01T08:00:00+10:00
reason = "a test"

[[plan.stops]]
station = "Baranovsky"
dwell_min = { dist = "fixed", value = 10 }
reason = "a test"

[[plan.speeds]]
line = "Khasan branch"
running_kmh = { dist = "fixed", value = 60 }
reason = "a test"

[[plan.speeds]]
line = "Trans-Siberian"
running_kmh = { dist = "fixed", value = 72 }
reason = "a test"
"""


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
    """Of every route of both journeys: 400 draws with seed 11."""
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

    def write_and_load(text):
        path = tmp_path / "j.toml"
        path.write_text(text, "utf-8")
        return load_journey(path, net)

    return write_and_load


@pytest.fixture
def refuse(load, tmp_path):
    """Load a journey file that is at fault; return its faults as texts."""

    def load_and_refuse(text):
        with pytest.raises(DataError) as caught:
            load(text)
        assert [path.name for path in tmp_path.iterdir()] == ["j.toml"]
        return [str(fault) for fault in caught.value.faults]

    return load_and_refuse
