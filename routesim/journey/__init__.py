"""A journey's file, its plan and its simulation."""

from routesim.journey.ensemble import DEFAULT_LEVELS, Ensemble, Whereabouts
from routesim.journey.journey import (
    Journey,
    RouteHypothesis,
    list_journeys,
    load_journey,
    require_journey,
)
from routesim.journey.records import JourneyRow, PlanRow, StopRow
from routesim.journey.simulation import DEFAULT_DRAWS, simulate
from routesim.journey.template import make_template

__all__ = [
    "DEFAULT_DRAWS",
    "DEFAULT_LEVELS",
    "Ensemble",
    "Journey",
    "JourneyRow",
    "PlanRow",
    "RouteHypothesis",
    "StopRow",
    "Whereabouts",
    "list_journeys",
    "load_journey",
    "make_template",
    "require_journey",
    "simulate",
]
