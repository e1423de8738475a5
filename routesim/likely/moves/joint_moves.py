"""Moves of many unknowns and amounts at once.

If two particles agree with the reports, a step along their difference hardly changes the
agreement, because times are sums of amounts. A particle is described by *coordinates*:

- the unknowns ``z``;
- the averages of the field over the runs, as independent standard normals. The rest of the
  field is independent of them under the prior, and stays;
- the departure, the dwells, and the halts and waits that are hardly ever 0.

Runs change in proportion to their means. There are two kinds of move:

- *difference*: a step along the difference of two other particles;
- *fitted*: a step that leaves a Student distribution fitted to the particles unchanged.

References
----------
ter Braak, Vrugt (2008), Differential evolution Markov chain with snooker updater and fewer
chains, Stat. Comput. 18.
Grumitt, Karamanis, Seljak (2024), Sequential Kalman tuning of the t-preconditioned
Crank-Nicolson algorithm, arXiv:2407.07781.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.journey.plan_layout import DEPARTURE, ORIGIN
from routesim.likely.moves.field_moves import find_covariance
from routesim.likely.moves.unknown_moves import UnknownMove

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array, Indices
    from routesim.likely.chain.model import ChainModel
    from routesim.likely.moves.chain_target import ChainTarget
    from routesim.sampler.target import Move, State


MOST_RUNS = 8
"""Largest number of runs for which many unknowns are moved at once."""
OFTEN = 0.98
"""Share of the particles in which halts must be above 0 to be a coordinate."""
LEAST_AVERAGE = 1e-6
"""Smallest variance of an average of the field, relative to the largest."""
FACTOR = 2.38
"""Factor of a difference, divided by the root of twice the number of coordinates."""
JITTER = 1e-4
"""Deviation of the noise added to a difference, in standard deviations of the coordinate."""
LONG_JUMPS = 0.1
"""Share of the differences with a factor of 1, which can lead from one mode to another."""
T_DEGREES = 5.0
"""Degrees of freedom of the fitted Student distribution; its tails are heavier than normal."""
FARTHEST = 37.0
"""Largest standard-normal coordinate; the tail beyond it nearly underflows."""
RIDGE = 1e-9
"""Relative increase of the variances, which keeps a covariance matrix positive definite."""


class Coordinates:
    """Coordinates of states, and the states at other coordinates."""

    def __init__(self, model: ChainModel) -> None:
        self.model = model
        names = model.unknowns.row
        self.rows = np.array(
            [r for n, r in names.items() if n not in {ORIGIN, DEPARTURE}], np.intp
        )
        self.amounts = np.array([], dtype=np.intp)
        self.read_average, self.move_field = self._find_averages()

    def _find_averages(self) -> tuple[Array, Array]:
        """Return the matrices from the field to averages, and from a change of them back."""
        chain = self.model.chain
        count = chain.parent.size
        weight = np.zeros((len(self.model.rows["run"]), count))
        for runs, cells, km in chain.runs:
            weight[np.ix_(runs, cells)] += km
        if not weight.size or self.model.pace.sigma == 0.0:
            return np.zeros((0, count)), np.zeros((count, 0))
        weight /= weight.sum(axis=1, keepdims=True)
        across = find_covariance(chain.parent, self.model.pace.memory) @ weight.T
        values, vectors = np.linalg.eigh(weight @ across)
        kept = values > LEAST_AVERAGE * values.max()
        scaled = vectors[:, kept] / np.sqrt(values[kept])
        return scaled.T @ weight, across @ scaled

    def start_stage(self, state: State) -> None:
        """Choose the amounts that are coordinates."""
        model = self.model
        at = np.arange(model.standing.start, model.standing.stop)
        often = (state["amounts"][at] > 0.0).mean(axis=1) > OFTEN
        first = [0] if model.unknowns.departure.is_continuous else []
        self.amounts = np.array([*first, *at[often], *model.rows["dwell"]], dtype=np.intp)

    def read(self, state: State) -> Array:
        """Return the coordinates of states, (coordinates, particles)."""
        averages = self.read_average @ state["field"]
        return np.concatenate([state["z"][self.rows], averages, state["amounts"][self.amounts]])

    def change(self, state: State, before: Array, after: Array) -> tuple[State, Array]:
        """Return states at other coordinates, and the log ratios of their prior densities."""
        model, normals = self.model, self.rows.size + self.read_average.shape[0]
        far = (np.abs(after[:normals]) > FARTHEST).any(axis=0)
        after = np.where(far, before, after)
        new = {**state, "z": state["z"].copy(), "amounts": state["amounts"].copy()}
        new["z"][self.rows] = after[: self.rows.size]
        model.update_speeds(new)
        model.update_standing(new)
        if self.read_average.shape[0]:
            by = after[self.rows.size : normals] - before[self.rows.size : normals]
            new["field"] = state["field"] + self.move_field @ by
            model.update_reach(new)
        model.update_means(new)
        new["amounts"][self.amounts] = after[normals:]
        scale = new["mean"] / state["mean"]
        new["amounts"][model.runs] *= scale
        ratio = 0.5 * (before[:normals] ** 2 - after[:normals] ** 2).sum(axis=0)
        ratio += np.log(scale).sum(axis=0)
        for one, sign in ((new, 1.0), (state, -1.0)):
            ratio += sign * model.find_runs_logpdf(one["amounts"], one["mean"]).sum(axis=0)
            ratio += sign * self._weigh_amounts(one)
        standing = self.amounts[
            (self.amounts >= model.standing.start) & (self.amounts < model.standing.stop)
        ]
        bad = ((new["amounts"][standing] <= 0.0) | (state["amounts"][standing] <= 0.0)).any(
            axis=0
        )
        bad |= (new["amounts"][model.dwells] <= 0.0).any(axis=0)
        return new, np.where(bad | far, -np.inf, ratio)

    def _weigh_amounts(self, state: State) -> Array:
        """Return the log density of the departure, the dwells and all standing."""
        model = self.model
        standing = np.arange(model.standing.start, model.standing.stop)
        first = self.amounts[self.amounts == 0]
        rows = np.concatenate([first, standing, np.array(model.rows["dwell"], dtype=np.intp)])
        return np.asarray(model.find_logpdf(state, rows, state["amounts"][rows]).sum(axis=0))


class DifferenceMove(UnknownMove):
    """Moves each half of the particles along differences between particles of the other."""

    def __init__(self, target: ChainTarget, stream: np.random.Generator) -> None:
        super().__init__(target, stream)
        self.coordinates = Coordinates(self.model)

    def start_stage(self, state: State, beta: float) -> None:
        """Choose the coordinates and measure their spread."""
        super().start_stage(state, beta)
        self.coordinates.start_stage(state)
        self.spread = self.coordinates.read(state).std(axis=1)

    def make(self, state: State, beta: float) -> float:
        """Move one half of the particles, chosen at random, in place."""
        before = self.coordinates.read(state)
        if not before.size:
            return 0.0
        count = before.shape[1]
        half = int(self.stream.integers(2))
        moving = np.arange(count) % 2 == half
        others = np.flatnonzero(~moving)
        first, second = self._choose_pairs(count, others)
        mask = self.stream.random(before.shape) < self.stream.random(count) ** 2
        mask[self.stream.integers(before.shape[0], size=count), np.arange(count)] = True
        length = self.stream.uniform(0.5, 1.0, count) * FACTOR / np.sqrt(2.0 * mask.sum(axis=0))
        length = np.where(self.stream.random(count) < LONG_JUMPS, 1.0, length)
        by = length * (before[:, first] - before[:, second])
        by += JITTER * self.spread[:, None] * self.stream.standard_normal(before.shape)
        after = before + np.where(mask & moving, by, 0.0)
        new, ratio = self.coordinates.change(state, before, after)
        ratio = np.where(moving, ratio, -np.inf)
        return 2.0 * self.finish(state, new, ratio, beta=beta, observed=True)

    def _choose_pairs(self, count: int, others: Indices) -> tuple[Indices, Indices]:
        """Choose pairs of different others."""
        first = self.stream.integers(others.size, size=count)
        second = self.stream.integers(others.size - 1, size=count)
        second += second >= first
        return others[first], others[second]


@dataclass(frozen=True, slots=True)
class NormalFit:
    """Mean of coordinates, a root of their covariance matrix, and its inverse."""

    mean: Array
    root: Array
    inverse: Array

    @classmethod
    def of(cls, points: Array) -> NormalFit:
        """Fit a normal distribution to points, (coordinates, particles)."""
        away = points - points.mean(axis=1, keepdims=True)
        covariance = away @ away.T / max(points.shape[1] - 1, 1)
        widen = RIDGE * np.diag(covariance) + 1e-12
        root = np.linalg.cholesky(covariance + np.diag(widen))
        return cls(points.mean(axis=1, keepdims=True), root, np.asarray(np.linalg.inv(root)))

    def measure(self, points: Array) -> Array:
        """Return the squared Mahalanobis distances from the mean, (particles,)."""
        return np.asarray(((self.inverse @ (points - self.mean)) ** 2).sum(axis=0))


class FittedMove(UnknownMove):
    """Mixes each particle with a draw from a fitted Student distribution."""

    def __init__(self, target: ChainTarget, stream: np.random.Generator) -> None:
        super().__init__(target, stream)
        self.coordinates = Coordinates(self.model)

    def start_stage(self, state: State, beta: float) -> None:
        """Fit the distribution."""
        super().start_stage(state, beta)
        self.coordinates.start_stage(state)
        self.fit = NormalFit.of(self.coordinates.read(state))

    def make(self, state: State, beta: float) -> float:
        """Move all particles, in place."""
        before, fit, step = self.coordinates.read(state), self.fit, self.step
        if not before.size:
            return 0.0
        distance = fit.measure(before)
        half = 0.5 * (before.shape[0] + T_DEGREES)
        scale = (T_DEGREES + distance) / (2.0 * self.stream.standard_gamma(half, distance.size))
        noise = fit.root @ self.stream.standard_normal(before.shape)
        after = fit.mean + np.sqrt(1.0 - step**2) * (before - fit.mean)
        after += step * np.sqrt(scale) * noise
        new, ratio = self.coordinates.change(state, before, after)
        ratio = ratio + half * (
            np.log(1.0 + fit.measure(after) / T_DEGREES) - np.log(1.0 + distance / T_DEGREES)
        )
        return self.finish(state, new, ratio, beta=beta, observed=True)


def list_joint_moves(target: ChainTarget, stream: np.random.Generator) -> Sequence[Move]:
    """Return the moves of many unknowns at once; none for many runs."""
    if len(target.model.rows["run"]) > MOST_RUNS:
        return []
    return [DifferenceMove(target, stream), FittedMove(target, stream)]
