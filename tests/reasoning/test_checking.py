from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import routesim as rs
from routesim.evidence import Window
from routesim.reasoning import judge_reports
from routesim.reasoning.comparison import (
    compare_bound,
    compare_quantity,
    compare_stay,
    compare_window,
)

HOUR = 3600.0


@pytest.fixture(scope="module")
def journeys():
    return {name: rs.load_journey(name) for name in ("2019-04", "2023-09")}


@pytest.fixture(scope="module")
def tables(journeys):
    return {
        name: rs.check(journey, draws=2000).set_index("id")
        for name, journey in journeys.items()
    }


def tell(start_s, end_s):
    from routesim.evidence import TimeTelling

    return TimeTelling(Window(start_s, end_s), "some time", "UTC", "printed", "")


def test_a_row_a_report_in_the_order_of_the_file(journeys, tables):
    for name, journey in journeys.items():
        assert list(tables[name].index) == [report.id for report in journey.reports]
        assert list(tables[name].columns) == ["verdict", "margin_s", "share", "route", "why"]


def test_silent_reports_are_those_without_clauses(journeys, tables):
    for name, journey in journeys.items():
        silent = {report.id for report in journey.reports if not report.clauses}
        assert set(tables[name].query("verdict == 'silent'").index) == silent


def test_twenty_hours_do_not_fit_a_train_that_stands_as_timetabled(tables):
    """C47 and C49 tell of 20 and 21 h from Pyongyang; the timetable's pace takes longer."""
    for report in ("C47", "C49"):
        assert tables["2019-04"].loc[report, "verdict"] == "strained"
        assert tables["2019-04"].loc[report, "margin_s"] < -4 * HOUR


def test_a_straight_line_is_not_held_against_the_rail(tables):
    """680 km is the geodesic of 688.8 km within a tenth, not the 1,186 km by rail."""
    row = tables["2023-09"].loc["C61"]
    assert row["verdict"] == "consistent"
    assert "fits in a straight line" in row["why"]


def test_some_hundred_kilometres_miss_by_the_official_chainage(tables):
    # 9288.2 - 9176.7 = 111.5 km by rail, 110 at the most by the hedge
    row = tables["2023-09"].loc["C62"]
    assert row["verdict"] == "strained"
    assert "misses by 1.5 km" in row["why"]


def test_seven_pm_is_koreas_clock(tables):
    assert "Mon 11 Sep 19:00 (Pyongyang, UTC+9)" in tables["2023-09"].loc["C15", "why"]


def test_a_place_off_the_route_is_impossible_by_it(journeys):
    table = rs.check(journeys["2019-04"], draws=300, route="direct").set_index("id")
    assert table.loc["C44", "verdict"] == "impossible"
    assert "No route asked for (direct) passes Ussuriysk" in table.loc["C44", "why"]


def test_another_route_answers_for_a_place_that_the_default_does_not_pass(journeys):
    changed = rs.what_if(journeys["2019-04"], route="direct")
    table = rs.check(changed, draws=300).set_index("id")
    assert table.loc["C44", "verdict"] == "consistent"


def test_no_reports_no_rows(journeys):
    empty = replace(journeys["2019-04"], reports=())
    assert rs.check(empty, draws=10).empty


def test_the_report_order_does_not_matter(journeys):
    journey = journeys["2019-04"]
    ensembles = {"via-ussuriysk": rs.simulate(journey, draws=500)}
    turned = replace(journey, reports=journey.reports[::-1])
    assert judge_reports(turned, ensembles) == judge_reports(journey, ensembles)[::-1]


def test_the_share_of_a_report_is_that_of_the_draws_in_which_it_holds(journeys):
    journey = journeys["2023-09"]
    ensemble = rs.simulate(journey, draws=3000)
    verdicts = {v.report_id: v for v in judge_reports(journey, {"vladivostok": ensemble})}
    border = [p.station.name for p in ensemble.route.passages].index("Friendship Bridge border")
    crossed = ensemble.arrive_s[:, border]
    # C16, early on Tuesday: 00:00 to 09:00 KST, 11 Sep 15:00Z to 12 Sep 00:00Z
    start, end = rs_time("2023-09-11T15:00Z"), rs_time("2023-09-12T00:00Z")
    assert verdicts["C16"].share == pytest.approx(np.mean((crossed >= start) & (crossed < end)))


def rs_time(text):
    from routesim.evidence import parse_time

    return parse_time(text)


# ---- margins by hand: the draws are 0, 1, ..., 100 hours, their 90 % band is 5 to 95 h

TIMES = np.arange(101) * HOUR


def test_a_window_inside_the_band_has_the_room_to_its_nearer_edge():
    finding = compare_window(TIMES, tell(20 * HOUR, 30 * HOUR), "It comes")
    # the window may move 25 h earlier (its end to 5 h) or 75 h later (its start to 95 h)
    assert finding.verdict == "consistent"
    assert finding.margin_s == pytest.approx(25 * HOUR)
    # hours 20 to 29 of 101 draws
    assert finding.holds.sum() == 10


def test_a_window_beyond_the_band_is_missed_by_the_gap():
    finding = compare_window(TIMES, tell(97 * HOUR, 99 * HOUR), "It comes")
    assert finding.verdict == "strained"
    assert finding.margin_s == pytest.approx(-2 * HOUR)
    assert "missed by 2 h" in finding.why


def test_a_one_sided_window_has_a_finite_margin():
    finding = compare_window(TIMES, tell(-math.inf, 10 * HOUR), "It comes")
    assert finding.margin_s == pytest.approx(5 * HOUR)


def test_what_hardly_any_draw_does_is_strained():
    times = np.where(np.arange(101) < 3, TIMES, np.nan)
    finding = compare_window(times, tell(0, HOUR), "It comes")
    assert finding.verdict == "strained"
    assert finding.margin_s is None
    assert "3.0 % of the draws only" in finding.why


def test_a_stay_need_only_touch_the_window():
    finding = compare_stay(TIMES, TIMES + 10 * HOUR, tell(-math.inf, 4 * HOUR), "It is here")
    # band of the stay: from 5 h (95 % of the starts) to 105 h; the window ends at 4 h
    assert finding.verdict == "strained"
    assert finding.margin_s == pytest.approx(-1 * HOUR)
    assert finding.holds.sum() == 4


def test_a_bound_from_below():
    finding = compare_bound(TIMES, after_s=96 * HOUR, zone="UTC", what="It", bound="not yet at")
    assert finding.margin_s == pytest.approx(-1 * HOUR)


def test_a_duration_against_its_range():
    finding = compare_quantity(TIMES, 2 * HOUR, 4 * HOUR, "It takes")
    assert finding.margin_s == pytest.approx(-1 * HOUR)
    assert "5 h to 95 h in 90 % of the draws" in finding.why


def test_a_speed_of_unsaid_basis_is_tried_both_ways(tables):
    why = tables["2019-04"].loc["C48", "why"]
    assert "The running speed is" in why
    assert "The overall speed is" in why
    assert "Whether stops count is not said." in why


def test_a_verdict_names_the_route_that_it_was_judged_by(tables):
    routes = tables["2023-09"]["route"]
    assert routes["C16"] == "vladivostok"
    assert routes["C25"] == "vostochny"
    assert pd.isna(routes["C61"])  # a distance between two places hangs on no route
