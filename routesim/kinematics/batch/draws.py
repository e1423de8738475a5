"""The quantities that vary from draw to draw, and the batch: a journey with all its draws."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from routesim.errors import Fault
from routesim.kinematics.argument_checks import SMALLEST, check_array
from routesim.kinematics.solver.pieces import cut_pieces, ruling_speeds

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from routesim.arrays import Array
    from routesim.kinematics.solver.pieces import Pieces
    from routesim.kinematics.solver.profile import RulingSquares
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train
    from routesim.kinematics.types import Value

    Key = TypeVar("Key", bound=Hashable)


# The quantities that vary: the least value, and the shapes for 0, 1 and 2 dimensions.
VARYING = {
    "speed_factor": (SMALLEST, ("a number", "(draws,)", "(draws, limits)")),
    "dwell_s": (0.0, ("", "(draws,)", "(draws, stops)")),
    "acceleration_mps2": (SMALLEST, ("a number", "(draws,)")),
    "braking_mps2": (SMALLEST, ("a number", "(draws,)")),
}

# The cache of pieces serves repeated batches of the same journey. It needs about 200 bytes
# per point, so the number of journeys and the points of each are limited.
JOURNEYS_KEPT = 32
POINTS_KEPT = 1024
_keep_pieces = lru_cache(maxsize=JOURNEYS_KEPT)(cut_pieces)


@dataclass(frozen=True, slots=True)
class Draws:
    """The varying quantities of many runs, each a number or an array over draws.

    The speed factor may also have shape (draws, limits). The dwells have shape (draws or 1,
    stops), with the stops in the order in which they are given.
    """

    count: int
    speed_factor: Value
    dwell_table_s: Array
    acceleration_mps2: Value
    braking_mps2: Value

    @property
    def dwells_s(self) -> tuple[Value, ...]:
        """Dwells of each stop, in the given order: a number or an array (draws,)."""
        if len(self.dwell_table_s) == 1 != self.count:
            return tuple(self.dwell_table_s[0].tolist())
        return tuple(self.dwell_table_s.T)

    @property
    def by_limit(self) -> bool:
        """Whether each limit has its own factors."""
        return np.ndim(self.speed_factor) > 1

    def part(self, first: int, past: int) -> Draws:
        """Return the draws from index `first` up to, but not including, `past`."""
        past = min(past, self.count)
        return self._cut(slice(first, past), past - first)

    def thin(self, most: int) -> Draws:
        """Return at most `most` draws, evenly spaced among all."""
        step = -(-self.count // most)
        return self._cut(slice(None, None, step), -(-self.count // step))

    def _cut(self, which: slice, count: int) -> Draws:
        cut = {
            name: value[which]
            for name in ("speed_factor", "dwell_table_s", "acceleration_mps2", "braking_mps2")
            if isinstance(value := getattr(self, name), np.ndarray) and len(value) == self.count
        }
        return replace(self, count=count, **cut)


@dataclass(frozen=True, eq=False)
class Batch:
    """The journey that all draws share, and the draws.

    `ends_mps` has the speed at the start and the highest speed allowed at the end.
    `points_m`, (points,), has the positions whose times are returned.
    """

    train: Train
    track: Track
    stops: tuple[Stop, ...]
    ends_mps: tuple[float, float]
    points_m: Array
    draws: Draws

    @cached_property
    def pieces(self) -> Pieces:
        """The pieces of the track, which is also cut at the points."""
        marks_m = tuple(self.points_m.tolist())
        cut = _keep_pieces if len(marks_m) <= POINTS_KEPT else cut_pieces
        return cut(self.train, self.track, self.stops, marks_m, by_limit=self.draws.by_limit)

    @cached_property
    def edges(self) -> list[int]:
        """Index of the edge at each point."""
        return [self.pieces.edge_of_m[point_m] for point_m in self.points_m.tolist()]

    @property
    def from_rest_to_rest(self) -> bool:
        """Whether the runs start and end at rest."""
        ends_at_stop = self.pieces.last_edge in self.pieces.stops
        return self.ends_mps[0] == 0.0 and (ends_at_stop or self.ends_mps[1] == 0.0)

    def square_speeds(self, draws: Draws) -> RulingSquares:
        """Return the squared ruling speeds of the pieces in m²/s², one element per draw."""
        factor = draws.speed_factor
        if isinstance(factor, np.ndarray) and draws.by_limit:
            return self._square_by_limit(factor)
        speeds_mps = ruling_speeds(self.train, self.track, self.pieces)
        square = factor * factor
        return lambda first, past: _rows(
            speeds_mps[first:past], lambda speed_mps: square * (speed_mps * speed_mps)
        )

    def _square_by_limit(self, factor: Array) -> RulingSquares:
        """Return the squared ruling speeds if each limit has its own factors.

        On each piece the lowest product of factor and limit rules.
        """
        top_mps, limits = self.train.max_speed_mps, self.track.limits
        speeds_mps = [
            column * min(limit.speed_mps, top_mps)
            for column, limit in zip(np.ascontiguousarray(factor.T), limits, strict=True)
        ]
        squares = [speed_mps * speed_mps for speed_mps in speeds_mps]

        def lowest(cover: tuple[int, ...]) -> Value:
            if not cover:
                return top_mps * top_mps
            row: Value = squares[cover[0]]
            for index in cover[1:]:
                row = np.minimum(row, squares[index])
            return row

        return lambda first, past: _rows(self.pieces.covers[first:past], lowest)

    def dwells(self, draws: Draws) -> dict[int, Value]:
        """Return the dwell at each point that is a stop, by index of the point."""
        stops = self.pieces.stops
        return {
            column: draws.dwells_s[stops[edge]]
            for column, edge in enumerate(self.edges)
            if edge in stops
        }


def check_draws(
    train: Train,
    track: Track,
    stops: Sequence[Stop],
    given: Mapping[str, ArrayLike | None],
    faults: list[Fault],
) -> Draws | None:
    """Check the varying arguments of `run_many`.

    Returns None and appends faults if an argument is not usable.
    """
    arrays = {
        name: check_array(name, value, *VARYING[name], faults)
        for name, value in given.items()
        if value is not None
    }
    found = {name: array for name, array in arrays.items() if array is not None}
    _check_columns(found, "speed_factor", len(track.limits), "limits", faults)
    _check_columns(found, "dwell_s", len(stops), "stops", faults)
    count = _count_draws(found, faults)
    if faults:
        return None
    own_mps2 = math.inf if train.acceleration_mps2 is None else train.acceleration_mps2
    return Draws(
        count=count,
        speed_factor=_plain(found["speed_factor"]),
        dwell_table_s=_dwells_by_stop(found.get("dwell_s"), stops),
        acceleration_mps2=_plain(found.get("acceleration_mps2", own_mps2)),
        braking_mps2=_plain(found.get("braking_mps2", train.braking_mps2)),
    )


def check_points(at_m: ArrayLike, length_m: float, faults: list[Fault]) -> Array:
    """Check and return the positions of the requested times, and append all faults.

    Returns an empty array if they are not numbers of a usable shape.
    """
    points_m = check_array("at_m", at_m, 0.0, ("", "(points,)"), faults)
    if points_m is None:
        return np.empty(0)
    beyond = np.count_nonzero(points_m > length_m)
    if beyond:
        what = (
            f"contains {points_m.max():g}, beyond the end at {length_m:g} m "
            f"(faulty values: {beyond} of {points_m.size})"
        )
        faults.append(Fault("at_m", what, "drop them"))
    falls = np.flatnonzero(np.diff(points_m) < 0.0)
    if falls.size:
        what = f"decreases after element {falls[0]}"
        faults.append(Fault("at_m", what, "give positions that do not decrease"))
    return points_m


def _rows(keys: Sequence[Key], make: Callable[[Key], Value]) -> list[Value]:
    """Return one value per key. Neighbours with equal keys share the same object."""
    rows: list[Value] = []
    for index, key in enumerate(keys):
        rows.append(rows[-1] if index and keys[index - 1] == key else make(key))
    return rows


def _check_columns(
    found: dict[str, Array], name: str, count: int, what: str, faults: list[Fault]
) -> None:
    array = found.get(name)
    if array is None or array.ndim == 0:
        return
    if array.ndim > 1 and array.shape[1] != count:
        text = f"has {array.shape[1]} columns for {count} {what}"
        faults.append(Fault(name, text, f"give one column for each of the {what}"))
    if name == "dwell_s" and array.ndim == 1 and not count:
        faults.append(Fault(name, "is given, but there are no stops", "leave it out"))


def _count_draws(found: dict[str, Array], faults: list[Fault]) -> int:
    """Return the number of draws of the arrays, which must agree; 1 if all are numbers."""
    counts = {name: array.shape[0] for name, array in found.items() if array.ndim}
    if len(set(counts.values())) > 1:
        text = ", ".join(f"{name} {count}" for name, count in counts.items())
        where = " and ".join(counts)
        what = f"differ in the number of draws: {text}"
        faults.append(Fault(where, what, "give arrays of the same length"))
    return next(iter(counts.values()), 1)


def _dwells_by_stop(dwells_s: Array | None, stops: Sequence[Stop]) -> Array:
    if dwells_s is None:
        return np.array([[stop.dwell_s for stop in stops]], dtype=np.float64)
    if dwells_s.ndim == 1:
        return np.repeat(dwells_s[:, None], len(stops), axis=1)
    return dwells_s


def _plain(value: Value) -> Value:
    """Return an array without dimensions as a float, and others unchanged."""
    return value if np.ndim(value) else float(value)
