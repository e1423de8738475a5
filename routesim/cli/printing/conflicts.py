"""Conflicts: reports that cannot all be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.cli.output import print_line, print_table, print_wrapped
from routesim.cli.printing.steps import print_steps
from routesim.cli.printing.worlds import format_families, format_known
from routesim.text.quantities import format_count, format_miss

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.certain import Conflict, ConflictList, ReportProblem

__all__ = ["print_conflicts"]

INDENT = "   "


def print_conflicts(
    problem: ReportProblem, conflicts: ConflictList, *, limit: int, brief: bool
) -> None:
    """Print conflicts, a card each or a line each."""
    title, known = problem.journey.title, format_known(problem.as_of_s)
    print_line(f"{title}{known}: {_format_used(problem)}")
    if not conflicts:
        print_line(f"No conflict found. {_format_completeness(conflicts)}")
        return
    shown = conflicts[:limit]
    if brief:
        _print_brief(shown)
    else:
        for number, conflict in enumerate(shown, 1):
            print_line("")
            _print_card(conflict, number)
        print_line("")
    total = len(conflicts)
    rest = total - len(shown)
    more = f", {rest:,} of them not shown (--limit {total} shows all)" if rest else ""
    print_line(f"{format_count(total, 'conflict')}{more}. {_format_completeness(conflicts)}")


def _format_used(problem: ReportProblem) -> str:
    count = sum(len(report.members) for report in problem.distinct_reports)
    *others, last = problem.routes
    routes = f"{', '.join(others)} or {last}" if others else last
    if not count:
        return "no report is heard that tells anything to be checked."
    reports = "1 report" if count == 1 else f"{count} reports"
    return f"{reports} heard that can be checked, route {routes}."


def _format_completeness(conflicts: ConflictList) -> str:
    if conflicts.is_complete:
        return "The list is complete."
    return (
        f"The list is complete for sets of up to {conflicts.complete_to} clauses; larger ones "
        "may be missing."
    )


def _print_brief(shown: Sequence[Conflict]) -> None:
    print_table(
        ["", "cannot all be true", "miss", "only if"],
        [
            [str(number), " + ".join(c.clauses), _format_miss(c) or "-", c.reading or "-"]
            for number, c in enumerate(shown, 1)
        ],
        right=[0],
        whole=[0, 2],
    )


def _print_card(conflict: Conflict, number: int) -> None:
    miss = _format_miss(conflict)
    tail = f": they miss by {miss}" if miss else ": they exclude each other"
    if conflict.miss_s == 1:
        tail = ": they touch without sharing an instant"
    print_wrapped(f"{' + '.join(conflict.clauses)}{tail}", mark=f"{number}. ")
    families = format_families(conflict.problem.journey, conflict.families)
    print_wrapped(f"told by: {families}", indent=INDENT)
    for original, copies in conflict.copies.items():
        print_wrapped(f"repeated by: {', '.join(copies)} (as {original})", indent=INDENT)
    if conflict.reading:
        print_wrapped(f"only if: {conflict.reading}", indent=INDENT)
    if conflict.certificate:
        print_steps(conflict.certificate)
        _print_best_start(conflict)
    else:
        print_wrapped(conflict.why, indent=INDENT, mark="- ")
    for text in conflict.assumptions:
        print_wrapped(f"assumed: {text}", indent=INDENT)
    if conflict.repairs:
        print_line(f"{INDENT}ways out:")
    for repair in conflict.repairs:
        print_wrapped(repair.text, indent=INDENT, mark="* ")
    if conflict.variants:
        variants = "; ".join(" + ".join(clauses) for clauses in conflict.variants)
        print_wrapped(f"much the same: {variants}", indent=INDENT)


def _print_best_start(conflict: Conflict) -> None:
    """Print from where the sum is shown, where the start is open."""
    is_known = any(choice.kind == "start" and n == 0 for choice, n in conflict.taken)
    if conflict.problem.is_start_open and not is_known:
        case = conflict.case_certificate.case
        start = case.line.route.passages[case.origin].station.name
        print_wrapped(f"so even from {start}, the start that suits them best", indent=INDENT)


def _format_miss(conflict: Conflict) -> str:
    return format_miss(conflict.miss_s, conflict.miss_km, conflict.miss_kmh)
