"""By what a report is scored: its kind, the clock it prints and the event that it dates.

All of it is read off the clauses of a report at face value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from routesim.evidence import (
    DurationClause,
    EventClause,
    HeadingClause,
    NotYetClause,
    OrderClause,
    PresenceClause,
    SpeedClause,
    StandClause,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.evidence import Clause
    from routesim.evidence.interpretation import DistinctReport

__all__ = [
    "CLOCKS",
    "HEADING",
    "KINDS",
    "TIMED",
    "find_dated",
    "find_event",
    "find_kind",
    "find_stated_s",
    "is_printed_clock",
    "judge_clocks",
    "list_face",
    "list_places",
]

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
TIMED = EventClause | PresenceClause | NotYetClause
CLOCK_WORDS = re.compile(r"\b\d{1,2}:\d{2}\b|\b\d{1,2}\s*[ap]\.?\s?m\b", re.IGNORECASE)


def is_printed_clock(clause: Clause) -> bool:
    """Return whether a clause has a printed clock: its words name hours, not a day-part.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> [is_printed_clock(journey.get_report(r).clauses[0]) for r in ("C15", "C16", "C23")]
    [True, False, True]
    """
    if not isinstance(clause, TIMED):
        return False
    return clause.time.is_clock and CLOCK_WORDS.search(clause.time.words) is not None


def list_face(report: DistinctReport) -> list[Clause]:
    """Return the clauses of a report at face value."""
    return [clause.variants[0].clause for clause in report.clauses]


def find_kind(report: DistinctReport) -> str:
    """Return the kind, one of :data:`KINDS`, by which a report is scored."""
    clauses = list_face(report)
    if any(isinstance(clause, HeadingClause) for clause in clauses):
        return HEADING
    if any(is_printed_clock(clause) for clause in clauses):
        return ONE_SIDED_CLOCK if find_stated_s(report) is None else CLOCK
    match clauses[0]:
        case EventClause():
            return WINDOW
        case PresenceClause():
            return "presence"
    return clauses[0].kind


def find_dated(report: DistinctReport) -> Clause | None:
    """Return the clause that dates an event at one place, a printed clock first, if any."""
    clauses = list_face(report)
    ordered = sorted(clauses, key=lambda clause: not is_printed_clock(clause))
    return next((clause for clause in ordered if find_event(clause) is not None), None)


def find_stated_s(report: DistinctReport) -> float | None:
    """Return the middle of the clock that a report prints; None if it has but one end."""
    clause = find_dated(report)
    if clause is None or not is_printed_clock(clause) or isinstance(clause, NotYetClause):
        return None
    window = clause.time.window  # type: ignore[union-attr]  # a printed clock has one
    middle = 0.5 * (window.start_s + window.end_s)
    return float(middle) if np.isfinite(middle) else None


def find_event(clause: Clause) -> tuple[str, str] | None:
    """Return the event and the one place that a clause dates; None if there is none."""
    match clause:
        case EventClause(kind=kind, between=(first, last)) if first == last:
            return kind, first
        case PresenceClause(between=(first, last)) if first == last:
            return "arrive", first
        case NotYetClause():
            return clause.event, clause.place
        case OrderClause(first=first, then=then):
            moments = [m for m in (first, then) if m.place is not None]
            if len(moments) == 1 and moments[0].event and moments[0].place:
                return moments[0].event, moments[0].place
    return None


def list_places(report: DistinctReport) -> set[str]:
    """Return the places on the way that a report names."""
    places: set[str] = set()
    for clause in list_face(report):
        match clause:
            case EventClause() | PresenceClause():
                places |= set(clause.between)
            case NotYetClause() | StandClause():
                places.add(clause.place)
            case OrderClause():
                places |= {m.place for m in (clause.first, clause.then) if m.place}
            case SpeedClause() | DurationClause() if clause.between:
                places |= set(clause.between)
    return places


def judge_clocks(reports: Iterable[DistinctReport]) -> tuple[bool, str]:
    """Return whether clocks can be predicted from clocks of others, and why or why not."""
    clocks = [
        report
        for report in reports
        if any(is_printed_clock(clause) for clause in list_face(report))
    ]
    families = sorted({clock.report.family for clock in clocks})
    ids = ", ".join(clock.id for clock in clocks)
    if not clocks:
        return False, "Not scorable by clocks: no report prints one."
    if len(families) == 1:
        return False, (
            f"Not scorable by clocks: all of them ({ids}) are of one family, {families[0]}, "
            "so that none is left to predict another."
        )
    return True, f"Clocks of {len(families)} families ({', '.join(families)}): {ids}."
