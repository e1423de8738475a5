from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from routesim.text.times import (
    format_as_of,
    format_earliest,
    format_latest,
    format_local,
    format_offset,
    format_time,
    format_window,
    is_missing,
    to_datetime,
)

# 10:00:00 on 11 September 2023 in UTC is 19:00 in Pyongyang (UTC+9), 20:00 in Vladivostok.
TEN = 1_694_426_400
KOREA, PRIMORYE = "Asia/Pyongyang", "Asia/Vladivostok"


def test_missing_values():
    missing = [None, float("nan"), np.float64("nan"), pd.NaT]
    present = [0, 0.0, "", float("inf"), pd.Timestamp(0, tz="UTC")]
    assert [is_missing(value) for value in missing] == [True] * 4
    assert [is_missing(value) for value in present] == [False] * 5


@pytest.mark.parametrize("write", [format_time, format_earliest, format_latest])
@pytest.mark.parametrize("value", [None, pd.NaT])
def test_a_missing_time_is_a_dash(write, value):
    assert write(value, KOREA) == "-"


def test_a_time_by_two_clocks():
    for time in (to_datetime(TEN), pd.Timestamp(TEN, unit="s", tz="UTC")):
        assert format_time(time, KOREA) == "Mon 11 Sep 19:00"
        assert format_time(time, PRIMORYE) == "Mon 11 Sep 20:00"


@pytest.mark.parametrize(
    ("second", "nearest", "earliest", "latest"),
    [
        (0, "19:00", "19:00", "19:00"),
        (1, "19:00", "19:00", "19:01"),
        (31, "19:01", "19:00", "19:01"),
        (59, "19:01", "19:00", "19:01"),
    ],
)
def test_bounds_are_rounded_outwards(second, nearest, earliest, latest):
    time = to_datetime(TEN + second)
    assert format_time(time, KOREA) == f"Mon 11 Sep {nearest}"
    assert format_earliest(time, KOREA) == f"Mon 11 Sep {earliest}"
    assert format_latest(time, KOREA) == f"Mon 11 Sep {latest}"


def test_rounding_crosses_midnight():
    # 14:59:01 in UTC is 23:59:01 in Pyongyang.
    time = to_datetime(TEN + 4 * 3600 + 59 * 60 + 1)
    assert format_earliest(time, KOREA) == "Mon 11 Sep 23:59"
    assert format_latest(time, KOREA) == "Tue 12 Sep 00:00"


def test_the_offset_of_a_zone_depends_on_the_date():
    # Pyongyang kept UTC+8:30 from August 2015 to May 2018.
    noon = pd.Timestamp("2016-06-01T12:00Z").timestamp()
    assert format_offset(noon, [KOREA, PRIMORYE]) == "UTC+8.5, UTC+10"
    assert format_local(noon, KOREA) == "Wed 1 Jun 20:30"


def test_one_sided_windows_begin_with_a_word():
    inf = float("inf")
    assert format_window(-inf, TEN, KOREA) == "before Mon 11 Sep 19:00"
    assert format_window(TEN, inf, "UTC") == "from Mon 11 Sep 10:00"
    assert format_window(-inf, inf, "UTC") == "at any time"


def test_a_not_yet_is_shown_as_of_one_time():
    assert format_as_of(TEN, PRIMORYE) == "as of Mon 11 Sep 20:00"
