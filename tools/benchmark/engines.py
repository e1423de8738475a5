"""Measure routesim, SUMO and ALTRIOS on one job, and the cost of routesim by size of the job.

The job: 1,200 km, 60 timing points, 6 stops of 180 s, speed limits drawn uniformly from 40 to
90 km/h, a train of 400 m that accelerates at 0.3 m/s2 and brakes at 0.5 m/s2.

Usage::

    python -m tools.benchmark.engines [--peers PYTHON] [--quick] [--out FILE.md]

``--peers`` names the interpreter of an environment with the dependency group ``peers``. Without
it, SUMO and ALTRIOS are searched for in the environment of routesim. An engine that is missing
is left out, and the report says so. With ``--out`` the tables go to FILE.md, and all figures to
FILE.json beside it.

Each time is the best of several runs in one session on one machine. For SUMO, whose network is
built beforehand, it is the time of the whole process, and this time minus that of a run of one
step (start and loading). For ALTRIOS it is the time to run the train over its timed path,
without and with the planning of this path. For routesim it is the time of the call.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.files.write import write_atomically
from routesim.kinematics import run, run_many
from tests.support.sumo_lines import find_sumo
from tools.benchmark.job import (
    DWELL_S,
    LENGTH_M,
    LIMITS_KMH,
    POINTS,
    SEED,
    STOPS,
    TRAIN,
    Job,
    Measure,
    make_job,
)
from tools.benchmark.peers import measure_altrios, measure_sumo
from tools.benchmark.report import describe_machine, make_ratios, write_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

BATCH = 100_000
"""Number of draws in memory at once in the table of costs."""

MANY = 1_000_000
KIB_A_MIB = 1024.0
BYTES_A_MIB = 1024.0**2
LEVELS = (0.05, 0.5, 0.95)
REPEAT = 4


def list_engines() -> list[str]:
    """Return the engines of `run_many` that are installed."""
    return ["numpy", *(["numba"] if find_spec("numba") else [])]


def list_tasks(job: Job) -> dict[str, dict[str, Any]]:
    """Return the options of `run_many` that select what to keep, by name in the report."""
    return {
        "all 60 arrivals kept": {"at_m": job.points_m},
        "arrivals at the 6 stops kept": {"at_m": None},
        "5, 50 and 95 % of the stops kept": {"at_m": None, "quantiles": LEVELS},
    }


def draw_inputs(
    job: Job, draws: int, *, by_limit: bool = False, by_stop: bool = True
) -> dict[str, Any]:
    """Draw speeds (per draw or per limit), dwells (per stop or per draw) and both rates."""
    rng = np.random.default_rng(SEED)
    shape = (draws, len(job.track.limits)) if by_limit else draws
    return {
        "speed_factor": rng.uniform(0.8, 1.1, shape),
        "dwell_s": rng.uniform(60, 600, (draws, len(job.stops)) if by_stop else draws),
        "acceleration_mps2": rng.uniform(0.2, 0.4, draws),
        "braking_mps2": rng.uniform(0.3, 0.6, draws),
    }


def time_many(job: Job, inputs: dict[str, Any], repeat: int, **task: Any) -> float:
    """Return the shortest time of several calls of `run_many`; the first is a warm-up."""
    walls_s = []
    for _ in range(repeat):
        begun = perf_counter()
        run_many(TRAIN, job.track, stops=job.stops, **inputs, **task)
        walls_s.append(perf_counter() - begun)
    return min(walls_s)


def time_best(call: Callable[[], object], seconds: float) -> float:
    """Call repeatedly for some seconds and return the shortest time of a call."""
    best, end = float("inf"), perf_counter() + seconds
    call()
    while perf_counter() < end:
        begun = perf_counter()
        call()
        best = min(best, perf_counter() - begun)
    return best


def measure_routesim(job: Job, draws: int, seconds: float) -> list[Measure]:
    """Measure one run and many runs by each engine; check that they agree."""
    whole = run(TRAIN, job.track, stops=job.stops)
    found = [
        Measure(
            "routesim run",
            "the job; exact, one run",
            time_best(lambda: run(TRAIN, job.track, stops=job.stops), seconds),
            whole.duration_s,
            0.0,
        ),
        Measure(
            "routesim run, 60 arrivals",
            "the job; exact, one run and time_at",
            time_best(
                lambda: run(TRAIN, job.track, stops=job.stops).time_at(job.points_m), seconds
            ),
            whole.duration_s,
            0.0,
        ),
    ]
    inputs = draw_inputs(job, draws)
    some = min(draws, BATCH)
    by_limit = draw_inputs(job, some, by_limit=True)
    for engine in list_engines():
        many = run_many(
            TRAIN, job.track, stops=job.stops, at_m=job.points_m, engine=engine, **inputs
        )
        away_s = check_draws(job, many, inputs)
        name = f"routesim run_many, {engine}"
        for kept, task in list_tasks(job).items():
            wall_s = time_many(job, inputs, REPEAT, engine=engine, **task)
            what = f"the job; exact, {draws:,} draws, {kept}, per run"
            away = away_s if "quantiles" not in task else None
            found.append(Measure(name, what, wall_s / draws, away_s=away))
        wall_s = time_many(job, by_limit, REPEAT, engine=engine, at_m=job.points_m)
        what = f"the same with a speed per limit, {some:,} draws, all 60 arrivals, per run"
        found.append(Measure(name, what, wall_s / some))
    return found


def check_draws(job: Job, many: Any, varied: dict[str, np.ndarray], some: int = 20) -> float:
    """Return the largest difference of arrivals between some draws and `run`, in seconds."""
    worst_s = 0.0
    for draw in range(some):
        factor = float(varied["speed_factor"][draw])
        train = replace(
            TRAIN,
            max_speed_mps=TRAIN.max_speed_mps * factor,
            acceleration_mps2=float(varied["acceleration_mps2"][draw]),
            braking_mps2=float(varied["braking_mps2"][draw]),
        )
        limits = [replace(row, speed_mps=row.speed_mps * factor) for row in job.track.limits]
        stops = [
            replace(stop, dwell_s=float(dwell_s))
            for stop, dwell_s in zip(job.stops, varied["dwell_s"][draw], strict=True)
        ]
        one = run(train, replace(job.track, limits=limits), stops=stops)
        away_s = np.abs(many.arrive_s[draw] - one.time_at(job.points_m))
        worst_s = max(worst_s, float(away_s.max()))
    return worst_s


def measure_sections(counts: list[int], draws: int, seconds: float) -> list[dict[str, Any]]:
    """Measure the cost against the number of sections."""
    rows = []
    for count in counts:
        job = make_job(count)
        one_s = time_best(lambda job=job: run(TRAIN, job.track, stops=job.stops), seconds)
        row = {"sections": count, "run_s": one_s, "draws": draws}
        inputs = draw_inputs(job, draws)
        for engine in list_engines():
            wall_s = time_many(job, inputs, REPEAT, engine=engine, at_m=job.points_m[-1:])
            row[engine] = wall_s / draws
        rows.append(row)
    return rows


def measure_draws(counts: list[int]) -> list[dict[str, Any]]:
    """Measure the cost against the number of draws, with all arrivals of a batch in memory."""
    job = make_job()
    rows = []
    for count in counts:
        row: dict[str, Any] = {"draws": count}
        inputs = draw_inputs(job, min(count, BATCH))
        for engine in list_engines():
            task = {"engine": engine, "at_m": job.points_m}
            batches = max(1, count // BATCH)
            time_many(job, draw_inputs(job, 1), 1, **task)
            row[engine] = sum(
                time_many(job, inputs, REPEAT if batches == 1 else 1, **task)
                for _ in range(batches)
            )
        few = draw_inputs(job, count, by_stop=False)
        row["inputs_mib"] = sum(array.nbytes for array in few.values()) / BYTES_A_MIB
        best = {"engine": list_engines()[-1], "at_m": None, "quantiles": LEVELS}
        row["quantiles_s"] = time_many(job, few, REPEAT if count <= BATCH else 2, **best)
        row["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_A_MIB
        rows.append(row)
    return rows


def main() -> None:
    """Measure everything, print the tables and write them to the requested files."""
    asked = read_arguments()
    quick = asked.quick
    seconds, repeat = (0.2, 2) if quick else (1.0, 5)
    # This runs first, so that the peak of memory is that of this measurement.
    powers = range(6 if quick else 8)
    draws = measure_draws([10**power for power in powers])
    job = make_job()
    measures = measure_routesim(job, 10_000 if quick else MANY, seconds)
    sumo = find_sumo(asked.peers)
    notes = []
    if sumo is None:
        notes.append("SUMO was not found: `pip install --group peers`, then `--peers PYTHON`.")
    else:
        measures += measure_sumo(job, sumo, repeat)
    found, altrios = measure_altrios(job, asked.peers, repeat)
    measures += found
    if not found:
        notes.append(f"ALTRIOS did not run: {altrios['missing']}")
    sections = measure_sections([10, 100, 1000] + [10_000] * (not quick), 1000, seconds)
    found_rows = [asdict(measure) for measure in measures]
    report = {
        "machine": describe_machine(sumo.version if sumo else None, altrios.get("version")),
        "job": {
            "length_km": LENGTH_M / 1000,
            "points": POINTS,
            "stops": STOPS,
            "dwell_s": DWELL_S,
            "limits_kmh": LIMITS_KMH,
            "seed": SEED,
        },
        "engines": found_rows,
        "ratios": make_ratios(found_rows),
        "notes": notes,
        "altrios": altrios,
        "sections": sections,
        "draws": draws,
    }
    text = write_markdown(report)
    print(text)
    if asked.out is not None:
        write_text(asked.out, text)
        write_text(asked.out.with_suffix(".json"), json.dumps(report, indent=1) + "\n")


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--quick", action="store_true", help="fewer and smaller jobs")
    parser.add_argument("--out", type=Path, metavar="FILE.md")
    asked = parser.parse_args()
    if asked.out is not None and asked.out.suffix != ".md":
        parser.error(f"--out: {asked.out.name!r}; end it in .md")
    if which(asked.peers) is None:
        parser.error(f"--peers: {asked.peers!r} cannot be run; name a Python interpreter")
    return asked


def write_text(path: Path, text: str) -> None:
    """Write a file completely or not at all."""
    with write_atomically(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
