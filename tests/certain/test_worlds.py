"""Worlds of the bundled journeys: their order, consistency and maximality."""

from dataclasses import replace

import routesim as rs
from routesim.certain import world_programme, world_search
from routesim.certain.problem import build_problem
from routesim.certain.worlds import list_best, list_worlds


def test_worlds_drop_the_fewest_families_first(journeys):
    for journey in journeys.values():
        worlds = rs.worlds(journey)
        counts = [len(world.families_dropped) for world in worlds]
        assert counts == sorted(counts) != []
        assert all(world.is_consistent({}) for world in worlds)
    assert rs.worlds(journeys["2023-09"])[0].families_dropped == ()
    assert rs.worlds(journeys["2019-04"])[0].families_dropped == ("F9",)


def test_no_clause_can_be_added_to_a_world(journeys):
    worlds = rs.worlds(journeys["2019-04"])
    assert any(world.dropped for world in worlds)
    for world in worlds:
        problem = world.problem
        for clause in world.dropped:
            kept = world.kept | problem.register.clause_bits[clause]
            selection = kept | problem.register.make_support((), world.settled.items())
            assert any(s & ~selection == 0 for s in problem.literal_sets)


def is_satisfied(world, dropped, taken):
    """Return whether a case of the world's setting satisfies a selection, by the solver."""
    register = world.problem.register
    selection = register.select(register.make_support(dropped), taken.items())
    return any(
        case.system.is_feasible(selection)
        for case in world.problem.cases
        if world.problem.get_setting(case) & ~selection == 0
    )


def test_a_search_that_stops_early_is_continued_by_an_integer_programme(journeys, monkeypatch):
    """Both methods give the same best worlds, in the same order."""
    for journey in journeys.values():
        expected = rs.worlds(journey, most=64)
        with monkeypatch.context() as changed:
            changed.setattr(world_search, "MOST_STEPS", 0)
            found = list_best(replace(build_problem(journey)))  # with an empty cache
        assert (found.is_complete, found.is_best) == (True, True)
        best = [world for world in expected if world.is_best]
        assert [(w.dropped, w.changed) for w in found] == [(w.dropped, w.changed) for w in best]


def test_a_world_is_built_if_every_search_stops_early(journeys, monkeypatch):
    """Without a step or a node, a world is built by adding clauses one by one."""
    monkeypatch.setattr(world_search, "MOST_STEPS", 0)
    monkeypatch.setattr(world_programme, "MOST_NODES", 0)
    problem = build_problem(journeys["2019-04"], drop=["C52"], route="direct")
    (world,) = found = list_worlds(problem)
    assert (found.is_complete, found.is_best, world.is_best) == (False, False, False)
    assert 0 < len(world.dropped) < len(problem.register.clause_bits)
    taken = dict.fromkeys(problem.register.choices, 0) | dict(world.changed)
    assert is_satisfied(world, world.dropped, taken)
    for clause in world.dropped:
        assert not is_satisfied(world, [c for c in world.dropped if c != clause], taken)


def test_worlds_are_feasible_even_if_contradictions_are_missing(journeys):
    """The list has contradictions of single clauses only; the solver finds the others."""
    problem = build_problem(journeys["2023-09"], max_size=1, route="vladivostok")
    assert not any(len(problem.register.list_clauses(s)) > 1 for s in problem.literal_sets)
    found = list_worlds(problem)
    assert found.items
    for world in found:
        taken = dict.fromkeys(problem.register.choices, 0) | dict(world.changed)
        assert is_satisfied(world, world.dropped, taken)
