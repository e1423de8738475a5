"""Where the train was at an instant."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from routesim.cli.documents.records import PERCENTILES
from routesim.cli.documents.where import is_past
from routesim.cli.output import print_changes, print_line, print_wrapped
from routesim.cli.printing.worlds import format_options, print_numbered
from routesim.likely import Posterior, list_place_shares
from routesim.text.bounds import format_no_world
from routesim.text.names import format_visit
from routesim.text.quantities import format_chance
from routesim.text.times import format_local, format_utc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.certain import Bounds
    from routesim.certain.positions import PositionBounds
    from routesim.journey import Ensemble, Journey, Position

__all__ = ["print_where"]

MOST_WORLDS = 3
TOLERANCE_KM = 1e-6
PAST_WORDS = {True: "it had", False: "it had not", None: "it may have, or not"}


def print_where(
    journey: Journey,
    ensemble: Ensemble,
    place: Position,
    bounds: Bounds,
    certain: PositionBounds,
    *,
    past: Sequence[int] = (),
) -> None:
    """Print where the train was at an instant: what is certain, and what is likely.

    For the passages in ``past`` also the probability that the train had reached them.
    """
    clocks = ", ".join(f"{format_local(place.time_s, zone)} {zone}" for zone in journey.zones)
    print_line(f"{format_utc(place.time_s)} ({clocks}), route {ensemble.route_id}:")
    print_changes(journey.changes)
    _print_certain(bounds, certain)
    has_departed = place.waiting < 1
    if has_departed:
        _print_likely(ensemble, place, bounds)
    else:
        print_line(f"  not set out yet in any of {_format_draws(ensemble)}")
    for index in past:
        _print_past(ensemble, place, bounds, index)
    least, most = certain.min_km, certain.max_km
    if not has_departed or least is None or most is None:
        return
    if not least <= place.p50_km <= most:
        print_wrapped(
            "The likely median lies outside what is certain. Certain is what must hold if the "
            "reports of a world are true; what is likely takes each of them as fallible, or "
            "knows none of them.",
            indent="  ",
        )


def _print_certain(bounds: Bounds, certain: PositionBounds) -> None:
    if certain.min_km is None or certain.max_km is None or certain.stations is None:
        reason = format_no_world(bounds.route_id, bounds.conflict)
        print_wrapped(f"certain: nothing. {reason}", indent="  ")
        return
    numbers = ", ".join(str(world.number) for world in bounds.worlds)
    worlds = f"world{'s' if len(bounds.worlds) > 1 else ''} {numbers}"
    length_km = bounds.route.length_km
    if certain.min_km <= 0 and certain.max_km >= length_km - TOLERANCE_KM:
        text = "nothing: it may be anywhere on the route"
    elif certain.stations[0] == certain.stations[1]:
        text = f"km {certain.min_km:.0f}, {certain.stations[0]}"
    else:
        start_km = floor(certain.min_km + TOLERANCE_KM)
        end_km = min(ceil(certain.max_km - TOLERANCE_KM), round(length_km))
        text = f"km {start_km} to {end_km}, {' to '.join(certain.stations)}"
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


def _print_likely(ensemble: Ensemble, place: Position, bounds: Bounds) -> None:
    low, middle, high = (f"{getattr(place, f'{p}_km'):.0f}" for p in PERCENTILES)
    span = f"km {low} to {high}, median {middle}" if low != high else f"km {middle}"
    print_wrapped(
        f"likely: {span}, near {place.nearest_station} (90 % of {_format_draws(ensemble)})",
        indent="  ",
    )
    passages = place.route.passages
    for section in list_place_shares(ensemble, place, bounds.key_passages):
        start, end = (passages[index].station.name for index in (section.start, section.end))
        where = f"at {start}" if section.start == section.end else f"{start} to {end}"
        chance = format_chance(section.share, section.error, ensemble.ess)
        print_line(f"    {where}: {chance}")
    waiting, arrived = (
        format_chance(
            float(flags.mean()),
            ensemble.find_share_error(flags.astype("float64")),
            ensemble.ess,
        )
        for flags in (
            ensemble.departure_s > place.time_s,
            ensemble.arrive_s[:, -1] <= place.time_s,
        )
    )
    print_line(f"  not set out yet: {waiting}; arrived: {arrived}")


def _print_past(ensemble: Ensemble, place: Position, bounds: Bounds, index: int) -> None:
    passage = place.route.passages[index]
    name = format_visit(passage.station.name, passage.visit)
    share, error = ensemble.find_passed_share(index, place.time_s)
    print_line(f"  had come to {name}: {format_chance(share, error, ensemble.ess)}")
    print_line(f"    certain: {PAST_WORDS[is_past(bounds, place.time_s, index)]}")


def _format_draws(ensemble: Ensemble) -> str:
    if isinstance(ensemble, Posterior):
        return (
            f"{ensemble.draws:,} draws given the reports, worth {ensemble.ess:,.0f} "
            "independent ones"
        )
    return f"{ensemble.draws:,} draws of the priors"
