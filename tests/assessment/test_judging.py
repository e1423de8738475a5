"""Judging of clauses on made-up journeys."""

import pytest

import routesim as rs
from tests.support.journeys import make_window
from tests.support.two_ways import OPEN_START, TWICE, build, order, outside, report


@pytest.mark.parametrize("between", [["Khasan", "Gvozdevo"], ["Gvozdevo", "Khasan"]])
def test_two_places_may_be_given_against_the_direction_of_the_route(between):
    # Every draw starts at Khasan or at Gvozdevo, after 06:00.
    there = {"kind": "present", "between": between, **make_window("05:00", "23:00")}
    journey = build(
        *OPEN_START, report("S", {"kind": "depart", "between": between}), report("P", there)
    )
    verdicts = rs.check(journey, draws=50)
    assert [(v.verdict, v.share) for v in verdicts] == [("consistent", 1.0)] * 2


def judge(clause, **options):
    (verdict,) = rs.check(build(report("O", clause), **options), draws=50)
    return verdict


def test_an_order_after_an_outside_event_has_a_greatest_gap():
    # The train leaves after 06:00, hours later than an hour after the meeting ended at 02:10.
    meeting = outside("the meeting", start="02:00", end="02:10")
    verdict = judge(order(meeting, {"place": "Ryazanovka"}, at_most=1))
    assert (verdict.verdict, verdict.share) == ("strained", 0.0)
    assert "after the meeting, that is, Thu 2 May 02:00 to Thu 2 May 03:10" in verdict.why


def test_two_outside_events_are_compared_with_each_other():
    early = outside("a", start="02:00", end="02:10")
    late = outside("b", start="08:00", end="08:10")
    fits, misses = judge(order(early, late)), judge(order(late, early))
    assert (fits.verdict, fits.why) == (
        "consistent",
        "The times of a and b agree with this order.",
    )
    assert misses.verdict == "impossible"
    assert misses.why.endswith("The times of b and a contradict this order.")


def test_a_heading_lies_ahead_of_the_place_that_it_names():
    # Khasan is the first station, so it is not ahead of Ryazanovka, and Vladivostok is.
    heading = {"kind": "heading", "after": "Ryazanovka"}
    assert judge({**heading, "towards": "Vladivostok"}).verdict == "consistent"
    behind = judge({**heading, "towards": "Khasan"})
    assert behind.verdict == "impossible"
    assert behind.why.endswith("No route considered (short) leads to Khasan.")


@pytest.mark.parametrize(
    "clause",
    [
        order({"event": "depart", "place": "Baranovsky"}, {"place": "Ussuriysk"}),
        # 238 km at 50 to 70 km/h take 3.4 to 4.8 h to the first visit; to the second, 282 km
        # take at least 36 minutes more.
        {"kind": "duration", "hours": {"low": 3, "high": 4.5}, "from_event": "depart",
         "between": ["Khasan", "Baranovsky"]},
    ],
)  # fmt: skip
def test_a_clause_is_judged_by_the_visit_that_fits_best(clause):
    verdict = judge(clause, head=TWICE, route="long")
    assert verdict.verdict == "consistent"
    assert verdict.share > 0.5
