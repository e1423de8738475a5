"""Sampler targets made from journeys."""

from __future__ import annotations

import pytest

import routesim as rs
from routesim.certain import build_problem
from routesim.journey import Journey, lay_plan
from routesim.likely.journey_target import JourneyTarget
from routesim.likely.likelihood import build_likelihood
from tests.support.journeys import (
    build_journey,
    lognormal,
    make_window,
    uniform,
    write_departure,
    write_family,
    write_report,
    write_route,
    write_source,
    write_speed,
    write_standing,
)


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
    """A target with halts, a speed and a departure, and two clock times."""
    clocks = (("Sukhanovka", "08:30", "08:45"), ("Baranovsky", "12:30", "13:00"))
    parts = [
        write_report(f"C{n}", {"kind": "arrive", "place": place, **make_window(low, high, 5)})
        + write_family(f"C{n}")
        for n, (place, low, high) in enumerate(clocks)
    ]
    return make_target(
        build_journey(
            "halts",
            write_route("one", "Baranovsky"),
            write_departure("06:00", "08:00"),
            write_speed("Khasan branch", uniform(40, 70)),
            write_standing("Khasan branch", lognormal(12, 40), 1),
            write_source(),
            *parts,
            default_route="one",
        )
    )
