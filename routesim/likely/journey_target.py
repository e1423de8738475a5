"""The target of the sampler: the posterior of a journey over one or more routes.

It combines the likelihood of :mod:`routesim.likely.likelihood` with the prior of
:mod:`routesim.likely.chain.model`.
"""

from __future__ import annotations

from functools import cached_property
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from routesim.evidence import DistanceClause, SpeedClause
from routesim.journey import MAX_DRAWS
from routesim.likely.chain.guide import guide_state
from routesim.likely.chain.model import ChainModel
from routesim.likely.chain.report_events import list_event_windows, list_unit_events
from routesim.likely.chain.turns import Turns, order_units
from routesim.likely.moves.blocks import BlockMaker
from routesim.likely.moves.chain_target import ChainTarget
from routesim.likely.moves.move_list import list_moves
from routesim.sampler.target import take_particles
from routesim.units import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array, Indices
    from routesim.journey import KeyTimes, Layout
    from routesim.likely.likelihood import Likelihood
    from routesim.sampler.target import Move, State


LEAST_PRIOR = 1e-300
"""Smallest prior of a route, so that its logarithm is finite."""
MANY_CUTS = 10
"""Number of cuts from which on the choice of moves is set, and not adapted."""
MANY_CUTS_KEPT, MANY_CUTS_MOVES = 0.5, 64
"""Effective share of the particles, and number of moves, in each stage with many cuts."""
FEWEST_IN_SEQUENCE = 24
"""Number of places of reports from which on they are added one after another."""
TURNS_PER_PART = 4
"""Number of turns after which the chain becomes longer."""
MANY_TURNS, FEW_PARTICLES = 64, 1024
"""Number of such places from which on there are at most this many particles."""
MOST_SETTINGS = 64
"""Largest number of settings of shared clocks for which reports are added one by one."""
SEQUENCE_KEPT, SEQUENCE_MOVES = 0.5, 8
"""Effective share of the particles, and number of moves, after each of these reports."""
SEQUENCE_LAST_MOVES, SEQUENCE_FORGOTTEN = 400, 0.05
"""Largest number of moves after the last report, and the correlation at which they end."""
USED = ("z", "amounts", "slack", "mean")
"""Arrays of a state from which times follow, besides the base of a route."""


