"""Moves of mean speeds and lengths.

Either all times stay as they are, since halts on the same leg take up the change, or runs
change in proportion to their means and another amount compensates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.journey.variation.laws import find_slack_logpdf
from routesim.likely.moves.unknown_moves import UnknownMove

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array
    from routesim.likely.chain.model import ChainModel
    from routesim.likely.moves.chain_target import ChainTarget
    from routesim.sampler.target import State


PART_SIZES = 1, 5, 20
"""Numbers of legs whose halts take up a change together; with one, all times stay."""
MOVED_SHARE = 0.3
"""Share of the speeds and lengths that move at once, besides one of them."""


class LegSplit:
    """Changes of the slack of legs that their halts take up, so that all times stay.

    A run changes in proportion to its mean if there are halts on the leg. Else it takes up the
    change of the fixed part of the running time.
    """

    def __init__(self, model: ChainModel) -> None:
        self.model = model
        count = len(model.rows["run"])
        self.partner = np.full(count, -1, dtype=np.intp)
        for route in model.chain.routes:
            rows, events = route.list_amounts(model.rows["halts"])
            halts = dict(zip(events.tolist(), rows.tolist(), strict=True))
            for run, event in zip(*route.list_amounts(model.rows["run"]), strict=True):
                if self.partner[run - model.runs.start] < 0:
                    self.partner[run - model.runs.start] = halts.get(int(event), -1)
        self.has_halts = self.partner >= 0

    def change(
        self, state: State, mean: Array, longer: Array | float = 0.0
    ) -> tuple[Array, Array, Array]:
        """Return runs and halts at other means, and the log ratio of each leg.

        ``mean`` are the new mean slacks of the runs, (runs, particles), and ``longer`` is how
        much longer the fixed part of each run became. The halts are those of the partners.
        """
        model, amounts = self.model, state["amounts"]
        runs, halts = amounts[model.runs], amounts[self.partner]
        scale = mean / state["mean"]
        some = self.has_halts[:, None] & (halts > 0.0)
        after = np.where(some, runs * scale, runs - longer)
        added = np.where(some, after - runs + longer, 0.0)
        left = halts - added
        ratio = find_slack_logpdf(after, mean, model.pace.grain_s)
        ratio -= find_slack_logpdf(runs, state["mean"], model.pace.grain_s)
        ratio += np.where(some, np.log(scale), 0.0)
        at = np.flatnonzero(self.has_halts)
        if at.size:
            rows = self.partner[at]
            gain = model.find_standing_logpdf(state, rows, left[at])
            gain -= model.find_standing_logpdf(state, rows, halts[at])
            ratio[at] += np.where(some[at], gain, 0.0)
        ratio[some & (left <= 0.0)] = -np.inf
        return after, left, ratio

    def change_parts(
        self, state: State, mean: Array, longer: Array, size: int
    ) -> tuple[Array, Array, Array]:
        """Return runs and halts at other means, and the log ratio, (particles,).

        As :meth:`change`, but halts take up the change of parts of ``size`` legs: they are
        scaled, so that only the times within a part move. With ``n`` halts above 0 in a part,
        the volume changes by the power ``n - 1`` of the scale.
        """
        model, amounts = self.model, state["amounts"]
        count = self.partner.size
        part = np.arange(count) // size
        sums = (part == np.arange(part[-1] + 1)[:, None]).astype(np.float64)
        runs = amounts[model.runs]
        halts = np.where(self.has_halts[:, None], amounts[self.partner], 0.0)
        scale, total = mean / state["mean"], sums @ halts
        some = total > 0.0
        mine = some[part]
        after = np.where(mine, runs * scale, runs - longer)
        left = total - sums @ np.where(mine, after - runs + longer, 0.0)
        shrink = np.where(some & (left > 0.0), left, 1.0) / np.where(
            some & (left > 0.0), total, 1.0
        )
        shrunk = halts * shrink[part]
        ratio = find_slack_logpdf(after, mean, model.pace.grain_s)
        ratio -= find_slack_logpdf(runs, state["mean"], model.pace.grain_s)
        ratio += np.where(mine, np.log(scale), 0.0)
        at = np.flatnonzero(self.has_halts)
        if at.size:
            gain = model.find_standing_logpdf(state, self.partner[at], shrunk[at])
            ratio[at] += gain - model.find_standing_logpdf(state, self.partner[at], halts[at])
        powers = np.where(some, sums @ (halts > 0.0) - 1.0, 0.0)
        found = ratio.sum(axis=0) + (powers * np.log(shrink)).sum(axis=0)
        return after, shrunk, np.where((some & (left <= 0.0)).any(axis=0), -np.inf, found)

    def put(self, amounts: Array, runs: Array, halts: Array) -> None:
        """Write runs and halts into amounts, in place."""
        amounts[self.model.runs] = runs
        at = np.flatnonzero(self.has_halts)
        amounts[self.partner[at]] = halts[at]


class SpeedMove(UnknownMove):
    """Moves mean speeds of lines and lengths; ``rows`` are their rows in ``z``.

    With ``keeps_times``, several of them move at once.
    """

    def __init__(
        self,
        target: ChainTarget,
        stream: np.random.Generator,
        rows: Sequence[int],
        *,
        keeps_times: bool,
    ) -> None:
        super().__init__(target, stream, len(rows) * len(PART_SIZES))
        self.rows, self.keeps_times = np.array(rows), keeps_times
        self.frequency = 2.0 if keeps_times else 0.1
        self.split = LegSplit(self.model)
        self.observed = np.full(len(self.model.unknowns.names), target.sees_speeds)
        for name, row in self.model.unknowns.row.items():
            if not name.startswith("speed "):
                self.observed[row] |= target.sees_lengths

    def make(self, state: State, beta: float) -> float:
        """Move the unknowns in all particles, in place."""
        new = {**state, "z": state["z"].copy(), "amounts": state["amounts"].copy()}
        chosen = int(self.stream.integers(self.rows.size))
        able = [n for n, size in enumerate(PART_SIZES) if size <= self._most_legs]
        kind = able[int(self.stream.integers(len(able)))] if self.keeps_times else 0
        self.variant = len(PART_SIZES) * chosen + kind
        rows = self.rows[[chosen]]
        if self.keeps_times:
            some = self.stream.random(self.rows.size) < MOVED_SHARE
            some[chosen] = True
            rows = self.rows[some]
        new["z"][rows] = self.stir(state["z"][rows])
        self.model.update_speeds(new)
        self.model.update_means(new)
        runs = self.model.runs
        longer = self._find_longer(state, new)
        if self.keeps_times and kind:
            found = self.split.change_parts(state, new["mean"], longer, PART_SIZES[kind])
            self.split.put(new["amounts"], found[0], found[1])
            return self.finish(state, new, found[2], beta=beta, observed=True)
        if self.keeps_times:
            after, halts, ratios = self.split.change(state, new["mean"], longer)
            self.split.put(new["amounts"], after, halts)
            ratio = ratios.sum(axis=0)
            observed = self.observed[rows].any() or len(self.model.layouts) > 1
            return self.finish(state, new, ratio, beta=beta, observed=observed)
        scale = new["mean"] / state["mean"]
        new["amounts"][runs] *= scale
        added = new["amounts"][runs] - state["amounts"][runs] + longer
        ratio = np.log(scale).sum(axis=0)
        ratio += self.compensate(state, new, added.sum(axis=0))
        ratio += self.weigh_runs(state, new)
        return self.finish(state, new, ratio, beta=beta, observed=True)

    @property
    def _most_legs(self) -> int:
        """Largest number of legs in a part; halts of several routes do not mix."""
        return len(self.model.rows["run"]) if len(self.model.layouts) == 1 else 1

    def _find_longer(self, state: State, new: State) -> Array:
        """Return how much longer the fixed part of each run became, (runs, particles).

        It is that on the route of the particle, or else on a route with this run.
        """
        chain = self.model.chain
        found = np.zeros_like(state["mean"])
        for number in reversed(range(len(chain.routes))):
            route = chain.routes[number]
            rows, events = route.list_amounts(self.model.rows["run"])
            by = new[f"base {number}"][events // 2] - state[f"base {number}"][events // 2]
            at = rows - self.model.runs.start
            found[at] = by
        if len(chain.routes) > 1:
            for number, route in enumerate(chain.routes):
                rows, events = route.list_amounts(self.model.rows["run"])
                by = new[f"base {number}"][events // 2] - state[f"base {number}"][events // 2]
                at = rows - self.model.runs.start
                found[at] = np.where(state["route"] == number, by, found[at])
        return found


class LevelMove(SpeedMove):
    """Moves the mean speed of a line against the level of the field, so that all slacks stay.

    ``row`` is the row of the speed in ``z``. Only sections of this line may have a mean slack
    that follows from it, and only the cells of these sections shift.
    """

    frequency = 1.5

    def __init__(self, target: ChainTarget, stream: np.random.Generator) -> None:
        lines = sorted({kind.line for kind in target.model.chain.classes})
        names = target.model.unknowns.row
        self.lines = [line for line in lines if f"speed {line}" in names]
        rows = [names[f"speed {line}"] for line in self.lines]
        super().__init__(target, stream, rows, keeps_times=True)
        chain = target.model.chain
        self.cells = []
        for line in self.lines:
            mine = [
                cells
                for kind, (_, cells, _) in zip(chain.classes, chain.runs, strict=True)
                if kind.line == line
            ]
            self.cells.append(np.unique(np.concatenate(mine)))

    def make(self, state: State, beta: float) -> float:
        """Move the unknowns in all particles, in place."""
        model = self.model
        self.variant = int(self.stream.integers(len(self.lines)))
        row = model.unknowns.row[f"speed {self.lines[self.variant]}"]
        cells = self.cells[self.variant]
        new = {**state, "z": state["z"].copy(), "field": state["field"].copy()}
        new["z"][row] = self.stir(state["z"][row])
        model.update_speeds(new)
        mine = [
            n
            for n, kind in enumerate(model.chain.classes)
            if kind.line == self.lines[self.variant]
        ]
        with np.errstate(divide="ignore", invalid="ignore"):
            level = np.log(state["slack"][mine[0]] / new["slack"][mine[0]])
        new["field"][cells] += level / model.pace.sigma
        model.update_reach(new)
        model.update_means(new)
        longer = self._find_longer(state, new)
        new["amounts"] = state["amounts"].copy()
        split = self.split.change(state, new["mean"], longer)
        self.split.put(new["amounts"], split[0], split[1])
        ratio = split[2].sum(axis=0)
        ratio += model.find_field_logpdf(new["field"]) - model.find_field_logpdf(state["field"])
        observed = self.target.sees_speeds or len(model.layouts) > 1
        return self.finish(state, new, ratio, beta=beta, observed=observed)
