"""Reports: what a file may contain, and the contents of the bundled files."""

from collections import Counter
from math import inf

import pytest

from routesim.errors import TimeError
from routesim.evidence import (
    DistanceClause,
    DurationClause,
    EventClause,
    HeadingClause,
    NotYetClause,
    OrderClause,
    PresenceClause,
    SpeedClause,
    StandClause,
    load_sources,
    load_words,
    parse_time,
)
from routesim.evidence.records import EventRow, RangeRow, WindowRow
from routesim.evidence.words import WordsRow
from routesim.text.times import format_utc
from tests.support.journeys import load_bundled, make_book, read_reports, refuse_record

JOURNEYS = load_bundled()
BUNDLED = {r.id: r for journey in JOURNEYS.values() for r in journey.reports}
WORDS = load_words()

# The 37 + 15 + 10 claims of the five articles.
IDS = (
    [f"C{n:02}" for n in range(1, 38)]
    + [f"C{n}" for n in range(40, 55)]
    + [f"C{n}" for n in range(60, 70)]
)

KINDS = {
    "depart": EventClause,
    "arrive": EventClause,
    "pass": EventClause,
    "cross": EventClause,
    "board": EventClause,
    "present": PresenceClause,
    "under_way": PresenceClause,
    "not_yet": NotYetClause,
    "order": OrderClause,
    "speed": SpeedClause,
    "distance": DistanceClause,
    "duration": DurationClause,
    "stand": StandClause,
    "heading": HeadingClause,
    "venue": HeadingClause,
}

BOOK = make_book(
    {"early": "2023-09-11T06:00:00Z", "late": "2023-09-12"}, {"late": "2023-09-13T00:00:00Z"}
)

ARRIVAL = {
    "kind": "arrive",
    "place": "Khasan",
    "when": "2023-09-10 evening",
    "zone": "Asia/Vladivostok",
    "zone_known": "printed",
}


def report(**changes):
    row = {
        "id": "R1",
        "claim": "It arrived at Khasan.",
        "family": "press",
        "said": [{"source": "early", "lines": "1"}],
        "clauses": [ARRIVAL],
    } | changes
    return {key: value for key, value in row.items() if value is not None}


def make(*rows):
    return read_reports(rows, book=BOOK, words=WORDS)


def fault_of(*rows):
    reports, faults = make(*rows)
    (fault,) = faults
    assert len(reports) == len(rows) - 1
    return str(fault)


# ---------------------------------------------------------------- the bundled reports


def test_every_claim_appears_once():
    stated = [r.id for journey in JOURNEYS.values() for r in journey.reports]
    assert sorted(stated) == IDS
    assert len(stated) == 62


# The table of claims in UTC. "About" is 5 minutes for C23 and C42, and 15 for C45, on the hour.
# "Early Tuesday" is 00:00 to 09:00 by the clock of Seoul.
@pytest.mark.parametrize(
    ("claim", "start", "end"),
    [
        ("C01", "2023-09-10T03:00Z", "2023-09-10T09:00Z"),
        ("C04", "2023-09-10T08:00Z", "2023-09-10T15:00Z"),
        ("C06", "2023-09-10T15:00Z", "2023-09-11T06:26Z"),
        ("C16", "2023-09-11T15:00Z", "2023-09-12T00:00Z"),
        ("C23", "2023-09-12T02:10Z", "2023-09-12T02:20Z"),
        ("C42", "2019-04-24T00:35Z", "2019-04-24T00:45Z"),
        ("C45", "2019-04-24T07:45Z", "2019-04-24T08:15Z"),
    ],
)
def test_windows_are_those_of_the_table(claim, start, end):
    (clause,) = BUNDLED[claim].clauses
    assert clause.time.window.start_s == parse_time(start)
    assert clause.time.window.end_s == parse_time(end)


def test_not_yet_over_the_bridge_at_seven_korean_time():
    (clause,) = BUNDLED["C15"].clauses
    assert (clause.kind, clause.event) == ("not_yet", "cross")
    assert clause.place == "Friendship Bridge border"
    assert format_utc(clause.time.window.start_s) == "2023-09-11T10:00:00Z"
    assert clause.time.zone_known == "printed"


