"""An ensemble: many drawn journeys over one route, their windows and positions."""

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
from routesim.text.names import format_visit
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
"""Within so many kilometres a draw counts as being at a timing point."""

LABELS = {
    "draw": {"long_name": "number of the draw"},
    "station": {"long_name": "timing point"},
    "visit": {"long_name": "number of the visit"},
    "km": {"long_name": "distance from the origin of the route", "units": "km"},
    "lon": {"long_name": "longitude", "units": "degrees_east"},
    "lat": {"long_name": "latitude", "units": "degrees_north"},
    "arrive": {"long_name": "arrival, UTC"},
    "depart": {"long_name": "departure, UTC"},
    "departure": {"long_name": "departure from where the draw begins, UTC"},
}
"""What each variable of a dataset says of itself."""


@dataclass(frozen=True, repr=False, slots=True)
class PlaceShare(Answer):
    """A section of a route, or one of its timing points, and the share of the draws there.

    At a timing point both stations are the same. The kilometres are those of the route;
    ``mcse`` is the Monte Carlo standard error of the share.
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
    """The position of the train at an instant.

    Parameters
    ----------
    time_s
        POSIX seconds.
    p05_km, p50_km, p95_km
        Quantiles of the kilometre on the route.
    nearest_station
        The timing point nearest to the median.
    waiting, arrived
        Share of the draws that had not departed yet, and of those that had arrived. They
        are counted at their origin and at the destination.
    waiting_mcse, arrived_mcse
        Monte Carlo standard errors of these shares.
    km
        The kilometre of every draw, shape (draws,).
    ensemble
        The draws.
    errors_km
        Monte Carlo standard errors of the quantiles; NaN for draws from the priors.
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
    """What the draws are based on: priors or reports."""

    def __repr__(self) -> str:
        """Return the journey, the instant, the kilometres and the station nearest to them."""
        return (
            f"<{type(self).__name__} {self.ensemble.journey_id} at {format_utc(self.time_s)}: "
            f"{self.band}, near {self.nearest_station}>"
        )

    @property
    def time(self) -> datetime:
        """The instant, aware UTC."""
        return to_datetime(self.time_s)

    @property
    def route(self) -> Route:
        """The route on which the kilometres are counted."""
        return self.ensemble.route

    @property
    def band(self) -> str:
        """Between which kilometres it likely was, and the median, in words."""
        km = self.p05_km, self.p50_km, self.p95_km
        return format_likely_km(km, self.errors_km, self.route.length_km)

    @property
    def stations(self) -> tuple[str, str]:
        """The timing points before the lowest and after the highest quantile."""
        km, passages = self.route.passage_km, self.route.passages
        before = int(np.searchsorted(km, self.p05_km + AT_KM, side="right")) - 1
        after = min(int(np.searchsorted(km, self.p95_km - AT_KM)), len(km) - 1)
        return passages[max(before, 0)].station.name, passages[after].station.name

    @property
    def points(self) -> Any:
        """The place of every draw, shapely points, shape (draws,)."""
        return self.route.point_at(self.km)

    def list_shares(self, indices: Sequence[int] | None = None) -> tuple[PlaceShare, ...]:
        """List where the train may be, in the order of the route.

        Parameters
        ----------
        indices
            The passages that separate sections, the two ends among them; ``None`` for all.
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
        """Return how likely it was where: a row a section, or a timing point.

        Columns: from_station, to_station (the same at a timing point), from_km, to_km,
        share, mcse.
        """
        return pd.DataFrame(self.list_shares(), columns=list(PlaceShare.__slots__))

    def to_frame(self) -> pd.DataFrame:
        """Return the sections."""
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
    """Many drawn journeys over one route.

    It has the fields of :class:`PassageTimes`, and these.

    Parameters
    ----------
    changes
        What a what-if has changed in the journey, in words.
    arrive_s
        POSIX seconds of arrival, shape (draws, passages); NaN before the origin. At the
        origin itself it is the departure.
    standing_s
        From a line to the unplanned standing on it, shape (draws,).
    """

    view: ClassVar[str] = "ensemble"
    journey_id: str
    route_id: str
    changes: tuple[str, ...]
    zones: tuple[str, ...]
    seed: int
    arrive_s: Array
    standing_s: Mapping[str, Array]

    def __repr__(self) -> str:
        """Return the journey, the route and the number of draws."""
        return f"<Ensemble {self.journey_id} by {self.route_id}: {self.draws:,} draws>"

    def _describe(self) -> dict[str, Any]:
        asked = ("journey=journey_id", "route=route_id", "changes", "draws", "seed")
        windows = [window.describe() for window in measure_windows(self)]
        return {**get_fields(self, asked), "windows": windows, "ess": self.ess}

    @property
    def ess(self) -> float:
        """Effective sample size: independent draws of equal weight, so all of them."""
        return float(self.draws)

    def get_reached(self, index: int) -> Array:
        """Return arrivals at a passage, at the origin the departure, (draws,)."""
        return self.arrive_s[:, index]

    def find_share_error(self, flags: Array) -> float:
        """Return the Monte Carlo standard error of a share: the mean of 0 or 1 a draw."""
        share = float(flags.mean())
        return sqrt(share * (1.0 - share) / flags.size)

    def measure_share(self, flags: Flags) -> tuple[float, float]:
        """Return the share of the draws that are flagged, (draws,), and its error."""
        weights = flags.astype(np.float64)
        return float(weights.mean()), self.find_share_error(weights)

    def find_passed_share(self, index: int, time_s: float) -> tuple[float, float]:
        """Return the probability that a passage was reached by an instant, and its error.

        Draws that depart beyond the passage never reach it.
        """
        return self.measure_share(self.get_reached(index) <= time_s)

    def windows(
        self, *, levels: Sequence[float] = DEFAULT_LEVELS, every: bool = True
    ) -> gpd.GeoDataFrame:
        """Return the windows of arrival and departure at every passage.

        Parameters
        ----------
        levels
            Shares in 0..1, rising.
        every
            False for the planned stops and the two ends only.

        Returns
        -------
        GeoDataFrame
            A row a passage: station, visit, km, tz, stops (whether a stop is planned),
            share (of the draws that pass it), ``arrive_p05`` ... and ``depart_p05`` ...
            (aware UTC, NaT where there is none), the same with ``_local`` (aware, in the
            zone of the place; object dtype as zones differ by row), geometry. EPSG:4326.

        Raises
        ------
        ArgumentError
            If a level lies outside 0..1.
        """
        windows = measure_windows(self, levels, self.list_shown(every=every))
        return tabulate_windows(windows, self.route)

    def list_shown(self, *, every: bool) -> list[int]:
        """List the planned stops and the two ends, or every passage, by their indices."""
        shown = {0, len(self.route.passages) - 1, *self.dwell_s}
        return [i for i in range(len(self.route.passages)) if every or i in shown]

    def where(self, time: str | datetime) -> Position:
        """Return the position of the train at an instant.

        Parameters
        ----------
        time
            Aware: ISO 8601 with an offset or ``Z``, or an aware datetime.

        Returns
        -------
        Position

        Raises
        ------
        TimeError
            If the time cannot be read or has no zone.

        Notes
        -----
        Between two timing points the position is interpolated linearly; unplanned halts
        between them are smoothed over those few kilometres.
        """
        time_s = parse_time(time)
        last = len(self.route.passages) - 1
        rows = np.arange(self.draws)
        reached = np.maximum(
            (self.arrive_s <= time_s).sum(axis=1) + self.origin_index - 1, self.origin_index
        )
        reached = np.minimum(reached, last)
        following = np.minimum(reached + 1, last)
        leave_s = self.arrive_s[rows, reached]
        for index, dwell_s in self.dwell_s.items():
            here = (reached == index) & (self.origin_index < index)
            leave_s = np.where(here, leave_s + dwell_s, leave_s)
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

    def to_frame(self) -> pd.DataFrame:
        """Return a row a draw: what was drawn, and the arrivals at stops and destination.

        Columns: departure (aware UTC), origin, ``speed_kmh LINE``, ``standing_h LINE``,
        ``dwell_min STATION``, ``arrive STATION``.
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
        """Return the times of every draw as a dataset with dimensions draw and passage.

        Returns
        -------
        Dataset
            ``arrive`` and ``depart`` (draw, passage) and ``departure`` (draw), as
            ``datetime64[ns]`` in UTC to the microsecond, NaT where there is none; with the
            coordinates draw, station, visit, km, lon and lat. Each has a ``long_name``.
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

    def explore(self) -> Any:
        """Show the windows on a map."""
        return show_view("ensemble", "explore", self)

    def plot(self) -> Any:
        """Draw the time-distance diagram."""
        return show_view("ensemble", "plot", self)

    def _format_passage(self, index: int) -> str:
        passage = self.route.passages[index]
        return format_visit(passage.station.name, passage.visit)


def _to_times(times_s: Array) -> NDArray[np.datetime64]:
    """Return POSIX seconds as times, NaN as NaT; a second as float has about a microsecond."""
    micros = np.round(np.nan_to_num(times_s) * 1e6).astype("datetime64[us]")
    return np.where(np.isnan(times_s), np.datetime64("NaT"), micros).astype("datetime64[ns]")
