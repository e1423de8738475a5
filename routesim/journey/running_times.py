"""Running times of many draws at the mean speeds of the lines, with stops but no time at them.

They are exact. A train with a traction table needs milliseconds per draw, so many draws of such
a train are interpolated: on each leg, the time beyond that at the mean speed is a smooth sum of
functions of the speeds on the stretches. The table is checked against exact runs, and not used
if it is off by more than a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.arrays import Array, Indices, stack_columns
from routesim.kinematics import Stop, run_many
from routesim.units import km_to_metres, kmh_to_mps

if TYPE_CHECKING:
    from routesim.journey.planned_route import LineStretch, PlannedRoute


MANY_DRAWS = 128
"""Number of draws of a train with a traction table beyond which they are interpolated."""
GRID = 41
"""Number of speeds in a table, for each kind of stretch."""
CHECKED = 16
"""Number of random speeds at which a table is checked."""
TOLERANCE_S = 1.0
"""Largest error of a table that is used, in seconds."""

Speeds = tuple[Mapping[str, Array], Mapping[int, Array]]
"""Running speed in m/s by line, and true over official length by number, (draws,) each."""


def run_kinematics(
    planned: PlannedRoute, origin_index: Indices, speeds: Speeds, indices: Indices
) -> Array:
    """Run draws at the mean speeds of the lines, with stops but without time at them.

    ``origin_index`` has the passage where each draw begins, (draws,). ``indices`` are the
    rising indices of passages. Returns the arrivals in seconds since the departure, (draws,
    indices): NaN before the origin of a draw, 0 at the origin.
    """
    count = origin_index.size
    arrive_s = np.full((count, indices.size), np.nan, order="F")
    for origin in np.flatnonzero(np.bincount(origin_index)):
        members = np.flatnonzero(origin_index == origin)
        whole = slice(None) if members.size == count else members
        beyond = int(np.searchsorted(indices, origin))
        at_m = planned.measure_from(int(origin), indices[beyond:])
        paces = [_find_pace(s, speeds, whole) for s in planned.lay_track(int(origin))[1]]
        arrive_s[whole, beyond:] = _run(planned, int(origin), paces, at_m)
    return arrive_s


def _find_pace(stretch: LineStretch, speeds: Speeds, members: slice | Indices) -> Array:
    """Return the speed in official metres per second on a stretch, (draws,)."""
    running_mps, ratio = speeds
    found = running_mps[stretch.line][members]
    if stretch.length_prior is None:
        return found
    return np.asarray(found / ratio[stretch.length_prior][members])


def _run(planned: PlannedRoute, origin: int, paces: list[Array], at_m: Array) -> Array:
    """Return the seconds from a passage to points ahead of it, (draws, points)."""
    if planned.train.traction is None or paces[0].size <= MANY_DRAWS:
        return _run_exactly(planned, origin, paces, at_m)
    key = origin, at_m.tobytes()
    if key not in planned.tables:
        planned.tables[key] = _make_table(planned, origin, at_m)
    table: _Table | None = planned.tables[key]
    if table is None or not table.covers(paces):
        return _run_exactly(planned, origin, paces, at_m)
    return table.find_times(paces)


def _run_exactly(planned: PlannedRoute, origin: int, paces: list[Array], at_m: Array) -> Array:
    track, _ = planned.lay_track(origin)
    stops = [stop.index for stop in planned.stops if stop.index > origin]
    factors = [pace / planned.train.max_speed_mps for pace in paces]
    many = run_many(
        planned.train,
        track,
        stops=[Stop(float(m)) for m in planned.measure_from(origin, np.array(stops, np.intp))],
        at_m=at_m,
        # One factor per draw takes a faster path than one per draw and limit.
        speed_factor=factors[0] if len(factors) == 1 else stack_columns(factors),
        engine="numpy",  # so that results do not depend on whether numba is installed
    )
    return many.arrive_s


@dataclass(frozen=True, eq=False)
class _Table:
    """Times of a train with a traction table, by its speeds on the stretches.

    Parameters
    ----------
    members
        Numbers of the stretches of each kind: those with one line and one ratio of lengths.
    covered_m
        Official metres of each kind up to each point, (kinds, points).
    grids
        Speeds of each kind, (GRID,) each.
    lost_s
        Time beyond that at the mean speeds, by kind and speed, (GRID, points) each.
    usual_s
        The same at the middle of all grids, (points,).
    """

    members: tuple[tuple[int, ...], ...]
    covered_m: Array
    grids: tuple[Array, ...]
    lost_s: tuple[Array, ...]
    usual_s: Array

    def covers(self, paces: list[Array]) -> bool:
        """Return whether all speeds lie within the grids."""
        return all(
            bool((paces[m[0]] >= grid[0]).all() and (paces[m[0]] <= grid[-1]).all())
            for m, grid in zip(self.members, self.grids, strict=True)
        )

    def find_times(self, paces: list[Array]) -> Array:
        """Return the seconds to each point, (draws, points)."""
        found = np.zeros((self.usual_s.size, paces[0].size))
        for kind, members in enumerate(self.members):
            pace, grid, lost = paces[members[0]], self.grids[kind], self.lost_s[kind]
            found += self.covered_m[kind][:, None] / pace
            for point in range(self.usual_s.size):
                found[point] += np.interp(pace, grid, lost[:, point])
        found -= (len(self.members) - 1) * self.usual_s[:, None]
        return found.T


def _make_table(planned: PlannedRoute, origin: int, at_m: Array) -> _Table | None:
    """Return the table of a plan from a passage on; None if it would not be exact enough."""
    _, stretches = planned.lay_track(origin)
    kinds: dict[tuple[str, int | None], list[int]] = {}
    for number, stretch in enumerate(stretches):
        kinds.setdefault((stretch.line, stretch.length_prior), []).append(number)
    members = tuple(tuple(numbers) for numbers in kinds.values())
    ends = [_find_ends(planned, line, prior) for line, prior in kinds]
    if not all(np.isfinite(high) for _, high in ends):
        return None
    grids = tuple(np.linspace(low, high, GRID if high > low else 1) for low, high in ends)
    covered_m = _measure_kinds(planned, origin, members, at_m)
    middle = np.array([grid[grid.size // 2] for grid in grids])

    def find_lost(rows: Array) -> Array:
        paces = [np.empty(0)] * len(stretches)
        for kind, numbers in enumerate(members):
            for number in numbers:
                paces[number] = rows[:, kind]
        run_s = _run_exactly(planned, origin, paces, at_m)
        return np.asarray(run_s - (covered_m[None] / rows[:, :, None]).sum(axis=1))

    lost = []
    for kind, grid in enumerate(grids):
        rows = np.repeat(middle[None], grid.size, axis=0)
        rows[:, kind] = grid
        lost.append(find_lost(rows))
    table = _Table(members, covered_m, grids, tuple(lost), find_lost(middle[None])[0])
    shares = np.random.default_rng(0).random((CHECKED, len(grids)))
    rows = np.array(
        [
            [low + s * (high - low) for (low, high), s in zip(ends, row, strict=True)]
            for row in shares
        ]
    )
    paces = [np.empty(0)] * len(stretches)
    for kind, numbers in enumerate(members):
        for number in numbers:
            paces[number] = rows[:, kind]
    exact_s = _run_exactly(planned, origin, paces, at_m)
    is_close = np.abs(table.find_times(paces) - exact_s).max(initial=0.0) <= TOLERANCE_S
    return table if is_close else None


def _find_ends(planned: PlannedRoute, line: str, prior: int | None) -> tuple[float, float]:
    """Return the lowest and the highest speed on a kind of stretch, in official m/s."""
    plan = planned.journey.plan
    row = next(row for row in plan.speeds if row.line == line)
    low, high = (float(kmh_to_mps(kmh)) for kmh in row.running_kmh.ends)
    if prior is None:
        return low, high
    length = plan.lengths[prior]
    official_km = planned.journey.network.route(length.from_, length.to).length_km
    return low * official_km / length.km.highest, high * official_km / length.km.lowest


def _measure_kinds(
    planned: PlannedRoute, origin: int, members: tuple[tuple[int, ...], ...], at_m: Array
) -> Array:
    """Return the official metres of each kind of stretch up to each point."""
    _, stretches = planned.lay_track(origin)
    start_km = planned.route.passages[origin].km
    found = np.zeros((len(members), at_m.size))
    for kind, numbers in enumerate(members):
        for number in numbers:
            stretch = stretches[number]
            first_m = km_to_metres(max(stretch.start_km - start_km, 0.0))
            last_m = km_to_metres(stretch.end_km - start_km)
            found[kind] += np.clip(at_m - first_m, 0.0, last_m - first_m)
    return found
