"""What is unsatisfiable when one option of each choice must hold."""

from __future__ import annotations

from routesim.constraints.bitsets import is_selection
from routesim.constraints.elimination import MOST_SETS, combine_families, resolve_choices

# Clauses, and the options of up to two choices.
X, Y, Z, R = (1 << bit for bit in range(4))
A1, A2, A3, B1, B2 = (1 << bit for bit in range(4, 9))


# ---------------------------------------------------------------- choices


def test_a_clause_contradicts_what_each_of_its_options_contradicts():
    # R with A1 contradicts X, with A2 contradicts Y: R, X and Y cannot all be.
    sets, complete = resolve_choices([R | A1 | X, R | A2 | Y], [[A1, A2]])
    assert set(sets) == {R | A1 | X, R | A2 | Y, R | X | Y}
    assert complete


def test_an_option_that_contradicts_nothing_saves_the_clause():
    sets, complete = resolve_choices([R | A1 | X], [[A1, A2]])
    assert sets == [R | A1 | X]
    assert complete


def test_what_holds_for_each_of_three_options_replaces_them():
    # A1 and A2 contradict X, A3 contradicts Y. X with Y is left no option; the
    # sets of A1 and Y, or A3 and X, are not contradictory.
    sets, _ = resolve_choices([A1 | X, A2 | X, A3 | Y], [[A1, A2, A3]])
    assert set(sets) == {A1 | X, A2 | X, A3 | Y, X | Y}
    # All three contradict X: X contradicts itself, and no set with an option is minimal.
    sets, _ = resolve_choices([A1 | X, A2 | X, A3 | X], [[A1, A2, A3]])
    assert sets == [X]


def test_what_needs_no_option_counts_with_each_option():
    # X is out whatever holds, so that A1 and X is no news, and A2 alone saves Y.
    sets, _ = resolve_choices([X, A1 | X, A1 | Y], [[A1, A2]])
    assert set(sets) == {X, A1 | Y}


def test_a_single_option_is_no_choice_but_a_fact():
    # A1 is the only option: what contradicts it is contradictory.
    sets, _ = resolve_choices([A1 | X], [[A1]])
    assert sets == [X]


def test_two_choices_are_taken_one_after_the_other():
    # By B1 or B2, A1 contradicts X: A1 with X. A2 contradicts Y. So X contradicts Y.
    sets, _ = resolve_choices([A1 | B1 | X, A1 | B2 | X, A2 | Y], [[A1, A2], [B1, B2]])
    assert set(sets) == {A1 | X, A2 | Y, X | Y}


def test_no_set_holds_two_options_of_one_choice():
    # Put together over B, the two would hold both A1 and A2, and be no set at all.
    sets, _ = resolve_choices([A1 | B1 | X, A2 | B2 | Y], [[A1, A2], [B1, B2]])
    assert set(sets) == {A1 | B1 | X, A2 | B2 | Y}
    # Resolved over A first, B1 and B2 would be together; there is nothing else to resolve.
    assert all(is_selection(one, [A1 | A2, B1 | B2]) for one in sets)


def test_too_many_to_combine_are_not_complete():
    # 150 sets on either side give 22,500, above the limit of 20,000.
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


def test_families_combine_to_what_contradicts_itself_in_every_case():
    # Case one: X, or Y with Z. Case two: Y. Together: X with Y, and Y with Z.
    assert set(combine_families([[X, Y | Z], [Y]])) == {X | Y, Y | Z}


def test_a_set_common_to_all_families_stays_as_it_is():
    assert combine_families([[X], [X]]) == [X]
    # X is common; what else could combine with Y or Z only adds the two together.
    assert set(combine_families([[X, Y], [X, Z]])) == {X, Y | Z}


def test_a_case_without_contradictions_leaves_none():
    assert combine_families([[X], []]) == []
    assert combine_families([]) == []


def test_families_keep_exclusive_bits_apart():
    assert combine_families([[X], [Y]], [X | Y]) == []
    assert set(combine_families([[X, Z], [Y]], [X | Y])) == {Z | Y}


def test_too_many_families_are_none():
    clauses = [1 << number for number in range(300)]
    assert combine_families([clauses[:150], clauses[150:]]) is None
