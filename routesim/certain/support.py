"""Supports: sets of clauses, options and assumptions, as the bits of a whole number.

Every clause, every option of a choice (a reading, a zone, a route, a start) and every
assumption has a bit. What a constraint or a conflict depends on is the sum of such bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from routesim.constraints.bitsets import list_bits
from routesim.text.certificates import format_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.evidence.interpretation import Choice, ChosenOption

__all__ = [
    "CAP",
    "LENGTH",
    "POSITIONS",
    "ROUTE_CHOICE",
    "START_CHOICE",
    "AssumptionBits",
    "SupportIndex",
]

ROUTE_CHOICE = "route"
START_CHOICE = "start"
CAP, LENGTH, POSITIONS = "speed cap", "length", "positions"
"""The assumptions: the speed caps of the lines, their lengths, where stations lie."""


@dataclass(frozen=True, slots=True)
class AssumptionBits:
    """The bits of the assumptions."""

    cap: int
    length: int
    positions: int


class SupportIndex:
    """Which bit stands for which clause, option or assumption.

    Parameters
    ----------
    clauses
        Ids of the clauses; their bits come first (``counted``).
    choices
        The choices; the bits of their options come next, then those of the assumptions
        (``assumed``).
    """

    def __init__(
        self,
        clauses: Iterable[str],
        choices: Iterable[Choice],
    ) -> None:
        self.clause_bits = {name: 1 << n for n, name in enumerate(clauses)}
        self.counted = (1 << len(self.clause_bits)) - 1
        self.choices = {choice.id: choice for choice in choices}
        self.option_bits: dict[ChosenOption, int] = {}
        bit = 1 << len(self.clause_bits)
        for choice in self.choices.values():
            for number in range(len(choice.options)):
                self.option_bits[choice.id, number] = bit
                bit <<= 1
        self.bits = AssumptionBits(cap=bit, length=bit << 1, positions=bit << 2)
        self.assumption_bits = {CAP: bit, LENGTH: bit << 1, POSITIONS: bit << 2}
        self.assumed = bit | bit << 1 | bit << 2
        self._clauses = {b: name for name, b in self.clause_bits.items()}
        self._options = {b: taken for taken, b in self.option_bits.items()}

    def list_clauses(self, support: int) -> tuple[str, ...]:
        """Return the ids of the clauses in a support, in the order of the ids."""
        return tuple(self._clauses[bit] for bit in list_bits(support & self.counted))

    def list_taken(self, support: int) -> tuple[ChosenOption, ...]:
        """Return the options in a support."""
        options = support & ~self.counted & ~self.assumed
        return tuple(self._options[bit] for bit in list_bits(options))

    def list_assumptions(self, support: int) -> tuple[str, ...]:
        """Return the names of the assumptions in a support."""
        return tuple(name for name, bit in self.assumption_bits.items() if support & bit)

    def list_names(self, support: int) -> tuple[str, ...]:
        """Return the ids of the clauses in a support, then the names of its assumptions."""
        return (*self.list_clauses(support), *self.list_assumptions(support))

    def list_options(self, choice: str) -> tuple[int, ...]:
        """Return the bits of the options of a choice."""
        count = len(self.choices[choice].options)
        return tuple(self.option_bits[choice, number] for number in range(count))

    def format_option(self, taken: ChosenOption) -> str:
        """Return which option of a choice is taken, in words."""
        choice = self.choices[taken[0]]
        owner = taken[0].partition(":")[0] if choice.report_id else ""
        return format_option(owner, choice.options[taken[1]])

    def format_options(self, support: int) -> list[str]:
        """Return the options in a support, in words."""
        return [self.format_option(taken) for taken in self.list_taken(support)]

    def make_support(self, clauses: Iterable[str], taken: Iterable[ChosenOption] = ()) -> int:
        """Return the bits of clauses and options."""
        support = 0
        for name in clauses:
            support |= self.clause_bits[name]
        for option in taken:
            support |= self.option_bits[option]
        return support

    @cached_property
    def exclusive(self) -> tuple[int, ...]:
        """The option bits of each choice, of which no two hold together."""
        return tuple(sum(self.list_options(choice)) for choice in self.choices)
