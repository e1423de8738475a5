"""Bounds: the earliest and latest time of every passage, and where the train must have been."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import lazy_loader
import numpy as np

from routesim.answers import Answer
from routesim.certain.certificates import list_assumptions
from routesim.certain.problem import ReportProblem, build_problem
from routesim.certain.schedules import SolvedCase, solve_world
from routesim.certain.stretches import find_forced_speeds, measure_stretches, select_bounded
from routesim.certain.worlds import World, list_mildest, list_worlds
from routesim.constraints.bitsets import count_bits
from routesim.errors import ArgumentError, Fault
from routesim.evidence import parse_time
from routesim.journey import require_journey
from routesim.text.times import to_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import geopandas as gpd
    import pandas as pd

    from routesim.arrays import Array
    from routesim.journey import Journey
    from routesim.network import Route
else:
    pd = lazy_loader.load("pandas")


EVENTS = ("arrive", "depart")
ENDS = ("earliest", "latest")


class BoundEnd(NamedTuple):
    """One end of one event: POSIX seconds, None where it is open, and what sets it."""

    seconds: float | None
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PositionBounds(Answer):
    """Where the train must have been at an instant.

    ``min_km`` to ``max_km`` on the route; None both where no world holds. ``stations`` are
    the timing points before and after them.
    """

    time_s: float
    min_km: float | None = None
    max_km: float | None = None
    stations: tuple[str, str] | None = None
    json_keys = ("time", "min_km", "max_km", "stations")

    @property
    def time(self) -> datetime:
        """The instant, aware UTC."""
        return to_datetime(self.time_s)


@dataclass(frozen=True, eq=False)
class Bounds(Answer):
    """What is certain in some worlds; made by :func:`bounds`.

    Parameters
    ----------
    worlds
        The worlds whose bounds are joined; empty if none holds, and then ``conflict`` says
        why.
    conflict
        Clauses and assumptions that leave no world; empty if one holds.
    problem
        The problem whose worlds they are.
    solved
        The cases of the worlds, solved.
    """

    journey_id: str
    route_id: str
    route: Route
    worlds: tuple[World, ...]
    conflict: tuple[str, ...]
    problem: ReportProblem = field(repr=False)
    solved: tuple[SolvedCase, ...] = field(repr=False)

    def __repr__(self) -> str:
        """Name the route and the worlds."""
        numbers = ", ".join(str(world.number) for world in self.worlds) or "none"
        return f"<Bounds {self.journey_id!r}, route {self.route_id}: worlds {numbers}>"

    @cached_property
    def _ends(self) -> dict[tuple[str, str], Array]:
        """Seconds a passage by event and end; NaN where the event happens in no case."""
        count = len(self.route.passages)
        ends = {(event, end): np.full(count, np.nan) for event in EVENTS for end in ENDS}
        for solved in self.solved:
            origin = solved.case.origin
            for (event, end), row in ends.items():
                own = np.full(count, np.nan)
                own[origin:] = solved.get_times(end)[0][1 + EVENTS.index(event) :: 2]
                own[origin if event == "arrive" else -1] = np.nan
                (np.fmax if end == "latest" else np.fmin)(row, own, out=row)
        return ends

    def to_frame(self) -> gpd.GeoDataFrame:
        """Return a row a passage (EPSG:4326).

        Columns: station, visit, km, tz, arrive_earliest, arrive_latest, depart_earliest,
        depart_latest (aware UTC; NaT where nothing bounds it, or where the train departs or
        ends), the same with ``_by`` (the clauses and assumptions that set that end),
        geometry. The latest is the last second that is possible.
        """
        frame = self.route.points[["station", "visit", "km", "tz", "geometry"]].copy()
        for (event, end), seconds in self._ends.items():
            finite = np.where(np.isfinite(seconds), seconds, np.nan)
            times = pd.to_datetime(finite, unit="s", utc=True)
            frame[f"{event}_{end}"] = times.astype("datetime64[s, UTC]")
            frame[f"{event}_{end}_by"] = [
                self.list_holders(index, event, end) for index in range(len(seconds))
            ]
        return frame[[*frame.columns.drop("geometry"), "geometry"]]

    def get_seconds(self, event: str, end: str) -> Array:
        """Return one end of one event at every passage, POSIX seconds, shape (passages,).

        Infinite where nothing bounds it, NaN where the event happens in no case. ``event``
        is arrive or depart, ``end`` earliest or latest.
        """
        return self._ends[event, end].copy()

    def get_end(self, passage: int, event: str, end: str) -> BoundEnd:
        """Return one end of one event at one passage, and what sets it."""
        seconds = float(self._ends[event, end][passage])
        holders = self.list_holders(passage, event, end)
        return BoundEnd(seconds if np.isfinite(seconds) else None, holders)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The assumptions that set an end at a passage, in words; empty if no world holds."""
        named = {
            name
            for passage in range(len(self.route.passages))
            for event, end in self._ends
            for name in self.list_holders(passage, event, end)
        }
        kinds = [kind for kind in self.problem.register.assumption_bits if kind in named]
        if not kinds:
            return ()
        return tuple(list_assumptions(self.problem.journey, self.solved[0].case, kinds))

    def list_holders(self, passage: int, event: str, end: str) -> tuple[str, ...]:
        """Return the clauses and assumptions that set one end of one event."""
        target = self._ends[event, end][passage]
        if not np.isfinite(target):
            return ()
        for solved in self.solved:
            if passage < solved.case.origin:
                continue
            node = solved.case.node(passage, event)
            times, tree = solved.get_times(end)
            if times[node] == target:
                return solved.list_holders(tree, node)
        return ()

    def where(self, time: str | datetime) -> PositionBounds:
        """Return between which kilometres the train must have been at an instant.

        Parameters
        ----------
        time
            Aware time.

        Returns
        -------
        PositionBounds
            From the origin where it need not have departed, to the destination where it may
            have arrived.
        """
        time_s = parse_time(time)
        if not self.solved:
            return PositionBounds(time_s)
        low, high = (float(km[0]) for km in self.trace(np.array([time_s])))
        km = self.route.passage_km
        before = max(int(np.searchsorted(km, low + 1e-9, side="right")) - 1, 0)
        after = min(int(np.searchsorted(km, high - 1e-9, side="left")), len(km) - 1)
        start, end = (self.route.passages[index].station.name for index in (before, after))
        return PositionBounds(time_s, low, high, (start, end))

    def trace(self, times_s: Array) -> tuple[Array, Array]:
        """Return the least and greatest kilometre at each of many seconds, both (times,)."""
        if not self.solved:
            return np.full(times_s.shape, np.nan), np.full(times_s.shape, np.nan)
        array = np.array([[one.bound_km(float(t)) for t in times_s] for one in self.solved])
        return array[:, :, 0].min(axis=0), array[:, :, 1].max(axis=0)

    @property
    def origins(self) -> tuple[str, ...]:
        """The stations from which it may have departed, in the order of the route."""
        passages = self.route.passages
        indices = sorted({solved.case.origin for solved in self.solved})
        return tuple(passages[index].station.name for index in indices)

    @property
    def departure_s(self) -> tuple[float, float]:
        """The earliest and latest second of departing, wherever from; infinite if open."""
        if not self.solved:
            return float("nan"), float("nan")
        starts = [(one, one.case.node(one.case.origin, "depart")) for one in self.solved]
        low = min(one.earliest_s[node] for one, node in starts)
        return float(low), float(max(one.latest_s[node] for one, node in starts))

    @cached_property
    def key_passages(self) -> tuple[int, ...]:
        """The passages of reported places, and both ends."""
        places = {p for v in self.problem.variants for p in v.clause.places}
        passages = self.route.passages
        kept = {n for n, passage in enumerate(passages) if passage.station.name in places}
        return tuple(sorted({0, *kept, len(passages) - 1}))

    def stretches(self, *, every: bool = True) -> pd.DataFrame:
        """Return a row a pair of neighbouring reported places, and one a stay at each.

        Not ``every``: only those whose time a report bounds, and not the line alone.

        Columns: from_station, from_visit, to_station, to_visit, km, least_s, most_s (time
        from reaching the first to reaching the second; of a stay from reaching to leaving;
        NaN where nothing bounds it), least_by, most_by, least_standing_s (what is left of
        the least time after running at the slowest running speed reported, or all of it at
        one place), standing_by, most_standing_s (of the most time after running at the cap),
        least_running_s (at the cap).
        """
        found = self._stretches
        return found.copy() if every else select_bounded(found)

    def speeds(self) -> pd.DataFrame:
        """Return a row a pair of reported places: the overall speeds that their times force.

        Columns: from_station, from_visit, to_station, to_visit, km, most_s,
        least_overall_kmh (the shortest length over the most time; NaN where nothing bounds
        the time), by, is_passed (False where it may have departed only beyond the first of
        the two: the speed then holds if it came from there).
        """
        return self._speeds.copy()

    @cached_property
    def _stretches(self) -> pd.DataFrame:
        return measure_stretches(self.solved, self.route, self.key_passages)

    @cached_property
    def _speeds(self) -> pd.DataFrame:
        return find_forced_speeds(self.solved, self.route, self.key_passages)

    def _describe(self) -> dict[str, Any]:
        return {
            "journey": self.journey_id,
            "route": self.route_id,
            "worlds": self.worlds,
            "points": [self._describe_point(n) for n in range(len(self.route.passages))],
            "stretches": self._stretches if self.worlds else [],
            "speeds": self._speeds if self.worlds else [],
            "origins": self.origins,
            "conflict": self.conflict,
        }

    def _describe_point(self, index: int) -> dict[str, Any]:
        passage = self.route.passages[index]
        point = {"station": passage.station.name, "visit": passage.visit, "km": passage.km}
        for event in EVENTS:
            held = {end: self.get_end(index, event, end) for end in ENDS}
            times = {end: None if s is None else to_datetime(s) for end, (s, _) in held.items()}
            point[event] = times | {f"{end}_by": by for end, (_, by) in held.items()}
        return point


