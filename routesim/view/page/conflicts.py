"""What cannot all be true: a card a conflict, with a sum that a reader can add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.certificates import format_support
from routesim.text.conflicts import format_completeness, format_conflict_counts
from routesim.text.names import format_list
from routesim.text.quantities import format_count
from routesim.text.times import format_local, format_years
from routesim.view.html.components import make_note, make_scroll_region
from routesim.view.html.links import link_names, make_conflict_anchor
from routesim.view.html.markup import Markup, element, join
from routesim.view.times import list_clocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.certain import Conflict, Step
    from routesim.journey import Journey
    from routesim.view.findings import Findings


UNFOLDED = 3
"""The number of conflicts at face value whose sums are open at first."""

CLAIM_CHARACTERS = 120
MINUTE_S = 60
DAY_S = 86_400
CLOCK_S = 100_000_000
"""A weight of three years and more is an instant, not a lapse."""

SUMMARY = "The sum and the possible resolutions"
RESOLUTIONS = "Possible resolutions, any one of them enough, the mildest first"
MINUS = "\u2212"
NO_REPORT = "No report sets a constraint, so none can contradict another."
NO_CONFLICT = "None: all the reports can be true together, each as it is read at face value."
HOW_TO_READ = (
    "Each is a smallest set: leave any one of its reports or assumptions out, and the others "
    "can all be true. "
    "They follow from the reports, the kilometres of the line and the speed that no train "
    "exceeds there; the simulated journeys have no part in them. In a sum, \u201cno later "
    "than\u201d and \u201cat most\u201d count plus, \u201cno earlier than\u201d and \u201cat "
    "least\u201d count minus. What comes out below nothing is the miss. A window told as "
    "before 18:00 ends at 17:59:59."
)
GROUPS = {
    "reading": "Read otherwise",
    "zone": "Another clock",
    "route": "Another route",
    "start": "Another start",
    "widen": "Widened",
    "cap": "Faster",
    "drop": "Wrong",
    "identity": "Another train or passenger",
}
"""Heads of the possible resolutions, by kind, the mildest first."""


def make_conflicts(findings: Findings) -> Markup:
    """Write every conflict of a journey: those that no reading resolves first."""
    if not findings.has_constraints:
        return element("p", NO_REPORT)
    if not findings.conflicts:
        found = findings.conflicts
        return element("p", NO_CONFLICT if found.is_complete else _format_complete(findings))
    parts = [
        element("p", _format_counts(findings), " ", _format_complete(findings)),
        make_note(HOW_TO_READ),
        _make_group(
            "Resolved by no reading of the reports",
            findings,
            findings.firm,
            len(findings.firm),
        ),
        _make_group("If each report is read at face value", findings, findings.plain, UNFOLDED),
    ]
    if findings.other:
        title = f"{len(findings.other):,} more, if a report is read in another way"
        cards = [_make_card(c, findings, is_open=False) for c in findings.other]
        parts.append(
            element("details", element("summary", title), *cards, class_="more-conflicts")
        )
    return join(parts)


def format_conflicts(findings: Findings) -> str:
    """Format how many conflicts there are, of which kind, and which misses by most."""
    if not findings.has_constraints:
        return ""
    if not findings.conflicts:
        return "No report contradicts another."
    firm = len(findings.firm)
    text = format_conflict_counts(firm, len(findings.conflicts) - firm)
    for conflicts, name in (
        (findings.firm, "The largest that stands by any reading"),
        ((*findings.firm, *findings.plain), "The largest, read at face value"),
        (findings.conflicts, "The largest"),
    ):
        timed = [c for c in conflicts if c.miss_s is not None]
        if timed:
            return f"{text} {name}: {max(timed, key=_rank_miss).clash}."
    return text


def _format_complete(findings: Findings) -> str:
    return format_completeness(findings.conflicts.complete_to)


def _rank_miss(conflict: Conflict) -> tuple[int, int]:
    return conflict.miss_s or 0, -len(conflict.clauses)


def _format_counts(findings: Findings) -> str:
    firm = len(findings.firm) or "none"
    return (
        f"{format_count(len(findings.conflicts), 'conflict')}: {firm} that no reading of the "
        f"reports resolves, {len(findings.plain)} if each report is read at "
        f"face value, {len(findings.other)} only if one is read in another way."
    )


def _make_group(
    title: str, findings: Findings, conflicts: Sequence[Conflict], unfolded: int
) -> Markup | None:
    if not conflicts:
        return None
    cards = [
        _make_card(conflict, findings, is_open=number < unfolded)
        for number, conflict in enumerate(conflicts)
    ]
    return join([element("h3", title), *cards])


def _make_card(conflict: Conflict, findings: Findings, *, is_open: bool) -> Markup:
    number = findings.ordered.index(conflict) + 1
    reading = conflict.reading
    return element(
        "article",
        element(
            "h4",
            element("span", f"{number} ", class_="note num"),
            link_names(conflict.clash, findings.report_of),
        ),
        element("p", "Only if: ", link_names(reading, findings.report_of), class_="only-if")
        if reading
        else None,
        element("ul", *_make_claims(conflict, findings), class_="conflict-claims"),
        element(
            "details",
            element("summary", SUMMARY if conflict.steps else "Why"),
            _make_reason(conflict, findings),
            open=is_open,
        ),
        class_="conflict",
        id=make_conflict_anchor(number),
    )


def _make_claims(conflict: Conflict, findings: Findings) -> list[Markup]:
    """Write each clause with the claim in short and whose knowledge it is."""
    journey = findings.journey
    items = []
    for clause in conflict.clauses:
        report = journey.get_report(findings.report_of[clause])
        others = [m for m in findings.copies.get(report.id, ()) if m != report.id]
        copies = f" The same in {', '.join(others)}." if others else ""
        items.append(
            element(
                "li",
                link_names(clause, findings.report_of),
                " ",
                _shorten(_format_claim(journey, report.id, clause)),
                element(
                    "span",
                    f" {journey.families[report.family].name}.",
                    link_names(copies, findings.report_of),
                    class_="note",
                ),
            )
        )
    return items


def _format_claim(journey: Journey, report_id: str, clause: str) -> str:
    """Format the claim of a report, after what the one clause of several says of it."""
    report = journey.get_report(report_id)
    number = clause.removeprefix(report_id).removeprefix(".")
    if not number.isdigit() or int(number) > len(report.clauses):
        return report.claim
    return f"{report.clauses[int(number) - 1].text}: {report.claim}"


def _shorten(text: str) -> str:
    if len(text) <= CLAIM_CHARACTERS:
        return text
    head = text[:CLAIM_CHARACTERS]
    return f"{head.rpartition(' ')[0] or head}\u2026"


def _make_reason(conflict: Conflict, findings: Findings) -> Markup:
    names = findings.report_of
    if conflict.steps:
        shown = _make_sum(conflict, findings)
    else:
        shown = element("p", link_names(conflict.why, names))
    assumptions = "; ".join(conflict.assumptions)
    variants = "; ".join(_format_variant(conflict, other) for other in conflict.variants)
    return join(
        [
            element("div", shown, _make_repairs(conflict, findings), class_="conflict-parts"),
            make_note("Also based on ", link_names(assumptions, names), ".")
            if assumptions
            else None,
            make_note("The same ", link_names(variants, names), ".") if variants else None,
        ]
    )


def _format_variant(conflict: Conflict, other: Sequence[str]) -> str:
    gone = [clause for clause in conflict.clauses if clause not in other]
    new = [clause for clause in other if clause not in conflict.clauses]
    if not gone or not new:
        return f"for {format_list(other)}"
    return f"with {format_list(new)} instead of {format_list(gone)}"


def _make_repairs(conflict: Conflict, findings: Findings) -> Markup | None:
    """Write the possible resolutions, the mildest first, those of a kind together."""
    grouped: dict[str, list[str]] = {}
    for repair in conflict.repairs:
        grouped.setdefault(repair.kind, []).append(repair.text)
    if not grouped:
        return None
    items = [
        element(
            "li",
            element("strong", f"{GROUPS.get(kind, kind)}: "),
            link_names("; or ".join(texts), findings.report_of),
        )
        for kind, texts in grouped.items()
    ]
    return element(
        "div",
        element(
            "p",
            RESOLUTIONS,
            class_="mini-head",
        ),
        element("ul", *items, class_="repairs"),
    )


def _make_sum(conflict: Conflict, findings: Findings) -> Markup:
    """Write the steps of a certificate and their sum, clocks as hours of one day."""
    steps = conflict.steps
    start_s = _find_day(steps)
    rows = [_make_step(step, start_s, findings) for step in steps]
    total = sum(step.weight_s for step in steps)
    head = element("th", "They miss by", scope="row", colspan=2)
    cell = element("td", _format_seconds(total), class_="num sum", data_seconds=total)
    since = f", {format_years(start_s)}" if start_s else ""
    day = f", clocks from {format_local(start_s, 'UTC')} UTC on{since}" if start_s else ""
    heads = ("What is told or follows", "From", "Adds, h:min:s")
    label = f"Sum of conflict {findings.ordered.index(conflict) + 1}"
    table = element(
        "table",
        element("caption", f"The sum{day}"),
        element("thead", element("tr", *[element("th", text, scope="col") for text in heads])),
        element("tbody", *rows),
        element("tfoot", element("tr", head, cell)),
        class_="certificate",
    )
    return make_scroll_region(table, label)


def _find_day(steps: Sequence[Step]) -> int:
    """Return the midnight (UTC) from which clocks are counted; 0 where none is in the sum."""
    clocks = [step.weight_s for step in steps if abs(step.weight_s) >= CLOCK_S]
    if not clocks or sum(clock > 0 for clock in clocks) * 2 != len(clocks):
        return 0  # as many ends as beginnings: the day cancels out
    return min(map(abs, clocks)) // DAY_S * DAY_S


def _make_step(step: Step, start_s: int, findings: Findings) -> Markup:
    is_clock = start_s > 0 and abs(step.weight_s) >= CLOCK_S
    support = link_names(format_support(step.support), findings.report_of)
    adds = step.weight_s
    if is_clock:
        adds -= start_s if adds > 0 else -start_s
    return element(
        "tr",
        element(
            "th",
            step.text,
            _make_clocks(abs(step.weight_s), findings, is_end=step.weight_s > 0)
            if is_clock
            else None,
            scope="row",
        ),
        element("td", support, data_label="From"),
        element(
            "td", _format_seconds(adds), class_="num", data_label="Adds", data_seconds=adds
        ),
    )


def _make_clocks(instant_s: int, findings: Findings, *, is_end: bool) -> Markup:
    """Write an instant by every clock; the end of a window is its first second beyond."""
    if is_end and (instant_s + 1) % MINUTE_S == 0:
        instant_s += 1
    texts = [
        f"{format_local(instant_s, clock.zone)} {clock.label}"
        for clock in list_clocks(findings.journey.zones, instant_s, instant_s)
    ]
    return element("span", " \u00b7 ".join(texts), class_="clock num")


def _format_seconds(seconds: int) -> str:
    """Format seconds with a sign, to be added up by hand."""
    minutes, left = divmod(abs(seconds), MINUTE_S)
    hours, minutes = divmod(minutes, 60)
    sign = "+" if seconds > 0 else MINUS if seconds < 0 else ""
    return f"{sign}{hours}:{minutes:02d}:{left:02d}"
