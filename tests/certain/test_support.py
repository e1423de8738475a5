"""Supports: the bits of clauses, options and assumptions."""

from __future__ import annotations

import pytest

from routesim.certain.support import CAP, LENGTH, POSITIONS, SupportIndex
from routesim.constraints.bitsets import NO_BITS, count_bits, overlaps, unite, unite_all
from routesim.evidence.interpretation import Choice


@pytest.fixture
def index():
    """Return the index of three clauses and two choices, of two and of three options."""
    choices = [Choice("z", "C1", "zone", ("a", "b")), Choice("v", "C2", "visit", ("c",) * 3)]
    return SupportIndex(["C1", "C2.1", "C2.2"], choices)


def test_the_kinds_share_no_bit(index):
    kinds = index.clauses, index.options, index.assumptions
    assert [count_bits(kind) for kind in kinds] == [3, 2 + 3, 3]
    assert count_bits(unite_all(kinds)) == 3 + 5 + 3
    assert unite_all(index.choice_bits.values()) == index.options
    assert not overlaps(*index.choice_bits.values())


def test_a_support_is_listed_by_kind(index):
    made = index.make_support(["C2.2", "C1"], [("v", 2)])
    support = unite(made, index.assumption_bits[LENGTH])
    assert index.list_clauses(support) == ("C1", "C2.2")
    assert index.list_taken(support) == (("v", 2),)
    assert index.list_assumptions(support) == (LENGTH,)
    assert index.list_names(support) == ("C1", "C2.2", LENGTH)
    assert index.make_support(()) == NO_BITS


def test_a_selection_leaves_out_dropped_clauses(index):
    selection = index.select(index.make_support(["C2.1"]), [("z", 1)])
    assert index.list_clauses(selection) == ("C1", "C2.2")
    assert index.list_taken(selection) == (("z", 1),)
    assert index.list_assumptions(selection) == (CAP, LENGTH, POSITIONS)
    assert index.select() == unite(index.clauses, index.assumptions)
