"""Which reports are about the same event, and which of them contradict each other.

The groups are those of :mod:`routesim.likely.report_mixture`: reports of one family about
one event are put into versions, versions into events, events into units. Copies, which have
the same clauses, have been merged before: see :mod:`routesim.evidence.interpretation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.likely.report_mixture import EventVersions, IdentityGroup, WeightedReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.evidence.interpretation import DistinctReport


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


def _get_event_key(distinct: DistinctReport) -> Any:
    """Return what two reports of one event share: family, kinds and places."""
    keys = {clause.event_key for clause in distinct.face_clauses}
    return distinct.report.family, bool(distinct.report.identity), tuple(sorted(keys))


def _are_contrary(one: DistinctReport, other: DistinctReport) -> bool:
    """Return whether two reports of one event cannot both be true at face value."""
    return any(
        first.event_key == second.event_key and first.excludes(second)
        for first in one.face_clauses
        for second in other.face_clauses
    )
