"""Conflicts: sets of reports that cannot all be true, their misses and their resolutions.

:mod:`routesim.certain.proofs.certificates` computes the miss of a conflict, and
:mod:`routesim.certain.proofs.repairs` its possible resolutions.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.answers import Answer, AnswerList
from routesim.certain.problem import ReportProblem, build_problem, keep_answer
from routesim.certain.proofs import certificates, steps
from routesim.certain.proofs.resolutions import list_repairs
from routesim.certain.shared_clocks import group_by_clock
from routesim.certain.support import CAP
from routesim.constraints.bitsets import Bits, remove
from routesim.constraints.system import ZERO
from routesim.errors import ArgumentError, Fault
from routesim.journey import check_count
from routesim.text.certificates import format_needed_route, format_reading, format_route_lack
from routesim.text.conflicts import (
    format_cap_role,
    format_clash,
    format_clock_variants,
    format_contradiction,
    format_exclusive,
    format_variant,
)
from routesim.text.durations import format_lapse
from routesim.text.quantities import format_miss

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import pandas as pd

    from routesim.certain.proofs.certificates import Certificate
    from routesim.certain.proofs.repairs import Repair
    from routesim.certain.proofs.steps import Step
    from routesim.evidence.interpretation import Choice, DistinctReport
    from routesim.journey import Journey
    from routesim.network import ExactKm
else:
    pd = lazy_loader.load("pandas")


TRIFLE = 1.0
"""Conflicts with a smaller miss, in tolerances, come after all others with a miss."""


@dataclass(frozen=True, eq=False)
class Conflict(Answer):
    """A minimal set of clauses that cannot all be true, with all assumptions in force.

    If any one of its clauses is left out, the others can all be true.

    Parameters
    ----------
    clauses : tuple of str
        Ids of the clauses: the id of a report, or ``C49.2`` for the second clause of C49.
    support : Bits
        Set of the clauses and of the options that the conflict needs.
    problem : ReportProblem
        Constraint problem to which the conflict belongs.
    variants : tuple of tuple, default ()
        Clauses of each near-duplicate: a conflict of the same families about the same events,
        or of the same clauses in another reading or on another route. If the clock that all
        reports of a source share is read wrongly, all conflicts because of it are variants of
        the one with the largest miss.

    Examples
    --------
    >>> import routesim as rs
    >>> conflict = rs.conflicts(rs.load_journey("2023-09"))[0]
    >>> conflict
    <Conflict C01 + C06, misses by 6 h>
    >>> conflict.reports, conflict.families, conflict.miss_s
    (('C01', 'C06'), ('F1', 'F4'), 21601)
    >>> [repair.kind for repair in conflict.repairs]
    ['reading', 'widen', 'widen', 'drop', 'drop']
    """

    clauses: tuple[str, ...]
    support: Bits = field(repr=False)
    problem: ReportProblem = field(repr=False)
    variants: tuple[tuple[str, ...], ...] = ()
    json_keys = (
        "reports", "clauses", "copies", "families", "assumptions", "needs_cap", "miss_s",
        "miss_km", "miss_kmh", "tolerances", "reading", "why", "certificate=steps", "repairs",
        "variants",
    )  # fmt: skip

    @property
    def reports(self) -> tuple[str, ...]:
        """Ids of the reports in the conflict, without copies."""
        return tuple(self._distinct_reports)

    @property
    def copies(self) -> dict[str, tuple[str, ...]]:
        """Ids of the copies of a report, by its id; only reports with copies are listed."""
        found = self._distinct_reports.items()
        return {name: d.members[1:] for name, d in found if len(d.members) > 1}

    @property
    def families(self) -> tuple[str, ...]:
        """Ids of the families of the reports, each once."""
        return tuple(dict.fromkeys(d.report.family for d in self._distinct_reports.values()))

    @property
    def _distinct_reports(self) -> dict[str, DistinctReport]:
        of = self.problem.report_of_clause
        return {of[clause].id: of[clause] for clause in self.clauses}

    @cached_property
    def certificate(self) -> Certificate:
        """The route and start with the smallest miss, and the sum that proves the conflict."""
        return certificates.find_certificate(self.problem, self.support)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Assumptions that the shown sum uses, in words; may be empty."""
        found, journey = self.certificate, self.problem.journey
        kinds = self.problem.register.list_assumptions(found.assumed)
        held = steps.list_assumptions(
            journey, found.case, kinds, lines=found.lines, span=found.span
        )
        return (*held, *steps.list_identities(journey, self.reports))

    @property
    def cap_role(self) -> str:
        """Whether the conflict needs the speed caps, in words; empty if its sum has none."""
        return format_cap_role(needs_cap=self.needs_cap) if self.certificate.lines else ""

    @cached_property
    def needs_cap(self) -> bool:
        """Whether the conflict needs the speed caps of the lines."""
        cap = self.problem.register.assumption_bits[CAP]
        found = certificates.list_certificates(self.problem, self.support)
        return not all(one.holds_without(cap) for one in found)

    @property
    def taken(self) -> tuple[tuple[Choice, int], ...]:
        """Choices on which the conflict depends, each with the number of the option it needs.

        A choice is of a reading, a zone, a route or a start.
        """
        register = self.problem.register
        return tuple((register.choices[c], n) for c, n in register.list_taken(self.support))

    @property
    def reading(self) -> str | None:
        """Options that the conflict needs, in words; None if it holds with all options."""
        return format_reading(self.problem.register.format_options(self.support)) or None

    @property
    def is_at_face_value(self) -> bool:
        """Whether the conflict holds at face value and on the default route."""
        return all(number == 0 or choice.kind == "start" for choice, number in self.taken)

    @property
    def miss_s(self) -> int | None:
        """Total seconds by which times must give way; None where times do not decide."""
        return self.certificate.miss_s

    @property
    def miss_km(self) -> float | None:
        """Kilometres by which lengths miss each other; None where lengths do not decide."""
        return self.certificate.miss_km

    @property
    def miss_kmh(self) -> float | None:
        """Speed in km/h by which speeds miss each other; None where speeds do not decide."""
        return self.certificate.miss_kmh

    @property
    def tolerances(self) -> float | None:
        """The miss in tolerances of the clause that resolves it most easily.

        The tolerance of an end of a window or range is its softness, but at least a minute, or
        1 % of a speed or distance. None where place or route decides.
        """
        found = self.certificate.tolerances
        return found if isfinite(found) else None

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Steps of the proof, with weights that add up to minus ``miss_s``.

        Empty where times do not decide.
        """
        return certificates.list_steps(self.certificate)

    @cached_property
    def repairs(self) -> tuple[Repair, ...]:
        """Possible resolutions, mildest first. Each of them resolves the conflict."""
        return list_repairs(self.certificate)

    @property
    def why(self) -> str:
        """The contradiction in one sentence."""
        if self.certificate.exclusion is not None:
            needed = certificates.find_needed_route(self.certificate)
            if needed is not None:
                clauses, exclusion, against = needed
                lack = format_route_lack(exclusion.kind, exclusion.places)
                return format_needed_route(clauses, exclusion.route, lack, against)
            reasons = certificates.list_reasons(self.certificate)
            return format_exclusive(self.clauses, reasons, self.miss)
        steps = [(step.text, step.support) for step in self.steps]
        return format_contradiction(steps, self.miss_s or 0, start=self.best_start)

    @property
    def miss(self) -> str:
        """The miss in words; empty where place or route decides."""
        return format_miss(self.miss_s, self.miss_km, self.miss_kmh)

    @property
    def clash(self) -> str:
        """The clauses and the miss in a few words."""
        return format_clash(self.clauses, self.miss_s, self.miss_km, self.miss_kmh)

    @property
    def similar(self) -> tuple[str, ...]:
        """How the variants differ in clauses or options, in words; may be empty.

        The variants of a conflict because of a shared clock are only counted.
        """
        register = self.problem.register
        if self.variants and self.support in group_by_clock(self.problem):
            return (format_clock_variants(len(self.variants)),)
        alike = (
            remove(support, self.support)
            for support in self.problem.conflict_sets
            if support != self.support and register.list_clauses(support) == self.clauses
        )
        options = (format_reading(register.format_options(support)) for support in alike)
        pairs = (
            (other, next(options, "") if other == self.clauses else "")
            for other in self.variants
        )
        return tuple(
            format_variant(self.clauses, other, reading)
            for other, reading in pairs
            if reading or other != self.clauses
        )

    @property
    def best_start(self) -> str | None:
        """Name of the origin with the smallest miss; None if the conflict needs the first one.

        Also None if only one origin is possible.
        """
        is_start_needed = any(choice.kind == "start" and n == 0 for choice, n in self.taken)
        if not self.problem.journey.plan.origins or is_start_needed:
            return None
        return self.certificate.case.name(self.certificate.case.origin)

    def show_without(self, clause: str) -> pd.DataFrame:
        """Return a timetable that satisfies all clauses of the conflict but one.

        Parameters
        ----------
        clause : str
            Id of the clause to leave out, one of ``clauses``.

        Returns
        -------
        DataFrame
            One row per event: ``station``, ``event`` (arrive or depart), ``time`` (aware UTC).
            The timetable is one of many. If none of the other clauses states a time, only the
            differences of the times have a meaning.

        Raises
        ------
        ArgumentError
            If the conflict has no clause with this id, or if conflicts are missing, and the
            others cannot be true either.

        Examples
        --------
        >>> import routesim as rs
        >>> conflict = rs.conflicts(rs.load_journey("2023-09"))[0]
        >>> conflict.clauses
        ('C01', 'C06')
        >>> conflict.show_without("C01")[["station", "event"]].values.tolist()
        [['Pyongyang', 'depart']]
        """
        if clause not in self.clauses:
            remedy = f"give one of {', '.join(self.clauses)}"
            fault = Fault("clause", f"{clause!r:.40} is not in the conflict", remedy)
            raise ArgumentError([fault])
        dropped = self.problem.register.clause_bits[clause]
        others = certificates.list_certificates(self.problem, self.support)
        solutions = (
            (one.case, remove(one.support, dropped)) for one in (self.certificate, *others)
        )
        solved = (
            (case, support, times)
            for case, support in solutions
            if (times := case.system.find_solution(support)) is not None
        )
        found = next(solved, None)
        if found is None:
            remedy = "the list of conflicts is not complete"
            what = f"the others of {', '.join(self.clauses)} cannot be true"
            raise ArgumentError([Fault("clause", what, remedy)])
        case, support, times = found
        kept = [case.system.constraints[number] for number in case.system.select(support)]
        shown = []
        for node in sorted({node for c in kept for node in (c.tail, c.head)} - {ZERO}):
            passage, event = case.locate(node)
            time = pd.Timestamp(int(times[node]), unit="s", tz="UTC")
            shown.append([case.name(passage), event, time])
        return pd.DataFrame(shown, columns=["station", "event", "time"])

    def to_frame(self) -> pd.DataFrame:
        """Return the steps of the proof as a table.

        Returns
        -------
        DataFrame
            One row per step: ``kind``, ``text``, ``weight_s`` (seconds; the total is minus the
            miss) and ``support`` (clauses and assumptions). Empty where times do not decide.

        Examples
        --------
        >>> import routesim as rs
        >>> frame = rs.conflicts(rs.load_journey("2023-09"))[0].to_frame()
        >>> frame[["kind", "support"]].values.tolist()
        [['before', ('C01',)], ['no_earlier', ('C06',)]]
        >>> int(frame["weight_s"].sum())
        -21601
        """
        rows = [[step.kind, step.text, step.weight_s, step.support] for step in self.steps]
        return pd.DataFrame(rows, columns=["kind", "text", "weight_s", "support"])

    def __repr__(self) -> str:
        """Show the clauses and the miss in time."""
        miss = f", misses by {format_lapse(self.miss_s)}" if self.miss_s is not None else ""
        return f"<Conflict {' + '.join(self.clauses)}{miss}>"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ConflictList(AnswerList[Conflict]):
    """Conflicts of a journey, the most instructive first; made by :func:`conflicts`.

    Parameters
    ----------
    items : tuple of Conflict
        The conflicts.
    problem : ReportProblem
        Constraint problem to which the conflicts belong.
    """

    problem: ReportProblem
    columns = ("clauses", "families", "miss_s", "reading", "assumptions", "why")
    json_keys = (
        "journey=problem.journey.id", "routes=problem.routes", "as_of=problem.as_of",
        "complete=is_complete", "complete_to", "conflicts=items",
        "exact_km",
    )  # fmt: skip

    @property
    def exact_km(self) -> tuple[ExactKm, ...]:
        """Kilometres of the routes that are taken as exact, by line; may be empty."""
        return self.problem.exact_km

    @property
    def complete_to(self) -> int | None:
        """Number of clauses up to which no conflict is missing; None for any number."""
        return self.problem.complete_to

    @property
    def is_complete(self) -> bool:
        """Whether no conflict of any size is missing."""
        return self.complete_to is None

    def to_frame(self) -> pd.DataFrame:
        """Return one row per conflict; ``miss_s`` is missing where times do not decide."""
        return super().to_frame().astype({"miss_s": "Float64"})


def conflicts(
    journey: Journey,
    *,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    route: str | None = None,
    max_size: int | None = None,
) -> ConflictList:
    """Find the sets of reports that cannot all be true.

    Parameters
    ----------
    journey : Journey
        The journey.
    as_of : str or datetime, optional
        Aware time, such as ``2023-09-11T07:00Z``: only reports known by then are used. An
        edited page is known from its edit, an undated one from the end of the day it is about.
        By default, all are used.
    drop : sequence of str, default ()
        Ids of reports, or of single clauses such as ``C49.2``, to leave out.
    route : str, optional
        Id of the only possible route. By default, all routes of the journey are possible, and
        ``reading`` names the route of a conflict that another route resolves.
    max_size : int, optional
        Largest number of clauses in a conflict; by default, any number.

    Returns
    -------
    ConflictList
        The minimal contradictory sets, with near-duplicates as ``variants``. Empty if all
        reports can be true. Conflicts that no reading resolves come first, then the others. In
        both groups, conflicts with a miss come before those of places or routes, and misses of
        a tolerance or more before smaller ones. Among these, conflicts at face value, of
        several reports, of few clauses, of many families and with a large miss in tolerances
        come first.
        ``to_frame`` has the columns ``clauses``, ``families``, ``miss_s`` (seconds, missing if
        the miss is not a time), ``reading``, ``assumptions`` and ``why``.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a journey, ``drop`` is a single string or has an unknown id, or
        ``max_size`` is not a whole number of at least 1.
    TimeError
        If ``as_of`` has no offset, cannot be read or lies outside 1800 to 2200.
    UnknownNameError
        If the journey has no such route.

    See Also
    --------
    worlds : List the ways to reconcile the reports.
    compare_zones : Read each clock in each plausible zone.
    check : Give one verdict per report.

    Notes
    -----
    The reports form a simple temporal problem [1]_ for each route and start. The conflicts
    are all its minimal unsatisfiable subsets [2]_. The search is limited: if it stops early,
    ``complete_to`` gives the number of clauses up to which no conflict is missing.

    References
    ----------
    .. [1] R. Dechter, I. Meiri and J. Pearl, "Temporal constraint networks", Artificial
       Intelligence 49 (1991), 61-95.
    .. [2] M. H. Liffiton and K. A. Sakallah, "Algorithms for computing minimal unsatisfiable
       subsets of constraints", Journal of Automated Reasoning 40 (2008), 1-33.

    Examples
    --------
    >>> import routesim as rs
    >>> found = rs.conflicts(rs.load_journey("2023-09"))
    >>> found[0].clauses, found[0].miss, found.is_complete
    (('C01', 'C06'), '6 h', True)
    >>> found.to_frame().columns.tolist()
    ['clauses', 'families', 'miss_s', 'reading', 'assumptions', 'why']
    """
    if max_size is not None:
        check_count(max_size, where="max_size")
    return list_conflicts(
        build_problem(journey, as_of=as_of, drop=drop, route=route, max_size=max_size)
    )


@keep_answer
def list_conflicts(problem: ReportProblem) -> ConflictList:
    """List the conflicts of a problem; see :func:`conflicts`."""
    grouped: dict[Any, list[Conflict]] = {}
    clocks, of_clock = group_by_clock(problem), dict[Any, list[Conflict]]()
    for support in problem.conflict_sets:
        if clauses := problem.register.list_clauses(support):
            conflict = Conflict(clauses, support, problem)
            if (group := clocks.get(support)) is not None:
                of_clock.setdefault(group, []).append(conflict)
                continue
            grouped.setdefault(_find_group(conflict), []).append(conflict)
    found = [_merge_group(alike) for alike in of_clock.values()]
    for alike in grouped.values():
        if len(alike) > 1:
            alike.sort(key=lambda c: (len(c.taken), -(c.tolerances or 0.0), c.clauses))
            variants = tuple(other.clauses for other in alike[1:])
            alike[0] = replace(alike[0], variants=variants)
        found.append(alike[0])
    return ConflictList(tuple(sorted(found, key=_rank)), problem=problem)


def _merge_group(alike: Sequence[Conflict]) -> Conflict:
    """Return one conflict of a group, with the others as variants.

    If they need a setting of the clock, it is the one with the largest miss, else one of those
    with the fewest clauses.
    """
    first, *others = sorted(alike, key=_rank_in_group)
    variants = dict.fromkeys(other.clauses for other in others)
    variants.pop(first.clauses, None)
    return replace(first, variants=tuple(variants))


def _rank_in_group(conflict: Conflict) -> tuple[Any, ...]:
    setting, miss_s = [number for _, number in conflict.taken], conflict.miss_s or 0
    size = 0 if setting else len(conflict.clauses)
    return setting, size, -miss_s, conflict.clauses


def _find_group(conflict: Conflict) -> Any:
    """Return the key that near-duplicates share.

    Where times decide, this is their families, events and options; otherwise their clauses.
    """
    if conflict.certificate.exclusion is not None:
        return conflict.clauses
    register, events = conflict.problem.register, conflict.problem.event_of_clause
    shared = frozenset(events[clause] for clause in conflict.clauses)
    return shared, len(conflict.clauses), remove(conflict.support, register.clauses)


def _rank(conflict: Conflict) -> tuple[Any, ...]:
    tolerances, is_open = conflict.tolerances, bool(conflict.taken)
    return (
        is_open,
        tolerances is None,
        tolerances is not None and tolerances < TRIFLE,
        not conflict.is_at_face_value,
        # How a single report is read says least about the others.
        is_open and len(conflict.reports) == 1,
        len(conflict.clauses),
        -len(conflict.families),
        -(tolerances or 0.0),
        conflict.clauses,
    )
