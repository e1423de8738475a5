"""The unknowns of a plan that the reports bear on, as scores and as hours.

A particle is a row of standard normal scores. For moving it about, the same row is told in
*hours*: when it sets out, how long each line takes to run, how long it stands at each stop
and at each halt. Any time on the way is a sum of such hours (but for braking and for
disputed lengths), so that particles which agree with a clock lie on a plane, and what
differs between two of them leads along it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routesim.evidence import SpeedClause, StandClause
from routesim.journey import DEPARTURE, ORIGIN
from routesim.units import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from routesim.journey import Distribution, Layout, PlanDraws, StandingRun
    from routesim.reasoning.likelihood import Likelihood

__all__ = ["RouteTarget", "Unknown", "find_unknowns"]

Array = NDArray[np.float64]

MINUTES_PER_HOUR = 60.0
HOURS_PER_KM_OF_RATE = 1.0 / 100.0 / MINUTES_PER_HOUR
"""A rate of standing is in minutes per 100 km."""
LEAST_PRIOR = 1e-300
KM_PER_HOUR_OF_LENGTH = 50.0
"""A length is told in hours at this speed."""


class Unknown(ABC):
    """One group of scores.

    Parameters
    ----------
    name
        Its name.
    parts
        From the names under which a layout knows the scores to how many each has.
    """

    def __init__(self, name: str, parts: dict[str, int]) -> None:
        self.name, self.parts = name, parts

    @property
    def size(self) -> int:
        """How many scores it has."""
        return sum(self.parts.values())

    @property
    def adds(self) -> NDArray[np.bool_]:
        """Which of its columns are hours that add to later times, (size,)."""
        return np.ones(self.size, dtype=bool)

    @abstractmethod
    def unfold(self, scores: Array, start_km: Array) -> Array:
        """Tell scores in hours, (particles, size)."""

    @abstractmethod
    def fold(self, hours: Array, start_km: Array) -> Array:
        """Turn hours into scores; not finite where the prior rules them out."""

    @abstractmethod
    def get_log_density(self, hours: Array, start_km: Array) -> Array:
        """Return the logarithm of the prior density in hours, (particles,)."""


class _Plain(Unknown):
    """Scores that are left as they are."""

    @property
    def adds(self) -> NDArray[np.bool_]:
        return np.zeros(self.size, dtype=bool)

    def unfold(self, scores: Array, _start_km: Array) -> Array:
        return scores

    def fold(self, hours: Array, _start_km: Array) -> Array:
        return hours

    def get_log_density(self, hours: Array, _start_km: Array) -> Array:
        return np.asarray(-0.5 * (hours**2).sum(axis=1))


class _Departure(Unknown):
    """When it sets out."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(DEPARTURE, {DEPARTURE: 1})
        self.knots_s, self.shares = layout.departure_steps
        slopes = np.diff(self.shares) / np.maximum(np.diff(self.knots_s), 1e-9)
        self.log_slopes = np.log(np.where(slopes > 0, slopes, 1.0))
        self.log_slopes[slopes <= 0] = -np.inf

    def unfold(self, scores: Array, _start_km: Array) -> Array:
        from scipy.special import ndtr  # noqa: PLC0415 (heavy)

        times_s = np.interp(ndtr(scores), self.shares, self.knots_s)
        return np.asarray((times_s - self.knots_s[0]) / SECONDS_PER_HOUR)

    def fold(self, hours: Array, _start_km: Array) -> Array:
        from scipy.special import ndtri  # noqa: PLC0415 (heavy)

        times_s = self.knots_s[0] + SECONDS_PER_HOUR * hours
        return np.asarray(
            ndtri(np.interp(times_s, self.knots_s, self.shares, left=0.0, right=1.0))
        )

    def get_log_density(self, hours: Array, _start_km: Array) -> Array:
        times_s = self.knots_s[0] + SECONDS_PER_HOUR * hours[:, 0]
        piece = np.searchsorted(self.knots_s, times_s, side="right") - 1
        inside = (piece >= 0) & (piece < self.log_slopes.size)
        return np.where(
            inside, self.log_slopes[np.clip(piece, 0, self.log_slopes.size - 1)], -np.inf
        )


class _Amount(Unknown):
    """A quantity that adds hours in proportion: a dwell, a standing rate, a length.

    ``span_km`` is the stretch over which a rate adds up; what lies before the start of a
    particle does not count, unless all of it does.
    """

    def __init__(
        self,
        name: str,
        prior: Distribution,
        hours_each: float,
        span_km: tuple[float, float] | None = None,
    ) -> None:
        super().__init__(name, {name: 1})
        self.prior, self.hours_each, self.span_km = prior, hours_each, span_km

    def unfold(self, scores: Array, start_km: Array) -> Array:
        return self.prior.get_at_normal(scores) * self._get_hours_each(start_km)[:, None]

    def fold(self, hours: Array, start_km: Array) -> Array:
        return np.asarray(self.prior.get_score(hours / self._get_hours_each(start_km)[:, None]))

    def get_log_density(self, hours: Array, start_km: Array) -> Array:
        each = self._get_hours_each(start_km)
        return self.prior.get_log_density(hours[:, 0] / each) - np.log(each)

    def _get_hours_each(self, start_km: Array) -> Array:
        if self.span_km is None:
            return np.full(start_km.shape, self.hours_each)
        return self.hours_each * _measure_run(self.span_km, start_km)


