"""The job and the report of the benchmark. Speeds are not tested."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from tools.benchmark import engines as engines_tool
from tools.benchmark import job as job_tool
from tools.benchmark import peers as peers_tool
from tools.benchmark import report as report_tool


def test_the_job_is_the_agreed_one():
    job = job_tool.make_job()
    assert job.track.length_m == 1_200_000
    assert len(job.points_m) == 60
    assert [stop.dwell_s for stop in job.stops] == [180.0] * 6
    assert {stop.position_m for stop in job.stops} <= set(job.points_m)
    speeds_kmh = [3.6 * speed_mps for _, speed_mps in job.sections]
    assert len(speeds_kmh) == 59
    assert 40 <= min(speeds_kmh) < max(speeds_kmh) <= 90
    assert sum(length_m for length_m, _ in job.sections) == pytest.approx(1_200_000)


@pytest.mark.parametrize("sections", [10, 1000])
def test_the_job_can_have_other_numbers_of_sections(sections):
    job = job_tool.make_job(sections)
    assert len(job.sections) == sections
    assert len(job.stops) == 6
    assert (np.diff(job.points_m) > 0).all()


def test_many_runs_are_checked_against_single_runs():
    from routesim.kinematics import run_many

    tool = engines_tool
    job = tool.make_job(10)
    inputs = tool.draw_inputs(job, 3)
    many = run_many(tool.TRAIN, job.track, stops=job.stops, at_m=job.points_m, **inputs)
    assert tool.check_draws(job, many, inputs, some=3) < 1e-6


def test_sumo_gets_the_same_job_with_a_lead_in():
    job = job_tool.make_job()
    line = peers_tool.make_line(job)
    assert line.start_m == 400.0
    assert line.sections[1:-1] == tuple(job.sections[1:-1])
    assert line.sections[0][0] == job.sections[0][0] + 400.0
    assert [position_m for position_m, _ in line.stops] == [
        *(stop.position_m + 400.0 for stop in job.stops),
        1_200_400.0,
    ]


def test_the_report_holds_every_table():
    report = report_tool

    def measure(engine, job, wall_s):
        return {
            "engine": engine,
            "job": job,
            "wall_s": wall_s,
            "running_time_s": 68_000.0,
            "away_s": 1.5,
        }

    engines = [
        measure("routesim run", "one", 2e-4),
        measure("routesim run, 60 arrivals", "one", 4e-4),
        measure("routesim run_many, numpy", "all 60 arrivals kept", 5e-7),
        measure("SUMO", "the job", 0.2),
    ]
    ratios = report.make_ratios(engines)
    assert ratios == [
        {
            "engine": "SUMO",
            "routesim run": pytest.approx(500),
            "routesim run_many, numpy": pytest.approx(400_000),
        }
    ]
    text = report.write_markdown(
        {
            "machine": report.describe_machine(None, None),
            "job": {
                "length_km": 1200,
                "points": 60,
                "stops": 6,
                "dwell_s": 180.0,
                "limits_kmh": (40, 90),
            },
            "engines": engines,
            "ratios": ratios,
            "notes": ["ALTRIOS did not run."],
            "sections": [{"sections": 10, "run_s": 1e-4, "draws": 1000, "numpy": 1e-7}],
            "draws": [
                {
                    "draws": 10,
                    "numpy": 1e-3,
                    "quantiles_s": 1e-3,
                    "inputs_mib": 1.0,
                    "peak_mib": 64.0,
                }
            ],
        }
    )
    assert "| SUMO | the job | 200 ms | 5 | 1,000 | 68,000.00 | +1.50 |" in text
    assert "| SUMO | 500 | 400,000 |" in text
    assert "ALTRIOS did not run." in text
    for table in text.split("\n\n"):
        rows = [row.count("|") for row in table.splitlines() if row.startswith("|")]
        assert len(set(rows)) <= 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [(["--out", "report.txt"], "end it in .md"), (["--peers", "nowhere"], "cannot be run")],
)
def test_bad_arguments_exit_2_with_a_message(monkeypatch, capsys, arguments, expected):
    tool = engines_tool
    monkeypatch.setattr(sys, "argv", ["benchmark_engines.py", *arguments])
    with pytest.raises(SystemExit) as stop:
        tool.read_arguments()
    assert stop.value.code == 2
    assert expected in capsys.readouterr().err
