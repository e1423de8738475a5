"""Measure routesim beside SUMO and ALTRIOS on one job, and its cost as a job grows.

The job: 1,200 km, 60 timing points, 6 stops of 180 s, limits drawn evenly from 40 to
90 km/h, a train of 400 m with 0.3 and 0.5 m/s2.

Usage::

    python tools/benchmark_engines.py [--peers PYTHON] [--quick] [--out FILE.md]

``--peers`` names the interpreter of an environment with the dependency group ``peers``;
without it SUMO and ALTRIOS are looked for beside routesim. An engine that is not there is
left out, and the report says so. With ``--out`` the tables go to FILE.md, and all figures
to FILE.json beside it.

What is timed: the best of several, in one session on one machine. SUMO: its whole process,
as a user starts it, and the same less what a run of one step takes (start and loading).
Its network is built before. ALTRIOS: walking the train over its timed path, and planning
that path. routesim: the call, with arrivals at all timing points.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from shutil import which
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from benchmark_report import describe_machine, write_markdown
from sumo_lines import REST_MPS, Line, build_network, find_sumo, read_stops, run_network

from routesim.datafiles import write_atomically
from routesim.kinematics import SpeedLimit, Stop, Track, Train, run, run_many
from routesim.units import kmh_to_mps

if TYPE_CHECKING:
    from collections.abc import Callable

    from sumo_lines import Sumo

LENGTH_M = 1_200_000.0
POINTS = 60
STOPS = 6
DWELL_S = 180.0
LIMITS_KMH = (40.0, 90.0)
ACCELERATION_MPS2 = 0.3
TRAIN = Train(
    length_m=400.0, max_speed_mps=25.0, acceleration_mps2=ACCELERATION_MPS2, braking_mps2=0.5
)
SEED = 7
BATCH = 100_000
"""Draws that are in memory at once in the table of costs."""

SUMO_STEPS_S = (1.0, 0.5)
SUMO_TRAINS = 20
TAIL_M = 100.0
KIB_A_MIB = 1024.0


@dataclass(frozen=True, slots=True)
class Job:
    """A track with its sections, the points where times are wanted, and the stops."""

    track: Track
    points_m: np.ndarray
    stops: tuple[Stop, ...]

    @property
    def sections(self) -> list[tuple[float, float]]:
        """Length in m and limit in m/s of every section."""
        return [(limit.end_m - limit.start_m, limit.speed_mps) for limit in self.track.limits]


@dataclass(frozen=True, slots=True)
class Measure:
    """What one engine did: seconds of wall time a run, and the running time it found."""

    engine: str
    job: str
    wall_s: float
    running_time_s: float | None = None
    away_s: float | None = None


def make_job(sections: int = POINTS - 1) -> Job:
    """Lay the job's track, cut into sections of random length with a limit each."""
    rng = np.random.default_rng(SEED)
    shares = rng.dirichlet(np.full(sections, 5.0))
    points_m = np.round(np.concatenate([[0.0], np.cumsum(shares)]) * LENGTH_M, 1)
    speeds_mps = kmh_to_mps(rng.uniform(*LIMITS_KMH, sections))
    limits = [
        SpeedLimit(start_m, end_m, speed_mps)
        for start_m, end_m, speed_mps in zip(
            points_m[:-1], points_m[1:], speeds_mps, strict=True
        )
    ]
    places = np.linspace(0, sections, STOPS + 2).round().astype(int)[1:-1]
    stops = tuple(Stop(float(points_m[place]), DWELL_S) for place in places)
    return Job(Track(length_m=LENGTH_M, limits=limits), points_m, stops)


def list_engines() -> list[str]:
    """Return the engines of `run_many` that can be measured here."""
    if "engine" in signature(run_many).parameters and find_spec("numba"):
        return ["numpy", "numba"]
    return ["numpy"]


def call_many(job: Job, draws: int, engine: str, points_m: np.ndarray | None = None) -> Any:
    """Run many draws in which speeds, dwells and both rates vary."""
    rng = np.random.default_rng(SEED)
    options = {"engine": engine} if "engine" in signature(run_many).parameters else {}
    varied = {
        "speed_factor": rng.uniform(0.8, 1.1, draws),
        "dwell_s": rng.uniform(60, 600, (draws, len(job.stops))),
        "acceleration_mps2": rng.uniform(0.2, 0.4, draws),
        "braking_mps2": rng.uniform(0.3, 0.6, draws),
    }
    at_m = job.points_m if points_m is None else points_m
    begun = perf_counter()
    many = run_many(TRAIN, job.track, stops=job.stops, at_m=at_m, **varied, **options)
    return many, varied, perf_counter() - begun


