"""The JSON document of the bundled journeys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.journey import Journey

__all__ = ["make_journeys_document"]


def make_journeys_document(journeys: Iterable[Journey]) -> dict[str, Any]:
    """Return the bundled journeys with their routes."""
    return {
        "journeys": [
            {
                "id": journey.id,
                "title": journey.title,
                "routes": list(journey.routes),
                "default_route": journey.default_route,
                "reports": len(journey.reports),
            }
            for journey in journeys
        ]
    }
