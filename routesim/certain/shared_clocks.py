"""Conflicts and choices of a clock that all reports of a source share.

See :mod:`routesim.evidence.shared_clocks`. If the shared clock is read wrongly, many sets of
its reports contradict each other for this one reason. These conflicts form one group.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from routesim.certain.problem import keep_answer
from routesim.constraints.bitsets import Antichain, overlaps, remove, unite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.certain.conflicts import Conflict
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

    All conflicts that need the clock as it is in the file are one group. Those that need
    another setting, or that exist with each setting for another reason, are one group for each
    set of clauses that do not depend on the clock.
    """
    register = problem.register
    groups: dict[Bits, tuple[Any, ...]] = {}
    known = frozenset(problem.conflict_sets)
    for name, choice in register.choices.items():
        if not is_shared_clock(choice):
            continue
        sharing, options = list_sharing(problem, name), register.choice_bits[name]
        needed = Antichain(remove(s, options) for s in known if overlaps(s, options))
        for support in known:
            taken, clauses = register.list_taken(support), register.list_clauses(support)
            others = tuple(clause for clause in clauses if clause not in sharing)
            if not taken and needed.holds_subset(support):
                groups[support] = name, None, others
            elif len(taken) == 1 and taken[0][0] == name:
                # If all clocks are moved alike, the conflicts between them stay as they were.
                at_face = unite(remove(support, options), register.option_bits[name, 0])
                groups[support] = (name, 0) if at_face in known else (*taken[0], others)
    return groups


def merge_group(alike: Sequence[Conflict]) -> Conflict:
    """Return one conflict of a group, with the others as variants.

    If they need a setting of the clock, it is the one with the largest miss, else one of those
    with the fewest clauses.
    """
    first, *others = sorted(alike, key=_rank)
    variants = dict.fromkeys(other.clauses for other in others)
    variants.pop(first.clauses, None)
    return replace(first, variants=tuple(variants))


def _rank(conflict: Conflict) -> tuple[Any, ...]:
    setting, miss_s = [number for _, number in conflict.taken], conflict.miss_s or 0
    size = 0 if setting else len(conflict.clauses)
    return setting, size, -miss_s, conflict.clauses
