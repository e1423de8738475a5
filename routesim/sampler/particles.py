"""Particles, proposals, and the Metropolis-Hastings acceptance step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.arrays import Array, Indices, take_rows

if TYPE_CHECKING:
    from routesim.sampler.target import Target


@dataclass(slots=True)
class Particles:
    """Particles during their moves, with cached densities; changed in place.

    ``params`` are their parameters, (particles, dimensions). ``log_agreements`` are the terms
    of the log likelihood, (..., particles). ``log_likelihood`` is the log likelihood at the
    current power, (particles,). ``log_density`` is the log prior density of each part,
    (particles, parts).
    """

    params: Array
    log_agreements: Array
    log_likelihood: Array
    log_density: Array


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposed parameters, (proposed, dimensions), for all or some particles.

    ``log_density`` is the log prior density of each part, (proposed, parts). ``log_ratio`` is
    the log acceptance ratio from the prior and proposal densities, without the likelihood,
    (proposed,). ``members`` are the indices of the particles for which the proposals are made,
    (proposed,); None for all.
    """

    params: Array
    log_density: Array
    log_ratio: Array
    members: Indices | None = None


class MetropolisHastings:
    """Accepts or rejects proposals, and counts the likelihood evaluations."""

    def __init__(self, target: Target, stream: np.random.Generator) -> None:
        self.target, self.stream = target, stream
        self.evaluations = 0

    def observe(self, params: Array) -> Array:
        """Return the terms of the log likelihood of particles, and count the evaluations."""
        self.evaluations += params.shape[0]
        return self.target.observe(params)

    def prepare(self, params: Array, log_agreements: Array, beta: float) -> Particles:
        """Return particles with their densities, at the power ``beta``."""
        log_likelihood = self.target.weigh(log_agreements, beta)
        log_density = self.target.get_log_densities(params)
        return Particles(
            np.copy(params, order="F"), log_agreements.copy(), log_likelihood, log_density
        )

    def accept(self, particles: Particles, proposal: Proposal, beta: float) -> float:
        """Accept or reject a proposal for each particle, in place; return the acceptance rate.

        ``beta`` is the power of the likelihood.
        """
        able = np.flatnonzero(np.isfinite(proposal.log_ratio))
        mine = able if proposal.members is None else proposal.members[able]
        whole = able.size == proposal.log_ratio.size
        terms = self.observe(proposal.params if whole else take_rows(proposal.params, able))
        weighed = self.target.weigh(terms, beta)
        chance = np.log(self.stream.random(able.size))
        gain = weighed - particles.log_likelihood[mine]
        accepted = chance < gain + proposal.log_ratio[able]
        kept, rows = mine[accepted], able[accepted]
        particles.params[kept] = proposal.params[rows]
        particles.log_density[kept] = proposal.log_density[rows]
        particles.log_agreements[..., kept] = terms[..., accepted]
        particles.log_likelihood[kept] = weighed[accepted]
        return float(kept.size / proposal.log_ratio.size)
