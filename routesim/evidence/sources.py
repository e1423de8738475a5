"""Sources and families: who published it, and whose knowledge it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from routesim.answers import Answer
from routesim.files.read import find_geodata, read_record
from routesim.files.records import Record, refuse
from routesim.network.records import ZoneName

if TYPE_CHECKING:
    from pathlib import Path


SOURCES_FILE = "sources.toml"

TimeOrDay = TypeVar("TimeOrDay", datetime, date)


def _refuse_naive(value: object) -> object:
    if isinstance(value, int | float):
        refuse("a number is no time; write it as 2023-09-11T19:00:00+09:00")
    if isinstance(value, datetime) and value.tzinfo is None:
        refuse(f"{value.isoformat()} has no zone; add an offset such as +09:00")
    return value


def _limit_years(value: TimeOrDay) -> TimeOrDay:
    if not 1800 <= value.year < 2200:  # noqa: PLR2004
        refuse(f"{value.isoformat()} lies outside 1800 to 2200")
    return value


AwareTime = Annotated[
    AwareDatetime, BeforeValidator(_refuse_naive), AfterValidator(_limit_years)
]
PublishedTime = Annotated[
    AwareDatetime | date, BeforeValidator(_refuse_naive), AfterValidator(_limit_years)
]


class Source(Record, Answer):
    """A publication: who, what, when, and from when what it says counts as known.

    ``zone`` is the clock that its publisher lives by, where it has one place.
    """

    publisher: str
    title: str
    published: PublishedTime
    known_at: AwareTime
    known_basis: str
    zone: ZoneName | None = None
    note: str | None = None

    def _describe(self) -> dict[str, Any]:
        fields = self.model_dump()
        if not isinstance(self.published, datetime):  # a bare day stays one
            fields["published"] = self.published.isoformat()
        return fields


class Family(Record):
    """Whose knowledge a report is. Reports of one family count once per event.

    ``zone`` is the clock that the witness lives by, where it has one place.
    """

    name: str
    zone: ZoneName | None = None
    what: str | None = None


class FactSource(Record):
    """Where coordinates, kilometres and line facts were read."""

    name: str
    what: str | None = None
    licence: str | None = None


class SourceBook(Record):
    """``sources.toml``, or the tables ``[sources]`` and ``[families]`` of a journey."""

    sources: dict[str, Source] = Field(default_factory=dict)
    families: dict[str, Family] = Field(default_factory=dict)
    facts: dict[str, FactSource] = Field(default_factory=dict)


def load_sources(folder: Path | None = None) -> SourceBook:
    """Load the sources and families of a geodata folder; without one the bundled.

    Raises
    ------
    DataError
        If the file is at fault.
    """
    return read_record(SourceBook, (folder or find_geodata()) / SOURCES_FILE)
