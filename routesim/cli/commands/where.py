"""Command for the position at a given time: where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from routesim import certain, evidence, likely
from routesim.cli import options
from routesim.cli.commands.conflicts import make_bounds_command, print_numbered
from routesim.cli.journeys import draw_posterior, draw_prior, open_journey
from routesim.cli.output import (
    print_changes,
    print_exact_km,
    print_json,
    print_line,
    print_wrapped,
    show_progress,
)
from routesim.text import positions, terminal
from routesim.text.bounds import NOT_CERTAIN, format_elsewhere
from routesim.text.names import format_stop
from routesim.text.posterior import format_draws
from routesim.text.quantities import format_chance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.journey import Ensemble, Journey, Position


MOST_WORLDS = 3
"""Largest number of worlds that are listed."""


def show_where(
    journey: options.JourneyName,
    at: Annotated[
        str,
        typer.Option(metavar="TIME", help="Time with its UTC offset (2023-09-11T19:00+09:00)."),
    ],
    world: options.WorldNumber = None,
    route: options.AnyRoute = None,
    as_of: options.AsOf = None,
    drop: options.Drop = None,
    past: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATION",
            help="Also show the probability that the train had reached STATION; may be "
            "repeated.",
        ),
    ] = None,
    prior: options.Prior = False,
    draws: options.EitherDraws = None,
    seed: options.Seed = 0,
    own: options.SetPrior = None,
    priors: options.PriorsFile = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Show the certain and the likely position of the train at a given time."""
    evidence.parse_time(at, where="--at")
    opened = open_journey(journey, network, priors, own)
    with show_progress():
        bounds = certain.bounds(opened, world=world, as_of=as_of, drop=drop or (), route=route)
    indices = tuple(bounds.route.index_of(name) for name in past or ())
    ensemble: Ensemble
    if prior:
        ensemble = draw_prior(opened, draws=draws, seed=seed, route=bounds.route_id)
    else:
        ensemble = draw_posterior(
            opened, draws=draws, seed=seed, route=bounds.route_id, as_of=as_of, drop=drop or ()
        )
    place = ensemble.where(at)
    passed = [likely.describe_past(bounds, place, index) for index in indices]
    if as_json:
        held = likely.describe_certain(bounds, place)
        print_json(place.to_dict() | {"certain": held, "past": passed})
    else:
        _print_where(opened, place, bounds, passed)


def _print_where(
    journey: Journey, place: Position, bounds: certain.Bounds, past: Sequence[Mapping[str, Any]]
) -> None:
    """Print the certain and the likely position, and how likely places were reached."""
    ensemble, held = place.ensemble, bounds.where(place.time)
    print_line(terminal.format_instant(place.time_s, journey.zones, ensemble.route_id))
    print_changes(journey.changes)
    _print_certain(bounds, held)
    draws = format_draws(ensemble.draws, ensemble.ess, given=place.given)
    has_departed = place.waiting < 1
    if has_departed:
        _print_likely(place, bounds, draws)
    else:
        print_line(f"  {terminal.NOT_DEPARTED.format(draws)}")
    for one in past:
        for text in terminal.format_past(**one, ess=ensemble.ess):
            print_line(f"  {text}")
    least, most = held.min_km, held.max_km
    if not has_departed:
        return
    tolerance_km = positions.TOLERANCE_KM
    if not least - tolerance_km <= place.p50_km <= most + tolerance_km:
        print_wrapped(positions.MEDIAN_OUTSIDE, indent="  ")


def _print_certain(bounds: certain.Bounds, held: certain.PositionBounds) -> None:
    length_km = bounds.route.length_km
    text = terminal.format_certain(held.min_km, held.max_km, length_km, held.stations)
    worlds = terminal.format_numbers([world.number for world in bounds.worlds])
    if held.is_complete:
        print_line(f"  certain: {text} ({worlds})")
    else:
        print_line(f"  possible in the worlds found: {text} ({worlds})")
        print_wrapped(NOT_CERTAIN, indent="  ")
    if beyond := [world.number for world in bounds.elsewhere]:
        print_wrapped(format_elsewhere(beyond), indent="    ")
    print_exact_km(bounds.exact_km, indent="    ")
    print_numbered(bounds.worlds[:MOST_WORLDS], indent="    ")
    rest = len(bounds.worlds) - MOST_WORLDS
    if rest > 0:
        command = make_bounds_command(bounds.problem)
        print_line(f"    and {rest} more: {command}")


def _print_likely(place: Position, bounds: certain.Bounds, draws: str) -> None:
    ess = place.ensemble.ess
    nearest = format_stop(place.nearest_station)
    print_wrapped(terminal.LIKELY.format(place.band, nearest, draws), indent="  ")
    for one in place.list_shares(bounds.key_passages):
        where = positions.format_section(one.from_station, one.to_station)
        print_line(f"    {where}: {format_chance(one.share, one.mcse, ess)}")
    waiting = format_chance(place.waiting, place.waiting_mcse, ess)
    arrived = format_chance(place.arrived, place.arrived_mcse, ess)
    print_line(f"  {terminal.ENDS.format(waiting, arrived)}")