def bounds(
    journey: Journey,
    *,
    world: int | World | None = None,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    route: str | None = None,
) -> Bounds:
    """Find the earliest and latest time of every passage that the reports allow.

    Parameters
    ----------
    journey
        The journey.
    world
        One world, or its number in ``worlds`` for the same as_of, drop and route;
        ``None`` for all those together that drop the fewest families.
    as_of, drop
        What is used; see :func:`routesim.conflicts`.
    route
        Id of a route; ``None`` for the default one.

    Returns
    -------
    Bounds
        Of one route, which it names. An empty answer gives the conflict that leaves no world.

    Raises
    ------
    ArgumentError
        If there is no world of that number.

    Examples
    --------
    >>> import routesim as rs
    >>> held = rs.bounds(rs.load_journey("2023-09"))
    >>> place = held.where("2023-09-11T10:00Z")
    >>> round(place.min_km), round(place.max_km)
    (854, 857)
    """
    if isinstance(world, World):
        return bound_worlds(world.problem, (world,), world.route)
    require_journey(journey)
    wanted = journey.default_route if route is None else route
    problem = build_problem(journey, as_of=as_of, drop=drop, route=wanted)
    if world is None:
        chosen = tuple(list_mildest(problem))
    else:
        found = list_worlds(problem)
        if type(world) is not int or not 1 <= world <= len(found):
            raise ArgumentError(
                [Fault("world", f"{world!r:.40} is not listed", f"give 1 to {len(found)}")]
            )
        chosen = (found[world - 1],)
    return bound_worlds(problem, chosen, chosen[0].route if chosen else problem.routes[0])


def bound_worlds(problem: ReportProblem, chosen: Sequence[World], route: str) -> Bounds:
    """Find the bounds of given worlds of a problem on one route."""
    held = tuple(world for world in chosen if world.route == route)
    solved = tuple(one for world in held for one in solve_world(world, route))
    conflict: tuple[str, ...] = ()
    if not solved and problem.conflict_sets:
        conflict = problem.register.list_names(min(problem.conflict_sets, key=count_bits))
    passed = problem.journey.routes[route].route
    return Bounds(problem.journey.id, route, passed, held, conflict, problem, solved)
