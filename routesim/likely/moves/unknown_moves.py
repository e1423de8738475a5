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

from routesim.journey.plan_layout import PRIORITY
from routesim.sampler.target import Move, Steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array
    from routesim.likely.moves.chain_target import ChainTarget
    from routesim.sampler.target import State


ALONE_SHARE = 0.25
"""Share of the moves in proportion for which no amount compensates."""


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


class RateMove(UnknownMove):
    """Moves the priority, the standing of lines, and the length of a halt.

    They move one at a time or all at once; ``rows`` are their rows in ``z``.
    """

    frequency = 1.5

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

    frequency = 1.0

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


class OriginMove(UnknownMove):
    """Moves the origin, and sometimes the departure, so that later times stay as they are."""

    frequency = 2.0

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

    frequency = 2.0

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


class ChoiceMove(UnknownMove):
    """Draws the routes and the settings of shared clocks given the rest."""

    def make(self, state: State, beta: float) -> float:
        """Draw the choices of all particles, in place."""
        self.target.refresh(state, self.target.observe(state), beta, self.stream)
        return 1.0
