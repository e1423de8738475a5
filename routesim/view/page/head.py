"""The head of the page: its answers in sentences, of which kind they are, and a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.findings import VERDICT_WORDS
from routesim.text.names import format_list
from routesim.text.quantities import format_count, format_rounded_share
from routesim.text.times import format_years
from routesim.view.html.components import make_note, make_scroll_region
from routesim.view.html.links import (
    CONFLICTS_ANCHOR,
    FAMILIES_ANCHOR,
    LIKELY_ANCHOR,
    link_names,
    link_reports,
    make_report_anchor,
)
from routesim.view.html.markup import Markup, element, join
from routesim.view.page.certain import format_certain
from routesim.view.page.conflicts import format_conflicts
from routesim.view.page.ledger import count_verdicts, make_badge
from routesim.view.page.likely import format_likely
from routesim.view.page.window_tables import make_glance_table
from routesim.view.prior_basis import list_prior_bases
from routesim.view.times import format_margin
from routesim.view.windows import find_span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.assessment import Verdict
    from routesim.journey import Journey
    from routesim.view.findings import Findings
    from routesim.view.times import Clock
    from routesim.view.windows import MeasuredEnsemble


RAREST = 3
"""The number of reports that are named as those that hold least often."""

CERTAIN = (
    "What is certain rests on the reports, the kilometres of the line and a cap on speed; no "
    "draw has a part in it."
)
ORIGIN = (
    "What is called likely comes from the priors stated below with their reasons, which are "
    "assumptions, and from the reports, each weighed by how far it is believed."
)
ALONE = "What is called likely comes from the priors stated below with their reasons."
BEHIND = (
    "Reports stand behind some of these priors or are named in their reasons, as their ledger "
    "entries say; one that a prior of the speeds rests on is not weighed again."
)
VERDICTS = (
    "The verdicts are another matter: each report is held, one by one, against draws from the "
    "priors alone."
)
LIMITS = "Presence of a train is not presence of a person."
EVIDENCE = "All evidence is the listed publications, and nothing that became known later."


def make_lead(
    journey: Journey,
    measured: MeasuredEnsemble,
    judged: Mapping[str, Verdict],
    findings: Findings,
    answers: Sequence[str] = (),
) -> Markup:
    """Write the headline, what the journey is, the answers and what kind of answers they are.

    What is certain comes first, then what is likely: the windows, then ``answers``.
    """
    likely = [format_likely(journey, measured), *answers]
    return element(
        "header",
        element(
            "p", "routesim \u00b7 a train journey held against its reports", class_="kicker"
        ),
        element("h1", journey.title),
        element("p", journey.summary, class_="standfirst") if journey.summary else None,
        _make_findings(findings),
        element(
            "p",
            element("strong", "Likely. "),
            link_reports(" ".join(text for text in likely if text), set(judged)),
            " ",
            element("a", "What is likely", href=f"#{LIKELY_ANCHOR}"),
            " has the rest.",
            class_="answer",
        ),
        element(
            "p",
            element("strong", "Reports. "),
            _make_verdicts(journey, judged),
            class_="answer",
        ),
        element("p", _format_kind(journey), " ", _format_year(measured), class_="kind"),
        element("p", f"Changed: {'; '.join(journey.changes)}.", class_="kind")
        if journey.changes
        else None,
        class_="lead",
    )


def _make_findings(findings: Findings) -> Markup | None:
    """Write what is certain and what contradicts, where any report sets a constraint."""
    if not findings.has_constraints:
        return None
    names = findings.report_of
    return element(
        "p",
        element("strong", "Certain. "),
        link_names(format_certain(findings), names),
        " ",
        link_names(format_conflicts(findings), names),
        " ",
        element("a", "What cannot all be true", href=f"#{CONFLICTS_ANCHOR}"),
        " shows each sum.",
        class_="answer",
    )


def _format_kind(journey: Journey) -> str:
    """Format what kind of answers the page gives."""
    if not journey.reports:
        return f"{ALONE} {LIMITS}"
    behind = f"{BEHIND} " if list_prior_bases(journey) else ""
    return f"{CERTAIN} {ORIGIN} {behind}{VERDICTS} {LIMITS} {EVIDENCE}"


def make_glance(
    journey: Journey,
    measured: MeasuredEnsemble,
    judged: Mapping[str, Verdict],
    clocks: Sequence[Clock],
) -> Markup:
    """Write the windows of the key places and the count of verdicts."""
    title = journey.routes[measured.ensemble.route_id].title
    counts = count_verdicts(judged)
    items = [
        element(
            "li", element("span", str(counts[name]), class_="count num"), " ", make_badge(name)
        )
        for name in VERDICT_WORDS
    ]
    return element(
        "section",
        element("h2", "At a glance", id="glance"),
        make_note("Default route: ", title, "."),
        make_scroll_region(make_glance_table(measured, clocks), "At a glance"),
        element("h3", "The reports"),
        element("ul", *items, class_="counts"),
        _make_misses(judged),
        make_note(_format_rarest(judged)),
        aria_labelledby="glance",
    )


def _format_rarest(judged: Mapping[str, Verdict]) -> str:
    """Format which reports hold in the fewest draws: consistent is not the same as likely."""
    shares = sorted((v.share, v.report_id) for v in judged.values() if v.share is not None)
    if not shares:
        return ""
    rarest = ", ".join(
        f"{report_id} in {format_rounded_share(share)}" for share, report_id in shares[:RAREST]
    )
    return (
        "Consistent means that the report meets the band of 90 % of the draws from the "
        "priors, not that it is likely. Taken one by one, these hold in the fewest of them: "
        f"{rarest}. A narrow window holds in few draws even where nothing speaks against it."
    )


def _make_verdicts(journey: Journey, judged: Mapping[str, Verdict]) -> Markup:
    counts = count_verdicts(judged)
    families = {report.family for report in journey.reports}
    parts = [
        f"{counts[name]} {'is' if counts[name] == 1 else 'are'} {name}"
        for name in VERDICT_WORDS
        if counts[name]
    ]
    if not parts:
        return join(["There is none to hold against the draws."])
    link = element(
        "a", format_count(len(families), "family", "families"), href=f"#{FAMILIES_ANCHOR}"
    )
    held = ", held against one another and against draws from the priors alone"
    return join(
        [
            f"Of {format_count(len(journey.reports), 'report')} by ",
            link,
            f"{held}, {format_list(parts)}. ",
            link_reports(_format_other_routes(journey, judged), set(judged)),
        ]
    )


def _format_other_routes(journey: Journey, judged: Mapping[str, Verdict]) -> str:
    """Format which reports are judged by another route than the default one."""
    others = [v for v in judged.values() if v.route not in {None, journey.default_route}]
    fitting = [v.report_id for v in others if v.verdict == "consistent"]
    failing = [v.report_id for v in others if v.verdict != "consistent"]
    texts = []
    if fitting:
        verb = "fits" if len(fitting) == 1 else "fit"
        texts.append(
            f"{_format_some(fitting, len(judged))} {verb} only another route than this one."
        )
    if failing:
        verb, does = ("is", "does") if len(failing) == 1 else ("are", "do")
        texts.append(
            f"{_format_some(failing, len(judged))} {verb} judged by another route than this "
            f"one, and {does} not fit it either."
        )
    return " ".join(texts)


def _format_some(report_ids: Sequence[str], total: int) -> str:
    return f"{len(report_ids)} of the {total} ({', '.join(report_ids)})"


def _format_year(measured: MeasuredEnsemble) -> str:
    return f"Days without a year are those of {format_years(*find_span(measured.ensemble))}."


def _make_misses(judged: Mapping[str, Verdict]) -> Markup:
    missed = [v for v in judged.values() if v.verdict in {"strained", "impossible"}]
    missed.sort(key=lambda verdict: verdict.verdict)
    items = []
    for verdict in missed:
        link = element("a", verdict.report_id, href=f"#{make_report_anchor(verdict.report_id)}")
        margin = format_margin(verdict.margin_s)
        items.append(
            element(
                "li",
                link,
                " ",
                make_badge(verdict.verdict),
                element("strong", f" {margin}. ", class_="num") if margin else " ",
                verdict.why,
            )
        )
    return element("ul", *items, class_="misses") if items else join([])
