"""Run the benchmark's track with ALTRIOS, with the job on stdin and the result on stdout.

``tools.benchmark.engines`` starts this script with the interpreter that has ALTRIOS. ALTRIOS
needs an older numpy than routesim, so the two cannot share an environment. The job is the JSON
``{"sections": [[length_m, limit_mps], ...], "length_m": ..., "repeat": ...}``, where
``length_m`` outside the sections is the length of the train.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import altrios as alt
import yaml

TAIL_M = 2000.0
"""Length of an extra last link, because ALTRIOS stops a train at the start of the last link."""

CARS = 18
LOCOMOTIVES = 3
NO_LIMITS_OF_NETWORK = {
    "max_grade": 0.06,
    "max_curv_radians_per_meter": 0.0086,
    "max_heading_step_radians": 0.24,
    "max_elev_step_meters": 0.0,
}
REGIONS = "MROWc,MN,MN"
HALF_TURN = 3.14159


def make_network(sections: list[tuple[float, float]]) -> list[Any]:
    """Return the track as a chain of level, straight links, and the chain in reverse."""
    count = len(sections)
    there = [
        _make_link(number, 2 * count + 1 - number, count, section, 0.0)
        for number, section in enumerate(sections, start=1)
    ]
    back = [
        _make_link(count + number, count + 1 - number, 2 * count, section, HALF_TURN)
        for number, section in enumerate(reversed(sections), start=1)
    ]
    back[0]["idx_prev"] = 0
    nothing = _make_link(0, 0, 0, (0.0, 1.0), 0.0)
    nothing |= {"idx_prev": 0, "elevs": [], "headings": [], "speed_set": None}
    return [NO_LIMITS_OF_NETWORK, [nothing, *there, *back]]


def _make_link(
    number: int, flip: int, last: int, section: tuple[float, float], heading: float
) -> dict[str, Any]:
    length_m, limit_mps = section
    ends = [0.0, length_m]
    return {
        "idx_curr": number,
        "idx_flip": flip,
        "idx_next": number + 1 if number < last else 0,
        "idx_next_alt": 0,
        "idx_prev": number - 1,
        "idx_prev_alt": 0,
        "length_meters": length_m,
        "elevs": [{"offset_meters": end, "elev_meters": 0.0} for end in ends],
        "headings": [{"offset_meters": end, "heading_radians": heading} for end in ends],
        "speed_set": {
            "speed_limits": [
                {
                    "offset_start_meters": 0.0,
                    "offset_end_meters": length_m,
                    "speed_meters_per_second": limit_mps,
                }
            ],
            "speed_params": [],
            "is_head_end": False,
        },
        "cat_power_limits": [],
        "link_idxs_lockout": [],
    }


def write_files(sections: list[tuple[float, float]], folder: Path) -> tuple[Path, Path]:
    """Write the network and the locations of A and B; return both paths."""
    count = len(sections)
    network = folder / "network.yaml"
    network.write_text(yaml.safe_dump(make_network(sections)), encoding="utf-8")
    locations = folder / "locations.csv"
    ends = [("A", 1), ("A", 2 * count), ("B", count), ("B", count + 1)]
    locations.write_text(
        "Location ID,Link Index,Offset (m),Is Front End,Grid Emissions Region,"
        "Electricity Price Region,Liquid Fuel Price Region\n"
        + "".join(f"{place},{link},0,FALSE,{REGIONS}\n" for place, link in ends),
        encoding="utf-8",
    )
    return network, locations


def run_once(network_file: Path, locations_file: Path, length_m: float) -> dict[str, Any]:
    """Build a train of ALTRIOS's own vehicles, plan its timed path and run it."""
    network = alt.Network.from_file(network_file)
    car = alt.RailVehicle.from_file(
        alt.resources_root() / "rolling_stock" / "Manifest_Empty.yaml"
    )
    builder = alt.TrainSimBuilder(
        train_id="0",
        origin_id="A",
        destination_id="B",
        train_config=alt.TrainConfig(
            rail_vehicles=[car],
            n_cars_by_type={"Manifest_Empty": CARS},
            train_length_meters=length_m,
            train_mass_kilograms=None,
        ),
        loco_con=alt.Consist([alt.Locomotive.default()] * LOCOMOTIVES),
    )
    train = builder.make_speed_limit_train_sim(
        location_map=alt.import_locations(locations_file), save_interval=None
    )
    begun = perf_counter()
    times, _ = alt.make_est_times(train, network)
    print_train_move = print_train_exit = False
    (path,) = alt.run_dispatch(
        network,
        alt.SpeedLimitTrainSimVec([train]),
        [times],
        print_train_move,
        print_train_exit,
    )
    planned = perf_counter()
    train.walk_timed_path(network=network, timed_path=path)
    walked = perf_counter()
    state = train.to_pydict()["state"]
    return {
        "plan_s": planned - begun,
        "walk_s": walked - planned,
        "running_time_s": state["time_seconds"],
        "distance_m": state["total_dist_meters"],
        "mass_kg": state["mass_static_kilograms"],
        "steps": state["i"],
    }


def main() -> None:
    """Run the job several times and keep the fastest run."""
    job = json.load(sys.stdin)
    sections = [(length_m, limit_mps) for length_m, limit_mps in job["sections"]]
    sections.append((TAIL_M, sections[-1][1]))
    with tempfile.TemporaryDirectory() as name:
        files = write_files(sections, Path(name))
        runs = [run_once(*files, job["length_m"]) for _ in range(job["repeat"])]
    best = min(runs, key=lambda found: found["walk_s"])
    best["plan_s"] = min(found["plan_s"] for found in runs)
    best["version"] = version("altrios")
    json.dump(best, sys.stdout)


if __name__ == "__main__":
    main()