def test_sunday_evening_ends_where_monday_begins():
    evening, monday = BUNDLED["C04"].clauses[0].time, BUNDLED["C06"].clauses[0].time
    assert evening.window.end_s == monday.window.start_s


@pytest.mark.parametrize("claim", IDS)
def test_every_bundled_report_is_complete(claim):
    stated = BUNDLED[claim]
    journey = next(j for j in JOURNEYS.values() if stated in j.reports)
    assert stated.claim.strip()
    assert stated.family in journey.families
    assert stated.said
    for source, lines in stated.said:
        assert source in journey.sources
        assert lines.strip()
    assert bool(stated.clauses) != bool(stated.silent)
    for clause in stated.clauses:
        assert isinstance(clause, KINDS[clause.kind])
        assert clause.words
        time = getattr(clause, "time", None)
        if time is not None:
            assert time.window.start_s < time.window.end_s
            assert time.zone_known in {"printed", "inferred", "assumed"}
        low, high = (
            next(
                (
                    getattr(clause, f"{end}_{unit}")
                    for unit in ("mps", "m", "s")
                    if hasattr(clause, f"{end}_{unit}")
                ),
                None,
            )
            for end in ("low", "high")
        )
        assert low is None or 0 < low <= high


def test_every_kind_of_clause_occurs_in_the_bundled_reports():
    stated = {clause.kind for report in BUNDLED.values() for clause in report.clauses}
    assert stated == set(KINDS)


def test_wire_copies_are_one_family():
    assert {BUNDLED[claim].family for claim in ("C01", "C02", "C03")} == {"F1"}
    assert {BUNDLED[claim].family for claim in ("C16", "C17", "C18")} == {"F3"}
    assert BUNDLED["C04"].family != BUNDLED["C01"].family
    assert max(Counter(r.family for r in BUNDLED.values()).values()) > 3


def test_a_report_is_known_from_its_first_source():
    # C36 is in all five sources. The first is S1, of 11 September 15:26 KST.
    assert BUNDLED["C36"].known_s == parse_time("2023-09-11T06:26Z")
    assert format_utc(BUNDLED["C23"].known_s) == "2023-09-12T15:00:00Z"
    assert BUNDLED["C23"].sources == ("S3",)


def test_no_bundled_window_lies_wholly_after_it_was_known():
    timed = [
        (clause.time.window.start_s, stated.known_s)
        for stated in BUNDLED.values()
        for clause in stated.clauses
        if not stated.forecast and getattr(clause, "time", None)
    ]
    assert timed
    assert all(start_s < known_s for start_s, known_s in timed)


def test_sources_and_families_of_the_bundled_folder():
    book = load_sources()
    assert set(book.sources) == {"S0", "S1", "S2", "S3", "S4"}
    assert {f"F{n}" for n in range(1, 10)} <= set(book.families)


# ---------------------------------------------------------------- one report


def test_a_report_is_made_from_its_row():
    (stated,), faults = make(
        report(
            said=[{"source": "late", "lines": "3"}, {"source": "early", "lines": "1-2"}],
            clauses=[ARRIVAL | {"place": "하산"}],
        )
    )
    assert not faults
    assert stated.clauses[0].between == ("Khasan", "Khasan")
    assert stated.sources == ("late", "early")
    assert format_utc(stated.known_s) == "2023-09-11T06:00:00Z"
    assert stated.known_at.isoformat() == "2023-09-11T06:00:00+00:00"


def test_every_quantity_is_converted_to_si_units():
    clauses = [
        {"kind": "speed", "kmh": {"low": 36, "high": 72}, "basis": "running"},
        {
            "kind": "distance",
            "km": {"low": 1, "high": 2},
            "measure": "rail",
            "between": ["Khasan", "Vladivostok"],
        },
        {
            "kind": "duration",
            "hours": {"low": 1, "high": 2},
            "between": ["Khasan", "Vladivostok"],
        },
        {"kind": "stand", "place": "Khasan", "minutes": {"low": 1, "high": 2}},
        {
            "kind": "order",
            "first": {"event": "arrive", "place": "Khasan"},
            "then": {"event": "depart", "place": "Khasan"},
            "gap_h": {"at_least": 1, "at_most": 2},
        },
        {
            "kind": "order",
            "first": {"event": "arrive", "place": "Khasan"},
            "then": {"event": "depart", "place": "Khasan"},
        },
    ]
    (stated,), _ = make(report(clauses=clauses))
    speed, distance, duration, stand, order, free = stated.clauses
    assert (speed.low_mps, speed.high_mps) == (10.0, 20.0)
    assert (distance.low_m, distance.high_m) == (1000.0, 2000.0)
    assert (duration.low_s, duration.high_s) == (3600.0, 7200.0)
    assert (duration.from_event, duration.to_event) == (None, "arrive")
    assert (stand.low_s, stand.high_s) == (60.0, 120.0)
    assert (order.gap_low_s, order.gap_high_s) == (3600.0, 7200.0)
    assert (free.gap_low_s, free.gap_high_s) == (0.0, inf)


