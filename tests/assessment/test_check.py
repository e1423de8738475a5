"""Check: verdicts on the reports of both journeys and on made-up reports."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import routesim as rs
from routesim.assessment import judge_reports
from routesim.evidence import DistanceClause, DurationClause, parse_time
from tests.support.journeys import load_bundled

pytestmark = pytest.mark.slow

HOUR = 3600.0


@pytest.fixture(scope="module")
def journeys():
    return load_bundled()


@pytest.fixture(scope="module")
def tables(journeys):
    return {
        name: rs.check(journey, draws=2000).to_frame().set_index("id")
        for name, journey in journeys.items()
    }


def test_one_row_per_report_in_the_order_of_the_file(journeys, tables):
    for name, journey in journeys.items():
        assert list(tables[name].index) == [report.id for report in journey.reports]
        columns = ["verdict", "margin_s", "margin_km", "share", "route", "why"]
        assert list(tables[name].columns) == columns


def test_silent_reports_are_those_without_clauses(journeys, tables):
    for name, journey in journeys.items():
        silent = {report.id for report in journey.reports if not report.clauses}
        assert set(tables[name].query("verdict == 'silent'").index) == silent


def judge_2019(journeys, *clauses):
    """Judge clauses as one report of 2019 on the default route."""
    journey = journeys["2019-04"]
    report = replace(journey.reports[0], id="X", readings=(), clauses=clauses)
    asked = replace(journey, reports=(report,))
    ensemble = rs.simulate(journey, draws=2000)
    (verdict,) = judge_reports(asked, {ensemble.route_id: ensemble})
    return verdict, ensemble


def test_twenty_hours_are_too_short_for_timetabled_standing(journeys):
    """From Pyongyang a train at the pace of the timetable takes longer than 20 or 21 h."""
    ends = ("Pyongyang", "Vladivostok")
    for low_h, high_h in ((20.5, 21.5), (18.0, 22.0)):
        clause = DurationClause(
            "duration", low_h * HOUR, high_h * HOUR, ends, "depart", "arrive"
        )
        verdict, _ = judge_2019(journeys, clause)
        assert verdict.verdict == "strained"
        assert verdict.margin_s < -4 * HOUR


def test_a_duration_of_the_whole_journey_counts_from_each_origin(journeys):
    clause = DurationClause("duration", 18 * HOUR, 22 * HOUR, None, "depart", "arrive")
    verdict, ensemble = judge_2019(journeys, clause)
    took_h = (ensemble.arrive_s[:, -1] - ensemble.departure_s) / HOUR
    assert verdict.verdict == "consistent"
    assert verdict.share == pytest.approx(np.mean((took_h >= 18) & (took_h <= 22)))
    assert verdict.route == "via-ussuriysk"
    assert verdict.why.startswith("The whole journey takes")


# Pyongyang is 1,231 km away via Ussuriysk and 688.8 in a straight line, Tumangang 376.6. As
# drawn, the length from Pyongyang to Khasan is up to 24 km shorter or 18 km longer, and that
# from Khasan to Baranovsky up to 1.1 km shorter or 2 km longer.
@pytest.mark.parametrize(
    ("low_km", "high_km", "measure", "origins"),
    [
        (1080, 1320, "rail", {"Pyongyang"}),
        (1080, 1320, "unsaid", {"Pyongyang"}),
        (680, 700, "straight", {"Pyongyang"}),
        (375, 379, "rail", {"Tumangang"}),
    ],
)
def test_a_distance_of_the_whole_journey_is_that_of_its_origin(
    journeys, low_km, high_km, measure, origins
):
    clause = DistanceClause("distance", low_km * 1000.0, high_km * 1000.0, measure, None)
    verdict, ensemble = judge_2019(journeys, clause)
    passages = ensemble.route.passages
    started = np.array([passages[i].station.name in origins for i in ensemble.origin_index])
    assert verdict.verdict == "consistent"
    assert verdict.share == pytest.approx(started.mean())
    assert verdict.margin_s is None


@pytest.mark.parametrize("measure", ["rail", "straight", "unsaid"])
@pytest.mark.parametrize(("low_km", "high_km"), [(1100, 1150), (2000, 2100), (1, 2)])
def test_a_distance_from_no_origin_is_strained(journeys, low_km, high_km, measure):
    """1,100 to 1,150 km lie inside the band, but between the distances of two origins.

    By rail a start between these two would agree. No origin is 2,000 km away or 2 km (the
    nearest is 332 km away), and in a straight line none is more than 689 km away. These
    distances are impossible.
    """
    clause = DistanceClause("distance", low_km * 1000.0, high_km * 1000.0, measure, None)
    verdict, _ = judge_2019(journeys, clause)
    between = low_km == 1100 and measure != "straight"
    assert (verdict.verdict, verdict.share) == ("strained" if between else "impossible", 0.0)
    assert "It holds in none of the draws." in verdict.why


def test_no_draw_has_a_journey_of_1200_km_in_20_hours(tables):
    """C49: only Pyongyang is that far away, and from there the train takes longer."""
    row = tables["2019-04"].loc["C49"]
    assert row["share"] == 0.0
    # Of the draws from Pyongyang, 1 in 6 is beyond the band. Their longest is 1,251 km.
    low_km, high_km = re.search(r"is ([\d,]+) to ([\d,]+) km by rail", row["why"]).groups()
    assert low_km == "377"
    assert 1231 < int(high_km.replace(",", "")) < 1251


def test_a_duration_with_an_open_start_is_tried_both_ways(journeys):
    ends = ("Khasan", "Vladivostok")
    findings = []
    for start in ("arrive", "depart", None):
        clause = DurationClause("duration", 6.3 * HOUR, 7.7 * HOUR, ends, start, "arrive")
        findings.append(judge_2019(journeys, clause)[0])
    assert findings[2].margin_s == max(findings[0].margin_s, findings[1].margin_s)
    assert "Khasan to Vladivostok, counted from the departure, takes" in findings[2].why


def test_a_report_is_judged_by_its_reading_at_face_value(tables):
    why, _, conflict = tables["2023-09"].loc["C60", "why"].partition(" It is in a conflict")
    assert "C60 is read as: overall speed" in conflict
    assert "The running speed is" in why
    assert "overall" not in why


def test_a_straight_distance_is_not_compared_with_that_by_rail(tables):
    """680 km agrees with the geodesic of 688.8 km to a tenth, not with 1,186 km by rail."""
    row = tables["2023-09"].loc["C61"]
    assert row["verdict"] == "consistent"
    assert "fits the distance in a straight line" in row["why"]


def test_about_a_hundred_kilometres_miss_the_official_chainage(tables):
    # 9288.2 - 9176.7 = 111.5 km by rail; the words allow 110 at most
    row = tables["2023-09"].loc["C62"]
    assert row["verdict"] == "strained"
    assert "misses by 1.5 km" in row["why"]


def test_seven_pm_is_korean_time(tables):
    assert "Mon 11 Sep 19:00 (Pyongyang, UTC+9)" in tables["2023-09"].loc["C15", "why"]


def test_a_place_off_the_only_route_is_impossible(journeys):
    table = rs.check(journeys["2019-04"], draws=300, route="direct").to_frame().set_index("id")
    assert table.loc["C44", "verdict"] == "impossible"
    assert "No route considered (direct) passes Ussuriysk" in table.loc["C44", "why"]


def test_a_place_off_the_default_route_is_judged_on_another(journeys):
    changed = rs.what_if(journeys["2019-04"], route="direct")
    table = rs.check(changed, draws=300).to_frame().set_index("id")
    assert table.loc["C44", "verdict"] == "consistent"


def test_no_reports_give_no_rows(journeys):
    empty = replace(journeys["2019-04"], reports=())
    found = rs.check(empty, draws=10)
    assert len(found) == 0
    assert found.to_frame().empty


def test_the_report_order_does_not_matter(journeys):
    journey = journeys["2019-04"]
    ensembles = {"via-ussuriysk": rs.simulate(journey, draws=500)}
    turned = replace(journey, reports=journey.reports[::-1])
    assert judge_reports(turned, ensembles) == judge_reports(journey, ensembles)[::-1]


def test_the_share_of_a_report_counts_the_draws_in_which_it_holds(journeys):
    journey = journeys["2023-09"]
    ensemble = rs.simulate(journey, draws=3000)
    verdicts = {v.report_id: v for v in judge_reports(journey, {"vladivostok": ensemble})}
    border = [p.station.name for p in ensemble.route.passages].index("Friendship Bridge border")
    crossed = ensemble.arrive_s[:, border]
    # C16, early on Tuesday: 00:00 to 09:00 KST, 11 Sep 15:00Z to 12 Sep 00:00Z
    start, end = parse_time("2023-09-11T15:00Z"), parse_time("2023-09-12T00:00Z")
    assert verdicts["C16"].share == pytest.approx(np.mean((crossed >= start) & (crossed < end)))


def test_a_speed_without_a_basis_is_tried_both_ways(tables):
    why = tables["2019-04"].loc["C48", "why"]
    assert "The running speed is" in why
    assert "The overall speed is" in why
    assert "The report does not say whether stops count." in why


def test_a_verdict_names_the_route_that_it_was_judged_on(tables):
    routes = tables["2023-09"]["route"]
    assert routes["C16"] == "vladivostok"
    assert routes["C25"] == "vostochny"
    assert pd.isna(routes["C61"])  # a distance between two places depends on no route
