"""The likelihood of draws as a mixture over the settings of shared clocks.

All reports of a source with one clock are read by it (:mod:`routesim.evidence.shared_clocks`).
So its setting is not a reading of each report for itself. The likelihood is the sum over the
settings of the prior of the setting, times the likelihood of all reports, each read by the
clock with this setting.

The units of :mod:`routesim.likely.report_mixture` are independent if the settings are given.
Units that depend on the same clocks form a *block*, with one log likelihood per setting. The
sum over the settings is taken clock by clock. It costs more only if a unit depends on several
clocks, because its reports are from several sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from routesim.likely.report_mixture import ReportMixture

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from routesim.arrays import Array, Indices
    from routesim.likely.report_mixture import IdentityGroup


@dataclass(frozen=True, slots=True, eq=False)
class SharedClockPrior:
    """The prior of a clock that reports share.

    ``id`` is that of the choice between its settings. ``options`` are the settings in words,
    and ``log_priors`` the logarithms of their prior probabilities.
    """

    id: str
    options: tuple[str, ...]
    log_priors: Array


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Log values for all settings of some clocks: one axis per clock, the last axis is draws.

    ``clocks`` are the numbers of the clocks, increasing.
    """

    clocks: tuple[int, ...]
    values: Array

    def spread(self, clocks: Sequence[int]) -> Array:
        """Return the values with an axis for each of more clocks."""
        axes = tuple(slice(None) if clock in self.clocks else None for clock in clocks)
        return np.asarray(self.values[(*axes, slice(None))])


class ClockMixture:
    """Mixture over the settings of shared clocks, and over reports.

    ``clocks`` must have all clocks on which the units, ``identity_groups``, depend. They are
    numbered in this order.
    """

    def __init__(
        self, identity_groups: Sequence[IdentityGroup], clocks: Sequence[SharedClockPrior]
    ) -> None:
        self.units, self.clocks = tuple(identity_groups), tuple(clocks)
        self.members = [member for unit in self.units for member in unit.list_members()]
        self.unit_rows = tuple(map(_list_rows, self.units))
        numbers = {clock.id: number for number, clock in enumerate(self.clocks)}
        by_clocks: dict[tuple[int, ...], list[int]] = {}
        for number, unit in enumerate(self.units):
            used = tuple(sorted(numbers[name] for name in unit.list_clocks()))
            by_clocks.setdefault(used, []).append(number)
        free = by_clocks.pop((), [])
        self.free = np.array(free, dtype=np.intp)
        self.free_mixture = ReportMixture([self.units[n] for n in free]) if free else None
        self.blocks = tuple(
            _Block(used, own, units=self.units, clocks=self.clocks)
            for used, own in by_clocks.items()
        )

    def weigh(self, log_agreements: Array, beta: float) -> Array:
        """Return the log likelihood, (draws,), with agreements raised to the power ``beta``."""
        free = self._weigh_free(log_agreements, beta)
        if not self.blocks:
            return free
        return np.asarray(free + self._sum_over(self._list_tables(log_agreements, beta)))

    def weigh_units(
        self, log_agreements: Array, beta: float, settings: Indices | None
    ) -> Array:
        """Return the log likelihood of each unit, (units, draws), with given settings."""
        found = np.empty((len(self.units), log_agreements.shape[1]))
        if self.free_mixture is not None:
            found[self.free] = self.free_mixture.weigh_units(log_agreements, beta)
        for block in self.blocks:
            if settings is None:
                message = "units depend on shared clocks, but no settings are given"
                raise ValueError(message)
            found[block.numbers] = block.weigh_units(log_agreements, beta, settings)
        return found

    def weigh_settings(
        self, log_agreements: Array, beta: float, settings: Indices, clock: int
    ) -> Array:
        """Return the log weight of each option of a clock, (options, draws).

        The other clocks are set as in ``settings``. The weight is the prior of the option,
        times the likelihood of all units.
        """
        found = self.clocks[clock].log_priors[:, None] + self._weigh_free(log_agreements, beta)
        for block in self.blocks:
            if clock in block.clocks:
                values = block.weigh_all(log_agreements, beta)
                options = np.arange(len(found))[:, None]
                taken = (options if c == clock else settings[c] for c in block.clocks)
                found += values[(*taken, np.arange(values.shape[-1]))]
            else:
                found += block.weigh_units(log_agreements, beta, settings).sum(axis=0)
        return np.asarray(found)

    def find_setting_chances(self, log_agreements: Array) -> dict[str, Array]:
        """Return the probability of each option, (options, draws), by the id of the clock."""
        tables = list(self._list_tables(log_agreements, 1.0))
        used = {number for block in self.blocks for number in block.clocks}
        chances = {}
        for number, clock in enumerate(self.clocks):
            found = clock.log_priors[:, None]
            if number in used:
                found = _normalise(self._sum_over(tables, keep=(number,)))
            shape = len(clock.log_priors), log_agreements.shape[1]
            chances[clock.id] = np.broadcast_to(np.exp(found), shape)
        return chances

    def find_right(self, log_agreements: Array) -> Array:
        """Return the probability that a report is right, given each draw, (members, draws)."""
        right: dict[int, Array] = {}
        if self.free_mixture is not None:
            right |= self._part(self.free, self.free_mixture.find_right(log_agreements))
        tables = list(self._list_tables(log_agreements, 1.0))
        for block in self.blocks:
            joint = self._sum_over(tables, keep=block.clocks)
            chances = np.exp(_normalise(joint))
            right |= self._part(block.numbers, block.find_right(log_agreements, chances))
        if not right:
            return np.empty((0, log_agreements.shape[1]))
        return np.concatenate([right[number] for number in range(len(self.units))])

    def _part(self, numbers: Indices, by_member: Array) -> Iterator[tuple[int, Array]]:
        """Iterate over units and the rows of their members."""
        sizes = [len(self.units[number].list_members()) for number in numbers]
        parts = np.split(by_member, np.cumsum(sizes)[:-1])
        return zip(numbers.tolist(), parts, strict=True)

    def _weigh_free(self, log_agreements: Array, beta: float) -> Array:
        """Return the log likelihood of the units that depend on no clock, (draws,)."""
        if self.free_mixture is None:
            return np.zeros(log_agreements.shape[1])
        return self.free_mixture.weigh(log_agreements, beta)

    def _list_tables(self, log_agreements: Array, beta: float) -> Iterator[_Table]:
        for block in self.blocks:
            yield _Table(block.clocks, block.weigh_all(log_agreements, beta))

    def _sum_over(self, tables: Iterable[_Table], *, keep: Collection[int] = ()) -> Array:
        """Sum the weights over the settings of all clocks but those to keep.

        Return the log of the sums, with an axis for each clock to keep. Clocks on which no
        table depends have no effect.
        """
        left = list(tables)
        used = {clock for table in left for clock in table.clocks}
        left += [_Table((c,), self.clocks[c].log_priors[:, None]) for c in sorted(used)]
        to_sum = used.difference(keep)
        while to_sum:
            clock = min(to_sum, key=lambda c: (self._count(_select(left, c)), c))
            joined = _join(_select(left, clock))
            axis = joined.clocks.index(clock)
            rest = joined.clocks[:axis] + joined.clocks[axis + 1 :]
            summed = _Table(rest, np.logaddexp.reduce(joined.values, axis=axis))
            left = [table for table in left if clock not in table.clocks]
            left.append(summed)
            to_sum.remove(clock)
        return _join(left).values

    def _count(self, tables: Iterable[_Table]) -> int:
        """Return the number of settings of all clocks of some tables."""
        clocks = {clock for table in tables for clock in table.clocks}
        return prod(len(self.clocks[clock].options) for clock in clocks)


