"""The JSON documents of verdicts on reports, and of the score of predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.cli.documents.records import iterate_rows, list_records

if TYPE_CHECKING:
    import pandas as pd

    from routesim.assessment import Score
    from routesim.journey import Journey

__all__ = ["make_check_document", "make_score_document"]

CHECK_COLUMNS = ("id", "verdict", "margin_s", "share", "why")


def make_check_document(
    journey: Journey, table: pd.DataFrame, route: str | None
) -> dict[str, Any]:
    """Return the verdict on each report."""
    return {
        "journey": journey.id,
        "route": route or journey.default_route,
        "changes": journey.changes,
        "reports": [
            {column: row[column] for column in CHECK_COLUMNS} for row in iterate_rows(table)
        ],
    }


def make_score_document(journey: Journey, score: Score) -> dict[str, Any]:
    """Return how well reports are predicted from others."""
    return {
        "journey": journey.id,
        "route": score.route_id,
        "changes": journey.changes,
        "scorable": score.is_scorable,
        "why": score.why,
        "summary": list_records(score.summary),
        "reports": list_records(score.reports),
        "rolling": list_records(score.rolling),
        "draws": score.draws,
        "seed": score.seed,
    }
