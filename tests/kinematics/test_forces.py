"""Each expected number is derived by hand above its assertion."""

import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from routesim.errors import ArgumentError, StallError
from routesim.kinematics import (
    Curve,
    Davis,
    Gradient,
    SpeedLimit,
    Stop,
    Track,
    Train,
    run,
    run_many,
)
from routesim.kinematics.solver import series
from routesim.kinematics.solver.drive_run import run_drive, set_up_drive
from routesim.kinematics.solver.forces import curve_resistance
from tests.support.sumo_cases import list_arrivals

RAIL_CASES = json.loads((Path(__file__).parent / "sumo_rail_cases.json").read_text("utf-8"))
GRAVITY = 9.80665

# Traction of 2 MW and at most 100 kN, tabulated every 0.5 m/s.
HYPERBOLA = [(0.0, 1e5)] + [(v, min(1e5, 2e6 / v)) for v in np.arange(20.0, 60.5, 0.5)]


def forced(**changes):
    """Return a train of 100 t with 100 kN at any speed: 1 m/s² without resistance."""
    figures = {
        "length_m": 100,
        "mass_kg": 1e5,
        "max_speed_mps": 1e3,
        "acceleration_mps2": None,
        "braking_mps2": 1.0,
        "traction": [(0, 1e5)],
    }
    return Train(**(figures | changes))


def test_a_constant_force_over_a_constant_resistance():
    # (100 kN - 20 kN) / 100 t = 0.8 m/s². After 1000 m v = sqrt(2 * 0.8 * 1000) = 40 m/s, and
    # t = 50 s.
    found = run(forced(resistance=Davis(2e4)), Track(length_m=1000), exit_speed_mps=1e3)
    assert found.duration_s == pytest.approx(50.0, rel=1e-12)
    assert found.speed_at(1000.0) == pytest.approx(40.0, rel=1e-12)
    # With rotating parts: 0.8 / 1.25 = 0.64 m/s², so v = sqrt(1280) and t = v / 0.64.
    slower = forced(resistance=Davis(2e4), rotating_mass_factor=1.25)
    found = run(slower, Track(length_m=1000), exit_speed_mps=1e3)
    assert found.duration_s == pytest.approx(math.sqrt(1280) / 0.64, rel=1e-12)


def test_a_resistance_that_grows_with_speed():
    # m v' = F - B v gives v = (F/B) (1 - exp(-t/T)) with T = m/B = 100 s and F/B = 100 m/s,
    # and x = 100 t - 10000 (1 - exp(-t/100)). After 60 s x = 6000 - 10000 (1 - exp(-0.6)).
    way_m = 6000 - 10_000 * (1 - math.exp(-0.6))
    found = run(forced(resistance=Davis(0, 1000)), Track(length_m=way_m), exit_speed_mps=1e3)
    assert found.duration_s == pytest.approx(60.0, rel=1e-12)
    assert found.speed_at(way_m) == pytest.approx(100 * (1 - math.exp(-0.6)), rel=1e-12)
    # After half the time x = 3000 - 10000 (1 - exp(-0.3)).
    half_m = 3000 - 10_000 * (1 - math.exp(-0.3))
    assert found.time_at(half_m) == pytest.approx(30.0, rel=1e-11)
    assert found.position_at(30.0) == pytest.approx(half_m, rel=1e-11)


def test_a_resistance_that_grows_with_the_square_of_speed():
    # m v' = F - C v² gives v = w tanh(t/T) and x = w T ln cosh(t/T), with w = sqrt(F/C) = 50
    # and T = m/(C w).
    scale_s = 1e5 / (40 * 50)
    way_m = 50 * scale_s * math.log(math.cosh(80 / scale_s))
    found = run(forced(resistance=Davis(0, 0, 40)), Track(length_m=way_m), exit_speed_mps=1e3)
    assert found.duration_s == pytest.approx(80.0, rel=1e-12)
    assert found.speed_at(way_m) == pytest.approx(50 * math.tanh(80 / scale_s), rel=1e-11)


