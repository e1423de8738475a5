"""Best worlds, bounds, answers, misses and resolutions on random journeys.

Every alternative is tried with an independent solver; the tools run thousands of journeys.
"""

import importlib

import pytest

from tools.verify import resolutions
from tools.verify import worlds as tool


@pytest.mark.parametrize("first", [0, 505, 2350])
def test_best_worlds_bounds_and_answers_against_every_alternative(first):
    """Seed 507 has a version that contradicts the kept one in another reading only."""
    tally = tool.run("small", 8, tool.compare_journey, first)
    assert tally.faults == []
    assert tally.counts["best worlds"] >= tally.counts["journeys"] > 6


def test_best_worlds_by_the_integer_programme(monkeypatch):
    """With a few steps of the search, the programme finds the other worlds."""
    module = importlib.import_module("routesim.certain.world_search")
    monkeypatch.setattr(module, "MOST_STEPS", 2)
    tally = tool.run("small", 3, tool.compare_journey, 115)
    assert tally.faults == []


def test_true_and_planted_reports():
    for compare in (tool.verify_true, tool.verify_false):
        tally = tool.run("drawn", 8, compare)
        assert tally.faults == []
        assert tally.counts["comparisons"] > 8


def test_misses_and_resolutions_of_random_journeys():
    tally = tool.run("conflicts", 20, resolutions.compare_conflicts)
    assert tally.faults == []
    assert tally.counts["widen"] > 20
