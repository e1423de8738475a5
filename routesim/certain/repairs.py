"""Repairs: the possible resolutions of a conflict, each checked before it is listed.

A wider window or quantity, a higher speed cap and a dropped clause are checked by solving
again. Another reading, zone, route or start must not lead to a known conflict. A doubted
identity needs no check: without its report, the other clauses of a minimal set can be true.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from routesim.answers import Answer
from routesim.certain.encoding.line_limits import make_matrix
from routesim.certain.shared_clocks import is_shared_clock, list_sharing
from routesim.constraints.bitsets import Antichain, is_subset, remove, unite
from routesim.constraints.system import ZERO
from routesim.evidence import DistanceClause, SpeedClause
from routesim.text.certificates import format_repair, format_widening
from routesim.units import kmh_to_mps, metres_to_km, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routesim.certain.certificates import Certificate
    from routesim.constraints.system import Constraint


KINDS = ("reading", "zone", "route", "start", "widen", "cap", "drop", "identity")
"""Kinds of repairs, from the mildest to the harshest."""
FASTEST_KMH = 400
"""Highest speed, in km/h, to which a cap is raised: no train is faster."""


@dataclass(frozen=True, slots=True)
class Repair(Answer):
    """A possible resolution of a conflict, from ``Conflict.repairs``.

    Parameters
    ----------
    kind : str
        ``reading``, ``zone``, ``route``, ``start``, ``widen``, ``cap``, ``drop`` or
        ``identity``.
    names : tuple of str
        Depends on the kind. ``widen``: the clause. ``cap``: the lines whose cap is raised.
        ``drop``: the clause and its family. ``identity``: the report and its identity.
        Others: the option taken instead, in words.
    clauses : tuple of str, default ()
        Ids of the clauses that are changed.
    seconds : int, optional
        Seconds by which a constraint is widened; None for other kinds than ``widen``.
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

    Examples
    --------
    >>> import routesim as rs
    >>> conflict = rs.conflicts(rs.load_journey("2023-09"))[0]
    >>> for repair in conflict.repairs[1:3]:
    ...     print(repair.kind, repair.clauses, repair.seconds, repair.text)
    widen ('C01',) 21601 the window of C01 ends 6 h later
    widen ('C06',) 21601 the window of C06 begins 6 h earlier
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
    json_keys = ("kind", "text", "clauses", "seconds")

    @property
    def text(self) -> str:
        """The resolution in words."""
        if self.kind == "widen":
            return format_widening(
                self.names[0], self.quantity, self.value, self.limit, is_least=self.is_least
            )
        return format_repair(self.kind, self.names, kmh=self.value, standing=self.standing)


def list_repairs(certificate: Certificate) -> tuple[Repair, ...]:
    """List the resolutions of a conflict, mildest first; see the module for the checks."""
    found = [
        *_read_otherwise(certificate),
        *_widen(certificate),
        *_raise_cap(certificate),
        *_drop(certificate),
        *_doubt_identity(certificate),
    ]
    return tuple(
        sorted(found, key=lambda r: (KINDS.index(r.kind), r.seconds or 0, r.names, r.text))
    )


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
            yield Repair(kind, (option,), clauses, standing=standing)


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
        for name, clause in _find_speeds(certificate, constraint):
            is_own = of[name].id == report_id and clause.basis == "overall"
            if is_own and constraint.weight_s > 0:
                start, end = (case.locate(n)[0] for n in (constraint.tail, constraint.head))
                return miss, mps_to_kmh(clause.low_mps), case.name(start), case.name(end)
    return None


def _find_speeds(
    certificate: Certificate, constraint: Constraint
) -> Iterator[tuple[str, SpeedClause]]:
    """Iterate over the speed clauses on which a constraint depends, with their ids."""
    problem = certificate.problem
    for variant in problem.variants:
        clause, support = variant.clause, variant.support
        if isinstance(clause, SpeedClause) and is_subset(support, constraint.support):
            yield problem.register.list_clauses(support)[0], clause


