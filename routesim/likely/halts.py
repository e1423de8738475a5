"""Halts: standing on a run, spread over a few places that nobody told of.

Which halt is called the first does not matter. They are kept in the order of the way, so that
what differs between two particles is how they stood and not how that is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routesim.arrays import stack_columns, take_rows
from routesim.likely.unknowns import Unknown, measure_run
from routesim.sampler.target import Rearranged

if TYPE_CHECKING:
    from routesim.journey import Layout, StandingRun

__all__ = ["HOURS_PER_KM_OF_RATE", "Halts"]

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

HOURS_PER_KM_OF_RATE = 1.0 / 100.0 / 60.0
"""A rate of standing is in minutes per 100 km."""
SLIDING_SHARE, SWAPPING_SHARE = 0.3, 0.2
"""Of the halts rearranged, those that only slide, and those that swap hours with the next; the
others leave their hours behind."""
NEIGHBOUR_SHARE = 0.5
"""Of the hours left behind, and of those taken, what goes to or comes from a neighbour."""
ANY_SCALE_H = 0.5
"""Half of the hours that are just any are below this."""
LEAST_SLIDE = float(np.log(1e-3))
"""Logarithm of the least step of a halt, as a share of its run."""
LEAST_SHARE = 1e-12
"""No halt is nearer to an end of its run, as a share of it."""
FAR = 50.0
"""Logarithms above it do not come up, and would overflow."""


class Halts(Unknown):
    """Standing on a run, told as the hours at each halt, with the places of the halts.

    The halts share the total evenly at random (as parts of exponential variables do), so
    the density of their hours is that of the total over its power, one less than the halts.
    The columns are the logarithm of the sum of the parts, on which nothing hangs; the places,
    as normal scores; and the hours.
    """

    def __init__(self, run: StandingRun) -> None:
        count = run.row.halts
        super().__init__(run.name, {run.name: 1, run.halts_name: 2 * count})
        self.run, self.count = run, count
        self.prior = run.row.min_per_100km
        self.span_km = run.start_km, run.end_km

    @property
    def adds(self) -> NDArray[np.bool_]:
        """Which of its columns are hours that add to later times."""
        return np.arange(self.size) > self.count

    @property
    def is_stood(self) -> NDArray[np.bool_]:
        """Which of its columns are hours at one place."""
        return self.adds

    @property
    def has_equals(self) -> bool:
        """Halts could change places."""
        return True

    def unfold(self, scores: Array, start_km: Array) -> Array:
        """Tell scores in hours."""
        from scipy.special import log_ndtr  # noqa: PLC0415 (heavy)

        total = self.prior.get_at_normal(scores[:, 0]) * self._get_hours_each(start_km)
        parts = -log_ndtr(-scores[:, 1 + self.count :])
        whole = parts.sum(axis=1)
        halts = parts * (total / whole)[:, None]
        return stack_columns([np.log(whole), self._get_places(scores), halts])

    def fold(self, hours: Array, start_km: Array) -> Array:
        """Turn hours into scores."""
        from scipy.special import ndtri  # noqa: PLC0415 (heavy)

        halts = self._get_halts(hours)
        total = halts.sum(axis=1)
        parts = halts * (np.exp(hours[:, 0]) / total)[:, None]
        # 1 - exp(-part) is the share below; its own complement is more exact when large.
        small = parts < 1.0
        share = np.exp(-parts)
        share[small] = -np.expm1(-parts[small])
        found = ndtri(share)
        rate = self.prior.get_score(total / self._get_hours_each(start_km))
        return stack_columns([rate, self._get_places(hours), np.where(small, found, -found)])

    def get_log_density(self, hours: Array, start_km: Array) -> Array:
        """Return the logarithm of the prior density in hours."""
        places, halts = self._get_places(hours), self._get_halts(hours)
        total = halts.sum(axis=1)
        fine = (halts.min(axis=1) > 0.0) & (np.diff(places, axis=1).min(axis=1, initial=0) >= 0)
        total = np.where(fine, total, 1.0)
        each = self._get_hours_each(start_km)
        found = self.prior.get_log_density(total / each) - np.log(each)
        found = found - (self.count - 1) * np.log(total)
        # The sum of the parts is Gamma distributed; here its logarithm stands.
        found += self.count * hours[:, 0] - np.exp(np.minimum(hours[:, 0], FAR))
        found -= 0.5 * (places**2).sum(axis=1)
        return np.where(fine, found, -np.inf)

    def tell(self, hours: Array, start_km: Array, _layout: Layout) -> dict[str, Array]:
        """Return the values that a layout is put together of."""
        from scipy.special import ndtr  # noqa: PLC0415 (heavy)

        halts = self._get_halts(hours)
        return {
            self.run.name: halts.sum(axis=1) / self._get_hours_each(start_km),
            self.run.halts_name: stack_columns([ndtr(self._get_places(hours)), halts]),
        }

    def locate(self, hours: Array, start_km: Array) -> Array:
        """Return where each halt is; NaN on a run that lies before the start."""
        from scipy.special import ndtr  # noqa: PLC0415 (heavy)

        low = np.where(start_km < self.span_km[1], start_km, np.nan)[:, None]
        low = np.maximum(self.span_km[0], low)
        found = np.full((start_km.size, self.size), np.nan, order="F")
        share = ndtr(self._get_places(hours))
        found[:, 1 + self.count :] = low + share * (self.span_km[1] - low)
        return found

    def spend(self, hours: Array, start_km: Array, before_km: float) -> Array:
        """Return the hours of the halts before a kilometre."""
        stood_km = self.locate(hours, start_km)[:, 1 + self.count :]
        return np.asarray(((stood_km < before_km) * self._get_halts(hours)).sum(axis=1))

    def order(self, hours: Array) -> Array:
        """Put the halts in the order of their places."""
        order = np.argsort(self._get_places(hours), axis=1, kind="stable")
        places, halts = (
            np.take_along_axis(columns, order, axis=1)
            for columns in (self._get_places(hours), self._get_halts(hours))
        )
        return stack_columns([hours[:, 0], places, halts])

    def share_along(self, hours: Array) -> Array:
        """Return what part of the run lies between each halt and the one before."""
        from scipy.special import ndtr  # noqa: PLC0415 (heavy)

        found = np.zeros_like(hours)
        found[:, 1 + self.count :] = np.diff(ndtr(self._get_places(hours)), prepend=0.0)
        return found

    def rearrange(self, hours: Array, stream: np.random.Generator) -> Rearranged:
        """Set one halt elsewhere, or let two swap their hours."""
        count = hours.shape[0]
        found, gain, handed = np.copy(hours), np.zeros(count), np.zeros((2, count))
        # Nothing hangs on the sum of the parts; so it may be any.
        found[:, 0] = np.log(stream.standard_gamma(self.count, size=count))
        moved = np.asarray(stream.integers(self.count, size=count))
        way = stream.random(count)
        rows = np.flatnonzero(way < SLIDING_SHARE)
        self._slide(found, rows, moved[rows], stream)
        rows = np.flatnonzero((way >= SLIDING_SHARE) & (way < SLIDING_SHARE + SWAPPING_SHARE))
        self._swap(found, rows, moved[rows])
        rows = np.flatnonzero(way >= SLIDING_SHARE + SWAPPING_SHARE)
        gain[rows], handed[:, rows] = self._hand_on(found, rows, moved[rows], stream)
        longer = (self._get_halts(found) - self._get_halts(hours)).sum(axis=1)
        # What is gained besides the densities of all that is told: here places are even.
        kept = 0.5 * (self._get_places(found) ** 2 - self._get_places(hours) ** 2).sum(axis=1)
        whole = [self.count * h[:, 0] - np.exp(h[:, 0]) for h in (hours, found)]
        return Rearranged(
            hours=self.order(found),
            gain=gain + kept + whole[0] - whole[1],
            longer=longer - handed.sum(axis=0),
            earlier=handed[0],
        )

    def _slide(
        self, hours: Array, rows: Indices, moved: Indices, stream: np.random.Generator
    ) -> None:
        """Move one halt along the run, by steps of all sizes; the run is closed to a ring."""
        from scipy.special import ndtr  # noqa: PLC0415 (heavy)

        share = ndtr(hours[rows, 1 + moved])
        step = np.exp(stream.uniform(LEAST_SLIDE, 0.0, rows.size))
        hours[rows, 1 + moved] = _to_score(share + step * stream.standard_normal(rows.size))

    def _swap(self, hours: Array, rows: Indices, moved: Indices) -> None:
        """Let a halt and the next have each other's hours; the last, with the one before."""
        one = np.minimum(moved, max(self.count - 2, 0)) + 1 + self.count
        two = np.minimum(one + 1, 2 * self.count)
        hours[rows, one], hours[rows, two] = hours[rows, two], hours[rows, one]

    def _hand_on(
        self, hours: Array, rows: Indices, moved: Indices, stream: np.random.Generator
    ) -> tuple[Array, Array]:
        """Set one halt anew; its hours stay behind, and it takes others where it comes.

        They stay with a neighbour, or are not stood any longer; and it takes an even share
        of those of a halt beside its new place, or any number. Where the neighbour would be
        the start, it sets out so much later or earlier; beyond the last halt all that
        follows is later or earlier.

        Returns
        -------
        gain
            How likely the hours are chosen on the way back over how likely on the way there,
            as a logarithm, (rows,).
        handed
            Hours taken from the start, and from the end; less those left there, (2, rows).
        """
        each = np.arange(rows.size)
        before = take_rows(hours, rows)
        places, halts = self._get_places(before), self._get_halts(before)
        place = _to_score(stream.random(rows.size))
        leaving, taking = stream.random((2, rows.size)) < NEIGHBOUR_SHARE
        to_end, from_end = stream.random((2, rows.size)) < 0.5  # noqa: PLR2004 (even)
        taker = self._find_neighbour(places, moved, places[each, moved], to_end)
        giver = self._find_neighbour(places, moved, place, from_end)
        # Of -1 (no neighbour) numpy makes the last halt: its hours are then read and not used.
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
        hours[rows, 1 + moved] = place
        hours[rows, 1 + self.count :] = halts
        left_outside = np.where(leaving & ~to_halt, own, 0.0)
        got_outside = np.where(taking & ~from_halt, got, 0.0)
        handed = [
            got_outside * (from_end == end) - left_outside * (to_end == end)
            for end in (False, True)
        ]
        return np.log(back / there), np.array(handed)

    def _find_neighbour(
        self, places: Array, moved: Indices, place: Array, to_end: NDArray[np.bool_]
    ) -> Indices:
        """Return the halt next to a place on one side, without the one moved; or -1."""
        each = np.arange(moved.size)
        away = np.where(to_end, 1.0, -1.0)[:, None] * (places - place[:, None])
        away[each, moved] = np.inf
        away[away < 0.0] = np.inf
        nearest = away.argmin(axis=1)
        return np.where(np.isfinite(away[each, nearest]), nearest, -1)

    def _get_places(self, rows: Array) -> Array:
        return rows[:, 1 : 1 + self.count]

    def _get_halts(self, hours: Array) -> Array:
        return hours[:, 1 + self.count :]

    def _get_hours_each(self, start_km: Array) -> Array:
        return HOURS_PER_KM_OF_RATE * measure_run(self.span_km, start_km)


def _get_any_density(hours: Array) -> Array:
    """Return the density of hours that are just any: ``s u / (1 - u)`` with an even ``u``."""
    return np.asarray(ANY_SCALE_H / (ANY_SCALE_H + hours) ** 2)


def _to_score(share: Array) -> Array:
    """Return the normal scores of shares, the whole numbers in them left out."""
    from scipy.special import ndtri  # noqa: PLC0415 (heavy)

    return np.asarray(ndtri(np.clip(share % 1.0, LEAST_SHARE, 1.0 - LEAST_SHARE)))
