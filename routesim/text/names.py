"""Names as a reader knows them."""

from __future__ import annotations

__all__ = ["format_city"]


def format_city(zone: str) -> str:
    """Name a zone by its city, as a clock on the wall would be labelled."""
    return zone.rpartition("/")[2].replace("_", " ")
