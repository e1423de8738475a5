"""Comparison of `run` with SUMO on random lines.

The tests need the dependency group `sumo` (``pip install --group sumo``) and are skipped
without it.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from routesim.kinematics import Davis, Gradient, SpeedLimit, Stop, Track, Train, run
from tests.support import sumo_lines

SUMO = sumo_lines.find_sumo()

LINES = 300
LINES_WITH_FORCES = 150
SEED = 20190424
STEP_S = 0.01
WORST_S = 0.05

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        SUMO is None, reason="eclipse-sumo is not installed: pip install --group sumo"
    ),
]


def draw(rng, low, high, digits):
    return round(float(rng.uniform(low, high)), digits)


def draw_line(rng):
    """Draw a line of 3 to 8 sections, its train, and up to 4 stops at least 150 m apart."""
    sections = tuple(
        (draw(rng, 200, 2000, 1), draw(rng, 4, 40, 2)) for _ in range(rng.integers(3, 9))
    )
    total_m = sum(length_m for length_m, _ in sections)
    first_m = sections[0][0]
    # SUMO requires the whole train to start on the first edge.
    length_m = draw(rng, 20, min(700, first_m - 20), 1)
    start_m = draw(rng, length_m, min(length_m + 100, first_m - 10), 1)
    places = np.sort(rng.uniform(start_m + 150, total_m - 20, rng.integers(1, 5))).round(1)
    places = places[np.diff(places, prepend=start_m) > 150]
    return sumo_lines.Line(
        sections=sections,
        length_m=length_m,
        max_speed_mps=draw(rng, 10, 45, 2),
        acceleration_mps2=draw(rng, 0.1, 0.9, 3),
        braking_mps2=draw(rng, 0.2, 1.0, 3),
        start_m=start_m,
        stops=tuple((float(place), float(rng.integers(1, 120))) for place in places),
    )


def draw_forces(rng, line):
    """Draw forces that decrease with speed, for 50 to 4,000 t and 0.1 to 0.6 m/s² at rest."""
    mass_kg = draw(rng, 5e4, 4e6, 0)
    rest_n = mass_kg * draw(rng, 0.1, 0.6, 3)
    speeds_mps = np.linspace(0.0, line.max_speed_mps + 1.0, int(rng.integers(2, 9)))
    shares = np.sort(rng.uniform(0.2, 1.0, speeds_mps.size - 1))[::-1]
    weight_n = 9.80665 * mass_kg
    return sumo_lines.Forces(
        mass_kg=mass_kg,
        rotating_mass_factor=draw(rng, 1.0, 1.2, 3),
        traction=tuple(
            zip(speeds_mps.tolist(), [rest_n, *(rest_n * shares).tolist()], strict=True)
        ),
        # 1 to 2 N/kN at low speed, and up to 2 N/kN more at 25 m/s.
        resistance=(
            weight_n * draw(rng, 1e-3, 2e-3, 5),
            weight_n * draw(rng, 0, 4e-5, 7),
            weight_n * draw(rng, 0, 1.6e-6, 9),
        ),
    )


def make_train(line):
    train = Train(
        length_m=line.length_m,
        max_speed_mps=line.max_speed_mps,
        acceleration_mps2=line.acceleration_mps2,
        braking_mps2=line.braking_mps2,
    )
    if line.forces is None:
        return train
    return replace(
        train,
        acceleration_mps2=None,
        mass_kg=line.forces.mass_kg,
        rotating_mass_factor=line.forces.rotating_mass_factor,
        traction=line.forces.traction,
        resistance=Davis(*line.forces.resistance),
    )


def run_line(line):
    """Return the arrivals at the stops from `run`, on a track that starts at the head."""
    edges_m = np.array(line.edges_m) - line.start_m
    track = Track(
        length_m=edges_m[-1],
        limits=[
            SpeedLimit(start_m, end_m, limit_mps)
            for start_m, end_m, (_, limit_mps) in zip(
                edges_m[:-1], edges_m[1:], line.sections, strict=True
            )
        ],
        gradients=[
            Gradient(start_m, end_m, permille)
            for start_m, end_m, permille in zip(
                edges_m[:-1], edges_m[1:], line.permille, strict=True
            )
        ]
        if line.permille
        else (),
    )
    stops = [Stop(position_m - line.start_m, dwell_s) for position_m, dwell_s in line.stops]
    return run(make_train(line), track, stops=stops).stop_times["arrive_s"].to_numpy()


def list_misses(line, arrivals_s):
    """Return the differences of SUMO's arrivals from ours, and the allowed differences."""
    ours_s = run_line(line)
    count = np.arange(1, len(ours_s) + 1)
    # In SUMO a stop is reached when the speed falls below 0.1 m/s, which is 0.1/d early. The
    # dwell starts then too, so the difference adds up over the stops.
    early_s = sumo_lines.REST_MPS / line.braking_mps2 * count
    # In SUMO every action starts on a time step: braking and accelerating at a stop or a
    # change of limit, and the output for a stop. Each action can shift the train by at most
    # one step. The allowed difference is one step per stop and per change of limit so far,
    # and one for the start.
    changes = [
        sum(edge_m < position_m for edge_m in line.edges_m[1:-1])
        for position_m, _ in line.stops
    ]
    return arrivals_s + early_s - ours_s, STEP_S * (count + np.array(changes) + 1)


