"""The JSON document of a changed journey beside its base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.cli.documents.records import EVENTS, iterate_rows, make_json_window

if TYPE_CHECKING:
    import pandas as pd

    from routesim.journey import Ensemble, Journey

__all__ = ["make_what_if_document"]


def make_what_if_document(
    journey: Journey, base: Ensemble, changed: Ensemble, table: pd.DataFrame
) -> dict[str, Any]:
    """Return the windows of the base and of the changed journey, with every passage.

    Parameters
    ----------
    journey
        The changed journey.
    base, changed
        Draws of both.
    table
        The windows of both, from ``compare_windows``.
    """
    return {
        "journey": journey.id,
        "route": changed.route_id,
        "base_route": base.route_id,
        "changes": list(journey.changes),
        "windows": [_make_pair(row) for row in iterate_rows(table)],
        "ess": changed.ess,
    }


def _make_pair(row: Any) -> dict[str, Any]:
    return {
        "station": row["station"],
        "visit": row["visit"],
        "base": {event: make_json_window(row, event, "base_") for event in EVENTS},
        "changed": {event: make_json_window(row, event, "changed_") for event in EVENTS},
        "shift_s": row["shift_s"],
    }
