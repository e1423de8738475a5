"""Agreement with each kind of clause: passages, sides and values."""

from types import SimpleNamespace

import numpy as np
import pytest

from routesim.evidence import (
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
)
from routesim.likely.agreement import (
    DrawAgreements,
    ObservationModel,
    find_flat,
    list_passages,
)
from routesim.likely.agreement.draw_agreements import list_sides
from routesim.likely.soft_windows import IMPOSSIBLE

HOUR_S = 3600.0
ROUTE = SimpleNamespace(
    visits={"A": (0,), "B": (1, 3), "C": (2,), "D": (4,)}, passages=range(5)
)
"""From A via B to C, back to B, and on to D."""


class Times(SimpleNamespace):
    """Two draws from A: the arrival at each passage in hours, and a dwell of 1 h at B (1)."""

    draws = 2
    route = ROUTE
    dwell_s = {1: np.full(2, HOUR_S)}  # noqa: RUF012 (never changed)
    origin_index = np.zeros(2, dtype=int)
    reached_h = np.array([[0.0, 1.0, 3.0, 4.0, 6.0], [0.5, 2.0, 4.0, 5.0, 8.0]])
    departure_s = HOUR_S * reached_h[:, 0]

    def get_reached(self, index):
        return HOUR_S * self.reached_h[:, index]

    def get_arrivals(self, index):
        return np.where(index > 0, self.get_reached(index), np.nan)

    def get_departures(self, index):
        return self.get_reached(index) + self.dwell_s.get(index, 0.0)


def between(low_h, high_h, soft_s=(0.0, 0.0)):
    window = Window(HOUR_S * low_h, HOUR_S * high_h)
    return ReportedTime(window, "", "UTC", "printed", "", soft_s=soft_s)


def agrees(clause, visit=0):
    """Return whether each of the two draws agrees with a clause with sharp ends."""
    trust = SimpleNamespace(range_share=0.0)
    journey = SimpleNamespace(plan=SimpleNamespace(trust=trust))
    agreements = DrawAgreements(ObservationModel(journey), [(clause, visit)], ROUTE)
    found = agreements.measure(Times())[0]
    assert agreements.measure(Times())[0].tolist() == found.tolist()
    return (found > 0.5 * IMPOSSIBLE).tolist()


@pytest.mark.parametrize(
    ("kind", "place", "visit", "window", "wanted"),
    [
        ("arrive", "B", 0, (0.5, 1.5), [True, False]),
        ("arrive", "B", 2, (4.5, 5.5), [False, True]),
        ("depart", "B", 1, (1.5, 2.5), [True, False]),
        # Boarding takes a while, so only its start limits the departure.
        ("board", "A", 0, (-2.0, -1.0), [True, True]),
        ("board", "A", 0, (0.2, 0.3), [False, True]),
        ("arrive", "nowhere", 0, (0.0, 9.0), [False, False]),
        ("arrive", "B", 3, (0.0, 9.0), [False, False]),
        # An unbounded window still requires the event; a draw does not arrive at its origin.
        ("arrive", "D", 0, (-np.inf, np.inf), [True, True]),
        ("arrive", "A", 0, (-np.inf, np.inf), [False, False]),
    ],
)
def test_an_event_lies_in_its_window(kind, place, visit, window, wanted):
    assert agrees(EventClause(kind, (place, place), between(*window)), visit) == wanted


def test_a_departure_between_two_places():
    clause = EventClause("depart", ("A", "B"), between(0.2, 1.0))
    assert list_passages(clause, 0, ROUTE) == set()
    assert agrees(clause) == [False, True]
    assert agrees(EventClause("depart", ("B", "C"), between(0.0, 1.0))) == [False, False]


def test_presence_meets_its_window_from_arrival_to_departure():
    # The draws are at B from 1 to 2 h, and from 2 to 3 h.
    assert agrees(PresenceClause("present", ("B", "B"), between(1.5, 1.9)), 1) == [True, False]
    assert agrees(PresenceClause("present", ("B", "B"), between(1.5, 2.5)), 1) == [True, True]
    # Without a visit, from the first arrival to the last departure: 1 to 4 h, and 2 to 5 h.
    assert agrees(PresenceClause("present", ("B", "B"), between(4.5, 4.6))) == [False, True]
    # Under way from B to C: from 2 to 3 h, and from 3 to 4 h.
    assert agrees(PresenceClause("under_way", ("B", "C"), between(3.2, 3.4))) == [False, True]
    assert agrees(PresenceClause("present", ("B", "E"), between(0.0, 9.0))) == [False, False]


