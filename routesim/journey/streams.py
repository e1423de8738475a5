"""Where every random stream of a journey is made: one for each named quantity."""

from __future__ import annotations

from zlib import crc32

import numpy as np

__all__ = ["make_stream"]


def make_stream(seed: int, name: str) -> np.random.Generator:
    """Make the random stream of one named quantity.

    Each quantity has a stream of its own, so that a changed prior leaves the draws of
    all others as they were: two runs with one seed differ by the change alone.

    Parameters
    ----------
    seed
        The seed of the run.
    name
        The quantity, such as ``speed Khasan branch`` or ``score F9 direct``.
    """
    return np.random.default_rng(
        np.random.SeedSequence(seed, spawn_key=(crc32(name.encode()),))
    )
