"""Repairs: the possible resolutions of a conflict, each checked before it is listed.

A wider window or range and a higher speed cap are checked by solving again, with all
assumptions in force. Another reading, zone, route or start must not lead to a known conflict of
the same clauses. A
dropped clause or a doubted identity needs no check: without it, the other clauses of a minimal
set can be true.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from math import ceil, floor, inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

from routesim.answers import Answer
from routesim.certain.certificates import find_certificate, list_certificates
from routesim.certain.encoding.line_limits import cut_matrix
from routesim.certain.encoding.route_case import encode_again
from routesim.certain.shared_clocks import is_shared_clock, list_sharing
from routesim.certain.support import START_CHOICE
from routesim.constraints.bitsets import (
    Antichain,
    Bits,
    intersect,
    is_subset,
    overlaps,
    remove,
    unite,
)
from routesim.evidence import DistanceClause, SpeedClause, get_tolerance
from routesim.evidence.ends import get_ends, move_end
from routesim.text.certificates import format_if, format_repair, format_still, format_widening
from routesim.text.names import format_list
from routesim.units import km_to_metres, kmh_to_mps, metres_to_km, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routesim.certain.certificates import Certificate
    from routesim.certain.encoding.case_builder import ClauseVariant
    from routesim.certain.problem import ReportProblem
    from routesim.constraints.system import Constraint
    from routesim.evidence import Clause
    from routesim.evidence.interpretation import ChosenOption


KINDS = ("reading", "zone", "route", "start", "widen", "cap", "drop", "identity")
"""Kinds of repairs, from the mildest to the harshest."""
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


@dataclass(frozen=True, slots=True)
class Repair(Answer):
    """A possible resolution of a conflict, from ``Conflict.repairs``.

    Parameters
    ----------
    kind : str
        ``reading``, ``zone``, ``route``, ``start``, ``widen``, ``cap``, ``drop`` or
        ``identity``.
    names : tuple of str
        Depends on the kind. ``widen``: the clause and its copies. ``cap``: the lines whose cap
        is raised. ``drop``: the clause, its copies and the family. ``identity``: the report and
        its identity. Others: the option taken instead, in words.
    clauses : tuple of str, default ()
        Ids of the clauses that are changed.
    seconds : int, optional
        Seconds by which a window or lapse is widened; None for speeds and distances, and for
        other kinds than ``widen``.
    quantity : str, default ""
        What is widened: the ``begin`` or ``end`` of a window, a ``lapse``, a ``speed`` or a
        ``distance``.
    value : float, default 0.0
        Value that is needed: a lapse in seconds, a speed or a cap in km/h, or a distance in
        kilometres. For a window, the seconds by which it is widened.
    limit : float, default 0.0
        Reported least or greatest value that ``value`` replaces, in the same unit.
    is_least : bool, default False
        Whether ``limit`` is a least value rather than a greatest one.
    standing : tuple, optional
        Standing that another reading implies: its seconds, the least running speed in km/h,
        and the two stations between which the train stood.
    still : tuple of str, default ()
        Ids of the clauses that the changed clause still contradicts, in every reading and on
        every route.
    tolerances : float, default 0.0
        For ``widen``, the change in tolerances of the end; see ``Conflict.tolerances``.
    condition : tuple of str, default ()
        Readings or the route that the resolution needs besides, in words. At face value and on
        the default route, it is not enough.

    Examples
    --------
    >>> import routesim as rs
    >>> conflict = rs.conflicts(rs.load_journey("2023-09"))[0]
    >>> for repair in conflict.repairs[1:3]:
    ...     print(repair.kind, repair.clauses, repair.seconds, repair.text)
    widen ('C01',) 21601 the window of C01 ends 6 h 1 s later
    widen ('C06',) 21601 the window of C06 begins 6 h 1 s earlier
    """

    kind: str
    names: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    seconds: int | None = None
    quantity: str = ""
    value: float = 0.0
    limit: float = 0.0
    is_least: bool = False
    standing: tuple[float, float, str, str] | None = None
    still: tuple[str, ...] = ()
    tolerances: float = 0.0
    condition: tuple[str, ...] = ()
    json_keys = ("kind", "text", "clauses", "seconds", "tolerances", "condition", "still")

    @property
    def text(self) -> str:
        """The resolution in words."""
        if self.kind == "widen":
            text = format_widening(
                format_list(self.names),
                self.quantity,
                self.value,
                self.limit,
                is_least=self.is_least,
            )
        else:
            text = format_repair(self.kind, self.names, kmh=self.value, standing=self.standing)
        return format_still(format_if(text, self.condition), self.still)


def list_repairs(certificate: Certificate) -> tuple[Repair, ...]:
    """List the resolutions of a conflict, mildest first; see the module for the checks."""
    found = [
        *_read_otherwise(certificate),
        *_widen(certificate),
        *_raise_cap(certificate),
        *_drop(certificate),
        *_doubt_identity(certificate),
    ]
    return tuple(sorted(found, key=lambda r: (KINDS.index(r.kind), r.tolerances)))


def _read_otherwise(certificate: Certificate) -> Iterator[Repair]:
    """List other readings, zones, routes and starts."""
    problem = certificate.problem
    register = problem.register
    known = Antichain(problem.conflict_sets)
    for name, number in certificate.taken:
        choice = register.choices[name]
        without = remove(certificate.conflict_set, register.option_bits[name, number])
        for other in range(len(choice.options)):
            if other == number:
                continue
            support = unite(without, register.option_bits[name, other])
            if known.holds_subset(support):
                continue
            kind = choice.kind if choice.kind in {"zone", "route", "start"} else "reading"
            standing = None
            if kind == "reading":
                standing = _find_standing(certificate, choice.report_id)
            clauses = _list_own(certificate, choice.report_id)
            if is_shared_clock(choice):
                sharing = list_sharing(problem, name)
                clauses = tuple(c for c in certificate.clauses if c in sharing)
            option = register.format_option((name, other))
            still = _list_reread(certificate, clauses, name, other)
            yield Repair(kind, (option,), clauses, standing=standing, still=still)


def _list_reread(
    certificate: Certificate, clauses: Sequence[str], choice: str, number: int
) -> tuple[str, ...]:
    """List the clauses that some clauses contradict with another option of a choice.

    Other conflicts count only if they need no other option.
    """
    problem, register = certificate.problem, certificate.problem.register
    own, option = register.make_support(clauses), register.option_bits[choice, number]
    found: dict[str, None] = {}
    for other in problem.conflict_sets:
        if overlaps(other, own) and not register.list_taken(remove(other, option)):
            found.update(dict.fromkeys(register.list_clauses(remove(other, own))))
    return tuple(found)


def _list_own(certificate: Certificate, report_id: str) -> tuple[str, ...]:
    """Return the clauses of a conflict that belong to one report."""
    of = certificate.problem.report_of_clause
    return tuple(c for c in certificate.clauses if of[c].id == report_id)


def _find_standing(
    certificate: Certificate, report_id: str
) -> tuple[float, float, str, str] | None:
    """Find the standing that follows if an overall speed is read as a running speed.

    The train stood for the time between the two places minus the running time at the lowest
    reported speed. Return None if no such speed is in the sum.
    """
    miss, case, of = certificate.miss_s, certificate.case, certificate.problem.report_of_clause
    if miss is None:
        return None
    for constraint in certificate.path:
        for variant in _list_variants(certificate.problem, constraint.support):
            clause = variant.clause
            if not isinstance(clause, SpeedClause):
                continue
            name = certificate.problem.register.list_clauses(variant.support)[0]
            is_own = of[name].id == report_id and clause.basis == "overall"
            if is_own and constraint.weight_s > 0:
                start, end = (case.locate(n)[0] for n in (constraint.tail, constraint.head))
                return miss, mps_to_kmh(clause.low_mps), case.name(start), case.name(end)
    return None


def _widen(certificate: Certificate) -> Iterator[Repair]:
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
        for variant in _list_variants(problem, certificate.cycle.support):
            low, high = get_ends(variant.clause) or (-inf, inf)
            yield variant, True, low
            yield variant, False, high
        return
    for constraint in certificate.path:
        for variant in _list_variants(problem, constraint.support):
            yield variant, *_guess_end(constraint, variant.clause, -certificate.cycle.weight_s)


def _guess_end(constraint: Constraint, clause: Clause, miss_s: int) -> tuple[bool, float]:
    """Return the side of a clause that bounds a constraint, and its value without the miss."""
    is_lower = constraint.is_lower or (constraint.weight_s < 0 and not constraint.is_upper)
    before, after = abs(constraint.weight_s), abs(constraint.weight_s + miss_s)
    # The shortest time comes from the highest speed, and the longest from the lowest.
    is_least = not is_lower if isinstance(clause, SpeedClause) else is_lower
    limit = (get_ends(clause) or (-inf, inf))[0 if is_least else 1]
    if isinstance(clause, SpeedClause):
        return is_least, limit * before / after if after else inf
    if isinstance(clause, DistanceClause):
        return is_least, limit * after / before if before else limit
    return is_least, limit - miss_s if is_least else limit + miss_s


def _list_variants(problem: ReportProblem, support: Bits) -> list[ClauseVariant]:
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
            for variant in _list_variants(problem, one.support)
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
            names=_name_copies(self.certificate.problem, names[0]),
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
        _guess_end(constraint, variant.clause, miss_s)[0]
        for constraint in other.path
        for variant in _list_variants(other.problem, constraint.support)
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


def _name_copies(problem: ReportProblem, clause: str) -> tuple[str, ...]:
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


def _raise_cap(certificate: Certificate) -> Iterator[Repair]:
    """Find the lowest speed cap, on the lines in the sum, that resolves the conflict."""
    lines = certificate.lines
    if not lines or not _is_resolved_at(certificate, FASTEST_KMH):
        return
    caps = dict(certificate.case.line.list_caps(lines))
    needed = bisect_left(
        range(FASTEST_KMH),
        x=True,
        lo=floor(min(caps.values())),
        key=lambda kmh: _is_resolved_at(certificate, kmh),
    )
    yield Repair("cap", tuple(n for n in lines if caps[n] < needed), value=needed)


def _is_resolved_at(certificate: Certificate, cap_kmh: float) -> bool:
    """Return whether a cap on the lines in the sum resolves the conflict, if it is higher."""
    case, problem = certificate.case, certificate.problem
    wanted = np.array([p.line in certificate.lines for p in case.line.route.passages])
    raised = np.maximum(case.line.cap_mps, kmh_to_mps(cap_kmh))
    cap_mps = np.where(wanted, raised, case.line.cap_mps)
    faster = replace(case, line=replace(case.line, cap_mps=cap_mps))
    variants = _list_variants(problem, certificate.support)
    bits = problem.register.assumption_bits
    system = encode_again(problem.journey, faster, variants, bits)
    capped = cut_matrix(faster.line.capped, case.origin)
    return replace(system, capped=capped).is_feasible(certificate.support)


def _drop(certificate: Certificate) -> Iterator[Repair]:
    """List the clauses that can be dropped: each of them, because the set is minimal."""
    problem = certificate.problem
    for name in certificate.clauses:
        family = problem.report_of_clause[name].report.family
        label = problem.journey.families[family].name
        yield Repair("drop", (*_name_copies(problem, name), label), (name,))


def _doubt_identity(certificate: Certificate) -> Iterator[Repair]:
    """List the reports whose identity can be doubted: another train or other passengers."""
    problem = certificate.problem
    ids = (problem.report_of_clause[clause].id for clause in certificate.clauses)
    for report_id in dict.fromkeys(ids):
        if identity := problem.journey.get_report(report_id).identity:
            own = _list_own(certificate, report_id)
            yield Repair("identity", (report_id, identity), own)
