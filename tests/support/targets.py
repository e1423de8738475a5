"""Sampler targets made from journeys."""

from __future__ import annotations

import pytest

import routesim as rs
from routesim.certain import build_problem
from routesim.journey import Journey, lay_plan
from routesim.likely.journey_target import JourneyTarget
from routesim.likely.likelihood import build_likelihood
from tools.benchmark.conditioning import make_clocks


def make_target(journey: Journey, route: str | None = None) -> JourneyTarget:
    """Make the target of all reports of a journey over one route."""
    likelihood = build_likelihood(journey, build_problem(journey).distinct_reports)
    return JourneyTarget((lay_plan(journey, route),), likelihood)


@pytest.fixture(scope="session")
def with_origins() -> JourneyTarget:
    """A target with over twenty parameters, including an origin and halts."""
    return make_target(rs.load_journey("2019-04"))


@pytest.fixture(scope="session")
def with_halts() -> JourneyTarget:
    """A target with halts on one leg, a speed and a departure, and nothing else."""
    return make_target(make_clocks(2))
