"""The command that draws journeys from the priors: simulate."""

from __future__ import annotations

from pathlib import Path

from routesim import view
from routesim.cli import printing
from routesim.cli.draws import draw_prior
from routesim.cli.options import (
    AsJson,
    Draws,
    Every,
    JourneyName,
    NetworkFolder,
    PriorsFile,
    RouteName,
    Seed,
    SetPrior,
    WindowsFile,
    open_journey,
)
from routesim.cli.output import print_json
from routesim.files.write import check_output
from routesim.journey.draws import SIMULATE_DRAWS


def simulate_journey(
    journey: JourneyName,
    route: RouteName = None,
    draws: Draws = SIMULATE_DRAWS,
    seed: Seed = 0,
    every: Every = False,
    output: WindowsFile = None,
    own: SetPrior = None,
    priors: PriorsFile = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Draw journeys from the priors; show the windows at stops."""
    if output is not None:
        check_output(Path(output), (".csv", ".geojson"))
    opened = open_journey(journey, network, priors, own)
    ensemble = draw_prior(opened, draws=draws, seed=seed, route=route)
    if output is not None:
        view.write_windows(ensemble, output)
    if as_json:
        print_json(ensemble.to_dict())
    else:
        printing.print_simulation(opened, ensemble, every=every)
