"""Sets as the bits of whole numbers, and collections of sets none of which contains another.

A set has the type :data:`Bits`, so that it is not taken for a number. What is done with sets
is named here; no other room writes ``&``, ``|`` or ``~`` for it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NewType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence


Bits = NewType("Bits", int)
"""A set of small whole numbers: bit ``n`` is on if ``n`` is a member."""
NO_BITS = Bits(0)
"""The empty set."""
ALL_BITS = Bits(-1)
"""The set of every number, for what has no limit; it cannot be listed or counted."""

PAIR, TRIPLE = 2, 3


# -------------------------------------------------------------------- single sets
# Searches unite, intersect and remove in their inner loops, where calling ``Bits`` as well
# would double the time: there the type is ignored instead.


def make_bit(number: int) -> Bits:
    """Return the set of one number, from 0: a single bit."""
    return Bits(1 << number)


def unite(one: Bits, other: Bits) -> Bits:
    """Return what is in one of two sets."""
    return one | other  # type: ignore[return-value]


def unite_all(sets: Iterable[Bits]) -> Bits:
    """Return what is in any of some sets."""
    union = 0
    for bits in sets:
        union |= bits
    return Bits(union)


def intersect(one: Bits, other: Bits) -> Bits:
    """Return what is in both of two sets."""
    return one & other  # type: ignore[return-value]


def remove(bits: Bits, others: Bits) -> Bits:
    """Return what is in a set and not in another."""
    return bits & ~others  # type: ignore[return-value]


def is_subset(bits: Bits, whole: Bits) -> bool:
    """Return whether all of a set is in another; the empty set is in any.

    Examples
    --------
    >>> is_subset(Bits(0b001), Bits(0b101)), is_subset(Bits(0b011), Bits(0b101))
    (True, False)
    """
    return not bits & ~whole


def overlaps(one: Bits, other: Bits) -> bool:
    """Return whether two sets have a bit in common."""
    return one & other != 0


def count_bits(bits: Bits) -> int:
    """Return how many bits a set has."""
    return bits.bit_count()


def count_shared(one: Bits, other: Bits) -> int:
    """Return how many bits two sets have in common."""
    return (one & other).bit_count()


def list_bits(bits: Bits) -> Iterator[Bits]:
    """Iterate over the single bits of a set, lowest first."""
    rest: Any = bits  # so that no call for each bit makes the type known
    while rest:
        low = rest & -rest
        yield low
        rest ^= low


# -------------------------------------------------------------------- many sets


def find_subset(sets: Iterable[Bits], whole: Bits) -> Bits | None:
    """Return the first of some sets that is a subset of another; None if there is none."""
    lacking = ~whole
    return next((bits for bits in sets if not bits & lacking), None)


def list_subsets(sets: Collection[Bits], whole: Bits) -> list[Bits]:
    """Return which of some sets, held in a set or dict, are subsets of another.

    If the other has fewer subsets than there are sets, it is they that are tried.
    """
    if len(sets) < 1 << whole.bit_count():
        lacking = ~whole
        return [bits for bits in sets if not bits & lacking]
    found, part = [], whole
    while part:
        if part in sets:
            found.append(part)
        part = Bits((part - 1) & whole)
    return [*found, NO_BITS] if NO_BITS in sets else found


def is_selection(bits: Bits, exclusive: Sequence[Bits]) -> bool:
    """Return whether a set has at most one bit of each group that exclude each other.

    Examples
    --------
    >>> choice = Bits(0b110)
    >>> is_selection(Bits(0b101), [choice]), is_selection(Bits(0b111), [choice])
    (True, False)
    """
    return all((bits & some).bit_count() <= 1 for some in exclusive)


def keep_minimal(sets: Iterable[Bits]) -> list[Bits]:
    """Return the sets that contain no other, smallest first."""
    kept = Antichain()
    minimal = []
    for bits in sorted(set(sets), key=lambda s: (s.bit_count(), s)):
        if not kept.holds_subset(bits):
            kept.add(bits)
            minimal.append(bits)
    return minimal


class Antichain:
    """Known sets, to ask whether another one contains any of them.

    Sets of up to three bits, by far the most frequent, are looked up bit by bit. Each larger
    one is listed under that bit of it under which the fewest are listed.

    Examples
    --------
    >>> known = Antichain([Bits(0b011)])
    >>> known.holds_subset(Bits(0b111)), known.holds_subset(Bits(0b101))
    (True, False)
    """

    def __init__(self, sets: Iterable[Bits] = ()) -> None:
        self._has_empty = False
        self._singles = 0
        # By the lowest bit of two, and by the two lowest of three: the last of them.
        self._seconds: dict[int, int] = defaultdict(int)
        self._thirds: dict[int, int] = defaultdict(int)
        # The middle of three by the lowest; larger sets under any bit.
        self._middles: dict[int, int] = defaultdict(int)
        self._larger: dict[int, list[int]] = defaultdict(list)
        self._counts: dict[int, int] = defaultdict(int)
        # The bits under which there is something, so that others are skipped at once.
        self._first_of_two = self._first_of_three = self._listed = 0
        for bits in sets:
            self.add(bits)

    def add(self, bits: Bits) -> None:
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
            rarest = min(list_bits(bits), key=self._counts.__getitem__)
            self._larger[rarest].append(bits)
            self._counts[rarest] += 1
            self._listed |= rarest

    def holds_subset(self, bits: Bits) -> bool:
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

    def _holds_triple(self, bits: Bits) -> bool:
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

    def _holds_larger(self, bits: Bits) -> bool:
        lacking = ~bits
        rest = bits & self._listed
        while rest:
            low = rest & -rest
            for known in self._larger[low]:
                if not known & lacking:
                    return True
            rest ^= low
        return False
