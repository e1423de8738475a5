import numpy as np
import pytest

from routesim.errors import ArgumentError
from routesim.kinematics import SpeedLimit, Stop, Track, Train, run, run_many
from routesim.kinematics.batch import numpy_engine

TRAIN = Train(length_m=300, max_speed_mps=22, startup_delay_s=7)
LIMITS = (
    SpeedLimit(0, 4000, 18),
    SpeedLimit(3000, 5000, 12),
    SpeedLimit(6000, 9000, 30, applies_to="head"),
)
TRACK = Track(length_m=12_000, limits=LIMITS)
STOPS = (Stop(2500, 60), Stop(8000, 90), Stop(12_000, 20))
POINTS_M = np.array([0, 1000, 2500, 2500, 5000, 8000, 10_500, 12_000.0])


def scaled(factors, outside):
    """Return the track of one draw, with each limit multiplied by its factor."""
    top_mps = TRAIN.max_speed_mps
    limits = [
        SpeedLimit(
            limit.start_m, limit.end_m, factor * min(limit.speed_mps, top_mps), limit.applies_to
        )
        for limit, factor in zip(LIMITS, factors, strict=True)
    ]
    # No limit holds from 5300 to 6000 m and from 9000 m on.
    limits += [
        SpeedLimit(5300, 6000, outside * top_mps, "head"),
        SpeedLimit(9000, 12_000, outside * top_mps, "head"),
    ]
    return Track(length_m=TRACK.length_m, limits=limits)


def train_like(acceleration_mps2=0.3, braking_mps2=0.5):
    return Train(
        length_m=TRAIN.length_m,
        max_speed_mps=100,
        startup_delay_s=TRAIN.startup_delay_s,
        acceleration_mps2=acceleration_mps2,
        braking_mps2=braking_mps2,
    )


def test_one_draw_equals_a_run():
    found = run_many(TRAIN, TRACK, stops=STOPS, at_m=POINTS_M)
    journey = run(TRAIN, TRACK, stops=STOPS)
    assert found.arrive_s.shape == (1, POINTS_M.size)
    assert found.arrive_s.dtype == np.float64
    np.testing.assert_allclose(found.arrive_s[0], journey.time_at(POINTS_M), atol=1e-9)
    assert found.duration_s == pytest.approx([journey.duration_s], abs=1e-9)
    dwell_s = found.depart_s[0] - found.arrive_s[0]
    assert dwell_s == pytest.approx([0, 0, 60, 60, 0, 90, 0, 20])


def test_draws_equal_runs_with_scaled_arguments():
    rng = np.random.default_rng(3)
    draws = 12
    factor = rng.uniform(0.5, 1.3, draws)
    dwell_s = rng.uniform(0, 200, (draws, 3))
    up, down = rng.uniform(0.1, 0.6, (2, draws))
    found = run_many(
        TRAIN,
        TRACK,
        stops=STOPS,
        at_m=POINTS_M,
        speed_factor=factor,
        dwell_s=dwell_s,
        acceleration_mps2=up,
        braking_mps2=down,
    )
    for draw in range(draws):
        stops = [
            Stop(stop.position_m, time_s)
            for stop, time_s in zip(STOPS, dwell_s[draw], strict=True)
        ]
        track = scaled([factor[draw]] * 3, factor[draw])
        journey = run(train_like(up[draw], down[draw]), track, stops=stops)
        np.testing.assert_allclose(found.arrive_s[draw], journey.time_at(POINTS_M), atol=1e-8)
        assert found.duration_s[draw] == pytest.approx(journey.duration_s, abs=1e-8)


def test_factors_by_limit_do_not_scale_the_maximum_speed():
    rng = np.random.default_rng(4)
    factor = rng.uniform(0.4, 1.5, (12, 3))
    found = run_many(TRAIN, TRACK, stops=STOPS, at_m=POINTS_M, speed_factor=factor)
    for draw, factors in enumerate(factor):
        journey = run(train_like(), scaled(factors, 1.0), stops=STOPS)
        np.testing.assert_allclose(found.arrive_s[draw], journey.time_at(POINTS_M), atol=1e-8)


def test_the_lowest_product_rules_an_overlap():
    # Limits of 10 and 12 m/s overlap. With factors 1 and 0.5 the second rules at 6 m/s.
    track = Track(length_m=1000, limits=[SpeedLimit(0, 1000, 10), SpeedLimit(0, 1000, 12)])
    found = run_many(
        TRAIN,
        track,
        at_m=[1000],
        speed_factor=[[1.0, 0.5], [1.0, 1.0]],
        entry_speed_mps=6,
        exit_speed_mps=6,
    )
    # The first draw runs 1000 m at 6 m/s. The other draw is faster.
    assert found.duration_s[0] == pytest.approx(1000 / 6)
    assert found.duration_s[1] < 1000 / 6


