"""What is likely, given the reports: windows, reports, standing and speeds."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from routesim.cli.output import print_changes, print_line, print_table, print_wrapped
from routesim.cli.printing.cells import QUANTILES, list_events, make_event_row
from routesim.journey import measure_windows
from routesim.text.durations import MINUTE_S, format_lapse
from routesim.text.posterior import format_draws, format_evidence, format_rejected
from routesim.text.quantities import format_chance, format_count, format_number
from routesim.text.standing import (
    format_correlated,
    format_speeds,
    format_standing_place,
    format_stood,
)
from routesim.text.times import format_earliest, format_latest, format_utc

if TYPE_CHECKING:
    import pandas as pd

    from routesim.journey import Journey, PassageWindow
    from routesim.likely import Posterior


PERCENTILES = ("p05", "p50", "p95")
DOUBTED = 0.9
"""A report that is less likely right than this is listed by itself."""


def print_posterior(journey: Journey, posterior: Posterior, *, every: bool) -> None:
    """Print windows, rejected reports, standing and speeds, given the reports."""
    print_line(f"{journey.title} - route {posterior.route_id}, {_format_used(posterior)}.")
    print_changes(journey.changes)
    _print_windows(posterior, every=every)
    _print_reports(posterior)
    _print_stood(posterior)
    _print_correlated(posterior)
    _print_speeds(posterior)
    evidence = format_evidence(posterior.log_evidence, posterior.log_evidence_error)
    print_line(f"Log evidence {evidence} (Monte Carlo error).")


def _format_used(posterior: Posterior) -> str:
    text = f"given {format_count(len(posterior.reports_used), 'report')}"
    if isfinite(posterior.as_of_s):
        text += f" known by {format_utc(posterior.as_of_s)}"
    if posterior.dropped:
        text += f" without {', '.join(posterior.dropped)}"
    return f"{text}: {format_draws(posterior.draws, posterior.ess)}"


def _print_windows(posterior: Posterior, *, every: bool) -> None:
    points = posterior.certain.to_frame()
    rows = [
        make_event_row(window, event, _add_bounds(points, window, event, times))
        for window in measure_windows(posterior, indices=posterior.list_shown(every=every))
        for event, times in list_events(window).items()
    ]
    print_table(
        ["km", "station", "", "of draws", "certain: from", *QUANTILES, "certain: to", "clock"],
        rows,
        right=[0, 3],
    )
    worlds = posterior.certain.worlds
    ways = f"in one of {len(worlds)} ways" if len(worlds) > 1 else "as `worlds` tells"
    certain = f"Certain if the reports are true {ways}." if worlds else "Nothing is certain."
    print_wrapped(
        "Times by the clock of the place. 90 % of the draws lie between 5 % and 95 %; times "
        f"are rounded to their Monte Carlo error. {certain} In the draws each report may be "
        "wrong, so that they may reach beyond that."
    )


def _add_bounds(
    points: pd.DataFrame, window: PassageWindow, event: str, times: list[str]
) -> list[str]:
    """Put the likely times between the certain ones."""
    zone, bounds = window.passage.station.tz, points.iloc[window.index]
    earliest = format_earliest(bounds[f"{event}_earliest"], zone)
    latest = format_latest(bounds[f"{event}_latest"], zone)
    return [earliest, *times, latest]


def _print_reports(posterior: Posterior) -> None:
    reports = posterior.reports().to_dict("records")
    if not reports:
        print_line("No report is heard: these are the priors.")
        return
    chances = {
        row["id"]: format_chance(row["right"], row["mcse"], posterior.ess) for row in reports
    }
    print_wrapped(format_rejected(chances, posterior.rejected))
    doubted = [
        f"{row['id']} {chances[row['id']]}"
        for row in reports
        if row["right"] < DOUBTED and not row["thrown_out"]
    ]
    if doubted:
        print_wrapped(f"In doubt, right with: {', '.join(doubted)}.")


def _print_stood(posterior: Posterior) -> None:
    rows = [
        [
            format_standing_place(row["place"], row["kind"]),
            _format_minutes(row["least_min"]),
            *format_stood(*_list_band(row, "min")),
            _format_minutes(row["most_min"]),
            f"{row['learned']:.0%}",
        ]
        for row in posterior.stood(certain=True).to_dict("records")
    ]
    print_line("")
    print_line(
        "How long it stood, certainly at a place reported and likely, and how far the reports "
        "move that from the prior:"
    )
    heads = ["", "certain: least", *QUANTILES, "certain: most", "learned"]
    print_table(heads, rows, right=[1, 2, 3, 4, 5, 6], whole=[0])


def _print_speeds(posterior: Posterior) -> None:
    rows = [
        [
            row["place"],
            *format_speeds(*_list_band(row, "kmh")),
            f"{format_number(row['cap_kmh'])} km/h",
            f"{row['learned']:.0%}",
        ]
        for row in posterior.speeds().to_dict("records")
    ]
    print_line("")
    print_line("Running speed, stops not counted; certainly below the cap assumed:")
    print_table(["line", *QUANTILES, "cap", "learned"], rows, right=[1, 2, 3, 4, 5], whole=[0])


def _print_correlated(posterior: Posterior) -> None:
    for pair in posterior.correlated:
        print_wrapped(format_correlated(*pair))


def _list_band(row: Any, unit: str) -> tuple[list[float], list[float]]:
    """Return the quantiles of a row, and their errors."""
    return (
        [row[f"{p}_{unit}"] for p in PERCENTILES],
        [row[f"{p}_mcse_{unit}"] for p in PERCENTILES],
    )


def _format_minutes(minutes: float) -> str:
    return format_lapse(round(minutes * MINUTE_S)) if isfinite(minutes) else "-"
