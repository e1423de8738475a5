"""The train: how long, how fast, how quickly it gains and loses speed, by what forces."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from routesim.errors import Fault
from routesim.kinematics.argument_checks import SMALLEST, Argument, check_kind, check_number

if TYPE_CHECKING:
    from collections.abc import Sequence


PAIR = 2


@dataclass(frozen=True, slots=True)
class Davis(Argument):
    """Running resistance on straight and level track: ``R(v) = A + B v + C v²``.

    Parameters
    ----------
    a_n
        In N: rolling and bearings.
    b_n_s_per_m
        In N per m/s.
    c_n_s2_per_m2
        In N per (m/s)²: the air.

    Raises
    ------
    ArgumentError
        With every number that is negative or not finite.

    References
    ----------
    W. J. Davis, "The tractive resistance of electric locomotives and cars", General
    Electric Review 29 (1926), for the form; the figures are the train's own.

    Examples
    --------
    >>> Davis(12_000, 300, 40).at(10.0)
    19000.0
    """

    _lowest: ClassVar = {"a_n": 0.0, "b_n_s_per_m": 0.0, "c_n_s2_per_m2": 0.0}

    a_n: float
    b_n_s_per_m: float = 0.0
    c_n_s2_per_m2: float = 0.0

    def at(self, speed_mps: float) -> float:
        """Return the resistance in N at a speed in m/s."""
        return self.a_n + speed_mps * (self.b_n_s_per_m + speed_mps * self.c_n_s2_per_m2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Train(Argument):
    """A train, with constant rates or with forces.

    Without a traction table the train speeds up at `acceleration_mps2`, whatever the
    gradient: the rate is assumed to be what it reaches on its line, `resistance` is used for
    coasting alone and gradients act only while it coasts. With one, the forces determine how
    it speeds up, and how it slows down on a climb.

    Braking is always at `braking_mps2`, whatever gradient and resistance.

    Parameters
    ----------
    length_m
        From head to rear, in metres. A speed limit holds until the rear has cleared it,
        and gradients are averaged over it.
    mass_kg
        In kilograms, without the allowance for rotating parts.
    max_speed_mps
        The highest speed where no limit is lower, in m/s.
    acceleration_mps2
        The rate of gaining speed in m/s²: constant without `traction`, else the most that
        the driver uses, where the forces would give more. None, with `traction` only: all
        that the forces give.
    braking_mps2
        The constant rate of losing speed, in m/s²; positive.
    startup_delay_s
        From the order to start until the wheels turn (brakes released, slack taken up),
        in seconds. It is spent once at every start from a stand: at the beginning of a
        run entered at rest, and after the dwell of every stop but one at the very end.
    rotating_mass_factor
        By how much the mass seems greater when its speed changes; 1 at least. Weight and
        resistance do not follow it.
    traction
        The force at the wheels, ``[(speed_mps, force_n), ...]``, with speeds that rise;
        linear between the points, and beyond the first and last point as there. None for
        constant rates.
    resistance
        The running resistance; None for none.

    Raises
    ------
    ArgumentError
        With every argument that is not finite, or not greater than zero (the delay: not
        negative; the factor: not below 1), and with everything wrong in the table.

    Examples
    --------
    >>> Train(length_m=250, max_speed_mps=20).length_m
    250.0
    >>> Train(acceleration_mps2=0.0)
    Traceback (most recent call last):
        ...
    routesim.errors.ArgumentError: acceleration_mps2: is 0; must be greater than zero
    >>> Train(acceleration_mps2=None, traction=[(0, 3e5), (10, 3e5), (20, 1.5e5)]).traction
    ((0.0, 300000.0), (10.0, 300000.0), (20.0, 150000.0))
    """

    _lowest: ClassVar = {
        "length_m": SMALLEST,
        "mass_kg": SMALLEST,
        "max_speed_mps": SMALLEST,
        "acceleration_mps2": SMALLEST,
        "braking_mps2": SMALLEST,
        "startup_delay_s": 0.0,
        "rotating_mass_factor": 1.0,
    }

    length_m: float = 400.0
    mass_kg: float = 1.1e6
    max_speed_mps: float = 25.0
    acceleration_mps2: float | None = 0.3
    braking_mps2: float = 0.5
    startup_delay_s: float = 0.0
    rotating_mass_factor: float = 1.0
    traction: Sequence[tuple[float, float]] | None = None
    resistance: Davis | None = None

    def _check(self, faults: list[Fault]) -> None:
        for name, least in self._lowest.items():
            if name != "acceleration_mps2" or self.acceleration_mps2 is not None:
                self._store_numbers({name: least}, faults)
            elif self.traction is None:
                faults.append(Fault(name, "is None", "give a number or a traction table"))
        if self.traction is not None:
            object.__setattr__(self, "traction", _check_traction(self.traction, faults))
        if self.resistance is not None:
            check_kind("resistance", self.resistance, Davis, faults)

    @property
    def steady_acceleration_mps2(self) -> float:
        """The rate at which a train without a traction table gains speed, in m/s²."""
        if self.acceleration_mps2 is None:
            message = "the train's acceleration follows its forces"
            raise AttributeError(message)
        return self.acceleration_mps2


def _check_traction(
    table: Sequence[tuple[float, float]], faults: list[Fault]
) -> tuple[tuple[float, float], ...]:
    """Return a traction table and note what is wrong with it."""
    points: list[tuple[float, float]] = []
    try:
        rows = [tuple(row) for row in table]
    except TypeError:
        rows = [()]
    if not rows or any(len(row) != PAIR for row in rows):
        faults.append(Fault("traction", "is not made of pairs", "give (speed_mps, force_n)"))
        return ()
    for index, (speed, force) in enumerate(rows):
        where = f"traction[{index}]"
        speed_mps = check_number(f"{where} speed_mps", speed, 0.0, faults)
        points.append((speed_mps, check_number(f"{where} force_n", force, 0.0, faults)))
    for index, (before, after) in enumerate(pairwise(points), start=1):
        if after[0] <= before[0]:
            what = f"{after[0]:g} m/s comes after {before[0]:g}"
            faults.append(Fault(f"traction[{index}]", what, "give speeds that rise"))
    return tuple(points)
