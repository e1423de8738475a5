"""Conflicts and choices of a clock that all reports of a source share.

See :mod:`routesim.evidence.shared_clocks`. If the shared clock is read wrongly, many sets of
its reports contradict each other for this one reason. These conflicts form one group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.certain.problem import keep_answer
from routesim.constraints.bitsets import Antichain, overlaps, remove, unite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.certain.problem import ReportProblem
    from routesim.constraints.bitsets import Bits
    from routesim.evidence.interpretation import Choice


def is_shared_clock(choice: Choice) -> bool:
    """Return whether a choice is of a clock that several reports share."""
    return choice.kind == "zone" and not choice.report_id


def list_sharing(problem: ReportProblem, choice_id: str) -> frozenset[str]:
    """Return the ids of the clauses that depend on a choice."""
    return frozenset(
        clause.id
        for distinct in problem.distinct_reports
        for clause in distinct.clauses
        if any(choice_id in dict(variant.taken) for variant in clause.variants)
    )


@keep_answer
def group_by_clock(problem: ReportProblem) -> dict[Bits, tuple[Any, ...]]:
    """Return the key of the group of each conflict that has a shared clock as its only choice.

    Conflicts that need the clock as it is in the file are one group if one other setting
    resolves all of them. Those that need another setting, or that exist with each setting for
    another reason, are one group for each set of clauses that do not depend on the clock.
    """
    choices = problem.register.choices.values()
    shared = [choice.id for choice in choices if is_shared_clock(choice)]
    return {key: group for name in shared for key, group in _group(problem, name)}


def _group(problem: ReportProblem, name: str) -> Iterator[tuple[Bits, tuple[Any, ...]]]:
    """Iterate over the conflicts because of one shared clock, and the keys of their groups."""
    register, sharing = problem.register, list_sharing(problem, name)
    options, face = register.choice_bits[name], register.option_bits[name, 0]
    known = Antichain(problem.conflict_sets)
    needed = [s for s in problem.conflict_sets if overlaps(s, options)]
    rests = {s: remove(s, options) for s in needed if len(register.list_taken(s)) == 1}
    at_face = [rest for s, rest in rests.items() if overlaps(s, face)]
    resolving = [
        {rest for rest in at_face if not known.holds_subset(unite(rest, option))}
        for option in register.list_options(name)
    ]
    # The setting that resolves the most conflicts is their likely cause, and so on.
    causes: dict[Bits, int] = {}
    for number, resolved in sorted(enumerate(resolving), key=lambda one: -len(one[1])):
        causes |= dict.fromkeys(resolved.difference(causes), number)
    partly = Antichain(remove(s, options) for s in needed)
    for support in problem.conflict_sets:
        rest, taken = rests.get(support), register.list_taken(support)
        clauses = register.list_clauses(support)
        others = tuple(clause for clause in clauses if clause not in sharing)
        if rest is not None:
            # If all clocks are moved alike, the conflicts between them stay as they were.
            group = (name, 0, causes[rest]) if rest in causes else (*taken[0], others)
            yield support, group
        elif not taken and partly.holds_subset(support):
            yield support, (name, None, others)
