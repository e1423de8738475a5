"""Sentences about what clauses require.

``DESCRIBERS`` has a function over plain fields for the shape of each kind of clause.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from routesim.text.names import format_list
from routesim.text.quantities import format_range
from routesim.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE, metres_to_km, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class EventWords:
    """Words for an event.

    ``says`` is the verb of a report, ``had`` that of a "not yet", ``does`` that of the draws.
    """

    says: str
    had: str = ""
    does: str = ""
    noun: str = ""


EVENT_WORDS = {
    "depart": EventWords("departs from", "departed from", "leaves", "departure"),
    "arrive": EventWords("arrives at", "arrived at", "reaches", "arrival"),
    "pass": EventWords("passes", "passed", "passes", "passage"),
    "cross": EventWords("crosses", "crossed", "crosses", "crossing"),
    "board": EventWords("boards at"),
    "present": EventWords("is at"),
    "under_way": EventWords("is under way"),
}
SUBJECTS = {
    **{event: f"The train {words.does} {{}}" for event, words in EVENT_WORDS.items()},
    "start": "The train departs",
    "present": "The train is at {}",
    "stretch": "The train is on the stretch {} - {}",
    "under_way": "The train is between {} and {}",
    "order": "After the train {}, it {} in",
    "journey": "The whole journey",
    "whole": "The whole journey takes",
    "between": "{} to {} takes",
    "between_counted": "{} to {}, counted from the {}, takes",
    "stand": "The train stands at {} for",
    "running": "The running speed",
    "overall": "The overall speed",
}
"""Subject and verb of a sentence about the draws, by what a clause is judged on."""
WHOLE = " for the whole journey"
UNKNOWN_START = " (whether from the arrival or the departure is not stated)"

Pair = tuple[str, str]


def format_clause(shape: str, fields: Mapping[str, Any]) -> str:
    """Write what a clause requires, without its time; ``shape`` is a key of ``DESCRIBERS``.

    Examples
    --------
    >>> format_clause("stand", {"place": "Khasan", "low_s": 1800.0, "high_s": 3600.0})
    'stands at Khasan for 30 to 60 min'
    """
    return DESCRIBERS[shape](**fields)


def format_subject(subject: str, *names: str) -> str:
    """Write the beginning of a sentence about what a clause is judged on.

    Examples
    --------
    >>> format_subject("depart", "Khasan"), format_subject("between", "Khasan", "Ussuriysk")
    ('The train leaves Khasan', 'Khasan to Ussuriysk takes')
    """
    return SUBJECTS[subject].format(*names)


def format_pass_at_stop(report: str, place: str, routes: Sequence[str] = ()) -> str:
    """Write how a report that the train passed a planned stop is read.

    ``routes`` names the routes with this stop, if there are others that pass the place.

    Examples
    --------
    >>> format_pass_at_stop("R1", "Khasan")
    'R1: passing Khasan is read as any moment of the planned stop there, not only the arrival'
    >>> format_pass_at_stop("R1", "Baranovsky", ["south"])
    'R1: passing Baranovsky is read as any moment of the planned stop there, not only the \
arrival (route south)'
    """
    named = f" (route{'s' * (len(routes) > 1)} {format_list(routes)})" if routes else ""
    return (
        f"{report}: passing {place} is read as any moment of the planned stop there, not only "
        f"the arrival{named}"
    )


def _describe_event(*, kind: str, between: Pair, **_: Any) -> str:
    start, end = between
    verb = EVENT_WORDS[kind].says
    if start == end:
        return f"{verb} {start}"
    if kind == "under_way":
        return f"{verb} from {start} to {end}"
    return f"{verb.rpartition(' ')[0] or verb} between {start} and {end}"


def _describe_not_yet(*, event: str, place: str, **_: Any) -> str:
    return f"has not {EVENT_WORDS[event].had} {place}"


def _describe_order(
    *,
    first: Mapping[str, Any],
    then: Mapping[str, Any],
    gap_low_s: float,
    gap_high_s: float,
    **_: Any,
) -> str:
    is_bounded = gap_low_s > 0 or isfinite(gap_high_s)
    gap = f"{_format_hours(gap_low_s, gap_high_s)} h " if is_bounded else ""
    if then["event"] is None:
        return f"{_format_moment(**first)} {gap}before {then['what']}"
    named = first["what"] if first["event"] is None else f"it {_format_moment(**first)}"
    return f"{_format_moment(**then)} {gap}after {named}"


def _format_moment(*, event: str, place: str, **_: Any) -> str:
    return f"{EVENT_WORDS[event].says} {place}"


def _describe_speed(
    *, low_mps: float, high_mps: float, basis: str, between: Pair | None, **_: Any
) -> str:
    speed = format_range(mps_to_kmh(low_mps), mps_to_kmh(high_mps))
    said = _format_basis(basis, "overall or running")
    return f"runs at {speed} km/h{_format_pair(between)} ({said})"


def _describe_distance(
    *, low_m: float, high_m: float, measure: str, between: Pair | None, **_: Any
) -> str:
    distance = format_range(metres_to_km(low_m), metres_to_km(high_m))
    said = _format_basis(measure, "by rail or straight")
    return f"{distance} km{_format_pair(between) or WHOLE} ({said})"


def _describe_duration(
    *, low_s: float, high_s: float, between: Pair | None, from_event: str | None, **_: Any
) -> str:
    where = f" from {between[0]} to {between[1]}" if between else WHOLE
    return f"{_format_hours(low_s, high_s)} h{where}{'' if from_event else UNKNOWN_START}"


def _describe_stand(*, place: str, low_s: float, high_s: float, **_: Any) -> str:
    minutes = format_range(low_s / SECONDS_PER_MINUTE, high_s / SECONDS_PER_MINUTE)
    return f"stands at {place} for {minutes} min"


def _describe_heading(
    *, kind: str, destinations: tuple[str, ...], after: str | None, **_: Any
) -> str:
    places = " or ".join(destinations)
    if kind == "venue":
        return f"meeting at {places}"
    return f"is bound for {places}{f', after {after}' if after else ''}"


def _format_hours(low_s: float, high_s: float) -> str:
    return format_range(low_s / SECONDS_PER_HOUR, high_s / SECONDS_PER_HOUR)


def _format_pair(pair: Pair | None) -> str:
    return f" between {pair[0]} and {pair[1]}" if pair else ""


def _format_basis(basis: str, either: str) -> str:
    return f"whether {either} is not stated" if basis == "unsaid" else basis


DESCRIBERS: Mapping[str, Callable[..., str]] = {
    "event": _describe_event,
    "presence": _describe_event,
    "not_yet": _describe_not_yet,
    "order": _describe_order,
    "speed": _describe_speed,
    "distance": _describe_distance,
    "duration": _describe_duration,
    "stand": _describe_stand,
    "heading": _describe_heading,
}
"""The function that describes a clause, by the shape of the clause."""
