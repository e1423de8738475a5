"""Steps: the sum that proves a conflict, constraint by constraint, and what it assumes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routesim.answers import Answer
from routesim.certain.support import CAP, LENGTH
from routesim.constraints.system import ZERO
from routesim.text import certificates as texts
from routesim.text.certificates import ASKED
from routesim.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from routesim.certain.encoding.route_case import RouteCase
    from routesim.certain.problem import ReportProblem
    from routesim.constraints.system import Constraint, Integers
    from routesim.journey import Journey
    from routesim.network import Route

UPPER_KINDS = {"before", "no_later", "at_most"}
"""Kinds of steps with an upper bound. The weight of the others has the opposite sign."""
BEYOND_S = {"before": 1, "later_than": -1}
"""Seconds to add to a bound in whole seconds to get the clock of a half-open window."""


@dataclass(frozen=True, slots=True)
class Step(Answer):
    """One step of a proof: the weights of all its steps add up to minus the miss.

    Parameters
    ----------
    kind : str
        ``before``, ``no_later``, ``later_than`` or ``no_earlier`` bounds an event by a clock;
        ``at_least`` or ``at_most`` bounds the lapse between two events; ``order`` says that
        one comes no later than another; ``run`` is a constraint of the line itself.
    events : tuple of tuple
        One event, or two with the earlier first. Each has a kind (``arrive``, ``depart``,
        ``start`` or ``ready``), a station and a visit.
    weight_s : int
        Seconds that the step adds. For a clock, POSIX seconds, with the opposite sign for a
        lower bound. For a lapse, its length: negative for ``at_least``.
    support : tuple of str
        Ids of clauses, or names of assumptions, on which the step depends; empty for the
        order along the line.
    zone : str, default ""
        Zone in which a clock is stated.
    km : float, default 0.0
        Length of a run.
    caps : tuple of tuple, default ()
        Lines of a run and their caps in km/h.
    """

    kind: str
    events: tuple[tuple[str, str, int], ...]
    weight_s: int
    support: tuple[str, ...]
    zone: str = ""
    km: float = 0.0
    caps: tuple[tuple[str, float], ...] = ()
    json_keys = ("text", "weight_s", "owners=support")

    @property
    def seconds(self) -> int:
        """POSIX seconds of the stated clock, or seconds of the lapse."""
        seconds = self.weight_s if self.kind in UPPER_KINDS else -self.weight_s
        return seconds + BEYOND_S.get(self.kind, 0)

    @property
    def text(self) -> str:
        """The constraint in words."""
        if self.kind == "run":
            return texts.format_run(self.events, self.seconds, self.km, self.caps)
        return texts.format_step(self.kind, self.events, self.seconds, zone=self.zone)


def list_path_steps(
    problem: ReportProblem,
    case: RouteCase,
    matrix: Integers,
    path: Sequence[Constraint],
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """List the steps of a sum that includes a question, and what it depends on besides.

    The latter are ids of clauses and names of assumptions.
    """
    lines = tuple(dict.fromkeys(p.line for p in case.line.route.passages))
    steps = tuple(sum_up(problem, case, matrix, path, lines=lines))
    return steps, tuple(dict.fromkeys(o for s in steps for o in s.support if o != ASKED))


def sum_up(
    problem: ReportProblem,
    case: RouteCase,
    matrix: Integers,
    path: Sequence[Constraint],
    *,
    lines: Sequence[str],
) -> Iterator[Step]:
    """Iterate over the steps of a sum: its constraints, and the runs between them."""
    for one, then in pair_around(path):
        support = problem.register.list_names(one.support) or (ASKED,)
        yield _make_step(case, one, support, _find_zone(problem, case, one))
        if one.head != then.tail:
            weight_s = int(matrix[one.head, then.tail])
            yield _make_line_step(case, (then.tail, one.head), weight_s, lines)


def pair_around(path: Sequence[Constraint]) -> Iterator[tuple[Constraint, Constraint]]:
    """Iterate over the constraints of a sum, each with the next one around it."""
    return zip(path, [*path[1:], path[0]], strict=True) if path else iter(())


def _find_zone(problem: ReportProblem, case: RouteCase, constraint: Constraint) -> str:
    """Return the zone in which a clause states its time; by default, the zone of the place."""
    for variant in problem.variants:
        time = variant.clause.time
        if time is not None and variant.support == constraint.support:
            return time.zone
    passage, _ = case.locate(max(constraint.tail, constraint.head))
    return case.line.route.passages[passage].station.tz


def _make_step(
    case: RouteCase, constraint: Constraint, support: tuple[str, ...], zone: str
) -> Step:
    """Describe a constraint as a step."""
    tail, head, weight = constraint.tail, constraint.head, constraint.weight_s
    if tail == ZERO:
        kind = "no_later" if (weight + 1) % SECONDS_PER_MINUTE else "before"
        nodes: tuple[int, ...] = (head,)
    elif head == ZERO:
        kind = "no_earlier" if (-weight - 1) % SECONDS_PER_MINUTE else "later_than"
        nodes = (tail,)
    elif weight == 0:
        kind, nodes = "order", (head, tail)
    else:
        kind, nodes = ("at_least", (head, tail)) if weight < 0 else ("at_most", (tail, head))
    events = tuple(_find_event(case, node) for node in nodes)
    return Step(kind, events, weight, support, zone)


def _make_line_step(
    case: RouteCase, ends: tuple[int, int], weight_s: int, lines: Sequence[str]
) -> Step:
    """Describe a constraint of the line between two nodes, the earlier first, as a step.

    Only the caps of ``lines`` are listed.
    """
    events = tuple(_find_event(case, node) for node in ends)
    if weight_s == 0:
        return Step("order", events, 0, ())
    line = case.line
    first, last = (case.locate(node)[0] for node in ends)
    passed = {passage.line for passage in line.route.passages[first:last]}
    km = float(line.low_km[last] - line.low_km[first])
    caps = line.list_caps([name for name in lines if name in passed])
    return Step("run", events, weight_s, (CAP, LENGTH), km=km, caps=caps)


def _find_event(case: RouteCase, node: int) -> tuple[str, str, int]:
    index, event = case.locate(node)
    passage = case.line.route.passages[index]
    if index == case.origin:
        return "start" if event == "depart" else "ready", passage.station.name, 1
    return event, passage.station.name, passage.visit


def list_assumptions(
    journey: Journey,
    case: RouteCase,
    kinds: Iterable[str],
    *,
    lines: Sequence[str] | None = None,
    span: tuple[int, int] | None = None,
) -> Iterator[str]:
    """List assumptions in words, with their figures.

    Only the caps of ``lines`` and the disputed lengths within ``span``, two indices of
    passages, are given; by default, those of the whole route.
    """
    disputed = [
        (row.from_, row.to, row.km.lowest, row.km.highest)
        for row in journey.plan.lengths
        if _lies_within(case.line.route, row.from_, row.to, span)
    ]
    caps = texts.format_caps(case.line.list_caps(lines))
    figures = {CAP: caps, LENGTH: texts.format_lengths(disputed)}
    return (texts.format_assumption(kind, figures.get(kind, "")) for kind in kinds)


def list_identities(journey: Journey, reports: Iterable[str]) -> Iterator[str]:
    """List in words the identities that the reports assume, each once."""
    named: dict[str, list[str]] = {}
    for report_id in reports:
        identity = journey.get_report(report_id).identity
        if identity:
            named.setdefault(identity, []).append(report_id)
    return (texts.format_identity(ids, identity) for identity, ids in named.items())


def _lies_within(route: Route, start: str, end: str, span: tuple[int, int] | None) -> bool:
    """Return whether a stretch of the route shares a section with a span of passages."""
    if not (route.passes(start) and route.passes(end)):
        return False
    low, high = sorted((route.index_of(start), route.index_of(end)))
    return span is None or (low < span[1] and span[0] < high)
