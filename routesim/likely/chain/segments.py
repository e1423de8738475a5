"""Segments of a chain, and the ways to split their sums into parts.

A *segment* is a leg, a stay with a dwell, or the departure: amounts that add up to the time
between two events, one of which is continuous. Given its sum, it is split into slack (or a
dwell), halts and long waits by a proposal that is close to the distribution of the parts: no
halts, halts only, long waits only, or both.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np

from routesim.journey.variation.laws import (
    draw_slack,
    draw_some_halts,
    find_halts_logpdf,
    find_slack_logpdf,
)
from routesim.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array, Indices
    from routesim.likely.chain.model import ChainModel
    from routesim.sampler.target import State


LEAST_SHARE = 0.02
"""Smallest probability of each way to split a segment."""
NEVER = -1e9
"""Log weight of a way to split a segment that does not exist."""
TINY = 1e-300
"""Smallest expected number of halts whose logarithm is finite."""
HALTS, WAITS, BOTH = 1, 2, 3
"""Ways to split a segment, besides 0 for no standing."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows of the amounts of a segment; -1 if it has none of a kind. ``main`` is continuous.

    ``event`` is the event from which the amounts count.
    """

    event: int
    main: int
    halts: int
    waits: int

    @property
    def rows(self) -> list[int]:
        """All rows of the segment."""
        return [row for row in (self.main, self.halts, self.waits) if row >= 0]


def list_segments(model: ChainModel) -> list[Segment]:
    """Return the segments of the first route in order."""
    route = model.chain.routes[0]
    by_event: dict[int, dict[str, int]] = {}
    for row, event in enumerate(route.event.tolist()):
        if event >= 0:
            by_event.setdefault(event, {})[model.chain.kind_of[row]] = row
    found = []
    for event, rows in sorted(by_event.items()):
        main = next((rows[k] for k in ("departure", "run", "dwell") if k in rows), -1)
        if main > 0 or (main == 0 and model.unknowns.departure.is_continuous):
            found.append(Segment(event, main, rows.get("halts", -1), rows.get("waits", -1)))
    return found


@dataclass(frozen=True, slots=True)
class Ways:
    """Probability of each way to split sums, (4, segments, particles).

    ``main_logpdf`` is the log density of the main amount, if it is the whole sum.
    """

    chances: Array
    main_logpdf: Array


class SegmentSplits:
    """The ways to split the sums of some segments, at the unknowns of a state.

    Sums have the shape (segments, particles). Parts are the main amounts, halts and waits,
    (3, segments, particles); those that a segment does not have are 0.
    """

    def __init__(self, model: ChainModel, state: State, segments: Sequence[Segment]) -> None:
        self.model = model
        # Rows in ``amounts`` of each part, (3, segments); -1 for those that do not exist.
        self.rows: Indices = np.array([[s.main, s.halts, s.waits] for s in segments], np.intp).T
        runs = self.rows[0] - model.runs.start
        self.is_run = (runs >= 0) & (self.rows[0] < model.runs.stop)
        self.mean = state["mean"][runs[self.is_run]]
        self.shape = len(segments), state["amounts"].shape[1]
        self.expected = np.zeros((2, *self.shape))
        for expected, rows in zip(self.expected, self.rows[1:], strict=True):
            able = rows >= 0
            expected[able] = state["expected"][rows[able] - model.standing.start]
        self.length = (
            np.broadcast_to(state["halt"][0], self.shape),
            np.full((1, 1), model.wait_s),
        )
        able = np.array([np.ones(self.shape[0], bool), *(self.rows[1:] >= 0)])
        self.able = np.concatenate([able, able[1:2] & able[2:3]])[:, :, None]
        # Log probability of some halts, and of some waits.
        self.some = np.log(-np.expm1(-np.maximum(self.expected, TINY)))

    def read(self, amounts: Array) -> Array:
        """Return the parts."""
        return np.where((self.rows >= 0)[:, :, None], amounts[self.rows], 0.0)

    def write(self, amounts: Array, parts: Array) -> None:
        """Write parts into amounts, in place."""
        has = self.rows >= 0
        amounts[self.rows[has]] = parts[has]

    def propose(self, stream: np.random.Generator, total: Array) -> tuple[Array, Array]:
        """Draw the parts of sums; return also the log ratio of prior and proposal.

        Negative parts have a ratio of minus infinity.
        """
        ways = self._find_ways(total)
        steps = np.cumsum(ways.chances[:3], axis=0)
        at = stream.random(self.shape)
        way = (at > steps[0]).astype(np.intp)
        way += at > steps[1]
        way += at > steps[2]
        parts = np.zeros((3, *self.shape))
        parts[0] = total
        some = np.nonzero(way)
        if some[0].size:
            main = self._draw_main(stream, some)
            rest, mine = total[some] - main, way[some]
            halts = np.where(mine == HALTS, rest, 0.0)
            both = np.flatnonzero(mine == BOTH)
            if both.size:
                part = some[0][both], some[1][both]
                halts[both] = draw_some_halts(
                    stream, self.expected[0][part], self.length[0][part]
                )
            for number, values in enumerate(
                (main, halts, np.where(mine == HALTS, 0.0, rest - halts))
            ):
                parts[number][some] = values
        return parts, self._weigh(ways, parts)

    def weigh(self, parts: Array) -> Array:
        """Return the log density of parts, minus that of the proposal given their sum."""
        return self._weigh(self._find_ways(parts.sum(axis=0)), parts)

    def _find_ways(self, total: Array) -> Ways:
        """Return the probability of each way to split sums."""
        logpdf = self._find_main_logpdf(total)
        typical = 0.5 * np.maximum(total, 0.0)
        typical[self.is_run] = self.mean
        left = np.maximum(total - typical, 0.0)
        weights = np.empty((3, *self.shape))
        weights[0] = np.maximum(logpdf, NEVER) - self.expected[0] - self.expected[1]
        for way in (HALTS, WAITS):
            mean = self.length[way - 1] * np.maximum(self.expected[way - 1], 1.0)
            weights[way] = (
                self.some[way - 1] - self.expected[2 - way] - left / mean - np.log(mean)
            )
        weights = np.where(self.able[:3], weights, NEVER)
        weights -= weights.max(axis=0)
        shares = np.exp(weights, out=weights)
        shares[1:] *= self.able[1:3]
        shares *= (1.0 - LEAST_SHARE * self.able.sum(axis=0)) / shares.sum(axis=0)
        chances = np.zeros((4, *self.shape))
        chances[:3] = shares
        chances += LEAST_SHARE * self.able
        return Ways(chances, logpdf)

    def _weigh(self, ways: Ways, parts: Array) -> Array:
        """Return the log density of parts, minus that of the proposal."""
        main, halts, waits = parts
        way = (halts != 0.0) + WAITS * (waits != 0.0)
        chosen = np.take_along_axis(ways.chances, way[None], axis=0)[0]
        found: Array = -np.log(chosen)
        # Without standing, the main amount is the sum; else it is proposed from its prior.
        plain = way == 0
        found += np.where(plain, ways.main_logpdf - self.expected[0] - self.expected[1], 0.0)
        some = np.nonzero(~plain)
        if some[0].size:
            mine = way[some]
            expected = [one[some] for one in self.expected]
            lengths = self.length[0][some], self.length[1][0]
            # With both, halts are proposed from their prior, given that there are some.
            first = np.where(
                mine == BOTH,
                self.some[0][some],
                find_halts_logpdf(halts[some], expected[0], lengths[0]),
            )
            second = find_halts_logpdf(waits[some], expected[1], lengths[1])
            found[some] += first + second
        bad = ((main <= 0.0) & (self.rows[0] > 0)[:, None]) | (halts < 0.0) | (waits < 0.0)
        return np.where(bad | np.isnan(found), -np.inf, found)

    def _find_main_logpdf(self, values: Array) -> Array:
        """Return the log densities of the main amounts, per second."""
        found = np.empty(self.shape)
        if self.is_run.any():
            found[self.is_run] = find_slack_logpdf(
                values[self.is_run], self.mean, self.model.pace.grain_s
            )
        for number in np.flatnonzero(~self.is_run):
            found[number] = self._find_other_logpdf(int(self.rows[0, number]), values[number])
        return found

    def _find_other_logpdf(self, row: int, values: Array) -> Array:
        """Return the log density of the departure or a dwell, per second."""
        if row == 0:
            return self.model.unknowns.departure.logpdf(values)
        prior = self.model.dwell_priors[row - self.model.dwells.start]
        return np.asarray(prior.logpdf(values / SECONDS_PER_MINUTE) - log(SECONDS_PER_MINUTE))

    def _draw_main(self, stream: np.random.Generator, at: tuple[Indices, ...]) -> Array:
        """Draw main amounts of some segments and particles from their prior."""
        numbers = np.cumsum(self.is_run) - 1
        runs = self.is_run[at[0]]
        found = np.empty(at[0].size)
        mean = self.mean[numbers[at[0][runs]], at[1][runs]]
        found[runs] = draw_slack(stream, mean, self.model.pace.grain_s)
        for number in np.unique(at[0][~runs]):
            mine = at[0] == number
            z = stream.standard_normal((int(mine.sum()),))
            row = int(self.rows[0, number])
            if row == 0:
                found[mine] = self.model.unknowns.departure.from_z(z)
            else:
                prior = self.model.dwell_priors[row - self.model.dwells.start]
                found[mine] = SECONDS_PER_MINUTE * prior.from_z(z)
        return found
