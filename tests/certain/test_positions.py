"""Certain positions: the kilometres between which the train must have been."""

import numpy as np
import pandas as pd
import pytest


def test_the_position_when_the_observers_left(held):
    place = held["2023-09"].where("2023-09-11T19:00+09:00")
    # At Tumangang until 10:00Z, and not yet over the border: km 854 to 857.
    assert (place.min_km, place.max_km) == (854.0, 857.0)
    assert place.stations == ("Tumangang", "Friendship Bridge border")


def test_the_position_narrows_towards_a_reported_clock(held):
    times = np.array([pd.Timestamp(f"2023-09-12T{h:02d}:15Z").timestamp() for h in (0, 1, 2)])
    low, high = held["2023-09"].trace(times)
    widths = high - low
    assert widths[0] > widths[1] > widths[2]
    assert (low <= high).all()
    assert (np.diff(low) >= 0).all()


def test_before_the_journey_the_position_is_the_origin(held):
    place = held["2023-09"].where("2023-01-01T00:00Z")
    assert (place.min_km, place.max_km) == (0.0, 0.0)
    after = held["2023-09"].where("2024-01-01T00:00Z")
    assert after.max_km == pytest.approx(1186.4)
