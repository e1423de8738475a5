"""Clauses: the constraints that follow from reports.

Clauses of all kinds have the members of :class:`_AnyClause`, such as the places where they put
the train. Everything else that depends on the kind is in four other modules:

- encoding as constraints: :mod:`routesim.certain.encoding.clause_constraints`
- agreement with draws: :mod:`routesim.likely.agreement.draw_agreements`
- verdicts: :mod:`routesim.assessment.judging`
- description in words: :mod:`routesim.text.clauses`
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING, Any, ClassVar

from routesim.evidence.clocks import Window
from routesim.text.clauses import format_clause
from routesim.text.times import format_as_of, format_window

if TYPE_CHECKING:
    from collections.abc import Mapping


CLOCK_WORDS = re.compile(r"\b\d{1,2}:\d{2}\b|\b\d{1,2}\s*[ap]\.?\s?m\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReportedTime:
    """A time in a report: a window, its words, and how its time zone is known.

    Parameters
    ----------
    window
        Possible times.
    words
        The words of the report for this time.
    zone
        IANA name of the time zone of the clock.
    zone_known
        ``printed``, ``inferred`` or ``assumed``; ``source`` if its source names the zone of its
        clocks.
    zone_reason
        Why the zone was inferred or assumed.
    is_clock
        Whether the window was read from a time expression (a day, a day-part or a clock time)
        in ``zone``. Such a window moves if the zone changes. A window with explicit ends has
        offsets and does not move.
    soft_s
        Softness of the two ends in seconds: two standard deviations of the error of the
        source. At this distance beyond an end, the agreement is 2.3 %. An end with softness 0
        is sharp. The bounds treat every end as sharp.
    """

    window: Window
    words: str
    zone: str
    zone_known: str
    zone_reason: str
    is_clock: bool = False
    soft_s: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _AnyClause:
    """The members that clauses of all kinds share.

    ``words`` are the words of the report. ``time`` is None if the clause gives no time. The
    time of an order is that of its outside event.
    """

    kind: str

    shape: ClassVar[str]
    """Name of the class in ``DESCRIBERS`` of :mod:`routesim.text.clauses`."""
    is_sighting: ClassVar[bool] = False
    """Whether it puts the train at its places within its window."""
    options: ClassVar[tuple[str, Mapping[str, str]] | None] = None
    """A field that a report may leave open, and a description of each possible value."""

    # Most kinds have these as fields. A real property here would become the field's default.
    if TYPE_CHECKING:

        @property
        def words(self) -> str: ...
        @property
        def time(self) -> ReportedTime | None: ...

    @property
    def places(self) -> tuple[str, ...]:
        """The places at which or between which it puts the train, without duplicates."""
        return ()

    @property
    def named_places(self) -> tuple[str, ...]:
        """All places it names, including those where it does not put the train."""
        return self.places

    @property
    def window(self) -> Window | None:
        """Possible times of its event; None if it gives no time."""
        return None

    @property
    def event_key(self) -> tuple[str, tuple[str, ...]]:
        """Key that clauses about the same event share: their kind and their places."""
        return self.kind, self.places

    @property
    def visit_place(self) -> str | None:
        """The place, if the clause is about one passage of it; None otherwise."""
        return None

    @property
    def dated_event(self) -> tuple[str, str] | None:
        """The event that it dates, and its place; None if it does not date a single event."""
        return None

    @property
    def prints_clock(self) -> bool:
        """Whether its words give a clock time, not only a day or a day-part."""
        time = None if self.window is None else self.time
        return time is not None and time.is_clock and bool(CLOCK_WORDS.search(time.words))

    @property
    def depends_on(self) -> str:
        """What makes it true or false: ``times`` or ``route`` of the train, or the ``line``."""
        return "times"

    @property
    def unsaid(self) -> tuple[str, Mapping[str, str]] | None:
        """Its ``options`` if the report leaves that field open, else None."""
        left = self.options and getattr(self, self.options[0]) in {None, "unsaid"}
        return self.options if left else None

    def excludes(self, _other: Any) -> bool:
        """Return whether two clauses of the same kind and places cannot both be true."""
        return False

    @property
    def is_timed(self) -> bool:
        """Whether its window has at least one finite end, so that it can be drawn."""
        window = self.window
        return window is not None and (isfinite(window.start_s) or isfinite(window.end_s))

    @property
    def text(self) -> str:
        """The constraint in words, without the time."""
        return format_clause(self.shape, asdict(self))

    def format_time(self, zone: str) -> str:
        """Format its time by the clock of a time zone; empty if it gives no time."""
        if self.time is None:
            return ""
        return format_window(self.time.window.start_s, self.time.window.end_s, zone)


class _TimedClause(_AnyClause):
    """A clause about an event in a window."""

    __slots__ = ()
    time: ReportedTime

    @property
    def window(self) -> Window:
        """The window."""
        return self.time.window

    def excludes(self, other: Any) -> bool:
        """Return whether the two windows do not overlap."""
        one, two = self.time.window, other.time.window
        return bool(one.start_s >= two.end_s or two.start_s >= one.end_s)


class _BetweenClause(_AnyClause):
    """A clause about the journey between two places, or the whole one if none are given."""

    __slots__ = ()
    between: tuple[str, str] | None

    @property
    def places(self) -> tuple[str, ...]:
        """The two places, or one if they are the same; empty for the whole journey."""
        return tuple(dict.fromkeys(self.between or ()))


class _PlacedClause(_AnyClause):
    """A clause about one place."""

    __slots__ = ()
    place: str

    @property
    def places(self) -> tuple[str, ...]:
        """The place."""
        return (self.place,)


@dataclass(frozen=True, slots=True)
class _SightingClause(_TimedClause, _BetweenClause):
    """The train was at a place, or between two places, within a window.

    ``between`` names one place twice if the train was at that place.
    """

    between: tuple[str, str]
    time: ReportedTime
    words: str = ""
    is_sighting = True

    @property
    def visit_place(self) -> str | None:
        """The place; None for a sighting between two places."""
        return self.places[0] if len(self.places) == 1 else None

    @property
    def dated_event(self) -> tuple[str, str] | None:
        """The event and its place; for a presence, the arrival. None between two places."""
        event = self.kind if self.shape == "event" else "arrive"
        return None if self.visit_place is None else (event, self.visit_place)


class _RangeClause(_AnyClause):
    """A clause with a range of a quantity, in SI units."""

    __slots__ = ()
    time = None
    unit: ClassVar[str]
    """Suffix of the unit in the field names, as ``s`` in ``low_s`` and ``high_s``."""

    @property
    def range(self) -> tuple[float, float]:
        """The low and the high end, in SI units."""
        return getattr(self, f"low_{self.unit}"), getattr(self, f"high_{self.unit}")

    def excludes(self, other: Any) -> bool:
        """Return whether the two ranges do not overlap."""
        (low, high), (other_low, other_high) = self.range, other.range
        return bool(low > other_high or other_low > high)


class EventClause(_SightingClause):
    """An event (depart, arrive, pass, cross or board) in a window.

    With an unbounded window, the event is still required, at any time.
    """

    __slots__ = ()
    shape = "event"


class PresenceClause(_SightingClause):
    """Presence of the train at some time in the window."""

    __slots__ = ()
    shape = "presence"


@dataclass(frozen=True, slots=True)
class NotYetClause(_TimedClause, _PlacedClause):
    """An event had not happened by a given time; it may have happened later or never."""

    event: str
    place: str
    time: ReportedTime
    words: str = ""
    shape = "not_yet"

    @property
    def window(self) -> Window:
        """All times from the given time onwards."""
        return Window(self.time.window.start_s, inf)

    @property
    def dated_event(self) -> tuple[str, str]:
        """The event and its place."""
        return self.event, self.place

    def format_time(self, zone: str) -> str:
        """Format the given time by the clock of a time zone."""
        return format_as_of(self.window.start_s, zone)


@dataclass(frozen=True, slots=True)
class Moment:
    """An event of the train (``event``, ``place``) or an outside event (``what``, ``time``)."""

    event: str | None = None
    place: str | None = None
    what: str | None = None
    time: ReportedTime | None = None

    @property
    def key(self) -> str:
        """Key of the event: what happened, or the event of the train and its place."""
        return self.what or f"{self.event} {self.place}"


@dataclass(frozen=True, slots=True)
class OrderClause(_AnyClause):
    """``then`` happened at least ``gap_low_s`` and at most ``gap_high_s`` after ``first``."""

    first: Moment
    then: Moment
    gap_low_s: float
    gap_high_s: float
    words: str = ""
    shape = "order"

    @property
    def places(self) -> tuple[str, ...]:
        """The places of the events of the train, without duplicates."""
        return tuple(dict.fromkeys(m.place for m in (self.first, self.then) if m.place))

    @property
    def time(self) -> ReportedTime | None:
        """The time of the outside event; None if both are events of the train."""
        return self.first.time or self.then.time

    @property
    def event_key(self) -> tuple[str, tuple[str, ...]]:
        """Its kind and its two events."""
        return self.kind, (self.first.key, self.then.key)

    @property
    def dated_event(self) -> tuple[str, str] | None:
        """The event of the train and its place; None unless the other event is outside."""
        events = [(m.event, m.place) for m in (self.first, self.then) if m.event and m.place]
        return events[0] if len(events) == 1 else None


@dataclass(frozen=True, slots=True)
class SpeedClause(_RangeClause, _BetweenClause):
    """A speed; ``basis`` is ``running``, ``overall`` or ``unsaid``."""

    low_mps: float
    high_mps: float
    basis: str
    between: tuple[str, str] | None
    words: str = ""
    shape = "speed"
    unit = "mps"
    options = (
        "basis",
        {"running": "speed while moving", "overall": "speed over all, stops included"},
    )


@dataclass(frozen=True, slots=True)
class DistanceClause(_RangeClause, _BetweenClause):
    """A distance; ``measure`` is ``rail``, ``straight`` or ``unsaid``.

    Without ``between`` it is the distance of the whole journey, from its start to its end.
    """

    low_m: float
    high_m: float
    measure: str
    between: tuple[str, str] | None
    words: str = ""
    shape = "distance"
    unit = "m"
    options = "measure", {"rail": "by rail", "straight": "in a straight line"}

    @property
    def depends_on(self) -> str:
        """``line`` if it is between two places, else ``times``."""
        return "line" if self.between else "times"


@dataclass(frozen=True, slots=True)
class DurationClause(_RangeClause, _BetweenClause):
    """A duration from an event at one place to an event at another, stops included.

    Without ``between`` it is the duration of the whole journey, counted from the departure at
    its start. With ``between`` but without ``from_event``, it counts from the arrival at the
    first place or from the departure there.
    """

    low_s: float
    high_s: float
    between: tuple[str, str] | None
    from_event: str | None
    to_event: str
    words: str = ""
    shape = "duration"
    unit = "s"
    options = (
        "from_event",
        {"arrive": "counted from the arrival", "depart": "counted from the departure"},
    )


@dataclass(frozen=True, slots=True)
class StandClause(_RangeClause, _PlacedClause):
    """A duration of standing at a place."""

    place: str
    low_s: float
    high_s: float
    words: str = ""
    shape = "stand"
    unit = "s"

    @property
    def visit_place(self) -> str:
        """The place."""
        return self.place


@dataclass(frozen=True, slots=True)
class HeadingClause(_AnyClause):
    """A heading (kind ``heading``) or a place of meeting (kind ``venue``).

    The route must lead to one of the ``destinations``. If ``after`` is given, the destination
    must come after that place. The clause does not put the train at any place.
    """

    destinations: tuple[str, ...]
    after: str | None
    words: str = ""
    shape = "heading"
    time = None
    depends_on = "route"

    @property
    def named_places(self) -> tuple[str, ...]:
        """Its destinations."""
        return tuple(dict.fromkeys(self.destinations))

    def excludes(self, other: Any) -> bool:
        """Return whether the two have no destination in common."""
        return not set(self.destinations) & set(other.destinations)


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
