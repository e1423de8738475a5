"""Durations in words."""

from __future__ import annotations

from routesim.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

__all__ = [
    "format_duration",
    "format_hms",
    "format_lapse",
]

MINUTE_S = 60


def format_lapse(seconds: float) -> str:
    """Write a lapse of time in hours and minutes; short ones in seconds.

    Examples
    --------
    >>> format_lapse(62100), format_lapse(1), format_lapse(7200), format_lapse(300)
    ('17 h 15 min', '1 s', '2 h', '5 min')
    """
    whole = round(abs(seconds))
    if whole < MINUTE_S:
        return f"{whole} s"
    hours, minutes = divmod(round(whole / MINUTE_S), 60)
    parts = [f"{hours:,} h"] if hours else []
    if minutes or not hours:
        parts.append(f"{minutes} min")
    return " ".join(parts)


def format_duration(seconds: float) -> str:
    """Write a duration in hours and minutes.

    Examples
    --------
    >>> format_duration(3900.0), format_duration(-600.0)
    ('1 h 05 min', '-10 min')
    """
    sign = "-" if seconds <= -30 else ""  # noqa: PLR2004 (half a minute rounds to none)
    hours, minutes = divmod(round(abs(seconds) / 60.0), 60)
    if not hours:
        return f"{sign}{minutes} min"
    return f"{sign}{hours} h {minutes:02d} min" if minutes else f"{sign}{hours} h"


def format_hms(seconds: float) -> str:
    """Write a duration as h:mm:ss.

    Examples
    --------
    >>> format_hms(3725.4)
    '1:02:05'
    """
    whole = round(seconds)
    hours, rest = divmod(whole, int(SECONDS_PER_HOUR))
    minutes, left = divmod(rest, int(SECONDS_PER_MINUTE))
    return f"{hours}:{minutes:02d}:{left:02d}"
