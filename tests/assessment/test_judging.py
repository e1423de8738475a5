"""Judging of clauses on made-up journeys."""

import pytest

import routesim as rs
from tests.certain.test_encoding import OPEN_START, build, report
from tests.support.journeys import make_window


@pytest.mark.parametrize("between", [["Khasan", "Gvozdevo"], ["Gvozdevo", "Khasan"]])
def test_two_places_may_be_given_against_the_direction_of_the_route(between):
    # Every draw starts at Khasan or at Gvozdevo, after 06:00.
    there = {"kind": "present", "between": between, **make_window("05:00", "23:00")}
    journey = build(
        *OPEN_START, report("S", {"kind": "depart", "between": between}), report("P", there)
    )
    verdicts = rs.check(journey, draws=50)
    assert [(v.verdict, v.share) for v in verdicts] == [("consistent", 1.0)] * 2
