"""Distributions for the priors of a plan."""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import pairwise
from math import inf, isfinite
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
"""95 % quantile of the standard normal distribution."""
ROOT_TWO_PI = 2.5066282746310002
"""Square root of two pi."""
TINY = 1e-12
"""Smallest width, used instead of zero."""


class _Distribution(Record, ABC):
    """A distribution of one non-negative quantity, sampled by its quantile function."""

    rising: ClassVar[tuple[str, ...]] = ()
    """Fields whose values must not decrease."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        values = [(name, getattr(self, name)) for name in self.rising]
        for (lower, low), (upper, high) in pairwise(values):
            if low > high:
                order = " <= ".join(self.rising)
                refuse(f"{lower} {low:g} is above {upper} {high:g}; give {order}")
        return self

    @abstractmethod
    def ppf(self, share: Array) -> Array:
        """Return the quantiles at these shares, of the same shape."""

    @abstractmethod
    def cdf(self, value: Array) -> Array:
        """Return the cumulative distribution at these values, of the same shape."""

    @abstractmethod
    def logpdf(self, value: Array) -> Array:
        """Return the log density at these values, of the same shape; -inf outside the ends."""

    @abstractmethod
    def __str__(self) -> str:
        """Return the distribution in words, without its unit."""

    @property
    @abstractmethod
    def ends(self) -> tuple[float, float]:
        """Lowest and highest value that can be drawn; infinite for a long tail."""

    @property
    def is_fixed(self) -> bool:
        """Whether only one value can be drawn."""
        return self.lowest == self.highest

    @property
    def lowest(self) -> float:
        """Lowest value that can be drawn."""
        return self.ends[0]

    @property
    def highest(self) -> float:
        """Highest value that can be drawn; infinite for a long tail."""
        return self.ends[1]

    @property
    def span(self) -> tuple[float, float]:
        """Lowest and highest value; median and 95 % quantile of a long tail."""
        if isfinite(self.highest):
            return self.ends
        median, p95 = self.ppf(np.array([0.5, 0.95])).tolist()
        return median, p95

    def draw(self, stream: np.random.Generator, count: int) -> Array:
        """Draw ``count`` values, shape (count,)."""
        return self.ppf(stream.random(count))

    def from_z(self, z: Array) -> Array:
        """Return the values at standard-normal coordinates, of the same shape."""
        return self.ppf(scipy.special.ndtr(z))

    def to_z(self, value: Array) -> Array:
        """Return the standard-normal coordinates of values; infinite at and beyond the ends."""
        return np.asarray(scipy.special.ndtri(self.cdf(value)))


class Fixed(_Distribution):
    """A single value."""

    dist: Literal["fixed"] = "fixed"
    value: Number = Field(ge=0)

    @property
    def ends(self) -> tuple[float, float]:
        """The value, as lower and upper end."""
        return self.value, self.value

    def ppf(self, share: Array) -> Array:
        """Return the value for every share."""
        return np.full_like(share, self.value)

    def cdf(self, value: Array) -> Array:
        """Return 0 below the value, else 1."""
        return (value >= self.value).astype(np.float64)

    def logpdf(self, value: Array) -> Array:
        """Return 0 at the value, which has all the weight, and -inf elsewhere."""
        return np.where(value == self.value, 0.0, -np.inf)

    def __str__(self) -> str:
        """Return the distribution in words."""
        return f"{self.value:g}"


class _Bounded(_Distribution):
    """A distribution between a lower and an upper end."""

    low: Number = Field(ge=0)
    high: Number

    @property
    def ends(self) -> tuple[float, float]:
        """Lower and upper end."""
        return self.low, self.high

    @property
    def _width(self) -> float:
        return max(self.high - self.low, TINY)


class Uniform(_Bounded):
    """A uniform distribution from ``low`` to ``high``."""

    rising = ("low", "high")
    dist: Literal["uniform"] = "uniform"

    def ppf(self, share: Array) -> Array:
        """Return ``low + share * (high - low)``."""
        return self.low + share * (self.high - self.low)

    def cdf(self, value: Array) -> Array:
        """Return ``(value - low) / (high - low)``, clipped to 0..1."""
        return np.clip((value - self.low) / self._width, 0.0, 1.0)

    def logpdf(self, value: Array) -> Array:
        """Return minus the logarithm of the width; -inf outside the ends."""
        inside = (value >= self.low) & (value <= self.high)
        return np.where(inside, -np.log(self._width), -np.inf)

    def __str__(self) -> str:
        """Return the distribution in words."""
        return f"{self.low:g} to {self.high:g}, all equally likely"


class Triangular(_Bounded):
    """A triangular distribution from ``low`` to ``high`` with its peak at ``mode``."""

    rising = ("low", "mode", "high")
    dist: Literal["triangular"] = "triangular"
    mode: Number

    def ppf(self, share: Array) -> Array:
        """Invert the distribution function on each side of the mode."""
        width = self.high - self.low
        if width == 0:
            return np.full_like(share, self.low)
        split = (self.mode - self.low) / width
        rising = self.low + np.sqrt(share * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1.0 - share) * width * (self.high - self.mode))
        return np.where(share < split, rising, falling)

    def cdf(self, value: Array) -> Array:
        """Return the distribution function, computed on each side of the mode."""
        width = self._width
        rising = (value - self.low) ** 2 / (width * max(self.mode - self.low, TINY))
        falling = (self.high - value) ** 2 / (width * max(self.high - self.mode, TINY))
        inner = np.where(value < self.mode, rising, 1.0 - falling)
        return np.where(value <= self.low, 0.0, np.where(value >= self.high, 1.0, inner))

    def logpdf(self, value: Array) -> Array:
        """Return the logarithm of the height of the triangle; -inf outside the ends."""
        rising = (value - self.low) / max(self.mode - self.low, TINY)
        falling = (self.high - value) / max(self.high - self.mode, TINY)
        height = 2.0 / self._width * np.where(value < self.mode, rising, falling)
        inside = (value > self.low) & (value < self.high)
        return np.where(inside, np.log(np.where(inside, height, 1.0)), -np.inf)

    def __str__(self) -> str:
        """Return the distribution in words."""
        return f"{self.low:g} to {self.high:g}, most likely {self.mode:g}"


class LogNormal(_Distribution):
    """A log-normal distribution with a long tail, given by its median and 95 % quantile."""

    rising = ("median", "p95")
    dist: Literal["lognormal"] = "lognormal"
    median: Number = Field(gt=0)
    p95: Number

    @property
    def ends(self) -> tuple[float, float]:
        """Zero and infinity, neither of which is drawn; the median twice if p95 equals it."""
        return (0.0, inf) if self.p95 > self.median else (self.median, self.median)

    @property
    def span(self) -> tuple[float, float]:
        """Median and 95 % quantile."""
        return self.median, self.p95

    @property
    def _width(self) -> float:
        """Standard deviation of the logarithm."""
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
        """Return the normal log density of ``log(value)``, minus ``log(value)``; -inf at 0."""
        positive = np.where(value > 0, value, 1.0)
        found = -0.5 * self.to_z(value) ** 2 - np.log(positive * self._width * ROOT_TWO_PI)
        return np.where(value > 0, found, -np.inf)

    def __str__(self) -> str:
        """Return the distribution in words."""
        return f"median {self.median:g}, one in twenty over {self.p95:g}"


Distribution = Annotated[Fixed | Uniform | Triangular | LogNormal, Field(discriminator="dist")]
DISTRIBUTIONS: dict[str, type[Record]] = {
    kind.model_fields["dist"].default: kind for kind in (Fixed, Uniform, Triangular, LogNormal)
}
"""Kinds of distribution, by their name in a file."""
