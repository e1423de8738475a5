"""The command about trains: figures, curves, and running time on a route."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (typer reads the annotations)
from typing import TYPE_CHECKING, Annotated

import typer

from routesim import evidence, kinematics, view
from routesim.cli import printing
from routesim.cli.options import AsJson, NetworkFolder, open_network, split_pair
from routesim.cli.output import print_json, print_line
from routesim.errors import ArgumentError, Fault

if TYPE_CHECKING:
    from routesim.kinematics import RouteRun, TrainRow
    from routesim.network import Route


SUFFIXES = (".svg", ".png")


def show_train(
    train: Annotated[
        str | None,
        typer.Argument(metavar="TRAIN", help="A bundled id (special) or a .toml file."),
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the bundled trains.")] = False,
    route: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="Also run the train from A to B."),
    ] = None,
    via: Annotated[
        list[str] | None, typer.Option(help="A place on the way; repeat it.")
    ] = None,
    stop: Annotated[
        list[str] | None,
        typer.Option(metavar="STATION=DUR", help="A stop on the way; repeat it."),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(metavar="KMH", help="The limit; the cap of each line if left out."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Also draw it: .svg, .png.")
    ] = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show a train's figures and curves, and its running time on a route."""
    if train is None or list_all:
        _require_train(route, via, stop, speed, output)
        trains = kinematics.list_trains()
        if as_json:
            print_json(trains.to_dict())
        else:
            printing.print_trains(trains)
        return
    _check_options(route, via, stop, speed, output)
    row = kinematics.load_train_row(train)
    route_run = None
    if route is not None:
        path = open_network(network).route(*route, via=via or [])
        route_run = _run(row, path, stop or [], speed)
    if output is not None:
        _draw(row, route_run, output)
    summary = kinematics.TrainSummary(row, route_run)
    if as_json:
        print_json(summary.to_dict())
        return
    printing.print_train(summary)
    if output is not None:
        print_line(str(output))


def _require_train(*options: object) -> None:
    if any(option for option in options):
        raise ArgumentError(
            Fault("TRAIN", "is not given", "name one; routesim train --list shows them")
        )


def _check_options(
    route: tuple[str, str] | None,
    via: list[str] | None,
    stop: list[str] | None,
    speed: float | None,
    output: Path | None,
) -> None:
    faults = []
    needs_route = {"--via": via, "--stop": stop, "--speed": speed is not None}
    if route is None:
        faults += [
            Fault(name, "means nothing without a route", "add --route A B")
            for name, given in needs_route.items()
            if given
        ]
    if speed is not None and not speed > 0:
        faults.append(Fault("--speed", f"is {speed:g}", "give more than 0 km/h"))
    if output is not None and output.suffix.lower() not in SUFFIXES:
        faults.append(
            Fault("--output", f"{output.name!r}", f"end it in {' or '.join(SUFFIXES)}")
        )
    if faults:
        raise ArgumentError(faults)


def _run(row: TrainRow, route: Route, stops: list[str], speed_kmh: float | None) -> RouteRun:
    pairs = [split_pair(text, option="--stop", example="Khasan=1h") for text in stops]
    dwells = [
        (station, evidence.parse_duration(text, where="--stop")) for station, text in pairs
    ]
    return kinematics.run_route(row.make_train(), route, speed_kmh=speed_kmh, stops=dwells)


def _draw(row: TrainRow, route_run: RouteRun | None, output: Path) -> None:
    view.save_diagram(view.draw_train(row.name, row.make_train(), route_run), output)
