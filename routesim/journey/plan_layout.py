"""The layout of a plan on one route: its unknown quantities and their priors.

A name stands for the same unknown on every route of a journey.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from routesim.journey.planned_route import (
    PlannedRoute,
    cut_stretches,
    list_length_priors,
    place_stops,
)
from routesim.journey.records import StandingRow
from routesim.journey.variation.pace import measure_pace
from routesim.journey.variation.standing import measure_standing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.arrays import Array, Indices
    from routesim.journey.journey import Journey
    from routesim.journey.priors import Distribution
    from routesim.journey.records import PlanRow, SpeedPriorRow


DEPARTURE, ORIGIN = "departure", "origin"
PRIORITY, HALT = "priority", "length of a halt"
USUAL = "The default for lines without a prior of standing."


@dataclass(frozen=True, eq=False)
class Layout(PlannedRoute):
    """The layout of a plan on one route; made by :func:`lay_plan`.

    ``speeds`` and ``rates`` are the priors of running speed and standing on the lines of the
    route. ``lengths`` maps the number of each disputed length to the name of its unknown.
    """

    speeds: tuple[SpeedPriorRow, ...]
    rates: tuple[StandingRow, ...]
    lengths: Mapping[int, str]

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
        """Prior of each unknown that is one quantity, by its name.

        The rates of standing are not independent, see :meth:`mix_priority`.
        """
        rows, variation = self.journey.plan.lengths, self.journey.plan.variation
        return {
            **{f"speed {row.line}": row.running_kmh for row in self.speeds},
            **{name: rows[number].km for number, name in self.lengths.items()},
            **{stop.name: stop.row.dwell_min for stop in self.stops},
            **{f"standing {row.line}": row.min_per_100km for row in self.rates},
            **({HALT: variation.halt_min} if self.rates else {}),
        }

    def mix_priority(self, priority: Array, own: Array) -> Array:
        """Return the standard-normal coordinate of the standing on a line.

        It is a sum of a part that all lines have in common, the priority of the train, and a
        part of the line, both standard normal.
        """
        share = self.journey.plan.variation.priority_share
        return np.asarray(np.sqrt(share) * priority + np.sqrt(1.0 - share) * own)

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

    def find_ratios(self, values: Mapping[str, Array]) -> dict[int, Array]:
        """Return true over official length by the number of a disputed length, (draws,) each.

        ``values`` has the lengths in km by the name of the unknown.
        """
        return {n: values[name] / self.official_km[n] for n, name in self.lengths.items()}


def choose_by_weight(weights: Sequence[float], share: Array) -> Indices:
    """Return the index that each share, in 0..1, selects among options with these weights."""
    steps = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(steps, share, side="right"), len(weights) - 1)


def list_rates(plan: PlanRow) -> dict[str, StandingRow]:
    """Return the prior of the standing on each line that can have some.

    A line without a row of its own has the default of the plan, unless its speed is fixed.
    """
    usual = plan.variation.standing_min_per_100km
    rates = {
        row.line: StandingRow(line=row.line, min_per_100km=usual, reason=USUAL)
        for row in plan.speeds
        if not row.running_kmh.is_fixed and usual.highest > 0.0
    }
    return rates | {row.line: row for row in plan.standing}


def lay_plan(journey: Journey, route: str | None = None) -> Layout:
    """Lay out the plan of a journey on one of its routes, by default the default route.

    Raises
    ------
    UnknownNameError
        If the journey has no such route.
    """
    hypothesis = journey.get_hypothesis(route)
    way, plan = hypothesis.route, journey.plan
    lines = {passage.line for passage in way.passages}
    stretches = cut_stretches(way, plan.lengths)
    rates = list_rates(plan)
    standing = measure_standing(
        journey.network, way, rates, long_wait_share=plan.variation.long_wait_share
    )
    return Layout(
        journey=journey,
        hypothesis=hypothesis,
        speeds=tuple(row for row in plan.speeds if row.line in lines),
        rates=tuple(rates[line] for line in standing.lines),
        stretches=stretches,
        stops=place_stops(plan.stops, hypothesis.id, way),
        standing=standing,
        pace=measure_pace(
            way,
            list_length_priors(way, stretches),
            journey.train,
            variation=plan.variation,
            fixed={row.line for row in plan.speeds if row.running_kmh.is_fixed},
        ),
        lengths={
            number: f"length {row.from_} {row.to}" for number, row in enumerate(plan.lengths)
        },
    )
