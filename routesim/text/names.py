"""Names of zones, stations and keys, and lists of names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def format_city(zone: str) -> str:
    """Return the city of a time zone, the label of its clock.

    Examples
    --------
    >>> format_city("Asia/Vladivostok"), format_city("America/New_York"), format_city("UTC")
    ('Vladivostok', 'New York', 'UTC')
    """
    return zone.rpartition("/")[2].replace("_", " ")


def format_stop(name: str) -> str:
    """Return the name of a station within a sentence, quoted if it is a number.

    Examples
    --------
    >>> format_stop("Khasan"), format_stop("9232 km")
    ('Khasan', 'stop "9232 km"')
    """
    return f'stop "{name}"' if name[:1].isdigit() else name


def format_visit(station: str, visit: int) -> str:
    """Return the name of a station, with the number of the visit from the second on.

    Examples
    --------
    >>> format_visit("Baranovsky", 1), format_visit("Baranovsky", 2)
    ('Baranovsky', 'Baranovsky (2)')
    """
    return station if visit == 1 else f"{station} ({visit})"


def format_list(names: Sequence[str], word: str = "and") -> str:
    """Join names with commas and a last "and".

    Examples
    --------
    >>> format_list(["C01", "C16", "C60"]), format_list(["direct"], "or")
    ('C01, C16 and C60', 'direct')
    """
    *most, last = names
    return f"{', '.join(most)} {word} {last}" if most else last


def format_unused(key: str, lines: Sequence[str]) -> str:
    """Write that a key of a plan has no effect, with the lines whose rows have it.

    Examples
    --------
    >>> format_unused("plan.standing.halts", ["Pyongra", "Hambuk"])
    'plan.standing.halts has no effect (Pyongra, Hambuk); it can be removed'
    """
    return f"{key} has no effect ({', '.join(lines)}); it can be removed"
