"""Particles while they are moved, and what is proposed to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(slots=True)
class Particles:
    """Particles while they are moved.

    Parameters
    ----------
    params
        (particles, dimensions).
    log_agreements
        The terms of their log likelihood, (..., particles).
    log_likelihood
        At the current stage, (particles,).
    log_density
        The log prior density of each part, (particles, parts).
    """

    params: Array
    log_agreements: Array
    log_likelihood: Array
    log_density: Array


@dataclass(frozen=True, slots=True)
class Proposal:
    """Other parameters for all or some particles.

    Parameters
    ----------
    params
        (proposed, dimensions).
    log_density
        The log prior density of each part there, (proposed, parts).
    log_ratio
        The logarithm of the acceptance ratio but for the likelihood, (proposed,): of the
        prior densities and of the proposal densities.
    members
        Which particles they are proposed to, (proposed,); ``None`` for all.
    """

    params: Array
    log_density: Array
    log_ratio: Array
    members: Indices | None = None
