"""Commands for contradictions between reports: conflicts, worlds, zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from routesim import certain
from routesim.cli import options
from routesim.cli.journeys import open_journey
from routesim.cli.output import (
    print_exact_km,
    print_line,
    print_table,
    print_wrapped,
    show,
    show_progress,
)
from routesim.text import conflicts as words
from routesim.text import terminal
from routesim.text.certificates import format_support
from routesim.text.names import format_city
from routesim.text.times import format_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.journey import Journey


INDENT = "   "
ZONE_HEADS = (
    "|report", "|clock", "|zone is", "|from", "|before", "|in some world",
    "largest contradiction",
)  # fmt: skip
"""Heads of the table of zones."""


def show_conflicts(
    journey: options.JourneyName,
    route: options.AnyRoute = None,
    as_of: options.AsOf = None,
    drop: options.Drop = None,
    max_size: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Search sets of up to N clauses only."),
    ] = None,
    limit: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="Number of conflicts to show; --json has all."),
    ] = 10,
    brief: Annotated[bool, options.make_flag("--brief", "Show one line per conflict.")] = False,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Show which reports contradict each other, by how much, and how to resolve it."""
    opened = open_journey(journey, network)
    with show_progress():
        found = certain.conflicts(
            opened, as_of=as_of, drop=drop or (), route=route, max_size=max_size
        )
    show(as_json, found, _print_conflicts, limit=limit, brief=brief)


