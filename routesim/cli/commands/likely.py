"""Commands about what is likely: condition, where, routes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routesim import certain, evidence, likely, view, whatif
from routesim.answers import to_plain
from routesim.cli import printing
from routesim.cli.draws import draw_posterior, draw_prior
from routesim.cli.options import (
    AsJson,
    AsOf,
    Draws,
    Drop,
    EachDraws,
    Every,
    JourneyName,
    NetworkFolder,
    Prior,
    PriorsFile,
    RouteName,
    Seed,
    SetPrior,
    WindowsFile,
    WorldNumber,
    check_as_of,
    open_journey,
    split_pair,
)
from routesim.cli.output import WEIGHING, print_json, show_progress
from routesim.errors import ArgumentError, Fault
from routesim.files.write import check_output
from routesim.journey.draws import CONDITION_DRAWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.journey import Ensemble, Journey


def show_posterior(
    journey: JourneyName,
    route: RouteName = None,
    drop: Drop = None,
    reliability: Annotated[
        list[str] | None,
        typer.Option(
            "--reliability",
            metavar="X|ID=X",
            help="Of all, or of a report or family; repeat it.",
        ),
    ] = None,
    as_of: AsOf = None,
    ends: Annotated[
        bool, typer.Option("--ends", help="Keep soft ends inside the hard ones.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse below 100 independent draws.")
    ] = False,
    draws: Draws = CONDITION_DRAWS,
    seed: Seed = 0,
    every: Every = False,
    output: WindowsFile = None,
    own: SetPrior = None,
    priors: PriorsFile = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Tell what is likely, given the reports: windows, standing, speeds."""
    if output is not None:
        check_output(Path(output), (".csv", ".geojson"))
    check_as_of(as_of)
    opened = open_journey(journey, network, priors, own)
    posterior = draw_posterior(
        opened,
        draws=draws,
        seed=seed,
        route=route,
        as_of=as_of,
        drop=drop or (),
        reliability=_read_reliability(opened, reliability),
        ends="inside" if ends else "around",
        strict=strict,
    )
    if output is not None:
        view.write_windows(posterior, output)
    if as_json:
        print_json(posterior.to_dict())
    else:
        printing.print_posterior(opened, posterior, every=every)


def show_where(
    journey: JourneyName,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="2023-09-11T19:00+09:00")],
    world: WorldNumber = None,
    route: RouteName = None,
    as_of: AsOf = None,
    drop: Drop = None,
    past: Annotated[
        list[str] | None,
        typer.Option(
            "--past", metavar="PLACE", help="How likely it had come to it; repeat it."
        ),
    ] = None,
    prior: Prior = False,
    draws: EachDraws = None,
    seed: Seed = 0,
    own: SetPrior = None,
    priors: PriorsFile = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Tell where the train must have been at an instant, and where it likely was."""
    evidence.parse_time(at, where="--at")
    check_as_of(as_of)
    opened = open_journey(journey, network, priors, own)
    path = opened.get_hypothesis(route).route
    indices = tuple(path.index_of(name) for name in past or ())
    with show_progress(WEIGHING):
        bounds = certain.bounds(opened, world=world, as_of=as_of, drop=drop or (), route=route)
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
        known = {"certain": likely.describe_certain(bounds, place), "past": passed}
        print_json(place.to_dict() | to_plain(known))
    else:
        printing.print_where(opened, place, bounds, passed)


def list_routes(
    journey: JourneyName,
    as_of: AsOf = None,
    drop: Drop = None,
    track: Annotated[
        bool, typer.Option("--track", help="Tell how each report moved them, too.")
    ] = False,
    reliability: Annotated[
        list[float] | None,
        typer.Option(
            "--reliability", metavar="X", help="For --track, of every report; repeat it."
        ),
    ] = None,
    seed: Seed = 0,
    own: SetPrior = None,
    priors: PriorsFile = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Tell how likely each route is, given the reports."""
    check_as_of(as_of)
    if reliability and not track:
        raise ArgumentError(
            [Fault("--reliability", "is for --track", "add it, or --set trust.reliability=X")]
        )
    opened = open_journey(journey, network, priors, own)
    with show_progress(WEIGHING):
        routes = likely.compare_routes(opened, seed=seed, as_of=as_of, drop=drop or ())
        if track:
            # A step uses no report that came after it.
            chosen = {"reliabilities": tuple(reliability)} if reliability else {}
            used = whatif.what_if(opened, drop=drop or ())
            tracked = likely.track_routes(used, seed=seed, **chosen).until(routes.as_of_s)
            routes = replace(routes, track=tracked)
    if as_json:
        print_json(routes.to_dict())
    else:
        printing.print_routes(opened, routes)


def _read_reliability(
    journey: Journey, texts: Sequence[str] | None
) -> float | dict[str, float] | None:
    """Read ``X`` or ``ID=X``; with both, ``X`` is for the families that are not named."""
    common: float | None = None
    named: dict[str, float] = {}
    for text in texts or ():
        key, value = (
            split_pair(text, option="--reliability", example="--reliability C23=0.5")
            if "=" in text
            else ("", text)
        )
        try:
            number = float(value)
        except ValueError:
            raise ArgumentError(
                [Fault("--reliability", f"{value!r:.40} is no number", "write 0.9 or C23=0.5")]
            ) from None
        if key in named or (not key and common is not None):
            raise ArgumentError([Fault("--reliability", f"{text!r:.40} is the second for it")])
        if key:
            named[key] = number
        else:
            common = number
    if named and common is not None:
        return dict.fromkeys(journey.families, common) | named
    return named or common
