"""Moves of the field: the log factors of the slack along the way.

Part of the field is drawn partly again, given the rest.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from routesim.likely.moves.speed_moves import LegSplit
from routesim.likely.moves.unknown_moves import UnknownMove

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array, Flags, Indices
    from routesim.likely.chain.model import ChainModel
    from routesim.likely.moves.chain_target import ChainTarget
    from routesim.sampler.target import State


FIELD_SIZES = 16, 5
"""Numbers of cells that are moved together, besides all cells."""


class FieldStir:
    """Draws part of the field partly again, given the rest.

    ``touches`` says which runs depend on which cells, (runs, cells). ``pair_touches`` has a row
    for each pair of a class and a run with it, as ``reach`` of a state.
    """

    def __init__(self, model: ChainModel) -> None:
        self.model = model
        self.covariance = find_covariance(model.chain.parent, model.pace.memory)
        self.known: dict[bytes, tuple[Array, Indices, Array]] = {}
        count = model.chain.parent.size
        self.touches = np.zeros((len(model.rows["run"]), count), dtype=bool)
        pairs = [np.zeros((0, count), dtype=bool)]
        for runs, cells, km in model.chain.runs:
            self.touches[np.ix_(runs, cells)] |= km > 0.0
            mine = np.zeros((runs.size, count), dtype=bool)
            mine[:, cells] = km > 0.0
            pairs.append(mine)
        self.pair_touches = np.concatenate(pairs)

    @property
    def is_able(self) -> bool:
        """Whether the field varies."""
        return bool(self.touches.size) and self.model.pace.sigma > 0.0

    def draw(
        self, stream: np.random.Generator, field: Array, cells: Indices, step: float = 1.0
    ) -> Array:
        """Return some cells of a field, drawn partly again given their neighbours."""
        key = cells.tobytes()
        if key not in self.known:
            self.known[key] = self._condition(cells)
        weight, near, root = self.known[key]
        centre = weight @ field[near] if near.size else 0.0
        noise = root @ stream.standard_normal((cells.size, field.shape[1]))
        return np.asarray(centre + sqrt(1.0 - step**2) * (field[cells] - centre) + step * noise)

    def _condition(self, cells: Indices) -> tuple[Array, Indices, Array]:
        """Return the weights of the neighbours, these, and a root of the covariance."""
        near, cov = self.list_neighbours(cells), self.covariance
        within, weight = cov[np.ix_(cells, cells)], np.zeros((cells.size, near.size))
        if near.size:
            across = cov[np.ix_(cells, near)]
            weight = np.asarray(np.linalg.solve(cov[np.ix_(near, near)], across.T).T)
            within = within - weight @ across.T
        return weight, near, np.asarray(np.linalg.cholesky(within))

    def list_neighbours(self, cells: Indices) -> Indices:
        """Return the cells next to some cells."""
        parent = self.model.chain.parent
        inside = np.zeros(parent.size + 1, dtype=bool)
        inside[cells] = True
        after = np.flatnonzero(inside[parent] & ~inside[:-1] & (parent >= 0))
        before = parent[cells][parent[cells] >= 0]
        return np.unique(np.concatenate([after, before[~inside[before]]]))

    def list_children(self, cells: Indices) -> Indices:
        """Return the cells after some cells, without these."""
        parent = self.model.chain.parent
        return np.array(
            [c for c in np.flatnonzero(np.isin(parent, cells)) if c not in cells], dtype=np.intp
        )

    def list_inner(self, members: Sequence[Indices]) -> list[Indices]:
        """Return the cells on which only the runs of each part depend.

        Cells of different parts are not neighbours.
        """
        touched = self.touches.any(axis=0)
        near = np.zeros(touched.size, dtype=bool)
        found = []
        for runs in members:
            others = np.ones(self.touches.shape[0], dtype=bool)
            others[runs] = False
            inner = touched & ~self.touches[others].any(axis=0) & ~near
            cells = np.flatnonzero(inner)
            near[cells] = True
            near[self.list_neighbours(cells)] = True
            found.append(cells)
        return found

    def keep(
        self,
        state: State,
        new: State,
        parts: Sequence[tuple[Indices, Indices, Flags]],
    ) -> None:
        """Take over the field of a new state, and what follows from it, in place.

        A part has its cells, its runs, and the particles for which it is kept, (particles,).
        """
        names = ("field", "mean", "reach")
        kept = {name: state[name].copy() for name in names}
        for cells, runs, mine in parts:
            pairs = np.flatnonzero(self.pair_touches[:, cells].any(axis=1))
            for name, rows in zip(names, (cells, runs, pairs), strict=True):
                kept[name][rows] = np.where(mine, new[name][rows], kept[name][rows])
        state.update(kept)


class FieldMove(UnknownMove):
    """Moves part of the field given the rest, while all times stay as they are."""

    frequency = 1.0

    def __init__(self, target: ChainTarget, stream: np.random.Generator, size: int) -> None:
        super().__init__(target, stream)
        self.size = size
        self.split, self.part = LegSplit(self.model), FieldStir(self.model)

    def make(self, state: State, beta: float) -> float:
        """Move several parts of the field in all particles, in place."""
        blocks = self._choose_blocks()
        if self.target.sees_speeds:
            return self._make_one(state, beta, blocks[0])
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
            runs = self.part.touches[:, cells].any(axis=1)
            kept = least < gain[runs].sum(axis=0)
            field[cells] = np.where(kept, field[cells], state["field"][cells])
            means[runs] = np.where(kept, mean[runs], means[runs])
            rows = np.flatnonzero(runs)
            at = rows + self.model.runs.start
            amounts[at] = np.where(kept, after[rows], amounts[at])
            rows = rows[self.split.has_halts[rows]]
            at = self.split.partner[rows]
            amounts[at] = np.where(kept, halts[rows], amounts[at])
            pairs = self.part.pair_touches[:, cells].any(axis=1)
            reaches[pairs] = np.where(kept, reach[pairs], reaches[pairs])
            share += float(kept.mean())
        state["field"], state["reach"], state["mean"] = field, reaches, means
        return share / len(blocks)

    def _make_one(self, state: State, beta: float, cells: Indices) -> float:
        """Move one part of the field; a running speed depends on it, besides the times."""
        new = {**state, "field": state["field"].copy(), "amounts": state["amounts"].copy()}
        new["field"][cells] = self._stir(state["field"], cells)
        self.model.update_reach(new)
        self.model.update_means(new)
        after, halts, ratio = self.split.change(state, new["mean"])
        self.split.put(new["amounts"], after, halts)
        return self.finish(state, new, ratio.sum(axis=0), beta=beta, observed=True)

    def _choose_blocks(self) -> list[Indices]:
        """Choose blocks of cells that touch no common run and are not neighbours."""
        count = self.model.chain.parent.size
        if self.size >= count:
            return [np.arange(count)]
        offset = int(self.stream.integers(self.size))
        cuts = np.arange(offset or self.size, count, self.size)
        parts = [part for part in np.split(np.arange(count), cuts) if part.size]
        taken = np.zeros(self.part.touches.shape[0], dtype=bool)
        near = np.zeros(count, dtype=bool)
        chosen = []
        for n in self.stream.permutation(len(parts)):
            cells = parts[n]
            runs = self.part.touches[:, cells].any(axis=1)
            if (runs & taken).any() or near[cells].any():
                continue
            chosen.append(cells)
            taken |= runs
            near[cells] = True
            near[self.part.list_neighbours(cells)] = True
        return chosen

    def _stir(self, field: Array, cells: Indices) -> Array:
        return self.part.draw(self.stream, field, cells, self.step)


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


def find_covariance(parent: Indices, memory: float) -> Array:
    """Return the covariance of the field: the memory to the power of the distance in cells."""
    found = np.eye(parent.size)
    for cell in range(parent.size):
        before = int(parent[cell])
        if before >= 0:
            found[cell, :cell] = memory * found[before, :cell]
            found[:cell, cell] = found[cell, :cell]
    return found