class _Pace(Unknown):
    """A running speed, told as the hours that its line takes."""

    def __init__(self, name: str, prior: Distribution, span_km: tuple[float, float]) -> None:
        super().__init__(name, {name: 1})
        self.prior, self.span_km = prior, span_km

    def unfold(self, scores: Array, start_km: Array) -> Array:
        length_km = _measure_run(self.span_km, start_km)[:, None]
        return np.asarray(length_km / self.prior.get_at_normal(scores))

    def fold(self, hours: Array, start_km: Array) -> Array:
        positive = hours > 0
        length_km = _measure_run(self.span_km, start_km)[:, None]
        speed = length_km / np.where(positive, hours, 1.0)
        return np.where(positive, self.prior.get_score(speed), np.inf)

    def get_log_density(self, hours: Array, start_km: Array) -> Array:
        positive = hours[:, 0] > 0
        length_km = _measure_run(self.span_km, start_km)
        speed = length_km / np.where(positive, hours[:, 0], 1.0)
        found = self.prior.get_log_density(speed) + 2.0 * np.log(speed) - np.log(length_km)
        return np.where(positive, found, -np.inf)


def _measure_run(span_km: tuple[float, float], start_km: Array) -> Array:
    """Return how much of a stretch is run from each start; all of it if none is."""
    ran_km = span_km[1] - np.maximum(span_km[0], start_km)
    return np.where(ran_km > 0.0, ran_km, span_km[1] - span_km[0])


class _Halts(Unknown):
    """Standing on a run, told as the hours at each halt, with the places of the halts.

    The halts share the total evenly at random (as parts of exponential variables do), so
    the density of their hours is that of the total over its power, one less than the halts.
    """

    def __init__(self, run: StandingRun) -> None:
        count = run.row.halts
        super().__init__(run.name, {run.name: 1, run.halts_name: 2 * count})
        self.count = count
        self.prior = run.row.min_per_100km
        self.span_km = run.start_km, run.end_km

    @property
    def adds(self) -> NDArray[np.bool_]:
        return np.arange(self.size) > self.count

    def unfold(self, scores: Array, start_km: Array) -> Array:
        from scipy.special import log_ndtr  # noqa: PLC0415 (heavy)

        each = _measure_run(self.span_km, start_km)[:, None] * HOURS_PER_KM_OF_RATE
        total = self.prior.get_at_normal(scores[:, :1]) * each
        places, parts = scores[:, 1 : 1 + self.count], -log_ndtr(-scores[:, 1 + self.count :])
        whole = parts.sum(axis=1, keepdims=True)
        return np.column_stack([np.log(whole), places, total * parts / whole])

    def fold(self, hours: Array, start_km: Array) -> Array:
        from scipy.special import ndtri  # noqa: PLC0415 (heavy)

        places, halts = hours[:, 1 : 1 + self.count], hours[:, 1 + self.count :]
        each = _measure_run(self.span_km, start_km)[:, None] * HOURS_PER_KM_OF_RATE
        positive = np.asarray((halts > 0).all(axis=1))
        halts = np.where(positive[:, None], halts, 1.0)
        total = halts.sum(axis=1, keepdims=True)
        parts = np.exp(hours[:, :1]) * halts / total
        # 1 - exp(-part) is the share below; its own complement is more exact when large.
        below = ndtri(-np.expm1(-parts))
        above = -ndtri(np.exp(-parts))
        scores = np.column_stack(
            [
                self.prior.get_score(total / each),
                places,
                np.where(parts < 1.0, below, above),
            ]
        )
        scores[~positive] = np.nan
        return scores

    def get_log_density(self, hours: Array, start_km: Array) -> Array:
        places, halts = hours[:, 1 : 1 + self.count], hours[:, 1 + self.count :]
        positive = np.asarray((halts > 0).all(axis=1))
        total = np.where(positive, halts.sum(axis=1), 1.0)
        each = _measure_run(self.span_km, start_km) * HOURS_PER_KM_OF_RATE
        found = self.prior.get_log_density(total / each) - np.log(each)
        found = found - (self.count - 1) * np.log(total)
        # The sum of the parts is Gamma distributed; here its logarithm stands.
        found += self.count * hours[:, 0] - np.exp(np.minimum(hours[:, 0], 50.0))
        found -= 0.5 * (places**2).sum(axis=1)
        return np.where(positive, found, -np.inf)


