"""Commands about what is likely: condition, where, routes, score."""

from __future__ import annotations

import warnings
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routesim.cli.documents.likely import (
    make_posterior_document,
    make_routes_document,
    make_score_document,
    make_where_document,
)
from routesim.cli.options import (
    CLI_DRAWS,
    AsJson,
    AsOf,
    Draws,
    Drop,
    Every,
    JourneyName,
    NetworkFolder,
    Prior,
    PriorsFile,
    RouteName,
    Seed,
    SetPrior,
    WorldNumber,
    check_as_of,
    open_journey,
    split_pair,
)
from routesim.cli.output import print_changes, print_json, print_line, show_progress
from routesim.cli.printing.certain import print_certain
from routesim.cli.printing.likely import (
    print_likely_place,
    print_posterior,
    print_routes,
    print_score,
    warn_few,
)
from routesim.errors import ArgumentError, Fault
from routesim.files.write import check_output
from routesim.text.times import format_local, format_utc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.journey import Ensemble, Journey
    from routesim.likely import Posterior, RouteTrack

__all__ = ["condition_quietly", "list_routes", "score_reports", "show_posterior", "show_where"]

SCORE_DRAWS = 2048
WEIGHING = "weighing the reports"


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
    draws: Draws = CLI_DRAWS,
    seed: Seed = 0,
    every: Every = False,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="Also write the windows: .csv, .geojson."),
    ] = None,
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
    posterior = condition_quietly(
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
        from routesim.view import write_windows  # noqa: PLC0415 (heavy: not for --help)

        write_windows(posterior, output)
    if as_json:
        print_json(make_posterior_document(opened, posterior))
    else:
        print_posterior(opened, posterior, every=every)


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
    draws: Draws = CLI_DRAWS,
    seed: Seed = 0,
    own: SetPrior = None,
    priors: PriorsFile = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Tell where the train must have been at an instant, and where it likely was."""
    from routesim.certain import bounds  # noqa: PLC0415 (heavy: not for --help)
    from routesim.evidence import parse_time  # noqa: PLC0415 (kept beside its use)

    parse_time(at, where="--at")
    check_as_of(as_of)
    opened = open_journey(journey, network, priors, own)
    way = opened.get_hypothesis(route).route
    asked = tuple(way.index_of(name) for name in past or ())
    with show_progress(WEIGHING):
        held = bounds(opened, world=world, as_of=as_of, drop=drop or (), route=route)
    ensemble: Ensemble
    if prior:
        ensemble = _simulate(opened, draws, seed, held.route_id)
    else:
        ensemble = condition_quietly(
            opened, draws=draws, seed=seed, route=held.route_id, as_of=as_of, drop=drop or ()
        )
    place = ensemble.where(at)
    if as_json:
        print_json(make_where_document(opened, ensemble, place, held, past=asked))
        return
    clocks = ", ".join(f"{format_local(place.time_s, zone)} {zone}" for zone in opened.zones)
    print_line(f"{format_utc(place.time_s)} ({clocks}), route {ensemble.route_id}:")
    print_changes(opened.changes)
    certain = held.where(at)
    print_certain(held, certain)
    print_likely_place(ensemble, place, held, certain, past=asked)


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
    from routesim.evidence import parse_time  # noqa: PLC0415 (kept beside its use)
    from routesim.likely import compare_routes  # noqa: PLC0415 (heavy)

    check_as_of(as_of)
    if reliability and not track:
        raise ArgumentError(
            [Fault("--reliability", "is for --track", "add it, or --set trust.reliability=X")]
        )
    opened = open_journey(journey, network, priors, own)
    as_of_s = inf if as_of is None else parse_time(as_of)
    with show_progress(WEIGHING):
        table = compare_routes(opened, seed=seed, as_of=as_of, drop=drop or ())
        tracked = _track(opened, drop or (), as_of_s, reliability, seed) if track else None
    if as_json:
        print_json(
            make_routes_document(
                opened, table, tracked, as_of_s=as_of_s, drop=drop or (), seed=seed
            )
        )
    else:
        print_routes(opened, table, tracked, as_of_s)


def score_reports(
    journey: JourneyName,
    route: RouteName = None,
    draws: Draws = SCORE_DRAWS,
    seed: Seed = 0,
    own: SetPrior = None,
    priors: PriorsFile = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Tell how well each report is predicted from the others, against a plain baseline."""
    from routesim.assessment import score  # noqa: PLC0415 (heavy: not for --help)

    opened = open_journey(journey, network, priors, own)
    with show_progress("predicting each report from the others"):
        found = score(opened, draws=draws, seed=seed, route=route)
    if as_json:
        print_json(make_score_document(opened, found))
    else:
        print_score(opened, found)


def condition_quietly(journey: Journey, **options: Any) -> Posterior:
    """Condition a journey; that it rests on few draws is told on stderr, in a line."""
    from routesim.likely import SampleWarning, condition  # noqa: PLC0415 (heavy)

    with show_progress(WEIGHING), warnings.catch_warnings():
        warnings.simplefilter("ignore", SampleWarning)
        posterior = condition(journey, **options)
    warn_few(posterior)
    return posterior


def _simulate(journey: Journey, draws: int, seed: int, route: str | None) -> Ensemble:
    from routesim.journey import simulate  # noqa: PLC0415 (heavy: not for --help)

    with show_progress(f"drawing {draws:,} journeys"):
        return simulate(journey, draws=draws, seed=seed, route=route)


def _track(
    journey: Journey,
    drop: Sequence[str],
    as_of_s: float,
    reliabilities: Sequence[float] | None,
    seed: int,
) -> RouteTrack:
    """Follow the routes report by report; a step knows nothing that came after it."""
    from routesim.likely import RouteTrack, track_routes  # noqa: PLC0415 (heavy)
    from routesim.whatif import what_if  # noqa: PLC0415 (heavy)

    heard = what_if(journey, drop=drop)
    chosen = {"reliabilities": tuple(reliabilities)} if reliabilities else {}
    found = track_routes(heard, seed=seed, **chosen)
    known_s = [
        -inf if time is None or time != time else time.timestamp()  # noqa: PLR0124 (NaT)
        for time in found.rows["known_at"]
    ]
    rows = found.rows[[time_s <= as_of_s for time_s in known_s]]
    return RouteTrack(rows.reset_index(drop=True), found.routes)


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
