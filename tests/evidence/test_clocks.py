"""Clocks and zones, against the history of the places in the tz database."""

# ruff: noqa: DTZ001 (local clock times are naive)

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routesim.errors import TimeError
from routesim.evidence import Window, parse_duration, parse_time
from routesim.evidence.clocks import to_local_seconds
from routesim.text.times import format_local, format_offset, format_utc, to_datetime

# 2023-09-11T00:00Z: 53 years of 365 days and 13 leap days since 1970 make 19358 days to
# 1 January 2023, and 253 to 11 September (31+28+31+30+31+30+31+31+10): 19611 days.
MONDAY_UTC_S = 19611 * 86400


def test_posix_seconds():
    assert parse_time("2023-09-11T00:00Z") == MONDAY_UTC_S
    assert parse_time("1970-01-01T00:00:00+00:00") == 0.0
    assert parse_time("2023-09-11T19:00+09:00") == MONDAY_UTC_S + 10 * 3600


@pytest.mark.parametrize(
    ("local", "zone", "utc"),
    [
        # Pyongyang used UTC+8:30 from August 2015 to May 2018.
        (datetime(2016, 6, 1, 12), "Asia/Pyongyang", "2016-06-01T03:30:00Z"),
        (datetime(2015, 6, 1, 12), "Asia/Pyongyang", "2015-06-01T03:00:00Z"),
        (datetime(2019, 4, 24, 12), "Asia/Pyongyang", "2019-04-24T03:00:00Z"),
        (datetime(2023, 9, 11, 12), "Asia/Pyongyang", "2023-09-11T03:00:00Z"),
        # Vladivostok used UTC+11 all year from 2011 to October 2014, and UTC+10 since.
        (datetime(2011, 8, 24, 12), "Asia/Vladivostok", "2011-08-24T01:00:00Z"),
        (datetime(2019, 4, 24, 12), "Asia/Vladivostok", "2019-04-24T02:00:00Z"),
        (datetime(2023, 9, 12, 12), "Asia/Vladivostok", "2023-09-12T02:00:00Z"),
        (datetime(2023, 9, 12, 12), "Asia/Yakutsk", "2023-09-12T03:00:00Z"),
        (datetime(2023, 9, 11, 12), "America/New_York", "2023-09-11T16:00:00Z"),
    ],
)
def test_a_local_clock_follows_the_history_of_its_zone(local, zone, utc):
    assert format_utc(to_local_seconds(local, zone)) == utc


@pytest.mark.parametrize(
    ("local", "zone", "words"),
    [
        (datetime(2023, 11, 5, 1, 30), "America/New_York", "was shown twice"),
        (datetime(2023, 3, 12, 2, 30), "America/New_York", "was never shown"),
        # At 00:00 of 15 August 2015 Pyongyang set its clocks back to 23:30.
        (datetime(2015, 8, 14, 23, 45), "Asia/Pyongyang", "was shown twice"),
        # On 4 May 2018 at 23:30 it set them forward to midnight.
        (datetime(2018, 5, 4, 23, 45), "Asia/Pyongyang", "was never shown"),
    ],
)
def test_a_clock_time_skipped_or_shown_twice_is_refused(local, zone, words):
    with pytest.raises(TimeError, match=f"when: .* {words} in {zone}") as caught:
        to_local_seconds(local, zone, where="when")
    assert "give a window with an offset instead" in str(caught.value)


@pytest.mark.parametrize("minute", [59, 0])
def test_a_clock_time_next_to_a_change_is_accepted(minute):
    # 01:00 to 02:00 is shown twice: 00:59 is before it and 02:00 after it.
    hour = 0 if minute else 2
    seconds = to_local_seconds(datetime(2023, 11, 5, hour, minute), "America/New_York")
    assert format_utc(seconds) == ("2023-11-05T04:59:00Z" if minute else "2023-11-05T07:00:00Z")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2023-09-11T19:00", "has no zone; add an offset: [+]09:00, or Z"),
        ("2023-09-11", "has no zone"),
        ("7 p.m.", "'7 p.m.' is not a time; give ISO 8601"),
        ("", "is not a time"),
        ("nan", "is not a time"),
        ("2023-02-29T00:00Z", "is not a time"),
        ("2023-09-11T24:30Z", "is not a time"),
        ("2023-12-31T23:59:60Z", "is not a time"),
        ("0001-01-01T00:00+14:00", "lies outside 1800 to 2200"),
        ("9999-12-31T23:59-14:00", "lies outside 1800 to 2200"),
        ("1799-12-31T23:59Z", "lies outside 1800 to 2200"),
        ("2200-01-01T00:01Z", "lies outside 1800 to 2200"),
        ("\0", "is not a time"),
        ("2" * 100_000, "is not a time"),
    ],
)
def test_invalid_times_are_refused(text, words):
    with pytest.raises(TimeError, match=f"^departure: .*{words}") as caught:
        parse_time(text, where="departure")
    assert len(str(caught.value)) < 300


