"""A journey's file, its plan and its simulation."""

from routesim.journey.ensemble import Ensemble, Whereabouts
from routesim.journey.journey import Journey, RouteHypothesis, require_journey
from routesim.journey.loading import list_journeys, load_journey
from routesim.journey.plan_draws import KeyTimes, PassageTimes, PlanDraws
from routesim.journey.plan_layout import DEPARTURE, ORIGIN, Layout, lay_plan
from routesim.journey.planned_route import StandingRun
from routesim.journey.priors import Distribution
from routesim.journey.records import JourneyRow, PlanRow, StopRow, TrustRow
from routesim.journey.simulation import (
    DEFAULT_DRAWS,
    MAX_DRAWS,
    check_draws,
    describe_draws,
    simulate,
)
from routesim.journey.streams import make_stream
from routesim.journey.template import make_template
from routesim.journey.windows import DEFAULT_LEVELS

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
