from __future__ import annotations

import re

import pytest

from tests.support.feeds import STOPS, build_feed

pytestmark = pytest.mark.slow

FEW = ("--draws", "300")
MORE = ("--draws", "2000")
BEFORE_ALL = ("--as-of", "2001-01-01T00:00Z")
BAD = (
    (("condition", "2023-09", "--drop", "C99"), "C99"),
    (("condition", "2023-09", "--reliability", "C23=2"), "above 0"),
    (("condition", "2023-09", "--reliability", "often"), "is not a number"),
    (("condition", "2023-09", "--set", "stops.Nowhere.dwell_min.p95=3"), "Nowhere"),
    (("condition", "2023-09", "--set", "trust.reliability=2"), "reliability"),
    (("condition", "2023-09", "--set", "nonsense"), "--set"),
    (("condition", "2023-09", "--priors", "missing.toml"), "missing.toml"),
    (("condition", "2023-09", "--route", "nowhere"), "nowhere"),
    (("routes", "2023-09", "--reliability", "0.9"), "--track"),
    (("where", "2023-09", "--at", "2023-09-11T19:00"), "has no zone"),
    (("where", "2023-09", "--at", "yesterday"), "--at: 'yesterday' is not a time"),
    (("where", "2023-09", "--at", "2023-09-11T00:00Z", "--world", "99"), "not listed"),
)


def test_condition_json_has_windows_and_reports(run_cli):
    outcome = run_cli("condition", "2023-09", "--json", *MORE)
    assert outcome.code == 0
    document = outcome.document
    assert document["journey"] == "2023-09"
    assert document["route"] == "vladivostok"
    assert document["ess"] > 300
    khasan = next(row for row in document["windows"] if row["station"] == "Khasan")
    arrive = khasan["arrive"]
    assert arrive["p05"] < arrive["p50"] < arrive["p95"]
    assert arrive["p50"].endswith("Z")
    assert arrive["earliest"] <= arrive["p50"] <= arrive["latest"]
    rights = {row["id"]: row["right"] for row in document["reports"]}
    assert rights
    assert all(0.0 <= value <= 1.0 for value in rights.values())
    assert "C60" not in rights  # a prior of the speeds is based on it


def test_condition_text_has_the_effective_sample_size(run_cli):
    outcome = run_cli("condition", "2023-09", *MORE)
    assert outcome.code == 0
    assert "2,000 draws, effective sample size" in outcome.out
    assert "No report is rejected." in outcome.out
    assert "Standing time: " in outcome.out


def test_a_changed_prior_changes_the_answer(run_cli, tmp_path):
    # With a short tail the train cannot stand half a day at the border, but on the line.
    own = tmp_path / "own.toml"
    own.write_text("[stops.Tumangang.dwell_min]\nmedian = 60\np95 = 120\n", encoding="utf-8")
    stood = []
    for more in ((), ("--priors", str(own))):
        document = run_cli("condition", "2023-09", "--json", *MORE, *more).document
        row = next(row for row in document["stood"] if row["place"] == "Tumangang")
        stood.append(row["p50_min"])
    assert stood[1] < 0.7 * stood[0]


def test_routes_json_has_probabilities(run_cli):
    document = run_cli("routes", "2023-09", "--json", "--as-of", "2023-09-12T05:00Z").document
    first = document["routes"][0]
    assert first["id"] == "vladivostok"
    # With the ratios derived in test_routes: C32 0.54 to 0.825, C34 and C36 (both of
    # reliability 0.9) 0.63333 to 0.18333. Odds 1.5 * 0.65455 * 3.4545 ** 2 = 11.717.
    assert first["probability"] == pytest.approx(0.9214, abs=0.001)


