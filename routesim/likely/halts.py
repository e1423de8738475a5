"""Halts: unplanned standing on a run, split over a few unknown places.

The halts of a run are exchangeable under the prior. They are sorted in the order of the route,
so that two particles with the same halts have the same parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader
import numpy as np

from routesim.arrays import Array, Flags, Indices, stack_columns, take_rows
from routesim.likely.unknowns import Unknown, measure_travelled_km
from routesim.sampler.target import Rearranged

if TYPE_CHECKING:
    import scipy

    from routesim.journey import Layout, StandingRun
else:
    scipy = lazy_loader.load("scipy")


HOURS_PER_KM_OF_RATE = 1.0 / 100.0 / 60.0
"""Hours of standing per kilometre for a rate of 1 minute per 100 km."""
SLIDING_SHARE, SWAPPING_SHARE = 0.3, 0.2
"""Share of the rearrangements that slide a halt, and share that swap the hours of two halts.

The others move a halt to a random place and leave its hours behind."""
NEIGHBOUR_SHARE = 0.5
"""Probability that hours left behind go to a neighbour, and that new hours come from one."""
ANY_SCALE_H = 0.5
"""Median of new hours that do not come from a neighbour."""
LEAST_SLIDE = float(np.log(1e-3))
"""Logarithm of the smallest step of a sliding halt, as a share of its run."""
LEAST_SHARE = 1e-12
"""Smallest distance of a halt from an end of its run, as a share of the run."""
FAR = 50.0
"""Largest logarithm of a sum of parts; larger ones do not occur, and would overflow."""


class Halts(Unknown):
    """Standing on a run: the places of the halts, and the hours at each.

    The columns are:

    - the logarithm of the sum of the exponential variables below, on which no time depends;
    - the place of each halt along the run, as a standard normal variable;
    - the hours at each halt.

    The total hours are split uniformly at random, by exponential variables divided by their
    sum. So the density of the hours of ``n`` halts is the density of their total, divided by
    the total to the power of ``n - 1``, up to a constant.
    """

    def __init__(self, run: StandingRun) -> None:
        count = run.row.halts
        super().__init__(run.name, {run.name: 1, run.halts_name: 2 * count})
        self.run, self.count = run, count
        self.prior = run.row.min_per_100km
        self.span_km = run.start_km, run.end_km

    @property
    def is_additive(self) -> Flags:
        """Flags of the columns that are hours added to later times: those of the halts."""
        return np.arange(self.size) > self.count

    @property
    def is_delay(self) -> Flags:
        """Flags of the columns that are hours at one place: those of the halts."""
        return self.is_additive

    @property
    def is_exchangeable(self) -> bool:
        """True: the prior is the same if halts change places."""
        return True

    def from_z(self, z: Array, start_km: Array) -> Array:
        """Turn standard-normal into time coordinates."""
        total = self.prior.from_z(z[:, 0]) * self._get_hours_each(start_km)
        parts = -scipy.special.log_ndtr(-z[:, 1 + self.count :])
        whole = parts.sum(axis=1)
        halts = parts * (total / whole)[:, None]
        return stack_columns([np.log(whole), self._get_places(z), halts])

    def to_z(self, params: Array, start_km: Array) -> Array:
        """Turn time into standard-normal coordinates."""
        halts = self._get_halts(params)
        total = halts.sum(axis=1)
        parts = halts * (np.exp(params[:, 0]) / total)[:, None]
        # 1 - exp(-part) is the probability below; for large parts its complement is more exact.
        small = parts < 1.0
        share = np.exp(-parts)
        share[small] = -np.expm1(-parts[small])
        found = scipy.special.ndtri(share)
        rate = self.prior.to_z(total / self._get_hours_each(start_km))
        return stack_columns([rate, self._get_places(params), np.where(small, found, -found)])

    def logpdf(self, params: Array, start_km: Array) -> Array:
        """Return the logarithm of the prior density in time coordinates."""
        places, halts = self._get_places(params), self._get_halts(params)
        total = halts.sum(axis=1)
        fine = (halts.min(axis=1) > 0.0) & (np.diff(places, axis=1).min(axis=1, initial=0) >= 0)
        total = np.where(fine, total, 1.0)
        each = self._get_hours_each(start_km)
        found = self.prior.logpdf(total / each) - np.log(each)
        found = found - (self.count - 1) * np.log(total)
        # The first column is the logarithm of the sum of the parts, a gamma variable.
        found += self.count * params[:, 0] - np.exp(np.minimum(params[:, 0], FAR))
        found -= 0.5 * (places**2).sum(axis=1)
        return np.where(fine, found, -np.inf)

    def make_values(self, params: Array, start_km: Array, _layout: Layout) -> dict[str, Array]:
        """Return the rate of standing, and the places and hours of the halts."""
        halts, share = self._get_halts(params), scipy.special.ndtr(self._get_places(params))
        return {
            self.run.name: halts.sum(axis=1) / self._get_hours_each(start_km),
            self.run.halts_name: stack_columns([share, halts]),
        }

    def locate(self, params: Array, start_km: Array) -> Array:
        """Return the kilometre of each halt; NaN on a run before the start."""
        low = np.where(start_km < self.span_km[1], start_km, np.nan)[:, None]
        low = np.maximum(self.span_km[0], low)
        found = np.full((start_km.size, self.size), np.nan, order="F")
        share = scipy.special.ndtr(self._get_places(params))
        found[:, 1 + self.count :] = low + share * (self.span_km[1] - low)
        return found

    def count_hours_before(self, params: Array, start_km: Array, before_km: float) -> Array:
        """Return the hours of the halts before a kilometre."""
        halt_km = self.locate(params, start_km)[:, 1 + self.count :]
        return np.asarray(((halt_km < before_km) * self._get_halts(params)).sum(axis=1))

    def order(self, params: Array) -> Array:
        """Return the parameters with the halts sorted by place."""
        order = np.argsort(self._get_places(params), axis=1, kind="stable")
        places, halts = (
            np.take_along_axis(columns, order, axis=1)
            for columns in (self._get_places(params), self._get_halts(params))
        )
        return stack_columns([params[:, 0], places, halts])

    def get_shares(self, params: Array) -> Array:
        """Return the share of the run between each halt and the one before, in its column."""
        found = np.zeros_like(params)
        share = scipy.special.ndtr(self._get_places(params))
        found[:, 1 + self.count :] = np.diff(share, prepend=0.0)
        return found

    def rearrange(self, params: Array, stream: np.random.Generator) -> Rearranged:
        """Propose to move one halt, or to swap the hours of two halts."""
        count = params.shape[0]
        found, gain, handed = np.copy(params), np.zeros(count), np.zeros((2, count))
        # No time depends on the sum of the parts, so it is redrawn.
        found[:, 0] = np.log(stream.standard_gamma(self.count, size=count))
        moved = np.asarray(stream.integers(self.count, size=count))
        kind = stream.random(count)
        rows = np.flatnonzero(kind < SLIDING_SHARE)
        self._slide(found, rows, moved[rows], stream)
        rows = np.flatnonzero((kind >= SLIDING_SHARE) & (kind < SLIDING_SHARE + SWAPPING_SHARE))
        self._swap(found, rows, moved[rows])
        rows = np.flatnonzero(kind >= SLIDING_SHARE + SWAPPING_SHARE)
        gain[rows], handed[:, rows] = self._hand_on(found, rows, moved[rows], stream)
        longer = (self._get_halts(found) - self._get_halts(params)).sum(axis=1)
        # The proposal densities: places are proposed uniformly, and the sum from its prior.
        kept = 0.5 * (self._get_places(found) ** 2 - self._get_places(params) ** 2).sum(axis=1)
        whole = [self.count * p[:, 0] - np.exp(p[:, 0]) for p in (params, found)]
        return Rearranged(
            hours=self.order(found),
            gain=gain + kept + whole[0] - whole[1],
            longer=longer - handed.sum(axis=0),
            earlier=handed[0],
        )

    def _slide(
        self, params: Array, rows: Indices, moved: Indices, stream: np.random.Generator
    ) -> None:
        """Move one halt along the run, closed to a ring, by a step of random size."""
        share = scipy.special.ndtr(params[rows, 1 + moved])
        step = np.exp(stream.uniform(LEAST_SLIDE, 0.0, rows.size))
        further = share + step * stream.standard_normal(rows.size)
        params[rows, 1 + moved] = _place_on_ring(further)

    def _swap(self, params: Array, rows: Indices, moved: Indices) -> None:
        """Swap the hours of a halt and the next one; for the last halt, the one before."""
        one = np.minimum(moved, max(self.count - 2, 0)) + 1 + self.count
        two = np.minimum(one + 1, 2 * self.count)
        params[rows, one], params[rows, two] = params[rows, two], params[rows, one]

    def _hand_on(
        self, params: Array, rows: Indices, moved: Indices, stream: np.random.Generator
    ) -> tuple[Array, Array]:
        """Move one halt to a random place, where it gets other hours.

        Its old hours go to a neighbour or are dropped. Its new hours are a uniform share of
        those of a neighbour of its new place, or are drawn from a wide distribution. Without a
        neighbour on the chosen side, the hours change the departure (towards the start) or all
        later times (towards the end) instead.

        Return the log ratio of the proposal densities of the reverse and the forward move,
        (rows,), and the hours taken at the start and at the end, minus those left there,
        (2, rows).
        """
        each = np.arange(rows.size)
        before = take_rows(params, rows)
        places, halts = self._get_places(before), self._get_halts(before)
        place = _place_on_ring(stream.random(rows.size))
        leaving, taking = stream.random((2, rows.size)) < NEIGHBOUR_SHARE
        to_end, from_end = stream.random((2, rows.size)) < 0.5  # noqa: PLR2004 (even)
        taker = self._find_neighbour(places, moved, places[each, moved], to_end)
        giver = self._find_neighbour(places, moved, place, from_end)
        # To numpy, -1 (no neighbour) is the last halt. Its hours are read, but not used.
        to_halt, from_halt = leaving & (taker >= 0), taking & (giver >= 0)
        own = halts[each, moved]
        halts[each, taker] += np.where(to_halt, own, 0.0)
        back = np.where(to_halt, 1.0 / halts[each, taker], _get_any_density(own))
        shared, share = halts[each, giver], stream.random(rows.size)
        anything = ANY_SCALE_H * share / (1.0 - share)
        there = np.where(from_halt, 1.0 / shared, _get_any_density(anything))
        halts[each, giver] = np.where(from_halt, (1.0 - share) * shared, shared)
        got = np.where(from_halt, share * shared, anything)
        halts[each, moved] = got
        params[rows, 1 + moved] = place
        params[rows, 1 + self.count :] = halts
        left_outside = np.where(leaving & ~to_halt, own, 0.0)
        got_outside = np.where(taking & ~from_halt, got, 0.0)
        handed = [
            got_outside * (from_end == end) - left_outside * (to_end == end)
            for end in (False, True)
        ]
        return np.log(back / there), np.array(handed)

    def _find_neighbour(
        self, places: Array, moved: Indices, place: Array, to_end: Flags
    ) -> Indices:
        """Return the halt nearest to a place on one side, except the one moved; -1 if none."""
        each = np.arange(moved.size)
        away = np.where(to_end, 1.0, -1.0)[:, None] * (places - place[:, None])
        away[each, moved] = np.inf
        away[away < 0.0] = np.inf
        nearest = away.argmin(axis=1)
        return np.where(np.isfinite(away[each, nearest]), nearest, -1)

    def _get_places(self, rows: Array) -> Array:
        """Return the place of each halt along the run, as standard normal variables."""
        return rows[:, 1 : 1 + self.count]

    def _get_halts(self, rows: Array) -> Array:
        """Return the hours at each halt."""
        return rows[:, 1 + self.count :]

    def _get_hours_each(self, start_km: Array) -> Array:
        return HOURS_PER_KM_OF_RATE * measure_travelled_km(self.span_km, start_km)


def _get_any_density(halt_h: Array) -> Array:
    """Return the density of hours not from a neighbour: ``s u / (1 - u)``, ``u`` uniform."""
    return np.asarray(ANY_SCALE_H / (ANY_SCALE_H + halt_h) ** 2)


def _place_on_ring(share: Array) -> Array:
    """Turn shares of a run, closed to a ring, into places as standard normal variables."""
    inside = np.clip(share % 1.0, LEAST_SHARE, 1.0 - LEAST_SHARE)
    return np.asarray(scipy.special.ndtri(inside))
