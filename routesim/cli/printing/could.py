"""Whether something was possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.cli.output import print_line, print_wrapped
from routesim.cli.printing.steps import print_steps
from routesim.text.conflicts import format_possibility, format_world

if TYPE_CHECKING:
    from routesim.certain import Possibility
    from routesim.journey import Journey


def print_possibility(journey: Journey, answer: Possibility) -> None:
    """Print whether something was possible, and the sum that decides."""
    why = answer.why
    if answer.margin_s is not None and answer.steps:
        why = format_possibility(answer.margin_s, possible=answer.possible, brief=True)
    print_wrapped(f"{journey.title}, route {answer.route_id}: {why[0].lower()}{why[1:]}")
    if answer.steps:
        print_line("What decides:")
        print_steps(answer.steps)
    world = answer.world
    if world is not None and (world.dropped or world.readings):
        print_line(
            "So it is if the reports are true in this way:"
            if answer.possible
            else "The way in which the reports come nearest to it:"
        )
        text = format_world(world.dropped, world.versions, world.own_readings)
        print_wrapped(text, indent="  ")
