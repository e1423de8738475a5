from __future__ import annotations

import numpy as np
import pytest

from routesim.kinematics import Davis, Train
from routesim.kinematics.curves import trace_acceleration, trace_braking


def test_constant_rates_follow_the_textbook_formulas():
    # v = a t and x = v² / 2a; v = b t and x = v² / 2b. The startup delay is not included.
    train = Train(
        max_speed_mps=30, acceleration_mps2=0.25, braking_mps2=0.5, startup_delay_s=99
    )
    up, down = trace_acceleration(train, [10.0, 30.0]), trace_braking(train, [10.0, 30.0])
    assert up.time_s == pytest.approx([40.0, 120.0], rel=1e-8)
    assert up.distance_m == pytest.approx([200.0, 1800.0], rel=1e-8)
    assert list(down.time_s) == [20.0, 60.0]
    assert list(down.distance_m) == [100.0, 900.0]


def test_a_speed_beyond_the_forces_is_nan():
    # 1000 N balance the resistance 10 + 2.5 v² at v² = 396, so at 19.9 m/s.
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


def test_distance_follows_from_energy_without_resistance():
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
