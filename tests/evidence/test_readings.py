"""Readings: the possible meanings of a report, exactly one of which holds."""

import sys
from math import inf

import pytest

from routesim.evidence import (
    DistanceClause,
    DurationClause,
    HeadingClause,
    NotYetClause,
    SourceBook,
    load_sources,
    parse_time,
)
from routesim.evidence.records import MAX_READINGS, DurationRow
from tests.support.journeys import load_bundled, make_book, read_reports, refuse_record

BUNDLED = {r.id: r for journey in load_bundled().values() for r in journey.reports}

BOOK = make_book({"paper": "2023-09-11T06:00:00Z"})
DEPARTURE = {
    "kind": "depart",
    "place": "Pyongyang",
    "when": "2023-09-10",
    "zone": "Asia/Pyongyang",
    "zone_known": "inferred",
}
ARRIVAL = DEPARTURE | {"kind": "arrive", "place": "Khasan"}
EITHER = [{"says": "so", "clauses": [DEPARTURE]}, {"says": "or so"}]


def report(**changes):
    row = {
        "id": "R1",
        "claim": "It departed.",
        "family": "press",
        "said": [{"source": "paper", "lines": "1"}],
        "readings": EITHER,
    } | changes
    return {key: value for key, value in row.items() if value is not None}


def make(row):
    return read_reports([row], book=BOOK)


def made(row):
    (stated,), faults = make(row)
    assert not faults
    return stated


# ---------------------------------------------------------------- what a file may contain


def test_a_reading_has_the_common_clauses_first_and_then_its_own():
    stated = made(report(clauses=[ARRIVAL]))
    assert [reading.says for reading in stated.readings] == ["so", "or so"]
    assert [[c.kind for c in reading.clauses] for reading in stated.readings] == [
        ["arrive", "depart"],
        ["arrive"],
    ]
    assert stated.clauses == stated.readings[0].clauses


def test_common_clauses_are_one_value_in_every_reading():
    first, second = made(report(clauses=[ARRIVAL])).readings
    assert first.clauses[0] is second.clauses[0]


def test_a_report_with_one_meaning_has_no_readings():
    stated = made(report(readings=None, clauses=[ARRIVAL]))
    assert stated.readings == ()
    assert [clause.kind for clause in stated.clauses] == ["arrive"]


def test_the_face_value_may_carry_no_constraint():
    stated = made(report(readings=EITHER[::-1]))
    assert stated.clauses == ()
    assert stated.silent == ""
    assert [clause.kind for clause in stated.readings[1].clauses] == ["depart"]


def test_readings_without_clauses_need_silent():
    mute = [{"says": "so"}, {"says": "or so"}]
    stated = made(report(readings=mute, silent="a colour"))
    assert (stated.clauses, stated.silent) == ((), "a colour")
    assert [reading.clauses for reading in stated.readings] == [(), ()]
    for row in (
        report(readings=mute),
        report(silent="a colour"),
        report(readings=mute, clauses=[ARRIVAL], silent="a colour"),
    ):
        (fault,) = refuse_record(row)
        assert "give clauses, or say in silent why it carries no constraint" in fault


@pytest.mark.parametrize(
    ("readings", "words"),
    [
        (EITHER[:1], "readings: one reading is no choice; add another, or give its clauses"),
        (
            [*EITHER, EITHER[0], EITHER[1] | {"says": " or so "}],
            "readings: 'so', 'or so' appears twice; word each reading differently",
        ),
        ([*EITHER, {"says": " "}], "readings, number 3, says: must have at least 1"),
        ([*EITHER, {"clauses": [ARRIVAL]}], "readings, number 3, says: is missing"),
        (
            [*EITHER, {"says": "a", "clause": [ARRIVAL]}],
            "readings, number 3, clause: unknown key; did you mean clauses?",
        ),
        (
            [*EITHER, {"says": "a", "clauses": [ARRIVAL | {"kind": "vanish"}]}],
            "readings, number 3, clauses, number 1: unknown kind 'vanish'",
        ),
        (
            ["so", "or so"],
            "readings, number 2: a reading is a table; write [[reports.readings]] with says",
        ),
        (
            [{"says": f"{n}"} for n in range(MAX_READINGS + 1)],
            f"readings: must have at most {MAX_READINGS} items",
        ),
    ],
)
def test_invalid_readings_are_refused(readings, words):
    assert any(words in fault for fault in refuse_record(report(readings=readings)))