def find_unknowns(likelihood: Likelihood, layouts: Sequence[Layout]) -> tuple[Unknown, ...]:
    """Find the unknowns that bear on what the witnesses say, over these routes.

    All others keep their priors: nothing that was said depends on them.
    """
    found: dict[str, Unknown] = {}
    for layout in layouts:
        for unknown in _list_bearing(likelihood, layout):
            known = found.get(unknown.name)
            if known is None or unknown.size > known.size:
                found[unknown.name] = unknown
    return tuple(found.values())


def _list_bearing(likelihood: Likelihood, layout: Layout) -> Iterable[Unknown]:
    """List the unknowns that bear on what is asked, in the order of the way."""
    keys_km = layout.route.passage_km[likelihood.list_passages(layout)]
    clauses = [clause for clause, _ in likelihood.questions]
    yield _make_departure(layout)
    if ORIGIN in layout.sizes:
        yield _Plain(ORIGIN, {ORIGIN: 1})
    ran = any(isinstance(clause, SpeedClause) for clause in clauses)
    yield from _list_paces(layout, np.inf if ran else float(keys_km[-1]))
    for number, name in layout.lengths.items():
        prior = layout.journey.plan.lengths[number].km
        if not prior.is_fixed:
            yield _Amount(name, prior, 1.0 / KM_PER_HOUR_OF_LENGTH)
    stood = {clause.place for clause in clauses if isinstance(clause, StandClause)}
    for stop in layout.stops:
        heard = layout.route.passage_km[stop.index] <= keys_km[-1] or stop.row.station in stood
        if heard and not stop.row.dwell_min.is_fixed:
            yield _Amount(stop.name, stop.row.dwell_min, 1.0 / MINUTES_PER_HOUR)
    for run in layout.runs:
        yield from _list_standing(run, keys_km)


def _make_departure(layout: Layout) -> Unknown:
    """Tell the departure as a time, unless the plan has it at single instants."""
    knots_s, shares = layout.departure_steps
    if (np.diff(knots_s)[np.diff(shares) > 0] > 0).all():
        return _Departure(layout)
    return _Plain(DEPARTURE, {DEPARTURE: 1})


def _list_paces(layout: Layout, last_km: float) -> Iterable[Unknown]:
    """List the running speeds on the lines that begin before a kilometre."""
    for row in layout.speeds:
        on_line = [s for s in layout.stretches if s.line == row.line]
        if not row.running_kmh.is_fixed and on_line[0].start_km < last_km:
            span_km = on_line[0].start_km, on_line[-1].end_km
            yield _Pace(f"speed {row.line}", row.running_kmh, span_km)


def _list_standing(run: StandingRun, keys_km: Array) -> Iterable[Unknown]:
    """List the standing on a run, halt by halt where a passage asked for lies within it."""
    prior = run.row.min_per_100km
    if ((keys_km > run.start_km) & (keys_km < run.end_km)).any():
        if prior.is_fixed:
            yield _Plain(run.name, {run.name: 1, run.halts_name: 2 * run.row.halts})
        else:
            yield _Halts(run)
    elif run.start_km < keys_km[-1] and not prior.is_fixed:
        span_km = run.start_km, run.end_km
        yield _Amount(run.name, prior, HOURS_PER_KM_OF_RATE, span_km)


