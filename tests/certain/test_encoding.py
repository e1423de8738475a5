"""Encoding of clauses on made-up journeys: places in any order, and places passed twice."""

import pytest

import routesim as rs
from tests.support.journeys import (
    PRINTED,
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
)

LINES = (
    write_speed("Khasan branch", uniform(50, 70)),
    write_speed("Trans-Siberian", uniform(60, 80)),
    write_source(),
)
SHORT = (
    write_route("short", "Vladivostok"),
    write_departure("06:00", "10:00"),
    write_stop("Baranovsky", uniform(5, 10)),
    *LINES,
)
OPEN_START = (write_origin("Khasan", 0.5), write_origin("Gvozdevo", 0.5))


def report(name, *clauses, **changes):
    """Write a report, and its family unless another is named."""
    head = "" if "family" in changes else write_family(name)
    return head + write_report(name, *({"words": "so", **c} for c in clauses), **changes)


def arrive(place, start, end, **changes):
    return {"kind": "arrive", "place": place, **make_window(start, end), **changes}


def build(*parts, head=SHORT, route="short"):
    return build_journey("made", *head, *parts, default_route=route)


def find(journey):
    return [(conflict.clauses, conflict.miss_s) for conflict in rs.conflicts(journey)]


@pytest.mark.parametrize("between", [["Khasan", "Ryazanovka"], ["Ryazanovka", "Khasan"]])
def test_a_stretch_may_be_given_against_the_direction_of_the_route(between):
    # P needs a start beyond Khasan, where S cannot begin, in either order of its places. Each
    # alone is against one of the two starts. No time is part of this.
    lasts = {"kind": "duration", "hours": {"low": 2, "high": 3}, "from_event": "depart"}
    starts = {"kind": "depart", "between": ["Makhalino", "Gvozdevo"]}
    journey = build(
        *OPEN_START,
        report("S", {**lasts, "between": between}),
        report("P", starts),
        report("A", arrive("Ryazanovka", "09:00", "09:10")),
    )
    assert find(journey) == [(("P", "S"), None), (("P",), None), (("S",), None)]


def test_a_clock_before_1970_is_printed_as_it_is():
    # POSIX seconds of 1956 are negative.
    day = "1956-05-02"
    head = (SHORT[0], write_departure("06:00", "10:00", day=day), *SHORT[2:])
    late = {"kind": "arrive", "place": "Ryazanovka", **make_window("09:00", "09:10", day=day)}
    early = {"kind": "arrive", "place": "Primorskaya", **make_window("08:00", "08:10", day=day)}
    (conflict,) = rs.conflicts(build(report("A", late), report("B", early), head=head))
    texts = [step.text for step in conflict.steps]
    assert any("no earlier than Wed 2 May 09:00" in text for text in texts), texts
    assert any("before Wed 2 May 08:10" in text for text in texts), texts


def test_an_order_without_a_gap_is_a_step_of_its_own():
    # Primorskaya comes after Ryazanovka, so it cannot be reached first.
    events = [{"event": "arrive", "place": name} for name in ("Primorskaya", "Ryazanovka")]
    order = {"kind": "order", "first": events[0], "then": events[1]}
    (conflict,) = rs.conflicts(build(report("O", order)))
    (step,) = [step for step in conflict.steps if step.support == ("O",)]
    assert (step.kind, step.seconds) == ("order", 0)
    assert step.text == "arrival at Primorskaya comes no later than arrival at Ryazanovka"
