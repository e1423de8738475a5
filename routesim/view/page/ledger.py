"""Ledger: every report with its wording, windows, sources and verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from routesim.evidence import OrderClause
from routesim.text import page as words
from routesim.text.findings import VERDICT_WORDS, format_margin
from routesim.text.quantities import format_percent, format_rounded_share
from routesim.text.times import format_local, format_years
from routesim.view.html.components import (
    make_check_box,
    make_facts,
    make_list,
    make_note,
    make_number,
)
from routesim.view.html.links import (
    TRUST_ANCHOR,
    join_links,
    link_names,
    link_reports,
    make_anchor,
    make_link,
)
from routesim.view.html.markup import element, join
from routesim.view.page.assumptions import list_prior_bases
from routesim.view.times import list_clocks, make_clock_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from routesim.assessment.verdicts import Verdict
    from routesim.evidence import Clause, Report
    from routesim.journey import Journey
    from routesim.view.findings import Findings
    from routesim.view.page.assumptions import PriorBasis

    Facts = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ReportChances:
    """Probability that each report used is right, in words by id, and the rejected ids."""

    texts: Mapping[str, str] = field(default_factory=dict)
    rejected: tuple[str, ...] = ()


def make_ledger(
    journey: Journey,
    verdicts: Mapping[str, Verdict],
    findings: Findings,
    chances: ReportChances | None = None,
) -> Markup:
    """Write the reports of a journey, with controls to filter them."""
    if not journey.reports:
        return element("p", "The journey has no reports.")
    chances = chances or ReportChances()
    bases = list_prior_bases(journey)
    entries = [
        _make_entry(report, verdicts.get(report.id), findings, bases, chances)
        for report in journey.reports
    ]
    notes = [words.MARGINS]
    notes += [words.ECHO] if bases else []
    notes += [words.RIGHT] if chances.texts else []
    return join([_make_filter(count_verdicts(verdicts), notes), *entries])


def count_verdicts(verdicts: Mapping[str, Verdict]) -> Counter[str]:
    """Count the reports of each verdict."""
    return Counter(verdict.verdict for verdict in verdicts.values())


def make_badge(verdict: str) -> Markup:
    """Write a verdict as a coloured word."""
    return element("span", verdict, class_=f"badge verdict-{verdict}")


def _make_filter(counts: Counter[str], notes: Sequence[str]) -> Markup:
    boxes = [
        make_check_box(make_badge(name), f" {counts[name]}", value=name)
        for name in VERDICT_WORDS
    ]
    meanings = [
        join([make_badge(name), f" {meaning}."]) for name, meaning in VERDICT_WORDS.items()
    ]
    form = element(
        "form",
        element("fieldset", element("legend", "Show verdicts"), *boxes),
        element("p", id="ledger-count", role="status", class_="note"),
        id="ledger-filter",
        class_="needs-script",
    )
    return join([make_list(meanings, "verdict-notes"), *map(make_note, notes), form])


def _make_entry(
    report: Report,
    verdict: Verdict | None,
    findings: Findings,
    bases: Sequence[PriorBasis],
    chances: ReportChances,
) -> Markup:
    journey, word = findings.journey, "silent" if verdict is None else verdict.verdict
    figures, why = [], []
    if verdict is not None:
        why = [element("p", link_names(verdict.why, findings.report_of), class_="why")]
        if verdict.margin_s is not None:
            figures.append(format_margin(verdict.margin_s))
        if verdict.share is not None:
            share = format_rounded_share(verdict.share)
            figures.append(f"holds in {share} of the prior draws")
    if report.id in chances.texts:
        figures.append(f"probability of being right: {chances.texts[report.id]}")
    side = [element("p", figure, class_="margin num") for figure in figures]
    if report.id in chances.rejected:
        side.append(element("span", "rejected", class_="badge rejected"))
    facts = [
        *[fact for clause in report.clauses for fact in _list_clause(clause, journey)],
        *_list_findings(report, findings),
        ("Probability of being right", _make_chance(report, journey, chances)),
        *_list_judging(report, verdict, journey, bases),
        *_list_origin(report, journey),
    ]
    return element(
        "article",
        element("div", element("h3", report.id), make_badge(word), *side, class_="report-side"),
        element(
            "div",
            element("p", report.claim, class_="claim"),
            *why,
            element("dl", *make_facts(facts)),
            class_="report-main",
        ),
        class_="report",
        id=make_anchor("report", report.id),
        data_verdict=word,
    )


def _list_clause(clause: Clause, journey: Journey) -> Facts:
    """Yield the content of a clause, its wording, and its window in every zone."""
    yield "Clause", f"{clause.text[:1].upper()}{clause.text[1:]}"
    yield "Wording", f"\u201c{clause.words}\u201d" if clause.words else ""
    time = clause.time
    shown = time and (clause.window or time.window)
    ends = [end.timestamp() for end in (shown.start, shown.end) if end] if shown else []
    if time and ends:
        clocks = list_clocks(journey.zones, ends[0], ends[-1])
        times = make_clock_list(clocks, lambda zone: make_number(clause.format_time(zone)))
        yield f"{_name_window(clause)}, {format_years(*ends)}", times
        zone = words.format_zone_source(time.zone, time.zone_known, time.zone_reason)
        yield "Time zone", zone


def _name_window(clause: Clause) -> str:
    """Return the label of a window, which may be that of an event outside the journey."""
    what = clause.first.what or clause.then.what if isinstance(clause, OrderClause) else None
    return f"Window of {what}" if what else "Window"


def _list_findings(report: Report, findings: Findings) -> Facts:
    """Yield the conflicts of a report, the worlds that drop it, and its copies."""
    conflicts = findings.conflicts_of.get(report.id, ())
    worlds = findings.dropped_in.get(report.id, ())
    copies = ", ".join(findings.list_copies(report.id))
    yield "In conflicts", join_links((str(n), make_anchor("conflict", n)) for n in conflicts)
    yield "Dropped in worlds", join_links((str(n), make_anchor("world", n)) for n in worlds)
    yield "Same report as", link_names(copies, findings.report_of)


def _make_chance(report: Report, journey: Journey, chances: ReportChances) -> Markup:
    """Write the probability that a report is right, after and before the reports."""
    if report.id not in chances.texts:
        return Markup()
    trust = journey.plan.trust
    believed = report.reliability
    if believed is None:
        believed = trust.families.get(report.family, trust).reliability
    before = make_link(format_percent(believed), TRUST_ANCHOR)
    identity = f", provided that it is about this train ({format_percent(trust.identity)})"
    return join(
        [
            f"{chances.texts[report.id]}, and ",
            before,
            " before the comparison",
            identity if report.identity else None,
            "; rejected" if report.id in chances.rejected else None,
        ]
    )


def _list_judging(
    report: Report, verdict: Verdict | None, journey: Journey, bases: Sequence[PriorBasis]
) -> Facts:
    """Yield the route on which a report was judged, and the priors that use or name it."""
    route = verdict.route if verdict is not None else None
    if route and route != journey.default_route:
        yield "Verdict for route", f"{route}: {journey.routes[route].title}"
    yield (
        "Basis of the prior of",
        _link_bases(basis for basis in bases if report.id in basis.reports),
    )
    named = (basis for basis in bases if report.id in basis.named)
    yield "Named in the reason for", _link_bases(named)


def _link_bases(bases: Iterable[PriorBasis]) -> Markup:
    return join_links(dict.fromkeys((basis.prior, basis.anchor) for basis in bases))


def _list_origin(report: Report, journey: Journey) -> Facts:
    """Yield a report's details, family, publications and the time since which it is known."""
    yield "Hedge in the wording", report.hedge
    yield "Identity", report.identity
    yield "Readings", "; or ".join(reading.says for reading in report.readings)
    yield "Forecast", "states an expectation, not an event" if report.forecast else ""
    yield "Note", link_reports(report.note, {other.id for other in journey.reports})
    yield "Family", f"{journey.families[report.family].name} ({report.family})"
    yield "Published in", _make_sources(report, journey)
    clocks = list_clocks(journey.zones, report.known_s, report.known_s)
    times = [f"{format_local(report.known_s, clock.zone)}, {clock.label}" for clock in clocks]
    yield "Known since", f"{format_years(report.known_s)}: " + " \u00b7 ".join(times)


def _make_sources(report: Report, journey: Journey) -> Markup:
    parts: list[str] = []
    for source, lines in report.said:
        line = f"line{'s' * (not lines.isdigit())} {lines}"
        link = make_link(source, make_anchor("source", source))
        parts += ["; ", link, f" {journey.sources[source].publisher}, {line}"]
    return join(parts[1:])
