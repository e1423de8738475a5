"""All minimal unsatisfiable subsets, by hand and against independent solvers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
import z3
from hypothesis import given
from hypothesis import strategies as st

from routesim.constraints import enumeration, found_cycles
from routesim.constraints.enumeration import find_cycle, find_cycles
from routesim.constraints.system import FREE_S, ZERO, Constraint, DifferenceSystem

pytestmark = pytest.mark.slow

A, B, C, D, E = (1 << bit for bit in range(5))
SEEDS = st.integers(0, 1_000_000)


def make_system(*constraints, points=1, refused=()):
    """Return a system without assumptions, with only the order of the events."""
    nodes = 1 + 2 * points
    order = np.full((nodes, nodes), FREE_S, dtype=np.int64)
    np.fill_diagonal(order, 0)
    for late in range(1, nodes):
        order[late, 1:late] = 0
    made = tuple(Constraint(*constraint) for constraint in constraints)
    return DifferenceSystem(order, order, 0, made, refused)


def window(node, start_s, end_s, support):
    """Return the constraints of a half-open window in whole seconds, without its end."""
    return [(ZERO, node, end_s - 1, support), (node, ZERO, -start_s, support)]


def list_support(found):
    return {cycle.support for cycle in found.cycles}


def draw(systems, seed, **making):
    made = systems.Making(**{"points": 12, "reports": 16, "lies": 0.3, **making})
    return systems.draw_system(systems.seed_random(seed), made), made


def add_up(system, cycle):
    constraints = [system.constraints[number] for number in cycle.path]
    return add_round(system, cycle.support, constraints)


def add_round(system, support, constraints):
    """Return the weight of a cycle: its constraints and the matrix steps between them."""
    matrix = system.get_matrix(support)
    around = [*constraints, constraints[0]]
    return sum(one.weight_s for one in around[1:]) + sum(
        int(matrix[one.head, other.tail])
        for one, other in pairwise(around)
        if one.head != other.tail
    )


# ---------------------------------------------------------------- by hand


def test_windows_that_touch_contradict_by_one_second():
    # [100, 200) and [200, 300) of one event: at most 199, at least 200: 199 - 200 = -1.
    found = find_cycles(make_system(*window(1, 100, 200, A), *window(1, 200, 300, B)))
    assert [(c.support, c.weight_s, c.path) for c in found.cycles] == [(A | B, -1, (0, 3))]
    assert found.complete_to is None


def test_windows_that_share_a_second_agree():
    system = make_system(*window(1, 100, 201, A), *window(1, 200, 300, B))
    assert find_cycles(system).cycles == ()
    assert find_cycle(system) is None


def test_a_step_of_weight_zero_is_kept():
    # Departure until 199, arrival at 200 or later, a stay of 0 s or more: 199 + 0 - 200 = -1.
    found = find_cycles(make_system(*window(2, 0, 200, A), *window(1, 200, 300, B)))
    assert [(c.support, c.weight_s) for c in found.cycles] == [(A | B, -1)]


def test_a_constraint_of_weight_zero_is_kept():
    # Until 200 at the first event, 201 or later at the last, and three links of at most 0 s
    # between them: 200 + 0 + 0 + 0 - 201 = -1, and all five are needed.
    constraints = [(1, 2, 0, C), (2, 3, 0, D), (3, 4, 0, E), (ZERO, 1, 200, A)]
    found = find_cycles(make_system(*constraints, (4, ZERO, -201, B), points=2))
    assert [(c.support, c.weight_s) for c in found.cycles] == [(A | B | C | D | E, -1)]
    assert find_cycles(make_system(*constraints, (4, ZERO, -200, B), points=2)).cycles == ()


def test_links_that_close_on_themselves_are_found():
    # 1 to 2 takes at most 60, 2 to 3 at most 60, 1 to 3 at least 121: 60 + 60 - 121 = -1.
    system = make_system((1, 2, 60, A), (2, 3, 60, B), (3, 1, -121, C), points=2)
    found = find_cycles(system)
    assert [(c.support, c.weight_s) for c in found.cycles] == [(A | B | C, -1)]
    assert sorted(found.cycles[0].path) == [0, 1, 2]


def test_a_clause_that_contradicts_itself_does_so_alone():
    # An arrival in [200, 300) and a departure in [100, 150), both by A; B agrees with A.
    system = make_system(
        *window(1, 200, 300, A), *window(2, 100, 150, A), *window(1, 0, 400, B)
    )
    assert list_support(find_cycles(system)) == {A}
    assert find_cycle(system).support == A


def test_exclusive_bits_are_never_in_one_set():
    system = make_system(
        *window(1, 100, 200, A), *window(1, 200, 300, B), *window(1, 300, 400, C)
    )
    assert list_support(find_cycles(system)) == {A | B, A | C, B | C}
    assert list_support(find_cycles(system, exclusive=[A | B])) == {A | C, B | C}
    assert list_support(find_cycles(system, exclusive=[A | B | C])) == set()


def test_refused_sets_are_listed_and_replace_their_supersets():
    system = make_system(*window(1, 100, 200, A), *window(1, 200, 300, B), refused=(A, C | D))
    found = find_cycles(system)
    assert list_support(found) == {A, C | D}
    assert all(cycle.path == () and cycle.weight_s == 0 for cycle in found.cycles)


def test_refused_sets_respect_max_size_and_exclusive_bits():
    system = make_system(refused=(A | B | C, D | E))
    assert list_support(find_cycles(system, max_size=2)) == {D | E}
    assert list_support(find_cycles(system, exclusive=[D | E])) == {A | B | C}
    # Of three bits only one counts.
    assert list_support(find_cycles(system, counted=A, max_size=1)) == {A | B | C, D | E}


def test_a_set_with_the_cap_has_its_cycle_under_the_cap():
    # By A with the cap E, 4 comes at least 10 s before 1: -10 + 0 = -10 by the order alone.
    # By the cap, 4 comes at least 300 s after 1, which gives the cycle returned: -10 - 300.
    plain = make_system((1, 4, -10, A | E), points=2)
    capped = plain.order.copy()
    capped[3:, 1:3] = -300
    system = replace(plain, capped=capped, cap_support=E)
    assert [(c.support, c.weight_s) for c in find_cycles(system).cycles] == [(A | E, -310)]


# ---------------------------------------------------------------- against others


def test_few_reports_agree_with_a_check_of_every_subset(verify):
    tally = verify.run("", 800, 5, verify.compare_small)
    assert tally.faults == []
    assert tally.systems == 800
    assert tally.sets.total() > 800
    assert max(tally.sets) >= 5


def test_sixty_reports_agree_with_marco(verify):
    tally = verify.run("", 12, 5, verify.compare_large)
    assert tally.faults == []
    assert tally.methods == Counter({"against MARCO": 12})
    assert tally.sets.total() > 100


def test_each_set_of_sixty_reports_is_irreducible_by_z3(verify, systems):
    judged = 0
    for seed in (1, 2, 7, 8, 10):
        system, making = draw(systems, seed, points=60, reports=60, links=0.3, lies=0.1)
        found = find_cycles(system)
        assert found.complete_to is None
        solver, times = verify.make_solver(system)
        judge = AssumingSolver(verify, solver, times, system, making)
        for cycle in found.cycles[:12]:
            judged += 1
            assert not judge.is_feasible(cycle.support)
            for bit in range(cycle.support.bit_length()):
                if cycle.support >> bit & 1:
                    assert judge.is_feasible(cycle.support ^ 1 << bit)
        dropped = sum({cycle.support & -cycle.support for cycle in found.cycles})
        # Without one member of each set, no contradiction is left.
        assert judge.is_feasible(making.bits & ~dropped)
    assert judged > 20


class AssumingSolver:
    """Solver z3 with each bit as an assumption."""

    def __init__(self, verify, solver, times, system, making):
        self.solver = solver
        self.believed = [z3.Bool(f"b{bit}") for bit in range(making.bits.bit_length())]
        cap = self.believed[making.cap_bit.bit_length() - 1]
        # Steps between neighbouring points imply all others.
        for tail, row in enumerate(system.capped.tolist()):
            for head in range(max(1, tail - 2), tail):
                solver.add(z3.Implies(cap, times[head] - times[tail] <= row[head]))
        for one in system.constraints:
            support = [b for bit, b in enumerate(self.believed) if one.support >> bit & 1]
            solver.add(z3.Implies(z3.And(support), verify.write(times, one)))

    def is_feasible(self, support):
        assumed = [b for bit, b in enumerate(self.believed) if support >> bit & 1]
        return self.solver.check(*assumed) == z3.sat


def test_no_set_contains_another(systems):
    found = 0
    for seed in range(20):
        system, _ = draw(systems, seed, reports=40, links=0.4)
        sets = list_support(find_cycles(system))
        found += len(sets)
        assert not any(one & ~other == 0 for one in sets for other in sets if one != other)
    assert found > 100


# ---------------------------------------------------------------- paths and weights


def test_each_path_is_a_cycle_of_the_weight_given(systems):
    paths = 0
    for seed in range(60):
        system, making = draw(systems, seed, links=0.5, shared=0.2)
        for cycle in find_cycles(system).cycles:
            paths += 1
            support = 0
            for number in cycle.path:
                support |= system.constraints[number].support
            assert support | making.cap_bit & cycle.support == cycle.support
            assert add_up(system, cycle) == cycle.weight_s < 0
            assert len(set(cycle.path)) == len(cycle.path)
            # A cycle passes time zero at its beginning, if at all.
            assert not any(system.constraints[n].is_upper for n in cycle.path[1:])
            assert not any(system.constraints[n].is_lower for n in cycle.path[:-1])
    assert paths > 150


def list_orders(constraints):
    """List every simple cycle over some of the constraints, each event passed once."""
    for count in range(1, len(constraints) + 1):
        for some in combinations(constraints, count):
            if len({c.tail for c in some}) == len({c.head for c in some}) == count:
                yield from ((some[0], *rest) for rest in permutations(some[1:]))


def test_each_cycle_is_the_most_negative_of_its_support(systems):
    compared = 0
    # In seed 287 one clause has both a window and a duration. Two windows contradict each other
    # already, and its duration makes the cycle worse: -461 s without it, -4185 s with it.
    for seed in (*range(40), 287):
        system, _ = draw(systems, seed, points=5, reports=10, lies=0.4, links=0.5, shared=0.2)
        for cycle in find_cycles(system).cycles:
            chosen = [system.constraints[number] for number in system.select(cycle.support)]
            if len(chosen) > 6:
                continue
            compared += 1
            orders = list_orders(chosen)
            worst = min(add_round(system, cycle.support, order) for order in orders)
            assert cycle.weight_s == worst
    assert compared > 60


# ---------------------------------------------------------------- true and false reports


@pytest.mark.parametrize("links", [0.1, 0.3, 0.6])
def test_true_reports_do_not_contradict_each_other(systems, links):
    for seed in range(10):
        system, _ = draw(systems, seed, points=30, reports=60, links=links, lies=0.0)
        assert find_cycles(system).cycles == ()
        assert find_cycle(system) is None


def test_planted_contradictions_are_found(systems):
    for seed in range(20):
        system, making = draw(systems, seed, reports=40, lies=0.0)
        plant, bit = [], making.bits + 1
        # Two windows of one event an hour apart, and a stay of at least 1 h and at most 30 min.
        plant += [Constraint(ZERO, 5, 50_000, bit), Constraint(5, ZERO, -53_600, bit << 1)]
        plant += [Constraint(9, 10, 1_800, bit << 2), Constraint(10, 9, -3_600, bit << 3)]
        planted = replace(system, constraints=(*system.constraints, *plant))
        found = {cycle.support: cycle.weight_s for cycle in find_cycles(planted).cycles}
        # 50,000 - 53,600 = -3,600 and 1,800 - 3,600 = -1,800. Each of the four can hold alone.
        assert found[bit | bit << 1] == -3_600
        assert found[bit << 2 | bit << 3] == -1_800
        assert all(support & ~making.bits for support in found)


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize("max_size", [1, 2, 3, 4])
def test_max_size_gives_the_small_sets_of_the_full_answer(systems, max_size):
    found = 0
    for seed in range(60):
        system, making = draw(systems, seed, links=0.5, shared=0.2)
        reports = making.bits & ~making.cap_bit
        full = find_cycles(system, counted=reports)
        limited = find_cycles(system, counted=reports, max_size=max_size)
        assert limited.complete_to == max_size
        small = [c for c in full.cycles if (c.support & reports).bit_count() <= max_size]
        assert list_support(limited) == {cycle.support for cycle in small}
        found += len(small)
    assert found > (0 if max_size == 1 else 50)


def test_a_search_that_is_cut_short_states_up_to_which_size_it_is_complete(systems):
    cut = 0
    for seed in range(60):
        system, making = draw(systems, seed, reports=40, links=0.5, shared=0.2)
        reports = making.bits & ~making.cap_bit
        full = find_cycles(system, counted=reports)
        for budget in (0, 4, 40):
            short = find_cycles(system, counted=reports, budget=budget)
            if short.complete_to is None:
                assert list_support(short) == list_support(full)
                continue
            cut += 1
            up_to = {
                support
                for support in list_support(full)
                if (support & reports).bit_count() <= short.complete_to
            }
            assert up_to <= list_support(short)
            for cycle in short.cycles:
                # Larger sets may be missing, but all that are listed are irreducible.
                assert cycle.support in list_support(full)
                if (cycle.support & reports).bit_count() <= short.complete_to:
                    assert cycle.support in up_to
    assert cut > 20


def test_a_search_stops_at_the_largest_number_of_sets(monkeypatch):
    # By A, 1 to 4 takes at least 1,000 s. 12 windows have 1 at 9,000 to 9,011 or later, and 12
    # have 4 at 9,100 to 9,111 or earlier. A contradicts each of the 12 x 12 pairs, as 9,111 -
    # 1,000 - 9,000 < 0. The windows do not contradict each other, as 9,100 - 9,011 > 0.
    windows = [(1, ZERO, -9_000 - n, 2 << n) for n in range(12)]
    windows += [(ZERO, 4, 9_100 + n, 2 << 12 + n) for n in range(12)]
    system = make_system((4, 1, -1_000, A), *windows, points=2)
    whole = find_cycles(system)
    assert len(whole.cycles) == 144
    assert {cycle.support.bit_count() for cycle in whole.cycles} == {3}
    monkeypatch.setattr(found_cycles, "MOST_SETS", 100)
    monkeypatch.setattr(enumeration, "MOST_REDUCED", 60)
    short = find_cycles(system)
    assert short.complete_to == 2
    assert len(short.cycles) == 60
    assert list_support(short) < list_support(whole)
    # A limit equal to the number of sets does not cut the search.
    monkeypatch.setattr(found_cycles, "MOST_SETS", 144)
    assert find_cycles(system) == whole


@pytest.mark.parametrize("max_size", [None, 4])
@pytest.mark.parametrize("most", [3, 15])
def test_a_full_search_states_up_to_which_size_it_is_complete(
    systems, monkeypatch, max_size, most
):
    cut = 0
    for seed in range(60):
        system, making = draw(systems, seed, reports=40, links=0.5, shared=0.2)
        reports = making.bits & ~making.cap_bit
        full = find_cycles(system, counted=reports, max_size=max_size)
        with monkeypatch.context() as patch:
            patch.setattr(found_cycles, "MOST_SETS", most)
            short = find_cycles(system, counted=reports, max_size=max_size)
        if short.complete_to == max_size:
            assert list_support(short) == list_support(full)
            continue
        cut += 1
        small = {
            support
            for support in list_support(full)
            if (support & reports).bit_count() <= short.complete_to
        }
        assert small <= list_support(short) <= list_support(full)
    assert cut > 10


# ---------------------------------------------------------------- one only


def test_one_contradiction_is_irreducible_and_adds_up(verify, systems):
    found = 0
    for seed in range(300):
        system, bits, _ = verify.draw_small(seed)
        wanted = systems.list_contradictions(system, bits)
        cycle = find_cycle(system)
        assert (cycle is None) == (not wanted)
        if cycle is not None:
            found += 1
            assert cycle.support in wanted
            if cycle.path:
                assert add_up(system, cycle) == cycle.weight_s < 0
            else:
                assert cycle.support in system.refused
    assert found > 100


def test_one_contradiction_is_found_among_chosen_clauses():
    system = make_system(
        *window(1, 100, 200, A), *window(1, 200, 300, B), *window(1, 300, 400, C)
    )
    assert find_cycle(system, A | C).support == A | C
    assert find_cycle(system, B) is None


# ---------------------------------------------------------------- invariance


@given(seed=SEEDS, later_s=st.integers(-100_000, 100_000))
def test_shifting_all_clocks_changes_nothing(systems, seed, later_s):
    system, _ = draw(systems, seed, links=0.4)
    moved = tuple(
        replace(c, weight_s=c.weight_s + later_s * (c.is_upper - c.is_lower))
        for c in system.constraints
    )
    assert find_cycles(replace(system, constraints=moved)) == find_cycles(system)


@given(seed=SEEDS, by_s=st.lists(st.integers(0, 4_000), min_size=1, max_size=20))
def test_wider_constraints_add_no_contradiction(systems, seed, by_s):
    system, _ = draw(systems, seed, links=0.4)
    wider = tuple(
        replace(c, weight_s=c.weight_s + by_s[number % len(by_s)])
        for number, c in enumerate(system.constraints)
    )
    before = list_support(find_cycles(system))
    for support in list_support(find_cycles(replace(system, constraints=wider))):
        assert any(one & ~support == 0 for one in before)


@given(seed=SEEDS, copied=st.integers(0, 15))
def test_a_copy_of_a_clause_has_the_same_contradictions(systems, seed, copied):
    system, making = draw(systems, seed, links=0.4)
    bit, copy = 1 << copied, making.bits + 1
    echo = [
        replace(c, support=c.support ^ bit | copy)
        for c in system.constraints
        if c.support & bit
    ]
    found = list_support(find_cycles(system))
    echoed = find_cycles(replace(system, constraints=(*system.constraints, *echo)))
    assert list_support(echoed) == found | {
        support ^ bit | copy for support in found if support & bit
    }


@given(seed=SEEDS)
def test_the_order_of_reports_does_not_matter(systems, seed):
    system, _ = draw(systems, seed, links=0.4)
    turned = replace(system, constraints=system.constraints[::-1])
    assert list_support(find_cycles(turned)) == list_support(find_cycles(system))