def test_the_faults_of_all_readings_are_reported_together():
    _, faults = make(
        report(
            clauses=[ARRIVAL | {"place": "x"}],
            readings=[
                {"says": "so", "clauses": [DEPARTURE | {"when": "one day"}]},
                {"says": "or so", "clauses": [ARRIVAL, ARRIVAL | {"place": "y"}]},
            ],
        )
    )
    assert [fault.where for fault in faults] == [
        "j.toml, report R1",
        "j.toml, report R1, reading 1",
        "j.toml, report R1, reading 2, clause 2",
    ]


def test_no_reading_may_date_an_event_after_it_was_known():
    late = {"says": "late", "clauses": [ARRIVAL | {"when": "2023-09-12"}]}
    later = late | {"says": "later"}
    reports, faults = make(report(readings=[*EITHER, late, later]))
    assert not reports
    assert [fault.where for fault in faults] == [
        "j.toml, report R1, reading 3",
        "j.toml, report R1, reading 4",
    ]
    assert all("wholly after it was known" in str(fault) for fault in faults)
    assert not make(report(readings=[*EITHER, late], forecast=True))[1]


def test_a_common_clause_dated_after_it_was_known_is_one_fault():
    _, faults = make(report(clauses=[ARRIVAL | {"when": "2023-09-12"}]))
    assert [fault.where for fault in faults] == ["j.toml, report R1"]


# ---------------------------------------------------------------- clocks


def test_only_a_window_read_from_words_is_a_clock():
    as_of = {
        "kind": "not_yet",
        "event": "cross",
        "place": "Khasan",
        "as_of": "2023-09-10 19:00",
        "zone": "UTC",
        "zone_known": "printed",
    }
    ends = {"from": "2023-09-10T00:00:00Z", "to": "2023-09-11T00:00:00Z"}
    explicit = {key: value for key, value in ARRIVAL.items() if key != "when"}
    talk = {"what": "a talk", "zone": "UTC"}
    event = {"event": "arrive", "place": "Khasan"}
    stated = made(
        report(
            readings=None,
            clauses=[
                ARRIVAL,
                explicit | {"window": ends},
                as_of,
                {"kind": "depart", "between": ["Pyongyang", "Khasan"]},
                {"kind": "order", "first": event, "then": talk | {"when": "2023-09-10"}},
                {"kind": "order", "first": event, "then": talk | {"window": ends}},
            ],
        )
    )
    day, window, not_yet, untimed, *orders = stated.clauses
    assert isinstance(not_yet, NotYetClause)
    assert [clause.time.is_clock for clause in (day, window, not_yet, untimed)] == [
        *(True, False, True, False),
    ]
    assert [order.then.time.is_clock for order in orders] == [True, False]


def test_sources_and_families_may_have_a_zone():
    book = load_sources()
    assert {key: source.zone for key, source in book.sources.items()} == {
        "S0": "Asia/Seoul",
        "S1": "Asia/Seoul",
        "S2": None,
        "S3": "Asia/Seoul",
        "S4": "Asia/Seoul",
    }
    zones = {key: family.zone for key, family in book.families.items()}
    assert zones["F1"] == "Asia/Pyongyang"
    assert zones["F2"] == "Asia/Shanghai"
    assert {zones[f"F{n}"] for n in (3, 4, 9, 10, 12, 13)} == {"Asia/Seoul"}
    assert {zones[f"F{n}"] for n in (5, 6, 18)} == {"Asia/Tokyo"}
    assert {zones[f"F{n}"] for n in (7, 8)} == {"Europe/Moscow"}
    assert zones["F16"] == "Asia/Vladivostok"
    assert {zones[f"F{n}"] for n in (11, 14, 15, 17)} == {None}


