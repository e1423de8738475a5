"""The layout of a plan on one route: its unknown quantities and their meaning.

Each unknown is a named group of independent standard-normal coordinates. A name stands for
the same unknown on every route of a journey.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import lazy_loader
import numpy as np

from routesim.arrays import stack_columns
from routesim.journey.plan_draws import PlanDraws, keep_times, time_passages
from routesim.journey.planned_route import (
    PlannedRoute,
    cut_stretches,
    find_standing_runs,
    place_stops,
)
from routesim.units import SECONDS_PER_MINUTE, kmh_to_mps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import scipy

    from routesim.arrays import Array, Indices
    from routesim.journey.journey import Journey
    from routesim.journey.plan_draws import KeyTimes
    from routesim.journey.priors import Distribution
    from routesim.journey.records import SpeedPriorRow
else:
    scipy = lazy_loader.load("scipy")


DEPARTURE, ORIGIN = "departure", "origin"


@dataclass(frozen=True, eq=False)
class Layout(PlannedRoute):
    """The layout of a plan on one route; made by :func:`lay_plan`.

    ``speeds`` are the priors of the lines on the route. ``lengths`` maps the number of each
    disputed length to the name of its unknown.
    """

    speeds: tuple[SpeedPriorRow, ...]
    lengths: Mapping[int, str]

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """Number of coordinates of each unknown, by its name."""
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
    def origins(self) -> Indices:
        """Indices of the passages that the plan names as origins; 0 if it names none."""
        rows = self.journey.plan.origins
        if not rows:
            return np.zeros(1, dtype=np.intp)
        return np.array([self.route.index_of(row.station) for row in rows], dtype=np.intp)

    @cached_property
    def departure_steps(self) -> tuple[Array, Array]:
        """Cumulative distribution of the departure: POSIX seconds and the shares up to each."""
        rows = self.journey.plan.departure
        start = np.array([row.from_.timestamp() for row in rows])
        end = np.array([row.to.timestamp() for row in rows])
        weight = np.array([row.weight for row in rows]) / sum(row.weight for row in rows)
        # A window without width is a step. Its time is a knot twice: below and above the step.
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
        """Prior of each unknown that is one quantity, by its name."""
        rows = self.journey.plan.lengths
        return {
            **{f"speed {row.line}": row.running_kmh for row in self.speeds},
            **{name: rows[number].km for number, name in self.lengths.items()},
            **{stop.name: stop.row.dwell_min for stop in self.stops},
            **{run.name: run.row.min_per_100km for run in self.runs},
        }

    def read(self, name: str, z: Array) -> Array:
        """Convert standard-normal coordinates of one unknown, (draws, size), to its values.

        The values are (draws,): POSIX seconds of the departure, the index of the origin,
        km/h of a speed, km of a length, minutes of a dwell, or minutes per 100 km of
        standing. For the halts of a run they are (draws, 2 * halts): first the place of each
        halt as a share of the run, then the relative duration of each.
        """
        if name in self.priors:
            return self.priors[name].from_z(z[:, 0])
        if name == DEPARTURE:
            knots_s, shares = self.departure_steps
            return np.interp(scipy.special.ndtr(z[:, 0]), shares, knots_s)
        if name == ORIGIN:
            return self.choose_origin(scipy.special.ndtr(z[:, 0])).astype(np.float64)
        half = z.shape[1] // 2
        return stack_columns(
            [scipy.special.ndtr(z[:, :half]), -scipy.special.log_ndtr(-z[:, half:])]
        )

    def assemble(self, values: Mapping[str, Array]) -> PlanDraws:
        """Assemble the values of all unknowns, as returned by :meth:`read`, into draws.

        The origin may be missing if there is only one. The halts of a run may be missing if
        their places do not matter; its standing is included in any case.
        """
        departure_s = values[DEPARTURE]
        origin = np.zeros(departure_s.size, dtype=np.intp)
        if ORIGIN in values:
            origin = values[ORIGIN].astype(np.intp)
        dwells = [SECONDS_PER_MINUTE * values[stop.name] for stop in self.stops]
        origin_km = self.route.passage_km[origin]
        standing_s, halt_km, halt_s = {}, {}, {}
        for run in self.runs:
            standing_s[run.name] = run.measure_standing(values[run.name], origin_km)
            if run.halts_name in values:
                halts = values[run.halts_name]
                at, parts = halts[:, : run.row.halts], halts[:, run.row.halts :]
                halt_km[run.name], halt_s[run.name] = run.place_halts(
                    origin_km, standing_s[run.name], at, parts
                )
        return PlanDraws(
            departure_s=departure_s,
            origin_index=origin,
            running_mps={
                row.line: kmh_to_mps(values[f"speed {row.line}"]) for row in self.speeds
            },
            length_ratio={
                number: values[name] / self.official_km[number]
                for number, name in self.lengths.items()
            },
            dwell_s=stack_columns(dwells or [np.empty((departure_s.size, 0))]),
            standing_s=standing_s,
            halt_km=halt_km,
            halt_s=halt_s,
        )

    def choose_origin(self, share: Array) -> Indices:
        """Return the index of the origin that each share, in 0..1, selects by weight."""
        weights = [row.weight for row in self.journey.plan.origins] or [1.0]
        return np.asarray(self.origins[choose_by_weight(weights, share)])

    @cached_property
    def official_km(self) -> Mapping[int, float]:
        """Official length of each disputed length in kilometres, by its number."""
        rows = self.journey.plan.lengths
        network = self.journey.network
        return {n: network.route(row.from_, row.to).length_km for n, row in enumerate(rows)}

    def time_passages(self, draws: PlanDraws, indices: Indices | None = None) -> Array:
        """Return the arrivals of draws at some passages; see the function of the same name."""
        return time_passages(self, draws, indices)

    def time_keys(self, draws: PlanDraws, indices: Indices) -> KeyTimes:
        """Run the draws and keep their times at the passages with these rising indices."""
        return keep_times(self, draws, indices, time_passages(self, draws, indices))


def choose_by_weight(weights: Sequence[float], share: Array) -> Indices:
    """Return the index that each share, in 0..1, selects among options with these weights."""
    steps = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(steps, share, side="right"), len(weights) - 1)


def lay_plan(journey: Journey, route: str | None = None) -> Layout:
    """Lay out the plan of a journey on one of its routes, by default the default route.

    Raises
    ------
    UnknownNameError
        If the journey has no such route.
    """
    hypothesis = journey.get_hypothesis(route)
    way = hypothesis.route
    lines = {passage.line for passage in way.passages}
    stretches = cut_stretches(way, journey.plan.lengths)
    return Layout(
        journey=journey,
        hypothesis=hypothesis,
        speeds=tuple(row for row in journey.plan.speeds if row.line in lines),
        stretches=stretches,
        stops=place_stops(journey.plan.stops, hypothesis.id, way),
        runs=find_standing_runs(stretches, journey.plan.standing),
        lengths={
            number: f"length {row.from_} {row.to}"
            for number, row in enumerate(journey.plan.lengths)
        },
    )