def test_where_json(run_cli):
    document = run_cli(
        "where", "2023-09", "--at", "2023-09-11T19:00+09:00", "--json", *FEW
    ).document
    assert document["time"] == "2023-09-11T10:00:00Z"
    likely = document["likely"]
    assert 0 <= likely["p05_km"] <= likely["p50_km"] <= likely["p95_km"] <= 1187
    # C13: at Tumangang by 19:00. C16: not at the border before Tuesday.
    assert document["certain"]["min_km"] == pytest.approx(854)
    assert document["certain"]["max_km"] == pytest.approx(857)


def test_where_before_departure_in_all_draws(run_cli):
    outcome = run_cli("where", "2023-09", "--at", "2023-09-01T00:00Z", *FEW)
    assert "not departed yet in any of 300 draws" in outcome.out


def test_where_prints_the_certain_part_first(run_cli):
    instant = ("where", "2023-09", "--at", "2023-09-11T19:00+09:00", *FEW)
    certain = run_cli(*instant, "--json").document["certain"]
    assert certain["min_km"] == pytest.approx(854)
    assert certain["max_km"] == pytest.approx(857)
    assert certain["stations"] == ["Tumangang", "Friendship Bridge border"]
    assert certain["worlds"] == [1, 2]
    out = run_cli(*instant).out
    assert out.index("certain: km 854 to 857, Tumangang to Friendship") < out.index("likely: ")
    assert "at Tumangang: 9" in out  # per cent
    # By the priors alone the train left at any time in three days, and was elsewhere.
    assert "median lies outside the certain bounds" in run_cli(*instant, "--prior").out


def test_where_past(run_cli):
    # By C13 and C15 the train was at Tumangang before 19:00, and had not crossed by 19:00.
    instant = ("where", "2023-09", "--at", "2023-09-11T19:00+09:00", *FEW)
    asked = ("--past", "Tumangang", "--past", "Khasan")
    behind, ahead = run_cli(*instant, *asked, "--json").document["past"]
    assert (behind["station"], behind["certain"]) == ("Tumangang", True)
    assert behind["share"] > 0.9
    assert (ahead["station"], ahead["certain"]) == ("Khasan", False)
    assert ahead["share"] < 0.05
    assert run_cli(*instant, "--json").document["past"] == []
    assert "named 'Mars'" in run_cli(*instant, "--past", "Mars").err


def test_where_before_the_journey_and_after_it(run_cli):
    early = run_cli("where", "2023-09", "--at", "2023-09-01T00:00Z", "--past", "Khasan", *FEW)
    assert "certain: km 0, Pyongyang" in early.out
    # The place of --past is printed even if no draw has departed.
    assert re.search(r"reached Khasan: under \d %\n +certain: not reached", early.out)
    late = run_cli("where", "2023-09", "--at", "2023-12-01T00:00Z", *FEW)
    assert "km 1094 to 1186, Razdolnaya bridge to Vladivostok" in late.out


def test_where_without_reports(run_cli):
    instant = ("where", "2023-09", "--at", "2023-09-11T10:00Z", *BEFORE_ALL, *FEW)
    assert "nothing; the train may be anywhere on the route" in run_cli(*instant).out
    assert run_cli(*instant, "--json").document["certain"]["min_km"] == 0


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_is_rejected(reject, arguments, message):
    reject(arguments, message)


@pytest.mark.parametrize(("clock", "lines"), [("one", 1), ("place", 0)])
def test_condition_prints_a_line_for_each_shared_clock(run_cli, tmp_path, clock, lines):
    build_feed({"Hongui": STOPS["Hongui"]}, clock=clock, folder=tmp_path)
    asked = ("condition", str(tmp_path / "feed.toml"), *FEW)
    found = [
        line for line in run_cli(*asked).out.splitlines() if line.startswith("Clock of feed: ")
    ]
    assert len(found) == lines
    settings = run_cli(*asked, "--json").document["clocks"]
    # Pyongyang's clock, which is that of the file, and Vladivostok's.
    assert len(settings) == 2 * lines
    for row in settings:
        assert row["clock"] == "feed"
        assert row["setting"] in found[0]
