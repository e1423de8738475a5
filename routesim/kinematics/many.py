"""Many runs at once: the same journey with speeds, dwells and rates that vary."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from routesim.errors import ArgumentError
from routesim.kinematics.draws import Draws, check_draws, check_points, rule_draws
from routesim.kinematics.pieces import (
    Pieces,
    check_ends,
    check_journey,
    lay_pieces,
    stand_times,
)
from routesim.kinematics.profile import ARRAYS, Rates, entry_ceiling, walk
from routesim.kinematics.run import refuse_entry

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from numpy.typing import ArrayLike

    from routesim.errors import Fault
    from routesim.kinematics.checks import FloatArray, Value
    from routesim.kinematics.profile import RulingSquares
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train

__all__ = ["ManyRuns", "run_many"]

# So many that numpy's cost of a call is spread thin, so few that the arrays of one leg
# between stops stay in the processor's cache; it also bounds the working memory.
DRAWS_AT_A_TIME = 4096


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


def run_many(  # noqa: PLR0913 - the journey, and one a thing that may vary
    train: Train,
    track: Track,
    *,
    stops: Iterable[Stop] = (),
    at_m: ArrayLike,
    speed_factor: ArrayLike = 1.0,
    dwell_s: ArrayLike | None = None,
    acceleration_mps2: ArrayLike | None = None,
    braking_mps2: ArrayLike | None = None,
    entry_speed_mps: float = 0.0,
    exit_speed_mps: float = 0.0,
) -> ManyRuns:
    """Run a train over a track many times, each draw as exactly as `run` does.

    Parameters
    ----------
    train, track, stops
        As for `run`.
    at_m
        Where times are wanted, (points,), in metres; the positions must not fall, but may
        repeat.
    speed_factor
        A number or (draws,): multiplies every limit and the train's maximum. Or (draws,
        limits), a column for each of the track's limits: the ruling speed is then the
        lowest product of a factor and its limit (or the train's maximum if lower) among
        the limits that hold, and the train's maximum as it is where none does.
    dwell_s
        In seconds: None for the stops' own, (draws,) for the same at every stop, or
        (draws, stops), a column for each stop in the order in which they are given.
    acceleration_mps2, braking_mps2
        In m/s²: None for the train's own, a number, or (draws,).
    entry_speed_mps, exit_speed_mps
        As for `run`; no factor applies to them.

    Returns
    -------
    ManyRuns
        With as many draws as the arrays have, which must agree; with one if all are
        numbers. A draw does not depend on the others.

    Raises
    ------
    ArgumentError
        With every fault: those of `run`, a factor or rate that is not greater than zero, a
        dwell that is negative, a shape that does not fit, dwells without stops. Also if in
        some draw the entry is too fast; it says by how much in the worst.

    Notes
    -----
    The working memory is that of a few thousand draws, whatever their number; besides it
    there is only what is returned.

    Examples
    --------
    >>> from routesim.kinematics import SpeedLimit, Track, Train
    >>> train = Train(acceleration_mps2=0.5, braking_mps2=0.5)
    >>> track = Track(length_m=1000, limits=[SpeedLimit(0, 1000, 12.5)])
    >>> many = run_many(train, track, at_m=[500, 1000], speed_factor=[1.0, 0.8])
    >>> many.arrive_s
    array([[ 52.5, 105. ],
           [ 60. , 120. ]])
    """
    faults: list[Fault] = []
    kept = check_journey(train, track, stops, faults)
    ends_mps = check_ends(entry_speed_mps, exit_speed_mps, faults)
    draws = check_draws(
        train,
        track,
        kept,
        speed_factor=speed_factor,
        dwell_s=dwell_s,
        acceleration_mps2=acceleration_mps2,
        braking_mps2=braking_mps2,
        faults=faults,
    )
    points_m = check_points(at_m, track.length_m, faults)
    if faults or draws is None:
        raise ArgumentError(faults)
    pieces = lay_pieces(train, track, kept, points_m.tolist(), apart=draws.by_limit)
    journey = _Journey(train, track, pieces, ends_mps)
    journey.check_entry(draws)
    return journey.run(draws, points_m)


@dataclass(frozen=True, slots=True)
class _Journey:
    """What all draws share."""

    train: Train
    track: Track
    pieces: Pieces
    ends_mps: tuple[float, float]

    def check_entry(self, draws: Draws) -> None:
        """Raise if in some draw the train enters too fast."""
        if self.ends_mps[0] == 0.0:
            return
        limits_mps, ceilings_mps = np.empty(draws.count), np.empty(draws.count)
        for part, some in _parts(draws):
            limits_mps[part], ceilings_mps[part] = entry_ceiling(
                self.pieces, self._rule(some), _rates(some), self.ends_mps[1], ARRAYS
            )
        refuse_entry(self.ends_mps[0], limits_mps, ceilings_mps)

    def run(self, draws: Draws, points_m: FloatArray) -> ManyRuns:
        """Run all draws."""
        columns_at: dict[int, list[int]] = {}
        for column, point_m in enumerate(points_m.tolist()):
            columns_at.setdefault(self.pieces.edge_of_m[point_m], []).append(column)
        by_point = np.empty((points_m.size, draws.count))
        duration_s = np.empty(draws.count)
        stops, last_edge = self.pieces.stops, self.pieces.last_edge
        for part, some in _parts(draws):
            for edge, arrive_s in self._times(some, columns_at):
                for column in columns_at.get(edge, ()):
                    by_point[column, part] = arrive_s
                if edge == last_edge:
                    duration_s[part] = arrive_s + (
                        some.dwells_s[stops[edge]] if edge in stops else 0.0
                    )
        dwells_s = {
            column: draws.dwells_s[stop]
            for edge, stop in stops.items()
            for column in columns_at.get(edge, ())
        }
        return ManyRuns(points_m, by_point.T, duration_s, dwells_s)

    def _times(self, draws: Draws, wanted: Container[int]) -> Iterator[tuple[int, Value]]:
        """Give the arrival at each wanted edge, and at the last."""
        pieces, entry_mps = self.pieces, self.ends_mps[0]
        rates = _rates(draws)
        stands_s = stand_times(self.train, pieces, draws.dwells_s, entry_mps)
        stood_s = stands_s.get(0, 0.0)
        latest_s: Value = 0.0
        yield 0, latest_s
        passages = walk(pieces, self._rule(draws), rates, self.ends_mps, ARRAYS)
        for edge, passage in enumerate(passages, start=1):
            if edge in wanted or edge == pieces.last_edge:
                moving_s = rates.moving_s(passage.tally_mps, entry_mps, passage.leave_mps)
                # Rounding may set the clock back where two edges nearly meet.
                latest_s = np.maximum(moving_s + stood_s, latest_s)
                yield edge, latest_s
            if edge in stands_s:
                stood_s = stood_s + stands_s[edge]

    def _rule(self, draws: Draws) -> RulingSquares:
        return rule_draws(self.train, self.track, self.pieces, draws)


def _rates(draws: Draws) -> Rates:
    return Rates(draws.acceleration_mps2, draws.braking_mps2)


def _parts(draws: Draws) -> Iterator[tuple[slice, Draws]]:
    """Cut the draws into parts of a few thousand."""
    for first in range(0, draws.count, DRAWS_AT_A_TIME):
        past = first + DRAWS_AT_A_TIME
        yield slice(first, past), draws.part(first, past)
