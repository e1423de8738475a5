"""Each expected number is derived by hand above its assertion."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from routesim.errors import ArgumentError
from routesim.kinematics import SpeedLimit, Stop, Track, Train, run
from tests.support.sumo_cases import list_arrivals

SUMO_CASES = json.loads((Path(__file__).parent / "sumo_cases.json").read_text("utf-8"))["cases"]

# Acceleration and braking at 0.5 m/s²: 20 m/s takes 40 s and 400 m.
EVEN = Train(length_m=100, max_speed_mps=20, acceleration_mps2=0.5, braking_mps2=0.5)


def kinds(journey):
    return list(journey.phases["kind"])


def test_reaches_the_maximum_speed_and_cruises():
    # 400 m to accelerate, 1200 m at 20 m/s, 400 m to brake: 40 + 60 + 40 s.
    journey = run(EVEN, Track(length_m=2000))
    assert journey.duration_s == pytest.approx(140.0, abs=1e-12)
    assert kinds(journey) == ["accelerate", "cruise", "brake"]
    assert list(journey.phases["end_m"]) == pytest.approx([400.0, 1600.0, 2000.0])
    assert list(journey.phases["end_s"]) == pytest.approx([40.0, 100.0, 140.0])


def test_a_short_track_has_a_lower_peak_speed():
    # With a = 0.4, d = 0.6, L = 1500: peak² = 2adL/(a+d) = 720, t = peak (1/a + 1/d).
    train = Train(max_speed_mps=50, acceleration_mps2=0.4, braking_mps2=0.6)
    journey = run(train, Track(length_m=1500))
    peak_mps = math.sqrt(720.0)
    assert journey.duration_s == pytest.approx(peak_mps * (1 / 0.4 + 1 / 0.6), rel=1e-14)
    assert kinds(journey) == ["accelerate", "brake"]
    # The peak is at 720 / (2 * 0.4) = 900 m.
    assert journey.speed_at(900.0) == pytest.approx(peak_mps, rel=1e-12)


def test_a_limit_holds_until_the_rear_has_cleared_it():
    # Entry and exit at 20 m/s. The limit of 10 m/s holds from 1000 to 1200 m and over the
    # 100 m of the train. 700 m at 20 m/s: 35 s. 300 m of braking (v² from 400 to 100): 20 s.
    # 300 m at 10 m/s: 30 s. 300 m of acceleration: 20 s. 1400 m at 20 m/s: 70 s.
    limit = SpeedLimit(1000, 1200, 10)
    journey = run(
        EVEN, Track(length_m=3000, limits=[limit]), entry_speed_mps=20, exit_speed_mps=20
    )
    assert journey.duration_s == pytest.approx(175.0, abs=1e-12)
    assert kinds(journey) == ["cruise", "brake", "cruise", "accelerate", "cruise"]
    assert journey.speed_at([1000.0, 1300.0]) == pytest.approx([10.0, 10.0])
    # If the limit holds for the head only, 100 m at 10 m/s become 100 m at 20 m/s: 5 s less.
    head = SpeedLimit(1000, 1200, 10, applies_to="head")
    journey = run(
        EVEN, Track(length_m=3000, limits=[head]), entry_speed_mps=20, exit_speed_mps=20
    )
    assert journey.duration_s == pytest.approx(170.0, abs=1e-12)


def test_a_limit_can_extend_to_the_end_of_the_track():
    # The limit holds from 900 to 1050 m, which is beyond the end of the track at 1000 m.
    journey = run(
        EVEN,
        Track(length_m=1000, limits=[SpeedLimit(900, 950, 10)]),
        entry_speed_mps=10,
        exit_speed_mps=20,
    )
    assert journey.speed_at(1000.0) == pytest.approx(10.0)


def test_the_lowest_of_overlapping_limits_holds():
    limits = [SpeedLimit(0, 600, 8), SpeedLimit(200, 400, 12), SpeedLimit(300, 500, 4)]
    journey = run(
        Train(length_m=1, acceleration_mps2=1e6, braking_mps2=1e6),
        Track(length_m=1000, limits=limits),
        entry_speed_mps=8,
        exit_speed_mps=25,
    )
    # The rates are so high that the speed follows the limits: 8, 8, 4 (to 501 m), 8 (to
    # 601 m), 25 m/s.
    assert journey.speed_at([100, 250, 450, 550, 800]) == pytest.approx([8, 8, 4, 8, 25])
    assert journey.duration_s == pytest.approx(300 / 8 + 201 / 4 + 100 / 8 + 399 / 25, rel=1e-4)


def test_braking_for_two_limits_in_close_succession():
    # Limits of 20 m/s, 15 m/s for 10 m, then 5 m/s. At 1000 m v² = 25 + 2*0.5*10 = 35.
    limits = [SpeedLimit(1000, 1010, 15), SpeedLimit(1010, 2000, 5)]
    journey = run(EVEN, Track(length_m=2000, limits=limits), exit_speed_mps=5)
    assert journey.speed_at(1000.0) == pytest.approx(math.sqrt(35.0), rel=1e-13)
    assert journey.speed_at(1010.0) == pytest.approx(5.0, rel=1e-13)
    assert kinds(journey) == ["accelerate", "cruise", "brake", "cruise"]


def test_stops_and_startup_delays():
    # A delay of 10 s, then 1000 m from rest to rest in 40 + 10 + 40 s: arrival at 100 s. A
    # dwell of 60 s, a delay of 10 s and another 90 s: arrival at 260 s. A dwell of 30 s.
    train = Train(max_speed_mps=20, acceleration_mps2=0.5, braking_mps2=0.5, startup_delay_s=10)
    journey = run(train, Track(length_m=2000), stops=[Stop(2000, 30), Stop(1000, 60)])
    assert journey.stop_times.to_numpy().ravel() == pytest.approx(
        [1000, 100, 160, 2000, 260, 290]
    )
    assert journey.duration_s == pytest.approx(290.0)
    assert journey.time_at(0.0) == 0.0
    assert journey.time_at(1000.0) == pytest.approx(100.0)
    assert journey.position_at([5, 100, 130, 169, 170, 290]) == pytest.approx(
        [0, 1000, 1000, 1000, 1000, 2000]
    )
    stands = journey.phases.query("kind == 'stand'")
    assert list(stands["start_s"]) == pytest.approx([0, 100, 260])
    assert list(stands["end_s"]) == pytest.approx([10, 170, 290])


def test_a_stop_at_the_start_is_reached_at_time_zero():
    # A dwell of 60 s, one delay of 10 s, and 90 s of running.
    train = Train(max_speed_mps=20, acceleration_mps2=0.5, braking_mps2=0.5, startup_delay_s=10)
    journey = run(train, Track(length_m=1000), stops=[Stop(0, 60)])
    assert journey.stop_times.to_numpy().tolist() == [[0.0, 0.0, 60.0]]
    assert journey.duration_s == pytest.approx(160.0)
    assert journey.time_at(0) == 0.0


def test_no_startup_delay_at_an_entry_in_motion():
    train = Train(max_speed_mps=20, startup_delay_s=10)
    journey = run(train, Track(length_m=100), entry_speed_mps=20, exit_speed_mps=20)
    assert journey.duration_s == pytest.approx(5.0)
    assert kinds(journey) == ["cruise"]
    assert journey.speed_at(0.0) == 20.0


def test_the_exit_speed_is_a_ceiling():
    # From rest over 100 m at 0.5 m/s²: v = √(2 * 0.5 * 100) = 10 m/s, in 20 s.
    journey = run(EVEN, Track(length_m=100), exit_speed_mps=19)
    assert journey.speed_at(100.0) == pytest.approx(10.0)
    assert journey.duration_s == pytest.approx(20.0)


def test_a_dwell_of_zero_is_still_a_stop():
    journey = run(EVEN, Track(length_m=2000), stops=[Stop(1000)])
    # Two legs of 90 s.
    assert journey.duration_s == pytest.approx(180.0)
    assert journey.speed_at(1000.0) == 0.0
    assert "stand" not in kinds(journey)


@pytest.mark.parametrize("case", SUMO_CASES, ids=lambda case: case["name"])
def test_agrees_with_sumo(case):
    train = Train(
        length_m=case["length_m"],
        max_speed_mps=case["max_speed_mps"],
        acceleration_mps2=case["acceleration_mps2"],
        braking_mps2=case["braking_mps2"],
    )
    arrive_s, expected_s = list_arrivals(train, case)
    assert arrive_s == pytest.approx(expected_s, abs=0.05)


def test_lookups_keep_the_shape():
    journey = run(EVEN, Track(length_m=2000))
    for function in (journey.time_at, journey.speed_at, journey.position_at):
        assert type(function(50)) is float
        assert function([[1.0, 2.0], [3.0, 4.0]]).shape == (2, 2)
        assert function(np.array([])).shape == (0,)


def test_reports_all_faults():
    with pytest.raises(ArgumentError) as caught:
        run(
            EVEN,
            Track(length_m=1000),
            stops=[Stop(500), Stop(1500), Stop(500), 700],
            entry_speed_mps=-1,
            exit_speed_mps=float("nan"),
        )
    assert str(caught.value).splitlines() == [
        "5 faults:",
        "  stops[1]: at 1500 m lies beyond the end of the track at 1000 m; move or drop it",
        "  stops[3]: is of type int; give a Stop",
        "  stops[2]: is at 500 m like stops[0]; give one stop with the sum of the dwells",
        "  entry_speed_mps: is -1; must not be negative",
        "  exit_speed_mps: is nan; must be finite",
    ]
    with pytest.raises(ArgumentError, match="track: is of type int; give a Track"):
        run(EVEN, 1000)


def test_rejects_an_entry_above_the_limit():
    with pytest.raises(ArgumentError) as caught:
        run(EVEN, Track(length_m=5000), entry_speed_mps=22.5)
    assert str(caught.value) == (
        "entry_speed_mps: is 22.5, 2.5 m/s above the limit at the start; give 20 at most"
    )


def test_rejects_an_entry_that_cannot_brake_in_time():
    # To stop within 100 m: v = √(2 * 0.5 * 100) = 10 m/s.
    with pytest.raises(ArgumentError) as caught:
        run(EVEN, Track(length_m=1000), stops=[Stop(100)], entry_speed_mps=12)
    assert str(caught.value) == (
        "entry_speed_mps: is 12, 2 m/s too fast to brake in time for what lies ahead; "
        "give 10 at most"
    )
    with pytest.raises(ArgumentError, match="give 0 at most"):
        run(EVEN, Track(length_m=1000), stops=[Stop(0)], entry_speed_mps=1)


def test_an_entry_at_the_ceiling_is_accepted():
    speed_mps = math.sqrt(2 * 0.5 * 100) * (1 + 1e-12)
    assert run(EVEN, Track(length_m=100), entry_speed_mps=speed_mps).duration_s > 0


def test_rejects_lookups_outside_the_run():
    journey = run(EVEN, Track(length_m=2000))
    with pytest.raises(ArgumentError) as caught:
        journey.time_at([100.0, 2001.0])
    assert str(caught.value) == (
        "position_m: 2001 is outside the run (faulty values: 1 of 2); "
        "give values from 0 to 2000"
    )
    with pytest.raises(ArgumentError, match="time_s: nan is outside the run"):
        journey.position_at(float("nan"))
    with pytest.raises(ArgumentError, match="position_m: has values that are not numbers"):
        journey.speed_at("here")
    assert journey.position_at(journey.duration_s + 1e-9) == 2000.0


def test_importing_the_room_does_not_import_pandas():
    # A lazily loaded pandas is in sys.modules by name, but without its submodules.
    code = "import sys, routesim.kinematics; sys.exit('pandas.core' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_cuts_that_differ_by_rounding_are_joined():
    # 0.1 + 0.2 is not 0.3. If not joined, they would leave a piece of 6e-17 m.
    limits = [SpeedLimit(0, 0.1 + 0.2, 5, "head"), SpeedLimit(0.3, 9, 5, "head")]
    found = run(EVEN, Track(length_m=9, limits=limits), stops=[Stop(0.3)])
    plain = run(EVEN, Track(length_m=9), stops=[Stop(0.3)])
    assert found.duration_s == pytest.approx(plain.duration_s, rel=1e-14)
    assert found.time_at(0.3) == found.stop_times["arrive_s"][0]
    with pytest.raises(ArgumentError, match=r"stops\[1\]: is at 0.3 m like stops\[0\]"):
        run(EVEN, Track(length_m=9), stops=[Stop(0.3), Stop(0.1 + 0.2)])
