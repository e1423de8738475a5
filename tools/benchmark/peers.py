"""SUMO and ALTRIOS on the job of ``tools.benchmark.engines``."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routesim.kinematics import run
from tests.support.sumo_lines import REST_MPS, Line, build_network, read_stops, run_network
from tools.benchmark.job import ACCELERATION_MPS2, LENGTH_M, TRAIN, Measure

if TYPE_CHECKING:
    from tests.support.sumo_lines import Sumo
    from tools.benchmark.job import Job

__all__ = ["measure_altrios", "measure_sumo"]

SUMO_STEPS_S = (1.0, 0.5)
SUMO_TRAINS = 20
TAIL_M = 100.0


def measure_sumo(job: Job, sumo: Sumo, repeat: int) -> list[Measure]:
    """Measure SUMO with one train at two time steps, and with many trains in one process."""
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
        what = f"the job on {SUMO_TRAINS} lines in one process, step {step_s:g} s, per train"
        found.append(Measure("SUMO, many at once", what, wall_s / SUMO_TRAINS))
    return found


def _measure_step(
    sumo: Sumo, line: Line, network: Path, step_s: float, repeat: int, exact_s: float
) -> list[Measure]:
    walls_s = [run_network(sumo, [line], network, step_s=step_s) for _ in range(repeat)]
    arrivals_s = [arrive_s for arrive_s, _ in read_stops(network)[0]]
    # SUMO counts a stop as reached below 0.1 m/s; the difference adds up over the stops.
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
    """Make the job for SUMO, with a lead-in because SUMO needs the whole train on the line."""
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
    """Measure ALTRIOS on the same track without stops, with a train of its own vehicles."""
    order = {"sections": job.sections, "length_m": TRAIN.length_m, "repeat": repeat}
    script = Path(__file__).parent / "altrios_job.py"
    done = subprocess.run(  # noqa: S603 (an interpreter that the caller names)
        [python, str(script)], input=json.dumps(order), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        return [], {"missing": (done.stderr.strip().splitlines() or ["no message"])[-1]}
    stated = json.loads(done.stdout)
    exact_s = run(TRAIN, job.track).duration_s
    what = (
        f"the track without stops; own train of {stated['mass_kg'] / 1000:,.0f} t with forces, "
        f"step 1 s, {stated['distance_m'] / 1000:,.1f} km"
    )
    times = stated["running_time_s"], stated["running_time_s"] - exact_s
    return [
        Measure("ALTRIOS, run", f"{what}; running", stated["walk_s"], *times),
        Measure(
            "ALTRIOS, plan and run", f"{what}; planning and running",
            stated["plan_s"] + stated["walk_s"], *times,
        ),
    ], stated  # fmt: skip
