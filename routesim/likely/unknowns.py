"""Parameters of a plan, in standard-normal and in time coordinates.

A draw of the prior is a row of standard normal variables, ``z``. The sampler moves particles in
*time coordinates*, ``params``: the departure, the running time on each line, and the time stood
at each stop and each halt, all in hours. The time of any passage is a sum of these hours,
except for braking and disputed lengths. So particles that agree with a reported clock lie close
to a plane, and the difference of two particles is a direction in this plane.

In this module ``start_km`` is the kilometre of the origin of each particle, (particles,).
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

import lazy_loader
import numpy as np

from routesim.journey import DEPARTURE
from routesim.sampler.target import Part
from routesim.units import SECONDS_PER_HOUR

if TYPE_CHECKING:
    import scipy

    from routesim.arrays import Array, Flags
    from routesim.journey import Distribution, Layout
else:
    scipy = lazy_loader.load("scipy")


LEAST_WIDTH_S = 1e-9
"""Smallest width of a piece of the departure's distribution, used instead of zero."""
BEFORE_START_KM = 1e-6
"""Distance at which the departure is placed before the start, so that a halt there is later."""


class Unknown(Part):
    """A named group of parameters of a plan.

    ``parts`` has the number of parameters by their name in a layout: a plan on its route.
    """

    def __init__(self, name: str, parts: dict[str, int]) -> None:
        self.name, self.parts = name, parts

    @property
    def size(self) -> int:
        """Number of parameters."""
        return sum(self.parts.values())

    def locate(self, _params: Array, start_km: Array) -> Array:
        """Return the kilometre of each delay, (particles, size).

        It is NaN for parameters that are not hours at one place, and for places before the
        start.
        """
        return np.full((start_km.size, self.size), np.nan)

    def count_hours_before(self, _params: Array, start_km: Array, _before_km: float) -> Array:
        """Return the hours that the parameters contribute before a kilometre, (particles,).

        Hours that are not at one place count as spread evenly along their run.
        """
        return np.zeros(start_km.size)

    @abstractmethod
    def make_values(self, params: Array, start_km: Array, layout: Layout) -> dict[str, Array]:
        """Return the values of the parameters by their name in a layout."""


class StandardNormal(Unknown):
    """Parameters that stay in standard-normal coordinates."""

    @property
    def is_additive(self) -> Flags:
        """Flags of the columns that are hours added to later times: none."""
        return np.zeros(self.size, dtype=bool)

    def from_z(self, z: Array, _start_km: Array) -> Array:
        """Return the coordinates unchanged."""
        return z

    def to_z(self, params: Array, _start_km: Array) -> Array:
        """Return the coordinates unchanged."""
        return params

    def logpdf(self, params: Array, _start_km: Array) -> Array:
        """Return the logarithm of the standard normal density up to a constant."""
        return np.asarray(-0.5 * (params**2).sum(axis=1))

    def make_values(self, params: Array, _start_km: Array, layout: Layout) -> dict[str, Array]:
        """Return the values by their name in a layout."""
        found, first = {}, 0
        for name, size in self.parts.items():
            found[name] = layout.read(name, params[:, first : first + size])
            first += size
        return found


