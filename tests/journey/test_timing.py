"""Times of the draws of a plan, against hand calculation and one exact run."""

import pytest

from routesim.evidence import parse_time
from routesim.journey import simulate
from routesim.kinematics import SpeedLimit, Stop, Track, run


def test_a_fixed_plan_arrives_at_the_time_calculated_by_hand(load, tiny):
    """With all quantities fixed, the arrival can be calculated by hand.

    238 km at 60 km/h are 14,280 s, 89.4 km at 72 km/h 4,470 s, the stop 600 s: 19,350 s.
    Starting adds v / 2a to the steady time, stopping v / 2b, with a = 0.15 and b = 0.4
    (v = 16.667 on the branch, 20 on the main line): 55.56 + 20.83 + 66.67 + 25.00 s. The
    brakes' release is 20 s at each of the two starts.
    """
    ensemble = simulate(load(tiny), draws=3, seed=1)
    assert (ensemble.departure_s == parse_time("2024-05-01T08:00+10:00")).all()
    taken_s = ensemble.arrive_s[:, -1] - ensemble.departure_s
    by_hand_s = 14_280 + 4_470 + 600 + 2 * 20 + 55.556 + 20.833 + 66.667 + 25.0
    assert taken_s == pytest.approx([by_hand_s] * 3, abs=0.01)
    at_baranovsky = ensemble.get_arrivals(ensemble.route.index_of("Baranovsky"))
    assert at_baranovsky - ensemble.departure_s == pytest.approx(
        [14_280 + 20 + 55.556 + 20.833] * 3, abs=0.01
    )
    assert ensemble.get_departures(ensemble.route.index_of("Baranovsky")) == pytest.approx(
        at_baranovsky + 600.0
    )


def test_a_fixed_plan_agrees_with_one_exact_run(load, tiny):
    journey = load(tiny)
    ensemble = simulate(journey, draws=2)
    track = Track(
        length_m=327_400.0,
        limits=[
            SpeedLimit(0.0, 238_000.0, 60 / 3.6, applies_to="head"),
            SpeedLimit(238_000.0, 327_400.0, 72 / 3.6, applies_to="head"),
        ],
    )
    exact = run(journey.train, track, stops=[Stop(238_000.0, 600.0)])
    expected = exact.time_at(1000.0 * ensemble.route.passage_km)
    for draw in ensemble.arrive_s - ensemble.departure_s[:, None]:
        assert draw == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("km", [236.9, 240.0])
def test_a_longer_stretch_takes_proportionally_longer(load, tiny, km):
    # At 60 km/h each kilometre takes 60 s. Starts and stops use the scaled speed, which
    # changes them by under a second.
    text = f"""{tiny}
[[plan.lengths]]
from = "Khasan"
to = "Baranovsky"
km = {{ dist = "fixed", value = {km} }}
reason = "a test"
"""
    plain, longer = simulate(load(tiny), draws=1), simulate(load(text), draws=1)
    difference_s = longer.arrive_s[0, -1] - plain.arrive_s[0, -1]
    assert difference_s == pytest.approx((km - 238.0) * 60.0, abs=1.0)