def test_a_traction_that_falls_between_two_points():
    # F = 100 kN - 2 kN s/m v, so v = 50 (1 - exp(-t/50)), x = 50 t - 2500 (1 - exp(-t/50)).
    way_m = 50 * 40 - 2500 * (1 - math.exp(-0.8))
    train = forced(traction=[(0, 1e5), (50, 0)])
    found = run(train, Track(length_m=way_m), exit_speed_mps=1e3)
    assert found.duration_s == pytest.approx(40.0, rel=1e-12)


def test_the_last_force_holds_beyond_the_table():
    # The only force in the table gives 0.5 m/s² at all speeds: 100 m in 20 s.
    found = run(forced(traction=[(5, 5e4), (6, 5e4)]), Track(length_m=100), exit_speed_mps=99)
    assert found.duration_s == pytest.approx(20.0, rel=1e-12)


def test_acceleration_caps_the_forces():
    # At 0.5 m/s² the train reaches 20 m/s in 40 s and 400 m. The force there, 2 MW / 20 m/s
    # = 100 kN, would still give 1 m/s².
    train = forced(traction=HYPERBOLA, acceleration_mps2=0.5)
    found = run(train, Track(length_m=400), exit_speed_mps=99)
    assert found.duration_s == pytest.approx(40.0, rel=1e-12)
    # The forces give less than 0.5 m/s² from 40 m/s on, after 80 s and 1600 m.
    found = run(train, Track(length_m=4000), exit_speed_mps=99)
    assert found.speed_at(1600) == pytest.approx(40.0, rel=1e-9)
    assert found.time_at(1600) == pytest.approx(80.0, rel=1e-9)
    # At 2 MW and 100 t v³ grows by 3 P/m per metre, to 64000 + 60 * 1000 at 2600 m. The table
    # exceeds the hyperbola by at most 1e-4 of it.
    assert found.speed_at(2600) == pytest.approx(124_000 ** (1 / 3), rel=2e-5)


def test_speed_falls_to_the_balance_on_a_climb():
    # 1000 t on 20 permille need 196.094 kN. The traction falls linearly from 300 kN at rest to
    # 100 kN at 20 m/s, so the balance is at 300 - 10 v = 196.094, about 10.4 m/s.
    train = forced(mass_kg=1e6, traction=[(0, 3e5), (20, 1e5)], max_speed_mps=15)
    pull_n = 1e6 * GRAVITY * math.sin(math.atan(0.02))
    balance_mps = (3e5 - pull_n) / 1e4
    track = Track(length_m=30_000, gradients=[Gradient(5000, 30_000, 20)])
    found = run(train, track, exit_speed_mps=15)
    assert found.speed_at(5000.0) == pytest.approx(15.0)
    assert found.speed_at(29_000.0) == pytest.approx(balance_mps, rel=1e-9)
    # The rear enters the climb 100 m later. Until then the downhill force is smaller.
    assert found.speed_at(5100.0) > found.speed_at(5200.0) > balance_mps
    speeds_mps = found.speed_at(np.linspace(5000, 29_000, 500))
    assert (np.diff(speeds_mps) <= 1e-12).all()


def test_a_gradient_is_averaged_over_the_train():
    # A train of 100 m at rest with its head at 0. The track is level before 0 and rises at
    # 10 permille after it. The downhill acceleration grows as g s x/100 with
    # s = sin(atan(0.01)), so x'' = 1 - (g s / 100) x. Hence x = (1 - cos(w t)) / w² with
    # w² = g s / 100.
    rate = math.sqrt(GRAVITY * math.sin(math.atan(0.01)) / 100)
    found = run(
        forced(),
        Track(length_m=100, gradients=[Gradient(-100, 0, 0), Gradient(0, 100, 10)]),
        exit_speed_mps=99,
    )
    assert found.duration_s == pytest.approx(math.acos(1 - 100 * rate**2) / rate, rel=1e-11)
    # A gradient under the whole train acts from the start. So does a gradient that starts at
    # 0 if the track before 0 is not described.
    slower = 1 - 100 * rate**2
    for start_m in (-100, 0):
        under = Track(length_m=100, gradients=[Gradient(start_m, 100, 10)])
        found = run(forced(), under, exit_speed_mps=99)
        assert found.duration_s == pytest.approx(math.sqrt(200 / slower), rel=1e-12)


