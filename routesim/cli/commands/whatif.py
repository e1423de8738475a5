"""The command that changes a journey: whatif."""

from __future__ import annotations

from typing import Annotated

import typer

from routesim import whatif
from routesim.cli import printing
from routesim.cli.draws import draw_prior
from routesim.cli.options import (
    AsJson,
    Draws,
    Every,
    JourneyName,
    NetworkFolder,
    RouteName,
    Seed,
    open_journey,
    read_speed,
    split_pair,
)
from routesim.cli.output import print_json
from routesim.journey.draws import SIMULATE_DRAWS


def run_what_if(
    journey: JourneyName,
    speed: Annotated[
        str | None, typer.Option(metavar="LOW[:HIGH]", help="Running speed in km/h.")
    ] = None,
    depart: Annotated[
        str | None,
        typer.Option(metavar="[PLACE=]TIME", help="Setting out, from the origin or a place."),
    ] = None,
    route: RouteName = None,
    dwell: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE=DUR", help="Standing: Khasan=1h; repeat it."),
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Leave a report out; repeat it.")
    ] = None,
    draws: Draws = SIMULATE_DRAWS,
    seed: Seed = 0,
    every: Every = False,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Change speed, departure, route or dwell; show base and changed windows."""
    opened = open_journey(journey, network)
    changed = whatif.what_if(
        opened,
        speed_kmh=None if speed is None else read_speed(speed),
        departure=None if depart is None else _read_departure(depart),
        dwell=dict(
            split_pair(text, option="--dwell", example="--dwell Khasan=1h")
            for text in dwell or ()
        ),
        route=route,
        drop=drop or (),
    )
    base_draws = draw_prior(opened, draws=draws, seed=seed, route=None)
    changed_draws = draw_prior(changed, draws=draws, seed=seed, route=None)
    compared = whatif.compare_windows(base_draws, changed_draws, every=every)
    if as_json:
        print_json(compared.to_dict())
    else:
        printing.print_what_if(changed, compared, drops_reports=bool(drop))


def _read_departure(text: str) -> str | dict[str, str]:
    if "=" in text:
        place, time = split_pair(
            text, option="--depart", example="--depart Khasan=2019-04-24T11:40+10:00"
        )
        return {place: time}
    return text
