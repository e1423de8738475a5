"""The train: how long, how fast, how quickly it gains and loses speed."""

from __future__ import annotations

from dataclasses import dataclass, fields

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.checks import SMALLEST, check_number

__all__ = ["Train"]

_MAY_BE_ZERO = frozenset({"startup_delay_s"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Train:
    """A train that speeds up and brakes at constant rates.

    Parameters
    ----------
    length_m
        From head to rear, in metres. A speed limit holds until the rear has cleared it.
    mass_kg
        In kilograms. A fact of the train that is kept with it: at constant rates no
        running time depends on it.
    max_speed_mps
        The highest speed where no limit is lower, in m/s.
    acceleration_mps2
        The constant rate of gaining speed, in m/s².
    braking_mps2
        The constant rate of losing speed, in m/s²; positive.
    startup_delay_s
        From the order to start until the wheels turn (brakes released, slack taken up),
        in seconds. It is spent once at every start from a stand: at the beginning of a
        run entered at rest, and after the dwell of every stop but one at the very end.

    Raises
    ------
    ArgumentError
        With every argument that is not finite, or not greater than zero (the delay: not
        negative).

    Examples
    --------
    >>> Train(length_m=250, max_speed_mps=20).length_m
    250.0
    >>> Train(acceleration_mps2=0.0)
    Traceback (most recent call last):
        ...
    routesim.errors.ArgumentError: acceleration_mps2: is 0; must be greater than zero
    """

    length_m: float = 400.0
    mass_kg: float = 1.1e6
    max_speed_mps: float = 25.0
    acceleration_mps2: float = 0.3
    braking_mps2: float = 0.5
    startup_delay_s: float = 0.0

    def __post_init__(self) -> None:
        """Check everything and store floats."""
        faults: list[Fault] = []
        for field in fields(self):
            lowest = 0.0 if field.name in _MAY_BE_ZERO else SMALLEST
            number = check_number(field.name, getattr(self, field.name), lowest, faults)
            object.__setattr__(self, field.name, number)
        if faults:
            raise ArgumentError(faults)
