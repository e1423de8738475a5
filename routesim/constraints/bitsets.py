"""Sets as the bits of integers, and collections of sets.

A set has the type :data:`Bits`, so that it is not confused with a number. All operations on
sets are functions of this module; other packages do not use ``&``, ``|`` or ``~`` on them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NewType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence


Bits = NewType("Bits", int)
"""A set of small non-negative integers: bit ``n`` is set if ``n`` is a member."""
NO_BITS = Bits(0)
"""The empty set."""
ALL_BITS = Bits(-1)
"""The set of all numbers, for 'no limit'; it cannot be listed or counted."""

PAIR, TRIPLE = 2, 3


# -------------------------------------------------------------------- single sets
# Searches call ``unite``, ``intersect`` and ``remove`` in their inner loops. Calling ``Bits``
# there would double the time, so the type is ignored instead.


def make_bit(number: int) -> Bits:
    """Return the set of a single number, from 0."""
    return Bits(1 << number)


def unite(one: Bits, other: Bits) -> Bits:
    """Return the union of two sets."""
    return one | other  # type: ignore[return-value]


def unite_all(sets: Iterable[Bits]) -> Bits:
    """Return the union of any number of sets."""
    union = 0
    for bits in sets:
        union |= bits
    return Bits(union)


def intersect(one: Bits, other: Bits) -> Bits:
    """Return the intersection of two sets."""
    return one & other  # type: ignore[return-value]


def remove(bits: Bits, others: Bits) -> Bits:
    """Return the members of ``bits`` that are not in ``others``."""
    return bits & ~others  # type: ignore[return-value]


def is_subset(bits: Bits, whole: Bits) -> bool:
    """Return whether a set is a subset of another; the empty set is a subset of any.

    Examples
    --------
    >>> is_subset(Bits(0b001), Bits(0b101)), is_subset(Bits(0b011), Bits(0b101))
    (True, False)
    """
    return not bits & ~whole


def overlaps(one: Bits, other: Bits) -> bool:
    """Return whether two sets have a member in common."""
    return one & other != 0


def count_bits(bits: Bits) -> int:
    """Return the number of members of a set."""
    return bits.bit_count()


def count_shared(one: Bits, other: Bits) -> int:
    """Return the number of members that two sets have in common."""
    return (one & other).bit_count()


def list_bits(bits: Bits) -> Iterator[Bits]:
    """Iterate over the members of a set, each as a single bit, lowest first."""
    rest: Any = bits  # saves a call of ``Bits`` per member
    while rest:
        low = rest & -rest
        yield low
        rest ^= low


# -------------------------------------------------------------------- many sets


def find_subset(sets: Iterable[Bits], whole: Bits) -> Bits | None:
    """Return the first set that is a subset of ``whole``; None if there is none."""
    lacking = ~whole
    return next((bits for bits in sets if not bits & lacking), None)


def list_subsets(sets: Collection[Bits], whole: Bits) -> list[Bits]:
    """Return the members of ``sets``, a Python set or dict, that are subsets of ``whole``.

    Either every member is checked or every subset of ``whole`` is looked up, whichever is less.
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
    """Return whether a set has at most one member of each exclusive group.

    Examples
    --------
    >>> choice = Bits(0b110)
    >>> is_selection(Bits(0b101), [choice]), is_selection(Bits(0b111), [choice])
    (True, False)
    """
    return all((bits & some).bit_count() <= 1 for some in exclusive)


def keep_minimal(sets: Iterable[Bits]) -> list[Bits]:
    """Return the minimal sets, which contain no other one, smallest first."""
    kept = Antichain()
    minimal = []
    for bits in sorted(set(sets), key=lambda s: (s.bit_count(), s)):
        if not kept.holds_subset(bits):
            kept.add(bits)
            minimal.append(bits)
    return minimal


class Antichain:
    """Collection of sets, to check whether another set contains any of them.

    Sets of up to three members are the most frequent and are looked up bit by bit. A larger set
    is listed under one of its bits: the one with the fewest sets so far.

    Examples
    --------
    >>> known = Antichain([Bits(0b011)])
    >>> known.holds_subset(Bits(0b111)), known.holds_subset(Bits(0b101))
    (True, False)
    """

    def __init__(self, sets: Iterable[Bits] = ()) -> None:
        self._has_empty = False
        self._singles = 0
        # Pairs: lowest bit -> union of the second bits.
        self._seconds: dict[int, int] = defaultdict(int)
        # Triples: lowest bit -> middle bits, and the two lowest bits -> third bits.
        self._middles: dict[int, int] = defaultdict(int)
        self._thirds: dict[int, int] = defaultdict(int)
        # Larger sets: one of their bits -> the sets, and how many there are.
        self._larger: dict[int, list[int]] = defaultdict(list)
        self._counts: dict[int, int] = defaultdict(int)
        # All keys of these tables, so that other bits are skipped.
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
        """Return whether any of the sets is a subset of ``bits``."""
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
