"""Agreement with clauses about quantities: speed, distance, duration and standing."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from routesim.evidence import DistanceClause, DurationClause, SpeedClause, StandClause
from routesim.geodesy import measure_distances_m
from routesim.likely.agreement.clause_agreement import ClauseAgreement
from routesim.likely.event_times import EventTimes
from routesim.units import km_to_metres, kmh_to_mps

if TYPE_CHECKING:
    from routesim.journey import KeyTimes
    from routesim.journey.records import TrustRow
    from routesim.likely.agreement.observation_model import ObservationModel
    from routesim.network import Network


Array = NDArray[np.float64]
RangeT = TypeVar("RangeT", bound="SpeedClause | DistanceClause | DurationClause | StandClause")


class _RangeAgreement(ClauseAgreement[RangeT]):
    """A quantity between two ends."""

    @staticmethod
    def _get_ends(clause: RangeT) -> tuple[float, float]:
        return clause.range


class SpeedAgreement(_RangeAgreement[SpeedClause]):
    """A running or an overall speed, between two places or of the whole journey."""

    @staticmethod
    def _get_span(trust: TrustRow) -> float:
        return kmh_to_mps(trust.span_kmh)

    @property
    def _is_running(self) -> bool:
        return self.clause.basis == "running"

    def list_passages(self) -> set[int]:
        """Return the passages between which an overall speed is measured."""
        if self._is_running:
            return set()
        if self.clause.between is None:
            return {self._last}
        return self._list_all_visits(self.clause.between)

    def measure(self, times: KeyTimes, model: ObservationModel) -> Array:
        """Return the agreement of the speed with its range."""
        low, high = self.clause.low_mps, self.clause.high_mps
        return model.compare_range(self._find_speeds(times), low, high)

    def _find_speeds(self, times: KeyTimes) -> Array:
        """Return the speeds; of the whole journey those of each draw from its own origin."""
        if self.clause.between is None:
            if self._is_running:
                return times.measure_running_mps()
            took_s = times.get_reached(self._last) - times.departure_s
            return np.asarray(km_to_metres(times.measure_km()) / took_s)
        span = self._find_span(self.clause.between)
        if span is None:
            return np.full(times.draws, np.nan)
        events = EventTimes(times)
        return (
            events.get_running_mps(*span) if self._is_running else events.get_overall_mps(*span)
        )


class DistanceAgreement(_RangeAgreement[DistanceClause]):
    """A distance by rail or in a straight line, between two places or of the whole journey."""

    @staticmethod
    def _get_span(trust: TrustRow) -> float:
        return km_to_metres(trust.span_km)

    def list_passages(self) -> set[int]:
        """Return none: a distance depends on no time."""
        return set()

    @property
    def is_constant(self) -> bool:
        """Whether it is between two places; that of the journey depends on its origin."""
        return self.clause.between is not None

    def measure(self, times: KeyTimes, model: ObservationModel) -> Array:
        """Return the agreement of the distance with its range."""
        lengths_m = self._find_lengths_m(times, model.journey.network)
        return model.compare_range(lengths_m, self.clause.low_m, self.clause.high_m)

    def _find_lengths_m(self, times: KeyTimes, network: Network) -> Array:
        if self.clause.between is not None:
            length_m = _measure_between_m(network, *self.clause.between, self.clause.measure)
            return np.full(times.draws, length_m)
        if self.clause.measure == "rail":
            return km_to_metres(times.measure_km())
        origin, axis = times.origin_index, self.route.axis
        return measure_distances_m(
            axis.lon[origin], axis.lat[origin], axis.lon[-1], axis.lat[-1]
        )


# Keyed by the identity of the network, which stays in memory as long as its distances do.
@lru_cache(maxsize=256)
def _measure_between_m(network: Network, one: str, other: str, measure: str) -> float:
    """Return the distance between two places by rail or in a straight line, in metres."""
    ends = [network.find_station(name) for name in (one, other)]
    if measure == "rail":
        return km_to_metres(network.route(ends[0].name, ends[1].name).length_km)
    return float(measure_distances_m(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat))


class DurationAgreement(_RangeAgreement[DurationClause]):
    """A time from an event at one place to an event at another, or of the whole journey."""

    def list_passages(self) -> set[int]:
        """Return the passages between which the time is measured."""
        if self.clause.between is None:
            return {self._last}
        return self._list_all_visits(self.clause.between)

    def measure(self, times: KeyTimes, model: ObservationModel) -> Array:
        """Return the agreement of the duration with its range."""
        clause = self.clause
        if clause.between is None:
            took_s = times.get_reached(self._last) - times.departure_s
            return model.compare_range(took_s, clause.low_s, clause.high_s)
        span = self._find_span(clause.between)
        if span is None:
            return self._fail(times)
        events = EventTimes(times)
        start_s = events.get_times(clause.from_event or "depart", span[0])
        end_s = events.get_times(clause.to_event, span[1])
        return model.compare_range(end_s - start_s, clause.low_s, clause.high_s)


class StandAgreement(_RangeAgreement[StandClause]):
    """A time standing at a place: the planned dwell there."""

    def list_passages(self) -> set[int]:
        """Return none: a dwell is drawn by itself."""
        return set()

    @property
    def is_constant(self) -> bool:
        """Whether the route does not pass the place."""
        return not self._find_visit(self.clause.place)

    def measure(self, times: KeyTimes, model: ObservationModel) -> Array:
        """Return the agreement of the dwell with its range."""
        found = self._find_visit(self.clause.place)
        if not found:
            return self._fail(times)
        dwell_s = EventTimes(times).get_dwell(found[0])
        return model.compare_range(dwell_s, self.clause.low_s, self.clause.high_s)
