"""Numbers of draws and their random streams."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from routesim.errors import ArgumentError, Fault
from routesim.sampler.tempering import PARTICLES

SIMULATE_DRAWS = 20_000
"""Default number of draws from the priors, in Python, commands, maps and pages."""
CONDITION_DRAWS = PARTICLES
"""Default number of draws given the reports.

It is the number of particles of the sampler; more draws would add little.
"""
MAX_DRAWS = 1_000_000
"""Largest number of draws.

The arrivals, departures and delays of so many take 4 to 8 GB on the bundled routes.
"""


def make_stream(seed: int, name: str) -> np.random.Generator:
    """Make the random stream of one quantity, such as ``speed Khasan branch``.

    Each quantity has a stream of its own. A changed prior therefore leaves the draws of all
    other quantities unchanged, and two runs with one seed differ only by the change.
    """
    return np.random.default_rng(
        np.random.SeedSequence(seed, spawn_key=(crc32(name.encode()),))
    )


def check_draws(draws: object, seed: object) -> None:
    """Check that the number of draws and the seed are in range.

    Raises
    ------
    ArgumentError
        If one of them is not. The message states the range.
    """
    faults = _list_seed_faults(seed)
    if not _is_whole(draws, 1) or draws > MAX_DRAWS:  # type: ignore[operator]
        faults.insert(
            0,
            Fault(
                "draws",
                f"cannot be {draws!r:.40}",
                f"give a whole number from 1 to {MAX_DRAWS:,}",
            ),
        )
    if faults:
        raise ArgumentError(faults)


def check_seed(seed: object) -> None:
    """Check that a seed is in range.

    Raises
    ------
    ArgumentError
        If it is not a whole number, 0 or more.
    """
    faults = _list_seed_faults(seed)
    if faults:
        raise ArgumentError(faults)


def check_count(count: object, *, where: str) -> None:
    """Check that an argument is a number of things, 1 or more.

    Raises
    ------
    ArgumentError
        If it is not a whole number, 1 or more.
    """
    if not _is_whole(count, 1):
        remedy = "give a whole number, 1 or more"
        raise ArgumentError([Fault(where, f"cannot be {count!r:.40}", remedy)])


def _list_seed_faults(seed: object) -> list[Fault]:
    if _is_whole(seed, 0):
        return []
    return [Fault("seed", f"cannot be {seed!r:.40}", "give a whole number, 0 or more")]


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
