"""Conflicts and choices of a clock that all reports of a source share.

See :mod:`routesim.evidence.shared_clocks`. If the shared clock is read wrongly, almost every
pair of its reports contradicts each other. These conflicts have one cause, so they form one
group.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from routesim.constraints.bitsets import remove, unite

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


class ClockGroups:
    """Groups of conflicts that exist because of one setting of a shared clock."""

    def __init__(self, problem: ReportProblem) -> None:
        self.problem, self.register = problem, problem.register
        self.known = frozenset(problem.conflict_sets)
        shared = (
            choice for choice in self.register.choices.values() if is_shared_clock(choice)
        )
        self.sharing = {choice.id: list_sharing(problem, choice.id) for choice in shared}

    def find_group(self, support: Bits) -> tuple[Any, ...] | None:
        """Return a key of the group of a conflict; None if it is not of a shared clock alone.

        All conflicts that need the clock as it is in the file are one group. Those that need
        another setting are one group for each set of reports that do not share the clock.
        """
        taken = self.register.list_taken(support)
        if len(taken) != 1 or taken[0][0] not in self.sharing:
            return None
        (name, number), bits = taken[0], self.register.option_bits
        # If all clocks are moved alike, the conflicts between them stay as they were.
        at_face = unite(remove(support, bits[name, number]), bits[name, 0])
        if number == 0 or at_face in self.known:
            return name, 0
        clauses = self.register.list_clauses(support)
        return name, number, tuple(c for c in clauses if c not in self.sharing[name])


def merge_group(alike: Sequence[Conflict]) -> Conflict:
    """Return the conflict of a group with the largest miss, with the others as variants."""
    first, *others = sorted(alike, key=lambda c: (c.taken[0][1], -(c.miss_s or 0), c.clauses))
    variants = dict.fromkeys(other.clauses for other in others)
    variants.pop(first.clauses, None)
    return replace(first, variants=tuple(variants))
