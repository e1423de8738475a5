from .assessment import print_check, print_score
from .bounds import print_bounds
from .conflicts import print_conflicts
from .could import print_possibility
from .journeys import print_journeys
from .posterior import print_posterior
from .railway import print_route, print_stations
from .routes import print_routes
from .simulation import print_simulation
from .trains import print_train, print_trains
from .whatif import print_what_if
from .where import print_where
from .worlds import print_worlds
from .zones import print_zones

__all__ = [
    "print_bounds",
    "print_check",
    "print_conflicts",
    "print_journeys",
    "print_possibility",
    "print_posterior",
    "print_route",
    "print_routes",
    "print_score",
    "print_simulation",
    "print_stations",
    "print_train",
    "print_trains",
    "print_what_if",
    "print_where",
    "print_worlds",
    "print_zones",
]
