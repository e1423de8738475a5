"""Sets as bits, and known sets within larger ones."""

from __future__ import annotations

from routesim.constraints.bitsets import Antichain, keep_minimal, list_bits, unite_all

R, X, Y, Z, A1, A2, A3 = (1 << bit for bit in range(7))


def test_known_sets_of_any_size_are_found_within_larger_ones():
    known = Antichain([X, Y | Z, R | A1 | A2])
    assert known.holds_subset(X)
    assert known.holds_subset(Y | Z | R)
    assert known.holds_subset(R | A1 | A2 | A3)
    assert not known.holds_subset(Y | R | A1)
    assert not known.holds_subset(0)
    assert Antichain([0]).holds_subset(0)


def test_known_sets_are_found_as_a_plain_look_finds_them(systems):
    rng = systems.seed_random(0)
    for _ in range(300):
        size = rng.randrange(1, 7)
        sets = [sum(1 << bit for bit in rng.sample(range(12), size)) for _ in range(12)]
        sets += [rng.randrange(1, 1 << 12) for _ in range(3)]
        known = Antichain(sets)
        for _ in range(20):
            asked = rng.randrange(1 << 12)
            assert known.holds_subset(asked) == any(one & ~asked == 0 for one in sets)


def test_only_sets_that_hold_no_other_are_kept():
    assert keep_minimal([X | Y | Z, X | Y, Z, X | Y, Y | Z]) == [Z, X | Y]
    assert keep_minimal([X, 0]) == [0]


def test_the_bits_of_a_set_are_listed_lowest_first_and_joined_again():
    assert list(list_bits(X | Z | A1)) == [X, Z, A1]
    assert unite_all([X | Z, Z | A1]) == X | Z | A1
    assert unite_all([]) == 0
