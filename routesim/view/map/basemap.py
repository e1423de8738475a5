"""The base map: land, water, boundaries and cities, for finding one's way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from routesim.files.read import find_geodata

__all__ = ["LAYERS", "Bounds", "City", "covers", "make_sea", "read_cities", "read_layer"]

LAYERS = ("land", "lakes", "rivers", "borders")
"""From the lowest to the topmost."""

Bounds = tuple[float, float, float, float]
"""West, south, east and north, degrees."""

BOX: Bounds = (123.0, 37.0, 142.0, 54.0)
"""What the base map holds; outside it nothing is known."""

FOLDER = "basemap"
DIGITS = 3
"""Decimals of a degree that are drawn: about 110 m, finer than the source."""


@dataclass(frozen=True, slots=True)
class City:
    """A city to find one's way by; ``rank`` rises with its people, 4 to 13."""

    name: str
    lon: float
    lat: float
    rank: int


@cache
def read_layer(name: str) -> dict[str, Any]:
    """Read a layer as GeoJSON that holds nothing but numbers: no property, no name."""
    document = _read(name)
    features = [
        {
            "type": "Feature",
            "properties": {},
            "geometry": {
                "type": str(feature["geometry"]["type"]),
                "coordinates": _round(feature["geometry"]["coordinates"]),
            },
        }
        for feature in document["features"]
    ]
    return {"type": "FeatureCollection", "features": features}


@cache
def read_cities() -> tuple[City, ...]:
    """Read the cities, the largest first."""
    cities = [
        City(
            name=str(feature["properties"]["name"]),
            lon=float(feature["geometry"]["coordinates"][0]),
            lat=float(feature["geometry"]["coordinates"][1]),
            rank=int(feature["properties"]["rank"]),
        )
        for feature in _read("cities")["features"]
    ]
    return tuple(sorted(cities, key=lambda city: (-city.rank, city.name)))


def covers(bounds: Bounds) -> bool:
    """Tell whether any of the base map lies within bounds."""
    west, south, east, north = bounds
    return west < BOX[2] and BOX[0] < east and south < BOX[3] and BOX[1] < north


def make_sea() -> dict[str, Any]:
    """Return the box of the base map, which lies under the land."""
    west, south, east, north = BOX
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    return {"type": "FeatureCollection", "features": [feature]}


def _read(name: str) -> dict[str, Any]:
    path = find_geodata() / FOLDER / f"{name}.geojson"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _round(coordinates: Any) -> Any:
    if isinstance(coordinates, list):
        return [_round(item) for item in coordinates]
    return round(float(coordinates), DIGITS)
