from .condition import condition, draw_posterior
from .position import PlaceShare, PosteriorPosition, list_place_shares
from .posterior import FEW_EFFECTIVE, Posterior, SampleWarning
from .routes import DECISIVE, RouteTrack, compare_routes, track_routes
from .time_stood import Standing, list_standings

__all__ = [
    "DECISIVE",
    "FEW_EFFECTIVE",
    "PlaceShare",
    "Posterior",
    "PosteriorPosition",
    "RouteTrack",
    "SampleWarning",
    "Standing",
    "compare_routes",
    "condition",
    "draw_posterior",
    "list_place_shares",
    "list_standings",
    "track_routes",
]