def test_a_curve_resists_in_both_directions():
    # Röckl: 650 / (705 - 55) = 1 permille, and below 300 m 500 / (280 - 30) = 2 permille.
    assert curve_resistance(705) == pytest.approx(0.001)
    assert curve_resistance(280) == pytest.approx(0.002)
    track = Track(length_m=2000, curves=[Curve(-100, 2000, 705)])
    rate = 1 - GRAVITY * 0.001
    for way in (track, Track(length_m=2000, curves=[Curve(0, 2100, 705)]).reverse()):
        found = run(forced(), way, exit_speed_mps=1e3)
        assert found.duration_s == pytest.approx(math.sqrt(4000 / rate), rel=1e-12)


def test_braking_does_not_depend_on_the_gradient():
    # Braking at 1 m/s² from 10 m/s takes 10 s over the last 50 m, uphill and downhill.
    for permille in (-15, 0, 15):
        track = Track(
            length_m=1000,
            limits=[SpeedLimit(0, 1000, 10)],
            gradients=[Gradient(-100, 1000, permille)],
        )
        last = run(forced(), track).phases.iloc[-1]
        assert last["kind"] == "brake"
        assert last["end_m"] - last["start_m"] == pytest.approx(50.0)
        assert last["end_s"] - last["start_s"] == pytest.approx(10.0)


def test_a_stall_states_position_and_missing_force():
    # 1000 t on 20 permille need 196,094 N. The traction is 100 kN.
    train = forced(mass_kg=1e6)
    pull_n = 1e6 * GRAVITY * math.sin(math.atan(0.02))
    climb = Track(length_m=9000, gradients=[Gradient(-100, 9000, 20)])
    with pytest.raises(StallError) as caught:
        run(train, climb)
    assert caught.value.position_m == 0.0
    assert caught.value.lacking_n == pytest.approx(pull_n - 1e5)
    assert str(caught.value).startswith(
        "the train stalls at 0 m: it lacks 9.609e+04 N of force to go on"
    )
    # With a run-up of 2000 m at 0.1 m/s², v² = 400. Over the next 100 m the downhill force
    # grows linearly, so that its mean is half. After that v² falls by
    # 2 (196,094 - 100,000) / 1e6 per metre.
    late = Track(length_m=9000, gradients=[Gradient(2000, 9000, 20)])
    square = 400 + 2 * (1e5 * 100 - pull_n * 100 / 2) / 1e6
    with pytest.raises(StallError) as caught:
        run(train, late)
    expected_m = 2100 + square / (2 * (pull_n - 1e5) / 1e6)
    assert caught.value.position_m == pytest.approx(expected_m, rel=1e-9)
    # With a run-up the train passes the climb. After a stop on it, it stalls.
    hump = Track(length_m=9000, gradients=[Gradient(2000, 2400, 20)])
    assert run(train, hump).duration_s > 0
    with pytest.raises(StallError):
        run(train, hump, stops=[Stop(2300)])


def test_constant_rates_do_not_depend_on_forces():
    plain, track = Train(), Track(length_m=5000)
    steep = Track(length_m=5000, gradients=[Gradient(0, 5000, 30)])
    with_davis = Train(resistance=Davis(1e5))
    assert run(with_davis, steep).duration_s == run(plain, track).duration_s


@pytest.mark.parametrize("case", RAIL_CASES["cases"], ids=lambda case: case["name"])
def test_agrees_with_sumo(case):
    if "power_w" in case:
        power_w, force_n = case["power_w"], case["force_n"]
        # Dense enough that the chords exceed the hyperbola by less than 1e-4.
        speeds = np.geomspace(power_w / force_n, 1.01 * case["max_speed_mps"], 300)
        traction = [(0.0, force_n), *((v, power_w / v) for v in speeds.tolist())]
        resistance = Davis(*case["davis"])
    else:
        # The resistance is a table too. Traction is the difference of the tables, raised by a
        # constant that Davis subtracts again.
        raised_n = 1e6
        traction = [
            (v, f - r + raised_n)
            for v, f, r in zip(
                case["speeds_mps"], case["traction_n"], case["resistance_n"], strict=True
            )
        ]
        resistance = Davis(raised_n)
    train = Train(
        length_m=case["length_m"],
        mass_kg=case["mass_kg"],
        max_speed_mps=case["max_speed_mps"],
        acceleration_mps2=None,
        braking_mps2=case["braking_mps2"],
        rotating_mass_factor=case["rotating_mass_factor"],
        traction=traction,
        resistance=resistance,
    )
    arrive_s, expected_s = list_arrivals(train, case)
    assert arrive_s == pytest.approx(expected_s, abs=0.05)


