"""The commands that tell what is likely."""

import pytest

FEW = ("--draws", "2000")
BAD = (
    (("condition", "2023-09", "--drop", "C99"), "C99"),
    (("condition", "2023-09", "--reliability", "C23=2"), "above 0"),
    (("condition", "2023-09", "--reliability", "often"), "is no number"),
    (("condition", "2023-09", "--set", "stops.Nowhere.dwell_min.p95=3"), "Nowhere"),
    (("condition", "2023-09", "--set", "trust.reliability=2"), "reliability"),
    (("condition", "2023-09", "--set", "nonsense"), "--set"),
    (("condition", "2023-09", "--priors", "missing.toml"), "missing.toml"),
    (("condition", "2023-09", "--route", "nowhere"), "nowhere"),
    (("routes", "2023-09", "--reliability", "0.9"), "--track"),
    (("where", "2023-09", "--at", "yesterday"), "--at"),
)


def test_condition_tells_windows_errors_and_reports(run_cli):
    outcome = run_cli("condition", "2023-09", "--json", *FEW)
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
    assert all(0.0 <= value <= 1.0 for value in rights.values())
    assert "C60" not in rights  # the priors of the speeds rest on it


def test_condition_in_words_says_what_the_draws_are_worth(run_cli):
    outcome = run_cli("condition", "2023-09", *FEW)
    assert outcome.code == 0
    assert "2,000 draws worth" in outcome.out
    assert "No report is thrown out." in outcome.out
    assert "How long it stood" in outcome.out


def test_a_prior_of_ones_own_moves_the_answer(run_cli, tmp_path):
    # A short tail leaves no room for half a day at the border: more of it is on the road.
    own = tmp_path / "own.toml"
    own.write_text("[stops.Tumangang.dwell_min]\nmedian = 60\np95 = 120\n", encoding="utf-8")
    stood = []
    for more in ((), ("--priors", str(own))):
        document = run_cli("condition", "2023-09", "--json", *FEW, *more).document
        row = next(row for row in document["stood"] if row["place"] == "Tumangang")
        stood.append(row["p50_min"])
    assert stood[1] < 0.7 * stood[0]


def test_routes_tell_probability_and_track(run_cli):
    document = run_cli("routes", "2023-09", "--json", "--as-of", "2023-09-12T05:00Z").document
    first = document["routes"][0]
    assert first["id"] == "vladivostok"
    # By the ratios worked out in test_routes: C32 0.54 to 0.825, C34 and C36 (both of
    # reliability 0.9) 0.63333 to 0.18333. Odds 1.5 * 0.65455 * 3.4545 ** 2 = 11.717.
    assert first["probability"] == pytest.approx(0.9214, abs=0.001)


def test_score_says_why_it_cannot(run_cli):
    outcome = run_cli("score", "2019-04", "--draws", "1000")
    assert outcome.code == 0
    assert "F12" in outcome.out


@pytest.mark.parametrize(("arguments", "told"), BAD, ids=[" ".join(a[1:]) for a, _ in BAD])
def test_bad_input_is_one_message(run_cli, arguments, told):
    outcome = run_cli(*arguments)
    assert outcome.code == 2
    assert told in outcome.err
    assert "Traceback" not in outcome.err
