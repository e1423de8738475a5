"""An ensemble: many random journeys over one route, with their windows and positions."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING, Any, ClassVar

import lazy_loader
import numpy as np

from routesim.answers import Answer, get_fields
from routesim.display import show_view
from routesim.evidence import parse_time
from routesim.journey.plan_draws import PassageTimes
from routesim.journey.windows import DEFAULT_LEVELS, measure_windows, tabulate_windows
from routesim.text.names import format_stop, format_visit
from routesim.text.positions import format_likely_km, format_section
from routesim.text.quantities import format_chance
from routesim.text.times import format_utc, to_datetime
from routesim.units import mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import geopandas as gpd
    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from routesim.arrays import Array, Flags
    from routesim.network import Route
else:
    pd = lazy_loader.load("pandas")
    xr = lazy_loader.load("xarray")


AT_KM = 1e-9
"""Largest distance in kilometres at which a draw counts as being at a timing point."""
LABELS = {
    "draw": {"long_name": "number of the draw"},
    "station": {"long_name": "timing point"},
    "visit": {"long_name": "number of the visit"},
    "km": {"long_name": "distance from the origin of the route", "units": "km"},
    "lon": {"long_name": "longitude", "units": "degrees_east"},
    "lat": {"long_name": "latitude", "units": "degrees_north"},
    "arrive": {"long_name": "arrival, UTC"},
    "depart": {"long_name": "departure, UTC"},
    "departure": {"long_name": "departure from the origin of the draw, UTC"},
}
"""Attributes of each variable of a dataset."""


@dataclass(frozen=True, repr=False, slots=True)
class PlaceShare(Answer):
    """The share of the draws on one section of a route, or at one timing point.

    At a timing point both stations are the same. Kilometres count from the origin of the
    route. ``share`` is in 0..1, and ``mcse`` is its Monte Carlo standard error.
    """

    from_station: str
    to_station: str
    from_km: float
    to_km: float
    share: float
    mcse: float
    json_keys = ("from=from_station", "to=to_station", "from_km", "to_km", "share", "mcse")

    def __repr__(self) -> str:
        """Return the place and its share, rounded to its error."""
        place = format_section(self.from_station, self.to_station)
        return f"<PlaceShare {place}: {format_chance(self.share, self.mcse)}>"


@dataclass(frozen=True, eq=False, repr=False)
class Position(Answer):
    """The likely position of the train at one time; made by :meth:`Ensemble.where`.

    Parameters
    ----------
    time_s : float
        The time in POSIX seconds.
    p05_km, p50_km, p95_km : float
        5, 50 and 95 % quantiles of the kilometre on the route, over the draws.
    nearest_station : str
        The timing point nearest to the median.
    waiting : float
        Share of the draws that had not departed yet, 0..1. They count at their origin.
    waiting_mcse : float
        Monte Carlo standard error of ``waiting``.
    arrived : float
        Share of the draws that had arrived, 0..1. They count at the destination.
    arrived_mcse : float
        Monte Carlo standard error of ``arrived``.
    km : ndarray
        Kilometre of each draw on the route, shape (draws,).
    ensemble : Ensemble
        The draws.
    errors_km : tuple of float
        Monte Carlo standard errors of the three quantiles, in kilometres. NaN for draws
        from the priors.

    Examples
    --------
    >>> import routesim as rs
    >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
    >>> here = prior.where("2023-09-11T10:00Z")
    >>> here.p05_km <= here.p50_km <= here.p95_km
    True
    >>> here.km.shape, len(here.points)
    ((200,), 200)
    >>> here.to_frame().columns.to_list()
    ['from_station', 'to_station', 'from_km', 'to_km', 'share', 'mcse']
    """

    time_s: float
    p05_km: float
    p50_km: float
    p95_km: float
    nearest_station: str
    waiting: float
    waiting_mcse: float
    arrived: float
    arrived_mcse: float
    km: Array
    ensemble: Ensemble
    errors_km: tuple[float, float, float] = (nan, nan, nan)
    given: ClassVar[str] = "priors"
    """Basis of the draws: priors or reports."""

    def __repr__(self) -> str:
        """Return the journey, the time, the kilometres and the nearest station."""
        return (
            f"<{type(self).__name__} {self.ensemble.journey_id} at {format_utc(self.time_s)}: "
            f"{self.band}, near {format_stop(self.nearest_station)}>"
        )

    @property
    def time(self) -> datetime:
        """The time, aware UTC."""
        return to_datetime(self.time_s)

    @property
    def route(self) -> Route:
        """The route along which the kilometres are measured."""
        return self.ensemble.route

    @property
    def band(self) -> str:
        """The likely range of kilometres and the median, in words."""
        km = self.p05_km, self.p50_km, self.p95_km
        return format_likely_km(km, self.errors_km, self.route.length_km)

    @property
    def stations(self) -> tuple[str, str]:
        """Timing points that enclose the range from the 5 % to the 95 % quantile."""
        km, passages = self.route.passage_km, self.route.passages
        before = int(np.searchsorted(km, self.p05_km + AT_KM, side="right")) - 1
        after = min(int(np.searchsorted(km, self.p95_km - AT_KM)), len(km) - 1)
        return passages[max(before, 0)].station.name, passages[after].station.name

    @property
    def points(self) -> Any:
        """Place of each draw: shapely points (lon, lat), shape (draws,)."""
        return self.route.point_at(self.km)

    def list_shares(self, indices: Sequence[int] | None = None) -> tuple[PlaceShare, ...]:
        """List the sections and timing points where the train may be, with their shares.

        Parameters
        ----------
        indices : sequence of int, optional
            Indices of the passages that separate the sections, in rising order and including
            both ends of the route. By default all passages.

        Returns
        -------
        tuple of PlaceShare
            Places with at least one draw, in the order of the route. The shares sum to 1.

        Examples
        --------
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> here = prior.where("2023-09-11T10:00Z")
        >>> ends = [0, len(prior.route.passages) - 1]
        >>> for place in here.list_shares(ends):
        ...     print(place.from_station, "to", place.to_station)
        Pyongyang to Pyongyang
        Pyongyang to Vladivostok
        Vladivostok to Vladivostok
        """
        passages = self.route.passages
        chosen = np.arange(len(passages)) if indices is None else np.asarray(indices)
        km = self.route.passage_km[chosen]
        before = np.searchsorted(km, self.km + AT_KM, side="right") - 1
        code = 2 * before + (self.km > km[before] + AT_KM)
        found = []
        for one in np.unique(code):
            start, end = passages[chosen[one // 2]], passages[chosen[(one + 1) // 2]]
            share = self.ensemble.measure_share(code == one)
            found.append(
                PlaceShare(start.station.name, end.station.name, start.km, end.km, *share)
            )
        return tuple(found)

    def sections(self) -> pd.DataFrame:
        """Tabulate the sections and timing points where the train may be.

        Returns
        -------
        DataFrame
            One row per place with at least one draw, in the order of the route. Columns:
            from_station, to_station (the same at a timing point), from_km, to_km, share
            (0..1) and mcse (Monte Carlo standard error of the share).

        Examples
        --------
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> sections = prior.where("2023-09-11T10:00Z").sections()
        >>> round(float(sections["share"].sum()), 6)
        1.0
        """
        return pd.DataFrame(self.list_shares(), columns=list(PlaceShare.__slots__))

    def to_frame(self) -> pd.DataFrame:
        """Tabulate the sections and timing points; the same as :meth:`sections`.

        Returns
        -------
        DataFrame
            One row per place with at least one draw.

        Examples
        --------
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> before = prior.where("2023-09-01T00:00Z").to_frame()
        >>> before[["from_station", "to_station", "share"]]
          from_station to_station  share
        0    Pyongyang  Pyongyang    1.0
        """
        return self.sections()

    def _describe(self) -> dict[str, Any]:
        names = ("p05_km", "p50_km", "p95_km")
        asked = ("journey=journey_id", "route=route_id", "changes")
        shares = ("not_set_out=waiting", "not_set_out_mcse=waiting_mcse", "arrived")
        return {
            **get_fields(self.ensemble, asked),
            **get_fields(self, ("time", "given")),
            "certain": None,
            "likely": get_fields(self, names),
            "errors": dict(zip(names, self.errors_km, strict=True)),
            "nearest_station": self.nearest_station,
            "sections": self.list_shares(),
            "past": (),
            **get_fields(self, (*shares, "arrived_mcse")),
            **get_fields(self.ensemble, ("ess", "draws", "seed")),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Ensemble(PassageTimes, Answer):
    """Many random journeys over one route, drawn from the priors; made by :func:`simulate`.

    Parameters
    ----------
    route : Route
        The route.
    departure_s : ndarray
        Departure of each draw in POSIX seconds, shape (draws,).
    origin_index : ndarray of int
        Index of the passage from which each draw departs, shape (draws,).
    dwell_s : mapping of int to ndarray
        Dwell in seconds at each planned stop, by the index of its passage, shape (draws,).
    running_mps : mapping of str to ndarray
        Running speed in metres per second by line, shape (draws,).
    stretches : tuple of LineStretch
        Stretches of the route, each on one line and with one ratio of true to official length.
    length_ratio : mapping of int to ndarray
        True over official length by the number of the disputed length, shape (draws,).
    journey_id : str
        Id of the journey.
    route_id : str
        Id of the route.
    changes : tuple of str
        Changes made to the journey, in words. Empty for a journey as loaded.
    zones : tuple of str
        Time zones in which local times are shown.
    seed : int
        Seed of the random streams.
    arrive_s : ndarray
        Arrivals in POSIX seconds, shape (draws, passages). The value is NaN before the origin
        of a draw, and its departure at the origin.
    depart_s : ndarray
        Departures in POSIX seconds, shape (draws, passages). NaN before the origin of a draw.
    delay_s : ndarray or None
        Running time since the origin beyond that at the mean speeds, in seconds, shape (draws,
        passages). None if no running time varies.
    standing_s : mapping of str to ndarray
        Unplanned standing in seconds by line, shape (draws,).

    Examples
    --------
    >>> import routesim as rs
    >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
    >>> prior
    <Ensemble 2023-09 by vladivostok: 200 draws>
    >>> windows = prior.windows(every=False)
    >>> windows["station"].to_list()
    ['Pyongyang', 'Tumangang', 'Khasan', 'Baranovsky', 'Vladivostok']
    >>> here = prior.where("2023-09-11T10:00Z")
    >>> here.route.destination
    'Vladivostok'
    >>> prior.to_frame().shape[0], prior.to_xarray().sizes["draw"]
    (200, 200)
    """

    journey_id: str
    route_id: str
    changes: tuple[str, ...]
    zones: tuple[str, ...]
    seed: int
    arrive_s: Array
    depart_s: Array
    delay_s: Array | None
    standing_s: Mapping[str, Array]
    view: ClassVar[str] = "ensemble"

    def __repr__(self) -> str:
        """Return the journey, the route and the number of draws."""
        return f"<Ensemble {self.journey_id} by {self.route_id}: {self.draws:,} draws>"

    def _describe(self) -> dict[str, Any]:
        asked = ("journey=journey_id", "route=route_id", "changes", "draws", "seed")
        windows = [window.describe() for window in measure_windows(self)]
        return {**get_fields(self, asked), "windows": windows, "ess": self.ess}

    @property
    def ess(self) -> float:
        """Effective sample size. It is the number of draws, as they are independent."""
        return float(self.draws)

    def get_reached(self, index: int) -> Array:
        """Return the times at a passage: the departure at the origin, else the arrival.

        Parameters
        ----------
        index : int
            Index of the passage in the route.

        Returns
        -------
        ndarray
            POSIX seconds, shape (draws,); NaN for draws that start beyond the passage.

        Examples
        --------
        >>> import numpy as np
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> np.array_equal(prior.get_reached(0), prior.departure_s)
        True
        """
        return self.arrive_s[:, index]

    def get_departures(self, index: int) -> Array:
        """Return the departures from a passage.

        A draw that starts here makes no planned stop first.

        Parameters
        ----------
        index : int
            Index of the passage in the route.

        Returns
        -------
        ndarray
            POSIX seconds, shape (draws,); NaN for draws that start beyond the passage, and
            for all draws at the destination.

        Examples
        --------
        The departure is the arrival, plus the dwell at a planned stop and unplanned standing:

        >>> import routesim as rs
        >>> journey = rs.what_if(rs.load_journey("2023-09"), dwell={"Khasan": "1h"})
        >>> prior = rs.simulate(journey, draws=200)
        >>> khasan = prior.route.index_of("Khasan")
        >>> stood_s = prior.get_departures(khasan) - prior.get_arrivals(khasan)
        >>> round(float(stood_s.min()), 1)
        3600.0
        """
        if index == len(self.route.passages) - 1:
            return np.full(self.draws, np.nan)
        return self.depart_s[:, index]

    def get_delay(self, index: int) -> Array | float:
        """Return the running time up to a passage beyond that at the mean speeds.

        Parameters
        ----------
        index : int
            Index of the passage in the route.

        Returns
        -------
        ndarray or float
            Seconds since the origin of each draw, shape (draws,); negative if the train ran
            faster. 0 if no running time varies.

        Examples
        --------
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> delay_s = prior.get_delay(prior.route.index_of("Khasan"))
        >>> bool(delay_s.min() < 0.0 < delay_s.max())
        True
        """
        return 0.0 if self.delay_s is None else self.delay_s[:, index]

    def find_share_error(self, flags: Array) -> float:
        """Return the Monte Carlo standard error of the share of flagged draws.

        Parameters
        ----------
        flags : ndarray
            0 or 1 per draw, shape (draws,).

        Returns
        -------
        float
            ``sqrt(p * (1 - p) / draws)`` for the share ``p``, as the draws are independent.

        Examples
        --------
        The error of the share of draws with a running speed below 50 km/h on one line:

        >>> import routesim as rs
        >>> from routesim.units import mps_to_kmh
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> slow = mps_to_kmh(prior.running_mps["Pyongra"]) < 50
        >>> round(prior.find_share_error(slow), 2)
        0.03
        """
        share = float(flags.mean())
        return sqrt(share * (1.0 - share) / flags.size)

    def measure_share(self, flags: Flags) -> tuple[float, float]:
        """Return the share of flagged draws and its Monte Carlo standard error.

        Parameters
        ----------
        flags : ndarray of bool
            One flag per draw, shape (draws,).

        Returns
        -------
        share : float
            Share of the draws, 0..1.
        mcse : float
            Its Monte Carlo standard error.

        Examples
        --------
        The share of draws with more than 4 hours at the two border stations:

        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> route = prior.route
        >>> tumangang, khasan = (route.index_of(name) for name in ("Tumangang", "Khasan"))
        >>> stood_s = prior.dwell_s[tumangang] + prior.dwell_s[khasan]
        >>> share, mcse = prior.measure_share(stood_s > 4 * 3600)
        >>> round(share, 1), round(mcse, 2)
        (0.6, 0.03)
        """
        weights = flags.astype(np.float64)
        return float(weights.mean()), self.find_share_error(weights)

    def find_passed_share(self, index: int, time_s: float) -> tuple[float, float]:
        """Return the probability that the train had reached a passage by a given time.

        Draws that start beyond the passage never reach it.

        Parameters
        ----------
        index : int
            Index of the passage in the route.
        time_s : float
            The time in POSIX seconds.

        Returns
        -------
        share : float
            Share of the draws, 0..1.
        mcse : float
            Its Monte Carlo standard error.

        Examples
        --------
        >>> from datetime import datetime
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> tuesday = datetime.fromisoformat("2023-09-12T00:00+10:00").timestamp()
        >>> share, mcse = prior.find_passed_share(prior.route.index_of("Khasan"), tuesday)
        >>> round(share, 1), round(mcse, 2)
        (0.4, 0.03)
        """
        return self.measure_share(self.get_reached(index) <= time_s)

    def list_shown(self, *, every: bool) -> list[int]:
        """List the indices of the passages shown in a table.

        Parameters
        ----------
        every : bool
            True for every passage, False for planned stops and both ends only.

        Returns
        -------
        list of int
            Indices in the order of the route.

        Examples
        --------
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> passages = prior.route.passages
        >>> [passages[index].station.name for index in prior.list_shown(every=False)]
        ['Pyongyang', 'Tumangang', 'Khasan', 'Baranovsky', 'Vladivostok']
        """
        shown = {0, len(self.route.passages) - 1, *self.dwell_s}
        return [i for i in range(len(self.route.passages)) if every or i in shown]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate the random values of each draw, and its arrivals at stops and destination.

        Returns
        -------
        DataFrame
            One row per draw. Columns: departure (aware UTC), origin (station),
            ``speed_kmh LINE``, ``standing_h LINE``, ``dwell_min STATION`` and
            ``arrive STATION`` (aware UTC, NaT for draws that start at or beyond the station).

        Examples
        --------
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> frame = prior.to_frame()
        >>> frame.shape[0], frame["origin"].unique().tolist()
        (200, ['Pyongyang'])
        >>> [name for name in frame.columns if name.startswith("arrive")]
        ['arrive Tumangang', 'arrive Khasan', 'arrive Baranovsky', 'arrive Vladivostok']
        """
        columns: dict[str, Any] = {
            "departure": pd.to_datetime(self.departure_s, unit="s", utc=True),
            "origin": [self.route.passages[i].station.name for i in self.origin_index],
        }
        for line, speed in self.running_mps.items():
            columns[f"speed_kmh {line}"] = mps_to_kmh(speed)
        for line, standing in self.standing_s.items():
            columns[f"standing_h {line}"] = standing / 3600.0
        for index, dwell in self.dwell_s.items():
            columns[f"dwell_min {self._format_passage(index)}"] = dwell / 60.0
        for index in (*self.dwell_s, len(self.route.passages) - 1):
            times = pd.to_datetime(self.get_arrivals(index), unit="s", utc=True)
            columns[f"arrive {self._format_passage(index)}"] = times
        return pd.DataFrame(columns)

    def to_xarray(self) -> xr.Dataset:
        """Return the times of all draws as a dataset with dimensions draw and passage.

        Returns
        -------
        Dataset
            Variables: ``arrive`` and ``depart`` (draw, passage) and ``departure`` (draw), as
            ``datetime64[ns]`` in UTC to the microsecond, NaT where a draw does not arrive
            or depart. Coordinates: draw, station, visit, km, lon and lat. Each has a
            ``long_name``.

        Examples
        --------
        >>> import routesim as rs
        >>> data = rs.simulate(rs.load_journey("2023-09"), draws=200).to_xarray()
        >>> list(data.data_vars), data["arrive"].dims
        (['arrive', 'depart', 'departure'], ('draw', 'passage'))
        >>> str(data["station"].values[-1]), data.attrs["route"]
        ('Vladivostok', 'vladivostok')
        """
        passages = self.route.passages
        stations = [passage.station for passage in passages]
        indices = range(len(passages))
        times = {
            "arrive": np.column_stack([self.get_arrivals(i) for i in indices]),
            "depart": np.column_stack([self.get_departures(i) for i in indices]),
            "departure": self.departure_s,
        }
        places = {
            "station": [station.name for station in stations],
            "visit": [passage.visit for passage in passages],
            "km": self.route.passage_km,
            "lon": [station.lon for station in stations],
            "lat": [station.lat for station in stations],
        }
        return xr.Dataset(
            {
                name: (("draw", "passage")[: values.ndim], _to_times(values), LABELS[name])
                for name, values in times.items()
            },
            coords={
                "draw": ("draw", np.arange(self.draws), LABELS["draw"]),
                **{name: ("passage", found, LABELS[name]) for name, found in places.items()},
            },
            attrs={
                "journey": self.journey_id,
                "route": self.route_id,
                "seed": self.seed,
                "first_departure": format_utc(float(self.departure_s.min())),
            },
        )

    def _format_passage(self, index: int) -> str:
        passage = self.route.passages[index]
        return format_visit(passage.station.name, passage.visit)

    def windows(
        self, *, levels: Sequence[float] = DEFAULT_LEVELS, every: bool = True
    ) -> gpd.GeoDataFrame:
        """Return the windows of arrival and departure at the passages of the route.

        Parameters
        ----------
        levels : sequence of float, default (0.05, 0.5, 0.95)
            Levels of the quantiles, shares in 0..1, rising. Each names its columns: 0.05
            gives ``arrive_p05``, 0.975 gives ``arrive_p97.5``.
        every : bool, default True
            Include every timing point. If False, only planned stops and both ends.

        Returns
        -------
        GeoDataFrame
            One row per passage, in the order of the route, EPSG:4326. Columns: station,
            visit, km, tz, stops (whether a stop is planned), share (of the draws that pass),
            ``arrive_p05`` ... ``depart_p95`` (aware UTC, to the second, NaT where no draw
            arrives or departs), the same with ``_local`` (in the zone of the place, None
            where missing, dtype object as zones differ between rows) and geometry. A
            posterior also has the Monte Carlo standard errors ``arrive_p05_mcse_s`` ... .

        Raises
        ------
        ArgumentError
            If there is no level, or a level lies outside 0..1.

        See Also
        --------
        Posterior.windows : Windows with their errors, given the reports.
        compare_windows : Compare the windows of two ensembles.
        write_windows : Write the windows as CSV or GeoJSON.

        Examples
        --------
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> windows = prior.windows(levels=(0.1, 0.9), every=False)
        >>> windows[["station", "visit", "tz", "stops"]]
               station  visit                tz  stops
        0    Pyongyang      1    Asia/Pyongyang  False
        1    Tumangang      1    Asia/Pyongyang   True
        2       Khasan      1  Asia/Vladivostok   True
        3   Baranovsky      1  Asia/Vladivostok   True
        4  Vladivostok      1  Asia/Vladivostok  False
        >>> windows.columns[6:10].to_list()
        ['arrive_p10', 'arrive_p10_local', 'arrive_p90', 'arrive_p90_local']
        """
        windows = measure_windows(self, levels, self.list_shown(every=every))
        return tabulate_windows(windows, self.route)

    def where(self, time: str | datetime) -> Position:
        """Return the likely position of the train at a given time.

        Parameters
        ----------
        time : str or datetime
            The time with its zone: ISO 8601 text with an offset or ``Z``, or an aware
            datetime.

        Returns
        -------
        Position
            Quantiles of the kilometre, and the share of the draws on each section. Draws that
            have not departed are at their origin, those that have arrived at the destination.
            The time is ``time`` (aware UTC) and ``time_s`` (POSIX seconds). ``to_frame`` has
            one row per section: ``from_station``, ``to_station``, ``from_km``, ``to_km``,
            ``share`` and ``mcse``.

        Raises
        ------
        TimeError
            If the time cannot be read, has no zone or lies outside the years 1800 to 2200.

        See Also
        --------
        Posterior.where : Likely position with its errors, given the reports.
        Bounds.where : Certain position at a given time.
        Ensemble.windows : Windows of arrival and departure.

        Notes
        -----
        The position is interpolated linearly between two timing points. An unplanned halt
        between them is thus spread over the section.

        Examples
        --------
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> here = prior.where("2023-09-11T19:00+09:00")
        >>> here.time.isoformat()
        '2023-09-11T10:00:00+00:00'
        >>> 0 <= here.p05_km <= here.p95_km <= prior.route.length_km
        True
        """
        time_s = parse_time(time)
        last = len(self.route.passages) - 1
        rows = np.arange(self.draws)
        reached = np.maximum(
            (self.arrive_s <= time_s).sum(axis=1) + self.origin_index - 1, self.origin_index
        )
        reached = np.minimum(reached, last)
        following = np.minimum(reached + 1, last)
        leave_s = self.depart_s[rows, reached]
        span_s = self.arrive_s[rows, following] - leave_s
        share = np.divide(time_s - leave_s, span_s, out=np.zeros_like(span_s), where=span_s > 0)
        km = self.route.passage_km
        at_km = km[reached] + np.clip(share, 0.0, 1.0) * (km[following] - km[reached])
        p05, p50, p95 = np.quantile(at_km, DEFAULT_LEVELS).tolist()
        nearest = int(np.argmin(np.abs(km - p50)))
        waiting, waiting_mcse = self.measure_share(self.departure_s > time_s)
        arrived, arrived_mcse = self.measure_share(self.arrive_s[:, -1] <= time_s)
        return Position(
            time_s=time_s,
            p05_km=p05,
            p50_km=p50,
            p95_km=p95,
            nearest_station=self.route.passages[nearest].station.name,
            waiting=waiting,
            waiting_mcse=waiting_mcse,
            arrived=arrived,
            arrived_mcse=arrived_mcse,
            km=at_km,
            ensemble=self,
        )

    def explore(self) -> Any:
        """Show the windows on a map.

        Returns
        -------
        JourneyMap
            An offline map of the route with the windows at each timing point. It shows
            itself in a notebook, and ``.save(path)`` writes it to a file.

        Examples
        --------
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> prior.explore()
        <JourneyMap 'Pyongyang to Vladivostok': 1 route>
        """
        return show_view("ensemble", "explore", self)

    def plot(self) -> Any:
        """Draw the time-distance diagram.

        Returns
        -------
        matplotlib.figure.Figure
            The figure; :func:`routesim.save_diagram` writes it to a file.

        Examples
        --------
        >>> import routesim as rs
        >>> prior = rs.simulate(rs.load_journey("2023-09"), draws=200)
        >>> figure = prior.plot()
        >>> type(figure).__name__
        'Figure'
        """
        return show_view("ensemble", "plot", self)


def _to_times(times_s: Array) -> NDArray[np.datetime64]:
    """Convert POSIX seconds to times, NaN to NaT.

    Times are rounded to the microsecond, which is about the precision of the seconds.
    """
    micros = np.round(np.nan_to_num(times_s) * 1e6).astype("datetime64[us]")
    return np.where(np.isnan(times_s), np.datetime64("NaT"), micros).astype("datetime64[ns]")
