"""Bounds of passages, stretches and starts in words."""

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
    from collections.abc import Sequence

    SupportedTime = tuple[float, Sequence[str]]
    """Seconds, NaN if open, and the clauses and assumptions that set them."""


MOST_NAMED = 3
"""The most stations that are named one by one; of more, the first and the last are."""


def format_no_world(route: str, conflict: Sequence[str] = ()) -> str:
    """Write that nothing is certain on a route, and what leaves no world.

    Examples
    --------
    >>> format_no_world("direct", ["C44", "length"])
    'By route direct no set of the reports can all be true: C44 and length contradict.'
    """
    why = f": {format_list(conflict)} contradict" if conflict else ""
    return f"By route {route} no set of the reports can all be true{why}."


def format_condition(worlds: int, *, is_changed: bool) -> str:
    """Write under which condition bounds are certain: which worlds they are of.

    ``is_changed`` says whether these drop a report or read one otherwise.

    Examples
    --------
    >>> format_condition(1, is_changed=False), format_condition(2, is_changed=True)
    ('if every report is true', 'in each of the 2 worlds that drop the fewest families')
    """
    if worlds > 1:
        return f"in each of the {worlds} worlds that drop the fewest families"
    changed = "in the one world that drops the fewest families"
    return changed if is_changed else "if every report is true"


def format_origins(stations: Sequence[str]) -> str:
    """Write from which stations the train may have departed.

    Examples
    --------
    >>> format_origins(["Khasan", "Makhalino"])
    'It may have set out from Khasan or Makhalino.'
    >>> format_origins(["Sunchon", "Kaechon", "Sinanju", "Khasan"])
    'It may have set out from any of 4 stations, Sunchon to Khasan.'
    """
    names = format_list(stations, "or")
    if len(stations) > MOST_NAMED:
        names = f"any of {len(stations)} stations, {stations[0]} to {stations[-1]}"
    return f"It may have set out from {names}."


def format_departure(earliest_s: float, latest_s: float, zone: str) -> str:
    """Write between when the train departed, wherever from."""
    return (
        f"Wherever from, it set out from {format_local(earliest_s, zone)} to "
        f"{format_local(latest_s, zone)}, {format_city(zone)} time."
    )


def format_stretch(
    ends: tuple[str, str], km: float, *, least: SupportedTime, most: SupportedTime,
    standing: SupportedTime,
) -> str:  # fmt: skip
    """Write how long the train took between two places, and how much of it it stood.

    Examples
    --------
    >>> format_stretch(("Khasan", "Khasan"), 0.0, least=(3719.0, ["C21.2"]),
    ...                most=(float("nan"), ()), standing=(0.0, ()))
    'It stood at Khasan for at least 1 h 1 min (C21.2).'
    >>> format_stretch(("Tumangang", "Khasan"), 6.2, least=(14401.0, ["C13", "C16"]),
    ...                most=(float("nan"), ()), standing=(0.0, ()))
    'It spent at least 4 h (C13, C16) between Tumangang and Khasan, 6 km.'
    """
    lapse = _format_ends(least, most)
    if not km:
        return f"It stood at {ends[0]} for {lapse}."
    seconds, by = standing
    stood = ""
    if seconds >= MINUTE_S:
        stood = (
            f"; of that it stood for at least {format_least_lapse(seconds)}, at the slowest "
            f"running speed reported ({', '.join(by)})"
        )
    return f"It spent {lapse} between {ends[0]} and {ends[1]}, {km:.0f} km{stood}."


def format_forced_speed(
    ends: tuple[str, str], km: float, kmh: float, *, by: Sequence[str], is_passed: bool
) -> str:
    """Write the overall speed that two times force; ``is_passed``: wherever it departed.

    Examples
    --------
    >>> format_forced_speed(("Khasan", "Razdolnoye"), 240.0, 41.2, by=["C23"], is_passed=True)
    'From Khasan to Razdolnoye (240 km) it made at least 41 km/h, stops included (C23).'
    """
    came = "" if is_passed else " if it came from there"
    return (
        f"From {ends[0]} to {ends[1]} ({km:.0f} km) it made at least {kmh:.0f} km/h, stops "
        f"included{came} ({', '.join(by)})."
    )


def format_outside(event: str, place: str, seconds: float) -> str:
    """Write by how much a likely band lies outside what is certain; negative: before it.

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
