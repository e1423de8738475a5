"""Measure the search for conflicts, compared with MARCO on z3 and by size of the system.

Usage::

    python -m tools.benchmark.conflicts [--quick] [--profile]

Prints Markdown tables. The systems come from ``tests.support.random_systems``: reports of a
true journey on 60 timing points, some of them false. A time is the median over several systems
of the best of three calls on each. MARCO is called once per system. Its seeds, cores and models
all come from z3, which gets the steps between neighbouring points only, not their closure.
``--profile`` prints a profile of the search over 1,000 reports instead.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import z3

from routesim.constraints.enumeration import CycleList, find_cycle, find_cycles
from tests.support.random_systems import Making, draw_system, list_steps, seed_random

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from routesim.constraints.system import DifferenceSystem

SYSTEMS = 7
MANY = 1_000
UP_TO = 3
LINES_OF_PROFILE = 15
SHARES_OF_LIES = (0.05, 0.1, 0.15)
SHARES_OF_LINKS = (0.15, 0.2, 0.3, 0.4, 0.5)
FEW_LIES = 0.02
FEWEST_LIES = 0.005
"""Share of false reports in the tables of growth.

One false duration contradicts pairs of windows. The number of sets of three therefore grows
with the square of the number of reports, and soon dominates the time.
"""


@dataclass(frozen=True, slots=True)
class Measure:
    """Time of a call, number of sets found, and number of searches cut short."""

    wall_s: float
    sets: float
    cut: int = 0


# -------------------------------------------------------------------- MARCO with z3


class Reasoner:
    """z3 with one assumption per report, and one for the cap."""

    def __init__(self, system: DifferenceSystem, making: Making) -> None:
        self.solver = z3.Solver()
        self.solver.set(unsat_core=True)
        self.believed = [z3.Bool(f"b{bit}") for bit in range(making.bits.bit_length())]
        self.places = {one.decl().name(): bit for bit, one in enumerate(self.believed)}
        self.times = [z3.Int(f"t{node}") for node in range(system.nodes)]
        self.solver.add(self.times[0] == 0)
        self._add_steps(list_steps(system.order), 0)
        self._add_steps(list_steps(system.capped), making.cap_bit)
        for one in system.constraints:
            self._add(one.tail, one.head, one.weight_s, one.support)

    def _add_steps(self, steps: NDArray[np.int64], support: int) -> None:
        for tail, head, weight_s in steps.tolist():
            self._add(tail, head, weight_s, support)

    def _add(self, tail: int, head: int, weight_s: int, support: int) -> None:
        inequality = self.times[head] - self.times[tail] <= weight_s
        bits = [one for bit, one in enumerate(self.believed) if support >> bit & 1]
        self.solver.add(z3.Implies(z3.And(bits), inequality) if bits else inequality)

    def blame(self, support: int) -> int | None:
        """Return None if a set is consistent, otherwise an unsatisfiable core of it."""
        assumed = [one for bit, one in enumerate(self.believed) if support >> bit & 1]
        if self.solver.check(*assumed) == z3.sat:
            return None
        return sum(1 << self.places[one.decl().name()] for one in self.solver.unsat_core())


def run_marco(system: DifferenceSystem, making: Making) -> set[int]:
    """Return all minimal unsatisfiable subsets: MARCO as its authors published it for z3."""
    reasoner, unexplored = Reasoner(system, making), z3.Solver()
    known = [z3.Bool(f"m{bit}") for bit in range(making.bits.bit_length())]
    minimal: set[int] = set()
    while unexplored.check() == z3.sat:
        model = unexplored.model()
        # Undecided bits are included, because large seeds are most often unsatisfiable.
        seed = sum(1 << bit for bit, one in enumerate(known) if not z3.is_false(model[one]))
        core = reasoner.blame(seed)
        if core is None:
            grown = grow(reasoner, seed, making.bits)
            unexplored.add(z3.Or([one for b, one in enumerate(known) if not grown >> b & 1]))
        else:
            minimal.add(core := shrink(reasoner, core))
            unexplored.add(z3.Or([z3.Not(one) for b, one in enumerate(known) if core >> b & 1]))
    return minimal


def grow(reasoner: Reasoner, seed: int, bits: int) -> int:
    """Extend a consistent set to a maximal one."""
    for bit in range(bits.bit_length()):
        if not seed >> bit & 1 and reasoner.blame(seed | 1 << bit) is None:
            seed |= 1 << bit
    return seed


def shrink(reasoner: Reasoner, core: int) -> int:
    """Reduce an unsatisfiable core to a minimal one."""
    for bit in range(core.bit_length()):
        if core >> bit & 1:
            smaller = reasoner.blame(core ^ 1 << bit)
            core = core if smaller is None else smaller
    return core


# -------------------------------------------------------------------- measuring


def search(system: DifferenceSystem, making: Making, max_size: int | None = None) -> CycleList:
    """Search as routesim does: the cap is part of a set but not counted in its size."""
    reports = making.bits & ~making.cap_bit
    return find_cycles(system, counted=reports, max_size=max_size)


def measure(making: Making, seeds: Sequence[int], max_size: int | None = None) -> Measure:
    """Measure the search on some systems."""
    walls_s, sets, cut = [], [], 0
    for seed in seeds:
        system = draw_system(seed_random(seed), making)
        wall_s, found = time_best(lambda: search(system, making, max_size))  # noqa: B023 (called here)
        walls_s.append(wall_s)
        sets.append(len(found.cycles))
        cut += found.complete_to != max_size
    return Measure(median(walls_s), median(sets), cut)


def time_best(call: Callable[[], CycleList], repeat: int = 3) -> tuple[float, CycleList]:
    """Return the shortest time of several calls, and the result of the last."""
    best = float("inf")
    for _ in range(repeat):
        begun = perf_counter()
        found = call()
        best = min(best, perf_counter() - begun)
    return best, found


def compare(seeds: Sequence[int]) -> list[list[str]]:
    """Measure both methods on the same systems; the ratio is that of the total times."""
    rows = []
    for lies in SHARES_OF_LIES:
        making = Making(lies=lies)
        ours_s = theirs_s = 0.0
        sets, ratios = [], []
        for seed in seeds:
            system = draw_system(seed_random(seed), making)
            wall_s, found = time_best(lambda: search(system, making))  # noqa: B023 (called here)
            begun = perf_counter()
            wanted = run_marco(system, making)
            marco_s = perf_counter() - begun
            if {cycle.support for cycle in found.cycles} != wanted:
                raise AssertionError(f"seed {seed}: the two methods differ")
            ours_s, theirs_s = ours_s + wall_s, theirs_s + marco_s
            ratios.append(marco_s / wall_s)
            sets.append(len(wanted))
        rows.append(
            [
                f"{lies:.0%}",
                f"{min(sets)} to {max(sets)}",
                format_time(ours_s / len(seeds)),
                format_time(theirs_s / len(seeds)),
                f"{theirs_s / ours_s:,.0f}",
                f"{min(ratios):,.0f} to {max(ratios):,.0f}",
            ]
        )
    return rows


def grow_reports(
    counts: Sequence[int], seeds: Sequence[int], lies: float, max_size: int | None
) -> list[list[str]]:
    """Measure the cost against the number of reports."""
    rows: list[list[str]] = []
    before: Measure | None = None
    for count in counts:
        found = measure(Making(reports=count, lies=lies), seeds, max_size)
        rows.append([f"{count:,}", *report(found, before)])
        before = found
    return rows


def grow_links(seeds: Sequence[int]) -> list[list[str]]:
    """Measure the cost against the share of durations and orders."""
    rows: list[list[str]] = []
    before: Measure | None = None
    for links in SHARES_OF_LINKS:
        found = measure(Making(links=links), seeds)
        rows.append([f"{links:.0%}", *report(found, before)])
        before = found
    return rows


def report(found: Measure, before: Measure | None) -> list[str]:
    """Format a measure, with its ratio to the previous one."""
    ratio = f"{found.wall_s / before.wall_s:.1f}" if before else ""
    return [f"{found.sets:,g}", format_time(found.wall_s), ratio, str(found.cut)]


def measure_many(seeds: Sequence[int]) -> list[list[str]]:
    """Measure 1,000 reports: all sets of up to three, one set, and proof that none exists."""
    making, honest = Making(reports=MANY, lies=FEW_LIES), Making(reports=MANY, lies=0.0)
    found = measure(making, seeds, UP_TO)
    rows = [[f"all sets of up to {UP_TO}", f"{found.sets:,g}", format_time(found.wall_s)]]
    for name, made in (("one set", making), ("none, because all reports are true", honest)):
        walls_s = []
        for seed in seeds:
            system = draw_system(seed_random(seed), made)
            begun = perf_counter()
            cycle = find_cycle(system)
            walls_s.append(perf_counter() - begun)
        rows.append([name, "0" if cycle is None else "1", format_time(median(walls_s))])
    return rows


def format_time(seconds: float) -> str:
    """Format a time, in milliseconds if below a second."""
    return f"{1e3 * seconds:,.3g} ms" if seconds < 1 else f"{seconds:,.3g} s"


def write_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Format a Markdown table."""
    cells = [columns, ["---:"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells) + "\n"


def print_profile() -> None:
    """Print a profile of the search over 1,000 reports."""
    making = Making(reports=MANY, lies=FEW_LIES)
    system = draw_system(seed_random(0), making)
    search(system, making, UP_TO)
    profile = cProfile.Profile()
    profile.runcall(search, system, making, UP_TO)
    stats = pstats.Stats(profile).strip_dirs()
    stats.sort_stats("tottime").print_stats(LINES_OF_PROFILE)


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer systems")
    parser.add_argument("--profile", action="store_true", help="print a profile instead")
    asked = parser.parse_args()
    if asked.profile:
        print_profile()
        return
    seeds = range(3 if asked.quick else SYSTEMS)
    growth = ("sets", "wall time", "x previous row", "cut short")
    print(f"## 60 reports, all sets: routesim and MARCO with z3 {z3.get_version_string()}\n")
    columns = ("false", "sets", "routesim", "MARCO", "ratio", "by system")
    print(write_table(columns, compare(seeds)))
    print(f"## {MANY:,} reports, {FEW_LIES:.0%} false\n")
    print(write_table(("search for", "sets", "wall time"), measure_many(seeds)))
    print(f"## All sets, {FEW_LIES:.0%} false, by reports\n")
    print(
        write_table(
            ("reports", *growth), grow_reports((30, 60, 120, 240), seeds, FEW_LIES, None)
        )
    )
    print(f"## Sets of up to {UP_TO}, {FEWEST_LIES:.1%} false, by reports\n")
    counts = (125, 250, 500, 1_000, 2_000)
    rows = grow_reports(counts, seeds, FEWEST_LIES, UP_TO)
    print(write_table(("reports", *growth), rows))
    print("## 60 reports, all sets, 10 % false, by the share of durations and orders\n")
    print(write_table(("share", *growth), grow_links(seeds)))


if __name__ == "__main__":
    main()
