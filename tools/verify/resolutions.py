"""Verify minimal sets, their misses and their resolutions on random journeys.

    python -m tools.verify.resolutions --journeys 2000

For every conflict of a random journey an independent solver checks that

- its clauses cannot all be true, whatever the route, start or reading that it leaves open
- they can if any one clause is left out, or if a reading that it needs is left open
- no other conflict is part of it
- it needs the speed cap exactly if it says so
- its miss is that of its most negative cycle in the case that it shows
- every widened window, lapse, speed or distance resolves it, and one step less does not: a
  second for a window, a minute for a lapse, a tenth of a km/h and a kilometre
- every other resolution that is listed resolves it

Prints counts and differences. The exit status is 1 if anything differs.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.certain.conflicts import list_conflicts
from routesim.certain.encoding.line_limits import cut_matrix
from routesim.certain.encoding.route_case import make_case
from routesim.certain.problem import build_problem
from routesim.certain.support import CAP, ROUTE_CHOICE, START_CHOICE
from routesim.evidence import Window
from routesim.units import km_to_metres, kmh_to_mps
from tests.support.all_worlds import AllWorlds, is_satisfiable
from tests.support.random_systems import seed_random
from tools.verify.worlds import Tally, draw_small, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from routesim.certain.conflicts import Conflict
    from routesim.certain.encoding.route_case import RouteCase
    from routesim.certain.problem import ReportProblem
    from routesim.certain.proofs.repairs import Repair
    from tests.support.all_worlds import Edge

__all__ = ["compare_conflicts"]

JOURNEYS = 1_000
MOST_EDGES = 9
MOST_COMBINATIONS = 256
STEPS = {"begin": 1.0, "end": 1.0, "lapse": 60.0, "speed": 0.1, "distance": 1.0}
"""Steps by which a resolution moves an end: seconds, seconds, seconds, km/h and km."""
OTHER_KINDS = {"reading", "zone", "route", "start"}


class ClauseSets:
    """Decides which sets of clauses can be true; every option not given is open."""

    def __init__(self, problem: ReportProblem) -> None:
        self.problem = problem
        self.known = AllWorlds(problem)

    def list_cases(
        self, taken: Mapping[str, int], clauses: Iterable[str]
    ) -> Iterator[tuple[RouteCase, tuple[int, ...]]]:
        """Iterate over the cases and options that agree with those taken.

        Only the choices of the given clauses vary.
        """
        of = self.problem.report_of_clause
        own = {
            choice
            for clause in clauses
            for one in of[clause].clauses
            for variant in one.variants
            for choice, _ in variant.taken
        }
        ranges = [
            [taken[name]] if name in taken else range(count if name in own else 1)
            for name, count in self.known.choices.items()
        ]
        for (route, start), cases in self.known.settings.items():
            if (
                taken.get(ROUTE_CHOICE, route) == route
                and taken.get(START_CHOICE, start) == start
            ):
                for case in cases:
                    for combination in product(*ranges):
                        yield case, combination

    def list_edges(
        self, case: RouteCase, combination: Sequence[int], clauses: Iterable[str]
    ) -> list[Edge] | None:
        """Return the edges of some clauses in a case; None if it excludes them."""
        mask = sum(1 << self.known.clauses.index(clause) for clause in clauses)
        edges, refused = self.known.list_edges(case, combination)
        if any(not one & ~mask for one in refused):
            return None
        return [edge for edge, one in edges if not one & ~mask]

    def can_hold(self, clauses: Sequence[str], taken: Mapping[str, int]) -> bool:
        """Return whether some clauses can all be true with the options taken."""
        for case, combination in self.list_cases(taken, clauses):
            edges = self.list_edges(case, combination, clauses)
            if edges is not None and is_satisfiable(case.system.capped, edges):
                return True
        return False

    def can_hold_uncapped(self, clauses: Sequence[str], taken: Mapping[str, int]) -> bool:
        """Return whether they can all be true at any speed."""
        register = self.problem.register
        cap = int(register.assumption_bits[CAP])
        mask = int(register.make_support(clauses))
        for case, combination in self.list_cases(taken, clauses):
            options = zip(self.known.choices, combination, strict=True)
            held = mask | self.known.assumed & ~cap | int(register.make_support((), options))
            held |= int(self.problem.get_setting(case))
            system = case.system
            if any(not int(support) & ~held for support in system.refused):
                continue
            edges = [
                (c.tail, c.head, c.weight_s)
                for c in system.constraints
                if not int(c.support) & ~held
            ]
            if is_satisfiable(system.order, edges):
                return True
        return False


def find_most_negative(matrix: NDArray[np.int64], edges: Sequence[Edge]) -> int:
    """Return the weight of the most negative cycle that passes no node twice; 0 without one.

    Between two edges lies a step of the closed matrix, unless one ends where the next begins.
    """
    best = 0

    def extend(
        first: int, last: int, used: frozenset[int], seen: frozenset[int], weight: int
    ) -> None:
        nonlocal best
        tail, head = edges[first][0], edges[last][1]
        closing = 0 if head == tail else int(matrix[head, tail])
        best = min(best, weight + closing)
        for number in range(first + 1, len(edges)):
            start, end, weight_s = edges[number]
            if number in used or (start in seen and start != head):
                continue
            if end in seen and end != tail:
                continue
            step = 0 if start == head else int(matrix[head, start])
            onward = weight + step + weight_s
            if end == tail:
                best = min(best, onward)
            else:
                extend(first, number, used | {number}, seen | {start, end}, onward)

    for first, (tail, head, weight_s) in enumerate(edges):
        extend(first, first, frozenset({first}), frozenset({tail, head}), weight_s)
    return best


# ------------------------------------------------------------ one journey


def compare_conflicts(seed: int, tally: Tally) -> None:
    """Check every conflict of one random journey."""
    rng = seed_random(seed)
    claimed = draw_small(rng)
    route = rng.choice([None, *claimed.journey.routes])
    problem = build_problem(claimed.journey, route=route)
    sets = ClauseSets(problem)
    if sets.known.count_combinations() > MOST_COMBINATIONS:
        tally.counts["too large"] += 1
        return
    tally.counts["journeys"] += 1
    found = list_conflicts(problem)
    supports = [int(conflict.support) for conflict in found]
    for conflict, support in zip(found, supports, strict=True):
        tally.counts["conflicts"] += 1
        contained = [one for one in supports if one != support and not one & ~support]
        tally.check(seed, f"{conflict} contains another", holds=not contained)
        _check_set(seed, tally, sets, conflict)
        _check_miss(seed, tally, conflict)
        for repair in conflict.repairs:
            tally.counts[repair.kind] += 1
            _check_repair(seed, tally, sets, conflict, repair)


def _get_taken(conflict: Conflict) -> dict[str, int]:
    return {choice.id: number for choice, number in conflict.taken}


def _check_set(seed: int, tally: Tally, sets: ClauseSets, conflict: Conflict) -> None:
    """Check that a set is contradictory, and minimal."""
    clauses, taken = conflict.clauses, _get_taken(conflict)
    name = f"{conflict} {taken}"
    tally.check(seed, f"{name} can be true", holds=not sets.can_hold(clauses, taken))
    for clause in clauses:
        fewer = [other for other in clauses if other != clause]
        holds = sets.can_hold(fewer, taken)
        tally.check(seed, f"{name} does not need {clause}", holds=holds)
    for choice in taken:
        fewer_taken = {other: n for other, n in taken.items() if other != choice}
        holds = sets.can_hold(clauses, fewer_taken)
        tally.check(seed, f"{name} does not need {choice}", holds=holds)
    if hasattr(conflict, "needs_cap"):
        needs = sets.can_hold_uncapped(clauses, taken)
        tally.counts["need the cap"] += needs
        stated = conflict.needs_cap
        tally.check(seed, f"{name} needs the cap: {stated}", holds=stated == needs)


def _check_miss(seed: int, tally: Tally, conflict: Conflict) -> None:
    """Check that the miss is that of the most negative cycle in the case of the proof."""
    if conflict.miss_s is None:
        return
    case = conflict.certificate.case
    edges = _list_held(conflict, case)
    if edges is None or len(set(edges)) > MOST_EDGES:
        tally.counts["misses not checked"] += 1
        return
    tally.counts["misses"] += 1
    worst = -find_most_negative(case.system.capped, list(dict.fromkeys(edges)))
    if conflict.miss_s != worst and not _has_common_edge(case, edges):
        # No single change resolves it, so that any of its cycles may be shown.
        tally.counts["misses of one of several"] += 1
        tally.check(seed, f"{conflict} misses by too much", holds=conflict.miss_s < worst)
        return
    what = f"{conflict} {_get_taken(conflict)} misses by {conflict.miss_s}, not {worst}"
    tally.check(seed, what, holds=conflict.miss_s == worst)


def _has_common_edge(case: RouteCase, edges: Sequence[Edge]) -> bool:
    """Return whether some edge is on every negative cycle."""
    return any(
        is_satisfiable(case.system.capped, [other for other in edges if other != edge])
        for edge in edges
    )


# ------------------------------------------------------------ resolutions


def _check_repair(
    seed: int, tally: Tally, sets: ClauseSets, conflict: Conflict, repair: Repair
) -> None:
    """Check that a resolution resolves the conflict, and that less does not."""
    taken, clauses = _get_taken(conflict), conflict.clauses
    what = f"{conflict} {taken}: {repair.text}"
    if repair.kind == "widen":
        value = -repair.value if repair.quantity == "begin" else repair.value
        holds = _is_resolved(conflict, _move(conflict, repair, value))
        tally.check(seed, f"{what} does not resolve it", holds=holds)
        step = STEPS[repair.quantity]
        less = value + step if repair.is_least else value - step
        is_wider = less < repair.limit if repair.is_least else less > repair.limit
        if is_wider:
            holds = _is_resolved(conflict, _move(conflict, repair, less))
            tally.check(seed, f"{what}: a step less resolves it too", holds=not holds)
    elif repair.kind == "cap":
        for kmh, expected in ((repair.value, True), (repair.value - 1, False)):
            holds = _is_resolved_at(conflict, repair, kmh)
            tally.check(seed, f"{what}: at {kmh} km/h {holds}", holds=holds == expected)
    elif repair.kind in {"drop", "identity"}:
        fewer = [clause for clause in clauses if clause not in repair.clauses]
        tally.check(seed, f"{what} does not resolve it", holds=sets.can_hold(fewer, taken))
    else:
        tally.check(seed, f"{what} is of no known kind", holds=repair.kind in OTHER_KINDS)
        option = repair.names[0]
        register = sets.problem.register
        alternatives = [
            (choice, number)
            for choice, stated in register.choices.items()
            for number in range(len(stated.options))
            if choice in taken and register.format_option((choice, number)) == option
        ]
        holds = any(sets.can_hold(clauses, taken | dict([one])) for one in alternatives)
        tally.check(seed, f"{what} does not resolve it", holds=holds)


def _move(conflict: Conflict, repair: Repair, value: float) -> RouteCase:
    """Encode the case of a conflict again, with one end of a clause moved.

    For the end of a window, ``value`` is in seconds after the reported end; otherwise it is the
    new end in the unit of the resolution.
    """
    problem, case = conflict.problem, conflict.certificate.case
    bit = int(problem.register.clause_bits[repair.clauses[0]])
    variants = [
        replace(variant, clause=_move_end(variant.clause, repair, value))
        if int(variant.support) & bit
        else variant
        for variant in problem.variants
    ]
    bits = problem.register.assumption_bits
    return make_case(problem.journey, case.line, case.origin, variants=variants, bits=bits)


def _move_end(clause: Any, repair: Repair, value: float) -> Any:
    """Move one end of a clause; a reading that has no such end stays as it is."""
    if repair.quantity in {"begin", "end"}:
        return _move_window(clause, repair.quantity, value)
    fields, convert = {
        "lapse": (("gap_low_s", "gap_high_s", "low_s", "high_s"), float),
        "speed": (("low_mps", "high_mps"), kmh_to_mps),
        "distance": (("low_m", "high_m"), km_to_metres),
    }[repair.quantity]
    side = "low" if repair.is_least else "high"
    return replace(
        clause,
        **{name: convert(value) for name in fields if side in name and hasattr(clause, name)},
    )


def _move_window(clause: Any, end: str, shift_s: float) -> Any:
    def widen(time: Any) -> Any:
        start_s, end_s = time.window.start_s, time.window.end_s
        if end == "begin":
            return replace(time, window=Window(start_s + shift_s, end_s))
        return replace(time, window=Window(start_s, end_s + shift_s))

    if hasattr(clause, "first"):
        moments = {
            name: replace(moment, time=widen(moment.time))
            for name in ("first", "then")
            if (moment := getattr(clause, name)).time is not None
        }
        return replace(clause, **moments)
    return clause if clause.time is None else replace(clause, time=widen(clause.time))


def _list_held(conflict: Conflict, case: RouteCase) -> list[Edge] | None:
    """Return the edges of the clauses of a conflict, as in its proof; None if excluded."""
    problem, certificate = conflict.problem, conflict.certificate
    held = int(certificate.support) | int(problem.register.assumptions)
    held |= int(problem.get_setting(case))
    if any(not int(support) & ~held for support in case.system.refused):
        return None
    return [
        (c.tail, c.head, c.weight_s)
        for c in case.system.constraints
        if not int(c.support) & ~held
    ]


def _is_resolved(conflict: Conflict, case: RouteCase) -> bool:
    """Return whether the clauses of a conflict can all be true in a case, as in its proof."""
    edges = _list_held(conflict, case)
    return edges is not None and is_satisfiable(case.system.capped, edges)


def _is_resolved_at(conflict: Conflict, repair: Repair, kmh: float) -> bool:
    """Return whether a conflict is resolved at a higher cap of some lines."""
    case = conflict.certificate.case
    line = case.line
    raised = np.array([passage.line in repair.names for passage in line.route.passages])
    cap_mps = np.where(raised, np.maximum(line.cap_mps, kmh_to_mps(kmh)), line.cap_mps)
    faster = replace(line, cap_mps=cap_mps)
    matrix = cut_matrix(faster.capped, case.origin)
    return _is_resolved(conflict, replace(case, system=replace(case.system, capped=matrix)))


def main() -> int:
    """Run the requested comparisons and print the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--journeys", type=int, default=JOURNEYS, metavar="N")
    parser.add_argument("--seed", type=int, default=0, help="first seed")
    asked = parser.parse_args()
    tally = run("conflicts of random journeys", asked.journeys, compare_conflicts, asked.seed)
    print(tally.format(), flush=True)
    return min(len(tally.faults), 1)


if __name__ == "__main__":
    sys.exit(main())
