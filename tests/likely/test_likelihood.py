"""The likelihood: readings, flat alternatives and reliabilities of reports."""

import numpy as np
import pytest

import routesim as rs
from routesim.certain.problem import build_problem
from routesim.likely.likelihood import build_likelihood, list_evidence, list_in_priors


def test_simulated_reports_are_read_as_those_of_a_file(calibration, tool):
    case = tool.CASES["routes"]
    truth, reports = case.draw_reports(np.random.default_rng(0))
    assert [report.id for report in reports] == ["W1", "W2", "C1", "C2", "E1", "H1"]
    likelihood = calibration.build_case_likelihood(case, reports)
    # A part of the day by two clocks has two readings, and so has a forecast.
    priors = {
        w.distinct_report.id: [s.prior for s in w.reading_terms]
        for w in likelihood.mixture.members
    }
    assert priors["W1"] == pytest.approx([0.6, 0.4])
    assert priors["E1"] == pytest.approx([0.5, 0.5])
    assert priors["C1"] == [1.0]
    # Six of 24 hours, two times 3 minutes of 24 hours, and one of two routes.
    flats = {w.distinct_report.id: w.flat for w in likelihood.mixture.members}
    assert flats["W1"] == pytest.approx(0.25)
    assert flats["C1"] == pytest.approx(6 / 1440)
    assert flats["H1"] == 0.5
    assert truth.route_id in case.journey.routes


def test_a_report_in_a_prior_is_not_used_again():
    journey = rs.load_journey("2023-09")
    assert list_in_priors(journey)
    used = list_evidence(journey, build_problem(journey).distinct_reports)
    assert list_in_priors(journey).isdisjoint(name for one in used for name in one.members)


def test_reliabilities_may_be_given_for_all_or_by_report_and_family():
    journey = rs.load_journey("2023-09")
    reports = build_problem(journey).distinct_reports
    whole = build_likelihood(journey, reports, reliability=0.8).mixture.members
    assert {one.reliability for one in whole} == {0.8}
    family = journey.get_report("C23").family
    some = build_likelihood(
        journey, reports, reliability={"C23": 0.5, family: 0.7}
    ).mixture.members
    found = {one.distinct_report.id: one.reliability for one in some}
    assert found["C23"] == 0.5
    mine = [one.distinct_report for one in some if one.distinct_report.report.family == family]
    assert len(mine) > 1
    assert {found[one.id] for one in mine if "C23" not in one.members} == {0.7}