def list_worlds(
    journey: options.JourneyName,
    route: options.AnyRoute = None,
    as_of: options.AsOf = None,
    drop: options.Drop = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """List the worlds: sets of reports that can all be true and that cannot be extended.

    The best worlds come first: they drop the fewest families and, among these, the fewest
    clauses.
    """
    opened = open_journey(journey, network)
    with show_progress():
        found = certain.worlds(opened, as_of=as_of, drop=drop or (), route=route)
    show(as_json, found, _print_worlds)


def show_zones(
    journey: options.JourneyName,
    route: options.AnyRoute = None,
    as_of: options.AsOf = None,
    drop: options.Drop = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Show each reported time or day in each plausible time zone."""
    opened = open_journey(journey, network)
    with show_progress():
        found = certain.compare_zones(opened, as_of=as_of, drop=drop or (), route=route)
    show(as_json, found, _print_zones)


def print_numbered(worlds: Iterable[certain.World], *, indent: str) -> None:
    """Print one paragraph per world, with its number."""
    for world in worlds:
        text = words.format_world(world.dropped, world.versions, world.own_readings)
        print_wrapped(text, indent=indent, mark=f"world {world.number}: ")


def print_steps(steps: Iterable[certain.Step]) -> None:
    """Print steps, each with the clauses and assumptions that it is based on."""
    for step in steps:
        print_wrapped(f"{step.text} [{format_support(step.support)}]", indent=INDENT, mark="- ")


def make_bounds_command(problem: certain.ReportProblem) -> str:
    """Return the command that shows the bounds from the same reports and routes."""
    used = {member for report in problem.distinct_reports for member in report.members}
    dropped = [
        report.id
        for report in problem.journey.reports
        if report.id not in used
        and report.known_s <= problem.as_of_s
        and (report.clauses or any(reading.clauses for reading in report.readings))
    ]
    reference = problem.journey.reference
    is_only = len(problem.routes) == 1 and len(problem.journey.routes) > 1
    route = problem.routes[0] if is_only else None
    return terminal.format_bounds_command(reference, route, problem.as_of_s, dropped)


def _print_conflicts(conflicts: certain.ConflictList, *, limit: int, brief: bool) -> None:
    problem = conflicts.problem
    count = sum(len(report.members) for report in problem.distinct_reports)
    title, checked = problem.journey.title, terminal.format_checked(count, problem.routes)
    print_line(terminal.format_heading(title, checked, as_of_s=problem.as_of_s))
    complete = words.format_completeness(conflicts.complete_to)
    if not conflicts:
        print_exact_km(conflicts.exact_km)
        print_line(f"No conflict found. {complete}")
        return
    shown = conflicts[:limit]
    if brief:
        print_table(
            [">|", "cannot all be true", "|miss", "only if"],
            [
                [str(number), " + ".join(c.clauses), c.miss or "-", c.reading or "-"]
                for number, c in enumerate(shown, 1)
            ],
        )
    else:
        for number, conflict in enumerate(shown, 1):
            print_line("")
            _print_card(conflict, number)
        print_line("")
        print_wrapped(words.MILDEST_ZONE)
    print_exact_km(conflicts.exact_km)
    print_line(f"{terminal.format_shown(len(shown), len(conflicts))} {complete}")


def _print_card(conflict: certain.Conflict, number: int) -> None:
    print_wrapped(conflict.clash, mark=f"{number}. ")
    families = _name_families(conflict.problem.journey, conflict.families)
    print_wrapped(f"sources: {families}", indent=INDENT)
    for original, copies in conflict.copies.items():
        print_wrapped(f"repeated by: {', '.join(copies)} (as {original})", indent=INDENT)
    if conflict.reading:
        print_wrapped(f"This conflict exists only if {conflict.reading}.", indent=INDENT)
    if conflict.steps:
        print_steps(conflict.steps)
        if conflict.best_start is not None:
            print_wrapped(words.format_best_start(conflict.best_start), indent=INDENT)
    else:
        print_wrapped(conflict.why, indent=INDENT, mark="- ")
    for text in conflict.assumptions:
        print_wrapped(f"assumed: {text}", indent=INDENT)
    if role := conflict.cap_role:
        print_wrapped(role, indent=INDENT)
    if conflict.repairs:
        print_line(f"{INDENT}possible resolutions:")
    for repair in conflict.repairs:
        print_wrapped(repair.text, indent=INDENT, mark="* ")
    if similar := ", and ".join(conflict.similar):
        print_wrapped(f"The same conflict exists {similar}.", indent=INDENT)


def _name_families(journey: Journey, families: Sequence[str]) -> str:
    return "; ".join(journey.families[family].name for family in families)


def _print_worlds(worlds: certain.WorldList) -> None:
    problem, journey = worlds.problem, worlds.problem.journey
    title, subject = journey.title, "sets of reports that can all be true."
    by = worlds.route if len(journey.routes) > 1 else problem.routes[0]
    print_line(terminal.format_heading(title, subject, route=by, as_of_s=problem.as_of_s))
    shared = set(worlds[0].own_readings).intersection(*(w.own_readings for w in worlds))
    routed = worlds.route is None
    heads = ["drops", "families dropped", "readings other than at face value"]
    print_table(
        [">|world", *(["|route"] if routed else []), *heads],
        [
            [
                str(world.number),
                *([world.route] if routed else []),
                "\n".join(words.format_versions(world.dropped, world.versions)) or "nothing",
                _name_families(journey, world.families_dropped) or "-",
                "\n".join(r for r in world.own_readings if r not in shared)
                or ("-" if shared else "all at face value"),
            ]
            for world in worlds
        ],
    )
    for text in worlds[0].own_readings:
        if text in shared:
            print_wrapped(f"in each world: {text}")
    if best := [world for world in worlds if world.is_best]:
        print_line(terminal.format_best(len(best)))
    if not worlds.is_complete:
        others = terminal.MORE_WORLDS if worlds.is_best else terminal.OTHER_WORLDS
        print_line(others.format(len(worlds)))
    print_exact_km(worlds.exact_km)
    command = make_bounds_command(problem)
    print_line(f"For the bounds of one world: {command} --world NUMBER")


def _print_zones(zones: certain.ZoneReadings) -> None:
    title = zones.problem.journey.title
    if not zones:
        print_line(terminal.format_heading(title, "no report states a time or a day."))
        print_exact_km(zones.exact_km)
        return
    subject = "each reported time or day in each plausible time zone."
    print_line(terminal.format_heading(title, subject))
    print_table(
        ZONE_HEADS,
        [
            [
                one.clause,
                f"{format_city(one.zone)} {one.offset}",
                one.zone_known,
                format_time(one.window.start, one.zone),
                format_time(one.window.end, one.zone),
                "yes" if one.fits else "no",
                terminal.format_zone_clash(one.clause, one.against, one.miss_s),
            ]
            for one in zones
        ],
    )
    print_wrapped(
        "Zone is: printed in the report, inferred from it, assumed, named by its source, or an "
        "alternative to these. In some world: some best world keeps the report in this zone. "
        "The largest contradiction may depend on how another report is read. So a report can "
        "have one and still be in some world, in which the other report is read differently. "
        "`routesim conflicts` shows the readings."
    )
    print_exact_km(zones.exact_km)
