"""Priors: what is likely before any report is used, as a few named distributions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

import lazy_loader
import numpy as np
from pydantic import Field, model_validator

from routesim.files.records import Number, Record, refuse

if TYPE_CHECKING:
    import scipy

    from routesim.arrays import Array
else:
    scipy = lazy_loader.load("scipy")


NORMAL_P95 = 1.6448536269514722
"""The 95 % point of the standard normal distribution."""
ROOT_TWO_PI = 2.5066282746310002
TINY = 1e-12
"""Instead of a width of zero."""


class _Distribution(Record, ABC):
    """A distribution of one positive quantity, sampled by its inverse function."""

    rising: ClassVar[tuple[str, ...]] = ()
    """Fields whose values must not fall."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        values = [getattr(self, name) for name in self.rising]
        if any(low > high for low, high in pairwise(values)):
            refuse(f"its values must not fall: {', '.join(f'{value:g}' for value in values)}")
        return self

    @abstractmethod
    def ppf(self, share: Array) -> Array:
        """Return the values below which these shares lie, of the same shape."""

    @abstractmethod
    def cdf(self, value: Array) -> Array:
        """Return the shares below these values, of the same shape."""

    @abstractmethod
    def logpdf(self, value: Array) -> Array:
        """Return the logarithm of the density, minus infinity outside, of the same shape."""

    @property
    @abstractmethod
    def ends(self) -> tuple[float, float]:
        """The lowest and highest value that can be drawn; infinity for a long tail."""

    @property
    def is_fixed(self) -> bool:
        """Whether it has one value only."""
        return self.lowest == self.highest

    @property
    def lowest(self) -> float:
        """The lowest value that can be drawn."""
        return self.ends[0]

    @property
    def highest(self) -> float:
        """The highest value that can be drawn; infinity for a long tail."""
        return self.ends[1]

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and highest value; of a long tail the median and the 95 % point."""
        return self.ends

    def draw(self, stream: np.random.Generator, count: int) -> Array:
        """Draw ``count`` values, shape (count,)."""
        return self.ppf(stream.random(count))

    def from_z(self, z: Array) -> Array:
        """Return the values at standard-normal coordinates, of the same shape.

        A standard-normal draw so mapped is a draw of the quantity.
        """
        return self.ppf(scipy.special.ndtr(z))

    def to_z(self, value: Array) -> Array:
        """Return the standard-normal coordinates of values, infinite at and beyond the ends."""
        return np.asarray(scipy.special.ndtri(self.cdf(value)))


class Fixed(_Distribution):
    """One value."""

    dist: Literal["fixed"] = "fixed"
    value: Number = Field(ge=0)

    @property
    def ends(self) -> tuple[float, float]:
        """The value, twice."""
        return self.value, self.value

    def ppf(self, share: Array) -> Array:
        """Return the value for every share."""
        return np.full_like(share, self.value)

    def cdf(self, value: Array) -> Array:
        """Return 0 below the value and 1 from it on."""
        return (value >= self.value).astype(np.float64)

    def logpdf(self, value: Array) -> Array:
        """Return 0 at the value: all of the weight lies there."""
        return np.where(value == self.value, 0.0, -np.inf)

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.value:g}"


class _Bounded(_Distribution):
    """A distribution between two ends."""

    low: Number = Field(ge=0)
    high: Number

    @property
    def ends(self) -> tuple[float, float]:
        """The lower and the upper end."""
        return self.low, self.high

    @property
    def _width(self) -> float:
        return max(self.high - self.low, TINY)


class Uniform(_Bounded):
    """Flat between two ends."""

    rising = ("low", "high")
    dist: Literal["uniform"] = "uniform"

    def ppf(self, share: Array) -> Array:
        """Return ``low + share * (high - low)``."""
        return self.low + share * (self.high - self.low)

    def cdf(self, value: Array) -> Array:
        """Return ``(value - low) / (high - low)``, within 0..1."""
        return np.clip((value - self.low) / self._width, 0.0, 1.0)

    def logpdf(self, value: Array) -> Array:
        """Return minus the logarithm of the width, inside."""
        inside = (value >= self.low) & (value <= self.high)
        return np.where(inside, -np.log(self._width), -np.inf)

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.low:g} to {self.high:g}, flat"


class Triangular(_Bounded):
    """Rising from the low end to the mode and falling to the high end."""

    rising = ("low", "mode", "high")
    dist: Literal["triangular"] = "triangular"
    mode: Number

    def ppf(self, share: Array) -> Array:
        """Invert the triangular distribution function, branch by branch."""
        width = self.high - self.low
        if width == 0:
            return np.full_like(share, self.low)
        split = (self.mode - self.low) / width
        rising = self.low + np.sqrt(share * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1.0 - share) * width * (self.high - self.mode))
        return np.where(share < split, rising, falling)

    def cdf(self, value: Array) -> Array:
        """Return the triangular distribution function, branch by branch."""
        width = self._width
        rising = (value - self.low) ** 2 / (width * max(self.mode - self.low, TINY))
        falling = (self.high - value) ** 2 / (width * max(self.high - self.mode, TINY))
        inner = np.where(value < self.mode, rising, 1.0 - falling)
        return np.where(value <= self.low, 0.0, np.where(value >= self.high, 1.0, inner))

    def logpdf(self, value: Array) -> Array:
        """Return the logarithm of the triangle's height."""
        rising = (value - self.low) / max(self.mode - self.low, TINY)
        falling = (self.high - value) / max(self.high - self.mode, TINY)
        height = 2.0 / self._width * np.where(value < self.mode, rising, falling)
        inside = (value > self.low) & (value < self.high)
        return np.where(inside, np.log(np.where(inside, height, 1.0)), -np.inf)

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.low:g} to {self.high:g}, most likely {self.mode:g}"


