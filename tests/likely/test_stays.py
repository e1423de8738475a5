"""Reports on stays: they include unplanned standing, whether a stop is planned or not."""

import numpy as np
import pytest
from scipy.special import i1e

import routesim as rs
from tests.support.journeys import (
    fixed,
    make_window,
    uniform,
    write_family,
    write_report,
    write_speed,
    write_standing,
    write_stop,
    write_variation,
)
from tests.support.plain_lines import Point, build_network, plan_run

# Weights: 1.5 + 4 + 1.5 + 6 = 13. The junction at C has 4 of them, two thirds within the stay.
POINTS = (
    Point("A", 0.0, "crossing"),
    Point("B", 20.0, "crossing"),
    Point("C", 40.0, "junction"),
    Point("D", 60.0, "crossing"),
    Point("E", 100.0, "engine"),
)
HALTS = write_variation(slack_spread=0, grain_s=0, long_wait_share=0, halt_min=fixed(20))
STANDS = {"kind": "stand", "place": "C", "minutes": {"low": 30, "high": 50}}


@pytest.fixture(scope="module")
def network():
    return build_network(Main=POINTS)


def ask(network, clause, *parts, rate=30, **options):
    """Condition the run from A at 08:00, at 60 km/h, on one report."""
    standing = write_standing("Main", fixed(rate)) if rate else ""
    report = write_family("R") + write_report("R", clause)
    plan = write_speed("Main", fixed(60)), standing, HALTS, report, *parts
    return rs.condition(plan_run(network, "A", "E", *plan), draws=4096, **options)


def stay_s(drawn, name="C"):
    index = drawn.route.index_of(name)
    return drawn.get_departures(index) - drawn.get_arrivals(index)


def test_a_stay_without_a_planned_stop_is_right_by_unplanned_standing(network):
    # 30 min per 100 km in halts of 20 min: within the stay at C 1.5 * 4 / 13 * 2 / 3 = 0.3077
    # are expected. A wrong report is spread over 48 h, so 20 of 2,880 minutes have 0.0069.
    found = ask(network, STANDS)
    assert found.right["R"].mean() > 0.85
    stood_min = stay_s(found)[found.right["R"] > 0.5] / 60
    assert np.median(stood_min) == pytest.approx(39.0, abs=2.0)
    # Without a prior of standing the train cannot stand there.
    none = ask(network, STANDS, rate=0)
    assert not stay_s(none).any()
    assert none.right["R"].mean() < 0.01


def test_the_evidence_of_a_stay_is_that_of_the_law(network):
    # With hard ends inside, a right report has the probability of 30 to 50 min, the integral
    # of the density of the halts; the ends are soft by 5 min in total, so about that.
    found = ask(network, STANDS, reliability=1.0)
    n, m = 1.5 * 4 / 13 * 2 / 3, 20.0
    s = np.linspace(0.01, 90.0, 9000)
    y = 2 * np.sqrt(n * s / m)
    density = np.exp(-n - s / m + y) * np.sqrt(n / (m * s)) * i1e(y)
    mass = density[(s > 30) & (s < 50)].sum() * 0.01
    assert found.log_evidence == pytest.approx(np.log(mass), abs=0.05)
    stood_min = stay_s(found) / 60
    # The ends are soft by 5 min, or two standard deviations.
    assert (stood_min > 15).all()
    assert (stood_min < 65).all()


def test_unplanned_standing_adds_to_a_planned_stop(network):
    # The stop is planned for 10 to 15 min, so that 30 to 50 need unplanned standing too.
    found = ask(network, STANDS, write_stop("C", uniform(10, 15)), reliability=1.0)
    (dwell,) = found.dwell_s.values()
    unplanned_min = (stay_s(found) - dwell) / 60
    assert np.quantile(unplanned_min, 0.01) > 10
    assert (unplanned_min > 0).all()
    assert unplanned_min.mean() == pytest.approx(39.0 - 12.5, abs=3.0)
    assert (dwell >= 600).all()
    assert (dwell <= 900).all()


def test_a_train_may_be_present_by_unplanned_standing(network):
    # It passes C after 40 min and some standing. To be there from 09:30 to 09:40 takes a stay
    # or a late arrival; the stay is longer than under the prior.
    clause = {"kind": "present", "place": "C", **make_window("09:30", "09:40", 1)}
    found = ask(network, clause, reliability=1.0)
    index = found.route.index_of("C")
    came, left = found.get_arrivals(index), found.get_departures(index)
    nine_thirty = found.departure_s + 5400
    soft_s = 120.0
    assert (came < nine_thirty + 600 + soft_s).all()
    assert (left > nine_thirty - soft_s).all()
    assert (left > came).mean() > (stay_s(found.prior) > 0).mean()


def test_a_departure_after_unplanned_standing_agrees(network):
    # The arrival is stated for 08:40 and the departure for 09:25: 45 minutes of standing.
    arrival = {"kind": "arrive", "place": "C", **make_window("08:38", "08:45", 1)}
    departure = {"kind": "depart", "place": "C", **make_window("09:23", "09:27", 1)}
    report = write_family("Q") + write_report("Q", departure)
    found = ask(network, arrival, report, reliability=1.0)
    assert stay_s(found).mean() / 60 == pytest.approx(44.0, abs=3.0)
    index = found.route.index_of("C")
    after_min = (found.get_departures(index) - found.departure_s) / 60
    assert (after_min > 81).all()
    assert (after_min < 89).all()


def test_standing_at_a_crossing_is_within_the_stay(network):
    clause = {"kind": "stand", "place": "D", "minutes": {"low": 30, "high": 50}}
    found = ask(network, clause, reliability=1.0)
    index = found.route.index_of("D")
    assert (stay_s(found, "D") > 15 * 60).all()
    # There is no home signal to wait at, so the way there takes 20 min.
    way_s = found.get_arrivals(index) - found.get_departures(index - 1)
    assert way_s == pytest.approx(20 * 60.0, abs=1.0)
