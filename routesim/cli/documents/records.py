"""Rows, times and windows of frames as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.text.times import format_utc, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
else:
    pd = lazy_loader.load("pandas")

__all__ = [
    "EVENTS",
    "PERCENTILES",
    "iterate_rows",
    "list_records",
    "make_json_as_of",
    "make_json_time",
    "make_json_window",
]

EVENTS = ("arrive", "depart")
PERCENTILES = ("p05", "p50", "p95")


def iterate_rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Iterate over the rows of a frame as mappings."""
    for _, row in frame.iterrows():
        yield row


def list_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as JSON objects, times as text and gaps as null."""
    return [
        {str(key): _make_value(value) for key, value in row.items()}
        for row in frame.to_dict("records")
    ]


def make_json_time(value: Any) -> str | None:
    """Return a pandas time as ISO 8601 in UTC with Z; null if it is missing."""
    return None if is_missing(value) else format_utc(value.timestamp())


def make_json_window(row: Any, event: str, prefix: str = "") -> dict[str, str | None]:
    """Return the quantiles of an event as a JSON object."""
    return {p: make_json_time(row[f"{prefix}{event}_{p}"]) for p in PERCENTILES}


def make_json_as_of(as_of_s: float) -> str | None:
    """Return the time by which reports had to be known; null if there was none."""
    return format_utc(as_of_s) if isfinite(as_of_s) else None


def _make_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return make_json_time(value)
    if isinstance(value, str | Mapping | list | tuple) or value is None:
        return value
    return None if value is pd.NA else value
