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
