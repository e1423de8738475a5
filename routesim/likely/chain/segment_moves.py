"""Moves of the time at a passage, with the standing before and after it drawn anew.

A *segment* is a leg, a stay with a dwell, or the departure: amounts that add up to the time
between two events, one of which is continuous. If the time of an event changes, the segment
before it becomes longer, and a later one shorter. Each of them is then split again into slack
(or dwell), halts and long waits, by a proposal that is close to the distribution of the parts
given their sum: no halts, halts only, long waits only, or both. In this way an event reaches
any time at once, whatever explains it.
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
from routesim.likely.chain.moves import Change, DateMove, ScaleChoice
from routesim.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from routesim.arrays import Array, Indices
    from routesim.likely.chain.chain_target import ChainTarget
    from routesim.likely.chain.model import ChainModel
    from routesim.sampler.target import State


LEAST_SHARE = 0.02
"""Smallest probability of each way to split a segment."""
NEAR_SHARE = 0.45
"""Share of these moves for the last segment, of the rest for the one before it, and so on."""
NEVER = -1e9
"""Log weight of a way to split a segment that does not exist."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows of the amounts of a segment; -1 if it has none of a kind. ``main`` is continuous."""

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


class SegmentMove(DateMove):
    """Moves the time of an event, and splits the segments before and after it anew."""

    frequency = 8.0
    dated_share = 0.25
    """Share of the moves that give an event a stated time, or one of other particles."""

    def __init__(self, target: ChainTarget, stream: np.random.Generator) -> None:
        super().__init__(target, stream)
        self.segments = list_segments(self.model)
        self.scales, self.is_dated = ScaleChoice(stream), False

    def make(self, state: State, beta: float) -> float:
        """Move the amounts of all particles, in place; return the share accepted."""
        self.is_dated = bool(self.stream.random() < self.dated_share)
        self.scales.choose()
        return super().make(state, beta)

    def adapt(self, share: float) -> None:
        """Remember the share accepted at the scale that was used last."""
        if not self.is_dated:
            self.scales.adapt(share)

    def propose(self, state: State, rows: Indices) -> Change | None:
        """Propose other parts of one or two segments within the block."""
        within = set(rows.tolist())
        able = [one for one in self.segments if within.issuperset(one.rows)]
        if not able or (len(able) == 1 and not self.is_open):
            return None
        alone = len(able) == 1 or (self.is_open and self.stream.random() < 0.5)  # noqa: PLR2004
        if alone:
            # All later events move, so that the last segments are the most promising.
            chosen = [able[-min(int(self.stream.geometric(NEAR_SHARE)), len(able))]]
        else:
            first = int(self.stream.integers(len(able) - 1))
            step = 1 + int(self.stream.geometric(0.6)) - 1
            chosen = [able[first], able[min(first + max(step, 1), len(able) - 1)]]
        by_s, ratio = self._choose_shift(chosen, self._find_last(rows))
        changes = [
            self._split(state, one, sign * by_s)
            for one, sign in zip(chosen, (1.0, -1.0), strict=False)
        ]
        every = np.concatenate([rows for rows, _, _ in changes])
        values = np.concatenate([values for _, values, _ in changes])
        ratio = ratio + sum(log_ratio for _, _, log_ratio in changes)
        return Change(every, values, ratio, frozenset(every.tolist()))

    def _find_last(self, rows: Indices) -> int:
        """Return the last event of a block."""
        return int(self.model.chain.routes[0].event[rows].max())

    def _choose_shift(self, chosen: list[Segment], block_last: int) -> tuple[Array, Array]:
        """Choose by how much the events after the first segment move, and its log ratio."""
        event = chosen[0].event
        last = chosen[1].event if len(chosen) > 1 else block_last + 1
        dated = [e for e in range(event, last) if e in self.target.event_windows]
        if event == 0:
            event = 1
        if dated:
            event = dated[int(self.stream.integers(len(dated)))]
        now, marginal = self.times[event], self.fit(event)
        if marginal is None or not self.is_dated:
            return self.scales.scale_s * self.stream.standard_normal(now.size), np.zeros(
                now.size
            )
        then = marginal.draw(self.stream, now.size)
        ratio = marginal.logpdf(now) - marginal.logpdf(then)
        return then - now, self.require_counted(chosen[0].event, ratio)

    def _split(
        self, state: State, segment: Segment, by_s: Array
    ) -> tuple[Indices, Array, Array]:
        """Return rows, proposed amounts, and the log ratio of prior and proposal."""
        split = _Split(self.model, state, segment)
        rows = np.array(segment.rows, dtype=np.intp)
        before = state["amounts"][rows]
        total = before.sum(axis=0)
        after = split.draw(self.stream, total + by_s)
        ratio = split.weigh(total + by_s, after) - split.weigh(total, before)
        return rows, after, np.where(np.isnan(ratio), -np.inf, ratio)


class FrontierMove(SegmentMove):
    """Gives one of the last events on which the likelihood depends so far a stated time."""

    frequency = 20.0
    tail_share = 1.0
    dated_share = 0.9

    def make(self, state: State, beta: float) -> float:
        """Move the amounts of all particles, in place; return the share accepted."""
        return 0.0 if self.target.find_frontier(beta) is None else super().make(state, beta)

    def propose(self, state: State, rows: Indices) -> Change | None:
        """Propose other parts of one of the last segments."""
        within = set(rows.tolist())
        able = [one for one in self.segments if within.issuperset(one.rows)]
        if not able:
            return None
        chosen = able[-min(int(self.stream.geometric(NEAR_SHARE)), len(able))]
        by_s, ratio = self._choose_shift([chosen], self._find_last(rows))
        split_rows, values, log_ratio = self._split(state, chosen, by_s)
        every = frozenset(split_rows.tolist())
        return Change(split_rows, values, ratio + log_ratio, every)