class JourneyTarget(ChainTarget):
    """Posterior of the times of one or more routes, as a target to sample.

    Parameters
    ----------
    layouts
        The plans on the routes.
    likelihood
        The likelihood of the reports.
    before
        The likelihood of the reports that were known earlier, with the same questions. The
        stages then lead from it to ``likelihood``. By default they start from the prior.
    model
        The prior, if it is known already.
    is_part
        Whether this is one of the first targets of a sequence, see :meth:`list_parts`.
    """

    def __init__(
        self,
        layouts: Sequence[Layout],
        likelihood: Likelihood,
        *,
        before: Likelihood | None = None,
        model: ChainModel | None = None,
        is_part: bool = False,
    ) -> None:
        self.layouts, self.likelihood, self.before = tuple(layouts), likelihood, before
        keys = [likelihood.list_passages(layout) for layout in layouts]
        departures = [likelihood.list_departures(layout) for layout in layouts]
        self.model = model or ChainModel(layouts, keys, departures)
        self.turns = self._order_units(is_part=is_part) if before is None else None
        if self.turns is not None:
            self.kept_share, self.most_moves = SEQUENCE_KEPT, SEQUENCE_MOVES
            self.is_sequential = True
            self.last_moves = SEQUENCE_MOVES if is_part else SEQUENCE_LAST_MOVES
            self.forgotten_last = SEQUENCE_FORGOTTEN
            self.is_adaptive = False
        elif len(self.layouts) == 1 and len(self.model.chain.routes[0].cuts) >= MANY_CUTS:
            self.is_adaptive = False
            self.kept_share, self.most_moves = MANY_CUTS_KEPT, MANY_CUTS_MOVES
        priors = np.array([layout.hypothesis.prior for layout in layouts])
        self.log_priors = (
            np.log(np.maximum(priors, LEAST_PRIOR)) if len(layouts) > 1 else np.zeros(1)
        )

    # ------------------------------------------------------------ the likelihood

    def draw(self, stream: np.random.Generator, count: int) -> State:
        """Draw particles from the prior."""
        state = self.model.draw(stream, count)
        clocks = self.likelihood.clocks
        state["route"] = np.zeros((1, count))
        state["settings"] = np.zeros((len(clocks), count))
        for number, clock in enumerate(clocks):
            chances = np.exp(clock.log_priors)
            state["settings"][number] = stream.choice(
                chances.size, count, p=chances / chances.sum()
            )
        return state

    def observe(self, state: State) -> Array:
        """Return the log agreements with the clauses, (routes, questions, particles)."""
        return np.array(
            [
                self.likelihood.observe(self._keep_times(state, number))
                for number in range(len(self.layouts))
            ]
        )

    def _keep_times(self, state: State, number: int) -> KeyTimes:
        return self.model.keep_times(state, number, with_speeds=self.sees_lengths)

    def weigh(self, terms: Array, beta: float) -> Array:
        """Return the log likelihood at the power ``beta``, (particles,).

        It is summed over the routes and the settings of shared clocks. With ``before``, it
        leads from that likelihood to the present one.
        """
        by_route = np.array([self._weigh_route(one, beta) for one in terms])
        return _sum_logs(by_route + self.log_priors[:, None])

    def weigh_routes(self, terms: Array) -> Array:
        """Return the log prior plus log likelihood of each route, (particles, routes)."""
        by_route = np.array([self.likelihood.weigh(one) for one in terms])
        return np.asarray((by_route + self.log_priors[:, None]).T)

    @property
    def turn_count(self) -> int:
        """Number of turns in which reports are added; 0 if they are added at once."""
        return 0 if self.turns is None else len(self.turns.events)

    @property
    def most_particles(self) -> int:
        """Largest number of particles; with reports from many places, each takes long."""
        return FEW_PARTICLES if self.turn_count >= MANY_TURNS else MAX_DRAWS

    def list_parts(self) -> list[JourneyTarget]:
        """Return the targets of the first reports of a sequence, each on a longer chain.

        The last of them has all reports but those of the last turns. There are none if reports
        are not added one after another.
        """
        if self.turns is None:
            return []
        layout, route = self.layouts[0], self.model.chain.routes[0]
        keys = self.likelihood.list_passages(layout)
        departures = self.likelihood.list_departures(layout)
        found = []
        for turn in range(TURNS_PER_PART, len(self.turns.events), TURNS_PER_PART):
            units = np.flatnonzero(self.turns.of_unit < turn)
            last = int(route.cuts[self.turns.events[turn - 1] // 2])
            mine, known = keys[keys <= last], departures[departures <= last]
            model = ChainModel(self.layouts, [mine], [known])
            likelihood = self.likelihood.restrict(units.tolist())
            found.append(JourneyTarget(self.layouts, likelihood, model=model, is_part=True))
        return found

    def _order_units(self, *, is_part: bool) -> Turns | None:
        """Return the turns of the units if they are added one after another, else None."""
        turns = order_units(list_unit_events(self.likelihood, self.model.chain.routes[0]))
        settings = prod(clock.log_priors.size for clock in self.likelihood.clocks)
        few = len(turns.events) < FEWEST_IN_SEQUENCE and not is_part
        return None if len(self.layouts) > 1 or few or settings > MOST_SETTINGS else turns

    def limit(self, beta: float) -> float:
        """Return the end of the part of a turn that comes after ``beta``."""
        return 1.0 if self.turns is None else self.turns.limit(beta)

    def prepare(self, state: State, beta: float, stream: np.random.Generator) -> Array | None:
        """Guide the next leg to the window of the report of the next turn.

        Return the log weights of the particles, or None if nothing changed.
        """
        span = None if self.turns is None else self.turns.find_next(beta)
        if span is None:
            return None
        return guide_state(
            self.model,
            state,
            stream,
            span=span,
            windows=self.event_windows,
            latest=self.blocks.latest,
        )

    def is_lost(self, state: State, beta: float) -> bool:
        """Return whether few particles agree with the reports of the present turn."""
        return self.turns is not None and self.turns.is_lost(state["units"], beta)

    def find_frontier(self, beta: float) -> int | None:
        """Return the last event of the first route on which the likelihood depends so far.

        None if it depends on all.
        """
        return None if self.turns is None else self.turns.find_frontier(beta)

    def _weigh_route(self, terms: Array, beta: float) -> Array:
        clocks = self.likelihood.clocks
        if self.before is None and self.turns is None:
            return self.likelihood.weigh(terms, beta)
        if self.before is not None and not clocks:
            old, new = self.before.weigh(terms), self.likelihood.weigh(terms)
            return (1.0 - beta) * old + beta * new
        found = []
        for options in product(*(range(clock.log_priors.size) for clock in clocks)):
            settings = np.repeat(np.array(options, np.intp)[:, None], terms.shape[1], axis=1)
            prior = sum(c.log_priors[n] for c, n in zip(clocks, options, strict=True))
            found.append(prior + self._weigh_units(terms, beta, settings).sum(axis=0))
        return _sum_logs(np.array(found))

    def _weigh_units(self, terms: Array, beta: float, settings: Indices) -> Array:
        """Return the log likelihood of the units on one route, (units, particles)."""
        if self.turns is not None:
            return self.turns.find_powers(beta) * self.likelihood.weigh_units(
                terms, 1.0, settings
            )
        if self.before is None:
            return self.likelihood.weigh_units(terms, beta, settings)
        old = self.before.weigh_units(terms, 1.0, settings)
        new = self.likelihood.weigh_units(terms, 1.0, settings)
        return np.concatenate([(1.0 - beta) * old, beta * new])

    def weigh_state(self, state: State, beta: float, units: Indices | None = None) -> Array:
        """Return the log likelihood of each unit, or of some, (units, particles).

        It is that of the route and the settings of each particle.
        """
        if units is not None:
            return self._weigh_some(state, beta, units)
        if len(self.layouts) == 1:
            terms = self.likelihood.observe(self._keep_times(state, 0))
            return self._weigh_units(terms, beta, get_settings(state))
        found = np.empty((self.unit_count, state["z"].shape[1]))
        for number in range(len(self.layouts)):
            members = np.flatnonzero(state["route"][0] == number)
            if not members.size:
                continue
            names = (*USED, f"base {number}", "settings")
            part = take_particles({name: state[name] for name in names}, members)
            terms = self.likelihood.observe(self._keep_times(part, number))
            found[:, members] = self._weigh_units(terms, beta, get_settings(part))
        return found

    def _weigh_some(self, state: State, beta: float, units: Indices) -> Array:
        """Return the log likelihood of some units on the only route, (units, particles)."""
        assert self.turns is not None  # noqa: S101 (blocks before a frontier need turns)
        powers = self.turns.find_powers(beta)
        key = units.tobytes()
        if key not in self._parts:
            self._parts[key] = self.likelihood.restrict(units.tolist())
        part = self._parts[key]
        terms = part.observe(self._keep_times(state, 0))
        return powers[units] * part.weigh_units(terms, 1.0, get_settings(state))

    @cached_property
    def _parts(self) -> dict[bytes, Likelihood]:
        """Cache of the likelihoods of some of the units."""
        return {}

    @property
    def unit_count(self) -> int:
        """Number of units, of both likelihoods if there is one before."""
        earlier = 0 if self.before is None else len(self.before.identity_groups)
        return earlier + len(self.likelihood.identity_groups)

    def refresh(
        self, state: State, terms: Array, beta: float, stream: np.random.Generator
    ) -> None:
        """Draw the routes and the settings of shared clocks given the rest, in place."""
        if len(self.layouts) > 1:
            by_route = np.array([self._weigh_route(one, beta) for one in terms])
            state["route"][0] = _draw_rows(by_route + self.log_priors[:, None], stream)
        mine = terms[0]
        if len(self.layouts) > 1:
            own = state["route"][0].astype(np.intp)
            mine = terms[own, :, np.arange(own.size)].T
        for number in range(len(self.likelihood.clocks)):
            weights = self._weigh_settings(mine, beta, get_settings(state), number)
            state["settings"][number] = _draw_rows(weights, stream)
        state["units"] = self._weigh_units(mine, beta, get_settings(state))

    def _weigh_settings(
        self, terms: Array, beta: float, settings: Indices, clock: int
    ) -> Array:
        if self.before is None and self.turns is None:
            return self.likelihood.weigh_settings(terms, beta, settings, clock)
        found = []
        for option, prior in enumerate(self.likelihood.clocks[clock].log_priors):
            tried = settings.copy()
            tried[clock] = option
            found.append(prior + self._weigh_units(terms, beta, tried).sum(axis=0))
        return np.array(found)

    # ------------------------------------------------------------ moves

    def monitor(self, state: State) -> Array:
        """Return the unknowns, the times at the cuts, the mean slacks and the choices."""
        model = self.model
        times_h = model.find_times(state, 0)[0][1:] / SECONDS_PER_HOUR
        choices = [state["settings"], *([state["route"]] if len(self.layouts) > 1 else [])]
        return np.concatenate([state["z"], np.nan_to_num(times_h), state["mean"], *choices])

    def list_moves(self, stream: np.random.Generator) -> Sequence[Move]:
        """Return the moves of all unknowns and amounts."""
        return list_moves(self, stream)

    @cached_property
    def blocks(self) -> BlockMaker:
        """Blocks of amounts that can move at the same time."""
        likelihoods = (
            [self.likelihood] if self.before is None else [self.before, self.likelihood]
        )
        route = self.model.chain.routes[0]
        events = [found for one in likelihoods for found in list_unit_events(one, route)]
        latest = 2 * int(np.searchsorted(route.cuts, route.layout.origins.max()))
        return BlockMaker(self.model.chain, events, latest=latest)

    @cached_property
    def event_windows(self) -> dict[int, list[tuple[float, float]]]:
        """Narrow windows in which reports place each event of the first route."""
        earliest_s = self.model.unknowns.departure.earliest_s
        return list_event_windows(self.likelihood, self.model.chain.routes[0], earliest_s)

    @property
    def has_choices(self) -> bool:
        """Whether there are routes or settings of clocks to choose from."""
        return len(self.layouts) > 1 or bool(self.likelihood.clocks)

    @cached_property
    def sees_speeds(self) -> bool:
        """Whether the likelihood depends on running speeds, besides the times."""
        return any(isinstance(clause, SpeedClause) for clause, _ in self.likelihood.questions)

    @cached_property
    def sees_lengths(self) -> bool:
        """Whether the likelihood depends on lengths, besides the times."""
        kinds = (SpeedClause, DistanceClause)
        return any(isinstance(clause, kinds) for clause, _ in self.likelihood.questions)


def get_settings(state: State) -> Indices:
    """Return the settings of the shared clocks, (clocks, particles)."""
    return state["settings"].astype(np.intp)


def _sum_logs(rows: Array) -> Array:
    return rows[0] if len(rows) == 1 else np.asarray(np.logaddexp.reduce(rows, axis=0))


def _draw_rows(weights: Array, stream: np.random.Generator) -> Indices:
    """Draw one row per column with these log weights, by the largest Gumbel variable."""
    noise = -np.log(stream.standard_exponential(weights.shape))
    return np.asarray((weights + noise).argmax(axis=0))
