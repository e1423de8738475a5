"""What is wrong with a plan: held against its routes, its train and the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.errors import ArgumentError, Fault, RouteError, UnknownNameError
from routesim.journey.priors import Fixed, LogNormal, Triangular, Uniform
from routesim.units import mps_to_kmh

if TYPE_CHECKING:
    from routesim.journey.journey import Journey, RouteHypothesis
    from routesim.journey.records import PlanRow, StopRow
    from routesim.network import Route

__all__ = ["check_plan"]

MIN_RUNNING_KMH = 1.0
MAX_QUANTITY = 1e6
"""Of minutes in a prior: two years. Beyond it lies a typing error."""
MAX_LENGTH_RATIO = 2.0
"""By which the length in a prior may differ from the chainage, either way."""


def check_plan(journey: Journey, file: str) -> list[Fault]:
    """Find what is wrong between a journey's plan, its routes and the network."""
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
            faults.append(Fault(f"{file}, plan.{key}", "a line stands twice"))
    max_kmh = mps_to_kmh(journey.train.max_speed_mps)
    faults += [
        Fault(
            f"{file}, plan.speeds, {speed.line}",
            f"{speed.running_kmh.highest:g} km/h is over the train's maximum of {max_kmh:g}",
            "use a bounded distribution below it",
        )
        for speed in plan.speeds
        if speed.running_kmh.highest > max_kmh * (1 + 1e-12)
    ]
    faults += [
        Fault(
            f"{file}, plan.speeds, {speed.line}",
            f"{speed.running_kmh.lowest:g} km/h is no running speed",
            f"give {MIN_RUNNING_KMH:g} km/h or more; standing has a prior of its own",
        )
        for speed in plan.speeds
        if isinstance(speed.running_kmh, Fixed | Uniform | Triangular)
        and speed.running_kmh.lowest < MIN_RUNNING_KMH
    ]
    faults += _check_sizes(plan, file)
    faults += _check_reports(journey, file)
    for hypothesis in journey.routes.values():
        where = f"{file}, route {hypothesis.id}"
        try:
            route = hypothesis.route
        except (UnknownNameError, RouteError) as error:
            faults.append(Fault(where, str(error)))
            continue
        faults += _check_route(journey, hypothesis.id, route, where)
    faults += _check_stations(journey, file)
    return faults


def _check_reports(journey: Journey, file: str) -> list[Fault]:
    """Find reports that a speed rests on and that are not there.

    ``2019-04/C48`` names a report of another journey; it is for the reader to follow.
    """
    known = {report.id for report in journey.reports}
    return [
        Fault(
            f"{file}, plan.speeds, {speed.line}",
            f"rests on {report_id!r}, which is no report of this file",
            "correct it, or write JOURNEY/ID for a report of another journey",
        )
        for speed in journey.plan.speeds
        for report_id in speed.reports
        if report_id not in known and "/" not in report_id
    ]


def _check_sizes(plan: PlanRow, file: str) -> list[Fault]:
    named = [(f"plan.stops, {row.station}", row.dwell_min) for row in plan.stops]
    named += [(f"plan.standing, {row.line}", row.min_per_100km) for row in plan.standing]
    return [
        Fault(f"{file}, {key}", f"goes up to {most:g} min", f"at most {MAX_QUANTITY:,.0f}")
        for key, prior in named
        if (most := prior.p95 if isinstance(prior, LogNormal) else prior.highest) > MAX_QUANTITY
    ]


def _check_route(journey: Journey, route_id: str, route: Route, where: str) -> list[Fault]:
    known = {speed.line for speed in journey.plan.speeds}
    missing = sorted({passage.line for passage in route.passages} - known)
    faults = [
        Fault(where, f"no running speed for line {line!r}", "add it to plan.speeds")
        for line in missing
    ]
    stops = [
        stop
        for stop in journey.plan.stops
        if (stop.routes is None or route_id in stop.routes) and route.passes(stop.station)
    ]
    faults += _check_visits(stops, route, where)
    stopping = {journey.network.find_station(stop.station).name for stop in stops}
    faults += [
        Fault(
            where,
            f"it reverses at {turn.station}, where the plan has no stop",
            "add one to plan.stops",
        )
        for turn in route.reversals_found
        if turn.movement == "reverse" and turn.station not in stopping
    ]
    return faults


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


def _check_stations(journey: Journey, file: str) -> list[Fault]:
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
        unknown = [route for route in stop.routes or () if route not in journey.routes]
        faults += [
            Fault(f"{file}, plan.stops, {stop.station}", f"names no route {route!r}")
            for route in unknown
        ]
    if not faults:
        for hypothesis in journey.routes.values():
            faults += [
                Fault(
                    f"{file}, plan.origins",
                    f"route {hypothesis.id} does not pass {origin.station}",
                    "name stations that every route passes",
                )
                for origin in plan.origins
                if _can_route(hypothesis) and not hypothesis.route.passes(origin.station)
            ]
            faults += [
                Fault(
                    f"{file}, plan.origins",
                    f"route {hypothesis.id} ends at {origin.station}",
                    "name stations that every route goes on from",
                )
                for origin in plan.origins
                if _can_route(hypothesis)
                and hypothesis.route.passes(origin.station)
                and hypothesis.route.index_of(origin.station)
                == len(hypothesis.route.passages) - 1
            ]
        faults += _check_lengths(journey, file)
        faults += _check_placed(journey, file)
    return faults


def _check_lengths(journey: Journey, file: str) -> list[Fault]:
    faults: list[Fault] = []
    for row in journey.plan.lengths:
        where = f"{file}, plan.lengths, {row.from_} to {row.to}"
        try:
            official_km = journey.network.route(row.from_, row.to).length_km
        except RouteError as error:
            faults.append(Fault(where, str(error)))
            continue
        most = row.km.p95 if isinstance(row.km, LogNormal) else row.km.highest
        least = row.km.median if isinstance(row.km, LogNormal) else row.km.lowest
        if (
            not official_km / MAX_LENGTH_RATIO
            <= least
            <= most
            <= official_km * MAX_LENGTH_RATIO
        ):
            faults.append(
                Fault(
                    where,
                    f"{least:g} to {most:g} km, but {official_km:g} by the chainage",
                    "sources do not differ by a factor of two; correct it",
                )
            )
    return faults


def _can_route(hypothesis: RouteHypothesis) -> bool:
    try:
        return bool(hypothesis.route.passages)
    except (UnknownNameError, RouteError):
        return False


def _check_placed(journey: Journey, file: str) -> list[Fault]:
    """Find stops that no route makes: at no passage, or only where it begins or ends."""
    faults: list[Fault] = []
    for stop in journey.plan.stops:
        ways = [
            hypothesis.route
            for route_id, hypothesis in journey.routes.items()
            if (stop.routes is None or route_id in stop.routes) and _can_route(hypothesis)
        ]
        name = journey.network.find_station(stop.station).name
        if not any(name in {p.station.name for p in way.passages[1:-1]} for way in ways):
            faults.append(
                Fault(
                    f"{file}, plan.stops, {stop.station}",
                    "no route stops there on its way",
                    "leave it out, or correct its routes",
                )
            )
    return faults
