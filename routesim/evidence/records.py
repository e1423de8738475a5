"""Records of the reports in a journey file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator, model_validator

from routesim.evidence.sources import AwareTime
from routesim.files.records import Number, Record, refuse
from routesim.network.records import ZoneName

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_READINGS = 12
"""Largest number of readings of a report. Each reading repeats the shared clauses."""

MAX_SOFT_MIN = 2880
"""Largest softness of the end of a window, in minutes: two days."""

Place = Annotated[str, Field(min_length=1)]
Pair = tuple[Place, Place]
ZoneKnown = Literal["printed", "inferred", "assumed"]
SoftMinutes = Annotated[Number, Field(ge=0, le=MAX_SOFT_MIN)]
TrainEvent = Literal["depart", "arrive", "pass", "cross"]


class WindowRow(Record):
    """A window with explicit ends, one of which may be left out.

    ``soft_min`` is the softness of the two ends in minutes: two standard deviations of the
    error of the source. At this distance beyond an end, the agreement is 2.3 %. An end set by
    the time stamp of an article is sharp.
    """

    from_: AwareTime | None = Field(default=None, alias="from")
    to: AwareTime | None = None
    soft_min: tuple[SoftMinutes, SoftMinutes] = (0.0, 0.0)

    @model_validator(mode="after")
    def _check_ends(self) -> WindowRow:
        if self.from_ is None and self.to is None:
            refuse("give from, to or both")
        if self.from_ is not None and self.to is not None and self.from_ >= self.to:
            refuse("must begin before it ends")
        return self


class RangeRow(Record):
    """The range of a quantity, including the tolerance of words such as "about"."""

    low: Number = Field(gt=0)
    high: Number = Field(gt=0)

    @model_validator(mode="after")
    def _check_ends(self) -> RangeRow:
        if self.low > self.high:
            refuse(f"low {self.low:g} is above high {self.high:g}")
        return self

    def convert(self, function: Callable[[float], float]) -> tuple[float, float]:
        """Return both ends in another unit, converted by ``function``."""
        return function(self.low), function(self.high)


class TimeRow(Record):
    """An optional time, as a time expression or a window, and how its zone is known."""

    when: str | None = None
    window: WindowRow | None = None
    zone: ZoneName | None = None
    zone_known: ZoneKnown | None = None
    zone_reason: str | None = None
    words: str | None = None

    @property
    def _is_timed(self) -> bool:
        return self.when is not None or self.window is not None


class TimedRow(TimeRow):
    """A time, as a time expression or a window, and how its zone is known."""

    zone: ZoneName
    zone_known: ZoneKnown

    @model_validator(mode="after")
    def _check_time(self) -> TimedRow:
        if (self.when is None) == (self.window is None):
            refuse("give either when or window")
        return self


class _PlacedRow(Record):
    """A place, or a pair of places between which something happened."""

    place: Place | None = None
    between: Pair | None = None

    @model_validator(mode="after")
    def _check_place(self) -> _PlacedRow:
        if (self.place is None) == (self.between is None):
            refuse("give either place or between")
        return self


class EventRow(_PlacedRow, TimeRow):
    """An event at a place, or somewhere between two places, in a window.

    Between two places the time may be left out.
    """

    kind: Literal["depart", "arrive", "pass", "cross", "board"]

    @model_validator(mode="after")
    def _check_time(self) -> EventRow:
        if self.when is not None and self.window is not None:
            refuse("give either when or window")
        if self._is_timed and (self.zone is None or self.zone_known is None):
            refuse("a time needs its zone and zone_known")
        if not self._is_timed and self.place is not None:
            refuse("an event at one place needs when or window")
        return self


class PresenceRow(_PlacedRow, TimedRow):
    """The train was at a place, or between two places, at some time in the window.

    ``under_way`` also states that the train was on its way from the first place to the second.
    """

    kind: Literal["present", "under_way"]

    @model_validator(mode="after")
    def _check_way(self) -> PresenceRow:
        if self.kind == "under_way" and self.between is None:
            refuse("under_way needs between = [A, B]")
        return self


class NotYetRow(Record):
    """An event had not happened by a given time."""

    kind: Literal["not_yet"]
    event: TrainEvent
    place: Place
    as_of: str
    zone: ZoneName
    zone_known: ZoneKnown
    zone_reason: str | None = None
    words: str | None = None


class MomentRow(TimeRow):
    """One of two ordered events: an event of the train, or an outside event with a time."""

    event: TrainEvent | None = None
    place: Place | None = None
    what: str | None = None

    @model_validator(mode="after")
    def _check_one(self) -> MomentRow:
        train = self.event is not None and self.place is not None
        outside = self.what is not None and self._is_timed
        if train == outside:
            refuse("give event and place, or what and when (or window) with zone")
        if outside and self.zone is None:
            refuse("an outside event needs its zone")
        return self


class GapRow(Record):
    """The range of the time between two events, in hours."""

    at_least: Number = Field(default=0.0, ge=0)
    at_most: Number | None = Field(default=None, gt=0)


class OrderRow(Record):
    """One event happened before another."""

    kind: Literal["order"]
    first: MomentRow
    then: MomentRow
    gap_h: GapRow = GapRow()
    words: str | None = None


class SpeedRow(Record):
    """A speed: running (while moving) or overall (stops included)."""

    kind: Literal["speed"]
    kmh: RangeRow
    basis: Literal["running", "overall", "unsaid"]
    between: Pair | None = None
    words: str | None = None


class DistanceRow(Record):
    """A distance by rail or in a straight line; without ``between``, of the whole journey."""

    kind: Literal["distance"]
    km: RangeRow
    measure: Literal["rail", "straight", "unsaid"]
    between: Pair | None = None
    words: str | None = None


class DurationRow(Record):
    """The duration from one place to another, stops included.

    Without ``between`` it is the duration of the whole journey, from departure to arrival.
    With ``between`` but without ``from_event``, it counts from the arrival at the first place
    or from the departure there.
    """

    kind: Literal["duration"]
    hours: RangeRow
    between: Pair | None = None
    from_event: TrainEvent | None = None
    to_event: TrainEvent | None = None
    words: str | None = None

    @model_validator(mode="after")
    def _check_whole(self) -> DurationRow:
        """Refuse events other than departure and arrival for the whole journey."""
        if self.between is not None:
            return self
        if self.from_event not in {None, "depart"} or self.to_event not in {None, "arrive"}:
            refuse(
                "without between it is the whole journey, from depart to arrive; "
                "give between = [A, B] or leave out from_event and to_event"
            )
        return self


class StandRow(Record):
    """The duration of standing at a place."""

    kind: Literal["stand"]
    place: Place
    minutes: RangeRow
    words: str | None = None


class HeadingRow(Record):
    """The place for which the train was bound, or several possible places."""

    kind: Literal["heading"]
    towards: Place | tuple[Place, ...]
    after: Place | None = None
    words: str | None = None


class VenueRow(Record):
    """The place where the passengers were to meet others, or several possible places."""

    kind: Literal["venue"]
    place: Place | tuple[Place, ...]
    words: str | None = None


ClauseRow = Annotated[
    EventRow
    | PresenceRow
    | NotYetRow
    | OrderRow
    | SpeedRow
    | DistanceRow
    | DurationRow
    | StandRow
    | HeadingRow
    | VenueRow,
    Field(discriminator="kind"),
]


class ReadingRow(Record):
    """One reading of a report; its clauses are added to those of the report."""

    says: str = Field(min_length=1)
    clauses: tuple[ClauseRow, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _refuse_prose(cls, value: object) -> object:
        if isinstance(value, str):
            refuse("a reading is a table; write [[reports.readings]] with says")
        return value


class SaidRow(Record):
    """Where a claim is published: a source and the lines in it."""

    source: str
    lines: str


class ReportRow(Record):
    """One restated claim.

    If the claim is right, all ``clauses`` hold, and so does exactly one of the ``readings``.
    The first one is the reading at face value.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")
    claim: str = Field(min_length=1)
    family: str
    said: tuple[SaidRow, ...] = Field(min_length=1)
    known_at: AwareTime | None = None
    forecast: bool = False
    hedge: str | None = None
    identity: str | None = None
    reliability: Number | None = Field(default=None, gt=0, le=1)
    face_value: Number | None = Field(default=None, ge=0, le=1)
    readings: tuple[ReadingRow, ...] = Field(default=(), max_length=MAX_READINGS)
    note: str | None = None
    silent: Annotated[str, Field(min_length=1)] | None = None
    clauses: tuple[ClauseRow, ...] = ()

    @field_validator("readings")
    @classmethod
    def _check_readings(cls, readings: tuple[ReadingRow, ...]) -> tuple[ReadingRow, ...]:
        if len(readings) == 1:
            refuse("one reading is no choice; add another, or give its clauses to the report")
        said = [reading.says for reading in readings]
        if twice := [says for says in dict.fromkeys(said) if said.count(says) > 1]:
            shown = ", ".join(repr(says[:80]) for says in twice)
            refuse(f"{shown} appears twice; word each reading differently")
        return readings

    @model_validator(mode="after")
    def _check_clauses(self) -> ReportRow:
        constrains = bool(self.clauses) or any(reading.clauses for reading in self.readings)
        if constrains == (self.silent is not None):
            refuse("give clauses, or say in silent why it carries no constraint")
        return self
