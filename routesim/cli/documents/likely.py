"""The JSON documents of the commands about what is likely."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

from routesim.cli.documents.certain import make_certain_record
from routesim.cli.output import PERCENTILES, iterate_rows, make_json_time, make_json_window
from routesim.text.times import format_utc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from routesim.assessment import Score
    from routesim.certain import Bounds
    from routesim.journey import Ensemble, Journey, Whereabouts
    from routesim.likely import Posterior, RouteTrack

__all__ = [
    "is_past",
    "make_posterior_document",
    "make_routes_document",
    "make_score_document",
    "make_track_records",
    "make_where_document",
]

EVENTS = ("arrive", "depart")
ENDS = ("earliest", "latest")


def make_posterior_document(journey: Journey, posterior: Posterior) -> dict[str, Any]:
    """Write what is likely given the reports, every passage of it."""
    error = posterior.log_evidence_error
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
        "log_evidence": _round(posterior.log_evidence, error),
        "log_evidence_mcse": error,
        "reports": _list_records(posterior.reports),
        "stood": _list_records(posterior.stood(certain=True)),
        "speeds": _list_records(posterior.speeds()),
        "entangled": [
            {"places": [one, other], "correlation": together}
            for one, other, together in posterior.entangled
        ],
        "worlds": [world.number for world in posterior.certain.worlds],
        "dropped": posterior.dropped,
        "as_of": _make_as_of(posterior.as_of_s),
        "draws": posterior.draws,
        "seed": posterior.seed,
    }


def make_where_document(
    journey: Journey,
    ensemble: Ensemble,
    place: Whereabouts,
    held: Bounds,
    *,
    past: Sequence[int] = (),
) -> dict[str, Any]:
    """Write where the train was at an instant: what is certain, and what is likely.

    For the passages in ``past`` also how likely they were behind it.
    """
    from routesim.likely import LikelyPlace, Posterior, list_place_shares  # noqa: PLC0415 (heavy)

    passages = place.route.passages
    errors = place.errors_km if isinstance(place, LikelyPlace) else (None,) * 3
    return {
        "journey": ensemble.journey_id,
        "route": ensemble.route_id,
        "changes": journey.changes,
        "time": format_utc(place.time_s),
        "given": "reports" if isinstance(ensemble, Posterior) else "priors",
        "certain": make_certain_record(held, format_utc(place.time_s)),
        "likely": {f"{p}_km": getattr(place, f"{p}_km") for p in PERCENTILES},
        "errors": {f"{p}_km": e for p, e in zip(PERCENTILES, errors, strict=True)},
        "nearest_station": place.nearest_station,
        "sections": [
            {
                "from": passages[section.start].station.name,
                "to": passages[section.end].station.name,
                "from_km": passages[section.start].km,
                "to_km": passages[section.end].km,
                "share": _round(section.share, section.error),
                "mcse": section.error,
            }
            for section in list_place_shares(ensemble, place)
        ],
        "past": [_make_past(ensemble, place, held, index) for index in past],
        "not_set_out": place.waiting,
        "arrived": place.arrived,
        "ess": ensemble.ess,
        "draws": ensemble.draws,
        "seed": ensemble.seed,
    }


def _make_past(
    ensemble: Ensemble, place: Whereabouts, held: Bounds, index: int
) -> dict[str, Any]:
    passage = place.route.passages[index]
    share, error = ensemble.find_passed_share(index, place.time_s)
    return {
        "station": passage.station.name,
        "visit": passage.visit,
        "share": _round(share, error),
        "mcse": error,
        "certain": is_past(held, place.time_s, index),
    }


def is_past(held: Bounds, time_s: float, index: int) -> bool | None:
    """Tell whether it certainly had, or had not, come to a passage; None if it may have."""
    earliest, latest = (held.get_seconds("arrive", end)[index] for end in ENDS)
    if latest <= time_s:
        return True
    return False if earliest > time_s else None


def make_routes_document(
    journey: Journey,
    table: pd.DataFrame,
    track: RouteTrack | None,
    *,
    as_of_s: float,
    drop: Sequence[str],
    seed: int,
) -> dict[str, Any]:
    """Write how likely each route is; ``track`` and ``tells_from`` are null if not asked."""
    tells = None if track is None else track.tells_from
    routes = _list_records(table.rename(columns={"route": "id"}))
    for row in routes:
        row["log_evidence"] = _round(row["log_evidence"], row["log_evidence_mcse"])
    return {
        "journey": journey.id,
        "changes": journey.changes,
        "routes": routes,
        "as_of": _make_as_of(as_of_s),
        "dropped": drop,
        "seed": seed,
        "track": None if track is None else make_track_records(track),
        "tells_from": None
        if tells is None
        else [
            {
                "reliability": value,
                "route": None if found is None else found[0],
                "report": None if found is None else found[1],
            }
            for value, found in tells.items()
        ],
    }


def make_track_records(track: RouteTrack) -> list[dict[str, Any]]:
    """Write the steps of a track, in the order of being known."""
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


def make_score_document(journey: Journey, found: Score) -> dict[str, Any]:
    """Write how well reports are predicted from others."""
    return {
        "journey": journey.id,
        "route": found.route_id,
        "changes": journey.changes,
        "scorable": found.is_scorable,
        "why": found.why,
        "summary": _list_records(found.summary),
        "reports": _list_records(found.reports),
        "rolling": _list_records(found.rolling),
        "draws": found.draws,
        "seed": found.seed,
    }


def _make_window(row: Any, event: str) -> dict[str, Any]:
    return {
        **make_json_window(row, event),
        "mcse_s": {p: row[f"{event}_{p}_mcse_s"] for p in PERCENTILES},
        **{end: make_json_time(row[f"{event}_{end}"]) for end in ENDS},
    }


def _round(value: float, error: float) -> float:
    from routesim.sampler.rounding import round_to  # noqa: PLC0415 (heavy: not for --help)

    return round_to(value, error)


def _make_as_of(as_of_s: float) -> str | None:
    return format_utc(as_of_s) if isfinite(as_of_s) else None


def _list_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): _make_value(value) for key, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _make_value(value: Any) -> Any:
    """Turn a cell of a frame into what JSON can hold: a time into text, a gap into null."""
    if isinstance(value, datetime):
        return make_json_time(value)
    if isinstance(value, str | Mapping | list | tuple) or value is None:
        return value
    return None if value is _get_gap() else value


def _get_gap() -> Any:
    import pandas as pd  # noqa: PLC0415 (heavy)

    return pd.NA
