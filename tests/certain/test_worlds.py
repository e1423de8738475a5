"""Worlds of the bundled journeys: their order, consistency and maximality."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

import routesim as rs
from routesim.certain import world_programme, world_search
from routesim.certain.problem import build_problem
from routesim.certain.worlds import list_best, list_worlds
from tests.support.journeys import (
    PRINTED,
    build_journey,
    make_window,
    uniform,
    write_departure,
    write_family,
    write_origin,
    write_report,
    write_route,
    write_source,
    write_speed,
    write_stop,
)


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
            problem = replace(build_problem(journey))  # with an empty cache
            found, best = list_worlds(problem), list_best(problem)
        assert (best.is_complete, best.is_best, found.is_best) == (True, True, True)
        listed = [(world.dropped, world.changed) for world in found]
        assert listed == [(world.dropped, world.changed) for world in expected[: len(found)]]
        assert [world.is_best for world in expected].count(True) == len(best)


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


def test_a_world_of_one_route_is_not_best_if_the_search_of_another_stopped(monkeypatch):
    """One of two clocks at Vladivostok is wrong, or the train went to Ussuriysk and both are.

    Only contradictions of one clause are known, and none may be learned. So the better world,
    by Vladivostok, is not found, and that of the other route must not be called the best one.
    """
    clocks = {"EARLY": ("12:00", "12:10"), "LATE": ("15:00", "15:10")}
    reports = []
    for name, (begin, end) in clocks.items():
        clause = {"kind": "arrive", "place": "Vladivostok"} | make_window(begin, end)
        reports += [write_family(name), write_report(name, clause)]
    journey = build_journey(
        "two-routes",
        write_route("south", "Vladivostok", prior=0.5),
        write_route("north", "Ussuriysk", prior=0.5),
        write_departure("05:00", "07:00"),
        write_stop("Baranovsky", uniform(0, 10)),
        write_speed("Khasan branch", uniform(40, 60)),
        write_speed("Trans-Siberian", uniform(40, 60)),
        write_source(),
        *reports,
        default_route="south",
    )
    (best,) = {(w.route, len(w.dropped)) for w in rs.worlds(journey) if w.is_best}
    assert best == ("south", 1)
    monkeypatch.setattr(world_search, "MOST_STEPS", 0)
    monkeypatch.setattr(world_programme, "MOST_LEARNED", -1)
    found = list_worlds(build_problem(journey, max_size=1))
    assert [(world.route, world.is_best) for world in found] == [("north", False)]
    assert (found.is_complete, found.is_best) == (False, False)


def test_worlds_are_feasible_even_if_contradictions_are_missing(journeys):
    """The list has contradictions of single clauses only; the solver finds the others."""
    problem = build_problem(journeys["2023-09"], max_size=1, route="vladivostok")
    assert not any(len(problem.register.list_clauses(s)) > 1 for s in problem.literal_sets)
    found = list_worlds(problem)
    assert found.items
    for world in found:
        taken = dict.fromkeys(problem.register.choices, 0) | dict(world.changed)
        assert is_satisfied(world, world.dropped, taken)


def load_many(*, lies=14, seed=3):
    """Load 32 clocks of 32 families between Khasan and Vladivostok, 14 of them false.

    In truth the train runs at 50 km/h without a stop from 06:00. A true clock has a window of
    ten minutes around the truth. A false one is 3 to 15 h late.
    """
    rng = np.random.default_rng(seed)
    passages = [p for p in rs.load_network().route("Khasan", "Vladivostok").passages if p.km]
    start = datetime.fromisoformat("2024-05-02T06:00:00+10:00")
    false = set(rng.choice(32, lies, replace=False).tolist())
    reports = []
    for number in range(32):
        passage = passages[number]
        late_h = rng.uniform(3, 15) if number in false else 0.0
        at = start + timedelta(hours=passage.km / 50 + late_h)
        ends = {"from": at - timedelta(minutes=5), "to": at + timedelta(minutes=5)}
        clause = {"kind": "pass", "place": passage.station.name, "window": ends, **PRINTED}
        name = f"R{number:02}"
        reports += [write_family(name), write_report(name, clause | {"words": "a clock"})]
    journey = build_journey(
        "many",
        write_route("short", "Vladivostok"),
        write_departure("05:00", "07:00"),
        write_stop("Baranovsky", uniform(0, 10)),
        write_speed("Khasan branch", uniform(40, 60)),
        write_speed("Trans-Siberian", uniform(40, 60)),
        write_source(),
        *reports,
        default_route="short",
    )
    return journey, {f"R{number:02}" for number in false}


def test_there_is_a_world_though_almost_half_of_the_reports_are_false():
    """The 18 true reports hold together, so that no best world drops more than 14 families."""
    journey, false = load_many()
    found = rs.worlds(journey)
    assert found.is_best
    assert 0 < len(found[0].families_dropped) <= len(false)
    bounds = rs.bounds(journey)
    assert bounds.is_complete
    assert np.isfinite(bounds.departure_s[1])
    asked = rs.could(journey, station="Khasan", time="2024-05-02T06:00:00+10:00")
    assert (asked.possible, asked.is_complete, asked.world.number) == (True, True, 1)


def test_if_the_search_stops_early_nothing_is_certain_or_impossible(monkeypatch):
    """Best worlds may be missing: what is incomplete says so."""
    monkeypatch.setattr(world_search, "MOST_STEPS", 0)
    monkeypatch.setattr(world_programme, "MOST_NODES", 0)
    journey, _ = load_many(seed=4)
    found = rs.worlds(journey)
    assert (len(found), found.is_complete, found.is_best) == (1, False, False)
    assert 0 < len(found[0].dropped) < 32
    assert is_satisfied(found[0], found[0].dropped, {})
    bounds = rs.bounds(journey)
    assert not bounds.is_complete
    assert bounds.to_dict()["complete"] is False
    assert not bounds.to_frame()["complete"].any()
    assert not bounds.where("2024-05-02T08:00:00+10:00").is_complete
    late = {"station": "Khasan", "time": "2024-05-03T08:00:00+10:00"}
    asked = rs.could(journey, **late)
    assert (asked.possible, asked.is_complete) == (False, False)
    assert asked.why.startswith("Not found within the budget of the search")
    verdicts = {verdict.verdict for verdict in rs.check(journey, draws=50)}
    assert "impossible" not in verdicts
    assert "strained" in verdicts


@pytest.mark.parametrize("most", [0, -1, 2.5, True])
def test_the_number_of_worlds_is_a_whole_number(journeys, most):
    with pytest.raises(rs.ArgumentError, match="most: cannot be"):
        rs.worlds(journeys["2023-09"], most=most)
    with pytest.raises(rs.ArgumentError, match="max_size: cannot be"):
        rs.conflicts(journeys["2023-09"], max_size=most)


def test_bounds_name_the_best_worlds_on_other_routes(journeys):
    """The reports do not decide between the three routes; two worlds are best on each."""
    bounds = rs.bounds(journeys["2023-09"])
    assert [world.number for world in bounds.worlds] == [1, 2]
    assert [world.number for world in bounds.elsewhere] == [3, 4, 5, 6]
    assert rs.bounds(journeys["2023-09"], route="vladivostok").elsewhere == ()
    assert rs.bounds(journeys["2023-09"], world=1).elsewhere == ()


def test_a_start_that_no_origin_allows_is_no_way_out():
    """The only origin is Makhalino, so the train started at no other place.

    Ryazanovka (km 91) from 09:00 and Primorskaya (km 151) before 08:10 miss by 50 min and the
    way of at least 59 km, 2,124 s at the cap of 100 km/h.
    """
    journey = build_journey(
        "start",
        write_route("short", "Vladivostok"),
        write_departure("05:00", "10:00"),
        write_origin("Makhalino", 1.0),
        write_stop("Baranovsky", uniform(0, 10)),
        write_speed("Khasan branch", uniform(40, 60)),
        write_speed("Trans-Siberian", uniform(40, 60)),
        write_source(),
        write_family("A"),
        write_report("A", pass_at("Ryazanovka", "09:00", "09:10")),
        write_family("B"),
        write_report("B", pass_at("Primorskaya", "08:00", "08:10")),
        default_route="short",
    )
    (conflict,) = rs.conflicts(journey)
    assert (conflict.reading, conflict.miss_s) == (None, 50 * 60 + 2124 + 1)
    assert {repair.kind for repair in conflict.repairs} == {"widen", "drop"}
    assert [world.dropped for world in rs.worlds(journey)] == [("A",), ("B",)]
    assert rs.bounds(journey).origins == ("Makhalino",)
    assert [v.verdict for v in rs.check(journey, draws=50)] == ["strained", "strained"]


def pass_at(place, start, end):
    return {"kind": "pass", "place": place, **make_window(start, end), "words": "a clock"}


def test_best_worlds_do_not_depend_on_the_list_of_conflicts(journeys):
    """With contradictions of single clauses only, the solver finds the others."""
    for journey in journeys.values():
        whole, partial = build_problem(journey), build_problem(journey, max_size=1)
        assert partial.complete_to == 1
        found, expected = list_best(partial), list_best(whole)
        assert (found.is_complete, found.is_best) == (True, True)
        assert [w.dropped for w in found] == [w.dropped for w in expected]
        assert [w.changed for w in found] == [w.changed for w in expected]
    world = list_best(build_problem(journeys["2023-09"], max_size=1))[0]
    assert world.is_consistent({})
    assert not world.is_consistent({"C06:reading": 0, "C60:reading": 1})
