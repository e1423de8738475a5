"""The likelihood of draws as a mixture over reports; here a report's reliability is used.

A report is right with a probability, its reliability. Else it is flat: it might as well have
stated any time, quantity or route. If it is right it holds in one of its readings, each of
which has a prior.

Reports are put together in levels, so that the wire copy of one family counts once:

- Copies, reports of one family with the same clauses, have become one before:
  :mod:`routesim.evidence.interpretation` finds them.
- A *version* of an event is all reports of one family about it that do not contradict each
  other. They are right together.
- An *event* is all its versions. They contradict each other, and each is as likely to be the
  right one.
- A *unit* is all events whose reports share one doubt of identity: whether they are about this
  train or a similar one. Any other event is a unit of its own.

:func:`group_by_identity` finds the versions, events and units. All groups of one level are
evaluated at once, as rows of arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.arrays import Array, RowSegments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.evidence.interpretation import DistinctReport


LEAST = 1e-300
"""A smaller product of agreements counts as this, so that its logarithm is finite."""
LOG_LEAST = float(np.log(LEAST))


@dataclass(frozen=True, slots=True)
class ReadingTerms:
    """One reading of a report: its prior, and the rows of the clauses that it then makes.

    ``constrains`` is False where it states nothing about the journey, as "only expected".
    """

    prior: float
    rows: tuple[int, ...]
    constrains: bool = True


@dataclass(frozen=True, slots=True)
class WeightedReport:
    """A report with all its readings, its reliability, and its flat alternative."""

    distinct_report: DistinctReport
    reading_terms: tuple[ReadingTerms, ...]
    reliability: float
    flat: float


@dataclass(frozen=True, slots=True)
class EventVersions:
    """Reports of one family about one event that may be right together."""

    members: tuple[WeightedReport, ...]

    @property
    def reliability(self) -> float:
        """That of the least reliable."""
        return min(member.reliability for member in self.members)

    @property
    def flat(self) -> float:
        """That of the most precise."""
        return min(member.flat for member in self.members)


@dataclass(frozen=True, slots=True)
class IdentityGroup:
    """Events whose reports share one doubt of identity; else a single event."""

    identity: float
    events: tuple[tuple[EventVersions, ...], ...]

    def list_members(self) -> list[WeightedReport]:
        """Return its reports."""
        versions = (version for event in self.events for version in event)
        return [member for version in versions for member in version.members]


class ReportMixture:
    """The mixture: the log likelihood of draws from their log agreements with clauses.

    There is at least one group.
    """

    def __init__(self, identity_groups: Sequence[IdentityGroup]) -> None:
        events = [event for unit in identity_groups for event in unit.events]
        versions = [version for event in events for version in event]
        self.members = [member for unit in identity_groups for member in unit.list_members()]
        constraining = [
            (number, reading)
            for number, member in enumerate(self.members)
            for reading in member.reading_terms
            if reading.constrains and reading.rows
        ]
        rows = [row for _, reading in constraining for row in reading.rows]
        self.rows = np.array(rows, dtype=np.intp)
        self.by_reading = RowSegments(len(reading.rows) for _, reading in constraining)
        self.priors = np.array([reading.prior for _, reading in constraining])
        numbers = np.array([number for number, _ in constraining], dtype=np.intp)
        counts = np.bincount(numbers, minlength=len(self.members))
        self.constraining = np.flatnonzero(counts)
        self.by_member = RowSegments(counts[self.constraining])
        readings = [member.reading_terms for member in self.members]
        # Without clauses a reading always holds; if it does not constrain, it states nothing.
        self.always = np.array(
            [sum(r.prior for r in each if r.constrains and not r.rows) for each in readings]
        )
        self.expected = np.array(
            [sum(r.prior for r in each if not r.constrains) for each in readings]
        )
        self.flats = np.array([member.flat for member in self.members])
        self.reliabilities = np.array([member.reliability for member in self.members])
        self.by_version = RowSegments(len(version.members) for version in versions)
        self.version_flats = np.array([version.flat for version in versions])
        self.version_reliabilities = np.array([version.reliability for version in versions])
        self.by_event = RowSegments(len(event) for event in events)
        self.event_sizes = np.array([len(event) for event in events], dtype=np.float64)
        self.by_unit = RowSegments(len(unit.events) for unit in identity_groups)
        self.identities = np.array([unit.identity for unit in identity_groups])
        sizes = [len(unit.list_members()) for unit in identity_groups]
        self.unit_of = np.repeat(np.arange(len(identity_groups)), sizes)

    def weigh(self, log_agreements: Array, beta: float) -> Array:
        """Return the logarithm of the likelihood at a stage, (draws,)."""
        same, other = self._weigh_units(self.agree(log_agreements, beta), beta)
        identity = self.identities[:, None]
        mixed = identity * same + (1.0 - identity) * other[:, None]
        return np.asarray(np.log(np.maximum(mixed, LEAST)).sum(axis=0))

    def agree(self, log_agreements: Array, beta: float = 1.0) -> Array:
        """Return the agreement of draws with each report, over readings, (members, draws)."""
        fixed = self.always + self.expected * self.flats**beta
        if not self.rows.size:
            return np.repeat(fixed[:, None], log_agreements.shape[1], axis=1)
        summed = beta * self.by_reading.reduce(np.add, log_agreements[self.rows])
        # Below the least it counts as 0; exp would be slow to give that.
        agreed = np.where(summed > LOG_LEAST, np.exp(np.maximum(summed, LOG_LEAST)), 0.0)
        agreed *= self.priors[:, None]
        found = np.repeat(fixed[:, None], log_agreements.shape[1], axis=1)
        found[self.constraining] += self.by_member.reduce(np.add, agreed)
        return found

    def find_right(self, log_agreements: Array) -> Array:
        """Return how likely each report is right, given each draw, (members, draws)."""
        agreement = self.agree(log_agreements)
        same, other = self._weigh_units(agreement, 1.0)
        identity = self.identities[:, None]
        mixed = np.maximum(identity * same + (1.0 - identity) * other[:, None], LEAST)
        right = self.reliabilities[:, None] * agreement
        wrong = ((1.0 - self.reliabilities) * self.flats)[:, None]
        identical = (identity * same / mixed)[self.unit_of]
        return np.asarray(identical * right / np.maximum(right + wrong, LEAST))

    def _weigh_units(self, agreement: Array, beta: float) -> tuple[Array, Array]:
        """Return the likelihood of each unit if it was this train, and if it was not.

        A version is right with its reliability, else flat; of the versions of an event each
        is as likely the right one; all events of a unit were of this train, or none.
        """
        together = self.by_version.reduce(np.multiply, agreement)
        flat = self.version_flats**beta
        reliability = self.version_reliabilities
        mixed = reliability[:, None] * together + ((1.0 - reliability) * flat)[:, None]
        event = self.by_event.reduce(np.add, mixed) / self.event_sizes[:, None]
        other = self.by_event.reduce(np.add, flat) / self.event_sizes
        same = self.by_unit.reduce(np.multiply, event)
        return same, self.by_unit.reduce(np.multiply, other)


def group_by_identity(
    reports: Sequence[WeightedReport], identity: float
) -> tuple[IdentityGroup, ...]:
    """Group reports by the doubt of identity they share, by event, and by contradiction.

    The groups come in the order of the reports; ``identity`` is how likely "a similar train"
    was this one.
    """
    units: dict[Any, dict[Any, list[list[WeightedReport]]]] = {}
    for one in reports:
        event = _get_event_key(one.distinct_report)
        report = one.distinct_report.report
        doubt = (report.family, report.identity) if report.identity else None
        versions = units.setdefault((doubt, doubt or event), {}).setdefault(event, [])
        for version in versions:
            if not any(_are_contrary(one, other) for other in version):
                version.append(one)
                break
        else:
            versions.append([one])
    return tuple(
        IdentityGroup(
            identity=identity if doubt else 1.0,
            events=tuple(
                tuple(EventVersions(tuple(members)) for members in versions)
                for versions in events.values()
            ),
        )
        for (doubt, _), events in units.items()
    )


def _get_event_key(distinct: DistinctReport) -> Any:
    """Return what two reports of one event share: family, kinds and places."""
    keys = {clause.event_key for clause in distinct.face_clauses}
    return distinct.report.family, bool(distinct.report.identity), tuple(sorted(keys))


def _are_contrary(one: WeightedReport, other: WeightedReport) -> bool:
    """Return whether two reports of one event cannot both be true at face value."""
    return any(
        first.event_key == second.event_key and first.excludes(second)
        for first in one.distinct_report.face_clauses
        for second in other.distinct_report.face_clauses
    )
