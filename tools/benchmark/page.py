"""Time the steps from a journey's file to its page.

Usage: ``python -m tools.benchmark.page [--draws 20000] [--repeat 3]``. Prints the best time of
several runs for each bundled journey, and each step as a share of the whole.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import routesim as rs

if TYPE_CHECKING:
    from collections.abc import Callable


def measure_best_s(job: Callable[[], object], repeat: int) -> float:
    """Return the shortest wall time of several runs, in seconds."""
    times_s = []
    for _ in range(repeat):
        start_s = perf_counter()
        job()
        times_s.append(perf_counter() - start_s)
    return min(times_s)


def measure_journey(journey_id: str, *, draws: int, repeat: int) -> dict[str, float]:
    """Return the time of each step and of the whole page for one journey, in seconds."""
    journey = rs.load_journey(journey_id)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        return {
            "load": measure_best_s(lambda: rs.load_journey(journey_id), repeat),
            "simulate one route": measure_best_s(
                lambda: rs.simulate(journey, draws=draws), repeat
            ),
            "check": measure_best_s(lambda: rs.check(journey, draws=draws), repeat),
            "whole page": measure_best_s(
                lambda: rs.write_page(journey, page, draws=draws), repeat
            ),
        }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--draws", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    print("| journey | step | s | share of the page |\n| --- | --- | ---: | ---: |")
    for journey_id in [journey.id for journey in rs.list_journeys()]:
        steps = measure_journey(journey_id, draws=options.draws, repeat=options.repeat)
        whole_s = steps["whole page"]
        for step, seconds in steps.items():
            print(f"| {journey_id} | {step} | {seconds:.2f} | {seconds / whole_s:.0%} |")


if __name__ == "__main__":
    main()
