"""What cannot all be true: a card a conflict, with a sum that a reader can add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.durations import format_lapse
from routesim.text.quantities import format_count
from routesim.text.times import format_local, format_years
from routesim.view.findings import name_conflict
from routesim.view.html.markup import Markup, element, join, link_names
from routesim.view.page.window_tables import scroll_table
from routesim.view.spots import describe_clause
from routesim.view.times import list_clocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.certain import Conflict, Step
    from routesim.journey import Journey
    from routesim.view.findings import Findings

__all__ = ["make_conflicts", "name_together", "say_miss"]

UNFOLDED = 3
"""So many of the conflicts at face value show their sum at once."""

CLAIM_CHARACTERS = 120
MINUTE_S = 60
DAY_S = 86_400
CLOCK_S = 100_000_000
"""A weight of three years and more is an instant, not a lapse."""

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
"""Heads of the ways out, by kind of repair, the mildest first."""


def make_conflicts(findings: Findings) -> Markup:
    """Write every conflict of a journey: those that no reading dissolves first."""
    if not findings.is_heard:
        return element("p", NO_REPORT)
    if not findings.conflicts:
        return element(
            "p", NO_CONFLICT if findings.conflicts.is_complete else _say_whole(findings)
        )
    parts = [
        element("p", _say_counts(findings), " ", _say_whole(findings)),
        element("p", HOW_TO_READ, class_="note"),
        _make_group(
            "Dissolved by no reading of the reports",
            findings,
            findings.firm,
            len(findings.firm),
        ),
        _make_group("If each report is read at face value", findings, findings.plain, UNFOLDED),
    ]
    if findings.other:
        told = f"{len(findings.other):,} more, if a report is read in another way"
        cards = [_make_card(c, findings, is_open=False) for c in findings.other]
        parts.append(
            element("details", element("summary", told), *cards, class_="more-conflicts")
        )
    return join(parts)


def name_together(names: Sequence[str]) -> str:
    """Write names as a list in words: ``C01, C16 and C60``."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def say_miss(conflict: Conflict) -> str:
    """Say in one clause what contradicts what, and by how much."""
    told = name_together(conflict.clauses)
    alone = len(conflict.clauses) == 1
    if conflict.miss_s == 1:
        return f"{told} only just misses" if alone else f"{told} only just miss each other"
    if (miss := _say_amount(conflict)) == "":
        return f"{told} cannot be true" if alone else f"{told} cannot all be true"
    return f"{told} misses by {miss}" if alone else f"{told} miss each other by {miss}"


def _say_amount(conflict: Conflict) -> str:
    if conflict.miss_s is not None:
        return format_lapse(conflict.miss_s)
    if conflict.miss_km is not None:
        return f"{conflict.miss_km:,.1f} km"
    return "" if conflict.miss_kmh is None else f"{conflict.miss_kmh:,.1f} km/h"


def _say_counts(findings: Findings) -> str:
    firm = len(findings.firm) or "none"
    return (
        f"{format_count(len(findings.conflicts), 'conflict')}: {firm} that no reading of the "
        f"reports dissolves, {len(findings.plain)} if each report is read at "
        f"face value, {len(findings.other)} only if one is read in another way."
    )


def _say_whole(findings: Findings) -> str:
    most = findings.conflicts.complete_to
    if most is None:
        return "The list is complete: no other smallest set contradicts itself."
    return (
        f"No conflict of up to {format_count(most, 'clause')} is missing; there may be others "
        "of more."
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
            link_names(say_miss(conflict), findings.report_of),
        ),
        element("p", "Only if: ", link_names(reading, findings.report_of), class_="only-if")
        if reading
        else None,
        element("ul", *_list_claims(conflict, findings), class_="conflict-claims"),
        element(
            "details",
            element("summary", "The sum and the ways out" if conflict.certificate else "Why"),
            _show_why(conflict, findings),
            open=is_open,
        ),
        class_="conflict",
        id=name_conflict(number),
    )


def _list_claims(conflict: Conflict, findings: Findings) -> list[Markup]:
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
                _shorten(_tell_clause(journey, report.id, clause)),
                element(
                    "span",
                    f" {journey.families[report.family].name}.",
                    link_names(copies, findings.report_of),
                    class_="note",
                ),
            )
        )
    return items


