"""The layout of a plan on one route: which quantities are unknown, and what they mean.

Every unknown is a named group of independent standard normal scores. The same name stands
for the same unknown on every route of a journey.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from routesim.arrays import stack_columns
from routesim.journey.ensemble import PassageTimes
from routesim.journey.priors import Fixed
from routesim.kinematics import SpeedLimit, Stop, Track, run_many
from routesim.units import SECONDS_PER_MINUTE, km_to_metres, kmh_to_mps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from routesim.journey.journey import Journey, RouteHypothesis
    from routesim.journey.priors import Distribution
    from routesim.journey.records import SpeedPriorRow, StandingRow, StopRow
    from routesim.kinematics import Train
    from routesim.network import Route

__all__ = [
    "DEPARTURE",
    "ORIGIN",
    "KeyTimes",
    "Layout",
    "PlanDraws",
    "PlannedStop",
    "StandingRun",
    "lay_plan",
]

DEPARTURE, ORIGIN = "departure", "origin"

FEW_PASSAGES = 24
"""Up to so many, halts are added passage by passage."""
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
class PlannedStop:
    """A stop of the plan, at the passage with this index."""

    index: int
    row: StopRow

    @property
    def name(self) -> str:
        """The name of its dwell among the unknowns."""
        return f"dwell {self.row.station} {self.row.visit or ''}".strip()


@dataclass(frozen=True, slots=True)
class StandingRun:
    """An unbroken stretch of one line, on which unplanned standing has one rate."""

    name: str
    start_km: float
    end_km: float
    row: StandingRow

    @property
    def halts_name(self) -> str:
        """The name of the places and shares of its halts among the unknowns."""
        return f"{self.name} halts"


@dataclass(frozen=True, slots=True)
class PlanDraws:
    """What was drawn for every unknown of a plan, each an array (draws, ...).

    Parameters
    ----------
    departure_s
        POSIX seconds, (draws,).
    origin_index
        Index of the passage from which each draw sets out, (draws,).
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
        Left out of a run whose halts do not matter to what is asked.
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


@dataclass(frozen=True, eq=False)
class KeyTimes(PassageTimes):
    """Draws run over a route, of which only some passages are asked.

    It answers what an ensemble answers, for those passages.
    """

    layout: Layout
    plan: PlanDraws
    columns: Mapping[int, int]
    arrive_s: NDArray[np.float64]

    @property
    def route(self) -> Route:
        """The route."""
        return self.layout.route

    @property
    def departure_s(self) -> NDArray[np.float64]:
        """POSIX seconds of setting out, (draws,)."""
        return self.plan.departure_s

    @property
    def origin_index(self) -> NDArray[np.intp]:
        """The passage from which each draw sets out, (draws,)."""
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
        """Return arrivals at a passage, at the origin the time of setting out, (draws,)."""
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
            ran_km = ran_km * _get_ratio(self.plan, stretch, slice(None))
            length_km += ran_km
            running_s += km_to_metres(ran_km) / self.plan.running_mps[stretch.line]
        return length_km, running_s