class DepartureTime(Unknown):
    """The departure, in hours after the earliest one."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(DEPARTURE, {DEPARTURE: 1})
        self.knots_s, self.shares = layout.departure_steps
        slopes = np.diff(self.shares) / np.maximum(np.diff(self.knots_s), LEAST_WIDTH_S)
        self.log_slopes = np.log(np.where(slopes > 0, slopes, 1.0))
        self.log_slopes[slopes <= 0] = -np.inf

    def from_z(self, z: Array, _start_km: Array) -> Array:
        """Turn standard-normal into time coordinates."""
        times_s = np.interp(scipy.special.ndtr(z), self.shares, self.knots_s)
        return np.asarray((times_s - self.knots_s[0]) / SECONDS_PER_HOUR)

    def to_z(self, params: Array, _start_km: Array) -> Array:
        """Turn time into standard-normal coordinates."""
        shares = np.interp(self._get_seconds(params), self.knots_s, self.shares)
        return np.asarray(scipy.special.ndtri(shares))

    def logpdf(self, params: Array, _start_km: Array) -> Array:
        """Return the logarithm of the prior density in time coordinates."""
        departure_s = self._get_seconds(params[:, 0])
        piece = np.searchsorted(self.knots_s, departure_s, side="right") - 1
        inside = (piece >= 0) & (piece < self.log_slopes.size)
        return np.where(
            inside, self.log_slopes[np.clip(piece, 0, self.log_slopes.size - 1)], -np.inf
        )

    def make_values(self, params: Array, _start_km: Array, _layout: Layout) -> dict[str, Array]:
        """Return the values by their name in a layout."""
        return {self.name: self._get_seconds(params[:, 0])}

    @property
    def is_delay(self) -> Flags:
        """Flags of the columns that are a delay: the departure itself."""
        return np.ones(1, dtype=bool)

    def locate(self, _params: Array, start_km: Array) -> Array:
        """Return the kilometre of the departure, just before any dwell there."""
        return start_km[:, None] - BEFORE_START_KM

    def count_hours_before(self, params: Array, _start_km: Array, _before_km: float) -> Array:
        """Return the departure in hours, (particles,)."""
        return params[:, 0]

    def _get_seconds(self, departure_h: Array) -> Array:
        """Return the departure, POSIX seconds."""
        return np.asarray(self.knots_s[0] + SECONDS_PER_HOUR * departure_h)


class Amount(Unknown):
    """A quantity proportional to the hours that it adds: a dwell, a standing rate, a length.

    ``hours_each`` is the number of hours per unit of the quantity; for a rate, per unit and
    kilometre. ``span_km`` is the stretch over which a rate applies. Its part before the start
    of a particle does not count, unless the whole stretch lies there. ``at_km`` is the
    kilometre of a dwell.
    """

    def __init__(
        self,
        name: str,
        prior: Distribution,
        hours_each: float,
        *,
        span_km: tuple[float, float] | None = None,
        at_km: float = np.nan,
    ) -> None:
        super().__init__(name, {name: 1})
        self.prior, self.hours_each = prior, hours_each
        self.span_km, self.at_km = span_km, at_km

    def from_z(self, z: Array, start_km: Array) -> Array:
        """Turn standard-normal into time coordinates."""
        return self.prior.from_z(z) * self._get_hours_each(start_km)[:, None]

    def to_z(self, params: Array, start_km: Array) -> Array:
        """Turn time into standard-normal coordinates."""
        each = self._get_hours_each(start_km)
        return np.asarray(self.prior.to_z(params / each[:, None]))

    def logpdf(self, params: Array, start_km: Array) -> Array:
        """Return the logarithm of the prior density in time coordinates."""
        each = self._get_hours_each(start_km)
        return self.prior.logpdf(params[:, 0] / each) - np.log(each)

    def make_values(self, params: Array, start_km: Array, _layout: Layout) -> dict[str, Array]:
        """Return the values by their name in a layout."""
        return {self.name: params[:, 0] / self._get_hours_each(start_km)}

    @property
    def is_delay(self) -> Flags:
        """Flags of the columns that are hours at one place: true for a dwell."""
        return np.isfinite([self.at_km])

    def locate(self, _params: Array, start_km: Array) -> Array:
        """Return the kilometre of a dwell; NaN for other quantities and before the start."""
        return np.where(start_km < self.at_km, self.at_km, np.nan)[:, None]

    def count_hours_before(self, params: Array, start_km: Array, before_km: float) -> Array:
        """Return the hours that are added before a kilometre, (particles,)."""
        if self.span_km is not None:
            return params[:, 0] * _measure_share(self.span_km, start_km, before_km)
        return np.where((start_km < self.at_km) & (self.at_km < before_km), params[:, 0], 0.0)

    def _get_hours_each(self, start_km: Array) -> Array:
        if self.span_km is None:
            return np.full(start_km.shape, self.hours_each)
        return self.hours_each * measure_travelled_km(self.span_km, start_km)


class Pace(Unknown):
    """A running speed, as the running time on its line in hours."""

    def __init__(self, name: str, prior: Distribution, span_km: tuple[float, float]) -> None:
        super().__init__(name, {name: 1})
        self.prior, self.span_km = prior, span_km

    def from_z(self, z: Array, start_km: Array) -> Array:
        """Turn standard-normal into time coordinates."""
        length_km = measure_travelled_km(self.span_km, start_km)[:, None]
        return np.asarray(length_km / self.prior.from_z(z))

    def to_z(self, params: Array, start_km: Array) -> Array:
        """Turn time into standard-normal coordinates."""
        length_km = measure_travelled_km(self.span_km, start_km)[:, None]
        return self.prior.to_z(length_km / params)

    def logpdf(self, params: Array, start_km: Array) -> Array:
        """Return the logarithm of the prior density in time coordinates."""
        positive = params[:, 0] > 0
        length_km = measure_travelled_km(self.span_km, start_km)
        speed = length_km / np.where(positive, params[:, 0], 1.0)
        found = self.prior.logpdf(speed) + 2.0 * np.log(speed) - np.log(length_km)
        return np.where(positive, found, -np.inf)

    def make_values(self, params: Array, start_km: Array, _layout: Layout) -> dict[str, Array]:
        """Return the values by their name in a layout."""
        return {self.name: measure_travelled_km(self.span_km, start_km) / params[:, 0]}

    def count_hours_before(self, params: Array, start_km: Array, before_km: float) -> Array:
        """Return the running time before a kilometre in hours, (particles,)."""
        return params[:, 0] * _measure_share(self.span_km, start_km, before_km)


def measure_travelled_km(span_km: tuple[float, float], start_km: Array) -> Array:
    """Return the length of a stretch beyond each start; the whole length if none is beyond."""
    travelled_km = span_km[1] - np.maximum(span_km[0], start_km)
    return np.where(travelled_km > 0.0, travelled_km, span_km[1] - span_km[0])


def _measure_share(span_km: tuple[float, float], start_km: Array, before_km: float) -> Array:
    """Return the share of the stretch beyond each start that lies before a kilometre."""
    low = np.maximum(span_km[0], start_km)
    travelled_km = np.maximum(span_km[1] - low, 0.0)
    ahead_km = np.clip(before_km - low, 0.0, travelled_km)
    return np.asarray(ahead_km / np.where(travelled_km > 0.0, travelled_km, 1.0))
