"""Clauses: the single constraints that reports make, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routesim.evidence.clocks import Window

__all__ = [
    "Clause",
    "DistanceClause",
    "DurationClause",
    "EventClause",
    "HeadingClause",
    "Moment",
    "NotYetClause",
    "OrderClause",
    "PresenceClause",
    "SpeedClause",
    "StandClause",
    "TimeTelling",
]


@dataclass(frozen=True, slots=True)
class TimeTelling:
    """A window, the words it stands for and how the zone of its clock is known.

    ``zone_known`` is printed, inferred or assumed. ``is_clock`` tells whether the window was
    read from words (a day, a day-part, a clock) in that zone, so that another zone would
    move it; explicit ends carry an offset and stay where they are. ``soft_s`` tells how
    soft its two ends are: so many seconds beyond an end, a tenth of the weight is left; 0
    is a sharp end. What is certain takes every end as sharp.
    """

    window: Window
    words: str
    zone: str
    zone_known: str
    zone_reason: str
    is_clock: bool = False
    soft_s: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class EventClause:
    """An event (depart, arrive, pass, cross or board) in a window.

    It happened between two places of the line (the same twice: at one). A window open on
    both sides tells the place alone.
    """

    kind: str
    between: tuple[str, str]
    time: TimeTelling
    words: str = ""


@dataclass(frozen=True, slots=True)
class PresenceClause:
    """Presence between two places (the same twice: at one) at an instant of the window."""

    kind: str
    between: tuple[str, str]
    time: TimeTelling
    words: str = ""


@dataclass(frozen=True, slots=True)
class NotYetClause:
    """An event had not happened as of an instant; it says nothing of later."""

    kind: str
    event: str
    place: str
    time: TimeTelling
    words: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """An event of the train (event and place), or an outside one (what and time)."""

    event: str | None = None
    place: str | None = None
    what: str | None = None
    time: TimeTelling | None = None


@dataclass(frozen=True, slots=True)
class OrderClause:
    """``then`` came at least ``gap_low_s`` and at most ``gap_high_s`` after ``first``."""

    kind: str
    first: Moment
    then: Moment
    gap_low_s: float
    gap_high_s: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class SpeedClause:
    """A speed; ``basis`` is running, overall or unsaid."""

    kind: str
    low_mps: float
    high_mps: float
    basis: str
    between: tuple[str, str] | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class DistanceClause:
    """A distance; ``measure`` is rail, straight or unsaid.

    Without ``between`` it is that of the whole journey, from where the train set out to
    where it ended.
    """

    kind: str
    low_m: float
    high_m: float
    measure: str
    between: tuple[str, str] | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class DurationClause:
    """A time from an event at one place to an event at another, stops included.

    Without ``between`` it is that of the whole journey, from its departure, wherever that
    was. Without ``from_event`` it is not said whether it counts from the arrival at the
    first place or from the departure.
    """

    kind: str
    low_s: float
    high_s: float
    between: tuple[str, str] | None
    from_event: str | None
    to_event: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class StandClause:
    """A time standing at a place."""

    kind: str
    place: str
    low_s: float
    high_s: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class HeadingClause:
    """A statement of heading (kind heading) or of a meeting place (kind venue)."""

    kind: str
    places: tuple[str, ...]
    after: str | None
    words: str = ""


Clause = (
    EventClause
    | PresenceClause
    | NotYetClause
    | OrderClause
    | SpeedClause
    | DistanceClause
    | DurationClause
    | StandClause
    | HeadingClause
)
