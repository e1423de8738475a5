"""Members that clauses of all kinds share, and the tables by kind."""

from math import inf
from typing import get_args

import pytest

import routesim as rs
from routesim.assessment.judging import JUDGES
from routesim.certain.encoding.clause_constraints import ENCODERS
from routesim.evidence import (
    Clause,
    DistanceClause,
    DurationClause,
    EventClause,
    HeadingClause,
    NotYetClause,
    OrderClause,
    PresenceClause,
    ReportedTime,
    SpeedClause,
    StandClause,
    Window,
)
from routesim.evidence.clauses import Moment
from routesim.likely.agreement.draw_agreements import AGREEMENTS
from routesim.text.clauses import DESCRIBERS

SEVEN = ReportedTime(Window(0.0, 60.0), "7 p.m.", "UTC", "printed", "", is_clock=True)
AT, BETWEEN = ("A", "A"), ("A", "B")
ARRIVES, MEETING = Moment("arrive", "A"), Moment(what="a meeting", time=SEVEN)


def test_every_table_by_kind_is_complete():
    kinds = set(get_args(Clause))
    assert set(ENCODERS) == set(AGREEMENTS) == set(JUDGES) == kinds
    assert set(DESCRIBERS) == {kind.shape for kind in kinds}
    assert len({kind.shape for kind in kinds}) == len(kinds)


# clause, places, named places, window, dated event, place visited
MEMBERS = [
    (EventClause("depart", AT, SEVEN), "A", "A", (0, 60), ("depart", "A"), "A"),
    (EventClause("depart", BETWEEN, SEVEN), "AB", "AB", (0, 60), None, None),
    (PresenceClause("present", AT, SEVEN), "A", "A", (0, 60), ("arrive", "A"), "A"),
    (PresenceClause("under_way", BETWEEN, SEVEN), "AB", "AB", (0, 60), None, None),
    (NotYetClause("not_yet", "pass", "A", SEVEN), "A", "A", (0, inf), ("pass", "A"), None),
    (OrderClause("order", ARRIVES, MEETING, 0, inf), "A", "A", None, ("arrive", "A"), None),
    (OrderClause("order", ARRIVES, ARRIVES, 0, inf), "A", "A", None, None, None),
    (SpeedClause("speed", 1, 2, "running", BETWEEN), "AB", "AB", None, None, None),
    (DistanceClause("distance", 1, 2, "rail", None), "", "", None, None, None),
    (DurationClause("duration", 1, 2, BETWEEN, None, "arrive"), "AB", "AB", None, None, None),
    (StandClause("stand", "A", 1, 2), "A", "A", None, None, "A"),
    (HeadingClause("heading", ("A", "B"), None), "", "AB", None, None, None),
]


@pytest.mark.parametrize(("clause", "places", "named", "window", "event", "visited"), MEMBERS)
def test_a_clause_of_any_kind_has_the_common_members(
    clause, places, named, window, event, visited
):
    assert clause.places == tuple(places)
    assert clause.named_places == tuple(named)
    found = clause.window
    assert (found and (found.start_s, found.end_s)) == window
    assert clause.dated_event == event
    assert clause.visit_place == visited
    assert clause.is_sighting == isinstance(clause, EventClause | PresenceClause)
    # An order has the time of the meeting, which is not a window of the train.
    timed = window is not None or getattr(clause, "then", None) == MEETING
    assert (clause.time is not None) == timed
    assert clause.prints_clock == (window is not None)


def test_an_open_field_lists_its_possible_values():
    unsaid = [
        SpeedClause("speed", 1, 2, "unsaid", None),
        DistanceClause("distance", 1, 2, "unsaid", None),
        DurationClause("duration", 1, 2, BETWEEN, None, "arrive"),
    ]
    found = [(clause.unsaid[0], list(clause.unsaid[1])) for clause in unsaid]
    assert found == [
        ("basis", ["running", "overall"]),
        ("measure", ["rail", "straight"]),
        ("from_event", ["arrive", "depart"]),
    ]
    assert DurationClause("duration", 1, 2, None, "depart", "arrive").unsaid is None


def test_windows_ranges_and_destinations_exclude_each_other():
    later = ReportedTime(Window(60.0, 90.0), "", "UTC", "printed", "")
    one, then = (PresenceClause("present", AT, time) for time in (SEVEN, later))
    assert one.excludes(then)  # half-open: 60 s is in the second only
    assert not one.excludes(one)
    # ranges are closed: 2 is in both of the first two
    short, middle, long = (
        StandClause("stand", "A", *ends) for ends in ((1, 2), (2, 3), (4, 5))
    )
    assert not short.excludes(middle)
    assert short.excludes(long)
    assert long.excludes(short)
    north, south = (HeadingClause("heading", (place,), None) for place in "NS")
    assert north.excludes(south)
    assert not north.excludes(HeadingClause("heading", ("S", "N"), None))


def test_every_clause_of_the_bundled_journeys_describes_itself():
    for name in ("2023-09", "2019-04"):
        journey = rs.load_journey(name)
        clauses = [clause for report in journey.reports for clause in report.clauses]
        assert clauses
        assert all(clause.text for clause in clauses)
