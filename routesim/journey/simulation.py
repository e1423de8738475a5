"""Simulation: draw many journeys from the priors of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from routesim.errors import ArgumentError, Fault
from routesim.journey.ensemble import Ensemble
from routesim.journey.journey import require_journey
from routesim.journey.priors import Fixed, make_stream
from routesim.kinematics import SpeedLimit, Stop, Track, run_many
from routesim.units import (
    SECONDS_PER_MINUTE,
    km_to_metres,
    kmh_to_mps,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routesim.journey.journey import Journey
    from routesim.journey.records import StopRow
    from routesim.network import Route

__all__ = ["DEFAULT_DRAWS", "MAX_DRAWS", "simulate"]

DEFAULT_DRAWS = 100_000
MAX_DRAWS = 1_000_000
"""An array of arrivals of so many is some 2 GB."""

CHUNK_CELLS = 20_000_000
"""Draws times passages whose standing is worked out at once."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A run of passages on one line with one factor of length: kilometres on the route."""

    line: str
    start_km: float
    end_km: float
    length_prior: int | None


@dataclass(frozen=True, slots=True)
class _PlannedStop:
    index: int
    row: StopRow

    @property
    def key(self) -> str:
        return f"dwell {self.row.station} {self.row.visit or ''}".strip()


def simulate(
    journey: Journey,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = 0,
    route: str | None = None,
) -> Ensemble:
    """Draw many journeys from the priors alone; no report is used.

    Each draw takes an origin, a departure, a running speed for each line, a dwell for
    each planned stop, a length where sources disagree and unplanned standing, and runs
    the train over the route with exact acceleration and braking.

    Parameters
    ----------
    journey
        The journey, or a changed one from :func:`routesim.what_if`.
    draws
        How many, 1 to 1,000,000.
    seed
        Of the random streams. The same journey, draws and seed give the same numbers.
    route
        Id of a route of the journey; ``None`` for its default.

    Returns
    -------
    Ensemble
        Arrival and departure of every draw at every passage of a timing point.

    Raises
    ------
    ArgumentError
        If ``draws`` or ``seed`` is out of range.
    UnknownNameError
        If the journey names no such route.

    Notes
    -----
    Standing is spread over a given number of halts at places drawn evenly over the part
    of the line that the draw runs over. The seconds lost in braking for and accelerating
    from such a halt are part of the standing.

    Examples
    --------
    >>> import routesim as rs
    >>> prior = rs.simulate(rs.load_journey("2019-04"), draws=1000)
    >>> prior.route_id, prior.draws
    ('via-ussuriysk', 1000)
    """
    require_journey(journey)
    _check_arguments(draws, seed)
    hypothesis = journey.get_hypothesis(route)
    way = hypothesis.route
    drawn = _Draws(journey, hypothesis.id, way, draws=draws, seed=seed)
    arrive_s = np.full((draws, len(way.passages)), np.nan)
    for index in np.unique(drawn.origin_index):
        members = np.flatnonzero(drawn.origin_index == index)
        _run_from(int(index), members, drawn, arrive_s)
    arrive_s += drawn.departure_s[:, None]
    _add_standing(drawn, arrive_s)
    return Ensemble(
        journey_id=journey.id,
        route_id=hypothesis.id,
        route=way,
        zones=journey.zones,
        seed=seed,
        departure_s=drawn.departure_s,
        origin_index=drawn.origin_index,
        arrive_s=arrive_s,
        dwell_s={stop.index: drawn.dwell_s[:, n] for n, stop in enumerate(drawn.stops)},
        running_mps=drawn.running_mps,
        standing_s=drawn.standing_s,
    )


