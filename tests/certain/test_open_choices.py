"""Choices that a world leaves open: no bound may be tighter than with one of their options."""

from dataclasses import replace

import numpy as np
import pytest

import routesim as rs
from routesim.certain.problem import build_problem
from tests.support.journeys import make_window, read_reports
from tests.support.small_line import load_line, load_short_journey

MORNING = make_window("08:00", "08:30")


def report(*rows):
    """Return the short journey with some reports."""
    blank = load_short_journey(routes=1, has_origins=False)
    said = {"claim": "made up", "said": [{"source": "S", "lines": "1"}]}
    full = [{"id": f"R{n}", "family": f"F{n}", **said, **row} for n, row in enumerate(rows, 1)]
    reports, faults = read_reports(full, book=blank.book, network=load_line())
    assert not faults
    return replace(blank, reports=reports)


def write_event(kind, place, window, **fields):
    return {"clauses": [{"kind": kind, "place": place, "words": "then", **window}], **fields}


def get_latest(journey, event="arrive"):
    """Return the latest event at the last passage but one."""
    return rs.bounds(journey).get_seconds(event, "latest")[-2]


def test_a_journey_with_one_route_has_bounds():
    held = rs.bounds(report(write_event("depart", "Tumangang", MORNING)))
    # The window is half-open: the last whole second is 08:29:59.
    late = held.get_seconds("depart", "latest")[0]
    assert late == MORNING["window"]["to"].timestamp() - 1
    assert not np.isnan(held.get_seconds("arrive", "earliest")[1:]).any()


def test_a_forecast_that_clashes_with_nothing_sets_no_bound():
    evening = make_window("20:00", "20:30")
    said = write_event("arrive", "Vladivostok", evening)
    assert np.isfinite(get_latest(report(said)))
    assert np.isinf(get_latest(report({**said, "forecast": True})))


@pytest.mark.parametrize(("basis", "is_bounded"), [("overall", True), ("unsaid", False)])
def test_an_unsaid_speed_sets_no_latest_time(basis, is_bounded):
    """A running speed leaves open how long the train stood on the way."""
    ends = ["Tumangang", "Vladivostok"]
    speed = {"kind": "speed", "kmh": {"low": 40, "high": 50}, "basis": basis, "between": ends}
    journey = report(write_event("depart", "Tumangang", MORNING), {"clauses": [speed]})
    assert np.isfinite(get_latest(journey)) == is_bounded


def test_a_reading_without_a_constraint_sets_no_bound():
    evening = make_window("20:00", "20:30")
    (clause,) = write_event("arrive", "Vladivostok", evening)["clauses"]
    readings = [{"says": "it arrived", "clauses": [clause]}, {"says": "it means nothing"}]
    assert np.isinf(get_latest(report({"readings": readings})))


def test_two_readings_at_places_with_other_zones():
    """Vladivostok has its own zone and Seoul's (the source), Tumangang also Pyongyang's."""
    when = {"zone_known": "assumed", "zone_reason": "made up", "words": "then"}
    ends = (("Vladivostok", "Asia/Vladivostok"), ("Tumangang", "Asia/Pyongyang"))
    readings = [
        {
            "says": place,
            "clauses": [
                {
                    "kind": "present",
                    "place": place,
                    "when": "2024-05-02 12:00",
                    "zone": zone,
                    **when,
                }
            ],
        }
        for place, zone in ends
    ]
    journey = report({"readings": readings, "family": "F4"})
    choices = build_problem(journey).register.choices
    zones = [choice.options for choice in choices.values() if choice.kind == "zone"]
    # By Moscow's clock (the family) noon is another time; Seoul's is the same as Pyongyang's.
    assert [len(options) for options in zones] == [3, 2]
    assert "Vladivostok" in zones[0][0]
    assert "Pyongyang" in zones[1][0]


def test_the_resolution_by_a_least_speed_stays_above_zero():
    """At 19.9 km/h or more, 321 km take at most 16 h; the reports have 30 h."""
    ends = ["Tumangang", "Vladivostok"]
    kmh = {"low": 19.97, "high": 30}
    speed = {"kind": "speed", "kmh": kmh, "basis": "overall", "between": ends}
    late = make_window("14:00", "14:30", day="2024-05-03")
    journey = report(
        write_event("depart", "Tumangang", MORNING),
        write_event("arrive", "Vladivostok", late),
        {"clauses": [speed]},
    )
    (conflict,) = rs.conflicts(journey)
    (slower,) = [one for one in conflict.repairs if one.quantity == "speed"]
    assert 0 < slower.value < 19.97
