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
            miss, tolerance = _measure(constraint, clause, ends, -cycle.weight_s)
            if isinstance(clause, DistanceClause) and not is_paced:
                # Without a speed, a distance only makes the run at the cap longer.
                span = sorted(case.locate(n)[0] for n in (constraint.tail, constraint.head))
                miss = -cycle.weight_s * float(case.line.cap_mps[slice(*span)].max())
            yield bit, miss / tolerance


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


def _measure(
    constraint: Constraint, clause: Clause, ends: tuple[float, float], miss_s: int
) -> tuple[float, float]:
    """Return by how much a clause must give way to widen a constraint, and its tolerance.

    Both are in the unit of the clause: seconds, metres or m/s.
    """
    low, high = ends
    is_lower = constraint.is_lower or (constraint.weight_s < 0 and not constraint.is_upper)
    before, after = abs(constraint.weight_s), abs(constraint.weight_s + miss_s)
    if isinstance(clause, SpeedClause):
        # The shortest time comes from the highest speed, and the longest from the lowest.
        limit, tolerance = (clause.high_mps, high) if is_lower else (clause.low_mps, low)
        return abs(limit * before / after - limit) if after else inf, tolerance
    if isinstance(clause, DistanceClause):
        limit, tolerance = (clause.low_m, low) if is_lower else (clause.high_m, high)
        return abs(limit * after / before - limit) if before else inf, tolerance
    return miss_s, low if is_lower else high
