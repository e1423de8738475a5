"""The ledger: every report with its words, windows, sources and verdict."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from routesim.evidence import format_local
from routesim.view.markup import Markup, element, join, link_reports, make_anchor
from routesim.view.spots import describe_clause
from routesim.view.times import format_margin, format_window, list_clocks, name_years

if TYPE_CHECKING:
    from collections.abc import Mapping

    from routesim.evidence import Clause, Report, TimeTelling
    from routesim.journey import Journey
    from routesim.reasoning.verdicts import Verdict

__all__ = ["SHOWN_ORDER", "count_verdicts", "make_badge", "make_ledger"]

SHOWN_ORDER = ("consistent", "strained", "impossible", "silent")
VERDICT_NOTES = {
    "consistent": "the report meets the 90 % band of the draws",
    "strained": "possible, but outside the 90 % band of the draws",
    "impossible": "no route of the journey passes the place",
    "silent": "the report sets no constraint",
}
MARGIN_NOTE = (
    "The hours beside a verdict tell by how much what is reported and the 90 % band overlap "
    "(of room) or miss each other (short); the share tells in how many draws it holds."
)
ZONE_KNOWN = {
    "printed": "the zone is printed",
    "inferred": "the zone is inferred",
    "assumed": "the zone is assumed",
}


def make_ledger(journey: Journey, verdicts: Mapping[str, Verdict]) -> Markup:
    """Write every report of a journey, with the controls that filter them."""
    ids = {report.id for report in journey.reports}
    entries = [
        _make_entry(report, verdicts.get(report.id), journey, ids) for report in journey.reports
    ]
    return join([_make_filter(count_verdicts(verdicts)), *entries])


def count_verdicts(verdicts: Mapping[str, Verdict]) -> Counter[str]:
    """Count the reports of each verdict."""
    return Counter(verdict.verdict for verdict in verdicts.values())


def make_badge(verdict: str) -> Markup:
    """Write a verdict as a word in its colours."""
    return element("span", verdict, class_=f"badge verdict-{verdict}")


def _make_filter(counts: Counter[str]) -> Markup:
    boxes = [
        element(
            "label",
            element("input", type="checkbox", checked=True, value=name),
            " ",
            make_badge(name),
            f" {counts[name]}",
        )
        for name in SHOWN_ORDER
    ]
    notes = [
        element("li", make_badge(name), f" {VERDICT_NOTES[name]}.") for name in SHOWN_ORDER
    ]
    return join(
        [
            element("ul", *notes, class_="verdict-notes"),
            element("p", MARGIN_NOTE, class_="note"),
            element(
                "form",
                element("fieldset", element("legend", "Show verdicts"), *boxes),
                element("p", id="ledger-count", role="status", class_="note"),
                id="ledger-filter",
                class_="needs-script",
            ),
        ]
    )


def _make_entry(
    report: Report, verdict: Verdict | None, journey: Journey, ids: set[str]
) -> Markup:
    told = verdict.verdict if verdict is not None else "silent"
    side = [element("h3", report.id), make_badge(told)]
    if verdict is not None and verdict.margin_s is not None:
        side.append(element("p", format_margin(verdict.margin_s), class_="margin num"))
    if verdict is not None and verdict.share is not None:
        side.append(element("p", _say_share(verdict.share), class_="margin num"))
    why = [element("p", link_reports(verdict.why, ids), class_="why")] if verdict else []
    return element(
        "article",
        element("div", *side, class_="report-side"),
        element(
            "div",
            element("p", report.claim, class_="claim"),
            *why,
            element("dl", *_list_facts(report, journey, ids)),
            class_="report-main",
        ),
        class_="report",
        id=make_anchor(report.id),
        data_verdict=told,
    )


def _say_share(share: float) -> str:
    percent = 100.0 * share
    told = f"{percent:.1f}" if 0.0 < percent < 1.0 else f"{percent:.0f}"
    return f"holds in {told} % of draws"


def _list_facts(report: Report, journey: Journey, ids: set[str]) -> list[Markup]:
    family = journey.families[report.family]
    facts: list[Markup] = []
    for clause in report.clauses:
        facts += _tell_clause(clause, journey)
    rows: list[tuple[str, str]] = [
        ("Hedge", report.hedge),
        ("Identity", report.identity),
        ("Readings", "; or ".join(report.readings)),
        ("Forecast", "it told of what was to come" if report.forecast else ""),
        ("Note", link_reports(report.note, ids)),
        ("Whose knowledge", f"{family.name} ({report.family})"),
        ("Stands in", _list_sources(report, journey)),
        ("Known from", _tell_instant(report.known_s, journey)),
    ]
    for name, text in rows:
        if text:
            facts += [element("dt", name), element("dd", text)]
    return facts


def _list_sources(report: Report, journey: Journey) -> Markup:
    parts: list[str] = []
    for source, lines in report.said:
        publisher = journey.sources[source].publisher
        link = element("a", source, href=f"#source-{source}")
        parts += [
            "; " if parts else "",
            link,
            f" {publisher}, line{'s' * (not lines.isdigit())} {lines}",
        ]
    return join(parts)


def _tell_clause(clause: Clause, journey: Journey) -> list[Markup]:
    facts = [element("dt", "Says"), element("dd", _describe(clause))]
    if (words := getattr(clause, "words", "")) != "":
        facts += [element("dt", "In words"), element("dd", f"\u201c{words}\u201d")]
    times: list[TimeTelling | None] = [getattr(clause, "time", None)]
    times += [getattr(getattr(clause, side, None), "time", None) for side in ("first", "then")]
    for time in times:
        if time is not None and (time.window.start or time.window.end):
            facts += _tell_time(time, journey)
    return facts


def _describe(clause: Clause) -> str:
    text = describe_clause(clause)
    return text[:1].upper() + text[1:]


def _tell_time(time: TimeTelling, journey: Journey) -> list[Markup]:
    ends = [end.timestamp() for end in (time.window.start, time.window.end) if end is not None]
    items = [
        element(
            "li",
            element("span", clock.label, class_="clock"),
            " ",
            element("span", format_window(time.window, clock.zone), class_="num"),
        )
        for clock in list_clocks(journey.zones, ends[0], ends[-1])
    ]
    reason = f": {time.zone_reason}" if time.zone_reason else ""
    known = ZONE_KNOWN.get(time.zone_known, time.zone_known)
    return [
        element("dt", f"Window, {name_years(*ends)}"),
        element("dd", element("ul", *items, class_="clocks")),
        element("dt", "Clock"),
        element("dd", f"{time.zone}; {known}{reason}"),
    ]


def _tell_instant(seconds: float, journey: Journey) -> Markup:
    clocks = list_clocks(journey.zones, seconds, seconds)
    told = [f"{format_local(seconds, clock.zone)}, {clock.label}" for clock in clocks]
    return join([f"{name_years(seconds)}: ", " \u00b7 ".join(told)])
