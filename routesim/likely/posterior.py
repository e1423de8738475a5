"""A posterior: draws that agree with the reports, and the error of each answer.

:func:`routesim.condition` draws it; the tables of standing and speeds are computed in
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
"""A report that is less likely right than this counts as rejected."""
ENDS = ("earliest", "latest")
FEW_EFFECTIVE = 400
"""With a smaller effective sample size an answer carries a warning."""


class SampleWarning(UserWarning):
    """An answer is based on few independent draws."""


@dataclass(frozen=True, eq=False, repr=False)
class PosteriorPosition(Position):
    """Where the train was at an instant, given the reports."""

    ensemble: Posterior
    given = "reports"

    @property
    def certain(self) -> PositionBounds:
        """Between which kilometres it must have been; solves :attr:`Posterior.certain`."""
        return self.ensemble.certain.where(self.time)

    def _describe(self) -> dict[str, Any]:
        certain = describe_certain(self.ensemble.certain, self)
        return super()._describe() | {"certain": certain}


@dataclass(frozen=True, eq=False, repr=False)
class Posterior(Ensemble):
    """Journeys drawn given the reports; made by :func:`routesim.condition`.

    It has all methods of an ensemble; its answers carry their Monte Carlo errors.

    Parameters
    ----------
    layout
        The plan on its route.
    lineage_group
        The group of each draw, (draws,). The groups are independent of one another.
    log_evidence, log_evidence_error
        The logarithm of the prior probability of the reports, and its Monte Carlo standard
        error.
    right
        From the id of a report to how likely it is right, given each draw, (draws,).
    log_likelihood
        Of each draw, (draws,).
    reports_used, dropped, in_priors
        Ids of the reports that were used, of those left out on request, and of those that were
        not used because a prior of the plan is based on them.
    as_of_s
        Only what was known by then was used, POSIX seconds.
    stages, evaluations
        Of the sampler.
    asked
        Indices of the passages whose times the reports need.
    """

    layout: Layout = field(repr=False)
    lineage_group: Indices = field(repr=False)
    log_evidence: float
    log_evidence_error: float
    right: Mapping[str, Array] = field(repr=False)
    log_likelihood: Array = field(repr=False)
    reports_used: tuple[str, ...]
    dropped: tuple[str, ...]
    in_priors: tuple[str, ...]
    as_of_s: float
    stages: int
    evaluations: int
    asked: tuple[int, ...]

    def __repr__(self) -> str:
        """Return the journey, the route, the effective sample size and what was rejected."""
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
        """By when reports had to be known, aware UTC; None for all of them."""
        return to_datetime(self.as_of_s) if np.isfinite(self.as_of_s) else None

    @property
    def warning(self) -> str:
        """In words, that it is based on few independent draws; empty where they suffice."""
        few = self.draws >= FEW_EFFECTIVE > self.ess
        return format_few_effective(self.ess) if few else ""

    @cached_property
    def ess(self) -> float:
        """Effective sample size: how many independent draws are as exact as these.

        The variance of each quantity over the square of its Monte Carlo error, pooled over the
        departure, the arrivals at stops, at places reported and at the destination, and the
        time stood.
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
        """The groups of draws, by which the error of any answer is found."""
        return LineageGroups(self.lineage_group)

    def reports(self) -> pd.DataFrame:
        """Return a row a report used.

        Columns: id, right (the probability that it is), mcse, thrown_out (whether it is more
        likely wrong than right).
        """
        rows = [
            (name, float(values.mean()), self.find_share_error(values), name in self.rejected)
            for name, values in self.right.items()
        ]
        return pd.DataFrame(rows, columns=["id", "right", "mcse", "thrown_out"])

    @cached_property
    def rejected(self) -> tuple[str, ...]:
        """The reports that are less likely right than wrong."""
        return tuple(name for name, right in self.right.items() if right.mean() < REJECTED)

    @cached_property
    def certain(self) -> Bounds:
        """What is certain given the same reports; see :func:`routesim.bounds`.

        Computed on first access, which takes up to 2 seconds, and kept.
        """
        journey, route = self.layout.journey, self.route_id
        return bounds(journey, as_of=self.as_of, drop=self.dropped, route=route)

    @cached_property
    def prior(self) -> Ensemble:
        """Draws from the same plan without any report, as many as :func:`simulate` has.

        Simulated on first access, which takes about a tenth of a second, and kept.
        """
        return simulate(self.layout.journey, seed=self.seed, route=self.route_id)

    def windows(
        self,
        *,
        levels: Sequence[float] = DEFAULT_LEVELS,
        every: bool = True,
        certain: bool = False,
    ) -> gpd.GeoDataFrame:
        """Return the windows of arrival and departure at every passage.

        Parameters
        ----------
        levels, every
            As for :meth:`Ensemble.windows`.
        certain
            Whether to add the certain bounds: ``arrive_earliest``, ``arrive_latest``,
            ``depart_earliest`` and ``depart_latest`` (aware UTC).

        Returns
        -------
        GeoDataFrame
            As of :meth:`Ensemble.windows`, with the Monte Carlo error of each time, in
            ``arrive_p05_mcse_s`` ... ``depart_p95_mcse_s``.
        """
        frame = super().windows(levels=levels, every=every)
        if certain:
            points = self.certain.to_frame().iloc[self.list_shown(every=every)]
            for name in [f"{event}_{end}" for event in EVENTS for end in ENDS]:
                frame[name] = points[name].reset_index(drop=True)
        return frame[[c for c in frame.columns if c != "geometry"] + ["geometry"]]

    def find_quantile_errors(self, values: Array, levels: Array) -> tuple[float, ...]:
        """Return the Monte Carlo standard errors of quantiles; NaN where all values are."""
        if not np.isfinite(values).any():
            return (np.nan,) * levels.size
        return tuple(self.lineage_groups.find_quantile_errors(values, levels).tolist())

    def where(self, time: str | datetime) -> PosteriorPosition:
        """Return where the train was at an instant, with the errors and what is certain.

        Parameters
        ----------
        time
            Aware: ISO 8601 with an offset or ``Z``, or an aware datetime.

        Returns
        -------
        PosteriorPosition

        Raises
        ------
        TimeError
            If the time cannot be read or has no zone.
        """
        found = super().where(time)
        errors_km = self.find_quantile_errors(found.km, np.asarray(DEFAULT_LEVELS))
        return PosteriorPosition(**vars(found) | {"errors_km": errors_km})

    def find_share_error(self, flags: Array) -> float:
        """Return the Monte Carlo standard error of a share: the mean of 0 or 1 a draw."""
        return self.lineage_groups.find_mean_error(flags)

    def get_passed_share(
        self, station: str, time: str | datetime, visit: int = 1
    ) -> tuple[float, float]:
        """Return how likely it had come to a place by an instant, and the error of that.

        Parameters
        ----------
        station
            Any name of a timing point of the route.
        time
            Aware.
        visit
            Which passage of it.

        Raises
        ------
        UnknownNameError
            If the route does not pass it.
        TimeError
            If the time cannot be read or has no zone.
        """
        time_s = parse_time(time)
        return self.find_passed_share(self.route.index_of(station, visit), time_s)

    def stood(
        self, levels: Sequence[float] = DEFAULT_LEVELS, *, certain: bool = False
    ) -> pd.DataFrame:
        """Return how long it stood: at each planned stop, on each line, and in all.

        Parameters
        ----------
        levels
            Shares in 0..1, rising.
        certain
            Whether to add the certain bounds of the stay at a stop that a report is about:
            ``least_min`` and ``most_min``; NaN elsewhere and where there is no bound.

        Returns
        -------
        DataFrame
            A row a place: place, kind (stop, line or sum), ``p05_min`` ... and
            ``p05_mcse_min`` ... (minutes), ``prior_p05_min`` ..., learned: the share of the
            prior's draws that would have to move to agree with the reports; within a few
            hundredths of 0 where it is unchanged from the prior.
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
        """Return the least and most minutes of the one stay at each place that has bounds."""
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

        Returns
        -------
        DataFrame
            A row a line: place, kind, ``p05_kmh`` ... and ``p05_mcse_kmh`` ...,
            ``prior_p05_kmh`` ..., learned, and cap_kmh, above which it certainly did not run
            (an assumption by line).
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
        """Pairs of standings that the reports hardly separate, with their rank correlation.

        Where one is longer the other is shorter; their sum is known better than either.
        """
        return find_correlated(list_standings(self))


def describe_certain(bounds: Bounds, place: Position) -> dict[str, Any]:
    """Return what :meth:`Position.to_dict` says of what is certain."""
    held = bounds.where(place.time)
    return {
        "min_km": held.min_km,
        "max_km": held.max_km,
        "stations": held.stations,
        "worlds": [world.number for world in bounds.worlds],
    }


def describe_past(bounds: Bounds, place: Position, index: int) -> dict[str, Any]:
    """Return how likely the train had come to a passage, and whether it certainly had.

    ``certain`` is None if both are possible.
    """
    passage = place.route.passages[index]
    share, error = place.ensemble.find_passed_share(index, place.time_s)
    certain: bool | None = None
    if bounds.get_seconds("arrive", "latest")[index] <= place.time_s:
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
