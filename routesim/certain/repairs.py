"""Repairs: the possible resolutions of a conflict, each checked before it is listed.

A wider window or quantity, a higher speed cap and a report left out are checked by solving
again. Another reading, zone, route or start is checked against the conflicts that are known:
it must be in none of them. That a report is about another train needs no check: without the
report a minimal set of clauses can be true.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.encoding.line_limits import make_matrix
from routesim.certain.wording import format_option
from routesim.constraints.bitsets import Antichain, is_subset, overlaps, remove, unite
from routesim.constraints.system import ZERO
from routesim.evidence import DistanceClause, SpeedClause
from routesim.text.durations import format_lapse
from routesim.units import kmh_to_mps, metres_to_km, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.certain.certificates import Certificate
    from routesim.constraints.system import Constraint

__all__ = ["Repair", "list_repairs"]

KINDS = ("reading", "zone", "route", "start", "widen", "cap", "drop", "identity")
"""From the mildest to the harshest."""
FASTEST_KMH = 400
"""Above it no cap is raised: no train would."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A possible resolution of a conflict.

    Parameters
    ----------
    kind
        ``reading``, ``zone``, ``route``, ``start``, ``widen``, ``cap``, ``drop`` or
        ``identity``.
    text
        What would have to be so.
    clauses
        The clauses that it changes.
    seconds
        By how much a window or a lapse of time is widened; None where nothing is.
    """

    kind: str
    text: str
    clauses: tuple[str, ...] = ()
    seconds: int | None = None


def list_repairs(certificate: Certificate) -> tuple[Repair, ...]:
    """List the possible resolutions of a conflict, the mildest first.

    Each is solved again before it is listed: what does not resolve the conflict is left out.
    """
    found = [
        *_read_otherwise(certificate),
        *_widen(certificate),
        *_raise_cap(certificate),
        *_drop(certificate),
        *_doubt_identity(certificate),
    ]
    order = {kind: number for number, kind in enumerate(KINDS)}
    return tuple(sorted(found, key=lambda r: (order[r.kind], r.seconds or 0, r.text)))


def _read_otherwise(certificate: Certificate) -> Iterator[Repair]:
    """Take another reading, zone, route or start."""
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
            kind = {"zone": "zone", "route": "route", "start": "start"}.get(
                choice.kind, "reading"
            )
            text = format_option(problem, (name, other))
            if kind == "reading":
                text += _format_standing(certificate, choice.report_id)
            names = tuple(
                c.id
                for d in problem.distinct_reports
                if d.id == choice.report_id
                for c in d.clauses
            )
            yield Repair(kind, text, tuple(n for n in names if n in certificate.clauses))


def _format_standing(certificate: Certificate, report_id: str) -> str:
    """Format how long the train then stood, if the reading was of an overall speed.

    The lapse between the ends, less the distance at the lowest speed reported, cannot
    have been spent moving at it.
    """
    miss = certificate.miss_s
    if miss is None:
        return ""
    for constraint in certificate.path:
        for speed in _find_speeds(certificate, constraint):
            is_own = speed.report_id == report_id and speed.clause.basis == "overall"
            if is_own and constraint.weight_s > 0:
                case = certificate.case
                first, last = (case.locate(n)[0] for n in (constraint.tail, constraint.head))
                places = [case.line.route.passages[i].station.name for i in (first, last)]
                slowest = mps_to_kmh(speed.clause.low_mps)
                return (
                    f"; it then stood for at least {format_lapse(miss)} between "
                    f"{places[0]} and {places[1]}, if it ran at {slowest:g} km/h or more"
                )
    return ""


@dataclass(frozen=True, slots=True)
class _OwnSpeed:
    report_id: str
    name: str
    clause: SpeedClause


def _find_speeds(certificate: Certificate, constraint: Constraint) -> Iterator[_OwnSpeed]:
    """Find the speed clauses that a constraint is based on, in the variant taken."""
    register = certificate.problem.register
    for distinct in certificate.problem.distinct_reports:
        for clause in distinct.clauses:
            bit = register.clause_bits[clause.id]
            for variant in clause.variants:
                support = register.make_support([clause.id], variant.taken)
                if (
                    overlaps(constraint.support, bit)
                    and is_subset(support, constraint.support)
                    and isinstance(variant.clause, SpeedClause)
                ):
                    yield _OwnSpeed(distinct.id, clause.id, variant.clause)


def _widen(certificate: Certificate) -> Iterator[Repair]:
    """Widen one window, speed or distance of the sum by the miss."""
    miss, system = certificate.miss_s, certificate.case.system
    if miss is None:
        return
    register = certificate.problem.register
    for number in dict.fromkeys(certificate.cycle.path):
        constraint = system.constraints[number]
        wider = list(system.constraints)
        wider[number] = replace(constraint, weight_s=constraint.weight_s + miss)
        if not replace(system, constraints=tuple(wider)).is_feasible(certificate.support):
            continue
        names = register.list_clauses(constraint.support)
        if len(names) == 1 and not list(_find_speeds(certificate, constraint)):
            yield Repair("widen", _format_wider(constraint, names[0], miss), names, miss)
        else:
            yield from _widen_quantity(certificate, constraint, miss)


def _format_wider(constraint: Constraint, name: str, miss: int) -> str:
    if constraint.head == ZERO:
        return f"{name} begins {format_lapse(miss)} sooner"
    if constraint.tail == ZERO:
        return f"{name} ends {format_lapse(miss)} later"
    lapse = abs(constraint.weight_s + miss)
    bound = "at least" if constraint.weight_s < 0 else "at most"
    asked = format_lapse(constraint.weight_s)
    return f"{name} is {format_lapse(lapse)} instead of {bound} {asked}"


def _widen_quantity(
    certificate: Certificate, constraint: Constraint, miss: int
) -> Iterator[Repair]:
    """Widen a speed or a distance, in its own unit, so far that the lapse fits."""
    before, after = abs(constraint.weight_s), abs(constraint.weight_s + miss)
    faster = constraint.weight_s < 0
    if not before or not after:
        return
    speeds = list(_find_speeds(certificate, constraint))
    for speed in speeds:
        limit = speed.clause.high_mps if faster else speed.clause.low_mps
        needed = mps_to_kmh(limit * before / after)
        yield Repair(
            "widen",
            f"{speed.name} is {needed:.1f} km/h instead of at "
            f"{'most' if faster else 'least'} {mps_to_kmh(limit):g}",
            (speed.name,),
            miss,
        )
    for distinct in certificate.problem.distinct_reports:
        for clause in distinct.clauses:
            face = clause.variants[0].clause
            bit = certificate.problem.register.clause_bits[clause.id]
            if (
                overlaps(constraint.support, bit)
                and isinstance(face, DistanceClause)
                and speeds
            ):
                length = metres_to_km(face.low_m if faster else face.high_m)
                yield Repair(
                    "widen",
                    f"{clause.id} is {length * after / before:,.0f} km instead of at "
                    f"{'least' if faster else 'most'} {length:,.0f}",
                    (clause.id,),
                    miss,
                )


def _raise_cap(certificate: Certificate) -> Iterator[Repair]:
    """Raise the speed caps of the lines whose caps are in the sum, as little as needed."""
    lines = certificate.lines
    if not lines or not _is_resolved_at(certificate, FASTEST_KMH):
        return
    low = floor(mps_to_kmh(float(certificate.case.line.cap_mps.min())))
    needed = bisect_left(
        range(FASTEST_KMH), x=True, lo=low, key=lambda kmh: _is_resolved_at(certificate, kmh)
    )
    yield Repair("cap", f"it ran at up to {needed} km/h on {' and '.join(lines)}")


def _is_resolved_at(certificate: Certificate, cap_kmh: float) -> bool:
    case = certificate.case
    line, system = case.line, case.system
    wanted = np.array([p.line in certificate.lines for p in line.route.passages])
    raised = np.maximum(line.cap_mps, kmh_to_mps(cap_kmh))
    faster = replace(line, cap_mps=np.where(wanted, raised, line.cap_mps))
    matrix = make_matrix(faster, case.origin, faster.get_least_s())
    return replace(system, capped=matrix).is_feasible(certificate.support)


def _drop(certificate: Certificate) -> Iterator[Repair]:
    """Drop one clause."""
    problem, system = certificate.problem, certificate.case.system
    for name in certificate.clauses:
        dropped = problem.register.clause_bits[name]
        if not system.is_feasible(remove(certificate.support, dropped)):
            continue
        family = problem.report_of_clause[name].report.family
        label = problem.journey.families[family].name
        yield Repair("drop", f"{name} is wrong ({label})", (name,))


def _doubt_identity(certificate: Certificate) -> Iterator[Repair]:
    """Doubt that what was seen was this train, or who came with it."""
    problem = certificate.problem
    clauses = certificate.clauses
    for report_id in dict.fromkeys(problem.report_of_clause[c].id for c in clauses):
        identity = problem.journey.get_report(report_id).identity
        if identity:
            names = tuple(c for c in clauses if c == report_id or c.startswith(f"{report_id}."))
            yield Repair(
                "identity", f"{report_id} does not tell of this train: {identity}", names
            )
