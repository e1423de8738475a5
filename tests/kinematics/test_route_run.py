import pytest

from routesim.errors import ArgumentError, UnknownNameError
from routesim.kinematics import Train, load_train
from routesim.kinematics.route_run import run_route
from routesim.network import load_network


@pytest.fixture(scope="module")
def network():
    return load_network()


def test_one_speed_limits_the_whole_route(network):
    route = network.route("Khasan", "Ussuriysk")
    train = Train(acceleration_mps2=0.5, braking_mps2=0.5, max_speed_mps=40)
    found = run_route(train, route, speed_kmh=72, stops=[("Ryazanovka", 600)])
    # At 20 m/s each start and each stop costs 20 / (2 * 0.5) = 20 s. There are two of each.
    expected_s = route.length_km * 1000 / 20 + 4 * 20 + 600
    assert found.run.duration_s == pytest.approx(expected_s, abs=1e-6)
    assert found.standing_s == pytest.approx(600.0, abs=1e-6)
    assert found.running_s == pytest.approx(expected_s - 600, abs=1e-6)
    (halt,) = found.halts
    assert halt.depart_s - halt.arrive_s == pytest.approx(600.0)
    assert found.arrive_s[0] == 0.0
    assert found.arrive_s[halt.index] == pytest.approx(halt.arrive_s)
    assert found.arrive_s[-1] == pytest.approx(expected_s)


def test_without_a_speed_the_line_caps_hold(network):
    route = network.route("Khasan", "Vladivostok", via=["Ussuriysk"])
    train = Train(acceleration_mps2=0.5, braking_mps2=0.5, max_speed_mps=60)
    found = run_route(train, route)
    caps = {passage.section.cap_kmh for passage in route.passages}
    assert caps == {100.0, 140.0}
    fastest = found.run.phases["end_mps"].max()
    assert fastest == pytest.approx(140 / 3.6)


def test_the_train_stops_where_the_route_reverses(network):
    route = network.route("Khasan", "Vladivostok")
    found = run_route(load_train("passenger"), route)
    (halt,) = found.halts
    assert route.passages[halt.index].station.name == "Baranovsky"
    assert halt.reverses
    assert halt.dwell_s == 0.0
    given = run_route(load_train("passenger"), route, stops=[("Baranovsky", 900)])
    assert [halt.dwell_s for halt in given.halts] == [900.0]
    assert given.run.duration_s == pytest.approx(found.run.duration_s + 900.0)


def test_a_route_run_reports_faults(network):
    route = network.route("Khasan", "Ussuriysk")
    with pytest.raises(ArgumentError, match="speed_kmh: is 0; must be greater than zero"):
        run_route(Train(), route, speed_kmh=0)
    with pytest.raises(UnknownNameError, match="Khabarovsk"):
        run_route(Train(), route, stops=[("Khabarovsk", 60)])
    stops = [("Ryazanovka", 60), ("Ryazanovka", 60), ("Sukhanovka", -1)]
    with pytest.raises(ArgumentError) as caught:
        run_route(Train(), route, stops=stops)
    assert [str(fault) for fault in caught.value.faults] == [
        "stop at Ryazanovka: is given twice; give it once",
        "dwell at Sukhanovka: is -1; must not be negative",
    ]
