"""Counts, quantities, shares and probabilities as text."""

from __future__ import annotations

from math import inf, isfinite

from routesim.text.durations import format_lapse
from routesim.text.rounding import round_to

DIGITS = 6
"""Most decimals written; further ones are rounding errors of unit conversions."""
SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")
CHANCE_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Rounding steps of a probability; the first that is not below its error is used."""
RULE_OF_THREE = 3.0
"""Numerator of the rule of three.

An event that occurs in none of n independent draws has a probability below 3 / n with 95 %
confidence.
"""
LEAST_SHARE = 0.0005
MOST_SHARE = 0.995
"""Limits beyond which a rounded percentage would read 0 or 100."""


def format_count(count: int, one: str, many: str = "") -> str:
    """Write a number of things in figures: ``1 report``, ``2 reports``.

    Examples
    --------
    >>> format_count(1, "family", "families"), format_count(1200, "report")
    ('1 family', '1,200 reports')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def format_small_number(count: int) -> str:
    """Write a small number in words.

    Examples
    --------
    >>> format_small_number(3), format_small_number(12)
    ('three', '12')
    """
    return SMALL_NUMBERS[count] if count < len(SMALL_NUMBERS) else str(count)


def format_number(value: float) -> str:
    """Write a quantity with all the digits it was given with.

    Examples
    --------
    >>> format_number(46.5), format_number(1200.0), format_number(0.1 + 0.2)
    ('46.5', '1,200', '0.3')
    """
    text = f"{value:,.{DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def format_range(low: float, high: float) -> str:
    """Write a range of a quantity, as one number if its ends are equal.

    Examples
    --------
    >>> format_range(46.5, 47.5), format_range(50.0, 50.0), format_range(2.0, float("inf"))
    ('46.5 to 47.5', '50', 'at least 2')
    """
    start, end = format_number(low), format_number(high) if isfinite(high) else ""
    if not end:
        return f"at least {start}"
    return start if start == end else f"{start} to {end}"


def format_percent(share: float) -> str:
    """Write a share as a percentage with all the digits it was given with.

    Examples
    --------
    >>> format_percent(0.6), format_percent(1 / 8)
    ('60 %', '12.5 %')
    """
    return f"{format_number(100.0 * share)} %"


def format_whole_percent(share: float) -> str:
    """Write a share in whole per cent.

    Examples
    --------
    >>> format_whole_percent(0.294), format_whole_percent(0.001)
    ('29 %', '0 %')
    """
    return f"{100 * share:.0f} %"


def format_rounded(value: float, error: float) -> str:
    """Write a number without digits beyond its error.

    Examples
    --------
    >>> format_rounded(-18.7654, 0.03), format_rounded(-18.7654, 0.0)
    ('-18.75', '-18.7654')
    """
    return f"{round_to(value, error):.6g}"


def format_miss(miss_s: float | None, miss_km: float | None, miss_kmh: float | None) -> str:
    """Write the miss of a conflict in the first unit that is given, or nothing if none is.

    Examples
    --------
    >>> format_miss(21_600.0, None, None), format_miss(None, 12.34, None)
    ('6 h', '12.3 km')
    >>> format_miss(None, None, 5.0), format_miss(None, None, None)
    ('5.0 km/h', '')
    """
    if miss_s is not None:
        return format_lapse(miss_s)
    if miss_km is not None:
        return f"{miss_km:,.1f} km"
    return "" if miss_kmh is None else f"{miss_kmh:,.1f} km/h"


def format_share(share: float) -> str:
    """Write a share as a percentage, with one decimal below 10 %.

    Examples
    --------
    >>> format_share(0.46), format_share(0.0054), format_share(0.0)
    ('46 %', '0.5 %', 'none')
    """
    if share == 0:
        return "none"
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.1f} %"  # noqa: PLR2004


def format_rounded_share(share: float) -> str:
    """Write a share as a percentage that is never rounded to 0 or 100.

    Examples
    --------
    >>> [format_rounded_share(share) for share in (0.46, 0.0054, 0.0001, 0.0)]
    ['46 %', '0.5 %', 'under 0.1 %', 'none']
    >>> format_rounded_share(0.999), format_rounded_share(1.0)
    ('over 99 %', '100 %')
    """
    if 0.0 < share < LEAST_SHARE:
        return "under 0.1 %"
    if MOST_SHARE <= share < 1.0:
        return "over 99 %"
    return format_share(share)


def format_chance(chance: float, error: float, ess: float = inf) -> str:
    """Write a probability with no digit beyond its error, and never as 0 or 100 %.

    ``error`` is its Monte Carlo standard error and ``ess`` the effective sample size.

    Examples
    --------
    >>> format_chance(0.4567, 0.003), format_chance(0.4567, 0.03), format_chance(0.802, 0.0124)
    ('46 %', '45 %', '80 %')
    >>> format_chance(1.0, 0.0, 913.0), format_chance(0.0, 0.0, 281.0)
    ('over 99 %', 'under 2 %')
    """
    least = max(error, RULE_OF_THREE / ess)
    step = next((one for one in CHANCE_STEPS if one >= least), CHANCE_STEPS[-1])
    steps, whole = round(chance / step), round(1.0 / step)
    if steps <= 0:
        return f"under {100 * step:.0f} %"
    if steps >= whole:
        return f"over {100 * (1 - step):.0f} %"
    return f"{100 * step * steps:.0f} %"


def format_draw_share(share: float) -> str:
    """Write a share of the draws, or nothing if it is all of them.

    Examples
    --------
    >>> format_draw_share(0.294), format_draw_share(1.0)
    ('in 29 % of the draws', '')
    """
    return "" if share == 1.0 else f"in {format_rounded_share(share)} of the draws"
