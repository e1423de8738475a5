"""Reports as a journey's file writes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from routesim.datafiles import Number, Record
from routesim.evidence.sources import AwareTime
from routesim.network.records import check_zone

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
    "ReportRow",
    "SpeedRow",
    "StandRow",
    "TimedRow",
    "VenueRow",
    "WindowRow",
]

Zone = Annotated[str, AfterValidator(check_zone)]
Place = Annotated[str, Field(min_length=1)]
Pair = tuple[Place, Place]
ZoneKnown = Literal["printed", "inferred", "assumed"]
TrainEvent = Literal["depart", "arrive", "pass", "cross"]


class WindowRow(Record):
    """Explicit ends; either may be left out."""

    from_: AwareTime | None = Field(default=None, alias="from")
    to: AwareTime | None = None

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
    zone: Zone
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
    zone: Zone | None = None
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
    zone: Zone
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
    zone: Zone | None = None
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
    """A distance, by rail or in a straight line."""

    kind: Literal["distance"]
    km: RangeRow
    measure: Literal["rail", "straight", "unsaid"]
    between: Pair
    words: str | None = None


class DurationRow(Record):
    """How long it took from one place to another, stops included."""

    kind: Literal["duration"]
    hours: RangeRow
    between: Pair
    from_event: TrainEvent | None = None
    to_event: TrainEvent | None = None
    words: str | None = None


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


class SaidRow(Record):
    """Where it stands: a source and the lines in it."""

    source: str
    lines: str


class ReportRow(Record):
    """One restated claim."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")
    claim: str = Field(min_length=1)
    family: str
    said: tuple[SaidRow, ...] = Field(min_length=1)
    known_at: AwareTime | None = None
    forecast: bool = False
    hedge: str | None = None
    identity: str | None = None
    readings: tuple[str, ...] = ()
    note: str | None = None
    silent: Annotated[str, Field(min_length=1)] | None = None
    clauses: tuple[ClauseRow, ...] = ()

    @model_validator(mode="after")
    def _check_clauses(self) -> ReportRow:
        if bool(self.clauses) == (self.silent is not None):
            message = "give clauses, or say in silent why it carries no constraint"
            raise ValueError(message)
        return self
