"""Scores of predictions, where the correct value is known."""

from datetime import UTC, datetime
from math import log

import numpy as np
import pandas as pd
import pytest

import routesim as rs
from routesim.assessment.predict import PredictionSetup
from routesim.text.times import to_datetime
from tests.support.journeys import (
    PRINTED,
    fixed,
    load_text,
    write_departure,
    write_family,
    write_head,
    write_report,
    write_route,
    write_source,
    write_speed,
    write_stop,
    write_table,
)

pytestmark = pytest.mark.slow

HOUR = 3600.0

# The train departs from Khasan between 06:00 and 10:00 (20:00Z to 24:00Z the day before) and
# runs at 55 km/h throughout. Only its departure is unknown. Every report is right.
HEAD = (
    write_head("tiny", "north")
    + write_source(zone="Asia/Vladivostok")
    + "".join(map(write_family, ("F1", "F2", "F3")))
    + write_route("north", "Ussuriysk", prior=0.75)
    + write_route("south", "Vladivostok", prior=0.25)
    + write_stop("Baranovsky", fixed(10), ["south"])
    + write_departure("06:00", "10:00")
    + write_speed("Khasan branch", fixed(55))
    + write_speed("Trans-Siberian", fixed(55))
)

START_S = pd.Timestamp("2024-05-01T20:00Z").timestamp()
STATED_S = START_S + 3.4 * HOUR + 30.0  # the middle of the minute 09:24


def report(name, family, day, kind, place=None, when=None, **fields):
    clause = {"kind": kind, "place": place, **(PRINTED if kind in TIMED else {})}
    clause |= {"when": when, **fields}
    known_at = datetime(2024, 6, day, tzinfo=UTC)
    return write_report(name, clause, family=family, known_at=known_at)


TIMED = ("depart", "arrive", "not_yet")
CLOCK = report("A", "F1", 1, "depart", "Khasan", "2024-05-02 09:24")
AGAIN = report("A2", "F1", 1, "depart", "Khasan", "2024-05-02 07:00")
LATER = report("B", "F2", 2, "arrive", "Makhalino", "2024-05-02 10:15")
MORNING = report("M", "F2", 2, "depart", "Khasan", "2024-05-02 early")
AS_OF = report("N", "F2", 2, "not_yet", "Ussuriysk", event="arrive", as_of="2024-05-02 11:00")
BOUND = report("H", "F3", 2, "heading", towards="Ussuriysk")
LENGTH = report(
    *("D", "F3", 2, "distance"),
    measure="rail",
    between=["Khasan", "Vladivostok"],
    km={"low": 200, "high": 300},
)


@pytest.fixture
def load(tmp_path):
    def load_reports(*reports, reliability=1.0):
        fields = {"reliability": reliability, "forecast": 1.0, "reason": "made up"}
        trust = write_table("[plan.trust]", **fields)
        return load_text("".join([HEAD, trust, *reports]), tmp_path, name="tiny")

    return load_reports


def by_id(frame):
    return frame.set_index("id")


def to_s(times):
    return pd.Timestamp(times).timestamp()


def test_a_clock_predicted_from_the_prior_alone(load):
    found = rs.score(load(CLOCK, LATER), seed=1)
    row = found.rolling.iloc[0]
    assert (row["id"], row["heard"], row["kind"]) == ("A", 0, "clock")
    assert row["told"] == to_datetime(STATED_S)
    # Uniform over 4 h: the 5 % quantile is at 0.2 h, the 25 % quantile at 1 h. With 4,096
    # draws the error of a quantile is at most 4 h * 0.5 / 64 = 1.9 min; five times that is
    # allowed.
    for point, hours in (("p05", 0.2), ("p25", 1.0), ("p50", 2.0), ("p75", 3.0), ("p95", 3.8)):
        assert to_s(row[point]) == pytest.approx(START_S + hours * HOUR, abs=600)
    assert row["covered_90"]
    assert not row["covered_50"]
    # The 90 % interval is 3.6 h wide and contains it. The CRPS of a uniform distribution of
    # width w at y is (y³ + (w - y)³) / 3w²: (3.408³ + 0.592³) / 48 = 0.829.
    assert row["interval_score_h"] == pytest.approx(3.6, abs=0.1)
    assert row["crps_h"] == pytest.approx(0.829, abs=0.06)
    # The mean agreement is the width of the window, one of 240 minutes. As its ends are soft
    # by two minutes, about 50 draws carry the mean: a standard error of 0.14 to 0.2.
    assert row["log_probability"] == pytest.approx(log(1.0 / 240.0), abs=0.6)
    assert np.isnan(row["baseline_log_probability"])


