"""Answers about a small journey in which one rule decides: Khasan to Vladivostok."""

from dataclasses import replace

import numpy as np
import pytest

import routesim as rs
from routesim.certain import open_choices
from routesim.constraints.enumeration import CycleList
from tests.support.journeys import (
    build_journey,
    make_time,
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
    write_table,
)

# Sources disagree about the 238 km from Khasan to Baranovsky.
DISPUTED = write_table(
    "[[plan.lengths]]",
    from_="Khasan",
    to="Baranovsky",
    km=uniform(200, 300),
    reason="made up",
)


def write_clause(name, **clause):
    return write_family(name) + write_report(name, {"words": "then", **clause})


def write_event(name, kind, place, *ends):
    return write_clause(name, kind=kind, place=place, **make_window(*ends))


def load(*parts, others=()):
    """Load a journey from Khasan by Baranovsky, with origins, lengths and reports."""
    ways = ("short", *others)
    routes = [
        write_route(
            way,
            "Vladivostok",
            via=[] if way == "short" else ["Ussuriysk"],
            prior=1 / len(ways),
        )
        for way in ways
    ]
    turn = {"short": "Baranovsky", "long": "Ussuriysk"}
    return build_journey(
        "one",
        *routes,
        write_departure("06:00", "10:00"),
        *(write_stop(turn[way], uniform(5, 10), [way]) for way in ways),
        write_speed("Khasan branch", uniform(50, 70)),
        write_speed("Trans-Siberian", uniform(60, 80)),
        write_source(),
        *sorted(parts),
        default_route="short",
    )


# ---------------------------------------------------------------- bounds


def test_a_disputed_length_may_bring_a_place_nearer():
    """Khasan - Baranovsky, officially 238 km, may have 200 km: its sections are 16% shorter.

    The train departs from Makhalino at 08:30. A minute later it may be at nominal km
    238 / 200 / 60 times the cap of 100 km/h ahead (1.98 km), and more for uncertain kilometres.
    """
    journey = load(DISPUTED, write_event("A", "depart", "Makhalino", "08:30", "08:31"))
    start = journey.routes["short"].route.passages[1]
    assert start.station.name == "Makhalino"
    _, high = rs.bounds(journey).trace(np.array([make_time("08:31").timestamp()]))
    assert high[0] - start.km >= 100 / 60 * 238 / 200 - 1e-9


def test_a_chosen_world_has_no_best_worlds_elsewhere():
    """One best world takes each of the two routes. Chosen, the first is the only one."""
    journey = load(write_event("A", "arrive", "Ryazanovka", "09:00", "09:10"), others=["long"])
    assert [world.route for world in rs.worlds(journey)] == ["short", "long"]
    assert [world.number for world in rs.bounds(journey).elsewhere] == [2]
    assert rs.bounds(journey, world=1).elsewhere == ()
    assert rs.bounds(journey, world=rs.worlds(journey)[0]).elsewhere == ()


def test_an_event_that_cannot_happen_sets_no_bound():
    """The train starts at a place from Khasan to Gvozdevo, and departs from there by 9:10.

    B says so of Gvozdevo, and A of the start. If it starts at Gvozdevo, it does not arrive
    there. So B bounds the arrival, and A only the departure of the start.
    """
    origins = [write_origin(place, 0.5) for place in ("Khasan", "Gvozdevo")]
    ends = make_window("09:00", "09:10")
    start = write_clause("A", kind="depart", between=["Khasan", "Gvozdevo"], **ends)
    bounds = rs.bounds(
        load(*origins, start, write_event("B", "depart", "Gvozdevo", "09:00", "09:10"))
    )
    backwards = replace(bounds, solved=bounds.solved[::-1])
    place = bounds.solved[-1].case.origin
    for held in (bounds, backwards):
        late = held.get_end(place, "arrive", "latest")
        assert late.seconds == make_time("09:10").timestamp() - 1
        assert late.by == ("B",)


def test_positions_at_no_times_are_empty():
    low, high = rs.bounds(load()).trace(np.array([]))
    assert low.shape == high.shape == (0,)


# ---------------------------------------------------------------- questions


def at(clock):
    return f"2024-05-02T{clock}+10:00"


def test_two_parts_of_a_question_bound_each_other():
    """The train is there at 12:00 and departs by 13:00: it has 1 h.

    The two ends of one window, 10:00 and 13:00, always agree: that they are 3 h apart is no
    margin.
    """
    window = (at("10:00"), at("13:00"))
    both = rs.could(load(), at={"Ryazanovka": at("12:00")}, depart={"Ryazanovka": window})
    assert (both.possible, both.margin_s) == (True, 3600)
    alone = rs.could(load(), depart={"Ryazanovka": window})
    assert (alone.possible, alone.margin_s) == (True, None)


