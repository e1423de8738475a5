"""Durations in words.

``format_lapse`` is for exact results, down to the second. ``format_duration`` is for results
of draws, in whole minutes and with a sign.
"""

from __future__ import annotations

from math import ceil, floor, isnan

MINUTE_S = 60
HOUR_S = 3600


def format_lapse(seconds: float) -> str:
    """Write the size of a duration in hours and minutes, in seconds below a minute.

    Examples
    --------
    >>> format_lapse(62100), format_lapse(1), format_lapse(7200), format_lapse(11100)
    ('17 h 15 min', '1 s', '2 h', '3 h 05 min')
    """
    whole = round(abs(seconds))
    if whole < MINUTE_S:
        return f"{whole} s"
    return _format_minutes(round(whole / MINUTE_S))


def format_exact_lapse(seconds: float) -> str:
    """Write the size of a duration down to the second, rounded up.

    Examples
    --------
    >>> format_exact_lapse(361), format_exact_lapse(21601), format_exact_lapse(7200)
    ('6 min 1 s', '6 h 1 s', '2 h')
    """
    minutes, rest = divmod(ceil(abs(seconds)), MINUTE_S)
    if not rest:
        return _format_minutes(minutes) if minutes else "0 s"
    return f"{_format_minutes(minutes)} {rest} s" if minutes else f"{rest} s"


def format_least_lapse(seconds: float) -> str:
    """Write a lower bound of a duration, rounded down to the minute.

    Examples
    --------
    >>> format_least_lapse(3719.0), format_least_lapse(59.9)
    ('1 h 01 min', '59 s')
    """
    step = 1 if seconds < MINUTE_S else MINUTE_S
    return format_lapse(floor(seconds / step) * step)


def format_most_lapse(seconds: float) -> str:
    """Write an upper bound of a duration, rounded up to the minute.

    Examples
    --------
    >>> format_most_lapse(3661.0), format_most_lapse(59.9)
    ('1 h 02 min', '1 min')
    """
    return format_lapse(ceil(seconds / MINUTE_S) * MINUTE_S)


def format_duration(seconds: float) -> str:
    """Write a signed duration in hours and minutes.

    Examples
    --------
    >>> format_duration(3900.0), format_duration(-600.0)
    ('1 h 05 min', '-10 min')
    """
    sign = "-" if seconds <= -30 else ""  # noqa: PLR2004 (less rounds to 0)
    return sign + _format_minutes(round(abs(seconds) / MINUTE_S))


def _format_minutes(count: int) -> str:
    """Write a number of minutes in hours and minutes, the minutes with two digits."""
    hours, minutes = divmod(count, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours:,} h {minutes:02d} min" if minutes else f"{hours:,} h"


def format_hms(seconds: float) -> str:
    """Write a duration as ``h:mm:ss``.

    Examples
    --------
    >>> format_hms(3725.4)
    '1:02:05'
    """
    hours, rest = divmod(round(seconds), HOUR_S)
    minutes, left = divmod(rest, MINUTE_S)
    return f"{hours}:{minutes:02d}:{left:02d}"


def format_signed_hours(seconds: float) -> str:
    """Write a difference of times in signed hours; a dash for NaN.

    Examples
    --------
    >>> [format_signed_hours(seconds) for seconds in (5400.0, -360.0, float("nan"))]
    ['+1.5', '-0.1', '-']
    """
    return "-" if isnan(seconds) else f"{seconds / HOUR_S:+.1f}"
