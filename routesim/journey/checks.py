"""Checks of a plan against its routes, its train and the network, and its unused keys."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from routesim.answers import Answer
from routesim.errors import ArgumentError, Fault, RouteError, UnknownNameError
from routesim.journey.records import UNUSED_STANDING
from routesim.text.names import format_unused
from routesim.units import mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from routesim.journey.journey import Journey
    from routesim.journey.records import PlanRow, StopRow
    from routesim.network import Route


MIN_RUNNING_KMH = 1.0
MAX_PRIOR_MIN = 1e6
"""Longest dwell, or standing per 100 km, in a prior: about two years."""
MIN_HALT_MIN = 0.1
"""Shortest mean length of a halt; the shorter the halts, the more of them are drawn."""
MAX_LENGTH_RATIO = 2.0
"""Largest ratio of the length in a prior to the length by chainage, or the inverse."""


@dataclass(frozen=True, slots=True)
class UnusedKey(Answer):
    """A key of a plan that is accepted and has no effect.

    Parameters
    ----------
    key : str
        Name of the key, with its table.
    lines : tuple of str
        Names of the lines whose rows have the key, in the order of the file.
    """

    key: str
    lines: tuple[str, ...]
    json_keys = ("key", "lines", "text")

    @property
    def text(self) -> str:
        """That the key has no effect, in words."""
        return format_unused(self.key, self.lines)


def list_unused_keys(plan: PlanRow) -> tuple[UnusedKey, ...]:
    """List the keys of a plan that have no effect."""
    given = {
        key: tuple(row.line for row in plan.standing if getattr(row, key) is not None)
        for key in UNUSED_STANDING
    }
    return tuple(
        UnusedKey(f"plan.standing.{key}", lines) for key, lines in given.items() if lines
    )


def check_plan(journey: Journey, file: str) -> list[Fault]:
    """Find the faults of a plan against its routes, its train and the network."""
    faults: list[Fault] = []
    plan = journey.plan
    lines = {section.line for section in journey.network.sections}
    for key, rows in (("speeds", plan.speeds), ("standing", plan.standing)):
        named = [row.line for row in rows]
        faults += [
            Fault(f"{file}, plan.{key}", str(UnknownNameError("line", line, sorted(lines))))
            for line in named
            if line not in lines
        ]
        if len(set(named)) != len(named):
            faults.append(Fault(f"{file}, plan.{key}", "a line is listed twice"))
    faults += _check_speeds(journey, file) + _check_sizes(plan, file)
    faults += _check_reports(journey, file)
    routes: dict[str, Route] = {}
    for route_id, hypothesis in journey.routes.items():
        where = f"{file}, route {route_id}"
        try:
            routes[route_id] = hypothesis.route
        except (UnknownNameError, RouteError) as error:
            faults.append(Fault(where, str(error)))
        else:
            faults += _check_route(journey, route_id, routes[route_id], where)
    return faults + _check_stations(journey, routes, file)


def _check_speeds(journey: Journey, file: str) -> list[Fault]:
    max_kmh = mps_to_kmh(journey.train.max_speed_mps)
    fast, slow = [], []
    for row in journey.plan.speeds:
        where, speed = f"{file}, plan.speeds, {row.line}", row.running_kmh
        if speed.highest > max_kmh * (1 + 1e-12):
            what = f"{speed.highest:g} km/h is over the train's maximum of {max_kmh:g} km/h"
            fast.append(Fault(where, what, "use a bounded distribution below it"))
        if isfinite(speed.highest) and speed.lowest < MIN_RUNNING_KMH:
            what = f"{speed.lowest:g} km/h is too slow for a running speed"
            remedy = f"give {MIN_RUNNING_KMH:g} km/h or more; standing has a prior of its own"
            slow.append(Fault(where, what, remedy))
    return fast + slow


def _check_reports(journey: Journey, file: str) -> list[Fault]:
    """Find reports named as the basis of a speed that are not in the file.

    ``2019-04/C48`` names a report of another journey. It is not checked.
    """
    known = {report.id for report in journey.reports}
    remedy = "correct it, or write JOURNEY/ID for a report of another journey"
    what = "is based on {!r}, which is not a report of this file"
    return [
        Fault(f"{file}, plan.speeds, {speed.line}", what.format(report_id), remedy)
        for speed in journey.plan.speeds
        for report_id in speed.reports
        if report_id not in known and "/" not in report_id
    ]


def _check_sizes(plan: PlanRow, file: str) -> list[Fault]:
    named = [(f"plan.stops, {row.station}", row.dwell_min) for row in plan.stops]
    named += [(f"plan.standing, {row.line}", row.min_per_100km) for row in plan.standing]
    variation = plan.variation
    named.append(("plan.variation", variation.standing_min_per_100km))
    named.append(("plan.variation", variation.halt_min))
    faults = [
        Fault(
            f"{file}, {key}", f"goes up to {most:g} min", f"give at most {MAX_PRIOR_MIN:,.0f}"
        )
        for key, prior in named
        if (most := prior.span[1]) > MAX_PRIOR_MIN
    ]
    if (least := variation.halt_min.span[0]) < MIN_HALT_MIN:
        what, remedy = f"halt_min goes down to {least:g} min", f"give at least {MIN_HALT_MIN:g}"
        faults.append(Fault(f"{file}, plan.variation", what, remedy))
    return faults


def _check_route(journey: Journey, route_id: str, route: Route, where: str) -> list[Fault]:
    known = {speed.line for speed in journey.plan.speeds}
    faults = [
        Fault(where, f"no running speed for line {line!r}", "add it to plan.speeds")
        for line in sorted({passage.line for passage in route.passages} - known)
    ]
    stops = [stop for stop in _list_stops(journey, route_id) if route.passes(stop.station)]
    faults += _check_visits(stops, route, where)
    stopping = {journey.network.find_station(stop.station).name for stop in stops}
    turning = [turn.station for turn in route.reversals_found if turn.movement == "reverse"]
    return faults + [
        Fault(
            where, f"it reverses at {name}, where the plan has no stop", "add one to plan.stops"
        )
        for name in turning
        if name not in stopping
    ]


def _list_stops(journey: Journey, route_id: str) -> list[StopRow]:
    """Return the planned stops for a route, including those that it does not pass."""
    stops = journey.plan.stops
    return [stop for stop in stops if stop.routes is None or route_id in stop.routes]


def _check_visits(stops: list[StopRow], route: Route, where: str) -> list[Fault]:
    faults: list[Fault] = []
    taken: set[int] = set()
    for stop in stops:
        try:
            index = route.index_of(stop.station, stop.visit or 1)
        except ArgumentError as error:
            faults += [Fault(f"{where}, stop", str(fault)) for fault in error.faults]
            continue
        name = route.passages[index].station.name
        turning = [turn.index for turn in route.reversals_found if turn.station == name]
        index = turning[0] if turning and stop.visit is None else index
        if index in taken:
            faults.append(
                Fault(where, f"two stops of the plan at one passage of {name}", "keep one")
            )
        taken.add(index)
    return faults


def _check_stations(journey: Journey, routes: Mapping[str, Route], file: str) -> list[Fault]:
    plan = journey.plan
    named = [("plan.origins", origin.station) for origin in plan.origins]
    named += [("plan.stops", stop.station) for stop in plan.stops]
    for length in plan.lengths:
        named += [("plan.lengths", length.from_), ("plan.lengths", length.to)]
    faults: list[Fault] = []
    for key, station in named:
        try:
            journey.network.find_station(station)
        except UnknownNameError as error:
            faults.append(Fault(f"{file}, {key}", str(error)))
    for stop in plan.stops:
        faults += [
            Fault(f"{file}, plan.stops, {stop.station}", f"no route has the id {route!r}")
            for route in stop.routes or ()
            if route not in journey.routes
        ]
    if faults:
        return faults
    origins = [origin.station for origin in plan.origins]
    for route_id, route in routes.items():
        faults += _check_origins(origins, route_id, route, f"{file}, plan.origins")
    return faults + _check_lengths(journey, file) + _check_placed(journey, routes, file)


def _check_origins(
    stations: Iterable[str], route_id: str, route: Route, where: str
) -> list[Fault]:
    passed = {name: route.passes(name) for name in stations}
    remedy = "name stations that every route"
    return [
        Fault(where, f"route {route_id} does not pass {name}", f"{remedy} passes")
        for name in passed
        if not passed[name]
    ] + [
        Fault(where, f"route {route_id} ends at {name}", f"{remedy} continues beyond")
        for name in passed
        if passed[name] and route.index_of(name) == len(route.passages) - 1
    ]


def _check_lengths(journey: Journey, file: str) -> list[Fault]:
    faults: list[Fault] = []
    for row in journey.plan.lengths:
        where = f"{file}, plan.lengths, {row.from_} to {row.to}"
        try:
            official_km = journey.network.route(row.from_, row.to).length_km
        except RouteError as error:
            faults.append(Fault(where, str(error)))
            continue
        least, most = row.km.span
        if (
            not official_km / MAX_LENGTH_RATIO
            <= least
            <= most
            <= official_km * MAX_LENGTH_RATIO
        ):
            what = f"{least:g} to {most:g} km, but {official_km:g} by the chainage"
            remedy = "give lengths within a factor of two of it"
            faults.append(Fault(where, what, remedy))
    return faults


def _check_placed(journey: Journey, routes: Mapping[str, Route], file: str) -> list[Fault]:
    """Find stops that lie on no route, or only at the ends of routes."""
    placed = {
        (stop.station, stop.routes)
        for route_id, route in routes.items()
        for inner in [{passage.station.name for passage in route.passages[1:-1]}]
        for stop in _list_stops(journey, route_id)
        if journey.network.find_station(stop.station).name in inner
    }
    what, remedy = "no route stops there on its way", "remove the stop, or correct its routes"
    return [
        Fault(f"{file}, plan.stops, {stop.station}", what, remedy)
        for stop in journey.plan.stops
        if (stop.station, stop.routes) not in placed
    ]
