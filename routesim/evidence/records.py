"""Reports as a journey's file writes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from routesim.evidence.sources import AwareTime
from routesim.files.records import Number, Record
from routesim.network.records import ZoneName

__all__ = [
    "ClauseRow",
    "DistanceRow",
    "DurationRow",
    "EventRow",
    "HeadingRow",
    "MomentRow",
    "NotYetRow",
    "OrderRow",
    "PresenceRow",
    "RangeRow",
    "ReadingRow",
    "ReportRow",
    "SpeedRow",
    "StandRow",
    "TimedRow",
    "VenueRow",
    "WindowRow",
]

MAX_READINGS = 12
"""Each carries the clauses that all readings share, so many of both would fill the memory."""

MAX_SOFT_MIN = 2880
"""Two days: an end softer than that is none."""

Place = Annotated[str, Field(min_length=1)]
Pair = tuple[Place, Place]
ZoneKnown = Literal["printed", "inferred", "assumed"]
SoftMinutes = Annotated[Number, Field(ge=0, le=MAX_SOFT_MIN)]
TrainEvent = Literal["depart", "arrive", "pass", "cross"]


class WindowRow(Record):
    """Explicit ends; either may be left out.

    ``soft_min`` tells how soft each end is: so many minutes beyond it, a tenth of the
    weight is left. An end that an article's stamp sets is sharp.
    """

    from_: AwareTime | None = Field(default=None, alias="from")
    to: AwareTime | None = None
    soft_min: tuple[SoftMinutes, SoftMinutes] = (0.0, 0.0)

    @model_validator(mode="after")
    def _check_ends(self) -> WindowRow:
        if self.from_ is None and self.to is None:
            message = "give from, to or both"
            raise ValueError(message)
        if self.from_ is not None and self.to is not None and self.from_ >= self.to:
            message = "must begin before it ends"
            raise ValueError(message)
        return self


class RangeRow(Record):
    """A quantity between two ends, the tolerance of its words included."""

    low: Number = Field(gt=0)
    high: Number = Field(gt=0)

    @model_validator(mode="after")
    def _check_ends(self) -> RangeRow:
        if self.low > self.high:
            message = f"low {self.low:g} is above high {self.high:g}"
            raise ValueError(message)
        return self


class TimedRow(Record):
    """A time in words or as a window, and how its zone is known."""

    when: str | None = None
    window: WindowRow | None = None
    zone: ZoneName
    zone_known: ZoneKnown
    zone_reason: str | None = None
    words: str | None = None

    @model_validator(mode="after")
    def _check_time(self) -> TimedRow:
        if (self.when is None) == (self.window is None):
            message = "give either when or window"
            raise ValueError(message)
        return self


class EventRow(Record):
    """Something happened at a place, or somewhere between two, in a window.

    Between two places the time may be left out: then it tells the place alone.
    """

    kind: Literal["depart", "arrive", "pass", "cross", "board"]
    place: Place | None = None
    between: Pair | None = None
    when: str | None = None
    window: WindowRow | None = None
    zone: ZoneName | None = None
    zone_known: ZoneKnown | None = None
    zone_reason: str | None = None
    words: str | None = None

    @model_validator(mode="after")
    def _check_place_and_time(self) -> EventRow:
        if (self.place is None) == (self.between is None):
            message = "give either place or between"
            raise ValueError(message)
        timed = self.when is not None or self.window is not None
        if self.when is not None and self.window is not None:
            message = "give either when or window"
            raise ValueError(message)
        if timed and (self.zone is None or self.zone_known is None):
            message = "a time needs its zone and zone_known"
            raise ValueError(message)
        if not timed and self.place is not None:
            message = "an event at one place needs when or window"
            raise ValueError(message)
        return self


class PresenceRow(TimedRow):
    """The train was at a place, or between two, at some instant of the window.

    ``under_way`` says besides that it was on its way from the first to the second.
    """

    kind: Literal["present", "under_way"]
    place: Place | None = None
    between: Pair | None = None

    @model_validator(mode="after")
    def _check_place(self) -> PresenceRow:
        if (self.place is None) == (self.between is None):
            message = "give either place or between"
            raise ValueError(message)
        if self.kind == "under_way" and self.between is None:
            message = "under_way needs between = [A, B]"
            raise ValueError(message)
        return self


class NotYetRow(Record):
    """Something had not happened as of an instant."""

    kind: Literal["not_yet"]
    event: TrainEvent
    place: Place
    as_of: str
    zone: ZoneName
    zone_known: ZoneKnown
    zone_reason: str | None = None
    words: str | None = None


class MomentRow(Record):
    """One side of an ordering: an event of the train, or an outside event in a window."""

    event: TrainEvent | None = None
    place: Place | None = None
    what: str | None = None
    when: str | None = None
    window: WindowRow | None = None
    zone: ZoneName | None = None
    zone_known: ZoneKnown | None = None
    zone_reason: str | None = None
    words: str | None = None

    @model_validator(mode="after")
    def _check_one(self) -> MomentRow:
        train = self.event is not None and self.place is not None
        outside = self.what is not None and (self.when is not None or self.window is not None)
        if train == outside:
            message = "give event and place, or what and when (or window) with zone"
            raise ValueError(message)
        if outside and self.zone is None:
            message = "an outside event needs its zone"
            raise ValueError(message)
        return self


class GapRow(Record):
    """Hours between two events."""

    at_least: Number = Field(default=0.0, ge=0)
    at_most: Number | None = Field(default=None, gt=0)


class OrderRow(Record):
    """One thing came before another."""

    kind: Literal["order"]
    first: MomentRow
    then: MomentRow
    gap_h: GapRow = GapRow()
    words: str | None = None


class SpeedRow(Record):
    """A speed, running or overall; never one for the other."""

    kind: Literal["speed"]
    kmh: RangeRow
    basis: Literal["running", "overall", "unsaid"]
    between: Pair | None = None
    words: str | None = None


class DistanceRow(Record):
    """A distance, by rail or in a straight line; without ``between`` the whole journey's."""

    kind: Literal["distance"]
    km: RangeRow
    measure: Literal["rail", "straight", "unsaid"]
    between: Pair | None = None
    words: str | None = None