@pytest.mark.parametrize(
    "time",
    [at("09:00:00.5"), (at("09:00:00.2"), at("09:00:00.7"))],
    ids=["instant", "part of a second"],
)
def test_a_fraction_of_a_second_is_possible(time):
    """Times are whole seconds: the fraction lies in second 09:00:00."""
    assert rs.could(load(), depart={"Ryazanovka": time}).possible
    journey = load(write_event("A", "depart", "Ryazanovka", "09:00", "09:01"))
    held = rs.could(journey, depart={"Ryazanovka": time})
    # From 09:00:00 to itself.
    assert (held.possible, held.margin_s) == (True, 0)


@pytest.mark.parametrize(
    ("event", "place", "why"),
    [
        ("arrive", "Khasan", "starts at Khasan"),
        ("depart", "Vladivostok", "ends at Vladivostok"),
    ],
)
def test_an_event_that_cannot_happen_has_its_own_reason(event, place, why):
    answer = rs.could(load(), **{event: {place: at("09:00")}})
    assert (answer.possible, answer.margin_s, answer.clauses) == (False, None, ())
    assert answer.barred_event == (event, place)
    assert answer.barred_start is None
    assert answer.why == f"Not possible: the train {why}."


def test_an_excluded_start_is_told_from_an_event_that_cannot_happen():
    """The train may start at Khasan or beyond, but the report says Makhalino or beyond.

    So it does not arrive at Makhalino: with a start at Khasan it could.
    """
    origins = [write_origin(place, 0.5) for place in ("Khasan", "Gvozdevo")]
    ends = make_window("09:00", "09:10")
    start = write_clause("A", kind="depart", between=["Makhalino", "Gvozdevo"], **ends)
    answer = rs.could(load(*origins, start), arrive={"Makhalino": at("09:00")})
    assert not answer.possible
    assert (answer.barred_event, answer.barred_start) == (None, "Khasan")
    assert answer.clauses == ("A",)


def test_a_lower_speed_lengthens_the_run_over_a_reported_distance():
    """239 km at 50 km/h take 4 h 46 min 48 s. From 08:00 to 12:05 there are 4 h 5 min.

    The line alone has 200 km at least, which take 4 h.
    """
    km = {"low": 239, "high": 260}
    said = write_clause(
        "D", kind="distance", km=km, measure="rail", between=["Khasan", "Baranovsky"]
    )
    start = write_event("A", "depart", "Khasan", "08:00", "08:01")
    ask = {"arrive": {"Baranovsky": at("12:05")}, "speed_kmh": 50}
    assert rs.could(load(DISPUTED, start), **ask).possible
    answer = rs.could(load(DISPUTED, start, said), **ask)
    assert not answer.possible
    # Running times are whole seconds, rounded down.
    assert answer.margin_s == pytest.approx(-(41 * 60 + 48), abs=2)
    assert "D" in answer.clauses
    assert sum(step.weight_s for step in answer.steps) == answer.margin_s
    # A speed above the cap of 100 km/h changes nothing.
    faster = rs.could(load(DISPUTED, start, said), **ask | {"speed_kmh": 200})
    plain = rs.could(load(DISPUTED, start, said), arrive=ask["arrive"])
    assert (faster.possible, faster.margin_s) == (plain.possible, plain.margin_s)


def test_a_miss_is_found_even_if_the_search_for_contradictions_stops(monkeypatch):
    """Departure by 08:00:59 and a question for 10:00: it misses by 1 h 59 min 1 s."""
    journey = load(write_event("A", "depart", "Ryazanovka", "08:00", "08:01"))
    ask = {"depart": {"Ryazanovka": at("10:00")}}
    whole = rs.could(journey, **ask)
    assert whole.margin_s == -(2 * 3600 - 59)
    monkeypatch.setattr(open_choices, "find_cycles", lambda _: CycleList((), 0))
    cut = rs.could(journey, **ask)
    assert (cut.margin_s, cut.clauses) == (whole.margin_s, whole.clauses)
    # No bound is part of all contradictions: one of them is shown, with its sum.
    two = ask | {"arrive": {"Primorskaya": at("03:00"), "Makhalino": at("09:00")}}
    cut = rs.could(journey, **two)
    assert cut.margin_s < 0
    assert sum(step.weight_s for step in cut.steps) == cut.margin_s
