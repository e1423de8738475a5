"""Unplanned standing on the way: how long on a run of a line, at which halts, to what delay.

The random numbers behind it come from :mod:`routesim.journey.simulation` (priors alone) or
from :mod:`routesim.likely.halts` (given the reports).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from routesim.arrays import Array
    from routesim.journey.planned_route import StandingRun


FEW_PASSAGES = 24
"""Up to so many, halts are added passage by passage."""
CHUNK_CELLS = 20_000_000
"""Draws times passages whose standing is computed at once."""


def measure_standing(run: StandingRun, rate: Array, origin_km: Array) -> Array:
    """Return the standing on a run in seconds, (draws,).

    The rate is in minutes per 100 km, (draws,). Only what lies beyond the origin counts: the
    kilometre from which each draw departs, (draws,).
    """
    low = np.maximum(run.start_km, origin_km)
    return SECONDS_PER_MINUTE * rate * np.maximum(run.end_km - low, 0.0) / 100.0


def place_halts(
    run: StandingRun, origin_km: Array, standing_s: Array, at: Array, parts: Array
) -> tuple[Array, Array]:
    """Spread standing over halts, evenly placed over the part of the run that is covered.

    ``origin_km`` is the kilometre from which each draw departs, and ``standing_s`` its
    standing, (draws,); ``at`` are shares in 0..1 and ``parts`` exponential, (draws, halts).
    Returns the kilometres and seconds of the halts, (draws, halts).
    """
    low = np.maximum(run.start_km, origin_km)
    travelled = np.maximum(run.end_km - low, 0.0)
    halt_s = parts * (standing_s / parts.sum(axis=1))[:, None]
    return low[:, None] + at * travelled[:, None], halt_s


def add_halts(arrive_s: Array, route_km: Array, halt_km: Array, halt_s: Array) -> None:
    """Add each halt to the arrivals beyond it, (draws, passages), in place.

    The passages are at ``route_km``, rising, (passages,); ``halt_km`` and ``halt_s`` say where
    each halt is and how long, (draws, halts).
    """
    if route_km.size <= FEW_PASSAGES:
        for column, km in enumerate(route_km):
            arrive_s[:, column] += np.einsum("ij,ij->i", halt_km <= km, halt_s)
        return
    step = max(1, CHUNK_CELLS // route_km.size)
    for start in range(0, arrive_s.shape[0], step):
        rows = slice(start, start + step)
        first = np.searchsorted(route_km, halt_km[rows], side="left")
        delay = np.zeros((route_km.size + 1, first.shape[0]))
        row_index = np.arange(first.shape[0])
        for halt in range(first.shape[1]):
            delay[first[:, halt], row_index] += halt_s[rows, halt]
        # Sums down the rows: numpy's own cumsum goes draw by draw, some ten times slower.
        so_far = np.zeros(first.shape[0])
        for column, more in enumerate(delay[:-1]):
            so_far += more
            arrive_s[rows, column] += so_far
