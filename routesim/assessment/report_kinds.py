"""Kind of a report, its printed clock time and the event that it dates, for its score.

All three come from the clauses of the report at face value.
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
"""Kinds of reports, in the order of the summary."""
SCORED_AS = {"event": WINDOW}
"""Kind of report by shape of clause, where the two names differ."""


def find_kind(report: DistinctReport) -> str:
    """Return the kind of a report: one of :data:`KINDS`, or the shape of its first clause."""
    clauses = report.face_clauses
    if any(clause.depends_on == "route" for clause in clauses):
        return HEADING
    if any(clause.prints_clock for clause in clauses):
        return ONE_SIDED_CLOCK if find_stated_s(report) is None else CLOCK
    return SCORED_AS.get(clauses[0].shape, clauses[0].shape)


def find_dated(report: DistinctReport) -> Clause | None:
    """Return the clause that dates an event at a place, with a clock time if possible."""
    ordered = sorted(report.face_clauses, key=lambda clause: not clause.prints_clock)
    return next((clause for clause in ordered if clause.dated_event is not None), None)


def find_stated_s(report: DistinctReport) -> float | None:
    """Return the middle of the printed clock time in POSIX seconds.

    None if the report prints no clock time, or one with a single end.
    """
    clause = find_dated(report)
    if clause is None or not clause.prints_clock or clause.window is None:
        return None
    middle = 0.5 * (clause.window.start_s + clause.window.end_s)
    return float(middle) if np.isfinite(middle) else None


def list_clocks(reports: Iterable[DistinctReport]) -> tuple[tuple[str, str], ...]:
    """Return the id and the family of each report that prints a clock time."""
    return tuple(
        (report.id, report.report.family)
        for report in reports
        if any(clause.prints_clock for clause in report.face_clauses)
    )