@pytest.mark.parametrize("table", ["sources", "families"])
def test_an_unknown_zone_is_refused(table):
    values = BOOK.model_dump(mode="json", exclude_none=True)
    (row,) = values[table].values()
    row["zone"] = "Asia/Nowhere"
    faults = refuse_record(values, SourceBook)
    assert any("zone: unknown time zone 'Asia/Nowhere'" in fault for fault in faults)


# ---------------------------------------------------------------- the whole journey


def test_a_quantity_without_between_is_about_the_whole_journey():
    stated = made(
        report(
            readings=None,
            clauses=[
                {"kind": "distance", "km": {"low": 1, "high": 2}, "measure": "rail"},
                {"kind": "duration", "hours": {"low": 1, "high": 2}},
                {"kind": "duration", "hours": {"low": 1, "high": 2}, "from_event": "depart"},
            ],
        )
    )
    distance, duration, same = stated.clauses
    assert isinstance(distance, DistanceClause)
    assert isinstance(duration, DurationClause)
    assert (distance.between, duration.between) == (None, None)
    assert (duration.from_event, duration.to_event) == ("depart", "arrive")
    assert duration == same


def test_a_duration_between_two_places_may_leave_its_first_event_open():
    row = {
        "kind": "duration",
        "hours": {"low": 1, "high": 2},
        "between": ["Khasan", "Vladivostok"],
    }
    stated = made(report(readings=None, clauses=[row, row | {"from_event": "arrive"}]))
    assert [clause.from_event for clause in stated.clauses] == [None, "arrive"]
    assert {clause.to_event for clause in stated.clauses} == {"arrive"}


@pytest.mark.parametrize(
    "events", [{"from_event": "arrive"}, {"from_event": "pass"}, {"to_event": "depart"}]
)
def test_the_whole_journey_begins_with_a_departure_and_ends_with_an_arrival(events):
    row = {"kind": "duration", "hours": {"low": 1, "high": 2}}
    (fault,) = refuse_record(row | events, DurationRow)
    assert "without between it is the whole journey, from depart to arrive" in fault
    assert "give between = [A, B] or leave out from_event and to_event" in fault


# ---------------------------------------------------------------- the bundled readings

READ = {
    "C06": ("departed on Monday", "known by Monday to have departed"),
    "C11": (
        "true on Monday before the article was published",
        "older information, relayed on Monday",
    ),
    "C24": ("it goes on to Ussuriysk", "it was facing Ussuriysk"),
    "C25": ("the Amur region was its destination", "it was going that way"),
    "C32": ("he took another route than expected", "it was only named as a possibility"),
    "C44": ("it went into Ussuriysk", "it joined the main line near Ussuriysk"),
    "C47": (
        "the duration of the journey of 2019",
        "a rule of thumb for the whole route from Pyongyang",
    ),
    "C51": (
        "counted from reaching Vladivostok",
        "counted from entering Russia",
        "counted from the departure",
    ),
    "C60": ("speed while moving", "overall speed, stops included, as far as Khasan"),
    "C62": ("by rail or in a straight line", "by road, which says nothing about the railway"),
}


def read(claim):
    """Return the clauses of each reading of a bundled report; no report has common ones."""
    return [reading.clauses for reading in BUNDLED[claim].readings]


def test_the_bundled_reports_with_readings():
    stated = {
        claim: tuple(reading.says for reading in report.readings)
        for claim, report in BUNDLED.items()
        if report.readings
    }
    assert stated == READ


@pytest.mark.parametrize("claim", READ)
def test_every_bundled_reading_is_complete(claim):
    stated = BUNDLED[claim]
    assert stated.clauses == stated.readings[0].clauses != ()
    for reading in stated.readings:
        for clause in reading.clauses:
            assert clause.words
            time = getattr(clause, "time", None)
            assert time is None or time.window.start_s < stated.known_s


