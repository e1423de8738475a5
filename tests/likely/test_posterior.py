"""A posterior: reports that are rejected, and no digit beyond the error."""

import numpy as np
import pytest

from routesim.journey import measure_windows
from routesim.text.rounding import find_step


def test_a_false_report_is_rejected_and_named(with_false_clock):
    assert with_false_clock.rejected == ("X",)
    assert "thrown out: X" in repr(with_false_clock)
    assert with_false_clock.ess > 400
    rejected = with_false_clock.reports.set_index("id")["thrown_out"]
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
        assert np.isnan(row[f"depart_{name}_mcse_s"])  # nothing departs from the end


def test_what_costs_seconds_is_computed_once(whole):
    assert whole.prior is whole.prior
    assert whole.certain is whole.certain


def test_the_sections_at_an_instant_add_up_to_one(whole):
    middle = whole.route.index_of("Baranovsky")
    time_s = float(np.median(whole.get_arrivals(middle)))
    place = whole.where(np.datetime64(round(time_s), "s").item().isoformat() + "Z")
    assert sum(one.share for one in place.shares) == 1.0
    assert len(place.sections) == len(place.shares) > 1
