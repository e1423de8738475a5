"""Sets as the bits of whole numbers, and collections of sets none of which contains another."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Antichain", "is_selection", "join_bits", "keep_minimal", "list_bits"]


PAIR, TRIPLE = 2, 3


class Antichain:
    """Known sets, to ask whether another one contains any of them.

    Sets of up to three bits, by far the most frequent, are looked up bit by bit. Each larger
    one is listed under that bit of it under which the fewest are listed.

    Examples
    --------
    >>> known = Antichain([0b011])
    >>> known.holds_subset(0b111), known.holds_subset(0b101)
    (True, False)
    """

    def __init__(self, sets: Iterable[int] = ()) -> None:
        self._has_empty = False
        self._singles = 0
        # By the lowest bit of two, and by the two lowest of three: the last of them.
        self._seconds: dict[int, int] = defaultdict(int)
        self._thirds: dict[int, int] = defaultdict(int)
        # The middle of three by the lowest; larger sets under any bit.
        self._middles: dict[int, int] = defaultdict(int)
        self._larger: dict[int, list[int]] = defaultdict(list)
        # The bits under which there is something, so that others are skipped at once.
        self._first_of_two = self._first_of_three = self._listed = 0
        for bits in sets:
            self.add(bits)

    def add(self, bits: int) -> None:
        """Add a set."""
        size = bits.bit_count()
        low = bits & -bits
        rest = bits ^ low
        if size == 0:
            self._has_empty = True
        elif size == 1:
            self._singles |= bits
        elif size == PAIR:
            self._seconds[low] |= rest
            self._first_of_two |= low
        elif size == TRIPLE:
            middle = rest & -rest
            self._middles[low] |= middle
            self._thirds[low | middle] |= rest ^ middle
            self._first_of_three |= low
        else:
            rarest = min(list_bits(bits), key=lambda bit: len(self._larger[bit]))
            self._larger[rarest].append(bits)
            self._listed |= rarest

    def holds_subset(self, bits: int) -> bool:
        """Return whether one of the sets is a subset of ``bits``."""
        if self._has_empty or self._singles & bits:
            return True
        rest = bits & self._first_of_two
        while rest:
            low = rest & -rest
            if self._seconds[low] & bits:
                return True
            rest ^= low
        return self._holds_triple(bits) or self._holds_larger(bits)

    def _holds_triple(self, bits: int) -> bool:
        rest = bits & self._first_of_three
        while rest:
            low = rest & -rest
            middles = self._middles[low] & bits
            while middles:
                middle = middles & -middles
                if self._thirds[low | middle] & bits:
                    return True
                middles ^= middle
            rest ^= low
        return False

    def _holds_larger(self, bits: int) -> bool:
        lacking = ~bits
        rest = bits & self._listed
        while rest:
            low = rest & -rest
            for known in self._larger[low]:
                if not known & lacking:
                    return True
            rest ^= low
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


def is_selection(bits: int, exclusive: Sequence[int]) -> bool:
    """Return whether a set has at most one bit of each group that exclude each other.

    Examples
    --------
    >>> is_selection(0b101, [0b110]), is_selection(0b111, [0b110])
    (True, False)
    """
    return all((bits & some).bit_count() <= 1 for some in exclusive)


def list_bits(bits: int) -> Iterator[int]:
    """Iterate over the single bits of a set, lowest first."""
    while bits:
        low = bits & -bits
        yield low
        bits ^= low


def join_bits(sets: Iterable[int]) -> int:
    """Return the union of sets.

    Examples
    --------
    >>> join_bits([0b001, 0b101])
    5
    """
    union = 0
    for bits in sets:
        union |= bits
    return union
