from .draws import (
    CONDITION_DRAWS,
    MAX_DRAWS,
    SIMULATE_DRAWS,
    check_count,
    check_draws,
    check_seed,
    make_stream,
)
from .ensemble import Ensemble, Position
from .journey import Journey, require_journey
from .loading import list_journeys, load_journey
from .plan_draws import (
    Halts,
    KeyTimes,
    PassageTimes,
    PlanDraws,
    RunTimes,
    keep_times,
    time_passages,
)
from .plan_layout import DEPARTURE, ORIGIN, Layout, lay_plan
from .priors import Distribution
from .records import JourneyRow
from .running_times import run_kinematics
from .simulation import describe_draws, simulate, simulate_routes
from .template import make_template
from .windows import (
    DEFAULT_LEVELS,
    EVENTS,
    PassageWindow,
    check_levels,
    format_level,
    measure_windows,
)

__all__ = [
    "CONDITION_DRAWS",
    "DEFAULT_LEVELS",
    "DEPARTURE",
    "EVENTS",
    "MAX_DRAWS",
    "ORIGIN",
    "SIMULATE_DRAWS",
    "Distribution",
    "Ensemble",
    "Halts",
    "Journey",
    "JourneyRow",
    "KeyTimes",
    "Layout",
    "PassageTimes",
    "PassageWindow",
    "PlanDraws",
    "Position",
    "RunTimes",
    "check_count",
    "check_draws",
    "check_levels",
    "check_seed",
    "describe_draws",
    "format_level",
    "keep_times",
    "lay_plan",
    "list_journeys",
    "load_journey",
    "make_stream",
    "make_template",
    "measure_windows",
    "require_journey",
    "run_kinematics",
    "simulate",
    "simulate_routes",
    "time_passages",
]