def _tell_clause(journey: Journey, report_id: str, clause: str) -> str:
    """Tell the claim of a report, after what the one clause of several says of it."""
    report = journey.get_report(report_id)
    number = clause.removeprefix(report_id).removeprefix(".")
    if not number.isdigit() or int(number) > len(report.clauses):
        return report.claim
    return f"{describe_clause(report.clauses[int(number) - 1])}: {report.claim}"


def _shorten(text: str) -> str:
    if len(text) <= CLAIM_CHARACTERS:
        return text
    head = text[:CLAIM_CHARACTERS]
    return f"{head.rpartition(' ')[0] or head}\u2026"


def _show_why(conflict: Conflict, findings: Findings) -> Markup:
    names = findings.report_of
    if conflict.certificate:
        shown = _make_sum(conflict, findings)
    else:
        shown = element("p", link_names(conflict.why, names))
    rests = "; ".join(conflict.assumptions)
    variants = "; ".join(_tell_variant(conflict, other) for other in conflict.variants)
    return join(
        [
            element("div", shown, _list_repairs(conflict, findings), class_="conflict-parts"),
            element("p", "Rests besides on ", link_names(rests, names), ".", class_="note")
            if rests
            else None,
            element("p", "The same ", link_names(variants, names), ".", class_="note")
            if variants
            else None,
        ]
    )


def _tell_variant(conflict: Conflict, other: Sequence[str]) -> str:
    gone = [clause for clause in conflict.clauses if clause not in other]
    new = [clause for clause in other if clause not in conflict.clauses]
    if not gone or not new:
        return f"for {name_together(other)}"
    return f"with {name_together(new)} in the place of {name_together(gone)}"


def _list_repairs(conflict: Conflict, findings: Findings) -> Markup | None:
    """Write the ways out, the mildest first, those of a kind together."""
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
        element("p", "Ways out, any one of them enough, the mildest first", class_="mini-head"),
        element("ul", *items, class_="repairs"),
    )


def _make_sum(conflict: Conflict, findings: Findings) -> Markup:
    """Write the steps of a certificate and their sum, clocks as hours of one day."""
    steps = conflict.certificate
    start_s = _find_day(steps)
    rows = [_make_step(step, start_s, findings) for step in steps]
    total = sum(step.weight_s for step in steps)
    head = element("th", "They miss by", scope="row", colspan=2)
    cell = element("td", _tell_seconds(total), class_="num sum", data_seconds=total)
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
    return scroll_table(table, label)


def _find_day(steps: Sequence[Step]) -> int:
    """Return the midnight (UTC) from which clocks are counted; 0 where none is in the sum."""
    clocks = [step.weight_s for step in steps if abs(step.weight_s) >= CLOCK_S]
    if not clocks or sum(clock > 0 for clock in clocks) * 2 != len(clocks):
        return 0  # as many ends as beginnings: the day cancels out
    return min(map(abs, clocks)) // DAY_S * DAY_S


def _make_step(step: Step, start_s: int, findings: Findings) -> Markup:
    is_clock = start_s > 0 and abs(step.weight_s) >= CLOCK_S
    adds = step.weight_s
    if is_clock:
        adds -= start_s if adds > 0 else -start_s
    owners = ", ".join(step.owners) or "the order of the line"
    return element(
        "tr",
        element(
            "th",
            step.text,
            _tell_clocks(abs(step.weight_s), findings, is_end=step.weight_s > 0)
            if is_clock
            else None,
            scope="row",
        ),
        element("td", link_names(owners, findings.report_of), data_label="From"),
        element("td", _tell_seconds(adds), class_="num", data_label="Adds", data_seconds=adds),
    )


def _tell_clocks(instant_s: int, findings: Findings, *, is_end: bool) -> Markup:
    """Write an instant by every clock; the end of a window is its first second beyond."""
    if is_end and (instant_s + 1) % MINUTE_S == 0:
        instant_s += 1
    told = [
        f"{format_local(instant_s, clock.zone)} {clock.label}"
        for clock in list_clocks(findings.journey.zones, instant_s, instant_s)
    ]
    return element("span", " \u00b7 ".join(told), class_="clock num")


def _tell_seconds(seconds: int) -> str:
    """Write seconds with a sign, to be added up by hand."""
    minutes, left = divmod(abs(seconds), MINUTE_S)
    hours, minutes = divmod(minutes, 60)
    sign = "+" if seconds > 0 else MINUS if seconds < 0 else ""
    return f"{sign}{hours}:{minutes:02d}:{left:02d}"
