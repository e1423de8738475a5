"""Worlds of the bundled journeys: their order, consistency and maximality."""

import routesim as rs


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