class _Draws:
    """The drawn values of every quantity of the plan, each an array (draws, ...)."""

    def __init__(
        self, journey: Journey, route_id: str, route: Route, *, draws: int, seed: int
    ) -> None:
        self.journey, self.route, self.count, self.seed = journey, route, draws, seed
        plan = journey.plan
        self.departure_s = self._draw_departure()
        self.origin_index = self._draw_origin()
        self.running_mps = {
            row.line: kmh_to_mps(row.running_kmh.draw(self._stream(f"speed {row.line}"), draws))
            for row in plan.speeds
            if any(passage.line == row.line for passage in route.passages)
        }
        self.stretches = _cut_stretches(journey, route)
        self.length_ratio = self._draw_lengths()
        self.stops = _plan_stops(journey, route_id, route)
        self.dwell_s = np.column_stack(
            [
                SECONDS_PER_MINUTE * stop.row.dwell_min.draw(self._stream(stop.key), draws)
                for stop in self.stops
            ]
            or [np.empty((draws, 0))]
        )
        self.standing_s: dict[str, NDArray[np.float64]] = {}

    def _stream(self, name: str) -> np.random.Generator:
        return make_stream(self.seed, name)

    def _draw_departure(self) -> NDArray[np.float64]:
        rows = self.journey.plan.departure
        choice = self._choose("departure window", [row.weight for row in rows])
        start = np.array([row.from_.timestamp() for row in rows])[choice]
        end = np.array([row.to.timestamp() for row in rows])[choice]
        share = self._stream("departure").random(self.count)
        return np.asarray(start + share * (end - start))

    def _draw_origin(self) -> NDArray[np.intp]:
        rows = self.journey.plan.origins
        if not rows:
            return np.zeros(self.count, dtype=np.intp)
        indices = np.array([self.route.index_of(row.station) for row in rows], dtype=np.intp)
        return indices[self._choose("origin", [row.weight for row in rows])]

    def _choose(self, name: str, weights: list[float]) -> NDArray[np.intp]:
        steps = np.cumsum(weights) / np.sum(weights)
        share = self._stream(name).random(self.count)
        return np.minimum(np.searchsorted(steps, share, side="right"), len(weights) - 1)

    def _draw_lengths(self) -> dict[int, NDArray[np.float64]]:
        """Draw true length over official length, for each stretch that sources dispute."""
        ratios = {}
        for index, row in enumerate(self.journey.plan.lengths):
            official_km = self.journey.network.route(row.from_, row.to).length_km
            stream = self._stream(f"length {row.from_} {row.to}")
            ratios[index] = row.km.draw(stream, self.count) / official_km
        return ratios


def _check_arguments(draws: int, seed: int) -> None:
    faults = []
    if not _is_whole(draws) or not 1 <= draws <= MAX_DRAWS:
        faults.append(
            Fault("draws", f"is {draws!r}", f"give a whole number 1 to {MAX_DRAWS:,}")
        )
    if not _is_whole(seed) or seed < 0:
        faults.append(Fault("seed", f"is {seed!r}", "give a whole number from 0"))
    if faults:
        raise ArgumentError(faults)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _cut_stretches(journey: Journey, route: Route) -> tuple[_Stretch, ...]:
    """Cut a route into stretches on which line and disputed length do not change."""
    disputed: list[tuple[int, float, float]] = []
    for index, row in enumerate(journey.plan.lengths):
        if route.passes(row.from_) and route.passes(row.to):
            ends = sorted([route.km_of(row.from_), route.km_of(row.to)])
            disputed.append((index, ends[0], ends[1]))

    def get_key(index: int) -> tuple[str, int | None]:
        middle = 0.5 * (route.passages[index].km + route.passages[index + 1].km)
        prior = next((i for i, low, high in disputed if low < middle < high), None)
        return route.passages[index].line, prior

    stretches = []
    for (line, prior), group in groupby(range(len(route.passages) - 1), key=get_key):
        members = list(group)
        start, end = route.passages[members[0]].km, route.passages[members[-1] + 1].km
        stretches.append(_Stretch(line, start, end, prior))
    return tuple(stretches)


def _plan_stops(journey: Journey, route_id: str, route: Route) -> tuple[_PlannedStop, ...]:
    """Put the plan's stops on a route; a stop at a reversal takes that visit."""
    turning = {turn.station: turn.index for turn in route.reversals_found}
    last = len(route.passages) - 1
    placed: dict[int, _PlannedStop] = {}
    for row in journey.plan.stops:
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
            placed[index] = _PlannedStop(index, row)
    return tuple(placed[index] for index in sorted(placed))


