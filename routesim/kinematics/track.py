"""What the train runs on in one run: a length, limits, gradients, curves and stops."""

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

# Stretches that overlap by less, in metres, do so by rounding.
OVERLAP_M = 1e-6


@dataclass(frozen=True, slots=True)
class _Stretch(Argument):
    """A stretch of track; a part of it may lie off the track."""

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
        """Return the same stretch as met from the other end of a track."""
        return replace(self, start_m=length_m - self.end_m, end_m=length_m - self.start_m)


@dataclass(frozen=True, slots=True)
class SpeedLimit(_Stretch):
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
    """A stretch of track that rises or falls.

    Parameters
    ----------
    start_m, end_m
        Where it begins and ends, in metres from the start of the track. A part before 0
        acts on the rear while it is there.
    permille
        Metres that it rises over 1000 m in plan (the tangent of its angle, times 1000);
        negative where it falls in the direction of travel.

    Raises
    ------
    ArgumentError
        With every fault: a number that is not finite, an end that is not beyond the
        start, more than 500 permille either way.

    Examples
    --------
    >>> Gradient(0, 800, -6).permille
    -6.0
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
        """Return the same stretch as met from the other end: a rise becomes a fall."""
        return replace(_Stretch.mirror(self, length_m), permille=-self.permille)


@dataclass(frozen=True, slots=True)
class Curve(_Stretch):
    """A stretch of track with a constant radius.

    Parameters
    ----------
    start_m, end_m
        Where it begins and ends, in metres from the start of the track.
    radius_m
        In metres, 60 at least: below that the formula for its resistance
        (`routesim.kinematics.solver.forces.curve_resistance`) does not hold.

    Raises
    ------
    ArgumentError
        With every fault: a number that is not finite, an end that is not beyond the
        start, a radius that is too small.

    Examples
    --------
    >>> Curve(0, 250, 600).radius_m
    600.0
    """

    _lowest: ClassVar = {"radius_m": SHARPEST_M}

    radius_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Track(Argument):
    """The track of one run, on which the head goes from 0 to its length.

    Parameters
    ----------
    length_m
        In metres.
    limits
        The speed limits, in any order; kept as a tuple. Where they overlap the lowest
        holds; where there is none, the train's own maximum does. At the start of a run
        the rear stands outside the track: write a limit that still holds for it there as
        one from 0 on.
    gradients
        In any order, none over another; kept as a tuple. Where there is none the track is
        level. One that begins at 0 lies under the rear before 0 as well, unless one that
        begins at a negative place describes the track there.
    curves
        In any order, none over another; kept as a tuple. Elsewhere it is straight; before
        0 as for gradients.

    Raises
    ------
    ArgumentError
        With every fault: a length that is not greater than zero, a part of another type,
        a limit wholly off the track, gradients or curves that overlap.

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
        """Return a row a part: part (limit, gradient or curve) and its fields."""
        parts = {"limit": self.limits, "gradient": self.gradients, "curve": self.curves}
        rows = [{"part": name, **part.to_dict()} for name in parts for part in parts[name]]
        return pd.DataFrame(rows)

    def reverse(self) -> Track:
        """Return the same track as run from its other end.

        A place at ``x`` m is then at ``length_m - x``; rises become falls.

        Examples
        --------
        >>> Track(length_m=1000, gradients=[Gradient(0, 300, 5)]).reverse().gradients
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

    _lowest: ClassVar = {"position_m": 0.0, "dwell_s": 0.0}

    position_m: float
    dwell_s: float = 0.0


def _check_apart(
    name: str, parts: Sequence[Gradient | Curve], kind: type, faults: list[Fault]
) -> None:
    """Note parts of another type, and parts that overlap."""
    fit = [(p.start_m, p.end_m, where) for where, p in check_items(name, parts, kind, faults)]
    for before, after in pairwise(sorted(fit, key=lambda part: part[:2])):
        if after[0] < before[1] - OVERLAP_M:
            what = f"from {after[0]:g} m overlaps {before[2]} up to {before[1]:g} m"
            faults.append(Fault(after[2], what, "cut one of them"))
