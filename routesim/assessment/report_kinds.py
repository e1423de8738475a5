"""By what a report is scored: its kind, the clock it prints and the event that it dates.

All of it is read off the clauses of a report at face value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.evidence import Clause
    from routesim.evidence.interpretation import DistinctReport


CLOCK, ONE_SIDED_CLOCK, WINDOW, HEADING = "clock", "one-sided clock", "window", "heading"
CLOCKS = (CLOCK, ONE_SIDED_CLOCK)
KINDS = (
    CLOCK,
    ONE_SIDED_CLOCK,
    WINDOW,
    "presence",
    "not_yet",
    "order",
    "duration",
    "stand",
    "speed",
    "distance",
    HEADING,
)
"""In the order of the summary."""
SCORED_AS = {"event": WINDOW}


def find_kind(report: DistinctReport) -> str:
    """Return the kind by which a report is scored: one of :data:`KINDS`, or a later one."""
    clauses = report.face_clauses
    if any(clause.depends_on == "route" for clause in clauses):
        return HEADING
    if any(clause.prints_clock for clause in clauses):
        return ONE_SIDED_CLOCK if find_stated_s(report) is None else CLOCK
    return SCORED_AS.get(clauses[0].shape, clauses[0].shape)


def find_dated(report: DistinctReport) -> Clause | None:
    """Return the clause that dates an event at one place, a printed clock first, if any."""
    ordered = sorted(report.face_clauses, key=lambda clause: not clause.prints_clock)
    return next((clause for clause in ordered if clause.dated_event is not None), None)


def find_stated_s(report: DistinctReport) -> float | None:
    """Return the middle of the clock that a report prints; None if it has but one end."""
    clause = find_dated(report)
    if clause is None or not clause.prints_clock or clause.window is None:
        return None
    middle = 0.5 * (clause.window.start_s + clause.window.end_s)
    return float(middle) if np.isfinite(middle) else None


def list_clocks(reports: Iterable[DistinctReport]) -> tuple[tuple[str, str], ...]:
    """Return the reports that print a clock: the id and the family of each."""
    return tuple(
        (report.id, report.report.family)
        for report in reports
        if any(clause.prints_clock for clause in report.face_clauses)
    )