def test_a_wrong_report_is_flat(load):
    # Two days too late it never holds. So it is wrong, with probability 0.05, and could state
    # this morning of 5 to 12 as well as any other seven hours of 48.
    late = report("W", "F1", 1, "depart", "Khasan", "2024-05-04 morning")
    row = rs.score(load(late, reliability=0.95), seed=1).reports.iloc[0]
    assert row["kind"] == "window"
    assert row["log_probability"] == pytest.approx(log(0.05 * 7 / 48))


def test_a_clock_predicted_from_a_clock(load):
    found = rs.score(load(CLOCK, LATER), seed=1)
    assert found.is_scorable
    row = by_id(found.reports).loc["B"]
    journey = load(CLOCK, LATER)
    ensemble = rs.simulate(journey, draws=2)
    index = ensemble.route.index_of("Makhalino")
    took_s = float((ensemble.get_arrivals(index) - ensemble.departure_s)[0])
    # A stated minute, soft by two: a normal error with a deviation of 1 min. With the uniform
    # minute the deviation is sqrt(1 + 1/12) = 1.04 min: 90 % are within 1.645 * 62 s = 103 s.
    assert to_s(row["p50"]) == pytest.approx(STATED_S + took_s, abs=60)
    assert to_s(row["p95"]) - to_s(row["p05"]) == pytest.approx(2 * 103, abs=40)
    # Not rounded; its Monte Carlo error is that of some 2,000 draws within minutes.
    assert row["p50"].timestamp() % 60 != 0
    assert 0 < row["p50_mcse_s"] < 60
    # The baseline neglects the start, which takes the train under three minutes.
    ahead_km = ensemble.route.passages[index].km
    assert row["baseline_from"] == "A"
    assert to_s(row["baseline_p50"]) == pytest.approx(STATED_S + ahead_km / 55 * HOUR, abs=1)
    assert to_s(row["baseline_p05"]) == pytest.approx(STATED_S + ahead_km / 60 * HOUR, abs=1)
    assert to_s(row["baseline_p95"]) == pytest.approx(STATED_S + ahead_km / 50 * HOUR, abs=1)
    width_h = ahead_km / 50 - ahead_km / 60
    stated_s = to_s("2024-05-02T00:15:30Z")
    low_s, high_s = (STATED_S + ahead_km / v * HOUR for v in (60, 50))
    missed_h = (max(low_s - stated_s, 0) + max(stated_s - high_s, 0)) / HOUR
    assert row["baseline_interval_score_h"] == pytest.approx(width_h + 20 * missed_h)


def test_all_reports_of_a_family_are_left_out(load):
    # A2 contradicts A; were it used, it would move what is predicted for A.
    alone = by_id(rs.score(load(CLOCK, LATER), seed=1).reports)
    both = by_id(rs.score(load(CLOCK, AGAIN, LATER), seed=1).reports)
    assert both.loc["A", "heard"] == alone.loc["A", "heard"] == 1
    points = ["p05", "p50", "p95", "log_probability"]
    assert list(both.loc["A", points]) == list(alone.loc["A", points])
    assert list(both.loc["A2", points[:3]]) == list(alone.loc["A", points[:3]])
    assert both.loc["B", "heard"] == 2


