"""What the clauses of reports say, in words."""

from __future__ import annotations

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
    from routesim.evidence import ReportedTime

__all__ = ["format_clause", "format_clause_window"]

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
UNKNOWN_START = " (not said whether from the arrival or the departure)"


def format_clause(clause: Clause) -> str:  # noqa: PLR0911 (a return a kind)
    """Format what a clause demands, its time left out."""
    match clause:
        case EventClause() | PresenceClause():
            return _format_event(clause)
        case NotYetClause():
            return f"has not {NOT_YET_WORDS[clause.event]} {clause.place}"
        case OrderClause():
            return _format_order(clause)
        case SpeedClause():
            speed = format_range(mps_to_kmh(clause.low_mps), mps_to_kmh(clause.high_mps))
            where = _format_pair(clause.between)
            basis = _format_basis(clause.basis, "overall or running")
            return f"runs at {speed} km/h{where} ({basis})"
        case DistanceClause():
            distance = format_range(metres_to_km(clause.low_m), metres_to_km(clause.high_m))
            where = _format_pair(clause.between) or WHOLE
            basis = _format_basis(clause.measure, "by rail or straight")
            return f"{distance} km{where} ({basis})"
        case DurationClause():
            hours = _format_seconds(clause.low_s, clause.high_s, SECONDS_PER_HOUR)
            pair = clause.between
            where = f" from {pair[0]} to {pair[1]}" if pair else WHOLE
            start = "" if clause.from_event else UNKNOWN_START
            return f"{hours} h{where}{start}"
        case StandClause():
            minutes = _format_seconds(clause.low_s, clause.high_s, SECONDS_PER_MINUTE)
            return f"stands at {clause.place} for {minutes} min"
        case HeadingClause():
            return _format_heading(clause)


def format_clause_window(event: str, time: ReportedTime, zone: str) -> str:
    """Format a window by the clock of a zone; of a "not yet" its one instant."""
    write = format_as_of if event == "not_yet" else format_window
    return write(time.window, zone)


def _format_event(clause: EventClause | PresenceClause) -> str:
    start, end = clause.between
    verb = EVENT_WORDS[clause.kind]
    if start == end:
        return f"{verb} {start}"
    if clause.kind == "under_way":
        return f"{verb} from {start} to {end}"
    return f"{verb.rpartition(' ')[0] or verb} between {start} and {end}"


def _format_order(clause: OrderClause) -> str:
    hours = _format_seconds(clause.gap_low_s, clause.gap_high_s, SECONDS_PER_HOUR)
    is_bounded = clause.gap_low_s > 0 or isfinite(clause.gap_high_s)
    gap = f"{hours} h" if is_bounded else "at any time"
    then, first = _format_moment(clause.then), _format_moment(clause.first)
    return f"{then}, {gap} after: {first}"


def _format_seconds(low_s: float, high_s: float, unit_s: float) -> str:
    return format_range(low_s / unit_s, high_s / unit_s)


def _format_moment(moment: Moment) -> str:
    if moment.event and moment.place:
        return f"{EVENT_WORDS[moment.event]} {moment.place}"
    return moment.what or ""


def _format_heading(clause: HeadingClause) -> str:
    places = " or ".join(clause.places)
    if clause.kind == "venue":
        return f"meeting at {places}"
    after = f", after {clause.after}" if clause.after else ""
    return f"is bound for {places}{after}"


def _format_pair(pair: tuple[str, str] | None) -> str:
    return f" between {pair[0]} and {pair[1]}" if pair else ""


def _format_basis(basis: str, either: str) -> str:
    return f"not said whether {either}" if basis == "unsaid" else basis
