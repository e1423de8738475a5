from __future__ import annotations

import pytest

from routesim.text.durations import (
    format_duration,
    format_hms,
    format_lapse,
    format_least_lapse,
    format_most_lapse,
    format_signed_hours,
)


@pytest.mark.parametrize(
    ("seconds", "lapse", "least", "most"),
    [
        (0, "0 s", "0 s", "0 s"),
        (59.4, "59 s", "59 s", "1 min"),
        (60, "1 min", "1 min", "1 min"),
        (89, "1 min", "1 min", "2 min"),
        (3599, "1 h", "59 min", "1 h"),
        (3600, "1 h", "1 h", "1 h"),
        (3601, "1 h", "1 h", "1 h 01 min"),
        (3_600_000, "1,000 h", "1,000 h", "1,000 h"),
    ],
)
def test_a_lapse_and_its_bounds(seconds, lapse, least, most):
    assert format_lapse(seconds) == lapse
    assert format_least_lapse(seconds) == least
    assert format_most_lapse(seconds) == most


def test_only_a_duration_has_a_sign():
    assert format_lapse(-5400) == "1 h 30 min"
    assert format_duration(-5400) == "-1 h 30 min"
    assert format_duration(-29) == "0 min"


def test_hours_and_seconds_in_figures():
    assert format_hms(59.6) == "0:01:00"
    assert format_hms(360_000) == "100:00:00"
    assert format_signed_hours(0.0) == "+0.0"
    # 0.25 h is rounded to the even digit.
    assert format_signed_hours(-900.0) == "-0.2"
