"""The result of a run: when the train is where, and how fast."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, overload

import lazy_loader
import numpy as np

from routesim.answers import Answer
from routesim.errors import ArgumentError, Fault
from routesim.kinematics.phases import Phase, join_phases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from routesim.kinematics.trajectory import Trajectory
    from routesim.kinematics.types import FloatArray
else:
    pd = lazy_loader.load("pandas")


# How far beyond the ends of a run a position (m) or time (s) may lie by rounding.
END_TOLERANCE = 1e-6


class Solution(Protocol):
    """The result of a solver, from which a trajectory is made when first needed."""

    def make_trajectory(self) -> Trajectory:
        """Return position, time and speed along the run."""
        ...


@dataclass(frozen=True, eq=False)
class Run(Answer):
    """One passage of a train over a track; made by `run`.

    Positions are those of the head in metres from the start of the track, times in
    seconds from the start of the run, speeds in m/s.

    Parameters
    ----------
    length_m
        The length of the track.
    duration_s
        From the start until the head is at the end of the track, with the dwell of a stop
        there and all supplements.
    train_length_m
        From head to rear.
    supplement_s
        What the supplements add to the shortest duration; it is in `duration_s`.
    """

    length_m: float
    duration_s: float
    train_length_m: float
    supplement_s: float = field(repr=False)
    _halts: tuple[tuple[float, float, float], ...] = field(repr=False)
    _solution: Solution = field(repr=False)

    @overload
    def time_at(self, position_m: float) -> float: ...
    @overload
    def time_at(self, position_m: Sequence[float] | NDArray[Any]) -> FloatArray: ...
    def time_at(self, position_m: Any) -> Any:
        """Return when the head first reaches a position; at a stop that is the arrival.

        Parameters
        ----------
        position_m
            A number, or an array of any shape, between 0 and the track's length.

        Returns
        -------
        float or ndarray
            In seconds, of the same shape.

        Raises
        ------
        ArgumentError
            If a position is off the track or not a number.
        """
        return _look_up(self._trajectory.time_at, "position_m", position_m, self.length_m)

    @overload
    def speed_at(self, position_m: float) -> float: ...
    @overload
    def speed_at(self, position_m: Sequence[float] | NDArray[Any]) -> FloatArray: ...
    def speed_at(self, position_m: Any) -> Any:
        """Return how fast the head passes a position; zero at a stop.

        Parameters
        ----------
        position_m
            A number, or an array of any shape, between 0 and the track's length.

        Returns
        -------
        float or ndarray
            In m/s, of the same shape.

        Raises
        ------
        ArgumentError
            If a position is off the track or not a number.
        """
        return _look_up(self._trajectory.speed_at, "position_m", position_m, self.length_m)

    @overload
    def position_at(self, time_s: float) -> float: ...
    @overload
    def position_at(self, time_s: Sequence[float] | NDArray[Any]) -> FloatArray: ...
    def position_at(self, time_s: Any) -> Any:
        """Return where the head is at a time; the inverse of `time_at`.

        Parameters
        ----------
        time_s
            A number, or an array of any shape, between 0 and `duration_s`.

        Returns
        -------
        float or ndarray
            In metres, of the same shape; the same position throughout a stand.

        Raises
        ------
        ArgumentError
            If a time is outside the run or not a number.
        """
        return _look_up(self._trajectory.position_at, "time_s", time_s, self.duration_s)

    @overload
    def rear_position_at(self, time_s: float) -> float: ...
    @overload
    def rear_position_at(self, time_s: Sequence[float] | NDArray[Any]) -> FloatArray: ...
    def rear_position_at(self, time_s: Any) -> Any:
        """Return where the rear is at a time: the train's length behind the head.

        Parameters
        ----------
        time_s
            A number, or an array of any shape, between 0 and the duration.

        Returns
        -------
        float or ndarray
            In metres, of the same shape; negative while the rear is not on the track.

        Raises
        ------
        ArgumentError
            If a time is outside the run or not a number.
        """
        return self.position_at(time_s) - self.train_length_m

    @cached_property
    def stop_times(self) -> pd.DataFrame:
        """The stops in the order of travel: position_m, arrive_s and depart_s.

        The departure is the end of the dwell, so the train's startup delay comes after it.
        """
        return pd.DataFrame(
            np.array(self._halts).reshape(-1, 3), columns=["position_m", "arrive_s", "depart_s"]
        )

    @cached_property
    def phases(self) -> pd.DataFrame:
        """The phases of the run, a row each, without gaps from start to end.

        The columns are kind (accelerate, cruise, brake, coast or stand), start_m, end_m,
        start_s, end_s, start_mps and end_mps. Neighbours of one kind and speed are one row.
        A stand holds the dwell and the startup delay after it. To accelerate is to use all
        the traction there is, up to the cap: on a steep climb a train may lose speed so.
        """
        return pd.DataFrame(join_phases(self._trajectory), columns=list(Phase._fields))

    def to_frame(self) -> pd.DataFrame:
        """Return a row a phase, the course of the run without gaps: `phases`."""
        return self.phases

    def _describe(self) -> dict[str, Any]:
        return {
            "length_m": self.length_m,
            "duration_s": self.duration_s,
            "train_length_m": self.train_length_m,
            "supplement_s": self.supplement_s,
            "stop_times": self.stop_times,
            "phases": self.phases,
        }

    @cached_property
    def _trajectory(self) -> Trajectory:
        return self._solution.make_trajectory()


def _look_up(
    function: Callable[[FloatArray], FloatArray], name: str, value: object, most: float
) -> float | FloatArray:
    """Call a method of the trajectory on a number or an array between 0 and the end."""
    try:
        given = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        fault = Fault(name, "is not made of numbers", "give a number or an array")
        raise ArgumentError([fault]) from None
    outside = ~((given >= -END_TOLERANCE) & (given <= most + END_TOLERANCE))
    if outside.any():
        worst = given[outside].flat[0]
        what = (
            f"{np.count_nonzero(outside)} of {given.size} lie outside the run, like {worst:g}"
        )
        raise ArgumentError(Fault(name, what, f"give values from 0 to {most:.9g}"))
    found = function(np.clip(given, 0.0, most))
    return float(found) if found.ndim == 0 else found
