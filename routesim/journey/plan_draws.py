"""What was drawn for a plan, and the times at which the draws pass a route."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.arrays import stack_columns
from routesim.journey.planned_route import add_halts
from routesim.kinematics import Stop, run_many
from routesim.units import km_to_metres

if TYPE_CHECKING:
    from collections.abc import Mapping

    from routesim.arrays import Array, Indices
    from routesim.journey.planned_route import PlannedRoute
    from routesim.network import Route


@dataclass(frozen=True, slots=True)
class PlanDraws:
    """What was drawn for every unknown of a plan, each an array (draws, ...).

    ``departure_s`` are POSIX seconds, and ``origin_index`` is the passage from which each draw
    departs, (draws,); ``running_mps`` is by line, and ``length_ratio``, true over official
    length, by the number of a disputed length; ``dwell_s`` is (draws, stops). By the name of
    a standing run, ``standing_s`` is the standing on it, (draws,), and ``halt_km`` and
    ``halt_s`` say where its halts are and how long, (draws, halts); a run whose halts do not
    matter is left out there.
    """

    departure_s: Array
    origin_index: Indices
    running_mps: Mapping[str, Array]
    length_ratio: Mapping[int, Array]
    dwell_s: Array
    standing_s: Mapping[str, Array]
    halt_km: Mapping[str, Array]
    halt_s: Mapping[str, Array]

    @property
    def count(self) -> int:
        """How many draws there are."""
        return int(self.departure_s.size)

    def get_length_ratio(self, number: int | None, members: slice | Indices) -> Array | float:
        """Return true over official length of a disputed length; 1 where none is disputed."""
        return 1.0 if number is None else self.length_ratio[number][members]


@dataclass(frozen=True, eq=False)
class PassageTimes(ABC):
    """Draws over one route, with the times of their arrivals and departures.

    Parameters
    ----------
    route
        The route.
    departure_s, origin_index
        When (POSIX seconds) and from which passage each draw departs, shape (draws,).
    dwell_s
        From the index of a stop to the dwell there, shape (draws,). The train passes all
        others without stopping.
    running_mps
        From a line to the running speed on it, shape (draws,).
    """

    route: Route
    departure_s: Array
    origin_index: Indices
    dwell_s: Mapping[int, Array]
    running_mps: Mapping[str, Array]

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return int(self.departure_s.size)

    @abstractmethod
    def get_reached(self, index: int) -> Array:
        """Return arrivals at a passage, at the origin the departure, (draws,)."""

    def find_quantile_errors(
        self,
        values: Array,  # noqa: ARG002 (those of dependent draws need them)
        levels: Array,  # noqa: ARG002
    ) -> tuple[float, ...] | None:
        """Return the Monte Carlo standard errors of quantiles; None where not known."""
        return None

    def get_arrivals(self, index: int) -> Array:
        """Return the arrivals at a passage, POSIX seconds, NaN where there is none.

        A draw that departs from this passage first does not arrive at it.
        """
        return np.where(self.origin_index < index, self.get_reached(index), np.nan)

    def get_departures(self, index: int) -> Array:
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
    """The draws of a plan at some passages of their route; made by :func:`keep_times`.

    It has what an ensemble has, for those passages, besides the route with all that the plan
    places on it and what was drawn. ``arrive_s`` are POSIX seconds, (draws, columns), and
    ``columns`` is from the index of a passage to its column there.
    """

    layout: PlannedRoute
    plan: PlanDraws
    columns: Mapping[int, int]
    arrive_s: Array

    def get_reached(self, index: int) -> Array:
        """Return arrivals at a passage, at the origin the departure, (draws,)."""
        return self.arrive_s[:, self.columns[index]]

    def measure_km(self) -> Array:
        """Return the true length of the whole journey, from each draw's origin, (draws,)."""
        return self._measure_whole()[0]

    def measure_running_mps(self) -> Array:
        """Return the running speed over the whole journey, from each draw's origin, (draws,).

        Braking and accelerating are left out of account; over a line they cost minutes.
        """
        length_km, running_s = self._measure_whole()
        return km_to_metres(length_km) / running_s

    def _measure_whole(self) -> tuple[Array, Array]:
        """Return true kilometres and seconds moving, from each draw's own origin."""
        start_km = self.route.passage_km[self.origin_index]
        length_km, running_s = np.zeros(self.draws), np.zeros(self.draws)
        for stretch in self.layout.stretches:
            ran_km = np.maximum(stretch.end_km - np.maximum(stretch.start_km, start_km), 0.0)
            ran_km = ran_km * self.plan.get_length_ratio(stretch.length_prior, slice(None))
            length_km += ran_km
            running_s += km_to_metres(ran_km) / self.plan.running_mps[stretch.line]
        return length_km, running_s


