"""The unknowns of a plan, as scores and as hours.

A draw of the prior is a row of standard normal scores. For moving it about, the same row is
told in *hours*: when it sets out, how long each line takes to run, how long it stands at each
stop and at each halt. Any time on the way is a sum of such hours (but for braking and for
disputed lengths), so that particles which agree with a clock lie on a plane, and what differs
between two of them leads along it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routesim.journey import DEPARTURE
from routesim.sampler.target import Rearranged
from routesim.units import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from routesim.journey import Distribution, Layout

__all__ = ["Amount", "DepartureTime", "Pace", "Plain", "Unknown", "measure_run"]

Array = NDArray[np.float64]

LEAST_WIDTH_S = 1e-9
SHORTLY_KM = 1e-6
"""A start lies so far before what is stood there."""


class Unknown(ABC):
    """One group of quantities that belong together.

    Parameters
    ----------
    name
        Its name.
    parts
        From the names under which a layout knows them to how many each has.
    """

    def __init__(self, name: str, parts: dict[str, int]) -> None:
        self.name, self.parts = name, parts

    @property
    def size(self) -> int:
        """How many quantities it has."""
        return sum(self.parts.values())

    @property
    def adds(self) -> NDArray[np.bool_]:
        """Which of its columns are hours that add to later times, (size,)."""
        return np.ones(self.size, dtype=bool)

    @property
    def is_stood(self) -> NDArray[np.bool_]:
        """Which of its columns are hours at one place, or before it sets out, (size,)."""
        return np.zeros(self.size, dtype=bool)

    @property
    def has_equals(self) -> bool:
        """Whether several of its quantities could change places, as halts can."""
        return False

    def order(self, hours: Array) -> Array:
        """Put what could change places in order, so that no two rows tell the same."""
        return hours

    def rearrange(self, hours: Array, _stream: np.random.Generator) -> Rearranged:
        """Propose to change what could change places; see :class:`particles.Part`."""
        nothing = np.zeros(hours.shape[0])
        return Rearranged(hours, nothing, nothing, nothing)

    def share_along(self, hours: Array) -> Array:
        """Return what part of a run lies between each quantity and the one before."""
        return np.zeros_like(hours)

    def locate(self, _hours: Array, start_km: Array) -> Array:
        """Return where each of its quantities is stood, in kilometres, (particles, size).

        NaN where it is not hours at one place, or at a place before the start.
        """
        return np.full((start_km.size, self.size), np.nan)

    def spend(self, _hours: Array, start_km: Array, _before_km: float) -> Array:
        """Return the hours spent before a kilometre, (particles,).

        What is not stood at one place counts as if it were spent evenly along its run.
        """
        return np.zeros(start_km.size)

    @abstractmethod
    def unfold(self, scores: Array, start_km: Array) -> Array:
        """Tell scores in hours, (particles, size), of particles that set out there."""

    @abstractmethod
    def fold(self, hours: Array, start_km: Array) -> Array:
        """Turn hours that the prior allows into scores, (particles, size)."""

    @abstractmethod
    def get_log_density(self, hours: Array, start_km: Array) -> Array:
        """Return the logarithm of the prior density in hours, (particles,)."""

    @abstractmethod
    def tell(self, hours: Array, start_km: Array, layout: Layout) -> dict[str, Array]:
        """Return the values that a layout is put together of, by their names."""


class Plain(Unknown):
    """Scores that are left as they are."""

    @property
    def adds(self) -> NDArray[np.bool_]:
        """Which of its columns are hours that add to later times."""
        return np.zeros(self.size, dtype=bool)

    def unfold(self, scores: Array, _start_km: Array) -> Array:
        """Tell scores in hours."""
        return scores

    def fold(self, hours: Array, _start_km: Array) -> Array:
        """Turn hours into scores."""
        return hours

    def get_log_density(self, hours: Array, _start_km: Array) -> Array:
        """Return the logarithm of the prior density in hours."""
        return np.asarray(-0.5 * (hours**2).sum(axis=1))

    def tell(self, hours: Array, _start_km: Array, layout: Layout) -> dict[str, Array]:
        """Return the values that a layout is put together of."""
        found, first = {}, 0
        for name, size in self.parts.items():
            found[name] = layout.read(name, hours[:, first : first + size])
            first += size
        return found


class DepartureTime(Unknown):
    """When it sets out."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(DEPARTURE, {DEPARTURE: 1})
        self.knots_s, self.shares = layout.departure_steps
        slopes = np.diff(self.shares) / np.maximum(np.diff(self.knots_s), LEAST_WIDTH_S)
        self.log_slopes = np.log(np.where(slopes > 0, slopes, 1.0))
        self.log_slopes[slopes <= 0] = -np.inf

    def unfold(self, scores: Array, _start_km: Array) -> Array:
        """Tell scores in hours."""
        from scipy.special import ndtr  # noqa: PLC0415 (heavy)

        times_s = np.interp(ndtr(scores), self.shares, self.knots_s)
        return np.asarray((times_s - self.knots_s[0]) / SECONDS_PER_HOUR)

    def fold(self, hours: Array, _start_km: Array) -> Array:
        """Turn hours into scores."""
        from scipy.special import ndtri  # noqa: PLC0415 (heavy)

        return np.asarray(ndtri(np.interp(self._date(hours), self.knots_s, self.shares)))

    def get_log_density(self, hours: Array, _start_km: Array) -> Array:
        """Return the logarithm of the prior density in hours."""
        piece = np.searchsorted(self.knots_s, self._date(hours[:, 0]), side="right") - 1
        inside = (piece >= 0) & (piece < self.log_slopes.size)
        return np.where(
            inside, self.log_slopes[np.clip(piece, 0, self.log_slopes.size - 1)], -np.inf
        )

    def tell(self, hours: Array, _start_km: Array, _layout: Layout) -> dict[str, Array]:
        """Return the values that a layout is put together of."""
        return {self.name: self._date(hours[:, 0])}

    @property
    def is_stood(self) -> NDArray[np.bool_]:
        """Which of its columns are hours before it sets out."""
        return np.ones(1, dtype=bool)

    def locate(self, _hours: Array, start_km: Array) -> Array:
        """Return where it sets out, before anything that is stood there."""
        return start_km[:, None] - SHORTLY_KM

    def spend(self, hours: Array, _start_km: Array, _before_km: float) -> Array:
        """Return the hours before it sets out."""
        return hours[:, 0]

    def _date(self, hours: Array) -> Array:
        return np.asarray(self.knots_s[0] + SECONDS_PER_HOUR * hours)


