"""Difference constraints: solutions, shortest paths and negative cycles."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from routesim.constraints.system import FREE_S, ZERO, Constraint, DifferenceSystem

A, B, C, D = 1, 2, 4, 8
CAP = 16
# Two timing points: arrival and departure at the first, arrival and departure at the second.
ARRIVE_1, DEPART_1, ARRIVE_2, DEPART_2 = 1, 2, 3, 4
LEAST_RUN_S = 300


def make_line():
    """Return the matrices of two timing points: their order, and 300 s between them."""
    order = np.full((5, 5), FREE_S, dtype=np.int64)
    np.fill_diagonal(order, 0)
    capped = order.copy()
    for late in range(1, 5):
        for early in range(1, late):
            order[late, early] = capped[late, early] = 0
    for late in (ARRIVE_2, DEPART_2):
        for early in (ARRIVE_1, DEPART_1):
            capped[late, early] = -LEAST_RUN_S
    return order, capped


def make_system(*constraints, refused=()):
    order, capped = make_line()
    made = tuple(Constraint(*constraint) for constraint in constraints)
    return DifferenceSystem(order, capped, CAP, made, refused)


def not_after(node, time_s, support):
    return (ZERO, node, time_s, support)


def not_before(node, time_s, support):
    return (node, ZERO, -time_s, support)


def close(system, numbers, matrix):
    """Return all shortest paths by the Floyd-Warshall algorithm, in Python integers."""
    nodes = range(system.nodes)
    far = [[None if step >= FREE_S else int(step) for step in row] for row in matrix]
    for node in nodes:
        far[node][node] = 0
    for number in numbers:
        one = system.constraints[number]
        known = far[one.tail][one.head]
        far[one.tail][one.head] = one.weight_s if known is None else min(known, one.weight_s)
    for middle in nodes:
        for tail in nodes:
            for head in nodes:
                if far[tail][middle] is not None and far[middle][head] is not None:
                    detour = far[tail][middle] + far[middle][head]
                    if far[tail][head] is None or detour < far[tail][head]:
                        far[tail][head] = detour
    return far


def draw_consistent(systems, seed):
    """Draw a small system, and a maximal consistent set of its bits."""
    rng = systems.seed_random(seed)
    making = systems.Making(
        points=rng.randrange(2, 6),
        reports=rng.randrange(1, 12),
        links=rng.random(),
        lies=0.3,
        shared=0.2,
    )
    system = systems.draw_system(rng, making)
    judge, support = systems.make_judge(system), 0
    bits = [1 << bit for bit in range(making.reports + 1)]
    for bit in rng.sample(bits, len(bits)):
        if judge.is_feasible(support | bit):
            support |= bit
    return system, support


# ---------------------------------------------------------------- timetables


def test_a_train_cannot_depart_before_it_arrives():
    # Departure at 99 at the latest, arrival at 100 at the earliest. Only their order, a step
    # of weight 0, lies between them: 99 + 0 - 100 = -1.
    system = make_system(not_after(DEPART_1, 99, A), not_before(ARRIVE_1, 100, B))
    assert system.find_solution(A | B) is None
    assert system.find_solution(A) is not None
    assert system.find_solution(B) is not None


def test_a_train_can_depart_when_it_arrives():
    system = make_system(not_after(DEPART_1, 100, A), not_before(ARRIVE_1, 100, B))
    times = system.find_solution(A | B)
    assert times[ARRIVE_1] == times[DEPART_1] == 100


def test_a_stay_of_zero_seconds_is_a_constraint():
    # At most 0 s at the first point, and windows one second apart.
    system = make_system(
        (ARRIVE_1, DEPART_1, 0, A), not_after(ARRIVE_1, 100, B), not_before(DEPART_1, 101, C)
    )
    assert not system.is_feasible(A | B | C)
    assert system.is_feasible(B | C)


def test_the_cap_holds_if_it_is_chosen():
    # 299 s from point to point; the cap requires 300.
    system = make_system(not_before(DEPART_1, 1000, A), not_after(ARRIVE_2, 1299, B))
    assert system.is_feasible(A | B)
    assert not system.is_feasible(A | B | CAP)


def test_a_constraint_with_two_supporters_needs_both():
    system = make_system(not_after(ARRIVE_1, 99, A | B), not_before(ARRIVE_1, 100, C))
    assert system.select(A | C) == (1,)
    assert system.is_feasible(A | C)
    assert system.is_feasible(B | C)
    assert not system.is_feasible(A | B | C)


def test_a_refused_set_and_its_supersets_have_no_solution():
    system = make_system(refused=(A | B,))
    assert system.find_solution(A | B) is None
    assert system.find_solution(A | B | C) is None
    assert system.find_solution(A | C) is not None


def test_a_constraint_without_support_holds_in_any_case():
    system = make_system(not_before(ARRIVE_1, 100, A))
    for most_s, is_feasible in ((100, True), (99, False)):
        extra = Constraint(ZERO, ARRIVE_1, most_s, 0)
        narrower = replace(system, constraints=(*system.constraints, extra))
        assert narrower.is_feasible(A) == is_feasible


def test_a_constraint_knows_whether_it_is_a_window():
    above, below = Constraint(ZERO, 1, 5, A), Constraint(1, ZERO, -5, A)
    between = Constraint(1, 2, 5, A)
    assert [(c.is_upper, c.is_lower) for c in (above, below, between)] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_a_solution_satisfies_all_chosen_constraints(systems):
    checked = 0
    for seed in range(150):
        system, support = draw_consistent(systems, seed)
        times = system.find_solution(support)
        assert times[ZERO] == 0
        lapse = times - times[:, None]
        assert (lapse <= system.get_matrix(support)).all()
        for number in system.select(support):
            one = system.constraints[number]
            assert times[one.head] - times[one.tail] <= one.weight_s
            checked += 1
    assert checked > 150


def test_a_solution_exists_exactly_if_the_judge_finds_one(systems):
    answers = Counter()
    for seed in range(150):
        system, support = draw_consistent(systems, seed)
        judge = systems.make_judge(system)
        rng = systems.seed_random(seed)
        for _ in range(5):
            some = rng.randrange(2 * system.cap_support)
            feasible = system.is_feasible(some)
            assert feasible == judge.is_feasible(some)
            answers[feasible] += 1
        everyone = 2 * system.cap_support - 1
        assert (support == everyone) == system.is_feasible(everyone)
    assert min(answers[True], answers[False]) > 100


# ---------------------------------------------------------------- negative cycles


def test_a_negative_cycle_is_the_list_of_its_constraints():
    system = make_system(
        not_after(DEPART_2, 50, D), not_after(DEPART_1, 99, A), not_before(ARRIVE_1, 100, B)
    )
    assert system.find_negative_cycle(A | B) == (1, 2)
    assert system.find_negative_cycle(A | D) is None


def test_a_negative_cycle_is_found_exactly_if_there_is_one(systems):
    found = 0
    for seed in range(200):
        system, support = draw_consistent(systems, seed)
        assert system.find_negative_cycle(support) is None
        everyone = 2 * system.cap_support - 1
        path = system.find_negative_cycle(everyone)
        assert (path is None) == system.is_feasible(everyone)
        if path is not None:
            found += 1
            assert set(path) <= set(system.select(everyone))
            assert add_up(system, path, system.capped) < 0
    assert found > 50


def add_up(system, path, matrix):
    """Return the weight of a cycle: its constraints and the matrix steps between them."""
    around = [system.constraints[number] for number in (*path, path[0])]
    weights = sum(one.weight_s for one in around[1:])
    return weights + sum(
        int(matrix[one.head, other.tail])
        for one, other in pairwise(around)
        if one.head != other.tail
    )


# ---------------------------------------------------------------- shortest paths


@pytest.mark.parametrize("backwards", [False, True])
def test_the_shortest_paths_agree_with_floyd_warshall(systems, backwards):
    compared = 0
    for seed in range(60):
        system, support = draw_consistent(systems, seed)
        numbers, matrix = system.select(support), system.get_matrix(support)
        far = close(system, numbers, matrix)
        for start in range(system.nodes):
            tree = system.reach(start, numbers, matrix, backwards=backwards)
            for node in range(system.nodes):
                wanted = far[node][start] if backwards else far[start][node]
                if wanted is None:
                    assert tree.distance_s[node] >= FREE_S // 2
                else:
                    assert tree.distance_s[node] == wanted
                    compared += node != start
    assert compared > 1000


@pytest.mark.parametrize("backwards", [False, True])
def test_the_path_to_a_node_adds_up_to_its_distance(systems, backwards):
    compared = 0
    for seed in range(60):
        system, support = draw_consistent(systems, seed)
        numbers, matrix = system.select(support), system.get_matrix(support)
        tree = system.reach(ZERO, numbers, matrix, backwards=backwards)
        for node in range(1, system.nodes):
            if tree.distance_s[node] >= FREE_S // 2:
                continue
            path = [system.constraints[number] for number in tree.list_path(node)]
            ends = [(c.tail, c.head, c.weight_s) for c in path]
            if backwards:
                # The path is listed from the start; reversed, it leads from the node to it.
                ends.reverse()
            first, last = (node, ZERO) if backwards else (ZERO, node)
            around = [(first, first, 0), *ends, (last, last, 0)]
            total = sum(weight_s for *_, weight_s in around) + sum(
                int(matrix[one[1], other[0]])
                for one, other in pairwise(around)
                if one[1] != other[0]
            )
            assert total == tree.distance_s[node]
            compared += 1
    assert compared > 100


def test_a_path_states_whether_it_uses_the_cap():
    # Departure at the first point at 1000 or later: at the second at 1000 or later by the
    # order alone, at 1300 or later with the cap.
    system = make_system(not_before(DEPART_1, 1000, A), not_before(DEPART_2, 1400, B))
    tree = system.reach(ZERO, (0,), system.capped, backwards=True)
    assert tree.distance_s[ARRIVE_2] == -1300
    assert tree.uses_other(ARRIVE_2, system.order)
    assert not tree.uses_other(ARRIVE_2, system.capped)
    assert not tree.uses_other(DEPART_1, system.order)
    # The constraint at 1400 is tighter, and does not need the cap.
    tree = system.reach(ZERO, (0, 1), system.capped, backwards=True)
    assert tree.distance_s[DEPART_2] == -1400
    assert not tree.uses_other(DEPART_2, system.order)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_path_that_does_not_use_the_cap_is_as_short_without_it(systems, backwards):
    needed = 0
    for seed in range(80):
        system, support = draw_consistent(systems, seed)
        if system.cap_support & ~support:
            continue
        numbers = system.select(support)
        far = close(system, numbers, system.order)
        tree = system.reach(ZERO, numbers, system.capped, backwards=backwards)
        for node in range(1, system.nodes):
            if tree.distance_s[node] >= FREE_S // 2:
                continue
            without = far[node][ZERO] if backwards else far[ZERO][node]
            if tree.uses_other(node, system.order):
                needed += 1
            else:
                assert without == tree.distance_s[node]
    assert needed > 20
