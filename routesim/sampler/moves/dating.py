"""Moves that give an event another time, and let the delays around it compensate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routesim.sampler.moves.move import Move
from routesim.sampler.particles import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.sampler.particles import Particles
    from routesim.sampler.proposals import ProposalFit


Array = NDArray[np.float64]
Indices = NDArray[np.intp]

SECOND_SHARE = 0.3
"""Share of the events for which not the nearest delay compensates, but the next."""


class DatingMove(Move):
    """Gives one event another time, mostly one that other particles have."""

    def propose(self, particles: Particles, fit: ProposalFit) -> Iterator[Proposal]:
        """Propose another time of the same event to all particles.

        The delay before the event grows by as much, and the delay after it shrinks.
        """
        if not fit.event_times:
            return
        event = int(self.stream.integers(len(fit.event_times)))
        marginal, count = fit.event_times[event], particles.log_likelihood.size
        before = self.target.date(particles.params, event)
        after = marginal.draw(self.stream, count)
        beyond = self.target.measure_delays(particles.params, event)
        each, params = np.arange(count), np.copy(particles.params)
        first, has_first = self._choose_near(np.where(beyond < 0.0, -beyond, np.inf))
        then, has_then = self._choose_near(np.where(beyond >= 0.0, beyond, np.inf))
        delays = self.target.delay_columns
        params[each, delays[first]] += after - before
        # Beyond the last delay all that follows is later or earlier.
        params[each, delays[then]] -= np.where(has_then, after - before, 0.0)
        changed = {self.columns.part_of[column] for column in delays}
        density = self._update_density(particles, params, changed)
        ratio = (density - particles.log_density).sum(axis=1)
        ratio += marginal.logpdf(before) - marginal.logpdf(after)
        ratio[~has_first] = -np.inf
        yield Proposal(params, density, ratio)

    def _choose_near(self, away: Array) -> tuple[Indices, NDArray[np.bool_]]:
        """Choose the nearest delay for each particle, or the one after it.

        Parameters
        ----------
        away
            (particles, delays); infinite for those that may not be chosen.

        Returns
        -------
        chosen, there
            Which, and whether there is one, (particles,) each.
        """
        rank = np.where(self.stream.random(away.shape[0]) < SECOND_SHARE, 1, 0)
        order = np.argsort(away, axis=1, kind="stable")
        each = np.arange(away.shape[0])
        chosen = order[each, rank]
        return chosen, np.isfinite(away[each, chosen])
