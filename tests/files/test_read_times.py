"""Invalid times and zones in a journey's file."""

import pytest

KNOWN = "known_at = 2024-05-01T20:00:00+10:00"
PUBLISHED = "published = 2024-05-01T20:00:00+10:00"
EVENING = 'when = "2024-05-01 evening"\nzone = "Asia/Vladivostok"'


def change(text, old, new):
    assert old in text, old
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (KNOWN, "known_at = 0001-01-01T00:00:00+14:00", "lies outside 1800 to 2200"),
        (KNOWN, "known_at = 9999-12-31T23:59:59-14:00", "lies outside 1800 to 2200"),
        (KNOWN, "known_at = 1799-12-31T23:59:59Z", "lies outside 1800 to 2200"),
        (KNOWN, "known_at = 2024-05-01T20:00:00", "has no zone; add an offset such as +09:00"),
        (KNOWN, "known_at = 2024-05-01", "known_at"),
        (KNOWN, "known_at = 20:00:00", "known_at"),
        (KNOWN, "known_at = 2024-02-30T20:00:00Z", "bomb.toml: "),
        (KNOWN, "known_at = 2016-12-31T23:59:60Z", "bomb.toml: "),
        (KNOWN, "", "bomb.toml, sources, paper, known_at: is missing"),
        (PUBLISHED, "published = 0001-01-01", "0001-01-01 lies outside 1800 to 2200"),
        (PUBLISHED, "published = 9999-12-31", "9999-12-31 lies outside 1800 to 2200"),
        (PUBLISHED, "published = 1700-01-01T00:00:00Z", "lies outside 1800 to 2200"),
        (PUBLISHED, "published = 2024-05-01T20:00:00", "has no zone; add an offset"),
        ("from = 2024-05-01T08:00:00+10:00", "from = 2024-05-01T08:00:00", "has no zone"),
        ("to = 2024-05-01T12:00:00+10:00", "to = 9999-05-01T12:00:00Z", "lies outside"),
        (EVENING, EVENING.replace("2024-05-01", "0001-01-01"), "report R1: 0001-01-01"),
        (EVENING, EVENING.replace("2024-05-01", "9999-12-31"), "report R1: 9999-12-31"),
        (EVENING, EVENING.replace("2024-05-01", "2024-02-30"), "'2024-02-30' is not a day"),
    ],
)
def test_invalid_times_are_refused(refuse, template, old, new, words):
    assert words in refuse(change(template, old, new))


def test_a_fault_is_reported_once(refuse, template):
    # The only departure has a fault. That no valid one remains is not reported as well.
    old = "from = 2024-05-01T08:00:00+10:00"
    assert refuse(change(template, old, "from = 2024-05-01T08:00:00")) == (
        "bomb.toml, plan, departure, number 1, from: 2024-05-01T08:00:00 has no zone; "
        "add an offset such as +09:00"
    )


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2023-11-05 01:30", "was shown twice in America/New_York"),
        ("2023-03-12 02:30", "was never shown in America/New_York"),
        ("about 2023-03-12 03:00", "was never shown in America/New_York"),
    ],
)
def test_local_times_at_a_change_of_clocks(refuse, template, when, words):
    new = f'when = "{when}"\nzone = "America/New_York"'
    message = refuse(change(template, EVENING, new))
    assert message.startswith("bomb.toml, report R1: 2023-")
    assert words in message
    assert "give a window with an offset instead" in message


@pytest.mark.parametrize(
    "zone", ["../../etc/passwd", "/etc/localtime", "localtime", "Mars/Base", "", "UTC\\u0000"]
)
def test_unknown_zones_are_refused(refuse, template, zone):
    text = change(template, '"Asia/Pyongyang", ', f'"{zone}", ')
    assert "bomb.toml, zones, number 1: unknown time zone" in refuse(text)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ('["17:00", "99:00"]', "words, dayparts, evening, number 2"),
        ('["24:00", "17:00"]', "report R1: a window must begin before it ends"),
        ('["²:00", "17:00"]', "must be HH:MM"),
        ('["17:60", "18:00"]', "must be HH:MM"),
        ('["17:00"]', "words, dayparts, evening"),
        ("[inf, nan]", "words, dayparts, evening"),
        ('["' + "9" * 5000 + ':00", "18:00"]', "words, dayparts, evening"),
    ],
)
def test_invalid_day_parts_are_refused(refuse, template, part, words):
    assert words in refuse(f"{template}\n[words.dayparts]\nevening = {part}\n")
