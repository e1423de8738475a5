"""A changed journey beside its base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.cli.documents.records import iterate_rows
from routesim.cli.output import print_line, print_table
from routesim.cli.printing.cells import QUANTILES, list_times
from routesim.text.durations import format_signed_hours
from routesim.text.names import format_city
from routesim.text.times import is_missing

if TYPE_CHECKING:
    import pandas as pd

    from routesim.journey import Ensemble, Journey

__all__ = ["print_what_if"]


def print_what_if(
    journey: Journey,
    base: Ensemble,
    changed: Ensemble,
    table: pd.DataFrame,
    *,
    drops_reports: bool,
) -> None:
    """Print what was changed, and the windows of both.

    Parameters
    ----------
    journey
        The changed journey.
    base, changed
        Draws of both.
    table
        The windows of both, from ``compare_windows``.
    drops_reports
        Whether reports are left out, which changes no window.
    """
    print_line(f"{journey.title}: {'; '.join(journey.changes) or 'nothing changed'}")
    if drops_reports:
        print_line("Windows come from the priors of the plan: leaving reports out moves none.")
    if base.route_id != changed.route_id:
        print_line(f"The base is route {base.route_id}, the change route {changed.route_id}.")
    print_line("Times by the clock of the place; 90 % of the draws lie between 5 % and 95 %.")
    print_table(
        [
            "station",
            "",
            *(f"base {quantile}" for quantile in QUANTILES),
            *(f"changed {quantile}" for quantile in QUANTILES),
            "shift h",
            "clock",
        ],
        [_make_row(row) for row in iterate_rows(table)],
        right=[8],
    )


def _make_row(row: Any) -> list[str]:
    event = "depart" if _lacks_arrival(row) else "arrive"
    return [
        row["station"],
        event,
        *list_times(row, event, "base_"),
        *list_times(row, event, "changed_"),
        format_signed_hours(row["shift_s"]),
        format_city(row["tz"]),
    ]


def _lacks_arrival(row: Any) -> bool:
    """Return whether the train departs from here in one of the two."""
    return any(is_missing(row[f"{side}_arrive_p50"]) for side in ("base", "changed"))
