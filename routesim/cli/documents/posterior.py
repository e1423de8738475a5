"""The JSON document of what is likely, given the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.cli.documents.records import (
    EVENTS,
    PERCENTILES,
    iterate_rows,
    list_records,
    make_json_as_of,
    make_json_time,
    make_json_window,
)

if TYPE_CHECKING:
    from routesim.journey import Journey
    from routesim.likely import Posterior

__all__ = ["make_posterior_document"]


def make_posterior_document(journey: Journey, posterior: Posterior) -> dict[str, Any]:
    """Return what is likely given the reports, with every passage."""
    return {
        "journey": posterior.journey_id,
        "route": posterior.route_id,
        "changes": journey.changes,
        "windows": [
            {
                "station": row["station"],
                "visit": row["visit"],
                "km": row["km"],
                **{event: _make_window(row, event) for event in EVENTS},
            }
            for row in iterate_rows(posterior.windows(certain=True))
        ],
        "ess": posterior.ess,
        "log_evidence": posterior.log_evidence,
        "log_evidence_mcse": posterior.log_evidence_error,
        "reports": list_records(posterior.reports()),
        "stood": list_records(posterior.stood(certain=True)),
        "speeds": list_records(posterior.speeds()),
        "entangled": [
            {"places": [one, other], "correlation": correlation}
            for one, other, correlation in posterior.correlated
        ],
        "worlds": [world.number for world in posterior.certain.worlds],
        "dropped": posterior.dropped,
        "as_of": make_json_as_of(posterior.as_of_s),
        "draws": posterior.draws,
        "seed": posterior.seed,
    }


def _make_window(row: Any, event: str) -> dict[str, Any]:
    return {
        **make_json_window(row, event),
        "mcse_s": {p: row[f"{event}_{p}_mcse_s"] for p in PERCENTILES},
        **{end: make_json_time(row[f"{event}_{end}"]) for end in ("earliest", "latest")},
    }