def test_an_event_that_has_not_happened_comes_later():
    assert agrees(NotYetClause("not_yet", "arrive", "C", between(3.5, 3.6))) == [False, True]
    # An event at a place that the route does not pass never happens.
    assert agrees(NotYetClause("not_yet", "arrive", "E", between(3.5, 3.6))) == [True, True]


def test_an_order_of_two_events_and_of_an_event_and_a_time():
    first, then = Moment("depart", "A"), Moment("arrive", "C")
    assert agrees(OrderClause("order", first, then, 3.2 * HOUR_S, np.inf)) == [False, True]
    # One to two hours after an outside event at noon (here 2 to 2.5 h).
    outside = Moment(what="noon", time=between(2.0, 2.5))
    clause = OrderClause("order", outside, then, HOUR_S, 2.0 * HOUR_S)
    assert [(s.sign, s.end_s) for s in list_sides(clause, 0, ROUTE)[0]] == [
        (1.0, 3.0 * HOUR_S),
        (-1.0, 4.5 * HOUR_S),
    ]
    assert agrees(clause) == [True, True]
    # Up to an hour before that event.
    clause = OrderClause("order", then, outside, 0.0, HOUR_S)
    assert [s.end_s for s in list_sides(clause, 0, ROUTE)[0]] == [HOUR_S, 2.5 * HOUR_S]


def test_durations_and_standing_lie_in_their_range():
    low, high = 3.6 * HOUR_S, 4.0 * HOUR_S
    # From the departure at A to the last arrival at B: 4 and 4.5 hours.
    clause = DurationClause("duration", low, high, ("A", "B"), "depart", "arrive")
    assert agrees(clause) == [True, False]
    # The whole journey takes 6 and 7.5 hours.
    clause = DurationClause("duration", 7.0 * HOUR_S, 8.0 * HOUR_S, None, None, "arrive")
    assert list_passages(clause, 0, ROUTE) == {4}
    assert agrees(clause) == [False, True]
    assert agrees(StandClause("stand", "B", 1800.0, 5400.0)) == [True, True]
    # No stop is planned at the second visit.
    assert agrees(StandClause("stand", "B", 1800.0, 5400.0), 2) == [False, False]
    assert agrees(StandClause("stand", "E", 0.0, 5400.0)) == [False, False]


def test_a_speed_between_places_that_are_not_passed_does_not_agree():
    for basis in ("running", "overall"):
        clause = SpeedClause("speed", 0.0, 99.0, basis, ("A", "E"))
        assert agrees(clause) == [False, False]


def test_a_heading_depends_on_the_route():
    assert agrees(HeadingClause("heading", ("D", "E"), None)) == [True, True]
    assert agrees(HeadingClause("heading", ("A",), "C")) == [False, False]
    assert agrees(HeadingClause("heading", ("B",), "C")) == [True, True]
    assert agrees(HeadingClause("heading", ("D",), "E")) == [False, False]


def test_the_same_side_is_measured_once_and_counts_twice():
    soft = between(1.0, 5.0, (600.0, 600.0))
    clause = EventClause("arrive", ("B", "B"), soft)
    agreements = DrawAgreements(ObservationModel(None), [(clause, 0), (clause, 1)], ROUTE)
    assert agreements.sides.sign.size == 2
    one, two = agreements.measure(Times())
    # The agreement at a soft end is one half.
    assert np.exp(one[0]) == pytest.approx(0.5)
    assert one.tolist() == two.tolist()


@pytest.mark.parametrize("not_yet", [True, False])
def test_not_yet_and_before_are_complementary(calibration, tool, not_yet):
    case = tool.CASES["mixed"]
    reporter = next(t for t in case.reporters if t.id == "N1")
    (report,) = case.read([reporter.make_row(reporter.write(not_yet=not_yet))])
    (clause,) = report.clauses
    end_s = clause.time.window.start_s if not_yet else clause.time.window.end_s
    assert end_s == calibration.DAY_START_S + 13 * 3600
    assert clause.time.soft_s == (900.0, 900.0)
    assert find_flat(clause, case.journey) == 0.5
