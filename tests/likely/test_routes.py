"""Routes: exact probabilities if no draw distinguishes them, and no change by noise."""

import numpy as np
import pytest

import routesim as rs
from routesim.likely import RouteStep, RouteTrack
from tests.support.journeys import load_bundled

pytestmark = pytest.mark.slow

EARLY = "2023-09-11T07:00Z"
MORNING = "2023-09-12T05:00Z"
EXPECTED = ("C32", "C36")
"""Reports of the expected destination, known from the start."""


@pytest.fixture(scope="module")
def autumn():
    return load_bundled()["2023-09"]


def test_reports_on_the_shared_stretch_do_not_change_the_probabilities(autumn):
    routes = rs.compare_routes(autumn, as_of=EARLY, drop=EXPECTED, particles=256)
    assert routes["probability"].tolist() == pytest.approx([0.6, 0.2, 0.2], abs=1e-12)
    assert routes["mcse"].tolist() == [0.0, 0.0, 0.0]


def test_a_venue_changes_them_as_computed_by_hand(autumn):
    # C34: Vladivostok as the venue; forecast 0.5, reliability 0.9 (F14), flat 1/3 of the
    # routes. Led there: 0.9 (0.5 + 0.5/3) + 0.1/3 = 0.63333. Elsewhere: 0.9 (0.5/3) + 0.1/3 =
    # 0.18333. Vladivostok: 0.6 * 0.63333 / (0.6 * 0.63333 + 0.4 * 0.18333) = 0.838235.
    # C35 names all three and moves nothing.
    routes = rs.compare_routes(autumn, as_of=MORNING, drop=EXPECTED, particles=256)
    assert routes["probability"].iloc[0] == pytest.approx(0.838235, abs=1e-6)
    assert routes["probability"].sum() == pytest.approx(1.0)


def test_a_possible_detour_changes_them_as_computed_by_hand(autumn):
    # C32: one of the two other destinations, if the forecast came true (0.5) and if the report
    # means that (0.6); reliability 0.95, flat 2/3. The likelihood is 0.95 (0.5 * 2/3 + 0.5) +
    # 0.05 * 2/3 = 0.825 for them and 0.95 (0.5 * 2/3 + 0.5 * 0.4) + 0.05 * 2/3 = 0.54 for
    # Vladivostok. With the priors: 0.6 * 0.54 / (0.6 * 0.54 + 0.4 * 0.825) = 0.495413.
    routes = rs.compare_routes(autumn, as_of=EARLY, drop=("C36",), particles=256)
    assert routes["probability"].iloc[0] == pytest.approx(0.495413, abs=1e-6)


def test_a_report_may_have_its_own_face_value(autumn):
    # C24, reliability 0.95, flat 2/3 of the routes: with probability f the train goes on to
    # Ussuriysk, else it only faces it. The likelihood of the routes beyond Ussuriysk is
    # 0.95 + 0.05 * 2/3, and that of the one to Vladivostok is 0.95 (1 - f) + 0.05 * 2/3.
    odds = {}
    for meant in (0.4, 0.8):
        own = rs.set_priors(autumn, {"reports.C24.face_value": meant})
        p = rs.compare_routes(own, particles=256)["probability"]
        odds[meant] = p[0] / p[1]
    wanted = (0.95 * 0.2 + 0.1 / 3) / (0.95 * 0.6 + 0.1 / 3)
    assert autumn.get_report("C24").face_value == 0.4
    assert odds[0.8] / odds[0.4] == pytest.approx(wanted, rel=1e-6)


def test_a_dropped_or_less_reliable_report_changes_less(autumn):
    drop = (*EXPECTED, "C34")
    dropped = rs.compare_routes(autumn, as_of=MORNING, drop=drop, particles=256)
    assert dropped["probability"].tolist() == pytest.approx([0.6, 0.2, 0.2], abs=1e-12)
    doubted = rs.compare_routes(
        autumn, as_of=MORNING, drop=EXPECTED, reliability={"C34": 0.5}, particles=256
    )
    assert 0.6 < doubted["probability"].iloc[0] < 0.838
    # The document has the same probabilities as the table, not rounded.
    assert (
        repr(dropped)
        == "<RouteComparison 2023-09: vladivostok 60 %, vostochny 20 %, komsomolsk 20 %>"
    )
    document = doubted.to_dict()
    assert [row["probability"] for row in document["routes"]] == doubted["probability"].tolist()
    assert (document["track"], document["as_of"]) == (None, "2023-09-12T05:00:00Z")


