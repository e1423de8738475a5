from .assessment import make_check_document, make_score_document
from .certain import (
    make_bounds_document,
    make_conflicts_document,
    make_could_document,
    make_worlds_document,
    make_zones_document,
)
from .journeys import make_journeys_document
from .railway import make_route_document, make_stations_document
from .routes import make_routes_document
from .trains import make_train_document, make_trains_document
from .where import make_where_document

__all__ = [
    "make_bounds_document",
    "make_check_document",
    "make_conflicts_document",
    "make_could_document",
    "make_journeys_document",
    "make_route_document",
    "make_routes_document",
    "make_score_document",
    "make_stations_document",
    "make_train_document",
    "make_trains_document",
    "make_where_document",
    "make_worlds_document",
    "make_zones_document",
]
