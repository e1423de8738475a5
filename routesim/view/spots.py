"""What reports say of places: where each clause speaks, when, and in which words."""

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
    Moment,
    NotYetClause,
    OrderClause,
    PresenceClause,
    SpeedClause,
    StandClause,
)
from routesim.text.quantities import format_range
from routesim.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE, metres_to_km, mps_to_kmh
from routesim.view.times import format_as_of, format_window

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.evidence import Report, TimeTelling

__all__ = ["Spot", "describe_clause", "list_places", "list_spots", "tell_window"]

EVENT_WORDS = {
    "depart": "departs from",
    "arrive": "arrives at",
    "pass": "passes",
    "cross": "crosses",
    "board": "boards at",
    "present": "is at",
    "under_way": "is under way",
}
NOT_YET_WORDS = {
    "depart": "departed from",
    "arrive": "arrived at",
    "pass": "passed",
    "cross": "crossed",
}
WHOLE = " for the whole journey"
UNSAID_START = " (not said whether from the arrival or the departure)"


@dataclass(frozen=True, slots=True)
class Spot:
    """One clause of a report, at the places that it speaks of.

    ``event`` is the kind of the clause, or of the event in it; ``time`` is None where the
    clause tells no window. ``number`` counts the clauses of the report from 1.
    """

    report_id: str
    event: str
    places: tuple[str, ...]
    time: TimeTelling | None
    text: str
    number: int = 1

    @property
    def is_timed(self) -> bool:
        """Whether the window has an end, so that it can be drawn."""
        return self.time is not None and (
            isfinite(self.time.window.start_s) or isfinite(self.time.window.end_s)
        )

    def tell_window(self, zone: str) -> str:
        """Write the window by the clock of a zone; of a "not yet" its one instant."""
        return "" if self.time is None else tell_window(self.event, self.time, zone)


def tell_window(event: str, time: TimeTelling, zone: str) -> str:
    """Write a window by the clock of a zone; of a "not yet" its one instant."""
    write = format_as_of if event == "not_yet" else format_window
    return write(time.window, zone)


def list_spots(reports: Iterable[Report]) -> tuple[Spot, ...]:
    """Return every clause of the reports as a spot, in order."""
    return tuple(
        replace(_make_spot(report.id, clause), number=number)
        for report in reports
        for number, clause in enumerate(report.clauses, 1)
    )


def list_places(reports: Iterable[Report]) -> tuple[str, ...]:
    """Return the places of which any report speaks, in the order of first mention."""
    return tuple(dict.fromkeys(place for spot in list_spots(reports) for place in spot.places))


def describe_clause(clause: Clause) -> str:  # noqa: PLR0911 (a return a kind)
    """Say in words what a clause demands, its time left out."""
    match clause:
        case EventClause() | PresenceClause():
            return _describe_event(clause)
        case NotYetClause():
            return f"has not {NOT_YET_WORDS[clause.event]} {clause.place}"
        case OrderClause():
            return _describe_order(clause)
        case SpeedClause():
            told = format_range(mps_to_kmh(clause.low_mps), mps_to_kmh(clause.high_mps))
            where = _describe_pair(clause.between)
            basis = _describe_basis(clause.basis, "overall or running")
            return f"runs at {told} km/h{where} ({basis})"
        case DistanceClause():
            told = format_range(metres_to_km(clause.low_m), metres_to_km(clause.high_m))
            where = _describe_pair(clause.between) or WHOLE
            basis = _describe_basis(clause.measure, "by rail or straight")
            return f"{told} km{where} ({basis})"
        case DurationClause():
            told = _describe_seconds(clause.low_s, clause.high_s, SECONDS_PER_HOUR)
            pair = clause.between
            where = f" from {pair[0]} to {pair[1]}" if pair else WHOLE
            start = "" if clause.from_event else UNSAID_START
            return f"{told} h{where}{start}"
        case StandClause():
            told = _describe_seconds(clause.low_s, clause.high_s, SECONDS_PER_MINUTE)
            return f"stands at {clause.place} for {told} min"
        case HeadingClause():
            return _describe_heading(clause)


def _make_spot(report_id: str, clause: Clause) -> Spot:
    text = describe_clause(clause)
    match clause:
        case EventClause() | PresenceClause():
            return Spot(report_id, clause.kind, _unite(clause.between), clause.time, text)
        case NotYetClause():
            return Spot(report_id, "not_yet", (clause.place,), clause.time, text)
        case OrderClause():
            named = [moment.place for moment in (clause.first, clause.then) if moment.place]
            return Spot(report_id, clause.kind, _unite(named), None, text)
        case SpeedClause() | DistanceClause() | DurationClause():
            return Spot(report_id, clause.kind, _unite(clause.between or ()), None, text)
        case StandClause():
            return Spot(report_id, clause.kind, (clause.place,), None, text)
        case HeadingClause():
            return Spot(report_id, clause.kind, _unite(clause.places), None, text)


def _unite(places: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(places))


def _describe_event(clause: EventClause | PresenceClause) -> str:
    start, end = clause.between
    verb = EVENT_WORDS[clause.kind]
    if start == end:
        return f"{verb} {start}"
    if clause.kind == "under_way":
        return f"{verb} from {start} to {end}"
    return f"{verb.rpartition(' ')[0] or verb} between {start} and {end}"


def _describe_order(clause: OrderClause) -> str:
    told = _describe_seconds(clause.gap_low_s, clause.gap_high_s, SECONDS_PER_HOUR)
    bounded = clause.gap_low_s > 0 or isfinite(clause.gap_high_s)
    gap = f"{told} h" if bounded else "at any time"
    then, first = _describe_moment(clause.then), _describe_moment(clause.first)
    return f"{then}, {gap} after: {first}"


def _describe_seconds(low_s: float, high_s: float, unit_s: float) -> str:
    return format_range(low_s / unit_s, high_s / unit_s)


def _describe_moment(moment: Moment) -> str:
    if moment.event and moment.place:
        return f"{EVENT_WORDS[moment.event]} {moment.place}"
    return moment.what or ""


def _describe_heading(clause: HeadingClause) -> str:
    places = " or ".join(clause.places)
    if clause.kind == "venue":
        return f"meeting at {places}"
    after = f", after {clause.after}" if clause.after else ""
    return f"is bound for {places}{after}"


def _describe_pair(pair: tuple[str, str] | None) -> str:
    return f" between {pair[0]} and {pair[1]}" if pair else ""


def _describe_basis(basis: str, either: str) -> str:
    return f"not said whether {either}" if basis == "unsaid" else basis
