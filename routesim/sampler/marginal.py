"""A univariate distribution fitted to particles, from which moves are proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from routesim.arrays import Array


TINY = 1e-12
"""Small number that keeps spreads and divisors above zero."""
BINS = 64
"""Number of bins of a marginal, with about the same number of particles in each."""
EVEN_MASS = 0.2
"""Share of the probability of a marginal that is spread evenly over its range."""
MARGIN = 0.05
"""Extension of a marginal beyond the particles on each side, as a share of their range."""


@dataclass(frozen=True, slots=True)
class Marginal:
    """A univariate distribution with a constant density in each bin.

    ``edges`` are the increasing edges of the bins, (bins + 1,). ``shares`` are the cumulative
    probabilities at the edges, from 0 to 1. ``log_densities`` has one value per bin, (bins,).
    """

    edges: Array
    shares: Array
    log_densities: Array

    @classmethod
    def of(cls, values: Array) -> Marginal:
        """Fit a marginal to values, (particles,).

        Part of the probability is spread evenly, so the density is positive between the edges.
        """
        low, high = float(values.min()), float(values.max())
        beyond = MARGIN * (high - low) + TINY * max(abs(low), abs(high), 1.0)
        inner = np.quantile(values, np.linspace(0.0, 1.0, BINS + 1))
        edges = np.unique(np.concatenate([[low - beyond], inner, [high + beyond]]))
        width = np.diff(edges)
        held = np.histogram(values, edges)[0] / values.size
        mass = (1.0 - EVEN_MASS) * held + EVEN_MASS * width / width.sum()
        shares = np.concatenate([[0.0], np.cumsum(mass)])
        return cls(edges, shares / shares[-1], np.log(mass / width))

    def draw(self, stream: np.random.Generator, count: int) -> Array:
        """Draw values, (count,)."""
        return np.interp(stream.random(count), self.shares, self.edges)

    def logpdf(self, values: Array) -> Array:
        """Return the log density at values; minus infinity outside the edges."""
        bins = np.searchsorted(self.edges, values, side="right") - 1
        inside = (bins >= 0) & (bins < self.log_densities.size)
        found = self.log_densities[np.clip(bins, 0, self.log_densities.size - 1)]
        return np.where(inside, found, -np.inf)
