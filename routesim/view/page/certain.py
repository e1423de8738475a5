"""Section of certain answers on the default route, and its sentence for the head."""

from __future__ import annotations

from math import ceil, floor, isfinite
from typing import TYPE_CHECKING, Any

from routesim.likely import Posterior
from routesim.text import bounds as bound_words
from routesim.text import page as words
from routesim.text.certificates import format_caps
from routesim.text.durations import MINUTE_S, format_least_lapse, format_most_lapse
from routesim.text.positions import format_section
from routesim.text.quantities import format_draw_share
from routesim.text.routes import format_route_part
from routesim.view.html.components import (
    DASH,
    make_cells,
    make_grid,
    make_grouped_heads,
    make_heads,
    make_note,
    make_number,
    make_remark,
    make_table,
)
from routesim.view.html.links import link_names
from routesim.view.html.markup import element, join
from routesim.view.times import list_clocks, make_time_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from routesim.certain import Bounds
    from routesim.certain.bounds import BoundEnd
    from routesim.journey import PassageWindow
    from routesim.view.findings import Findings
    from routesim.view.times import Clock
    from routesim.view.windows import MeasuredEnsemble


EVENTS = ("arrive", "depart")
ENDS = ("earliest", "latest")

PASSAGES_CAPTION = "Certain bounds at the reported places"
GROUPS = ("Certain arrival", "Certain departure", "Likely arrival", "Likely departure")
LEVELS = ("earliest", "latest", "earliest", "latest", "5 %", "95 %", "5 %", "95 %")

STRETCHES_CAPTION = "Certain durations between and at the reported places"
STRETCH_HEADS = ("Stretch or place", "km", "At least", "At most", "Standing, at least")


def format_certain(findings: Findings) -> str:
    """Format the certain answers in one or two sentences, for the head of the page."""
    bounds = findings.bounds
    if not findings.has_constraints:
        return ""
    texts = [_format_reached(bounds, index) for index in _choose_headlines(bounds)]
    return words.format_certain(_format_condition(findings), texts)


def make_certain(
    findings: Findings, measured: MeasuredEnsemble, clocks: Sequence[Clock]
) -> Markup:
    """Write the bounds on the default route: passages, durations and origins."""
    bounds = findings.bounds
    if not findings.has_constraints:
        return element("p", words.NOTHING_CERTAIN)
    title = format_route_part(findings.journey.routes[bounds.route_id].title)
    condition = _format_condition(findings)
    caps = words.ASSUMED.format(caps=format_caps(bounds.solved[0].case.line.list_caps()))
    indices = _list_bounded(bounds)
    text = words.format_bounds(
        title, condition, is_given_reports=isinstance(measured.ensemble, Posterior)
    )
    table = element("p", "The reports bound no arrival or departure.")
    if indices:
        table = _make_passage_table(findings, measured, clocks, indices)
    origins = len(bounds.origins) > 1
    parts = [
        element("p", text),
        None if bounds.is_complete else element("p", bound_words.NOT_CERTAIN, class_="apart"),
        table,
        _make_disagreements(bounds, measured, indices),
        element("p", caps, class_="note", id="assumed-bounds"),
        element("p", bound_words.format_origins(bounds.origins)) if origins else None,
        _make_stretches(findings),
    ]
    return join(parts)


def _format_condition(findings: Findings) -> str:
    """Format the condition under which the bounds are certain."""
    used = findings.bounds.worlds
    changed = any(world.dropped or world.readings for world in used)
    return bound_words.format_condition(
        len(used),
        is_changed=changed,
        elsewhere=len(findings.bounds.elsewhere),
        is_complete=findings.bounds.is_complete,
    )


def _get_ends(bounds: Bounds, index: int) -> list[BoundEnd]:
    """Return the earliest and latest arrival, then the earliest and latest departure."""
    return [bounds.get_end(index, event, end) for event in EVENTS for end in ENDS]


def _list_bounded(bounds: Bounds) -> list[int]:
    """Return the key passages with at least one bound."""
    return [
        index
        for index in bounds.key_passages
        if any(end.seconds is not None for end in _get_ends(bounds, index))
    ]


def _choose_headlines(bounds: Bounds) -> list[int]:
    """Choose the first border and the last key passage whose arrival has two bounds."""
    both = [
        index
        for index in bounds.key_passages
        if all(end.seconds is not None for end in _get_ends(bounds, index)[:2])
    ]
    passages = bounds.route.passages
    borders = [index for index in both if passages[index].station.kind == "border"]
    return sorted({*borders[:1], *both[-1:]})


def _format_reached(bounds: Bounds, index: int) -> str:
    """Format the bounds on the arrival at a passage, rounded outwards to the minute."""
    station = bounds.route.passages[index].station
    low, high = (end.seconds or 0.0 for end in _get_ends(bounds, index)[:2])
    return words.format_reached(
        station.name,
        (floor(low / MINUTE_S) * MINUTE_S, ceil(high / MINUTE_S) * MINUTE_S),
        station.tz,
        list_clocks([station.tz], low, high)[-1].offset,
        is_border=station.kind == "border",
    )