@pytest.mark.parametrize(("claim", "kind"), [("C06", "depart"), ("C11", "under_way")])
def test_monday_may_be_the_day_of_the_news(claim, kind):
    (face,), (older,) = read(claim)
    assert face.kind == older.kind == kind
    assert face.between == older.between
    printed = parse_time("2023-09-11T15:26+09:00")
    assert face.time.window.start_s == parse_time("2023-09-11T00:00+09:00")
    assert face.time.window.end_s == older.time.window.end_s == printed
    assert older.time.window.start_s == -inf
    assert not face.time.is_clock
    assert not older.time.is_clock


@pytest.mark.parametrize("claim", ["C24", "C25"])
def test_going_that_way_carries_no_constraint(claim):
    (face,), loose = read(claim)
    assert isinstance(face, HeadingClause)
    assert loose == ()


def test_it_may_have_joined_the_main_line_at_the_junction():
    (face,), (near,) = read("C44")
    assert (face.kind, face.between[0]) == ("arrive", "Ussuriysk")
    assert (near.kind, near.between[0]) == ("pass", "Baranovsky")
    assert face.time.window == near.time.window


def test_the_visit_may_be_counted_from_three_events_of_its_first_day():
    stated = [clause for (clause,) in read("C51")]
    assert [(clause.kind, clause.between) for clause in stated] == [
        ("arrive", ("Vladivostok", "Vladivostok")),
        ("cross", ("Friendship Bridge border", "Friendship Bridge border")),
        ("depart", ("Pyongyang", "Tumangang")),
    ]
    assert [clause.time.zone for clause in stated] == [
        *("Asia/Vladivostok", "Asia/Vladivostok", "Asia/Pyongyang"),
    ]
    assert all(clause.time.is_clock for clause in stated)
    day = parse_time("2019-04-24T00:00+10:00")
    assert [clause.time.window.start_s - day for clause in stated] == [0.0, 0.0, 3600.0]


def test_the_figures_of_2019_are_about_the_whole_journey():
    (took,), thumb = read("C47")
    assert (took.between, took.from_event, thumb) == (None, "depart", ())
    distance, duration = BUNDLED["C49"].clauses
    assert (distance.between, duration.between) == (None, None)
    assert (distance.low_m, distance.high_m) == (1_080_000.0, 1_320_000.0)
    assert (duration.low_s, duration.high_s) == (64_800.0, 79_200.0)
    (speed,) = BUNDLED["C48"].clauses
    assert (speed.basis, speed.between) == ("unsaid", None)


def test_fifty_to_sixty_is_a_running_speed_or_an_overall_speed_to_khasan():
    (moving,), (overall,) = read("C60")
    assert (moving.basis, moving.between) == ("running", None)
    assert (overall.basis, overall.between) == ("overall", ("Pyongyang", "Khasan"))
    assert moving.low_mps == overall.low_mps == 12.5


def test_what_a_clause_leaves_open_needs_no_readings():
    (about_seven_hours,) = BUNDLED["C46"].clauses
    assert about_seven_hours.from_event is None
    (straight_or_rail,) = BUNDLED["C61"].clauses
    assert straight_or_rail.measure == "unsaid"
    for claim in ("C16", "C17", "C18"):
        (crossing,) = BUNDLED[claim].clauses
        assert crossing.time.is_clock
        assert crossing.time.zone_known == "inferred"
    (rail_or_straight,), road = read("C62")
    assert (rail_or_straight.measure, road) == ("unsaid", ())


def test_many_readings_of_many_clauses_stay_small():
    """Twelve readings share a thousand common clauses."""
    stated = made(
        report(
            clauses=[ARRIVAL] * 1000, readings=[{"says": f"{n}"} for n in range(MAX_READINGS)]
        )
    )
    assert {len(reading.clauses) for reading in stated.readings} == {1000}
    held = {id(clause) for reading in stated.readings for clause in reading.clauses}
    assert len(held) == 1000
    assert sum(sys.getsizeof(reading.clauses) for reading in stated.readings) < 200_000