FORCES = st.floats(5e4, 5e5)


@st.composite
def forced_trains(draw):
    speeds = sorted(draw(st.sets(st.integers(1, 50), min_size=1, max_size=4)))
    forces = sorted((draw(FORCES) for _ in range(len(speeds) + 1)), reverse=True)
    return Train(
        length_m=draw(st.floats(20.0, 900.0)),
        mass_kg=draw(st.floats(1e5, 1.5e6)),
        max_speed_mps=draw(st.floats(5.0, 40.0)),
        acceleration_mps2=draw(st.sampled_from([None, 0.1, 0.4])),
        braking_mps2=draw(st.floats(0.1, 1.0)),
        startup_delay_s=draw(st.sampled_from([0.0, 20.0])),
        rotating_mass_factor=draw(st.floats(1.0, 1.2)),
        traction=list(zip([0, *speeds], forces, strict=True)),
        resistance=Davis(
            draw(st.floats(0, 2e4)), draw(st.floats(0, 500)), draw(st.floats(0, 50))
        ),
    )


@st.composite
def hilly_tracks(draw):
    length_m = draw(st.floats(500.0, 20_000.0))
    cuts = sorted(draw(st.sets(st.integers(0, 100), min_size=2, max_size=7)))
    gradients = [
        Gradient(length_m * low / 100, length_m * high / 100, draw(st.floats(-12, 12)))
        for low, high in pairwise(cuts)
    ]
    limits = []
    for _ in range(draw(st.integers(0, 4))):
        low, high = sorted(draw(st.sets(st.integers(0, 100), min_size=2, max_size=2)))
        speed = draw(st.floats(2.0, 40.0))
        limits.append(SpeedLimit(length_m * low / 100, length_m * high / 100, speed))
    return Track(length_m=length_m, limits=limits, gradients=gradients)


def try_run(train, track, **rest):
    try:
        return run(train, track, **rest)
    except StallError:
        reject()


@given(forced_trains(), hilly_tracks())
@settings(deadline=None, max_examples=30)
def test_limits_are_kept_and_times_invert(train, track):
    found = try_run(train, track, stops=[Stop(track.length_m / 3, 10)])
    head_m = np.linspace(0.0, track.length_m, 301)
    speed_mps, time_s = found.speed_at(head_m), found.time_at(head_m)
    assert (np.diff(time_s) > 0).all()
    np.testing.assert_allclose(found.position_at(time_s), head_m, atol=1e-6)
    for limit in track.limits:
        inside = (head_m > limit.start_m) & (head_m - train.length_m < limit.end_m)
        assert (speed_mps[inside] <= limit.speed_mps * (1 + 1e-9)).all()
    rows = found.phases
    for unit in ("m", "s", "mps"):
        np.testing.assert_allclose(
            rows[f"start_{unit}"][1:], rows[f"end_{unit}"][:-1], rtol=1e-7, atol=1e-6
        )
    assert rows["end_s"].iloc[-1] == pytest.approx(found.duration_s)


@given(forced_trains(), hilly_tracks())
@settings(deadline=None, max_examples=30)
def test_halving_the_step_changes_no_time(train, track):
    found = try_run(train, track)
    edge_m = set_up_drive(train, track, (), (0.0, 0.0)).pieces.edges_m
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(series, "STEP_SHARE", 0.5)
        finer = run(train, track)
    np.testing.assert_allclose(finer.time_at(edge_m), found.time_at(edge_m), rtol=1e-9)


