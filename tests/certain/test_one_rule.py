"""Answers about a small journey in which one rule decides: Khasan to Vladivostok."""

from dataclasses import replace

import numpy as np

import routesim as rs
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