def test_the_evidence_of_a_given_posterior_is_reused(autumn):
    given = rs.condition(autumn, draws=4096)
    routes = rs.compare_routes(autumn, posterior=given)
    again = rs.compare_routes(autumn, particles=256)
    assert routes["probability"].tolist() == pytest.approx(again["probability"].tolist())
    # The evidence of all routes is derived from that of the first one.
    away = routes["log_evidence"] - again["log_evidence"]
    assert np.ptp(away) < 1e-9
    error = np.hypot(routes["log_evidence_mcse"][0], again["log_evidence_mcse"][0])
    assert abs(away[0]) < 4 * error


def test_the_evidence_of_the_routes_agrees_with_their_probabilities(autumn):
    # P(route) is proportional to prior times evidence.
    routes = rs.compare_routes(autumn, particles=256).to_frame()
    weight = routes["prior"] * np.exp(routes["log_evidence"] - routes["log_evidence"].max())
    assert (weight / weight.sum()).tolist() == pytest.approx(
        routes["probability"].tolist(), abs=1e-9
    )


def test_the_track_ends_with_the_comparison(autumn):
    track = rs.track_routes(autumn, reliabilities=(0.95,))
    last = track.steps[-1].probabilities
    routes = rs.compare_routes(autumn, reliability=0.95, particles=256)
    assert list(last) == pytest.approx(routes["probability"].tolist(), abs=1e-9)
    frame = track.to_frame()
    assert frame["known_at"].iloc[1:].is_monotonic_increasing
    assert (frame[[f"mcse {route}" for route in track.routes]] >= 0.0).all(axis=None)
    assert track.decisive_reports == {0.95: None}


def test_the_decisive_report_is_the_first_after_which_a_route_stays_above():
    chances = (("", 0.5), ("A", 0.95), ("B", 0.6), ("C", 0.92), ("D", 0.99))
    steps = tuple(
        RouteStep(0.95, step, None, report, (one, 1.0 - one), (0.0, 0.0))
        for step, (report, one) in enumerate(chances)
    )
    track = RouteTrack(steps, ("one", "two"))
    assert track.decisive_reports == {0.95: ("one", "C")}
    assert track.to_dict()["tells_from"] == [
        {"reliability": 0.95, "route": "one", "report": "C"}
    ]
    assert RouteTrack(steps[:3], ("one", "two")).decisive_reports == {0.95: None}


def test_routes_that_draws_distinguish_have_an_error():
    # The clock at Vladivostok is beyond the point at which the routes divide.
    spring = rs.load_journey("2019-04")
    routes = rs.compare_routes(spring, particles=256)
    assert (routes["mcse"] > 0).all()
    # Not rounded: they add up to one up to floating-point noise.
    assert routes["probability"].sum() == pytest.approx(1.0, abs=1e-12)


def test_a_reliability_out_of_range_is_refused(autumn):
    with pytest.raises(rs.ArgumentError, match="above 0"):
        rs.compare_routes(autumn, reliability=0.0)
    with pytest.raises(rs.ArgumentError, match="names no report"):
        rs.compare_routes(autumn, reliability={"C99": 0.5})


@pytest.mark.parametrize("ask", [rs.compare_routes, rs.track_routes])
def test_a_seed_out_of_range_is_refused(ask):
    with pytest.raises(
        rs.ArgumentError, match="seed: cannot be -1; give a whole number, 0 or more"
    ):
        ask(rs.load_journey("2019-04"), seed=-1)


def test_a_journey_without_reports_keeps_the_priors_of_its_routes():
    journey = rs.load_journey("2023-09")
    silent = rs.what_if(journey, drop=[report.id for report in journey.reports])
    (step,) = rs.track_routes(silent, reliabilities=(0.95,)).steps
    assert step.probabilities == (0.6, 0.2, 0.2)
