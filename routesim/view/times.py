"""Times as the views show them: always with their day and their zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from routesim.text.durations import HOUR_S
from routesim.text.names import format_city
from routesim.text.times import (
    ZONE_UTC,
    format_local,
    format_offset,
    format_window,
    format_years,
    to_datetime,
)
from routesim.view.html.components import DASH
from routesim.view.html.markup import element, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Clock:
    """Time zone with its label and offsets.

    ``label`` is the name with the offset: ``Pyongyang (UTC+9)``, or ``UTC`` for UTC itself.
    ``offset`` names all offsets of the time span shown: ``UTC+2 then UTC+1``. ``steps`` holds
    each of them as a start (POSIX seconds, 0 for the first) and an offset in seconds.
    """

    zone: str
    label: str
    offset: str
    steps: tuple[tuple[int, int], ...]


def list_clocks(zones: Sequence[str], start_s: float, end_s: float) -> tuple[Clock, ...]:
    """Return the clocks of UTC and of the zones, with their offsets between two times."""
    names = dict.fromkeys((ZONE_UTC, *zones))
    return tuple(_make_clock(zone, start_s, end_s) for zone in names)


def make_clock_list(clocks: Iterable[Clock], write: Callable[[str], str]) -> Markup:
    """Write a list with one time per clock; ``write`` formats the time in a zone."""
    items = [
        element("li", element("span", clock.label, class_="clock"), " ", write(clock.zone))
        for clock in clocks
    ]
    return element("ul", *items, class_="clocks")


def make_time_span(start_s: float, end_s: float, zones: Sequence[str]) -> Markup:
    """Write a time or time span with its year, in UTC and each zone."""
    clocks = list_clocks(zones, start_s, end_s)
    times = make_clock_list(clocks, lambda zone: format_window(start_s, end_s, zone))
    return join([format_years(start_s, end_s), times])


def make_time_cells(
    times_s: Sequence[int | None], zone: str, class_: str = "num"
) -> list[Markup]:
    """Write one cell per time in a zone, with a dash for a missing time."""
    texts = [DASH if time_s is None else format_local(time_s, zone) for time_s in times_s]
    return [element("td", text, class_=class_) for text in texts]


def _make_clock(zone: str, start_s: float, end_s: float) -> Clock:
    steps = [(0, _get_offset_s(zone, start_s))]
    first_s = int(start_s // HOUR_S + 1) * HOUR_S
    for instant_s in range(first_s, int(end_s) + HOUR_S + 1, HOUR_S):
        offset_s = _get_offset_s(zone, instant_s)
        if offset_s != steps[-1][1]:
            steps.append((instant_s, offset_s))
    names = dict.fromkeys(format_offset(max(since, start_s), [zone]) for since, _ in steps)
    offset, city = " then ".join(names), format_city(zone)
    label = city if zone == ZONE_UTC else f"{city} ({offset})"
    return Clock(zone, label, offset, tuple(steps))


def _get_offset_s(zone: str, instant_s: float) -> int:
    offset = to_datetime(instant_s).astimezone(ZoneInfo(zone)).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())