def _make_passage_table(
    findings: Findings,
    measured: MeasuredEnsemble,
    clocks: Sequence[Clock],
    indices: Sequence[int],
) -> Markup:
    """Write the bounds of passages beside their likely windows, with one row per clock."""
    heads = make_grouped_heads(make_heads(["Place, clock"], rowspan=2), GROUPS, LEVELS[:2])
    heads[1] = make_heads(LEVELS)
    bodies = [
        _make_passage(findings, measured.windows[index], clocks, index) for index in indices
    ]
    caption = f"{PASSAGES_CAPTION}, and likely windows {measured.band}"
    return make_grid(caption, heads, bodies, PASSAGES_CAPTION, class_="windows bounds")


def _make_passage(
    findings: Findings, window: PassageWindow, clocks: Sequence[Clock], index: int
) -> Markup:
    bounds = findings.bounds
    ends = _get_ends(bounds, index)
    # The origin has no arrival, and the destination no departure.
    hidden = {0: {0, 1}, len(bounds.route.passages) - 1: {2, 3}}.get(index, set())
    share = format_draw_share(window.share)
    starts = {one.case.origin for one in bounds.solved}
    place = element(
        "th",
        window.name,
        element("span", f" km {window.passage.km:,.1f}", class_="note num"),
        make_remark(bound_words.format_start_condition(index, starts)),
        make_remark(f"likely: {share}" if share else ""),
        scope="rowgroup",
        colspan=9,
    )
    likely = (window.arrive, window.depart)
    likely_s = [times[at] if times else None for times in likely for at in (0, -1)]
    rows = [element("tr", place)]
    for clock in clocks:
        texts = [
            DASH
            if number in hidden
            else words.format_bound(end.seconds, clock.zone, ENDS[number % 2])
            for number, end in enumerate(ends)
        ]
        head = element("th", clock.label, scope="row", class_="clock")
        cells = [element("td", text, class_="num") for text in texts]
        cells += make_time_cells(likely_s, clock.zone, "num likely")
        rows.append(element("tr", head, *cells))
    sources = [
        element("th", "set by", scope="row", class_="clock"),
        *[element("td", link_names(", ".join(end.by), findings.report_of)) for end in ends],
        element("td", colspan=4),
    ]
    return element("tbody", *rows, element("tr", *sources, class_="bound-sources"))


def _make_disagreements(
    bounds: Bounds, measured: MeasuredEnsemble, indices: Sequence[int]
) -> Markup | None:
    """Write a sentence on the likely bands that lie wholly outside the certain bounds."""
    windows = [measured.windows[index] for index in indices]
    texts = [text for window in windows for text in _list_disagreements(bounds, window)]
    text = words.format_disagreements(
        texts, is_given_reports=isinstance(measured.ensemble, Posterior)
    )
    return element("p", text, class_="apart") if texts else None


def _list_disagreements(bounds: Bounds, window: PassageWindow) -> Iterator[str]:
    for event, times in zip(EVENTS, (window.arrive, window.depart), strict=True):
        if times is None or (event == "depart" and window.arrive == window.depart):
            continue
        low, high = (bounds.get_end(window.index, event, end).seconds for end in ENDS)
        if low is not None and times[-1] < low:
            yield bound_words.format_outside(event, window.name, times[-1] - low)
        elif high is not None and times[0] > high:
            yield bound_words.format_outside(event, window.name, times[0] - high)


def _make_stretches(findings: Findings) -> Markup | None:
    """Write the certain durations of stretches and stays, if a report bounds any."""
    bounded = findings.bounds.stretches(every=False)
    rows = [_make_stretch(row, findings) for row in bounded.to_dict("records")]
    if not rows:
        return None
    class_, label = "reasons stretches", "Certain durations"
    table = make_table(STRETCHES_CAPTION, STRETCH_HEADS, rows, class_=class_, label=label)
    return join([table, make_note(words.STRETCHES_MEANING)])


def _make_stretch(row: dict[Any, Any], findings: Findings) -> Markup:
    start, end = row["from_station"], row["to_station"]
    least, most, standing = row["least_s"], row["most_s"], row["least_standing_s"]
    texts = (
        (format_least_lapse(least) if least > 0 else "", row["least_by"], DASH),
        (format_most_lapse(most) if isfinite(most) else "", row["most_by"], words.OPEN),
        (format_least_lapse(standing) if standing > 0 else "", row["standing_by"], DASH),
    )
    cells = []
    for text, by, none in texts:
        sources = link_names(", ".join(by) if text else "", findings.report_of)
        cells.append(join([make_number(text or none), make_remark(sources)]))
    km = None if start == end else f"{row['km']:,.1f}"
    return element(
        "tr",
        element("th", format_section(start, end), scope="row"),
        element("td", km, class_="num", data_label="km"),
        *make_cells(STRETCH_HEADS[2:], cells),
    )