class LogNormal(_Distribution):
    """A long tail: its logarithm is normal. Told by its median and 95 % point."""

    rising = ("median", "p95")
    dist: Literal["lognormal"] = "lognormal"
    median: Number = Field(gt=0)
    p95: Number

    @property
    def ends(self) -> tuple[float, float]:
        """Zero, which is never reached, and infinity; without a tail twice the median."""
        return (0.0, inf) if self.p95 > self.median else (self.median, self.median)

    @property
    def span(self) -> tuple[float, float]:
        """The median and the 95 % point."""
        return self.median, self.p95

    @property
    def _width(self) -> float:
        """The standard deviation of the logarithm."""
        return max(float(np.log(self.p95 / self.median)), TINY) / NORMAL_P95

    def ppf(self, share: Array) -> Array:
        """Return ``median * (p95 / median) ** (z / z95)``, z the normal quantile."""
        return self.from_z(scipy.special.ndtri(share))

    def from_z(self, z: Array) -> Array:
        """Return ``median * (p95 / median) ** (z / z95)``."""
        return np.asarray(self.median * (self.p95 / self.median) ** (z / NORMAL_P95))

    def cdf(self, value: Array) -> Array:
        """Return the normal distribution function at the coordinates of the values."""
        return np.asarray(scipy.special.ndtr(self.to_z(value)))

    def to_z(self, value: Array) -> Array:
        """Return the standard-normal coordinates of values; minus infinity for 0."""
        positive = np.where(value > 0, value, 1.0)
        z = np.log(positive / self.median) / self._width
        return np.where(value > 0, z, -np.inf)

    def logpdf(self, value: Array) -> Array:
        """Return the logarithm of the density of the logarithm, over the value."""
        positive = np.where(value > 0, value, 1.0)
        found = -0.5 * self.to_z(value) ** 2 - np.log(positive * self._width * ROOT_TWO_PI)
        return np.where(value > 0, found, -np.inf)

    def __str__(self) -> str:
        """Return it in words."""
        return f"median {self.median:g}, one in twenty over {self.p95:g}"


Distribution = Annotated[Fixed | Uniform | Triangular | LogNormal, Field(discriminator="dist")]
DISTRIBUTIONS: dict[str, type[Record]] = {
    kind.model_fields["dist"].default: kind for kind in (Fixed, Uniform, Triangular, LogNormal)
}
"""Each kind of distribution, by its name in a file."""