class _Block:
    """The units that depend on the same clocks.

    ``clocks`` are the numbers of these clocks, and ``numbers`` those of the units.
    """

    def __init__(
        self,
        used: tuple[int, ...],
        numbers: Sequence[int],
        *,
        units: Sequence[IdentityGroup],
        clocks: Sequence[SharedClockPrior],
    ) -> None:
        self.clocks, self.numbers = used, np.array(numbers, dtype=np.intp)
        self.shape = tuple(len(clocks[clock].options) for clock in used)
        names = [clocks[clock].id for clock in used]
        listed = [dict(zip(names, s, strict=True)) for s in product(*map(range, self.shape))]
        read = [[units[number].set_clocks(setting) for number in numbers] for setting in listed]
        self.by_setting = [ReportMixture(each) for each in read]
        # Many settings give a unit the same windows: each of its readings is weighed once.
        distinct: dict[tuple[object, ...], int] = {}
        kept: list[IdentityGroup] = []
        self.copies = np.empty((len(listed), len(numbers)), dtype=np.intp)
        for setting, each in enumerate(read):
            for place, unit in enumerate(each):
                key = (place, *(one.reading_terms for one in unit.list_members()))
                if key not in distinct:
                    distinct[key] = len(kept)
                    kept.append(unit)
                self.copies[setting, place] = distinct[key]
        self.mixture = ReportMixture(kept)

    def weigh_all(self, log_agreements: Array, beta: float) -> Array:
        """Return the log likelihood of all units with each setting, (*options, draws)."""
        weighed = self.mixture.weigh_units(log_agreements, beta)
        found = np.array([weighed[copies].sum(axis=0) for copies in self.copies])
        return found.reshape(*self.shape, weighed.shape[1])

    def weigh_units(self, log_agreements: Array, beta: float, settings: Indices) -> Array:
        """Return the log likelihood of each unit, (units, draws), with given settings."""
        taken = np.ravel_multi_index([settings[clock] for clock in self.clocks], self.shape)
        found = np.empty((self.numbers.size, log_agreements.shape[1]))
        for setting in np.unique(taken):
            draws = np.flatnonzero(taken == setting)
            mixture = self.by_setting[setting]
            found[:, draws] = mixture.weigh_units(log_agreements, beta, draws)
        return found

    def find_right(self, log_agreements: Array, chances: Array) -> Array:
        """Return the probability that each report is right, (members, draws).

        ``chances`` has the probability of each setting, (*options, draws).
        """
        each = chances.reshape(len(self.by_setting), -1)
        parts = zip(self.by_setting, each, strict=True)
        found = [chance * mixture.find_right(log_agreements) for mixture, chance in parts]
        return np.asarray(np.sum(found, axis=0))


def _list_rows(unit: IdentityGroup) -> Indices:
    """Return the rows of the log agreements on which a unit depends, increasing."""
    readings = (reading for one in unit.list_members() for reading in one.reading_terms)
    rows = {row for reading in readings if reading.constrains for row in reading.rows}
    return np.array(sorted(rows), dtype=np.intp)


def _select(tables: Iterable[_Table], clock: int) -> list[_Table]:
    return [table for table in tables if clock in table.clocks]


def _join(tables: Sequence[_Table]) -> _Table:
    """Add tables to one over the clocks of all of them."""
    clocks = tuple(sorted({clock for table in tables for clock in table.clocks}))
    return _Table(clocks, reduce(np.add, (table.spread(clocks) for table in tables)))


def _normalise(log_weights: Array) -> Array:
    """Return log weights, divided by their sum over all settings."""
    flat = log_weights.reshape(-1, log_weights.shape[-1])
    summed = np.logaddexp.reduce(flat, axis=0)
    return np.asarray((flat - summed).reshape(log_weights.shape))
