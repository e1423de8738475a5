"""A posterior: reports that are rejected, and no digit beyond the error."""

import re

import numpy as np
import pytest

from routesim.text.rounding import find_step


def test_a_false_report_is_rejected_and_named(with_false_clock):
    assert with_false_clock.rejected == ("X",)
    assert "thrown out: X" in repr(with_false_clock)
    assert with_false_clock.ess > 400
    rejected = with_false_clock.reports().set_index("id")["thrown_out"]
    assert rejected[rejected].index.tolist() == ["X"]


def test_no_digit_is_given_beyond_the_error(whole):
    windows = whole.windows(every=False)
    for level in ("p05", "p50", "p95"):
        rows = windows[windows[f"arrive_{level}"].notna()]
        assert len(rows) > 1
        for time, error in zip(
            rows[f"arrive_{level}"], rows[f"arrive_{level}_mcse_s"], strict=True
        ):
            step = find_step(error)
            assert step >= error
            assert time.timestamp() % step == 0


def test_what_costs_seconds_is_computed_once(whole):
    assert whole.prior is whole.prior
    assert whole.certain is whole.certain


@pytest.fixture(scope="module")
def place(whole):
    middle = whole.route.index_of("Baranovsky")
    time_s = float(np.median(whole.get_arrivals(middle)))
    return whole.where(np.datetime64(round(time_s), "s").item().isoformat() + "Z")


def test_the_sections_at_an_instant_add_up_to_one(place):
    shares = place.list_shares()
    assert sum(one.share for one in shares) == 1.0
    assert len(place.sections()) == len(shares) > 1


def test_a_position_is_not_rounded_and_its_words_are(whole, place):
    km = np.quantile(place.km, (0.05, 0.5, 0.95))
    assert [place.p05_km, place.p50_km, place.p95_km] == km.tolist()
    document = place.to_dict()
    assert document["likely"]["p05_km"] == km[0]
    assert document["errors"]["p50_km"] == place.errors_km[1] > 0.0
    assert document["certain"]["worlds"] == [world.number for world in whole.certain.worlds]
    # Rounded outwards, to whole kilometres at the finest.
    low, high = (int(word) for word in re.findall(r"km (\d+) to (\d+), median", place.band)[0])
    assert low <= km[0]
    assert high >= min(km[2], round(whole.route.length_km))
    assert place.band in repr(place)


def test_standing_and_speeds_have_the_raw_quantiles_and_those_of_the_prior(whole):
    row = whole.stood().iloc[0]
    total_s = sum(whole.standing_s.values()) + sum(whole.dwell_s.values())
    assert row["place"] == "in all"
    assert row["p50_min"] == pytest.approx(np.quantile(total_s / 60.0, 0.5), rel=1e-12)
    before = whole.prior.running_mps
    for row in whole.speeds().to_dict("records"):
        median = np.quantile(before[row["place"]], 0.5) * 3.6
        assert row["prior_p50_kmh"] == pytest.approx(median, rel=1e-12)


def test_a_probability_that_a_report_is_right_is_not_rounded(whole):
    reports = whole.reports()
    assert len(reports) == len(whole.right) > 0
    for name, right in zip(reports["id"], reports["right"], strict=True):
        assert right == whole.right[name].mean()
