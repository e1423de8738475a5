"""Sets none of which contains another, written as the bits of whole numbers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Antichain", "keep_minimal", "list_bits"]


class Antichain:
    """Known sets, asked whether a new one contains any of them.

    Sets of one and two bits, by far the most, are looked up by bit; others are listed
    under their lowest bit.

    Examples
    --------
    >>> known = Antichain([0b011])
    >>> known.holds_subset(0b111), known.holds_subset(0b101)
    (True, False)
    """

    def __init__(self, sets: Iterable[int] = ()) -> None:
        self._has_empty = False
        self._singles = 0
        self._partners: dict[int, int] = defaultdict(int)
        self._larger: dict[int, list[int]] = defaultdict(list)
        for bits in sets:
            self.add(bits)

    def add(self, bits: int) -> None:
        """Add a set."""
        low = bits & -bits
        rest = bits ^ low
        if not bits:
            self._has_empty = True
        elif not rest:
            self._singles |= bits
        elif rest & (rest - 1) == 0:
            self._partners[low] |= rest
        else:
            self._larger[low].append(bits)

    def holds_subset(self, bits: int) -> bool:
        """Tell whether one of the sets lies within ``bits``."""
        if self._has_empty or self._singles & bits:
            return True
        for low in list_bits(bits):
            if self._partners.get(low, 0) & bits:
                return True
            for known in self._larger.get(low, ()):
                if known & ~bits == 0:
                    return True
        return False


def keep_minimal(sets: Iterable[int]) -> list[int]:
    """Return the sets that contain no other, smallest first."""
    kept = Antichain()
    minimal = []
    for bits in sorted(set(sets), key=lambda s: (s.bit_count(), s)):
        if not kept.holds_subset(bits):
            kept.add(bits)
            minimal.append(bits)
    return minimal


def list_bits(bits: int) -> Iterator[int]:
    """Iterate over the single bits of a set, lowest first."""
    while bits:
        low = bits & -bits
        yield low
        bits ^= low
