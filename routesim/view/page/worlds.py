"""How the reports can be reconciled: the worlds, each with what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.quantities import format_count
from routesim.view.findings import name_world
from routesim.view.html.markup import Markup, element, join, link_names
from routesim.view.page.window_tables import scroll_table

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
HEADS = ("World", "Route", "Leaves out", "Reads otherwise", "Families given up")


def make_worlds(findings: Findings) -> Markup:
    """Write the worlds of a journey and which of them the bounds rest on."""
    if not findings.is_heard:
        return element("p", "There is nothing to reconcile.")
    if not findings.worlds:
        return element("p", NO_WORLD)
    rows = [_make_row(world, findings) for world in findings.worlds]
    table = element(
        "table",
        element("caption", "Worlds, those that give up the fewest families first"),
        element("thead", element("tr", *[element("th", head, scope="col") for head in HEADS])),
        element("tbody", *rows),
        class_="reasons worlds",
    )
    return join(
        [
            element("p", MEANING, class_="note"),
            scroll_table(table, "Worlds"),
            element("p", _say_used(findings), class_="note"),
        ]
    )


def _make_row(world: World, findings: Findings) -> Markup:
    names = findings.report_of
    journey = findings.journey
    left_out = [
        f"{clause} (another version is kept)" if clause in world.versions else clause
        for clause in world.dropped
    ]
    readings = [told for told in world.readings if told != f"route {world.route}"]
    families = [f"{journey.families[key].name} ({key})" for key in world.families_dropped]
    cells = (
        journey.routes[world.route].title,
        link_names(", ".join(left_out) or "nothing", names),
        link_names("; ".join(readings) or "nothing", names),
        "; ".join(families) or "none",
    )
    used = world.number in {other.number for other in findings.bounds.worlds}
    return element(
        "tr",
        element(
            "th",
            str(world.number),
            element("span", " for the bounds", class_="note") if used else None,
            scope="row",
            id=name_world(world.number),
        ),
        *[
            element("td", cell, data_label=head)
            for head, cell in zip(HEADS[1:], cells, strict=True)
        ],
    )


def _say_used(findings: Findings) -> str:
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
