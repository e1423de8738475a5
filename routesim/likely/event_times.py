"""Quantities of draws that are compared with clauses: event times, stays, speeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.encoding.passing import is_stay
from routesim.geodesy import measure_distances_m
from routesim.units import km_to_metres

if TYPE_CHECKING:
    from routesim.arrays import Array
    from routesim.evidence import Moment
    from routesim.journey import PassageTimes


class EventTimes:
    """Times, speeds and durations of the draws of one ensemble.

    Arrays are (draws,), with NaN where a draw has no such value.
    """

    def __init__(self, ensemble: PassageTimes) -> None:
        self.ensemble = ensemble
        self.route = ensemble.route

    def list_visits(self, place: str) -> list[int]:
        """Return the indices of all passages of a place; empty if there are none."""
        return list(self.route.visits.get(place, ()))

    def get_times(self, event: str, index: int) -> Array:
        """Return the times of an event at a passage, POSIX seconds.

        A draw has no departure from a passage before its origin, and no arrival at its origin.
        """
        if event in {"depart", "board"}:
            return self.ensemble.get_departures(index)
        return self.ensemble.get_arrivals(index)

    def get_span(self, event: str, index: int) -> tuple[Array, Array]:
        """Return the earliest and the latest time of an event at a passage, POSIX seconds.

        They are equal, except for ``pass`` at a planned stop: this may be any moment of the
        stay. A draw that starts there does not pass.
        """
        times_s = self.get_times(event, index)
        if not is_stay(event, index, self.ensemble.dwell_s):
            return times_s, times_s
        leave_s = self.get_times("depart", index)
        return times_s, np.where(np.isnan(times_s), np.nan, leave_s)

    def get_moment(self, moment: Moment) -> tuple[Array, Array] | None:
        """Return the span of the event of a moment; None if it is no event of the train.

        If the route passes the place several times, the last passage counts.
        """
        if moment.place is None or moment.event is None:
            return None
        visits = self.list_visits(moment.place)
        if not visits:
            never = np.full(self.ensemble.draws, np.nan)
            return never, never
        return self.get_span(moment.event, visits[-1])

    def get_stay(self, first: int, last: int) -> tuple[Array, Array]:
        """Return the arrival at one passage and the departure from another, POSIX seconds.

        The train counts as being at its origin before its departure, and at the destination
        after its arrival.
        """
        ensemble = self.ensemble
        start = np.where(
            ensemble.origin_index < first,
            ensemble.get_reached(first),
            np.where(ensemble.origin_index <= last, -np.inf, np.nan),
        )
        if last == len(self.route.passages) - 1:
            return start, np.full(ensemble.draws, np.inf)
        return start, ensemble.get_departures(last)

    def get_time_stood(self, index: int) -> Array:
        """Return the time at rest at a passage in seconds, planned and unplanned.

        It is NaN for draws that do not arrive there, and 0 at the destination.
        """
        arrive_s = self.ensemble.get_arrivals(index)
        if index == len(self.route.passages) - 1:
            return np.where(np.isnan(arrive_s), np.nan, 0.0)
        return np.asarray(self.ensemble.get_departures(index) - arrive_s)

    def get_duration_s(self) -> Array:
        """Return the duration of the whole journey of each draw, in seconds."""
        last = len(self.route.passages) - 1
        return self.ensemble.get_reached(last) - self.ensemble.departure_s

    def get_chord_m(self) -> Array:
        """Return the distance in a straight line from origin to destination, in metres."""
        origin, lon, lat = self.ensemble.origin_index, self.route.axis.lon, self.route.axis.lat
        return measure_distances_m(lon[origin], lat[origin], lon[-1], lat[-1])

    def get_speed_mps(self, basis: str, span: tuple[int, int] | None) -> Array:
        """Return the ``running`` or ``overall`` speed in m/s between two passages.

        By default the speed of the whole journey, from the origin of each draw. The running
        speed is the length over the time moving, the overall speed over the elapsed time.
        """
        ensemble = self.ensemble
        first, last = span or (None, -1)
        if basis == "running":
            return ensemble.measure_running_mps(first, last)
        elapsed_s = self.get_duration_s()
        if first is not None:
            elapsed_s = self.get_times("arrive", last) - self.get_times("depart", first)
        return np.asarray(km_to_metres(ensemble.measure_km(first, last)) / elapsed_s)

    def get_chord_error_m(self) -> Array:
        """Return how far off that distance may be, because positions are approximate."""
        km = np.array([p.station.position_error_km for p in self.route.passages])
        return km_to_metres(km[self.ensemble.origin_index] + km[-1])
