"""The windows of an ensemble, as the views need them: quantiles at every passage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from routesim.journey import DEFAULT_LEVELS
from routesim.likely import Posterior
from routesim.text.rounding import STEPS_S, round_band

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from routesim.journey import Ensemble
    from routesim.network import Passage, Route

__all__ = [
    "MeasuredEnsemble",
    "PassageWindow",
    "find_key_indices",
    "find_span",
    "format_band",
    "format_passage",
    "measure_ensemble",
    "measure_windows",
]


@dataclass(frozen=True, slots=True)
class PassageWindow:
    """The times of an ensemble at one passage.

    Parameters
    ----------
    index
        Of the passage in the route.
    arrive, depart
        Quantiles in whole POSIX seconds, one a level; None where nothing arrives or
        departs. Those of a posterior are rounded to their Monte Carlo error.
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
        return format_passage(self.passage)


@dataclass(frozen=True, slots=True)
class MeasuredEnsemble:
    """An ensemble with the windows of every passage, measured once.

    ``windows`` is empty where only the stops of the ensemble are shown.
    """

    ensemble: Ensemble
    windows: tuple[PassageWindow, ...]

    @property
    def band(self) -> str:
        """What the windows are based on, in words."""
        return format_band(self.ensemble)

    @property
    def route(self) -> Route:
        """The route of the ensemble."""
        return self.ensemble.route

    @property
    def key_indices(self) -> tuple[int, ...]:
        """The passages that every view shows."""
        return find_key_indices(self.route, tuple(self.ensemble.dwell_s))


def measure_ensemble(ensemble: Ensemble) -> MeasuredEnsemble:
    """Measure the 5, 50 and 95 % points at every passage."""
    return MeasuredEnsemble(ensemble, measure_windows(ensemble))


def find_span(ensemble: Ensemble) -> tuple[float, float]:
    """Return the first departure and the last arrival of all draws, in POSIX seconds."""
    return float(ensemble.departure_s.min()), float(ensemble.arrive_s[:, -1].max())


def format_band(ensemble: Ensemble) -> str:
    """Format what a band is based on: the reports, or the priors alone."""
    if isinstance(ensemble, Posterior) and ensemble.reports_used:
        return "given the reports"
    return "from the priors alone"


def format_passage(passage: Passage) -> str:
    """Format the name of a passage: the station, and which visit if not the first."""
    name = passage.station.name
    return name if passage.visit == 1 else f"{name} (visit {passage.visit})"


def measure_windows(
    ensemble: Ensemble,
    levels: Sequence[float] = DEFAULT_LEVELS,
    *,
    indices: Iterable[int] | None = None,
    is_rounded: bool = True,
) -> tuple[PassageWindow, ...]:
    """Return the windows of passages in the order of the route, of all without indices.

    Parameters
    ----------
    is_rounded
        Whether the times of a posterior are rounded to their Monte Carlo error.
    """
    find = partial(_find_quantiles, ensemble, levels, is_rounded=is_rounded)
    passages = ensemble.route.passages
    windows = []
    for index in range(len(passages)) if indices is None else indices:
        arrive = find(ensemble.get_arrivals(index))
        stops = index in ensemble.dwell_s
        depart = (
            arrive
            if not stops
            and arrive is not None
            and index < len(passages) - 1
            and not np.any(ensemble.origin_index == index)
            else find(ensemble.get_departures(index))
        )
        windows.append(
            PassageWindow(
                index=index,
                passage=passages[index],
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
    ensemble: Ensemble,
    levels: Sequence[float],
    times_s: NDArray[np.float64],
    *,
    is_rounded: bool,
) -> tuple[int, ...] | None:
    there = times_s[np.isfinite(times_s)]
    if not there.size:
        return None
    times = np.quantile(there, levels)
    if not (is_rounded and isinstance(ensemble, Posterior)):
        return tuple(round(float(value)) for value in times)
    errors = ensemble.lineage_groups.find_quantile_errors(times_s, np.asarray(levels))
    return tuple(round(value) for value in round_band(times, errors, levels, STEPS_S))
