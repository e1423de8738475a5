"""A journey's file, its plan and its simulation."""

from routesim.journey.ensemble import DEFAULT_LEVELS, Ensemble, PassageTimes, Whereabouts
from routesim.journey.journey import (
    Journey,
    RouteHypothesis,
    list_journeys,
    load_journey,
    require_journey,
)
from routesim.journey.plan_layout import (
    DEPARTURE,
    ORIGIN,
    KeyTimes,
    Layout,
    PlanDraws,
    StandingRun,
    lay_plan,
)
from routesim.journey.priors import Distribution, make_stream
from routesim.journey.records import JourneyRow, PlanRow, StopRow, TrustRow
from routesim.journey.simulation import (
    DEFAULT_DRAWS,
    MAX_DRAWS,
    check_draws,
    describe_draws,
    simulate,
)
from routesim.journey.template import make_template

__all__ = [
    "DEFAULT_DRAWS",
    "DEFAULT_LEVELS",
    "DEPARTURE",
    "MAX_DRAWS",
    "ORIGIN",
    "Distribution",
    "Ensemble",
    "Journey",
    "JourneyRow",
    "KeyTimes",
    "Layout",
    "PassageTimes",
    "PlanDraws",
    "PlanRow",
    "RouteHypothesis",
    "StandingRun",
    "StopRow",
    "TrustRow",
    "Whereabouts",
    "check_draws",
    "describe_draws",
    "lay_plan",
    "list_journeys",
    "load_journey",
    "make_stream",
    "make_template",
    "require_journey",
    "simulate",
]
