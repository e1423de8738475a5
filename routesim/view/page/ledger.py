"""The ledger: every report with its words, windows, sources and verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from routesim.text.findings import VERDICT_WORDS
from routesim.text.quantities import format_number, format_rounded_share
from routesim.text.times import format_local, format_years
from routesim.view.html.clocks import make_clock_list
from routesim.view.html.components import make_facts, make_note, make_number
from routesim.view.html.links import (
    TRUST_ANCHOR,
    join_links,
    link_names,
    link_reports,
    make_conflict_anchor,
    make_report_anchor,
    make_source_anchor,
    make_world_anchor,
)
from routesim.view.html.markup import Markup, element, join
from routesim.view.prior_basis import list_prior_bases
from routesim.view.times import format_margin, list_clocks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.assessment.verdicts import Verdict
    from routesim.evidence import Clause, Report
    from routesim.journey import Journey
    from routesim.view.findings import Findings
    from routesim.view.prior_basis import PriorBasis


MARGIN_NOTE = (
    "What is certain is settled first, by no draw; a report that stands is then held against "
    "draws from the priors alone. The time beside a verdict tells by how much what is reported "
    "and the band of 90 % of these draws overlap (of room) or miss each other (short), or by "
    "how much a conflict that decides the verdict misses; the share tells in how many of them "
    "it holds. A distance "
    "between two places is held against the kilometres of the network, a heading against the "
    "routes: neither hangs on the draws."
)
ECHO_NOTE = (
    "A report that stands behind a prior, or that the reason for one names, is no independent "
    "check on it: where the two agree, the report may only echo itself."
)
RIGHT_NOTE = (
    "Right is how likely the report is right given all the others, the priors and how far it "
    "is believed beforehand. The verdicts know nothing of it."
)
NO_REPORT = "The journey holds no report."
ZONE_KNOWN = {
    "printed": "the zone is printed",
    "inferred": "the zone is inferred",
    "assumed": "the zone is assumed",
}


@dataclass(frozen=True, slots=True)
class ReportChances:
    """How likely each report used is right, in words by its id, and those rejected."""

    texts: Mapping[str, str] = field(default_factory=dict)
    rejected: tuple[str, ...] = ()


def make_ledger(
    journey: Journey,
    verdicts: Mapping[str, Verdict],
    findings: Findings,
    chances: ReportChances | None = None,
) -> Markup:
    """Write every report of a journey, with the controls that filter them."""
    if not journey.reports:
        return element("p", NO_REPORT)
    if chances is None:
        chances = ReportChances()
    bases = list_prior_bases(journey)
    entries = [
        _make_entry(report, verdicts.get(report.id), findings, bases, chances)
        for report in journey.reports
    ]
    notes = [MARGIN_NOTE]
    notes += [ECHO_NOTE] if bases else []
    notes += [RIGHT_NOTE] if chances.texts else []
    return join([_make_filter(count_verdicts(verdicts), notes), *entries])


def count_verdicts(verdicts: Mapping[str, Verdict]) -> Counter[str]:
    """Count the reports of each verdict."""
    return Counter(verdict.verdict for verdict in verdicts.values())


def make_badge(verdict: str) -> Markup:
    """Write a verdict as a word in its colours."""
    return element("span", verdict, class_=f"badge verdict-{verdict}")


def _make_filter(counts: Counter[str], notes: Sequence[str]) -> Markup:
    boxes = [
        element(
            "label",
            element("input", type="checkbox", checked=True, value=name),
            " ",
            make_badge(name),
            f" {counts[name]}",
        )
        for name in VERDICT_WORDS
    ]
    meanings = [
        element("li", make_badge(name), f" {words}.") for name, words in VERDICT_WORDS.items()
    ]
    return join(
        [
            element("ul", *meanings, class_="verdict-notes"),
            *[make_note(note) for note in notes],
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
    report: Report,
    verdict: Verdict | None,
    findings: Findings,
    bases: Sequence[PriorBasis],
    chances: ReportChances,
) -> Markup:
    journey, names = findings.journey, findings.report_of
    ids = {report.id for report in journey.reports}
    word = verdict.verdict if verdict is not None else "silent"
    side = [element("h3", report.id), make_badge(word)]
    if verdict is not None and verdict.margin_s is not None:
        side.append(element("p", format_margin(verdict.margin_s), class_="margin num"))
    if verdict is not None and verdict.share is not None:
        side.append(
            element(
                "p",
                f"holds in {format_rounded_share(verdict.share)} of the prior draws",
                class_="margin num",
            )
        )
    if report.id in chances.texts:
        side.append(element("p", f"right: {chances.texts[report.id]}", class_="margin num"))
    if report.id in chances.rejected:
        side.append(element("span", "thrown out", class_="badge thrown-out"))
    why = [element("p", link_names(verdict.why, names), class_="why")] if verdict else []
    return element(
        "article",
        element("div", *side, class_="report-side"),
        element(
            "div",
            element("p", report.claim, class_="claim"),
            *why,
            element(
                "dl",
                *_make_clauses(report, journey),
                *_make_findings(report, findings),
                *_make_chance(report, journey, chances),
                *_make_judging(report, verdict, journey, bases),
                *_make_origin(report, journey, ids),
            ),
            class_="report-main",
        ),
        class_="report",
        id=make_report_anchor(report.id),
        data_verdict=word,
    )


def _make_clauses(report: Report, journey: Journey) -> list[Markup]:
    return [fact for clause in report.clauses for fact in _make_clause(clause, journey)]


def _make_findings(report: Report, findings: Findings) -> list[Markup]:
    """Write in which conflicts it is, which worlds leave it out, and which copies it has."""
    conflicts = findings.conflicts_of.get(report.id, ())
    worlds = findings.dropped_in.get(report.id, ())
    others = [name for name in findings.copies.get(report.id, ()) if name != report.id]
    rows = [
        ("In conflict", join_links((str(n), make_conflict_anchor(n)) for n in conflicts)),
        ("Left out in world", join_links((str(n), make_world_anchor(n)) for n in worlds)),
        ("One witness with", link_names(", ".join(others), findings.report_of)),
    ]
    return make_facts(rows)


def _make_chance(report: Report, journey: Journey, chances: ReportChances) -> list[Markup]:
    """Write how likely it is right, given the reports and before them."""
    if report.id not in chances.texts:
        return []
    trust = journey.plan.trust
    family = trust.families.get(report.family)
    believed = report.reliability
    if believed is None:
        believed = trust.reliability if family is None else family.reliability
    before = element("a", f"{format_number(100.0 * believed)} %", href=f"#{TRUST_ANCHOR}")
    doubt = (
        f" if it was this train, and that {format_number(100.0 * trust.identity)} %"
        if report.identity
        else ""
    )
    rejected = "; thrown out" if report.id in chances.rejected else ""
    text = chances.texts[report.id]
    right = join([text, " given the reports, ", before, " before", doubt, rejected])
    return make_facts([("Right", right)])


def _make_judging(
    report: Report, verdict: Verdict | None, journey: Journey, bases: Sequence[PriorBasis]
) -> list[Markup]:
    """Write by which route it was judged, and which priors know of it already."""
    other = verdict.route if verdict is not None else None
    if other == journey.default_route:
        other = None
    behind = [basis for basis in bases if report.id in basis.reports]
    named = [basis for basis in bases if report.id in basis.named]
    rows = [
        ("Judged by", f"route {other}: {journey.routes[other].title}" if other else ""),
        ("Stands behind", _link_bases(behind)),
        ("Named in the reason for", _link_bases(named)),
    ]
    return make_facts(rows)


def _link_bases(bases: Sequence[PriorBasis]) -> Markup:
    return join_links(dict.fromkeys((basis.prior, basis.anchor) for basis in bases))


def _make_origin(report: Report, journey: Journey, ids: set[str]) -> list[Markup]:
    """Write how the report was worded, whose knowledge it is and since when it is known."""
    family = journey.families[report.family]
    rows: list[tuple[str, str]] = [
        ("Hedge", report.hedge),
        ("Identity", report.identity),
        ("Readings", "; or ".join(reading.says for reading in report.readings)),
        ("Forecast", "it told of what was to come" if report.forecast else ""),
        ("Note", link_reports(report.note, ids)),
        ("Whose knowledge", f"{family.name} ({report.family})"),
        ("Stands in", _make_sources(report, journey)),
        ("Known from", _make_instant(report.known_s, journey)),
    ]
    return make_facts(rows)


def _make_sources(report: Report, journey: Journey) -> Markup:
    parts: list[str] = []
    for source, lines in report.said:
        publisher = journey.sources[source].publisher
        link = element("a", source, href=f"#{make_source_anchor(source)}")
        parts += [
            "; " if parts else "",
            link,
            f" {publisher}, line{'s' * (not lines.isdigit())} {lines}",
        ]
    return join(parts)


def _make_clause(clause: Clause, journey: Journey) -> list[Markup]:
    text = clause.text
    facts = [element("dt", "Says"), element("dd", f"{text[:1].upper()}{text[1:]}")]
    if clause.words:
        facts += [element("dt", "In words"), element("dd", f"\u201c{clause.words}\u201d")]
    return facts + _make_window(clause, journey)


def _make_window(clause: Clause, journey: Journey) -> list[Markup]:
    time, window = clause.time, clause.window
    if time is None:
        return []
    shown = window or time.window
    ends = [end.timestamp() for end in (shown.start, shown.end) if end is not None]
    if not ends:
        return []
    clocks = make_clock_list(
        list_clocks(journey.zones, ends[0], ends[-1]),
        lambda zone: make_number(clause.format_time(zone)),
    )
    reason = f": {time.zone_reason}" if time.zone_reason else ""
    known = ZONE_KNOWN.get(time.zone_known, time.zone_known)
    return [
        element("dt", f"Window, {format_years(*ends)}"),
        element("dd", clocks),
        element("dt", "Clock"),
        element("dd", f"{time.zone}; {known}{reason}"),
    ]


def _make_instant(seconds: float, journey: Journey) -> Markup:
    clocks = list_clocks(journey.zones, seconds, seconds)
    times = [f"{format_local(seconds, clock.zone)}, {clock.label}" for clock in clocks]
    return join([f"{format_years(seconds)}: ", " \u00b7 ".join(times)])
