"""Elimination of choices: contradictions that hold whichever option of a choice is true.

If option A contradicts X, and the only other option B contradicts Y, then X and Y cannot both
be true. Applied to all choices, this is the variable elimination of Davis and Putnam, extended
to choices of more than two options. It loses no contradiction.

References
----------
Davis and Putnam (1960), "A computing procedure for quantification theory".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.constraints import bitsets
from routesim.constraints.bitsets import Antichain, Bits, keep_minimal, remove, unite

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


MOST_SETS = 20_000
"""Largest number of unions of sets that one combination may form."""


def combine_families(
    families: Iterable[Sequence[Bits]], exclusive: Sequence[Bits] = ()
) -> list[Bits] | None:
    """Return the minimal sets that are unsatisfiable in each of several cases.

    ``families`` has the minimal unsatisfiable sets of each case. Each set returned contains a
    member of every family. No two bits of an ``exclusive`` set can hold together. Return None
    if more than ``MOST_SETS`` unions would be formed at once.
    """
    distinct = list(dict.fromkeys(tuple(sorted(family)) for family in families))
    if not distinct:
        return []
    distinct.sort(key=len)
    combined = list(distinct[0])
    for family in distinct[1:]:
        members = Antichain(family)
        settled = [one for one in combined if members.holds_subset(one)]
        covered = Antichain(settled)
        unsettled = [one for one in combined if not members.holds_subset(one)]
        others = [other for other in family if not covered.holds_subset(other)]
        if len(unsettled) * len(others) > MOST_SETS:
            return None
        unions = {unite(one, other) for one in unsettled for other in others}
        combined = keep_minimal(
            [*settled, *(union for union in unions if bitsets.is_selection(union, exclusive))]
        )
    return combined


def resolve_choices(
    sets: Iterable[Bits], choices: Sequence[Sequence[Bits]]
) -> tuple[list[Bits], bool]:
    """Add the sets that are unsatisfiable whichever option of a choice holds.

    ``sets`` has minimal unsatisfiable sets, which may contain options. ``choices`` has the bits
    of the options of each choice. Return the minimal sets over clauses and options, and whether
    all could be combined. A set without an option of a choice is unsatisfiable with every
    option and replaces its supersets.
    """
    exclusive = [bitsets.unite_all(options) for options in choices]
    current = keep_minimal(sets)
    complete = True
    for options, either in zip(choices, exclusive, strict=True):
        families = [
            [remove(s, option) for s in current if bitsets.overlaps(s, option)]
            for option in options
        ]
        if not all(families):
            continue
        neutral = [s for s in current if not bitsets.overlaps(s, either)]
        combined = combine_families([neutral + family for family in families], exclusive)
        if combined is None:
            complete = False
            continue
        current = keep_minimal(
            s for s in (*current, *combined) if bitsets.is_selection(s, exclusive)
        )
    return current, complete
