"""Verify the search for conflicts against independent methods.

Usage::

    python -m tools.verify.conflicts [--small N] [--large N] [--hard N] [--choices N]
                                     [--assumed N] [--minutes M]

``--small``
    Systems of up to 12 reports, against a check of every subset.
``--large``
    Systems of 60 reports on 60 timing points, against MARCO (Liffiton and others, 2016) with a
    satisfiability solver. If there are too many maximal consistent sets to list, each set found
    is checked instead: it must be infeasible, and feasible without any one member.
``--hard``
    The same with 40 to 80 % durations and orders, and up to a quarter of false reports.
``--choices``
    Clauses in up to three readings, against z3 on one disjunctive temporal problem.
``--assumed``
    The systems of ``--small`` and of ``--large`` in turn, with the cap and up to two other bits
    true in any case: against a check of every subset, and against MARCO.

The exit status is 1 if anything differs.
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

from routesim.constraints.bitsets import Bits
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
    from numpy.typing import NDArray

    from routesim.constraints.system import Constraint
    from tests.support.random_systems import Judge

SMALL, LARGE, HARD, CHOICES, ASSUMED = 10_000, 1_000, 400, 300, 4_000
MOST_REPORTS = 12
MOST_CLAUSES = 8
MOST_MODELS = 20_000
"""Number of models of the map after which MARCO stops without a result."""
FEW_REPORTS = 3
LARGE_EVERY = 20
"""Of so many systems with assumed bits, one is large."""


@dataclass(slots=True)
class Tally:
    """Result of a run of comparisons."""

    name: str
    systems: int = 0
    sets: Counter[int] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def format(self) -> str:
        """Format the result in a few lines."""
        sizes = ", ".join(f"{count} of {size}" for size, count in sorted(self.sets.items()))
        methods = ", ".join(f"{how} {count}" for how, count in sorted(self.methods.items()))
        stated = [
            f"{self.name}: {self.systems} systems in {self.seconds:.0f} s",
            f"  {self.sets.total()} sets, by size: {sizes or 'none'}",
            f"  {methods}",
            f"  differing: {len(self.faults)}",
        ]
        return "\n".join([*stated, *(f"    {fault}" for fault in self.faults[:10])])


def draw_small(seed: int) -> tuple[DifferenceSystem, int, tuple[int, ...]]:
    """Draw a small system with all features; also return its bits and exclusive sets."""
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
    # The cap is in no exclusive set.
    exclusive = [bits & ~making.cap_bit for bits in exclusive]
    return draw_system(rng, making, refused=refused), bits, tuple(exclusive)


def draw_large(seed: int) -> tuple[DifferenceSystem, Making]:
    """Draw 60 reports on 60 timing points, like those of a widely reported journey."""
    rng = seed_random(seed)
    making = Making(links=rng.uniform(0.15, 0.40), lies=rng.uniform(0.03, 0.15))
    return draw_system(rng, making), making


def draw_hard(seed: int) -> tuple[DifferenceSystem, Making]:
    """Draw 60 reports with more durations and orders, and more false ones."""
    rng = seed_random(seed)
    making = Making(
        links=rng.uniform(0.40, 0.80),
        lies=rng.uniform(0.05, 0.25),
        shared=rng.choice([0.0, 0.0, 0.1]),
    )
    return draw_system(rng, making), making


def compare_small(seed: int, tally: Tally) -> None:
    """Compare with a check of every subset."""
    system, bits, exclusive = draw_small(seed)
    found = find_cycles(system, exclusive=exclusive)
    wanted = list_contradictions(system, bits, exclusive)
    settle(tally, seed, {cycle.support for cycle in found.cycles}, wanted)
    tally.methods["complete" if found.complete_to is None else "cut short"] += 1
    if found.complete_to is not None:
        tally.faults.append(f"seed {seed}: complete to {found.complete_to} only")


def compare_large(seed: int, tally: Tally) -> None:
    """Compare with MARCO on a system like those of journeys."""
    compare_with_marco(seed, draw_large(seed), tally)


def compare_hard(seed: int, tally: Tally) -> None:
    """Compare with MARCO on a harder system."""
    compare_with_marco(seed, draw_hard(seed), tally)


def compare_with_marco(seed: int, drawn: tuple[DifferenceSystem, Making], tally: Tally) -> None:
    """Compare with MARCO; if it stops without a result, check each set found."""
    system, making = drawn
    found = find_cycles(system, counted=making.bits & ~making.cap_bit)
    got = {cycle.support for cycle in found.cycles}
    judge = make_judge(system)
    wanted = run_marco(judge, making.bits)
    if wanted is not None and found.complete_to is None:
        tally.methods["against MARCO"] += 1
        settle(tally, seed, got, wanted)
        return
    if wanted is not None:
        tally.methods[f"against MARCO up to the size given ({found.complete_to})"] += 1
        reports = making.bits & ~making.cap_bit
        wanted = {
            one for one in wanted if (one & reports).bit_count() <= (found.complete_to or 0)
        } | (got & wanted)
        settle(tally, seed, got, wanted)
        return
    tally.methods["set by set"] += 1
    settle(tally, seed, got, {support for support in got if judge.is_irreducible(support)})


def compare_choices(seed: int, tally: Tally) -> None:
    """Compare with z3 the sets of clauses that no reading makes consistent."""
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
    tally.methods["with a choice" if choices else "without"] += 1
    settle(tally, seed, got, ask_z3(system, making, choices, readings))


def compare_assumed(seed: int, tally: Tally) -> None:
    """Compare the minimal sets if some bits are true in any case."""
    if seed % LARGE_EVERY:
        _compare_small_assumed(seed, tally)
    else:
        _compare_large_assumed(seed, tally)


def _compare_small_assumed(seed: int, tally: Tally) -> None:
    """Compare with a check of every subset: what is left of each without the assumed bits."""
    system, bits, exclusive = draw_small(seed)
    assumed = _draw_assumed(seed, system, bits)
    # A bit that is true in any case is no option.
    exclusive = tuple(some for one in exclusive if (some := one & ~assumed))
    found = find_cycles(system.assume(Bits(assumed)), exclusive=exclusive)
    contradictions = list_contradictions(system, bits, exclusive)
    left = {support & ~assumed for support in contradictions}
    wanted = {one for one in left if not any(other & ~one == 0 for other in left - {one})}
    tally.methods["every subset"] += 1
    settle(tally, seed, {int(cycle.support) for cycle in found.cycles}, wanted)
    for cycle in found.cycles:
        if cycle.path and cycle.weight_s >= 0:
            tally.faults.append(f"seed {seed}: a cycle of weight {cycle.weight_s}")


def _compare_large_assumed(seed: int, tally: Tally) -> None:
    """Compare with MARCO, in whose sets the assumed bits always are."""
    system, making = draw_large(seed)
    assumed = _draw_assumed(seed, system, making.reports)
    counted = making.bits & ~making.cap_bit & ~assumed
    found = find_cycles(system.assume(Bits(assumed)), counted=Bits(counted))
    judge = make_judge(system)
    wanted = run_marco(AssumingJudge(judge, assumed), making.bits & ~assumed)
    if wanted is None or found.complete_to is not None:
        tally.methods["cut short"] += 1
        return
    tally.methods["MARCO"] += 1
    settle(tally, seed, {int(cycle.support) for cycle in found.cycles}, wanted)


def _draw_assumed(seed: int, system: DifferenceSystem, bits: int) -> int:
    """Draw the bits that are true in any case: mostly the cap, and up to two others."""
    rng = seed_random(~seed)
    assumed = system.cap_support if rng.random() < 0.8 else 0  # noqa: PLR2004 (a share)
    others = rng.sample(range(bits), min(bits, rng.choice([0, 0, 1, 2])))
    return int(assumed) | sum(1 << bit for bit in others)


@dataclass(frozen=True, slots=True)
class AssumingJudge:
    """A judge of sets to which some bits are always added."""

    judge: Judge
    assumed: int

    def blame(self, believed: int) -> int | None:
        """Return None if a set is feasible, else the bits of it on some negative cycle."""
        guilty = self.judge.blame(believed | self.assumed)
        return None if guilty is None else guilty & ~self.assumed

    def is_feasible(self, believed: int) -> bool:
        """Return whether some timetable satisfies all constraints of a set."""
        return self.blame(believed) is None


def settle(tally: Tally, seed: int, got: set[int], wanted: set[int]) -> None:
    """Record one comparison."""
    tally.systems += 1
    tally.sets.update(support.bit_count() for support in wanted)
    if got != wanted:
        extra, missing = sorted(map(bin, got - wanted)), sorted(map(bin, wanted - got))
        tally.faults.append(f"seed {seed}: too many {extra}, missing {missing}")


def run_marco(
    judge: Judge | AssumingJudge, bits: int, most: int = MOST_MODELS
) -> set[int] | None:
    """Return all minimal infeasible sets of bits, or None after `most` models of the map.

    A map of the undecided sets gives a seed. A feasible seed is extended to a maximal set,
    whose subsets are then decided. An infeasible seed is reduced to a minimal set.
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


