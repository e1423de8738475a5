"""Journeys drawn over one route: their random values, times and shares."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import lazy_loader
import numpy as np

from routesim.answers import Answer
from routesim.journey.plan_draws import PassageTimes
from routesim.text.names import format_visit
from routesim.text.times import format_utc
from routesim.units import mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from routesim.arrays import Array, Flags
else:
    pd = lazy_loader.load("pandas")
    xr = lazy_loader.load("xarray")


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


@dataclass(frozen=True, eq=False, repr=False)
class DrawnJourneys(PassageTimes, Answer):
    """Journeys drawn over one route; the fields are described in :class:`.Ensemble`."""

    journey_id: str
    route_id: str
    changes: tuple[str, ...]
    zones: tuple[str, ...]
    seed: int
    arrive_s: Array
    standing_s: Mapping[str, Array]

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
        """Tabulate the draws: their random values, and arrivals at stops and destination.

        Returns
        -------
        DataFrame
            One row per draw. Columns: departure (aware UTC), origin (station),
            ``speed_kmh LINE``, ``standing_h LINE``, ``dwell_min STATION`` and
            ``arrive STATION`` (aware UTC, NaT for draws that start at or beyond it).

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


def _to_times(times_s: Array) -> NDArray[np.datetime64]:
    """Convert POSIX seconds to times, NaN to NaT.

    Times are rounded to the microsecond, which is about the precision of the seconds.
    """
    micros = np.round(np.nan_to_num(times_s) * 1e6).astype("datetime64[us]")
    return np.where(np.isnan(times_s), np.datetime64("NaT"), micros).astype("datetime64[ns]")
