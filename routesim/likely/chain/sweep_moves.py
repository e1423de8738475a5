"""Moves in many parts of the chain at once, each accepted or rejected by itself.

What happens between two passages does not depend on the rest of the chain, given the times at
these passages, unless a report does. There are three kinds of move:

- *sweep*: of each pair of segments, one becomes longer and the other shorter. Both are split
  again, and all events between them move;
- *bridge*: the slack of consecutive legs is drawn again, given its sum, and sometimes also the
  field there. The prior needs no weights then, except that of the sum;
- *end*: the first or the last legs are drawn again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.journey.variation.laws import (
    draw_halts,
    draw_slack,
    find_slack_logpdf,
    split_halts,
    split_slack,
)
from routesim.likely.chain.blocks import group_by_units
from routesim.likely.chain.field_moves import FieldStir
from routesim.likely.chain.moves import DateMove, ScaleChoice
from routesim.likely.chain.segments import Segment, SegmentSplits, list_segments
from routesim.sampler.target import Move, Steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.arrays import Array, Indices
    from routesim.likely.chain.chain_target import ChainTarget
    from routesim.sampler.target import State


STRIDES = 1.0, 2.0, 4.0, 8.0, 16.0
"""Numbers of segments from the first to the second of a pair."""
NEAR_SHARE = 0.5
"""Share of the sweeps with the smallest stride."""
STRETCH_SHARE = 0.5
"""Share of the sweeps in which the slack takes up the change."""
SIZES = 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0, 55.0
"""Numbers of legs whose slack is drawn again together."""
END_SIZES = 1, 2, 3, 5
"""Numbers of legs that are drawn again at the ends of a chain."""
KINDS = {"slack": 1.0, "field": 1.5, "halts": 1.0, "both": 0.5, "exchange": 3.0, "waits": 0.2}
"""Kinds of bridges, and how often each is made, relative to the others."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Parts of a chain without a common segment.

    ``members`` are the segments of each part. ``groups`` has the numbers of the parts of each
    group, of which one moves at a time. ``in_group`` is 1 for the units of a group, (groups,
    units).
    """

    members: tuple[tuple[Segment, ...], ...]
    groups: tuple[Indices, ...]
    in_group: Array

    def choose(self, stream: np.random.Generator) -> list[tuple[Segment, ...]]:
        """Return one random part of each group."""
        return [self.members[int(g[int(stream.integers(g.size))])] for g in self.groups]


def list_movable(target: ChainTarget) -> list[Segment]:
    """Return the segments that count whatever the origin."""
    latest = target.blocks.latest
    found = [one for one in list_segments(target.model) if not 0 < one.event < latest + 2]
    # Behind a departure, there are legs that may not count.
    return found[1:] if latest and found and found[0].event == 0 else found


class PartMove(Move):
    """Moves some parts of a chain at once."""

    def __init__(self, target: ChainTarget, stream: np.random.Generator) -> None:
        self.target, self.model, self.stream = target, target.model, stream
        self.segments = list_movable(target)
        self.known: dict[tuple[int, int], Parts] = {}

    def group(self, members: list[tuple[Segment, ...]]) -> Parts:
        """Group parts that share units; the events between their first and last segments move.

        A part of one segment moves all later events.
        """
        end = self.model.chain.routes[0].events
        spans = [(one[0].event, one[-1].event if len(one) > 1 else end) for one in members]
        groups, in_group = group_by_units(spans, self.target.blocks.unit_events)
        return Parts(tuple(members), groups, in_group)

    def accept(
        self, state: State, new: State, in_group: Array, ratio: Array, *, beta: float
    ) -> Array:
        """Accept or reject a new state for each group and particle, (groups, particles).

        The log likelihoods of the units are updated in place.
        """
        units = self.target.weigh_state(new, beta)
        ratio = ratio + in_group @ (units - state["units"])
        kept: Array = np.log(self.stream.random(ratio.shape)) < ratio
        for group, mine in zip(in_group.astype(bool), kept, strict=True):
            state["units"][group] = np.where(mine, units[group], state["units"][group])
        return kept


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
        near = len(self.strides) == 1 or self.stream.random() < NEAR_SHARE
        stride = 1 if near else self.strides[int(self.stream.integers(1, len(self.strides)))]
        most = min(
            stride + 1, len(self.segments) if stride == 1 else len(self.segments) - stride
        )
        parts = self._pair_up(stride, int(self.stream.integers(most)))
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
        kept = self.accept(state, new, parts.in_group, ratio, beta=beta)
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
        """Split longer or shorter segments anew; return the rows, (parts, segments), and ratios."""
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


class BridgeMove(PartMove):
    """Draws slack or standing of consecutive legs again, given their sum.

    There are several kinds of it. ``slack``, ``halts``, ``waits`` and ``both`` draw the amounts
    of this kind again, given the sum of each. ``field`` draws the field within a part again, and
    the slack given its sum. ``exchange`` draws the field partly again and scales the slack with
    its means, and the halts so that the sum of slack and halts stays.
    """

    frequency = 10.0

    def __init__(self, target: ChainTarget, stream: np.random.Generator) -> None:
        super().__init__(target, stream)
        runs = self.model.runs
        self.segments = [one for one in self.segments if runs.start <= one.main < runs.stop]
        self.stir = FieldStir(self.model)
        sizes = tuple(size for size in SIZES if size <= len(self.segments)) or (2.0,)
        self.sizes = {kind: ScaleChoice(stream, sizes) for kind in self._list_kinds()}
        self.kind, self.steps = "slack", Steps(len(sizes))

    def _list_kinds(self) -> Iterator[str]:
        """Yield the kinds of draws that the chain has."""
        yield "slack"
        if self.stir.is_able:
            yield "field"
        if self.model.rows["halts"]:
            yield from ("halts", "both", "exchange")
        if self.model.rows["waits"]:
            yield "waits"

    def adapt(self, share: float) -> None:
        """Remember the share accepted at the size that was used last."""
        if self.kind == "exchange":
            self.steps.adapt(self.sizes[self.kind].number, share)
        self.sizes[self.kind].adapt(share)

    def _cut(self, size: int, offset: int) -> Parts:
        """Cut the legs into parts of one size."""
        if (size, offset) not in self.known:
            starts = range(offset, len(self.segments) - 1, size)
            found = [tuple(self.segments[first : first + size]) for first in starts]
            self.known[size, offset] = self.group([one for one in found if len(one) > 1])
        return self.known[size, offset]

    def make(self, state: State, beta: float) -> float:
        """Move the amounts of all particles, in place; return the share accepted."""
        kinds = list(self.sizes)
        weights = np.array([KINDS[kind] for kind in kinds])
        self.kind = kinds[int(self.stream.choice(len(kinds), p=weights / weights.sum()))]
        sizes = self.sizes[self.kind]
        sizes.choose()
        size = int(sizes.scale)
        last = max(min(size, len(self.segments) - size + 1), 1)
        parts = self._cut(size, int(self.stream.integers(last)))
        members = parts.choose(self.stream)
        runs = [np.array([s.main for s in part]) - self.model.runs.start for part in members]
        new = {**state, "amounts": state["amounts"].copy()}
        ratio = np.zeros((len(members), state["amounts"].shape[1]))
        cells = self._draw_field(state, new, runs)
        rows: list[Indices] = [np.array([], np.intp) for _ in members]
        if self.kind in {"slack", "field", "both"}:
            self._draw_slack(state, new, runs, ratio)
        if self.kind in {"slack", "field", "both", "exchange"}:
            rows = [one + self.model.runs.start for one in runs]
        for number, part in enumerate(members):
            if self.kind == "exchange":
                ratio[number] += self._exchange(state, new, part, rows[number])
            if self.kind in {"halts", "waits", "both"}:
                self._draw_standing(state, new, part)
            if self.kind in {"halts", "waits", "both", "exchange"}:
                rows[number] = np.concatenate([rows[number], self._list_standing(part)])
        kept = self.accept(state, new, parts.in_group, ratio, beta=beta)
        for mine, where in zip(rows, kept, strict=True):
            state["amounts"][mine] = np.where(
                where, new["amounts"][mine], state["amounts"][mine]
            )
        if cells:
            self.stir.keep(state, new, list(zip(cells, runs, kept, strict=True)))
        return float(kept.mean())

    def _draw_field(self, state: State, new: State, runs: list[Indices]) -> list[Indices]:
        """Draw the field within each part again, wholly or partly; return its cells."""
        if self.kind not in {"field", "exchange"} or not self.stir.is_able:
            return []
        cells = self.stir.list_inner(runs)
        step = self.steps[self.sizes[self.kind].number] if self.kind == "exchange" else 1.0
        new["field"] = state["field"].copy()
        for mine in cells:
            if mine.size:
                new["field"][mine] = self.stir.draw(self.stream, state["field"], mine, step)
        self.model.update_reach(new)
        self.model.update_means(new)
        return cells

    def _list_standing(self, part: tuple[Segment, ...]) -> Indices:
        """Return the rows of the halts, or of the long waits, of a part."""
        listed = [one.waits if self.kind == "waits" else one.halts for one in part]
        return np.array([row for row in listed if row >= 0], dtype=np.intp)

    def _draw_standing(self, state: State, new: State, part: tuple[Segment, ...]) -> None:
        """Draw the halts or the long waits of a part given their sum."""
        rows = self._list_standing(part)
        if rows.size:
            expected = state["expected"][rows - self.model.standing.start]
            mean = np.array(self.model.wait_s) if self.kind == "waits" else state["halt"][0]
            total = state["amounts"][rows].sum(axis=0)
            new["amounts"][rows] = split_halts(self.stream, total, expected, mean)

    def _exchange(
        self, state: State, new: State, part: tuple[Segment, ...], runs: Indices
    ) -> Array:
        """Scale the slack of a part with its means, and its halts so that the sum stays.

        Return the log ratio. With ``n`` halts above 0, the volume changes by the power ``n - 1``
        of their scale, since their sum follows from the slack.
        """
        rows = self._list_standing(part)
        if not rows.size:
            return np.full(state["amounts"].shape[1], -np.inf)
        model = self.model
        before, halts = state["amounts"][runs], state["amounts"][rows]
        means = [one["mean"][runs - model.runs.start] for one in (state, new)]
        scale = means[1] / means[0]
        after, total = before * scale, halts.sum(axis=0)
        left = total + (before - after).sum(axis=0)
        bad = (total <= 0.0) | (left <= 0.0)
        shrink = np.where(bad, 1.0, left / np.where(bad, 1.0, total))
        ratio = (np.log(scale) + find_slack_logpdf(after, means[1], model.pace.grain_s)).sum(
            axis=0
        )
        ratio -= find_slack_logpdf(before, means[0], model.pace.grain_s).sum(axis=0)
        ratio += model.find_standing_logpdf(state, rows, halts * shrink).sum(axis=0)
        ratio -= model.find_standing_logpdf(state, rows, halts).sum(axis=0)
        ratio += ((halts > 0.0).sum(axis=0) - 1.0) * np.log(shrink)
        # Where it is impossible, nothing changes, so that the other parts stay where they are.
        new["amounts"][runs] = np.where(bad, before, after)
        new["amounts"][rows] = np.where(bad, halts, halts * shrink)
        return np.where(bad, -np.inf, ratio)

    def _draw_slack(
        self, state: State, new: State, members: list[Indices], ratio: Array
    ) -> None:
        """Draw the slack of parts given its sum; add the log ratios of the sums, in place."""
        grain, start = self.model.pace.grain_s, self.model.runs.start
        for size in sorted({runs.size for runs in members}):
            at = np.array([n for n, runs in enumerate(members) if runs.size == size])
            runs = np.array([members[n] for n in at])
            left = state["amounts"][runs + start].sum(axis=1)
            means = new["mean"][runs]
            rest = means.sum(axis=1)
            if new["mean"] is not state["mean"]:
                ratio[at] += find_slack_logpdf(left, rest, grain)
                ratio[at] -= find_slack_logpdf(left, state["mean"][runs].sum(axis=1), grain)
            bad = np.zeros(left.shape, dtype=bool)
            for number in range(size):
                drawn = left
                if number < size - 1:
                    rest = rest - means[:, number]
                    drawn = split_slack(self.stream, left, (means[:, number], rest), grain)
                    left = left - drawn
                bad |= drawn <= 0.0
                new["amounts"][runs[:, number] + start] = drawn
            ratio[at] = np.where(bad, -np.inf, ratio[at])


class EndMove(PartMove):
    """Draws the first or the last legs again; the departure takes up the change of the first."""

    frequency = 1.5

    def __init__(self, target: ChainTarget, stream: np.random.Generator) -> None:
        super().__init__(target, stream)
        runs = self.model.runs
        self.opens = bool(self.segments) and self.segments[0].main == 0
        self.segments = [one for one in self.segments if runs.start <= one.main < runs.stop]

    def make(self, state: State, beta: float) -> float:
        """Move the legs of all particles, in place; return the share accepted."""
        able = [size for size in END_SIZES if size <= len(self.segments)]
        size = able[int(self.stream.integers(len(able)))]
        at_start = self.opens and bool(self.stream.random() < 0.5)  # noqa: PLR2004 (either)
        part = tuple(self.segments[:size] if at_start else self.segments[-size:])
        first = 0 if at_start else part[0].event
        end = part[-1].event if at_start else self.model.chain.routes[0].events
        in_group = group_by_units([(first, end)], self.target.blocks.unit_events)[1]
        amounts = state["amounts"]
        new = {**state, "amounts": amounts.copy()}
        rows = self._draw(state, new, part)
        ratio = np.zeros((1, amounts.shape[1]))
        if at_start:
            new["amounts"][0] += (amounts[rows] - new["amounts"][rows]).sum(axis=0)
            prior = self.model.unknowns.departure
            ratio[0] = prior.logpdf(new["amounts"][0]) - prior.logpdf(amounts[0])
            rows = np.concatenate([[0], rows])
        kept = self.accept(state, new, in_group, ratio, beta=beta)[0]
        amounts[rows] = np.where(kept, new["amounts"][rows], amounts[rows])
        return float(kept.mean())

    def _draw(self, state: State, new: State, part: tuple[Segment, ...]) -> Indices:
        """Draw the amounts of some legs from their prior; return their rows."""
        model = self.model
        runs = np.array([one.main for one in part])
        means = state["mean"][runs - model.runs.start]
        new["amounts"][runs] = draw_slack(self.stream, means, model.pace.grain_s)
        found = [runs]
        for waits, length in ((False, state["halt"]), (True, np.array(model.wait_s))):
            listed = [one.waits if waits else one.halts for one in part]
            rows = np.array([row for row in listed if row >= 0], dtype=np.intp)
            expected = state["expected"][rows - model.standing.start]
            new["amounts"][rows] = draw_halts(self.stream, expected, length)
            found.append(rows)
        return np.concatenate(found)