def grow(judge: Judge | AssumingJudge, seed: int, bits: int) -> int:
    """Extend a feasible set to a maximal one."""
    for bit in range(bits.bit_length()):
        if not seed >> bit & 1 and judge.is_feasible(seed | 1 << bit):
            seed |= 1 << bit
    return seed


def shrink(judge: Judge | AssumingJudge, seed: int) -> int:
    """Reduce an infeasible set to a minimal one."""
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
    """Return the minimal sets of clauses and the cap that no reading makes consistent."""
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
    for clause, variants in enumerate(readings):
        for option, constraints in variants:
            holds = [believed[clause], *([options[option]] if option else [])]
            solver.add(*(z3.Implies(z3.And(holds), write(times, c)) for c in constraints))
    minimal: list[int] = []
    for support in sorted(range(1 << bits), key=int.bit_count):
        if any(known & ~support == 0 for known in minimal):
            continue
        assumed = [believed[bit] for bit in range(bits) if support >> bit & 1]
        if solver.check(*assumed) == z3.unsat:
            minimal.append(support)
    return set(minimal)


def make_solver(system: DifferenceSystem) -> tuple[z3.Solver, list[z3.ArithRef]]:
    """Return a solver with the order of the line, and its time variables."""
    solver = z3.Solver()
    times = [z3.Int(f"t{node}") for node in range(system.nodes)]
    solver.add(times[0] == 0, *write_matrix(times, system.order))
    return solver, times


