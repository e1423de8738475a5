"""Sources and families: who published a report, and from whom the knowledge comes."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from routesim.answers import Answer
from routesim.files.read import find_geodata, read_record
from routesim.files.records import Record, refuse
from routesim.network.records import ZoneName, check_zone

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


SOURCES_FILE = "sources.toml"

PLACE_CLOCKS = "place"
"""Setting of the clocks of a source: each in the zone of its place."""
ONE_CLOCK = "one"
"""Setting of the clocks of a source: all by one clock, whose zone is not known."""

SET_BY_SOURCE = "source"
"""How the zone of a time is known if its source names the zone of its clocks."""

TimeOrDay = TypeVar("TimeOrDay", datetime, date)


def _refuse_naive(value: object) -> object:
    if isinstance(value, int | float):
        refuse("a number is not a time; write it as 2023-09-11T19:00:00+09:00")
    if isinstance(value, datetime) and value.tzinfo is None:
        refuse(f"{value.isoformat()} has no zone; add an offset such as +09:00")
    return value


def _limit_years(value: TimeOrDay) -> TimeOrDay:
    if not 1800 <= value.year < 2200:  # noqa: PLR2004
        refuse(f"{value.isoformat()} lies outside 1800 to 2200")
    return value


def _check_clock(setting: str) -> str:
    if setting in {PLACE_CLOCKS, ONE_CLOCK}:
        return setting
    try:
        return check_zone(setting)
    except ValueError:
        refuse(
            f"unknown clock {setting!r}; give place, one, or the IANA name of a time zone, "
            "such as Asia/Vladivostok"
        )


ClockSetting = Annotated[str, AfterValidator(_check_clock)]
AwareTime = Annotated[
    AwareDatetime, BeforeValidator(_refuse_naive), AfterValidator(_limit_years)
]
PublishedTime = Annotated[
    AwareDatetime | date, BeforeValidator(_refuse_naive), AfterValidator(_limit_years)
]


class Source(Record, Answer):
    """A publication with reports, and the time from which they count as known.

    Sources are read from ``sources.toml`` or a journey file. ``Journey.sources`` has them by
    id.

    Parameters
    ----------
    publisher : str
        The publisher.
    title : str
        The title of the article or document.
    published : datetime or date
        When it was published: a time with an offset, or a day if the time is not known.
    known_at : datetime
        Time from which its reports count as known, with an offset.
    known_basis : str
        How ``known_at`` was derived.
    zone : str, optional
        IANA name of the publisher's time zone. None if the publisher has no single place.
    clock : str, default "place"
        How its clocks are set, for reports whose zone is not printed. ``place``: each in the
        zone of its place, as in an article. The IANA name of a zone: all in this zone.
        ``one``: all by one clock with an unknown zone, as in a feed, a log or a timetable.
    note : str, optional
        A note on the source.

    Examples
    --------
    >>> import routesim as rs
    >>> source = rs.load_journey("2023-09").sources["S0"]
    >>> source.publisher, source.zone
    ('The Korea Herald', 'Asia/Seoul')
    >>> source.clock
    'place'
    >>> source.to_dict()["known_at"]
    '2023-09-12T06:24:00Z'
    """

    publisher: str
    title: str
    published: PublishedTime
    known_at: AwareTime
    known_basis: str
    zone: ZoneName | None = None
    clock: ClockSetting = PLACE_CLOCKS
    note: str | None = None

    def _describe(self) -> dict[str, Any]:
        fields = self.model_dump()
        if not isinstance(self.published, datetime):  # a date without a time
            fields["published"] = self.published.isoformat()
        return fields


class Family(Record):
    """The origin of the knowledge in reports, such as a ministry.

    Reports of one family count once per event. ``zone`` is the time zone of the origin, if it
    has a single place.
    """

    name: str
    zone: ZoneName | None = None
    what: str | None = None


class FactSource(Record):
    """A source of coordinates, kilometres or facts about lines."""

    name: str
    what: str | None = None
    licence: str | None = None


class SourceBook(Record):
    """``sources.toml``, or the tables ``[sources]`` and ``[families]`` of a journey file."""

    sources: dict[str, Source] = Field(default_factory=dict)
    families: dict[str, Family] = Field(default_factory=dict)
    facts: dict[str, FactSource] = Field(default_factory=dict)

    def find_clock(self, sources: Iterable[str]) -> tuple[str, str] | None:
        """Return the source that decides how the clocks of a report are set, and its setting.

        ``sources`` are the sources of the report, in its order. Return None if each clock is
        that of its place.
        """
        for name in sources:
            source = self.sources.get(name)
            if source is not None and source.clock != PLACE_CLOCKS:
                return name, source.clock
        return None


def load_sources(folder: Path | None = None) -> SourceBook:
    """Load the sources and families of a geodata folder, by default the bundled one.

    Raises
    ------
    DataError
        If the file is missing or has faults.
    """
    return read_record(SourceBook, (folder or find_geodata()) / SOURCES_FILE)
