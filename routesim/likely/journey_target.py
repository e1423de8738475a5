"""The target of the sampler: the posterior of the parameters on which the likelihood depends.

It combines the likelihood of :mod:`routesim.likely.likelihood` with the priors of
:mod:`routesim.likely.unknowns`, over one or more routes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import lazy_loader
import numpy as np

from routesim.arrays import Array, Indices, stack_columns
from routesim.evidence import SpeedClause, StandClause
from routesim.journey import DEPARTURE, ORIGIN
from routesim.likely.halts import HOURS_PER_KM_OF_RATE, Halts
from routesim.likely.unknowns import Amount, DepartureTime, Pace, StandardNormal, Unknown
from routesim.sampler.target import Target
from routesim.units import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import scipy

    from routesim.journey import Layout, PlanDraws, StandingRun
    from routesim.likely.likelihood import Likelihood
else:
    scipy = lazy_loader.load("scipy")


MINUTES_PER_HOUR = 60.0
LEAST_PRIOR = 1e-300
"""Smallest prior of a route, so that its logarithm is finite."""
KM_PER_HOUR_OF_LENGTH = 50.0
"""Speed at which an uncertain length is converted to hours, in km/h."""


def find_unknowns(likelihood: Likelihood, layouts: Sequence[Layout]) -> tuple[Unknown, ...]:
    """Return the unknowns on which the likelihood depends, over these routes.

    All others keep their priors. An unknown that has several sizes gets the largest one.
    """
    found: dict[str, Unknown] = {}
    for layout in layouts:
        for unknown in _list_for_route(likelihood, layout):
            known = found.get(unknown.name)
            if known is None or unknown.size > known.size:
                found[unknown.name] = unknown
    return tuple(found.values())


def _list_for_route(likelihood: Likelihood, layout: Layout) -> Iterable[Unknown]:
    """List the unknowns of one route on which the likelihood depends."""
    keys_km = layout.route.passage_km[likelihood.list_passages(layout)]
    clauses = [clause for clause, _ in likelihood.questions]
    yield _make_departure(layout)
    if ORIGIN in layout.sizes:
        yield StandardNormal(ORIGIN, {ORIGIN: 1})
    has_speed = any(isinstance(clause, SpeedClause) for clause in clauses)
    yield from _list_paces(layout, np.inf if has_speed else float(keys_km[-1]))
    for number, name in layout.lengths.items():
        prior = layout.journey.plan.lengths[number].km
        if not prior.is_fixed:
            yield Amount(name, prior, 1.0 / KM_PER_HOUR_OF_LENGTH)
    standing_at = {clause.place for clause in clauses if isinstance(clause, StandClause)}
    for stop in layout.stops:
        at_km = float(layout.route.passage_km[stop.index])
        matters = at_km <= keys_km[-1] or stop.row.station in standing_at
        if matters and not stop.row.dwell_min.is_fixed:
            yield Amount(stop.name, stop.row.dwell_min, 1.0 / MINUTES_PER_HOUR, at_km=at_km)
    for run in layout.runs:
        yield from _list_standing(run, keys_km)


def _make_departure(layout: Layout) -> Unknown:
    """Return the departure, in hours if its prior is continuous, else in coordinates ``z``."""
    knots_s, shares = layout.departure_steps
    if (np.diff(knots_s)[np.diff(shares) > 0] > 0).all():
        return DepartureTime(layout)
    return StandardNormal(DEPARTURE, {DEPARTURE: 1})


def _list_paces(layout: Layout, last_km: float) -> Iterable[Unknown]:
    """List the running speeds on the lines that begin before ``last_km``."""
    for row in layout.speeds:
        on_line = [s for s in layout.stretches if s.line == row.line]
        if not row.running_kmh.is_fixed and on_line[0].start_km < last_km:
            span_km = on_line[0].start_km, on_line[-1].end_km
            yield Pace(f"speed {row.line}", row.running_kmh, span_km)


def _list_standing(run: StandingRun, keys_km: Array) -> Iterable[Unknown]:
    """List the unknowns of the standing on a run.

    The single halts matter only if the likelihood depends on the time of a passage within the
    run.
    """
    prior = run.row.min_per_100km
    if ((keys_km > run.start_km) & (keys_km < run.end_km)).any():
        if prior.is_fixed:
            yield StandardNormal(run.name, {run.name: 1, run.halts_name: 2 * run.row.halts})
        else:
            yield Halts(run)
    elif run.start_km < keys_km[-1] and not prior.is_fixed:
        span_km = run.start_km, run.end_km
        yield Amount(run.name, prior, HOURS_PER_KM_OF_RATE, span_km=span_km)


@dataclass(frozen=True, eq=False)
class RouteTarget(Target):
    """Posterior of the unknowns, ``parts``, of one or more routes, as a target to sample.

    The stages lead from ``before`` to ``likelihood``: from the likelihood of the reports known
    earlier to that of all reports. Both must have the same questions. With None as ``before``,
    they start from the prior. The columns of the parameters are those of
    :mod:`routesim.likely.unknowns`.
    """

    layouts: tuple[Layout, ...]
    likelihood: Likelihood
    parts: tuple[Unknown, ...]
    before: Likelihood | None = None

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """Number of each part, by name."""
        return {part.name: number for number, part in enumerate(self.parts)}

    @cached_property
    def blocks(self) -> tuple[tuple[int, ...], ...]:
        """Numbers of the parts that are redrawn together, for each block.

        There is one block per part. If the origin is open, there are two more: the origin
        again, and the origin with the departure.
        """
        numbers = self._numbers
        blocks: list[tuple[int, ...]] = [(n,) for n in numbers.values()]
        if ORIGIN in numbers:
            blocks += [(numbers[ORIGIN],), (numbers[ORIGIN], numbers[DEPARTURE])]
        return tuple(blocks)

    @cached_property
    def compensators(self) -> Mapping[int, int]:
        """Part that always compensates, by block: the departure, for the second origin block.

        The times of later passages then do not change with the origin.
        """
        if ORIGIN not in self._numbers or self.start is None:
            return {}
        return {len(self.blocks) - 2: self._numbers[DEPARTURE]}

    @property
    def event_count(self) -> int:
        """Number of passages of the first route on whose times the likelihood depends."""
        return len(self._marks_km)

    @cached_property
    def _marks_km(self) -> list[float]:
        found: list[float] = self.layouts[0].route.passage_km[self.keys[0]].tolist()
        return found

    def date(self, params: Array, mark: int) -> Array:
        """Return the approximate time in hours at the passage ``mark``, (particles,).

        It is computed on the first route. If a run is longer on another route, its halts are
        placed as on that route. The time may then be hours off, which makes the dating move
        less efficient but not wrong.
        """
        start_km, before_km = self.locate_starts(params), self._marks_km[mark]
        parts = zip(self.parts, self.places, strict=True)
        hours = (p.count_hours_before(params[:, at], start_km, before_km) for p, at in parts)
        return np.asarray(sum(hours))

    def measure_delays(self, params: Array, mark: int) -> Array:
        """Return the distance in km of each delay beyond a passage, (particles, delays).

        It is negative for a delay before the passage, and NaN where there is no such delay.
        """
        start_km = self.locate_starts(params)
        parts = zip(self.parts, self.places, strict=True)
        found = stack_columns([part.locate(params[:, at], start_km) for part, at in parts])
        return found[:, self.delay_columns] - self._marks_km[mark]

    @cached_property
    def start(self) -> int | None:
        """Column of the departure in hours; None if its prior is not continuous."""
        number = self._numbers[DEPARTURE]
        if isinstance(self.parts[number], StandardNormal):
            return None
        return int(self.places[number].start)

    @cached_property
    def shared_compensators(self) -> Mapping[int, int]:
        """Part of the halts on a stretch, by the block of the running speed on it."""
        numbered = list(enumerate(self.parts))
        halts = {part.span_km: n for n, part in numbered if isinstance(part, Halts)}
        paces = [(n, part.span_km) for n, part in numbered if isinstance(part, Pace)]
        return {n: halts[span_km] for n, span_km in paces if span_km in halts}

    @cached_property
    def start_blocks(self) -> frozenset[int]:
        """Blocks that change the origin of a particle."""
        number = self._numbers.get(ORIGIN)
        return frozenset(n for n, block in enumerate(self.blocks) if number in block)

    def locate_starts(self, rows: Array) -> Array:
        """Return the kilometre of the origin on the first route, (particles,).

        The origin has the same coordinate in ``z`` and in the parameters.
        """
        if ORIGIN not in self._numbers:
            return np.zeros(rows.shape[0])
        layout = self.layouts[0]
        share = scipy.special.ndtr(rows[:, self.places[self._numbers[ORIGIN]].start])
        return np.asarray(layout.route.passage_km[layout.choose_origin(share)])

    def measure_shift(self, before: Array, after: Array) -> Array:
        """Return how many hours more it takes to pass all origins, (particles,).

        The time is measured at the first passage beyond all origins on which the likelihood
        depends.
        """
        layout = self.layouts[0]
        origins = int(layout.origins.max())
        beyond = [int(key) for key in self.keys[0] if key > origins]
        index = np.array([beyond[0] if beyond else len(layout.route.passages) - 1])
        took_s = []
        for params in (before, after):
            drawn = self._assemble(self._make_values(params, layout), layout)
            took_s.append(layout.time_passages(drawn, index)[:, 0] - drawn.departure_s)
        return np.asarray((took_s[1] - took_s[0]) / SECONDS_PER_HOUR)

    @cached_property
    def keys(self) -> tuple[Indices, ...]:
        """Indices of the passages of each route on whose times the likelihood depends."""
        return tuple(self.likelihood.list_passages(layout) for layout in self.layouts)

    def observe(self, params: Array) -> Array:
        """Return the log agreements with the clauses, (routes, questions, particles)."""
        shape = len(self.layouts), len(self.likelihood.questions), params.shape[0]
        log_agreements = np.empty(shape)
        values: dict[str, Array] = {}
        for number, (layout, keys) in enumerate(zip(self.layouts, self.keys, strict=True)):
            values = self._make_values(params, layout, known=values)
            drawn = self._assemble(values, layout)
            log_agreements[number] = self.likelihood.observe(layout.time_keys(drawn, keys))
        return log_agreements

    def complete(self, params: Array, layout: Layout, stream: np.random.Generator) -> PlanDraws:
        """Return complete draws, with all other unknowns drawn from their priors."""
        return self._assemble(self._make_values(params, layout), layout, stream)

    def _make_values(
        self, params: Array, layout: Layout, known: Mapping[str, Array] | None = None
    ) -> dict[str, Array]:
        """Return the values of the unknowns by their name in a layout.

        ``known`` has values from another layout. They are reused, except for parameters in
        standard-normal coordinates, which each layout converts in its own way.
        """
        start_km = self.locate_starts(params)
        values = dict(known or {})
        for part, at in zip(self.parts, self.places, strict=True):
            if not known or isinstance(part, StandardNormal):
                values.update(part.make_values(params[:, at], start_km, layout))
        return values

    def _assemble(
        self,
        values: Mapping[str, Array],
        layout: Layout,
        stream: np.random.Generator | None = None,
    ) -> PlanDraws:
        """Return draws from values.

        Missing values are drawn from their priors. Without a stream, missing values of size 1
        are the medians of their priors, and others stay missing.
        """
        whole = {name: values[name] for name in layout.sizes if name in values}
        count = values[DEPARTURE].size
        for name, size in layout.sizes.items():
            if name not in whole and stream is not None:
                whole[name] = layout.read(name, stream.standard_normal((count, size)))
            elif name not in whole and size == 1:
                whole[name] = np.broadcast_to(layout.read(name, np.zeros((1, 1))), count)
        return layout.assemble(whole)

    def weigh(self, log_agreements: Array, beta: float) -> Array:
        """Return the log likelihood at the power ``beta``, over all routes, (particles,).

        The routes are weighted by their priors. With ``before``, ``beta`` interpolates between
        the two log likelihoods.
        """
        if self.before is None:
            return _sum_routes(self._weigh_each(self.likelihood, log_agreements, beta))
        old = _sum_routes(self._weigh_each(self.before, log_agreements, 1.0))
        if beta <= 0.0:
            return old
        return old + beta * (_sum_routes(self.weigh_routes(log_agreements)) - old)

    def weigh_routes(self, log_agreements: Array) -> Array:
        """Return the log prior plus log likelihood of each route, (particles, routes)."""
        return self._weigh_each(self.likelihood, log_agreements, 1.0)

    def _weigh_each(self, likelihood: Likelihood, log_agreements: Array, beta: float) -> Array:
        weighed = stack_columns([likelihood.weigh(one, beta) for one in log_agreements])
        if len(self.layouts) == 1:
            return weighed
        priors = np.array([layout.hypothesis.prior for layout in self.layouts])
        return np.asarray(weighed + np.log(np.maximum(priors, LEAST_PRIOR)))


def _sum_routes(weighed: Array) -> Array:
    if weighed.shape[1] == 1:
        return weighed[:, 0]
    return np.asarray(np.logaddexp.reduce(weighed, axis=1))