def write_matrix(
    times: Sequence[z3.ArithRef], matrix: NDArray[np.int64]
) -> Iterator[z3.BoolRef]:
    """Yield the inequalities of a matrix, one per pair of nodes."""
    for tail, row in enumerate(matrix.tolist()):
        for head, weight_s in enumerate(row):
            if tail != head and weight_s < FREE_S:
                yield times[head] - times[tail] <= weight_s


def write(times: Sequence[z3.ArithRef], constraint: Constraint) -> z3.BoolRef:
    """Return one constraint as an inequality."""
    return times[constraint.head] - times[constraint.tail] <= constraint.weight_s


def run(name: str, count: int, minutes: float, compare: Callable[[int, Tally], None]) -> Tally:
    """Compare up to `count` systems, or as many as fit into the time."""
    tally = Tally(name)
    begun = perf_counter()
    for seed in range(count):
        compare(seed, tally)
        tally.seconds = perf_counter() - begun
        if tally.seconds > 60 * minutes:
            break
    return tally


def main() -> int:
    """Run the requested comparisons and print the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--small", type=int, default=SMALL, metavar="N")
    parser.add_argument("--large", type=int, default=LARGE, metavar="N")
    parser.add_argument("--hard", type=int, default=HARD, metavar="N")
    parser.add_argument("--choices", type=int, default=CHOICES, metavar="N")
    parser.add_argument("--assumed", type=int, default=ASSUMED, metavar="N")
    parser.add_argument("--minutes", type=float, default=25.0, help="time limit of each run")
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
        ("some bits true in any case", asked.assumed, compare_assumed),
    )
    differing = 0
    for name, count, compare in runs:
        if count:
            tally = run(name, count, asked.minutes, compare)
            differing += len(tally.faults)
            print(tally.format(), flush=True)
    return min(differing, 1)


if __name__ == "__main__":
    sys.exit(main())
