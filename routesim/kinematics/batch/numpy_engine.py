"""Many runs at constant rates with numpy, in parts of a few thousand draws."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from routesim.kinematics.batch import histogram
from routesim.kinematics.batch.draws import JOURNEYS_KEPT, POINTS_KEPT, Batch, Draws
from routesim.kinematics.batch.steady import SteadySums, make_steady_sums
from routesim.kinematics.solver.pieces import stand_times
from routesim.kinematics.solver.profile import ARRAYS, Rates, entry_ceiling, refuse_entry, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from routesim.arrays import Array, Flags
    from routesim.kinematics.batch.histogram import CountBins
    from routesim.kinematics.types import Value


# Large enough that the overhead of numpy calls is small, and small enough that the arrays
# of a leg between stops stay in the processor's cache. It also bounds the working memory.
DRAWS_AT_A_TIME = 4096
_keep_steady_sums = lru_cache(maxsize=JOURNEYS_KEPT)(make_steady_sums)


class NumpyEngine:
    """An engine that runs draws with numpy, and the base of the other engines."""

    count_bins: CountBins = staticmethod(histogram.count_bins)

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._pieces = batch.pieces
        self._columns: dict[int, list[int]] = {}
        for column, edge in enumerate(batch.edges):
            self._columns.setdefault(edge, []).append(column)

    @cached_property
    def _steady(self) -> SteadySums | None:
        """Sums to each requested edge and to the last, or None if they hold for no draw."""
        if self._batch.draws.by_limit or not self._batch.from_rest_to_rest:
            return None
        edges = sorted({*self._columns, self._pieces.last_edge})
        places_m = tuple(self._pieces.edges_m[edge] for edge in edges)
        batch = self._batch
        make = _keep_steady_sums if len(places_m) <= POINTS_KEPT else make_steady_sums
        return make(batch.train, batch.track, batch.stops, places_m)

    def check(self, draws: Draws) -> None:
        """Raise `ArgumentError` if the train enters too fast in any draw."""
        entry_mps, exit_mps = self._batch.ends_mps
        if entry_mps == 0.0:
            return
        limits_mps, ceilings_mps = np.empty(draws.count), np.empty(draws.count)
        for part, some in _parts(draws):
            limits_mps[part], ceilings_mps[part] = entry_ceiling(
                self._pieces, self._batch.square_speeds(some), _rates(some), exit_mps, ARRAYS
            )
        if draws.count:
            refuse_entry(entry_mps, limits_mps, ceilings_mps)

    def run(self, draws: Draws, arrive_s: Array, duration_s: Array) -> None:
        """Fill arrivals, (points, draws), and durations, (draws,)."""
        stops, last_edge = self._pieces.stops, self._pieces.last_edge
        for part, some in _parts(draws):
            for edge, time_s in self._times(some):
                for column in self._columns.get(edge, ()):
                    arrive_s[column, part] = time_s
                if edge == last_edge:
                    dwell_s = some.dwells_s[stops[edge]] if edge in stops else 0.0
                    duration_s[part] = time_s + dwell_s

    def _times(self, draws: Draws) -> Iterable[tuple[int, Value]]:
        """Return the arrivals at each requested edge and the last one."""
        batch = self._batch
        stands_s = stand_times(batch.train, self._pieces, draws.dwells_s, batch.ends_mps[0])
        steady = self._steady
        if steady is None:
            return self._walk(draws, stands_s)
        holds, shifted = steady.choose(
            draws.speed_factor, draws.acceleration_mps2, draws.braking_mps2
        )
        if not holds.any():
            return self._walk(draws, stands_s)
        sums = self._sum(draws, steady, shifted, stands_s)
        if holds.all():
            return sums
        # Chosen draw by draw, because a draw must not depend on the other draws of its part.
        by_sums, walks = dict(sums), self._walk(draws, stands_s)
        return ((at, np.where(holds, by_sums[at], s)) for at, s in walks if at in by_sums)

    def _sum(
        self,
        draws: Draws,
        steady: SteadySums,
        shifted: Flags,
        stands_s: Mapping[int, Value],
    ) -> Iterator[tuple[int, Value]]:
        """Return the arrivals of draws that reach every limit, from the sums."""
        factor = draws.speed_factor
        slow = 1.0 / factor
        by_up, by_down = factor / draws.acceleration_mps2, factor / draws.braking_mps2
        offset_s: Value = 0.0
        legs = iter(zip(self._pieces.legs, steady.shifts.tolist(), shifted, strict=True))
        leg = next(legs, None)
        stands = iter(sorted(stands_s))
        stand = next(stands, None)
        edges = sorted({*self._columns, self._pieces.last_edge})
        for edge, (cruise, gain, loss) in zip(edges, steady.sums.tolist(), strict=True):
            while stand is not None and stand < edge:
                offset_s = offset_s + stands_s[stand]
                stand = next(stands, None)
            while leg is not None and leg[0][0] < edge:
                (more_s, more_gain, more_loss), by_draw = leg[1:]
                if by_draw.any():
                    shift_s = more_s * slow + more_gain * by_up + more_loss * by_down
                    offset_s = offset_s + by_draw * shift_s
                leg = next(legs, None)
            yield edge, offset_s + cruise * slow + gain * by_up + loss * by_down

    def _walk(self, draws: Draws, stands_s: Mapping[int, Value]) -> Iterator[tuple[int, Value]]:
        """Return the arrivals from the walk over the pieces."""
        pieces, entry_mps = self._pieces, self._batch.ends_mps[0]
        rates = _rates(draws)
        stood_s = stands_s.get(0, 0.0)
        latest_s: Value = 0.0
        yield 0, latest_s
        piece_runs = walk(
            pieces, self._batch.square_speeds(draws), rates, self._batch.ends_mps, ARRAYS
        )
        for edge, piece_run in enumerate(piece_runs, start=1):
            if edge in self._columns or edge == pieces.last_edge:
                moving_s = rates.moving_s(
                    piece_run.speed_sum_mps, entry_mps, piece_run.leave_mps
                )
                # Where two edges nearly coincide, rounding may make a time decrease.
                latest_s = np.maximum(moving_s + stood_s, latest_s)
                yield edge, latest_s
            if edge in stands_s:
                stood_s = stood_s + stands_s[edge]


def _rates(draws: Draws) -> Rates:
    return Rates.make(draws.acceleration_mps2, draws.braking_mps2)


def _parts(draws: Draws) -> Iterator[tuple[slice, Draws]]:
    """Split the draws into parts of `DRAWS_AT_A_TIME`."""
    for first in range(0, draws.count, DRAWS_AT_A_TIME):
        past = first + DRAWS_AT_A_TIME
        yield slice(first, past), draws.part(first, past)
