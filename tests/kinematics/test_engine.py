"""All engines give the same times, and the same as `run`."""

import subprocess
import sys

import numpy as np
import pytest

from routesim.errors import ArgumentError, StallError
from routesim.kinematics import (
    Davis,
    Gradient,
    SpeedLimit,
    Stop,
    Track,
    Train,
    run,
    run_many,
)
from routesim.kinematics.batch import engines, kernel, numpy_engine, results
from routesim.kinematics.batch.compiled import has_numba
from routesim.kinematics.batch.engines import NumbaEngine

TRAIN = Train(length_m=400, startup_delay_s=10)
# After the stop at 20 km the lower limit holds for another 400 m, until the rear clears it.
TRACK = Track(
    length_m=60_000,
    limits=[SpeedLimit(0, 20_000, 15), SpeedLimit(20_000, 45_000, 24)],
)
STOPS = (Stop(0, 30), Stop(20_000, 60), Stop(45_000, 90), Stop(60_000, 5))
POINTS_M = [0, 7000, 20_000, 30_000, 30_000, 45_000, 60_000]


def draw(count, seed=5):
    rng = np.random.default_rng(seed)
    return {
        "speed_factor": rng.uniform(0.6, 1.2, count),
        "dwell_s": rng.uniform(0, 200, (count, 4)),
        "acceleration_mps2": rng.uniform(0.1, 0.6, count),
        "braking_mps2": rng.uniform(0.2, 0.6, count),
    }


@pytest.fixture
def plain_loops(monkeypatch):
    """Run the loops of the kernel as plain Python, with or without numba installed."""
    monkeypatch.setattr(engines, "has_numba", lambda: True)
    monkeypatch.setattr(engines, "NumbaEngine", lambda of: NumbaEngine(of, kernel.run_blocks))


def one_by_one(draws, train=TRAIN, track=TRACK):
    rows = []
    for i in range(len(draws["speed_factor"])):
        factor = draws["speed_factor"][i]
        slower = Train(
            length_m=train.length_m,
            startup_delay_s=train.startup_delay_s,
            max_speed_mps=factor * train.max_speed_mps,
            acceleration_mps2=draws["acceleration_mps2"][i],
            braking_mps2=draws["braking_mps2"][i],
        )
        limits = [
            SpeedLimit(x.start_m, x.end_m, factor * x.speed_mps, x.applies_to)
            for x in track.limits
        ]
        stops = [Stop(s.position_m, d) for s, d in zip(STOPS, draws["dwell_s"][i], strict=True)]
        found = run(slower, Track(length_m=track.length_m, limits=limits), stops=stops)
        rows.append([*found.time_at(POINTS_M), found.duration_s])
    return np.array(rows)


@pytest.mark.usefixtures("plain_loops")
def test_draws_with_and_without_an_unreached_limit():
    # After the start at 20 km the limit of 15 m/s holds for 400 m. The sample must contain
    # draws that reach it there and draws that do not.
    draws = draw(40)
    reached = 0.5 * (15 * draws["speed_factor"]) ** 2 / draws["acceleration_mps2"] < 400
    assert 0 < reached.sum() < 40
    expected = one_by_one(draws)
    for name in ("numpy", "numba"):
        found = run_many(TRAIN, TRACK, stops=STOPS, at_m=POINTS_M, engine=name, **draws)
        np.testing.assert_allclose(found.arrive_s, expected[:, :-1], rtol=1e-11, atol=1e-9)
        np.testing.assert_allclose(found.duration_s, expected[:, -1], rtol=1e-11)


@pytest.mark.usefixtures("plain_loops")
def test_a_block_can_mix_sums_and_walk():
    # A limit of 8 m/s over 300 m. Slow draws reach every ruling speed, fast draws do not.
    limits = [*TRACK.limits, SpeedLimit(50_000, 50_300, 8)]
    track = Track(length_m=60_000, limits=limits)
    draws = draw(30) | {"speed_factor": np.linspace(0.05, 1.5, 30)}
    expected = one_by_one(draws, track=track)
    for name in ("numpy", "numba"):
        found = run_many(TRAIN, track, stops=STOPS, at_m=POINTS_M, engine=name, **draws)
        np.testing.assert_allclose(found.arrive_s, expected[:, :-1], rtol=1e-11, atol=1e-9)


def test_without_points_the_times_are_those_of_stops():
    found = run_many(TRAIN, TRACK, stops=STOPS[::-1], speed_factor=[0.9, 1.0])
    assert found.at_m.tolist() == [0, 20_000, 45_000, 60_000]
    assert found.arrive_s.shape == (2, 4)


def test_quantiles_of_few_draws_are_exact():
    draws = draw(500)
    every = run_many(TRAIN, TRACK, stops=STOPS, at_m=POINTS_M, **draws)
    levels = [0.0, 0.05, 0.5, 1.0]
    found = run_many(TRAIN, TRACK, stops=STOPS, at_m=POINTS_M, quantiles=levels, **draws)
    np.testing.assert_allclose(found.arrive_s, np.quantile(every.arrive_s, levels, axis=0))
    np.testing.assert_allclose(found.depart_s, np.quantile(every.depart_s, levels, axis=0))
    np.testing.assert_allclose(found.duration_s, np.quantile(every.duration_s, levels))
    assert found.resolution_s == 0.0


