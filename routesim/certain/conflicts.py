"""Conflicts: which reports cannot all be true, by how much, and what would resolve it.

:mod:`routesim.certain.certificates` computes by how much a conflict misses, and
:mod:`routesim.certain.repairs` what would resolve it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.answers import Answer, AnswerList
from routesim.certain import certificates
from routesim.certain.problem import ReportProblem, build_problem, keep_answer
from routesim.certain.repairs import Repair, list_repairs
from routesim.constraints.bitsets import Bits, remove
from routesim.constraints.system import ZERO
from routesim.text.conflicts import format_clash, format_contradiction, format_exclusive
from routesim.text.durations import format_lapse
from routesim.text.quantities import format_miss

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import pandas as pd

    from routesim.certain.certificates import Certificate, Step
    from routesim.evidence.interpretation import Choice, DistinctReport
    from routesim.journey import Journey
else:
    pd = lazy_loader.load("pandas")


TRIFLE_S = 60
"""Windows that miss each other by less come last of the conflicts of their kind."""


@dataclass(frozen=True, eq=False)
class Conflict(Answer):
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
    json_keys = (
        "reports", "clauses", "copies", "families", "assumptions", "miss_s", "miss_km",
        "miss_kmh", "reading", "why", "certificate=steps", "repairs", "variants",
    )  # fmt: skip

    @property
    def reports(self) -> tuple[str, ...]:
        """Ids of its reports, copies left out."""
        return tuple(self._distinct_reports)

    @property
    def copies(self) -> dict[str, tuple[str, ...]]:
        """Reports that only repeat one of its reports, by its id."""
        found = self._distinct_reports.items()
        return {name: d.members[1:] for name, d in found if len(d.members) > 1}

    @property
    def families(self) -> tuple[str, ...]:
        """Whose knowledge is in it, each once."""
        return tuple(dict.fromkeys(d.report.family for d in self._distinct_reports.values()))

    @property
    def _distinct_reports(self) -> dict[str, DistinctReport]:
        of = self.problem.report_of_clause
        return {of[clause].id: of[clause] for clause in self.clauses}

    @cached_property
    def certificate(self) -> Certificate:
        """The case in which it misses by least, and the sum that shows it."""
        return certificates.find_certificate(self.problem, self.support)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it depends on besides the clauses, in words: caps, lengths, identities."""
        found, journey = self.certificate, self.problem.journey
        kinds = self.problem.register.list_assumptions(self.support)
        held = certificates.list_assumptions(
            journey, found.case, kinds, lines=found.lines, span=found.span
        )
        return (*held, *certificates.list_identities(journey, self.reports))

    @property
    def taken(self) -> tuple[tuple[Choice, int], ...]:
        """The readings, routes and starts that it needs; any other of them resolves it."""
        register = self.problem.register
        return tuple((register.choices[c], n) for c, n in register.list_taken(self.support))

    @property
    def reading(self) -> str | None:
        """The readings that it needs, in words; None if it holds by every one."""
        return "; ".join(self.problem.register.format_options(self.support)) or None

    @property
    def is_at_face_value(self) -> bool:
        """Whether it needs no reading but the first of each report, and the default route."""
        return all(number == 0 or choice.kind == "start" for choice, number in self.taken)

    @property
    def miss_s(self) -> int | None:
        """Seconds by which windows must be widened in all: see :attr:`Certificate.miss_s`."""
        return self.certificate.miss_s

    @property
    def miss_km(self) -> float | None:
        """By how much lengths miss each other: see :attr:`Certificate.miss_km`."""
        return self.certificate.miss_km

    @property
    def miss_kmh(self) -> float | None:
        """By how much speeds miss each other: see :attr:`Certificate.miss_kmh`."""
        return self.certificate.miss_kmh

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Steps whose weights add up to minus the miss, for a reader to add up by hand."""
        return certificates.list_steps(self.certificate)

    @cached_property
    def repairs(self) -> tuple[Repair, ...]:
        """Possible resolutions, each checked by solving again, the mildest first."""
        return list_repairs(self.certificate)

    @property
    def why(self) -> str:
        """The contradiction in one sentence."""
        exclusion = self.certificate.exclusion
        if exclusion is not None:
            return format_exclusive(self.clauses, exclusion.why, self.miss)
        steps = [(step.text, step.support) for step in self.steps]
        return format_contradiction(steps, self.miss_s or 0, start=self.best_start)

    @property
    def miss(self) -> str:
        """By how much it misses, in words; empty where place or route decides."""
        return format_miss(self.miss_s, self.miss_km, self.miss_kmh)

    @property
    def clash(self) -> str:
        """What contradicts what, and by how much, in a few words."""
        return format_clash(self.clauses, self.miss_s, self.miss_km, self.miss_kmh)

    @property
    def best_start(self) -> str | None:
        """The start from which it misses by least, where that is open; else None."""
        is_start_needed = any(choice.kind == "start" and n == 0 for choice, n in self.taken)
        if not self.problem.is_start_open or is_start_needed:
            return None
        return self.certificate.case.name(self.certificate.case.origin)

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
        case, bits = self.certificate.case, self.problem.register.clause_bits
        support = remove(self.certificate.support, bits[clause])
        times = case.system.find_solution(support)
        assert times is not None  # noqa: S101 (the set is irreducible)
        kept = [case.system.constraints[number] for number in case.system.select(support)]
        shown = []
        for node in sorted({node for c in kept for node in (c.tail, c.head)} - {ZERO}):
            passage, event = case.locate(node)
            time = pd.Timestamp(int(times[node]), unit="s", tz="UTC")
            shown.append([case.name(passage), event, time])
        return pd.DataFrame(shown, columns=["station", "event", "time"])

    def to_frame(self) -> pd.DataFrame:
        """Return a row a step of the sum: kind, text, weight_s, support; empty without one."""
        rows = [[step.kind, step.text, step.weight_s, step.support] for step in self.steps]
        return pd.DataFrame(rows, columns=["kind", "text", "weight_s", "support"])

    def __repr__(self) -> str:
        """Name the clauses and the miss."""
        miss = f", misses by {format_lapse(self.miss_s)}" if self.miss_s is not None else ""
        return f"<Conflict {' + '.join(self.clauses)}{miss}>"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ConflictList(AnswerList[Conflict]):
    """Conflicts of a problem, the most instructive first."""

    problem: ReportProblem
    columns = ("clauses", "families", "miss_s", "reading", "assumptions", "why")
    json_keys = (
        "journey=problem.journey.id", "routes=problem.routes", "as_of=problem.as_of",
        "complete=is_complete", "complete_to", "conflicts=items",
    )  # fmt: skip

    @property
    def complete_to(self) -> int | None:
        """The number of clauses up to which no conflict is missing; None for any."""
        return self.problem.complete_to

    @property
    def is_complete(self) -> bool:
        """Whether none is missing, of whatever size."""
        return self.complete_to is None

    def to_frame(self) -> pd.DataFrame:
        """Return a row a conflict: clauses, families, miss_s, reading, assumptions, why."""
        return super().to_frame().astype({"miss_s": "Float64"})


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


@keep_answer
def list_conflicts(problem: ReportProblem) -> ConflictList:
    """List the conflicts of a problem; see :func:`conflicts`."""
    grouped: dict[Any, list[Conflict]] = {}
    for support in problem.conflict_sets:
        if clauses := problem.register.list_clauses(support):
            conflict = Conflict(clauses, support, problem)
            grouped.setdefault(_find_group(conflict), []).append(conflict)
    found = []
    for alike in grouped.values():
        if len(alike) > 1:
            alike.sort(key=lambda c: (len(c.taken), -(c.miss_s or 0), c.clauses))
            variants = tuple(other.clauses for other in alike[1:])
            alike[0] = replace(alike[0], variants=variants)
        found.append(alike[0])
    return ConflictList(tuple(sorted(found, key=_rank)), problem=problem)


def _find_group(conflict: Conflict) -> Any:
    """Return what near-duplicates share.

    They are of the same families, on the same events, in the same readings; where no time
    decides, of the same clauses.
    """
    if conflict.certificate.exclusion is not None:
        return conflict.clauses
    register, events = conflict.problem.register, conflict.problem.event_of_clause
    shared = frozenset(events[clause] for clause in conflict.clauses)
    return shared, len(conflict.clauses), remove(conflict.support, register.clauses)


def _rank(conflict: Conflict) -> tuple[Any, ...]:
    is_excluded = conflict.certificate.exclusion is not None
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
