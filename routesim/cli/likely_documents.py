"""The JSON documents of the commands about what is likely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.cli.documents import make_certain_record
from routesim.cli.output import PERCENTILES, iterate_rows, make_json_time, make_json_window
from routesim.evidence import format_utc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from routesim.journey import Ensemble, Journey, Whereabouts
    from routesim.reasoning import Bounds, Posterior, RouteTrack, Score

__all__ = [
    "Section",
    "find_share_error",
    "list_sections",
    "make_posterior_document",
    "make_routes_document",
    "make_score_document",
    "make_track_records",
    "make_where_document",
]

EVENTS = ("arrive", "depart")
ENDS = ("earliest", "latest")
AT_KM = 1e-9
"""Within so many kilometres a draw counts as being at a timing point."""


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of a route between two timing points, or one of these, and its probability.

    Parameters
    ----------
    start, end
        Indices of passages; the same for a timing point.
    share
        Of the draws that are there.
    error
        Monte Carlo standard error of the share.
    """

    start: int
    end: int
    share: float
    error: float


def list_sections(
    ensemble: Ensemble, place: Whereabouts, indices: Sequence[int] | None = None
) -> list[Section]:
    """List the sections where the train may be, in the order of the route.

    Parameters
    ----------
    ensemble
        Whose draws they are.
    place
        Where these are at an instant.
    indices
        Of the passages to tell apart, the two ends among them; ``None`` for all.
    """
    chosen = np.arange(len(place.route.passages)) if indices is None else np.asarray(indices)
    km = place.route.passage_km[chosen]
    before = np.searchsorted(km, place.km + AT_KM, side="right") - 1
    code = 2 * before + (place.km > km[before] + AT_KM)
    found = []
    for one in np.unique(code):
        flags = (code == one).astype(np.float64)
        start, end = chosen[one // 2], chosen[(one + 1) // 2]
        share = float(flags.mean())
        found.append(Section(int(start), int(end), share, find_share_error(ensemble, flags)))
    return found


def find_share_error(ensemble: Ensemble, flags: NDArray[Any]) -> float:
    """Return the Monte Carlo standard error of the mean of what each draw says, 0 or 1."""
    from routesim.reasoning import Posterior  # noqa: PLC0415 (heavy: not for --help)

    if isinstance(ensemble, Posterior):
        error = ensemble.islands.find_error(1.0 * flags, lambda part: part.mean(keepdims=True))
        return float(error[0])
    share = float(flags.mean())
    return sqrt(share * (1.0 - share) / flags.size)


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
        "stood": _list_records(posterior.stood()),
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
    journey: Journey, ensemble: Ensemble, place: Whereabouts, held: Bounds
) -> dict[str, Any]:
    """Write where the train was at an instant: what is certain, and what is likely."""
    from routesim.reasoning import LikelyPlace, Posterior  # noqa: PLC0415 (heavy)

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
            for section in list_sections(ensemble, place)
        ],
        "not_set_out": place.waiting,
        "arrived": place.arrived,
        "ess": ensemble.ess,
        "draws": ensemble.draws,
        "seed": ensemble.seed,
    }


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
    from routesim.reasoning import round_to  # noqa: PLC0415 (heavy: not for --help)

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
