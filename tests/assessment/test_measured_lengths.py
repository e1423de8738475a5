"""Lengths and speeds: check and condition measure the same values."""

from types import SimpleNamespace

import numpy as np
import pytest

import routesim as rs
from routesim.assessment.judging import DrawnRoutes, judge_clause
from routesim.evidence import DistanceClause, SpeedClause
from routesim.likely.agreement import DrawAgreements, ObservationModel
from routesim.likely.event_times import EventTimes
from routesim.likely.soft_windows import IMPOSSIBLE

KM, KMH = 1000.0, 1.0 / 3.6
WAY = ("Pyongyang", "Khasan")
"""Sources disagree on its length: 835 to 877 km, officially 859 km."""
DRAWS = 4000


@pytest.fixture(scope="module")
def journey():
    return rs.load_journey("2023-09")


@pytest.fixture(scope="module")
def ensemble(journey):
    return rs.simulate(journey, draws=DRAWS)


@pytest.mark.parametrize(
    "clause",
    [
        DistanceClause("distance", 1180 * KM, 1190 * KM, "rail", None),
        DistanceClause("distance", 600 * KM, 700 * KM, "straight", None),
        SpeedClause("speed", 50 * KMH, 55 * KMH, "running", None),
        SpeedClause("speed", 50 * KMH, 55 * KMH, "running", WAY),
        SpeedClause("speed", 20 * KMH, 25 * KMH, "overall", None),
        SpeedClause("speed", 20 * KMH, 25 * KMH, "overall", WAY),
    ],
)
def test_check_and_condition_agree_on_the_draws_with_a_value_in_the_range(
    journey, ensemble, clause
):
    drawn = DrawnRoutes(journey, {"vladivostok": EventTimes(ensemble)})
    holds = judge_clause(clause, drawn).holds
    plan = SimpleNamespace(trust=SimpleNamespace(range_share=0.0), lengths=journey.plan.lengths)
    model = ObservationModel(SimpleNamespace(plan=plan, network=journey.network))
    agreed = DrawAgreements(model, [(clause, 0)], ensemble.route).measure(ensemble)[0]
    assert holds.tolist() == (agreed > 0.5 * IMPOSSIBLE).tolist()
    assert holds.mean() > 0.0


def test_the_length_between_two_places_is_the_drawn_one(journey, ensemble):
    # 862 to 863 km excludes the official 859 km, but not a length of 835 to 877 km.
    clause = DistanceClause("distance", 862 * KM, 863 * KM, "rail", WAY)
    official_km = journey.network.route(*WAY).length_km
    length_km = ensemble.measure_km(last=ensemble.route.index_of("Khasan"))
    assert official_km == pytest.approx(859, abs=0.5)
    drawn = DrawnRoutes(journey, {"vladivostok": EventTimes(ensemble)})
    finding = judge_clause(clause, drawn)
    assert finding.verdict == "consistent"
    low_km, high_km = np.array(finding.fields["lengths"]["rail"]) / KM
    assert (low_km, high_km) == pytest.approx(
        np.quantile(length_km, (0.05, 0.95), method="nearest")
    )
    agreements = DrawAgreements(ObservationModel(journey), [(clause, 0)], ensemble.route)
    # With a softness of 0.25 km the middle agrees, and the official length does not.
    found = agreements.measure(ensemble)[0]
    assert found[np.argmin(np.abs(length_km - 862.5))] > np.log(0.9)
    assert found[np.argmin(np.abs(length_km - official_km))] < np.log(1e-6)


def test_a_length_that_the_route_does_not_contain_is_official(journey, ensemble):
    clause = DistanceClause("distance", 1 * KM, 2 * KM, "rail", ("Ussuriysk", "Vladivostok"))
    drawn = DrawnRoutes(journey, {"vladivostok": EventTimes(ensemble)})
    finding = judge_clause(clause, drawn)
    # 9288.2 - 9176.7 = 111.5 km
    assert finding.fields["lengths"]["rail"] == pytest.approx((111.5 * KM, 111.5 * KM))
    assert finding.fields["miss_m"] == pytest.approx(109.5 * KM)
    assert finding.verdict == "strained"
