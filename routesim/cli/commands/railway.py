"""Commands about the railway: stations, route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from routesim.cli.options import AsJson, NetworkFolder, open_network
from routesim.cli.output import print_json, print_line, print_table

if TYPE_CHECKING:
    from routesim.network import Network, Route

__all__ = ["show_route", "show_stations"]


def show_stations(
    line: Annotated[str | None, typer.Option(help="Only this line, in its order.")] = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the stations of the railway with their kilometres."""
    records = _list_stations(open_network(network), line)
    if as_json:
        print_json({"stations": records})
        return
    print_table(
        ["line", "km", "station", "local name", "lat", "lon", "position"],
        [
            [
                r["line"],
                f"{r['km']:.1f}",
                r["station"],
                r["name_ru"] or r["name_ko"] or "",
                f"{r['lat']:.4f}",
                f"{r['lon']:.4f}",
                r["position"],
            ]
            for r in records
        ],
        right=[1, 4, 5],
    )


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
        print_json(_make_route_document(route))
        return
    print_line(f"{route.origin} - {route.destination}: {route.length_km:.1f} km")
    for turn in route.reversals.to_dict("records"):
        verb = "reverses" if turn["movement"] == "reverse" else "may reverse (not known)"
        print_line(f"  {verb} at {turn['station']}, km {turn['km']:.1f} ({turn['basis']})")
    for change in route.gauge_changes.to_dict("records"):
        print_line(
            f"  gauge {change['from_mm']} to {change['to_mm']} mm by {change['station']}, "
            f"km {change['km']:.1f} (possible from km {change['possible_from_km']:.1f})"
        )
    print_table(
        ["km", "station", "visit", "line", "gauge mm", "zone"],
        [
            [
                f"{p.km:.1f}",
                p.station.name,
                str(p.visit),
                p.line,
                str(p.gauge_mm),
                p.station.tz,
            ]
            for p in route.passages
        ],
        right=[0, 2, 4],
    )


def _list_stations(network: Network, line: str | None) -> list[dict[str, Any]]:
    lines = (
        [line] if line is not None else list(dict.fromkeys(s.line for s in network.sections))
    )
    return [
        {
            "line": name,
            "km": km,
            "station": station.name,
            "name_ko": station.name_ko,
            "name_ru": station.name_ru,
            "aliases": list(station.aliases),
            "lat": round(station.lat, 5),
            "lon": round(station.lon, 5),
            "country": station.country,
            "tz": station.tz,
            "kind": station.kind,
            "position": station.position,
        }
        for name in lines
        for km, station in network.list_line(name)
    ]


def _make_route_document(route: Route) -> dict[str, Any]:
    return {
        "origin": route.origin,
        "destination": route.destination,
        "length_km": round(route.length_km, 3),
        "reversals": route.reversals.to_dict("records"),
        "gauge_changes": route.gauge_changes.to_dict("records"),
        "points": [
            {
                "station": p.station.name,
                "visit": p.visit,
                "km": round(p.km, 3),
                "km_uncertainty_km": p.km_uncertainty_km,
                "line": p.line,
                "gauge_mm": p.gauge_mm,
                "country": p.station.country,
                "tz": p.station.tz,
                "lat": round(p.station.lat, 5),
                "lon": round(p.station.lon, 5),
                "position": p.station.position,
            }
            for p in route.passages
        ],
    }
