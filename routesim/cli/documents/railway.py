"""The JSON documents of the railway: its stations, and a route over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routesim.network import Network, Route

__all__ = ["make_route_document", "make_stations_document"]


def make_stations_document(network: Network, line: str | None) -> dict[str, Any]:
    """Return the stations of one line or of all, in the order of each line."""
    lines = (
        [line] if line is not None else list(dict.fromkeys(s.line for s in network.sections))
    )
    return {
        "stations": [
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
    }


def make_route_document(route: Route) -> dict[str, Any]:
    """Return a route with its reversals, changes of gauge and passages."""
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
