"""Worlds: the ways in which the reports can be reconciled."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from routesim.cli.output import print_line, print_table, print_wrapped
from routesim.evidence import parse_time
from routesim.text.times import format_utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.certain import ReportProblem, World, WorldList
    from routesim.journey import Journey

__all__ = [
    "format_families",
    "format_known",
    "format_options",
    "format_world",
    "print_numbered",
    "print_worlds",
]


def print_worlds(
    journey: Journey, worlds: WorldList, *, route: str | None, as_of: str | None
) -> None:
    """Print a table of worlds."""
    known = format_known(parse_time(as_of)) if as_of else ""
    print_line(
        f"{journey.title} - route {journey.get_hypothesis(route).id}{known}: how the reports "
        "can be reconciled."
    )
    if not worlds:
        print_line("Nothing reconciles them.")
        return
    _print_table(journey, worlds)
    if not worlds.is_complete:
        print_line(f"There may be others, not milder than these {len(worlds)}.")
    option = f" --route {route}" if route else ""
    options = format_options(worlds[0].problem, journey)
    print_line(
        f"What each makes certain: routesim bounds {journey.reference}{option}{options} "
        "--world NUMBER"
    )


def print_numbered(worlds: Sequence[World], *, indent: str) -> None:
    """Print worlds with their numbers, a paragraph each."""
    for world in worlds:
        print_wrapped(format_world(world), indent=indent, mark=f"world {world.number}: ")


def format_world(world: World) -> str:
    """Write what a world drops and reads otherwise."""
    parts = [f"without {', '.join(_list_dropped(world))}"] if world.dropped else []
    return "; ".join([*parts, *_list_readings(world)]) or "everything at face value"


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
    shared = [set(_list_readings(world)) for world in worlds]
    common = [text for text in _list_readings(worlds[0]) if all(text in s for s in shared)]
    rows = [
        [
            str(world.number),
            "\n".join(_list_dropped(world)) or "nothing",
            format_families(journey, world.families_dropped) or "-",
            "\n".join(r for r in _list_readings(world) if r not in common)
            or ("-" if common else "all at face value"),
        ]
        for world in worlds
    ]
    print_table(
        ["world", "holds wrong", "sources let down", "reads otherwise"],
        rows,
        right=[0],
        whole=[0],
    )
    for text in common:
        print_wrapped(f"in each of them: {text}")


def _list_dropped(world: World) -> list[str]:
    return [
        f"{name} (its source's other version holds)" if name in world.versions else name
        for name in world.dropped
    ]


def _list_readings(world: World) -> list[str]:
    """Return what it reads otherwise, without its route, which is printed beside."""
    return [text for text in world.readings if text != f"route {world.route}"]
