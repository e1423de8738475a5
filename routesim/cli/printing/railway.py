"""The railway: its stations, and a route over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.cli.output import print_line, print_table

if TYPE_CHECKING:
    from routesim.network import Network, Route


def print_stations(network: Network, line: str | None = None) -> None:
    """Print a table of the stations of one line or of all."""
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
            for r in network.to_dict(line)["stations"]
        ],
        right=[1, 4, 5],
    )


def print_route(route: Route) -> None:
    """Print a route with its reversals, changes of gauge and passages."""
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
