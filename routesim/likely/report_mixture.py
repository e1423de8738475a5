"""The likelihood of draws as a mixture over reports, weighted by their reliability.

A report is right with a probability, its reliability. A wrong report could have stated any
time, quantity or route: its probability, called *flat*, does not depend on the draw. A report
that is right holds in one of its readings, each with a prior probability.

Reports are grouped in levels, so that reports of one family count once per event:

- Copies, reports of one family with the same clauses, are already one distinct report, see
  :mod:`routesim.evidence.interpretation`.
- A *version* of an event is a set of reports of one family about the event that do not
  contradict each other. They are right or wrong together.
- An *event* is the set of its versions, all from one family. They contradict each other, and
  each is equally likely to be the right one.
- A *unit* is the set of events with the same doubt of identity: whether the reports are about
  this train or a similar one. Any other event is a unit by itself.

:func:`group_by_identity` finds the versions, events and units. All groups of one level are
evaluated at once, as rows of arrays.

Here each reading is independent of those of other reports. A clock that the reports of a source
share is set first, see :mod:`routesim.likely.clock_mixture`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.arrays import Array, RowSegments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.arrays import Indices
    from routesim.evidence.interpretation import ChosenOption, DistinctReport


LEAST = 1e-300
"""Smallest product of agreements, so that its logarithm is finite."""
LOG_LEAST = float(np.log(LEAST))
CELLS = 65_536
"""Largest number of cells of a table that is weighed at once, so that it stays in the cache."""


@dataclass(frozen=True, slots=True)
class ReadingTerms:
    """One reading of a report: its prior, and the rows of its clauses in this reading.

    ``constrains`` is False if the reading says nothing about the journey. An example is a
    forecast, read as "only expected". The reading is possible only with the options ``needs``
    of shared clocks, and ``prior`` is its probability given these.
    """

    prior: float
    rows: tuple[int, ...]
    constrains: bool = True
    needs: tuple[ChosenOption, ...] = ()


@dataclass(frozen=True, slots=True)
class WeightedReport:
    """A report with its readings and its reliability.

    ``flat`` is the probability that a wrong report states the same.
    """

    distinct_report: DistinctReport
    reading_terms: tuple[ReadingTerms, ...]
    reliability: float
    flat: float

    def set_clocks(self, options: Mapping[str, int]) -> WeightedReport:
        """Return the report with the readings that are possible with options of clocks."""
        kept = [r for r in self.reading_terms if options.items() >= set(r.needs)]
        return replace(self, reading_terms=tuple(replace(r, needs=()) for r in kept))


@dataclass(frozen=True, slots=True)
class EventVersions:
    """One version of an event: ``members`` do not contradict each other."""

    members: tuple[WeightedReport, ...]

    @property
    def reliability(self) -> float:
        """Reliability of the least reliable report."""
        return min(member.reliability for member in self.members)

    @property
    def flat(self) -> float:
        """Flat probability of the most precise report: the smallest one."""
        return min(member.flat for member in self.members)


@dataclass(frozen=True, slots=True)
class IdentityGroup:
    """A unit: events with the same doubt of identity, or a single event.

    ``identity`` is the probability that its reports are about this train. ``events`` has the
    versions of each event.
    """

    identity: float
    events: tuple[tuple[EventVersions, ...], ...]

    def list_members(self) -> list[WeightedReport]:
        """Return the reports of all versions of all events."""
        versions = (version for event in self.events for version in event)
        return [member for version in versions for member in version.members]

    def renumber(self, number: Mapping[int, int]) -> IdentityGroup:
        """Return the unit with other numbers of the rows, by the old ones in ``number``."""

        def renumber_report(report: WeightedReport) -> WeightedReport:
            terms = tuple(
                replace(one, rows=tuple(number[row] for row in one.rows))
                for one in report.reading_terms
            )
            return replace(report, reading_terms=terms)

        events = tuple(
            tuple(EventVersions(tuple(map(renumber_report, v.members))) for v in event)
            for event in self.events
        )
        return replace(self, events=events)

    def list_clocks(self) -> list[str]:
        """Return the ids of the shared clocks on which its reports depend, in their order."""
        readings = (reading for one in self.list_members() for reading in one.reading_terms)
        return sorted({name for reading in readings for name, _ in reading.needs})

    def set_clocks(self, options: Mapping[str, int]) -> IdentityGroup:
        """Return the unit with the readings that are possible with options of clocks."""
        events = tuple(
            tuple(
                EventVersions(tuple(member.set_clocks(options) for member in version.members))
                for version in event
            )
            for event in self.events
        )
        return replace(self, events=events)


class ReportMixture:
    """Mixture over reports, from log agreements with clauses to a log likelihood.

    ``identity_groups`` must not be empty. A *member* is a report in one of the groups. No
    reading may depend on a shared clock: see :meth:`IdentityGroup.set_clocks`.
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
        # A reading without clauses always holds. A reading that does not constrain is flat.
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
        """Return the log likelihood, (draws,), with agreements raised to the power ``beta``."""
        return np.asarray(self.weigh_units(log_agreements, beta).sum(axis=0))

    def weigh_units(
        self, log_agreements: Array, beta: float, draws: Indices | None = None
    ) -> Array:
        """Return the log likelihood of each unit, (units, draws), for all or some draws."""
        count = log_agreements.shape[1] if draws is None else draws.size
        found = np.empty((self.identities.size, count))
        step = max(CELLS // max(self.rows.size, len(self.members)), 1)
        identity = self.identities[:, None]
        for first in range(0, count, step):
            part = slice(first, first + step)
            if draws is None:
                rows = log_agreements[:, part][self.rows]
            else:
                rows = log_agreements[self.rows[:, None], draws[part]]
            agreement = self._mix_readings(rows, beta)
            same, other = self._weigh_units(agreement, beta)
            mixed = identity * same + (1.0 - identity) * other[:, None]
            found[:, part] = np.log(np.maximum(mixed, LEAST))
        return found

    def agree(self, log_agreements: Array, beta: float = 1.0) -> Array:
        """Return the mean agreement with each report over its readings, (members, draws)."""
        return self._mix_readings(log_agreements[self.rows], beta)

    def _mix_readings(self, log_agreements: Array, beta: float) -> Array:
        """Return the mean agreement with each report, given the rows of its readings."""
        fixed = self.always + self.expected * self.flats**beta
        found = np.repeat(fixed[:, None], log_agreements.shape[1], axis=1)
        if not self.rows.size:
            return found
        summed = beta * self.by_reading.reduce(np.add, log_agreements)
        # Smaller agreements count as 0, since exp is slow for them.
        agreed = np.where(summed > LOG_LEAST, np.exp(np.maximum(summed, LOG_LEAST)), 0.0)
        agreed *= self.priors[:, None]
        found[self.constraining] += self.by_member.reduce(np.add, agreed)
        return found

    def find_right(self, log_agreements: Array) -> Array:
        """Return the probability that a report is right, given each draw, (members, draws)."""
        agreement = self.agree(log_agreements)
        same, other = self._weigh_units(agreement, 1.0)
        identity = self.identities[:, None]
        mixed = np.maximum(identity * same + (1.0 - identity) * other[:, None], LEAST)
        right = self.reliabilities[:, None] * agreement
        wrong = ((1.0 - self.reliabilities) * self.flats)[:, None]
        identical = (identity * same / mixed)[self.unit_of]
        return np.asarray(identical * right / np.maximum(right + wrong, LEAST))

    def _weigh_units(self, agreement: Array, beta: float) -> tuple[Array, Array]:
        """Return the likelihood of each unit if it is about this train, and if it is not.

        The first is (units, draws), the second (units,). A version is right with its
        reliability, else flat. The likelihood of an event is the mean over its versions. All
        events of a unit are about this train, or none is.
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
    """Group reports by their doubt of identity, by event, and by contradiction.

    The groups are in the order of the reports. ``identity`` is the probability that "a similar
    train" was the train of this journey.
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
    """Return the key that the reports of one event share."""
    keys = {clause.event_key for clause in distinct.face_clauses}
    return distinct.report.family, bool(distinct.report.identity), tuple(sorted(keys))


def _are_contrary(one: WeightedReport, other: WeightedReport) -> bool:
    """Return whether two reports of one event cannot both be true at face value."""
    return any(
        first.event_key == second.event_key and first.excludes(second)
        for first in one.distinct_report.face_clauses
        for second in other.distinct_report.face_clauses
    )
