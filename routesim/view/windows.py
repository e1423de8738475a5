"""The windows of an ensemble, as the views need them: quantiles at every passage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.journey import DEFAULT_LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from routesim.journey import Ensemble
    from routesim.network import Passage, Route

__all__ = [
    "Measured",
    "PassageWindow",
    "find_key_indices",
    "measure",
    "measure_windows",
    "name_passage",
]


@dataclass(frozen=True, slots=True)
class PassageWindow:
    """What an ensemble says of one passage.

    Parameters
    ----------
    index
        Of the passage in the route.
    arrive, depart
        Quantiles in whole POSIX seconds, one a level; None where nothing arrives or
        departs.
    share
        Of the draws that pass here, 0..1.
    """

    index: int
    passage: Passage
    stops: bool
    share: float
    arrive: tuple[int, ...] | None
    depart: tuple[int, ...] | None

    @property
    def name(self) -> str:
        """The station, and which visit if not the first."""
        return name_passage(self.passage)


@dataclass(frozen=True, slots=True)
class Measured:
    """An ensemble with the windows of every passage, measured once."""

    ensemble: Ensemble
    windows: tuple[PassageWindow, ...]

    @property
    def route(self) -> Route:
        """The route of the ensemble."""
        return self.ensemble.route

    @property
    def key_indices(self) -> tuple[int, ...]:
        """The passages that every view shows."""
        return find_key_indices(self.route, tuple(self.ensemble.dwell_s))


def measure(ensemble: Ensemble) -> Measured:
    """Measure the 5, 50 and 95 % points at every passage."""
    return Measured(ensemble, measure_windows(ensemble))


def name_passage(passage: Passage) -> str:
    """Name a passage: the station, and which visit if not the first."""
    name = passage.station.name
    return name if passage.visit == 1 else f"{name} (visit {passage.visit})"


def measure_windows(
    ensemble: Ensemble, levels: Sequence[float] = DEFAULT_LEVELS
) -> tuple[PassageWindow, ...]:
    """Return the windows of every passage, in the order of the route."""
    windows = []
    for index, passage in enumerate(ensemble.route.passages):
        arrive = _find_quantiles(ensemble.get_arrivals(index), levels)
        stops = index in ensemble.dwell_s
        depart = (
            arrive
            if not stops
            and arrive is not None
            and index < len(ensemble.route.passages) - 1
            and not np.any(ensemble.origin_index == index)
            else _find_quantiles(ensemble.get_departures(index), levels)
        )
        windows.append(
            PassageWindow(
                index=index,
                passage=passage,
                stops=stops,
                share=float(np.mean(ensemble.origin_index <= index)),
                arrive=arrive,
                depart=depart,
            )
        )
    return tuple(windows)


def find_key_indices(route: Route, stops: Sequence[int] = ()) -> tuple[int, ...]:
    """Return the passages that every view shows: ends, stops, borders, reversals."""
    last = len(route.passages) - 1
    kinds = {i for i, p in enumerate(route.passages) if p.station.kind == "border"}
    turns = {turn.index for turn in route.reversals_found}
    return tuple(sorted({0, last, *kinds, *turns, *stops}))


def _find_quantiles(
    times_s: NDArray[np.float64], levels: Sequence[float]
) -> tuple[int, ...] | None:
    there = times_s[np.isfinite(times_s)]
    if not there.size:
        return None
    return tuple(round(float(value)) for value in np.quantile(there, levels))
