"""Constraints, assumptions and options in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routesim.certain.support import CAP, LENGTH, POSITIONS
from routesim.constraints.system import ZERO
from routesim.text.durations import format_lapse
from routesim.text.times import format_clock
from routesim.units import mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.certain.encoding.line_limits import LineLimits
    from routesim.certain.encoding.route_case import RouteCase
    from routesim.certain.problem import ReportProblem
    from routesim.constraints.system import Constraint
    from routesim.evidence.interpretation import ChosenOption

__all__ = [
    "Step",
    "format_assumption",
    "format_constraint",
    "format_event",
    "format_hop",
    "format_option",
    "format_steps",
]

MINUTE_S = 60
DOING = {"arrive": "reaching", "depart": "leaving"}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a sum; the weights of all of them add up to minus the miss.

    Parameters
    ----------
    text
        What holds.
    weight_s
        What it adds. Of a clock it is POSIX seconds, positive for no later than and
        negative for no earlier than; of a lapse its length, negative for at least.
    support
        Ids of the clauses, or names of the assumptions, that it is based on; empty for the
        order along the line.
    """

    text: str
    weight_s: int
    support: tuple[str, ...]


def format_steps(steps: Iterable[Step]) -> str:
    """Format the steps of a sum in a row, each with what it is based on."""
    return "; ".join(
        f"{step.text} ({', '.join(step.support)})" if step.support else step.text
        for step in steps
    )


def format_event(case: RouteCase, node: int) -> str:
    """Format what happens at a node: reaching or leaving a place, or departing at the start."""
    passage, event = case.locate(node)
    name = case.line.route.passages[passage].station.name
    if passage == case.origin:
        return f"setting out from {name}" if event == "depart" else f"standing ready at {name}"
    visit = case.line.route.passages[passage].visit
    return f"{DOING[event]} {name}" + (f" (passage {visit})" if visit > 1 else "")


def format_constraint(case: RouteCase, constraint: Constraint, zone: str) -> str:
    """Format what a constraint requires."""
    tail, head, weight = constraint.tail, constraint.head, constraint.weight_s
    if tail == ZERO:
        if (weight + 1) % MINUTE_S == 0:  # windows are half-open: they end before a minute
            return f"{format_event(case, head)} before {format_clock(weight + 1, zone)}"
        return f"{format_event(case, head)} no later than {format_clock(weight, zone)}"
    if head == ZERO:
        if (-weight - 1) % MINUTE_S == 0:  # "not yet at" an instant
            return f"{format_event(case, tail)} later than {format_clock(-weight - 1, zone)}"
        return f"{format_event(case, tail)} no earlier than {format_clock(-weight, zone)}"
    if weight < 0:
        lapse = format_lapse(weight)
        return f"from {format_event(case, head)} to {format_event(case, tail)} at least {lapse}"
    lapse = format_lapse(weight)
    return f"from {format_event(case, tail)} to {format_event(case, head)} at most {lapse}"


def format_hop(
    case: RouteCase, tail: int, head: int, weight_s: int, lines: Iterable[str]
) -> str:
    """Format what the line itself requires between two nodes, ``head`` being the earlier."""
    early, late = format_event(case, head), format_event(case, tail)
    if weight_s == 0:
        return f"{early} comes no later than {late}"
    first, last = case.locate(head)[0], case.locate(tail)[0]
    km = case.line.low_km[last] - case.line.low_km[first]
    caps = _list_caps(case.line, lines)
    speeds = {mps_to_kmh(v) for _, v in caps}
    text = " and ".join(f"{mps_to_kmh(v):g} km/h on {n}" for n, v in caps)
    if len(speeds) == 1 and len(caps) > 1:
        text = f"{speeds.pop():g} km/h"
    return (
        f"from {early} to {late} {km:,.0f} km take at least {format_lapse(weight_s)} at {text}"
    )


def _list_caps(line: LineLimits, names: Iterable[str]) -> list[tuple[str, float]]:
    wanted = list(names)
    caps: dict[str, float] = {}
    for passage, cap in zip(line.route.passages, line.cap_mps, strict=True):
        if passage.line in wanted:
            caps[passage.line] = max(caps.get(passage.line, 0.0), float(cap))
    return list(caps.items())


def format_assumption(
    problem: ReportProblem,
    case: RouteCase,
    name: str,
    *,
    lines: Iterable[str] = (),
    span: tuple[int, int] | None = None,
) -> str:
    """Format an assumption with its figures; of lengths those within a span of passages."""
    if name == CAP:
        caps = ", ".join(
            f"{line} {mps_to_kmh(v):g} km/h" for line, v in _list_caps(case.line, lines)
        )
        return f"{CAP}: {caps}" if caps else CAP
    if name == LENGTH:
        disputed = [
            f"{row.from_} - {row.to} {row.km.lowest:g} to {row.km.highest:g} km"
            for row in problem.journey.plan.lengths
            if _lies_within(case, row.from_, row.to, span)
        ]
        others = f"; disputed: {', '.join(disputed)}" if disputed else ""
        return f"{LENGTH}: the official kilometres{others}"
    if name == POSITIONS:
        return f"{POSITIONS}: the coordinates of the stations"
    return name


def _lies_within(case: RouteCase, start: str, end: str, span: tuple[int, int] | None) -> bool:
    """Return whether a stretch of the route shares a section with a span of passages."""
    route = case.line.route
    if not (route.passes(start) and route.passes(end)):
        return False
    low, high = sorted((route.index_of(start), route.index_of(end)))
    return span is None or (low < span[1] and span[0] < high)


def format_option(problem: ReportProblem, taken: ChosenOption) -> str:
    """Format which option of a choice is taken."""
    choice = problem.register.choices[taken[0]]
    text = choice.options[taken[1]]
    owner = taken[0].partition(":")[0]
    return f"{owner} read as: {text}" if choice.report_id else text
