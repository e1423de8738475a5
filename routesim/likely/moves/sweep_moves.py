"""Moves of the events between two segments, of which one becomes longer and the other shorter.

Both segments are split again, or their slack takes up the change together with the level of the
field. The events between them move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.journey.variation.laws import find_slack_logpdf
from routesim.likely.chain.segments import Segment, SegmentSplits
from routesim.likely.moves.amount_moves import DateMove, ScaleChoice
from routesim.likely.moves.field_moves import FieldStir
from routesim.likely.moves.part_moves import PartMove, Parts

if TYPE_CHECKING:
    from routesim.arrays import Array, Indices
    from routesim.likely.moves.chain_target import ChainTarget
    from routesim.sampler.target import State


STRIDES = 1.0, 2.0, 4.0, 8.0, 16.0
"""Numbers of segments from the first to the second of a pair."""
NEAR_SHARE = 0.5
"""Share of the sweeps with the smallest stride."""
LAST_SHARE = 0.6
"""Share of these moves for the last segment, of the rest for the one before it, and so on."""
STRETCH_SHARE = 0.5
"""Share of the sweeps in which the slack takes up the change."""


class SweepMove(PartMove):
    """Moves the events between pairs of segments, and splits these segments anew.

    Or the slack takes up the change, with the level of the field on each leg.
    """

    frequency = 4.0
    dated_share = 0.5
    """Share of the moves that give events a stated time, or one of other particles."""

    def __init__(self, target: ChainTarget, stream: np.random.Generator) -> None:
        super().__init__(target, stream)
        self.scales, self.is_dated = ScaleChoice(stream), False
        self.dates, self.stir = DateMove(target, stream), FieldStir(self.model)
        self.stretches = False
        count = len(self.segments)
        self.strides = [int(one) for one in STRIDES if one < max(count, 2)]

    def start_stage(self, state: State, beta: float) -> None:
        """Forget the distributions of the times."""
        self.dates.start_stage(state, beta)

    def _pair_up(self, stride: int, offset: int) -> Parts:
        """Pair up segments; the last ones of a small stride have no second."""
        if (stride, offset) not in self.known:
            found: list[tuple[Segment, ...]] = []
            for first in range(offset, len(self.segments), stride + 1):
                if first + stride < len(self.segments):
                    found.append((self.segments[first], self.segments[first + stride]))
                elif stride == 1:
                    found.append((self.segments[first],))
            self.known[stride, offset] = self.group(found)
        return self.known[stride, offset]

    def adapt(self, share: float) -> None:
        """Remember the share accepted at the scale that was used last."""
        if not self.is_dated:
            self.scales.adapt(share)

    def make(self, state: State, beta: float) -> float:
        """Move the events of all particles, in place; return the share accepted."""
        return self._move(state, self._choose_parts(), beta)

    def _choose_parts(self) -> Parts:
        """Choose pairs at a random distance."""
        near = len(self.strides) == 1 or self.stream.random() < NEAR_SHARE
        stride = 1 if near else self.strides[int(self.stream.integers(1, len(self.strides)))]
        most = min(
            stride + 1, len(self.segments) if stride == 1 else len(self.segments) - stride
        )
        return self._pair_up(stride, int(self.stream.integers(most)))

    def _move(self, state: State, parts: Parts, beta: float) -> float:
        """Move the events of some pairs, in place; return the share accepted."""
        self.is_dated = bool(self.stream.random() < self.dated_share)
        self.stretches = self.stir.is_able and bool(self.stream.random() < STRETCH_SHARE)
        self.scales.choose()
        pairs = parts.choose(self.stream)
        by_s, ratio = self._choose_shifts(state, pairs)
        has_second = np.array([len(pair) > 1 for pair in pairs])
        seconds = [pair[1] for pair in pairs if len(pair) > 1]
        segments, added_s = [*(pair[0] for pair in pairs), *seconds], by_s[has_second]
        added_s = np.concatenate([by_s, -added_s])
        new = {**state, "amounts": state["amounts"].copy()}
        change = self._stretch if self.stretches else self._split
        rows, gains = change(state, new, segments, added_s)
        ratio += gains[: len(pairs)]
        ratio[has_second] += gains[len(pairs) :]
        kept = self.accept(state, new, parts, ratio, beta=beta)
        both = np.concatenate([kept, kept[has_second]])
        amounts = state["amounts"]
        for part in rows:
            at = part >= 0
            amounts[part[at]] = np.where(both[at], new["amounts"][part[at]], amounts[part[at]])
        if self.stretches:
            runs = self._list_runs(segments)
            found = zip(self.stir.list_inner(runs), runs, both, strict=True)
            self.stir.keep(state, new, list(found))
        return float(kept.mean())

    def _list_runs(self, segments: list[Segment]) -> list[Indices]:
        """Return the run of each segment, or none."""
        runs = self.model.runs
        rows = [
            [s.main - runs.start] if runs.start <= s.main < runs.stop else [] for s in segments
        ]
        return [np.array(one, dtype=np.intp) for one in rows]

    def _split(
        self, state: State, new: State, segments: list[Segment], added_s: Array
    ) -> tuple[Indices, Array]:
        """Split segments with other sums anew; return rows, (parts, segments), and ratios."""
        splits = SegmentSplits(self.model, state, segments)
        before = splits.read(state["amounts"])
        after, ratio = splits.propose(self.stream, before.sum(axis=0) + added_s)
        splits.write(new["amounts"], after)
        return splits.rows, ratio - splits.weigh(before)

    def _stretch(
        self, state: State, new: State, segments: list[Segment], added_s: Array
    ) -> tuple[Indices, Array]:
        """Change the slack of legs, and the level of the field in proportion.

        The change of the field does not depend on the field, so that the volume stays.
        """
        model, mains = self.model, np.array([one.main for one in segments])
        runs = self._list_runs(segments)
        able = np.array([one.size > 0 for one in runs])
        before = state["amounts"][mains]
        after = before + added_s
        bad = (after <= 0.0) | ~able[:, None]
        # Impossible amounts are kept for now, so that the other parts stay where they are.
        new["amounts"][mains] = after
        after = np.where(bad, before, after)
        new["field"] = state["field"].copy()
        cells = self.stir.list_inner(runs)
        for mine, level in zip(cells, np.log(after / before), strict=True):
            new["field"][mine] += level / model.pace.sigma
        model.update_reach(new)
        model.update_means(new)
        grain, mine = model.pace.grain_s, mains[able] - model.runs.start
        ratio = np.zeros(added_s.shape)
        ratio[able] = find_slack_logpdf(after[able], new["mean"][mine], grain)
        ratio[able] -= find_slack_logpdf(before[able], state["mean"][mine], grain)
        gain = model.find_cell_logpdf(new["field"]) - model.find_cell_logpdf(state["field"])
        for number, one in enumerate(cells):
            at = np.concatenate([one, self.stir.list_children(one)])
            ratio[number] += gain[at].sum(axis=0)
        return mains[None], np.where(bad, -np.inf, ratio)

    def _choose_shifts(
        self, state: State, pairs: list[tuple[Segment, ...]]
    ) -> tuple[Array, Array]:
        """Choose by how much the events of each pair move, (pairs, particles).

        Return also the log ratio of the proposals.
        """
        shape = len(pairs), state["amounts"].shape[1]
        by_s = self.scales.scale * self.stream.standard_normal(shape)
        ratio = np.zeros(shape)
        if not self.is_dated:
            return by_s, ratio
        times, end = self.model.find_times(state, 0)[0], self.model.chain.routes[0].events
        for number, pair in enumerate(pairs):
            last = pair[1].event if len(pair) > 1 else end
            event = self._choose_event(pair[0].event, last)
            marginal, now = self.dates.fit(event), times[event]
            if marginal is None:
                continue
            then = marginal.draw(self.stream, now.size)
            by_s[number] = then - now
            ratio[number] = marginal.logpdf(now) - marginal.logpdf(then)
        return by_s, ratio

    def _choose_event(self, first: int, end: int) -> int:
        """Choose an event between two segments, if possible one with a window."""
        dated = [event for event in range(first, end) if event in self.target.event_windows]
        return dated[int(self.stream.integers(len(dated)))] if dated else max(first, 1)


class FrontierMove(SweepMove):
    """Moves one of the last events on which the likelihood depends so far, and later ones."""

    frequency = 10.0
    dated_share = 0.8

    def make(self, state: State, beta: float) -> float:
        """Move the events of all particles, in place; return the share accepted."""
        frontier = self.target.find_frontier(beta)
        last = [] if frontier is None else [s for s in self.segments if s.event <= frontier]
        if frontier is None or not last:
            return 0.0
        back = min(int(self.stream.geometric(LAST_SHARE)), len(last))
        return self._move(state, self._cut(last[-back], frontier), beta)

    def _cut(self, segment: Segment, frontier: int) -> Parts:
        """Return the part of one segment, with the units up to the frontier."""
        key = segment.event, frontier
        if key not in self.known:
            events = self.target.blocks.unit_events
            units = [
                n
                for n, mine in enumerate(events)
                if ((mine >= segment.event) & (mine <= frontier)).any()
            ]
            group = (np.array([0]),)
            ones = np.ones((1, len(units)))
            self.known[key] = Parts(((segment,),), group, ones, np.array(units, dtype=np.intp))
        return self.known[key]
