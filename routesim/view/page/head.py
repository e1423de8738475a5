"""Head of the page: the answers in sentences, what they are based on, and an overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.assessment import FITTING, VERDICTS
from routesim.text import page as words
from routesim.text.findings import (
    VERDICT_WORDS,
    format_margin,
    format_other_routes,
    format_rarest,
    format_verdict_counts,
)
from routesim.text.quantities import format_count
from routesim.text.times import format_years
from routesim.view.html.components import make_list, make_note
from routesim.view.html.links import (
    CONFLICTS_ANCHOR,
    FAMILIES_ANCHOR,
    LIKELY_ANCHOR,
    link_names,
    link_reports,
    make_anchor,
    make_link,
)
from routesim.view.html.markup import element, join
from routesim.view.page.assumptions import list_prior_bases
from routesim.view.page.certain import format_certain
from routesim.view.page.conflicts import format_conflicts
from routesim.view.page.ledger import count_verdicts, make_badge
from routesim.view.page.likely import format_likely
from routesim.view.page.window_tables import make_glance_table
from routesim.view.windows import find_span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from routesim.assessment import Verdict
    from routesim.journey import Journey
    from routesim.view.findings import Findings
    from routesim.view.times import Clock
    from routesim.view.windows import MeasuredEnsemble


KICKER = "routesim \u00b7 a train journey checked against its reports"

CERTAIN = {True: "Certain. ", False: "Not certain. "}
"""Head of the bounds, by whether all best worlds were found."""


def make_lead(
    journey: Journey,
    measured: MeasuredEnsemble,
    judged: Mapping[str, Verdict],
    findings: Findings,
    answers: Sequence[str] = (),
) -> Markup:
    """Write the headline, the summary, the answers and what they are based on.

    Certain answers come first, then likely ones: the windows, then the sentences in
    ``answers``.
    """
    certain = [
        link_names(text, findings.report_of)
        for text in (format_certain(findings), format_conflicts(findings))
    ]
    conflicts = make_link("Conflicts", CONFLICTS_ANCHOR)
    likely = " ".join(filter(None, (format_likely(journey, measured), *answers)))
    rest = make_link("What is likely", LIKELY_ANCHOR)
    kind = words.format_kind(
        has_reports=bool(journey.reports), has_bases=bool(list_prior_bases(journey))
    )
    years = format_years(*find_span(measured.ensemble))
    changed = f"Changed: {'; '.join(journey.changes)}."
    return element(
        "header",
        element("p", KICKER, class_="kicker"),
        element("h1", journey.title),
        element("p", journey.summary, class_="standfirst") if journey.summary else None,
        _make_answer(
            CERTAIN[findings.bounds.is_complete],
            certain[0],
            " ",
            certain[1],
            " See ",
            conflicts,
            ".",
        )
        if findings.has_constraints
        else None,
        _make_answer("Likely. ", link_reports(likely, judged), " See ", rest, "."),
        _make_answer("Reports. ", _make_verdicts(journey, judged)),
        element("p", f"{kind} {words.YEARS.format(years=years)}", class_="kind"),
        element("p", changed, class_="kind") if journey.changes else None,
        class_="lead",
    )


def make_glance(
    journey: Journey,
    measured: MeasuredEnsemble,
    judged: Mapping[str, Verdict],
    clocks: Sequence[Clock],
) -> Markup:
    """Write the windows at the key places and the number of reports per verdict."""
    counts = count_verdicts(judged)
    items = [
        join([element("span", str(counts[name]), class_="count num"), " ", make_badge(name)])
        for name in VERDICT_WORDS
    ]
    shares = sorted((v.share, v.report_id) for v in judged.values() if v.share is not None)
    return element(
        "section",
        element("h2", "At a glance", id="glance"),
        make_note("Default route: ", journey.routes[measured.ensemble.route_id].title, "."),
        make_glance_table(measured, clocks),
        element("h3", "The reports"),
        make_list(items, "counts"),
        _make_misses(judged),
        make_note(format_rarest(shares)),
        aria_labelledby="glance",
    )


def _make_answer(head: str, *children: str) -> Markup:
    return element("p", element("strong", head), *children, class_="answer")


def _make_verdicts(journey: Journey, judged: Mapping[str, Verdict]) -> Markup:
    counts = count_verdicts(judged)
    if not counts:
        return join(["The journey has none."])
    families = {report.family for report in journey.reports}
    link = make_link(format_count(len(families), "family", "families"), FAMILIES_ANCHOR)
    others = [v for v in judged.values() if v.route not in {None, journey.default_route}]
    elsewhere = format_other_routes(
        [v.report_id for v in others if v.verdict in FITTING],
        [v.report_id for v in others if v.verdict not in FITTING],
        len(judged),
    )
    return join(
        [
            f"Of {format_count(len(journey.reports), 'report')} by ",
            link,
            format_verdict_counts({name: counts[name] for name in VERDICT_WORDS}),
            link_reports(elsewhere, judged),
        ]
    )


def _make_misses(judged: Mapping[str, Verdict]) -> Markup | None:
    others = (*FITTING, "silent")
    missed = [v for v in judged.values() if v.verdict not in others]
    items = []
    ranked = sorted(missed, key=lambda v: (VERDICTS.index(v.verdict), -v.tolerances))
    for verdict in ranked:
        link = make_link(verdict.report_id, make_anchor("report", verdict.report_id))
        margin = format_margin(verdict.margin_s)
        strong = element("strong", f" {margin}. ", class_="num") if margin else " "
        items.append(join([link, " ", make_badge(verdict.verdict), strong, verdict.why]))
    return make_list(items, "misses") if items else None
