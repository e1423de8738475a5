"""Each expected number is derived by hand above its assertion."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routesim.errors import ArgumentError
from routesim.kinematics import (
    Arrival,
    Davis,
    SpeedLimit,
    Stop,
    Supplements,
    Track,
    Train,
    run,
)

# Acceleration and braking at 0.5 m/s²: 20 m/s takes 40 s and 400 m.
EVEN = Train(length_m=100, max_speed_mps=20, acceleration_mps2=0.5, braking_mps2=0.5)
TRACK = Track(length_m=30_000, limits=[SpeedLimit(8000, 9000, 10)])
STOPS = (Stop(12_000, 60), Stop(30_000, 15))


def test_percent_lowers_the_cruise():
    # 2000 m take 40 + 60 + 40 = 140 s, and 147 s with 5 % more. At a cruising speed v the
    # time is 2000/v + v/0.5 = 147, so v² - 73.5 v + 1000 = 0 and
    # v = (73.5 - sqrt(73.5² - 4000)) / 2.
    found = run(EVEN, Track(length_m=2000), supplements=Supplements(percent=5))
    assert found.duration_s == pytest.approx(147.0, rel=1e-11)
    assert found.supplement_s == pytest.approx(7.0, rel=1e-9)
    cruise_mps = (73.5 - np.sqrt(73.5**2 - 4000)) / 2
    assert found.speed_at(1000.0) == pytest.approx(cruise_mps, rel=1e-10)
    # The rates of the train do not change.
    rows = found.phases
    assert list(rows["kind"]) == ["accelerate", "cruise", "brake"]
    took_s = rows["end_s"] - rows["start_s"]
    assert took_s.iloc[0] == pytest.approx(cruise_mps / 0.5)
    assert took_s.iloc[2] == pytest.approx(cruise_mps / 0.5)


def test_every_leg_takes_longer_but_standing_does_not():
    plain = run(EVEN, TRACK, stops=STOPS)
    found = run(EVEN, TRACK, stops=STOPS, supplements=Supplements(percent=8))
    first_s = plain.stop_times["arrive_s"][0]
    second_s = plain.stop_times["arrive_s"][1] - plain.stop_times["depart_s"][0]
    # 1.08 times each running time, and a dwell of 60 s.
    expected = [1.08 * first_s, 1.08 * (first_s + second_s) + 60]
    assert list(found.stop_times["arrive_s"]) == pytest.approx(expected, rel=1e-11)
    assert found.duration_s == pytest.approx(expected[1] + 15, rel=1e-11)


def test_minutes_per_distance():
    # 5 minutes per 100 km are 90 s for 30 km.
    plain = run(EVEN, TRACK, stops=STOPS)
    found = run(EVEN, TRACK, stops=STOPS, supplements=Supplements(minutes_per_100_km=5))
    assert found.duration_s - plain.duration_s == pytest.approx(90.0, rel=1e-9)
    # 8 % and 90 s together.
    both = Supplements(percent=8, minutes_per_100_km=5)
    found = run(EVEN, TRACK, stops=STOPS, supplements=both)
    running_s = plain.duration_s - 75
    assert found.duration_s == pytest.approx(1.08 * running_s + 90 + 75, rel=1e-11)


def test_a_fixed_arrival_overrides_the_percentage():
    plain = run(EVEN, TRACK, stops=STOPS)
    asked = Supplements(percent=10, arrivals=[Arrival(20_000, 1500), Arrival(12_000, 900)])
    found = run(EVEN, TRACK, stops=STOPS, supplements=asked)
    assert found.time_at([12_000, 20_000]) == pytest.approx([900.0, 1500.0], abs=1e-8)
    # After the last fixed arrival the percentage applies.
    rest_s = plain.stop_times["arrive_s"][1] - plain.time_at(20_000.0)
    arrive_s = found.stop_times["arrive_s"][1]
    assert arrive_s - 1500 == pytest.approx(1.1 * rest_s, rel=1e-9)


def test_an_arrival_that_is_too_early_is_rejected():
    # 12,000 m: 1100 m at 10 m/s, two changes between 10 and 20 m/s of 300 m (20 s) each,
    # 400 m (40 s) at both ends, and 9500 m at 20 m/s. 110 + 40 + 80 + 9500/20 = 705 s.
    asked = Supplements(arrivals=[Arrival(12_000, 700)])
    with pytest.raises(ArgumentError) as caught:
        run(EVEN, TRACK, stops=STOPS, supplements=asked)
    assert str(caught.value) == (
        "supplements.arrivals: the arrival at 12000 m after 700 s is 5 s too early for the "
        "train; make it that much later"
    )
    exact = Supplements(arrivals=[Arrival(12_000, 705)])
    found = run(EVEN, TRACK, stops=STOPS, supplements=exact)
    assert found.time_at(12_000.0) == pytest.approx(705.0)


def test_coasting_uses_the_time():
    # The resistance slows the mass by 0.05 m/s². Coasting from 20 m/s over x metres reaches
    # v² = 400 - 0.1 x in (20 - v)/0.05 s.
    train = Train(
        length_m=100,
        mass_kg=1e6,
        max_speed_mps=20,
        acceleration_mps2=0.5,
        braking_mps2=0.5,
        resistance=Davis(5e4),
    )
    track = Track(length_m=20_000)
    plain = run(train, track)
    found = run(train, track, supplements=Supplements(percent=2, coasting=True))
    assert found.duration_s == pytest.approx(1.02 * plain.duration_s, rel=1e-11)
    rows = found.phases
    assert list(rows["kind"]) == ["accelerate", "cruise", "coast", "brake"]
    coast = rows.iloc[2]
    assert coast["start_mps"] == pytest.approx(20.0)
    way_m = coast["end_m"] - coast["start_m"]
    assert coast["end_mps"] ** 2 == pytest.approx(400 - 0.1 * way_m, rel=1e-9)
    # From 20 m/s to v at 0.05 m/s².
    took_s = coast["end_s"] - coast["start_s"]
    assert took_s == pytest.approx((20 - coast["end_mps"]) / 0.05, rel=1e-9)
    # Coasting alone does not use up this supplement, so the train runs more slowly too.
    found = run(train, track, supplements=Supplements(percent=150, coasting=True))
    assert found.duration_s == pytest.approx(2.5 * plain.duration_s, rel=1e-10)
    assert found.speed_at(1000.0) < 20.0
    assert "coast" in list(found.phases["kind"])


def test_empty_supplements_change_nothing():
    plain = run(EVEN, TRACK, stops=STOPS)
    found = run(EVEN, TRACK, stops=STOPS, supplements=Supplements())
    assert found.duration_s == pytest.approx(plain.duration_s, rel=1e-12)
    assert found.supplement_s == 0.0
    x = np.linspace(0, 30_000, 200)
    np.testing.assert_allclose(found.time_at(x), plain.time_at(x), rtol=1e-11, atol=1e-9)


def test_an_entry_above_the_lowered_speed_brakes_at_once():
    # 2000 m at 20 m/s take 100 s. 10 % more need a cruising speed v. Braking takes
    # (20 - v)/0.5 s over 400 - v² m, and the rest (2000 - 400 + v²)/v s. The sum is
    # 1600/v + 40 - v = 110.
    v = (-70 + np.sqrt(70**2 + 4 * 1600)) / 2
    found = run(
        EVEN,
        Track(length_m=2000),
        entry_speed_mps=20,
        exit_speed_mps=20,
        supplements=Supplements(percent=10),
    )
    assert found.duration_s == pytest.approx(110.0, rel=1e-10)
    assert found.speed_at([0.0, 2000.0]) == pytest.approx([20.0, v], rel=1e-9)


def test_the_rear_follows_the_head():
    found = run(EVEN, Track(length_m=2000))
    # After 40 s the head is at 400 m and the rear 100 m behind. At the start the rear is
    # off the track.
    assert found.rear_position_at([0.0, 40.0]) == pytest.approx([-100.0, 300.0])
    assert found.rear_position_at(40) == pytest.approx(300.0)


@given(st.floats(0, 40), st.floats(0, 20), st.floats(2000, 30_000), st.booleans())
@settings(deadline=None, max_examples=40)
def test_the_duration_is_as_requested(percent, minutes, stop_m, coasting):
    train = Train(acceleration_mps2=0.3, braking_mps2=0.6, resistance=Davis(1e4, 200, 20))
    track = Track(length_m=40_000, limits=[SpeedLimit(5000, 9000, 12)])
    stops = [Stop(stop_m, 40)]
    plain = run(train, track, stops=stops)
    asked = Supplements(percent=percent, minutes_per_100_km=minutes, coasting=coasting)
    found = run(train, track, stops=stops, supplements=asked)
    running_s = plain.duration_s - 40
    expected_s = plain.duration_s + running_s * percent / 100 + minutes * 60 * 0.4
    assert found.duration_s == pytest.approx(expected_s, rel=1e-8)
    x = np.linspace(0, 40_000, 200)
    assert (found.speed_at(x) <= plain.speed_at(x) * (1 + 1e-6) + 1e-6).all()


def test_reports_all_faults():
    with pytest.raises(ArgumentError) as caught:
        Supplements(percent=-1, minutes_per_100_km=float("inf"), arrivals=[5], coasting=1)
    assert str(caught.value).splitlines() == [
        "4 faults:",
        "  percent: is -1; must not be negative",
        "  minutes_per_100_km: is inf; must be finite",
        "  arrivals[0]: is of type int; give a Arrival",
        "  coasting: is of type int; give a bool",
    ]
    with pytest.raises(ArgumentError, match="at 20 m does not come after 10 m; give times"):
        Supplements(arrivals=[Arrival(10, 100), Arrival(20, 90)])
    with pytest.raises(ArgumentError) as caught:
        run(
            EVEN,
            TRACK,
            supplements=Supplements(coasting=True, arrivals=[Arrival(40_000, 9000)]),
        )
    assert str(caught.value).splitlines() == [
        "2 faults:",
        "  supplements: coasting needs a resistance; give the train a Davis",
        "  supplements.arrivals[0]: at 40000 m lies beyond the end at 30000 m; drop it",
    ]
    with pytest.raises(ArgumentError, match="supplements: is of type int; give a Supplements"):
        run(EVEN, TRACK, supplements=5)
