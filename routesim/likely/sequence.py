"""Sampling a journey, at once or along the way.

With reports from many places, it is more efficient to begin with a short chain, and to make it
longer after a few reports. What comes after the last report so far is drawn in its turn.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from routesim.sampler.tempering import Population, Sampler

if TYPE_CHECKING:
    import numpy as np

    from routesim.likely.journey_target import JourneyTarget


def sample_journey(
    target: JourneyTarget,
    stream: np.random.Generator,
    *,
    particles: int,
    draws: int | None = None,
) -> Population:
    """Sample a target; return ``draws`` draws, or all particles if None."""
    parts = [*target.list_parts(), target]
    particles = min(particles, target.most_particles)
    sampler = Sampler(parts[0], stream, particles=particles)
    population = sampler.advance(*sampler.begin())
    for before, part in pairwise(parts):
        sampler = Sampler(part, stream, particles=particles)
        population = _extend(population, before, part, stream)
        beta = before.turn_count / part.turn_count
        population = sampler.advance(population, beta, is_moved=True)
    return sampler.finish(population, draws)


def _extend(
    population: Population,
    before: JourneyTarget,
    part: JourneyTarget,
    stream: np.random.Generator,
) -> Population:
    """Draw the rest of a longer chain for each particle."""
    state = part.model.extend(stream, population.state, before.model)
    return replace(population, state=state, terms=part.observe(state))
