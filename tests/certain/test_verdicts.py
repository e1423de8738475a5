"""Verdicts of check that follow from what is certain."""

import importlib
from dataclasses import replace

import pytest

import routesim as rs

pytestmark = pytest.mark.slow


def test_check_calls_impossible_what_every_mild_world_drops(journeys):
    """One report of a crossing at noon on Sunday against all the others."""
    journey = journeys["2023-09"]
    report = journey.get_report("C16")
    clause = report.clauses[0]
    window = replace(clause.time.window, start_s=1694314800.0, end_s=1694318400.0)
    false = replace(
        report,
        id="Z1",
        family="F8",
        clauses=(
            replace(clause, time=replace(clause.time, window=window, zone_known="printed")),
        ),
    )
    table = rs.check(replace(journey, reports=(*journey.reports, false)), draws=500)
    row = table.to_frame().set_index("id").loc["Z1"]
    assert row["verdict"] == "impossible"
    assert row["margin_s"] < 0
    assert "Cannot be true together with" in row["why"]


def test_check_names_the_clash_that_depends_on_a_reading(journeys):
    row = rs.check(journeys["2023-09"], draws=200).to_frame().set_index("id").loc["C01"]
    assert row["verdict"] == "consistent"
    assert "It clashes with C06 by 6 h, if C06 read as: departed on Monday." in row["why"]


def test_more_mild_worlds_than_are_listed_leave_nothing_impossible(journeys, monkeypatch):
    """Cut short at one world, no report may be called impossible for being left out of it."""
    worlds = importlib.import_module("routesim.certain.worlds")
    checking = importlib.import_module("routesim.assessment.check")
    monkeypatch.setattr(worlds, "MOST_MILD", 1)
    problem = replace(checking.build_problem(journeys["2019-04"]))  # nothing kept yet
    judge = checking._CertainJudge(problem)
    assert not worlds.list_mildest(problem).is_complete
    assert judge.worlds == ()
