"""The run of a train over a route of the network."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.answers import Answer
from routesim.errors import ArgumentError, Fault
from routesim.kinematics.argument_checks import SMALLEST, check_number
from routesim.kinematics.run import run
from routesim.kinematics.track import SpeedLimit, Stop, Track
from routesim.units import km_to_metres, kmh_to_mps, seconds_to_hours

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from routesim.arrays import Array
    from routesim.kinematics.result import Run
    from routesim.kinematics.train import Train
    from routesim.network import Route
else:
    pd = lazy_loader.load("pandas")


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop of a run over a route.

    ``index`` is the index of the passage in ``Route.passages``. ``reverses`` is True if the
    train reverses there. Arrival and departure are in seconds from the start of the run.
    """

    index: int
    dwell_s: float
    arrive_s: float
    depart_s: float
    reverses: bool


@dataclass(frozen=True, eq=False)
class RouteRun(Answer):
    """The run of a train over a route, returned by `run_route`.

    Parameters
    ----------
    route : Route
        Route of the run.
    train : Train
        Train of the run.
    track : Track
        Track made from the route. A position on it is the kilometre on the route, in m.
    run : Run
        Run of the train over the track.
    halts : tuple of Halt
        Stops in the order of travel.
    speed_kmh : float, optional
        Speed limit on the whole route in km/h. None for the cap of each line.
    """

    route: Route
    train: Train
    track: Track
    run: Run
    halts: tuple[Halt, ...]
    speed_kmh: float | None = None

    @property
    def arrive_s(self) -> Array:
        """Arrival of the head at each passage, in s from the start; shape (passages,)."""
        return self.run.time_at(km_to_metres(self.route.passage_km))

    @property
    def standing_s(self) -> float:
        """Standing time in s: dwells and startup delays."""
        phases = self.run.phases
        stands = phases[phases["kind"] == "stand"]
        return float((stands["end_s"] - stands["start_s"]).sum())

    @property
    def running_s(self) -> float:
        """Running time in s: the duration without the standing time."""
        return self.run.duration_s - self.standing_s

    @property
    def running_speed_kmh(self) -> float:
        """Running speed in km/h: the distance over the running time."""
        return self.route.length_km / seconds_to_hours(self.running_s)

    @property
    def overall_speed_kmh(self) -> float:
        """Overall speed in km/h: the distance over the duration, stops included."""
        return self.route.length_km / seconds_to_hours(self.run.duration_s)

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row per passage.

        The columns are station, visit, km, arrive_s, depart_s, stops and reverses.
        """
        return pd.DataFrame(self._list_points())

    def _describe(self) -> dict[str, Any]:
        return {
            "origin": self.route.origin,
            "destination": self.route.destination,
            "length_km": self.route.length_km,
            "limit": "line caps" if self.speed_kmh is None else "one speed",
            "limit_kmh": self.speed_kmh,
            "duration_s": self.run.duration_s,
            "running_s": self.running_s,
            "standing_s": self.standing_s,
            "running_speed_kmh": self.running_speed_kmh,
            "overall_speed_kmh": self.overall_speed_kmh,
            "points": self._list_points(),
        }

    def _list_points(self) -> list[dict[str, Any]]:
        halts = {halt.index: halt for halt in self.halts}
        timed = zip(self.route.passages, self.arrive_s.tolist(), strict=True)
        return [
            {
                "station": passage.station.name,
                "visit": passage.visit,
                "km": passage.km,
                "arrive_s": arrive_s,
                "depart_s": halts[index].depart_s if index in halts else arrive_s,
                "stops": index in halts,
                "reverses": index in halts and halts[index].reverses,
            }
            for index, (passage, arrive_s) in enumerate(timed)
        ]


def run_route(
    train: Train,
    route: Route,
    *,
    speed_kmh: float | None = None,
    stops: Sequence[tuple[str, float]] = (),
) -> RouteRun:
    """Run a train over a route as fast as train and limits allow, on level track.

    Parameters
    ----------
    train : Train
        Train that runs.
    route : Route
        Route from ``Network.route``. The train starts and ends at rest, and stops at every
        known reversal of the route.
    speed_kmh : float, optional
        Speed limit on the whole route in km/h. None for the cap of each line.
    stops : sequence of tuple of str and float, default ()
        Stations on the route, each with its dwell in s. At a station that the route passes
        several times, the stop is at the passage where the train reverses, or else at the
        first passage.

    Returns
    -------
    RouteRun
        The run, with the times at each passage.

    Raises
    ------
    UnknownNameError
        If the route does not pass a station.
    ArgumentError
        If the speed is not greater than zero, a dwell is negative, or a station is given
        twice.

    Examples
    --------
    >>> from routesim.kinematics import Train
    >>> from routesim.network import load_network
    >>> route = load_network().route("Khasan", "Ussuriysk")
    >>> found = run_route(Train(), route, speed_kmh=60)
    >>> round(found.run.duration_s / 3600, 2)
    4.35
    """
    limits = _make_limits(route, speed_kmh)
    track = Track(length_m=km_to_metres(route.length_km), limits=limits)
    turning = {t.index for t in route.reversals_found if t.movement == "reverse"}
    dwells_s = _place_stops(route, stops, turning)
    order = sorted(dwells_s)
    stand = [Stop(km_to_metres(route.passages[i].km), dwells_s[i]) for i in order]
    found = run(train, track, stops=stand)
    halts = tuple(
        Halt(index, dwells_s[index], arrive_s, depart_s, index in turning)
        for index, (_, arrive_s, depart_s) in zip(
            order, found.stop_times.itertuples(index=False), strict=True
        )
    )
    return RouteRun(route, train, track, found, halts, speed_kmh)


def _make_limits(route: Route, speed_kmh: float | None) -> list[SpeedLimit]:
    """Return one limit for the whole route, or without a speed one per stretch with one cap."""
    if speed_kmh is not None:
        faults: list[Fault] = []
        check_number("speed_kmh", speed_kmh, SMALLEST, faults)
        if faults:
            raise ArgumentError(faults)
        return [SpeedLimit(0.0, km_to_metres(route.length_km), kmh_to_mps(speed_kmh))]
    limits = []
    by_cap = groupby(pairwise(route.passages), lambda pair: pair[0].section.cap_kmh)
    for cap_kmh, group in by_cap:
        pairs = list(group)
        ends_m = km_to_metres(pairs[0][0].km), km_to_metres(pairs[-1][1].km)
        limits.append(SpeedLimit(*ends_m, kmh_to_mps(cap_kmh)))
    return limits


def _place_stops(
    route: Route, stops: Sequence[tuple[str, float]], turning: set[int]
) -> dict[int, float]:
    """Return the dwell at each stop by index of its passage; 0 at reversals without one."""
    faults: list[Fault] = []
    dwells_s: dict[int, float] = {}
    for station, dwell_s in stops:
        index = route.index_of(station)
        name = route.passages[index].station.name
        index = next((i for i in turning if route.passages[i].station.name == name), index)
        if index in dwells_s:
            faults.append(Fault(f"stop at {name}", "is given twice", "give it once"))
        dwells_s[index] = check_number(f"dwell at {name}", dwell_s, 0.0, faults)
    if faults:
        raise ArgumentError(faults)
    return dict.fromkeys(turning, 0.0) | dwells_s