def _run_from(
    origin: int, members: NDArray[np.intp], drawn: _Draws, arrive_s: NDArray[np.float64]
) -> None:
    """Run the draws that set out from one passage; fill their seconds since departure."""
    route, train = drawn.route, drawn.journey.train
    start_km = route.passages[origin].km
    stretches = [s for s in drawn.stretches if s.end_km > start_km]
    track = Track(
        length_m=km_to_metres(route.length_km - start_km),
        limits=[
            SpeedLimit(
                start_m=km_to_metres(max(s.start_km - start_km, 0.0)),
                end_m=km_to_metres(s.end_km - start_km),
                speed_mps=train.max_speed_mps,
                applies_to="head",
            )
            for s in stretches
        ],
    )
    factors = [
        drawn.running_mps[s.line][members]
        / (train.max_speed_mps * _get_ratio(drawn, s, members))
        for s in stretches
    ]
    ahead = [n for n, stop in enumerate(drawn.stops) if stop.index > origin]
    many = run_many(
        train,
        track,
        stops=[
            Stop(km_to_metres(route.passages[drawn.stops[n].index].km - start_km))
            for n in ahead
        ],
        at_m=km_to_metres(route.passage_km[origin:] - start_km),
        speed_factor=np.column_stack(factors),
        dwell_s=drawn.dwell_s[members][:, ahead],
        engine="numpy",  # the same bytes whether or not the compiled one is there
    )
    arrive_s[members, origin:] = many.arrive_s


def _get_ratio(
    drawn: _Draws, stretch: _Stretch, members: NDArray[np.intp]
) -> NDArray[np.float64] | float:
    if stretch.length_prior is None:
        return 1.0
    return drawn.length_ratio[stretch.length_prior][members]


def _add_standing(drawn: _Draws, arrive_s: NDArray[np.float64]) -> None:
    """Add unplanned standing to every later arrival."""
    priors = {row.line: row for row in drawn.journey.plan.standing}
    route_km = drawn.route.passage_km
    start_km = route_km[drawn.origin_index]
    runs: dict[str, int] = {}
    for line, group in groupby(drawn.stretches, key=lambda stretch: stretch.line):
        members = list(group)
        prior = priors.get(line)
        if prior is None:
            continue
        runs[line] = runs.get(line, 0) + 1
        name = f"standing {line} {runs[line]}"
        low = np.maximum(members[0].start_km, start_km)
        travelled_km = np.maximum(members[-1].end_km - low, 0.0)
        rate = prior.min_per_100km.draw(make_stream(drawn.seed, name), drawn.count)
        total_s = SECONDS_PER_MINUTE * rate * travelled_km / 100.0
        stream = make_stream(drawn.seed, f"{name} halts")
        shape = (drawn.count, prior.halts)
        at_km = low[:, None] + stream.random(shape) * travelled_km[:, None]
        parts = -np.log1p(-stream.random(shape))
        parts *= (total_s / parts.sum(axis=1))[:, None]
        _delay(arrive_s, route_km, at_km, parts)
        drawn.standing_s[line] = drawn.standing_s.get(line, 0.0) + total_s


def _delay(
    arrive_s: NDArray[np.float64],
    route_km: NDArray[np.float64],
    at_km: NDArray[np.float64],
    halt_s: NDArray[np.float64],
) -> None:
    """Add each halt to the arrivals beyond it; halts are (draws, halts)."""
    step = max(1, CHUNK_CELLS // route_km.size)
    for start in range(0, arrive_s.shape[0], step):
        rows = slice(start, start + step)
        first = np.searchsorted(route_km, at_km[rows], side="left")
        delay = np.zeros((first.shape[0], route_km.size + 1))
        row_index = np.arange(first.shape[0])
        for halt in range(first.shape[1]):
            np.add.at(delay, (row_index, first[:, halt]), halt_s[rows][:, halt])
        arrive_s[rows] += np.cumsum(delay, axis=1)[:, :-1]
