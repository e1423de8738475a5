"""Supplements: time added to the shortest running time, as timetables have it."""

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
    """A time at which the head is to be at a place.

    Parameters
    ----------
    position_m
        In metres from the start of the track, beyond 0.
    time_s
        In seconds from the start of the run; at a stop, of the arrival.

    Raises
    ------
    ArgumentError
        With every number that is not greater than zero and finite.
    """

    _lowest: ClassVar = {"position_m": SMALLEST, "time_s": SMALLEST}

    position_m: float
    time_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplements(Argument):
    """The time added to the shortest running time, and how it is spent.

    Up to the last fixed arrival the arrivals decide: the running times between stops grow in
    one proportion, so that the train is there on time. After it, and without any, each
    grows by the percentage and by the minutes for its length. Standing is never touched.

    Parameters
    ----------
    percent
        Of the running time.
    minutes_per_100_km
        For the distance run.
    arrivals
        Fixed arrivals, in any order.
    coasting
        False: the train spends the time by running slower, with every ruling speed between
        two stops lowered by one factor; rates stay, so that times grow in proportion but
        for what speeding up and braking take. True: it coasts before it has to brake,
        and runs slower only if that does not take up the time. It does not coast below
        half the ruling speed.

    Raises
    ------
    ArgumentError
        With every number that is negative or not finite, and arrivals that do not follow
        each other.

    Examples
    --------
    >>> Supplements(percent=5, arrivals=[Arrival(12_000, 900)]).percent
    5.0
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
                faults.append(Fault("arrivals", what, "give times that rise with the way"))
        object.__setattr__(self, "arrivals", arrivals)


def check_supplements(
    supplements: Supplements, train: Train, track: Track, faults: list[Fault]
) -> None:
    """Note what is wrong with supplements for a journey."""
    if not check_kind("supplements", supplements, Supplements, faults):
        return
    if supplements.coasting and train.resistance is None:
        what = "asks for coasting, but the train has no resistance"
        faults.append(Fault("supplements", what, "give it a Davis"))
    for index, arrival in enumerate(supplements.arrivals):
        if arrival.position_m > track.length_m:
            what = f"at {arrival.position_m:g} m lies beyond the end at {track.length_m:g} m"
            faults.append(Fault(f"supplements.arrivals[{index}]", what, "drop it"))
