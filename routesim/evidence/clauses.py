"""Clauses: the single constraints that reports make, as values.

Whatever its kind, a clause can be asked for the places where it puts the train
(``reported_places``), for its times (``times``) and for the event that it is about
(``event_key``).
"""

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
    "ReportedTime",
    "SpeedClause",
    "StandClause",
]


@dataclass(frozen=True, slots=True)
class ReportedTime:
    """A window, the words that it was read from, and how the zone of its clock is known.

    Parameters
    ----------
    zone_known
        Printed, inferred or assumed.
    is_clock
        Whether the window was read from words (a day, a day-part, a clock) in that zone, so
        that another zone would move it. Explicit ends carry an offset and stay where they
        are.
    soft_s
        How soft its two ends are: so many seconds beyond an end, a tenth of the weight is
        left; 0 is a sharp end. For what is certain every end is sharp.
    """

    window: Window
    words: str
    zone: str
    zone_known: str
    zone_reason: str
    is_clock: bool = False
    soft_s: tuple[float, float] = (0.0, 0.0)


class _AnyClause:
    """What every clause can be asked for, whatever its kind."""

    __slots__ = ()
    kind: str

    @property
    def reported_places(self) -> tuple[str, ...]:
        """Where, or between which two places, it puts the train; the same may stand twice."""
        return ()

    @property
    def times(self) -> tuple[ReportedTime, ...]:
        """The times that it gives."""
        return ()

    @property
    def event_key(self) -> tuple[str, tuple[str, ...]]:
        """What clauses about the same event share: their kind and their places."""
        return self.kind, self.reported_places


class _BetweenClause(_AnyClause):
    """A clause between two places; without them of the whole journey."""

    __slots__ = ()
    between: tuple[str, str] | None

    @property
    def reported_places(self) -> tuple[str, ...]:
        """The two places."""
        return self.between or ()


@dataclass(frozen=True, slots=True)
class EventClause(_BetweenClause):
    """An event (depart, arrive, pass, cross or board) in a window.

    It happened between two places of the line (the same twice: at one). With a window open
    on both sides only the place is reported.
    """

    kind: str
    between: tuple[str, str]
    time: ReportedTime
    words: str = ""

    @property
    def times(self) -> tuple[ReportedTime, ...]:
        """Its window."""
        return (self.time,)


@dataclass(frozen=True, slots=True)
class PresenceClause(_BetweenClause):
    """Presence between two places (the same twice: at one) at an instant of the window."""

    kind: str
    between: tuple[str, str]
    time: ReportedTime
    words: str = ""

    @property
    def times(self) -> tuple[ReportedTime, ...]:
        """Its window."""
        return (self.time,)


@dataclass(frozen=True, slots=True)
class NotYetClause(_AnyClause):
    """An event had not happened as of an instant; later is left open."""

    kind: str
    event: str
    place: str
    time: ReportedTime
    words: str = ""

    @property
    def reported_places(self) -> tuple[str, ...]:
        """Its place."""
        return (self.place,)

    @property
    def times(self) -> tuple[ReportedTime, ...]:
        """Its window."""
        return (self.time,)


@dataclass(frozen=True, slots=True)
class Moment:
    """An event of the train (event and place), or an outside one (what and time)."""

    event: str | None = None
    place: str | None = None
    what: str | None = None
    time: ReportedTime | None = None


@dataclass(frozen=True, slots=True)
class OrderClause(_AnyClause):
    """``then`` came at least ``gap_low_s`` and at most ``gap_high_s`` after ``first``."""

    kind: str
    first: Moment
    then: Moment
    gap_low_s: float
    gap_high_s: float
    words: str = ""

    @property
    def reported_places(self) -> tuple[str, ...]:
        """The places of those of its moments that are events of the train."""
        return tuple(m.place for m in (self.first, self.then) if m.place)

    @property
    def times(self) -> tuple[ReportedTime, ...]:
        """The windows of those of its moments that are outside events."""
        return tuple(m.time for m in (self.first, self.then) if m.time is not None)

    @property
    def event_key(self) -> tuple[str, tuple[str, ...]]:
        """Its kind alone: it is about two events."""
        return self.kind, ()


@dataclass(frozen=True, slots=True)
class SpeedClause(_BetweenClause):
    """A speed; ``basis`` is running, overall or unsaid."""

    kind: str
    low_mps: float
    high_mps: float
    basis: str
    between: tuple[str, str] | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class DistanceClause(_BetweenClause):
    """A distance; ``measure`` is rail, straight or unsaid.

    Without ``between`` it is that of the whole journey, from where the train departed to
    where it ended.
    """

    kind: str
    low_m: float
    high_m: float
    measure: str
    between: tuple[str, str] | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class DurationClause(_BetweenClause):
    """A time from an event at one place to an event at another, stops included.

    Without ``between`` it is that of the whole journey, from its departure, wherever that
    was. Without ``from_event`` it may count from the arrival at the first place or from the
    departure.
    """

    kind: str
    low_s: float
    high_s: float
    between: tuple[str, str] | None
    from_event: str | None
    to_event: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class StandClause(_AnyClause):
    """A time standing at a place."""

    kind: str
    place: str
    low_s: float
    high_s: float
    words: str = ""

    @property
    def reported_places(self) -> tuple[str, ...]:
        """Its place."""
        return (self.place,)


@dataclass(frozen=True, slots=True)
class HeadingClause(_AnyClause):
    """A statement of heading (kind heading) or of a meeting place (kind venue).

    Its ``places`` are where it leads to; it puts the train nowhere.
    """

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