def test_a_naive_datetime_is_refused():
    with pytest.raises(TimeError, match="time: 2023-09-11T19:00:00 has no zone"):
        parse_time(datetime(2023, 9, 11, 19))


def test_aware_datetimes_and_texts_agree():
    korea = timezone(timedelta(hours=9))
    assert parse_time(datetime(2023, 9, 11, 19, tzinfo=korea)) == parse_time(
        " 2023-09-11T10:00Z "
    )
    assert parse_time("1800-01-01T00:00Z") < 0 < parse_time("2200-01-01T00:00Z")


@given(
    seconds=st.integers(-5_364_662_400, 7_258_118_400),
    hours=st.integers(-12, 14),
)
def test_a_time_reads_back_as_written(seconds, hours):
    zone = timezone(timedelta(hours=hours))
    text = datetime.fromtimestamp(seconds, tz=UTC).astimezone(zone).isoformat()
    assert parse_time(text) == seconds
    assert parse_time(format_utc(seconds)) == seconds
    assert to_datetime(seconds).timestamp() == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h", 3600),
        ("90min", 5400),
        ("90 min", 5400),
        ("90m", 5400),
        ("1h30", 5400),
        ("1h30min", 5400),
        ("1.5h", 5400),
        ("45s", 45),
        ("1h 2m 3s", 3723),
        ("0s", 0),
        (timedelta(minutes=3), 180),
    ],
)
def test_durations(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1",
        "h",
        "1h30x",
        "-1h",
        "1e3s",
        "inf",
        "nan",
        "an hour",
        "1:30",
        "9" * 400 + "h",
    ],
)
def test_invalid_durations_are_refused(text):
    with pytest.raises(TimeError, match=r"^dwell: .* is not a duration"):
        parse_duration(text, where="dwell")


@pytest.mark.parametrize("value", [60, -1, 0.5, math.nan, math.inf, True])
def test_a_number_without_a_unit_is_refused(value):
    with pytest.raises(TimeError, match="has no unit; write 1h, 90min or give a timedelta"):
        parse_duration(value)


def test_local_clocks():
    seconds = MONDAY_UTC_S + 10 * 3600
    assert format_local(seconds, "Asia/Pyongyang") == "Mon 11 Sep 19:00"
    assert format_local(seconds, "Asia/Vladivostok") == "Mon 11 Sep 20:00"
    assert format_local(seconds + 5 * 3600, "Asia/Pyongyang") == "Tue 12 Sep 00:00"
    # Rounded to the minute: 29 s down, 31 s up.
    assert format_local(seconds + 29, "Asia/Pyongyang") == "Mon 11 Sep 19:00"
    assert format_local(seconds + 31, "Asia/Pyongyang") == "Mon 11 Sep 19:01"
    assert format_local(parse_time("2016-06-01T03:30Z"), "Asia/Pyongyang") == "Wed 1 Jun 12:00"


def test_offsets_are_those_of_the_date():
    zones = ("Asia/Pyongyang", "Asia/Vladivostok")
    assert format_offset(parse_time("2023-09-11T10:00Z"), zones) == "UTC+9, UTC+10"
    assert format_offset(parse_time("2016-06-01T00:00Z"), zones) == "UTC+8.5, UTC+10"
    assert format_offset(parse_time("2011-08-24T00:00Z"), zones) == "UTC+9, UTC+11"


def test_seven_pm_printed_with_1000_gmt_is_utc_plus_9():
    # "7 p.m. (1000 GMT)" is an offset of nine hours: the clock of Pyongyang, and not that of
    # Vladivostok or of China.
    gmt_s = parse_time("2023-09-11T10:00Z")
    local = datetime(2023, 9, 11, 19)
    assert to_local_seconds(local, "Asia/Pyongyang") == gmt_s
    assert to_local_seconds(local, "Asia/Vladivostok") == gmt_s - 3600
    assert to_local_seconds(local, "Asia/Shanghai") == gmt_s + 3600


# ---------------------------------------------------------------- windows


@pytest.mark.parametrize(
    ("start_s", "end_s"), [(1.0, 1.0), (2.0, 1.0), (math.nan, 1.0), (0.0, math.nan)]
)
def test_an_empty_window_is_refused(start_s, end_s):
    with pytest.raises(TimeError, match="a window must begin before it ends"):
        Window(start_s, end_s)


def test_a_window_excludes_its_end():
    window = Window(100.0, 200.0)
    assert window.overlaps(100.0, 100.0)
    assert window.overlaps(50.0, 100.0)
    assert not window.overlaps(200.0, 300.0)
    assert window.overlaps(199.999, 300.0)
    assert not window.overlaps(0.0, 99.999)
    assert (Window(start_s=1.0).end, Window(end_s=1.0).start) == (None, None)
    assert Window(0.0, 60.0).start == datetime(1970, 1, 1, tzinfo=UTC)
