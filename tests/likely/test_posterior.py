"""A posterior: rejected reports, errors, and rounding to the errors."""

import re

import numpy as np
import pytest

from routesim.errors import ArgumentError
from routesim.journey import measure_windows
from routesim.text.rounding import find_step


def test_a_false_report_is_rejected_and_named(with_false_clock):
    assert with_false_clock.rejected == ("X",)
    assert "rejected: X" in repr(with_false_clock)
    assert with_false_clock.ess > 400
    rejected = with_false_clock.reports().set_index("id")["thrown_out"]
    assert rejected[rejected].index.tolist() == ["X"]


@pytest.mark.parametrize("level", range(3))
def test_no_digit_is_shown_beyond_the_error(whole, level):
    windows = measure_windows(whole, indices=whole.list_shown(every=False))
    reached = [window for window in windows if window.arrive is not None]
    assert len(reached) > 1
    for window in reached:
        step = find_step(window.arrive_mcse_s[level])
        assert step >= window.arrive_mcse_s[level]
        assert window.rounded.arrive[level] % step == 0


def test_windows_carry_times_to_the_second_and_their_errors(whole):
    index = len(whole.route.passages) - 1
    row = whole.windows().iloc[index]
    times_s = whole.get_arrivals(index)
    for name, level in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        assert row[f"arrive_{name}"].timestamp() == round(np.quantile(times_s, level))
        error = whole.lineage_groups.find_quantile_errors(times_s, np.array([level]))[0]
        assert row[f"arrive_{name}_mcse_s"] == pytest.approx(error)
        assert np.isnan(row[f"depart_{name}_mcse_s"])  # no departure from the destination


def test_slow_properties_are_cached(whole):
    assert whole.prior is whole.prior
    assert whole.certain is whole.certain


@pytest.fixture(scope="module")
def place(whole):
    middle = whole.route.index_of("Baranovsky")
    time_s = float(np.median(whole.get_arrivals(middle)))
    return whole.where(np.datetime64(round(time_s), "s").item().isoformat() + "Z")


def test_the_shares_of_the_sections_add_up_to_one(place):
    shares = place.list_shares()
    assert sum(one.share for one in shares) == 1.0
    assert len(place.sections()) == len(shares) > 1


def test_a_position_is_rounded_in_words_only(whole, place):
    km = np.quantile(place.km, (0.05, 0.5, 0.95))
    assert [place.p05_km, place.p50_km, place.p95_km] == km.tolist()
    document = place.to_dict()
    assert document["likely"]["p05_km"] == km[0]
    assert document["errors"]["p50_km"] == place.errors_km[1] > 0.0
    assert document["certain"]["worlds"] == [world.number for world in whole.certain.worlds]
    # Rounded outwards, to whole kilometres or more.
    low, high = (int(word) for word in re.findall(r"km (\d+) to (\d+), median", place.band)[0])
    assert low <= km[0]
    assert high >= min(km[2], round(whole.route.length_km))
    assert place.band in repr(place)


def test_standing_and_speeds_have_unrounded_quantiles_and_those_of_the_prior(whole):
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


@pytest.mark.parametrize("levels", [(), (2.0,), (-0.1, 0.5)])
def test_levels_out_of_range_are_refused(whole, levels):
    for table in (whole.windows, whole.stood, whole.speeds):
        with pytest.raises(ArgumentError, match=r"give shares in 0\.\.1"):
            table(levels=levels)
