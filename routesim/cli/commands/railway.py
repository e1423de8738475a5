"""Commands for the railway network: stations, route."""

from __future__ import annotations

from typing import Annotated

import typer

from routesim import network as networks
from routesim.answers import list_records
from routesim.cli import options
from routesim.cli.output import print_json, print_line, print_table, show
from routesim.text.terminal import format_gauge_change, format_reversal


def show_stations(
    line: Annotated[
        str | None, typer.Option(metavar="LINE", help="List this line only, in its order.")
    ] = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """List the stations of the network with their kilometres and positions."""
    document = networks.load_network(network).to_dict(line)
    if as_json:
        print_json(document)
        return
    print_table(
        ["line", ">km", "station", "local name", ">lat", ">lon", "position"],
        [
            [
                row["line"],
                f"{row['km']:.1f}",
                row["station"],
                row["name_ru"] or row["name_ko"] or "",
                f"{row['lat']:.4f}",
                f"{row['lon']:.4f}",
                row["position"],
            ]
            for row in document["stations"]
        ],
    )


def show_route(
    origin: Annotated[str, typer.Argument(metavar="FROM", help="Origin station.")],
    destination: Annotated[str, typer.Argument(metavar="TO", help="Destination station.")],
    via: options.Via = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Find the shortest route by rail, with its reversals and changes of gauge."""
    route = networks.load_network(network).route(origin, destination, via=via or [])
    show(as_json, route, _print_route)


def _print_route(route: networks.Route) -> None:
    print_line(f"{route.origin} - {route.destination}: {route.length_km:.1f} km")
    for turn in list_records(route.reversals):
        print_line(f"  {format_reversal(**turn)}")
    for change in list_records(route.gauge_changes):
        print_line(f"  {format_gauge_change(**change)}")
    print_table(
        [">km", "station", ">visit", "line", ">gauge mm", "zone"],
        [
            [f"{p.km:.1f}", p.station.name, str(p.visit), p.line, str(p.gauge_mm), p.station.tz]
            for p in route.passages
        ],
    )
