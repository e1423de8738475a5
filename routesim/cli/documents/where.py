"""The JSON document of where the train was at an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.cli.documents.records import PERCENTILES
from routesim.likely import Posterior, PosteriorPosition, list_place_shares
from routesim.text.rounding import round_to
from routesim.text.times import format_utc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.certain import Bounds
    from routesim.journey import Ensemble, Journey, Position

__all__ = ["is_past", "make_where_document"]


def make_where_document(
    journey: Journey,
    ensemble: Ensemble,
    place: Position,
    bounds: Bounds,
    *,
    past: Sequence[int] = (),
) -> dict[str, Any]:
    """Return where the train was at an instant: what is certain, and what is likely.

    For the passages in ``past`` also the probability that the train had reached them.
    """
    passages = place.route.passages
    errors = place.errors_km if isinstance(place, PosteriorPosition) else (None,) * 3
    return {
        "journey": ensemble.journey_id,
        "route": ensemble.route_id,
        "changes": journey.changes,
        "time": format_utc(place.time_s),
        "given": "reports" if isinstance(ensemble, Posterior) else "priors",
        "certain": _make_certain(bounds, format_utc(place.time_s)),
        "likely": {f"{p}_km": getattr(place, f"{p}_km") for p in PERCENTILES},
        "errors": {f"{p}_km": e for p, e in zip(PERCENTILES, errors, strict=True)},
        "nearest_station": place.nearest_station,
        "sections": [
            {
                "from": passages[section.start].station.name,
                "to": passages[section.end].station.name,
                "from_km": passages[section.start].km,
                "to_km": passages[section.end].km,
                "share": round_to(section.share, section.error),
                "mcse": section.error,
            }
            for section in list_place_shares(ensemble, place)
        ],
        "past": [_make_past(ensemble, place, bounds, index) for index in past],
        "not_set_out": place.waiting,
        "arrived": place.arrived,
        "ess": ensemble.ess,
        "draws": ensemble.draws,
        "seed": ensemble.seed,
    }


def is_past(bounds: Bounds, time_s: float, index: int) -> bool | None:
    """Return whether the train had certainly reached a passage; None if both are possible."""
    if bounds.get_seconds("arrive", "latest")[index] <= time_s:
        return True
    return False if bounds.get_seconds("arrive", "earliest")[index] > time_s else None


def _make_certain(bounds: Bounds, time: str) -> dict[str, Any]:
    place = bounds.where(time)
    return {
        "min_km": place.min_km,
        "max_km": place.max_km,
        "stations": place.stations,
        "worlds": [world.number for world in bounds.worlds],
    }


def _make_past(
    ensemble: Ensemble, place: Position, bounds: Bounds, index: int
) -> dict[str, Any]:
    passage = place.route.passages[index]
    share, error = ensemble.find_passed_share(index, place.time_s)
    return {
        "station": passage.station.name,
        "visit": passage.visit,
        "share": round_to(share, error),
        "mcse": error,
        "certain": is_past(bounds, place.time_s, index),
    }
