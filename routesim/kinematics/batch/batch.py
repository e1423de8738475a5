"""Many draws of one journey, and what is kept of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from routesim.kinematics.batch.histogram import Tally
from routesim.kinematics.solver.pieces import lay_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.kinematics.batch.batch_inputs import Draws
    from routesim.kinematics.batch.engine import Engine
    from routesim.kinematics.checks import FloatArray, Value
    from routesim.kinematics.solver.pieces import Pieces
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train

__all__ = ["Crowd", "ManyQuantiles", "ManyRuns"]

# Draws that are worked on at a time when none is kept.
DRAWS_PASSING = 1 << 16
# Journeys whose pieces are kept for the next crowd, and up to how many points each: a cache
# is for the same journey again and again, and holds some 200 bytes a point.
CROWDS_KEPT = 32
POINTS_KEPT = 1024
_keep_pieces = lru_cache(maxsize=CROWDS_KEPT)(lay_pieces)
# So many times are kept and sorted rather than counted.
FEW_TIMES = 1 << 22


@dataclass(frozen=True, eq=False)
class ManyRuns:
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

    at_m: FloatArray = field(repr=False)
    arrive_s: FloatArray = field(repr=False)
    duration_s: FloatArray = field(repr=False)
    _dwells_s: dict[int, Value] = field(repr=False)

    @cached_property
    def depart_s(self) -> FloatArray:
        """When each point is left, (draws, points): at a stop after its dwell, else at once.

        The train's startup delay comes after the departure. Computed when first asked for,
        since it is as large as `arrive_s`.
        """
        depart_s = self.arrive_s.copy(order="F")
        for column, dwell_s in self._dwells_s.items():
            depart_s[:, column] += dwell_s
        return depart_s


@dataclass(frozen=True, eq=False)
class ManyQuantiles:
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

    at_m: FloatArray = field(repr=False)
    quantiles: FloatArray
    arrive_s: FloatArray = field(repr=False)
    depart_s: FloatArray = field(repr=False)
    duration_s: FloatArray = field(repr=False)
    resolution_s: float


@dataclass(frozen=True, eq=False)
class Crowd:
    """The journey of all draws, and the draws."""

    train: Train
    track: Track
    stops: tuple[Stop, ...]
    ends_mps: tuple[float, float]
    points_m: FloatArray
    draws: Draws

    @cached_property
    def pieces(self) -> Pieces:
        """The track, cut at the points too."""
        marks_m = tuple(self.points_m.tolist())
        lay = _keep_pieces if len(marks_m) <= POINTS_KEPT else lay_pieces
        return lay(self.train, self.track, self.stops, marks_m, apart=self.draws.by_limit)

    @cached_property
    def edges(self) -> list[int]:
        """The edge of each point."""
        return [self.pieces.edge_of_m[point_m] for point_m in self.points_m.tolist()]

    def dwells(self, draws: Draws) -> dict[int, Value]:
        """Give the dwell at each point that is a stop."""
        stops = self.pieces.stops
        return {
            column: draws.dwells_s[stops[edge]]
            for column, edge in enumerate(self.edges)
            if edge in stops
        }

    def keep_all(self, engine: Engine) -> ManyRuns:
        """Run all draws and keep every time."""
        by_point = np.empty((self.points_m.size, self.draws.count))
        duration_s = np.empty(self.draws.count)
        engine.check(self.draws)
        engine.run(self.draws, by_point, duration_s)
        return ManyRuns(self.points_m, by_point.T, duration_s, self.dwells(self.draws))

    def keep_quantiles(self, engine: Engine, levels: FloatArray) -> ManyQuantiles:
        """Run all draws, a part at a time, and count where the times lie."""
        engine.check(self.draws)
        points = self.points_m.size
        columns = list(self.dwells(self.draws))
        rows = points + 1 + len(columns)
        if rows * self.draws.count <= FEW_TIMES:
            times_s = next(self._pass(engine, self.draws, max(self.draws.count, 1)))
            found = np.quantile(times_s, levels, axis=1)
            resolution_s = 0.0
        else:
            pilot = self.draws.thin(DRAWS_PASSING)
            tally = Tally(next(self._pass(engine, pilot, pilot.count)), engine.count_bins)
            for times_s in self._pass(engine, self.draws, DRAWS_PASSING):
                tally.add(times_s)
            if tally.misses(levels):
                tally = tally.widen()
                for times_s in self._pass(engine, self.draws, DRAWS_PASSING):
                    tally.add(times_s)
            found, resolution_s = tally.quantiles(levels), tally.resolution
        depart_s = found[:, :points].copy()
        depart_s[:, columns] = found[:, points + 1 :]
        return ManyQuantiles(
            self.points_m, levels, found[:, :points], depart_s, found[:, points], resolution_s
        )

    def _pass(self, engine: Engine, draws: Draws, size: int) -> Iterator[FloatArray]:
        """Give the times of the draws, part by part: arrivals, duration, departures."""
        points = self.points_m.size
        columns = list(self.dwells(draws))
        room = np.empty((points + 1 + len(columns), min(size, draws.count)))
        for first in range(0, max(draws.count, 1), size):
            some = draws.part(first, first + size)
            times_s = room[:, : some.count]
            engine.run(some, times_s[:points], times_s[points])
            for row, (column, dwell_s) in enumerate(self.dwells(some).items()):
                np.add(times_s[column], dwell_s, out=times_s[points + 1 + row])
            yield times_s
