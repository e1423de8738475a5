"""Cells that several tables share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.cli.documents.records import PERCENTILES
from routesim.text.names import format_city, format_visit
from routesim.text.times import format_time

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["QUANTILES", "list_times", "make_event_row"]

QUANTILES = ("5 %", "50 %", "95 %")


def make_event_row(row: Any, event: str, times: Sequence[str]) -> list[str]:
    """Return the cells of an event at a passage: where, in how many draws, and when."""
    share = "" if row["share"] >= 1 else f"{row['share']:.0%}"
    name = format_visit(row["station"], row["visit"])
    return [f"{row['km']:.0f}", name, event, share, *times, format_city(row["tz"])]


def list_times(row: Any, event: str, prefix: str = "") -> list[str]:
    """Return the quantiles of an event by the clock of the place."""
    return [format_time(row[f"{prefix}{event}_{p}"], row["tz"]) for p in PERCENTILES]
