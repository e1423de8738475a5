"""Run all draws of a batch, and keep every time of them or quantiles only."""

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


# Draws that are run at a time when none is kept.
DRAWS_PASSING = 1 << 16
# So many times are kept and sorted rather than counted.
FEW_TIMES = 1 << 22


@dataclass(frozen=True, eq=False)
class ManyRuns(Answer):
    """Times of many runs over one track; made by `run_many`.

    Parameters
    ----------
    at_m
        The points asked for, (points,), in metres.
    arrive_s
        When the head first reaches each point, (draws, points), float64, in seconds from
        the start of the run. A point's column is contiguous (Fortran order).
    duration_s
        From the start until the head is at the end of the track, with the dwell of a stop
        there; (draws,).
    """

    json_keys = ("at_m", "arrive_s", "depart_s", "duration_s")

    at_m: Array = field(repr=False)
    arrive_s: Array = field(repr=False)
    duration_s: Array = field(repr=False)
    _dwells_s: dict[int, Value] = field(repr=False)

    @cached_property
    def depart_s(self) -> Array:
        """When each point is left, (draws, points): at a stop after its dwell, else at once.

        The train's startup delay comes after the departure. Computed when first asked for,
        since it is as large as `arrive_s`.
        """
        depart_s = self.arrive_s.copy(order="F")
        for column, dwell_s in self._dwells_s.items():
            depart_s[:, column] += dwell_s
        return depart_s

    def to_frame(self) -> pd.DataFrame:
        """Return a row a draw and point: draw, at_m, arrive_s and depart_s."""
        return _stack_times(self, "draw", np.arange(self.duration_s.size))


@dataclass(frozen=True, eq=False)
class ManyQuantiles(Answer):
    """Quantiles of the times of many runs; made by `run_many`.

    Parameters
    ----------
    at_m
        The points asked for, (points,), in metres.
    quantiles
        (quantiles,), as given.
    arrive_s, depart_s
        Of when the head first reaches each point, and when it leaves it; (quantiles,
        points), in seconds from the start of the run.
    duration_s
        Of the duration, (quantiles,).
    resolution_s
        How far a quantile may be from that of all draws sorted: 0 where they were
        sorted, else the width of a counting bin.
    """

    json_keys = ("at_m", "quantiles", "arrive_s", "depart_s", "duration_s", "resolution_s")

    at_m: Array = field(repr=False)
    quantiles: Array
    arrive_s: Array = field(repr=False)
    depart_s: Array = field(repr=False)
    duration_s: Array = field(repr=False)
    resolution_s: float

    def to_frame(self) -> pd.DataFrame:
        """Return a row a quantile and point: quantile, at_m, arrive_s and depart_s."""
        return _stack_times(self, "quantile", self.quantiles)


def _stack_times(many: ManyRuns | ManyQuantiles, name: str, rows: NDArray[Any]) -> pd.DataFrame:
    """Return the times at the points one below the other, row after row."""
    return pd.DataFrame(
        {
            name: np.repeat(rows, many.at_m.size),
            "at_m": np.tile(many.at_m, rows.size),
            "arrive_s": many.arrive_s.ravel(),
            "depart_s": many.depart_s.ravel(),
        }
    )


def keep_all(batch: Batch, engine: NumpyEngine) -> ManyRuns:
    """Run all draws and keep every time."""
    draws = batch.draws
    by_point = np.empty((batch.points_m.size, draws.count))
    duration_s = np.empty(draws.count)
    engine.check(draws)
    engine.run(draws, by_point, duration_s)
    return ManyRuns(batch.points_m, by_point.T, duration_s, batch.dwells(draws))


def keep_quantiles(batch: Batch, engine: NumpyEngine, levels: Array) -> ManyQuantiles:
    """Run all draws, a part at a time, and count where the times lie."""
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
    """Return the times of the draws, part by part: arrivals, duration, departures."""
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
