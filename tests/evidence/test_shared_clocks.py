"""How a source says that its clocks are set, and how they are read."""

import pytest

from routesim.evidence import Source, Window, parse_time
from routesim.evidence.clocks import reread_window
from routesim.evidence.shared_clocks import ClockSetting
from tests.support.journeys import make_book, read_reports, refuse_record

KHASAN = {"kind": "arrive", "place": "Khasan", "when": "2023-09-12 06:00"}
KHASAN |= {"zone": "Asia/Vladivostok", "zone_known": "assumed", "zone_reason": "of the place"}


def book_of(**clocks):
    book = make_book(dict.fromkeys(clocks, "2023-09-13T00:00:00Z"))
    sources = {
        name: book.sources[name].model_copy(update={"clock": clock})
        for name, clock in clocks.items()
    }
    return book.model_copy(update={"sources": sources})


def read_time(clause=KHASAN, *, said=("feed",), **clocks):
    row = {"id": "R1", "claim": "It arrived.", "family": "press", "clauses": [clause]}
    row["said"] = [{"source": name, "lines": "1"} for name in said]
    (report,), faults = read_reports([row], book=book_of(**clocks))
    assert not faults
    return report.clauses[0].time


@pytest.mark.parametrize("clock", ["place", "one"])
def test_the_file_gives_the_zone_unless_the_source_names_one(clock):
    time = read_time(feed=clock)
    assert time.window.start_s == parse_time("2023-09-12T06:00+10:00")
    assert (time.zone, time.zone_known) == ("Asia/Vladivostok", "assumed")


@pytest.mark.parametrize("known", ["inferred", "assumed"])
def test_a_named_zone_replaces_that_of_the_place(known):
    """06:00 in Moscow, UTC+3, is seven hours after 06:00 in Vladivostok, UTC+10."""
    time = read_time(KHASAN | {"zone_known": known}, feed="Europe/Moscow")
    assert time.window.start_s == parse_time("2023-09-12T06:00+03:00")
    assert (time.zone, time.zone_known, time.zone_reason) == ("Europe/Moscow", "source", "")


def test_a_printed_zone_always_wins():
    time = read_time(KHASAN | {"zone_known": "printed"}, feed="Europe/Moscow")
    assert (time.zone, time.zone_known) == ("Asia/Vladivostok", "printed")


def test_a_window_with_offsets_is_not_read_again():
    clause = {key: value for key, value in KHASAN.items() if key != "when"}
    window = {"to": "2023-09-12T06:00:00+10:00"}
    time = read_time(clause | {"window": window}, feed="Europe/Moscow")
    assert time.window.end_s == parse_time("2023-09-12T06:00+10:00")
    assert time.zone_known == "assumed"


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        (("paper", "tass", "feed"), "Europe/Moscow"),
        (("feed", "tass"), "Asia/Seoul"),
        (("paper",), "Asia/Vladivostok"),
    ],
)
def test_the_first_source_with_a_clock_of_its_own_decides(said, zone):
    time = read_time(said=said, paper="place", tass="Europe/Moscow", feed="Asia/Seoul")
    assert time.zone == zone


@pytest.mark.parametrize("clock", ["Moscow", "ones", ""])
def test_an_unknown_clock_is_one_fault(clock):
    row = {"publisher": "p", "title": "t", "published": "2023-09-13T00:00:00Z", "clock": clock}
    row |= {"known_at": "2023-09-13T00:00:00Z", "known_basis": "printed"}
    (fault,) = refuse_record(row, Source)
    assert f"clock: unknown clock {clock!r}; give place, one, or the IANA name" in fault


def test_a_clock_changed_twice_a_year_keeps_its_words():
    """Noon in Berlin a day later is 25 hours later if the clocks change on 29 October."""
    noon = Window(parse_time("2023-10-28T12:00+02:00"))
    moved = reread_window(noon, ("Europe/Berlin", "Europe/Berlin"), days=1)
    assert moved.start_s == parse_time("2023-10-29T12:00+01:00")
    assert moved.end_s == float("inf")


def test_hours_are_lengths_of_time():
    time = read_time(feed="one")
    late = ClockSetting(hours=2).read(time)
    assert late.window.start_s == parse_time("2023-09-12T08:00+10:00")
    assert late.window.end_s - late.window.start_s == time.window.end_s - time.window.start_s
