"""Moves that draw what lies between two events again, given its sum, or the ends of a chain.

The prior of what is drawn again needs no weights, except that of its sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.journey.variation.laws import (
    draw_halts,
    draw_slack,
    find_slack_logpdf,
    split_halts,
    split_slack,
)
from routesim.likely.moves.amount_moves import ScaleChoice
from routesim.likely.moves.blocks import group_by_units
from routesim.likely.moves.field_moves import FieldStir
from routesim.likely.moves.part_moves import PartMove, Parts
from routesim.sampler.target import Steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.arrays import Array, Indices
    from routesim.likely.chain.segments import Segment
    from routesim.likely.moves.chain_target import ChainTarget
    from routesim.sampler.target import State


SIZES = 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0, 55.0
"""Numbers of legs whose slack is drawn again together."""
END_SIZES = 1, 2, 3, 5
"""Numbers of legs that are drawn again at the ends of a chain."""
KINDS = {"slack": 1.0, "field": 1.5, "halts": 1.0, "both": 0.5, "exchange": 3.0, "waits": 0.2}
"""Kinds of bridges, and how often each is made, relative to the others."""


class BridgeMove(PartMove):
    """Draws slack or standing of consecutive legs again, given their sum.

    There are several kinds of it. ``slack``, ``halts``, ``waits`` and ``both`` draw the amounts
    of this kind again, given the sum of each. ``field`` draws the field within a part again,
    and the slack given its sum. ``exchange`` draws the field partly again, and scales the slack
    with its means, and the halts so that the sum of slack and halts stays.
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
        kept = self.accept(state, new, parts, ratio, beta=beta)
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

        Return the log ratio. With ``n`` halts above 0, the volume changes by the power
        ``n - 1`` of their scale, since their sum follows from the slack.
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
    """Draws the first or the last legs again; before the first, the departure compensates."""

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
        groups, in_group = group_by_units([(first, end)], self.target.blocks.unit_events)
        amounts = state["amounts"]
        new = {**state, "amounts": amounts.copy()}
        rows = self._draw(state, new, part)
        ratio = np.zeros((1, amounts.shape[1]))
        if at_start:
            new["amounts"][0] += (amounts[rows] - new["amounts"][rows]).sum(axis=0)
            prior = self.model.unknowns.departure
            ratio[0] = prior.logpdf(new["amounts"][0]) - prior.logpdf(amounts[0])
            rows = np.concatenate([[0], rows])
        kept = self.accept(state, new, Parts((part,), groups, in_group), ratio, beta=beta)[0]
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
