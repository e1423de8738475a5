"""A route with the parts of a plan: stretches of line, stops, standing, and pace.

The network states where a route reverses. The dwell of the planned stop there states how
long the reversal takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.journey.priors import Fixed
from routesim.kinematics import SpeedLimit, Track
from routesim.units import km_to_metres

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.arrays import Array, Indices
    from routesim.journey.journey import Journey, RouteHypothesis
    from routesim.journey.records import LengthPriorRow, StopRow
    from routesim.journey.variation.pace import RoutePace
    from routesim.journey.variation.standing import RouteStanding
    from routesim.kinematics import Train
    from routesim.network import Route


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
    """A route of a journey with the stretches, stops, standing and pace of its plan."""

    journey: Journey
    hypothesis: RouteHypothesis
    stretches: tuple[LineStretch, ...]
    stops: tuple[PlannedStop, ...]
    standing: RouteStanding
    pace: RoutePace

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

    @cached_property
    def tables(self) -> dict[tuple[int, bytes], Any]:
        """Cache of the tables of :mod:`routesim.journey.running_times`."""
        return {}

    def measure_from(self, origin: int, indices: Indices) -> Array:
        """Return the official metres from a passage to other passages, (indices,)."""
        km = self.route.passage_km
        return np.asarray(km_to_metres(km[indices] - km[origin]))

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


def list_length_priors(route: Route, stretches: Iterable[LineStretch]) -> list[int | None]:
    """Return the number of the disputed length that contains each section, or None."""
    km = route.passage_km
    found: list[int | None] = [None] * (km.size - 1)
    for stretch in stretches:
        first, last = np.searchsorted(km, [stretch.start_km, stretch.end_km])
        found[first:last] = [stretch.length_prior] * int(last - first)
    return found


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
