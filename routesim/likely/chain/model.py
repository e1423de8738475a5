"""The prior of a journey as a chain of amounts, and the times that follow from it.

A *state* is a set of arrays whose last axis is that of the particles:

- ``z``: the unknowns of :mod:`routesim.likely.chain.unknowns`, (unknowns, particles);
- ``field``: the log factors of the slack along the way, (cells, particles);
- ``amounts``: seconds of each amount, see :mod:`routesim.likely.chain.structure`;
- ``route`` and ``settings``: the route of each particle, and the settings of shared clocks;
- what follows from these: ``base N``, the fixed part of the running time of each leg of route
  ``N``; ``slack``, the mean slack per kilometre by class; ``mean``, that of each run;
  ``expected`` and ``halt``, the expected numbers of halts and long waits, and the mean length
  of a halt.
"""

from __future__ import annotations

from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from routesim.journey import KeyTimes, RunTimes, run_kinematics
from routesim.journey.plan_layout import HALT, ORIGIN
from routesim.journey.variation.laws import (
    draw_halts,
    draw_slack,
    find_halts_logpdf,
    find_slack_logpdf,
)
from routesim.likely.chain.structure import build_chain
from routesim.likely.chain.unknowns import list_unknowns
from routesim.units import METRES_PER_KM, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array, Indices
    from routesim.journey import Layout
    from routesim.likely.chain.structure import RouteChain
    from routesim.sampler.target import State


LEAST_MEAN_S = 1e-6
"""Smallest mean slack of a run, so that its logarithm is finite."""


def add_up(rows: Array) -> Array:
    """Return the cumulative sums of rows, in place.

    ``numpy.cumsum`` would go down each column, which takes ten times as long.
    """
    for row in range(1, rows.shape[0]):
        rows[row] += rows[row - 1]
    return rows


