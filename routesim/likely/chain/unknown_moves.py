"""Moves of unknowns and of the field, drawn partly from the prior again.

The coordinate ``z`` becomes ``sqrt(1 - step ** 2) z + step * noise``, which leaves a standard
normal prior unchanged. What follows for the amounts is one of:

- *times kept*: runs change with their means and halts on the same leg take up the change, so
  that all times stay as they are; without halts, the run takes up the change;
- *in proportion*: runs change with their means, and another amount compensates.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from routesim.journey.laws import find_slack_logpdf
from routesim.journey.plan_layout import DEPARTURE, HALT, ORIGIN, PRIORITY
from routesim.sampler.target import Move, Steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routesim.arrays import Array, Indices
    from routesim.likely.chain.chain_target import ChainTarget
    from routesim.likely.chain.model import ChainModel
    from routesim.sampler.target import State


ALONE_SHARE = 0.25
"""Share of the moves in proportion for which no amount compensates."""
MOVED_SHARE = 0.3
"""Share of the speeds and lengths that move at once, besides one of them."""
FIELD_SIZES = 16, 5
"""Numbers of cells that are moved together, besides all cells."""


class UnknownMove(Move):
    """A move of the whole state, accepted or rejected as a whole."""

    def __init__(
        self, target: ChainTarget, stream: np.random.Generator, variants: int = 1
    ) -> None:
        self.target, self.model, self.stream = target, target.model, stream
        self.weight = np.ones(len(self.model.chain.kind_of))
        self.steps, self.variant = Steps(variants), 0

    @property
    def step(self) -> float:
        """Step size of the present variant."""
        return self.steps[self.variant]

    def adapt(self, share: float) -> None:
        """Adapt the step size of the variant that was made last."""
        self.steps.adapt(self.variant, share)

    def start_stage(self, state: State, _beta: float) -> None:
        """Weigh the amounts by how far they can change."""
        self.weight = self.model.measure_room(state)

    def stir(self, z: Array) -> Array:
        """Return standard-normal coordinates drawn partly again."""
        fresh = self.stream.standard_normal(z.shape)
        return np.asarray(sqrt(1.0 - self.step**2) * z + self.step * fresh)

    def finish(
        self, state: State, new: State, ratio: Array, *, beta: float, observed: bool
    ) -> float:
        """Accept or reject a new state for each particle, in place; return the share."""
        ratio = np.where(np.isnan(ratio), -np.inf, ratio)
        if observed:
            new["units"] = self.target.weigh_state(new, beta)
            ratio = ratio + (new["units"] - state["units"]).sum(axis=0)
        kept = np.log(self.stream.random(ratio.size)) < ratio
        for name, values in new.items():
            if values is not state[name]:
                state[name] = np.where(kept, values, state[name])
        return float(kept.mean())

    def compensate(self, state: State, new: State, added_s: Array) -> Array:
        """Subtract seconds from an amount of a new state; return the log ratio.

        Sometimes no amount compensates. For a run, the move itself weighs the density. A run
        that was scaled gets back its scale, since the sum of the other changes does not depend
        on it: the determinant of the change is that of the other runs.
        """
        if self.stream.random() < ALONE_SHARE or not (self.weight > 0.0).any():
            return np.zeros(added_s.size)
        row = int(self.stream.choice(self.weight.size, p=self.weight / self.weight.sum()))
        before = new["amounts"][row].copy()
        new["amounts"][row] -= added_s
        after = new["amounts"][row]
        bad = (after <= 0.0) & (row > 0)
        if self.model.standing.start <= row < self.model.standing.stop:
            bad |= before <= 0.0
        rows = np.array([row])
        run = row - self.model.runs.start
        if 0 <= run < len(self.model.rows["run"]):
            ratio = np.log(state["mean"][run] / new["mean"][run])
        else:
            with np.errstate(invalid="ignore"):
                ratio = self.model.find_logpdf(new, rows, after[None])[0]
                ratio -= self.model.find_logpdf(state, rows, before[None])[0]
        return np.where(bad, -np.inf, ratio)

    def weigh_runs(self, state: State, new: State) -> Array:
        """Return the log ratio of the densities of all runs, (particles,)."""
        after = self.model.find_runs_logpdf(new["amounts"], new["mean"])
        before = self.model.find_runs_logpdf(state["amounts"], state["mean"])
        return np.asarray((after - before).sum(axis=0))


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
        super().__init__(target, stream, len(rows))
        self.rows, self.keeps_times = np.array(rows), keeps_times
        self.frequency = 1.5 if keeps_times else 0.1
        self.split = LegSplit(self.model)
        self.observed = np.full(len(self.model.unknowns.names), target.sees_speeds)
        for name, row in self.model.unknowns.row.items():
            if not name.startswith("speed "):
                self.observed[row] |= target.sees_lengths

    def make(self, state: State, beta: float) -> float:
        """Move the unknowns in all particles, in place."""
        new = {**state, "z": state["z"].copy(), "amounts": state["amounts"].copy()}
        self.variant = int(self.stream.integers(self.rows.size))
        rows = self.rows[[self.variant]]
        if self.keeps_times:
            some = self.stream.random(self.rows.size) < MOVED_SHARE
            some[self.variant] = True
            rows = self.rows[some]
        new["z"][rows] = self.stir(state["z"][rows])
        self.model.update_speeds(new)
        self.model.update_means(new)
        runs = self.model.runs
        longer = self._find_longer(state, new)
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


class RateMove(UnknownMove):
    """Moves the priority, the standing of lines, and the length of a halt.

    They move one at a time or all at once; ``rows`` are their rows in ``z``.
    """

    def __init__(
        self, target: ChainTarget, stream: np.random.Generator, rows: Sequence[int]
    ) -> None:
        super().__init__(target, stream, len(rows) + 1)
        self.rows = np.array(rows)

    def make(self, state: State, beta: float) -> float:
        """Move the unknowns in all particles, in place; no time changes."""
        self.variant = int(self.stream.integers(self.rows.size + 1))
        rows = self.rows if self.variant == self.rows.size else self.rows[[self.variant]]
        new = {**state, "z": state["z"].copy()}
        new["z"][rows] = self.stir(state["z"][rows])
        self.model.update_standing(new)
        amounts = np.arange(self.model.standing.start, self.model.standing.stop)
        values = state["amounts"][self.model.standing]
        ratio = self.model.find_standing_logpdf(new, amounts, values)
        ratio -= self.model.find_standing_logpdf(state, amounts, values)
        return self.finish(state, new, ratio.sum(axis=0), beta=beta, observed=False)


class PriorityMove(UnknownMove):
    """Moves the priority and the part of each line, so that the standing of each line stays."""

    frequency = 0.3

    def make(self, state: State, _beta: float) -> float:
        """Move the unknowns in all particles, in place; nothing else changes."""
        names, share = self.model.unknowns.row, self.model.unknowns.priority_share
        own = np.array([row for name, row in names.items() if name.startswith("standing ")])
        z = state["z"]
        before, parts = z[names[PRIORITY]], z[own]
        after = self.stir(before)
        moved = parts + sqrt(share / (1.0 - share)) * (before - after)
        ratio = 0.5 * (parts**2 - moved**2).sum(axis=0)
        kept = np.log(self.stream.random(ratio.size)) < ratio
        z[names[PRIORITY]] = np.where(kept, after, before)
        z[own] = np.where(kept, moved, parts)
        return float(kept.mean())


class LevelMove(SpeedMove):
    """Moves the mean speed of a line against the level of the field, so that all slacks stay.

    ``row`` is the row of the speed in ``z``. Only sections of this line may have a mean slack
    that follows from it, and only the cells of these sections shift.
    """

    frequency = 1.0

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


class OriginMove(UnknownMove):
    """Moves the origin, and sometimes the departure, so that later times stay as they are."""

    def __init__(self, target: ChainTarget, stream: np.random.Generator, row: int) -> None:
        super().__init__(target, stream)
        self.row = row
        route = self.model.chain.routes[0]
        last = int(np.searchsorted(route.cuts, route.layout.origins.max()))
        self.event = min(2 * (last + 1), route.events - 2)

    def make(self, state: State, beta: float) -> float:
        """Move the origin in all particles, in place."""
        new = {**state, "z": state["z"].copy(), "amounts": state["amounts"].copy()}
        new["z"][self.row] = self.stir(state["z"][self.row])
        self.model.update_speeds(new)
        ratio = np.zeros(state["z"].shape[1])
        prior = self.model.unknowns.departure
        if prior.is_continuous and self.stream.random() >= ALONE_SHARE:
            before, after = (
                self.model.find_times(one, 0)[0][self.event] for one in (state, new)
            )
            new["amounts"][0] -= after - before
            ratio = prior.logpdf(new["amounts"][0]) - prior.logpdf(state["amounts"][0])
        return self.finish(state, new, ratio, beta=beta, observed=True)


class DepartureMove(UnknownMove):
    """Moves a departure whose prior is not continuous; sometimes another amount compensates."""

    def __init__(self, target: ChainTarget, stream: np.random.Generator, row: int) -> None:
        super().__init__(target, stream)
        self.row = row

    def make(self, state: State, beta: float) -> float:
        """Move the departure in all particles, in place."""
        new = {**state, "z": state["z"].copy(), "amounts": state["amounts"].copy()}
        new["z"][self.row] = self.stir(state["z"][self.row])
        new["amounts"][0] = self.model.unknowns.departure.from_z(new["z"][self.row])
        ratio = self.compensate(state, new, new["amounts"][0] - state["amounts"][0])
        ratio += self.weigh_runs(state, new)
        return self.finish(state, new, ratio, beta=beta, observed=True)


class FieldMove(UnknownMove):
    """Moves part of the field given the rest, while all times stay as they are."""

    frequency = 1.0

    def __init__(self, target: ChainTarget, stream: np.random.Generator, size: int) -> None:
        super().__init__(target, stream)
        self.size = size
        self.split = LegSplit(self.model)
        self.covariance = find_covariance(self.model.chain.parent, self.model.pace.memory)
        self.known: dict[int, tuple[Array, Indices, Array]] = {}
        count = self.model.chain.parent.size
        self.touches = np.zeros((len(self.model.rows["run"]), count), dtype=bool)
        pairs = []
        for runs, cells, km in self.model.chain.runs:
            self.touches[np.ix_(runs, cells)] |= km > 0.0
            mine = np.zeros((runs.size, count), dtype=bool)
            mine[:, cells] = km > 0.0
            pairs.append(mine)
        self.pair_touches = np.concatenate(pairs)

    def make(self, state: State, beta: float) -> float:
        """Move several parts of the field in all particles, in place."""
        blocks = self._choose_blocks()
        field = state["field"].copy()
        for cells in blocks:
            field[cells] = self._stir(state["field"], cells)
        reach = self.model.find_reach(field)
        mean = self.model.find_means(state["slack"], reach)
        after, halts, gain = self.split.change(state, mean)
        amounts = state["amounts"]
        chance = np.log(self.stream.random((len(blocks), field.shape[1])))
        share = 0.0
        means, reaches = state["mean"].copy(), state["reach"].copy()
        for cells, least in zip(blocks, chance, strict=True):
            runs = self.touches[:, cells].any(axis=1)
            kept = least < gain[runs].sum(axis=0)
            field[cells] = np.where(kept, field[cells], state["field"][cells])
            means[runs] = np.where(kept, mean[runs], means[runs])
            rows = np.flatnonzero(runs)
            at = rows + self.model.runs.start
            amounts[at] = np.where(kept, after[rows], amounts[at])
            rows = rows[self.split.has_halts[rows]]
            at = self.split.partner[rows]
            amounts[at] = np.where(kept, halts[rows], amounts[at])
            pairs = self.pair_touches[:, cells].any(axis=1)
            reaches[pairs] = np.where(kept, reach[pairs], reaches[pairs])
            share += float(kept.mean())
        state["field"], state["reach"], state["mean"] = field, reaches, means
        return share / len(blocks)

    def _choose_blocks(self) -> list[Indices]:
        """Choose blocks of cells that touch no common run and are not neighbours."""
        count = self.model.chain.parent.size
        if self.size >= count:
            return [np.arange(count)]
        offset = int(self.stream.integers(self.size))
        cuts = np.arange(offset or self.size, count, self.size)
        parts = [part for part in np.split(np.arange(count), cuts) if part.size]
        taken = np.zeros(self.touches.shape[0], dtype=bool)
        near = np.zeros(count, dtype=bool)
        chosen = []
        for n in self.stream.permutation(len(parts)):
            cells = parts[n]
            runs = self.touches[:, cells].any(axis=1)
            if (runs & taken).any() or near[cells].any():
                continue
            chosen.append(cells)
            taken |= runs
            near[cells] = True
            near[self._list_neighbours(cells)] = True
        return chosen

    def _list_neighbours(self, cells: Indices) -> Indices:
        """Return the cells next to some cells."""
        parent = self.model.chain.parent
        inside = np.zeros(parent.size + 1, dtype=bool)
        inside[cells] = True
        after = np.flatnonzero(inside[parent] & ~inside[:-1] & (parent >= 0))
        before = parent[cells][parent[cells] >= 0]
        return np.unique(np.concatenate([after, before[~inside[before]]]))

    def _stir(self, field: Array, cells: Indices) -> Array:
        """Return some cells of a field, drawn partly again given their neighbours."""
        key = int(cells[0]) * (field.shape[0] + 1) + cells.size
        if key not in self.known:
            self.known[key] = self._condition(cells)
        weight, near, root = self.known[key]
        centre = weight @ field[near] if near.size else 0.0
        noise = root @ self.stream.standard_normal((cells.size, field.shape[1]))
        return np.asarray(
            centre + sqrt(1.0 - self.step**2) * (field[cells] - centre) + self.step * noise
        )

    def _condition(self, cells: Indices) -> tuple[Array, Indices, Array]:
        """Return the weights of the neighbours, the neighbours, and a root of the covariance."""
        near, cov = self._list_neighbours(cells), self.covariance
        within = cov[np.ix_(cells, cells)]
        if not near.size:
            return np.zeros((cells.size, 0)), near, np.linalg.cholesky(within)
        across = cov[np.ix_(cells, near)]
        weight = np.linalg.solve(cov[np.ix_(near, near)], across.T).T
        return weight, near, np.linalg.cholesky(within - weight @ across.T)


class FieldShiftMove(FieldMove):
    """Moves part of the field; runs change in proportion, and another amount compensates."""

    frequency = 0.1

    def make(self, state: State, beta: float) -> float:
        """Move one part of the field in all particles, in place."""
        blocks = self._choose_blocks()
        cells = blocks[0]
        new = {**state, "field": state["field"].copy(), "amounts": state["amounts"].copy()}
        new["field"][cells] = self._stir(state["field"], cells)
        self.model.update_reach(new)
        self.model.update_means(new)
        runs = self.model.runs
        scale = new["mean"] / state["mean"]
        new["amounts"][runs] *= scale
        added = (new["amounts"][runs] - state["amounts"][runs]).sum(axis=0)
        ratio = np.log(scale).sum(axis=0)
        ratio += self.compensate(state, new, added)
        ratio += self.weigh_runs(state, new)
        return self.finish(state, new, ratio, beta=beta, observed=True)


class ChoiceMove(UnknownMove):
    """Draws the routes and the settings of shared clocks given the rest."""

    def make(self, state: State, beta: float) -> float:
        """Draw the choices of all particles, in place."""
        self.target.refresh(state, self.target.observe(state), beta, self.stream)
        return 1.0


def find_covariance(parent: Indices, memory: float) -> Array:
    """Return the covariance of the field: the memory to the power of the distance in cells."""
    found = np.eye(parent.size)
    for cell in range(parent.size):
        before = int(parent[cell])
        if before >= 0:
            found[cell, :cell] = memory * found[before, :cell]
            found[:cell, cell] = found[cell, :cell]
    return found


def list_unknown_moves(target: ChainTarget, stream: np.random.Generator) -> Sequence[Move]:
    """Return the moves of the unknowns and of the field."""
    return list(_list_moves(target, stream))


def _list_moves(target: ChainTarget, stream: np.random.Generator) -> Iterator[Move]:
    model = target.model
    has_runs = bool(model.rows["run"])
    speeds, rates = [], []
    for name, row in model.unknowns.row.items():
        if name == ORIGIN:
            yield OriginMove(target, stream, row)
        elif name == DEPARTURE:
            yield DepartureMove(target, stream, row)
        elif name in {PRIORITY, HALT} or name.startswith("standing "):
            rates.append(row)
        else:
            speeds.append(row)
    if speeds:
        yield SpeedMove(target, stream, speeds, keeps_times=False)
    if speeds and has_runs:
        yield SpeedMove(target, stream, speeds, keeps_times=True)
    if rates:
        yield RateMove(target, stream, rates)
    parts = [name for name in model.unknowns.row if name.startswith("standing ")]
    if PRIORITY in model.unknowns.row and parts and 0.0 < model.unknowns.priority_share < 1.0:
        yield PriorityMove(target, stream)
    count = model.chain.parent.size
    if has_runs and model.pace.sigma > 0.0:
        for size in (count, *(size for size in FIELD_SIZES if 2 * size <= count)):
            yield FieldMove(target, stream, size)
        yield FieldShiftMove(target, stream, min(FIELD_SIZES[0], count))
        lines = {kind.line for kind in model.chain.classes}
        if any(f"speed {line}" in model.unknowns.row for line in lines):
            yield LevelMove(target, stream)
    if target.has_choices:
        yield ChoiceMove(target, stream)
