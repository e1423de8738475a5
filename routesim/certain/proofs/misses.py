"""Sizes of misses: by how many tolerances reports would have to give way.

A contradiction misses by seconds, kilometres or km/h. To compare them, a miss is counted in the
tolerances of its clauses; see :mod:`routesim.evidence.softness`.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from routesim.constraints.bitsets import intersect, is_subset
from routesim.evidence import DistanceClause, SpeedClause, get_tolerance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routesim.certain.encoding.route_case import RouteCase
    from routesim.certain.problem import ReportProblem
    from routesim.constraints.bitsets import Bits
    from routesim.constraints.found_cycles import NegativeCycle
    from routesim.constraints.system import Constraint
    from routesim.evidence import Clause

    ClauseWithTolerances = tuple[Bits, Clause, tuple[float, float]]


def count_tolerances(
    problem: ReportProblem, case: RouteCase, cycles: Sequence[NegativeCycle]
) -> float:
    """Return the miss of contradictions in tolerances of the clause that resolves them all.

    If several clauses do, the smallest number counts. It is infinite if no clause resolves them
    all, or where place or route decides.
    """
    first, *others = (_count_clauses(problem, case, cycle) for cycle in cycles)
    for other in others:
        first = {clause: max(first[clause], other[clause]) for clause in first.keys() & other}
    return min(first.values(), default=inf)


def _count_clauses(
    problem: ReportProblem, case: RouteCase, cycle: NegativeCycle
) -> dict[Bits, float]:
    """Return by how many tolerances each clause of a contradiction would have to give way."""
    kept: dict[Any, dict[Bits, float]] = problem.kept.setdefault("misses", {})
    key = case, cycle
    if key not in kept:
        kept[key] = {}
        for clause, count in _list_counts(problem, case, cycle):
            kept[key][clause] = min(count, kept[key].get(clause, inf))
    return kept[key]


def _list_counts(
    problem: ReportProblem, case: RouteCase, cycle: NegativeCycle
) -> Iterator[tuple[Bits, float]]:
    exclusion = None if cycle.path else case.exclusions.get(cycle.support)
    if exclusion is not None:
        miss = exclusion.miss_m if exclusion.miss_mps is None else exclusion.miss_mps
        for bit, _, ends in _list_clauses(problem, cycle.support):
            yield bit, inf if miss is None else miss / max(ends)
        return
    for number in cycle.path:
        constraint = case.system.constraints[number]
        found = _list_clauses(problem, constraint.support)
        is_paced = any(isinstance(clause, SpeedClause) for _, clause, _ in found)
        for bit, clause, ends in found:
            is_least, miss = measure_end(constraint, clause, -cycle.weight_s)
            if isinstance(clause, DistanceClause) and not is_paced:
                # Without a speed, a distance only makes the run at the cap longer.
                span = sorted(case.locate(n)[0] for n in (constraint.tail, constraint.head))
                miss = -cycle.weight_s * float(case.line.cap_mps[slice(*span)].max())
            yield bit, miss / ends[0 if is_least else 1]


def _list_clauses(problem: ReportProblem, support: Bits) -> list[ClauseWithTolerances]:
    """List the clauses on which a support depends: bit, clause and tolerances of its ends."""
    kept: dict[Bits, list[ClauseWithTolerances]] = problem.kept.setdefault("tolerances", {})
    if support not in kept:
        share = problem.journey.plan.trust.range_share
        clauses = problem.register.clauses
        kept[support] = [
            (intersect(v.support, clauses), v.clause, get_tolerance(v.clause, share))
            for v in problem.variants
            if is_subset(v.support, support)
        ]
    return kept[support]


def measure_end(constraint: Constraint, clause: Clause, miss_s: int) -> tuple[bool, float]:
    """Return which end of a clause sets a constraint, and by how much it must move outwards.

    The end is the least one (True) or the greatest. The amount widens the constraint by
    ``miss_s``, and is in the unit of the clause: seconds, metres or m/s. It is infinite if no
    change is enough.
    """
    is_lower = constraint.is_lower or (constraint.weight_s < 0 and not constraint.is_upper)
    before, after = abs(constraint.weight_s), abs(constraint.weight_s + miss_s)
    if isinstance(clause, SpeedClause):
        # The shortest time comes from the highest speed, and the longest from the lowest.
        limit = clause.high_mps if is_lower else clause.low_mps
        return not is_lower, abs(limit * before / after - limit) if after else inf
    if isinstance(clause, DistanceClause):
        limit = clause.low_m if is_lower else clause.high_m
        return is_lower, abs(limit * after / before - limit) if before else inf
    return is_lower, miss_s
