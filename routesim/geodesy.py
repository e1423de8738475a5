"""Geodesic distances, and the distance axis of a route.

Distances are lengths of geodesics on the WGS84 ellipsoid (``pyproj.Geod``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import lazy_loader
import numpy as np

from routesim.errors import ArgumentError, Fault

if TYPE_CHECKING:
    import pyproj
    from numpy.typing import ArrayLike

    from routesim.arrays import Array
else:
    pyproj = lazy_loader.load("pyproj")


CRS = "EPSG:4326"
"""Coordinate reference system of all positions: longitude and latitude on WGS84."""

END_TOLERANCE_KM = 1e-6
"""Accepted distance beyond either end, to allow for rounding: one millimetre."""

SAME_OFFSET_M = 1.0
"""Largest difference in distance at which two passages count as equally near to a point."""

ROUNDING_M = 1e-6
"""Largest difference due to rounding between distances to two passages of one section."""

METRES_PER_DEGREE = 111_194.9
"""Metres per degree of latitude on the mean sphere; used only to find the nearest place."""

LOCATE_CHUNK = 4_000_000
"""Largest number of pairs of a point and a segment in memory at once."""


def measure_distances_m(
    lon_from: ArrayLike, lat_from: ArrayLike, lon_to: ArrayLike, lat_to: ArrayLike
) -> Array:
    """Return geodesic distances between pairs of points, in metres.

    The coordinates are in degrees on WGS84. Their shapes are broadcast, and the distances have
    the resulting shape.

    Examples
    --------
    >>> round(float(measure_distances_m(125.7359, 39.0047, 131.88201, 43.11115)) / 1000, 1)
    688.8
    """
    arrays = np.broadcast_arrays(lon_from, lat_from, lon_to, lat_to)
    lon1, lat1, lon2, lat2 = (np.asarray(array, dtype=np.float64) for array in arrays)
    _, _, distances = _get_geod().inv(lon1, lat1, lon2, lat2)
    return np.asarray(distances, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class DistanceAxis:
    """The conversion between kilometres of a route and coordinates.

    Parameters
    ----------
    km : array of float
        Official kilometres of the vertices from the origin, shape (vertices,), not decreasing.
    lon, lat : array of float
        Coordinates of the vertices in degrees on WGS84, of the same shape.

    Raises
    ------
    ArgumentError
        If there are fewer than two vertices, the shapes differ, or ``km`` decreases or
        contains NaN.

    Notes
    -----
    Between two vertices, kilometres are spread evenly over the drawn line, whose length may
    differ from the official one. Every vertex is at its official kilometre.
    """

    km: Array
    lon: Array
    lat: Array

    def __post_init__(self) -> None:
        """Check the vertices, and make them read-only."""
        km = np.asarray(self.km, dtype=np.float64)
        lon = np.unwrap(np.asarray(self.lon, dtype=np.float64), period=360.0)
        lat = np.asarray(self.lat, dtype=np.float64)
        if km.ndim != 1 or km.size < 2 or lon.shape != km.shape or lat.shape != km.shape:  # noqa: PLR2004
            raise ArgumentError(
                Fault("km, lon, lat", "need one shape (vertices,) of two or more")
            )
        if not np.all(np.diff(km) >= 0):
            raise ArgumentError(Fault("km", "must not decrease and hold no NaN"))
        for name, values in (("km", km), ("lon", lon), ("lat", lat)):
            values.setflags(write=False)
            object.__setattr__(self, name, values)

    @property
    def length_km(self) -> float:
        """Kilometres from the first vertex to the last."""
        return float(self.km[-1] - self.km[0])

    def lonlat_at(self, km: ArrayLike) -> tuple[Array, Array]:
        """Return the coordinates at given kilometres; see ``Route.lonlat_at``.

        Raises
        ------
        ArgumentError
            If a kilometre is beyond either end or NaN; nothing is clipped.
        """
        wanted = np.asarray(km, dtype=np.float64)
        if wanted.size:
            low, high = float(wanted.min()), float(wanted.max())
            first, last = float(self.km[0]), float(self.km[-1])
            if not (low >= first - END_TOLERANCE_KM and high <= last + END_TOLERANCE_KM):
                worst = low if not low >= first - END_TOLERANCE_KM else high
                what = f"{worst:g} is not on the route"
                raise ArgumentError(Fault("km", what, f"give {first:g} to {last:g}"))
        lon = np.interp(wanted, self.km, self.lon)
        if self._crosses_antimeridian:
            lon = (lon + 180.0) % 360.0 - 180.0
        return lon, np.interp(wanted, self.km, self.lat)

    def locate(
        self, *, lon: ArrayLike, lat: ArrayLike, near_km: ArrayLike | None = None
    ) -> tuple[Array, Array]:
        """Return the nearest kilometre to each point, and its distance; see ``Route.locate``.

        Raises
        ------
        ArgumentError
            If a coordinate is not finite, or a latitude is outside -90 to 90.
        """
        lons, lats = np.broadcast_arrays(np.asarray(lon, float), np.asarray(lat, float))
        if not (np.isfinite(lons).all() and (np.abs(lats) <= 90).all()):  # noqa: PLR2004
            raise ArgumentError(
                Fault("lon, lat", "not finite, or a latitude beyond 90", "swapped?")
            )
        points = [lons.ravel(), lats.ravel()]
        if near_km is not None:
            points.append(np.broadcast_to(np.asarray(near_km, float), lons.shape).ravel())
        found = np.empty(lons.size)
        step = max(1, LOCATE_CHUNK // self.km.size)
        for start in range(0, lons.size, step):
            part = slice(start, start + step)
            found[part] = self._locate_chunk(*(values[part] for values in points))
        km = found.reshape(lons.shape)
        at_lon, at_lat = self.lonlat_at(km)
        return km, measure_distances_m(lons, lats, at_lon, at_lat)

    @cached_property
    def _crosses_antimeridian(self) -> bool:
        return bool(np.any(np.abs(self.lon) > 180.0))  # noqa: PLR2004

    def _locate_chunk(self, lon: Array, lat: Array, near_km: Array | None = None) -> Array:
        """Return the nearest kilometre to each point, in a local planar projection."""
        middle = 0.5 * (self.lon[0] + self.lon[-1])
        lon = middle + (lon - middle + 180.0) % 360.0 - 180.0
        east = METRES_PER_DEGREE * np.cos(np.radians(lat))[:, None]
        x = (self.lon[None, :] - lon[:, None]) * east
        y = (self.lat[None, :] - lat[:, None]) * METRES_PER_DEGREE
        dx, dy = np.diff(x, axis=1), np.diff(y, axis=1)
        squared = dx * dx + dy * dy
        along = -(x[:, :-1] * dx + y[:, :-1] * dy) / np.where(squared > 0, squared, 1.0)
        along = np.clip(along, 0.0, 1.0)
        offset = np.hypot(x[:, :-1] + along * dx, y[:, :-1] + along * dy)
        km = self.km[:-1] + along * np.diff(self.km)
        nearest = offset.min(axis=1, keepdims=True)
        if near_km is None:
            choice = np.argmax(offset <= nearest + ROUNDING_M, axis=1)
        else:
            away = np.abs(km - near_km[:, None])
            choice = np.argmin(
                np.where(offset <= nearest + SAME_OFFSET_M, away, np.inf), axis=1
            )
        return np.asarray(km[np.arange(km.shape[0]), choice], dtype=np.float64)


@lru_cache(maxsize=1)
def _get_geod() -> pyproj.Geod:
    return pyproj.Geod(ellps="WGS84")
