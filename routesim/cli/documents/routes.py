"""The JSON document of how likely each route is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.cli.documents.records import (
    iterate_rows,
    list_records,
    make_json_as_of,
    make_json_time,
)
from routesim.text.rounding import round_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from routesim.journey import Journey
    from routesim.likely import RouteTrack

__all__ = ["make_routes_document"]


def make_routes_document(
    journey: Journey,
    table: pd.DataFrame,
    track: RouteTrack | None,
    *,
    as_of_s: float,
    drop: Sequence[str],
    seed: int,
) -> dict[str, Any]:
    """Return how likely each route is; ``track`` and ``tells_from`` are null if not asked."""
    routes = list_records(table.rename(columns={"route": "id"}))
    for row in routes:
        row["log_evidence"] = round_to(row["log_evidence"], row["log_evidence_mcse"])
    return {
        "journey": journey.id,
        "changes": journey.changes,
        "routes": routes,
        "as_of": make_json_as_of(as_of_s),
        "dropped": drop,
        "seed": seed,
        "track": None if track is None else _list_track(track),
        "tells_from": None if track is None else _list_deciding_reports(track),
    }


def _list_track(track: RouteTrack) -> list[dict[str, Any]]:
    """Return the steps of a track, in the order in which they became known."""
    return [
        {
            "reliability": row["reliability"],
            "step": row["step"],
            "known_at": make_json_time(row["known_at"]),
            "report": row["report"] or None,
            "probabilities": {route: row[route] for route in track.routes},
        }
        for row in iterate_rows(track.rows)
    ]


def _list_deciding_reports(track: RouteTrack) -> list[dict[str, Any]]:
    """Return, for each reliability, the report that makes a route likely enough."""
    return [
        {
            "reliability": reliability,
            "route": None if found is None else found[0],
            "report": None if found is None else found[1],
        }
        for reliability, found in track.decisive_reports.items()
    ]
