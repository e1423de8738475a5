"""Time expressions; each expected window is derived by hand from words.toml."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routesim.errors import RouteSimError, TimeError
from routesim.evidence import Window, load_words, parse_time
from routesim.evidence.words import WordsRow

WORDS = load_words()
SUNDAY = "2023-09-10"


def between(start, end):
    return Window(parse_time(start), parse_time(end))


# Pyongyang's clock is nine hours ahead of UTC.
@pytest.mark.parametrize(
    ("part", "start", "end"),
    [
        ("early hours", "10T00:00", "10T06:00"),
        ("dawn", "10T00:00", "10T06:00"),
        ("early", "10T00:00", "10T09:00"),
        ("early morning", "10T00:00", "10T09:00"),
        ("morning", "10T05:00", "10T12:00"),
        ("noon", "10T11:30", "10T12:30"),
        ("afternoon", "10T12:00", "10T18:00"),
        ("evening", "10T17:00", "11T00:00"),
        ("night", "10T18:00", "11T06:00"),
        ("late night", "10T21:00", "11T03:00"),
        ("midnight", "10T23:30", "11T00:30"),
    ],
)
def test_day_parts(part, start, end):
    expected = between(f"2023-09-{start}+09:00", f"2023-09-{end}+09:00")
    assert WORDS.read_when(f"{SUNDAY} {part}", "Asia/Pyongyang") == expected
    assert WORDS.read_when(f"  {SUNDAY}  {part.upper()} ", "Asia/Pyongyang") == expected
    later = between(f"2023-09-{start}+10:00", f"2023-09-{end}+10:00")
    assert WORDS.read_when(f"{SUNDAY} {part}", "Asia/Vladivostok") == later


def test_sunday_evening_and_monday_do_not_overlap():
    evening = WORDS.read_when(f"{SUNDAY} evening", "Asia/Pyongyang")
    monday = WORDS.read_when("2023-09-11", "Asia/Pyongyang")
    assert evening.end_s == monday.start_s
    assert not evening.overlaps(monday.start_s, monday.end_s)
    assert monday == between("2023-09-11T00:00+09:00", "2023-09-12T00:00+09:00")
    afternoon = WORDS.read_when(f"{SUNDAY} afternoon", "Asia/Pyongyang")
    assert afternoon.overlaps(evening.start_s, evening.start_s)  # from 17 to 18 o'clock


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        # At the full or half hour 15 minutes on each side, else 5.
        ("about 2023-09-12 18:00", "2023-09-12T17:45Z", "2023-09-12T18:15Z"),
        ("around 2023-09-12 18:30", "2023-09-12T18:15Z", "2023-09-12T18:45Z"),
        ("about 2023-09-12 12:15", "2023-09-12T12:10Z", "2023-09-12T12:20Z"),
        ("about 2023-09-12 10:40", "2023-09-12T10:35Z", "2023-09-12T10:45Z"),
        ("about 2023-09-12 00:00", "2023-09-11T23:45Z", "2023-09-12T00:15Z"),
        # A clock time printed to the minute means that minute.
        ("2023-09-12 12:15", "2023-09-12T12:15Z", "2023-09-12T12:16Z"),
        ("2023-09-12T12:15", "2023-09-12T12:15Z", "2023-09-12T12:16Z"),
        ("2023-09-12 24:00", "2023-09-13T00:00Z", "2023-09-13T00:01Z"),
        ("about 2023-09-12 24:00", "2023-09-12T23:45Z", "2023-09-13T00:15Z"),
        ("2023-09-12 7:05", "2023-09-12T07:05Z", "2023-09-12T07:06Z"),
    ],
)
def test_clocks(when, start, end):
    assert WORDS.read_when(when, "UTC") == between(start, end)


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        ("before 2023-09-11 19:00", None, "2023-09-11T19:00Z"),
        ("by 2023-09-11 19:00", None, "2023-09-11T19:00Z"),
        ("until 2023-09-11", None, "2023-09-12T00:00Z"),
        # "Before" a day ends where the day begins; "after" it begins where the day ends.
        ("before 2023-09-11", None, "2023-09-11T00:00Z"),
        ("before 2023-09-11 evening", None, "2023-09-11T17:00Z"),
        ("after 2023-09-11", "2023-09-12T00:00Z", None),
        ("after 2023-09-11 morning", "2023-09-11T12:00Z", None),
        ("by 2023-09-11 evening", None, "2023-09-12T00:00Z"),
        ("after 2023-09-11 19:00", "2023-09-11T19:00Z", None),
        ("from 2023-09-11", "2023-09-11T00:00Z", None),
        ("before about 2023-09-11 19:00", None, "2023-09-11T19:15Z"),
        ("after about 2023-09-11 19:00", "2023-09-11T18:45Z", None),
    ],
)
def test_one_sided(when, start, end):
    window = WORDS.read_when(when, "UTC")
    assert window.start_s == (-math.inf if start is None else parse_time(start))
    assert window.end_s == (math.inf if end is None else parse_time(end))


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2023-09-11 teatime", "unknown day-part 'teatime'; known: afternoon, dawn"),
        ("2023-02-30", "'2023-02-30' is not a day"),
        ("2023-09-11 24:01", "'24:01' is not a clock time"),
        ("2023-09-11 25:00", "'25:00' is not a clock time"),
        ("2023-09-11 12:60", "'12:60' must be HH:MM"),
        ("about 2023-09-11", "'about' needs a clock time"),
        ("about 2023-09-11 evening", "'about' needs a clock time"),
        ("Monday", "'Monday' cannot be read; write a day"),
        ("2023-09-11 19:00+09:00", "cannot be read"),
        ("11.09.2023", "cannot be read"),
        ("", "cannot be read"),
        ("0001-01-01", "lies outside 1800 to 2200"),
        ("9999-12-31 night", "lies outside 1800 to 2200"),
        ("2023-09-11 " + "a " * 50_000, "cannot be read|unknown day-part"),
    ],
)
def test_words_that_cannot_be_read(when, words):
    with pytest.raises(TimeError, match=f"^R1: .*({words})"):
        WORDS.read_when(when, "UTC", where="R1")


def test_a_window_over_a_change_of_clocks():
    # Sunday 12 March 2023 had 23 hours in New York: 05:00Z to 04:00Z of the next day.
    window = WORDS.read_when("2023-03-12", "America/New_York")
    assert window.end_s - window.start_s == 23 * 3600
    with pytest.raises(TimeError, match="was never shown in America/New_York"):
        WORDS.read_when("2023-03-12 02:30", "America/New_York")
    with pytest.raises(TimeError, match="was shown twice in America/New_York"):
        WORDS.read_when("2023-11-05 01:30", "America/New_York")


def test_a_journey_may_give_its_own_meanings():
    own = WordsRow.model_validate(
        {
            "dayparts": {"evening": ["18:00", "22:00"], "teatime": ["16:00", "17:00"]},
            "about_minutes": {"on_the_half_hour": 30, "other": 10},
        }
    )
    words = WORDS.override(own)
    assert words.read_when(f"{SUNDAY} evening", "UTC") == between(
        "2023-09-10T18:00Z", "2023-09-10T22:00Z"
    )
    assert words.read_when(f"{SUNDAY} teatime", "UTC").start_s == parse_time(
        "2023-09-10T16:00Z"
    )
    assert words.read_when(f"{SUNDAY} dawn", "UTC") == WORDS.read_when(f"{SUNDAY} dawn", "UTC")
    about = words.read_when(f"about {SUNDAY} 12:00", "UTC")
    assert about.end_s - about.start_s == 3600


@given(
    text=st.one_of(
        st.text(max_size=40),
        st.from_regex(
            r"(before |about )?\d{4}-\d{2}-\d{2}( \d{1,2}:\d{2}| [a-z ]{0,9})?", fullmatch=True
        ),
    ),
    zone=st.sampled_from(["UTC", "Asia/Pyongyang", "America/New_York"]),
)
def test_any_words_give_a_window_or_a_refusal(text, zone):
    try:
        window = WORDS.read_when(text, zone)
    except RouteSimError as error:
        assert isinstance(error, TimeError)  # noqa: PT017 (either outcome is allowed)
    else:
        assert window.start_s < window.end_s
