"""Table cells that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.journey.windows import EVENTS
from routesim.text.names import format_city
from routesim.text.quantities import format_whole_percent
from routesim.text.times import NO_TIME, format_earliest, format_latest, format_local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from routesim.journey import PassageWindow


QUANTILES = ("5 %", "50 %", "95 %")


def list_event_rows(
    windows: Iterable[PassageWindow], certain: pd.DataFrame | None = None
) -> Iterator[list[str]]:
    """List the cells of each event: the place, the share of the draws and the times.

    Arrival and departure share one row if the train does not stop. With the frame of the
    certain bounds the likely times are placed between the earliest and the latest time.
    """
    for window in windows:
        zone = window.passage.station.tz
        share = "" if window.share >= 1 else format_whole_percent(window.share)
        shown: list[str] = []
        for event in EVENTS:
            times = list_times(window, event)
            if times[0] == NO_TIME or times == shown:
                continue
            cells = shown = times
            if certain is not None:
                bounds = certain.iloc[window.index]
                earliest = format_earliest(bounds[f"{event}_earliest"], zone)
                cells = [earliest, *times, format_latest(bounds[f"{event}_latest"], zone)]
            place = [f"{window.passage.km:.0f}", window.name, event, share]
            yield [*place, *cells, format_city(zone)]


def list_times(window: PassageWindow, event: str) -> list[str]:
    """Return the quantiles of an event in local time, rounded to their errors."""
    times = getattr(window.rounded, event)
    if times is None:
        return [NO_TIME] * len(window.levels)
    return [format_local(time, window.passage.station.tz) for time in times]
