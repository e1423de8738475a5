"""The railway network: stations, lines and sections, and routes over their graph."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.answers import Answer, get_fields, to_plain
from routesim.errors import ArgumentError, Fault, RouteError, UnknownNameError
from routesim.files.read import find_geodata
from routesim.geodesy import CRS
from routesim.network.checks import CHORD_LISTED_KM
from routesim.network.exact_km import ExactKm, count_exact_km
from routesim.network.folder import read_network_folder
from routesim.network.lengths import DisputedLength, list_disputed_lengths
from routesim.network.operating_points import find_point_classes, weigh_points
from routesim.network.records import LengthRow
from routesim.network.reversals import find_reversals
from routesim.network.route import Passage, Route
from routesim.network.sections import Section, cut_stretch, make_sections

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from os import PathLike

    import geopandas as gpd
    import networkx as nx
    import pandas as pd
    import shapely

    from routesim.network.exact_km import LineStation
    from routesim.network.folder import NetworkData
    from routesim.network.operating_points import LineWeights, PointClass
    from routesim.network.stations import Station
else:
    gpd = lazy_loader.load("geopandas")
    nx = lazy_loader.load("networkx")
    pd = lazy_loader.load("pandas")
    shapely = lazy_loader.load("shapely")


MILLIMETRE_DIGITS = 6
"""Number of decimals to which kilometres are rounded: to the millimetre."""


class Network(Answer):
    """A railway network: stations, lines, sections and routes over them.

    Networks are made by :func:`routesim.load_network`, which reads and checks a folder.

    Parameters
    ----------
    data : NetworkData
        The checked contents of a geodata folder.
    reference : str, optional
        Name of the folder. None for the bundled network.

    Attributes
    ----------
    sections : tuple of Section
        All sections, line by line in the order of the file.

    Examples
    --------
    >>> import routesim as rs
    >>> network = rs.load_network()
    >>> network.find_station("하산").name
    'Khasan'
    >>> network.route("Khasan", "Vladivostok")
    <Route Khasan - Vladivostok: 327.4 km, 37 timing points, reversing at Baranovsky>
    >>> sorted(network.lines["line"].unique())[:3]
    ['Hambuk', 'Hongui', 'Khasan branch']
    """

    def __init__(self, data: NetworkData, *, reference: str | None = None) -> None:
        self._data = data
        self.reference = reference
        self.sections = tuple(make_sections(data))

    def __repr__(self) -> str:
        """Show the name and the numbers of stations, lines and sections."""
        return (
            f"<Network {self.name!r}: {len(self._data.stations)} stations, "
            f"{len(self._data.line_points)} lines, {len(self.sections)} sections>"
        )

    @property
    def name(self) -> str:
        """Name of the network."""
        return self._data.corridor.name

    @property
    def attribution(self) -> tuple[str, ...]:
        """Attributions that every map of this network must show; may be empty."""
        return self._data.corridor.attribution

    @cached_property
    def stations(self) -> gpd.GeoDataFrame:
        """All stations, one row per station, indexed by plain name (EPSG:4326).

        Columns: country, tz, kind, name_ko, name_ru, aliases, lines (a dict from each line to
        the kilometre on it), position, position_source, note, point_class (see
        :meth:`find_class`), geometry.
        """
        lines: dict[str, dict[str, float]] = {name: {} for name in self._data.stations}
        for members in self._data.line_points.values():
            for point in members:
                lines[point.station][point.line] = point.km
        stations = list(self._data.stations.values())
        keys = ("country", "tz", "kind", "name_ko", "name_ru", "aliases", "lines")
        columns = {
            key: [lines[s.name] if key == "lines" else getattr(s, key) for s in stations]
            for key in (*keys, "position", "position_source", "note")
        }
        columns["point_class"] = [self._point_classes[s.name].name for s in stations]
        return gpd.GeoDataFrame(
            columns,
            geometry=gpd.points_from_xy([s.lon for s in stations], [s.lat for s in stations]),
            index=[s.name for s in stations],
            crs=CRS,
        ).rename_axis("station")

    @cached_property
    def lines(self) -> gpd.GeoDataFrame:
        """All lines, one row per stretch with the same properties throughout (EPSG:4326).

        Columns: line, from_station, to_station, from_km, to_km, length_km, gauges_mm,
        power, tracks, speed_low_kmh, speed_high_kmh, speed_basis, cap_kmh, source,
        geometry. Kilometres are official ones of the line.
        """
        records: list[dict[str, Any]] = []
        names = ("line", "from_station", "to_station")
        facts = ("gauges_mm=gauge_mm", "power", "tracks", "speed_low_kmh", "speed_high_kmh")
        more = ("speed_basis", "cap_kmh", "source")
        for row in self._data.line_rows:
            points = cut_stretch(self._data, row)
            stations = [self._data.stations[point.station] for point in points]
            records.append(
                {
                    **get_fields(row, names),
                    "from_km": points[0].km,
                    "to_km": points[-1].km,
                    "length_km": abs(points[-1].km - points[0].km),
                    **get_fields(row, (*facts, *more)),
                    "geometry": shapely.LineString([(s.lon, s.lat) for s in stations]),
                }
            )
        return gpd.GeoDataFrame(records, geometry="geometry", crs=CRS)

    def to_frame(self, line: str | None = None) -> pd.DataFrame:
        """Return a table of the stations by line.

        Parameters
        ----------
        line : str, optional
            Name of a line. None lists all lines.

        Returns
        -------
        pandas.DataFrame
            One row per station of each line, in the order of the line. A station on two
            lines has two rows. Columns: line, km, station, name_ko, name_ru, aliases, lat,
            lon, country, tz, kind, position, point_class.

        Raises
        ------
        UnknownNameError
            If there is no line of that name.

        Examples
        --------
        >>> import routesim as rs
        >>> table = rs.load_network().to_frame("Hongui")
        >>> list(table["station"])
        ['Hongui', 'Chokchi', 'Tumangang']
        """
        return pd.DataFrame(self._list_stations(line))

    def to_dict(self, line: str | None = None) -> dict[str, Any]:
        """Return the stations by line as plain values that can be written as JSON.

        This is the document that ``routesim stations --json`` prints.

        Parameters
        ----------
        line : str, optional
            Name of a line. None lists all lines.

        Returns
        -------
        dict
            The key ``stations`` has a list of dicts, with the rows of :meth:`to_frame`.

        Raises
        ------
        UnknownNameError
            If there is no line of that name.

        Examples
        --------
        >>> import routesim as rs
        >>> document = rs.load_network().to_dict("Khasan branch")
        >>> document["stations"][0]["station"]
        'Baranovsky'
        """
        return {"stations": to_plain(self._list_stations(line))}

    def _list_stations(self, line: str | None) -> list[dict[str, Any]]:
        lines = dict.fromkeys(s.line for s in self.sections) if line is None else [line]
        keys = ("station=name", "name_ko", "name_ru", "aliases", "lat", "lon")
        facts = ("country", "tz", "kind", "position")
        return [
            {
                "line": name,
                "km": km,
                **get_fields(station, (*keys, *facts)),
                "point_class": self._point_classes[station.name].name,
            }
            for name in lines
            for km, station in self.list_line(name)
        ]

    @cached_property
    def exact_km(self) -> tuple[ExactKm, ...]:
        """Kilometres that are taken as exact, by line: their uncertainty is blank."""
        return self.count_exact_km()

    def count_exact_km(
        self,
        passed: Collection[LineStation] | None = None,
        *,
        ranged: Collection[LineStation] = (),
    ) -> tuple[ExactKm, ...]:
        """Count the kilometres that are taken as exact on some points of lines.

        Parameters
        ----------
        passed : collection of tuple, optional
            Pairs of a line and the plain name of one of its stations. None counts all.
        ranged : collection of tuple, default ()
            Pairs that are not taken as exact, because a journey states a range for the lengths
            around them.

        Returns
        -------
        tuple of ExactKm
            One per line with a kilometre that is taken as exact.

        See Also
        --------
        Network.exact_km : The same for all lines.

        Examples
        --------
        >>> import routesim as rs
        >>> network = rs.load_network()
        >>> [one.exact_points for one in network.count_exact_km({("Hongui", "Hongui")})]
        [1]
        """
        return count_exact_km(self._data.line_points, passed, ranged=ranged)

    @cached_property
    def disputed_lengths(self) -> tuple[DisputedLength, ...]:
        """Stretches for which ``lengths.csv`` has a length that differs from the one in use."""
        data = self._data
        return list_disputed_lengths(data.lengths, data.line_points, data.names)

    def compare_lengths(self) -> pd.DataFrame:
        """Compare published lengths of stretches with those of this network.

        Returns
        -------
        pandas.DataFrame
            One row per published length. Columns: from_station, to_station, km (published),
            route_km (shortest route on this network), difference_km (km minus route_km),
            default (whether the network follows this length), source, note.

        See Also
        --------
        Network.disputed_lengths : The stretches with a length that differs from the one in use.

        Examples
        --------
        >>> import routesim as rs
        >>> table = rs.load_network().compare_lengths()
        >>> table.query("from_station == 'Rajin' and to_station == 'Khasan'")["km"].to_list()
        [57.1, 54.0]
        """
        rows = [row.model_dump() for row in self._data.lengths]
        frame = pd.DataFrame(rows, columns=list(LengthRow.model_fields))
        ends = zip(frame["from_station"], frame["to_station"], strict=True)
        frame.insert(3, "route_km", [self.route(*pair).length_km for pair in ends])
        frame.insert(4, "difference_km", frame["km"] - frame["route_km"])
        return frame

    @property
    def long_chords(self) -> tuple[Section, ...]:
        """Sections whose chord exceeds their official length by more than 0.2 km."""
        return tuple(s for s in self.sections if s.chord_km > s.length_km + CHORD_LISTED_KM)

    def find_station(self, name: str) -> Station:
        """Return a station by any of its names.

        Parameters
        ----------
        name : str
            A plain name, a Korean or Russian name, or an alias. Case, diacritics and
            punctuation are ignored.

        Returns
        -------
        Station
            The station. Its attributes include ``name``, the position ``lon`` and ``lat`` in
            degrees, and the time zone ``tz``.

        Raises
        ------
        UnknownNameError
            If no name matches; it suggests the nearest.

        Examples
        --------
        >>> import routesim as rs
        >>> station = rs.load_network().find_station("P'yŏngyang")
        >>> station.name, station.tz
        ('Pyongyang', 'Asia/Pyongyang')
        """
        return self._data.stations[self._data.names.find(name)]

    def list_line(self, line: str) -> tuple[tuple[float, Station], ...]:
        """Return the stations of a line with their kilometres.

        Parameters
        ----------
        line : str
            Name of a line.

        Returns
        -------
        tuple of tuple
            Pairs of an official kilometre and a ``Station``, in the order of the line.

        Raises
        ------
        UnknownNameError
            If there is no line of that name.

        Examples
        --------
        >>> import routesim as rs
        >>> points = rs.load_network().list_line("Hongui")
        >>> [(km, station.name) for km, station in points][-1]
        (9.5, 'Tumangang')
        """
        if line not in self._data.line_points:
            raise UnknownNameError("line", line, tuple(self._data.line_points))
        points = self._data.line_points[line]
        return tuple((point.km, self._data.stations[point.station]) for point in points)

    def find_class(self, station: str) -> PointClass:
        """Return the class of a station as an operating point: how far trains wait there.

        If ``stations.csv`` states no class, it is derived. A halt or a bridge is ``none``. A
        border, a yard or a junction has the class of that name. A station of several lines is a
        ``junction``. Any other station is a ``siding`` if its line has two or more tracks on
        both sides, and else a ``crossing``, also if the number of tracks is not known. At the
        end of a line there is only one side. The class is the same on all lines of a station.

        Parameters
        ----------
        station : str
            Any name of a station.

        Returns
        -------
        PointClass
            The class, with ``name``, ``weight``, ``signal_share``, ``keeps`` and ``reason``.

        Raises
        ------
        UnknownNameError
            If no name matches; it suggests the nearest.

        See Also
        --------
        Network.weigh_line : The weights of all points of a line.

        Examples
        --------
        >>> import routesim as rs
        >>> network = rs.load_network()
        >>> network.find_class("Rajin").name, network.find_class("Sopo").name
        ('junction', 'crossing')
        """
        return self._point_classes[self.find_station(station).name]

    def weigh_line(self, line: str) -> LineWeights:
        """Return the operating points of a line with their weights.

        Parameters
        ----------
        line : str
            Name of a line.

        Returns
        -------
        LineWeights
            The points in the order of :meth:`list_line`.

        Raises
        ------
        UnknownNameError
            If there is no line of that name.

        See Also
        --------
        Network.find_class : The class of one station.

        Examples
        --------
        >>> import routesim as rs
        >>> weights = rs.load_network().weigh_line("Hongui")
        >>> [(one.name, one.weight) for one in weights.classes]
        [('junction', 4.0), ('crossing', 1.5), ('engine', 6.0)]
        """
        return weigh_points(line, self.list_line(line), self._point_classes)

    def route(self, origin: str, destination: str, via: Sequence[str] = ()) -> Route:
        """Find the shortest route by rail, optionally through given stations.

        Parameters
        ----------
        origin : str
            Any name of the first station.
        destination : str
            Any name of the last station.
        via : sequence of str, default ()
            Names of stations to pass, in order. The route takes the shortest way from each to
            the next, and may use a section twice.

        Returns
        -------
        Route
            The route. The train reverses where the route turns back, and where the layout of
            a junction requires it.

        Raises
        ------
        UnknownNameError
            If a station is not known.
        ArgumentError
            If ``via`` is a single string.
        RouteError
            If no line leads there, or two successive stations are the same.

        See Also
        --------
        Network.find_station : Find a station by any of its names.
        Route.locate : Find the nearest kilometre of the route to a point.
        Route.point_at : Return the points at given kilometres.

        Examples
        --------
        >>> import routesim as rs
        >>> network = rs.load_network()
        >>> direct = network.route("Khasan", "Vladivostok")
        >>> direct.length_km, list(direct.reversals["station"])
        (327.4, ['Baranovsky'])
        >>> longer = network.route("Khasan", "Vladivostok", via=["Ussuriysk"])
        >>> longer.length_km, list(longer.reversals["station"])
        (371.6, ['Ussuriysk'])
        """
        if isinstance(via, str):
            raise ArgumentError(Fault("via", "is a string", f"give a list: [{via!r}]"))
        names = [self.find_station(name).name for name in (origin, *via, destination)]
        stations, sections = [names[0]], []
        for start, end in pairwise(names):
            if start == end:
                raise RouteError(
                    f"a route from {start} to {end} has no length; name two different places"
                )
            leg_stations, leg_sections = self._find_leg(start, end)
            stations += leg_stations[1:]
            sections += leg_sections
        return Route(
            passages=tuple(self._make_passages(stations, sections)),
            reversals_found=find_reversals(stations, sections, self._data),
            attribution=self.attribution,
        )

    @cached_property
    def _point_classes(self) -> dict[str, PointClass]:
        return find_point_classes(self._data, self.sections)

    @cached_property
    def _graph(self) -> nx.MultiGraph[str]:
        graph: nx.MultiGraph[str] = nx.MultiGraph()
        for section in self.sections:
            graph.add_edge(
                section.from_station,
                section.to_station,
                key=section.line,
                km=section.length_km,
                section=section,
            )
        return graph

    def _find_leg(self, start: str, end: str) -> tuple[list[str], list[Section]]:
        try:
            stations = nx.shortest_path(self._graph, start, end, weight="km")
        except nx.NetworkXNoPath:
            raise RouteError(
                f"no line leads from {start} to {end}; check that the lines of the folder meet"
            ) from None
        sections = [
            min(self._graph[a][b].values(), key=lambda edge: float(edge["km"]))["section"]
            for a, b in pairwise(stations)
        ]
        return stations, sections

    def _make_passages(
        self, stations: Sequence[str], sections: Sequence[Section]
    ) -> list[Passage]:
        uncertainty_km = {
            (point.line, point.station): point.uncertainty_km
            for section in sections
            for point in self._data.line_points[section.line]
        }
        visits: dict[str, int] = {}
        passages: list[Passage] = []
        km = 0.0
        gauge_mm = min(sections[0].gauges_mm)
        for index, name in enumerate(stations):
            section = sections[min(index, len(sections) - 1)]
            if index:
                km = round(km + sections[index - 1].length_km, MILLIMETRE_DIGITS)
            visits[name] = visits.get(name, 0) + 1
            if gauge_mm not in section.gauges_mm:
                gauge_mm = min(section.gauges_mm)
            passages.append(
                Passage(
                    station=self._data.stations[name],
                    visit=visits[name],
                    km=km,
                    section=section,
                    gauge_mm=gauge_mm,
                    uncertainty_km=uncertainty_km.get((section.line, name), 0.0),
                )
            )
        return passages


def load_network(folder: str | PathLike[str] | None = None) -> Network:
    """Load the bundled railway network, or another one from a folder.

    Parameters
    ----------
    folder : str or path, optional
        A folder with ``corridor.toml``, ``stations.csv``, ``lines.csv``, ``lengths.csv`` and
        ``junctions.csv``, in the format of the bundled one. None loads the bundled network.

    Returns
    -------
    Network
        The network, after all checks.

    Raises
    ------
    DataError
        If a file is missing or has faults; lists all faults of all files.

    See Also
    --------
    Network.route : Find the shortest route between two stations.
    load_journey : Load a journey on the network.

    Examples
    --------
    >>> import routesim as rs
    >>> network = rs.load_network()
    >>> network.name
    'Pyongyang - Khasan - Vladivostok and the Amur region'
    >>> len(network.stations)
    391
    """
    if folder is None:
        return Network(read_network_folder(find_geodata()))
    path = Path(folder)
    return Network(read_network_folder(path), reference=path.name or str(path))
