"""Tables of windows for the page: at a glance, at the planned stops, and everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.journey import measure_windows
from routesim.text.quantities import format_small_number
from routesim.text.times import format_local, format_years
from routesim.view.html.components import DASH, make_note, make_scroll_region
from routesim.view.html.markup import Markup, element, join
from routesim.view.times import format_draw_share
from routesim.view.windows import MeasuredEnsemble, find_key_indices, find_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.journey import Ensemble, Journey, PassageWindow
    from routesim.view.times import Clock


QUANTILES = ("5 %", "median", "95 %")


def make_glance_table(measured: MeasuredEnsemble, clocks: Sequence[Clock]) -> Markup:
    """Write the 90 % windows of the key passages: a row a place, a column a clock."""
    windows = measured.windows
    rows = []
    for index in measured.key_indices:
        window = windows[index]
        event, times = choose_event(window, len(windows))
        if times is None:
            continue
        cells = [
            element(
                "td",
                element("span", format_local(times[0], clock.zone)),
                element("span", " to ", class_="to"),
                element("span", format_local(times[-1], clock.zone)),
                element(
                    "span", f" median {format_local(times[1], clock.zone)}", class_="median"
                ),
                class_="num window",
                data_label=clock.label,
            )
            for clock in clocks
        ]
        verb = element("span", event, class_="event")
        head = element("th", verb, " ", window.name, make_share_note(window), scope="row")
        rows.append(element("tr", head, *cells))
    columns = [element("th", "Event", scope="col")]
    columns += [element("th", clock.label, scope="col") for clock in clocks]
    return element(
        "table",
        element(
            "caption",
            f"Likely windows {measured.band}, 5 % to 95 %, and the median, "
            f"{format_years(*find_span(measured.ensemble))}",
        ),
        element("thead", element("tr", *columns)),
        element("tbody", *rows),
        class_="glance",
    )


def make_route_tables(
    journey: Journey,
    measured: MeasuredEnsemble,
    others: Iterable[Ensemble],
    clocks: Sequence[Clock],
) -> Markup:
    """Write, for each route, the windows at stops and reported places.

    Parameters
    ----------
    measured
        Of the default route; its windows are shown at every timing point.
    others
        Draws of the other routes.
    """
    full = _make_full_table(measured.windows, clocks)
    title = journey.routes[measured.ensemble.route_id].title
    every = element(
        "details",
        element("summary", f"All {len(measured.windows)} timing points"),
        make_scroll_region(full, f"Windows at all timing points: {title}"),
        class_="all-points",
    )
    parts = [_make_route(journey, measured, clocks, every, is_open=True)]
    parts += [
        _make_route(journey, MeasuredEnsemble(ensemble), clocks, is_open=False)
        for ensemble in others
    ]
    return join(parts)


def _make_route(
    journey: Journey,
    measured: MeasuredEnsemble,
    clocks: Sequence[Clock],
    every: Markup | None = None,
    *,
    is_open: bool,
) -> Markup:
    ensemble = measured.ensemble
    route = ensemble.route
    places = {place for report in journey.reports for place in report.named_places}
    reported = [i for i, p in enumerate(route.passages) if p.station.name in places]
    keys = find_key_indices(route, (*ensemble.dwell_s, *reported))
    windows = (
        [measured.windows[i] for i in keys]
        if measured.raw
        else [window.rounded for window in measure_windows(ensemble, indices=keys)]
    )
    table = _make_key_table(windows, clocks)
    title = journey.routes[ensemble.route_id].title
    return element(
        "details",
        element(
            "summary",
            element("span", title, class_="route-title"),
            element("span", f" {measured.band}", class_="note"),
        ),
        make_note(_format_way(ensemble, len(clocks))),
        make_scroll_region(table, f"Windows at stops and reported places: {title}"),
        every,
        open=is_open,
        class_="route-windows",
    )


def make_share_note(window: PassageWindow) -> Markup | None:
    """Write what share of the draws passes here, where not all do."""
    share = format_draw_share(window.share)
    return element("span", f" {share}", class_="note") if share else None


def choose_event(window: PassageWindow, count: int) -> tuple[str, tuple[int, ...] | None]:
    """Return the event that is shown of a passage, of ``count`` of the route, and its times."""
    if window.arrive is None:
        return "leaves", window.depart
    if window.stops or window.index == count - 1:
        return "reaches", window.arrive
    return "crosses" if window.passage.station.kind == "border" else "passes", window.arrive


def _format_way(ensemble: Ensemble, clocks: int) -> str:
    route = ensemble.route
    turns = [
        f"reverses at {turn.station}"
        if turn.movement == "reverse"
        else f"how it turns at {turn.station} is not known"
        for turn in route.reversals_found
    ]
    way = "; ".join([f"{route.length_km:,.0f} km", *turns])
    return (
        f"{way}. Arrival and departure are each told by {format_small_number(clocks)} "
        f"clock{'s' * (clocks != 1)}. A train that does not stop departs as it arrives."
    )


def _make_key_table(windows: Sequence[PassageWindow], clocks: Sequence[Clock]) -> Markup:
    groups = [element("th", "km", scope="col", rowspan=2, class_="km")]
    groups += [element("th", text, scope="col", rowspan=2) for text in ("Place", "Clock")]
    groups += [
        element("th", text, scope="colgroup", colspan=3) for text in ("Arrives", "Departs")
    ]
    levels = [element("th", level, scope="col") for level in QUANTILES * 2]
    bodies = [_make_key_rows(window, clocks) for window in windows]
    return element(
        "table",
        element("caption", "Windows at stops and reported places"),
        element("thead", element("tr", *groups), element("tr", *levels)),
        *bodies,
        class_="windows",
    )


def _make_key_rows(window: PassageWindow, clocks: Sequence[Clock]) -> Markup:
    rows = []
    for number, clock in enumerate(clocks):
        cells = [element("th", clock.label, scope="row", class_="clock")]
        if number == 0:
            note = make_share_note(window)
            stop = element("span", " planned stop", class_="note") if window.stops else None
            span = len(clocks)
            cells = [
                element("td", f"{window.passage.km:,.1f}", rowspan=span, class_="num km"),
                element("th", window.name, stop, note, rowspan=span, scope="rowgroup"),
                *cells,
            ]
        for times in (window.arrive, window.depart):
            cells += _make_time_cells(times, clock)
        rows.append(element("tr", *cells))
    return element("tbody", *rows)


def _make_full_table(windows: Sequence[PassageWindow], clocks: Sequence[Clock]) -> Markup:
    groups = [element("th", "km", scope="col", rowspan=2, class_="km")]
    groups += [element("th", text, scope="col", rowspan=2) for text in ("Place", "Line")]
    groups += [element("th", clock.label, scope="colgroup", colspan=3) for clock in clocks]
    levels = [element("th", level, scope="col") for level in QUANTILES * len(clocks)]
    rows = []
    for window in windows:
        times = window.arrive or window.depart
        cells = [element("td", f"{window.passage.km:,.1f}", class_="num km")]
        cells.append(element("th", window.name, scope="row"))
        cells.append(element("td", window.passage.line))
        for clock in clocks:
            cells += _make_time_cells(times, clock)
        rows.append(element("tr", *cells))
    caption = "Arrival at every timing point (at the origin: departure)"
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *groups), element("tr", *levels)),
        element("tbody", *rows),
        class_="windows full",
    )


def _make_time_cells(times: tuple[int, ...] | None, clock: Clock) -> list[Markup]:
    if times is None:
        return [element("td", DASH, class_="num") for _ in QUANTILES]
    return [element("td", format_local(time, clock.zone), class_="num") for time in times]