@given(forced_trains(), hilly_tracks(), st.floats(0.1, 0.9))
@settings(deadline=None, max_examples=30)
def test_splitting_a_section_changes_nothing(train, track, share):
    found = try_run(train, track)
    cut_m = share * track.length_m
    split = run_drive(set_up_drive(train, track, (), (0.0, 0.0), [cut_m]))
    assert split.duration_s == pytest.approx(found.duration_s, rel=1e-9)
    assert split.at_edge(cut_m)[0] == pytest.approx(found.time_at(cut_m), rel=1e-9)


@given(forced_trains(), hilly_tracks(), st.floats(2.0, 10.0))
@settings(deadline=None, max_examples=30)
def test_scaling_lengths_scales_times(train, track, scale):
    # x -> k x and t -> k t keep speeds and multiply rates by 1/k. At the same forces the mass
    # is multiplied by k. The downhill force must not change, so the sine of each gradient is
    # multiplied by 1/k.
    found = try_run(train, track)
    shrink = [
        Gradient(
            g.start_m * scale,
            g.end_m * scale,
            1000 * math.tan(math.asin(math.sin(math.atan(g.permille / 1000)) / scale)),
        )
        for g in track.gradients
    ]
    larger = Track(
        length_m=scale * track.length_m,
        limits=[
            SpeedLimit(scale * x.start_m, scale * x.end_m, x.speed_mps) for x in track.limits
        ],
        gradients=shrink,
    )
    cap = train.acceleration_mps2
    heavier = Train(
        length_m=scale * train.length_m,
        mass_kg=scale * train.mass_kg,
        max_speed_mps=train.max_speed_mps,
        acceleration_mps2=None if cap is None else cap / scale,
        braking_mps2=train.braking_mps2 / scale,
        startup_delay_s=scale * train.startup_delay_s,
        rotating_mass_factor=train.rotating_mass_factor,
        traction=train.traction,
        resistance=train.resistance,
    )
    assert run(heavier, larger).duration_s == pytest.approx(scale * found.duration_s, rel=1e-7)


@given(forced_trains(), hilly_tracks())
@settings(deadline=None, max_examples=15)
def test_many_runs_equal_single_runs(train, track):
    points_m = np.linspace(0.0, track.length_m, 7)
    points_m[3] = track.length_m / 2
    found = try_run(train, track, stops=[Stop(track.length_m / 2, 30)])
    many = run_many(
        train, track, stops=[Stop(track.length_m / 2, 30)], at_m=points_m, engine="numpy"
    )
    np.testing.assert_allclose(many.arrive_s[0], found.time_at(points_m), rtol=1e-9, atol=1e-9)


@given(forced_trains(), hilly_tracks(), st.floats(1.0, 3.0))
@settings(deadline=None, max_examples=30)
def test_a_higher_limit_is_never_slower(train, track, factor):
    found = try_run(train, track)
    raised = [
        SpeedLimit(limit.start_m, limit.end_m, limit.speed_mps * factor)
        for limit in track.limits
    ]
    higher = Track(length_m=track.length_m, limits=raised, gradients=track.gradients)
    assert try_run(train, higher).duration_s <= found.duration_s * (1 + 1e-9)


@given(forced_trains(), hilly_tracks())
@settings(deadline=None, max_examples=8)
def test_agrees_with_small_steps(train, track):
    """The drive agrees with a simple integrator that shares only the formula of the force."""
    free = Track(length_m=track.length_m, gradients=track.gradients)
    found = try_run(train, free, exit_speed_mps=1e3)
    step_s, speed, place, time_s = 0.02, 0.0, 0.0, train.startup_delay_s
    while place < free.length_m and time_s < 3000:
        rates = []
        for share in (0.0, 1.0):
            v = min(speed + share * step_s * (rates[0] if rates else 0.0), train.max_speed_mps)
            rates.append(rate_by_hand(train, free, place + share * step_s * speed, v))
        before = speed
        speed = min(speed + 0.5 * step_s * sum(rates), train.max_speed_mps)
        place += 0.5 * step_s * (before + speed)
        time_s += step_s
    if place >= free.length_m:
        time_s -= (place - free.length_m) / speed
        assert found.duration_s == pytest.approx(time_s, abs=0.05)


