from .condition import condition, draw_posterior
from .posterior import (
    FEW_EFFECTIVE,
    Posterior,
    PosteriorPosition,
    SampleWarning,
    describe_certain,
    describe_past,
)
from .route_answers import RouteComparison, RouteProbability, RouteStep, RouteTrack
from .routes import compare_routes, track_routes

__all__ = [
    "FEW_EFFECTIVE",
    "Posterior",
    "PosteriorPosition",
    "RouteComparison",
    "RouteProbability",
    "RouteStep",
    "RouteTrack",
    "SampleWarning",
    "compare_routes",
    "condition",
    "describe_certain",
    "describe_past",
    "draw_posterior",
    "track_routes",
]
