"""Conflicts: which reports cannot all be true, by how much, and what would resolve it.

:mod:`routesim.certain.certificates` computes by how much a conflict misses, and
:mod:`routesim.certain.repairs` what would resolve it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Self

import lazy_loader

from routesim.certain.certificates import Certificate, find_certificate, list_steps
from routesim.certain.problem import ReportProblem, build_problem
from routesim.certain.repairs import Repair, list_repairs
from routesim.certain.wording import format_assumption, format_option, format_steps
from routesim.constraints.bitsets import Bits, remove
from routesim.text.durations import format_lapse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import pandas as pd

    from routesim.certain.wording import Step
    from routesim.evidence.interpretation import Choice
    from routesim.journey import Journey
else:
    pd = lazy_loader.load("pandas")

__all__ = ["Conflict", "ConflictList", "conflicts", "list_conflicts"]

TRIFLE_S = 60
"""Windows that miss each other by less come last of the conflicts of their kind."""


@dataclass(frozen=True, eq=False)
class Conflict:
    """A minimal set of clauses and assumptions that cannot all be true.

    Parameters
    ----------
    clauses
        Ids of its clauses: a report's id, or ``C49.2`` for its second clause.
    support
        The bits of its clauses, assumptions and options.
    problem
        The problem that it is part of.
    variants
        Clauses of near-duplicates: the same events by the same families, or the same
        clauses in another reading or by another route.
    """

    clauses: tuple[str, ...]
    support: Bits = field(repr=False)
    problem: ReportProblem = field(repr=False)
    variants: tuple[tuple[str, ...], ...] = ()

    @property
    def reports(self) -> tuple[str, ...]:
        """Ids of its reports, copies left out."""
        of = self.problem.report_of_clause
        return tuple(dict.fromkeys(of[clause].id for clause in self.clauses))

    @property
    def copies(self) -> dict[str, tuple[str, ...]]:
        """Reports that only repeat one of its reports, by its id."""
        return {
            d.id: d.members[1:]
            for d in self.problem.distinct_reports
            if d.id in self.reports and len(d.members) > 1
        }

    @property
    def families(self) -> tuple[str, ...]:
        """Whose knowledge is in it, each once."""
        of = self.problem.report_of_clause
        return tuple(dict.fromkeys(of[clause].report.family for clause in self.clauses))

    @cached_property
    def case_certificate(self) -> Certificate:
        """The case in which it misses by least, and the sum that shows it."""
        return find_certificate(self.problem, self.support)

    @cached_property
    def assumptions(self) -> tuple[str, ...]:
        """What it depends on besides the clauses: caps, lengths, identities."""
        found, register = self.case_certificate, self.problem.register
        texts = [
            format_assumption(
                self.problem, found.case, name, lines=found.lines, span=found.span
            )
            for name in register.list_assumptions(self.support)
        ]
        identities: dict[str, list[str]] = {}
        for report_id in self.reports:
            identity = self.problem.journey.get_report(report_id).identity
            if identity:
                identities.setdefault(identity, []).append(report_id)
        texts += [f"identity: {text} ({', '.join(ids)})" for text, ids in identities.items()]
        return tuple(texts)

    @property
    def taken(self) -> tuple[tuple[Choice, int], ...]:
        """The readings, routes and starts that it needs; any other of them resolves it."""
        register = self.problem.register
        return tuple((register.choices[c], n) for c, n in register.list_taken(self.support))

    @property
    def reading(self) -> str | None:
        """The readings that it needs, in words; None if it holds by every one."""
        register = self.problem.register
        texts = [format_option(self.problem, t) for t in register.list_taken(self.support)]
        return "; ".join(texts) or None

    @property
    def is_at_face_value(self) -> bool:
        """Whether it needs no reading but the first of each report, and the default route."""
        return all(number == 0 or choice.kind == "start" for choice, number in self.taken)

    @property
    def miss_s(self) -> int | None:
        """Seconds by which windows must be widened in all: see :attr:`Certificate.miss_s`."""
        return self.case_certificate.miss_s

    @property
    def miss_km(self) -> float | None:
        """By how much lengths miss each other: see :attr:`Certificate.miss_km`."""
        return self.case_certificate.miss_km

    @property
    def miss_kmh(self) -> float | None:
        """By how much speeds miss each other: see :attr:`Certificate.miss_kmh`."""
        return self.case_certificate.miss_kmh

    @cached_property
    def certificate(self) -> tuple[Step, ...]:
        """Steps whose weights add up to minus the miss, for a reader to add up by hand."""
        return list_steps(self.case_certificate)

    @cached_property
    def repairs(self) -> tuple[Repair, ...]:
        """Possible resolutions, each checked by solving again, the mildest first."""
        return list_repairs(self.case_certificate)

    @property
    def why(self) -> str:
        """The contradiction in one sentence."""
        exclusion = self.case_certificate.exclusion
        names = " and ".join(self.clauses)
        if exclusion is not None:
            return f"{names}: {exclusion.why}{self._format_miss()}."
        steps = format_steps(self.certificate)
        case = self.case_certificate.case
        start = case.line.route.passages[case.origin].station.name
        even = (
            f" So it is even from {start}, the start that suits them best."
            if self._has_many_starts
            else ""
        )
        if self.miss_s == 1:
            return f"{steps}. The two touch without sharing an instant.{even}"
        return f"{steps}. All together they miss by {format_lapse(self.miss_s or 0)}.{even}"

    def _format_miss(self) -> str:
        if self.miss_km is not None:
            return f": {self.miss_km:,.1f} km apart"
        return "" if self.miss_kmh is None else f": {self.miss_kmh:,.1f} km/h apart"

    @property
    def _has_many_starts(self) -> bool:
        return self.problem.is_start_open and not any(
            choice.kind == "start" and number == 0 for choice, number in self.taken
        )

    def show_without(self, clause: str) -> pd.DataFrame:
        """Return a timetable that satisfies all its other clauses if one is left out.

        Parameters
        ----------
        clause
            One of ``clauses``.

        Returns
        -------
        DataFrame
            A row an event: station, event, time (aware UTC). It is one of many possible.
        """
        register = self.problem.register
        support = remove(self.case_certificate.support, register.clause_bits[clause])
        case = self.case_certificate.case
        times = case.system.find_solution(support)
        assert times is not None  # noqa: S101 (the set is irreducible)
        shown: list[dict[str, Any]] = []
        touched = {
            node
            for number in case.system.select(support)
            for c in [case.system.constraints[number]]
            for node in (c.tail, c.head)
            if node
        }
        for node in sorted(touched):
            passage, event = case.locate(node)
            name = case.line.route.passages[passage].station.name
            time = pd.Timestamp(int(times[node]), unit="s", tz="UTC")
            shown.append({"station": name, "event": event, "time": time})
        return pd.DataFrame(shown, columns=["station", "event", "time"])

    def __repr__(self) -> str:
        """Name the clauses and the miss."""
        miss = f", misses by {format_lapse(self.miss_s)}" if self.miss_s is not None else ""
        return f"<Conflict {' + '.join(self.clauses)}{miss}>"


class ConflictList(tuple[Conflict, ...]):  # noqa: SLOT001 (carries one attribute)
    """Conflicts, the most instructive first.

    ``complete_to`` is None if there are no others; otherwise none of up to so many clauses
    is missing.
    """

    complete_to: int | None

    def __new__(cls, found: Sequence[Conflict] = (), complete_to: int | None = None) -> Self:
        """Make the list."""
        made = super().__new__(cls, found)
        made.complete_to = complete_to
        return made

    @property
    def is_complete(self) -> bool:
        """Whether none is missing, of whatever size."""
        return self.complete_to is None

    def to_frame(self) -> pd.DataFrame:
        """Return a row a conflict: clauses, families, miss_s, reading, assumptions, why."""
        columns = ["clauses", "families", "miss_s", "reading", "assumptions", "why"]
        rows = [[getattr(conflict, column) for column in columns] for conflict in self]
        frame = pd.DataFrame(rows, columns=columns)
        return frame.astype({"miss_s": "Float64"})


def conflicts(
    journey: Journey,
    *,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    route: str | None = None,
    max_size: int | None = None,
) -> ConflictList:
    """Find which reports cannot all be true.

    Parameters
    ----------
    journey
        The journey.
    as_of
        Only what was known by then is used.
    drop
        Ids of reports or clauses that are left out.
    route
        The one route taken as possible; ``None`` for all of the journey's, and then a
        conflict that another route resolves says so.
    max_size
        Only sets of up to so many clauses.

    Returns
    -------
    ConflictList
        Minimal sets, near-duplicates grouped. First those that no reading resolves, then
        those at face value, then those of other readings; within these the smaller set
        and the larger miss first.

    Raises
    ------
    ArgumentError, UnknownNameError, TimeError
        If an argument is at fault.

    Examples
    --------
    >>> import routesim as rs
    >>> found = rs.conflicts(rs.load_journey("2019-04"))
    >>> found[0].clauses, found.is_complete
    (('C48', 'C49.1', 'C49.2'), True)
    """
    return list_conflicts(
        build_problem(journey, as_of=as_of, drop=drop, route=route, max_size=max_size)
    )


@lru_cache(maxsize=8)
def list_conflicts(problem: ReportProblem) -> ConflictList:
    """List the conflicts of a problem; see :func:`conflicts`."""
    grouped: dict[Any, list[Conflict]] = {}
    for support in problem.conflict_sets:
        clauses = problem.register.list_clauses(support)
        if clauses:
            conflict = Conflict(clauses, support, problem)
            grouped.setdefault(_find_group(conflict), []).append(conflict)
    found = []
    for made in grouped.values():
        if len(made) > 1:
            made.sort(key=lambda c: (len(c.taken), -(c.miss_s or 0), c.clauses))
        lead, *others = made
        variants = tuple(other.clauses for other in others)
        found.append(replace(lead, variants=variants) if variants else lead)
    return ConflictList(sorted(found, key=_rank), problem.complete_to)


def _find_group(conflict: Conflict) -> Any:
    """Return what near-duplicates share.

    They are of the same families, on the same events, in the same readings; where no time
    decides, of the same clauses.
    """
    if conflict.case_certificate.exclusion is not None:
        return conflict.clauses
    register, events = conflict.problem.register, conflict.problem.event_of_clause
    shared = frozenset(events[clause] for clause in conflict.clauses)
    return shared, len(conflict.clauses), remove(conflict.support, register.clauses)


def _rank(conflict: Conflict) -> tuple[Any, ...]:
    is_excluded = conflict.case_certificate.exclusion is not None
    return (
        bool(conflict.taken),
        is_excluded,
        not is_excluded and (conflict.miss_s or 0) < TRIFLE_S,
        not conflict.is_at_face_value,
        len(conflict.clauses),
        -len(conflict.families),
        -(conflict.miss_s or 0),
        conflict.clauses,
    )
