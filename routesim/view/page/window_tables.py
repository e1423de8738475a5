"""Tables of windows: at a glance, at stops and reported places, and at every timing point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.journey import measure_windows
from routesim.likely import Posterior
from routesim.text import page as words
from routesim.text.quantities import format_draw_share
from routesim.text.times import format_local, format_years
from routesim.view.html.components import (
    make_grid,
    make_grouped_heads,
    make_heads,
    make_note,
    make_remark,
    make_table,
)
from routesim.view.html.markup import element, join
from routesim.view.times import make_time_cells
from routesim.view.windows import MeasuredEnsemble, find_key_indices, find_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

    from routesim.journey import Ensemble, Journey, PassageWindow
    from routesim.view.times import Clock


QUANTILES = ("5 %", "median", "95 %")
NO_TIMES = (None, None, None)


def make_glance_table(measured: MeasuredEnsemble, clocks: Sequence[Clock]) -> Markup:
    """Write the 90 % windows of the key passages, with one column per clock."""
    rows = []
    for index in measured.key_indices:
        window = measured.windows[index]
        event, times = choose_event(window, len(measured.windows))
        if times is None:
            continue
        verb = element("span", event, class_="event")
        head = element("th", verb, " ", window.name, make_share_note(window), scope="row")
        rows.append(element("tr", head, *[_make_glance_cell(times, clock) for clock in clocks]))
    years = format_years(*find_span(measured.ensemble))
    caption = f"Likely windows {measured.band}, 5 % to 95 %, and the median, {years}"
    heads = ["Event", *[clock.label for clock in clocks]]
    return make_table(caption, heads, rows, class_="glance", label="At a glance")


def make_route_tables(
    journey: Journey,
    measured: MeasuredEnsemble,
    others: Iterable[Ensemble],
    clocks: Sequence[Clock],
) -> Markup:
    """Write the windows of each route at stops and reported places.

    ``measured`` holds the default route, whose windows are also shown at every timing point.
    ``others`` holds draws of the other routes.
    """
    every = element(
        "details",
        element("summary", f"All {len(measured.windows)} timing points"),
        _make_full_table(
            measured.windows, clocks, journey.routes[measured.ensemble.route_id].title
        ),
        class_="all-points",
    )
    rest = [_make_route(journey, MeasuredEnsemble(ensemble), clocks) for ensemble in others]
    is_given = isinstance(measured.ensemble, Posterior) and measured.ensemble.reports_used
    note = make_note(words.OTHER_ROUTES) if rest and is_given else None
    return join([note, _make_route(journey, measured, clocks, every), *rest])


def make_share_note(window: PassageWindow) -> Markup | None:
    """Write the share of the draws that pass, unless all do."""
    return make_remark(format_draw_share(window.share))


def choose_event(window: PassageWindow, count: int) -> tuple[str, tuple[int, ...] | None]:
    """Return the event to show and its times, on a route of ``count`` passages."""
    if window.arrive is None:
        return "leaves", window.depart
    if window.stops or window.index == count - 1:
        return "reaches", window.arrive
    return "crosses" if window.passage.station.kind == "border" else "passes", window.arrive


def _make_glance_cell(times: tuple[int, ...], clock: Clock) -> Markup:
    low, median, high = (format_local(time, clock.zone) for time in times)
    return element(
        "td",
        element("span", low),
        element("span", " to ", class_="to"),
        element("span", high),
        element("span", f" median {median}", class_="median"),
        class_="num window",
        data_label=clock.label,
    )


def _make_route(
    journey: Journey,
    measured: MeasuredEnsemble,
    clocks: Sequence[Clock],
    every: Markup | None = None,
) -> Markup:
    """Write the windows of a route; a route with the table ``every`` is open at first."""
    ensemble, route = measured.ensemble, measured.ensemble.route
    places = {place for report in journey.reports for place in report.named_places}
    reported = [i for i, p in enumerate(route.passages) if p.station.name in places]
    keys = find_key_indices(route, (*ensemble.dwell_s, *reported))
    if measured.raw:
        windows = [measured.windows[index] for index in keys]
    else:
        windows = [window.rounded for window in measure_windows(ensemble, indices=keys)]
    title = journey.routes[ensemble.route_id].title
    turns = [
        words.format_turn(turn.station, is_known=turn.movement == "reverse")
        for turn in route.reversals_found
    ]
    summary = (element("span", title, class_="route-title"), make_remark(measured.band))
    return element(
        "details",
        element("summary", *summary),
        make_note(words.format_way(route.length_km, turns, len(clocks))),
        _make_key_table(windows, clocks, title),
        every,
        open=every is not None,
        class_="route-windows",
    )


def _make_key_table(
    windows: Sequence[PassageWindow], clocks: Sequence[Clock], title: str
) -> Markup:
    caption = "Windows at stops and reported places"
    heads = _make_heads("Clock", ("Arrives", "Departs"))
    bodies = [_make_key_rows(window, clocks) for window in windows]
    return make_grid(caption, heads, bodies, f"{caption}: {title}", class_="windows")


def _make_key_rows(window: PassageWindow, clocks: Sequence[Clock]) -> Markup:
    span, stop = len(clocks), make_remark("planned stop" if window.stops else "")
    place = [
        element("td", f"{window.passage.km:,.1f}", rowspan=span, class_="num km"),
        element(
            "th", window.name, stop, make_share_note(window), rowspan=span, scope="rowgroup"
        ),
    ]
    times = [*(window.arrive or NO_TIMES), *(window.depart or NO_TIMES)]
    rows = []
    for clock in clocks:
        head = element("th", clock.label, scope="row", class_="clock")
        rows.append(element("tr", *place, head, *make_time_cells(times, clock.zone)))
        place = []
    return element("tbody", *rows)


def _make_full_table(
    windows: Sequence[PassageWindow], clocks: Sequence[Clock], title: str
) -> Markup:
    rows = []
    for window in windows:
        times = window.arrive or window.depart or NO_TIMES
        cells = [
            element("td", f"{window.passage.km:,.1f}", class_="num km"),
            element("th", window.name, scope="row"),
            element("td", window.passage.line),
        ]
        for clock in clocks:
            cells += make_time_cells(times, clock.zone)
        rows.append(element("tr", *cells))
    return make_grid(
        "Arrival at every timing point (departure at the origin)",
        _make_heads("Line", [clock.label for clock in clocks]),
        [element("tbody", *rows)],
        f"Windows at all timing points: {title}",
        class_="windows full",
    )


def _make_heads(third: str, groups: Sequence[str]) -> list[list[Markup]]:
    km = make_heads(["km"], rowspan=2, class_="km")
    return make_grouped_heads(
        [*km, *make_heads(["Place", third], rowspan=2)], groups, QUANTILES
    )
