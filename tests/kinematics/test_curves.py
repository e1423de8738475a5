from __future__ import annotations

import numpy as np
import pytest

from routesim.errors import ArgumentError, UnknownNameError
from routesim.kinematics import Davis, Train, load_train
from routesim.kinematics.curves import trace_acceleration, trace_braking
from routesim.kinematics.route_run import run_route
from routesim.network import load_network


def test_constant_rates_follow_the_school_formulas():
    # v = a t, x = v² / 2a; v = b t, x = v² / 2b. The startup delay is left out.
    train = Train(
        max_speed_mps=30, acceleration_mps2=0.25, braking_mps2=0.5, startup_delay_s=99
    )
    up, down = trace_acceleration(train, [10.0, 30.0]), trace_braking(train, [10.0, 30.0])
    assert up.time_s == pytest.approx([40.0, 120.0], rel=1e-8)
    assert up.distance_m == pytest.approx([200.0, 1800.0], rel=1e-8)
    assert list(down.time_s) == [20.0, 60.0]
    assert list(down.distance_m) == [100.0, 900.0]


def test_a_speed_that_the_forces_do_not_reach_is_nan():
    # 1000 N against 10 v: 100 m/s at most; against 10 + 2.5 v²: v² = 396, 19.9 m/s.
    train = Train(
        mass_kg=1000,
        max_speed_mps=30,
        acceleration_mps2=None,
        traction=[(0, 1000), (100, 1000)],
        resistance=Davis(10, 0, 2.5),
    )
    curve = trace_acceleration(train, [19.0, 20.0])
    assert np.isfinite(curve.time_s[0])
    assert np.isnan(curve.time_s[1])
    assert np.isnan(curve.distance_m[1])


def test_with_forces_and_no_resistance_energy_gives_the_distance():
    # F x = m (1 + rho) v² / 2: 1000 x = 1000 * 1.1 * 100 / 2, x = 55 m; t = 2 x / v = 11 s.
    train = Train(
        mass_kg=1000,
        rotating_mass_factor=1.1,
        acceleration_mps2=None,
        traction=[(0, 1000), (40, 1000)],
    )
    curve = trace_acceleration(train, [10.0])
    assert curve.distance_m == pytest.approx([55.0], rel=1e-8)
    assert curve.time_s == pytest.approx([11.0], rel=1e-8)


@pytest.fixture(scope="module")
def network():
    return load_network()


def test_a_route_is_run_at_one_speed(network):
    route = network.route("Khasan", "Ussuriysk")
    train = Train(acceleration_mps2=0.5, braking_mps2=0.5, max_speed_mps=40)
    found = run_route(train, route, speed_kmh=72, stops=[("Ryazanovka", 600)])
    # 20 m/s: each start and each stop cost 20 / (2 * 0.5) = 20 s more; two of each.
    expected_s = route.length_km * 1000 / 20 + 4 * 20 + 600
    assert found.run.duration_s == pytest.approx(expected_s, abs=1e-6)
    assert found.standing_s == pytest.approx(600.0, abs=1e-6)
    assert found.running_s == pytest.approx(expected_s - 600, abs=1e-6)
    (halt,) = found.halts
    assert halt.depart_s - halt.arrive_s == pytest.approx(600.0)
    assert found.arrive_s[0] == 0.0
    assert found.arrive_s[halt.index] == pytest.approx(halt.arrive_s)
    assert found.arrive_s[-1] == pytest.approx(expected_s)


def test_without_a_speed_the_caps_of_the_lines_hold(network):
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
    told = run_route(load_train("passenger"), route, stops=[("Baranovsky", 900)])
    assert [told_halt.dwell_s for told_halt in told.halts] == [900.0]
    assert told.run.duration_s == pytest.approx(found.run.duration_s + 900.0)


def test_faults_of_a_route_run(network):
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
