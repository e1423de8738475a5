"""Steps: the lines of a sum that shows a contradiction, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from routesim.answers import Answer
from routesim.certain.support import CAP, LENGTH
from routesim.constraints.system import ZERO
from routesim.text.certificates import format_run, format_step
from routesim.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.certain.encoding.route_case import RouteCase
    from routesim.constraints.system import Constraint


BEYOND_S = {"before": 1, "later_than": -1}
"""Windows are half-open: from the last second possible to the clock that is stated."""


@dataclass(frozen=True, slots=True)
class Step(Answer):
    """One line of a sum; the weights of all of them add up to minus the miss.

    Parameters
    ----------
    kind
        ``before``, ``no_later``, ``later_than`` or ``no_earlier`` (an event against a
        clock); ``at_least`` or ``at_most`` (a lapse between two events); ``order`` or
        ``run`` (what the line itself requires of two events).
    events
        One event, or two, the earlier first. Each is its kind (``arrive``, ``depart``,
        ``start`` or ``ready``), station and visit.
    weight_s
        What it adds. Of a clock it is POSIX seconds, positive for no later than and
        negative for no earlier than; of a lapse its length, negative for at least.
    support
        Ids of the clauses, or names of the assumptions, that it is based on; empty for the
        order along the line.
    zone
        The zone in which a clock is stated.
    km, caps
        The length of a run, and the caps of its lines (km/h).
    """

    kind: str
    events: tuple[tuple[str, str, int], ...]
    weight_s: int
    support: tuple[str, ...]
    zone: str = ""
    km: float = 0.0
    caps: tuple[tuple[str, float], ...] = ()

    @property
    def seconds(self) -> int:
        """The POSIX seconds of the clock, or the lapse."""
        return abs(self.weight_s) + BEYOND_S.get(self.kind, 0)

    @property
    def text(self) -> str:
        """What holds, in words."""
        if self.kind == "run":
            return format_run(self.events, self.seconds, self.km, self.caps)
        return format_step(self.kind, self.events, self.seconds, zone=self.zone)

    def _describe(self) -> dict[str, Any]:
        return {"text": self.text, "weight_s": self.weight_s, "owners": self.support}


def make_step(
    case: RouteCase, constraint: Constraint, support: tuple[str, ...], zone: str
) -> Step:
    """Describe what a constraint requires."""
    tail, head, weight = constraint.tail, constraint.head, constraint.weight_s
    if tail == ZERO:
        kind = "no_later" if (weight + 1) % SECONDS_PER_MINUTE else "before"
        nodes: tuple[int, ...] = (head,)
    elif head == ZERO:
        kind = "no_earlier" if (-weight - 1) % SECONDS_PER_MINUTE else "later_than"
        nodes = (tail,)
    else:
        kind, nodes = ("at_least", (head, tail)) if weight < 0 else ("at_most", (tail, head))
    events = tuple(_find_event(case, node) for node in nodes)
    return Step(kind, events, weight, support, zone)


def make_line_step(
    case: RouteCase, ends: tuple[int, int], weight_s: int, lines: Sequence[str]
) -> Step:
    """Describe what the line requires of two nodes, the earlier first.

    Of the lines between them, the caps of those that ``lines`` names are in force.
    """
    events = tuple(_find_event(case, node) for node in ends)
    if weight_s == 0:
        return Step("order", events, 0, ())
    line = case.line
    first, last = (case.locate(node)[0] for node in ends)
    passed = {passage.line for passage in line.route.passages[first:last]}
    return Step(
        "run",
        events,
        weight_s,
        (CAP, LENGTH),
        km=float(line.low_km[last] - line.low_km[first]),
        caps=line.list_caps([name for name in lines if name in passed]),
    )


def _find_event(case: RouteCase, node: int) -> tuple[str, str, int]:
    index, event = case.locate(node)
    passage = case.line.route.passages[index]
    if index == case.origin:
        return "start" if event == "depart" else "ready", passage.station.name, 1
    return event, passage.station.name, passage.visit
