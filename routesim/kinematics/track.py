"""The track of a run, with its limits, gradients and curves, and the stops."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal, Self, get_args

import lazy_loader

from routesim.errors import Fault
from routesim.kinematics.argument_checks import LARGEST, SMALLEST, Argument, check_items

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
else:
    pd = lazy_loader.load("pandas")


AppliesTo = Literal["train", "head"]

STEEPEST_PERMILLE = 500.0
SHARPEST_M = 60.0

# A smaller overlap of two stretches, in metres, is a rounding error.
OVERLAP_M = 1e-6


@dataclass(frozen=True, slots=True)
class _Stretch(Argument):
    """A stretch of track, which may reach beyond the ends of the track."""

    start_m: float
    end_m: float

    def _check(self, faults: list[Fault]) -> None:
        self._check_ends(faults)
        self._store_numbers(self._lowest, faults)

    def _check_ends(self, faults: list[Fault]) -> None:
        self._store_numbers({"start_m": -LARGEST, "end_m": -LARGEST}, faults)
        if self.end_m <= self.start_m:
            demand = f"must lie beyond start_m, {self.start_m:g}"
            faults.append(Fault("end_m", f"is {self.end_m:g}", demand))

    def mirror(self, length_m: float) -> Self:
        """Return the stretch as seen from the other end of the track.

        A position at ``x`` m is then at ``length_m - x``.

        Parameters
        ----------
        length_m : float
            Length of the track in m.

        Returns
        -------
        SpeedLimit or Curve
            The mirrored stretch. Its other fields are unchanged.

        Examples
        --------
        >>> import routesim as rs
        >>> rs.SpeedLimit(0, 300, 16.0).mirror(1000)
        SpeedLimit(start_m=700.0, end_m=1000.0, speed_mps=16.0, applies_to='train')
        """
        return replace(self, start_m=length_m - self.end_m, end_m=length_m - self.start_m)


@dataclass(frozen=True, slots=True)
class SpeedLimit(_Stretch):
    """A speed limit on a stretch of track.

    Parameters
    ----------
    start_m : float
        Start of the stretch, in m from the start of the track. A part of the stretch beyond
        the ends of the track has no effect.
    end_m : float
        End of the stretch, in m from the start of the track.
    speed_mps : float
        Highest speed allowed on the stretch, in m/s.
    applies_to : {"train", "head"}, default "train"
        With ``"train"`` the limit holds from the time the head enters until the rear has
        cleared the end. With ``"head"`` it holds only while the head is on the stretch.

    Raises
    ------
    ArgumentError
        If a number is not finite, the end is not beyond the start, the speed is not greater
        than zero or `applies_to` is unknown. The error lists all faults.

    Examples
    --------
    A limit that holds only for the head ends earlier:

    >>> import routesim as rs
    >>> whole = rs.SpeedLimit(0, 5000, 16.0)
    >>> head = rs.SpeedLimit(0, 5000, 16.0, applies_to="head")
    >>> tracks = [rs.Track(length_m=10_000, limits=[limit]) for limit in (whole, head)]
    >>> [round(rs.run(rs.Train(), track).duration_s, 1) for track in tracks]
    [578.6, 569.6]
    """

    speed_mps: float
    applies_to: AppliesTo = "train"

    def _check(self, faults: list[Fault]) -> None:
        self._store_numbers({"speed_mps": SMALLEST}, faults)
        self._check_ends(faults)
        if self.applies_to not in get_args(AppliesTo):
            faults.append(
                Fault("applies_to", f"is {self.applies_to!r}", "give 'train' or 'head'")
            )


@dataclass(frozen=True, slots=True)
class Gradient(_Stretch):
    """A stretch of track with a constant gradient.

    Parameters
    ----------
    start_m : float
        Start of the stretch, in m from the start of the track. A part before 0 acts on the
        part of the train that stands there.
    end_m : float
        End of the stretch, in m from the start of the track.
    permille : float
        Rise in m over 1000 m in plan: 1000 times the tangent of the angle. Negative for a
        fall in the direction of travel. From -500 to 500.

    Raises
    ------
    ArgumentError
        If a number is not finite, the end is not beyond the start or the gradient exceeds
        500 permille. The error lists all faults.

    Examples
    --------
    A rise slows down a train with a traction table, and a fall speeds it up:

    >>> import routesim as rs
    >>> train = rs.Train(acceleration_mps2=None, traction=[(0, 3e5), (20, 1e5)])
    >>> track = rs.Track(length_m=5000, gradients=[rs.Gradient(0, 5000, 5)])
    >>> round(rs.run(train, track).duration_s, 1)
    327.3
    >>> round(rs.run(train, track.reverse()).duration_s, 1)
    278.5
    """

    _lowest: ClassVar = {"permille": -LARGEST}

    permille: float

    def _check(self, faults: list[Fault]) -> None:
        self._check_ends(faults)
        self._store_numbers(self._lowest, faults)
        if abs(self.permille) > STEEPEST_PERMILLE:
            demand = f"must lie between {-STEEPEST_PERMILLE:g} and {STEEPEST_PERMILLE:g}"
            faults.append(Fault("permille", f"is {self.permille:g}", demand))

    def mirror(self, length_m: float) -> Self:
        """Return the stretch as seen from the other end of the track.

        A position at ``x`` m is then at ``length_m - x``, and a rise becomes a fall.

        Parameters
        ----------
        length_m : float
            Length of the track in m.

        Returns
        -------
        Gradient
            The mirrored stretch.

        Examples
        --------
        >>> import routesim as rs
        >>> rs.Gradient(0, 300, 5).mirror(1000)
        Gradient(start_m=700.0, end_m=1000.0, permille=-5.0)
        """
        return replace(_Stretch.mirror(self, length_m), permille=-self.permille)


@dataclass(frozen=True, slots=True)
class Curve(_Stretch):
    """A curve with a constant radius.

    Curves add to the resistance of a train with a traction table, and of a train that
    coasts. They set no speed limit.

    Parameters
    ----------
    start_m : float
        Start of the curve, in m from the start of the track.
    end_m : float
        End of the curve, in m from the start of the track.
    radius_m : float
        Radius in m, at least 60. The formula for the resistance of a curve does not hold for
        a smaller radius. See `routesim.kinematics.solver.forces.curve_resistance`.

    Raises
    ------
    ArgumentError
        If a number is not finite, the end is not beyond the start or the radius is too
        small. The error lists all faults.

    Examples
    --------
    A curve slows down a train with a traction table:

    >>> import routesim as rs
    >>> train = rs.Train(acceleration_mps2=None, traction=[(0, 3e5), (20, 1e5)])
    >>> track = rs.Track(length_m=5000, curves=[rs.Curve(0, 5000, 300)])
    >>> round(rs.run(train, track).duration_s, 1)
    308.1
    >>> round(rs.run(train, rs.Track(length_m=5000)).duration_s, 1)
    294.3
    """

    _lowest: ClassVar = {"radius_m": SHARPEST_M}

    radius_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Track(Argument):
    """The track of one run. The head of the train runs from 0 to `length_m`.

    At the start of a run the rear of the train stands before 0, outside the track. If a limit
    before 0 still holds for the rear, give it as a limit that starts at 0.

    Parameters
    ----------
    length_m : float
        Length in m.
    limits : sequence of SpeedLimit, default ()
        Speed limits in any order, stored as a tuple. Where several overlap the lowest holds.
        Where there is none the maximum speed of the train holds.
    gradients : sequence of Gradient, default ()
        Gradients in any order without overlap, stored as a tuple. The track is level
        elsewhere. A gradient that starts at 0 also holds before 0, unless another one
        that starts before 0 describes the track there.
    curves : sequence of Curve, default ()
        Curves in any order without overlap, stored as a tuple. The track is straight
        elsewhere. Before 0 the same rule holds as for gradients.

    Raises
    ------
    ArgumentError
        If the length is not greater than zero, an item is of another type, a limit lies
        wholly off the track, or gradients or curves overlap. The error lists all faults.

    Examples
    --------
    >>> import routesim as rs
    >>> track = rs.Track(
    ...     length_m=1000,
    ...     limits=[rs.SpeedLimit(0, 400, 12.5)],
    ...     gradients=[rs.Gradient(0, 300, 5)],
    ... )
    >>> track.to_frame()["part"].tolist()
    ['limit', 'gradient']
    >>> track.reverse().limits
    (SpeedLimit(start_m=600.0, end_m=1000.0, speed_mps=12.5, applies_to='train'),)
    >>> rs.Track(length_m=1000, limits=[rs.SpeedLimit(1200, 1500, 10)])
    Traceback (most recent call last):
        ...
    routesim.errors.ArgumentError: limits[0]: from 1200 to 1500 m lies wholly off the track \
