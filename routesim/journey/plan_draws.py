"""What was drawn for a plan, and the times at which the draws pass a route."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from routesim.units import km_to_metres

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from routesim.journey.planned_route import PlannedRoute
    from routesim.network import Route


@dataclass(frozen=True, slots=True)
class PlanDraws:
    """What was drawn for every unknown of a plan, each an array (draws, ...).

    Parameters
    ----------
    departure_s
        POSIX seconds, (draws,).
    origin_index
        Index of the passage from which each draw departs, (draws,).
    running_mps
        From a line to the running speed on it, (draws,).
    length_ratio
        From the number of a disputed length to true over official length, (draws,).
    dwell_s
        (draws, stops).
    standing_s
        From the name of a standing run to the standing on it, (draws,).
    halt_km, halt_s
        From the name of a standing run to where its halts are and how long, (draws, halts).
        A run whose halts do not matter is left out.
    """

    departure_s: NDArray[np.float64]
    origin_index: NDArray[np.intp]
    running_mps: Mapping[str, NDArray[np.float64]]
    length_ratio: Mapping[int, NDArray[np.float64]]
    dwell_s: NDArray[np.float64]
    standing_s: Mapping[str, NDArray[np.float64]]
    halt_km: Mapping[str, NDArray[np.float64]]
    halt_s: Mapping[str, NDArray[np.float64]]

    @property
    def count(self) -> int:
        """How many draws there are."""
        return int(self.departure_s.size)

    def get_length_ratio(
        self, number: int | None, members: slice | NDArray[np.intp]
    ) -> NDArray[np.float64] | float:
        """Return true over official length of a disputed length; 1 where none is disputed."""
        return 1.0 if number is None else self.length_ratio[number][members]


class PassageTimes(ABC):
    """Draws over one route, with the times of their arrivals and departures.

    Attributes
    ----------
    route
        The route.
    departure_s, origin_index
        When and from which passage each draw departs, shape (draws,).
    dwell_s
        From the index of a stop to the dwell there, shape (draws,).
    running_mps
        From a line to the running speed on it, shape (draws,).
    """

    if TYPE_CHECKING:  # as true properties they would stand in the way of an ensemble's fields

        @property
        def route(self) -> Route: ...  # noqa: D102
        @property
        def departure_s(self) -> NDArray[np.float64]: ...  # noqa: D102
        @property
        def origin_index(self) -> NDArray[np.intp]: ...  # noqa: D102
        @property
        def dwell_s(self) -> Mapping[int, NDArray[np.float64]]: ...  # noqa: D102
        @property
        def running_mps(self) -> Mapping[str, NDArray[np.float64]]: ...  # noqa: D102

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return int(self.departure_s.size)

    @abstractmethod
    def get_reached(self, index: int) -> NDArray[np.float64]:
        """Return arrivals at a passage, at the origin the departure, (draws,)."""

    def find_quantile_errors(
        self,
        values: NDArray[np.float64],  # noqa: ARG002 (those of dependent draws need them)
        levels: NDArray[np.float64],  # noqa: ARG002
    ) -> tuple[float, ...] | None:
        """Return the Monte Carlo standard errors of quantiles; None where not known."""
        return None

    def get_arrivals(self, index: int) -> NDArray[np.float64]:
        """Return the arrivals at a passage, POSIX seconds, NaN where there is none.

        A draw that departs from this passage first does not arrive at it.
        """
        return np.where(self.origin_index < index, self.get_reached(index), np.nan)

    def get_departures(self, index: int) -> NDArray[np.float64]:
        """Return the departures from a passage, POSIX seconds, NaN where there is none.

        A draw that begins here makes no planned stop first. Nothing departs
        from the destination.
        """
        if index == len(self.route.passages) - 1:
            return np.full(self.draws, np.nan)
        times = self.get_reached(index)
        if index not in self.dwell_s:
            return times
        return times + np.where(self.origin_index < index, self.dwell_s[index], 0.0)


@dataclass(frozen=True, eq=False)
class KeyTimes(PassageTimes):
    """The draws of a plan at some passages of their route.

    It has what an ensemble has, for those passages.

    Parameters
    ----------
    layout
        The route, with all that the plan places on it.
    plan
        The draws.
    columns
        From the index of a passage to its column in ``arrive_s``.
    arrive_s
        POSIX seconds of arrival, (draws, columns).
    """

    layout: PlannedRoute
    plan: PlanDraws
    columns: Mapping[int, int]
    arrive_s: NDArray[np.float64]

    @property
    def route(self) -> Route:
        """The route."""
        return self.layout.route

    @property
    def departure_s(self) -> NDArray[np.float64]:
        """POSIX seconds of departure from the origin, (draws,)."""
        return self.plan.departure_s

    @property
    def origin_index(self) -> NDArray[np.intp]:
        """The passage from which each draw departs, (draws,)."""
        return self.plan.origin_index

    @property
    def running_mps(self) -> Mapping[str, NDArray[np.float64]]:
        """From a line to the running speed on it, (draws,)."""
        return self.plan.running_mps

    @cached_property
    def dwell_s(self) -> Mapping[int, NDArray[np.float64]]:
        """From the index of a stop to the dwell there, (draws,)."""
        stops = self.layout.stops
        return {stop.index: self.plan.dwell_s[:, n] for n, stop in enumerate(stops)}

    def get_reached(self, index: int) -> NDArray[np.float64]:
        """Return arrivals at a passage, at the origin the departure, (draws,)."""
        return self.arrive_s[:, self.columns[index]]

    def measure_km(self) -> NDArray[np.float64]:
        """Return the true length of the whole journey, from each draw's origin, (draws,)."""
        return self._measure_whole()[0]

    def measure_running_mps(self) -> NDArray[np.float64]:
        """Return the running speed over the whole journey, from each draw's origin, (draws,).

        Braking and accelerating are left out of account; over a line they cost minutes.
        """
        length_km, running_s = self._measure_whole()
        return km_to_metres(length_km) / running_s

    def _measure_whole(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return true kilometres and seconds moving, from each draw's own origin."""
        start_km = self.route.passage_km[self.origin_index]
        length_km, running_s = np.zeros(self.draws), np.zeros(self.draws)
        for stretch in self.layout.stretches:
            ran_km = np.maximum(stretch.end_km - np.maximum(stretch.start_km, start_km), 0.0)
            ran_km = ran_km * self.plan.get_length_ratio(stretch.length_prior, slice(None))
            length_km += ran_km
            running_s += km_to_metres(ran_km) / self.plan.running_mps[stretch.line]
        return length_km, running_s
