"""Times by several clocks, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.times import format_local, format_years
from routesim.view.html.markup import Markup, element, join
from routesim.view.times import list_clocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from routesim.view.times import Clock


def make_clock_list(clocks: Iterable[Clock], write: Callable[[str], str]) -> Markup:
    """Write a time by each of some clocks; ``write`` gives it by the clock of a zone."""
    items = [
        element("li", element("span", clock.label, class_="clock"), " ", write(clock.zone))
        for clock in clocks
    ]
    return element("ul", *items, class_="clocks")


def make_time_span(start_s: float, end_s: float, zones: Sequence[str]) -> Markup:
    """Write a span of time, or an instant, with its year and by the clocks of zones."""

    def write(zone: str) -> str:
        start, end = format_local(start_s, zone), format_local(end_s, zone)
        return start if start == end else f"{start} to {end}"

    clocks = make_clock_list(list_clocks(zones, start_s, end_s), write)
    return join([format_years(start_s, end_s), clocks])
