"""Journeys as targets."""

import pytest

import routesim as rs
from routesim.certain import take_testimony
from routesim.journey import lay_plan
from routesim.likely.journey_target import RouteTarget, find_unknowns
from routesim.likely.likelihood import hear_witnesses


def make_target(name, route=None):
    journey = rs.load_journey(name)
    layouts = (lay_plan(journey, route),)
    likelihood = hear_witnesses(journey, take_testimony(journey).witnesses)
    return RouteTarget(layouts, likelihood, find_unknowns(likelihood, layouts))


@pytest.fixture(scope="module")
def with_origins():
    """Twenty and more unknowns, an origin and halts among them."""
    return make_target("2019-04")


@pytest.fixture(scope="module")
def with_halts(load_tool):
    """Six halts on one run, a speed and a departure, and nothing else."""
    journey = load_tool("benchmark_conditioning").make_clocks(2)
    layouts = (lay_plan(journey),)
    likelihood = hear_witnesses(journey, take_testimony(journey).witnesses)
    return RouteTarget(layouts, likelihood, find_unknowns(likelihood, layouts))
