"""Unknowns that are the same along a line or a journey, as standard-normal coordinates.

They are the rows of ``z``: the mean running speed of each line, the lengths on which sources
disagree, the priority of the train, the standing of each line, the length of a halt, the
origin, and a departure without a continuous prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import lazy_loader
import numpy as np

from routesim.journey.plan_layout import DEPARTURE, HALT, ORIGIN, PRIORITY
from routesim.units import kmh_to_mps

if TYPE_CHECKING:
    from collections.abc import Sequence

    import scipy

    from routesim.arrays import Array, Indices
    from routesim.journey import Distribution, Layout
    from routesim.likely.chain.structure import Chain
else:
    scipy = lazy_loader.load("scipy")


LEAST_WIDTH_S = 1e-9
"""Smallest width of a piece of the departure's distribution, used instead of zero."""


class DeparturePrior:
    """Prior of the departure in seconds after the earliest one.

    It is not continuous if a window of departure has no width.
    """

    def __init__(self, layout: Layout) -> None:
        self.knots_s, self.shares = layout.departure_steps
        self.earliest_s = float(self.knots_s[0])
        rising = np.diff(self.shares) > 0
        self.is_continuous = bool((np.diff(self.knots_s)[rising] > 0).all())
        slopes = np.diff(self.shares) / np.maximum(np.diff(self.knots_s), LEAST_WIDTH_S)
        self.log_slopes = np.full(slopes.shape, -np.inf)
        self.log_slopes[rising] = np.log(slopes[rising])

    def from_z(self, z: Array) -> Array:
        """Return the departures at standard-normal coordinates, of the same shape."""
        times_s = np.interp(scipy.special.ndtr(z), self.shares, self.knots_s)
        return np.asarray(times_s - self.earliest_s)

    def logpdf(self, after_s: Array) -> Array:
        """Return the log prior density of departures, of the same shape."""
        piece = np.searchsorted(self.knots_s, after_s + self.earliest_s, side="right") - 1
        inside = (piece >= 0) & (piece < self.log_slopes.size)
        found = self.log_slopes[np.clip(piece, 0, self.log_slopes.size - 1)]
        return np.where(inside, found, -np.inf)


@dataclass(frozen=True, eq=False)
class Unknowns:
    """Names of the rows of ``z``, and the values that they stand for.

    Parameters
    ----------
    layouts
        The plans on the routes.
    names
        Names of the rows.
    priors
        Priors of all unknowns that are one quantity, on all routes, by name.
    """

    layouts: tuple[Layout, ...]
    names: tuple[str, ...]
    priors: dict[str, Distribution]

    @cached_property
    def row(self) -> dict[str, int]:
        """Row of each name."""
        return {name: number for number, name in enumerate(self.names)}

    @property
    def priority_share(self) -> float:
        """Share of the variance of the standing that all lines have in common."""
        return float(self.layouts[0].journey.plan.variation.priority_share)

    @cached_property
    def departure(self) -> DeparturePrior:
        """Prior of the departure."""
        return DeparturePrior(self.layouts[0])

    def find_value(self, z: Array, name: str) -> Array:
        """Return the values of one unknown in the unit of the plan, (particles,).

        An unknown without a row has its only value, or its median.
        """
        at = z[self.row[name]] if name in self.row else np.zeros(z.shape[1])
        if name.startswith("standing "):
            own = at
            shared = z[self.row[PRIORITY]] if PRIORITY in self.row else np.zeros(z.shape[1])
            at = self.layouts[0].mix_priority(shared, own)
        return self.priors[name].from_z(at)

    def find_speeds(self, z: Array) -> dict[str, Array]:
        """Return the mean running speed by line in m/s, (particles,) each."""
        lines = dict.fromkeys(row.line for layout in self.layouts for row in layout.speeds)
        return {line: kmh_to_mps(self.find_value(z, f"speed {line}")) for line in lines}

    def find_ratios(self, z: Array) -> dict[int, Array]:
        """Return true over official length by the number of a disputed length."""
        layout = self.layouts[0]
        return layout.find_ratios({n: self.find_value(z, n) for n in layout.lengths.values()})

    def find_origins(self, z: Array, layout: Layout) -> Indices:
        """Return the index of the passage of origin on a route, (particles,)."""
        if ORIGIN not in self.row:
            return np.broadcast_to(layout.origins[:1], z.shape[1:])
        return layout.choose_origin(scipy.special.ndtr(z[self.row[ORIGIN]]))


def list_unknowns(layouts: Sequence[Layout], chain: Chain) -> Unknowns:
    """Return the unknowns on which the times at the cuts of a chain depend."""
    priors = {name: prior for layout in layouts for name, prior in layout.priors.items()}
    lines: dict[str, None] = {}
    for route in chain.routes:
        passages = route.layout.route.passages
        lines.update(dict.fromkeys(p.line for p in passages[: int(route.cuts[-1])]))
    names = [f"speed {line}" for line in lines]
    names += layouts[0].lengths.values()
    if chain.lines:
        names += [PRIORITY, *(f"standing {line}" for line in chain.lines), HALT]
    if layouts[0].journey.plan.origins:
        names.append(ORIGIN)
    if not DeparturePrior(layouts[0]).is_continuous:
        names.append(DEPARTURE)
    kept = tuple(n for n in names if n not in priors or not priors[n].is_fixed)
    return Unknowns(tuple(layouts), kept, priors)