def _widen(certificate: Certificate) -> Iterator[Repair]:
    """List the windows, lapses, speeds and distances that can be widened by the miss.

    Each of them resolves the conflict on its own.
    """
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
        if len(names) != 1 or list(_find_speeds(certificate, constraint)):
            yield from _widen_quantity(certificate, constraint, names, miss)
            continue
        weight_s, is_least = constraint.weight_s, constraint.weight_s < 0
        widened: tuple[str, int, int] = "lapse", abs(weight_s + miss), abs(weight_s)
        if ZERO in {constraint.head, constraint.tail}:
            widened = "begin" if constraint.head == ZERO else "end", miss, 0
        yield Repair("widen", names, names, miss, *widened, is_least=is_least)


def _widen_quantity(
    certificate: Certificate, constraint: Constraint, names: Sequence[str], miss: int
) -> Iterator[Repair]:
    """List the speeds and distances that a constraint wider by the miss corresponds to."""
    before, after = abs(constraint.weight_s), abs(constraint.weight_s + miss)
    faster = constraint.weight_s < 0
    if not before or not after:
        return
    speeds = list(_find_speeds(certificate, constraint))
    for name, speed in speeds:
        limit = mps_to_kmh(speed.high_mps if faster else speed.low_mps)
        figures = miss, "speed", limit * before / after, limit
        yield Repair("widen", (name,), (name,), *figures, is_least=not faster)
    for name in names if speeds else ():
        own = certificate.problem.report_of_clause[name].clauses
        face = next(clause.variants[0].clause for clause in own if clause.id == name)
        if isinstance(face, DistanceClause):
            limit = metres_to_km(face.low_m if faster else face.high_m)
            figures = miss, "distance", limit * after / before, limit
            yield Repair("widen", (name,), (name,), *figures, is_least=faster)


def _raise_cap(certificate: Certificate) -> Iterator[Repair]:
    """Find the lowest speed cap, on the lines in the sum, that resolves the conflict."""
    lines = certificate.lines
    if not lines or not _is_resolved_at(certificate, FASTEST_KMH):
        return
    low = floor(mps_to_kmh(float(certificate.case.line.cap_mps.min())))
    needed = bisect_left(
        range(FASTEST_KMH), x=True, lo=low, key=lambda kmh: _is_resolved_at(certificate, kmh)
    )
    yield Repair("cap", lines, value=needed)


def _is_resolved_at(certificate: Certificate, cap_kmh: float) -> bool:
    case = certificate.case
    line, system = case.line, case.system
    wanted = np.array([p.line in certificate.lines for p in line.route.passages])
    raised = np.maximum(line.cap_mps, kmh_to_mps(cap_kmh))
    faster = replace(line, cap_mps=np.where(wanted, raised, line.cap_mps))
    matrix = make_matrix(faster, case.origin, faster.get_least_s())
    return replace(system, capped=matrix).is_feasible(certificate.support)


def _drop(certificate: Certificate) -> Iterator[Repair]:
    """List the clauses that can be dropped."""
    problem, system = certificate.problem, certificate.case.system
    for name in certificate.clauses:
        dropped = problem.register.clause_bits[name]
        if not system.is_feasible(remove(certificate.support, dropped)):
            continue
        family = problem.report_of_clause[name].report.family
        label = problem.journey.families[family].name
        yield Repair("drop", (name, label), (name,))


def _doubt_identity(certificate: Certificate) -> Iterator[Repair]:
    """List the reports whose identity can be doubted: another train or other passengers."""
    problem = certificate.problem
    ids = (problem.report_of_clause[clause].id for clause in certificate.clauses)
    for report_id in dict.fromkeys(ids):
        if identity := problem.journey.get_report(report_id).identity:
            own = _list_own(certificate, report_id)
            yield Repair("identity", (report_id, identity), own)
