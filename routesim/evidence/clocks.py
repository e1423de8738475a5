"""Clocks: reading times, durations and wall clocks; POSIX seconds inside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf, isfinite
from zoneinfo import ZoneInfo

from routesim.answers import Answer
from routesim.errors import Fault, TimeError
from routesim.text.times import to_datetime

DURATION = re.compile(
    r"^\s*(?:(\d+(?:\.\d+)?)\s*h)?\s*(?:(\d+(?:\.\d+)?)\s*m(?:in)?|(?<=h)(\d{1,2}))?"
    r"\s*(?:(\d+(?:\.\d+)?)\s*s)?\s*$"
)
EARLIEST = datetime(1800, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""No railway journey is outside these: such a year is a typing error."""


@dataclass(frozen=True, slots=True)
class Window(Answer):
    """A half-open interval of time: ``start_s <= t < end_s``.

    Parameters
    ----------
    start_s, end_s
        POSIX seconds; minus or plus infinity where the window is one-sided.
    """

    start_s: float = -inf
    end_s: float = inf
    json_keys = ("from=start", "to=end")

    def __post_init__(self) -> None:
        """Refuse a window without any instant."""
        if not self.start_s < self.end_s:
            raise TimeError("a window must begin before it ends")

    @property
    def start(self) -> datetime | None:
        """The beginning as an aware UTC time, or None."""
        return to_datetime(self.start_s) if isfinite(self.start_s) else None

    @property
    def end(self) -> datetime | None:
        """The end as an aware UTC time, or None."""
        return to_datetime(self.end_s) if isfinite(self.end_s) else None

    def overlaps(self, start_s: float, end_s: float) -> bool:
        """Return whether it shares an instant with ``start_s <= t <= end_s``."""
        return start_s < self.end_s and end_s >= self.start_s


def parse_time(text: str | datetime, *, where: str = "time") -> float:
    """Read an aware time as POSIX seconds: an aware datetime, or ISO 8601.

    The text has an offset or ``Z`` (``2023-09-11T19:00+09:00``). ``where`` is named in the
    message if it cannot be read.

    Raises
    ------
    TimeError
        If it cannot be read, has no offset or lies outside 1800 to 2200.

    Examples
    --------
    >>> parse_time("2023-09-11T19:00+09:00") == parse_time("2023-09-11T10:00Z")
    True
    """
    if not isinstance(text, str | datetime):
        raise TimeError(
            Fault(where, f"{text!r:.60} is not a time", "give ISO 8601 text or a datetime")
        )
    try:
        moment = datetime.fromisoformat(text.strip()) if isinstance(text, str) else text
    except ValueError:
        remedy = "give ISO 8601 with an offset, such as 2023-09-11T19:00+09:00"
        raise TimeError(Fault(where, f"{str(text)[:60]!r} is not a time", remedy)) from None
    if moment.tzinfo is None or moment.utcoffset() is None:
        remedy = "add an offset: +09:00, or Z for UTC"
        raise TimeError(Fault(where, f"{moment.isoformat()} has no zone", remedy))
    try:
        seconds = moment.timestamp()
        inside = EARLIEST <= moment <= LATEST
    except (OverflowError, ValueError):
        inside, seconds = False, 0.0
    if not inside:
        raise TimeError(Fault(where, f"{moment.isoformat()} lies outside 1800 to 2200"))
    return seconds


def parse_duration(text: str | float | timedelta, *, where: str = "duration") -> float:
    """Read a duration as seconds.

    It is ``1h``, ``90min``, ``1h30``, ``1h30min``, ``1.5h``, ``45s``, a timedelta, or 0. Any
    other number is refused: it has no unit. ``where`` is named in the message.

    Raises
    ------
    TimeError
        If it cannot be read, is negative or not finite.

    Examples
    --------
    >>> parse_duration("1h30"), parse_duration("90 min")
    (5400.0, 5400.0)
    """
    if isinstance(text, timedelta):
        seconds = text.total_seconds()
    elif isinstance(text, str):
        match = DURATION.match("0s" if text.strip() == "0" else text)
        if match is None or not any(match.groups()):
            what = f"{text[:40]!r} is not a duration"
            raise TimeError(Fault(where, what, "write 1h, 90min or 1h30"))
        hours, minutes, bare, seconds_part = (float(part or 0) for part in match.groups())
        seconds = 3600.0 * hours + 60.0 * (minutes + bare) + seconds_part
    elif text == 0:
        return 0.0
    else:
        remedy = "write 1h, 90min or give a timedelta"
        raise TimeError(Fault(where, f"{text!r:.40} has no unit", remedy))
    if not (isfinite(seconds) and seconds >= 0):
        raise TimeError(Fault(where, f"{text} is not a duration", "give 0 or more"))
    return seconds


def to_local_seconds(local: datetime, zone: str, *, where: str = "time") -> float:
    """Read a wall-clock time of a zone as POSIX seconds.

    ``local`` is naive, as a clock on the wall shows it; ``zone`` an IANA name, whose own
    history holds.

    Raises
    ------
    TimeError
        If the clock never showed that time there, or showed it twice.

    Examples
    --------
    >>> from routesim.text.times import format_utc
    >>> monday = to_local_seconds(datetime(2023, 9, 11, 19), "Asia/Pyongyang")
    >>> format_utc(monday)
    '2023-09-11T10:00:00Z'
    """
    info = ZoneInfo(zone)
    early = local.replace(tzinfo=info, fold=0)
    late = local.replace(tzinfo=info, fold=1)
    if early.utcoffset() != late.utcoffset():
        exists = early.astimezone(UTC).astimezone(info).replace(tzinfo=None) == local
        shown = "was shown twice" if exists else "was never shown"
        what = f"{local.isoformat(sep=' ')} {shown} in {zone} (the clocks were changed)"
        raise TimeError(Fault(where, what, "give a window with an offset instead"))
    return parse_time(early, where=where)
