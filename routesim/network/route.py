"""A route over the network, with one distance axis."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
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


@dataclass(frozen=True, slots=True)
class Passage(Answer):
    """One passage of a timing point on a route.

    ``section`` is the one by which the train leaves (at the destination: arrives), and
    ``gauge_mm`` what it runs on there. ``visit`` counts from 1: a route that reverses may
    pass a station twice.
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
        """The line by which the train leaves."""
        return self.section.line


@dataclass(frozen=True, eq=False, repr=False)
class Route(Answer):
    """An ordered way over sections from origin to destination; made by ``Network.route``.

    Its one axis is ``km``: official kilometres from the origin.
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
        """Name the ends, the length and the reversals."""
        turns = [turn.station for turn in self.reversals_found if turn.movement == "reverse"]
        reversing = f", reversing at {' and '.join(turns)}" if turns else ""
        return (
            f"<Route {self.origin} - {self.destination}: {self.length_km:.1f} km, "
            f"{len(self.passages)} timing points{reversing}>"
        )

    @property
    def origin(self) -> str:
        """The plain name of the first station."""
        return self.passages[0].station.name

    @property
    def destination(self) -> str:
        """The plain name of the last station."""
        return self.passages[-1].station.name

    @property
    def length_km(self) -> float:
        """Official kilometres from origin to destination."""
        return self.passages[-1].km

    @cached_property
    def axis(self) -> DistanceAxis:
        """The distance axis: the kilometre and place of every passage."""
        return DistanceAxis(
            km=self.passage_km,
            lon=np.array([p.station.lon for p in self.passages]),
            lat=np.array([p.station.lat for p in self.passages]),
        )

    def measure_lines(self, first: int, last: int) -> Mapping[str, float]:
        """Return how many kilometres of each line lie between two passages."""
        if (first, last) in self._lines_between:
            return self._lines_between[first, last]
        lengths_km: dict[str, float] = {}
        for before, after in pairwise(self.passages[first : last + 1]):
            lengths_km[before.line] = lengths_km.get(before.line, 0.0) + (after.km - before.km)
        self._lines_between[first, last] = lengths_km
        return lengths_km

    @cached_property
    def _lines_between(self) -> dict[tuple[int, int], Mapping[str, float]]:
        return {}

    @cached_property
    def visits(self) -> Mapping[str, tuple[int, ...]]:
        """From the plain name of each station to the indices of its passages."""
        found: dict[str, tuple[int, ...]] = {}
        for index, passage in enumerate(self.passages):
            found[passage.station.name] = (*found.get(passage.station.name, ()), index)
        return found

    @cached_property
    def passage_km(self) -> Array:
        """Kilometres of the passages, shape (passages,)."""
        return np.array([p.km for p in self.passages])

    @cached_property
    def geometry(self) -> shapely.LineString:
        """The drawn line, a shapely LineString of (lon, lat)."""
        return shapely.LineString(np.column_stack([self.axis.lon, self.axis.lat]))

    @cached_property
    def points(self) -> gpd.GeoDataFrame:
        """A row a passage of a timing point (EPSG:4326).

        Columns: station, visit, km, uncertainty_km, country, tz, line, gauge_mm,
        available_gauges_mm, position, geometry.
        """
        rows = [get_fields(passage, POINT_COLUMNS) for passage in self.passages]
        places = gpd.points_from_xy(self.axis.lon, self.axis.lat)
        return gpd.GeoDataFrame(rows, geometry=places, crs=CRS)

    @cached_property
    def reversals(self) -> pd.DataFrame:
        """A row a reversal: station, visit, km, movement, basis, note.

        ``movement`` is ``reverse``, or ``unknown`` where no source states it.
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
        """A row a change of gauge: station, visit, km, from_mm, to_mm, possible_from_km.

        The change is put where it must be made at the latest. Where both gauges lie side by
        side before it, the change may have been made anywhere from ``possible_from_km``.
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
        """Return a row a passage of a timing point: ``points``."""
        return self.points

    def km_of(self, station: str, visit: int = 1) -> float:
        """Return the kilometre of a passage.

        Parameters
        ----------
        station
            Any name of a station on the route.
        visit
            Which passage of it, from 1.

        Raises
        ------
        UnknownNameError
            If the route does not pass a station of that name.
        ArgumentError
            If it passes it fewer times.
        """
        return self.passages[self.index_of(station, visit)].km

    def index_of(self, station: str, visit: int = 1) -> int:
        """Return the index of a passage in ``passages`` and ``points``.

        Raises
        ------
        UnknownNameError
            If the route does not pass a station of that name.
        ArgumentError
            If it passes it fewer times.
        """
        name = self._names.find(station)
        passages = self.visits[name]
        if not 1 <= visit <= len(passages):
            times = "once" if len(passages) == 1 else f"{len(passages)} times"
            what = f"{visit} of {name}, which the route passes {times}"
            raise ArgumentError(Fault("visit", what, f"give 1 to {len(passages)}"))
        return passages[visit - 1]

    def passes(self, station: str) -> bool:
        """Return whether the route passes a station of that name."""
        try:
            self._names.find(station)
        except UnknownNameError:
            return False
        return True

    def lonlat_at(self, km: ArrayLike) -> tuple[Array, Array]:
        """Place kilometres on the map; see :meth:`DistanceAxis.lonlat_at`."""
        return self.axis.lonlat_at(km)

    def point_at(self, km: ArrayLike) -> Any:
        """Place kilometres on the map, as shapely points of the same shape."""
        lon, lat = self.lonlat_at(km)
        return shapely.points(lon, lat)

    def locate(
        self, *, lon: ArrayLike, lat: ArrayLike, near_km: ArrayLike | None = None
    ) -> tuple[Array, Array]:
        """Find the nearest kilometre to each point; see :meth:`DistanceAxis.locate`."""
        return self.axis.locate(lon=lon, lat=lat, near_km=near_km)

    def explore(self) -> Any:
        """Show the route on a map."""
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
