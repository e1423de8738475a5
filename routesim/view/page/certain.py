"""What is certain: bounds on every key passage beside what is likely, and on stretches."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite
from typing import TYPE_CHECKING, Any

from routesim.likely import Posterior
from routesim.text.durations import format_lapse
from routesim.text.names import format_city
from routesim.text.quantities import format_number
from routesim.text.times import format_local
from routesim.units import mps_to_kmh
from routesim.view.html.markup import Markup, element, join, link_names
from routesim.view.page.conflicts import name_together, say_miss
from routesim.view.page.window_tables import scroll_table
from routesim.view.times import format_draw_share, list_clocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routesim.certain import Bounds, Conflict
    from routesim.view.findings import Findings
    from routesim.view.times import Clock
    from routesim.view.windows import Measured, PassageWindow

__all__ = ["make_certain", "say_certain", "say_conflicts"]

MINUTE_S = 60
EVENTS = ("arrive", "depart")
ENDS = ("earliest", "latest")
NONE = "\u2013"
OPEN = "open"
ASSUMED = ("speed cap", "length", "positions")
EVENT_WORDS = {"arrive": "reaches", "depart": "leaves"}
MOST_NAMED = 3
"""So many stations are named; of more, the first and the last."""

NOT_LIKELY = (
    "The likely band beside it comes from the priors alone and knows no report, so the two "
    "need not agree."
)
WEIGHED = (
    "The likely band beside it is given the reports, but each may be wrong there and the ends "
    "of its window are soft, so that it may reach beyond what is certain."
)
KNOWS_NONE = "because the priors know no report"
BELIEVES_LESS = "because a report that holds the bound is hardly believed, or gives at its ends"
NOTHING = (
    "Nothing is certain of this journey beyond the order of its stations: no report sets a "
    "constraint on it."
)


@dataclass(frozen=True, slots=True)
class _End:
    """One end of what is certain of an event, in POSIX seconds, and who holds it."""

    seconds: float | None
    holders: tuple[str, ...]


def say_certain(findings: Findings) -> str:
    """Say in one or two sentences what is certain, for the head of the page."""
    bounds = findings.bounds
    if not findings.is_heard:
        return ""
    if not bounds.solved:
        return "By the default route no set of the reports can all be true."
    told = [_say_between(bounds, index) for index in _choose_headlines(bounds)]
    if not told:
        return "The reports bound no passage on both sides."
    which = _say_condition(findings)
    return f"{which[:1].upper()}{which[1:]}, the train {' and '.join(told)}."


def say_conflicts(findings: Findings) -> str:
    """Say how many conflicts there are, of which kind, and which misses by most."""
    if not findings.is_heard:
        return ""
    if not findings.conflicts:
        return "No report contradicts another."
    firm, hanging = len(findings.firm), len(findings.conflicts) - len(findings.firm)
    parts = []
    if firm:
        verb = "is" if firm == 1 else "are"
        noun = "conflict" if firm == 1 else "conflicts"
        parts.append(f"{firm} {noun} between reports {verb} dissolved by no reading of them")
    if hanging:
        noun = "" if firm else " conflict" if hanging == 1 else " conflicts"
        verb = "hangs" if hanging == 1 else "hang"
        parts.append(f"{hanging}{noun} {verb} on how a report is read")
    told = ", ".join(parts) + "."
    for conflicts, name in (
        (findings.firm, "The largest that stands by any reading"),
        ((*findings.firm, *findings.plain), "The largest, read at face value"),
        (findings.conflicts, "The largest"),
    ):
        timed = [c for c in conflicts if c.miss_s is not None]
        if timed:
            return f"{told} {name}: {say_miss(max(timed, key=_rank_miss))}."
    return told


def make_certain(findings: Findings, measured: Measured, clocks: Sequence[Clock]) -> Markup:
    """Write the bounds of the default route: passages, stretches and starts."""
    bounds = findings.bounds
    if not findings.is_heard:
        return element("p", NOTHING)
    if not bounds.solved:
        told = "By the default route no set of the reports can all be true"
        why = f": {name_together(bounds.conflict)} contradict." if bounds.conflict else "."
        return element("p", link_names(told + why, findings.report_of))
    indices = [i for i in bounds.key_passages if i not in _list_unbounded(bounds)]
    title = findings.journey.routes[bounds.route_id].title
    parts = [
        element(
            "p",
            f"By the default route ({title[:1].lower()}{title[1:]}), "
            f"{_say_condition(findings)}: no earlier and no later than this, whatever the "
            "train did in between. Rounded "
            f"outwards to the minute. {WEIGHED if _is_given(measured) else NOT_LIKELY}",
        ),
        _make_passages(findings, measured, clocks, indices)
        if indices
        else element("p", "No passage is bounded on either side."),
        _list_disagreements(findings, measured, indices),
        element("p", _say_assumptions(findings), class_="note", id="assumed-bounds"),
        _say_origins(bounds),
        _make_stretches(findings),
    ]
    return join(parts)


def _rank_miss(conflict: Conflict) -> tuple[int, int]:
    return conflict.miss_s or 0, -len(conflict.clauses)


def _say_condition(findings: Findings) -> str:
    used = findings.bounds.worlds
    if len(used) == 1 and not used[0].dropped and not used[0].readings:
        return "if every report is true"
    if len(used) == 1:
        return "in the one way to reconcile the reports that gives up the fewest witnesses"
    return (
        "in every way to reconcile the reports that gives up the fewest witnesses "
        f"({len(used)} of them)"
    )


def _choose_headlines(bounds: Bounds) -> list[int]:
    """Choose the border and the last reported place that is bounded on both sides."""
    route = bounds.route
    both = [
        index
        for index in bounds.key_passages
        if all(_get_end(bounds, index, "arrive", end).seconds is not None for end in ENDS)
    ]
    borders = [i for i in both if route.passages[i].station.kind == "border"]
    return sorted({*borders[:1], *both[-1:]})


def _say_between(bounds: Bounds, index: int) -> str:
    passage = bounds.route.passages[index]
    low = _get_end(bounds, index, "arrive", "earliest").seconds or 0.0
    high = _get_end(bounds, index, "arrive", "latest").seconds or 0.0
    zone = passage.station.tz
    verb = "crossed" if passage.station.kind == "border" else "reached"
    place = format_city(zone)
    own = f"{_tell_end(low, zone, 'earliest')} and {_tell_end(high, zone, 'latest')}"
    utc = f"{_tell_end(low, 'UTC', 'earliest')} to {_tell_end(high, 'UTC', 'latest')} UTC"
    offset = next((c.offset for c in list_clocks([zone], low, high) if c.zone == zone), "")
    return f"{verb} {passage.station.name} between {own} {place} time ({offset}; {utc})"


def _get_end(bounds: Bounds, index: int, event: str, end: str) -> _End:
    import pandas as pd  # noqa: PLC0415 (heavy)

    row = bounds.points.iloc[index]
    time = row[f"{event}_{end}"]
    if pd.isna(time):
        return _End(None, ())
    return _End(time.timestamp(), tuple(row[f"{event}_{end}_by"]))


def _list_unbounded(bounds: Bounds) -> set[int]:
    return {
        index
        for index in bounds.key_passages
        if all(
            _get_end(bounds, index, event, end).seconds is None
            for event in EVENTS
            for end in ENDS
        )
    }


def _tell_end(seconds: float | None, zone: str, end: str) -> str:
    """Write an end of a bound by a clock, rounded outwards to the minute."""
    if seconds is None:
        return OPEN
    turn = floor if end == "earliest" else ceil
    return format_local(turn(seconds / MINUTE_S) * MINUTE_S, zone)


def _make_passages(
    findings: Findings, measured: Measured, clocks: Sequence[Clock], indices: Sequence[int]
) -> Markup:
    groups = [
        element("th", text, scope="colgroup", colspan=2)
        for text in ("Certain: reaches", "Certain: leaves", "Likely: reaches", "Likely: leaves")
    ]
    levels = ["no earlier", "no later"] * 2 + ["5 %", "95 %"] * 2
    bodies = [_make_passage(findings, measured, clocks, index) for index in indices]
    table = element(
        "table",
        element(
            "caption",
            f"What is certain at the reported places, beside what is likely {measured.band}",
        ),
        element(
            "thead",
            element("tr", element("th", "Place, clock", scope="col", rowspan=2), *groups),
            element("tr", *[element("th", level, scope="col") for level in levels]),
        ),
        *bodies,
        class_="windows bounds",
    )
    return scroll_table(table, "What is certain at the reported places")


def _make_passage(
    findings: Findings, measured: Measured, clocks: Sequence[Clock], index: int
) -> Markup:
    bounds, window = findings.bounds, measured.windows[index]
    ends = [(_get_end(bounds, index, event, end), end) for event in EVENTS for end in ENDS]
    hidden = _list_hidden(bounds, index)
    place = element(
        "th",
        window.name,
        element("span", f" km {window.passage.km:,.1f}", class_="note num"),
        _note_share(window),
        scope="rowgroup",
        colspan=9,
    )
    rows = [element("tr", place)]
    for clock in clocks:
        cells = [
            NONE if number in hidden else _tell_end(one.seconds, clock.zone, end)
            for number, (one, end) in enumerate(ends)
        ]
        rows.append(
            element(
                "tr",
                element("th", clock.label, scope="row", class_="clock"),
                *[element("td", cell, class_="num") for cell in cells],
                *_tell_likely(window, clock),
            )
        )
    rows.append(_make_holders(findings, [one for one, _ in ends]))
    return element("tbody", *rows)


def _note_share(window: PassageWindow) -> Markup | None:
    """Tell on how few draws the likely columns rest, where not all pass here."""
    told = format_draw_share(window.share)
    return element("span", f" likely: {told}", class_="note") if told else None


def _list_hidden(bounds: Bounds, index: int) -> set[int]:
    """Return the ends of events that do not happen: reaching the start, leaving the end."""
    if index == 0:
        return {0, 1}
    return {2, 3} if index == len(bounds.route.passages) - 1 else set()


def _tell_likely(window: PassageWindow, clock: Clock) -> list[Markup]:
    cells = []
    for times in (window.arrive, window.depart):
        told = [NONE] * 2
        if times is not None:
            told = [format_local(time, clock.zone) for time in (times[0], times[-1])]
        cells += [element("td", text, class_="num likely") for text in told]
    return cells


def _make_holders(findings: Findings, ends: Sequence[_End]) -> Markup:
    cells = [
        element("td", link_names(_name_holders(end.holders), findings.report_of))
        for end in ends
    ]
    return element(
        "tr",
        element("th", "held by", scope="row", class_="clock"),
        *cells,
        element("td", colspan=4),
        class_="holders",
    )


def _name_holders(holders: Sequence[str]) -> str:
    return ", ".join(holders) if holders else ""


def _list_disagreements(
    findings: Findings, measured: Measured, indices: Sequence[int]
) -> Markup | None:
    """Name where the likely band lies wholly outside what is certain."""
    told = [
        text
        for index in indices
        for text in _find_disagreements(findings.bounds, measured.windows[index])
    ]
    if not told:
        return None
    return element(
        "p",
        "Here the likely band lies wholly outside what is certain, "
        f"{BELIEVES_LESS if _is_given(measured) else KNOWS_NONE}: the train "
        f"{'; '.join(told)}. There, trust what is certain, as far as the reports that hold it "
        "are to be trusted.",
        class_="apart",
    )


def _is_given(measured: Measured) -> bool:
    return isinstance(measured.ensemble, Posterior)


def _find_disagreements(bounds: Bounds, window: PassageWindow) -> Iterator[str]:
    for event, times in zip(EVENTS, (window.arrive, window.depart), strict=True):
        if times is None or (event == "depart" and window.arrive == window.depart):
            continue
        low = _get_end(bounds, window.index, event, "earliest").seconds
        high = _get_end(bounds, window.index, event, "latest").seconds
        if low is not None and times[-1] < low:
            lapse = format_lapse(low - times[-1])
            yield f"{EVENT_WORDS[event]} {window.name} (the band ends {lapse} too early)"
        elif high is not None and times[0] > high:
            lapse = format_lapse(times[0] - high)
            yield f"{EVENT_WORDS[event]} {window.name} (the band begins {lapse} too late)"


def _say_assumptions(findings: Findings) -> str:
    """Say what stands behind the words speed cap and length."""
    line = findings.bounds.solved[0].case.line
    caps: dict[str, float] = {}
    for passage, cap in zip(line.route.passages, line.cap_mps, strict=True):
        caps[passage.line] = max(caps.get(passage.line, 0.0), mps_to_kmh(float(cap)))
    told = ", ".join(f"{name} {format_number(cap)} km/h" for name, cap in caps.items())
    return (
        f"Speed cap: what no train exceeds, an assumption by line ({told}), never a reported "
        "speed. Length: the official kilometres, at their shortest or longest where sources "
        "dispute them. Open: nothing bounds that end."
    )


def _say_origins(bounds: Bounds) -> Markup | None:
    origins = bounds.origins
    if len(origins) <= 1:
        return None
    if len(origins) <= MOST_NAMED:
        named = name_together(origins)
    else:
        named = f"any of {len(origins)} stations from {origins[0]} to {origins[-1]}"
    return element("p", f"Where it set out is not certain: the reports allow {named}.")


def _make_stretches(findings: Findings) -> Markup | None:
    rows = [
        _make_stretch(row, findings)
        for row in findings.bounds.stretches.to_dict("records")
        if _tells_something(row)
    ]
    if not rows:
        return None
    heads = ("Stretch or stay", "km", "Takes at least", "Takes at most", "Stands at least")
    table = element(
        "table",
        element("caption", "How long it certainly took between and at the reported places"),
        element("thead", element("tr", *[element("th", head, scope="col") for head in heads])),
        element("tbody", *rows),
        class_="reasons stretches",
    )
    note = (
        "From reaching the one place to reaching the next; at a place, from reaching to "
        "leaving it. Standing on a stretch is what is left of the least time after running "
        "at the slowest running speed that is reported."
    )
    return join(
        [scroll_table(table, "Least and most times"), element("p", note, class_="note")]
    )


def _tells_something(row: dict[Any, Any]) -> bool:
    """Tell whether a report bounds the time, and not the line alone."""
    held = {*row["least_by"], *row["most_by"], *row["standing_by"]} - set(ASSUMED)
    return bool(held) and (isfinite(row["most_s"]) or row["least_s"] > 0)


def _make_stretch(row: dict[Any, Any], findings: Findings) -> Markup:
    is_stay = row["from_station"] == row["to_station"]
    name = f"at {row['from_station']}"
    if not is_stay:
        name = f"{row['from_station']} to {row['to_station']}"
    least, standing = row["least_s"], row["least_standing_s"]
    cells = [
        ("Takes at least", format_lapse(least) if least > 0 else NONE, row["least_by"]),
        (
            "Takes at most",
            format_lapse(row["most_s"]) if isfinite(row["most_s"]) else OPEN,
            row["most_by"],
        ),
        (
            "Stands at least",
            format_lapse(standing) if standing > 0 else NONE,
            row["standing_by"],
        ),
    ]
    return element(
        "tr",
        element("th", name, scope="row"),
        element("td", None if is_stay else f"{row['km']:,.1f}", class_="num", data_label="km"),
        *[
            element(
                "td",
                element("span", text, class_="num"),
                element(
                    "span",
                    " ",
                    link_names(_name_holders(by), findings.report_of),
                    class_="note",
                )
                if by and text not in {NONE, OPEN}
                else None,
                data_label=head,
            )
            for head, text, by in cells
        ],
    )
