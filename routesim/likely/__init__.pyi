from .condition import condition
from .position import LikelyPlace, PlaceShare, list_place_shares
from .posterior import Posterior, SampleWarning
from .routes import RouteTrack, compare_routes, track_routes
from .time_stood import Standing, list_standings

__all__ = [
    "LikelyPlace",
    "PlaceShare",
    "Posterior",
    "RouteTrack",
    "SampleWarning",
    "Standing",
    "compare_routes",
    "condition",
    "list_place_shares",
    "list_standings",
    "track_routes",
]
