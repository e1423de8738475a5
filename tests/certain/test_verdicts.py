"""Verdicts of ``check`` that follow from certain answers."""

import importlib
from dataclasses import replace

import pytest

import routesim as rs

pytestmark = pytest.mark.slow


def test_a_report_that_every_best_world_drops_is_impossible(journeys):
    """A report of a crossing at noon on Sunday contradicts all others."""
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


def test_check_names_a_conflict_that_depends_on_a_reading(journeys):
    row = rs.check(journeys["2023-09"], draws=200).to_frame().set_index("id").loc["C01"]
    assert row["verdict"] == "consistent"
    assert row["why"].endswith(
        "It is in a conflict with C06, which misses by 6 h, if C06 is read as: departed on "
        "Monday."
    )


def test_nothing_is_impossible_if_not_all_best_worlds_are_listed(journeys, monkeypatch):
    """With only one world listed, a report that it drops may hold in another."""
    worlds = importlib.import_module("routesim.certain.worlds")
    checking = importlib.import_module("routesim.assessment.check")
    monkeypatch.setattr(worlds, "MOST_BEST", 1)
    problem = replace(checking.build_problem(journeys["2019-04"]))  # with an empty cache
    judge = checking._CertainJudge(problem)
    assert not worlds.list_best(problem).is_complete
    assert judge.every == []
