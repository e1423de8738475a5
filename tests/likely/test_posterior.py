"""A posterior: reports that are rejected, and no digit beyond the error."""

import numpy as np

from routesim.text.rounding import find_step


def test_a_false_report_is_rejected_and_named(with_false_clock):
    assert with_false_clock.rejected == ("X",)
    assert "thrown out: X" in repr(with_false_clock)
    assert with_false_clock.ess > 400
    rejected = with_false_clock.reports.set_index("id")["thrown_out"]
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


def test_the_sections_at_an_instant_add_up_to_one(whole):
    middle = whole.route.index_of("Baranovsky")
    time_s = float(np.median(whole.get_arrivals(middle)))
    place = whole.where(np.datetime64(round(time_s), "s").item().isoformat() + "Z")
    assert sum(one.share for one in place.shares) == 1.0
    assert len(place.sections) == len(place.shares) > 1