def test_stops_out_of_order_keep_their_dwells():
    stops = STOPS[::-1]
    found = run_many(TRAIN, TRACK, stops=stops, at_m=POINTS_M, dwell_s=[[1.0, 2.0, 3.0]])
    dwell_s = found.depart_s[0] - found.arrive_s[0]
    assert dwell_s == pytest.approx([0, 0, 3, 3, 0, 2, 0, 1])


def test_one_dwell_per_draw_holds_at_every_stop():
    found = run_many(TRAIN, TRACK, stops=STOPS, at_m=POINTS_M, dwell_s=[10.0, 30.0])
    # 20 s more at each of three stops are 60 s.
    assert np.diff(found.duration_s) == pytest.approx([60.0])
    assert np.diff(found.arrive_s, axis=0)[0] == pytest.approx([0, 0, 0, 0, 20, 20, 40, 40])


def test_results_do_not_depend_on_the_size_of_parts(monkeypatch):
    factor = np.linspace(0.5, 1.5, 20)
    whole = run_many(TRAIN, TRACK, stops=STOPS, at_m=POINTS_M, speed_factor=factor)
    monkeypatch.setattr(numpy_engine, "DRAWS_AT_A_TIME", 3)
    parts = run_many(TRAIN, TRACK, stops=STOPS, at_m=POINTS_M, speed_factor=factor)
    np.testing.assert_array_equal(parts.arrive_s, whole.arrive_s)
    np.testing.assert_array_equal(parts.depart_s, whole.depart_s)
    np.testing.assert_array_equal(parts.duration_s, whole.duration_s)


def test_no_draws_and_no_points():
    found = run_many(TRAIN, TRACK, at_m=[], speed_factor=[])
    assert found.arrive_s.shape == found.depart_s.shape == (0, 0)
    assert found.duration_s.shape == (0,)


def test_reports_all_faults():
    with pytest.raises(ArgumentError) as caught:
        run_many(
            TRAIN,
            TRACK,
            stops=[Stop(20_000)],
            at_m=[0.0, 13_000.0, 5.0],
            speed_factor=np.ones((4, 2)),
            dwell_s=[-1.0, 2.0],
            acceleration_mps2=[0.0, 0.3, 0.3],
            braking_mps2=[[0.3]],
            entry_speed_mps=-1,
        )
    assert str(caught.value).splitlines() == [
        "8 faults:",
        "  stops[0]: at 20000 m lies beyond the end of the track at 12000 m; move or drop it",
        "  entry_speed_mps: is -1; must not be negative",
        "  dwell_s: contains -1 (faulty values: 1 of 2); must not be negative",
        "  acceleration_mps2: contains 0 (faulty values: 1 of 3); must be greater than zero",
        "  braking_mps2: has shape (1, 1); give a number or (draws,)",
        "  speed_factor: has 2 columns for 3 limits; give one column for each of the limits",
        "  at_m: contains 13000, beyond the end at 12000 m (faulty values: 1 of 3); drop them",
        "  at_m: decreases after element 1; give positions that do not decrease",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"speed_factor": [1.0, 1.0], "dwell_s": [1.0] * 3},
            "speed_factor and dwell_s: differ in the number of draws: speed_factor 2, dwell_s",
        ),
        ({"dwell_s": 60.0}, "dwell_s: is one number; give (draws,) or (draws, stops)"),
        ({"speed_factor": 0.0}, "speed_factor: is 0; must be greater than zero"),
        ({"speed_factor": [1, np.nan]}, "speed_factor: contains nan (faulty values: 1 of 2)"),
        ({"speed_factor": "fast"}, "speed_factor: has values that are not numbers; give a "),
        ({"at_m": [0, np.nan]}, "at_m: contains nan (faulty values: 1 of 2); must be finite"),
        ({"at_m": 5.0}, "at_m: is one number; give (points,)"),
        ({"stops": (), "dwell_s": [1.0]}, "dwell_s: is given, but there are no stops"),
        (
            {"speed_factor": [1.0, 0.5, 0.6], "entry_speed_mps": 15},
            "entry_speed_mps: is 15, 6 m/s above the limit at the start, in 2 of 3 draws",
        ),
    ],
)
def test_rejects_faulty_arguments(arguments, message):
    with pytest.raises(ArgumentError) as caught:
        run_many(TRAIN, TRACK, **{"stops": STOPS, "at_m": POINTS_M} | arguments)
    assert str(caught.value).startswith(message)
