"""Properties that hold for any train on any track."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from routesim.errors import ArgumentError
from routesim.kinematics import SpeedLimit, Stop, Track, Train, run, run_many
from routesim.kinematics.batch import engines, kernel
from routesim.kinematics.batch.engines import NumbaEngine
from routesim.kinematics.solver.drive_run import run_drive, set_up_drive

RATES = st.floats(0.05, 1.5)
SPEEDS = st.floats(1.0, 40.0)
SHARES = st.floats(0.0, 1.0)


@st.composite
def trains(draw):
    return Train(
        length_m=draw(st.floats(1.0, 900.0)),
        max_speed_mps=draw(SPEEDS),
        acceleration_mps2=draw(RATES),
        braking_mps2=draw(RATES),
        startup_delay_s=draw(st.sampled_from([0.0, 30.0])),
    )


@st.composite
def tracks(draw, kinds=("train", "head")):
    length_m = draw(st.floats(10.0, 30_000.0))
    limits = []
    for _ in range(draw(st.integers(0, 6))):
        low, high = sorted([draw(SHARES) * length_m, draw(SHARES) * length_m])
        if high > low and low < length_m:
            kind = draw(st.sampled_from(kinds))
            limits.append(SpeedLimit(low, high, draw(SPEEDS), kind))
    return Track(length_m=length_m, limits=limits)


@st.composite
def journeys(draw, kinds=("train", "head")):
    track = draw(tracks(kinds))
    # In millionths of the track, because two stops must not be at one position.
    places = draw(st.sets(st.integers(0, 1_000_000), max_size=3))
    stops = [
        Stop(track.length_m * (place / 1_000_000), draw(st.sampled_from([0.0, 45.0])))
        for place in sorted(places)
    ]
    return draw(trains()), track, stops


def sample(track):
    return np.linspace(0.0, track.length_m, 401)


@given(journeys())
def test_no_part_of_the_train_exceeds_a_limit(journey):
    train, track, stops = journey
    head_m = sample(track)
    speed_mps = run(train, track, stops=stops).speed_at(head_m)
    assert (speed_mps <= train.max_speed_mps * (1 + 1e-12)).all()
    for limit in track.limits:
        rear_m = head_m - (train.length_m if limit.applies_to == "train" else 0.0)
        inside = (head_m > limit.start_m) & (rear_m < limit.end_m)
        assert (speed_mps[inside] <= limit.speed_mps * (1 + 1e-9)).all()


@given(journeys())
def test_phases_join_and_keep_the_rates(journey):
    train, track, stops = journey
    found = run(train, track, stops=stops)
    rows = found.phases
    for unit in ("m", "s", "mps"):
        ends, starts = rows[f"end_{unit}"][:-1], rows[f"start_{unit}"][1:]
        np.testing.assert_allclose(starts, ends, rtol=1e-7, atol=1e-7)
    assert rows["start_m"].iloc[0] == rows["start_s"].iloc[0] == 0.0
    assert rows["end_m"].iloc[-1] == pytest.approx(track.length_m)
    assert rows["end_s"].iloc[-1] == pytest.approx(found.duration_s)
    # The mean speed of a phase at a constant rate is the mean of its ends.
    mean_mps = (rows["start_mps"] + rows["end_mps"]) / 2
    way_m = mean_mps * (rows["end_s"] - rows["start_s"])
    np.testing.assert_allclose(rows["end_m"] - rows["start_m"], way_m, rtol=1e-6, atol=1e-6)
    rate = {"accelerate": train.acceleration_mps2, "brake": -train.braking_mps2}
    change = rows["kind"].map(rate).fillna(0.0) * (rows["end_s"] - rows["start_s"])
    np.testing.assert_allclose(rows["end_mps"] - rows["start_mps"], change, atol=1e-6)


@given(journeys())
def test_time_increases_and_is_the_inverse_of_position(journey):
    train, track, stops = journey
    found = run(train, track, stops=stops)
    head_m = sample(track)
    time_s = found.time_at(head_m)
    assert (np.diff(time_s) > 0).all()
    np.testing.assert_allclose(found.position_at(time_s), head_m, atol=1e-6)
    moments_s = np.linspace(0.0, found.duration_s, 401)
    assert (np.diff(found.position_at(moments_s)) >= 0).all()


@given(journeys())
def test_speed_is_continuous(journey):
    train, track, stops = journey
    head_m = sample(track)
    speed_mps = run(train, track, stops=stops).speed_at(head_m)
    # v² changes by at most 2 r per metre.
    steepest = 2 * max(train.acceleration_mps2, train.braking_mps2) * np.diff(head_m)
    assert (np.abs(np.diff(speed_mps**2)) <= steepest + 1e-6).all()


@given(trains(), tracks(kinds=("head",)))
def test_a_mirrored_track_with_swapped_rates_takes_the_same_time(train, track):
    mirrored = Track(
        length_m=track.length_m,
        limits=[
            SpeedLimit(
                track.length_m - limit.end_m,
                track.length_m - limit.start_m,
                limit.speed_mps,
                "head",
            )
            for limit in track.limits
            if track.length_m - limit.start_m > track.length_m - limit.end_m
        ],
    )
    back = Train(
        length_m=train.length_m,
        max_speed_mps=train.max_speed_mps,
        acceleration_mps2=train.braking_mps2,
        braking_mps2=train.acceleration_mps2,
        startup_delay_s=train.startup_delay_s,
    )
    there_s, back_s = run(train, track).duration_s, run(back, mirrored).duration_s
    assert back_s == pytest.approx(there_s, rel=1e-9)


@given(journeys(), SHARES)
def test_splitting_changes_nothing(journey, share):
    train, track, stops = journey
    halves = []
    for limit in track.limits:
        middle_m = limit.start_m + share * (limit.end_m - limit.start_m)
        for low, high in ((limit.start_m, middle_m), (middle_m, limit.end_m)):
            if high > low:
                halves.append(SpeedLimit(low, high, limit.speed_mps, limit.applies_to))
    # The extension by the length of the train lies on the second half, or ends as before.
    split = run(train, Track(length_m=track.length_m, limits=halves), stops=stops)
    whole = run(train, track, stops=stops)
    assert split.duration_s == pytest.approx(whole.duration_s, rel=1e-12)
    pieces = run_many(train, track, stops=stops, at_m=sample(track))
    np.testing.assert_allclose(pieces.arrive_s[0], whole.time_at(sample(track)), atol=1e-6)
    assert (np.diff(pieces.arrive_s[0]) >= 0).all()


@given(journeys(), st.floats(1.0, 2.0))
def test_a_higher_limit_is_never_slower(journey, factor):
    train, track, stops = journey
    points_m = sample(track)
    found = run_many(train, track, stops=stops, at_m=points_m, speed_factor=[1.0, factor])
    assert (found.arrive_s[1] <= found.arrive_s[0] + 1e-7).all()


@given(journeys(), st.lists(st.floats(0.3, 2.0), min_size=1, max_size=4))
def test_draws_equal_runs_with_scaled_speeds(journey, factors):
    train, track, stops = journey
    found = run_many(train, track, stops=stops, at_m=sample(track), speed_factor=factors)
    for draw, factor in enumerate(factors):
        fast = Train(
            length_m=train.length_m,
            max_speed_mps=factor * train.max_speed_mps,
            acceleration_mps2=train.acceleration_mps2,
            braking_mps2=train.braking_mps2,
            startup_delay_s=train.startup_delay_s,
        )
        limits = [
            SpeedLimit(each.start_m, each.end_m, factor * each.speed_mps, each.applies_to)
            for each in track.limits
        ]
        one = run(fast, Track(length_m=track.length_m, limits=limits), stops=stops)
        np.testing.assert_allclose(found.arrive_s[draw], one.time_at(sample(track)), atol=1e-6)


@given(journeys(), st.data())
def test_factors_by_limit_equal_scaled_limits(journey, data):
    train, track, stops = journey
    factors = [data.draw(st.floats(0.3, 1.0)) for _ in track.limits]
    found = run_many(train, track, stops=stops, at_m=[track.length_m], speed_factor=[factors])
    top_mps = train.max_speed_mps
    limits = [
        SpeedLimit(
            each.start_m, each.end_m, factor * min(each.speed_mps, top_mps), each.applies_to
        )
        for each, factor in zip(track.limits, factors, strict=True)
    ]
    one = run(train, Track(length_m=track.length_m, limits=limits), stops=stops)
    assert found.duration_s[0] == pytest.approx(one.duration_s, rel=1e-10)


@given(journeys(), st.lists(st.floats(0.3, 2.0), min_size=1, max_size=4), st.booleans())
@settings(deadline=None, max_examples=40)
def test_the_kernel_equals_numpy(journey, factors, by_limit):
    train, track, stops = journey
    points_m = np.linspace(0.0, track.length_m, 9)
    factor = np.array(factors)
    if by_limit:
        factor = factor[:, None] * np.linspace(0.8, 1.2, len(track.limits))
    same = {"stops": stops, "at_m": points_m, "speed_factor": factor}
    one = run_many(train, track, engine="numpy", **same)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "has_numba", lambda: True)
        patch.setattr(engines, "NumbaEngine", lambda of: NumbaEngine(of, kernel.run_blocks))
        other = run_many(train, track, engine="numba", **same)
    np.testing.assert_allclose(other.arrive_s, one.arrive_s, rtol=1e-9, atol=1e-7)
    np.testing.assert_allclose(other.depart_s, one.depart_s, rtol=1e-9, atol=1e-7)
    np.testing.assert_allclose(other.duration_s, one.duration_s, rtol=1e-9, atol=1e-7)


@given(journeys())
@settings(deadline=None, max_examples=60)
def test_the_drive_equals_the_walk(journey):
    """The closed form and the drive from event to event describe the same physics."""
    train, track, stops = journey
    found = run(train, track, stops=stops)
    driven = run_drive(set_up_drive(train, track, stops, (0.0, 0.0)))
    assert driven.duration_s == pytest.approx(found.duration_s, rel=1e-9)
    x = np.linspace(0.0, track.length_m, 101)
    np.testing.assert_allclose(driven.make_trajectory().time_at(x), found.time_at(x), atol=1e-6)


@given(journeys(kinds=("head",)))
def test_a_reversed_track_takes_the_same_time_with_swapped_rates(journey):
    train, track, _ = journey
    try:
        back = track.reverse()
    except ArgumentError:  # a limit of a nanometre vanishes by rounding
        reject()
    swapped = replace(
        train, acceleration_mps2=train.braking_mps2, braking_mps2=train.acceleration_mps2
    )
    there_s, back_s = run(train, track).duration_s, run(swapped, back).duration_s
    assert back_s == pytest.approx(there_s, rel=1e-9)


@given(journeys(), st.floats(0.1, 10.0))
def test_scaling_lengths_scales_times_at_constant_rates(journey, scale):
    # x -> k x and t -> k t keep speeds and multiply rates by 1/k.
    train, track, stops = journey
    larger = Track(
        length_m=scale * track.length_m,
        limits=[
            SpeedLimit(scale * x.start_m, scale * x.end_m, x.speed_mps, x.applies_to)
            for x in track.limits
        ],
    )
    slower = replace(
        train,
        length_m=scale * train.length_m,
        acceleration_mps2=train.acceleration_mps2 / scale,
        braking_mps2=train.braking_mps2 / scale,
        startup_delay_s=scale * train.startup_delay_s,
    )
    stretched = [Stop(scale * stop.position_m, scale * stop.dwell_s) for stop in stops]
    found_s = run(train, track, stops=stops).duration_s
    assert run(slower, larger, stops=stretched).duration_s == pytest.approx(scale * found_s)
