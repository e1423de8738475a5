"""Places: on which section of a route, or at which point, the draws are at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.journey import Ensemble, Whereabouts

__all__ = ["PlaceShare", "list_place_shares"]

AT_KM = 1e-9
"""Within so many kilometres a draw counts as being at a timing point."""


@dataclass(frozen=True, slots=True)
class PlaceShare:
    """A piece of a route between two timing points, or one of these, and its probability.

    Parameters
    ----------
    start, end
        Indices of passages; the same for a timing point.
    share
        Of the draws that are there.
    error
        Monte Carlo standard error of the share.
    """

    start: int
    end: int
    share: float
    error: float


def list_place_shares(
    ensemble: Ensemble, place: Whereabouts, indices: Sequence[int] | None = None
) -> tuple[PlaceShare, ...]:
    """List where the train may be, in the order of the route.

    Parameters
    ----------
    ensemble
        Whose draws they are.
    place
        Where these are at an instant.
    indices
        Of the passages to tell apart, the two ends among them; ``None`` for all.
    """
    chosen = np.arange(len(place.route.passages)) if indices is None else np.asarray(indices)
    km = place.route.passage_km[chosen]
    before = np.searchsorted(km, place.km + AT_KM, side="right") - 1
    code = 2 * before + (place.km > km[before] + AT_KM)
    found = []
    for one in np.unique(code):
        flags = (code == one).astype(np.float64)
        start, end = int(chosen[one // 2]), int(chosen[(one + 1) // 2])
        error = ensemble.find_share_error(flags)
        found.append(PlaceShare(start, end, float(flags.mean()), error))
    return tuple(found)