class Amount(Unknown):
    """A quantity that adds hours in proportion: a dwell, a standing rate, a length.

    ``span_km`` is the stretch over which a rate adds up; what lies before the start of a
    particle does not count, unless all of it does. ``at_km`` is where a dwell is stood.
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

    def unfold(self, scores: Array, start_km: Array) -> Array:
        """Tell scores in hours."""
        return self.prior.get_at_normal(scores) * self._get_hours_each(start_km)[:, None]

    def fold(self, hours: Array, start_km: Array) -> Array:
        """Turn hours into scores."""
        return np.asarray(self.prior.get_score(hours / self._get_hours_each(start_km)[:, None]))

    def get_log_density(self, hours: Array, start_km: Array) -> Array:
        """Return the logarithm of the prior density in hours."""
        each = self._get_hours_each(start_km)
        return self.prior.get_log_density(hours[:, 0] / each) - np.log(each)

    def tell(self, hours: Array, start_km: Array, _layout: Layout) -> dict[str, Array]:
        """Return the values that a layout is put together of."""
        return {self.name: hours[:, 0] / self._get_hours_each(start_km)}

    @property
    def is_stood(self) -> NDArray[np.bool_]:
        """Which of its columns are hours at one place."""
        return np.isfinite([self.at_km])

    def locate(self, _hours: Array, start_km: Array) -> Array:
        """Return where a dwell is stood."""
        return np.where(start_km < self.at_km, self.at_km, np.nan)[:, None]

    def spend(self, hours: Array, start_km: Array, before_km: float) -> Array:
        """Return the hours spent before a kilometre."""
        if self.span_km is not None:
            return hours[:, 0] * _measure_share(self.span_km, start_km, before_km)
        return np.where((start_km < self.at_km) & (self.at_km < before_km), hours[:, 0], 0.0)

    def _get_hours_each(self, start_km: Array) -> Array:
        if self.span_km is None:
            return np.full(start_km.shape, self.hours_each)
        return self.hours_each * measure_run(self.span_km, start_km)


class Pace(Unknown):
    """A running speed, told as the hours that its line takes."""

    def __init__(self, name: str, prior: Distribution, span_km: tuple[float, float]) -> None:
        super().__init__(name, {name: 1})
        self.prior, self.span_km = prior, span_km

    def unfold(self, scores: Array, start_km: Array) -> Array:
        """Tell scores in hours."""
        length_km = measure_run(self.span_km, start_km)[:, None]
        return np.asarray(length_km / self.prior.get_at_normal(scores))

    def fold(self, hours: Array, start_km: Array) -> Array:
        """Turn hours into scores."""
        return self.prior.get_score(measure_run(self.span_km, start_km)[:, None] / hours)

    def get_log_density(self, hours: Array, start_km: Array) -> Array:
        """Return the logarithm of the prior density in hours."""
        positive = hours[:, 0] > 0
        length_km = measure_run(self.span_km, start_km)
        speed = length_km / np.where(positive, hours[:, 0], 1.0)
        found = self.prior.get_log_density(speed) + 2.0 * np.log(speed) - np.log(length_km)
        return np.where(positive, found, -np.inf)

    def tell(self, hours: Array, start_km: Array, _layout: Layout) -> dict[str, Array]:
        """Return the values that a layout is put together of."""
        return {self.name: measure_run(self.span_km, start_km) / hours[:, 0]}

    def spend(self, hours: Array, start_km: Array, before_km: float) -> Array:
        """Return the hours run before a kilometre."""
        return hours[:, 0] * _measure_share(self.span_km, start_km, before_km)


def measure_run(span_km: tuple[float, float], start_km: Array) -> Array:
    """Return how much of a stretch is run from each start; all of it if none is."""
    ran_km = span_km[1] - np.maximum(span_km[0], start_km)
    return np.where(ran_km > 0.0, ran_km, span_km[1] - span_km[0])


def _measure_share(span_km: tuple[float, float], start_km: Array, before_km: float) -> Array:
    """Return what share of what is run of a stretch lies before a kilometre."""
    low = np.maximum(span_km[0], start_km)
    ran_km = np.maximum(span_km[1] - low, 0.0)
    share = np.clip(before_km - low, 0.0, ran_km) / np.where(ran_km > 0.0, ran_km, 1.0)
    return np.asarray(share)
