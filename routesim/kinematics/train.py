"""The train: its length, mass, maximum speed, rates and forces."""

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
    a_n : float
        Constant term A in N: rolling and bearing resistance.
    b_n_s_per_m : float, default 0.0
        Linear coefficient B in N per m/s.
    c_n_s2_per_m2 : float, default 0.0
        Quadratic coefficient C in N per (m/s)²: air resistance.

    Raises
    ------
    ArgumentError
        If a coefficient is negative, not finite or not a number. The error lists all faults.

    References
    ----------
    The form is that of W. J. Davis, "The tractive resistance of electric locomotives and
    cars", General Electric Review 29 (1926). The coefficients are those of the train.

    Examples
    --------
    >>> import routesim as rs
    >>> resistance = rs.Davis(12_000, 300, 40)
    >>> resistance.at(10.0)
    19000.0
    >>> resistance.to_dict()
    {'a_n': 12000.0, 'b_n_s_per_m': 300.0, 'c_n_s2_per_m2': 40.0}
    """

    _lowest: ClassVar = {"a_n": 0.0, "b_n_s_per_m": 0.0, "c_n_s2_per_m2": 0.0}

    a_n: float
    b_n_s_per_m: float = 0.0
    c_n_s2_per_m2: float = 0.0

    def at(self, speed_mps: float) -> float:
        """Return the resistance at a speed.

        Parameters
        ----------
        speed_mps : float
            Speed in m/s.

        Returns
        -------
        float
            Resistance in N.

        Examples
        --------
        >>> import routesim as rs
        >>> rs.Davis(12_000).at(25.0)
        12000.0
        """
        return self.a_n + speed_mps * (self.b_n_s_per_m + speed_mps * self.c_n_s2_per_m2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Train(Argument):
    """A train with a constant acceleration or with a traction table.

    Without a traction table the train accelerates at `acceleration_mps2` on every gradient.
    `resistance` and gradients then matter only while the train coasts.

    With a traction table the forces determine how the train accelerates, and how it loses
    speed on a climb.

    Braking is always at `braking_mps2`. Gradients and resistance do not change it.

    Parameters
    ----------
    length_m : float, default 400.0
        Length from head to rear in m. A speed limit holds until the rear has cleared it.
        Gradients are averaged over the length.
    mass_kg : float, default 1.1e6
        Mass in kg, without the allowance for rotating parts.
    max_speed_mps : float, default 25.0
        Maximum speed in m/s where no limit is lower.
    acceleration_mps2 : float or None, default 0.3
        Acceleration in m/s². Without `traction` it is constant: the rate that the train
        achieves on its line. With `traction` it is a cap: the driver never uses more, even
        where the forces allow it. None means no cap and requires `traction`.
    braking_mps2 : float, default 0.5
        Constant deceleration in m/s², positive.
    startup_delay_s : float, default 0.0
        Time in s from the order to start until the wheels turn: the brakes are released and
        the slack is taken up. It is added once at every start from rest: at the beginning of
        a run entered at rest, and after the dwell of every stop except one at the end of the
        track.
    rotating_mass_factor : float, default 1.0
        Factor of at least 1 on the mass, for rotating parts that accelerate with the train.
        It does not apply to weight and resistance.
    traction : sequence of tuple of float, optional
        Force at the wheels as pairs ``(speed_mps, force_n)`` with rising speeds. It is
        interpolated linearly, and constant beyond the first and last pair. None means a
        constant acceleration.
    resistance : Davis, optional
        Running resistance. None means no resistance.

    Raises
    ------
    ArgumentError
        If a number is not finite, if one is not greater than zero (`startup_delay_s` may be
        zero), if `rotating_mass_factor` is below 1, if the traction table is not usable, or
        if `acceleration_mps2` is None without one. Positive numbers must be between 1e-6 and
        1e9. The error lists all faults.

    Examples
    --------
    >>> import routesim as rs
    >>> rs.Train(length_m=250, max_speed_mps=20).steady_acceleration_mps2
    0.3
    >>> electric = rs.Train(
    ...     acceleration_mps2=None,
    ...     traction=[(0, 3e5), (10, 3e5), (20, 1.5e5)],
    ...     resistance=rs.Davis(12_000, 300, 40),
    ... )
    >>> electric.traction
    ((0.0, 300000.0), (10.0, 300000.0), (20.0, 150000.0))
    >>> rs.Train(acceleration_mps2=0.0)
    Traceback (most recent call last):
        ...
    routesim.errors.ArgumentError: acceleration_mps2: is 0; must be greater than zero
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
        """Constant acceleration in m/s².

        Raises `AttributeError` if `acceleration_mps2` is None.
        """
        if self.acceleration_mps2 is None:
            message = "the train has no constant acceleration, because its forces determine it"
            raise AttributeError(message)
        return self.acceleration_mps2


def _check_traction(
    table: Sequence[tuple[float, float]], faults: list[Fault]
) -> tuple[tuple[float, float], ...]:
    """Return a traction table as pairs of floats, and append its faults."""
    points: list[tuple[float, float]] = []
    try:
        rows = [tuple(row) for row in table]
    except TypeError:
        rows = [()]
    if not rows or any(len(row) != PAIR for row in rows):
        faults.append(Fault("traction", "is not a table of pairs", "give (speed_mps, force_n)"))
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
