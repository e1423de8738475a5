"""Supports: sets of clauses, options and assumptions, as the bits of an integer.

Every clause, every option of a choice (a reading, a zone, a route, a start) and every
assumption has a bit. The support of a constraint or a conflict has the bits of all clauses,
options and assumptions on which it depends.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from routesim.constraints import bitsets
from routesim.constraints.bitsets import NO_BITS, Bits, list_bits, overlaps, unite, unite_all
from routesim.text.certificates import format_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.evidence.interpretation import Choice, ChosenOption


ROUTE_CHOICE = "route"
START_CHOICE = "start"
SETTING = frozenset({ROUTE_CHOICE, START_CHOICE})
"""Choices that a case fixes."""
CAP, LENGTH, POSITIONS = "speed cap", "length", "positions"
"""Names of the assumptions: speed caps and lengths of lines, and positions of stations."""


class SupportIndex:
    """Index of the bits of clauses (by id), options and assumptions, in this order.

    ``clauses``, ``options`` and ``assumptions`` are the sets of all bits of a kind.
    ``clause_bits``, ``option_bits`` and ``assumption_bits`` have the bit of each member.
    ``choice_bits`` has the options of each choice, which exclude each other.
    """

    def __init__(self, clauses: Iterable[str], choices: Iterable[Choice]) -> None:
        bits = map(bitsets.make_bit, count())
        self.choices = {choice.id: choice for choice in choices}
        self.clause_bits = {name: next(bits) for name in clauses}
        self.option_bits: dict[ChosenOption, Bits] = {
            (choice.id, number): next(bits)
            for choice in self.choices.values()
            for number in range(len(choice.options))
        }
        self.assumption_bits = {name: next(bits) for name in (CAP, LENGTH, POSITIONS)}
        self.clauses = unite_all(self.clause_bits.values())
        self.options = unite_all(self.option_bits.values())
        self.assumptions = unite_all(self.assumption_bits.values())
        self.choice_bits = {name: unite_all(self.list_options(name)) for name in self.choices}
        self._clauses = {bit: name for name, bit in self.clause_bits.items()}
        self._options = {bit: taken for taken, bit in self.option_bits.items()}

    def list_clauses(self, support: Bits) -> tuple[str, ...]:
        """Return the ids of the clauses in a support, in the order of their bits."""
        return tuple(self._clauses[bit] for bit in list_bits(support) if bit in self._clauses)

    def list_taken(self, support: Bits) -> tuple[ChosenOption, ...]:
        """Return the options in a support, as pairs of choice and number."""
        return tuple(self._options[bit] for bit in list_bits(support) if bit in self._options)

    def list_assumptions(self, support: Bits) -> tuple[str, ...]:
        """Return the names of the assumptions in a support."""
        return tuple(n for n, bit in self.assumption_bits.items() if overlaps(support, bit))

    def list_names(self, support: Bits) -> tuple[str, ...]:
        """Return the ids of the clauses in a support, then the names of its assumptions."""
        return (*self.list_clauses(support), *self.list_assumptions(support))

    def list_options(self, choice: str) -> tuple[Bits, ...]:
        """Return the bits of the options of a choice."""
        numbers = range(len(self.choices[choice].options))
        return tuple(self.option_bits[choice, number] for number in numbers)

    def count_options(self, choice: str) -> int:
        """Return the number of options of a choice; 0 if there is no such choice."""
        return len(self.choices[choice].options) if choice in self.choices else 0

    def format_option(self, taken: ChosenOption) -> str:
        """Return an option in words."""
        choice = self.choices[taken[0]]
        report_id = taken[0].partition(":")[0] if choice.report_id else ""
        return format_option(report_id, choice.options[taken[1]])

    def format_options(self, support: Bits) -> list[str]:
        """Return the options in a support, in words."""
        return [self.format_option(taken) for taken in self.list_taken(support)]

    def make_support(self, clauses: Iterable[str], taken: Iterable[ChosenOption] = ()) -> Bits:
        """Return the support of clauses and options."""
        return unite_all(
            (*(self.clause_bits[c] for c in clauses), *(self.option_bits[t] for t in taken))
        )

    def select(self, dropped: Bits = NO_BITS, taken: Iterable[ChosenOption] = ()) -> Bits:
        """Return the set of all clauses not dropped, the options taken and all assumptions."""
        kept = bitsets.remove(unite(self.clauses, self.assumptions), dropped)
        return unite(kept, self.make_support((), taken))
