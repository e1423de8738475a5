"""Questions to ``could``: possible or not, margins, and faulty questions."""

import pytest

import routesim as rs

HOUR = 3600


def test_the_latest_departure_from_khasan_at_60_kmh(journeys):
    """X14. At the bridge before 12:20, 234.x km at 60 km/h: departure soon after 08:20."""
    by = {"depart": {"Khasan": "2023-09-12T08:15+10:00"}, "speed_kmh": 60, "given": ["C23"]}
    assert rs.could(journeys["2023-09"], **by).possible
    by["depart"] = {"Khasan": "2023-09-12T08:40+10:00"}
    answer = rs.could(journeys["2023-09"], **by)
    assert not answer.possible
    assert "C23" in answer.clauses


def test_faulty_questions_are_refused(journeys):
    journey = journeys["2023-09"]
    with pytest.raises(rs.ArgumentError, match="nothing is asked"):
        rs.could(journey)
    with pytest.raises(rs.ArgumentError, match="no report"):
        rs.conflicts(journey, drop=["C99"])
    with pytest.raises(rs.ArgumentError, match="give a number from 1 to"):
        rs.bounds(journey, world=99)
    with pytest.raises(rs.ArgumentError, match="does not pass"):
        rs.could(
            journey,
            station="Khabarovsk-1",
            time="2023-09-12T06:00+10:00",
            route="vladivostok",
        )
    with pytest.raises(rs.ArgumentError, match="no single route passes"):
        rs.could(journey, stand={"Vladivostok": "1h", "Komsomolsk-na-Amure": "1h"})
    with pytest.raises(rs.ArgumentError, match="speed_kmh"):
        rs.could(journey, station="Khasan", time="2023-09-12T06:00+10:00", speed_kmh=0)
    with pytest.raises(rs.ArgumentError, match="load it first"):
        rs.conflicts("2023-09")


def test_could_without_reports_depends_on_speed_alone(journeys):
    """835 km at 50 km/h take 16.7 h: from 20:00 to 12:42 on the next day, Korean time."""
    ask = {"at": {"Pyongyang": "2023-09-10T20:00+09:00", "Khasan": "2023-09-11T13:42+10:00"}}
    exact = rs.could(journeys["2023-09"], **ask, speed_kmh=50, given=())
    assert exact.possible
    assert exact.margin_s == 0
    ask["at"]["Khasan"] = "2023-09-11T13:41+10:00"
    late = rs.could(journeys["2023-09"], **ask, speed_kmh=50, given=())
    assert not late.possible
    assert late.margin_s == -60
    assert sum(step.weight_s for step in late.steps) == -60


def test_standing_five_hours_contradicts_a_brief_stop(journeys):
    answer = rs.could(journeys["2023-09"], station="Khasan", stand="5h")
    assert not answer.possible
    assert answer.clauses == ("C21.2",)
    assert answer.margin_s == -2 * HOUR


def test_a_question_is_answered_in_the_best_worlds(journeys):
    """C04 alone allows 20:00 on Sunday. C01 is in the same worlds and makes it 2 h too late."""
    journey = journeys["2023-09"]
    asked = {"station": "Pyongyang", "time": "2023-09-10T20:00+09:00"}
    assert rs.could(journey, **asked, given=["C04"]).possible
    assert not rs.could(journey, **asked).possible


def test_without_a_route_the_best_worlds_of_all_routes_are_asked(journeys):
    """Khabarovsk-1 is on two of the three routes; the default one does not pass it."""
    ask = {"station": "Khabarovsk-1", "time": "2023-09-13T12:00+10:00"}
    answer = rs.could(journeys["2023-09"], **ask)
    assert answer.possible
    assert answer.route_id == answer.world.route == "vostochny"
    alone = rs.could(journeys["2023-09"], **ask, route="vostochny")
    assert (alone.possible, alone.margin_s) == (True, answer.margin_s)
