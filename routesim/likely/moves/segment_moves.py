"""Moves of the time at a passage, with the standing before and after it drawn anew.

If the time of an event changes, the segment before it becomes longer, and a later one shorter.
Each of them is then split again (:mod:`routesim.likely.chain.segments`). In this way an event
reaches any time at once, whatever explains it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.likely.chain.segments import Segment, SegmentSplits, list_segments
from routesim.likely.moves.amount_moves import Change, DateMove, ScaleChoice

if TYPE_CHECKING:
    from routesim.arrays import Array, Indices
    from routesim.likely.moves.chain_target import ChainTarget
    from routesim.sampler.target import State


NEAR_SHARE = 0.45
"""Share of these moves for the last segment, of the rest for the one before it, and so on."""


class SegmentMove(DateMove):
    """Moves the time of an event, and splits the segments before and after it anew."""

    frequency = 0.5
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
            return self.scales.scale * self.stream.standard_normal(now.size), np.zeros(now.size)
        then = marginal.draw(self.stream, now.size)
        ratio = marginal.logpdf(now) - marginal.logpdf(then)
        return then - now, self.require_counted(chosen[0].event, ratio)

    def _split(
        self, state: State, segment: Segment, by_s: Array
    ) -> tuple[Indices, Array, Array]:
        """Return rows, proposed amounts, and the log ratio of prior and proposal."""
        splits = SegmentSplits(self.model, state, [segment])
        before = splits.read(state["amounts"])
        after, ratio = splits.propose(self.stream, before.sum(axis=0) + by_s)
        has = splits.rows[:, 0] >= 0
        return splits.rows[has, 0], after[has, 0], (ratio - splits.weigh(before))[0]
