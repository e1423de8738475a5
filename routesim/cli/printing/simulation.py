"""Journeys drawn from the priors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.cli.documents.records import EVENTS, iterate_rows, make_json_window
from routesim.cli.output import print_changes, print_line, print_table
from routesim.cli.printing.cells import QUANTILES, list_times, make_event_row

if TYPE_CHECKING:
    from routesim.journey import Ensemble, Journey

__all__ = ["print_simulation"]


def print_simulation(journey: Journey, ensemble: Ensemble, *, every: bool) -> None:
    """Print the windows of simulated journeys, at stops or at every timing point."""
    print_line(
        f"{journey.title} - route {ensemble.route_id}, {ensemble.draws:,} draws of the priors "
        "(reports stand behind some, none is weighed). Times by the clock of the place."
    )
    print_changes(journey.changes)
    rows = []
    for row in iterate_rows(ensemble.windows(every=every)):
        windows = {event: make_json_window(row, event) for event in EVENTS}
        for event, window in windows.items():
            is_same = event == "depart" and window == windows["arrive"]
            if window["p50"] is not None and not is_same:
                rows.append(make_event_row(row, event, list_times(row, event)))
    print_table(["km", "station", "", "of draws", *QUANTILES, "clock"], rows, right=[0, 3])