def rate_by_hand(train, track, head_m, speed):
    under = 0.0
    for part in track.gradients:
        # The track before 0 is not described, so a part that starts at 0 holds there too.
        start_m = part.start_m if part.start_m > 0 else -train.length_m
        low, high = max(start_m, head_m - train.length_m), min(part.end_m, head_m)
        if high > low:
            under += (high - low) * math.sin(math.atan(part.permille / 1000))
    force_n = np.interp(speed, *zip(*train.traction, strict=True))
    rest_n = train.resistance.at(speed) + train.mass_kg * GRAVITY * under / train.length_m
    rate = (force_n - rest_n) / (train.mass_kg * train.rotating_mass_factor)
    cap = train.acceleration_mps2
    return rate if cap is None else min(rate, cap)


def test_reports_all_faults_of_a_train():
    with pytest.raises(ArgumentError) as caught:
        Train(
            mass_kg=float("nan"),
            acceleration_mps2=-1,
            rotating_mass_factor=0.9,
            traction=[(0, 1e5), (10, -5), (10, 3e4), ("fast", 1)],
            resistance=3,
        )
    assert str(caught.value).splitlines() == [
        "7 faults:",
        "  mass_kg: is nan; must be finite",
        "  acceleration_mps2: is -1; must be greater than zero",
        "  rotating_mass_factor: is 0.9; must lie between 1 and 1e+09",
        "  traction[1] force_n: is -5; must not be negative",
        "  traction[3] speed_mps: is 'fast'; give a number",
        "  traction[2]: 10 m/s comes after 10; give speeds that rise",
        "  resistance: is of type int; give a Davis",
    ]
    with pytest.raises(ArgumentError, match="acceleration_mps2: is None; give a number or a"):
        Train(acceleration_mps2=None)
    for table in ([], [(1, 2, 3)], 5, [7]):
        with pytest.raises(ArgumentError, match="traction: is not a table of pairs"):
            Train(traction=table)
    with pytest.raises(ArgumentError, match="b_n_s_per_m: is -1; must not be negative"):
        Davis(1, -1, 0)


def test_reports_all_faults_of_a_track():
    with pytest.raises(ArgumentError) as caught:
        Track(
            length_m=1000,
            gradients=[Gradient(0, 600, 5), Gradient(500, 700, 1), 3],
            curves=[Curve(0, 10, 300), Curve(5, 20, 400)],
        )
    assert str(caught.value).splitlines() == [
        "3 faults:",
        "  gradients[2]: is of type int; give a Gradient",
        "  gradients[1]: from 500 m overlaps gradients[0] up to 600 m; shorten one of them",
        "  curves[1]: from 5 m overlaps curves[0] up to 10 m; shorten one of them",
    ]
    with pytest.raises(ArgumentError, match="permille: is 900; must lie between -500 and 500"):
        Gradient(0, 1, 900)
    with pytest.raises(ArgumentError, match="radius_m: is 20; must lie between 60 and 1e"):
        Curve(0, 1, 20)


def test_a_nearly_zero_coefficient_counts_as_zero():
    # Regression: the root at which the forces fall below the cap overflowed.
    train = forced(
        acceleration_mps2=0.1,
        traction=[(0, 50_001), (1, 50_000)],
        resistance=Davis(0, 0, 5e-308),
    )
    track = Track(length_m=500)
    many = run_many(train, track, at_m=[500], engine="numpy")
    # At 0.1 and 1 m/s²: peak² = 2 * 0.1 * 1 * 500 / 1.1 and t = peak (10 + 1).
    assert many.duration_s[0] == pytest.approx(math.sqrt(100 / 1.1) * 11, rel=1e-9)


def test_an_edge_joined_by_rounding_is_found():
    # 0.1 * 684.75 is 68.47500000000001, which is joined with 68.475.
    track = Track(length_m=684.75, gradients=[Gradient(0, 68.475, 0)])
    driven = run_drive(set_up_drive(forced(), track, (), (0.0, 0.0), [0.1 * 684.75]))
    # From rest at 1 m/s²: sqrt(2 * 68.475) s.
    assert driven.at_edge(0.1 * 684.75)[0] == pytest.approx(math.sqrt(2 * 68.475), rel=1e-9)
