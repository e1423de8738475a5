"""Worlds: the ways in which the reports can be reconciled."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from routesim.cli.output import print_line, print_table, print_wrapped
from routesim.text.conflicts import format_versions, format_world
from routesim.text.times import format_utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.certain import ReportProblem, World, WorldList
    from routesim.journey import Journey


def print_worlds(worlds: WorldList, *, route: str | None) -> None:
    """Print a table of worlds."""
    problem, journey = worlds.problem, worlds.problem.journey
    print_line(
        f"{journey.title} - route {problem.routes[0]}{format_known(problem.as_of_s)}: how the "
        "reports can be reconciled."
    )
    if not worlds:
        print_line("Nothing reconciles them.")
        return
    _print_table(journey, worlds)
    if not worlds.is_complete:
        print_line(f"There may be others, not milder than these {len(worlds)}.")
    option = f" --route {route}" if route else ""
    options = format_options(problem, journey)
    print_line(
        f"What each makes certain: routesim bounds {journey.reference}{option}{options} "
        "--world NUMBER"
    )


def print_numbered(worlds: Sequence[World], *, indent: str) -> None:
    """Print worlds with their numbers, a paragraph each."""
    for world in worlds:
        text = format_world(world.dropped, world.versions, world.own_readings)
        print_wrapped(text, indent=indent, mark=f"world {world.number}: ")


def format_families(journey: Journey, families: Iterable[str]) -> str:
    """Write families by their names."""
    return ", ".join(journey.families[family].name for family in families)


def format_known(as_of_s: float) -> str:
    """Write the time by which reports had to be known; empty if there was none."""
    return f", known by {format_utc(as_of_s)}" if isfinite(as_of_s) else ""


def format_options(problem: ReportProblem, journey: Journey) -> str:
    """Write the options with which another command uses the same reports."""
    as_of = f" --as-of {format_utc(problem.as_of_s)}" if isfinite(problem.as_of_s) else ""
    used = {member for report in problem.distinct_reports for member in report.members}
    dropped = [
        report.id
        for report in journey.reports
        if report.id not in used
        and report.known_s <= problem.as_of_s
        and (report.clauses or any(reading.clauses for reading in report.readings))
    ]
    return as_of + "".join(f" --drop {report_id}" for report_id in dropped)


def _print_table(journey: Journey, worlds: WorldList) -> None:
    shared = [set(world.own_readings) for world in worlds]
    common = [text for text in worlds[0].own_readings if all(text in s for s in shared)]
    rows = [
        [
            str(world.number),
            "\n".join(format_versions(world.dropped, world.versions)) or "nothing",
            format_families(journey, world.families_dropped) or "-",
            "\n".join(r for r in world.own_readings if r not in common)
            or ("-" if common else "all at face value"),
        ]
        for world in worlds
    ]
    print_table(
        ["world", "drops", "families dropped", "reads otherwise"],
        rows,
        right=[0],
        whole=[0],
    )
    for text in common:
        print_wrapped(f"in each of them: {text}")
