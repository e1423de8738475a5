"""Commands that draw journeys from the priors: simulate, whatif."""

from __future__ import annotations

from typing import Annotated

import typer

from routesim import journey as journeys
from routesim import view, whatif
from routesim.cli import options
from routesim.cli.cells import QUANTILES, list_event_rows, list_times
from routesim.cli.journeys import draw_prior, open_journey
from routesim.cli.output import print_changes, print_line, print_table, print_wrapped, show
from routesim.journey.draws import SIMULATE_DRAWS
from routesim.text import terminal
from routesim.text.durations import format_signed_hours
from routesim.text.names import format_city


def simulate_journey(
    journey: options.JourneyName,
    route: options.RouteName = None,
    draws: options.Draws = SIMULATE_DRAWS,
    seed: options.Seed = 0,
    every: options.Every = False,
    output: options.WindowsFile = None,
    own: options.SetPrior = None,
    priors: options.PriorsFile = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Draw journeys from the priors and show when the train is at each stop."""
    opened = open_journey(journey, network, priors, own)
    ensemble = draw_prior(opened, draws=draws, seed=seed, route=route)
    if output is not None:
        view.write_windows(ensemble, output)
    show(as_json, ensemble, _print_simulation, opened, every=every)
    if output is not None and not as_json:
        print_line(f"Wrote {output}.")


def run_what_if(
    journey: options.JourneyName,
    speed: Annotated[
        str | None,
        typer.Option(metavar="LOW[:HIGH]", help="Running speed in km/h, or its range."),
    ] = None,
    depart: Annotated[
        str | None,
        typer.Option(
            metavar="[PLACE=]TIME", help="Departure from PLACE, by default from the origin."
        ),
    ] = None,
    route: options.RouteName = None,
    dwell: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE=DUR", help="Dwell at PLACE (Khasan=1h); may be repeated."),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Report to leave out; may be repeated."),
    ] = None,
    draws: options.Draws = SIMULATE_DRAWS,
    seed: options.Seed = 0,
    every: options.Every = False,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Compare a journey with a changed one: other speed, departure, route or dwell."""
    opened = open_journey(journey, network)
    changed = whatif.what_if(
        opened,
        speed_kmh=None if speed is None else options.read_speed(speed),
        departure=None if depart is None else _read_departure(depart),
        dwell=dict(
            options.split_pair(text, option="--dwell", example="--dwell Khasan=1h")
            for text in dwell or ()
        ),
        route=route,
        drop=drop or (),
    )
    base_draws = draw_prior(opened, draws=draws, seed=seed, route=None)
    changed_draws = draw_prior(changed, draws=draws, seed=seed, route=None)
    compared = whatif.compare_windows(base_draws, changed_draws, every=every)
    show(as_json, compared, _print_what_if, changed, drops_reports=bool(drop))


def _read_departure(text: str) -> str | dict[str, str]:
    if "=" not in text:
        return text
    example = "--depart Khasan=2019-04-24T11:40+10:00"
    return dict([options.split_pair(text, option="--depart", example=example)])


def _print_simulation(
    ensemble: journeys.Ensemble, journey: journeys.Journey, *, every: bool
) -> None:
    about = journey.title, ensemble.route_id, ensemble.draws
    print_line(terminal.SIMULATION.format(*about))
    print_changes(journey.changes)
    windows = journeys.measure_windows(ensemble, indices=ensemble.list_shown(every=every))
    print_table(
        [">km", "station", "", ">of draws", *QUANTILES, "clock"], list_event_rows(windows)
    )


def _print_what_if(
    compared: whatif.WindowComparison, changed: journeys.Journey, *, drops_reports: bool
) -> None:
    base, change = compared.base.route_id, compared.changed.route_id
    print_line(f"{changed.title}: {'; '.join(changed.changes) or terminal.NO_CHANGE}")
    print_wrapped(terminal.WHAT_IF)
    if drops_reports:
        print_line("Leaving out reports therefore changes no time.")
    if base != change:
        print_line(terminal.ROUTE_CHANGE.format(base, change))
    print_line("Times are local to each station. 90 % of the draws lie between 5 % and 95 %.")
    heads = [f"{which} {quantile}" for which in ("base", "changed") for quantile in QUANTILES]
    print_table(
        ["station", "", *heads, ">shift h", "clock"],
        [
            [
                pair.base.name,
                pair.event,
                *list_times(pair.base, pair.event),
                *list_times(pair.changed, pair.event),
                format_signed_hours(pair.shift_s),
                format_city(pair.base.passage.station.tz),
            ]
            for pair in compared.shown
        ],
    )