def measure_misses(lines, folder):
    """Return the absolute differences at every stop in s, each checked against its bound."""
    network = sumo_lines.build_network(SUMO, lines, folder)
    sumo_lines.run_network(SUMO, lines, network, step_s=STEP_S)
    found = sumo_lines.read_stops(network)
    all_misses_s = []
    for number, line in enumerate(lines):
        arrivals_s = np.array([arrive_s for arrive_s, _ in found[number]])
        assert len(arrivals_s) == len(line.stops)
        misses_s, allowed_s = list_misses(line, arrivals_s)
        assert (np.abs(misses_s) <= allowed_s).all(), (line, misses_s, allowed_s)
        all_misses_s.append(np.abs(misses_s))
    return np.concatenate(all_misses_s)


def report(capsys, what, lines, away_s):
    with capsys.disabled():
        sys.stdout.write(
            f"\nSUMO {SUMO.version}, {what}: {len(lines)} lines, {away_s.size} stops. Arrivals "
            f"differ by {np.median(away_s):.4f} s (median), {away_s.max():.4f} s (maximum)\n"
        )


def require_agreement(away_s, least):
    """Assert that there are enough arrivals and that they agree."""
    assert away_s.size > least
    assert away_s.max() < WORST_S
    assert np.median(away_s) < STEP_S


def test_random_lines_agree_with_sumo(tmp_path, capsys):
    rng = np.random.default_rng(SEED)
    lines = [line for line in (draw_line(rng) for _ in range(LINES)) if line.stops]
    away_s = measure_misses(lines, tmp_path)
    report(capsys, "constant rates", lines, away_s)
    require_agreement(away_s, LINES)


def test_random_trains_with_forces_agree_with_sumo(tmp_path, capsys):
    rng = np.random.default_rng(SEED + 1)
    plain = [line for line in (draw_line(rng) for _ in range(LINES_WITH_FORCES)) if line.stops]
    lines = [replace(line, forces=draw_forces(rng, line)) for line in plain]
    away_s = measure_misses(lines, tmp_path)
    report(capsys, "forces", lines, away_s)
    require_agreement(away_s, LINES_WITH_FORCES)


def draw_climbs(rng, line):
    """Return the line with climbs and level sections on which its train can start.

    There are no descents. On them SUMO's rail model brakes at less than the given rate and
    overruns its stops, while `run` brakes at the given rate.
    """
    forces = line.forces
    steepest = 1000.0 * forces.traction[0][1] / (2.0 * 9.80665 * forces.mass_kg)
    shares = np.maximum(rng.uniform(-0.5, 1.0, len(line.sections)), 0.0)
    return replace(line, permille=tuple((steepest * shares).round(2).tolist()))


def test_random_trains_on_climbs_agree_with_sumo(tmp_path, capsys):
    rng = np.random.default_rng(SEED + 2)
    plain = [line for line in (draw_line(rng) for _ in range(LINES_WITH_FORCES)) if line.stops]
    lines = [draw_climbs(rng, replace(line, forces=draw_forces(rng, line))) for line in plain]
    away_s = measure_misses(lines, tmp_path)
    report(capsys, "climbs", lines, away_s)
    require_agreement(away_s, LINES_WITH_FORCES)