class DurationRow(Record):
    """How long it took from one place to another, stops included.

    Without ``between`` it is the whole journey, from setting out to arriving. Without
    ``from_event`` it may count from the arrival at the first place or from the departure.
    """

    kind: Literal["duration"]
    hours: RangeRow
    between: Pair | None = None
    from_event: TrainEvent | None = None
    to_event: TrainEvent | None = None
    words: str | None = None

    @model_validator(mode="after")
    def _check_whole(self) -> DurationRow:
        """Refuse events that the whole journey does not begin or end with."""
        if self.between is not None:
            return self
        if self.from_event not in {None, "depart"} or self.to_event not in {None, "arrive"}:
            message = (
                "without between it is the whole journey, from depart to arrive; "
                "give between = [A, B] or leave out from_event and to_event"
            )
            raise ValueError(message)
        return self


class StandRow(Record):
    """How long it stood at a place."""

    kind: Literal["stand"]
    place: Place
    minutes: RangeRow
    words: str | None = None


class HeadingRow(Record):
    """Where it was bound for."""

    kind: Literal["heading"]
    towards: Place | tuple[Place, ...]
    after: Place | None = None
    words: str | None = None


class VenueRow(Record):
    """Where those it carried were to meet others."""

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
    """One way to read a report; its clauses add to those of the report."""

    says: str = Field(min_length=1)
    clauses: tuple[ClauseRow, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _refuse_prose(cls, value: object) -> object:
        if isinstance(value, str):
            message = "a reading is a table; write [[reports.readings]] with says"
            raise ValueError(message)  # noqa: TRY004 (pydantic gathers ValueErrors)
        return value


class SaidRow(Record):
    """Where it stands: a source and the lines in it."""

    source: str
    lines: str


class ReportRow(Record):
    """One restated claim.

    It holds its ``clauses`` and exactly one of its ``readings``; the first one is the
    reading at face value.
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
            message = "one reading is no choice; add another, or give its clauses to the report"
            raise ValueError(message)
        said = [reading.says for reading in readings]
        if twice := [says for says in dict.fromkeys(said) if said.count(says) > 1]:
            shown = ", ".join(repr(says[:80]) for says in twice)
            message = f"{shown} stands twice; say each reading in words of its own"
            raise ValueError(message)
        return readings

    @model_validator(mode="after")
    def _check_clauses(self) -> ReportRow:
        constrains = bool(self.clauses) or any(reading.clauses for reading in self.readings)
        if constrains == (self.silent is not None):
            message = "give clauses, or say in silent why it carries no constraint"
            raise ValueError(message)
        return self
