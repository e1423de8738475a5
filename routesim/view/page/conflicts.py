"""Sections of the conflicts and of the worlds.

Each conflict has a card with a sum that a reader can check. Each world has a row with the
reports that it drops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text import conflicts as conflict_words
from routesim.text import page as words
from routesim.text.certificates import format_support
from routesim.text.durations import MINUTE_S
from routesim.text.times import format_local, format_years
from routesim.view.html.components import (
    make_grid,
    make_heads,
    make_list,
    make_note,
    make_remark,
    make_row,
    make_table,
)
from routesim.view.html.links import link_names, make_anchor
from routesim.view.html.markup import element, join
from routesim.view.times import list_clocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from routesim.certain import Conflict, Step, World
    from routesim.view.findings import Findings


UNFOLDED = 3
"""Number of conflicts at face value whose sums are open at first."""

DAY_S = 86_400
CLOCK_S = 100_000_000
"""Smallest weight, about three years in seconds, that is a time rather than a duration."""

SUMMARY = "Sum and possible resolutions"
RESOLUTIONS = "Possible resolutions of this conflict, mildest first (one is enough)"
SUM_HEADS = ("Constraint", "Basis", "Adds, h:min:s")
GROUPS = {
    "reading": "Another reading",
    "zone": "Another time zone",
    "route": "Another route",
    "start": "Another origin",
    "widen": "A wider range",
    "cap": "A higher speed cap",
    "drop": "A wrong report",
    "identity": "Another train or passenger",
}
"""Heads of the possible resolutions by kind, mildest first."""

WORLDS_CAPTION = "Worlds, the best ones first"
WORLDS_HEADS = (
    "World",
    "Route",
    "Reports dropped",
    "Other readings or origin",
    "Families dropped",
)


def make_conflicts(findings: Findings) -> Markup:
    """Write the conflicts of a journey, starting with those that no reading resolves."""
    found, firm = findings.conflicts, findings.firm
    if not findings.has_constraints:
        return element("p", words.NO_CONSTRAINT)
    complete = conflict_words.format_completeness(found.complete_to)
    if not found:
        return element("p", words.NO_CONFLICT if found.is_complete else complete)
    counts = words.format_conflict_kinds(len(firm), len(findings.plain), len(findings.other))
    parts = [
        element("p", f"{counts} {complete}"),
        make_note(words.HOW_TO_READ_SUMS),
        _make_group("Under every reading", findings, firm, len(firm)),
        _make_group(
            "If every report is read at face value", findings, findings.plain, UNFOLDED
        ),
    ]
    if findings.other:
        title = f"{len(findings.other):,} more, only under another reading"
        cards = [_make_card(c, findings, is_open=False) for c in findings.other]
        parts.append(
            element("details", element("summary", title), *cards, class_="more-conflicts")
        )
    return join(parts)


def make_worlds(findings: Findings) -> Markup:
    """Write the worlds of a journey, and which of them the bounds use."""
    if not findings.has_constraints:
        return element("p", "There is nothing to reconcile.")
    rows = [_make_world(world, findings) for world in findings.worlds]
    table = make_table(
        WORLDS_CAPTION, WORLDS_HEADS, rows, class_="reasons worlds", label="Worlds"
    )
    used = findings.bounds.worlds
    more = "There are more worlds than the table shows. " if findings.has_more_worlds else ""
    text = more + conflict_words.format_worlds_used(
        [world.number for world in used],
        len(used[0].families_dropped),
        is_complete=findings.bounds.is_complete,
    )
    return join([make_note(words.WORLDS_MEANING), table, make_note(text)])


def _rank_headline(conflict: Conflict) -> tuple[bool, float]:
    """Return a sort key: how a single report is read comes last, then the miss counts."""
    is_question = bool(conflict.taken) and len(conflict.reports) == 1
    return not is_question, conflict.tolerances or 0.0


def format_conflicts(findings: Findings) -> str:
    """Format the number of conflicts by kind, and the conflict with the largest miss."""
    if not findings.has_constraints:
        return ""
    firm, found = findings.firm, findings.conflicts
    groups = {"firm": firm, "plain": (*firm, *findings.plain), "any": found}
    largest = next(
        (
            (kind, max(missed, key=_rank_headline).clash)
            for kind, conflicts in groups.items()
            if (missed := [c for c in conflicts if c.tolerances is not None])
        ),
        None,
    )
    kinds = {choice.kind for conflict in found for choice, _ in conflict.taken}
    causes = ["reading"] * bool(kinds - {"route", "start"})
    causes += [kind for kind in ("route", "start") if kind in kinds]
    return words.format_conflicts(len(firm), len(found) - len(firm), causes, largest)


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
    number, names = findings.ordered.index(conflict) + 1, findings.report_of
    reading = link_names(conflict.reading or "", names)
    counted = element("span", f"{number} ", class_="note num")
    return element(
        "article",
        element("h4", counted, link_names(conflict.clash, names)),
        element("p", "This conflict exists only if ", reading, ".", class_="only-if")
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
        id=make_anchor("conflict", number),
    )


def _make_claims(conflict: Conflict, findings: Findings) -> list[Markup]:
    """Write each clause with a short form of its claim and its family."""
    names, items = findings.report_of, []
    for clause in conflict.clauses:
        report = findings.journey.get_report(names[clause])
        number = clause.removeprefix(report.id).removeprefix(".")
        of_several = number.isdigit() and int(number) <= len(report.clauses)
        text = report.clauses[int(number) - 1].text if of_several else ""
        others = ", ".join(findings.list_copies(report.id))
        known = f"{findings.journey.families[report.family].name}."
        same = link_names(f" The same in {others}." if others else "", names)
        claim = words.format_claim(report.claim, text)
        items.append(
            element("li", link_names(clause, names), " ", claim, make_remark(known, same))
        )
    return items


def _make_reason(conflict: Conflict, findings: Findings) -> Markup:
    names = findings.report_of
    if conflict.steps:
        shown = _make_sum(conflict, findings)
    else:
        shown = element("p", link_names(conflict.why, names))
    notes = {
        "Also assumed: ": "; ".join(conflict.assumptions),
        "The same conflict exists ": ", and ".join(conflict.similar),
    }
    return join(
        [
            element("div", shown, _make_repairs(conflict, findings), class_="conflict-parts"),
            *[
                make_note(head, link_names(text, names), ".")
                for head, text in notes.items()
                if text
            ],
            make_note(conflict.cap_role) if conflict.cap_role else None,
        ]
    )


def _make_repairs(conflict: Conflict, findings: Findings) -> Markup | None:
    """Write the possible resolutions grouped by kind, mildest first."""
    if not conflict.repairs:
        return None
    kinds = dict.fromkeys(repair.kind for repair in conflict.repairs)
    items = []
    for kind in kinds:
        texts = "; or ".join(repair.text for repair in conflict.repairs if repair.kind == kind)
        head = element("strong", f"{GROUPS.get(kind, kind)}: ")
        items.append(join([head, link_names(texts, findings.report_of)]))
    return element(
        "div", element("p", RESOLUTIONS, class_="mini-head"), make_list(items, "repairs")
    )


def _make_sum(conflict: Conflict, findings: Findings) -> Markup:
    """Write the steps of a certificate and their sum, with times as hours from one day."""
    start_s = _find_day(conflict.steps)
    rows = [_make_step(step, start_s, findings) for step in conflict.steps]
    total = sum(step.weight_s for step in conflict.steps)
    head = element("th", "Miss", scope="row", colspan=2)
    cell = element("td", words.format_sum(total), class_="num sum", data_seconds=total)
    foot = element("tfoot", element("tr", head, cell))
    day = f"{format_local(start_s, 'UTC')} UTC, {format_years(start_s)}"
    return make_grid(
        f"Sum, with times counted from {day}" if start_s else "Sum",
        [make_heads(SUM_HEADS)],
        [element("tbody", *rows), foot],
        f"Sum of conflict {findings.ordered.index(conflict) + 1}",
        class_="certificate",
    )


def _find_day(steps: Sequence[Step]) -> int:
    """Return the midnight (UTC) from which times are counted, or 0 if the sum has none."""
    clocks = [step.weight_s for step in steps if abs(step.weight_s) >= CLOCK_S]
    if not clocks or sum(clock > 0 for clock in clocks) * 2 != len(clocks):
        return 0  # the day cancels out only if the sum has as many ends as beginnings
    return min(map(abs, clocks)) // DAY_S * DAY_S


def _make_step(step: Step, start_s: int, findings: Findings) -> Markup:
    support = link_names(format_support(step.support), findings.report_of)
    adds, clocks = step.weight_s, None
    if start_s > 0 and abs(adds) >= CLOCK_S:
        clocks = _make_clocks(abs(adds), findings, is_end=adds > 0)
        adds -= start_s if adds > 0 else -start_s
    text = words.format_sum(adds)
    return element(
        "tr",
        element("th", step.text, clocks, scope="row"),
        element("td", support, data_label="Basis"),
        element("td", text, class_="num", data_label="Adds", data_seconds=adds),
    )


def _make_clocks(instant_s: int, findings: Findings, *, is_end: bool) -> Markup:
    """Write a time in every zone; an end one second before a full minute as that minute."""
    if is_end and (instant_s + 1) % MINUTE_S == 0:
        instant_s += 1
    texts = [
        f"{format_local(instant_s, clock.zone)} {clock.label}"
        for clock in list_clocks(findings.journey.zones, instant_s, instant_s)
    ]
    return element("span", " \u00b7 ".join(texts), class_="clock num")


def _make_world(world: World, findings: Findings) -> Markup:
    names, journey = findings.report_of, findings.journey
    left_out = conflict_words.format_versions(world.dropped, world.versions)
    families = [f"{journey.families[key].name} ({key})" for key in world.families_dropped]
    cells = (
        journey.routes[world.route].title,
        link_names(", ".join(left_out) or "nothing", names),
        link_names("; ".join(world.own_readings) or "nothing", names),
        "; ".join(families) or "none",
    )
    is_used = world.number in {other.number for other in findings.bounds.worlds}
    first = join([str(world.number), make_remark("used for the bounds" if is_used else "")])
    return make_row(WORLDS_HEADS, first, cells, anchor=make_anchor("world", world.number))
