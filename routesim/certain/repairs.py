"""Repairs: what would mend a conflict, each checked by solving again."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.line_limits import make_matrix
from routesim.certain.wording import tell_taken
from routesim.constraints.bitsets import Antichain
from routesim.constraints.system import ZERO
from routesim.evidence import DistanceClause, SpeedClause
from routesim.text.durations import format_lapse
from routesim.units import kmh_to_mps, metres_to_km, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.certain.conflicts import Conflict
    from routesim.certain.line_limits import Line
    from routesim.constraints.system import Constraint

__all__ = ["Repair", "list_repairs"]

KINDS = ("reading", "zone", "route", "start", "widen", "cap", "drop", "identity")
"""From the mildest to the harshest."""
FASTEST_KMH = 400
"""Above it no cap is raised: no train would."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A way out of a conflict.

    Parameters
    ----------
    kind
        ``reading``, ``zone``, ``route``, ``start``, ``widen``, ``cap``, ``drop`` or
        ``identity``.
    text
        What would have to be so.
    clauses
        The clauses that it touches.
    seconds
        By how much a window or lapse gives way; None where nothing is widened.
    """

    kind: str
    text: str
    clauses: tuple[str, ...] = ()
    seconds: int | None = None


def list_repairs(conflict: Conflict) -> tuple[Repair, ...]:
    """List the ways out of a conflict, the mildest first.

    Each is solved again before it is listed: what does not mend the conflict is left out.
    """
    found = [
        *_read_otherwise(conflict),
        *_widen(conflict),
        *_raise_cap(conflict),
        *_drop(conflict),
        *_doubt(conflict),
    ]
    order = {kind: number for number, kind in enumerate(KINDS)}
    return tuple(sorted(found, key=lambda r: (order[r.kind], r.seconds or 0, r.text)))


def _read_otherwise(conflict: Conflict) -> Iterator[Repair]:
    """Take another reading, zone, route or start."""
    testimony = conflict.testimony
    register = testimony.register
    known = Antichain(testimony.conflict_sets)
    for choice, number in conflict.taken:
        taken = register.option_bits[choice.id, number]
        for other in range(len(choice.options)):
            if other == number:
                continue
            owners = conflict.owners & ~taken | register.option_bits[choice.id, other]
            if known.holds_subset(owners):
                continue
            kind = {"zone": "zone", "route": "route", "start": "start"}.get(
                choice.kind, "reading"
            )
            text = tell_taken(testimony, (choice.id, other))
            if kind == "reading":
                text += _say_standing(conflict, choice.report_id)
            names = tuple(
                c.id for w in testimony.witnesses if w.id == choice.report_id for c in w.clauses
            )
            yield Repair(kind, text, tuple(n for n in names if n in conflict.clauses))


def _say_standing(conflict: Conflict, report_id: str) -> str:
    """Say how long the train then stood, if the reading told an overall speed.

    The lapse between the ends, less the distance at the lowest speed reported, cannot
    have been spent moving at it.
    """
    miss = conflict.miss_s
    if miss is None:
        return ""
    for constraint in _list_path(conflict):
        for speed in _find_speeds(conflict, constraint):
            is_own = speed.report_id == report_id and speed.clause.basis == "overall"
            if is_own and constraint.weight_s > 0:
                case = conflict.exhibit.case
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


def _list_path(conflict: Conflict) -> list[Constraint]:
    system = conflict.exhibit.case.system
    return [system.constraints[number] for number in conflict.exhibit.cycle.path]


def _find_speeds(conflict: Conflict, constraint: Constraint) -> Iterator[_OwnSpeed]:
    """Find the speed clauses that a constraint rests on, in the variant that it took."""
    for witness in conflict.testimony.witnesses:
        for clause in witness.clauses:
            bit = conflict.testimony.register.clause_bits[clause.id]
            for variant in clause.variants:
                owners = conflict.testimony.register.make_owners([clause.id], variant.taken)
                if (
                    constraint.owners & bit
                    and owners & ~constraint.owners == 0
                    and isinstance(variant.clause, SpeedClause)
                ):
                    yield _OwnSpeed(witness.id, clause.id, variant.clause)


def _widen(conflict: Conflict) -> Iterator[Repair]:
    """Let one window, speed or distance on the sum give way by the miss."""
    miss, exhibit = conflict.miss_s, conflict.exhibit
    if miss is None:
        return
    register, system = conflict.testimony.register, exhibit.case.system
    for number in dict.fromkeys(exhibit.cycle.path):
        constraint = system.constraints[number]
        wider = list(system.constraints)
        wider[number] = replace(constraint, weight_s=constraint.weight_s + miss)
        if not replace(system, constraints=tuple(wider)).is_feasible(exhibit.owners):
            continue
        names = register.list_clauses(constraint.owners)
        if len(names) == 1 and not list(_find_speeds(conflict, constraint)):
            yield Repair("widen", _say_wider(conflict, constraint, names[0]), names, miss)
        else:
            yield from _widen_quantity(conflict, constraint)


def _say_wider(conflict: Conflict, constraint: Constraint, name: str) -> str:
    miss = conflict.miss_s or 0
    if constraint.head == ZERO:
        return f"{name} begins {format_lapse(miss)} sooner"
    if constraint.tail == ZERO:
        return f"{name} ends {format_lapse(miss)} later"
    lapse = abs(constraint.weight_s + miss)
    bound = "at least" if constraint.weight_s < 0 else "at most"
    asked = format_lapse(constraint.weight_s)
    return f"{name} is {format_lapse(lapse)} instead of {bound} {asked}"


def _widen_quantity(conflict: Conflict, constraint: Constraint) -> Iterator[Repair]:
    """Say by which speed or distance, in its own unit, the lapse gives way."""
    miss = conflict.miss_s or 0
    before, after = abs(constraint.weight_s), abs(constraint.weight_s + miss)
    faster = constraint.weight_s < 0
    if not before or not after:
        return
    speeds = list(_find_speeds(conflict, constraint))
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
    for witness in conflict.testimony.witnesses:
        for clause in witness.clauses:
            told = clause.variants[0].clause
            bit = conflict.testimony.register.clause_bits[clause.id]
            if constraint.owners & bit and isinstance(told, DistanceClause) and speeds:
                length = metres_to_km(told.low_m if faster else told.high_m)
                yield Repair(
                    "widen",
                    f"{clause.id} is {length * after / before:,.0f} km instead of at "
                    f"{'least' if faster else 'most'} {length:,.0f}",
                    (clause.id,),
                    miss,
                )


def _raise_cap(conflict: Conflict) -> Iterator[Repair]:
    """Let the train run faster than the caps, on the lines whose caps are in the sum."""
    lines = conflict.exhibit.lines
    if not lines or not _is_mended_at(conflict, FASTEST_KMH):
        return
    line = conflict.exhibit.case.line
    low = floor(mps_to_kmh(float(line.cap_mps.min())))
    needed = bisect_left(
        range(FASTEST_KMH), x=True, lo=low, key=lambda kmh: _is_mended_at(conflict, kmh)
    )
    yield Repair("cap", f"it ran at up to {needed} km/h on {' and '.join(lines)}")


def _is_mended_at(conflict: Conflict, cap_kmh: float) -> bool:
    exhibit = conflict.exhibit
    line: Line = exhibit.case.line
    wanted = np.array([p.line in exhibit.lines for p in line.route.passages])
    raised = np.maximum(line.cap_mps, kmh_to_mps(cap_kmh))
    faster = replace(line, cap_mps=np.where(wanted, raised, line.cap_mps))
    least = faster.get_least_s()
    system = exhibit.case.system
    matrix = make_matrix(faster, exhibit.case.origin, least)
    return replace(system, capped=matrix).is_feasible(exhibit.owners)


def _drop(conflict: Conflict) -> Iterator[Repair]:
    """Do without one clause."""
    register, system = conflict.testimony.register, conflict.exhibit.case.system
    for name in conflict.clauses:
        if not system.is_feasible(conflict.exhibit.owners & ~register.clause_bits[name]):
            continue
        report = next(
            conflict.testimony.journey.get_report(w.id)
            for w in conflict.testimony.witnesses
            if any(c.id == name for c in w.clauses)
        )
        family = conflict.testimony.journey.families[report.family].name
        yield Repair("drop", f"{name} is wrong ({family})", (name,))


def _doubt(conflict: Conflict) -> Iterator[Repair]:
    """Doubt that what was seen was this train, or who came with it."""
    journey = conflict.testimony.journey
    for report_id in conflict.reports:
        identity = journey.get_report(report_id).identity
        if identity:
            names = tuple(
                c for c in conflict.clauses if c == report_id or c.startswith(f"{report_id}.")
            )
            yield Repair(
                "identity", f"{report_id} does not tell of this train: {identity}", names
            )
