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


def make_model(range_share):
    trust = SimpleNamespace(range_share=range_share, span_h=48.0, one_sided=0.5)
    return ObservationModel(SimpleNamespace(plan=SimpleNamespace(trust=trust)))


def agrees(clause, visit=0, stops=frozenset()):
    """Return whether each of the two draws agrees with a clause with sharp ends."""
    agreements = DrawAgreements(make_model(0.0), [(clause, visit)], ROUTE, stops=stops)
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


STOPS = frozenset({1})
"""The first visit to B has a planned stop, from 1 to 2 h and from 2 to 3 h."""


def measure(*questions, stops=STOPS, times=None):
    agreements = DrawAgreements(make_model(0.25), questions, ROUTE, stops=stops)
    return agreements.measure(Times() if times is None else times).tolist()


@pytest.mark.parametrize(
    "window", [(1.5, 1.9), (2.2, 2.4), (-np.inf, 1.5), (2.5, np.inf), (-np.inf, np.inf)]
)
def test_passing_a_planned_stop_agrees_like_presence(window):
    time = between(*window, (600.0, 1200.0))
    passing, present = (
        EventClause("pass", ("B", "B"), time),
        PresenceClause("present", ("B", "B"), time),
    )
    one, other = measure((passing, 1), (present, 1))
    assert one == other
    # The second visit has no stop, and neither has crossing: there, only the arrival counts.
    arriving, crossing = (EventClause(kind, ("B", "B"), time) for kind in ("arrive", "cross"))
    rows = measure((passing, 2), (arriving, 2), (crossing, 1), (arriving, 1))
    assert (rows[0], rows[2]) == (rows[1], rows[3])
    assert measure((passing, 1), stops=frozenset()) == [rows[3]]


def test_a_train_does_not_pass_the_stop_where_it_starts():
    times = Times()
    times.origin_index = np.array([0, 1])
    times.get_arrivals = lambda i: np.where(
        times.origin_index < i, times.get_reached(i), np.nan
    )
    for window in ((0.0, 9.0), (2.5, np.inf), (-np.inf, np.inf)):
        clause = EventClause("pass", ("B", "B"), between(*window))
        (row,) = measure((clause, 1), times=times)
        assert row[1] <= IMPOSSIBLE


def test_not_yet_passed_is_before_the_arrival():
    # The draws arrive at 1 h and at 2 h, and leave at 2 h and at 3 h.
    clause = NotYetClause("not_yet", "pass", "B", between(1.5, 1.6))
    assert agrees(clause, 1, STOPS) == [False, True]


def test_an_order_may_mean_any_moment_of_a_planned_stop():
    # Route A - B - C: B at 1 to 2 h and 2 to 3 h, C at 3 h and at 4 h. An order means the last
    # visit, so the stop is at passage 3 here: from 4 to 4 h and 5 to 5 h, with the dwell below.
    stops, times = frozenset({3}), Times()
    times.dwell_s = {3: np.full(2, HOUR_S)}
    first, then = Moment("pass", "B"), Moment("arrive", "D")
    # D is at 6 h and at 8 h: 1 to 2 h after B, and 2 to 3 h. The arrivals are 2 and 3 h before.
    clause = OrderClause("order", first, then, 1.4 * HOUR_S, 1.6 * HOUR_S)
    found = measure((clause, 0), stops=stops, times=times)[0]
    # The ends are soft by a quarter of 0.2 h. The first draw is 0.2 and 0.6 h within them, four
    # softnesses or more; the other misses by 0.4 h.
    assert np.exp(found) == pytest.approx([1.0, 0.0], abs=1e-6)
    # Half an hour before noon (here 5 h): the stays from 4 to 5 h, but not from 5 to 6 h.
    noon = Moment(what="noon", time=between(5.0, 5.01))
    clause = OrderClause("order", first, noon, 0.4 * HOUR_S, 0.6 * HOUR_S)
    found = measure((clause, 0), stops=stops, times=times)[0]
    assert (np.array(found) > 0.5 * IMPOSSIBLE).tolist() == [True, False]
    # From passing to D as a duration, of which the first draw has no single arrival either.
    clause = DurationClause(
        "duration", 1.4 * HOUR_S, 1.6 * HOUR_S, ("B", "D"), "pass", "arrive"
    )
    # It counts from the first visit, at 1 h and 2 h, without a stop here.
    assert measure((clause, 0), stops=stops, times=times)[0][0] < -10.0
    times.dwell_s = {1: np.full(2, 4.0 * HOUR_S)}
    # With a stop until 5 h and until 6 h: 1 to 5 h, and 2 to 6 h.
    found = measure((clause, 0), times=times)[0]
    assert np.exp(found) == pytest.approx([1.0, 0.0], abs=1e-6)


def test_an_order_of_two_outside_events_says_nothing_of_the_train():
    early, late = (
        Moment(what=name, time=between(low, low + 0.2)) for name, low in (("a", 2), ("b", 8))
    )
    assert agrees(OrderClause("order", early, late, 0.0, np.inf)) == [True, True]
    assert agrees(OrderClause("order", late, early, 0.0, np.inf)) == [False, False]
    # They are at most 6.2 h apart, and at least 5.8 h.
    assert agrees(OrderClause("order", early, late, 6.3 * HOUR_S, np.inf)) == [False, False]
    assert agrees(OrderClause("order", early, late, 0.0, 5.7 * HOUR_S)) == [False, False]
    assert list_passages(OrderClause("order", early, late, 0.0, np.inf), 0, ROUTE) == set()


def test_passing_between_two_places_agrees_like_presence_there():
    for window in ((0.5, 1.5), (4.2, 4.8), (7.0, 9.0)):
        time = between(*window, (600.0, 600.0))
        clauses = (
            EventClause("pass", ("B", "C"), time),
            PresenceClause("present", ("B", "C"), time),
        )
        one, other = measure(*((clause, 0) for clause in clauses))
        assert one == other
        assert list_passages(clauses[0], 0, ROUTE) == {1, 2, 3}
    assert agrees(EventClause("pass", ("B", "E"), between(0.0, 9.0))) == [False, False]


def test_a_figure_without_a_range_is_soft_by_the_smallest_unit():
    # The whole journey takes 6 h and 7.5 h. The figure is a range of one minute around 6 h,
    # soft by a minute, that is, with a standard deviation of half a minute.
    def agree(hours):
        clause = DurationClause(
            "duration", hours * HOUR_S, hours * HOUR_S, None, None, "arrive"
        )
        return np.exp(measure((clause, 0))[0]), clause

    exact, clause = agree(6.0)
    # Phi(1) - Phi(-1) = 0.6827; each Phi is computed to 0.0002.
    assert exact == pytest.approx([0.6827, 0.0], abs=4e-4)
    # A minute away: Phi(3) - Phi(1) = 0.1573.
    assert agree(6.0 + 1.0 / 60.0)[0] == pytest.approx([0.1573, 0.0], abs=4e-4)
    # A wrong report states one of the 2,880 minutes of 48 h.
    assert find_flat(clause, make_model(0.25).journey) == pytest.approx(1.0 / 2880.0)
    assert agrees(clause) == [True, False]


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
