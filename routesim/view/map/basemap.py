"""Base map for orientation: land, water, borders and cities."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from routesim.files.read import find_geodata

if TYPE_CHECKING:
    from collections.abc import Iterable

LAYERS = ("land", "lakes", "rivers", "borders")
"""Layers from bottom to top."""

Box = tuple[float, float, float, float]
"""West, south, east and north in degrees."""

EXTENT: Box = (123.0, 37.0, 142.0, 54.0)
"""Extent of the base map, which has no data outside."""

FOLDER = "basemap"
DIGITS = 3
"""Decimals of a degree that are kept: about 110 m, finer than the source."""


@dataclass(frozen=True, slots=True)
class City:
    """City for orientation; ``rank`` grows with its population, from 4 to 13."""

    name: str
    lon: float
    lat: float
    rank: int


@cache
def read_layer(name: str) -> dict[str, Any]:
    """Read a layer as GeoJSON without properties or names."""
    shapes = [feature["geometry"] for feature in _read(name)["features"]]
    return _make_collection(
        {"type": str(shape["type"]), "coordinates": _round(shape["coordinates"])}
        for shape in shapes
    )


@cache
def read_cities() -> tuple[City, ...]:
    """Read the cities, largest first."""
    cities = []
    for feature in _read("cities")["features"]:
        named = feature["properties"]
        lon, lat = map(float, feature["geometry"]["coordinates"][:2])
        cities.append(City(str(named["name"]), lon, lat, int(named["rank"])))
    return tuple(sorted(cities, key=lambda city: (-city.rank, city.name)))


def covers(box: Box) -> bool:
    """Return whether the base map covers any part of a box."""
    west, south, east, north = box
    return west < EXTENT[2] and EXTENT[0] < east and south < EXTENT[3] and EXTENT[1] < north


def make_sea() -> dict[str, Any]:
    """Return the extent of the base map as a polygon, drawn below the land."""
    west, south, east, north = EXTENT
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return _make_collection([{"type": "Polygon", "coordinates": [ring]}])


def _make_collection(shapes: Iterable[dict[str, Any]]) -> dict[str, Any]:
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    return {"type": "FeatureCollection", "features": features}


def _read(name: str) -> dict[str, Any]:
    path = find_geodata() / FOLDER / f"{name}.geojson"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _round(coordinates: Any) -> Any:
    if isinstance(coordinates, list):
        return [_round(item) for item in coordinates]
    return round(float(coordinates), DIGITS)
