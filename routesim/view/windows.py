"""Windows of an ensemble as the views show them, and the passages they show."""

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
    """Ensemble with the windows of every passage, measured once.

    ``raw`` holds the unrounded windows. It is empty if only the key passages are shown.
    """

    ensemble: Ensemble
    raw: tuple[PassageWindow, ...] = ()

    @cached_property
    def windows(self) -> tuple[PassageWindow, ...]:
        """Windows rounded to their Monte Carlo errors, for display."""
        return tuple(window.rounded for window in self.raw)

    @property
    def band(self) -> str:
        """Basis of the windows in words, such as ``given the reports``."""
        return format_band(self.ensemble)

    @property
    def key_indices(self) -> tuple[int, ...]:
        """Indices of the passages that every view shows."""
        return find_key_indices(self.ensemble.route, tuple(self.ensemble.dwell_s))


def measure_ensemble(ensemble: Ensemble) -> MeasuredEnsemble:
    """Measure the 5, 50 and 95 % points of arrival and departure at every passage."""
    return MeasuredEnsemble(ensemble, measure_windows(ensemble))


def find_span(ensemble: Ensemble) -> tuple[float, float]:
    """Return the first departure and the last arrival of all draws, in POSIX seconds."""
    return float(ensemble.departure_s.min()), float(ensemble.arrive_s[:, -1].max())


def format_band(ensemble: Ensemble) -> str:
    """Format the basis of a band: given the reports, or from the priors alone."""
    if isinstance(ensemble, Posterior) and ensemble.reports_used:
        return "given the reports"
    return "from the priors alone"


def find_key_indices(route: Route, stops: Sequence[int] = ()) -> tuple[int, ...]:
    """Return the indices of the key passages: ends, stops, borders and reversals."""
    last = len(route.passages) - 1
    kinds = {i for i, p in enumerate(route.passages) if p.station.kind == "border"}
    turns = {turn.index for turn in route.reversals_found}
    return tuple(sorted({0, last, *kinds, *turns, *stops}))
