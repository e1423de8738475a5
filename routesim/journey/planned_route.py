"""A route as a plan runs it: stretches of line, planned stops and runs of standing.

The time that a reversal takes is the dwell of the planned stop there: the network says
where a route reverses, the plan says for how long.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from routesim.journey.priors import Fixed
from routesim.kinematics import SpeedLimit, Track
from routesim.units import SECONDS_PER_MINUTE, km_to_metres

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.arrays import Array
    from routesim.journey.journey import Journey, RouteHypothesis
    from routesim.journey.records import LengthPriorRow, StandingRow, StopRow
    from routesim.kinematics import Train
    from routesim.network import Route


FEW_PASSAGES = 24
"""Up to so many, halts are added passage by passage."""
CHUNK_CELLS = 20_000_000
"""Draws times passages whose standing is computed at once."""


@dataclass(frozen=True, slots=True)
class LineStretch:
    """A stretch of one line with one factor of length, in kilometres on the route.

    ``length_prior`` is the number of the disputed length that it is part of, if any.
    """

    line: str
    start_km: float
    end_km: float
    length_prior: int | None


@dataclass(frozen=True, slots=True)
class StandingRun:
    """An unbroken stretch of one line, on which unplanned standing has one rate.

    The random numbers behind it come from :mod:`routesim.journey.simulation` (priors alone) or
    from :mod:`routesim.likely.halts` (given the reports).
    """

    name: str
    start_km: float
    end_km: float
    row: StandingRow

    @property
    def halts_name(self) -> str:
        """The name of the places and shares of its halts among the unknowns."""
        return f"{self.name} halts"

    def measure_standing(self, rate: Array, origin_km: Array) -> Array:
        """Return the standing on it in seconds, (draws,).

        The rate is in minutes per 100 km, (draws,). Only what lies beyond the origin counts:
        the kilometre from which each draw departs, (draws,).
        """
        low = np.maximum(self.start_km, origin_km)
        return SECONDS_PER_MINUTE * rate * np.maximum(self.end_km - low, 0.0) / 100.0

    def place_halts(
        self, origin_km: Array, standing_s: Array, at: Array, parts: Array
    ) -> tuple[Array, Array]:
        """Spread standing over halts, evenly placed over the part of the run that is covered.

        ``origin_km`` is the kilometre from which each draw departs, and ``standing_s`` its
        standing, (draws,); ``at`` are shares in 0..1 and ``parts`` exponential, (draws, halts).
        Returns the kilometres and seconds of the halts, (draws, halts).
        """
        low = np.maximum(self.start_km, origin_km)
        travelled = np.maximum(self.end_km - low, 0.0)
        halt_s = parts * (standing_s / parts.sum(axis=1))[:, None]
        return low[:, None] + at * travelled[:, None], halt_s


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A stop of the plan, at the passage with this index."""

    index: int
    row: StopRow

    @property
    def name(self) -> str:
        """The name of its dwell among the unknowns."""
        return f"dwell {self.row.station} {self.row.visit or ''}".strip()


@dataclass(frozen=True, eq=False)
class PlannedRoute:
    """A route of a journey with all that the plan places on it."""

    journey: Journey
    hypothesis: RouteHypothesis
    stretches: tuple[LineStretch, ...]
    stops: tuple[PlannedStop, ...]
    runs: tuple[StandingRun, ...]

    @property
    def route(self) -> Route:
        """The route."""
        return self.hypothesis.route

    @property
    def train(self) -> Train:
        """The train."""
        return self.journey.train

    @cached_property
    def _tracks(self) -> dict[int, tuple[Track, list[LineStretch]]]:
        return {}

    def lay_track(self, origin: int) -> tuple[Track, list[LineStretch]]:
        """Return the track from a passage to the end, and its stretches: one limit each."""
        if origin not in self._tracks:
            start_km = self.route.passages[origin].km
            stretches = [s for s in self.stretches if s.end_km > start_km]
            limits = [
                SpeedLimit(
                    start_m=km_to_metres(max(s.start_km - start_km, 0.0)),
                    end_m=km_to_metres(s.end_km - start_km),
                    speed_mps=self.train.max_speed_mps,
                    applies_to="head",
                )
                for s in stretches
            ]
            length_m = km_to_metres(self.route.length_km - start_km)
            self._tracks[origin] = Track(length_m=length_m, limits=limits), stretches
        return self._tracks[origin]


