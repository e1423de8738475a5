"""What is certain of passages: bounds beside what is likely, and who holds each bound."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from routesim.likely import Posterior
from routesim.text.bounds import format_outside
from routesim.text.names import format_city
from routesim.text.times import ZONE_UTC, format_local
from routesim.view.html.components import DASH, make_scroll_region
from routesim.view.html.links import link_names
from routesim.view.html.markup import Markup, element
from routesim.view.times import format_draw_share, format_offsets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routesim.certain import Bounds
    from routesim.certain.bounds import BoundEnd
    from routesim.journey import PassageWindow
    from routesim.view.findings import Findings
    from routesim.view.times import Clock
    from routesim.view.windows import MeasuredEnsemble


MINUTE_S = 60
EVENTS = ("arrive", "depart")
ENDS = ("earliest", "latest")
OPEN = "open"
"""An end that nothing bounds."""

CAPTION = "What is certain at the reported places"
GROUPS = ("Certain: reaches", "Certain: leaves", "Likely: reaches", "Likely: leaves")
LEVELS = ("no earlier", "no later", "no earlier", "no later", "5 %", "95 %", "5 %", "95 %")
KNOWS_NONE = "because the priors know no report"
BELIEVES_LESS = "because a report that holds the bound is hardly believed, or gives at its ends"


def list_bounded(bounds: Bounds) -> list[int]:
    """Return the key passages that are bounded on any side."""
    return [
        index
        for index in bounds.key_passages
        if any(
            bounds.get_end(index, event, end).seconds is not None
            for event in EVENTS
            for end in ENDS
        )
    ]


def choose_headlines(bounds: Bounds) -> list[int]:
    """Choose the border and the last reported place that is bounded on both sides."""
    route = bounds.route
    both = [
        index
        for index in bounds.key_passages
        if all(bounds.get_end(index, "arrive", end).seconds is not None for end in ENDS)
    ]
    borders = [i for i in both if route.passages[i].station.kind == "border"]
    return sorted({*borders[:1], *both[-1:]})


def format_bounds(bounds: Bounds, index: int) -> str:
    """Format between when a passage was reached, by its own clock and in UTC."""
    passage = bounds.route.passages[index]
    low = bounds.get_end(index, "arrive", "earliest").seconds or 0.0
    high = bounds.get_end(index, "arrive", "latest").seconds or 0.0
    zone = passage.station.tz
    verb = "crossed" if passage.station.kind == "border" else "reached"
    own, utc = (
        (_format_end(low, clock, "earliest"), _format_end(high, clock, "latest"))
        for clock in (zone, ZONE_UTC)
    )
    offset = format_offsets(zone, low, high)
    return (
        f"{verb} {passage.station.name} between {own[0]} and {own[1]} {format_city(zone)} time "
        f"({offset}; {utc[0]} to {utc[1]} UTC)"
    )


def make_passage_table(
    findings: Findings,
    measured: MeasuredEnsemble,
    clocks: Sequence[Clock],
    indices: Sequence[int],
) -> Markup:
    """Write the bounds of passages beside their likely windows: a row a clock."""
    groups = [element("th", text, scope="colgroup", colspan=2) for text in GROUPS]
    table = element(
        "table",
        element("caption", f"{CAPTION}, beside what is likely {measured.band}"),
        element(
            "thead",
            element("tr", element("th", "Place, clock", scope="col", rowspan=2), *groups),
            element("tr", *[element("th", level, scope="col") for level in LEVELS]),
        ),
        *[_make_passage(findings, measured, clocks, index) for index in indices],
        class_="windows bounds",
    )
    return make_scroll_region(table, CAPTION)


def make_disagreements(
    findings: Findings, measured: MeasuredEnsemble, indices: Sequence[int]
) -> Markup | None:
    """Write where the likely band lies wholly outside what is certain."""
    texts = [
        text
        for index in indices
        for text in _list_disagreements(findings.bounds, measured.windows[index])
    ]
    if not texts:
        return None
    return element(
        "p",
        "Here the likely band lies wholly outside what is certain, "
        f"{BELIEVES_LESS if is_given_reports(measured) else KNOWS_NONE}: the train "
        f"{'; '.join(texts)}. There, trust what is certain, as far as the reports that hold it "
        "are to be trusted.",
        class_="apart",
    )


def is_given_reports(measured: MeasuredEnsemble) -> bool:
    """Return whether windows are those of a posterior."""
    return isinstance(measured.ensemble, Posterior)


def _format_end(seconds: float | None, zone: str, end: str) -> str:
    """Format an end of a bound by a clock, rounded outwards to the minute."""
    if seconds is None:
        return OPEN
    turn = floor if end == "earliest" else ceil
    return format_local(turn(seconds / MINUTE_S) * MINUTE_S, zone)


def _make_passage(
    findings: Findings, measured: MeasuredEnsemble, clocks: Sequence[Clock], index: int
) -> Markup:
    bounds, window = findings.bounds, measured.windows[index]
    ends = [(bounds.get_end(index, event, end), end) for event in EVENTS for end in ENDS]
    hidden = _list_hidden(bounds, index)
    place = element(
        "th",
        window.name,
        element("span", f" km {window.passage.km:,.1f}", class_="note num"),
        _make_share_note(window),
        scope="rowgroup",
        colspan=9,
    )
    rows = [element("tr", place)]
    for clock in clocks:
        cells = [
            DASH if number in hidden else _format_end(one.seconds, clock.zone, end)
            for number, (one, end) in enumerate(ends)
        ]
        rows.append(
            element(
                "tr",
                element("th", clock.label, scope="row", class_="clock"),
                *[element("td", cell, class_="num") for cell in cells],
                *_make_likely_cells(window, clock),
            )
        )
    rows.append(_make_holders(findings, [one for one, _ in ends]))
    return element("tbody", *rows)


def _make_share_note(window: PassageWindow) -> Markup | None:
    """Write on what share of the draws the likely columns are based, if not on all."""
    share = format_draw_share(window.share)
    return element("span", f" likely: {share}", class_="note") if share else None


def _list_hidden(bounds: Bounds, index: int) -> set[int]:
    """Return the ends of events that do not happen: reaching the start, leaving the end."""
    if index == 0:
        return {0, 1}
    return {2, 3} if index == len(bounds.route.passages) - 1 else set()


def _make_likely_cells(window: PassageWindow, clock: Clock) -> list[Markup]:
    cells = []
    for times in (window.arrive, window.depart):
        texts = [DASH] * 2
        if times is not None:
            texts = [format_local(time, clock.zone) for time in (times[0], times[-1])]
        cells += [element("td", text, class_="num likely") for text in texts]
    return cells


def _make_holders(findings: Findings, ends: Sequence[BoundEnd]) -> Markup:
    return element(
        "tr",
        element("th", "held by", scope="row", class_="clock"),
        *[element("td", link_names(", ".join(end.by), findings.report_of)) for end in ends],
        element("td", colspan=4),
        class_="holders",
    )


def _list_disagreements(bounds: Bounds, window: PassageWindow) -> Iterator[str]:
    for event, times in zip(EVENTS, (window.arrive, window.depart), strict=True):
        if times is None or (event == "depart" and window.arrive == window.depart):
            continue
        low = bounds.get_end(window.index, event, "earliest").seconds
        high = bounds.get_end(window.index, event, "latest").seconds
        if low is not None and times[-1] < low:
            yield format_outside(event, window.name, times[-1] - low)
        elif high is not None and times[0] > high:
            yield format_outside(event, window.name, times[0] - high)
