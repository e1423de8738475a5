"""Choices that a world leaves open: no bound may be tighter than with one of their options."""

from dataclasses import replace

import numpy as np
import pytest

import routesim as rs
from routesim.certain import open_choices
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


# ---------------------------------------------------------------- questions


def write_noon():
    """Return an arrival at Khasan at 12:00, by the clock of the place or that of Seoul.

    The place has UTC+10, the publisher and the family UTC+9: 12:00 or 13:00 in Khasan.
    """
    when = {"when": "2024-05-02 12:00", "zone": "Asia/Vladivostok"}
    zone = {"zone_known": "assumed", "zone_reason": "made up"}
    return write_event("arrive", "Khasan", when | zone)


def ask_arrival(first, last):
    ends = tuple(f"2024-05-02T{end}+10:00" for end in (first, last))
    return rs.could(report(write_noon()), arrive={"Khasan": ends})


def test_an_arrival_between_two_possible_minutes_is_not_possible():
    """By either clock it is 3 min off: 12:57 to 13:00:00, and 12:00:59 to 12:03:59."""
    held = rs.bounds(report(write_noon()))
    early, late = (held.get_seconds("arrive", end)[2] for end in ("earliest", "latest"))
    assert late - early == 3659
    before = ask_arrival("12:50", "12:57")
    assert (before.possible, before.is_complete, before.margin_s) == (False, True, -180)
    assert len(before.readings) == 1
    after = ask_arrival("12:03:59", "12:50")
    assert (after.possible, after.is_complete, after.margin_s) == (False, True, -180)
    assert after.readings == ()
    assert after.clauses == before.clauses == ("R1",)


def test_the_margin_is_the_largest_of_all_options():
    """12:10 is 600 s after 12:00:00 and 12:00:00 is 59 s before 12:00:59; 13:10 likewise.

    From 11:59 to 13:10, both clocks fit. At face value, the end of the minute is 119 s after
    11:59. By Seoul's clock, the beginning of the minute is 600 s before 13:10.
    """
    local = ask_arrival("12:00", "12:10")
    assert (local.possible, local.margin_s, local.readings) == (True, 59, ())
    other = ask_arrival("13:00", "13:10")
    assert (other.possible, other.margin_s) == (True, 59)
    assert "Seoul" in other.readings[0]
    both = ask_arrival("11:59", "13:10")
    assert (both.margin_s, both.readings) == (600, other.readings)


def test_all_clauses_of_a_report_have_the_same_reading():
    """Departure at 8 and arrival at 14 h, but the readings are 8 to 12 h and 10 to 14 h.

    The first reading misses by 14:00:00 - 12:00:59, the second by 2 h.
    """
    hours = (("08:00", "12:00"), ("10:00", "14:00"))
    readings = [
        {
            "says": f"from {first}",
            "clauses": [
                write_event(kind, place, make_window(clock, f"{clock[:-1]}1"))["clauses"][0]
                for kind, place, clock in (
                    ("depart", "Tumangang", first),
                    ("arrive", "Khasan", last),
                )
            ],
        }
        for first, last in hours
    ]
    journey = report({"readings": readings})

    def ask(first, last):
        depart, arrive = (f"2024-05-02T{clock}+10:00" for clock in (first, last))
        return rs.could(journey, depart={"Tumangang": depart}, arrive={"Khasan": arrive})

    assert all(ask(*pair).possible for pair in hours)
    mixed = ask("08:00", "14:00")
    assert (mixed.possible, mixed.margin_s) == (False, -(2 * 3600 - 59))


def test_a_search_that_stops_has_found_nothing(monkeypatch):
    monkeypatch.setattr(open_choices, "MOST_NODES", 0)
    answer = ask_arrival("12:20", "12:40")
    assert (answer.possible, answer.is_complete, answer.margin_s) == (False, False, None)
    assert answer.why.startswith("Not found within the budget")
    # One option is tried: it misses, but the other is left.
    monkeypatch.setattr(open_choices, "MOST_NODES", 1)
    answer = ask_arrival("13:00", "13:10")
    assert (answer.possible, answer.is_complete, answer.margin_s) == (
        False,
        False,
        -59 * 60 - 1,
    )
    assert "In those tried: not possible" in answer.why
    # A refusal by the constraints for all options, and an option at face value, are certain.
    assert ask_arrival("14:00", "14:10").is_complete
    assert ask_arrival("12:00", "12:10").possible
