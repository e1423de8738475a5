"""The base map: land, water, boundaries and cities, for orientation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from routesim.files.read import find_geodata

LAYERS = ("land", "lakes", "rivers", "borders")
"""From the lowest to the topmost."""

Box = tuple[float, float, float, float]
"""West, south, east and north, degrees."""

EXTENT: Box = (123.0, 37.0, 142.0, 54.0)
"""Of the base map; outside it nothing is known."""

FOLDER = "basemap"
DIGITS = 3
"""Decimals of a degree that are drawn: about 110 m, finer than the source."""


@dataclass(frozen=True, slots=True)
class City:
    """A city for orientation; ``rank`` rises with its people, 4 to 13."""

    name: str
    lon: float
    lat: float
    rank: int


@cache
def read_layer(name: str) -> dict[str, Any]:
    """Read a layer as GeoJSON of numbers alone: no property, no name."""
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


def covers(box: Box) -> bool:
    """Return whether any of the base map lies within a box."""
    west, south, east, north = box
    return west < EXTENT[2] and EXTENT[0] < east and south < EXTENT[3] and EXTENT[1] < north


def make_sea() -> dict[str, Any]:
    """Return the extent of the base map as a shape, which lies under the land."""
    west, south, east, north = EXTENT
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
