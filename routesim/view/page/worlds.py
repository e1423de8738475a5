"""How the reports can be reconciled: the worlds, each with what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.quantities import format_count
from routesim.view.html.components import make_note, make_row, make_table
from routesim.view.html.links import link_names, make_world_anchor
from routesim.view.html.markup import Markup, element, join

if TYPE_CHECKING:
    from routesim.certain import World
    from routesim.view.findings import Findings

__all__ = ["make_worlds"]

MEANING = (
    "A world is a largest set of reports that can all be true, with one reading of each: no "
    "report that it leaves out could be taken in again. Those that give up the fewest families "
    "(independent witnesses) come first. A report whose own family tells another version that "
    "is kept is not counted as a family given up."
)
NO_WORLD = "No set of reports could be found that can all be true."
CAPTION = "Worlds, those that give up the fewest families first"
HEADS = ("World", "Route", "Leaves out", "Reads otherwise", "Families given up")


def make_worlds(findings: Findings) -> Markup:
    """Write the worlds of a journey, and on which of them the bounds are based."""
    if not findings.has_constraints:
        return element("p", "There is nothing to reconcile.")
    if not findings.worlds:
        return element("p", NO_WORLD)
    rows = [_make_row(world, findings) for world in findings.worlds]
    table = make_table(CAPTION, HEADS, rows, class_="reasons worlds", label="Worlds")
    return join([make_note(MEANING), table, make_note(_format_used(findings))])


def _make_row(world: World, findings: Findings) -> Markup:
    names = findings.report_of
    journey = findings.journey
    left_out = [
        f"{clause} (another version is kept)" if clause in world.versions else clause
        for clause in world.dropped
    ]
    readings = [text for text in world.readings if text != f"route {world.route}"]
    families = [f"{journey.families[key].name} ({key})" for key in world.families_dropped]
    cells = (
        journey.routes[world.route].title,
        link_names(", ".join(left_out) or "nothing", names),
        link_names("; ".join(readings) or "nothing", names),
        "; ".join(families) or "none",
    )
    is_used = world.number in {other.number for other in findings.bounds.worlds}
    note = element("span", " for the bounds", class_="note") if is_used else None
    first = join([str(world.number), note])
    return make_row(HEADS, first, cells, anchor=make_world_anchor(world.number))


def _format_used(findings: Findings) -> str:
    used = findings.bounds.worlds
    more = "There are more worlds than these. " if findings.has_more_worlds else ""
    if not used:
        return f"{more}None of them takes the default route."
    least = len(used[0].families_dropped)
    given = format_count(least, "family", "families") if least else "no family"
    numbers = ", ".join(str(world.number) for world in used)
    if len(used) == 1:
        return f"{more}What is certain below holds in world {numbers}: it gives up {given}."
    return (
        f"{more}What is certain below holds in all of the worlds {numbers}: of those by the "
        f"default route they give up the fewest families ({given} each). What is given are the "
        "widest of their bounds."
    )
