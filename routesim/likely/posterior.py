"""A posterior: draws that agree with the reports, and how far each answer may be off."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from routesim.certain.bounds import bounds
from routesim.evidence import parse_time
from routesim.journey import DEFAULT_LEVELS, Ensemble, Whereabouts, simulate
from routesim.likely.place_shares import PlaceShare, list_place_shares
from routesim.likely.time_stood import list_standings
from routesim.sampler.mcse import Islands
from routesim.sampler.rounding import STEPS_S, round_band, round_to
from routesim.text.times import to_datetime
from routesim.units import SECONDS_PER_MINUTE, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from routesim.certain import Bounds, CertainPlace
    from routesim.journey import Layout

    Array = NDArray[np.float64]

__all__ = ["LikelyPlace", "Posterior", "SampleWarning"]

THROWN_OUT = 0.5
"""A report that is less likely right than this counts as thrown out."""
ENTANGLED = -0.3
"""Two standings that vary together like this are known by their sum."""
PRIOR_DRAWS = 20_000
BINS = 20
LEAST_KM, LEAST_QUANTITY = 0.1, 0.1
"""Errors below it are taken for it: no finer digit is told."""
EVENTS = ("arrive", "depart")


class SampleWarning(UserWarning):
    """An answer rests on few independent draws."""


@dataclass(frozen=True, slots=True)
class LikelyPlace(Whereabouts):
    """Where the train was at an instant, given the reports.

    Parameters
    ----------
    errors_km
        Monte Carlo standard errors of the three quantiles.
    certain
        Between which kilometres it must have been.
    shares
        How likely it was on each section, or at each timing point.
    """

    errors_km: tuple[float, float, float] = (0.0, 0.0, 0.0)
    certain: CertainPlace | None = None
    shares: tuple[PlaceShare, ...] = ()

    @property
    def sections(self) -> pd.DataFrame:
        """How likely it was where: a row a section, or a timing point.

        Columns: from_station, to_station (the same at a timing point), from_km, to_km,
        share (rounded to its error), mcse.
        """
        import pandas as pd  # noqa: PLC0415 (heavy)

        passages = self.route.passages
        return pd.DataFrame(
            [
                {
                    "from_station": passages[one.start].station.name,
                    "to_station": passages[one.end].station.name,
                    "from_km": passages[one.start].km,
                    "to_km": passages[one.end].km,
                    "share": round_to(one.share, one.error),
                    "mcse": one.error,
                }
                for one in self.shares
            ]
        )


@dataclass(frozen=True, eq=False, repr=False)
class Posterior(Ensemble):
    """Journeys drawn given the reports; made by :func:`routesim.condition`.

    All that an ensemble can be asked can be asked of it, with the Monte Carlo error beside
    the answer and no digit beyond it.

    Parameters
    ----------
    layout
        The plan on its route.
    island
        On which island each draw lives, (draws,). Islands are independent of one another.
    log_evidence, log_evidence_error
        The logarithm of the probability of what was reported, before it was, and its Monte
        Carlo standard error.
    right
        From the id of a report to how likely it is right, given each draw, (draws,).
    log_likelihood
        Of each draw, (draws,).
    heard, dropped, in_priors
        Ids of the reports that were heard, of those left out on request, and of those that
        were not heard again because a prior rests on them.
    as_of_s
        What was known by then was heard, POSIX seconds.
    stages, evaluations
        Of the sampler.
    asked
        Indices of the passages that the reports speak of.
    """

    layout: Layout = field(repr=False)
    island: NDArray[np.intp] = field(repr=False)
    log_evidence: float
    log_evidence_error: float
    right: Mapping[str, Array] = field(repr=False)
    log_likelihood: Array = field(repr=False)
    heard: tuple[str, ...]
    dropped: tuple[str, ...]
    in_priors: tuple[str, ...]
    as_of_s: float
    stages: int
    evaluations: int
    asked: tuple[int, ...]

    def __repr__(self) -> str:
        """Name the journey, the route, what the draws are worth and what was thrown out."""
        out = f"; thrown out: {', '.join(self.thrown_out)}" if self.thrown_out else ""
        return (
            f"<Posterior {self.journey_id} by {self.route_id}: {self.draws:,} draws worth "
            f"{self.ess:,.0f} independent ones, {len(self.heard)} reports heard{out}>"
        )

    @property
    def ess(self) -> float:
        """How many independent draws the answers are worth, over the times asked for.

        The variance of each quantity over the square of its Monte Carlo error, which the
        islands tell, pooled over the departure, the arrivals at stops, at places reported
        and at the destination, and the time stood.
        """
        return self._ess

    @cached_property
    def _ess(self) -> float:
        counts = [self.islands.count_effective(values) for values in self._list_quantities()]
        return float(min(len(counts) / sum(1.0 / max(n, 1e-9) for n in counts), self.draws))

    def _list_quantities(self) -> list[Array]:
        last = len(self.route.passages) - 1
        indices = sorted({*self.asked, *self.dwell_s, last} - {0})
        total = sum(self.standing_s.values(), np.zeros(self.draws))
        stood = total + sum(self.dwell_s.values(), np.zeros(self.draws))
        return [self.departure_s, *(self.get_arrivals(i) for i in indices), stood]

    @cached_property
    def islands(self) -> Islands:
        """The islands, which tell the error of any answer."""
        return Islands(self.island)

    @cached_property
    def reports(self) -> pd.DataFrame:
        """A row a report heard: id, right (the probability that it is), mcse, thrown_out."""
        import pandas as pd  # noqa: PLC0415 (heavy)

        means = {name: float(values.mean()) for name, values in self.right.items()}
        errors = {
            name: float(self.islands.find_error(v, lambda p: p.mean(keepdims=True))[0])
            for name, v in self.right.items()
        }
        return pd.DataFrame(
            {
                "id": list(means),
                "right": [round_to(means[name], errors[name]) for name in means],
                "mcse": list(errors.values()),
                "thrown_out": [means[name] < THROWN_OUT for name in means],
            }
        )

    @cached_property
    def thrown_out(self) -> tuple[str, ...]:
        """The reports that are less likely right than wrong."""
        return tuple(
            name for name, values in self.right.items() if float(values.mean()) < THROWN_OUT
        )

    @cached_property
    def certain(self) -> Bounds:
        """What is certain of the same reports; see :func:`routesim.bounds`."""
        as_of = to_datetime(self.as_of_s) if np.isfinite(self.as_of_s) else None
        return bounds(self.layout.journey, as_of=as_of, drop=self.dropped, route=self.route_id)

    @cached_property
    def prior(self) -> Ensemble:
        """Draws from the same plan without any report."""
        return simulate(
            self.layout.journey, draws=PRIOR_DRAWS, seed=self.seed, route=self.route_id
        )

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
            Whether to add what is certain: ``arrive_earliest``, ``arrive_latest``,
            ``depart_earliest`` and ``depart_latest`` (aware UTC).

        Returns
        -------
        GeoDataFrame
            As of :meth:`Ensemble.windows`, with ``arrive_p05_mcse_s`` ... beside each time.
            Times are rounded to their error.
        """
        import pandas as pd  # noqa: PLC0415 (heavy)

        frame = super().windows(levels=levels, every=every)
        indices = [i for i in range(len(self.route.passages)) if every or self._is_stop(i)]
        shares = np.asarray(levels, dtype=np.float64)
        names = [c[len("arrive_") :] for c in frame if c.startswith("arrive_p")]
        names = [name for name in names if not name.endswith("_local")]
        for event, get_times in zip(
            EVENTS, (self.get_arrivals, self.get_departures), strict=True
        ):
            errors = np.array([self._find_errors(get_times(i), shares) for i in indices])
            told = _round_times(frame[[f"{event}_{name}" for name in names]], errors, shares)
            for column, name in enumerate(names):
                times = [row[column] for row in told]
                frame[f"{event}_{name}"] = pd.to_datetime(pd.Series(times), utc=True)
                frame[f"{event}_{name}_local"] = pd.Series(
                    [
                        None if value is None else value.astimezone(ZoneInfo(zone))
                        for value, zone in zip(times, frame["tz"], strict=True)
                    ],
                    dtype=object,
                )
                frame[f"{event}_{name}_mcse_s"] = errors[:, column]
        if certain:
            points = self.certain.points.iloc[indices].reset_index(drop=True)
            for event in EVENTS:
                for end in ("earliest", "latest"):
                    frame[f"{event}_{end}"] = points[f"{event}_{end}"]
        return frame[[c for c in frame.columns if c != "geometry"] + ["geometry"]]

    def _find_errors(self, times_s: Array, levels: Array) -> Array:
        if not np.isfinite(times_s).any():
            return np.full(levels.size, np.nan)
        return self.islands.find_quantile_errors(times_s, levels)

    def where(self, time: str | datetime) -> LikelyPlace:
        """Return where the train was at an instant, with the errors and what is certain.

        Parameters
        ----------
        time
            Aware: ISO 8601 with an offset or ``Z``, or an aware datetime.

        Returns
        -------
        LikelyPlace
            Kilometres are rounded to their errors.

        Raises
        ------
        TimeError
            If the time cannot be read or has no zone.
        """
        found = super().where(time)
        errors = self.islands.find_quantile_errors(found.km, np.asarray(DEFAULT_LEVELS))
        told = (found.p05_km, found.p50_km, found.p95_km)
        low, middle, high = round_band(told, np.maximum(errors, LEAST_KM), DEFAULT_LEVELS)
        named = {name: getattr(found, name) for name in Whereabouts.__slots__}
        named |= {"p05_km": low, "p50_km": middle, "p95_km": high}
        return LikelyPlace(
            **named,
            errors_km=(float(errors[0]), float(errors[1]), float(errors[2])),
            certain=self.certain.where(to_datetime(found.time_s)),
            shares=list_place_shares(self, found),
        )

    def find_share_error(self, flags: Array) -> float:
        """Return the Monte Carlo standard error of a share: the mean of 0 or 1 a draw."""
        return float(self.islands.find_error(flags, lambda p: p.mean(keepdims=True))[0])

    def get_passed_share(
        self, station: str, time: str | datetime, visit: int = 1
    ) -> tuple[float, float]:
        """Return how likely it had arrived at a place by an instant, and the error of that.

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
        share, error = self.find_passed_share(self.route.index_of(station, visit), time_s)
        return round_to(share, error), error

    def stood(
        self, levels: Sequence[float] = DEFAULT_LEVELS, *, certain: bool = False
    ) -> pd.DataFrame:
        """Return how long it stood: at each planned stop, on each line, and in all.

        Parameters
        ----------
        levels
            Shares in 0..1, rising.
        certain
            Whether to add what is certain of the stay at a stop that a report speaks of:
            ``least_min`` and ``most_min``, NaN for all else and where nothing bounds it.

        Returns
        -------
        DataFrame
            A row a place: place, kind (stop, line or sum), ``p05_min`` ... and
            ``p05_mcse_min`` ... (minutes), learned: the share of the prior's draws that
            would have to move to agree with the reports; within a few hundredths of 0 where
            they tell nothing of it.
        """
        here, before = (
            {(one.place, one.kind): one.seconds / SECONDS_PER_MINUTE for one in found}
            for found in (list_standings(self), list_standings(self.prior))
        )
        frame = self._tell(here, before, levels)
        if certain:
            found = self._list_stays()
            told = [
                found.get(place, (np.nan, np.nan)) if kind == "stop" else (np.nan, np.nan)
                for place, kind in zip(frame["place"], frame["kind"], strict=True)
            ]
            frame["least_min"], frame["most_min"] = np.array(told).T
        return frame

    def _list_stays(self) -> dict[str, tuple[float, float]]:
        """Return the least and most minutes of the one stay at each place that has bounds."""
        held = self.certain.stretches
        stays = held[
            (held["from_station"] == held["to_station"])
            & (held["from_visit"] == held["to_visit"])
        ]
        once = stays.drop_duplicates("from_station", keep=False)
        return {
            str(name): (least / SECONDS_PER_MINUTE, most / SECONDS_PER_MINUTE)
            for name, least, most in zip(
                once["from_station"], once["least_s"], once["most_s"], strict=True
            )
        }

    def _tell(
        self,
        here: Mapping[tuple[str, str], Array],
        before: Mapping[tuple[str, str], Array],
        levels: Sequence[float],
        unit: str = "min",
    ) -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415 (heavy)

        shares = np.asarray(levels, dtype=np.float64)
        rows = []
        for (place, kind), values in here.items():
            row: dict[str, Any] = {"place": place, "kind": kind}
            errors = self.islands.find_quantile_errors(values, shares)
            told = np.quantile(values, shares)
            rounded = round_band(told, np.maximum(errors, LEAST_QUANTITY), shares)
            for level, value, error in zip(shares, rounded, errors, strict=True):
                name = f"p{round(100 * level):02d}"
                row[f"{name}_{unit}"] = value
                row[f"{name}_mcse_{unit}"] = float(error)
            row["learned"] = _measure_learned(before[place, kind], values)
            rows.append(row)
        return pd.DataFrame(rows)

    def speeds(self, levels: Sequence[float] = DEFAULT_LEVELS) -> pd.DataFrame:
        """Return the running speed on each line.

        Returns
        -------
        DataFrame
            A row a line: place, kind, ``p05_kmh`` ... and ``p05_mcse_kmh`` ..., learned,
            and cap_kmh, above which it certainly did not run (an assumption by line).
        """
        frame = self._tell(
            {(line, "line"): mps_to_kmh(v) for line, v in self.running_mps.items()},
            {(line, "line"): mps_to_kmh(v) for line, v in self.prior.running_mps.items()},
            levels,
            unit="kmh",
        )
        caps = self.layout.journey.network.lines.groupby("line")["cap_kmh"].max()
        frame["cap_kmh"] = [float(caps[line]) for line in frame["place"]]
        return frame

    @cached_property
    def entangled(self) -> tuple[tuple[str, str, float], ...]:
        """Pairs of standings that the reports cannot tell apart, with their correlation.

        Where more of one goes with less of the other, their sum is known better than either.
        """
        import pandas as pd  # noqa: PLC0415 (heavy)

        standings = {
            one.place: one.seconds
            for one in list_standings(self)
            if one.kind != "sum" and np.ptp(one.seconds) > 0
        }
        together = pd.DataFrame(standings).corr(method="spearman").to_numpy()
        names = list(standings)
        found = [
            (names[one], names[other], round(float(together[one, other]), 2))
            for one, other in zip(*np.triu_indices(len(names), 1), strict=True)
            if together[one, other] < ENTANGLED
        ]
        return tuple(sorted(found, key=lambda pair: pair[2]))


def _round_times(
    frame: pd.DataFrame, errors_s: Array, levels: Array
) -> list[list[datetime | None]]:
    """Round times row by row to their errors, (rows, levels); None where there is none."""
    found = []
    for row, errors in zip(frame.to_numpy(dtype=object), errors_s, strict=True):
        seconds = [np.nan if time is None or time != time else time.timestamp() for time in row]  # noqa: PLR0124 (NaT)
        rounded = round_band(seconds, errors, levels, STEPS_S)
        found.append([to_datetime(s) if np.isfinite(s) else None for s in rounded])
    return found


def _measure_learned(before: Array, after: Array) -> float:
    """Return the share of the draws that would have to move to turn one into the other.

    Counted in twenty bins that hold the same share of the draws before; chance alone makes
    it a few hundredths.
    """
    edges = np.unique(np.quantile(before, np.linspace(0.0, 1.0, BINS + 1)[1:-1]))
    shares = [
        np.bincount(np.searchsorted(edges, values), minlength=edges.size + 1) / values.size
        for values in (before, after)
    ]
    return round(0.5 * float(np.abs(shares[1] - shares[0]).sum()), 2)
