"""How the reports can be reconciled: the worlds, each with what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text import page as words
from routesim.text.conflicts import format_versions, format_worlds_used
from routesim.view.html.components import make_note, make_remark, make_row, make_table
from routesim.view.html.links import link_names, make_world_anchor
from routesim.view.html.markup import Markup, element, join

if TYPE_CHECKING:
    from routesim.certain import World
    from routesim.view.findings import Findings


CAPTION = "Worlds, those that drop the fewest families first"
HEADS = ("World", "Route", "Drops", "Reads otherwise", "Families dropped")


def make_worlds(findings: Findings) -> Markup:
    """Write the worlds of a journey, and on which of them the bounds are based."""
    if not findings.has_constraints:
        return element("p", "There is nothing to reconcile.")
    if not findings.worlds:
        return element("p", "No set of reports could be found that can all be true.")
    rows = [_make_row(world, findings) for world in findings.worlds]
    table = make_table(CAPTION, HEADS, rows, class_="reasons worlds", label="Worlds")
    used = findings.bounds.worlds
    more = "There are more worlds than these. " if findings.has_more_worlds else ""
    least = len(used[0].families_dropped) if used else 0
    text = more + format_worlds_used([world.number for world in used], least)
    return join([make_note(words.WORLDS_MEANING), table, make_note(text)])


def _make_row(world: World, findings: Findings) -> Markup:
    names, journey = findings.report_of, findings.journey
    left_out = format_versions(world.dropped, world.versions)
    families = [f"{journey.families[key].name} ({key})" for key in world.families_dropped]
    cells = (
        journey.routes[world.route].title,
        link_names(", ".join(left_out) or "nothing", names),
        link_names("; ".join(world.own_readings) or "nothing", names),
        "; ".join(families) or "none",
    )
    is_used = world.number in {other.number for other in findings.bounds.worlds}
    first = join([str(world.number), make_remark("for the bounds" if is_used else "")])
    return make_row(HEADS, first, cells, anchor=make_world_anchor(world.number))
