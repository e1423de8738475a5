"""Elimination of choices, by hand and against z3."""

from __future__ import annotations

from routesim.constraints.bitsets import is_selection
from routesim.constraints.elimination import MOST_SETS, combine_families, resolve_choices

# Clauses, and the options of up to two choices.
X, Y, Z, R = (1 << bit for bit in range(4))
A1, A2, A3, B1, B2 = (1 << bit for bit in range(4, 9))


# ---------------------------------------------------------------- choices


def test_a_clause_contradicts_the_union_over_its_options():
    # R with A1 contradicts X, R with A2 contradicts Y: R, X and Y cannot all be true.
    sets, complete = resolve_choices([R | A1 | X, R | A2 | Y], [[A1, A2]])
    assert set(sets) == {R | A1 | X, R | A2 | Y, R | X | Y}
    assert complete


def test_an_option_without_contradiction_leaves_the_sets_as_they_are():
    sets, complete = resolve_choices([R | A1 | X], [[A1, A2]])
    assert sets == [R | A1 | X]
    assert complete


def test_three_options_are_resolved_together():
    # A1 and A2 contradict X, A3 contradicts Y: X with Y leaves no option. A1 with Y, or A3
    # with X, is no contradiction.
    sets, _ = resolve_choices([A1 | X, A2 | X, A3 | Y], [[A1, A2, A3]])
    assert set(sets) == {A1 | X, A2 | X, A3 | Y, X | Y}
    # All three contradict X: X alone is unsatisfiable, and no set with an option is minimal.
    sets, _ = resolve_choices([A1 | X, A2 | X, A3 | X], [[A1, A2, A3]])
    assert sets == [X]


def test_a_set_without_options_holds_with_each_option():
    # X is unsatisfiable in any case, so A1 with X is not minimal. Y can be true with A2.
    sets, _ = resolve_choices([X, A1 | X, A1 | Y], [[A1, A2]])
    assert set(sets) == {X, A1 | Y}


def test_a_single_option_must_hold():
    # A1 is the only option: X contradicts it, so X is unsatisfiable.
    sets, _ = resolve_choices([A1 | X], [[A1]])
    assert sets == [X]


def test_two_choices_are_resolved_one_after_the_other():
    # A1 contradicts X with B1 and with B2, so always. A2 contradicts Y. So X contradicts Y.
    sets, _ = resolve_choices([A1 | B1 | X, A1 | B2 | X, A2 | Y], [[A1, A2], [B1, B2]])
    assert set(sets) == {A1 | X, A2 | Y, X | Y}


def test_no_set_has_two_options_of_one_choice():
    # Resolved over B, the union would have both A1 and A2, which exclude each other.
    sets, _ = resolve_choices([A1 | B1 | X, A2 | B2 | Y], [[A1, A2], [B1, B2]])
    assert set(sets) == {A1 | B1 | X, A2 | B2 | Y}
    # Resolved over A, it would have both B1 and B2. There is nothing else to resolve.
    assert all(is_selection(one, [A1 | A2, B1 | B2]) for one in sets)


def test_too_many_combinations_are_reported_as_incomplete():
    # 150 sets for each option give 22,500 combinations, above the limit of 20,000.
    count = 150
    assert count * count > MOST_SETS
    clauses = [1 << (10 + number) for number in range(2 * count)]
    sets = [A1 | c for c in clauses[:count]] + [A2 | c for c in clauses[count:]]
    found, complete = resolve_choices(sets, [[A1, A2]])
    assert not complete
    assert set(found) == set(sets)


def test_clauses_with_several_options_agree_with_z3(verify):
    tally = verify.run("", 60, 5, verify.compare_choices)
    assert tally.faults == []
    assert tally.systems == 60
    assert tally.sets.total() > 20
    assert tally.methods["with a choice"] > 40


# ---------------------------------------------------------------- families


def test_families_combine_to_sets_unsatisfiable_in_every_case():
    # Case 1: X, and Y with Z. Case 2: Y. In both: X with Y, and Y with Z.
    assert set(combine_families([[X, Y | Z], [Y]])) == {X | Y, Y | Z}


def test_a_set_common_to_all_families_is_unchanged():
    assert combine_families([[X], [X]]) == [X]
    # X is in both. The only other minimal combination is Y with Z.
    assert set(combine_families([[X, Y], [X, Z]])) == {X, Y | Z}


def test_a_case_without_contradictions_leaves_no_set():
    assert combine_families([[X], []]) == []
    assert combine_families([]) == []


def test_families_keep_exclusive_bits_apart():
    assert combine_families([[X], [Y]], [X | Y]) == []
    assert set(combine_families([[X, Z], [Y]], [X | Y])) == {Z | Y}


def test_too_many_combinations_of_families_give_none():
    clauses = [1 << number for number in range(300)]
    assert combine_families([clauses[:150], clauses[150:]]) is None
