"""Where the train was at an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.cli.output import print_changes, print_line, print_wrapped
from routesim.cli.printing.worlds import format_options, print_numbered
from routesim.text.bounds import format_no_world
from routesim.text.names import format_visit
from routesim.text.positions import (
    ANYWHERE,
    MEDIAN_OUTSIDE,
    PAST_WORDS,
    TOLERANCE_KM,
    format_certain_km,
    format_draws,
    format_section,
    format_stations,
)
from routesim.text.quantities import format_chance
from routesim.text.times import format_local, format_utc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.certain import Bounds
    from routesim.certain.bounds import PositionBounds
    from routesim.journey import Journey, Position


MOST_WORLDS = 3


def print_where(
    journey: Journey, place: Position, bounds: Bounds, past: Sequence[Mapping[str, Any]]
) -> None:
    """Print where the train was at an instant: what is certain, and what is likely.

    For the places in ``past`` also the probability that the train had come to them.
    """
    clocks = ", ".join(f"{format_local(place.time_s, zone)} {zone}" for zone in journey.zones)
    route_id, certain = place.ensemble.route_id, bounds.where(place.time)
    print_line(f"{format_utc(place.time_s)} ({clocks}), route {route_id}:")
    print_changes(journey.changes)
    _print_certain(bounds, certain)
    ess = place.ensemble.ess
    has_departed = place.waiting < 1
    draws = format_draws(place.ensemble.draws, ess, given=place.given)
    if has_departed:
        _print_likely(place, bounds, draws)
    else:
        print_line(f"  not set out yet in any of {draws}")
    for one in past:
        name = format_visit(one["station"], one["visit"])
        print_line(f"  had come to {name}: {format_chance(one['share'], one['mcse'], ess)}")
        print_line(f"    certain: {PAST_WORDS[one['certain']]}")
    least, most = certain.min_km, certain.max_km
    if not has_departed or least is None or most is None:
        return
    if not least - TOLERANCE_KM <= place.p50_km <= most + TOLERANCE_KM:
        print_wrapped(MEDIAN_OUTSIDE, indent="  ")


def _print_certain(bounds: Bounds, certain: PositionBounds) -> None:
    if certain.min_km is None or certain.max_km is None or certain.stations is None:
        reason = format_no_world(bounds.route_id, bounds.conflict)
        print_wrapped(f"certain: nothing. {reason}", indent="  ")
        return
    numbers = ", ".join(str(world.number) for world in bounds.worlds)
    worlds = f"world{'s' if len(bounds.worlds) > 1 else ''} {numbers}"
    length_km = bounds.route.length_km
    if certain.min_km <= 0 and certain.max_km >= length_km - TOLERANCE_KM:
        text = ANYWHERE
    else:
        km = format_certain_km(certain.min_km, certain.max_km, length_km)
        text = f"{km}, {format_stations(certain.stations)}"
    print_line(f"  certain: {text} ({worlds})")
    _print_worlds(bounds)


def _print_worlds(bounds: Bounds) -> None:
    print_numbered(bounds.worlds[:MOST_WORLDS], indent="    ")
    rest = len(bounds.worlds) - MOST_WORLDS
    if rest > 0:
        journey = bounds.problem.journey
        options = format_options(bounds.problem, journey)
        more = f"routesim bounds {journey.reference} --route {bounds.route_id}{options}"
        print_line(f"    and {rest} more: {more}")


def _print_likely(place: Position, bounds: Bounds, draws: str) -> None:
    ess = place.ensemble.ess
    print_wrapped(
        f"likely: {place.band}, near {place.nearest_station} (90 % of {draws})", indent="  "
    )
    for one in place.list_shares(bounds.key_passages):
        where = format_section(one.from_station, one.to_station)
        print_line(f"    {where}: {format_chance(one.share, one.mcse, ess)}")
    waiting = format_chance(place.waiting, place.waiting_mcse, ess)
    arrived = format_chance(place.arrived, place.arrived_mcse, ess)
    print_line(f"  not set out yet: {waiting}; arrived: {arrived}")