def time_passages(
    planned: PlannedRoute, draws: PlanDraws, indices: Indices | None = None
) -> Array:
    """Run the draws over a route; return when they arrive.

    These are POSIX seconds, (draws, passages wanted); NaN before the origin, and at the origin
    the departure. The passages wanted are given by their indices, rising; ``None`` for all.
    """
    if indices is None:
        indices = np.arange(len(planned.route.passages))
    arrive_s = np.full((draws.count, indices.size), np.nan, order="F")
    for origin in np.flatnonzero(np.bincount(draws.origin_index)):
        members = np.flatnonzero(draws.origin_index == origin)
        whole = slice(None) if members.size == draws.count else members
        _run_from(planned, int(origin), whole, draws, indices, arrive_s)
    arrive_s += draws.departure_s[:, None]
    wanted_km = planned.route.passage_km[indices]
    for run in planned.runs:
        if run.name in draws.halt_km:
            add_halts(arrive_s, wanted_km, draws.halt_km[run.name], draws.halt_s[run.name])
        else:
            arrive_s += np.where(
                wanted_km >= run.end_km, draws.standing_s[run.name][:, None], 0.0
            )
    return arrive_s


def keep_times(
    planned: PlannedRoute, plan: PlanDraws, indices: Indices, arrive_s: Array
) -> KeyTimes:
    """Keep the times of draws at passages, rising: the columns of ``arrive_s``."""
    return KeyTimes(
        **describe_times(planned, plan),
        layout=planned,
        plan=plan,
        columns={int(index): column for column, index in enumerate(indices)},
        arrive_s=arrive_s,
    )


def describe_times(planned: PlannedRoute, plan: PlanDraws) -> dict[str, Any]:
    """Return the fields of :class:`PassageTimes` for the draws of a plan on a route."""
    return {
        "route": planned.route,
        "departure_s": plan.departure_s,
        "origin_index": plan.origin_index,
        "dwell_s": {stop.index: plan.dwell_s[:, n] for n, stop in enumerate(planned.stops)},
        "running_mps": plan.running_mps,
    }


def _run_from(
    planned: PlannedRoute,
    origin: int,
    members: slice | Indices,
    draws: PlanDraws,
    indices: Indices,
    arrive_s: Array,
) -> None:
    """Run the draws that depart from one passage; fill their seconds since departure."""
    track, stretches = planned.lay_track(origin)
    start_km = planned.route.passages[origin].km
    ahead = [n for n, stop in enumerate(planned.stops) if stop.index > origin]
    beyond = int(np.searchsorted(indices, origin))
    factors = [
        draws.running_mps[s.line][members]
        / (planned.train.max_speed_mps * draws.get_length_ratio(s.length_prior, members))
        for s in stretches
    ]
    many = run_many(
        planned.train,
        track,
        stops=[
            Stop(km_to_metres(planned.route.passages[planned.stops[n].index].km - start_km))
            for n in ahead
        ],
        at_m=km_to_metres(planned.route.passage_km[indices[beyond:]] - start_km),
        # One column holds for the whole way, which is seen at once.
        speed_factor=factors[0] if len(factors) == 1 else stack_columns(factors),
        dwell_s=draws.dwell_s[members][:, ahead],
        engine="numpy",  # the same bytes whether or not the compiled one is there
    )
    arrive_s[members, beyond:] = many.arrive_s
