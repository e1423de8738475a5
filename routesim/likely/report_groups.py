"""Which reports are about the same event, and which of them contradict each other.

The groups are those of :mod:`routesim.likely.report_mixture`: reports of one family about
one event are put into versions, versions into events, events into units. Copies, which have
the same clauses, have been merged before: see :mod:`routesim.evidence.copies`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.evidence import (
    DistanceClause,
    DurationClause,
    EventClause,
    HeadingClause,
    NotYetClause,
    OrderClause,
    PresenceClause,
    SpeedClause,
    StandClause,
)
from routesim.likely.report_mixture import EventVersions, IdentityGroup, WeightedReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.evidence import Clause
    from routesim.evidence.interpretation import DistinctReport

__all__ = ["group_by_identity"]


def group_by_identity(
    reports: Sequence[WeightedReport], identity: float
) -> tuple[IdentityGroup, ...]:
    """Group reports by the doubt of identity they share, by event, and by contradiction.

    Parameters
    ----------
    reports
        In the order in which the groups are to come.
    identity
        How likely "a similar train" was this one.
    """
    identity_groups: dict[Any, dict[Any, list[list[WeightedReport]]]] = {}
    for one in reports:
        event = _get_event_key(one.distinct_report)
        report = one.distinct_report.report
        key = (report.family, report.identity) if report.identity else event
        versions = identity_groups.setdefault(key, {}).setdefault(event, [])
        for version in versions:
            if not any(
                _are_contrary(one.distinct_report, other.distinct_report) for other in version
            ):
                version.append(one)
                break
        else:
            versions.append([one])
    return tuple(
        IdentityGroup(
            identity=identity
            if any(
                m.distinct_report.report.identity
                for vs in events.values()
                for v in vs
                for m in v
            )
            else 1.0,
            events=tuple(
                tuple(EventVersions(tuple(members)) for members in versions)
                for versions in events.values()
            ),
        )
        for events in identity_groups.values()
    )


def _list_face_clauses(distinct: DistinctReport) -> list[Clause]:
    """Return the clauses of a report at face value, or of its first reading with any."""
    return [clause.variants[0].clause for clause in distinct.clauses]


def _get_event_key(distinct: DistinctReport) -> Any:
    """Return what two reports of one event share: family, kinds and places."""
    keys = {_get_clause_key(clause) for clause in _list_face_clauses(distinct)}
    return distinct.report.family, bool(distinct.report.identity), tuple(sorted(keys))


def _get_clause_key(clause: Clause) -> tuple[str, ...]:
    """Return the kind of a clause and its places, if it is about given ones."""
    match clause:
        case HeadingClause() | OrderClause():
            return (clause.kind,)
        case NotYetClause() | StandClause():
            return (clause.kind, clause.place)
    return (clause.kind, *(clause.between or ()))


def _are_contrary(one: DistinctReport, other: DistinctReport) -> bool:
    """Return whether two reports of one event cannot both be true at face value."""
    return any(
        _get_clause_key(first) == _get_clause_key(second) and _exclude(first, second)
        for first in _list_face_clauses(one)
        for second in _list_face_clauses(other)
    )


def _exclude(first: Clause, second: Clause) -> bool:
    """Return whether two clauses of one kind and place cannot both be true."""
    match first, second:
        case HeadingClause(), HeadingClause():
            return not set(first.places) & set(second.places)
        case (
            EventClause() | PresenceClause() | NotYetClause(),
            EventClause() | PresenceClause() | NotYetClause(),
        ):
            one, two = first.time.window, second.time.window
            return bool(one.start_s >= two.end_s or two.start_s >= one.end_s)
        case DurationClause() | StandClause(), DurationClause() | StandClause():
            return first.low_s > second.high_s or second.low_s > first.high_s
        case DistanceClause(), DistanceClause():
            return first.low_m > second.high_m or second.low_m > first.high_m
        case SpeedClause(), SpeedClause():
            return first.low_mps > second.high_mps or second.low_mps > first.high_mps
    return False
