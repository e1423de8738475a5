from .condition import FEW_EFFECTIVE, condition
from .position import PassedPlace, describe_certain, find_passed
from .posterior import Posterior, PosteriorPosition, SampleWarning
from .route_answers import DECISIVE, RouteComparison, RouteProbability, RouteStep, RouteTrack
from .routes import compare_routes, track_routes
from .time_stood import Standing, list_standings

__all__ = [
    "DECISIVE",
    "FEW_EFFECTIVE",
    "PassedPlace",
    "Posterior",
    "PosteriorPosition",
    "RouteComparison",
    "RouteProbability",
    "RouteStep",
    "RouteTrack",
    "SampleWarning",
    "Standing",
    "compare_routes",
    "condition",
    "describe_certain",
    "find_passed",
    "list_standings",
    "track_routes",
]