def cut_stretches(route: Route, lengths: Sequence[LengthPriorRow]) -> tuple[LineStretch, ...]:
    """Cut a route into stretches on which line and disputed length do not change."""
    disputed = [
        (index, sorted([route.km_of(row.from_), route.km_of(row.to)]))
        for index, row in enumerate(lengths)
        if route.passes(row.from_) and route.passes(row.to)
    ]

    def get_key(index: int) -> tuple[str, int | None]:
        middle = 0.5 * (route.passages[index].km + route.passages[index + 1].km)
        prior = next((i for i, (low, high) in disputed if low < middle < high), None)
        return route.passages[index].line, prior

    stretches = []
    for (line, prior), group in groupby(range(len(route.passages) - 1), key=get_key):
        members = list(group)
        start, end = route.passages[members[0]].km, route.passages[members[-1] + 1].km
        stretches.append(LineStretch(line, start, end, prior))
    return tuple(stretches)


def find_standing_runs(
    stretches: Iterable[LineStretch], rows: Iterable[StandingRow]
) -> tuple[StandingRun, ...]:
    """Find the unbroken stretches of each line that has a prior of standing."""
    priors = {row.line: row for row in rows}
    numbers: dict[str, int] = {}
    runs = []
    for line, group in groupby(stretches, key=lambda stretch: stretch.line):
        members = list(group)
        if line not in priors:
            continue
        numbers[line] = numbers.get(line, 0) + 1
        name = f"standing {line} {numbers[line]}"
        start, end = members[0].start_km, members[-1].end_km
        runs.append(StandingRun(name, start, end, priors[line]))
    return tuple(runs)


def place_stops(
    rows: Iterable[StopRow], route_id: str, route: Route
) -> tuple[PlannedStop, ...]:
    """Place the stops of a plan on a route, in the order of its passages.

    A stop at a station where the route reverses is placed at the visit that reverses,
    unless its row names a visit. A stop whose dwell is fixed at 0 is passed, except at a
    reversal. Stops at the two ends and off the route are left out.
    """
    turning = {turn.station: turn.index for turn in route.reversals_found}
    last = len(route.passages) - 1
    placed: dict[int, PlannedStop] = {}
    for row in rows:
        if row.routes is not None and route_id not in row.routes:
            continue
        if not route.passes(row.station):
            continue
        if row.visit is None and row.station in turning:
            index = turning[row.station]
        else:
            index = route.index_of(row.station, row.visit or 1)
        passing = isinstance(row.dwell_min, Fixed) and row.dwell_min.value == 0
        if 0 < index < last and not (passing and row.station not in turning):
            placed[index] = PlannedStop(index, row)
    return tuple(placed[index] for index in sorted(placed))


def add_halts(arrive_s: Array, route_km: Array, halt_km: Array, halt_s: Array) -> None:
    """Add each halt to the arrivals beyond it, (draws, passages), in place.

    The passages are at ``route_km``, rising, (passages,); ``halt_km`` and ``halt_s`` say where
    each halt is and how long, (draws, halts).
    """
    if route_km.size <= FEW_PASSAGES:
        for column, km in enumerate(route_km):
            arrive_s[:, column] += np.einsum("ij,ij->i", halt_km <= km, halt_s)
        return
    step = max(1, CHUNK_CELLS // route_km.size)
    for start in range(0, arrive_s.shape[0], step):
        rows = slice(start, start + step)
        first = np.searchsorted(route_km, halt_km[rows], side="left")
        delay = np.zeros((route_km.size + 1, first.shape[0]))
        row_index = np.arange(first.shape[0])
        for halt in range(first.shape[1]):
            delay[first[:, halt], row_index] += halt_s[rows, halt]
        # Sums down the rows: numpy's own cumsum goes draw by draw, some ten times slower.
        so_far = np.zeros(first.shape[0])
        for column, more in enumerate(delay[:-1]):
            so_far += more
            arrive_s[rows, column] += so_far
