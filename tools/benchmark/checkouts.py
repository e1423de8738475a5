"""Time two checkouts of routesim alternately in one run, and print the ratios.

Each job runs in its own process, alternately in the first and in the second checkout. Jobs of
the library time themselves and report the best of several calls. Jobs of the command line are
timed as whole processes, start included. Each checkout needs its own environment
(``make .venv/.dev``).

    python tools/benchmark/checkouts.py ../before . --rounds 5
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

SETUP = """
from time import perf_counter
import warnings
import numpy as np
import routesim as rs
warnings.simplefilter("ignore")

def best_of(call, repeats):
    call()
    times = []
    for _ in range(repeats):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    print(min(times))
"""

TRACK = """
train = rs.Train(length_m=400, startup_delay_s=10)
edges = np.linspace(0, 1_200_000, 61)
speeds = np.random.default_rng(1).integers(8, 19, 60) * 5 / 3.6
limits = [rs.SpeedLimit(a, b, v) for a, b, v in zip(edges[:-1], edges[1:], speeds)]
track = rs.Track(length_m=1_200_000, limits=limits)
stops = [rs.Stop(200_000 * n, 180) for n in range(1, 7)]
factor = np.random.default_rng(2).uniform(0.8, 1.2, {draws})
"""

LIBRARY_JOBS = {
    "run, 60 sections": TRACK.format(draws=1)
    + "best_of(lambda: rs.run(train, track, stops=stops), 50)",
    "run_many, numpy, 100,000 draws": TRACK.format(draws=100_000)
    + "best_of(lambda: rs.run_many(train, track, stops=stops, at_m=edges[1:], "
    "speed_factor=factor, engine='numpy'), 5)",
    "run_many, numba, 100,000 draws": TRACK.format(draws=100_000)
    + "best_of(lambda: rs.run_many(train, track, stops=stops, at_m=edges[1:], "
    "speed_factor=factor, engine='numba'), 5)",
    "simulate 2023-09, 20,000 draws": "journey = rs.load_journey('2023-09')\n"
    "best_of(lambda: rs.simulate(journey, draws=20_000), 3)",
    "condition 2023-09, 4,096 draws": "journey = rs.load_journey('2023-09')\n"
    "best_of(lambda: rs.condition(journey, draws=4_096), 1)",
}

COMMAND_JOBS = (
    "journeys",
    "conflicts 2023-09",
    "bounds 2023-09",
    "worlds 2019-04",
    "check 2023-09",
    "condition 2023-09",
    "page 2023-09 -o page.html",
)


@dataclass(frozen=True, slots=True)
class Job:
    """A job to time: arguments for Python, and whether the job times itself."""

    name: str
    arguments: tuple[str, ...]
    times_itself: bool


def list_jobs() -> list[Job]:
    """Return all jobs, the library's first."""
    jobs = [Job("import routesim", ("-c", "import routesim"), times_itself=False)]
    jobs += [
        Job(name, ("-c", SETUP + code), times_itself=True)
        for name, code in LIBRARY_JOBS.items()
    ]
    jobs += [
        Job(f"routesim {line}", ("-m", "routesim", *line.split()), times_itself=False)
        for line in COMMAND_JOBS
    ]
    return jobs


def time_job(job: Job, checkout: Path, folder: str) -> float:
    """Return the time of a job in a checkout, in seconds."""
    python = checkout.resolve() / ".venv" / "bin" / "python"
    start = perf_counter()
    done = subprocess.run(  # noqa: S603 (our own interpreter and arguments)
        [str(python), *job.arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(checkout.resolve())},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = perf_counter() - start
    if done.returncode:
        sys.exit(f"{job.name} fails in {checkout}:\n{done.stderr}")
    return float(done.stdout) if job.times_itself else seconds


def main() -> None:
    """Time all jobs and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("before", type=Path, help="folder of the first checkout")
    parser.add_argument("after", type=Path, help="folder of the second checkout")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each job")
    parser.add_argument("--only", default="", help="run only jobs with this text in their name")
    options = parser.parse_args()
    print(f"{'job':36} {'before, s':>10} {'after, s':>10} {'ratio of medians':>17}")
    with tempfile.TemporaryDirectory() as folder:
        for job in list_jobs():
            if options.only not in job.name:
                continue
            pairs = [
                (time_job(job, options.before, folder), time_job(job, options.after, folder))
                for _ in range(options.rounds)
            ]
            before, after = (median(side) for side in zip(*pairs, strict=True))
            print(f"{job.name:36} {before:10.4f} {after:10.4f} {after / before:17.2f}")


if __name__ == "__main__":
    main()