class _Split:
    """The ways to split the sum of a segment into its main amount, halts and waits."""

    def __init__(self, model: ChainModel, state: State, segment: Segment) -> None:
        self.model, self.segment = model, segment
        start = model.standing.start
        count = state["amounts"].shape[1]
        none = np.zeros(count)
        self.expected = [
            state["expected"][row - start] if row >= 0 else none
            for row in (segment.halts, segment.waits)
        ]
        self.length = [state["halt"][0], np.full(count, model.wait_s)]
        is_run = model.runs.start <= segment.main < model.runs.stop
        self.mean = state["mean"][segment.main - model.runs.start] if is_run else None
        self.count = count

    def find_main_logpdf(self, values: Array) -> Array:
        """Return the log prior density of the main amount."""
        if self.mean is not None:
            return find_slack_logpdf(values, self.mean, self.model.pace.grain_s)
        if self.segment.main == 0:
            return self.model.unknowns.departure.logpdf(values)
        prior = self.model.dwell_priors[self.segment.main - self.model.dwells.start]
        # A density per second, as that of the standing.
        return np.asarray(prior.logpdf(values / SECONDS_PER_MINUTE) - log(SECONDS_PER_MINUTE))

    def _draw_main(self, stream: np.random.Generator) -> Array:
        if self.mean is not None:
            return draw_slack(stream, self.mean, self.model.pace.grain_s)
        z = stream.standard_normal((self.count,))
        if self.segment.main == 0:
            return self.model.unknowns.departure.from_z(z)
        prior = self.model.dwell_priors[self.segment.main - self.model.dwells.start]
        return np.asarray(SECONDS_PER_MINUTE * prior.from_z(z))

    def _find_chances(self, total: Array) -> Array:
        """Return the probability of each way: nothing, halts, waits, both, (4, particles)."""
        segment = self.segment
        typical = self.mean if self.mean is not None else 0.5 * np.maximum(total, 0.0)
        weights = np.full((4, self.count), NEVER)
        able = np.array([True, segment.halts >= 0, segment.waits >= 0, False])
        able[3] = able[1] and able[2]
        none = [-expected for expected in self.expected]
        weights[0] = none[0] + none[1] + np.maximum(self.find_main_logpdf(total), NEVER)
        left = np.maximum(total - typical, 0.0)
        for way in (1, 2):
            if able[way]:
                some = np.maximum(self.expected[way - 1], 1e-12)
                mean = self.length[way - 1] * np.maximum(some, 1.0)
                weights[way] = (
                    np.log(-np.expm1(-some)) + none[2 - way] - left / mean - np.log(mean)
                )
        chances = np.exp(weights - weights.max(axis=0))
        chances[~able] = 0.0
        chances /= chances.sum(axis=0)
        return np.asarray(
            (1.0 - LEAST_SHARE * able.sum()) * chances + LEAST_SHARE * able[:, None]
        )

    def draw(self, stream: np.random.Generator, total: Array) -> Array:
        """Draw the parts of sums, (rows, particles); negative ones are impossible."""
        steps = np.cumsum(self._find_chances(total), axis=0)
        way = (stream.random(self.count) > steps[:-1]).sum(axis=0)
        main = np.where(way == 0, total, self._draw_main(stream))
        rest = total - main
        halts = np.where(way == 1, rest, 0.0)
        if (way == 3).any():  # noqa: PLR2004 (both)
            drawn = draw_some_halts(stream, self.expected[0], self.length[0])
            halts = np.where(way == 3, drawn, halts)  # noqa: PLR2004
        waits = np.where(way > 1, rest - halts, 0.0)
        return self._stack(main, halts, waits)

    def _stack(self, main: Array, halts: Array, waits: Array) -> Array:
        parts = [main]
        if self.segment.halts >= 0:
            parts.append(halts)
        if self.segment.waits >= 0:
            parts.append(waits)
        return np.array(parts)

    def weigh(self, total: Array, parts: Array) -> Array:
        """Return the log prior density of parts, minus that of the proposal given their sum."""
        main = parts[0]
        halts = parts[1] if self.segment.halts >= 0 else np.zeros(self.count)
        waits = parts[-1] if self.segment.waits >= 0 else np.zeros(self.count)
        way = (halts != 0.0) + 2 * (waits != 0.0)
        chances = self._find_chances(total)
        found = -np.log(chances[way, np.arange(self.count)])
        # Except without standing, the main amount is proposed from its prior.
        found += np.where(way == 0, self.find_main_logpdf(main), 0.0)
        halts_logpdf = find_halts_logpdf(halts, self.expected[0], self.length[0])
        found += halts_logpdf + find_halts_logpdf(waits, self.expected[1], self.length[1])
        some = np.log(-np.expm1(-np.maximum(self.expected[0], 1e-300)))
        found -= np.where(way == 3, halts_logpdf - some, 0.0)  # noqa: PLR2004 (both)
        bad = (main <= 0.0) & (self.segment.main > 0)
        bad |= (halts < 0.0) | (waits < 0.0) | ~np.isfinite(self.find_main_logpdf(main))
        return np.where(bad, -np.inf, found)