of 1000 m; drop it
    """

    length_m: float
    limits: Sequence[SpeedLimit] = ()
    gradients: Sequence[Gradient] = ()
    curves: Sequence[Curve] = ()

    def _check(self, faults: list[Fault]) -> None:
        self._store_numbers({"length_m": SMALLEST}, faults)
        for name in ("limits", "gradients", "curves"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for where, limit in check_items("limits", self.limits, SpeedLimit, faults):
            if limit.end_m <= 0.0 or limit.start_m >= self.length_m:
                what = (
                    f"from {limit.start_m:g} to {limit.end_m:g} m lies wholly off "
                    f"the track of {self.length_m:g} m"
                )
                faults.append(Fault(where, what, "drop it"))
        _check_apart("gradients", self.gradients, Gradient, faults)
        _check_apart("curves", self.curves, Curve, faults)

    def to_frame(self) -> pd.DataFrame:
        """Return the limits, gradients and curves as a table.

        Returns
        -------
        pandas.DataFrame
            One row per limit, gradient or curve, in this order. The column part names the
            kind of the row. The other columns are the fields, in m, m/s and permille. A
            field that a kind does not have is NaN. Without limits, gradients and curves the
            table has no rows and no columns.

        Examples
        --------
        >>> import routesim as rs
        >>> rs.Track(length_m=1000, curves=[rs.Curve(0, 250, 600)]).to_frame()
            part  start_m  end_m  radius_m
        0  curve      0.0  250.0     600.0
        """
        parts = {"limit": self.limits, "gradient": self.gradients, "curve": self.curves}
        rows = [{"part": name, **part.to_dict()} for name in parts for part in parts[name]]
        return pd.DataFrame(rows)

    def reverse(self) -> Track:
        """Return the track for a run in the opposite direction.

        A position at ``x`` m is then at ``length_m - x``, and rises become falls.

        Returns
        -------
        Track
            The reversed track.

        Examples
        --------
        >>> import routesim as rs
        >>> rs.Track(length_m=1000, gradients=[rs.Gradient(0, 300, 5)]).reverse().gradients
        (Gradient(start_m=700.0, end_m=1000.0, permille=-5.0),)
        """
        return Track(
            length_m=self.length_m,
            limits=[part.mirror(self.length_m) for part in self.limits],
            gradients=[part.mirror(self.length_m) for part in self.gradients],
            curves=[part.mirror(self.length_m) for part in self.curves],
        )


@dataclass(frozen=True, slots=True)
class Stop(Argument):
    """A stop: a place where the train comes to rest.

    Parameters
    ----------
    position_m : float
        Position of the head at rest, in m from the start of the track.
    dwell_s : float, default 0.0
        Time in s from coming to rest until the order to start. May be zero.

    Raises
    ------
    ArgumentError
        If a number is negative or not finite. The error lists all faults.

    Examples
    --------
    >>> import routesim as rs
    >>> track = rs.Track(length_m=20_000)
    >>> run = rs.run(rs.Train(), track, stops=[rs.Stop(12_000, dwell_s=180)])
    >>> run.stop_times.round(1)
       position_m  arrive_s  depart_s
    0     12000.0     546.7     726.7
    """

    _lowest: ClassVar = {"position_m": 0.0, "dwell_s": 0.0}

    position_m: float
    dwell_s: float = 0.0


def _check_apart(
    name: str, parts: Sequence[Gradient | Curve], kind: type, faults: list[Fault]
) -> None:
    """Append a fault for each part of another type, and for each overlap."""
    fit = [(p.start_m, p.end_m, where) for where, p in check_items(name, parts, kind, faults)]
    for before, after in pairwise(sorted(fit, key=lambda part: part[:2])):
        if after[0] < before[1] - OVERLAP_M:
            what = f"from {after[0]:g} m overlaps {before[2]} up to {before[1]:g} m"
            faults.append(Fault(after[2], what, "shorten one of them"))