def test_a_window_wholly_after_it_was_known_is_refused_unless_forecast():
    late = ARRIVAL | {"when": "2023-09-12 morning"}
    fault = fault_of(report(clauses=[late]))
    assert fault.startswith(
        "j.toml, report R1: its time '2023-09-12 morning' lies wholly after"
    )
    assert "(2023-09-11 06:00Z)" in fault
    assert "or mark it forecast = true" in fault
    assert not make(report(clauses=[late], forecast=True))[1]
    assert not make(report(clauses=[late], known_at="2023-09-13T00:00:00Z"))[1]
    # Known at 06:00Z of the 11th. That day begins in Vladivostok at 14:00Z of the 10th, so it
    # is not wholly after it. A window that begins exactly at 06:00Z is.
    assert not make(report(clauses=[ARRIVAL | {"when": "2023-09-11"}]))[1]
    at = ARRIVAL | {"when": None, "window": {"from": "2023-09-11T06:00:00Z"}}
    assert "wholly after" in fault_of(report(clauses=[at]))


def test_unknown_families_and_sources_are_reported():
    assert "report R1: unknown family 'pres'; known: press" in fault_of(report(family="pres"))
    assert "report R1: unknown source 'noon'; known: early, late" in fault_of(
        report(said=[{"source": "noon", "lines": "1"}])
    )


def test_an_unknown_place_suggests_the_nearest_name():
    fault = fault_of(report(clauses=[ARRIVAL | {"place": "Kasan"}]))
    assert fault.startswith("j.toml, report R1: no station named 'Kasan'; did you mean Khasan")


def test_the_clause_at_fault_is_numbered():
    fault = fault_of(report(clauses=[ARRIVAL, ARRIVAL | {"when": "one day"}]))
    assert fault.startswith("j.toml, report R1, clause 2: 'one day' cannot be read")


def test_a_repeated_id_is_refused():
    assert "report R1: its id appears twice; make it unique" in fault_of(report(), report())


def test_an_id_is_not_that_of_a_clause_of_another_report():
    # The second clause of R1 is R1.2; R1.3 is the id of no clause.
    two = report(clauses=[ARRIVAL, ARRIVAL])
    assert fault_of(two, report(id="R1.2")) == (
        "j.toml, report R1.2: its id is that of a clause of report R1; "
        "rename one of the two reports"
    )
    assert make(two, report(id="R1.3"))[1] == []
    # The only clause of a report has the id of the report.
    assert make(report(), report(id="R1.1"))[1] == []


def test_all_faults_of_all_reports_are_reported_together():
    _, faults = make(
        report(family="x", said=[{"source": "y", "lines": "1"}]),
        report(id="R2", clauses=[ARRIVAL | {"place": "z"}, ARRIVAL | {"when": "w"}]),
    )
    assert [fault.where for fault in faults] == [
        "j.toml, report R1",
        "j.toml, report R1",
        "j.toml, report R2, clause 1",
        "j.toml, report R2, clause 2",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"clauses": None}, "give clauses, or say in silent why it carries no constraint"),
        ({"clauses": []}, "give clauses, or say in silent"),
        ({"silent": "a colour"}, "give clauses, or say in silent"),
        ({"claim": ""}, "claim: must have at least 1 character"),
        ({"claim": "   "}, "claim: must have at least 1 character"),
        ({"said": []}, "said: must have at least 1 item"),
        ({"id": "R 1"}, "id: string should match pattern"),
        ({"id": "R" * 41}, "id: string should match pattern"),
        ({"id": ""}, "id: string should match pattern"),
        ({"when": "today"}, "when: unknown key"),
        ({"known_at": "2023-09-11T06:00:00"}, "known_at"),
        ({"clauses": [{"kind": "vanish"}]}, "clauses, number 1"),
        ({"clauses": ["arrive"]}, "clauses, number 1"),
    ],
)
def test_an_invalid_report_is_refused(changes, words):
    assert any(words in fault for fault in refuse_record(report(**changes)))


