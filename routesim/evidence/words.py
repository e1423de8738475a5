"""Conversion of time expressions (days, day-parts and clock times) to windows.

``2023-09-10 afternoon`` is the afternoon of that day in the time zone of the report's clock.
``words.toml``, or the table ``[words]`` of a journey file, defines the hours of the afternoon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from routesim.errors import Fault, TimeError
from routesim.evidence.clocks import Window, to_local_seconds
from routesim.files.read import find_geodata, read_record
from routesim.files.records import Number, Record, refuse
from routesim.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping


WORDS_FILE = "words.toml"
MINUTES_PER_DAY = 24 * 60
HALF_HOUR_MIN = 30
CLOCK_WIDTH_MIN = 1
"""Width of a clock time in minutes: a time printed to the minute means that minute."""

WHEN = re.compile(
    r"""^\s*
    (?:(?P<side>before|until|by|after|from)\s+)?
    (?:(?P<about>about|around)\s+)?
    (?P<day>\d{4}-\d{2}-\d{2})
    (?:(?:\s+|T(?=\d))(?:(?P<clock>\d{1,2}:\d{2})|(?P<part>[a-z][a-z ]*?)))?
    \s*$""",
    re.VERBOSE | re.IGNORECASE,
)
HELP = (
    "write a day (2023-09-10), a day-part (2023-09-10 afternoon), a clock "
    "(2023-09-12 12:15, about 2023-09-12 12:15) or one side (before 2023-09-11 19:00)"
)


def _read_clock(text: str) -> int:
    """Read ``HH:MM`` as minutes after midnight. From 24:00 it is on the next day."""
    hours, _, minutes = text.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60):  # noqa: PLR2004
        refuse("must be HH:MM")
    return int(hours) * 60 + int(minutes)


MinuteOfDay = Annotated[
    int,
    BeforeValidator(lambda value: _read_clock(value) if isinstance(value, str) else value),
    Field(ge=-MINUTES_PER_DAY, le=2 * MINUTES_PER_DAY),
]


class AboutRow(Record):
    """Half-width of "about" a clock time, in minutes."""

    on_the_half_hour: Number = Field(default=15, gt=0)
    other: Number = Field(default=5, gt=0)


class SoftRow(Record):
    """Softness of windows: minutes beyond an end at which the agreement is 2.3 %.

    ``parts`` lists day-parts whose ends are softer or sharper than those of the others.
    """

    clock: Number = Field(default=2, ge=0)
    on_the_half_hour: Number = Field(default=10, ge=0)
    other: Number = Field(default=5, ge=0)
    day: Number = Field(default=60, ge=0)
    daypart: Number = Field(default=60, ge=0)
    parts: dict[str, Number] = Field(default_factory=dict)


class WordsRow(Record):
    """``words.toml``, or the table ``[words]`` of a journey file."""

    format: Literal[1] = 1
    dayparts: dict[str, tuple[MinuteOfDay, MinuteOfDay]] = Field(default_factory=dict)
    about_minutes: AboutRow | None = None
    soft_minutes: SoftRow | None = None


@dataclass(frozen=True, slots=True)
class WordTable:
    """The definitions of time expressions.

    ``dayparts`` maps the name of a day-part to its start and end in minutes after local
    midnight. ``about`` has the half-width of "about", and ``soft`` the softness of windows.
    """

    dayparts: Mapping[str, tuple[int, int]]
    about: AboutRow = field(default_factory=AboutRow)
    soft: SoftRow = field(default_factory=SoftRow)

    def override(self, own: WordsRow) -> WordTable:
        """Return the table with entries replaced by those of a journey file."""
        dayparts = {name.lower().strip(): ends for name, ends in own.dayparts.items()}
        return WordTable(
            {**self.dayparts, **dayparts},
            own.about_minutes or self.about,
            own.soft_minutes or self.soft,
        )

    def soften_when(self, when: str) -> float:
        """Return the softness of the window of a time expression, in seconds.

        At this distance beyond an end, the agreement is 2.3 %. The expression must be one that
        :meth:`read_when` accepts.

        Examples
        --------
        >>> words = load_words()
        >>> words.soften_when("2023-09-12 early"), words.soften_when("about 2023-09-12 12:15")
        (7200.0, 300.0)
        """
        match = WHEN.match(when)
        assert match is not None  # noqa: S101 (read_when has read it)
        soft = self.soft
        if match["clock"] is not None:
            about = _choose_width(soft, _read_clock(match["clock"]))
            minutes = soft.clock if match["about"] is None else about
        elif match["part"] is not None:
            minutes = soft.parts.get(match["part"].lower().strip(), soft.daypart)
        else:
            minutes = soft.day
        return SECONDS_PER_MINUTE * minutes

    def read_when(self, when: str, zone: str, *, where: str = "when") -> Window:
        """Return the window of a time expression.

        The expression is a day, a day-part, a clock time, or "about" a clock time. If
        ``before``, ``until`` or ``by`` precedes it, the window has only an end. If ``after`` or
        ``from`` precedes it, the window has only a start. This end or start is

        - for a day or a day-part: its beginning with ``before`` and ``from``, and its end with
          ``until``, ``by`` and ``after``
        - for a clock time: the time itself
        - for "about" a clock time: its later end with ``before``, ``until`` and ``by``, and its
          earlier end with ``after`` and ``from``

        The clock is read in ``zone``, an IANA name. Error messages name ``where``.

        Raises
        ------
        TimeError
            If the expression cannot be read, the day-part is unknown, the time is outside
            1800 to 2200, or the local clock skipped the time or showed it twice.

        Examples
        --------
        >>> words = load_words()
        >>> words.read_when("2023-09-10 afternoon", "Asia/Pyongyang").start.isoformat()
        '2023-09-10T03:00:00+00:00'
        >>> words.read_when("about 2023-09-12 12:15", "Asia/Vladivostok").end.isoformat()
        '2023-09-12T02:20:00+00:00'
        """
        match = WHEN.match(when)
        if match is None:
            raise TimeError(Fault(where, f"{when[:80]!r} cannot be read", HELP))
        first, last = self._read_minutes(match["clock"], match["part"], match["about"], where)
        try:
            day = date.fromisoformat(match["day"])
        except ValueError:
            raise TimeError(Fault(where, f"{match['day']!r} is not a day")) from None
        start_s = _to_seconds(day, first, zone, where)
        end_s = _to_seconds(day, last, zone, where)
        side = (match["side"] or "").lower()
        about, clock = match["about"] is not None, match["clock"] is not None
        match side:
            case "before":
                return Window(-inf, end_s if about else start_s)
            case "until" | "by":
                return Window(-inf, start_s if clock and not about else end_s)
            case "after":
                return Window(start_s if clock else end_s, inf)
            case "from":
                return Window(start_s, inf)
        return Window(start_s, end_s)

    def _read_minutes(
        self, clock: str | None, part: str | None, about: str | None, where: str
    ) -> tuple[float, float]:
        if clock is not None:
            try:
                minute = _read_clock(clock)
            except ValueError as error:
                raise TimeError(Fault(where, f"{clock!r} {error}")) from None
            if minute > MINUTES_PER_DAY:
                raise TimeError(Fault(where, f"{clock!r} is not a clock time"))
            if about is None:
                return minute, minute + CLOCK_WIDTH_MIN
            half = _choose_width(self.about, minute)
            return minute - half, minute + half
        if about is not None:
            raise TimeError(Fault(where, "'about' needs a clock time", HELP))
        if part is None:
            return 0, MINUTES_PER_DAY
        found = self.dayparts.get(part.lower().strip())
        if found is None:
            known = ", ".join(sorted(self.dayparts))
            raise TimeError(Fault(where, f"unknown day-part {part!r}", f"known: {known}"))
        return found


@lru_cache(maxsize=1)
def load_words() -> WordTable:
    """Load the bundled definitions of time expressions."""
    return WordTable({}).override(read_record(WordsRow, find_geodata() / WORDS_FILE))


def _choose_width(row: AboutRow | SoftRow, minute: int) -> float:
    return row.on_the_half_hour if minute % HALF_HOUR_MIN == 0 else row.other


def _to_seconds(day: date, minute: float, zone: str, where: str) -> float:
    try:
        local = datetime.combine(day, time()) + timedelta(minutes=minute)
    except OverflowError:
        raise TimeError(Fault(where, f"{day} lies outside 1800 to 2200")) from None
    return to_local_seconds(local, zone, where=where)
