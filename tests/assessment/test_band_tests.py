"""Margins by hand: the draws are 0, 1, ..., 100 hours, with a 90 % band of 5 to 95 h."""

import math

import numpy as np
import pytest

from routesim.assessment.band_tests import (
    compare_bound,
    compare_lapse,
    compare_stay,
    compare_window,
)
from routesim.evidence import ReportedTime, Window

HOUR = 3600.0
TIMES = np.arange(101) * HOUR


def make_time(start_s, end_s):
    return ReportedTime(Window(start_s, end_s), "some time", "UTC", "printed", "")


def test_a_window_inside_the_band_has_room_to_the_nearer_edge():
    finding = compare_window(TIMES, make_time(20 * HOUR, 30 * HOUR), ("pass", "A"))
    # the window can move 25 h earlier (its end to 5 h) or 75 h later (its start to 95 h)
    assert finding.verdict == "consistent"
    assert finding.margin_s == pytest.approx(25 * HOUR)
    # hours 20 to 29 of 101 draws
    assert finding.holds.sum() == 10


def test_a_window_beyond_the_band_misses_by_the_gap():
    finding = compare_window(TIMES, make_time(97 * HOUR, 99 * HOUR), ("pass", "A"))
    assert finding.verdict == "strained"
    assert finding.margin_s == pytest.approx(-2 * HOUR)
    assert "misses the band by 2 h" in finding.why


def test_a_one_sided_window_has_a_finite_margin():
    finding = compare_window(TIMES, make_time(-math.inf, 10 * HOUR), ("pass", "A"))
    assert finding.margin_s == pytest.approx(5 * HOUR)


def test_a_rare_event_is_strained():
    times = np.where(np.arange(101) < 3, TIMES, np.nan)
    finding = compare_window(times, make_time(0, HOUR), ("pass", "A"))
    assert finding.verdict == "strained"
    assert finding.margin_s is None
    assert "only 3.0 % of the draws" in finding.why


def test_a_stay_only_needs_to_touch_the_window():
    finding = compare_stay(
        TIMES, TIMES + 10 * HOUR, make_time(-math.inf, 4 * HOUR), ("present", "A")
    )
    # band of the stay: from 5 h (95 % of the starts) to 105 h; the window ends at 4 h
    assert finding.verdict == "strained"
    assert finding.margin_s == pytest.approx(-1 * HOUR)
    assert finding.holds.sum() == 4


def test_a_bound_from_below():
    finding = compare_bound(
        TIMES, (96 * HOUR, math.inf), ("pass", "A"), zone="UTC", bound=("not_yet",)
    )
    assert finding.margin_s == pytest.approx(-1 * HOUR)


def test_a_duration_against_its_range():
    finding = compare_lapse(TIMES, (2 * HOUR, 4 * HOUR), ("whole",))
    assert finding.margin_s == pytest.approx(-1 * HOUR)
    assert "5 h to 95 h in 90 % of the draws" in finding.why
