"""How likely each route is, and how that moved with each report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim import likely
from routesim.cli.documents.records import iterate_rows
from routesim.cli.output import print_changes, print_line, print_table
from routesim.cli.printing.cells import format_rounded
from routesim.cli.printing.worlds import format_known
from routesim.text.quantities import format_chance
from routesim.text.times import format_utc, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from routesim.journey import Journey
    from routesim.likely import RouteTrack

__all__ = ["print_routes"]

LEAST_ERROR = 0.001
MOVED = 0.005
"""A report that moves no route by more than this is left out of the table."""


def print_routes(
    journey: Journey, table: pd.DataFrame, track: RouteTrack | None, as_of_s: float
) -> None:
    """Print how likely each route is, and how that moved with each report."""
    print_line(f"{journey.title}{format_known(as_of_s)}: which route, given the reports.")
    print_changes(journey.changes)
    rows = [
        [
            row["route"],
            f"{row['prior']:.3g}",
            format_chance(row["probability"], row["mcse"]),
            _format_points(row["mcse"]),
            format_rounded(row["log_evidence"], row["log_evidence_mcse"]),
            journey.routes[row["route"]].title,
        ]
        for row in iterate_rows(table)
    ]
    heads = ["route", "prior", "probability", "error, points", "log evidence", ""]
    print_table(heads, rows, right=[1, 2, 3, 4], whole=[0])
    best = max(iterate_rows(table), key=lambda row: float(row["probability"]))
    verb = "can be told" if best["probability"] > likely.DECISIVE else "cannot be told"
    if len(table) > 1:
        print_line(f"At 90 % {verb}: the likeliest is {best['route']}.")
    if track is not None:
        _print_track(track)


def _print_track(track: RouteTrack) -> None:
    for reliability in track.reliabilities:
        own = track.rows[track.rows["reliability"] == reliability]
        found = track.find_decisive_report(reliability)
        answer = (
            "no route can be told at 90 %"
            if found is None
            else f"{found[0]} can be told at 90 % from {found[1] or 'the priors'} on"
        )
        print_line("")
        print_line(f"If each report is right with {reliability:g}: {answer}.")
        rows = list(_list_steps(own, track.routes))
        right = [column + 2 for column in range(len(track.routes))]
        print_table(["report", "known", *track.routes], rows, right=right, whole=[0, 1])
    print_line("Reports that move no route by half a point are left out.")


def _list_steps(rows: pd.DataFrame, routes: tuple[str, ...]) -> Iterator[list[str]]:
    """Return the steps at which a route moved since the last that is shown."""
    before: list[float] = []
    for row in iterate_rows(rows):
        now = [float(row[route]) for route in routes]
        if before and max(abs(a - b) for a, b in zip(now, before, strict=True)) < MOVED:
            continue
        before = now
        time = row["known_at"]
        known = "" if is_missing(time) else format_utc(time.timestamp())
        yield [row["report"] or "before any", known, *(f"{share:.1%}" for share in now)]


def _format_points(error: float) -> str:
    return f"{100 * error:.1g}" if error >= LEAST_ERROR else "< 0.1"