@dataclass(frozen=True, eq=False)
class Layout:
    """A plan laid out on one route; made by :func:`lay_plan`."""

    journey: Journey
    hypothesis: RouteHypothesis
    speeds: tuple[SpeedPriorRow, ...]
    stretches: tuple[_Stretch, ...]
    stops: tuple[PlannedStop, ...]
    runs: tuple[StandingRun, ...]
    lengths: Mapping[int, str] = field(default_factory=dict)

    @property
    def route(self) -> Route:
        """The route."""
        return self.hypothesis.route

    @property
    def train(self) -> Train:
        """The train."""
        return self.journey.train

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """From the name of each unknown to how many scores it has."""
        sizes = {DEPARTURE: 1}
        if self.journey.plan.origins:
            sizes[ORIGIN] = 1
        sizes.update({f"speed {row.line}": 1 for row in self.speeds})
        sizes.update(dict.fromkeys(self.lengths.values(), 1))
        sizes.update({stop.name: 1 for stop in self.stops})
        for run in self.runs:
            sizes[run.name] = 1
            sizes[run.halts_name] = 2 * run.row.halts
        return sizes

    @cached_property
    def origins(self) -> NDArray[np.intp]:
        """The passages that the plan names as origins."""
        rows = self.journey.plan.origins
        if not rows:
            return np.zeros(1, dtype=np.intp)
        return np.array([self.route.index_of(row.station) for row in rows], dtype=np.intp)

    @cached_property
    def origin_steps(self) -> NDArray[np.float64]:
        """The share of draws that set out from the origins up to each."""
        weights = [row.weight for row in self.journey.plan.origins] or [1.0]
        return np.asarray(np.cumsum(weights) / np.sum(weights))

    @cached_property
    def departure_steps(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The distribution function of the departure: times, and shares up to them."""
        rows = self.journey.plan.departure
        start = np.array([row.from_.timestamp() for row in rows])
        end = np.array([row.to.timestamp() for row in rows])
        weight = np.array([row.weight for row in rows]) / sum(row.weight for row in rows)
        # A window without width adds its weight at once, so its instant stands twice.
        knots = np.sort(np.concatenate([start, end]))
        width = np.maximum(end - start, 1e-6)
        below = np.clip((knots[:, None] - start) / width, 0.0, 1.0)
        instant = start == end
        if instant.any():
            seen = np.concatenate([[False], knots[1:] == knots[:-1]])
            below[:, instant] = (knots[:, None] > start[instant]) | (
                (knots[:, None] == start[instant]) & seen[:, None]
            )
        return knots, below @ weight

    @cached_property
    def priors(self) -> Mapping[str, Distribution]:
        """From the name of each unknown with one quantity to its prior."""
        rows = self.journey.plan.lengths
        return {
            **{f"speed {row.line}": row.running_kmh for row in self.speeds},
            **{name: rows[number].km for number, name in self.lengths.items()},
            **{stop.name: stop.row.dwell_min for stop in self.stops},
            **{run.name: run.row.min_per_100km for run in self.runs},
        }

    def interpret(self, scores: Mapping[str, NDArray[np.float64]]) -> PlanDraws:
        """Turn normal scores into what they stand for.

        Parameters
        ----------
        scores
            From the name of each unknown to its scores, (draws, size). The halts of a run
            may be left out; the standing on it is there all the same.
        """
        return self.assemble({name: self.read(name, found) for name, found in scores.items()})

    def read(self, name: str, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn the normal scores of one unknown, (draws, size), into its values.

        These are POSIX seconds of the departure, the passage of the origin, km/h, km,
        minutes, or minutes per 100 km, (draws,); of halts where each is, as a share of its
        run, and the parts of the standing that are stood there, (draws, 2 halts).
        """
        from scipy.special import log_ndtr, ndtr  # noqa: PLC0415 (heavy)

        if name in self.priors:
            return self.priors[name].get_at_normal(scores[:, 0])
        if name == DEPARTURE:
            knots_s, shares = self.departure_steps
            return np.interp(ndtr(scores[:, 0]), shares, knots_s)
        if name == ORIGIN:
            return self.choose_origin(ndtr(scores[:, 0])).astype(np.float64)
        half = scores.shape[1] // 2
        return stack_columns([ndtr(scores[:, :half]), -log_ndtr(-scores[:, half:])])

    def assemble(self, values: Mapping[str, NDArray[np.float64]]) -> PlanDraws:
        """Put the values of all unknowns together.

        Parameters
        ----------
        values
            From the name of each unknown to its values, as of :meth:`read`; the origin may
            be left out where there is one only, and halts where they do not matter.
        """
        departure_s = values[DEPARTURE]
        origin = np.zeros(departure_s.size, dtype=np.intp)
        if ORIGIN in values:
            origin = values[ORIGIN].astype(np.intp)
        dwells = [SECONDS_PER_MINUTE * values[stop.name] for stop in self.stops]
        standing_s, halt_km, halt_s = {}, {}, {}
        for run in self.runs:
            standing_s[run.name] = self.measure_standing(run, values[run.name], origin)
            if run.halts_name in values:
                halts = values[run.halts_name]
                at, parts = halts[:, : run.row.halts], halts[:, run.row.halts :]
                halt_km[run.name], halt_s[run.name] = self.place_halts(
                    run, origin, standing_s[run.name], at, parts
                )
        return PlanDraws(
            departure_s=departure_s,
            origin_index=origin,
            running_mps={
                row.line: kmh_to_mps(values[f"speed {row.line}"]) for row in self.speeds
            },
            length_ratio={
                number: values[name] / self.get_official_km(number)
                for number, name in self.lengths.items()
            },
            dwell_s=stack_columns(dwells or [np.empty((departure_s.size, 0))]),
            standing_s=standing_s,
            halt_km=halt_km,
            halt_s=halt_s,
        )

    def choose_origin(self, share: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the passages from which draws with these shares set out."""
        steps = self.origin_steps
        chosen = np.minimum(np.searchsorted(steps, share, side="right"), len(steps) - 1)
        return np.asarray(self.origins[chosen])

    def get_official_km(self, number: int) -> float:
        """Return the official length of a disputed stretch."""
        return self._official_km[number]

    @cached_property
    def _official_km(self) -> Mapping[int, float]:
        rows = self.journey.plan.lengths
        network = self.journey.network
        return {n: network.route(row.from_, row.to).length_km for n, row in enumerate(rows)}

    def measure_standing(
        self, run: StandingRun, rate: NDArray[np.float64], origin: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Return the standing on a run in seconds, from minutes per 100 km."""
        low = np.maximum(run.start_km, self.route.passage_km[origin])
        return SECONDS_PER_MINUTE * rate * np.maximum(run.end_km - low, 0.0) / 100.0

    def place_halts(
        self,
        run: StandingRun,
        origin: NDArray[np.intp],
        standing_s: NDArray[np.float64],
        at: NDArray[np.float64],
        parts: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Spread standing over halts, evenly placed over what is run of the stretch.

        Parameters
        ----------
        run, origin, standing_s
            The run, from where each draw sets out, and its standing, (draws,).
        at, parts
            Shares in 0..1 and exponential parts, (draws, halts).

        Returns
        -------
        halt_km, halt_s
            (draws, halts).
        """
        low = np.maximum(run.start_km, self.route.passage_km[origin])
        travelled = np.maximum(run.end_km - low, 0.0)
        halt_s = parts * (standing_s / parts.sum(axis=1))[:, None]
        return low[:, None] + at * travelled[:, None], halt_s

    def time_passages(
        self, draws: PlanDraws, indices: NDArray[np.intp] | None = None
    ) -> NDArray[np.float64]:
        """Run the draws; return when they arrive.

        Parameters
        ----------
        draws
            What was drawn.
        indices
            The passages wanted, rising; ``None`` for all.

        Returns
        -------
        ndarray
            POSIX seconds, (draws, passages wanted); NaN before the origin, and at the
            origin the time of setting out.
        """
        if indices is None:
            indices = np.arange(len(self.route.passages))
        arrive_s = np.full((draws.count, indices.size), np.nan, order="F")
        for origin in np.flatnonzero(np.bincount(draws.origin_index)):
            members = np.flatnonzero(draws.origin_index == origin)
            whole = slice(None) if members.size == draws.count else members
            self._run_from(int(origin), whole, draws, indices, arrive_s)
        arrive_s += draws.departure_s[:, None]
        wanted_km = self.route.passage_km[indices]
        for run in self.runs:
            if run.name in draws.halt_km:
                _delay(arrive_s, wanted_km, draws.halt_km[run.name], draws.halt_s[run.name])
            else:
                arrive_s += np.where(
                    wanted_km >= run.end_km, draws.standing_s[run.name][:, None], 0.0
                )
        return arrive_s

    def time_keys(self, draws: PlanDraws, indices: NDArray[np.intp]) -> KeyTimes:
        """Run the draws and keep what is asked of a few passages, rising."""
        columns = {int(index): column for column, index in enumerate(indices)}
        return KeyTimes(self, draws, columns, self.time_passages(draws, indices))

    @cached_property
    def _tracks(self) -> dict[int, tuple[Track, list[_Stretch]]]:
        return {}

    def _lay_track(self, origin: int) -> tuple[Track, list[_Stretch]]:
        """Lay the track from a passage to the end; one limit a stretch."""
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

    def _run_from(
        self,
        origin: int,
        members: slice | NDArray[np.intp],
        draws: PlanDraws,
        indices: NDArray[np.intp],
        arrive_s: NDArray[np.float64],
    ) -> None:
        """Run the draws that set out from one passage; fill their seconds since departure."""
        track, stretches = self._lay_track(origin)
        start_km = self.route.passages[origin].km
        ahead = [n for n, stop in enumerate(self.stops) if stop.index > origin]
        beyond = int(np.searchsorted(indices, origin))
        factors = [
            draws.running_mps[s.line][members]
            / (self.train.max_speed_mps * _get_ratio(draws, s, members))
            for s in stretches
        ]
        many = run_many(
            self.train,
            track,
            stops=[
                Stop(km_to_metres(self.route.passages[self.stops[n].index].km - start_km))
                for n in ahead
            ],
            at_m=km_to_metres(self.route.passage_km[indices[beyond:]] - start_km),
            # Of one column it can be told at once that it holds for the whole way.
            speed_factor=factors[0] if len(factors) == 1 else stack_columns(factors),
            dwell_s=draws.dwell_s[members][:, ahead],
            engine="numpy",  # the same bytes whether or not the compiled one is there
        )
        arrive_s[members, beyond:] = many.arrive_s


def lay_plan(journey: Journey, route: str | None = None) -> Layout:
    """Lay the plan of a journey out on one of its routes.

    Raises
    ------
    UnknownNameError
        If the journey names no such route.
    """
    hypothesis = journey.get_hypothesis(route)
    way = hypothesis.route
    lines = {passage.line for passage in way.passages}
    stretches = _cut_stretches(journey, way)
    return Layout(
        journey=journey,
        hypothesis=hypothesis,
        speeds=tuple(row for row in journey.plan.speeds if row.line in lines),
        stretches=stretches,
        stops=_plan_stops(journey, hypothesis.id, way),
        runs=_find_runs(journey, stretches),
        lengths={
            number: f"length {row.from_} {row.to}"
            for number, row in enumerate(journey.plan.lengths)
        },
    )


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


def _plan_stops(journey: Journey, route_id: str, route: Route) -> tuple[PlannedStop, ...]:
    """Put the plan's stops on a route; a stop at a reversal takes that visit."""
    turning = {turn.station: turn.index for turn in route.reversals_found}
    last = len(route.passages) - 1
    placed: dict[int, PlannedStop] = {}
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
            placed[index] = PlannedStop(index, row)
    return tuple(placed[index] for index in sorted(placed))


def _find_runs(journey: Journey, stretches: tuple[_Stretch, ...]) -> tuple[StandingRun, ...]:
    """Find the unbroken stretches of each line that has a prior of standing."""
    priors = {row.line: row for row in journey.plan.standing}
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


def _get_ratio(
    draws: PlanDraws, stretch: _Stretch, members: slice | NDArray[np.intp]
) -> NDArray[np.float64] | float:
    if stretch.length_prior is None:
        return 1.0
    return draws.length_ratio[stretch.length_prior][members]


def _delay(
    arrive_s: NDArray[np.float64],
    route_km: NDArray[np.float64],
    halt_km: NDArray[np.float64],
    halt_s: NDArray[np.float64],
) -> None:
    """Add each halt to the arrivals beyond it; halts are (draws, halts)."""
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
