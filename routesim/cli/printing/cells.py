"""Cells that several tables share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.journey.windows import EVENTS
from routesim.text.names import format_city
from routesim.text.times import NO_TIME, format_local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.journey import PassageWindow


QUANTILES = ("5 %", "50 %", "95 %")


def list_events(window: PassageWindow) -> dict[str, list[str]]:
    """Return the times of each event; a train that does not stop departs as it arrives."""
    times = {event: list_times(window, event) for event in EVENTS}
    if times["depart"] == times["arrive"]:
        del times["depart"]
    return {event: cells for event, cells in times.items() if cells[0] != NO_TIME}


def make_event_row(window: PassageWindow, event: str, times: Sequence[str]) -> list[str]:
    """Return the cells of an event at a passage: where, in how many draws, and when."""
    share = "" if window.share >= 1 else f"{window.share:.0%}"
    zone = window.passage.station.tz
    return [f"{window.passage.km:.0f}", window.name, event, share, *times, format_city(zone)]


def list_times(window: PassageWindow, event: str) -> list[str]:
    """Return the quantiles of an event by the clock of the place, rounded to their errors."""
    times = getattr(window.rounded, event)
    if times is None:
        return [NO_TIME] * len(window.levels)
    return [format_local(time, window.passage.station.tz) for time in times]
