"""Routes over the network, each with one distance axis."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import lazy_loader
import numpy as np

from routesim.answers import Answer, get_fields
from routesim.display import show_view
from routesim.errors import ArgumentError, Fault, UnknownNameError
from routesim.geodesy import CRS, DistanceAxis
from routesim.network.stations import NameIndex

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd
    import shapely
    from numpy.typing import ArrayLike

    from routesim.arrays import Array
    from routesim.network.reversals import Reversal
    from routesim.network.sections import Section
    from routesim.network.stations import Station
else:
    gpd = lazy_loader.load("geopandas")
    pd = lazy_loader.load("pandas")
    shapely = lazy_loader.load("shapely")


POINT_COLUMNS = (
    *("station=station.name", "visit", "km", "uncertainty_km", "country=station.country"),
    *("tz=station.tz", "line", "gauge_mm", "available_gauges_mm=section.gauges_mm"),
    "position=station.position",
)
"""Columns of the points of a route, as attributes of a passage."""


@dataclass(frozen=True, slots=True)
class Passage(Answer):
    """One passage of a timing point on a route.

    ``visit`` counts the passages of the same station from 1. ``km`` is the official kilometre
    from the origin of the route, and ``uncertainty_km`` the half-width of its uncertainty. The
    train leaves by ``section``, or at the destination arrives by it, on the gauge ``gauge_mm``.
    """

    station: Station
    visit: int
    km: float
    section: Section
    gauge_mm: int
    uncertainty_km: float
    json_keys = (
        *("station=station.name", "visit", "km", "km_uncertainty_km=uncertainty_km", "line"),
        *("gauge_mm", "country=station.country", "tz=station.tz", "lat=station.lat"),
        *("lon=station.lon", "position=station.position"),
    )

    @property
    def line(self) -> str:
        """Name of the line of its section."""
        return self.section.line


@dataclass(frozen=True, eq=False, repr=False)
class Route(Answer):
    """A sequence of sections from an origin to a destination.

    Routes are made by :meth:`routesim.Network.route`. Positions on a route are official
    kilometres from its origin (``km``).

    Parameters
    ----------
    passages : tuple of Passage
        The passages of timing points, in order, including origin and destination.
    reversals_found : tuple of Reversal, default ()
        The passages at which the train reverses, or may reverse.
    attribution : tuple of str, default ()
        Attributions that every map of the route must show.

    Examples
    --------
    >>> import routesim as rs
    >>> route = rs.load_network().route("Pyongyang", "Vladivostok")
    >>> route
    <Route Pyongyang - Vladivostok: 1186.4 km, 186 timing points, reversing at Baranovsky>
    >>> route.km_of("Khasan")
    859.0
    >>> route.gauge_changes[["station", "from_mm", "to_mm"]].to_dict("records")
    [{'station': 'Khasan', 'from_mm': 1435, 'to_mm': 1520}]
    """

    passages: tuple[Passage, ...]
    reversals_found: tuple[Reversal, ...] = ()
    attribution: tuple[str, ...] = field(default=())
    view = "route"
    json_keys = (
        *("origin", "destination", "length_km", "reversals", "gauge_changes"),
        "points=passages",
    )

    def __repr__(self) -> str:
        """Show the ends, the length, the number of timing points and the reversals."""
        turns = [turn.station for turn in self.reversals_found if turn.movement == "reverse"]
        reversing = f", reversing at {' and '.join(turns)}" if turns else ""
        return (
            f"<Route {self.origin} - {self.destination}: {self.length_km:.1f} km, "
            f"{len(self.passages)} timing points{reversing}>"
        )

    @property
    def origin(self) -> str:
        """Plain name of the first station."""
        return self.passages[0].station.name

    @property
    def destination(self) -> str:
        """Plain name of the last station."""
        return self.passages[-1].station.name

    @property
    def length_km(self) -> float:
        """Length in official kilometres."""
        return self.passages[-1].km

    @cached_property
    def axis(self) -> DistanceAxis:
        """Conversion between kilometres and coordinates, with one vertex per passage."""
        return DistanceAxis(
            km=self.passage_km,
            lon=np.array([p.station.lon for p in self.passages]),
            lat=np.array([p.station.lat for p in self.passages]),
        )

    def measure_lines(self, first: int, last: int) -> Mapping[str, float]:
        """Return the kilometres on each line between two passages.

        Parameters
        ----------
        first : int
            Index of the passage at the start, from 0. It is not checked; :meth:`index_of` gives
            it for a station.
        last : int
            Index of the passage at the end; not before ``first``. One beyond the destination
            counts as the destination.

        Returns
        -------
        mapping
            Kilometres by name of the line, in the order of the route. Empty if both passages
            are the same.

        Raises
        ------
        TypeError
            If an index is not an integer.

        See Also
        --------
        Route.index_of : Index of the passage of a station.
        Network.route : Find a route between two stations.

        Examples
        --------
        >>> import routesim as rs
        >>> route = rs.load_network().route("Pyongyang", "Khasan")
        >>> lines = route.measure_lines(route.index_of("Rajin"), route.index_of("Khasan"))
        >>> {line: round(km, 1) for line, km in lines.items()}
        {'Hambuk': 42.6, 'Hongui': 9.5, 'Tumangang-Khasan': 5.0}
        """
        if (first, last) in self._lines_between:
            return self._lines_between[first, last]
        lengths_km: dict[str, float] = {}
        for before, after in pairwise(self.passages[first : last + 1]):
            lengths_km[before.line] = lengths_km.get(before.line, 0.0) + (after.km - before.km)
        # The cached value is shared, so it must not be changed by who receives it.
        self._lines_between[first, last] = MappingProxyType(lengths_km)
        return self._lines_between[first, last]

    @cached_property
    def _lines_between(self) -> dict[tuple[int, int], Mapping[str, float]]:
        return {}

    @cached_property
    def visits(self) -> Mapping[str, tuple[int, ...]]:
        """Indices of the passages of each station, by plain name."""
        found: dict[str, tuple[int, ...]] = {}
        for index, passage in enumerate(self.passages):
            found[passage.station.name] = (*found.get(passage.station.name, ()), index)
        return found

    @cached_property
    def passage_km(self) -> Array:
        """Kilometres of the passages from the origin, shape (passages,)."""
        return np.array([p.km for p in self.passages])

    @cached_property
    def geometry(self) -> shapely.LineString:
        """The drawn line as a shapely LineString of (lon, lat) in degrees."""
        return shapely.LineString(np.column_stack([self.axis.lon, self.axis.lat]))

    @cached_property
    def points(self) -> gpd.GeoDataFrame:
        """The timing points, one row per passage (EPSG:4326).

        Columns: station, visit, km, uncertainty_km, country, tz, line, gauge_mm,
        available_gauges_mm, position, geometry.
        """
        rows = [get_fields(passage, POINT_COLUMNS) for passage in self.passages]
        places = gpd.points_from_xy(self.axis.lon, self.axis.lat)
        return gpd.GeoDataFrame(rows, geometry=places, crs=CRS)

    @cached_property
    def reversals(self) -> pd.DataFrame:
        """The reversals, one row each; empty if there are none.

        Columns: station, visit, km, movement, basis, note. ``movement`` is ``reverse``, or
        ``unknown`` if no source states whether a train reverses there.
        """
        rows = [
            (turn.station, here.visit, here.km, turn.movement, turn.basis, turn.note)
            for turn in self.reversals_found
            for here in [self.passages[turn.index]]
        ]
        columns = ["station", "visit", "km", "movement", "basis", "note"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def gauge_changes(self) -> pd.DataFrame:
        """The changes of gauge, one row each; empty if the gauge stays the same.

        Columns: station, visit, km, from_mm, to_mm, possible_from_km. ``station`` is the last
        place where the change is possible. If the track before it has both gauges, the change
        is possible anywhere from ``possible_from_km`` onwards.
        """
        rows = [
            (here.station.name, here.visit, here.km, before.gauge_mm, here.gauge_mm, from_km)
            for index, (before, here) in enumerate(pairwise(self.passages), start=1)
            if before.gauge_mm != here.gauge_mm
            for from_km in [self._find_earliest_change(index, here.gauge_mm)]
        ]
        columns = ["station", "visit", "km", "from_mm", "to_mm", "possible_from_km"]
        return pd.DataFrame(rows, columns=columns)

    def to_frame(self) -> gpd.GeoDataFrame:
        """Return the table of timing points: the same as ``points``.

        Returns
        -------
        geopandas.GeoDataFrame
            One row per passage of a timing point (EPSG:4326).

        Examples
        --------
        >>> import routesim as rs
        >>> frame = rs.load_network().route("Tumangang", "Khasan").to_frame()
        >>> list(frame["station"]), list(frame["km"])
        (['Tumangang', 'Friendship Bridge border', 'Khasan'], [0.0, 3.0, 5.0])
        """
        return self.points

    def km_of(self, station: str, visit: int = 1) -> float:
        """Return the kilometre of a passage, from the origin of the route.

        Parameters
        ----------
        station : str
            Any name of a station on the route.
        visit : int, default 1
            Number of the passage of that station, from 1.

        Returns
        -------
        float
            The kilometre, from 0 at the origin.

        Raises
        ------
        UnknownNameError
            If the route does not pass a station of that name.
        ArgumentError
            If the route passes it fewer times, or ``visit`` is below 1.

        Examples
        --------
        A route that turns back at Ussuriysk passes Baranovsky twice:

        >>> import routesim as rs
        >>> network = rs.load_network()
        >>> route = network.route("Khasan", "Vladivostok", via=["Ussuriysk"])
        >>> route.km_of("Baranovsky"), round(route.km_of("Baranovsky", visit=2), 1)
        (238.0, 282.2)
        """
        return self.passages[self.index_of(station, visit)].km

    def index_of(self, station: str, visit: int = 1) -> int:
        """Return the index of a passage in ``passages`` and ``points``.

        Parameters
        ----------
        station : str
            Any name of a station on the route.
        visit : int, default 1
            Number of the passage of that station, from 1.

        Returns
        -------
        int
            The index, from 0 at the origin.

        Raises
        ------
        UnknownNameError
            If the route does not pass a station of that name.
        ArgumentError
            If the route passes it fewer times, or ``visit`` is below 1.

        Examples
        --------
        >>> import routesim as rs
        >>> route = rs.load_network().route("Tumangang", "Vladivostok")
        >>> index = route.index_of("Khasan")
        >>> index, route.passages[index].gauge_mm
        (2, 1520)
        """
        name = self._names.find(station)
        passages = self.visits[name]
        if not 1 <= visit <= len(passages):
            times = "once" if len(passages) == 1 else f"{len(passages)} times"
            what = f"{visit} of {name}, which the route passes {times}"
            raise ArgumentError(Fault("visit", what, f"give 1 to {len(passages)}"))
        return passages[visit - 1]

    def passes(self, station: str) -> bool:
        """Return whether the route passes a station.

        Parameters
        ----------
        station : str
            Any name of a station.

        Returns
        -------
        bool
            False for an unknown name as well.

        Examples
        --------
        >>> import routesim as rs
        >>> route = rs.load_network().route("Khasan", "Vladivostok")
        >>> route.passes("Baranovsky"), route.passes("Ussuriysk")
        (True, False)
        """
        try:
            self._names.find(station)
        except UnknownNameError:
            return False
        return True

    def lonlat_at(self, km: ArrayLike) -> tuple[Array, Array]:
        """Return the coordinates at given kilometres of the route.

        Between two timing points, kilometres are spread evenly over the drawn line.

        Parameters
        ----------
        km : array_like
            Kilometres from the origin, of any shape.

        Returns
        -------
        lon : numpy.ndarray
            Longitudes in degrees on WGS84, of the same shape; empty for an empty input.
        lat : numpy.ndarray
            Latitudes in degrees on WGS84, of the same shape.

        Raises
        ------
        ArgumentError
            If a kilometre is beyond either end by more than a millimetre, or NaN.

        Examples
        --------
        >>> import routesim as rs
        >>> route = rs.load_network().route("Khasan", "Vladivostok")
        >>> lon, lat = route.lonlat_at([0.0, 100.0])
        >>> lon.shape, round(float(lon[0]), 3), round(float(lat[0]), 3)
        ((2,), 130.645, 42.43)
        """
        return self.axis.lonlat_at(km)

    def point_at(self, km: ArrayLike) -> Any:
        """Return the points at given kilometres of the route, as shapely points.

        Parameters
        ----------
        km : array_like
            Kilometres from the origin, of any shape.

        Returns
        -------
        shapely.Point or numpy.ndarray
            Points of (lon, lat) in degrees on WGS84: one point for a number, else an array of
            points of the same shape.

        Raises
        ------
        ArgumentError
            If a kilometre is beyond either end by more than a millimetre, or NaN.

        See Also
        --------
        Route.lonlat_at : The same as arrays of longitudes and latitudes.
        Route.locate : Find the nearest kilometre to a point, the inverse.

        Examples
        --------
        >>> import routesim as rs
        >>> route = rs.load_network().route("Khasan", "Vladivostok")
        >>> point = route.point_at(0.0)
        >>> round(point.x, 3), round(point.y, 3)
        (130.645, 42.43)
        """
        lon, lat = self.lonlat_at(km)
        return shapely.points(lon, lat)

    def locate(
        self, *, lon: ArrayLike, lat: ArrayLike, near_km: ArrayLike | None = None
    ) -> tuple[Array, Array]:
        """Find the nearest kilometre of the route to each point.

        Parameters
        ----------
        lon : array_like
            Longitudes in degrees on WGS84, of any shape.
        lat : array_like
            Latitudes in degrees on WGS84, of a shape that broadcasts with ``lon``.
        near_km : array_like, optional
            A kilometre for each point. If the route passes the point several times, the
            passage nearest to this kilometre is taken. None takes the first passage.

        Returns
        -------
        km : numpy.ndarray
            Kilometres from the origin, of the broadcast shape.
        offset_m : numpy.ndarray
            Geodesic distances from the points to the route in metres, of the same shape.

        Raises
        ------
        ArgumentError
            If a coordinate is not finite, or a latitude is outside -90 to 90.
        ValueError
            If the shapes do not broadcast.

        See Also
        --------
        Route.lonlat_at : Longitudes and latitudes at given kilometres, the inverse.
        Route.point_at : The same as shapely points.

        Examples
        --------
        >>> import routesim as rs
        >>> route = rs.load_network().route("Khasan", "Vladivostok")
        >>> lon, lat = route.lonlat_at(100.0)
        >>> km, offset_m = route.locate(lon=lon, lat=lat)
        >>> round(float(km), 3), round(float(offset_m))
        (100.0, 0)
        """
        return self.axis.locate(lon=lon, lat=lat, near_km=near_km)

    def explore(self) -> Any:
        """Show the route on an interactive map.

        Returns
        -------
        JourneyMap
            The map. A notebook displays it, and its ``save`` writes it to an HTML file.

        Examples
        --------
        >>> import routesim as rs
        >>> route = rs.load_network().route("Khasan", "Vladivostok")
        >>> html = route.explore().to_html()
        >>> "Baranovsky" in html
        True
        """
        return show_view("route", "explore", self)

    @cached_property
    def _names(self) -> NameIndex:
        return NameIndex(
            "station on this route",
            {p.station.name: p.station.other_names for p in self.passages},
        )

    def _find_earliest_change(self, index: int, gauge_mm: int) -> float:
        while index > 0 and gauge_mm in self.passages[index - 1].section.gauges_mm:
            index -= 1
        return self.passages[index].km
