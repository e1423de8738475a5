from .condition import condition
from .place_shares import PlaceShare, list_place_shares
from .posterior import LikelyPlace, Posterior, SampleWarning
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
