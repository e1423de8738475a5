"""What is certain of a position, beside what is likely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routesim.certain.bounds import Bounds
    from routesim.journey import Position


def describe_certain(bounds: Bounds, place: Position) -> dict[str, Any]:
    """Return what :meth:`Position.to_dict` says of what is certain."""
    held = bounds.where(place.time)
    return {
        "min_km": held.min_km,
        "max_km": held.max_km,
        "stations": held.stations,
        "worlds": [world.number for world in bounds.worlds],
    }


def describe_past(bounds: Bounds, place: Position, index: int) -> dict[str, Any]:
    """Return how likely the train had come to a passage, and whether it certainly had.

    ``certain`` is None if both are possible.
    """
    passage = place.route.passages[index]
    share, error = place.ensemble.find_passed_share(index, place.time_s)
    certain: bool | None = None
    if bounds.get_seconds("arrive", "latest")[index] <= place.time_s:
        certain = True
    elif bounds.get_seconds("arrive", "earliest")[index] > place.time_s:
        certain = False
    return {
        "station": passage.station.name,
        "visit": passage.visit,
        "share": share,
        "mcse": error,
        "certain": certain,
    }