def time_best(call: Callable[[], object], seconds: float) -> float:
    """Return the shortest time of a call among as many as fit into some seconds."""
    best, end = float("inf"), perf_counter() + seconds
    call()
    while perf_counter() < end:
        begun = perf_counter()
        call()
        best = min(best, perf_counter() - begun)
    return best


def measure_routesim(job: Job, draws: int, seconds: float) -> list[Measure]:
    """Measure one run, and many by every engine; check that many agree with one."""
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
    for engine in list_engines():
        many, varied, _ = call_many(job, draws, engine)
        walls_s = [call_many(job, draws, engine)[2] for _ in range(5)]
        found.append(
            Measure(
                f"routesim run_many, {engine}",
                f"the job; exact, {draws:,} draws, all 60 arrivals kept, a run",
                min(walls_s) / draws,
                away_s=check_draws(job, many, varied),
            )
        )
    return found


def check_draws(job: Job, many: Any, varied: dict[str, np.ndarray], some: int = 20) -> float:
    """Return by how much arrivals of some draws differ from those of `run`, at most."""
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


def measure_sumo(job: Job, sumo: Sumo, repeat: int) -> list[Measure]:
    """Measure SUMO with one train at two steps, and with many trains in one process."""
    exact = run(TRAIN, job.track, stops=job.stops)
    line = make_line(job)
    found = []
    with tempfile.TemporaryDirectory() as name:
        network = build_network(sumo, [line], Path(name))
        for step_s in SUMO_STEPS_S:
            found += _measure_step(sumo, line, network, step_s, repeat, exact.duration_s)
    with tempfile.TemporaryDirectory() as name:
        lines = [line] * SUMO_TRAINS
        network = build_network(sumo, lines, Path(name))
        step_s = SUMO_STEPS_S[0]
        wall_s = min(run_network(sumo, lines, network, step_s=step_s) for _ in range(repeat))
        what = f"the job on {SUMO_TRAINS} lines in one process, step {step_s:g} s, a train"
        found.append(Measure("SUMO, many at once", what, wall_s / SUMO_TRAINS))
    return found


def _measure_step(
    sumo: Sumo, line: Line, network: Path, step_s: float, repeat: int, exact_s: float
) -> list[Measure]:
    walls_s = [run_network(sumo, [line], network, step_s=step_s) for _ in range(repeat)]
    arrivals_s = [arrive_s for arrive_s, _ in read_stops(network)[0]]
    # SUMO calls a stop reached below 0.1 m/s; that adds up over the stops.
    early_s = REST_MPS / TRAIN.braking_mps2 * len(arrivals_s)
    came_s = arrivals_s[-1] + early_s
    starts_s = [
        run_network(sumo, [line], network, step_s=step_s, end_s=step_s) for _ in range(repeat)
    ]
    what = f"the job; Krauss, sigma 0, ballistic, step {step_s:g} s"
    return [
        Measure(
            f"SUMO, step {step_s:g} s", f"{what}; process", min(walls_s), came_s,
            came_s - exact_s,
        ),
        Measure(
            f"SUMO, step {step_s:g} s, simulating",
            f"{what}; less start and loading",
            max(min(walls_s) - min(starts_s), 0.0),
            came_s,
            came_s - exact_s,
        ),
    ]  # fmt: skip


def make_line(job: Job) -> Line:
    """Make the job for SUMO, with a lead-in: it wants the whole train on the line."""
    lead_m = TRAIN.length_m
    sections = job.sections
    sections[0] = (sections[0][0] + lead_m, sections[0][1])
    sections[-1] = (sections[-1][0] + TAIL_M, sections[-1][1])
    stops = [(stop.position_m + lead_m, stop.dwell_s) for stop in job.stops]
    return Line(
        sections=tuple(sections),
        length_m=TRAIN.length_m,
        max_speed_mps=TRAIN.max_speed_mps,
        acceleration_mps2=ACCELERATION_MPS2,
        braking_mps2=TRAIN.braking_mps2,
        start_m=lead_m,
        stops=(*stops, (LENGTH_M + lead_m, 1.0)),
    )


