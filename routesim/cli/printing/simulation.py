"""Journeys drawn from the priors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.cli.output import print_changes, print_line, print_table
from routesim.cli.printing.cells import QUANTILES, list_events, make_event_row
from routesim.journey import measure_windows

if TYPE_CHECKING:
    from routesim.journey import Ensemble, Journey


def print_simulation(journey: Journey, ensemble: Ensemble, *, every: bool) -> None:
    """Print the windows of simulated journeys, at stops or at every timing point."""
    print_line(
        f"{journey.title} - route {ensemble.route_id}, {ensemble.draws:,} draws of the priors "
        "(reports stand behind some, none is weighed). Times by the clock of the place."
    )
    print_changes(journey.changes)
    rows = [
        make_event_row(window, event, times)
        for window in measure_windows(ensemble, indices=ensemble.list_shown(every=every))
        for event, times in list_events(window).items()
    ]
    print_table(["km", "station", "", "of draws", *QUANTILES, "clock"], rows, right=[0, 3])
