"""A changed journey beside its base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.cli.output import print_line, print_table
from routesim.cli.printing.cells import QUANTILES, list_times
from routesim.text.durations import format_signed_hours
from routesim.text.names import format_city

if TYPE_CHECKING:
    from routesim.journey import Journey
    from routesim.whatif import WindowComparison


def print_what_if(journey: Journey, compared: WindowComparison, *, drops_reports: bool) -> None:
    """Print what was changed, and the windows of both.

    Parameters
    ----------
    journey
        The changed journey.
    compared
        Its windows beside those of the base.
    drops_reports
        Whether reports are left out, which changes no window.
    """
    base, changed = compared.base, compared.changed
    print_line(f"{journey.title}: {'; '.join(journey.changes) or 'nothing changed'}")
    if drops_reports:
        print_line("Windows come from the priors of the plan: leaving reports out moves none.")
    if base.route_id != changed.route_id:
        print_line(f"The base is route {base.route_id}, the change route {changed.route_id}.")
    print_line("Times by the clock of the place; 90 % of the draws lie between 5 % and 95 %.")
    rows = [
        [
            pair.base.name,
            pair.event,
            *list_times(pair.base, pair.event),
            *list_times(pair.changed, pair.event),
            format_signed_hours(pair.shift_s),
            format_city(pair.base.passage.station.tz),
        ]
        for pair in compared.shown
    ]
    print_table(
        [
            "station",
            "",
            *(f"base {quantile}" for quantile in QUANTILES),
            *(f"changed {quantile}" for quantile in QUANTILES),
            "shift h",
            "clock",
        ],
        rows,
        right=[8],
    )
