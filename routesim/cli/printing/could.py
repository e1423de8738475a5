"""Whether something was possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.cli.output import print_line, print_wrapped
from routesim.cli.printing.steps import print_steps
from routesim.cli.printing.worlds import format_world
from routesim.text.durations import format_lapse

if TYPE_CHECKING:
    from routesim.certain import Possibility
    from routesim.journey import Journey

__all__ = ["print_possibility"]


def print_possibility(journey: Journey, answer: Possibility) -> None:
    """Print whether something was possible, and the sum that decides."""
    head = f"{journey.title}, route {answer.route_id}:"
    if answer.margin_s is None or not answer.steps:
        print_wrapped(f"{head} {answer.why[0].lower()}{answer.why[1:]}")
    elif answer.possible:
        print_wrapped(f"{head} possible, with {format_lapse(answer.margin_s)} to spare.")
    else:
        print_wrapped(f"{head} not possible, by {format_lapse(answer.margin_s)}.")
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
        print_wrapped(format_world(world), indent="  ")
