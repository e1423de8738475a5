"""Supplements: time that a timetable adds to the shortest running time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from routesim.errors import Fault
from routesim.kinematics.argument_checks import SMALLEST, Argument, check_items, check_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.kinematics.track import Track
    from routesim.kinematics.train import Train


@dataclass(frozen=True, slots=True)
class Arrival(Argument):
    """A fixed arrival: the time at which the head must reach a position.

    Parameters
    ----------
    position_m : float
        Position in m from the start of the track, greater than 0.
    time_s : float
        Time in s from the start of the run. At a stop it is the arrival, not the departure.

    Raises
    ------
    ArgumentError
        If a number is not finite or not greater than zero. The error lists all faults.

    Examples
    --------
    >>> import routesim as rs
    >>> track = rs.Track(length_m=20_000)
    >>> timetable = rs.Supplements(arrivals=[rs.Arrival(12_000, 900)])
    >>> late = rs.run(rs.Train(), track, supplements=timetable)
    >>> round(late.time_at(12_000.0), 3)
    900.0
    """

    _lowest: ClassVar = {"position_m": SMALLEST, "time_s": SMALLEST}

    position_m: float
    time_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplements(Argument):
    """Time added to the shortest running time of a run, and how the train uses it.

    A span is the part of a run from one stop or fixed arrival to the next. Before the first
    fixed arrival, and between two fixed arrivals, one factor multiplies the running times of
    all spans, so that the train arrives on time. The percentage and the minutes per 100 km
    apply only to the spans after the last fixed arrival, or to all spans if there is none.
    Standing times never change.

    Parameters
    ----------
    percent : float, default 0.0
        Supplement in percent of the running time.
    minutes_per_100_km : float, default 0.0
        Supplement in minutes per 100 km of distance.
    arrivals : sequence of Arrival, default ()
        Fixed arrivals in any order, stored as a tuple in the order of travel. Later positions
        must have later times.
    coasting : bool, default False
        If False the train runs more slowly: one factor lowers every ruling speed of a span.
        The ruling speed is the lowest limit that holds, at most the maximum speed of the
        train. Acceleration and braking rates do not change. If True the train coasts before
        it has to brake, and runs more slowly only if coasting does not use up the time. It
        does not coast below half the ruling speed. Coasting requires a train with a
        `resistance`.

    Raises
    ------
    ArgumentError
        If a number is negative or not finite, an item of `arrivals` is of another type, or
        arrivals do not rise in position and time. The error lists all faults.

    Examples
    --------
    >>> import routesim as rs
    >>> track = rs.Track(length_m=20_000)
    >>> shortest = rs.run(rs.Train(), track)
    >>> relaxed = rs.run(rs.Train(), track, supplements=rs.Supplements(percent=5))
    >>> round(relaxed.duration_s / shortest.duration_s, 6)
    1.05
    """

    _lowest: ClassVar = {"percent": 0.0, "minutes_per_100_km": 0.0}

    percent: float = 0.0
    minutes_per_100_km: float = 0.0
    arrivals: Sequence[Arrival] = ()
    coasting: bool = False

    def _check(self, faults: list[Fault]) -> None:
        self._store_numbers(self._lowest, faults)
        fit = [each for _, each in check_items("arrivals", self.arrivals, Arrival, faults)]
        check_kind("coasting", self.coasting, bool, faults)
        arrivals = tuple(sorted(fit, key=lambda arrival: arrival.position_m))
        for before, after in pairwise(arrivals if not faults else ()):
            if after.time_s <= before.time_s or after.position_m <= before.position_m:
                what = f"at {after.position_m:g} m does not come after {before.position_m:g} m"
                faults.append(Fault("arrivals", what, "give times that rise with position"))
        object.__setattr__(self, "arrivals", arrivals)


def check_supplements(
    supplements: Supplements, train: Train, track: Track, faults: list[Fault]
) -> None:
    """Append the faults of supplements for a run of a train over a track."""
    if not check_kind("supplements", supplements, Supplements, faults):
        return
    if supplements.coasting and train.resistance is None:
        what = "coasting needs a resistance"
        faults.append(Fault("supplements", what, "give the train a Davis"))
    for index, arrival in enumerate(supplements.arrivals):
        if arrival.position_m > track.length_m:
            what = f"at {arrival.position_m:g} m lies beyond the end at {track.length_m:g} m"
            faults.append(Fault(f"supplements.arrivals[{index}]", what, "drop it"))
