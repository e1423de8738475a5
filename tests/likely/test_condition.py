"""Conditioning: agreement with another sampler, and invariance of the answers."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import routesim as rs
from routesim.likely.condition import draw_posterior
from routesim.sampler.mcse import LineageGroups
from tests.support.posterior_cases import CASES
from tools.verify.posterior import summarise

pytestmark = pytest.mark.slow

# Mean, 5 %, 50 % and 95 % quantile, and their Monte Carlo standard errors, by importance
# sampling on a second implementation of the likelihood, in tests/support/posterior_cases.py:
# python -m tools.verify.posterior --runs 8 --seed 7 --sampler importance --store FILE
REFERENCE = json.loads((Path(__file__).parent / "posterior_reference.json").read_text("utf-8"))
LEVELS = (0.05, 0.5, 0.95)
DRAWS = 20_000
WIDEST = 4.0


def arrive_s(posterior, station):
    return posterior.get_arrivals(posterior.route.index_of(station))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_agrees_with_importance_sampling(case):
    wanted = REFERENCE[case.name]["importance"]
    posterior = rs.condition(case.journey, draws=DRAWS)
    found = case.read_quantities(posterior)
    assert found.keys() == wanted["values"].keys()
    for quantity, values in found.items():
        points = summarise(values)
        error = np.hypot(
            posterior.lineage_groups.find_error(values, summarise), wanted["errors"][quantity]
        )
        away = np.abs(points - wanted["values"][quantity])
        # Stored numbers are rounded, and an event of one draw in several thousands may be
        # missing or there by chance.
        assert (away <= WIDEST * error + 3.0 / DRAWS).all(), (quantity, points)
    evidence, its_error = wanted["log_evidence"]
    error = np.hypot(posterior.log_evidence_error, its_error)
    assert abs(posterior.log_evidence - evidence) < WIDEST * error


def test_without_reports_it_is_the_prior(load, text, cut_reports):
    head, _ = cut_reports(text)
    journey = load(head)
    posterior, prior = rs.condition(journey, draws=4096), rs.simulate(journey, draws=100_000)
    assert posterior.log_evidence == pytest.approx(0.0, abs=1e-9)
    for station in ("Sukhanovka", "Ussuriysk"):
        found = np.quantile(arrive_s(posterior, station), LEVELS)
        wanted = np.quantile(arrive_s(prior, station), LEVELS)
        error = posterior.lineage_groups.find_quantile_errors(
            arrive_s(posterior, station), np.array(LEVELS)
        )
        assert (np.abs(found - wanted) < 5 * error + 1.0).all()


def test_the_order_of_the_reports_does_not_matter(load, text, whole, cut_reports):
    head, reports = cut_reports(text)
    turned = rs.condition(load(head + "".join(reversed(reports))), draws=4096)
    assert np.array_equal(turned.arrive_s, whole.arrive_s)
    assert turned.log_evidence == whole.log_evidence


@pytest.mark.parametrize(("days", "hours"), [(3, 0), (0, 2), (25, 9)])
def test_shifting_all_times_shifts_the_answer(load, text, days, hours):
    # The words "afternoon" and "about 09:40" depend on the clock, so hours shift other times:
    # the departure and all windows are written with an offset, and clocks without one.
    by = timedelta(days=days, hours=hours)
    plain = text.replace("2024-05-02 afternoon", "2024-05-02 12:30").replace("about ", "")
    clock = re.compile(r"2024-05-02[T ]\d\d:\d\d")

    def shift(found):
        moved = datetime.fromisoformat(found.group()) + by
        return moved.isoformat(sep=found.group()[10], timespec="minutes")

    first = draw_posterior(load(plain), draws=1024)
    later = draw_posterior(load(clock.sub(shift, plain)), draws=1024)
    # Up to the rounding of a double of that size.
    assert later.arrive_s - first.arrive_s == pytest.approx(by.total_seconds(), abs=0.01)
    assert later.log_evidence == pytest.approx(first.log_evidence, abs=1e-6)


def test_the_order_of_other_tables_does_not_matter(load, text, whole):
    # Families and sources are looked up by their ids.
    head, *families = re.split(
        r"(?=\[families\.\w+\])", text.split("[[reports]]", maxsplit=1)[0]
    )
    reports = text[text.index("[[reports]]") :]
    turned = rs.condition(load(head + "".join(reversed(families)) + reports), draws=4096)
    assert np.array_equal(turned.arrive_s, whole.arrive_s)


def test_a_second_copy_within_a_family_changes_nothing(load, text, whole, cut_reports):
    head, reports = cut_reports(text)
    (copied,) = (report for report in reports if 'id = "A"' in report)
    copy = copied.replace('id = "A"', 'id = "A-again"')
    twice = rs.condition(load(head + "".join([*reports, copy])), draws=4096)
    assert np.array_equal(twice.arrive_s, whole.arrive_s)
    assert set(twice.reports_used) == {*whole.reports_used, "A-again"}


def test_the_same_seed_gives_the_same_draws(load, text, whole):
    again = rs.condition(load(text), draws=4096)
    other = rs.condition(load(text), draws=4096, seed=1)
    assert np.array_equal(again.arrive_s, whole.arrive_s)
    assert not np.array_equal(other.arrive_s, whole.arrive_s)


def test_a_dropped_report_is_not_used(load, text, whole):
    without = rs.condition(load(text), draws=4096, drop=("C",))
    assert "C" in whole.reports_used
    assert "C" not in without.reports_used
    # C is a clock time at Ussuriysk to the minute.
    assert arrive_s(without, "Ussuriysk").std() > 2 * arrive_s(whole, "Ussuriysk").std()


def test_a_less_reliable_report_counts_less(load, text, whole):
    doubted = rs.condition(load(text), draws=4096, reliability={"C": 0.05})
    assert arrive_s(doubted, "Ussuriysk").std() > arrive_s(whole, "Ussuriysk").std()
    assert doubted.right["C"].mean() < whole.right["C"].mean()


def test_narrow_clocks_do_not_collapse_the_sample(load, text):
    # With every report to the minute, one in a million draws of the prior agrees with all.
    narrow = text.replace("about 2024-05-02 09:40", "2024-05-02 09:38")
    posterior = rs.condition(load(narrow), draws=4096, reliability=1.0)
    assert posterior.ess > 400
    assert np.unique(posterior.departure_s).size > 2000


@pytest.mark.parametrize("halts", [1, 7, None])
def test_the_number_of_halts_in_a_file_has_no_effect(load, halts):
    text = next(case.text for case in CASES if case.name == "five")
    written = "" if halts is None else f"halts = {halts}\n"
    assert "\nhalts = 1\n" in text
    one, other = (
        rs.condition(load(given), draws=1024)
        for given in (text, text.replace("halts = 1\n", written))
    )
    assert np.array_equal(other.arrive_s, one.arrive_s)


def test_a_small_effective_sample_size_is_warned_of_or_refused(monkeypatch, load, text):
    monkeypatch.setattr(LineageGroups, "count_effective", lambda *_: 50.0)
    journey = load(text)
    with pytest.warns(rs.SampleWarning, match="effective sample size is only 50"):
        rs.condition(journey, draws=4096)
    with pytest.raises(rs.SampleError, match="effective sample size is only 50"):
        rs.condition(journey, draws=4096, strict=True)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"draws": 0}, "draws"),
        ({"draws": 10_000_000}, "draws"),
        ({"seed": -1}, "seed"),
        ({"reliability": 0.0}, "above 0"),
        ({"reliability": 2}, "above 0"),
        ({"reliability": {"nobody": 0.5}}, "names no report or family"),
        ({"ends": "beside"}, "'around' or 'inside'"),
        ({"drop": ("nothing",)}, "nothing"),
    ],
)
def test_an_argument_out_of_range_is_refused(load, text, given, fault):
    with pytest.raises(rs.ArgumentError, match=fault):
        rs.condition(load(text), **given)


def test_an_unknown_route_is_refused(load, text):
    with pytest.raises(rs.UnknownNameError):
        rs.condition(load(text), route="nowhere")
