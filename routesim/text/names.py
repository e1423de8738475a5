"""Names as a reader knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def format_city(zone: str) -> str:
    """Name a zone by its city, as the label of a clock.

    Examples
    --------
    >>> format_city("Asia/Vladivostok"), format_city("America/New_York"), format_city("UTC")
    ('Vladivostok', 'New York', 'UTC')
    """
    return zone.rpartition("/")[2].replace("_", " ")


def format_visit(station: str, visit: int) -> str:
    """Name a passage by its station, with the number of the visit if not the first.

    Examples
    --------
    >>> format_visit("Baranovsky", 1), format_visit("Baranovsky", 2)
    ('Baranovsky', 'Baranovsky (2)')
    """
    return station if visit == 1 else f"{station} ({visit})"


def format_list(names: Sequence[str], word: str = "and") -> str:
    """Write names as a list in words.

    Examples
    --------
    >>> format_list(["C01", "C16", "C60"]), format_list(["direct"], "or")
    ('C01, C16 and C60', 'direct')
    """
    *most, last = names
    return f"{', '.join(most)} {word} {last}" if most else last