@pytest.mark.parametrize("in_order", [False, True])
def test_quantiles_of_many_draws_are_within_their_resolution(monkeypatch, in_order):
    monkeypatch.setattr(results, "FEW_TIMES", 1000)
    monkeypatch.setattr(results, "DRAWS_PASSING", 1 << 12)
    draws = draw(30_000)
    if in_order:
        draws["speed_factor"].sort()
    # One outlier beyond the bins of the pilot sample.
    draws["speed_factor"][7] = 0.01
    every = run_many(TRAIN, TRACK, stops=STOPS, at_m=POINTS_M, **draws)
    levels = [0.0, 0.05, 0.5, 0.95, 1.0]
    found = run_many(TRAIN, TRACK, stops=STOPS, at_m=POINTS_M, quantiles=levels, **draws)
    assert found.resolution_s > 0
    for name in ("arrive_s", "depart_s", "duration_s"):
        expected = np.quantile(getattr(every, name), levels, axis=0)
        miss = np.abs(getattr(found, name) - expected)
        assert miss.max() <= found.resolution_s


def test_a_stall_in_one_draw_is_reported():
    train = Train(
        mass_kg=1e6, acceleration_mps2=None, traction=[(0, 3e5)], resistance=Davis(1e4)
    )
    hill = Track(length_m=9000, gradients=[Gradient(2000, 3000, 40)])
    # 1000 t on 40 permille need 392 kN plus 10 kN of resistance. The traction is 300 kN.
    with pytest.raises(StallError, match="lacks"):
        run_many(train, hill, at_m=[9000], speed_factor=[0.2, 0.3], engine="numpy")


def test_rejects_unusable_engines(monkeypatch):
    with pytest.raises(ArgumentError) as caught:
        run_many(TRAIN, TRACK, at_m=[0], quantiles=[0.5, 1.5], engine="fortran")
    assert str(caught.value).splitlines() == [
        "2 faults:",
        "  quantiles: contains 1.5; give numbers up to 1",
        "  engine: is 'fortran'; give 'auto' or 'numpy' or 'numba'",
    ]
    monkeypatch.setattr(engines, "has_numba", lambda: False)
    with pytest.raises(ArgumentError, match="install routesim"):
        run_many(TRAIN, TRACK, at_m=[0], engine="numba")
    monkeypatch.setattr(engines, "COMPILE_FROM", 1)
    assert run_many(TRAIN, TRACK, at_m=[0]).arrive_s.shape == (1, 1)


def test_results_do_not_depend_on_parts_if_some_draws_use_the_walk(monkeypatch):
    limits = [*TRACK.limits, SpeedLimit(50_000, 50_300, 8)]
    track = Track(length_m=60_000, limits=limits)
    draws = draw(50) | {"speed_factor": np.linspace(0.05, 1.5, 50)}
    whole = run_many(TRAIN, track, stops=STOPS, at_m=POINTS_M, **draws)
    monkeypatch.setattr(numpy_engine, "DRAWS_AT_A_TIME", 3)
    parts = run_many(TRAIN, track, stops=STOPS, at_m=POINTS_M, **draws)
    np.testing.assert_array_equal(parts.arrive_s, whole.arrive_s)


@pytest.mark.slow
@pytest.mark.skipif(not has_numba(), reason="needs the extra fast")
def test_numba_gives_the_same_times():
    forced = Train(
        mass_kg=1e6,
        acceleration_mps2=None,
        traction=[(0, 4e5), (10, 3e5), (30, 1e5)],
        resistance=Davis(1e4, 100, 30),
    )
    hills = Track(
        length_m=60_000,
        limits=TRACK.limits,
        gradients=[Gradient(5000, 9000, 8), Gradient(30_000, 40_000, -6)],
    )
    draws = draw(300)
    for train, track in ((TRAIN, TRACK), (forced, hills)):
        same = {"stops": STOPS, "at_m": POINTS_M} | draws
        one = run_many(train, track, engine="numpy", **same)
        other = run_many(train, track, engine="numba", **same)
        np.testing.assert_allclose(other.arrive_s, one.arrive_s, rtol=1e-11, atol=1e-9)
        np.testing.assert_allclose(other.duration_s, one.duration_s, rtol=1e-11)
    levels = [0.1, 0.5]
    many = draw(400_000)
    one = run_many(TRAIN, TRACK, stops=STOPS, quantiles=levels, engine="numpy", **many)
    other = run_many(TRAIN, TRACK, stops=STOPS, quantiles=levels, engine="numba", **many)
    np.testing.assert_allclose(other.arrive_s, one.arrive_s, atol=one.resolution_s)


def test_importing_the_room_imports_neither_pandas_nor_numba():
    # A lazily loaded pandas is in sys.modules by name, but without its submodules.
    code = (
        "import sys, routesim.kinematics; "
        "sys.exit(bool({'pandas.core', 'numba'} & {*sys.modules}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
