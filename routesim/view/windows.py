"""The windows of an ensemble as the views show them, and the passages that they show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from routesim.journey import measure_windows
from routesim.likely import Posterior

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.journey import Ensemble, PassageWindow
    from routesim.network import Route


@dataclass(frozen=True)
class MeasuredEnsemble:
    """An ensemble with the windows of every passage, measured once.

    ``raw`` is empty where only the stops of the ensemble are shown.
    """

    ensemble: Ensemble
    raw: tuple[PassageWindow, ...] = ()

    @cached_property
    def windows(self) -> tuple[PassageWindow, ...]:
        """The windows as a text shows them, rounded to their Monte Carlo errors."""
        return tuple(window.rounded for window in self.raw)

    @property
    def band(self) -> str:
        """What the windows are based on, in words."""
        return format_band(self.ensemble)

    @property
    def key_indices(self) -> tuple[int, ...]:
        """The passages that every view shows."""
        return find_key_indices(self.ensemble.route, tuple(self.ensemble.dwell_s))


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


def find_key_indices(route: Route, stops: Sequence[int] = ()) -> tuple[int, ...]:
    """Return the passages that every view shows: ends, stops, borders, reversals."""
    last = len(route.passages) - 1
    kinds = {i for i, p in enumerate(route.passages) if p.station.kind == "border"}
    turns = {turn.index for turn in route.reversals_found}
    return tuple(sorted({0, last, *kinds, *turns, *stops}))
