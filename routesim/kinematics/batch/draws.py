"""Draws: the speeds, dwells and rates that vary, checked against each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from routesim.errors import Fault
from routesim.kinematics.argument_checks import SMALLEST, check_array
from routesim.kinematics.solver.pieces import ruling_speeds

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import ArrayLike

    from routesim.kinematics.solver.pieces import Pieces
    from routesim.kinematics.solver.profile import RulingSquares
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train
    from routesim.kinematics.types import FloatArray, Value

    Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Draws:
    """The varying quantities of many runs, each a number or an array over draws.

    Parameters
    ----------
    count
        How many draws.
    speed_factor
        A number, (draws,) or (draws, limits).
    dwell_table_s
        (draws or 1, stops), in the order in which the stops are given.
    acceleration_mps2, braking_mps2
        A number or (draws,).
    """

    count: int
    speed_factor: Value
    dwell_table_s: FloatArray
    acceleration_mps2: Value
    braking_mps2: Value

    @property
    def dwells_s(self) -> tuple[Value, ...]:
        """For each stop as given, a number or (draws,)."""
        if len(self.dwell_table_s) == 1 != self.count:
            return tuple(self.dwell_table_s[0].tolist())
        return tuple(self.dwell_table_s.T)

    @property
    def by_limit(self) -> bool:
        """Whether each limit has factors of its own."""
        return np.ndim(self.speed_factor) > 1

    def part(self, first: int, past: int) -> Draws:
        """Return the draws from one up to another."""
        past = min(past, self.count)
        return self._cut(slice(first, past), past - first)

    def thin(self, most: int) -> Draws:
        """Return draws evenly from all of them, no more than a number."""
        step = -(-self.count // most)
        return self._cut(slice(None, None, step), -(-self.count // step))

    def _cut(self, which: slice, count: int) -> Draws:
        def cut(value: Value) -> Value:
            return value[which] if isinstance(value, np.ndarray) else value

        return Draws(
            count=count,
            speed_factor=cut(self.speed_factor),
            dwell_table_s=(
                self.dwell_table_s
                if len(self.dwell_table_s) == 1
                else self.dwell_table_s[which]
            ),
            acceleration_mps2=cut(self.acceleration_mps2),
            braking_mps2=cut(self.braking_mps2),
        )


def check_draws(
    train: Train,
    track: Track,
    stops: Sequence[Stop],
    *,
    speed_factor: ArrayLike,
    dwell_s: ArrayLike | None,
    acceleration_mps2: ArrayLike | None,
    braking_mps2: ArrayLike | None,
    faults: list[Fault],
) -> Draws | None:
    """Check the varying arguments of `run_many`; None, with faults, if any is not usable."""
    one = "a number", "(draws,)"
    given = {
        "speed_factor": (speed_factor, SMALLEST, (*one, "(draws, limits)")),
        "dwell_s": (dwell_s, 0.0, ("", "(draws,)", "(draws, stops)")),
        "acceleration_mps2": (acceleration_mps2, SMALLEST, one),
        "braking_mps2": (braking_mps2, SMALLEST, one),
    }
    before = len(faults)
    arrays = {
        name: check_array(name, value, lowest, shapes, faults)
        for name, (value, lowest, shapes) in given.items()
        if value is not None
    }
    found = {name: array for name, array in arrays.items() if array is not None}
    _check_columns(found, "speed_factor", len(track.limits), "limits", faults)
    _check_columns(found, "dwell_s", len(stops), "stops", faults)
    count = _count_draws(found, faults)
    if len(faults) > before:
        return None
    dwells = found.get("dwell_s")
    return Draws(
        count=count,
        speed_factor=_plain(found["speed_factor"]),
        dwell_table_s=_dwells_by_stop(dwells, stops),
        acceleration_mps2=_plain(
            found.get("acceleration_mps2"),
            math.inf if train.acceleration_mps2 is None else train.acceleration_mps2,
        ),
        braking_mps2=_plain(found.get("braking_mps2"), train.braking_mps2),
    )


def check_points(at_m: ArrayLike, length_m: float, faults: list[Fault]) -> FloatArray:
    """Check the positions at which times are wanted; empty, with a fault, if any is wrong."""
    points_m = check_array("at_m", at_m, 0.0, ("", "(points,)"), faults)
    if points_m is None:
        return np.empty(0)
    beyond = np.count_nonzero(points_m > length_m)
    if beyond:
        what = (
            f"holds {beyond} beyond the end of the track at {length_m:g} m, "
            f"like {points_m.max():g}"
        )
        faults.append(Fault("at_m", what, "drop them"))
    falls = [
        index for index, pair in enumerate(pairwise(points_m.tolist())) if pair[0] > pair[1]
    ]
    if falls:
        what = f"falls after element {falls[0]}"
        faults.append(Fault("at_m", what, "give positions that never fall"))
    return points_m


def square_ruling_speeds(
    train: Train, track: Track, pieces: Pieces, draws: Draws
) -> RulingSquares:
    """Return the squared ruling speeds of the pieces in m²/s², an element a draw."""
    factor = draws.speed_factor
    if isinstance(factor, np.ndarray) and draws.by_limit:
        return _square_by_limit(train, track, pieces, factor)
    speeds_mps = ruling_speeds(train, track, pieces)
    square = factor * factor
    return lambda first, past: _rows(
        speeds_mps[first:past], lambda speed_mps: square * (speed_mps * speed_mps)
    )


def _square_by_limit(
    train: Train, track: Track, pieces: Pieces, factor: FloatArray
) -> RulingSquares:
    """Return the same where each limit has its own factors: the lowest product rules."""
    top_mps = train.max_speed_mps
    speeds_mps = [
        column * min(limit.speed_mps, top_mps)
        for column, limit in zip(np.ascontiguousarray(factor.T), track.limits, strict=True)
    ]
    squares = [speed_mps * speed_mps for speed_mps in speeds_mps]

    def lowest(cover: tuple[int, ...]) -> Value:
        if not cover:
            return top_mps * top_mps
        row: Value = squares[cover[0]]
        for index in cover[1:]:
            row = np.minimum(row, squares[index])
        return row

    return lambda first, past: _rows(pieces.covers[first:past], lowest)


def _rows(keys: Sequence[Key], make: Callable[[Key], Value]) -> list[Value]:
    """Return a value for each key, the same object for neighbours of one key."""
    rows: list[Value] = []
    for index, key in enumerate(keys):
        rows.append(rows[-1] if index and keys[index - 1] == key else make(key))
    return rows


def _check_columns(
    found: dict[str, FloatArray], name: str, count: int, what: str, faults: list[Fault]
) -> None:
    array = found.get(name)
    if array is None or array.ndim == 0:
        return
    if array.ndim > 1 and array.shape[1] != count:
        text = f"has {array.shape[1]} columns for {count} {what}"
        faults.append(Fault(name, text, f"give one column for each of the {what}"))
    if name == "dwell_s" and array.ndim == 1 and not count:
        faults.append(Fault(name, "is given, but there are no stops", "leave it out"))


def _count_draws(found: dict[str, FloatArray], faults: list[Fault]) -> int:
    """Return how many draws the arrays have, the same in each; 1 if none has any."""
    counts = {name: array.shape[0] for name, array in found.items() if array.ndim}
    if len(set(counts.values())) > 1:
        text = ", ".join(f"{name} {count}" for name, count in counts.items())
        where = " and ".join(counts)
        faults.append(Fault(where, f"differ in draws: {text}", "give arrays of one length"))
    return next(iter(counts.values()), 1)


def _dwells_by_stop(dwells_s: FloatArray | None, stops: Sequence[Stop]) -> FloatArray:
    if dwells_s is None:
        return np.array([[stop.dwell_s for stop in stops]], dtype=np.float64)
    if dwells_s.ndim == 1:
        return np.repeat(dwells_s[:, None], len(stops), axis=1)
    return dwells_s


def _plain(array: FloatArray | None, otherwise: float = 1.0) -> Value:
    """Return an array without dimensions as a float, and None as the default."""
    if array is None:
        return otherwise
    return array if array.ndim else float(array)