def measure_altrios(job: Job, python: str, repeat: int) -> tuple[list[Measure], dict[str, Any]]:
    """Measure ALTRIOS on the same track without stops; the train is of its own vehicles."""
    order = {"sections": job.sections, "length_m": TRAIN.length_m, "repeat": repeat}
    script = Path(__file__).parent / "altrios_job.py"
    done = subprocess.run(  # noqa: S603 (an interpreter that the caller names)
        [python, str(script)], input=json.dumps(order), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        return [], {"missing": done.stderr.strip().splitlines()[-1:]}
    told = json.loads(done.stdout)
    exact_s = run(TRAIN, job.track).duration_s
    what = (
        f"the track without stops; own train of {told['mass_kg'] / 1000:,.0f} t with forces, "
        f"step 1 s, {told['distance_m'] / 1000:,.1f} km"
    )
    times = told["running_time_s"], told["running_time_s"] - exact_s
    return [
        Measure("ALTRIOS, walk", f"{what}; walking", told["walk_s"], *times),
        Measure(
            "ALTRIOS, plan and walk", f"{what}; planning and walking",
            told["plan_s"] + told["walk_s"], *times,
        ),
    ], told  # fmt: skip


def measure_sections(counts: list[int], draws: int, seconds: float) -> list[dict[str, Any]]:
    """Measure the cost against the number of sections."""
    rows = []
    for count in counts:
        job = make_job(count)
        one_s = time_best(lambda job=job: run(TRAIN, job.track, stops=job.stops), seconds)
        row = {"sections": count, "run_s": one_s, "draws": draws}
        for engine in list_engines():
            ends_m = job.points_m[-1:]
            call_many(job, draws, engine, ends_m)
            walls_s = [call_many(job, draws, engine, ends_m)[2] for _ in range(3)]
            row[engine] = min(walls_s) / draws
        rows.append(row)
    return rows


def measure_draws(counts: list[int]) -> list[dict[str, Any]]:
    """Measure the cost against the number of draws, all arrivals of a batch in memory."""
    job = make_job()
    rows = []
    for count in counts:
        row: dict[str, Any] = {"draws": count}
        for engine in list_engines():
            call_many(job, 1, engine)
            sizes = [BATCH] * (count // BATCH) + [count % BATCH] * (count % BATCH > 0)
            walls_s = [
                sum(call_many(job, size, engine)[2] for size in sizes)
                for _ in range(3 if count <= BATCH else 1)
            ]
            row[engine] = min(walls_s)
        row["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_A_MIB
        rows.append(row)
    return rows


def main() -> None:
    """Measure everything, print it and write it where asked."""
    asked = read_arguments()
    quick = asked.quick
    seconds, repeat = (0.2, 2) if quick else (1.0, 5)
    job = make_job()
    measures = measure_routesim(job, 10_000 if quick else BATCH, seconds)
    sumo = find_sumo(asked.peers)
    notes = []
    if sumo is None:
        notes.append("SUMO was not found: `pip install --group peers`, then `--peers PYTHON`.")
    else:
        measures += measure_sumo(job, sumo, repeat)
    found, altrios = measure_altrios(job, asked.peers, repeat)
    measures += found
    if not found:
        notes.append(f"ALTRIOS did not run: {altrios['missing']}.")
    sections = measure_sections([10, 100, 1000] + [10_000] * (not quick), 1000, seconds)
    powers = range(6 if quick else 8)
    draws = measure_draws([10**power for power in powers])
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
        "engines": [asdict(measure) for measure in measures],
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
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--quick", action="store_true", help="fewer and smaller")
    parser.add_argument("--out", type=Path, metavar="FILE.md")
    asked = parser.parse_args()
    if asked.out is not None and asked.out.suffix != ".md":
        parser.error(f"--out: {asked.out.name!r}; end it in .md")
    if which(asked.peers) is None:
        parser.error(f"--peers: {asked.peers!r} cannot be run; name a Python interpreter")
    return asked


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    with write_atomically(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
