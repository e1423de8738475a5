"""Selection of the reports and clauses used.

Only the reports known at a given time are used. Ids to drop leave out reports, and given ids
leave out all others. An id may also name a single clause: ``C49.2`` is the second clause of
report C49. If a report has copies, such an id leaves out only its own clause: the copies still
state theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from routesim.errors import MOST_NAMES_SHOWN, ArgumentError, Fault
from routesim.evidence.clocks import parse_time
from routesim.evidence.reports import list_clause_ids

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from routesim.evidence.interpretation import DistinctReport
    from routesim.evidence.reports import Report


@dataclass(frozen=True, slots=True)
class Selection:
    """The reports and clauses to use; made by :func:`make_selection`.

    ``as_of_s`` is in POSIX seconds; infinity selects all reports. ``drop`` and ``given`` are
    ids of reports or clauses. If ``given`` is None, all are used.
    """

    as_of_s: float = inf
    drop: tuple[str, ...] = ()
    given: tuple[str, ...] | None = None


def make_selection(
    reports: Sequence[Report],
    *,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    given: Sequence[str] | None = None,
) -> Selection:
    """Make a selection from all reports of a journey, and check its arguments.

    Only the reports known at the time ``as_of`` are used, or all if it is None. ``drop`` lists
    ids of reports and clauses that are left out. If ``given`` is not None, only the reports and
    clauses with these ids are used.

    Raises
    ------
    ArgumentError
        If an id is not known, or ids are given as one string.
    TimeError
        If ``as_of`` cannot be read, has no offset or is out of range.
    """
    as_of_s = inf if as_of is None else parse_time(as_of, where="as_of")
    known = [report.id for report in reports]
    for name, ids in (("drop", drop), ("given", given or ())):
        _check_ids(known, name, ids)
    return Selection(as_of_s, tuple(drop), None if given is None else tuple(given))


def select_reports(reports: Sequence[Report], selection: Selection) -> list[Report]:
    """Return the reports used, in the order of their ids.

    A report of which only some clauses are used is included. :func:`select_clauses` leaves out
    the others.
    """
    # Sorted by id, so that no answer depends on the order of the file.
    used = sorted(
        (report for report in reports if report.known_s <= selection.as_of_s),
        key=lambda report: _split_id(report.id),
    )
    if selection.given is not None:
        known = {report.id for report in reports}
        kept = {name if name in known else name.rpartition(".")[0] for name in selection.given}
        used = [report for report in used if report.id in kept]
    dropped = set(selection.drop)
    return [r for r in used if r.id not in dropped and not _is_emptied(r, dropped)]


def _is_emptied(report: Report, dropped: set[str]) -> bool:
    """Return whether each clause of a report is dropped on its own."""
    readings = [reading.clauses for reading in report.readings] or [report.clauses]
    ids = list_clause_ids(report.id, max(map(len, readings)))
    return bool(ids) and dropped.issuperset(ids)


def select_clauses(
    reports: Iterable[DistinctReport], selection: Selection
) -> tuple[DistinctReport, ...]:
    """Return distinct reports with only the clauses used; leave out those without any.

    A clause of several copies is used as long as one of them still states it. It has the id
    that it has in the first of these.
    """
    used = (_leave_out(report, selection) for report in reports)
    return tuple(report for report in used if report.clauses)


def _leave_out(report: DistinctReport, selection: Selection) -> DistinctReport:
    # A clause has the same number in each copy.
    numbers = [clause.id.removeprefix(report.id) for clause in report.clauses]
    stated: dict[str, str] = {}
    for member in report.members:
        for number in _list_used(member, numbers, selection):
            stated.setdefault(number, member)
    kept = (
        replace(clause, id=stated[number] + number)
        for clause, number in zip(report.clauses, numbers, strict=True)
        if number in stated
    )
    return replace(report, clauses=tuple(kept))


def _list_used(member: str, numbers: Sequence[str], selection: Selection) -> list[str]:
    """Return the numbers of the clauses of one report that are used."""
    dropped, given = set(selection.drop), set(selection.given or ())
    # If only single clauses of a report are given, its other clauses are left out.
    alone = [number for number in numbers if number and member + number in given]
    some = alone if alone and member not in given else numbers
    return [number for number in some if member + number not in dropped]


def _split_id(report_id: str) -> list[tuple[bool, int, str]]:
    """Split an id into words and numbers, so that R9 sorts before R10."""
    parts = re.findall(r"\d+|\D+", report_id)
    return [(p.isdigit(), int(p) if p.isdigit() else 0, p) for p in parts]


def _check_ids(known: Collection[str], name: str, ids: Sequence[str]) -> None:
    if isinstance(ids, str):
        raise ArgumentError(Fault(name, "is a string", f"give a list: [{ids!r}]"))
    more = " ..." if len(known) > MOST_NAMES_SHOWN else ""
    shown = f"{', '.join(list(known)[:MOST_NAMES_SHOWN])}{more}"
    remedy = f"known: {shown}; the second clause of a report is ID.2"
    faults = []
    for identity in ids:
        report, _, number = str(identity).rpartition(".")
        if str(identity) not in known and not (number.isdigit() and report in known):
            faults.append(Fault(name, f"no report {identity!r:.40}", remedy))
    if faults:
        raise ArgumentError(faults)
