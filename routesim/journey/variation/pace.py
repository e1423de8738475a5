"""Running times that vary along a route.

The running time on a section is the shortest possible one, at the top speed, plus the *slack*.
The mean slack of a line follows from its mean running speed. Along the line it varies:

- by a factor that is log-normal with mean one. Its logarithm is a stationary process in
  kilometres (first-order autoregressive, constant on cells of a few kilometres). Cells lie at
  fixed kilometres of a line, so a timing point more or less changes nothing;
- by a grain that is independent between sections: given its mean, the slack of a stretch has an
  inverse Gaussian distribution. Such slacks add up, so the law of a stretch does not depend on
  the sections into which it is cut.

A running time is therefore never shorter than the shortest possible one, and its mean is the
one at the mean speed. The train does not brake at the end of a section for any of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp, log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from routesim.units import METRES_PER_KM, kmh_to_mps

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from routesim.arrays import Array, Indices
    from routesim.journey.records import VariationRow
    from routesim.kinematics import Train
    from routesim.network import Route


CELLS_PER_RANGE = 2.5
"""Number of cells within the range of the correlation."""
CELL_ENDS_KM = 5.0, 25.0
"""Smallest and largest length of a cell."""


@dataclass(frozen=True, slots=True)
class PaceClass:
    """Sections with one line, one top speed, and one ratio of true to official length."""

    line: str
    top_mps: float
    length_prior: int | None


@dataclass(frozen=True, eq=False)
class RoutePace:
    """Slack along a route; made by :func:`measure_pace`.

    Parameters
    ----------
    classes : tuple of PaceClass
        Kinds of section whose running time varies.
    section_class : ndarray of int
        Number of the class of each section, (sections,); -1 if its running time does not vary.
    section_km : ndarray
        Official length of each section, (sections,).
    overlap : tuple of ndarray
        Sections, cells and kilometres of each overlap of a section with a cell.
    cell_start : ndarray of int
        First section of each cell along the route, (cells,).
    sigma : float
        Standard deviation of the logarithm of the factor.
    memory : float
        Correlation of the logarithms of neighbouring cells.
    grain_s : float
        Variance of the slack of a stretch, per second of its mean.
    """

    classes: tuple[PaceClass, ...]
    section_class: Indices
    section_km: Array
    overlap: tuple[Indices, Indices, Array]
    cell_start: Indices
    sigma: float
    memory: float
    grain_s: float

    @property
    def cells(self) -> int:
        """Number of cells along the route."""
        return self.cell_start.size

    @property
    def varies(self) -> bool:
        """Whether any running time varies."""
        return bool((self.section_class >= 0).any())

    @cached_property
    def section_cells(self) -> tuple[tuple[tuple[int, float], ...], ...]:
        """Cells of each section, each with the kilometres of the section in it."""
        found: list[list[tuple[int, float]]] = [[] for _ in self.section_km]
        for section, cell, km in zip(*self.overlap, strict=True):
            found[int(section)].append((int(cell), float(km)))
        return tuple(map(tuple, found))

    def find_factors(self, field: Array) -> Array:
        """Return the factors of the slack in each cell, from the field, (cells, draws)."""
        return np.exp(self.sigma * field - 0.5 * self.sigma**2)

    def draw_field(self, stream: np.random.Generator, count: int) -> Array:
        """Draw the field of log factors in units of their deviation, (cells, count)."""
        return correlate(stream.standard_normal((self.cells, count)), self.memory)


def correlate(field: Array, memory: float, before: Array | None = None) -> Array:
    """Turn independent normals, (cells, draws), into an autoregressive field, in place.

    ``before`` is the field in the cell before the first, (draws,). Without it, the first cell
    has the stationary distribution.
    """
    fresh = sqrt(1.0 - memory**2)
    for cell in range(field.shape[0]):
        if cell:
            field[cell] = memory * field[cell - 1] + fresh * field[cell]
        elif before is not None:
            field[0] = memory * before + fresh * field[0]
    return field


def measure_pace(
    route: Route,
    length_priors: Sequence[int | None],
    train: Train,
    *,
    variation: VariationRow,
    fixed: Collection[str],
) -> RoutePace:
    """Return the slack along a route.

    ``length_priors`` has the number of the disputed length that contains each section, or None.
    Lines in ``fixed`` have a fixed speed and no variation.
    """
    cell_km = float(np.clip(variation.range_km / CELLS_PER_RANGE, *CELL_ENDS_KM))
    km = route.passage_km
    sections = [passage.section for passage in route.passages[:-1]]
    varies = variation.grain_s > 0
    numbers: dict[PaceClass, int] = {}
    section_class = np.full(len(sections), -1, dtype=np.intp)
    overlaps: list[tuple[int, int, float]] = []
    starts: list[int] = []
    last: tuple[str, int] | None = None
    for index, section in enumerate(sections):
        if varies and section.line not in fixed:
            top = min(train.max_speed_mps, float(kmh_to_mps(section.cap_kmh)))
            kind = PaceClass(section.line, top, length_priors[index])
            section_class[index] = numbers.setdefault(kind, len(numbers))
        came_km, ends_km = _order_ends(route, index)
        for cell, length_km in _cut_cells(came_km, ends_km, cell_km):
            if last != (section.line, cell):
                last = section.line, cell
                starts.append(index)
            overlaps.append((index, len(starts) - 1, length_km))
    rows = np.array(overlaps).reshape(-1, 3)
    return RoutePace(
        classes=tuple(numbers),
        section_class=section_class,
        section_km=np.diff(km),
        overlap=(rows[:, 0].astype(np.intp), rows[:, 1].astype(np.intp), rows[:, 2]),
        cell_start=np.array(starts, dtype=np.intp),
        sigma=sqrt(log(1.0 + variation.slack_spread**2)),
        memory=exp(-cell_km / variation.range_km),
        grain_s=float(variation.grain_s),
    )


def _order_ends(route: Route, index: int) -> tuple[float, float]:
    """Return the kilometres of a line where a section of a route begins and ends."""
    section = route.passages[index].section
    if route.passages[index].station.name == section.from_station:
        return section.from_km, section.to_km
    return section.to_km, section.from_km


def _cut_cells(start_km: float, end_km: float, cell_km: float) -> list[tuple[int, float]]:
    """Cut a section at the cells of its line; return the cells and the kilometres in each."""
    low, high = sorted((start_km, end_km))
    first, last = int(np.floor(low / cell_km)), int(np.ceil(high / cell_km))
    found = [
        (cell, min(high, (cell + 1) * cell_km) - max(low, cell * cell_km))
        for cell in range(first, max(last, first + 1))
    ]
    kept = [(cell, km) for cell, km in found if km > 0.0] or found[:1]
    return kept if start_km <= end_km else kept[::-1]


def measure_slack(
    pace: RoutePace, running_mps: dict[str, Array], ratio: dict[int, Array]
) -> list[Array]:
    """Return the mean slack of each class in seconds per official kilometre, (draws,) each."""
    found = []
    for kind in pace.classes:
        each = (
            np.maximum(1.0 / running_mps[kind.line] - 1.0 / kind.top_mps, 0.0) * METRES_PER_KM
        )
        if kind.length_prior is not None:
            each = each * ratio[kind.length_prior]
        found.append(each)
    return found