def test_a_silent_report_has_no_clauses():
    (stated,), _ = make(report(clauses=None, silent="a colour"))
    assert (stated.clauses, stated.silent) == ((), "a colour")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"between": ["Khasan", "Vladivostok"]}, "give either place or between"),
        ({"place": None}, "give either place or between"),
        ({"window": {"to": "2023-09-11T00:00:00Z"}}, "give either when or window"),
        ({"zone": None}, "a time needs its zone and zone_known"),
        ({"zone_known": None}, "a time needs its zone and zone_known"),
        ({"when": None}, "an event at one place needs when or window"),
        ({"zone_known": "felt"}, "must be 'printed', 'inferred' or 'assumed'"),
        ({"zone": "Asia/Nowhere"}, "unknown time zone 'Asia/Nowhere'"),
        ({"place": ""}, "at least 1 character"),
    ],
)
def test_an_invalid_event_is_refused(changes, words):
    row = {key: value for key, value in (ARRIVAL | changes).items() if value is not None}
    assert any(words in fault for fault in refuse_record(row, EventRow))


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ({"kind": "under_way", "place": "Khasan", "when": "2023-09-10", "zone": "UTC",
          "zone_known": "printed"}, "under_way needs between = [A, B]"),
        ({"kind": "present", "place": "Khasan", "zone": "UTC", "zone_known": "printed"},
         "give either when or window"),
        ({"kind": "present", "when": "2023-09-10", "zone": "UTC", "zone_known": "printed"},
         "give either place or between"),
        ({"kind": "order", "first": {"event": "arrive"}, "then": {"what": "a talk"}},
         "give event and place, or what and when (or window) with zone"),
        ({"kind": "order", "first": {"event": "arrive", "place": "Khasan"},
          "then": {"what": "a talk", "when": "2023-09-10"}}, "an outside event needs its zone"),
        ({"kind": "speed", "kmh": {"low": 60, "high": 50}, "basis": "running"},
         "low 60 is above high 50"),
        ({"kind": "speed", "kmh": {"low": 0, "high": 50}, "basis": "running"},
         "above 0"),
        ({"kind": "speed", "kmh": {"low": 10, "high": inf}, "basis": "running"},
         "finite number"),
        ({"kind": "speed", "kmh": {"low": 10, "high": 50}}, "basis: is missing"),
        ({"kind": "stand", "place": "Khasan", "minutes": {"low": -1, "high": 5}},
         "above 0"),
        ({"kind": "duration", "hours": {"low": 1, "high": 2}, "between": ["Khasan"]},
         "between"),
        ({"kind": "heading"}, "towards"),
    ],
)  # fmt: skip
def test_an_invalid_clause_is_refused(clause, words):
    assert any(words in fault for fault in refuse_record(report(clauses=[clause])))


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({}, "give from, to or both"),
        (
            {"from": "2023-09-11T01:00:00Z", "to": "2023-09-11T01:00:00Z"},
            "must begin before it ends",
        ),
        ({"from": "2023-09-11T01:00:00"}, "from"),
        ({"from": 1694390400}, "a number is not a time"),
        ({"to": "0001-01-01T00:00:00Z"}, "lies outside 1800 to 2200"),
    ],
)
def test_an_invalid_window_is_refused(window, words):
    assert any(words in fault for fault in refuse_record(window, WindowRow))


@pytest.mark.parametrize("value", [float("nan"), inf, -inf])
def test_ranges_hold_finite_numbers(value):
    assert any("finite number" in f for f in refuse_record({"low": value, "high": 1}, RangeRow))
    assert any("finite number" in f for f in refuse_record({"low": 1, "high": value}, RangeRow))


def test_a_day_part_without_width_is_refused():
    words = WORDS.override(WordsRow.model_validate({"dayparts": {"never": ["12:00", "12:00"]}}))
    with pytest.raises(TimeError, match="a window must begin before it ends"):
        words.read_when("2023-09-10 never", "UTC")
