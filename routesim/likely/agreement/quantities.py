"""Agreement with clauses about speed, distance, duration, time stood, and headings."""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from routesim.evidence import (
    DistanceClause,
    DurationClause,
    HeadingClause,
    SpeedClause,
    StandClause,
)
from routesim.geodesy import measure_distances_m
from routesim.likely.agreement.clause_agreement import ClauseAgreement
from routesim.likely.event_times import EventTimes
from routesim.likely.soft_windows import IMPOSSIBLE
from routesim.units import km_to_metres, kmh_to_mps

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from routesim.arrays import Array
    from routesim.journey import Journey, KeyTimes
    from routesim.journey.records import TrustRow
    from routesim.likely.agreement.clause_agreement import ObservationModel
    from routesim.network import Network, Route


RangeT = TypeVar("RangeT", bound="SpeedClause | DistanceClause | DurationClause | StandClause")


class _RangeAgreement(ClauseAgreement[RangeT]):
    """Agreement of a quantity with a range."""

    @staticmethod
    def _get_ends(clause: RangeT) -> tuple[float, float]:
        return clause.range

    def list_passages(self) -> set[int]:
        """Return no passages, since the quantity is a parameter and depends on no time."""
        return set()

    def measure(self, times: KeyTimes, model: ObservationModel) -> Array:
        """Return the log agreement of the quantity with its range, (draws,)."""
        return model.compare_range(self._find_values(times, model), *self.clause.range)

    @abstractmethod
    def _find_values(self, times: KeyTimes, model: ObservationModel) -> Array:
        """Return the quantity in each draw, in SI units; NaN if the route misses the places."""


class SpeedAgreement(_RangeAgreement[SpeedClause]):
    """Agreement with a running or overall speed, between two places or of the journey."""

    @staticmethod
    def _get_span(trust: TrustRow) -> float:
        return kmh_to_mps(trust.span_kmh)

    def list_passages(self) -> set[int]:
        """Return the passages between which an overall speed is measured; else none."""
        return set() if self.clause.basis == "running" else self._list_ends(self.clause.between)

    def _find_values(self, times: KeyTimes, _model: ObservationModel) -> Array:
        """Return the speeds in m/s; for the whole journey, from the origin of each draw."""
        is_running, events = self.clause.basis == "running", EventTimes(times)
        if self.clause.between is None:
            if is_running:
                return times.measure_running_mps()
            return np.asarray(km_to_metres(times.measure_km()) / events.get_duration_s())
        span = self._find_span(self.clause.between)
        if span is None:
            return np.full(times.draws, np.nan)
        return events.get_running_mps(*span) if is_running else events.get_overall_mps(*span)


class DistanceAgreement(_RangeAgreement[DistanceClause]):
    """Agreement with a distance by rail or in a straight line."""

    @staticmethod
    def _get_span(trust: TrustRow) -> float:
        return km_to_metres(trust.span_km)

    @property
    def is_constant(self) -> bool:
        """Whether two places are given; the length of the whole journey depends on the draw."""
        return self.clause.between is not None

    def _find_values(self, times: KeyTimes, model: ObservationModel) -> Array:
        clause = self.clause
        if clause.between is not None:
            network = model.journey.network
            length_m = measure_between_m(network, *clause.between, clause.measure)
            error_m = measure_error_m(network, *clause.between, clause.measure)
            return np.full(times.draws, approach_range(length_m, error_m, clause.range))
        if clause.measure == "rail":
            return km_to_metres(times.measure_km())
        events = EventTimes(times)
        return approach_range(events.get_chord_m(), events.get_chord_error_m(), clause.range)


# Networks are compared by identity, so the cache keeps them in memory.
@lru_cache(maxsize=256)
def measure_between_m(network: Network, one: str, other: str, measure: str) -> float:
    """Return the distance between two places by rail or in a straight line, in metres."""
    ends = [network.find_station(name) for name in (one, other)]
    if measure == "rail":
        return km_to_metres(network.route(ends[0].name, ends[1].name).length_km)
    return float(measure_distances_m(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat))


def measure_error_m(network: Network, one: str, other: str, measure: str) -> float:
    """Return how far off a distance may be in metres, because positions are approximate."""
    if measure == "rail":
        return 0.0
    ends = [network.find_station(name) for name in (one, other)]
    return km_to_metres(sum(end.position_error_km for end in ends))


def approach_range(value: ArrayLike, error: ArrayLike, stated: tuple[float, float]) -> Array:
    """Return the value nearest to a stated range that an error allows.

    Examples
    --------
    >>> approach_range([80.0, 95.0, 130.0], 10.0, (100.0, 120.0)).tolist()
    [90.0, 100.0, 120.0]
    """
    value, error = np.asarray(value), np.asarray(error)
    nearest: Array = np.clip(np.clip(value, *stated), value - error, value + error)
    return nearest


class DurationAgreement(_RangeAgreement[DurationClause]):
    """Agreement with the duration between two events, or of the whole journey."""

    def list_passages(self) -> set[int]:
        """Return the passages between which the time is measured."""
        return self._list_ends(self.clause.between)

    def _find_values(self, times: KeyTimes, _model: ObservationModel) -> Array:
        clause, events = self.clause, EventTimes(times)
        if clause.between is None:
            return events.get_duration_s()
        span = self._find_span(clause.between)
        if span is None:
            return np.full(times.draws, np.nan)
        start_s = events.get_times(clause.from_event or "depart", span[0])
        return events.get_times(clause.to_event, span[1]) - start_s


class StandAgreement(_RangeAgreement[StandClause]):
    """Agreement with the time stood at a place, taken as the planned dwell there."""

    @property
    def is_constant(self) -> bool:
        """Whether the route does not pass the place."""
        return not self._find_visit(self.clause.place)

    def _find_values(self, times: KeyTimes, _model: ObservationModel) -> Array:
        found = self._find_visit(self.clause.place)
        return EventTimes(times).get_dwell(found[0]) if found else np.full(times.draws, np.nan)


class HeadingAgreement(ClauseAgreement[HeadingClause]):
    """Agreement with a heading: a reported destination or venue."""

    @classmethod
    def find_flat(cls, clause: HeadingClause, journey: Journey) -> float:
        """Return the share of the routes with this heading; ``one_sided`` if none has it."""
        leading = [_leads_to(clause, h.route) for h in journey.routes.values()]
        return sum(leading) / len(leading) if any(leading) else journey.plan.trust.one_sided

    def list_passages(self) -> set[int]:
        """Return no passages, since a heading depends on the route only."""
        return set()

    @property
    def is_constant(self) -> bool:
        """True, since a heading depends on the route only."""
        return True

    def measure(self, times: KeyTimes, _model: ObservationModel) -> Array:
        """Return the log of full agreement for all draws if the route has this heading.

        Otherwise no draw agrees.
        """
        return np.full(times.draws, 0.0 if _leads_to(self.clause, self.route) else IMPOSSIBLE)


def _leads_to(clause: HeadingClause, route: Route) -> bool:
    """Return whether a route leads to one of the places, beyond ``after`` if it is given."""
    after = route.visits.get(clause.after, ()) if clause.after else (-1,)
    passed = [i for place in clause.destinations for i in route.visits.get(place, ())]
    return bool(after) and any(index > after[0] for index in passed)