def test_copies_count_once(load):
    copy = CLOCK.replace('id = "A"', 'id = "A3"')
    found = rs.score(load(CLOCK, copy, LATER), seed=1)
    assert list(found.reports["id"]) == ["A", "B"]
    assert found.reports["members"].iloc[0] == ("A", "A3")


def test_later_reports_are_predicted_from_those_known_before(load):
    found = rs.score(load(CLOCK, LATER, MORNING), seed=1)
    pairs = list(found.rolling[["id", "heard"]].itertuples(index=False, name=None))
    assert pairs == [("A", 0), ("B", 0), ("M", 0), ("B", 1), ("M", 1)]
    assert list(found.rolling["known_before"].dt.day) == [1, 1, 1, 2, 2]


def test_headings_take_the_probabilities_of_the_routes(load):
    found = rs.score(load(CLOCK, LATER, BOUND), seed=1)
    row = by_id(found.reports).loc["H"]
    # One of two routes leads there; the clock times do not distinguish them: 0.75.
    assert row["kind"] == "heading"
    assert row["log_probability"] == pytest.approx(log(0.75), abs=0.02)


def test_a_report_that_is_the_same_in_all_draws_is_not_predicted(load):
    found = rs.score(load(CLOCK, LENGTH), seed=1)
    assert set(found.unscored) == {"D"}
    by_one_route = rs.score(load(CLOCK, BOUND), seed=1, route="north")
    assert set(by_one_route.unscored) == {"H"}
    assert list(by_one_route.reports["id"]) == ["A"]


def test_a_report_that_a_prior_is_based_on_is_not_predicted():
    setup = PredictionSetup(rs.load_journey("2023-09"), 10, 0, None)
    assert set(setup.unscored) == {"C35", "C60", "C61", "C62"}


def test_clocks_of_one_family_cannot_be_scored(load):
    found = rs.score(load(CLOCK, MORNING), seed=1)
    assert not found.is_scorable
    assert "(A)" in found.why
    assert "F1" in found.why
    table = found.summary.set_index(["scheme", "kind"])
    assert table.loc[("family out", "clock"), "covered_90"] == "not scorable"
    assert np.isnan(table.loc[("family out", "clock"), "mean_log_probability"])
    # Reports without clock times are scored.
    assert table.loc[("family out", "window"), "n"] == 1
    assert np.isfinite(table.loc[("family out", "window"), "mean_log_probability"])
    assert table.loc[("family out", "all"), "n"] == 1


def test_a_score_without_clocks_states_so(load):
    found = rs.score(load(MORNING), seed=1)
    assert not found.is_scorable
    assert "no report prints a clock time" in found.why


def test_a_clock_with_one_end_is_scored_by_its_probability(load):
    found = rs.score(load(CLOCK, AS_OF), seed=1)
    assert found.is_scorable
    row = by_id(found.reports).loc["N"]
    assert row["kind"] == "one-sided clock"
    assert pd.isna(row["covered_90"])
    assert pd.isna(row["told"])
    # It takes over four hours from 09:24, so it cannot be there at 11:00.
    assert row["log_probability"] == pytest.approx(0.0, abs=1e-3)


def test_a_journey_without_reports_has_an_empty_score(load):
    found = rs.score(load())
    assert found.reports.empty
    assert found.rolling.empty
    assert found.summary.empty


def test_bad_arguments_are_refused(load):
    with pytest.raises(rs.ArgumentError):
        rs.score("2023-09")
    with pytest.raises(rs.ArgumentError):
        rs.score(load(), draws=0)
    with pytest.raises(rs.UnknownNameError):
        rs.score(load(), route="west")


def test_2019_is_not_scorable():
    found = rs.score(rs.load_journey("2019-04"), draws=1000)
    assert not found.is_scorable
    assert "F12" in found.why
    assert set(found.reports["kind"]) >= {"window", "order", "stand", "duration"}
