"""Draws of a plan, and their times at the passages of a route."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from routesim.journey.running_times import run_kinematics
from routesim.units import km_to_metres

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from routesim.arrays import Array, Indices
    from routesim.journey.planned_route import LineStretch, PlannedRoute
    from routesim.network import Route


CHUNK_CELLS = 4_000_000
"""Largest number of draws times passages that are computed at once."""


@dataclass(frozen=True, slots=True)
class Halts:
    """Halts of many draws, each with its draw, its slot and its seconds, (halts,).

    For the slots see :mod:`routesim.journey.variation.standing`.
    """

    draw: Indices
    slot: Indices
    seconds: Array

    @classmethod
    def join(cls, parts: Iterable[Halts]) -> Halts:
        """Join halts of the same draws."""
        kept = list(parts)
        empty = np.empty(0, dtype=np.intp)
        return cls(
            np.concatenate([empty, *(part.draw for part in kept)]),
            np.concatenate([empty, *(part.slot for part in kept)]),
            np.concatenate([np.empty(0), *(part.seconds for part in kept)]),
        )

    def sum_slots(self, passages: int, first: int, last: int) -> tuple[Array, Array]:
        """Return the seconds before the arrival at each passage, and within each stay.

        They are those of the draws from ``first`` to before ``last``, (passages, draws) each.
        """
        mine = (self.draw >= first) & (self.draw < last)
        draw, slot, seconds = self.draw[mine] - first, self.slot[mine], self.seconds[mine]
        shape = passages, last - first
        found = []
        for part in (slot % 2 == 0, slot % 2 == 1):
            at = slot[part] // 2 * shape[1] + draw[part]
            summed = np.bincount(at, seconds[part], passages * shape[1])
            # Without halts, numpy counts in whole numbers.
            found.append(summed.astype(np.float64).reshape(shape))
        return found[0], found[1]


@dataclass(frozen=True, slots=True)
class PlanDraws:
    """Drawn values of all unknowns of a plan.

    Parameters
    ----------
    departure_s
        Departures in POSIX seconds, (draws,).
    origin_index
        Indices of the passages from which the draws depart, (draws,).
    running_mps
        Mean running speed by line, (draws,).
    length_ratio
        True over official length by the number of the disputed length, (draws,).
    dwell_s
        Dwells at the planned stops, (draws, stops).
    delay_s
        Running time on each section beyond that at the mean speed, (sections, draws); None if
        no running time varies.
    halts
        Unplanned halts.
    """

    departure_s: Array
    origin_index: Indices
    running_mps: Mapping[str, Array]
    length_ratio: Mapping[int, Array]
    dwell_s: Array
    delay_s: Array | None
    halts: Halts

    @property
    def count(self) -> int:
        """Number of draws."""
        return int(self.departure_s.size)

    def get_length_ratio(self, number: int | None, members: slice | Indices) -> Array | float:
        """Return true over official length of a disputed length; 1 where ``number`` is None."""
        return 1.0 if number is None else self.length_ratio[number][members]


class RunTimes(NamedTuple):
    """Times of draws at some passages, each (draws, passages).

    ``arrive_s`` and ``depart_s`` are POSIX seconds: NaN before the origin of a draw, its
    departure at the origin. ``delay_s`` is the running time since the origin beyond that at the
    mean speeds; None if no running time varies.
    """

    arrive_s: Array
    depart_s: Array
    delay_s: Array | None


@dataclass(frozen=True, eq=False)
class PassageTimes(ABC):
    """Draws over one route, with their arrivals and departures.

    Parameters
    ----------
    route : Route
        The route.
    departure_s : ndarray
        Departure of each draw in POSIX seconds, shape (draws,).
    origin_index : ndarray of int
        Index of the passage from which each draw departs, shape (draws,).
    dwell_s : mapping of int to ndarray
        Dwell in seconds at each planned stop, by the index of its passage, shape (draws,).
    running_mps : mapping of str to ndarray
        Running speed in metres per second by line, shape (draws,).
    stretches : tuple of LineStretch
        Stretches of the route, each on one line and with one ratio of true to official length.
    length_ratio : mapping of int to ndarray
        True over official length by the number of the disputed length, shape (draws,).
    """

    route: Route
    departure_s: Array
    origin_index: Indices
    dwell_s: Mapping[int, Array]
    running_mps: Mapping[str, Array]
    stretches: tuple[LineStretch, ...]
    length_ratio: Mapping[int, Array]

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.departure_s.size)

    def measure_km(self, first: int | None = None, last: int = -1) -> Array:
        """Return the length by rail between two passages, with disputed lengths as drawn.

        Parameters
        ----------
        first : int, optional
            Index of the first passage. By default the origin of each draw.
        last : int, default -1
            Index of the last passage. By default the end of the route.

        Returns
        -------
        ndarray
            Kilometres, shape (draws,).

        Examples
        --------
        Sources disagree on the length from Pyongyang to Khasan:

        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> khasan = prior.route.index_of("Khasan")
        >>> length_km = prior.measure_km(last=khasan)
        >>> bool(length_km.min() < prior.route.passage_km[khasan] < length_km.max())
        True
        """
        length_km = np.zeros(self.draws)
        for _, ran_km in self._list_stretches_km(first, last):
            length_km += ran_km
        return length_km

    def measure_running_mps(self, first: int | None = None, last: int = -1) -> Array:
        """Return the running speed between two passages: length over time moving.

        It differs from the mean speeds of the lines, since the speed varies along a line. The
        time lost by braking and accelerating, a few minutes per line, is not included.

        Parameters
        ----------
        first : int, optional
            Index of the first passage. By default the origin of each draw.
        last : int, default -1
            Index of the last passage. By default the end of the route.

        Returns
        -------
        ndarray
            Metres per second, shape (draws,).

        Examples
        --------
        >>> import routesim as rs
        >>> journey = rs.what_if(rs.load_journey("2023-09"), speed_kmh=54)
        >>> prior = rs.simulate(journey, draws=200)
        >>> prior.measure_running_mps().round(3).max()
        np.float64(15.0)
        """
        length_m, running_s = np.zeros(self.draws), np.zeros(self.draws)
        for line, ran_km in self._list_stretches_km(first, last):
            ran_m = km_to_metres(ran_km)
            length_m += ran_m
            running_s += ran_m / self.running_mps[line]
        last = range(len(self.route.passages))[last]
        before_s = 0.0 if first is None else self.get_delay(first)
        return np.asarray(length_m / (running_s + self.get_delay(last) - before_s))

    def _list_stretches_km(self, first: int | None, last: int) -> Iterator[tuple[str, Array]]:
        """List the line and the drawn length, (draws,), of each stretch between passages."""
        start_km = self.route.passage_km[self.origin_index if first is None else first]
        end_km = self.route.passage_km[last]
        for stretch in self.stretches:
            covered_km = np.minimum(stretch.end_km, end_km) - np.maximum(
                stretch.start_km, start_km
            )
            if not np.any(covered_km > 0.0):
                continue
            number = stretch.length_prior
            ratio = 1.0 if number is None else self.length_ratio[number]
            yield stretch.line, np.asarray(np.maximum(covered_km, 0.0) * ratio)

    @abstractmethod
    def get_reached(self, index: int) -> Array:
        """Return the times at a passage: the departure at the origin, else the arrival.

        Parameters
        ----------
        index : int
            Index of the passage in the route.

        Returns
        -------
        ndarray
            POSIX seconds, shape (draws,); NaN for draws that start beyond the passage.

        Examples
        --------
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2019-04"), draws=200)
        >>> khasan = prior.route.index_of("Khasan")
        >>> bool((prior.get_reached(khasan) >= prior.departure_s).all())
        True
        """

    @abstractmethod
    def get_departures(self, index: int) -> Array:
        """Return the departures from a passage.

        A draw that starts here makes no planned stop first.

        Parameters
        ----------
        index : int
            Index of the passage in the route.

        Returns
        -------
        ndarray
            POSIX seconds, shape (draws,); NaN for draws that start beyond the passage, and
            for all draws at the destination.

        Examples
        --------
        The departure is the arrival, plus the dwell at a planned stop and unplanned standing:

        >>> import routesim as rs
        >>> journey = rs.what_if(rs.load_journey("2023-09"), dwell={"Khasan": "1h"})
        >>> prior = rs.simulate(journey, draws=200)
        >>> khasan = prior.route.index_of("Khasan")
        >>> stood_s = prior.get_departures(khasan) - prior.get_arrivals(khasan)
        >>> round(float(stood_s.min()), 1)
        3600.0
        """

    @abstractmethod
    def get_delay(self, index: int) -> Array | float:
        """Return the running time up to a passage beyond that at the mean speeds.

        Parameters
        ----------
        index : int
            Index of the passage in the route.

        Returns
        -------
        ndarray or float
            Seconds since the origin of each draw, shape (draws,); negative if the train ran
            faster. 0 if no running time varies.

        Examples
        --------
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> delay_s = prior.get_delay(prior.route.index_of("Khasan"))
        >>> bool(delay_s.min() < 0.0 < delay_s.max())
        True
        """

    def find_quantile_errors(
        self,
        values: Array,  # noqa: ARG002 (needed where draws are dependent)
        levels: Array,  # noqa: ARG002
    ) -> tuple[float, ...] | None:
        """Return the Monte Carlo standard errors of quantiles over the draws.

        Parameters
        ----------
        values : ndarray
            One value per draw, shape (draws,). NaN is ignored.
        levels : ndarray
            Levels of the quantiles, shares in 0..1.

        Returns
        -------
        tuple of float, or None
            One error per level, in the unit of the values. None for draws from the priors.

        Examples
        --------
        >>> import numpy as np
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2019-04"), draws=200)
        >>> prior.find_quantile_errors(prior.arrive_s[:, -1], np.array([0.5])) is None
        True
        """
        return None

    def get_arrivals(self, index: int) -> Array:
        """Return the arrivals at a passage.

        Parameters
        ----------
        index : int
            Index of the passage in the route.

        Returns
        -------
        ndarray
            POSIX seconds, shape (draws,); NaN for draws that start at or beyond the passage.

        Examples
        --------
        >>> import numpy as np
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2019-04"), draws=200)
        >>> arrive_s = prior.get_arrivals(prior.route.index_of("Khasan"))
        >>> arrive_s.shape
        (200,)

        No draw arrives at the first passage of the route:

        >>> bool(np.isnan(prior.get_arrivals(0)).all())
        True
        """
        return np.where(self.origin_index < index, self.get_reached(index), np.nan)


@dataclass(frozen=True, eq=False)
class KeyTimes(PassageTimes):
    """Draws of a plan with their times at some passages; made by :func:`keep_times`.

    ``layout`` is the planned route. ``times`` has one column per passage, and ``columns`` maps
    the index of a passage to its column.
    """

    layout: PlannedRoute
    columns: Mapping[int, int]
    times: RunTimes

    def get_reached(self, index: int) -> Array:
        """Return the times at a kept passage: the departure at the origin, else the arrival."""
        return self.times.arrive_s[:, self.columns[index]]

    def get_departures(self, index: int) -> Array:
        """Return the departures from a kept passage; NaN at the destination."""
        if index == len(self.route.passages) - 1:
            return np.full(self.draws, np.nan)
        return self.times.depart_s[:, self.columns[index]]

    def get_delay(self, index: int) -> Array | float:
        """Return the running time up to a kept passage beyond that at the mean speeds."""
        delay_s = self.times.delay_s
        return 0.0 if delay_s is None else delay_s[:, self.columns[index]]


def time_passages(planned: PlannedRoute, draws: PlanDraws) -> RunTimes:
    """Run the draws over a route and return their times at all passages."""
    count, passages = draws.count, len(planned.route.passages)
    arrive_s = run_kinematics(
        planned,
        draws.origin_index,
        (draws.running_mps, draws.length_ratio),
        np.arange(passages),
    )
    arrive_s += draws.departure_s[:, None]
    depart_s = np.empty_like(arrive_s, order="F")
    delay_s = None if draws.delay_s is None else np.empty((passages, count))
    step = max(1, CHUNK_CELLS // passages)
    for first in range(0, count, step):
        rows = slice(first, min(first + step, count))
        origin = draws.origin_index[rows]
        # Slots of passages up to the origin, and sections before it, do not count.
        open_from = np.arange(passages)[:, None] > origin
        late, stay = draws.halts.sum_slots(passages, rows.start, rows.stop)
        if draws.halts.draw.size:
            late *= open_from
            stay *= open_from
        for n, stop in enumerate(planned.stops):
            stay[stop.index] += open_from[stop.index] * draws.dwell_s[rows, n]
        late[1:] += stay[:-1]
        if delay_s is not None and draws.delay_s is not None:
            ran = delay_s[:, rows]
            ran[0] = 0.0
            np.multiply(draws.delay_s[:, rows], open_from[1:], out=ran[1:])
            late += ran
            np.cumsum(ran, axis=0, out=ran)
        np.cumsum(late, axis=0, out=late)
        arrive_s.T[:, rows] += late
        np.add(arrive_s.T[:, rows], stay, out=depart_s.T[:, rows])
    return RunTimes(arrive_s, depart_s, None if delay_s is None else delay_s.T)


def keep_times(
    planned: PlannedRoute, plan: PlanDraws, indices: Indices, times: RunTimes
) -> KeyTimes:
    """Combine draws of a plan with their times at the passages with these indices."""
    return KeyTimes(
        **describe_times(planned, plan),
        layout=planned,
        columns={int(index): column for column, index in enumerate(indices)},
        times=times,
    )


def describe_times(planned: PlannedRoute, plan: PlanDraws) -> dict[str, Any]:
    """Return the fields of :class:`PassageTimes` for draws of a plan on a route."""
    return {
        "route": planned.route,
        "departure_s": plan.departure_s,
        "origin_index": plan.origin_index,
        "dwell_s": {stop.index: plan.dwell_s[:, n] for n, stop in enumerate(planned.stops)},
        "running_mps": plan.running_mps,
        "stretches": planned.stretches,
        "length_ratio": plan.length_ratio,
    }
