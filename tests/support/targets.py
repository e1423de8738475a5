"""Sampler targets: made from journeys, and normal ones with a known posterior."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from routesim.certain import build_problem
from routesim.journey import Journey, lay_plan
from routesim.likely.journey_target import JourneyTarget
from routesim.likely.likelihood import build_likelihood
from routesim.sampler.target import Move, Steps, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array
    from routesim.sampler.target import State

__all__ = ["NormalTarget", "make_target"]


def make_target(journey: Journey, *routes: str) -> JourneyTarget:
    """Make the target of all reports of a journey over some routes, or the default one."""
    layouts = [lay_plan(journey, route) for route in routes or (None,)]
    likelihood = build_likelihood(journey, build_problem(journey).distinct_reports)
    return JourneyTarget(layouts, likelihood)


@dataclass(eq=False)
class NormalTarget(Target):
    """Independent standard normal numbers, each of which is observed once with an error.

    With an ``offset``, all observations may be too large by this amount, with probability
    one half; ``refresh`` draws whether they are. The posterior of a number without an offset
    is normal, with the mean ``seen / (1 + error²)`` and the variance ``error² / (1 + error²)``.
    """

    seen: Array
    error: float
    offset: float = 0.0
    observed: int = field(default=0, init=False)

    def draw(self, stream: np.random.Generator, count: int) -> State:
        """Draw from the prior; nothing is offset until the first refresh."""
        x = stream.standard_normal((self.seen.size, count))
        return {"x": x, "late": np.zeros((1, count))}

    def observe(self, state: State) -> Array:
        """Return the log densities with and without the offset, (2, numbers, particles)."""
        count = state["x"].shape[1]
        self.observed += count
        shifts = np.array([0.0, self.offset])[:, None, None]
        away = (self.seen[:, None] - shifts - state["x"]) / self.error
        return -0.5 * away**2 - np.log(self.error) - 0.5 * np.log(2 * np.pi)

    def weigh(self, terms: Array, beta: float) -> Array:
        """Return the log likelihood, summed over the offset."""
        return np.logaddexp(*(beta * terms.sum(axis=1))) - np.log(2.0)

    def refresh(
        self, state: State, terms: Array, beta: float, stream: np.random.Generator
    ) -> None:
        """Draw whether the observations are offset."""
        gain = beta * (terms[1] - terms[0]).sum(axis=0)
        state["late"] = (stream.logistic(size=gain.size) < gain)[None].astype(float)

    def weigh_state(self, state: State, beta: float) -> Array:
        """Return the log likelihood with the offset of each particle."""
        terms = self.observe(state).sum(axis=1)
        return beta * np.where(state["late"][0] == 1.0, terms[1], terms[0])

    def monitor(self, state: State) -> Array:
        """Return a copy of the numbers, which moves change in place."""
        return state["x"].copy()

    def list_moves(self, stream: np.random.Generator) -> Sequence[Move]:
        """Return a move of each number, one of all, and a choice of the offset."""
        count = self.seen.size
        rows = [np.array([n]) for n in range(count)] + [np.arange(count)]
        moves = [NormalMove(self, stream, part) for part in rows]
        return [*moves, *([OffsetMove(self, stream)] if self.offset else [])]


class NormalMove(Move):
    """Draws numbers partly from the prior again."""

    def __init__(self, target: NormalTarget, stream: np.random.Generator, rows: Array) -> None:
        self.target, self.stream, self.rows = target, stream, rows
        self.steps, self.stages = Steps(1), 0

    def start_stage(self, _state: State, _beta: float) -> None:
        """Count the stages."""
        self.stages += 1

    def make(self, state: State, beta: float) -> float:
        """Move all particles."""
        step, x = self.steps[0], state["x"].copy()
        noise = self.stream.standard_normal(x[self.rows].shape)
        x[self.rows] = np.sqrt(1.0 - step**2) * x[self.rows] + step * noise
        gain = self.target.weigh_state({**state, "x": x}, beta)
        gain -= self.target.weigh_state(state, beta)
        kept = np.log(self.stream.random(gain.size)) < gain
        state["x"][:, kept] = x[:, kept]
        return float(kept.mean())

    def adapt(self, share: float) -> None:
        """Adapt the step size."""
        self.steps.adapt(0, share)


class OffsetMove(Move):
    """Draws the offset given the numbers."""

    def __init__(self, target: NormalTarget, stream: np.random.Generator) -> None:
        self.target, self.stream = target, stream

    def make(self, state: State, beta: float) -> float:
        """Draw the offsets of all particles."""
        self.target.refresh(state, self.target.observe(state), beta, self.stream)
        return 1.0
