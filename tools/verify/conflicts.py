"""Hold the search for contradictions against independent ways to the same answer.

Usage::

    python -m tools.verify.conflicts [--small N] [--large N] [--hard N] [--choices N]
                                     [--minutes M]

``--small``: systems of up to 12 reports against every subset, judged one by one.
``--large``: systems of 60 reports on 60 timing points against MARCO (Liffiton and others,
2016) over a satisfiability solver. Where the maximal consistent sets are more than it can
list, each set that was found is judged instead: infeasible, and feasible without any one
member. ``--hard``: the same where 40 to 80 % of the reports are durations and orders, and up
to a quarter lie. ``--choices``: clauses in up to three readings against z3, which sees them
as one disjunctive temporal problem. Exits with 1 if anything differs.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

import z3
from pysat.solvers import Solver

from routesim.constraints.elimination import resolve_choices
from routesim.constraints.enumeration import find_cycles
from routesim.constraints.system import FREE_S, DifferenceSystem
from tests.support.random_systems import (
    Making,
    draw_choices,
    draw_system,
    list_contradictions,
    make_judge,
    seed_random,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from conflict_systems import Judge
    from numpy.typing import NDArray

    from routesim.constraints.system import Constraint

SMALL, LARGE, HARD, CHOICES = 10_000, 1_000, 400, 300
MOST_REPORTS = 12
MOST_CLAUSES = 8
MOST_MODELS = 20_000
"""Models of the map after which MARCO gives a system up."""
FEW_REPORTS = 3


@dataclass(slots=True)
class Tally:
    """What a run of comparisons came to."""

    name: str
    systems: int = 0
    sets: Counter[int] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def say(self) -> str:
        """Write it down in a few lines."""
        sizes = ", ".join(f"{count} of {size}" for size, count in sorted(self.sets.items()))
        ways = ", ".join(f"{way} {count}" for way, count in sorted(self.ways.items()))
        stated = [
            f"{self.name}: {self.systems} systems in {self.seconds:.0f} s",
            f"  {self.sets.total()} sets, by number of owners: {sizes or 'none'}",
            f"  {ways}",
            f"  differing: {len(self.faults)}",
        ]
        return "\n".join([*stated, *(f"    {fault}" for fault in self.faults[:10])])


def draw_small(seed: int) -> tuple[DifferenceSystem, int, tuple[int, ...]]:
    """Draw a system of few reports with all that can occur in one; its bits; exclusives."""
    rng = seed_random(seed)
    making = Making(
        points=rng.randrange(2, 6),
        reports=rng.randrange(1, MOST_REPORTS + 1),
        links=rng.random(),
        lies=rng.choice([0.2, 0.5]),
        shared=0.2,
        capped=rng.random() < 0.7,  # noqa: PLR2004 (a share)
    )
    refused, exclusive = [], []
    bits = making.reports + making.capped
    if making.reports > FEW_REPORTS:
        for sets, size in ((refused, rng.randrange(1, 5)), (exclusive, rng.randrange(2, 4))):
            if rng.random() < 0.3:  # noqa: PLR2004 (a share)
                sets.append(sum(1 << bit for bit in rng.sample(range(bits), min(size, bits))))
    # The cap excludes nothing.
    exclusive = [bits & ~making.cap_bit for bits in exclusive]
    return draw_system(rng, making, refused=refused), bits, tuple(exclusive)


def draw_large(seed: int) -> tuple[DifferenceSystem, Making]:
    """Draw 60 reports on 60 timing points, like those of a journey much written about."""
    rng = seed_random(seed)
    making = Making(links=rng.uniform(0.15, 0.40), lies=rng.uniform(0.03, 0.15))
    return draw_system(rng, making), making


def draw_hard(seed: int) -> tuple[DifferenceSystem, Making]:
    """Draw 60 reports that hang together by durations, more of which lie."""
    rng = seed_random(seed)
    making = Making(
        links=rng.uniform(0.40, 0.80),
        lies=rng.uniform(0.05, 0.25),
        shared=rng.choice([0.0, 0.0, 0.1]),
    )
    return draw_system(rng, making), making


def compare_small(seed: int, tally: Tally) -> None:
    """Compare with every subset, judged one by one."""
    system, bits, exclusive = draw_small(seed)
    found = find_cycles(system, exclusive=exclusive)
    wanted = list_contradictions(system, bits, exclusive)
    settle(tally, seed, {cycle.support for cycle in found.cycles}, wanted)
    tally.ways["complete" if found.complete_to is None else "cut short"] += 1
    if found.complete_to is not None:
        tally.faults.append(f"seed {seed}: complete to {found.complete_to} only")


def compare_large(seed: int, tally: Tally) -> None:
    """Compare with MARCO on a system like those of journeys."""
    compare_with_marco(seed, draw_large(seed), tally)


def compare_hard(seed: int, tally: Tally) -> None:
    """Compare with MARCO on a harder system."""
    compare_with_marco(seed, draw_hard(seed), tally)


def compare_with_marco(seed: int, drawn: tuple[DifferenceSystem, Making], tally: Tally) -> None:
    """Compare with MARCO; if that is too much for it, judge each set that was found."""
    system, making = drawn
    found = find_cycles(system, counted=making.bits & ~making.cap_bit)
    got = {cycle.support for cycle in found.cycles}
    judge = make_judge(system)
    wanted = run_marco(judge, making.bits)
    if wanted is not None and found.complete_to is None:
        tally.ways["against MARCO"] += 1
        settle(tally, seed, got, wanted)
        return
    if wanted is not None:
        tally.ways[f"against MARCO up to the size given ({found.complete_to})"] += 1
        reports = making.bits & ~making.cap_bit
        wanted = {
            one for one in wanted if (one & reports).bit_count() <= (found.complete_to or 0)
        } | (got & wanted)
        settle(tally, seed, got, wanted)
        return
    tally.ways["set by set"] += 1
    settle(tally, seed, got, {support for support in got if judge.is_irreducible(support)})


def compare_choices(seed: int, tally: Tally) -> None:
    """Compare what follows whatever the reading with z3, over all sets of clauses."""
    rng = seed_random(seed)
    making = Making(
        points=rng.randrange(2, 6),
        reports=rng.randrange(2, MOST_CLAUSES + 1),
        links=rng.random(),
        lies=0.5,
        shared=0.2,
        slack_s=1_500,
        capped=rng.random() < 0.5,  # noqa: PLR2004 (a share)
    )
    system, choices, readings = draw_choices(rng, making)
    found = find_cycles(system, exclusive=[sum(options) for options in choices])
    resolved, complete = resolve_choices([cycle.support for cycle in found.cycles], choices)
    got = {support for support in resolved if support & ~making.bits == 0}
    if not complete or found.complete_to is not None:
        tally.faults.append(f"seed {seed}: not complete")
    tally.ways["with a choice" if choices else "without"] += 1
    settle(tally, seed, got, ask_z3(system, making, choices, readings))


def settle(tally: Tally, seed: int, got: set[int], wanted: set[int]) -> None:
    """Take down one comparison."""
    tally.systems += 1
    tally.sets.update(support.bit_count() for support in wanted)
    if got != wanted:
        extra, missing = sorted(map(bin, got - wanted)), sorted(map(bin, wanted - got))
        tally.faults.append(f"seed {seed}: too many {extra}, missing {missing}")


def run_marco(judge: Judge, bits: int, most: int = MOST_MODELS) -> set[int] | None:
    """Return all minimal infeasible sets of bits; None after so many models of the map.

    A map of the sets not yet decided gives a seed. A feasible one is grown to a maximal
    set, below which nothing is left to learn; an infeasible one is shrunk to a minimal.
    """
    minimal: set[int] = set()
    ones = list(range(bits.bit_length()))
    with Solver(name="minisat22") as unexplored:
        # Large seeds first: they are most often infeasible.
        unexplored.set_phases([bit + 1 for bit in ones])
        unexplored.add_clause([ones[-1] + 1, -ones[-1] - 1])
        for _ in range(most):
            if not unexplored.solve():
                return minimal
            model = set(unexplored.get_model() or ())
            seed = sum(1 << bit for bit in ones if -bit - 1 not in model)
            guilty = judge.blame(seed)
            if guilty is None:
                grown = grow(judge, seed, bits)
                unexplored.add_clause([bit + 1 for bit in ones if not grown >> bit & 1])
            else:
                minimal.add(shrunk := shrink(judge, guilty))
                unexplored.add_clause([-bit - 1 for bit in ones if shrunk >> bit & 1])
    return None


def grow(judge: Judge, seed: int, bits: int) -> int:
    """Return a maximal feasible set around a feasible one."""
    for bit in range(bits.bit_length()):
        if not seed >> bit & 1 and judge.is_feasible(seed | 1 << bit):
            seed |= 1 << bit
    return seed


def shrink(judge: Judge, seed: int) -> int:
    """Return a minimal infeasible set within an infeasible one."""
    for bit in range(seed.bit_length()):
        if seed >> bit & 1:
            guilty = judge.blame(seed ^ 1 << bit)
            seed = seed if guilty is None else guilty
    return seed


def ask_z3(
    system: DifferenceSystem,
    making: Making,
    choices: Sequence[Sequence[int]],
    readings: Sequence[Sequence[tuple[int, tuple[Constraint, ...]]]],
) -> set[int]:
    """Return the minimal sets of clauses, and the cap, that no reading makes consistent."""
    solver, times = make_solver(system)
    bits = making.reports + making.capped
    believed = [z3.Bool(f"b{bit}") for bit in range(bits)]
    if making.capped:
        solver.add(
            *(z3.Implies(believed[-1], one) for one in write_matrix(times, system.capped))
        )
    options = {option: z3.Bool(f"o{option}") for options in choices for option in options}
    for some in choices:
        solver.add(z3.PbEq([(options[option], 1) for option in some], 1))
    for clause, stated in enumerate(readings):
        for option, said in stated:
            holds = [believed[clause], *([options[option]] if option else [])]
            solver.add(*(z3.Implies(z3.And(holds), write(times, c)) for c in said))
    minimal: list[int] = []
    for support in sorted(range(1 << bits), key=int.bit_count):
        if any(known & ~support == 0 for known in minimal):
            continue
        assumed = [believed[bit] for bit in range(bits) if support >> bit & 1]
        if solver.check(*assumed) == z3.unsat:
            minimal.append(support)
    return set(minimal)


def make_solver(system: DifferenceSystem) -> tuple[z3.Solver, list[z3.ArithRef]]:
    """Return a solver that knows the order of the line, and its times."""
    solver = z3.Solver()
    times = [z3.Int(f"t{node}") for node in range(system.nodes)]
    solver.add(times[0] == 0, *write_matrix(times, system.order))
    return solver, times


def write_matrix(
    times: Sequence[z3.ArithRef], matrix: NDArray[np.int64]
) -> Iterator[z3.BoolRef]:
    """Write what holds in any case, pair by pair of nodes."""
    for tail, row in enumerate(matrix.tolist()):
        for head, weight_s in enumerate(row):
            if tail != head and weight_s < FREE_S:
                yield times[head] - times[tail] <= weight_s


def write(times: Sequence[z3.ArithRef], constraint: Constraint) -> z3.BoolRef:
    """Write one constraint."""
    return times[constraint.head] - times[constraint.tail] <= constraint.weight_s


def run(name: str, count: int, minutes: float, compare: Callable[[int, Tally], None]) -> Tally:
    """Compare so many systems, or as many as fit into the time."""
    tally = Tally(name)
    begun = perf_counter()
    for seed in range(count):
        compare(seed, tally)
        tally.seconds = perf_counter() - begun
        if tally.seconds > 60 * minutes:
            break
    return tally


def main() -> int:
    """Run what is asked for and print the report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--small", type=int, default=SMALL, metavar="N")
    parser.add_argument("--large", type=int, default=LARGE, metavar="N")
    parser.add_argument("--hard", type=int, default=HARD, metavar="N")
    parser.add_argument("--choices", type=int, default=CHOICES, metavar="N")
    parser.add_argument("--minutes", type=float, default=25.0, help="at most, for each")
    asked = parser.parse_args()
    runs = (
        (f"up to {MOST_REPORTS} reports, every subset", asked.small, compare_small),
        ("60 reports on 60 points", asked.large, compare_large),
        ("60 reports on 60 points, harder", asked.hard, compare_hard),
        (
            f"up to {MOST_CLAUSES} clauses in 1 to 3 readings, z3",
            asked.choices,
            compare_choices,
        ),
    )
    differing = 0
    for name, count, compare in runs:
        if count:
            tally = run(name, count, asked.minutes, compare)
            differing += len(tally.faults)
            print(tally.say(), flush=True)
    return min(differing, 1)


if __name__ == "__main__":
    sys.exit(main())
