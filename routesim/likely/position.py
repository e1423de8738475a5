"""Where the train was at a given time: sections of a route and their probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import lazy_loader
import numpy as np

from routesim.journey import Position
from routesim.text.rounding import round_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from routesim.certain.positions import PositionBounds
    from routesim.journey import Ensemble
else:
    pd = lazy_loader.load("pandas")

__all__ = ["PlaceShare", "PosteriorPosition", "list_place_shares"]

AT_KM = 1e-9
"""Within so many kilometres a draw counts as being at a timing point."""


@dataclass(frozen=True, slots=True)
class PlaceShare:
    """A section of a route, or one of its timing points, and its probability.

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


@dataclass(frozen=True, slots=True)
class PosteriorPosition(Position):
    """Where the train was at an instant, given the reports.

    Parameters
    ----------
    errors_km
        Monte Carlo standard errors of the three quantiles.
    certain
        Between which kilometres it must have been.
    shares
        How likely it was on each section, or at each timing point.
    """

    errors_km: tuple[float, float, float] = (0.0, 0.0, 0.0)
    certain: PositionBounds | None = None
    shares: tuple[PlaceShare, ...] = ()

    @property
    def sections(self) -> pd.DataFrame:
        """How likely it was where: a row a section, or a timing point.

        Columns: from_station, to_station (the same at a timing point), from_km, to_km,
        share (rounded to its error), mcse.
        """
        passages = self.route.passages
        return pd.DataFrame(
            [
                {
                    "from_station": passages[one.start].station.name,
                    "to_station": passages[one.end].station.name,
                    "from_km": passages[one.start].km,
                    "to_km": passages[one.end].km,
                    "share": round_to(one.share, one.error),
                    "mcse": one.error,
                }
                for one in self.shares
            ]
        )


def list_place_shares(
    ensemble: Ensemble, place: Position, indices: Sequence[int] | None = None
) -> tuple[PlaceShare, ...]:
    """List where the train may be, in the order of the route.

    Parameters
    ----------
    ensemble
        The draws.
    place
        Where they are at an instant.
    indices
        The passages that separate sections, the two ends among them; ``None`` for all.
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
