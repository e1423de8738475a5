"""The target of the sampler: its coordinates and its log agreements."""

import numpy as np
import pytest

import routesim as rs
from routesim.certain import build_problem
from routesim.journey import lay_plan, make_stream
from routesim.likely.journey_target import RouteTarget, find_unknowns
from routesim.likely.likelihood import build_likelihood, build_likelihoods, list_evidence


@pytest.mark.parametrize("case", ["with_origins", "with_halts"])
def test_dates_approximate_the_times_of_a_run(case, request):
    # Braking and disputed lengths are left out, which costs minutes; 24 are allowed.
    target = request.getfixturevalue(case)
    layout = target.layouts[0]
    hours = target.draw(make_stream(6, "dates"), 500)
    drawn = target.complete(hours, layout, make_stream(7, "rest"))
    reached = layout.time_passages(drawn, target.keys[0]) / 3600.0
    zero = layout.departure_steps[0][0] / 3600.0
    assert target.event_count > 0
    for mark in range(target.event_count):
        away = target.date(hours, mark) + zero - reached[:, mark]
        assert np.isfinite(away).any()
        assert np.nanstd(away) < 0.4
        assert abs(np.nanmean(away)) < 0.4


def test_coordinates_survive_a_round_trip(with_origins):
    stream = make_stream(2, "there and back")
    hours = with_origins.draw(stream, 500)
    assert with_origins.from_z(with_origins.to_z(hours)) == pytest.approx(hours, rel=1e-6)


def test_the_agreement_of_a_draw_does_not_depend_on_the_batch():
    # Regression: the running speed over the whole journey used the first origin of the batch,
    # so the likelihood of a draw depended on its neighbours.
    journey = rs.what_if(rs.load_journey("2019-04"), speed_kmh=(40, 70))
    layouts = (lay_plan(journey),)
    likelihood = build_likelihood(journey, build_problem(journey).distinct_reports)
    assert "C48" in {member.distinct_report.id for member in likelihood.mixture.members}
    target = RouteTarget(layouts, likelihood, find_unknowns(likelihood, layouts))
    hours = target.draw(make_stream(3, "alone"), 40)
    together = target.observe(hours)
    for row in range(40):
        alone = target.observe(hours[row : row + 1])
        assert together[..., row] == pytest.approx(alone[..., 0], rel=1e-9, abs=1e-9)


def test_likelihoods_of_growing_reports_share_their_terms():
    journey = rs.load_journey("2019-04")
    distinct_reports = list_evidence(journey, build_problem(journey).distinct_reports)
    turns = build_likelihoods(journey, distinct_reports)
    whole = build_likelihood(journey, distinct_reports)
    layouts = (lay_plan(journey),)
    target = RouteTarget(layouts, turns[-1], find_unknowns(turns[-1], layouts))
    hours = target.draw(make_stream(4, "turns"), 50)
    terms = target.observe(hours)[0]
    other = RouteTarget(layouts, whole, find_unknowns(whole, layouts))
    assert other.dimensions == target.dimensions
    assert turns[-1].weigh(terms) == pytest.approx(whole.weigh(other.observe(hours)[0]))
