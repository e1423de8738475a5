"""The result of a run: when the train is where, and how fast."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import lazy_loader
import numpy as np

from routesim.answers import Answer
from routesim.errors import ArgumentError, Fault
from routesim.kinematics.trajectory import Phase, join_phases

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from routesim.kinematics.solver.drive_run import DriveResult
    from routesim.kinematics.solver.profile import WalkResult
    from routesim.kinematics.trajectory import Trajectory
else:
    pd = lazy_loader.load("pandas")


# How far beyond the ends of a run a position (m) or time (s) may lie by rounding.
END_TOLERANCE = 1e-6

ValueT = TypeVar("ValueT", float, "NDArray[Any]")
"""A number or an array; what is looked up has the same shape."""


@dataclass(frozen=True, eq=False)
class Run(Answer):
    """One passage of a train over a track; made by `run`.

    Positions are those of the head in metres from the start of the track, times in
    seconds from the start of the run, speeds in m/s. What is looked up is a float for a
    number, and an array of the same shape for an array.

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
    _solution: WalkResult | DriveResult = field(repr=False)

    def time_at(self, position_m: ValueT) -> ValueT:
        """Return when the head first reaches a position, in s; at a stop the arrival.

        Parameters
        ----------
        position_m
            A number, or an array of any shape, between 0 and the track's length.

        Raises
        ------
        ArgumentError
            If a position is off the track or not a number.
        """
        return _look_up(self._trajectory.time_at, "position_m", position_m, self.length_m)

    def speed_at(self, position_m: ValueT) -> ValueT:
        """Return how fast the head passes a position, in m/s; zero at a stop.

        Parameters
        ----------
        position_m
            A number, or an array of any shape, between 0 and the track's length.

        Raises
        ------
        ArgumentError
            If a position is off the track or not a number.
        """
        return _look_up(self._trajectory.speed_at, "position_m", position_m, self.length_m)

    def position_at(self, time_s: ValueT) -> ValueT:
        """Return where the head is at a time, in m; the inverse of `time_at`.

        It is the same position throughout a stand.

        Parameters
        ----------
        time_s
            A number, or an array of any shape, between 0 and `duration_s`.

        Raises
        ------
        ArgumentError
            If a time is outside the run or not a number.
        """
        return _look_up(self._trajectory.position_at, "time_s", time_s, self.duration_s)

    def rear_position_at(self, time_s: ValueT) -> ValueT:
        """Return where the rear is at a time, in m: the train's length behind the head.

        It is negative while the rear is not on the track; as `position_at` otherwise.
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
        names = ("length_m", "duration_s", "train_length_m", "supplement_s")
        figures = {name: getattr(self, name) for name in names}
        return {**figures, "stop_times": self.stop_times, "phases": self.phases}

    @cached_property
    def _trajectory(self) -> Trajectory:
        return self._solution.make_trajectory()


def _look_up(function: Callable[[Any], Any], name: str, value: ValueT, most: float) -> ValueT:
    """Call a method of the trajectory on a number or an array between 0 and the end."""
    try:
        given = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        fault = Fault(name, "is not made of numbers", "give a number or an array")
        raise ArgumentError(fault) from None
    outside = given[~((given >= -END_TOLERANCE) & (given <= most + END_TOLERANCE))]
    if outside.size:
        what = f"{outside.size} of {given.size} lie outside the run, like {outside[0]:g}"
        raise ArgumentError(Fault(name, what, f"give values from 0 to {most:.9g}"))
    found = function(np.clip(given, 0.0, most))
    shaped: ValueT = found if given.ndim else found.item()
    return shaped
