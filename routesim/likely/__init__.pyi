from .condition import condition, draw_posterior
from .posterior import (
    FEW_EFFECTIVE,
    Posterior,
    PosteriorPosition,
    SampleWarning,
    describe_certain,
    describe_past,
)
from .route_answers import DECISIVE, RouteComparison, RouteProbability, RouteStep, RouteTrack
from .routes import compare_routes, track_routes
from .summaries import Standing, list_standings

__all__ = [
    "DECISIVE",
    "FEW_EFFECTIVE",
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
    "describe_past",
    "draw_posterior",
    "list_standings",
    "track_routes",
]
