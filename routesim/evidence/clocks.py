"""Reading of times, durations and local clocks as POSIX seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf, isfinite, isinf
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
"""Latest accepted time. A time beyond it, or before the earliest, is taken as a mistake."""


@dataclass(frozen=True, slots=True)
class Window(Answer):
    """A half-open interval of time: ``start_s <= t < end_s``.

    Parameters
    ----------
    start_s : float, default -inf
        The beginning, in POSIX seconds. Minus infinity means no beginning.
    end_s : float, default inf
        The end, in POSIX seconds. Infinity means no end.

    Raises
    ------
    TimeError
        If ``start_s`` is not before ``end_s``.

    Examples
    --------
    >>> from datetime import datetime
    >>> import routesim as rs
    >>> noon = datetime.fromisoformat("2023-09-12T12:00+10:00")
    >>> window = rs.Window(noon.timestamp(), noon.timestamp() + 3600)
    >>> window.end.isoformat()
    '2023-09-12T03:00:00+00:00'
    >>> rs.Window(start_s=noon.timestamp()).to_dict()
    {'from': '2023-09-12T02:00:00Z', 'to': None}
    """

    start_s: float = -inf
    end_s: float = inf
    json_keys = ("from=start", "to=end")

    def __post_init__(self) -> None:
        """Refuse an empty window."""
        if not self.start_s < self.end_s:
            raise TimeError("a window must begin before it ends")

    @property
    def start(self) -> datetime | None:
        """The beginning as an aware datetime in UTC; None if it is minus infinity."""
        return to_datetime(self.start_s) if isfinite(self.start_s) else None

    @property
    def end(self) -> datetime | None:
        """The end as an aware datetime in UTC; None if it is infinity."""
        return to_datetime(self.end_s) if isfinite(self.end_s) else None

    def overlaps(self, start_s: float, end_s: float) -> bool:
        """Return whether the window overlaps the closed interval ``start_s <= t <= end_s``.

        Parameters
        ----------
        start_s : float
            The beginning of the interval, in POSIX seconds; may be minus infinity.
        end_s : float
            The end of the interval, in POSIX seconds; may be infinity.

        Returns
        -------
        bool
            True if a time lies in both. The window includes its start but not its end.

        Examples
        --------
        >>> import routesim as rs
        >>> window = rs.Window(0.0, 3600.0)
        >>> window.overlaps(1800.0, 7200.0), window.overlaps(3600.0, 7200.0)
        (True, False)
        """
        return start_s < self.end_s and end_s >= self.start_s


def parse_time(text: str | datetime, *, where: str = "time") -> float:
    """Read a time with an offset as POSIX seconds.

    The time is an aware datetime or ISO 8601 text with an offset or ``Z``, such as
    ``2023-09-11T19:00+09:00``. Error messages name ``where``.

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

    A duration is text such as ``1h``, ``90min``, ``1h30``, ``1h30min``, ``1.5h`` or ``45s``, a
    timedelta, or 0. Any other number is refused, because it has no unit. Error messages name
    ``where``.

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


def reread_window(window: Window, zones: tuple[str, str], *, days: int = 0) -> Window:
    """Return the window that the same words mean by another clock.

    ``zones`` has the zone in which the words were read, and the one in which they are read now.
    They are read as if the words named a day that is ``days`` later.

    Examples
    --------
    >>> early = parse_time("2023-09-12T06:00+10:00")
    >>> read = reread_window(Window(early), ("Asia/Vladivostok", "Asia/Seoul"), days=1)
    >>> read.start_s - early == 25 * 3600
    True
    """
    stated, wanted = map(ZoneInfo, zones)

    def move(seconds: float) -> float:
        if isinf(seconds):
            return seconds
        wall = to_datetime(seconds).astimezone(stated).replace(tzinfo=None)
        return (wall + timedelta(days=days)).replace(tzinfo=wanted).timestamp()

    return Window(move(window.start_s), move(window.end_s))


def to_local_seconds(local: datetime, zone: str, *, where: str = "time") -> float:
    """Read a local clock time as POSIX seconds.

    ``local`` is a naive datetime, and ``zone`` the IANA name of the time zone of the clock.
    Error messages name ``where``.

    Raises
    ------
    TimeError
        If the clock skipped that time or showed it twice, or it is outside 1800 to 2200.

    Examples
    --------
    >>> from routesim.text.times import format_utc
    >>> format_utc(to_local_seconds(datetime(2023, 9, 11, 19), "Asia/Pyongyang"))
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
