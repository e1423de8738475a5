"""The posterior: journeys drawn given the reports, with Monte Carlo standard errors.

:func:`routesim.condition` makes it. The tables of time stood and of speeds are computed in
:mod:`routesim.likely.summaries`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import lazy_loader
import numpy as np

from routesim.certain.bounds import bounds
from routesim.evidence import parse_time
from routesim.journey import DEFAULT_LEVELS, EVENTS, Ensemble, Position, simulate
from routesim.likely.summaries import find_correlated, list_standings, summarize_quantities
from routesim.sampler.mcse import LineageGroups
from routesim.text.posterior import format_few_effective, format_posterior
from routesim.text.times import to_datetime
from routesim.units import SECONDS_PER_MINUTE, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import geopandas as gpd
    import pandas as pd

    from routesim.arrays import Array, Indices
    from routesim.certain.bounds import Bounds, PositionBounds
    from routesim.journey import Layout

else:
    pd = lazy_loader.load("pandas")


REJECTED = 0.5
"""Probability of being right below which a report is rejected."""
ENDS = ("earliest", "latest")
FEW_EFFECTIVE = 400
"""Effective sample size below which an answer carries a warning."""


class SampleWarning(UserWarning):
    """Warning that an answer has an effective sample size below 400.

    :func:`condition` emits it for 400 or more draws. The answer is still correct, but its
    Monte Carlo standard errors are large. More draws or particles make them smaller.

    Examples
    --------
    Turn the warning into an error:

    >>> import warnings
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", rs.SampleWarning)
    ...     post = rs.condition(journey, draws=1000, as_of="2023-09-11T07:00Z")
    >>> post.warning
    ''
    """


@dataclass(frozen=True, slots=True, eq=False)
class ClockSettingChance:
    """Probability of one setting of the clock that all reports of a source share.

    ``clock`` is the id of the source, and ``setting`` is the setting in words. ``chance`` has
    the probability of the setting, given each draw, (draws,).
    """

    clock: str
    setting: str
    chance: Array


@dataclass(frozen=True, eq=False, repr=False)
class PosteriorPosition(Position):
    """Likely position of the train at a given time, with its certain bounds.

    Made by :meth:`Posterior.where`.

    Parameters
    ----------
    time_s : float
        The time, POSIX seconds.
    p05_km, p50_km, p95_km : float
        Quantiles of the kilometre on the route.
    nearest_station : str
        Timing point nearest to the median.
    waiting : float
        Share of the draws that had not departed yet; they count at their origin.
    waiting_mcse : float
        Monte Carlo standard error of ``waiting``.
    arrived : float
        Share of the draws that had arrived; they count at the destination.
    arrived_mcse : float
        Monte Carlo standard error of ``arrived``.
    km : ndarray of float
        Kilometre of each draw on the route, shape (draws,).
    ensemble : Posterior
        The draws.
    errors_km : tuple of float
        Monte Carlo standard errors of the three quantiles, in kilometres.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> post = rs.condition(journey, draws=256, as_of="2023-09-12T05:00Z")
    >>> place = post.where("2023-09-12T00:00Z")
    >>> place.p05_km < place.p50_km < place.p95_km
    True
    >>> place.km.shape, len(place.errors_km)
    ((256,), 3)
    >>> place.certain.min_km <= place.p05_km
    True
    """

    ensemble: Posterior
    given = "reports"

    @property
    def certain(self) -> PositionBounds:
        """Certain bounds of the position; the first access computes the certain bounds."""
        return self.ensemble.certain.where(self.time)

    def _describe(self) -> dict[str, Any]:
        certain = describe_certain(self.ensemble.certain, self)
        return super()._describe() | {"certain": certain}


@dataclass(frozen=True, eq=False, repr=False)
class Posterior(Ensemble):
    """Journeys drawn given the reports; made by :func:`condition`.

    A posterior has all methods of an ensemble, and its answers have Monte Carlo standard
    errors. All draws have the same weight.

    Parameters
    ----------
    route : Route
        The route.
    departure_s : ndarray of float
        Departure of each draw, POSIX seconds, shape (draws,).
    origin_index : ndarray of int
        Index of the passage from which each draw departs, shape (draws,).
    dwell_s : mapping of int to ndarray
        Dwell in seconds by the index of a planned stop, each of shape (draws,).
    running_mps : mapping of str to ndarray
        Running speed in m/s by line, each of shape (draws,).
    stretches : tuple of LineStretch
        Stretches of the route, each on one line and with one ratio of true to official length.
    length_ratio : mapping of int to ndarray
        True over official length by the number of the disputed length, each of shape (draws,).
    journey_id : str
        Id of the journey.
    route_id : str
        Id of the route.
    changes : tuple of str
        Changes to the journey in words; empty for an unchanged journey.
    zones : tuple of str
        Time zones of the journey.
    seed : int
        Seed of the random streams.
    arrive_s : ndarray of float
        Arrivals, POSIX seconds, shape (draws, passages). NaN before the origin of a draw, and
        the departure at its origin.
    depart_s : ndarray of float
        Departures, POSIX seconds, shape (draws, passages). NaN before the origin of a draw.
    delay_s : ndarray of float or None
        Running time since the origin beyond that at the mean speeds, in seconds, shape (draws,
        passages). None if no running time varies.
    standing_s : mapping of str to ndarray
        Unplanned standing in seconds by line, each of shape (draws,).
    layout : Layout
        The plan on its route.
    lineage_group : ndarray of int
        Number of the group of each draw, shape (draws,). The groups are independent of each
        other.
    log_evidence : float
        Natural logarithm of the prior probability of the reports.
    log_evidence_error : float
        Monte Carlo standard error of ``log_evidence``.
    right : mapping of str to ndarray
        Probability that a report is right, given each draw, by the id of the report; each of
        shape (draws,).
    clock_settings : tuple of ClockSettingChance
        Settings of the shared clocks, each with its probability given each draw. ``clocks``
        returns them as a table.
    log_likelihood : ndarray of float
        Log likelihood of each draw, shape (draws,).
    reports_used : tuple of str
        Ids of the reports used.
    dropped : tuple of str
        Ids of the reports left out on request.
    in_priors : tuple of str
        Ids of the reports not used, because a prior of the plan is based on them.
    as_of_s : float
        Only reports known by this time were used, POSIX seconds; infinite for all.
    stages : int
        Number of stages of the sampler.
    evaluations : int
        Number of evaluations of the likelihood of a particle.
    asked : tuple of int
        Indices of the passages on whose times the likelihood depends.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> post = rs.condition(journey, draws=256, as_of="2023-09-11T07:00Z")
    >>> post.draws, post.arrive_s.shape == (256, len(post.route.passages))
    (256, True)
    >>> post.reports_used
    ('C06', 'C07', 'C08', 'C11', 'C32', 'C35', 'C36')
    >>> post.rejected, post.in_priors
    ((), ('C60',))
    >>> post.stood()["place"].head(3).tolist()
    ['in all', 'in Korea', 'in Russia']
    >>> len(post.certain.worlds)
    1
    """

    layout: Layout = field(repr=False)
    lineage_group: Indices = field(repr=False)
    log_evidence: float
    log_evidence_error: float
    right: Mapping[str, Array] = field(repr=False)
    clock_settings: tuple[ClockSettingChance, ...] = field(repr=False)
    log_likelihood: Array = field(repr=False)
    reports_used: tuple[str, ...]
    dropped: tuple[str, ...]
    in_priors: tuple[str, ...]
    as_of_s: float
    stages: int
    evaluations: int
    asked: tuple[int, ...]

    def __repr__(self) -> str:
        """Show the journey, the route, the sample sizes and the rejected reports."""
        return format_posterior(
            journey=self.journey_id,
            route=self.route_id,
            draws=self.draws,
            ess=self.ess,
            used=len(self.reports_used),
            rejected=self.rejected,
        )

    def _describe(self) -> dict[str, Any]:
        fields = super()._describe()
        certain = self.certain.to_frame().to_dict("records")
        for window, row in zip(fields["windows"], certain, strict=True):
            for event in EVENTS:
                window[event] |= {end: row[f"{event}_{end}"] for end in ENDS}
        return fields | {
            "log_evidence": self.log_evidence,
            "log_evidence_mcse": self.log_evidence_error,
            "reports": self.reports(),
            "clocks": self.clocks(),
            "stood": self.stood(certain=True),
            "speeds": self.speeds(),
            "entangled": [
                {"places": [one, other], "correlation": correlation}
                for one, other, correlation in self.correlated
            ],
            "worlds": [world.number for world in self.certain.worlds],
            "dropped": self.dropped,
            "as_of": self.as_of,
        }

    @property
    def as_of(self) -> datetime | None:
        """Time by which a report had to be known to be used, aware UTC; None for no limit."""
        return to_datetime(self.as_of_s) if np.isfinite(self.as_of_s) else None

    @property
    def warning(self) -> str:
        """Warning of an effective sample size below 400, in words; else empty.

        Also empty with fewer than 400 draws.
        """
        few = self.draws >= FEW_EFFECTIVE > self.ess
        return format_few_effective(self.ess) if few else ""

    @cached_property
    def ess(self) -> float:
        """Effective sample size: the number of independent draws of the same precision.

        For one quantity, this is the variance divided by the squared Monte Carlo standard
        error. ``ess`` is the harmonic mean over several quantities: the departure, the arrivals
        at stops, at reported places and at the destination, and the total time stood. It is at
        most ``draws``.
        """
        last = len(self.route.passages) - 1
        indices = sorted({*self.asked, *self.dwell_s, last} - {0})
        total = sum(self.standing_s.values(), np.zeros(self.draws))
        stood = total + sum(self.dwell_s.values(), np.zeros(self.draws))
        quantities = [self.departure_s, *(self.get_arrivals(i) for i in indices), stood]
        counts = [self.lineage_groups.count_effective(values) for values in quantities]
        return float(min(len(counts) / sum(1.0 / max(n, 1e-9) for n in counts), self.draws))

    @cached_property
    def lineage_groups(self) -> LineageGroups:
        """Groups of draws, from which the error of any statistic is estimated."""
        return LineageGroups(self.lineage_group)

    def reports(self) -> pd.DataFrame:
        """Return the probability that each report is right, one row per report used.

        Returns
        -------
        DataFrame
            Columns: ``id``, ``right`` (probability that the report is right, in 0..1), ``mcse``
            (Monte Carlo standard error of this probability), ``thrown_out`` (whether the report
            is more likely wrong than right). Empty if no report was used.

        Examples
        --------
        >>> import routesim as rs
        >>> journey = rs.load_journey("2023-09")
        >>> post = rs.condition(journey, draws=256, as_of="2023-09-11T07:00Z")
        >>> reports = post.reports()
        >>> reports.columns.tolist()
        ['id', 'right', 'mcse', 'thrown_out']
        >>> reports.loc[reports["right"] > 0.5, "id"].tolist()
        ['C06', 'C07', 'C08', 'C11', 'C32', 'C35', 'C36']
        """
        rows = [
            (name, float(values.mean()), self.find_share_error(values), name in self.rejected)
            for name, values in self.right.items()
        ]
        return pd.DataFrame(rows, columns=["id", "right", "mcse", "thrown_out"])

    def clocks(self) -> pd.DataFrame:
        """Return the probability of each setting of the clocks that reports share.

        A source with ``clock = "one"`` has one clock for all its reports, with several possible
        settings. The first one of each clock is that of the file.

        Returns
        -------
        DataFrame
            One row per setting of each clock. Columns: ``clock`` (id of the source),
            ``setting`` (in words), ``chance`` (probability of the setting given the reports, in
            0..1), ``mcse`` (Monte Carlo standard error of this probability). Empty if no
            reports used share a clock.

        Examples
        --------
        >>> import routesim as rs
        >>> journey = rs.load_journey("2023-09")
        >>> post = rs.condition(journey, draws=256, as_of="2023-09-11T07:00Z")
        >>> clocks = post.clocks()
        >>> clocks.columns.tolist(), len(clocks)
        (['clock', 'setting', 'chance', 'mcse'], 0)
        """
        rows = [
            (
                one.clock,
                one.setting,
                float(one.chance.mean()),
                self.find_share_error(one.chance),
            )
            for one in self.clock_settings
        ]
        return pd.DataFrame(rows, columns=["clock", "setting", "chance", "mcse"])

    @cached_property
    def rejected(self) -> tuple[str, ...]:
        """Ids of the reports that are more likely wrong than right."""
        return tuple(name for name, right in self.right.items() if right.mean() < REJECTED)

    @cached_property
    def certain(self) -> Bounds:
        """Certain bounds given the same reports; see :func:`routesim.bounds`.

        They are computed on first access, which takes up to 2 seconds, and cached.
        """
        journey, route = self.layout.journey, self.route_id
        return bounds(journey, as_of=self.as_of, drop=self.dropped, route=route)

    @cached_property
    def prior(self) -> Ensemble:
        """Draws from the priors of the same plan, as many as :func:`simulate` makes by default.

        They are simulated on first access, which takes about a tenth of a second, and cached.
        """
        return simulate(self.layout.journey, seed=self.seed, route=self.route_id)

    def windows(
        self,
        *,
        levels: Sequence[float] = DEFAULT_LEVELS,
        every: bool = True,
        certain: bool = False,
    ) -> gpd.GeoDataFrame:
        """Return the windows of arrival and departure, one row per passage.

        Parameters
        ----------
        levels : sequence of float, default (0.05, 0.5, 0.95)
            Quantiles to return, increasing shares in 0..1.
        every : bool, default True
            Whether to return every passage; else the planned stops, the origin and the
            destination only.
        certain : bool, default False
            Whether to add the certain bounds: ``arrive_earliest``, ``arrive_latest``,
            ``depart_earliest`` and ``depart_latest`` (aware UTC, NaT where unbounded).

        Returns
        -------
        GeoDataFrame
            The columns of :meth:`Ensemble.windows`, and the Monte Carlo standard error of each
            quantile in seconds, ``arrive_p05_mcse_s`` to ``depart_p95_mcse_s``; NaN where the
            quantile is missing.

        Raises
        ------
        ArgumentError
            If there is no level, or a level lies outside 0..1.

        See Also
        --------
        Ensemble.windows : Windows without errors, for draws from the priors.
        Posterior.where : Likely position at a given time.
        write_windows : Write the windows as CSV or GeoJSON.

        Examples
        --------
        >>> import routesim as rs
        >>> journey = rs.load_journey("2023-09")
        >>> post = rs.condition(journey, draws=256, as_of="2023-09-11T07:00Z")
        >>> windows = post.windows(levels=(0.5,), every=False, certain=True)
        >>> windows["station"].tolist()
        ['Pyongyang', 'Tumangang', 'Khasan', 'Baranovsky', 'Vladivostok']
        >>> [name for name in windows.columns if name.startswith("arrive")]
        ... # doctest: +NORMALIZE_WHITESPACE
        ['arrive_p50', 'arrive_p50_local', 'arrive_p50_mcse_s', 'arrive_earliest',
         'arrive_latest']
        """
        frame = super().windows(levels=levels, every=every)
        if certain:
            points = self.certain.to_frame().iloc[self.list_shown(every=every)]
            for name in [f"{event}_{end}" for event in EVENTS for end in ENDS]:
                frame[name] = points[name].reset_index(drop=True)
        return frame[[c for c in frame.columns if c != "geometry"] + ["geometry"]]

    def find_quantile_errors(self, values: Array, levels: Array) -> tuple[float, ...]:
        """Return the Monte Carlo standard errors of quantiles of a quantity.

        Parameters
        ----------
        values : ndarray of float
            The quantity in each draw, shape (draws,). NaN values are ignored.
        levels : ndarray of float
            Levels of the quantiles in 0..1, shape (levels,).

        Returns
        -------
        tuple of float
            One error per level, in the unit of the values; NaN if all values are NaN.

        Raises
        ------
        ValueError
            If a level lies outside 0..1.

        Examples
        --------
        The error of the median departure, in seconds:

        >>> import numpy as np
        >>> import routesim as rs
        >>> journey = rs.load_journey("2023-09")
        >>> post = rs.condition(journey, draws=256, as_of="2023-09-11T07:00Z")
        >>> errors = post.find_quantile_errors(post.departure_s, np.array([0.5]))
        >>> len(errors), errors[0] > 0.0
        (1, True)
        """
        if not np.isfinite(values).any():
            return (np.nan,) * levels.size
        return tuple(self.lineage_groups.find_quantile_errors(values, levels).tolist())

    def where(self, time: str | datetime) -> PosteriorPosition:
        """Return the likely position of the train at a given time.

        Parameters
        ----------
        time : str or datetime
            An aware time: ISO 8601 with an offset or ``Z``, or an aware datetime.

        Returns
        -------
        PosteriorPosition
            Quantiles of the position with their errors. The train counts as being at the origin
            before its departure, and at the destination after its arrival. The time is ``time``
            (aware UTC) and ``time_s`` (POSIX seconds). ``to_frame`` has one row per section:
            ``from_station``, ``to_station``, ``from_km``, ``to_km``, ``share`` and ``mcse``.

        Raises
        ------
        TimeError
            If the time cannot be read, has no offset or lies outside 1800 to 2200.

        See Also
        --------
        Bounds.where : Certain position at a given time.
        Posterior.windows : Windows of arrival and departure.

        Examples
        --------
        >>> import routesim as rs
        >>> journey = rs.load_journey("2023-09")
        >>> post = rs.condition(journey, draws=256, as_of="2023-09-11T07:00Z")
        >>> place = post.where("2023-09-20T00:00Z")
        >>> place.nearest_station, place.arrived
        ('Vladivostok', 1.0)
        """
        found = super().where(time)
        errors_km = self.find_quantile_errors(found.km, np.asarray(DEFAULT_LEVELS))
        return PosteriorPosition(**vars(found) | {"errors_km": errors_km})

    def find_share_error(self, flags: Array) -> float:
        """Return the Monte Carlo standard error of a share of the draws.

        Parameters
        ----------
        flags : ndarray of float
            0 or 1 for each draw, or a probability, shape (draws,).

        Returns
        -------
        float
            The standard error of the mean of the flags, from 0.

        Examples
        --------
        The error of the probability of a departure later than the mean:

        >>> import routesim as rs
        >>> journey = rs.load_journey("2023-09")
        >>> post = rs.condition(journey, draws=256, as_of="2023-09-11T07:00Z")
        >>> departs_late = post.departure_s > post.departure_s.mean()
        >>> 0.0 < post.find_share_error(departs_late.astype(float)) < 0.1
        True
        """
        return self.lineage_groups.find_mean_error(flags)

    def get_passed_share(
        self, station: str, time: str | datetime, visit: int = 1
    ) -> tuple[float, float]:
        """Return the probability that the train had reached a station by a given time.

        Parameters
        ----------
        station : str
            Any name of a timing point of the route.
        time : str or datetime
            An aware time: ISO 8601 with an offset or ``Z``, or an aware datetime.
        visit : int, default 1
            Number of the passage of the station, from 1.

        Returns
        -------
        probability : float
            Share of the draws that had reached the station. Draws that depart beyond it never
            reach it.
        mcse : float
            Monte Carlo standard error of the probability.

        Raises
        ------
        UnknownNameError
            If the route does not pass a station of that name.
        ArgumentError
            If the route passes the station fewer times than ``visit``.
        TimeError
            If the time cannot be read, has no offset or lies outside 1800 to 2200.

        Examples
        --------
        >>> import routesim as rs
        >>> journey = rs.load_journey("2023-09")
        >>> post = rs.condition(journey, draws=256, as_of="2023-09-11T07:00Z")
        >>> post.get_passed_share("Khasan", "2023-09-20T00:00Z")
        (1.0, 0.0)
        """
        time_s = parse_time(time)
        return self.find_passed_share(self.route.index_of(station, visit), time_s)

    def stood(
        self, levels: Sequence[float] = DEFAULT_LEVELS, *, certain: bool = False
    ) -> pd.DataFrame:
        """Return the time stood at each planned stop, on each line, and in total.

        Parameters
        ----------
        levels : sequence of float, default (0.05, 0.5, 0.95)
            Quantiles to return, increasing shares in 0..1.
        certain : bool, default False
            Whether to add the certain bounds of the stay at a stop: ``least_min`` and
            ``most_min``. They are NaN without a bound, and for lines and sums.

        Returns
        -------
        DataFrame
            One row per place, with these columns:

            - ``place``, and ``kind``: ``stop``, ``line`` or ``sum``
            - ``p05_min`` to ``p95_min``: quantiles in minutes, each followed by its Monte Carlo
              standard error, ``p05_mcse_min`` to ``p95_mcse_min``
            - ``prior_p05_min`` to ``prior_p95_min``: quantiles of the prior in minutes
            - ``learned``: total variation distance between prior and posterior, in 0..1. It is
              the share of the draws that must change to turn the prior into the posterior.
              Noise alone gives a few hundredths.
            - ``least_min``, ``most_min``: only with ``certain``

        Raises
        ------
        ArgumentError
            If there is no level, or one lies outside 0..1.

        Examples
        --------
        >>> import routesim as rs
        >>> journey = rs.load_journey("2023-09")
        >>> post = rs.condition(journey, draws=256, as_of="2023-09-11T07:00Z")
        >>> stood = post.stood(levels=(0.5,))
        >>> stood.columns.tolist()
        ['place', 'kind', 'p50_min', 'p50_mcse_min', 'prior_p50_min', 'learned']
        >>> stood.loc[stood["kind"] == "stop", "place"].tolist()
        ['Tumangang', 'Khasan', 'Baranovsky']
        """
        after, before = (
            {(one.place, one.kind): one.seconds / SECONDS_PER_MINUTE for one in found}
            for found in (list_standings(self), list_standings(self.prior))
        )
        frame = summarize_quantities(after, before, levels, self.lineage_groups, unit="min")
        if certain:
            stays, unbounded = self._list_stays(), (np.nan, np.nan)
            held = [
                stays.get(place, unbounded) if kind == "stop" else unbounded
                for place, kind in zip(frame["place"], frame["kind"], strict=True)
            ]
            frame["least_min"], frame["most_min"] = np.array(held).T
        return frame

    def _list_stays(self) -> dict[str, tuple[float, float]]:
        """Return the bounds in minutes of the stay at each place, NaN where unbounded.

        Places with several stays are left out.
        """
        stretches = self.certain.stretches()
        stays = stretches[
            (stretches["from_station"] == stretches["to_station"])
            & (stretches["from_visit"] == stretches["to_visit"])
        ]
        once = stays.drop_duplicates("from_station", keep=False)
        ends_min = once[["least_s", "most_s"]] / SECONDS_PER_MINUTE
        return dict(zip(once["from_station"], map(tuple, ends_min.to_numpy()), strict=True))

    def speeds(self, levels: Sequence[float] = DEFAULT_LEVELS) -> pd.DataFrame:
        """Return the running speed on each line.

        Parameters
        ----------
        levels : sequence of float, default (0.05, 0.5, 0.95)
            Quantiles to return, increasing shares in 0..1.

        Returns
        -------
        DataFrame
            One row per line, with these columns:

            - ``place`` (the line), and ``kind``, which is ``line``
            - ``p05_kmh`` to ``p95_kmh``: quantiles in km/h, each followed by its Monte Carlo
              standard error, ``p05_mcse_kmh`` to ``p95_mcse_kmh``
            - ``prior_p05_kmh`` to ``prior_p95_kmh``: quantiles of the prior in km/h
            - ``learned``: see :meth:`stood`
            - ``cap_kmh``: assumed maximum speed of the line

        Raises
        ------
        ArgumentError
            If there is no level, or one lies outside 0..1.

        Examples
        --------
        >>> import routesim as rs
        >>> journey = rs.load_journey("2023-09")
        >>> post = rs.condition(journey, draws=256, as_of="2023-09-11T07:00Z")
        >>> speeds = post.speeds(levels=(0.5,))
        >>> speeds["place"].tolist()
        ... # doctest: +NORMALIZE_WHITESPACE
        ['Pyongra', 'Hambuk', 'Hongui', 'Tumangang-Khasan', 'Khasan branch',
         'Trans-Siberian']
        >>> bool((speeds["p50_kmh"] < speeds["cap_kmh"]).all())
        True
        """
        after, before = (
            {(line, "line"): mps_to_kmh(v) for line, v in found.running_mps.items()}
            for found in (self, self.prior)
        )
        frame = summarize_quantities(after, before, levels, self.lineage_groups, unit="kmh")
        caps = self.layout.journey.network.lines.groupby("line")["cap_kmh"].max()
        frame["cap_kmh"] = [float(caps[line]) for line in frame["place"]]
        return frame

    @cached_property
    def correlated(self) -> tuple[tuple[str, str, float], ...]:
        """Pairs of places with a rank correlation below -0.3 between the times stood there.

        Each pair is followed by its correlation. The reports hardly separate the two times:
        their sum is better known than either of them.
        """
        return find_correlated(list_standings(self))


def describe_certain(bounds: Bounds, place: Position) -> dict[str, Any]:
    """Return the certain bounds of a position, for :meth:`Position.to_dict`."""
    held = bounds.where(place.time)
    return {
        "min_km": held.min_km,
        "max_km": held.max_km,
        "stations": held.stations,
        "worlds": [world.number for world in bounds.worlds],
        "complete": bounds.is_complete,
        "exact_km": [one.to_dict() for one in bounds.exact_km],
    }


def describe_past(bounds: Bounds, place: Position, index: int) -> dict[str, Any]:
    """Return the probability that a passage had been reached, and whether this is certain.

    ``certain`` is True if it had certainly been reached, False if it certainly had not, and
    None otherwise. If not all best worlds were found, nothing is certain.
    """
    passage = place.route.passages[index]
    share, error = place.ensemble.find_passed_share(index, place.time_s)
    certain: bool | None = None
    if not bounds.is_complete:
        certain = None
    elif bounds.get_seconds("arrive", "latest")[index] <= place.time_s:
        certain = True
    elif bounds.get_seconds("arrive", "earliest")[index] > place.time_s:
        certain = False
    return {
        "station": passage.station.name,
        "visit": passage.visit,
        "share": share,
        "mcse": error,
        "certain": certain,
    }
