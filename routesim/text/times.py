"""Times as text: in ISO 8601, and by the clock of a zone."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from math import ceil, floor, isfinite
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from routesim.text.durations import MINUTE_S
from routesim.text.names import format_city

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


ZONE_UTC = "UTC"
NO_TIME = "-"
"""Shown for a missing time."""


def is_missing(value: object) -> bool:
    """Return whether a value of a table is missing: None, NaN or NaT.

    Examples
    --------
    >>> [is_missing(value) for value in (None, float("nan"), 0.0, "")]
    [True, True, False, False]
    """
    # Only NaN and NaT differ from themselves. This avoids loading pandas.
    return value is None or value != value  # noqa: PLR0124


def to_datetime(seconds: float) -> datetime:
    """Return POSIX seconds as an aware UTC time, rounded to the millisecond."""
    return datetime.fromtimestamp(round(seconds, 3), tz=UTC)


def format_utc(seconds: float) -> str:
    """Write POSIX seconds as ISO 8601 in UTC with ``Z``, to the second."""
    return to_datetime(round(seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def format_iso(seconds: float, zone: str = ZONE_UTC) -> str:
    """Write POSIX seconds as ISO 8601 to the second, with the offset of a zone."""
    moment = to_datetime(round(seconds))
    if zone == ZONE_UTC:
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def format_local(seconds: float, zone: str) -> str:
    """Write POSIX seconds as a local day and clock time: ``Mon 11 Sep 19:00``.

    Examples
    --------
    >>> format_local(1_694_426_400.0, "Asia/Pyongyang")
    'Mon 11 Sep 19:00'
    """
    local = to_datetime(round(seconds / 60.0) * 60.0).astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def format_time(
    time: datetime | None, zone: str, to_whole: Callable[[float], float] = round
) -> str:
    """Write an aware time as a local day and clock time; a dash for a missing one.

    Examples
    --------
    >>> time = to_datetime(1_694_426_400.0)
    >>> format_time(time, "Asia/Vladivostok"), format_time(None, "Asia/Vladivostok")
    ('Mon 11 Sep 20:00', '-')
    >>> format_earliest(to_datetime(1_694_426_459.0), "Asia/Pyongyang")
    'Mon 11 Sep 19:00'
    >>> format_latest(to_datetime(1_694_426_401.0), "Asia/Pyongyang")
    'Mon 11 Sep 19:01'
    """
    if time is None or is_missing(time):
        return NO_TIME
    return format_local(to_whole(time.timestamp() / MINUTE_S) * MINUTE_S, zone)


format_earliest = partial(format_time, to_whole=floor)
"""Write a lower bound as a local day and clock time, rounded down to the minute."""
format_latest = partial(format_time, to_whole=ceil)
"""Write an upper bound as a local day and clock time, rounded up to the minute."""


def format_window(start_s: float, end_s: float, zone: str) -> str:
    """Write a window by the clock of a zone, with ``before`` or ``from`` if one-sided.

    Examples
    --------
    >>> format_window(1_694_426_400.0, 1_694_430_000.0, "Asia/Pyongyang")
    'Mon 11 Sep 19:00 to Mon 11 Sep 20:00'
    >>> format_window(float("-inf"), 1_694_430_000.0, "Asia/Pyongyang")
    'before Mon 11 Sep 20:00'
    >>> format_window(1_694_430_000.0, float("inf"), "Asia/Pyongyang")
    'from Mon 11 Sep 20:00'
    """
    if isfinite(start_s) and isfinite(end_s):
        start, end = format_local(start_s, zone), format_local(end_s, zone)
        return start if start == end else f"{start} to {end}"
    if isfinite(end_s):
        return f"before {format_local(end_s, zone)}"
    return f"from {format_local(start_s, zone)}" if isfinite(start_s) else "at any time"


def format_as_of(seconds: float, zone: str) -> str:
    """Write the time at which something had not happened yet.

    Examples
    --------
    >>> format_as_of(1_694_430_000.0, "Asia/Vladivostok")
    'as of Mon 11 Sep 21:00'
    """
    return f"as of {format_local(seconds, zone)}"


def format_offset(seconds: float, zones: Sequence[str]) -> str:
    """Write the offsets of zones from UTC at a time: ``UTC+9, UTC+10``."""
    named = []
    for zone in zones:
        offset = to_datetime(seconds).astimezone(ZoneInfo(zone)).utcoffset()
        hours = 0.0 if offset is None else offset.total_seconds() / 3600.0
        named.append(f"UTC{hours:+g}")
    return ", ".join(named)


def format_clock(seconds: float, zone: str) -> str:
    """Write POSIX seconds as a local time with its city and offset from UTC."""
    return f"{format_local(seconds, zone)} ({format_zone(zone, seconds)})"


def format_zone(zone: str, seconds: float) -> str:
    """Write the city of a zone and its offset from UTC at a time.

    Examples
    --------
    >>> format_zone("Asia/Pyongyang", 1_694_426_400.0), format_zone("UTC", 0.0)
    ('Pyongyang, UTC+9', 'UTC')
    """
    return (
        zone if zone == ZONE_UTC else f"{format_city(zone)}, {format_offset(seconds, [zone])}"
    )


def format_years(*times_s: float) -> str:
    """Write the UTC years of times: ``2023``, ``2023 and 2024``."""
    return " and ".join(dict.fromkeys(str(to_datetime(time_s).year) for time_s in times_s))