@dataclass(frozen=True, eq=False)
class RouteTarget:
    """The posterior of the unknowns of one or more routes, as a target to sample.

    Parameters
    ----------
    layouts
        The plan, laid out on each route.
    likelihood
        What the witnesses say.
    unknowns
        Those that it bears on.
    before
        What had been said before, from which stages lead to the likelihood; ``None`` for
        nothing. Its questions must be the same.
    """

    layouts: tuple[Layout, ...]
    likelihood: Likelihood
    unknowns: tuple[Unknown, ...]
    before: Likelihood | None = None

    @property
    def dimensions(self) -> int:
        """How many scores a particle has."""
        return sum(unknown.size for unknown in self.unknowns)

    @property
    def parts(self) -> tuple[Unknown, ...]:
        """The parts of a particle."""
        return self.unknowns

    @cached_property
    def blocks(self) -> tuple[tuple[int, ...], ...]:
        """The parts that are drawn anew together; origin and departure as one, too."""
        numbers = {unknown.name: n for n, unknown in enumerate(self.unknowns)}
        blocks: list[tuple[int, ...]] = [(n,) for n in numbers.values()]
        if ORIGIN in numbers:
            blocks += [(numbers[ORIGIN],), (numbers[ORIGIN], numbers[DEPARTURE])]
        return tuple(blocks)

    @cached_property
    def payers(self) -> Mapping[int, int]:
        """The origin may change at no cost, or so that the clocks beyond keep their times.

        In the second of the blocks of the origin alone the departure makes up for it.
        """
        names = [unknown.name for unknown in self.unknowns]
        if ORIGIN not in names or isinstance(self.unknowns[names.index(DEPARTURE)], _Plain):
            return {}
        return {len(self.blocks) - 2: names.index(DEPARTURE)}

    @cached_property
    def moving(self) -> frozenset[int]:
        """The blocks that change where a particle sets out."""
        names = [unknown.name for unknown in self.unknowns]
        if ORIGIN not in names:
            return frozenset()
        number = names.index(ORIGIN)
        return frozenset(n for n, block in enumerate(self.blocks) if number in block)

    @cached_property
    def _origin_column(self) -> int | None:
        first = 0
        for unknown in self.unknowns:
            if unknown.name == ORIGIN:
                return first
            first += unknown.size
        return None

    def locate_starts(self, rows: Array) -> Array:
        """Return where particles set out in kilometres, told in scores or hours."""
        from scipy.special import ndtr  # noqa: PLC0415 (heavy)

        if self._origin_column is None:
            return np.zeros(rows.shape[0])
        layout = self.layouts[0]
        origin = layout.choose_origin(ndtr(rows[:, self._origin_column]))
        return np.asarray(layout.route.passage_km[origin])

    def run_longer(self, before: Array, after: Array) -> Array:
        """Return by how many hours it takes longer to the first passage beyond all origins."""
        layout = self.layouts[0]
        origins = int(layout.origins.max())
        beyond = [int(key) for key in self.keys[0] if key > origins]
        index = np.array([beyond[0] if beyond else len(layout.route.passages) - 1])
        took_s = []
        for scores in (before, after):
            drawn = layout.interpret(self._name(scores, layout))
            took_s.append(layout.time_passages(drawn, index)[:, 0] - drawn.departure_s)
        return np.asarray((took_s[1] - took_s[0]) / SECONDS_PER_HOUR)

    @cached_property
    def keys(self) -> tuple[NDArray[np.intp], ...]:
        """The passages of each route whose times are asked for."""
        return tuple(self.likelihood.list_passages(layout) for layout in self.layouts)

    def observe(self, scores: Array) -> Array:
        """Run the particles over each route; return the terms, (routes, terms, particles)."""
        shape = len(self.layouts), len(self.likelihood.questions), scores.shape[0]
        terms = np.empty(shape)
        for number, (layout, keys) in enumerate(zip(self.layouts, self.keys, strict=True)):
            drawn = layout.interpret(self._name(scores, layout))
            terms[number] = self.likelihood.observe(layout.time_keys(drawn, keys))
        return terms

    def complete(self, scores: Array, layout: Layout, stream: np.random.Generator) -> PlanDraws:
        """Return the draws, the unknowns that nothing bears on drawn from their priors."""
        return layout.interpret(self._name(scores, layout, stream))

    def _name(
        self, scores: Array, layout: Layout, stream: np.random.Generator | None = None
    ) -> dict[str, Array]:
        """Return the scores by the names of a layout; without a stream the middle if none."""
        named: dict[str, Array] = {}
        first = 0
        for unknown in self.unknowns:
            for name, size in unknown.parts.items():
                named[name] = scores[:, first : first + size]
                first += size
        count = scores.shape[0]
        for name, size in layout.sizes.items():
            if name not in named and stream is not None:
                named[name] = stream.standard_normal((count, size))
            elif name not in named and size == 1:
                named[name] = np.zeros((count, 1))
        return named

    def weigh(self, terms: Array, beta: float) -> Array:
        """Return the log likelihood at a stage, over the routes by their priors."""
        if self.before is None:
            return _sum_routes(self._weigh_each(self.likelihood, terms, beta))
        old = _sum_routes(self._weigh_each(self.before, terms, 1.0))
        if beta <= 0.0:
            return old
        return old + beta * (_sum_routes(self.weigh_routes(terms)) - old)

    def weigh_routes(self, terms: Array) -> Array:
        """Return log prior and likelihood of each route, (particles, routes)."""
        return self._weigh_each(self.likelihood, terms, 1.0)

    def _weigh_each(self, likelihood: Likelihood, terms: Array, beta: float) -> Array:
        weighed = np.column_stack([likelihood.weigh(one, beta) for one in terms])
        if len(self.layouts) == 1:
            return weighed
        priors = np.array([layout.hypothesis.prior for layout in self.layouts])
        return np.asarray(weighed + np.log(np.maximum(priors, LEAST_PRIOR)))


def _sum_routes(weighed: Array) -> Array:
    if weighed.shape[1] == 1:
        return weighed[:, 0]
    return np.asarray(np.logaddexp.reduce(weighed, axis=1))
