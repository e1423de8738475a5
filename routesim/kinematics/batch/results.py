"""The results of many runs: every time of every draw, or quantiles only."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import lazy_loader
import numpy as np

from routesim.answers import Answer
from routesim.kinematics.batch.histogram import Histogram

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from routesim.arrays import Array
    from routesim.kinematics.batch.draws import Batch, Draws
    from routesim.kinematics.batch.numpy_engine import NumpyEngine
    from routesim.kinematics.types import Value
else:
    pd = lazy_loader.load("pandas")


# Number of draws run at a time if only quantiles are kept.
DRAWS_PASSING = 1 << 16
# Up to this number of times, quantiles are exact: all times are kept and sorted.
FEW_TIMES = 1 << 22


@dataclass(frozen=True, eq=False)
class ManyRuns(Answer):
    """Times of many runs over one track, returned by `run_many`.

    Parameters
    ----------
    at_m : numpy.ndarray
        Requested positions in m, shape (points,).
    arrive_s : numpy.ndarray
        Time at which the head first reaches each point, in s from the start of the run.
        Shape (draws, points), float64 in Fortran order: the column of a point is contiguous.
    duration_s : numpy.ndarray
        Time in s from the start until the head reaches the end of the track, shape (draws,).
        It includes the dwell of a stop at the end.
    _dwells_s : dict of int to float or numpy.ndarray
        Dwell at each point that is a stop, by the index of the point. Internal.

    Examples
    --------
    >>> import routesim as rs
    >>> train = rs.Train(acceleration_mps2=0.5, braking_mps2=0.5)
    >>> track = rs.Track(length_m=1000, limits=[rs.SpeedLimit(0, 1000, 12.5)])
    >>> many = rs.run_many(train, track, stops=[rs.Stop(500)], dwell_s=[30, 60, 90])
    >>> many.arrive_s.shape, many.duration_s.shape
    ((3, 1), (3,))
    >>> many.depart_s - many.arrive_s
    array([[30.],
           [60.],
           [90.]])
    """

    json_keys = ("at_m", "arrive_s", "depart_s", "duration_s")

    at_m: Array = field(repr=False)
    arrive_s: Array = field(repr=False)
    duration_s: Array = field(repr=False)
    _dwells_s: dict[int, Value] = field(repr=False)

    @cached_property
    def depart_s(self) -> Array:
        """Departure of the head from each point in s, shape (draws, points).

        At a stop it is the end of the dwell. The startup delay of the train follows it. At
        other points it equals `arrive_s`. The array is computed on first access, because it
        is as large as `arrive_s`.
        """
        depart_s = self.arrive_s.copy(order="F")
        for column, dwell_s in self._dwells_s.items():
            depart_s[:, column] += dwell_s
        return depart_s

    def to_frame(self) -> pd.DataFrame:
        """Return the times as a long table.

        Returns
        -------
        pandas.DataFrame
            One row per draw and point, draw by draw. The columns are draw (from 0), at_m,
            arrive_s and depart_s.

        Examples
        --------
        >>> import routesim as rs
        >>> train = rs.Train(acceleration_mps2=0.5, braking_mps2=0.5)
        >>> track = rs.Track(length_m=1000, limits=[rs.SpeedLimit(0, 1000, 12.5)])
        >>> rs.run_many(train, track, at_m=[500, 1000], speed_factor=[1.0, 0.8]).to_frame()
           draw    at_m  arrive_s  depart_s
        0     0   500.0      52.5      52.5
        1     0  1000.0     105.0     105.0
        2     1   500.0      60.0      60.0
        3     1  1000.0     120.0     120.0
        """
        return _stack_times(self, "draw", np.arange(self.duration_s.size))


@dataclass(frozen=True, eq=False)
class ManyQuantiles(Answer):
    """Quantiles of the times of many runs, returned by `run_many`.

    Each quantile is taken over the draws separately for each time. A row is therefore not one
    run.

    Parameters
    ----------
    at_m : numpy.ndarray
        Requested positions in m, shape (points,).
    quantiles : numpy.ndarray
        Requested levels between 0 and 1, shape (quantiles,).
    arrive_s : numpy.ndarray
        Quantiles of the time at which the head first reaches each point, in s from the start
        of the run. Shape (quantiles, points).
    depart_s : numpy.ndarray
        Quantiles of the time at which the head leaves each point, in s from the start of the
        run. Shape (quantiles, points).
    duration_s : numpy.ndarray
        Quantiles of the duration in s, shape (quantiles,).
    resolution_s : float
        Largest difference in s from the quantiles of the sorted times. Zero if the times were
        sorted, otherwise the largest width of the bins in which they were counted.

    Examples
    --------
    >>> import routesim as rs
    >>> track = rs.Track(length_m=1000, limits=[rs.SpeedLimit(0, 1000, 12.5)])
    >>> train = rs.Train(acceleration_mps2=0.5, braking_mps2=0.5)
    >>> factors = [0.8, 0.9, 1.0]
    >>> many = rs.run_many(train, track, at_m=[500], speed_factor=factors, quantiles=[0, 1])
    >>> many.arrive_s
    array([[52.5],
           [60. ]])
    >>> many.duration_s
    array([105., 120.])
    >>> many.resolution_s
    0.0
    """

    json_keys = ("at_m", "quantiles", "arrive_s", "depart_s", "duration_s", "resolution_s")

    at_m: Array = field(repr=False)
    quantiles: Array
    arrive_s: Array = field(repr=False)
    depart_s: Array = field(repr=False)
    duration_s: Array = field(repr=False)
    resolution_s: float

    def to_frame(self) -> pd.DataFrame:
        """Return the quantiles as a long table.

        Returns
        -------
        pandas.DataFrame
            One row per quantile and point, quantile by quantile. The columns are quantile,
            at_m, arrive_s and depart_s.

        Examples
        --------
        >>> import routesim as rs
        >>> train = rs.Train(acceleration_mps2=0.5, braking_mps2=0.5)
        >>> track = rs.Track(length_m=1000, limits=[rs.SpeedLimit(0, 1000, 12.5)])
        >>> factors = [0.8, 0.9, 1.0]
        >>> many = rs.run_many(train, track, at_m=[500], speed_factor=factors, quantiles=[0, 1])
        >>> many.to_frame()
           quantile   at_m  arrive_s  depart_s
        0       0.0  500.0      52.5      52.5
        1       1.0  500.0      60.0      60.0
        """
        return _stack_times(self, "quantile", self.quantiles)


def _stack_times(many: ManyRuns | ManyQuantiles, name: str, rows: NDArray[Any]) -> pd.DataFrame:
    """Return the times as a long table, with one row per element of `rows` and point."""
    return pd.DataFrame(
        {
            name: np.repeat(rows, many.at_m.size),
            "at_m": np.tile(many.at_m, rows.size),
            "arrive_s": many.arrive_s.ravel(),
            "depart_s": many.depart_s.ravel(),
        }
    )


def keep_all(batch: Batch, engine: NumpyEngine) -> ManyRuns:
    """Run all draws of a batch and keep every time."""
    draws = batch.draws
    by_point = np.empty((batch.points_m.size, draws.count))
    duration_s = np.empty(draws.count)
    engine.check(draws)
    engine.run(draws, by_point, duration_s)
    return ManyRuns(batch.points_m, by_point.T, duration_s, batch.dwells(draws))


def keep_quantiles(batch: Batch, engine: NumpyEngine, levels: Array) -> ManyQuantiles:
    """Run all draws of a batch in parts, and keep only quantiles of the times."""
    draws = batch.draws
    engine.check(draws)
    points = batch.points_m.size
    columns = list(batch.dwells(draws))
    rows = points + 1 + len(columns)
    if rows * draws.count <= FEW_TIMES:
        times_s = next(_run_parts(batch, engine, draws, max(draws.count, 1)))
        found = np.quantile(times_s, levels, axis=1)
        resolution_s = 0.0
    else:
        pilot = draws.thin(DRAWS_PASSING)
        pilot_s = next(_run_parts(batch, engine, pilot, pilot.count))
        histogram = Histogram(pilot_s, engine.count_bins)
        for times_s in _run_parts(batch, engine, draws, DRAWS_PASSING):
            histogram.add(times_s)
        if histogram.misses(levels):
            histogram = histogram.widen()
            for times_s in _run_parts(batch, engine, draws, DRAWS_PASSING):
                histogram.add(times_s)
        found, resolution_s = histogram.quantiles(levels), histogram.resolution_s
    depart_s = found[:, :points].copy()
    depart_s[:, columns] = found[:, points + 1 :]
    return ManyQuantiles(
        batch.points_m, levels, found[:, :points], depart_s, found[:, points], resolution_s
    )


def _run_parts(batch: Batch, engine: NumpyEngine, draws: Draws, size: int) -> Iterator[Array]:
    """Yield the times of each part of the draws: arrivals, duration, departures at stops."""
    points = batch.points_m.size
    columns = list(batch.dwells(draws))
    room = np.empty((points + 1 + len(columns), min(size, draws.count)))
    for first in range(0, max(draws.count, 1), size):
        some = draws.part(first, first + size)
        times_s = room[:, : some.count]
        engine.run(some, times_s[:points], times_s[points])
        for row, (column, dwell_s) in enumerate(batch.dwells(some).items()):
            np.add(times_s[column], dwell_s, out=times_s[points + 1 + row])
        yield times_s
