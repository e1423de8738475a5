"""How likely each route is, and how that moved with each report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.cli.output import print_changes, print_line, print_table, print_wrapped
from routesim.cli.printing.worlds import format_known
from routesim.text.quantities import format_percent, format_rounded
from routesim.text.rounding import round_to
from routesim.text.routes import format_decision, format_points
from routesim.text.times import format_utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routesim.journey import Journey
    from routesim.likely import RouteComparison, RouteStep, RouteTrack


MOVED = 0.005
"""A report that moves no route by more than this is left out of the table."""


def print_routes(journey: Journey, routes: RouteComparison) -> None:
    """Print how likely each route is, and how that moved with each report."""
    known = format_known(routes.as_of_s)
    print_line(f"{journey.title}{known}: which route, given the reports.")
    print_changes(journey.changes)
    rows = [
        [
            one.route,
            format_percent(one.prior),
            routes.chances[one.route],
            format_points(one.mcse),
            format_rounded(one.log_evidence, one.log_evidence_mcse),
            one.title,
        ]
        for one in routes
    ]
    heads = ["route", "prior", "probability", "error, points", "log evidence", ""]
    print_table(heads, rows, right=[1, 2, 3, 4], whole=[0])
    if len(routes) > 1:
        print_wrapped(routes.why)
    if routes.track is not None:
        _print_track(routes.track)


def _print_track(track: RouteTrack) -> None:
    for reliability in track.reliabilities:
        print_line("")
        print_line(format_decision(reliability, track.find_decisive_report(reliability)))
        rows = list(_list_moves(track.list_steps(reliability)))
        right = [column + 2 for column in range(len(track.routes))]
        print_table(["report", "known", *track.routes], rows, right=right, whole=[0, 1])
    print_line("Reports that move no route by half a point are left out.")


def _list_moves(steps: Sequence[RouteStep]) -> Iterator[list[str]]:
    """Return the steps at which a route moved since the last that is shown."""
    before: tuple[float, ...] = ()
    for step in steps:
        now = step.probabilities
        if before and max(abs(a - b) for a, b in zip(now, before, strict=True)) < MOVED:
            continue
        before = now
        known = "" if step.known_at is None else format_utc(step.known_at.timestamp())
        shares = (f"{share:.1%}" for share in map(round_to, now, step.errors))
        yield [step.report or "before any", known, *shares]
