"""Constraint problem of the reports of a journey: its cases and their contradictions.

Reports are selected and interpreted (:mod:`routesim.evidence`). A *case* is one route with one
start; for each case, the reports are encoded as constraints. The problem is then searched for
every minimal set of clauses that cannot all be true.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar, cast

from routesim.certain.encoding.case_builder import ClauseVariant
from routesim.certain.encoding.line_limits import list_origins, make_line_limits
from routesim.certain.encoding.route_case import make_case
from routesim.certain.support import ROUTE_CHOICE, START_CHOICE, SupportIndex
from routesim.constraints.bitsets import (
    NO_BITS,
    Bits,
    count_shared,
    find_subset,
    is_subset,
    unite,
)
from routesim.constraints.elimination import combine_families, resolve_choices
from routesim.constraints.enumeration import find_cycles
from routesim.evidence.interpretation import Choice, interpret_reports
from routesim.evidence.selection import make_selection, select_clauses, select_reports
from routesim.journey import require_journey
from routesim.journey.lengths import list_exact_km
from routesim.text.certificates import format_route_choice, format_starts
from routesim.text.times import to_datetime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from routesim.certain.encoding.line_limits import LineLimits
    from routesim.certain.encoding.route_case import RouteCase
    from routesim.constraints.enumeration import CycleList
    from routesim.constraints.found_cycles import NegativeCycle
    from routesim.constraints.system import DifferenceSystem
    from routesim.evidence.interpretation import DistinctReport
    from routesim.evidence.selection import Selection
    from routesim.journey import Journey
    from routesim.network import ExactKm


FindT = TypeVar("FindT", bound="Callable[..., Any]")

CACHED = 4
"""Number of problems that are cached for further questions; each may take 200 MB."""


@dataclass(frozen=True, eq=False)
class ReportProblem:
    """The reports that are used, as constraints; made by :func:`build_problem`.

    ``as_of_s`` is the time by which a report had to be known, POSIX seconds; infinite for no
    limit. ``routes`` has the ids of the possible routes, the default one first.
    ``distinct_reports`` leaves out reports without clauses; a distinct report stands for a
    report and its copies. ``cap_kmh`` is None for the caps of the lines. ``max_size`` is None
    for contradictions of any size.
    """

    journey: Journey
    as_of_s: float
    routes: tuple[str, ...]
    distinct_reports: tuple[DistinctReport, ...]
    cap_kmh: float | None = None
    max_size: int | None = None

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """Cache for :func:`keep_answer`."""
        return {}

    @property
    def as_of(self) -> datetime | None:
        """Time by which a report had to be known to be used, aware UTC; None for no limit."""
        return to_datetime(self.as_of_s) if isfinite(self.as_of_s) else None

    @cached_property
    def exact_km(self) -> tuple[ExactKm, ...]:
        """Kilometres of the routes that are taken as exact, by line."""
        return list_exact_km(self.journey, self.routes)

    @cached_property
    def register(self) -> SupportIndex:
        """Index of the bits of clauses, options and assumptions."""
        titles = tuple(map(format_route_choice, self.routes))
        choices = [Choice(ROUTE_CHOICE, "", "route", titles)]
        if self.is_start_open:
            first = self.journey.routes[self.routes[0]].route.origin
            choices.append(Choice(START_CHOICE, "", "start", format_starts(first)))
        choices += [choice for distinct in self.distinct_reports for choice in distinct.choices]
        return SupportIndex((c.id for d in self.distinct_reports for c in d.clauses), choices)

    @cached_property
    def lines(self) -> tuple[LineLimits, ...]:
        """Limits of each possible route, in the order of ``routes``."""
        return tuple(make_line_limits(self.journey, r, self.cap_kmh) for r in self.routes)

    @cached_property
    def is_start_open(self) -> bool:
        """Whether the train may have started at the first station of a route or beyond it."""
        origins = (o for line in self.lines for o in list_origins(self.journey, line))
        return len({origin > 0 for origin in origins}) > 1

    @cached_property
    def variants(self) -> tuple[ClauseVariant, ...]:
        """Every clause in each of its readings."""
        register = self.register
        return tuple(
            ClauseVariant(
                variant.clause,
                register.make_support([clause.id], variant.taken),
                variant.visit,
                distinct.known_s,
                distinct.report.forecast,
            )
            for distinct in self.distinct_reports
            for clause in distinct.clauses
            for variant in clause.variants
        )

    @cached_property
    def cases(self) -> tuple[RouteCase, ...]:
        """Cases: the constraints of each route from each start."""
        bits = self.register.assumption_bits
        return tuple(
            make_case(self.journey, line, origin, variants=self.variants, bits=bits)
            for line in self.lines
            for origin in list_origins(self.journey, line)
        )

    @cached_property
    def systems(self) -> tuple[DifferenceSystem, ...]:
        """System of each case with all assumptions in force, in the order of ``cases``."""
        return tuple(case.system.assume(self.register.assumptions) for case in self.cases)

    @cached_property
    def cycles(self) -> tuple[CycleList, ...]:
        """Contradictions of each case, in the order of ``cases``.

        All assumptions are in force, so they are no part of any support.
        """
        register = self.register
        return tuple(
            find_cycles(
                system,
                exclusive=tuple(register.choice_bits.values()),
                counted=register.clauses,
                max_size=self.max_size,
            )
            for system in self.systems
        )

    @cached_property
    def report_of_clause(self) -> Mapping[str, DistinctReport]:
        """Distinct reports by the id of their clauses."""
        return {
            clause.id: distinct
            for distinct in self.distinct_reports
            for clause in distinct.clauses
        }

    @cached_property
    def event_of_clause(self) -> Mapping[str, tuple[str, tuple[str, tuple[str, ...]]]]:
        """Family and event key of each clause, by the id of the clause."""
        return {
            clause.id: (distinct.report.family, clause.variants[0].clause.event_key)
            for distinct in self.distinct_reports
            for clause in distinct.clauses
        }

    @cached_property
    def cycle_by_support(self) -> Mapping[Bits, NegativeCycle] | None:
        """Contradictions by support; None if there are several cases."""
        if len(self.cases) > 1:
            return None
        return {cycle.support: cycle for cycle in self.cycles[0].cycles}

    @cached_property
    def complete_to(self) -> int | None:
        """Number of clauses up to which no contradiction is missing; None for any number."""
        sizes = [found.complete_to for found in self.cycles if found.complete_to is not None]
        if not self._resolved[1]:
            sizes.append(0)
        return min(sizes, default=None)

    @cached_property
    def literal_sets(self) -> tuple[Bits, ...]:
        """Minimal contradictions, each for one combination of readings, route and start.

        All starts beyond the first station are one option: a contradiction with this option
        holds from each of them.
        """
        return self._by_route[0]

    @cached_property
    def _by_route(self) -> tuple[tuple[Bits, ...], bool]:
        grouped: dict[Bits, list[list[Bits]]] = {}
        for case, found in zip(self.cases, self.cycles, strict=True):
            family = [cycle.support for cycle in found.cycles]
            grouped.setdefault(self.get_setting(case), []).append(family)
        exclusive = tuple(self.register.choice_bits.values())
        combined = {
            setting: combine_families(families, exclusive)
            for setting, families in grouped.items()
        }
        sets = [unite(support, s) for s, found in combined.items() for support in found or ()]
        return (*sets, *self._list_missing(combined)), None not in combined.values()

    def _list_missing(self, settings: Iterable[Bits]) -> Iterator[Bits]:
        """Iterate over the combinations of a route and a start that have no case."""
        if self.is_start_open:
            known, bits = set(settings), self.register.option_bits
            routes = self.register.list_options(ROUTE_CHOICE) if len(self.routes) > 1 else ()
            for route in routes or (NO_BITS,):
                for start in range(self.register.count_options(START_CHOICE)):
                    setting = unite(route, bits[START_CHOICE, start])
                    if setting not in known:
                        yield setting

    def get_setting(self, case: RouteCase) -> Bits:
        """Return the option bits of the route and start of a case, where there is a choice."""
        bits, setting = self.register.option_bits, NO_BITS
        if len(self.routes) > 1:
            setting = bits[ROUTE_CHOICE, self.routes.index(case.line.route_id)]
        if self.is_start_open:
            setting = unite(setting, bits[START_CHOICE, int(case.origin > 0)])
        return setting

    @cached_property
    def _resolved(self) -> tuple[tuple[Bits, ...], bool]:
        register = self.register
        choices = [register.list_options(choice) for choice in register.choices]
        sets, complete = resolve_choices(self._by_route[0], choices)
        if (most := self.max_size) is not None:
            sets = [s for s in sets if count_shared(s, register.clauses) <= most]
        return tuple(sets), complete and self._by_route[1]

    @property
    def conflict_sets(self) -> tuple[Bits, ...]:
        """Minimal contradictions over clauses and options, with all assumptions in force.

        A set without an option of a choice is contradictory with every option of this choice.
        """
        return self._resolved[0]

    def is_consistent(self, selection: Bits) -> bool:
        """Return whether the clauses and options of a selection can be true together."""
        if self.complete_to is None:
            return find_subset(self.literal_sets, selection) is None
        chosen = unite(selection, self.register.assumptions)
        return any(
            case.system.is_feasible(chosen)
            for case in self.cases
            if is_subset(self.get_setting(case), selection)
        )

    def find_distinct_report(self, report_id: str) -> DistinctReport | None:
        """Return the distinct report to which a report belongs; None if it is not used."""
        return next((d for d in self.distinct_reports if report_id in d.members), None)


def keep_answer(find: FindT) -> FindT:
    """Cache the results of a function of a problem in the problem itself."""

    @wraps(find)
    def answer(problem: ReportProblem, **options: Any) -> Any:
        key = (find.__name__, *options.items())
        if key not in problem.kept:
            problem.kept[key] = find(problem, **options)
        return problem.kept[key]

    return cast("FindT", answer)


def build_problem(
    journey: Journey,
    *,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    given: Sequence[str] | None = None,
    route: str | None = None,
    cap_kmh: float | None = None,
    max_size: int | None = None,
) -> ReportProblem:
    """Select and interpret the reports of a journey, and build their constraint problem.

    Nothing is solved yet. The last problems are cached, so that successive questions about a
    journey share their solutions.

    Only reports known by ``as_of`` are used: an edited page is known from its edit, an undated
    one from the end of the day it is about. ``drop`` has the ids of reports, or of single
    clauses (``C49.2``), to leave out. ``given`` has the ids of the only reports or clauses to
    use. ``route`` is the id of the only possible route, None for all routes of the journey.
    ``cap_kmh`` replaces the caps of the lines. Contradictions of more than ``max_size`` clauses
    are not searched for.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a journey, or an id is unknown.
    TimeError
        If ``as_of`` cannot be read.
    UnknownNameError
        If the journey has no such route.
    """
    require_journey(journey)
    selection = make_selection(journey.reports, as_of=as_of, drop=drop, given=given)
    return _make_problem(journey, selection, route, cap_kmh, max_size)


@lru_cache(maxsize=CACHED)
def _make_problem(
    journey: Journey,
    selection: Selection,
    route: str | None,
    cap_kmh: float | None,
    max_size: int | None,
) -> ReportProblem:
    distinct = interpret_reports(
        select_reports(journey.reports, selection),
        network=journey.network,
        book=journey.book,
        routes=(hypothesis.route for hypothesis in journey.routes.values()),
        zones=journey.zones,
    )
    first = journey.get_hypothesis(route).id
    others = [r for r in journey.routes if r != first and route is None]
    kept, routes = select_clauses(distinct, selection), (first, *others)
    return ReportProblem(journey, selection.as_of_s, routes, kept, cap_kmh, max_size)
