"""What the train runs on in one run: a length, speed limits and stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.checks import LARGEST, SMALLEST, check_kind, check_number

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SpeedLimit", "Stop", "Track"]

AppliesTo = Literal["train", "head"]


@dataclass(frozen=True, slots=True)
class SpeedLimit:
    """The highest speed allowed on a stretch of track.

    Parameters
    ----------
    start_m, end_m
        Where the stretch begins and ends, in metres from the start of the track. A part
        that lies off the track has no effect.
    speed_mps
        The highest speed allowed there, in m/s.
    applies_to
        ``"train"``: from the head's entering until the rear has cleared the end.
        ``"head"``: while the head is inside, whatever the rear does.

    Raises
    ------
    ArgumentError
        With every fault: a number that is not finite, an end that is not beyond the
        start, a speed that is not greater than zero, an unknown `applies_to`.

    Examples
    --------
    >>> SpeedLimit(0, 5000, 16.0, applies_to="head").end_m
    5000.0
    """

    start_m: float
    end_m: float
    speed_mps: float
    applies_to: AppliesTo = "train"

    def __post_init__(self) -> None:
        """Check everything and store floats."""
        faults: list[Fault] = []
        start_m = check_number("start_m", self.start_m, -LARGEST, faults)
        end_m = check_number("end_m", self.end_m, -LARGEST, faults)
        speed_mps = check_number("speed_mps", self.speed_mps, SMALLEST, faults)
        if end_m <= start_m:
            faults.append(
                Fault("end_m", f"is {end_m:g}", f"must lie beyond start_m, {start_m:g}")
            )
        if self.applies_to not in get_args(AppliesTo):
            faults.append(
                Fault("applies_to", f"is {self.applies_to!r}", "give 'train' or 'head'")
            )
        if faults:
            raise ArgumentError(faults)
        object.__setattr__(self, "start_m", start_m)
        object.__setattr__(self, "end_m", end_m)
        object.__setattr__(self, "speed_mps", speed_mps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """The track of one run, on which the head goes from 0 to its length.

    Parameters
    ----------
    length_m
        In metres.
    limits
        The speed limits, in any order; kept as a tuple. Where they overlap the lowest
        holds; where there is none, the train's own maximum does. At the start of a run
        the rear stands outside the track: a limit that still binds it there is to be
        written as one from 0 on.

    Raises
    ------
    ArgumentError
        With every fault: a length that is not greater than zero, a limit of another
        type, a limit wholly off the track.

    Examples
    --------
    >>> Track(length_m=1000, limits=[SpeedLimit(1200, 1500, 10)])
    Traceback (most recent call last):
        ...
    routesim.errors.ArgumentError: limits[0]: from 1200 to 1500 m lies wholly off the track \
of 1000 m; drop it
    """

    length_m: float
    limits: Sequence[SpeedLimit] = ()

    def __post_init__(self) -> None:
        """Check everything and store floats."""
        faults: list[Fault] = []
        length_m = check_number("length_m", self.length_m, SMALLEST, faults)
        limits = tuple(self.limits)
        for index, limit in enumerate(limits):
            where = f"limits[{index}]"
            if not check_kind(where, limit, SpeedLimit, faults):
                continue
            if limit.end_m <= 0.0 or limit.start_m >= length_m:
                what = (
                    f"from {limit.start_m:g} to {limit.end_m:g} m lies wholly off "
                    f"the track of {length_m:g} m"
                )
                faults.append(Fault(where, what, "drop it"))
        if faults:
            raise ArgumentError(faults)
        object.__setattr__(self, "length_m", length_m)
        object.__setattr__(self, "limits", limits)


@dataclass(frozen=True, slots=True)
class Stop:
    """A place where the train comes to rest.

    Parameters
    ----------
    position_m
        Where its head stands, in metres from the start of the track.
    dwell_s
        From coming to rest until the order to start, in seconds; may be zero.

    Raises
    ------
    ArgumentError
        With every number that is negative or not finite.

    Examples
    --------
    >>> Stop(12_000, dwell_s=180).dwell_s
    180.0
    """

    position_m: float
    dwell_s: float = 0.0

    def __post_init__(self) -> None:
        """Check everything and store floats."""
        faults: list[Fault] = []
        position_m = check_number("position_m", self.position_m, 0.0, faults)
        dwell_s = check_number("dwell_s", self.dwell_s, 0.0, faults)
        if faults:
            raise ArgumentError(faults)
        object.__setattr__(self, "position_m", position_m)
        object.__setattr__(self, "dwell_s", dwell_s)
