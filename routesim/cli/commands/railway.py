"""Commands about the railway: stations, route."""

from __future__ import annotations

from typing import Annotated

import typer

from routesim.cli import printing
from routesim.cli.options import AsJson, NetworkFolder, open_network
from routesim.cli.output import print_json


def show_stations(
    line: Annotated[str | None, typer.Option(help="Only this line, in its order.")] = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the stations of the railway with their kilometres."""
    railway = open_network(network)
    if as_json:
        print_json(railway.to_dict(line))
    else:
        printing.print_stations(railway, line)


def show_route(
    origin: Annotated[str, typer.Argument(metavar="A", help="Where it sets out.")],
    destination: Annotated[str, typer.Argument(metavar="B", help="Where it goes.")],
    via: Annotated[
        list[str] | None, typer.Option(help="A place on the way; repeat it.")
    ] = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Find the shortest way by rail, with its reversals and changes of gauge."""
    route = open_network(network).route(origin, destination, via=via or [])
    if as_json:
        print_json(route.to_dict())
    else:
        printing.print_route(route)
