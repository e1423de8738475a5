"""The JSON document of journeys drawn from the priors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.cli.documents.records import EVENTS, iterate_rows, make_json_window

if TYPE_CHECKING:
    from routesim.journey import Ensemble, Journey

__all__ = ["make_simulation_document"]


def make_simulation_document(journey: Journey, ensemble: Ensemble) -> dict[str, Any]:
    """Return the windows of simulated journeys, with every passage."""
    return {
        "journey": ensemble.journey_id,
        "route": ensemble.route_id,
        "changes": journey.changes,
        "draws": ensemble.draws,
        "seed": ensemble.seed,
        "windows": [
            {
                "station": row["station"],
                "visit": row["visit"],
                "km": row["km"],
                **{event: make_json_window(row, event) for event in EVENTS},
            }
            for row in iterate_rows(ensemble.windows())
        ],
        "ess": ensemble.ess,
    }
