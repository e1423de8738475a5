"""Resolutions of a conflict: all that are possible, each checked before it is listed.

A wider window or range (:mod:`routesim.certain.proofs.widening`) and a higher speed cap are
checked by solving again, with all assumptions in force. Another reading, zone, route or start
must not lead to a known conflict of the same clauses. A dropped clause or a doubted identity
needs no check: without it, the other clauses of a minimal set can be true.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.encoding.line_limits import cut_matrix
from routesim.certain.encoding.route_case import encode_again
from routesim.certain.proofs.repairs import KINDS, Repair
from routesim.certain.proofs.widening import FASTEST_KMH, list_variants, name_copies, widen
from routesim.certain.shared_clocks import is_shared_clock, list_sharing
from routesim.constraints.bitsets import (
    Antichain,
    overlaps,
    remove,
    unite,
)
from routesim.evidence import SpeedClause
from routesim.units import kmh_to_mps, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routesim.certain.proofs.certificates import Certificate


def list_repairs(certificate: Certificate) -> tuple[Repair, ...]:
    """List the resolutions of a conflict, mildest first; see the module for the checks."""
    found = [
        *_read_otherwise(certificate),
        *widen(certificate),
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
        for variant in list_variants(certificate.problem, constraint.support):
            clause = variant.clause
            if not isinstance(clause, SpeedClause):
                continue
            name = certificate.problem.register.list_clauses(variant.support)[0]
            is_own = of[name].id == report_id and clause.basis == "overall"
            if is_own and constraint.weight_s > 0:
                start, end = (case.locate(n)[0] for n in (constraint.tail, constraint.head))
                return miss, mps_to_kmh(clause.low_mps), case.name(start), case.name(end)
    return None


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
    variants = list_variants(problem, certificate.support)
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
        yield Repair("drop", (*name_copies(problem, name), label), (name,))


def _doubt_identity(certificate: Certificate) -> Iterator[Repair]:
    """List the reports whose identity can be doubted: another train or other passengers."""
    problem = certificate.problem
    ids = (problem.report_of_clause[clause].id for clause in certificate.clauses)
    for report_id in dict.fromkeys(ids):
        if identity := problem.journey.get_report(report_id).identity:
            own = _list_own(certificate, report_id)
            yield Repair("identity", (report_id, identity), own)
