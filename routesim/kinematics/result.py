"""The result of a run: position, time and speed, stops and phases."""

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


# Positions (m) and times (s) may exceed the ends of a run by this, to allow for rounding.
END_TOLERANCE = 1e-6

ValueT = TypeVar("ValueT", float, "NDArray[Any]")
"""A number or an array. A lookup returns the same shape."""


@dataclass(frozen=True, eq=False)
class Run(Answer):
    """The run of a train over a track, returned by `run`.

    Positions are those of the head in m from the start of the track. Times are in s from
    the start of the run. Speeds are in m/s.

    Parameters
    ----------
    length_m : float
        Length of the track in m.
    duration_s : float
        Time in s from the start until the head reaches the end of the track. It includes
        supplements and the dwell of a stop at the end.
    train_length_m : float
        Length of the train in m, from head to rear.
    supplement_s : float
        Part of `duration_s` that the supplements add to the shortest duration, in s. Zero
        without supplements.
    _halts : tuple of tuple of float
        Position, arrival and departure of each stop in the order of travel. Internal.
    _solution : object
        Solution from which the trajectory is made. Internal.

    Examples
    --------
    >>> import routesim as rs
    >>> train = rs.Train(acceleration_mps2=0.5, braking_mps2=0.5)
    >>> track = rs.Track(length_m=1000, limits=[rs.SpeedLimit(0, 1000, 12.5)])
    >>> run = rs.run(train, track, stops=[rs.Stop(500, 60)])
    >>> run
    Run(length_m=1000.0, duration_s=190.0, train_length_m=400.0)
    >>> run.stop_times
       position_m  arrive_s  depart_s
    0       500.0      65.0     125.0
    >>> run.phases["kind"].tolist()
    ['accelerate', 'cruise', 'brake', 'stand', 'accelerate', 'cruise', 'brake']
    """

    length_m: float
    duration_s: float
    train_length_m: float
    supplement_s: float = field(repr=False)
    _halts: tuple[tuple[float, float, float], ...] = field(repr=False)
    _solution: WalkResult | DriveResult = field(repr=False)

    def time_at(self, position_m: ValueT) -> ValueT:
        """Return the time at which the head first reaches a position.

        At a stop this is the arrival.

        Parameters
        ----------
        position_m : float or array_like
            Position in m, from 0 to `length_m`: a number, or an array of any shape.

        Returns
        -------
        float or numpy.ndarray
            Time in s from the start of the run. A number gives a float. An array gives an
            array of the same shape.

        Raises
        ------
        ArgumentError
            If a position is off the track, NaN or not a number.

        Examples
        --------
        >>> import routesim as rs
        >>> train = rs.Train(acceleration_mps2=0.5, braking_mps2=0.5)
        >>> track = rs.Track(length_m=1000, limits=[rs.SpeedLimit(0, 1000, 12.5)])
        >>> run = rs.run(train, track)
        >>> run.time_at(156.25)
        25.0
        >>> run.time_at([0.0, 1000.0])
        array([  0., 105.])
        """
        return _look_up(self._trajectory.time_at, "position_m", position_m, self.length_m)

    def speed_at(self, position_m: ValueT) -> ValueT:
        """Return the speed of the head at a position, which is zero at a stop.

        Parameters
        ----------
        position_m : float or array_like
            Position in m, from 0 to `length_m`: a number, or an array of any shape.

        Returns
        -------
        float or numpy.ndarray
            Speed in m/s. A number gives a float. An array gives an array of the same shape.

        Raises
        ------
        ArgumentError
            If a position is off the track, NaN or not a number.

        Examples
        --------
        >>> import routesim as rs
        >>> train = rs.Train(acceleration_mps2=0.5, braking_mps2=0.5)
        >>> track = rs.Track(length_m=1000, limits=[rs.SpeedLimit(0, 1000, 12.5)])
        >>> rs.run(train, track).speed_at(500.0)
        12.5
        """
        return _look_up(self._trajectory.speed_at, "position_m", position_m, self.length_m)

    def position_at(self, time_s: ValueT) -> ValueT:
        """Return the position of the head at a time, as the inverse of `time_at`.

        While the train stands the position is constant.

        Parameters
        ----------
        time_s : float or array_like
            Time in s, from 0 to `duration_s`: a number, or an array of any shape.

        Returns
        -------
        float or numpy.ndarray
            Position in m from the start of the track. A number gives a float. An array gives
            an array of the same shape.

        Raises
        ------
        ArgumentError
            If a time is outside the run, NaN or not a number.

        Examples
        --------
        >>> import routesim as rs
        >>> train = rs.Train(acceleration_mps2=0.5, braking_mps2=0.5)
        >>> track = rs.Track(length_m=1000, limits=[rs.SpeedLimit(0, 1000, 12.5)])
        >>> rs.run(train, track).position_at([25.0, 80.0])
        array([156.25, 843.75])
        """
        return _look_up(self._trajectory.position_at, "time_s", time_s, self.duration_s)

    def rear_position_at(self, time_s: ValueT) -> ValueT:
        """Return the position of the rear at a time.

        The rear is the length of the train behind the head. Its position is negative until
        the rear enters the track.

        Parameters
        ----------
        time_s : float or array_like
            Time in s, from 0 to `duration_s`: a number, or an array of any shape.

        Returns
        -------
        float or numpy.ndarray
            Position in m from the start of the track. A number gives a float. An array gives
            an array of the same shape.

        Raises
        ------
        ArgumentError
            If a time is outside the run, NaN or not a number.

        Examples
        --------
        >>> import routesim as rs
        >>> train = rs.Train(length_m=400, acceleration_mps2=0.5, braking_mps2=0.5)
        >>> track = rs.Track(length_m=1000, limits=[rs.SpeedLimit(0, 1000, 12.5)])
        >>> rs.run(train, track).rear_position_at(25.0)
        -243.75
        """
        return self.position_at(time_s) - self.train_length_m

    @cached_property
    def stop_times(self) -> pd.DataFrame:
        """Table of the stops, with one row per stop in the order of travel.

        The columns are position_m, arrive_s and depart_s. A run without stops has no rows.
        The departure is the end of the dwell. The startup delay of the train follows it.
        """
        return pd.DataFrame(
            np.array(self._halts).reshape(-1, 3), columns=["position_m", "arrive_s", "depart_s"]
        )

    @cached_property
    def phases(self) -> pd.DataFrame:
        """Table of the phases, with one row per phase and no gaps from start to end.

        The columns are kind (accelerate, cruise, brake, coast or stand), start_m, end_m,
        start_s, end_s, start_mps and end_mps. Successive phases of the same kind are joined,
        except cruises at different speeds. A stand includes the dwell and the startup delay
        after it. In a phase of kind accelerate the train uses its full traction, up to its
        cap. On a steep climb it may lose speed in such a phase.
        """
        return pd.DataFrame(join_phases(self._trajectory), columns=list(Phase._fields))

    def to_frame(self) -> pd.DataFrame:
        """Return the phases of the run as a table.

        Returns
        -------
        pandas.DataFrame
            The same table as `phases`: one row per phase.

        Examples
        --------
        >>> import routesim as rs
        >>> train = rs.Train(acceleration_mps2=0.5, braking_mps2=0.5)
        >>> track = rs.Track(length_m=1000, limits=[rs.SpeedLimit(0, 1000, 12.5)])
        >>> rs.run(train, track).to_frame()[["kind", "end_m", "end_s"]]
                 kind    end_m  end_s
        0  accelerate   156.25   25.0
        1      cruise   843.75   80.0
        2       brake  1000.00  105.0
        """
        return self.phases

    def _describe(self) -> dict[str, Any]:
        names = ("length_m", "duration_s", "train_length_m", "supplement_s")
        figures = {name: getattr(self, name) for name in names}
        return {**figures, "stop_times": self.stop_times, "phases": self.phases}

    @cached_property
    def _trajectory(self) -> Trajectory:
        return self._solution.make_trajectory()


def _look_up(function: Callable[[Any], Any], name: str, value: ValueT, most: float) -> ValueT:
    """Call a method of the trajectory on a number or array in the range from 0 to `most`."""
    try:
        given = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        fault = Fault(name, "has values that are not numbers", "give a number or an array")
        raise ArgumentError(fault) from None
    outside = given[~((given >= -END_TOLERANCE) & (given <= most + END_TOLERANCE))]
    if outside.size:
        count = f"{outside.size} of {given.size}"
        what = f"{outside[0]:g} is outside the run (faulty values: {count})"
        raise ArgumentError(Fault(name, what, f"give values from 0 to {most:.9g}"))
    found = function(np.clip(given, 0.0, most))
    shaped: ValueT = found if given.ndim else found.item()
    return shaped
