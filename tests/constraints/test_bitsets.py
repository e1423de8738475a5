"""Bit sets against Python's own sets, and known sets within larger ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routesim.constraints.bitsets import (
    ALL_BITS,
    NO_BITS,
    Antichain,
    count_bits,
    find_subset,
    intersect,
    is_selection,
    is_subset,
    keep_minimal,
    list_bits,
    list_subsets,
    make_bit,
    overlaps,
    remove,
    unite,
    unite_all,
)

R, X, Y, Z, A1, A2, A3 = (make_bit(number) for number in range(7))
NUMBERS = st.frozensets(st.integers(0, 130))
FEW_NUMBERS = st.frozensets(st.integers(0, 7))


def to_bits(numbers):
    return unite_all(make_bit(number) for number in numbers)


def to_numbers(bits):
    """Return the members as a Python set: the positions of the digits 1 in binary."""
    return {place for place, digit in enumerate(reversed(f"{bits:b}")) if digit == "1"}


# ---------------------------------------------------------------- single sets


@given(numbers=NUMBERS)
def test_a_set_has_the_members_it_is_made_of(numbers):
    bits = to_bits(numbers)
    assert to_numbers(bits) == numbers
    assert list(list_bits(bits)) == [make_bit(number) for number in sorted(numbers)]
    assert count_bits(bits) == len(numbers)
    assert bool(bits) == bool(numbers)


@pytest.mark.parametrize(
    ("of_bits", "of_sets"),
    [
        (unite, frozenset.union),
        (intersect, frozenset.intersection),
        (remove, frozenset.difference),
    ],
)
@given(one=NUMBERS, other=NUMBERS)
def test_operations_agree_with_python_sets(of_bits, of_sets, one, other):
    assert to_numbers(of_bits(to_bits(one), to_bits(other))) == of_sets(one, other)


@given(one=FEW_NUMBERS, other=FEW_NUMBERS)
def test_comparisons_agree_with_python_sets(one, other):
    assert is_subset(to_bits(one), to_bits(other)) is (one <= other)
    assert overlaps(to_bits(one), to_bits(other)) is not one.isdisjoint(other)


@given(numbers=NUMBERS)
def test_every_set_lies_between_no_bits_and_all_bits(numbers):
    bits = to_bits(numbers)
    assert is_subset(bits, ALL_BITS)
    assert is_subset(NO_BITS, bits)
    assert intersect(bits, ALL_BITS) == remove(bits, NO_BITS) == unite(bits, NO_BITS) == bits
    assert remove(bits, ALL_BITS) == NO_BITS


# ---------------------------------------------------------------- many sets


@given(sets=st.lists(FEW_NUMBERS), whole=FEW_NUMBERS)
def test_subsets_agree_with_a_direct_search(sets, whole):
    known = dict.fromkeys(to_bits(one) for one in sets)
    wanted = [to_bits(one) for one in dict.fromkeys(sets) if one <= whole]
    assert find_subset(known, to_bits(whole)) == next(iter(wanted), None)
    # The order depends on whether the sets or the subsets of the whole are tried.
    assert sorted(list_subsets(known, to_bits(whole))) == sorted(wanted)
    assert Antichain(known).holds_subset(to_bits(whole)) == bool(wanted)


def test_the_empty_set_is_found_as_a_subset():
    assert find_subset([X, NO_BITS], Y) == NO_BITS
    assert find_subset([X], Y) is None
    # Two sets: fewer than the four subsets of X | Y, more than the one of the empty set.
    assert list_subsets({NO_BITS: 0, X: 0}, unite(X, Y)) == [NO_BITS, X]
    assert list_subsets({NO_BITS: 0, X: 0}, NO_BITS) == [NO_BITS]


@given(bits=FEW_NUMBERS, exclusive=st.lists(FEW_NUMBERS, max_size=3))
def test_a_selection_has_at_most_one_member_of_each_group(bits, exclusive):
    wanted = all(len(bits & some) <= 1 for some in exclusive)
    assert is_selection(to_bits(bits), [to_bits(some) for some in exclusive]) is wanted


@given(sets=st.lists(FEW_NUMBERS, max_size=12))
def test_minimal_sets_agree_with_a_direct_search(sets):
    wanted = {to_bits(one) for one in sets if not any(other < one for other in sets)}
    kept = keep_minimal(to_bits(one) for one in sets)
    assert len(kept) == len(wanted)
    assert set(kept) == wanted
    assert [count_bits(one) for one in kept] == sorted(count_bits(one) for one in kept)


def test_known_sets_of_any_size_are_found_within_larger_ones():
    known = Antichain([X, Y | Z, R | A1 | A2])
    assert known.holds_subset(X)
    assert known.holds_subset(Y | Z | R)
    assert known.holds_subset(R | A1 | A2 | A3)
    assert not known.holds_subset(Y | R | A1)
    assert not known.holds_subset(NO_BITS)
    assert Antichain([NO_BITS]).holds_subset(NO_BITS)


def test_known_sets_agree_with_a_direct_search(systems):
    rng = systems.seed_random(0)
    for _ in range(300):
        size = rng.randrange(1, 7)
        sets = [sum(1 << bit for bit in rng.sample(range(12), size)) for _ in range(12)]
        sets += [rng.randrange(1, 1 << 12) for _ in range(3)]
        known = Antichain(sets)
        for _ in range(20):
            asked = rng.randrange(1 << 12)
            assert known.holds_subset(asked) == any(one & ~asked == 0 for one in sets)


def test_only_minimal_sets_are_kept():
    assert keep_minimal([X | Y | Z, X | Y, Z, X | Y, Y | Z]) == [Z, X | Y]
    assert keep_minimal([X, NO_BITS]) == [NO_BITS]


def test_bits_are_listed_lowest_first():
    assert list(list_bits(X | Z | A1)) == [X, Z, A1]
    assert unite_all([X | Z, Z | A1]) == X | Z | A1
    assert unite_all([]) == NO_BITS
