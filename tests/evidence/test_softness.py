"""Softness of the ends of clauses, and the unit in which misses are compared."""

from math import inf

import pytest

from routesim.evidence import (
    DistanceClause,
    DurationClause,
    EventClause,
    HeadingClause,
    Moment,
    NotYetClause,
    OrderClause,
    PresenceClause,
    ReportedTime,
    SpeedClause,
    StandClause,
    Window,
    get_softness,
    get_tolerance,
)

TIME = ReportedTime(Window(0.0, 3600.0), "", "UTC", "printed", "", soft_s=(600.0, 30.0))
SHARP = ReportedTime(Window(0.0, 3600.0), "", "UTC", "printed", "")
FIRST, THEN = Moment("arrive", "A"), Moment("depart", "B")
OUTSIDE = Moment(what="a meeting", time=TIME)

# clause, softness of its ends, unit of misses. Softness of a range: a quarter of its width.
ENDS = [
    (EventClause("arrive", ("A", "A"), TIME), (600, 30), (600, 60)),
    (EventClause("arrive", ("A", "A"), SHARP), (0, 0), (60, 60)),
    (PresenceClause("present", ("A", "A"), TIME), (600, 30), (600, 60)),
    (NotYetClause("not_yet", "arrive", "A", TIME), (600, 30), (600, 60)),
    # The gap to an outside event is exact, and the time of that event has soft ends.
    (OrderClause("order", FIRST, OUTSIDE, 3600, inf), (600, 30), (600, 60)),
    # A gap of 1 to 3 h: a quarter of 2 h. "After" is sharp, "at least 1 h" soft by a minute.
    (OrderClause("order", FIRST, THEN, 3600, 10800), (1800, 1800), (1800, 1800)),
    (OrderClause("order", FIRST, THEN, 0, inf), (0, 0), (60, 60)),
    (OrderClause("order", FIRST, THEN, 3600, inf), (60, 0), (60, 60)),
    (OrderClause("order", FIRST, THEN, 0, 3600), (900, 900), (900, 900)),
    # 10 of 100 m/s; 2.5 m/s against 1 % of 100 and 110.
    (SpeedClause("speed", 100, 110, "running", None), (2.5, 2.5), (2.5, 2.5)),
    # 1 % of 1,000 and 1,010 km is more than a quarter of 10 km.
    (DistanceClause("distance", 1e6, 1.01e6, "rail", None), (2500, 2500), (1e4, 10100)),
    # A figure without a range is soft by the smallest unit.
    (DistanceClause("distance", 1e6, 1e6, "rail", None), (1e4, 1e4), (1e4, 1e4)),
    (DurationClause("duration", 3600, 3600, None, None, "arrive"), (60, 60), (60, 60)),
    (DurationClause("duration", 3600, 3720, None, None, "arrive"), (30, 30), (60, 60)),
    (StandClause("stand", "A", 1800, 5400), (900, 900), (900, 900)),
    (HeadingClause("heading", ("A",), None), (0, 0), (0, 0)),
]


@pytest.mark.parametrize(("clause", "softness", "tolerance"), ENDS)
def test_each_end_has_one_softness_and_one_unit_of_misses(clause, softness, tolerance):
    assert get_softness(clause, 0.25) == pytest.approx(softness)
    assert get_tolerance(clause, 0.25) == pytest.approx(tolerance)


@pytest.mark.parametrize("clause", [clause for clause, *_ in ENDS if clause.time is None])
def test_without_a_share_every_range_is_sharp(clause):
    assert get_softness(clause, 0.0) == (0.0, 0.0)
