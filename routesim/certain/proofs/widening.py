"""Widening: the smallest change of a window or range that resolves a conflict."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from math import ceil, floor, inf, isfinite
from typing import TYPE_CHECKING

from routesim.certain.encoding.route_case import encode_again
from routesim.certain.proofs.certificates import find_certificate, list_certificates
from routesim.certain.proofs.misses import measure_end
from routesim.certain.proofs.repairs import Repair
from routesim.certain.support import START_CHOICE
from routesim.constraints.bitsets import (
    Bits,
    intersect,
    is_subset,
    overlaps,
    remove,
)
from routesim.evidence import DistanceClause, SpeedClause, get_tolerance
from routesim.evidence.ends import get_ends, move_end
from routesim.units import km_to_metres, kmh_to_mps, metres_to_km, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.certain.encoding.case_builder import ClauseVariant
    from routesim.certain.problem import ReportProblem
    from routesim.certain.proofs.certificates import Certificate
    from routesim.evidence.interpretation import ChosenOption

FASTEST_KMH = 400
"""Highest speed, in km/h, to which a cap is raised: no train is faster."""
ROUNDING_DIGITS = 6
HALF = 0.5
MOST_USUAL = 20
"""Largest number of more usual cases in which a resolution is tried."""
STEPS = {
    "begin": 1.0,
    "end": 1.0,
    "lapse": 60.0,
    "speed": kmh_to_mps(0.1),
    "distance": km_to_metres(1.0),
}
"""Steps by which the ends of windows (s), lapses (s), speeds (m/s) and distances (m) move."""
YEAR_S = 366 * 86_400
MOST_STEPS = {
    "begin": YEAR_S,
    "end": YEAR_S,
    "lapse": YEAR_S // 60,
    "speed": FASTEST_KMH * 10,
    "distance": 20_000,
}
"""Largest number of steps: a year, 400 km/h or half the way around the world."""


def widen(certificate: Certificate) -> Iterator[Repair]:
    """List the windows and ranges that resolve the conflict if one of their ends is moved."""
    seen = set()
    for variant, is_least, guess in _list_ends(certificate):
        if (variant.support, is_least) not in seen:
            seen.add((variant.support, is_least))
            moved = MovedEnd(certificate, variant, is_least=is_least)
            steps = moved.find_steps(guess)
            if steps is not None:
                yield moved.make_repair(steps)


def _list_ends(certificate: Certificate) -> Iterator[tuple[ClauseVariant, bool, float]]:
    """Iterate over ends of clauses that may resolve the conflict: variant, side and new value.

    The value is a guess, exact if the end is on a single cycle.
    """
    problem = certificate.problem
    if certificate.exclusion is not None:
        for variant in list_variants(problem, certificate.cycle.support):
            low, high = get_ends(variant.clause) or (-inf, inf)
            yield variant, True, low
            yield variant, False, high
        return
    for constraint in certificate.path:
        for variant in list_variants(problem, constraint.support):
            clause, miss_s = variant.clause, -certificate.cycle.weight_s
            is_least, change = measure_end(constraint, clause, miss_s)
            limit = (get_ends(clause) or (-inf, inf))[0 if is_least else 1]
            yield variant, is_least, limit - change if is_least else limit + change


def list_variants(problem: ReportProblem, support: Bits) -> list[ClauseVariant]:
    """List the clauses in the readings on which a support depends."""
    return [v for v in problem.variants if is_subset(v.support, support)]


@dataclass(frozen=True, slots=True)
class MovedEnd:
    """One end of the window or range of a clause, to be moved so that a conflict is resolved.

    The end moves by whole steps: a second for windows, to the next minute for lapses, to the
    next tenth of a km/h and to the next kilometre for ranges. So the value that is shown
    resolves the conflict.
    """

    certificate: Certificate
    variant: ClauseVariant
    is_least: bool

    @property
    def quantity(self) -> str:
        """What is moved, as in :class:`Repair`."""
        clause = self.variant.clause
        if clause.time is not None:
            return "begin" if self.is_least else "end"
        if isinstance(clause, SpeedClause):
            return "speed"
        return "distance" if isinstance(clause, DistanceClause) else "lapse"

    @property
    def limit(self) -> float:
        """The reported end, in SI units; infinite if the clause has no such end."""
        ends = get_ends(self.variant.clause)
        return inf if ends is None else ends[0 if self.is_least else 1]

    def get_value(self, steps: int) -> float:
        """Return the end in SI units, moved by some steps."""
        step = STEPS[self.quantity]
        signed = -steps if self.is_least else steps
        if self.quantity in {"begin", "end"}:
            return self.limit + signed * step
        begin = (floor if self.is_least else ceil)(round(self.limit / step, ROUNDING_DIGITS))
        return (begin + signed) * step

    def find_steps(self, guess: float) -> int | None:
        """Return the smallest number of steps that resolves the conflict; None if none does.

        ``guess`` is the value to try first.
        """
        if not isfinite(self.limit):
            return None
        step = STEPS[self.quantity]
        most = MOST_STEPS[self.quantity]
        if self.is_least and self.quantity not in {"begin", "end"}:
            # A least value stays above zero.
            most = round(self.get_value(0) / step) - 1
        if most < 0 or not self.resolves(most):
            return None
        first = round(abs(guess - self.get_value(0)) / step + HALF) if isfinite(guess) else most
        first = min(max(first, 0), most)
        if not self.resolves(first):
            span = range(first + 1, most + 1)
        elif first == 0 or not self.resolves(first - 1):
            return first
        else:
            span = range(first)
        return span[0] + bisect_left(span, x=True, key=self.resolves) if span else first

    def resolves(self, steps: int, other: Certificate | None = None) -> bool:
        """Return whether some steps resolve the conflict, or another one, in its case."""
        one = other or self.certificate
        value = self.get_value(steps)
        clause = move_end(self.variant.clause, value, is_least=self.is_least)
        moved = replace(self.variant, clause=clause)
        problem = one.problem
        variants = [
            moved if variant == self.variant else variant
            for variant in list_variants(problem, one.support)
        ]
        bits = problem.register.assumption_bits
        system = encode_again(problem.journey, one.case, variants, bits)
        return system.is_feasible(one.support)

    def make_repair(self, steps: int) -> Repair:
        """Return the resolution that moves the end by some steps."""
        register = self.certificate.problem.register
        names = register.list_clauses(self.variant.support)
        value, quantity = self.get_value(steps), self.quantity
        change = round(abs(value - self.limit))
        limit, seconds = self.limit, None
        if quantity in {"speed", "distance"}:
            convert = mps_to_kmh if quantity == "speed" else metres_to_km
            value, limit = convert(value), convert(limit)
        else:
            seconds = change
        if quantity in {"begin", "end"}:
            value, limit = float(change), 0.0
        still = _list_remaining(self, steps)
        return Repair(
            kind="widen",
            names=name_copies(self.certificate.problem, names[0]),
            clauses=names,
            seconds=seconds,
            quantity=quantity,
            value=value,
            limit=limit,
            is_least=self.is_least,
            still=still,
            tolerances=self._count_tolerances(steps),
            condition=self._list_conditions(steps),
        )

    def _list_conditions(self, steps: int) -> tuple[str, ...]:
        """List the options besides those of the conflict that the resolution needs."""
        one = self.certificate
        problem, needed = one.problem, _list_extra(one)
        if not needed:
            return ()
        others = list_certificates(problem, one.conflict_set)
        milder = [(_list_extra(other), other) for other in others]
        milder = [(extra, other) for extra, other in milder if len(extra) < len(needed)]
        for extra, other in sorted(milder, key=lambda pair: len(pair[0]))[:MOST_USUAL]:
            if self.resolves(steps, other):
                needed = extra
                break
        return tuple(problem.register.format_option(option) for option in needed)

    def _count_tolerances(self, steps: int) -> float:
        clause, journey = self.variant.clause, self.certificate.problem.journey
        ends = get_tolerance(clause, journey.plan.trust.range_share)
        return abs(self.get_value(steps) - self.limit) / ends[0 if self.is_least else 1]


def _is_resolved_too(moved: MovedEnd, steps: int, other: Certificate) -> bool:
    """Return whether another conflict is resolved if an end is moved by some steps."""
    if len(other.minimal) > 1 or other.exclusion is not None:
        return moved.resolves(steps, other)
    # All contradictions of the other conflict are sums with its clauses, none worse than this.
    miss_s = -other.cycle.weight_s
    sides = {
        measure_end(constraint, variant.clause, miss_s)[0]
        for constraint in other.path
        for variant in list_variants(other.problem, constraint.support)
        if variant == moved.variant
    }
    if moved.is_least not in sides:
        return False
    if moved.quantity in {"begin", "end"}:
        return steps >= miss_s
    return moved.resolves(steps, other)


def _list_extra(certificate: Certificate) -> list[ChosenOption]:
    """List the options of a case that are neither usual nor needed by the conflict itself.

    Usual are the readings at face value, the default route and any start.
    """
    extra = remove(certificate.support, certificate.conflict_set)
    return [
        (choice, number)
        for choice, number in certificate.problem.register.list_taken(extra)
        if number and choice != START_CHOICE
    ]


def name_copies(problem: ReportProblem, clause: str) -> tuple[str, ...]:
    """Return the id of a clause, and those of the same clause in the copies of its report."""
    distinct = problem.report_of_clause[clause]
    return tuple(member + clause.removeprefix(distinct.id) for member in distinct.members)


def _list_remaining(moved: MovedEnd, steps: int) -> tuple[str, ...]:
    """List the clauses that a clause contradicts in every reading after its end is moved."""
    problem, conflict_set = moved.certificate.problem, moved.certificate.conflict_set
    register = problem.register
    own = intersect(moved.variant.support, register.clauses)
    found: dict[str, None] = {}
    for other in problem.conflict_sets:
        if register.list_taken(other) or other == conflict_set or not overlaps(other, own):
            continue
        if not _is_resolved_too(moved, steps, find_certificate(problem, other)):
            found.update(dict.fromkeys(register.list_clauses(remove(other, own))))
    return tuple(found)
