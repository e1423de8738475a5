"""Commands that draw: map, diagram, page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from routesim.cli.options import (
    CLI_DRAWS,
    AsJson,
    Draws,
    JourneyName,
    NetworkFolder,
    RouteName,
    Seed,
    open_journey,
)
from routesim.cli.output import print_json, print_line, show_progress
from routesim.datafiles import check_output

__all__ = ["write_diagram_file", "write_map_file", "write_page_file"]

Output = Annotated[Path, typer.Option("--output", "-o", help="The file to write.")]


def write_map_file(
    journey: JourneyName,
    output: Output,
    route: RouteName = None,
    draws: Draws = CLI_DRAWS,
    seed: Seed = 0,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write the map of a journey, one HTML file that works offline."""
    from routesim.journey import simulate  # noqa: PLC0415 (heavy: not for --help)
    from routesim.reasoning import judge_reports  # noqa: PLC0415
    from routesim.view import draw_map  # noqa: PLC0415

    check_output(output, (".html",))
    opened = open_journey(journey, network)
    with show_progress("drawing the map"):
        ensemble = simulate(opened, draws=draws, seed=seed, route=route)
        verdicts = judge_reports(opened, {ensemble.route_id: ensemble})
        draw_map(opened, ensemble, verdicts).save(output)
    _tell_file(output, as_json=as_json)


def write_diagram_file(
    journey: JourneyName,
    output: Output,
    route: RouteName = None,
    draws: Draws = CLI_DRAWS,
    seed: Seed = 0,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write the time-distance diagram of a journey, SVG or PNG."""
    from routesim.journey import simulate  # noqa: PLC0415 (heavy: not for --help)
    from routesim.reasoning import judge_reports  # noqa: PLC0415
    from routesim.view import draw_diagram, save_diagram  # noqa: PLC0415

    check_output(output, (".svg", ".png"))
    opened = open_journey(journey, network)
    with show_progress("drawing the diagram"):
        ensemble = simulate(opened, draws=draws, seed=seed, route=route)
        verdicts = judge_reports(opened, {ensemble.route_id: ensemble})
        save_diagram(draw_diagram(opened, ensemble, verdicts), output)
    _tell_file(output, as_json=as_json)


def write_page_file(
    journey: JourneyName,
    output: Output,
    draws: Draws = CLI_DRAWS,
    seed: Seed = 0,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write the page of a journey, one HTML file that works offline."""
    from routesim.view import write_page  # noqa: PLC0415 (heavy: not for --help)

    check_output(output, (".html",))
    opened = open_journey(journey, network)
    with show_progress("writing the page"):
        write_page(opened, output, draws=draws, seed=seed)
    _tell_file(output, as_json=as_json)


def _tell_file(path: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"path": str(path), "bytes": path.stat().st_size})
    else:
        print_line(str(path))
