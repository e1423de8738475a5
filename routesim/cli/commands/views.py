"""Commands that write a view to a file: map, diagram, page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routesim import assessment, view
from routesim import journey as journeys
from routesim.cli import options
from routesim.cli.journeys import choose_draws, draw_posterior, open_journey
from routesim.cli.output import print_json, print_line, show_progress
from routesim.files.write import check_output

if TYPE_CHECKING:
    from collections.abc import Sequence


Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="File to write.")]


def write_map_file(
    journey: options.JourneyName,
    output: Output,
    route: options.RouteName = None,
    prior: options.Prior = False,
    draws: options.EachDraws = None,
    seed: options.Seed = 0,
    own: options.SetPrior = None,
    priors: options.PriorsFile = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Draw the routes and the reported places on a map, one HTML file that works offline."""
    check_output(output, (".html",))
    opened = open_journey(journey, network, priors, own)
    with show_progress("drawing the map"):
        view.draw_map(opened, *_draw(opened, draws, seed, route, prior=prior)).save(output)
    _print_file(output, as_json=as_json)


def write_diagram_file(
    journey: options.JourneyName,
    output: Output,
    route: options.RouteName = None,
    prior: options.Prior = False,
    draws: options.EachDraws = None,
    seed: options.Seed = 0,
    own: options.SetPrior = None,
    priors: options.PriorsFile = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Draw the time-distance diagram of a journey as SVG or PNG."""
    check_output(output, (".svg", ".png"))
    opened = open_journey(journey, network, priors, own)
    with show_progress("drawing the diagram"):
        drawn = _draw(opened, draws, seed, route, prior=prior)
        view.save_diagram(view.draw_diagram(opened, *drawn), output)
    _print_file(output, as_json=as_json)


def write_page_file(
    journey: options.JourneyName,
    output: Output,
    draws: options.EachDraws = None,
    seed: options.Seed = 0,
    own: options.SetPrior = None,
    priors: options.PriorsFile = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Write all results of a journey as a page, one HTML file that works offline."""
    check_output(output, (".html",))
    opened = open_journey(journey, network, priors, own)
    with show_progress("writing the page"):
        view.write_page(opened, output, draws=draws, seed=seed)
    _print_file(output, as_json=as_json)


def _draw(
    journey: journeys.Journey, draws: int | None, seed: int, route: str | None, *, prior: bool
) -> tuple[journeys.Ensemble, Sequence[assessment.Verdict]]:
    """Draw the journeys to show, and judge the reports as the page does."""
    drawn = journeys.simulate_routes(journey, first=route, seed=seed, **choose_draws(draws))
    verdicts = assessment.judge_reports(journey, drawn)
    if prior:
        return next(iter(drawn.values())), verdicts
    return draw_posterior(journey, draws=draws, seed=seed, route=route), verdicts


def _print_file(path: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"path": str(path), "bytes": path.stat().st_size})
    else:
        print_line(str(path))
