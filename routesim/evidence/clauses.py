"""Clauses: the single constraints that reports make, as values.

Whatever its kind, a clause can be asked for the places where it puts the train (``places``),
for its time (``time``) and for the event that it is about (``event_key``); see
:class:`_AnyClause` for the rest. What depends on the kind beyond that stands in four tables:
how a clause is encoded (:mod:`routesim.certain.encoding.clause_constraints`), how draws agree
with it (:mod:`routesim.likely.agreement.draw_agreements`), how it is judged
(:mod:`routesim.assessment.judging`) and how it is described (:mod:`routesim.text.clauses`).
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


@dataclass(frozen=True, slots=True)
class _AnyClause:
    """What every clause can be asked for, whatever its kind.

    ``words`` are those of the report. ``time`` is its time, None if it gives none; of an
    order it is the time of the outside event.
    """

    kind: str

    shape: ClassVar[str]
    """What the tables of words know its class by."""
    is_sighting: ClassVar[bool] = False
    """Whether it puts the train at its places within its window."""
    options: ClassVar[tuple[str, Mapping[str, str]] | None] = None
    """A field that may be left unsaid, and from each value that it may have to words."""

    if TYPE_CHECKING:  # fields of most kinds: a property of the base would be their default

        @property
        def words(self) -> str: ...
        @property
        def time(self) -> ReportedTime | None: ...

    @property
    def places(self) -> tuple[str, ...]:
        """Where, or between which two places, it puts the train; each once."""
        return ()

    @property
    def named_places(self) -> tuple[str, ...]:
        """The places where it is shown: also those where it does not put the train."""
        return self.places

    @property
    def window(self) -> Window | None:
        """When its event happened, or from when on it may have; None without such a time."""
        return None

    @property
    def event_key(self) -> tuple[str, tuple[str, ...]]:
        """What clauses about the same event share: their kind and their places."""
        return self.kind, self.places

    @property
    def visit_place(self) -> str | None:
        """The place of which one passage is meant; None if it is not about one place."""
        return None

    @property
    def dated_event(self) -> tuple[str, str] | None:
        """The event and the one place that it dates; None if there is none."""
        return None

    @property
    def prints_clock(self) -> bool:
        """Whether a clock is printed: the words of its time name hours, not a day-part."""
        time = None if self.window is None else self.time
        return time is not None and time.is_clock and bool(CLOCK_WORDS.search(time.words))

    @property
    def depends_on(self) -> str:
        """What decides it: the ``times`` of the train, its ``route``, or the ``line`` alone."""
        return "times"

    @property
    def unsaid(self) -> tuple[str, Mapping[str, str]] | None:
        """Its ``options``, if their field is left unsaid."""
        left = self.options and getattr(self, self.options[0]) in {None, "unsaid"}
        return self.options if left else None

    def excludes(self, _other: Any) -> bool:
        """Return whether it and another clause of its kind and places cannot both be true."""
        return False

    @property
    def is_timed(self) -> bool:
        """Whether its window has an end, so that it can be drawn."""
        window = self.window
        return window is not None and (isfinite(window.start_s) or isfinite(window.end_s))

    @property
    def text(self) -> str:
        """What it requires, in words; its time left out."""
        return format_clause(self.shape, asdict(self))

    def format_time(self, zone: str) -> str:
        """Write its time by the clock of a zone; empty if it gives none."""
        if self.time is None:
            return ""
        return format_window(self.time.window.start_s, self.time.window.end_s, zone)


class _TimedClause(_AnyClause):
    """A clause about what happened in a window."""

    __slots__ = ()
    time: ReportedTime

    @property
    def window(self) -> Window:
        """The window."""
        return self.time.window

    def excludes(self, other: Any) -> bool:
        """Return whether the windows share no instant."""
        one, two = self.time.window, other.time.window
        return bool(one.start_s >= two.end_s or two.start_s >= one.end_s)


class _BetweenClause(_AnyClause):
    """A clause between two places; without them of the whole journey."""

    __slots__ = ()
    between: tuple[str, str] | None

    @property
    def places(self) -> tuple[str, ...]:
        """The two places, or the one if they are the same."""
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
    """The train was at a place, or between two (the same twice: at one), within a window."""

    between: tuple[str, str]
    time: ReportedTime
    words: str = ""
    is_sighting = True

    @property
    def visit_place(self) -> str | None:
        """The place, if it is one."""
        return self.places[0] if len(self.places) == 1 else None

    @property
    def dated_event(self) -> tuple[str, str] | None:
        """The event (of a presence the arrival), if it is at one place."""
        event = self.kind if self.shape == "event" else "arrive"
        return None if self.visit_place is None else (event, self.visit_place)


class _RangeClause(_AnyClause):
    """A quantity between two ends, in SI units."""

    __slots__ = ()
    time = None
    unit: ClassVar[str]
    """The unit in the names of the ends: ``low_s`` and ``high_s``."""

    @property
    def range(self) -> tuple[float, float]:
        """The ends."""
        return getattr(self, f"low_{self.unit}"), getattr(self, f"high_{self.unit}")

    def excludes(self, other: Any) -> bool:
        """Return whether the ranges share no value."""
        (low, high), (other_low, other_high) = self.range, other.range
        return bool(low > other_high or other_low > high)


class EventClause(_SightingClause):
    """An event (depart, arrive, pass, cross or board) in a window.

    With a window open on both sides only the place is reported.
    """

    __slots__ = ()
    shape = "event"


class PresenceClause(_SightingClause):
    """Presence at an instant of the window."""

    __slots__ = ()
    shape = "presence"


@dataclass(frozen=True, slots=True)
class NotYetClause(_TimedClause, _PlacedClause):
    """An event had not happened as of an instant; later is left open."""

    event: str
    place: str
    time: ReportedTime
    words: str = ""
    shape = "not_yet"

    @property
    def window(self) -> Window:
        """From the instant on."""
        return Window(self.time.window.start_s, inf)

    @property
    def dated_event(self) -> tuple[str, str]:
        """The event."""
        return self.event, self.place

    def format_time(self, zone: str) -> str:
        """Write its one instant by the clock of a zone."""
        return format_as_of(self.window.start_s, zone)


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

    first: Moment
    then: Moment
    gap_low_s: float
    gap_high_s: float
    words: str = ""
    shape = "order"

    @property
    def places(self) -> tuple[str, ...]:
        """The places of those of its moments that are events of the train."""
        return tuple(dict.fromkeys(m.place for m in (self.first, self.then) if m.place))

    @property
    def time(self) -> ReportedTime | None:
        """The time of the outside event, if one of its moments is outside."""
        return self.first.time or self.then.time

    @property
    def event_key(self) -> tuple[str, tuple[str, ...]]:
        """Its kind alone: it is about two events."""
        return self.kind, ()

    @property
    def dated_event(self) -> tuple[str, str] | None:
        """The event of the train, if the other one is outside."""
        events = [(m.event, m.place) for m in (self.first, self.then) if m.event and m.place]
        return events[0] if len(events) == 1 else None


@dataclass(frozen=True, slots=True)
class SpeedClause(_RangeClause, _BetweenClause):
    """A speed; ``basis`` is running, overall or unsaid."""

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
    """A distance; ``measure`` is rail, straight or unsaid.

    Without ``between`` it is that of the whole journey, from where the train departed to
    where it ended.
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
        """The line, if it is between two places."""
        return "line" if self.between else "times"


@dataclass(frozen=True, slots=True)
class DurationClause(_RangeClause, _BetweenClause):
    """A time from an event at one place to an event at another, stops included.

    Without ``between`` it is that of the whole journey, from its departure, wherever that
    was. Without ``from_event`` it may count from the arrival at the first place or from the
    departure.
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
    """A time standing at a place."""

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
    """A statement of heading (kind heading) or of a meeting place (kind venue).

    Its ``destinations`` are where it leads to; it puts the train nowhere.
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
        """Return whether they share no destination."""
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
