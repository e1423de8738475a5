"""How many journeys are drawn, and the random streams that they come from."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from routesim.errors import ArgumentError, Fault
from routesim.sampler.tempering import PARTICLES

SIMULATE_DRAWS = 20_000
"""From the priors, wherever nothing else is asked for: Python, commands, map and page."""
CONDITION_DRAWS = PARTICLES
"""Given the reports: as many as the sampler has particles, since more add little."""
MAX_DRAWS = 1_000_000
"""An array of arrivals of so many is some 2 GB."""


def make_stream(seed: int, name: str) -> np.random.Generator:
    """Make the random stream of one named quantity.

    Each quantity has a stream of its own, so that a changed prior leaves the draws of
    all others as they were: two runs with one seed differ by the change alone. The name is
    that of the quantity, such as ``speed Khasan branch`` or ``score F9 direct``.
    """
    return np.random.default_rng(
        np.random.SeedSequence(seed, spawn_key=(crc32(name.encode()),))
    )


def check_draws(draws: object, seed: object) -> None:
    """Refuse a number of draws or a seed out of range.

    Raises
    ------
    ArgumentError
        Saying what is allowed.
    """
    faults = []
    if not _is_whole(draws, 1) or draws > MAX_DRAWS:  # type: ignore[operator]
        faults.append(
            Fault("draws", f"is {draws!r}", f"give a whole number 1 to {MAX_DRAWS:,}")
        )
    if not _is_whole(seed, 0):
        faults.append(Fault("seed", f"is {seed!r}", "give a whole number from 0"))
    if faults:
        raise ArgumentError(faults)


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
