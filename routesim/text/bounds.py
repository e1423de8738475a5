"""Sentences about the bounds of passages, stretches and origins."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from routesim.text.durations import (
    MINUTE_S,
    format_lapse,
    format_least_lapse,
    format_most_lapse,
)
from routesim.text.names import format_city, format_list
from routesim.text.times import format_local

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    SupportedTime = tuple[float, Sequence[str]]
    """Seconds, NaN if unbounded, and the clauses and assumptions that set them."""


NOT_CERTAIN = (
    "Not all of the best worlds were found. Others may allow earlier or later times, so these "
    "bounds are not certain."
)
MOST_NAMED = 3
"""Largest number of stations that are listed; of more, only the first and last are named."""


def format_condition(
    worlds: int, *, is_changed: bool, elsewhere: int = 0, is_complete: bool = True
) -> str:
    """Write the condition under which bounds hold: the worlds that they are over.

    ``is_changed`` says whether these worlds drop a report or read one otherwise. ``elsewhere``
    is the number of best worlds on other routes. If not ``is_complete``, other best worlds may
    exist.

    Examples
    --------
    >>> format_condition(1, is_changed=False), format_condition(2, is_changed=True)
    ('if every report is true', 'in each of the 2 best worlds')
    >>> format_condition(64, is_changed=True, is_complete=False)
    'in each of the 64 worlds found, which may not be all of the best ones'
    >>> format_condition(2, is_changed=True, elsewhere=4)
    'in each of the 2 best worlds on this route (4 more take other routes)'
    """
    if not is_complete:
        found = "the one world found" if worlds == 1 else f"each of the {worlds} worlds found"
        return f"in {found}, which may not be all of the best ones"
    route = ""
    if elsewhere:
        take = "takes another route" if elsewhere == 1 else "take other routes"
        route = f" on this route ({elsewhere} more {take})"
    if worlds > 1:
        return f"in each of the {worlds} best worlds{route}"
    return f"in the one best world{route}" if is_changed or route else "if every report is true"


def format_elsewhere(numbers: Sequence[int]) -> str:
    """Write which of the best worlds take other routes.

    Examples
    --------
    >>> format_elsewhere([5]), format_elsewhere([3, 4, 5])
    ('World 5 is as good, on another route.', 'Worlds 3 to 5 are as good, on other routes.')
    """
    if len(numbers) == 1:
        return f"World {numbers[0]} is as good, on another route."
    between = "and" if len(numbers) == 2 else "to"  # noqa: PLR2004
    return f"Worlds {numbers[0]} {between} {numbers[-1]} are as good, on other routes."


def format_origins(stations: Sequence[str]) -> str:
    """Write which stations may be the origin of the train, and what this means at the last.

    Examples
    --------
    >>> format_origins(["Khasan", "Makhalino"])
    'The origin of the train may be Khasan or Makhalino. The departure from Makhalino may be \
its start, and so be earlier than any arrival there.'
    >>> format_origins(["Sunchon", "Kaechon", "Sinanju", "Khasan"]).partition(". ")[0]
    'The origin of the train may be any of 4 stations, from Sunchon to Khasan'
    """
    names, last = format_list(stations, "or"), stations[-1]
    if len(stations) > MOST_NAMED:
        names = f"any of {len(stations)} stations, from {stations[0]} to {last}"
    return (
        f"The origin of the train may be {names}. The departure from {last} may be its start, "
        "and so be earlier than any arrival there."
    )


def format_start_condition(index: int, starts: Collection[int]) -> str:
    """Write on which origins the times at a passage depend; empty if on none.

    ``index`` and ``starts`` are indices of passages; ``starts`` are the possible origins.

    Examples
    --------
    >>> format_start_condition(3, {3, 5}), format_start_condition(4, {3, 5})
    ('if the train started there', 'if the train started there or before')
    >>> format_start_condition(5, {3, 5})
    ''
    """
    if index >= max(starts):
        return ""
    before = "" if index == min(starts) else " or before"
    return f"if the train started there{before}"


def format_departure(earliest_s: float, latest_s: float, zone: str) -> str:
    """Write the bounds of the departure time over all possible origins."""
    return (
        f"For any origin, the train departed between {format_local(earliest_s, zone)} and "
        f"{format_local(latest_s, zone)}, {format_city(zone)} time."
    )


def format_stretch(
    ends: tuple[str, str], km: float, *, least: SupportedTime, most: SupportedTime,
    standing: SupportedTime,
) -> str:  # fmt: skip
    """Write how long the train took between two places, and how long it stood there.

    Examples
    --------
    >>> format_stretch(("Khasan", "Khasan"), 0.0, least=(3719.0, ["C21.2"]),
    ...                most=(float("nan"), ()), standing=(0.0, ()))
    'The train stood at Khasan for at least 1 h 01 min (C21.2).'
    >>> format_stretch(("Tumangang", "Khasan"), 6.2, least=(14401.0, ["C13", "C16"]),
    ...                most=(float("nan"), ()), standing=(0.0, ()))
    'The train spent at least 4 h (C13, C16) between Tumangang and Khasan, 6 km.'
    """
    lapse = _format_ends(least, most)
    if not km:
        return f"The train stood at {ends[0]} for {lapse}."
    seconds, by = standing
    stood = ""
    if seconds >= MINUTE_S:
        stood = (
            f" It stood for at least {format_least_lapse(seconds)} of that if it ran no slower "
            f"than the slowest running speed reported ({', '.join(by)})."
        )
    return f"The train spent {lapse} between {ends[0]} and {ends[1]}, {km:.0f} km.{stood}"


def format_forced_speed(
    ends: tuple[str, str], km: float, kmh: float, *, by: Sequence[str], is_passed: bool
) -> str:
    """Write the least overall speed that two times require.

    ``is_passed`` says that the train passed the first place, whichever its origin.

    Examples
    --------
    >>> format_forced_speed(("Khasan", "Razdolnoye"), 240.0, 41.2, by=["C23"], is_passed=True)
    'The overall speed from Khasan to Razdolnoye (240 km) was at least 41 km/h (C23).'
    """
    came = "" if is_passed else f", if the train came from {ends[0]}"
    return (
        f"The overall speed from {ends[0]} to {ends[1]} ({km:.0f} km) was at least "
        f"{kmh:.0f} km/h ({', '.join(by)}){came}."
    )


def format_outside(event: str, place: str, seconds: float) -> str:
    """Write by how much a likely band lies outside the certain bounds of an event.

    Negative ``seconds`` mean that the band ends before the bounds begin.

    Examples
    --------
    >>> format_outside("arrive", "Khasan", -7200.0)
    'reaches Khasan (the band ends 2 h too early)'
    """
    verb = "reaches" if event == "arrive" else "leaves"
    side = "ends" if seconds < 0 else "begins"
    late = "early" if seconds < 0 else "late"
    return f"{verb} {place} (the band {side} {format_lapse(seconds)} too {late})"


def _format_ends(least: SupportedTime, most: SupportedTime) -> str:
    text = f"at least {format_least_lapse(least[0])} ({', '.join(least[1])})"
    if isnan(most[0]):
        return text
    return f"{text} and at most {format_most_lapse(most[0])} ({', '.join(most[1])})"
