"""Conflicts: reports that cannot all be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.cli.output import print_line, print_table, print_wrapped
from routesim.cli.printing.steps import print_steps
from routesim.cli.printing.worlds import format_families, format_known
from routesim.text.conflicts import format_best_start, format_completeness
from routesim.text.names import format_list
from routesim.text.quantities import format_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.certain import Conflict, ConflictList, ReportProblem


INDENT = "   "


def print_conflicts(conflicts: ConflictList, *, limit: int, brief: bool) -> None:
    """Print conflicts, a card each or a line each."""
    problem = conflicts.problem
    title, known = problem.journey.title, format_known(problem.as_of_s)
    print_line(f"{title}{known}: {_format_used(problem)}")
    complete = format_completeness(conflicts.complete_to)
    if not conflicts:
        print_line(f"No conflict found. {complete}")
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
    print_line(f"{format_count(total, 'conflict')}{more}. {complete}")


def _format_used(problem: ReportProblem) -> str:
    count = sum(len(report.members) for report in problem.distinct_reports)
    if not count:
        return "no report is heard that tells anything to be checked."
    routes = format_list(problem.routes, "or")
    return f"{format_count(count, 'report')} heard that can be checked, route {routes}."


def _print_brief(shown: Sequence[Conflict]) -> None:
    print_table(
        ["", "cannot all be true", "miss", "only if"],
        [
            [
                str(number),
                " + ".join(c.clauses),
                c.miss or "-",
                c.reading or "-",
            ]
            for number, c in enumerate(shown, 1)
        ],
        right=[0],
        whole=[0, 2],
    )


def _print_card(conflict: Conflict, number: int) -> None:
    print_wrapped(conflict.clash, mark=f"{number}. ")
    families = format_families(conflict.problem.journey, conflict.families)
    print_wrapped(f"told by: {families}", indent=INDENT)
    for original, copies in conflict.copies.items():
        print_wrapped(f"repeated by: {', '.join(copies)} (as {original})", indent=INDENT)
    if conflict.reading:
        print_wrapped(f"only if: {conflict.reading}", indent=INDENT)
    if conflict.steps:
        print_steps(conflict.steps)
        if conflict.best_start is not None:
            print_wrapped(format_best_start(conflict.best_start), indent=INDENT)
    else:
        print_wrapped(conflict.why, indent=INDENT, mark="- ")
    for text in conflict.assumptions:
        print_wrapped(f"assumed: {text}", indent=INDENT)
    if conflict.repairs:
        print_line(f"{INDENT}possible resolutions:")
    for repair in conflict.repairs:
        print_wrapped(repair.text, indent=INDENT, mark="* ")
    if conflict.variants:
        variants = "; ".join(" + ".join(clauses) for clauses in conflict.variants)
        print_wrapped(f"much the same: {variants}", indent=INDENT)
