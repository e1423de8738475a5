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
    from routesim.journey import Journey, KeyTimes, PassageTimes
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
        """Return no passages, if the quantity depends on no time."""
        return set()

    def measure(self, times: KeyTimes, model: ObservationModel) -> Array:
        """Return the log agreement of the quantity with its range, (draws,)."""
        values = self._find_values(times, model)
        return model.compare_range(values, self.clause, self.clause.range)

    @abstractmethod
    def _find_values(self, times: KeyTimes, model: ObservationModel) -> Array:
        """Return the quantity in each draw, in SI units; NaN if the route misses the places."""


class SpeedAgreement(_RangeAgreement[SpeedClause]):
    """Agreement with a running or overall speed, between two places or of the journey."""

    @staticmethod
    def _get_span(trust: TrustRow) -> float:
        return kmh_to_mps(trust.span_kmh)

    def list_passages(self) -> set[int]:
        """Return the passages between which the speed is measured."""
        return self._list_ends(self.clause.between)

    def _find_values(self, times: KeyTimes, _model: ObservationModel) -> Array:
        """Return the speeds in m/s; for the whole journey, from the origin of each draw."""
        if self.clause.between is None:
            return EventTimes(times).get_speed_mps(self.clause.basis, None)
        span = self._find_span(self.clause.between)
        if span is None:
            return np.full(times.draws, np.nan)
        return EventTimes(times).get_speed_mps(self.clause.basis, span)


class DistanceAgreement(_RangeAgreement[DistanceClause]):
    """Agreement with a distance by rail or in a straight line."""

    @staticmethod
    def _get_span(trust: TrustRow) -> float:
        return km_to_metres(trust.span_km)

    @property
    def is_constant(self) -> bool:
        """Whether two places are given, in a straight line. Lengths by rail may be disputed."""
        return self.clause.between is not None and self.clause.measure == "straight"

    def _find_values(self, times: KeyTimes, model: ObservationModel) -> Array:
        clause, measure = self.clause, self.clause.measure
        length_m = measure_distance_m(clause, measure, times, model.journey)
        error_m = measure_error_m(clause, measure, times, model.journey)
        return approach_range(length_m, error_m, clause.range)


def measure_distance_m(
    clause: DistanceClause, measure: str, times: PassageTimes, journey: Journey
) -> Array:
    """Return the distance that a clause is about, in metres, (draws,).

    ``measure`` is ``rail`` or ``straight``. Without two places it is the distance from the
    origin of each draw to the end. Between two places it is that of the line, whatever the
    route of the journey. Disputed lengths are as drawn, or official if the route of the journey
    does not contain them.
    """
    if clause.between is None:
        if measure == "rail":
            return km_to_metres(times.measure_km())
        return EventTimes(times).get_chord_m()
    if measure != "rail":
        ends = [journey.network.find_station(name) for name in clause.between]
        chord_m = measure_distances_m(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat)
        return np.full(times.draws, float(chord_m))
    disputed = tuple((row.from_, row.to) for row in journey.plan.lengths)
    official_m, parts_m = _measure_line_m(journey.network, clause.between, disputed)
    length_m = np.full(times.draws, official_m)
    for number, part_m in parts_m.items():
        if number in times.length_ratio:
            length_m += (times.length_ratio[number] - 1.0) * part_m
    return length_m


# Networks are compared by identity, so the cache keeps them in memory.
@lru_cache(maxsize=256)
def _measure_line_m(
    network: Network, between: tuple[str, str], disputed: tuple[tuple[str, str], ...]
) -> tuple[float, dict[int, float]]:
    """Return the official length between two places, and those of its disputed parts by number.

    All in metres, by rail. ``disputed`` has the ends of the parts.
    """
    route = network.route(*between)
    parts_m = {
        number: km_to_metres(abs(route.km_of(to) - route.km_of(start)))
        for number, (start, to) in enumerate(disputed)
        if route.passes(start) and route.passes(to)
    }
    return km_to_metres(route.length_km), parts_m


def measure_error_m(
    clause: DistanceClause, measure: str, times: PassageTimes, journey: Journey
) -> Array:
    """Return how far off a distance may be in metres, because positions are approximate.

    The arguments are those of :func:`measure_distance_m`. Lengths by rail have no such error.
    """
    if measure == "rail":
        return np.zeros(times.draws)
    if clause.between is None:
        return EventTimes(times).get_chord_error_m()
    ends = [journey.network.find_station(name) for name in clause.between]
    return np.full(times.draws, km_to_metres(sum(end.position_error_km for end in ends)))


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

    def measure(self, times: KeyTimes, model: ObservationModel) -> Array:
        """Return the log agreement of the duration with its range, (draws,)."""
        clause, events = self.clause, EventTimes(times)
        span = clause.between and self._find_span(clause.between)
        if span is None:
            return super().measure(times, model)
        first = events.get_span(clause.from_event or "depart", span[0])
        then = events.get_span(clause.to_event, span[1])
        return model.compare_lapse((first, then), clause, clause.range)

    def _find_values(self, times: KeyTimes, _model: ObservationModel) -> Array:
        """Return the duration of the whole journey; NaN for two places off the route."""
        if self.clause.between is None:
            return EventTimes(times).get_duration_s()
        return np.full(times.draws, np.nan)


class StandAgreement(_RangeAgreement[StandClause]):
    """Agreement with the time at rest at a place, planned and unplanned."""

    def list_passages(self) -> set[int]:
        """Return the passage of the place."""
        return set(self._find_visit(self.clause.place))

    @property
    def is_constant(self) -> bool:
        """Whether the route does not pass the place."""
        return not self._find_visit(self.clause.place)

    def _find_values(self, times: KeyTimes, _model: ObservationModel) -> Array:
        found = self._find_visit(self.clause.place)
        return (
            EventTimes(times).get_time_stood(found[0])
            if found
            else np.full(times.draws, np.nan)
        )


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