class ChainModel:
    """The prior of the times at the passages on which a likelihood depends.

    ``keys`` has these passages for each route, and ``departures`` those whose departure counts.
    """

    def __init__(
        self,
        layouts: Sequence[Layout],
        keys: Sequence[Indices],
        departures: Sequence[Indices],
    ) -> None:
        self.chain = build_chain(layouts, keys, departures)
        self.layouts = tuple(layouts)
        self.unknowns = list_unknowns(layouts, self.chain)
        self.pace = layouts[0].pace
        self.wait_s = SECONDS_PER_HOUR * layouts[0].journey.plan.variation.long_wait_h
        self.rows = self.chain.rows
        self.dwell_priors = [self.unknowns.priors[name] for name in self.chain.dwells]
        rows = self.rows
        self.runs = slice(rows["run"].start, rows["run"].stop)
        self.standing = slice(rows["halts"].start, rows["waits"].stop)
        self.halts = slice(rows["halts"].start, rows["halts"].stop)
        self.waits = slice(rows["waits"].start, rows["waits"].stop)
        self.dwells = slice(rows["dwell"].start, rows["dwell"].stop)

    # ------------------------------------------------------------ prior draws

    def draw(self, stream: np.random.Generator, count: int) -> State:
        """Draw states from the prior, without a route and settings."""
        state: State = {
            "z": stream.standard_normal((len(self.unknowns.names), count)),
            "field": self.draw_field(stream, count),
            "amounts": np.zeros((len(self.chain.kind_of), count)),
        }
        self.update(state)
        self._draw_amounts(stream, state)
        return state

    def update(self, state: State) -> None:
        """Compute everything that follows from the unknowns and the field."""
        self.update_speeds(state)
        self.update_reach(state)
        self.update_means(state)
        self.update_standing(state)

    def _draw_amounts(self, stream: np.random.Generator, state: State) -> None:
        """Draw all amounts given the unknowns and the field, in place."""
        amounts, count = state["amounts"], state["amounts"].shape[1]
        amounts[0] = self.draw_departures(stream, state)
        amounts[self.runs] = draw_slack(stream, state["mean"], self.pace.grain_s)
        amounts[self.halts] = draw_halts(
            stream, state["expected"][self.halts_part], state["halt"]
        )
        waits = state["expected"][self.waits_part]
        amounts[self.waits] = draw_halts(stream, waits, np.array(self.wait_s))
        for number, prior in enumerate(self.dwell_priors):
            z = stream.standard_normal((count,))
            amounts[self.dwells.start + number] = SECONDS_PER_MINUTE * prior.from_z(z)

    def extend(self, stream: np.random.Generator, state: State, earlier: ChainModel) -> State:
        """Draw what a chain has besides an earlier one, given a state of that.

        ``earlier`` ends at an earlier passage of the same route, with the same cuts so far.
        """
        count = state["z"].shape[1]
        new = {**state, "z": stream.standard_normal((len(self.unknowns.names), count))}
        for name, row in earlier.unknowns.row.items():
            new["z"][self.unknowns.row[name]] = state["z"][row]
        new["field"] = self.draw_field(stream, count, state["field"])
        new["amounts"] = np.zeros((len(self.chain.kind_of), count))
        self.update(new)
        self._draw_amounts(stream, new)
        for kind, rows in earlier.rows.items():
            first = self.rows[kind].start
            new["amounts"][first : first + len(rows)] = state["amounts"][rows.start : rows.stop]
        return new

    def draw_departures(self, stream: np.random.Generator, state: State) -> Array:
        """Draw departures from the prior, in seconds after the earliest one."""
        prior = self.unknowns.departure
        if prior.is_continuous:
            return prior.from_z(stream.standard_normal((state["z"].shape[1],)))
        return prior.from_z(state["z"][self.unknowns.row["departure"]])

    def draw_field(
        self, stream: np.random.Generator, count: int, known: Array | None = None
    ) -> Array:
        """Draw the log factors of the slack, (cells, count), given those in the first cells."""
        parent, memory = self.chain.parent, self.pace.memory
        field = stream.standard_normal((parent.size, count))
        fresh = sqrt(1.0 - memory**2)
        first = 0 if known is None else known.shape[0]
        if known is not None:
            field[:first] = known
        for cell, before in enumerate(parent.tolist()):
            if before >= 0 and cell >= first:
                field[cell] = memory * field[before] + fresh * field[cell]
        return field

    # ------------------------------------------------------------ what follows from a state

    @property
    def halts_part(self) -> slice:
        """Rows of the halts in ``expected``."""
        return slice(0, len(self.rows["halts"]))

    @property
    def waits_part(self) -> slice:
        """Rows of the long waits in ``expected``."""
        return slice(len(self.rows["halts"]), len(self.rows["halts"]) + len(self.rows["waits"]))

    def update_speeds(self, state: State) -> None:
        """Compute what depends on the speeds, the lengths and the origin."""
        z = state["z"]
        speeds, ratios = self.unknowns.find_speeds(z), self.unknowns.find_ratios(z)
        slack = np.zeros((len(self.chain.classes), z.shape[1]))
        for number, kind in enumerate(self.chain.classes):
            each = np.maximum(1.0 / speeds[kind.line] - 1.0 / kind.top_mps, 0.0) * METRES_PER_KM
            slack[number] = (
                each if kind.length_prior is None else each * ratios[kind.length_prior]
            )
        state["slack"] = slack
        nominal = np.zeros((len(self.rows["run"]), z.shape[1]))
        for (runs, km), each in zip(self.chain.run_km, slack, strict=True):
            nominal[runs] += km[:, None] * each
        for number, route in enumerate(self.chain.routes):
            base = self._run_legs(route, state, speeds, ratios)
            runs, events = route.list_amounts(self.rows["run"])
            base[events // 2] -= nominal[runs - self.runs.start]
            state[f"base {number}"] = base

    def _run_legs(
        self,
        route: RouteChain,
        state: State,
        speeds: dict[str, Array],
        ratios: dict[int, Array],
    ) -> Array:
        """Return the running times of the legs at the mean speeds, (cuts, particles)."""
        origin = self.unknowns.find_origins(state["z"], route.layout)
        reached = run_kinematics(route.layout, origin, (speeds, ratios), route.cuts).T
        base = np.diff(reached, axis=0, prepend=0.0)
        # Legs before the origin have no time; the leg up to it does not count.
        return np.asarray(np.nan_to_num(base))

    def update_reach(self, state: State) -> None:
        """Compute the kilometres of each run in each class, weighted by the factors."""
        state["reach"] = self.find_reach(state["field"])

    def find_reach(self, field: Array) -> Array:
        """Return the kilometres of each run in each class, weighted by the factors.

        There is a row for each pair of a class and a run with it, (pairs, particles).
        """
        factors = self.pace.find_factors(field)
        found = [km @ factors[cells] for _, cells, km in self.chain.runs]
        return np.concatenate(found) if found else np.zeros((0, field.shape[1]))

    def update_means(self, state: State) -> None:
        """Compute the mean slack of each run."""
        state["mean"] = self.find_means(state["slack"], state["reach"])

    def find_means(self, slack: Array, reach: Array) -> Array:
        """Return the mean slack of each run, (runs, particles)."""
        mean = np.full((len(self.rows["run"]), slack.shape[1]), LEAST_MEAN_S)
        first = 0
        for (runs, _, _), each in zip(self.chain.runs, slack, strict=True):
            mean[runs] += reach[first : first + runs.size] * each
            first += runs.size
        return mean

    def update_standing(self, state: State) -> None:
        """Compute the expected numbers of halts and long waits, and the length of a halt."""
        z, chain = state["z"], self.chain
        if not chain.lines:
            state["halt"] = np.ones((1, z.shape[1]))
            state["expected"] = np.zeros((0, z.shape[1]))
            return
        rates = np.array([self.unknowns.find_value(z, f"standing {n}") for n in chain.lines])
        halt_s = SECONDS_PER_MINUTE * self.unknowns.find_value(z, HALT)
        state["halt"] = halt_s[None, :]
        state["expected"] = np.concatenate(
            [
                SECONDS_PER_MINUTE * (chain.halts_100km @ rates) / halt_s,
                SECONDS_PER_MINUTE * (chain.waits_100km @ rates) / self.wait_s,
            ]
        )

    # ------------------------------------------------------------ densities

    def find_field_logpdf(self, field: Array) -> Array:
        """Return the log prior density of the field up to a constant, (particles,)."""
        return np.asarray(self.find_cell_logpdf(field).sum(axis=0))

    def find_cell_logpdf(self, field: Array) -> Array:
        """Return that of each cell given the one before it, (cells, particles)."""
        parent, memory = self.chain.parent, self.pace.memory
        later = parent >= 0
        found = -0.5 * field**2
        fresh = field[later] - memory * field[parent[later]]
        found[later] = -0.5 * fresh**2 / (1.0 - memory**2)
        return found

    def find_runs_logpdf(self, amounts: Array, mean: Array) -> Array:
        """Return the log densities of the runs, (runs, particles)."""
        if mean.shape[0] == 0:
            return np.zeros((0, mean.shape[1]))
        return find_slack_logpdf(amounts[self.runs], mean, self.pace.grain_s)

    def find_standing_logpdf(self, state: State, rows: Indices, values: Array) -> Array:
        """Return the log densities of halts and long waits in some rows, (rows, particles)."""
        expected = state["expected"][rows - self.standing.start]
        mean = np.where((rows < self.waits.start)[:, None], state["halt"], self.wait_s)
        return find_halts_logpdf(values, expected, mean)

    def find_logpdf(self, state: State, rows: Indices, values: Array) -> Array:
        """Return the log prior densities of amounts in some rows, (rows, particles)."""
        found = np.empty(values.shape)
        kinds = np.array([self.chain.kind_of[row] for row in rows])
        for kind in dict.fromkeys(kinds.tolist()):
            at = np.flatnonzero(kinds == kind)
            mine, given = rows[at], values[at]
            if kind == "run":
                mean = state["mean"][mine - self.runs.start]
                found[at] = find_slack_logpdf(given, mean, self.pace.grain_s)
            elif kind == "departure":
                found[at] = self.unknowns.departure.logpdf(given)
            elif kind == "dwell":
                for n, row, value in zip(at, mine - self.dwells.start, given, strict=True):
                    found[n] = self.dwell_priors[row].logpdf(value / SECONDS_PER_MINUTE)
            else:
                found[at] = self.find_standing_logpdf(state, mine, given)
        return found

    def measure_room(self, state: State) -> Array:
        """Return how far each amount can typically change in seconds, (amounts,).

        A run is close to its mean. Halts and waits can only change where they are above 0.
        """
        amounts = state["amounts"]
        room: Array = amounts.std(axis=1)
        room[self.runs] = np.sqrt(self.pace.grain_s * state["mean"].mean(axis=1))
        room[self.standing] *= (amounts[self.standing] > 0.0).mean(axis=1)
        if not self.unknowns.departure.is_continuous:
            room[0] = 0.0
        return room

    # ------------------------------------------------------------ times

    @cached_property
    def stays_s(self) -> list[Array]:
        """Fixed dwells at the stops of each route: seconds added to each event, (events,)."""
        found = []
        for route in self.chain.routes:
            added = np.zeros(route.events)
            for stop in route.layout.stops:
                if stop.index in route.cuts and stop.row.dwell_min.is_fixed:
                    event = 2 * int(np.searchsorted(route.cuts, stop.index)) + 1
                    added[event] = SECONDS_PER_MINUTE * stop.row.dwell_min.lowest
            found.append(added)
        return found

    def find_times(
        self, state: State, number: int, *, with_delays: bool = False
    ) -> tuple[Array, Array | None]:
        """Return the times of the events of a route, and the delays at its cuts.

        Times are in seconds after the earliest departure, (events, particles): NaN before the
        origin. Delays are the running times since the origin beyond those at the mean speeds,
        (cuts, particles); None if they are not asked for, or if the pace does not vary.
        """
        route, amounts = self.chain.routes[number], state["amounts"]
        steps = np.zeros((route.events, amounts.shape[1]))
        steps[0::2] = state[f"base {number}"]
        steps += self.stays_s[number][:, None]
        for kind in ("run", "halts", "waits", "dwell"):
            rows, events = route.list_amounts(self.rows[kind])
            steps[events] += amounts[rows]
        delays = None
        if with_delays and len(self.rows["run"]):
            delays = self._find_delays(state, route)
        if ORIGIN not in self.unknowns.row:
            steps[:2] = 0.0
            steps[0] = amounts[0]
            return add_up(steps), None if delays is None else add_up(delays)
        start = np.searchsorted(
            route.cuts, self.unknowns.find_origins(state["z"], route.layout)
        )
        counts = np.arange(route.events)[:, None] >= 2 * start + 2
        steps *= counts
        times = amounts[0] + add_up(steps)
        times[np.arange(route.events)[:, None] < 2 * start] = np.nan
        if delays is not None:
            delays *= counts[0::2]
            delays = add_up(delays)
        return times, delays

    def _find_delays(self, state: State, route: RouteChain) -> Array:
        """Return the slack of each leg beyond its mean, (cuts, particles)."""
        nominal = np.zeros_like(state["mean"])
        for (runs, km), each in zip(self.chain.run_km, state["slack"], strict=True):
            nominal[runs] += km[:, None] * each
        found = np.zeros((route.cuts.size, nominal.shape[1]))
        runs, events = route.list_amounts(self.rows["run"])
        found[events // 2] = state["amounts"][runs] - nominal[runs - self.runs.start]
        return found

    def _find_dwell(self, name: str, state: State) -> Array:
        """Return the dwell at a planned stop in seconds; its median beyond the last cut."""
        amounts = state["amounts"]
        if name in self.chain.dwells:
            return np.asarray(amounts[self.dwells.start + self.chain.dwells.index(name)])
        median_min = self.unknowns.priors[name].from_z(np.zeros(1))
        return np.broadcast_to(SECONDS_PER_MINUTE * median_min, amounts.shape[1:])

    def keep_times(self, state: State, number: int, *, with_speeds: bool) -> KeyTimes:
        """Return the draws of a route with their times at its cuts.

        Speeds, lengths and delays are left out unless ``with_speeds``.
        """
        route = self.chain.routes[number]
        times, delays = self.find_times(state, number, with_delays=with_speeds)
        times += self.unknowns.departure.earliest_s
        z = state["z"]
        return KeyTimes(
            route=route.layout.route,
            departure_s=self.unknowns.departure.earliest_s + state["amounts"][0],
            origin_index=self.unknowns.find_origins(z, route.layout),
            dwell_s={
                stop.index: self._find_dwell(stop.name, state) for stop in route.layout.stops
            },
            running_mps=self.unknowns.find_speeds(z) if with_speeds else {},
            stretches=route.layout.stretches,
            length_ratio=self.unknowns.find_ratios(z) if with_speeds else {},
            layout=route.layout,
            columns={int(index): column for column, index in enumerate(route.cuts)},
            times=RunTimes(times[0::2].T, times[1::2].T, None if delays is None else delays.T),
        )
