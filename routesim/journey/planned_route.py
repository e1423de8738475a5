"""A route with the parts of a plan: stretches of line, planned stops and standing runs.

The network states where a route reverses. The dwell of the planned stop there states how
long the reversal takes.
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
"""Largest number of passages for which halts are added passage by passage."""
CHUNK_CELLS = 20_000_000
"""Largest number of draws times passages for which standing is computed at once."""


@dataclass(frozen=True, slots=True)
class LineStretch:
    """A stretch of one line with one ratio of true to official length.

    Kilometres are those of the route. ``length_prior`` is the number of the disputed length
    that contains the stretch; None if there is none.
    """

    line: str
    start_km: float
    end_km: float
    length_prior: int | None


@dataclass(frozen=True, slots=True)
class StandingRun:
    """An unbroken stretch of one line on which unplanned standing has one rate.

    Its random numbers come from :mod:`routesim.journey.simulation` (priors alone) or from
    :mod:`routesim.likely.halts` (given the reports).
    """

    name: str
    start_km: float
    end_km: float
    row: StandingRow

    @property
    def halts_name(self) -> str:
        """Name of the unknown that holds the places and shares of its halts."""
        return f"{self.name} halts"

    def measure_standing(self, rate: Array, origin_km: Array) -> Array:
        """Return the standing on this run in seconds, (draws,).

        ``rate`` is in minutes per 100 km and ``origin_km`` the kilometre from which each draw
        departs, both (draws,). Only the part of the run beyond the origin counts.
        """
        low = np.maximum(self.start_km, origin_km)
        return SECONDS_PER_MINUTE * rate * np.maximum(self.end_km - low, 0.0) / 100.0

    def place_halts(
        self, origin_km: Array, standing_s: Array, at: Array, parts: Array
    ) -> tuple[Array, Array]:
        """Spread standing over halts on the part of the run that a draw covers.

        ``origin_km`` is the kilometre from which each draw departs, and ``standing_s`` its
        standing, both (draws,). ``at`` is the place of each halt as a share of that part, and
        ``parts`` its relative duration, both (draws, halts). Returns the kilometres and the
        seconds of the halts, (draws, halts).
        """
        low = np.maximum(self.start_km, origin_km)
        travelled = np.maximum(self.end_km - low, 0.0)
        halt_s = parts * (standing_s / parts.sum(axis=1))[:, None]
        return low[:, None] + at * travelled[:, None], halt_s


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A planned stop, and the index of the passage where it is made."""

    index: int
    row: StopRow

    @property
    def name(self) -> str:
        """Name of the unknown that holds its dwell."""
        return f"dwell {self.row.station} {self.row.visit or ''}".strip()


@dataclass(frozen=True, eq=False)
class PlannedRoute:
    """A route of a journey with the stretches, stops and standing runs of its plan."""

    journey: Journey
    hypothesis: RouteHypothesis
    stretches: tuple[LineStretch, ...]
    stops: tuple[PlannedStop, ...]
    runs: tuple[StandingRun, ...]

    @property
    def route(self) -> Route:
        """The route over the network."""
        return self.hypothesis.route

    @property
    def train(self) -> Train:
        """The train of the journey."""
        return self.journey.train

    @cached_property
    def _tracks(self) -> dict[int, tuple[Track, list[LineStretch]]]:
        return {}

    def lay_track(self, origin: int) -> tuple[Track, list[LineStretch]]:
        """Return the track from a passage to the end and its stretches, one per speed limit."""
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
    """Cut a route into stretches, each on one line and in at most one disputed length."""
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
    """Find the unbroken stretches of the lines that have a prior of standing."""
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

    At a station where the route reverses, the stop is placed at the visit that reverses,
    unless its row names a visit. The train passes a stop with a dwell fixed at 0, except at
    a reversal. Stops at the two ends of the route and off the route are left out.
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
    """Add the duration of each halt to the arrivals beyond it, in place.

    ``arrive_s`` is (draws, passages), and ``route_km`` is the kilometre of each passage,
    rising. ``halt_km`` and ``halt_s`` are the place and the duration of each halt, both
    (draws, halts).
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
        # numpy's cumsum would work draw by draw, which takes about ten times as long.
        so_far = np.zeros(first.shape[0])
        for column, more in enumerate(delay[:-1]):
            so_far += more
            arrive_s[rows, column] += so_far
