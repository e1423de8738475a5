"""The clauses of reports at the places that they name, as map and diagram show them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING

from routesim.evidence import (
    Clause,
    DistanceClause,
    DurationClause,
    EventClause,
    HeadingClause,
    NotYetClause,
    OrderClause,
    PresenceClause,
    SpeedClause,
    StandClause,
)
from routesim.view.clause_words import format_clause, format_clause_window

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.evidence import Report, ReportedTime

__all__ = ["PlacedClause", "list_placed_clauses", "list_places"]


@dataclass(frozen=True, slots=True)
class PlacedClause:
    """One clause of a report, at the places that it names.

    ``event`` is the kind of the clause, or of the event in it; ``time`` is None where the
    clause has no window. ``number`` counts the clauses of the report from 1.
    """

    report_id: str
    event: str
    places: tuple[str, ...]
    time: ReportedTime | None
    text: str
    number: int = 1

    @property
    def is_timed(self) -> bool:
        """Whether the window has an end, so that it can be drawn."""
        return self.time is not None and (
            isfinite(self.time.window.start_s) or isfinite(self.time.window.end_s)
        )

    def format_window(self, zone: str) -> str:
        """Format the window by the clock of a zone; of a "not yet" its one instant."""
        return "" if self.time is None else format_clause_window(self.event, self.time, zone)


def list_placed_clauses(reports: Iterable[Report]) -> tuple[PlacedClause, ...]:
    """Return every clause of the reports, in order."""
    return tuple(
        replace(_place(report.id, clause), number=number)
        for report in reports
        for number, clause in enumerate(report.clauses, 1)
    )


def list_places(reports: Iterable[Report]) -> tuple[str, ...]:
    """Return the places that any report names, in the order of first mention."""
    return tuple(
        dict.fromkeys(
            place for placed in list_placed_clauses(reports) for place in placed.places
        )
    )


def _place(report_id: str, clause: Clause) -> PlacedClause:
    text = format_clause(clause)
    match clause:
        case EventClause() | PresenceClause():
            return PlacedClause(
                report_id, clause.kind, _unite(clause.between), clause.time, text
            )
        case NotYetClause():
            return PlacedClause(report_id, "not_yet", (clause.place,), clause.time, text)
        case OrderClause():
            named = [moment.place for moment in (clause.first, clause.then) if moment.place]
            return PlacedClause(report_id, clause.kind, _unite(named), None, text)
        case SpeedClause() | DistanceClause() | DurationClause():
            places = _unite(clause.between or ())
            return PlacedClause(report_id, clause.kind, places, None, text)
        case StandClause():
            return PlacedClause(report_id, clause.kind, (clause.place,), None, text)
        case HeadingClause():
            return PlacedClause(report_id, clause.kind, _unite(clause.places), None, text)


def _unite(places: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(places))
