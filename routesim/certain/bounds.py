"""Bounds: what must hold of every passage if the reports of a world are true."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.certain.encoding import list_places
from routesim.certain.problem import Testimony, take_testimony
from routesim.certain.schedules import SolvedCase, find_span, solve_world
from routesim.certain.worlds import World, list_mildest, list_worlds
from routesim.constraints.system import FREE_S
from routesim.errors import ArgumentError, Fault
from routesim.evidence import parse_time
from routesim.journey import require_journey
from routesim.units import mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from routesim.constraints.system import Tree
    from routesim.journey import Journey
    from routesim.network import Route

__all__ = ["Bounds", "CertainPlace", "bound_worlds", "bounds"]

EVENTS = ("arrive", "depart")
ENDS = ("earliest", "latest")


@dataclass(frozen=True, slots=True)
class CertainPlace:
    """Where the train must have been at an instant.

    ``min_km`` to ``max_km`` on the route; None both where no world holds. ``stations`` are
    the timing points before and after them.
    """

    time_s: float
    min_km: float | None
    max_km: float | None
    stations: tuple[str, str] | None


@dataclass(frozen=True, eq=False)
class Bounds:
    """What is certain in some worlds; made by :func:`bounds`.

    Parameters
    ----------
    worlds
        The worlds over which it is the hull; empty if none holds, and then ``conflict``
        tells why.
    conflict
        Clauses and assumptions that empty it; empty if a world holds.
    """

    journey_id: str
    route_id: str
    route: Route
    worlds: tuple[World, ...]
    conflict: tuple[str, ...]
    testimony: Testimony = field(repr=False)
    solved: tuple[SolvedCase, ...] = field(repr=False)

    def __repr__(self) -> str:
        """Name the route and the worlds."""
        numbers = ", ".join(str(world.number) for world in self.worlds) or "none"
        return f"<Bounds {self.journey_id!r}, route {self.route_id}: worlds {numbers}>"

    @cached_property
    def _ends(self) -> dict[tuple[str, str], NDArray[np.float64]]:
        """Seconds a passage by event and end; NaN where the event happens in no case."""
        count = len(self.route.passages)
        ends = {(event, end): np.full(count, np.nan) for event in EVENTS for end in ENDS}
        for solved in self.solved:
            late, early = solved.latest_s, solved.earliest_s
            for number, event in enumerate(EVENTS):
                first = solved.case.origin + (event == "arrive")
                last = count - (event == "depart")
                span = slice(first, last)
                nodes = 1 + 2 * (np.arange(first, last) - solved.case.origin) + number
                row = ends[event, "latest"]
                row[span] = np.fmax(row[span], late[nodes])
                row = ends[event, "earliest"]
                row[span] = np.fmin(row[span], early[nodes])
        return ends

    @cached_property
    def points(self) -> gpd.GeoDataFrame:
        """A row a passage (EPSG:4326).

        Columns: station, visit, km, tz, arrive_earliest, arrive_latest, depart_earliest,
        depart_latest (aware UTC; NaT where nothing bounds it, or where the train sets out
        or ends), the same with ``_by`` (the clauses and assumptions that hold that end),
        geometry. The latest is the last second that is possible.
        """
        import pandas as pd  # noqa: PLC0415 (heavy)

        frame = self.route.points[["station", "visit", "km", "tz", "geometry"]].copy()
        for (event, end), seconds in self._ends.items():
            finite = np.where(np.isfinite(seconds), seconds, np.nan)
            name = f"{event}_{end}"
            frame[name] = pd.to_datetime(finite, unit="s", utc=True).astype(
                "datetime64[s, UTC]"
            )
            frame[f"{name}_by"] = [
                self.list_holders(index, event, end) for index in range(len(seconds))
            ]
        order = [c for c in frame.columns if c != "geometry"]
        return frame[[*order, "geometry"]]

    def get_seconds(self, event: str, end: str) -> NDArray[np.float64]:
        """Return one end of one event at every passage, POSIX seconds, shape (passages,).

        Infinite where nothing bounds it, NaN where the event happens in no case. ``event``
        is arrive or depart, ``end`` earliest or latest.
        """
        return self._ends[event, end].copy()

    def list_holders(self, passage: int, event: str, end: str) -> tuple[str, ...]:
        """Return the clauses and assumptions that hold one end of one event."""
        target = self._ends[event, end][passage]
        if not np.isfinite(target):
            return ()
        register = self.testimony.register
        for solved in self.solved:
            if passage < solved.case.origin:
                continue
            node = solved.case.node(passage, event)
            times = solved.latest_s if end == "latest" else solved.earliest_s
            if times[node] != target:
                continue
            tree = solved.up if end == "latest" else solved.down
            return self._name_path(solved, tree, node)
        return tuple(register.assumption_bits)[:0]

    def _name_path(self, solved: SolvedCase, tree: Tree, node: int) -> tuple[str, ...]:
        register, system = self.testimony.register, solved.case.system
        owners = 0
        for number in tree.list_path(node):
            owners |= system.constraints[number].owners
        if tree.uses_other(node, system.order):
            owners |= system.cap_owners
        return (*register.list_clauses(owners), *register.list_assumptions(owners))

    def where(self, time: str | datetime) -> CertainPlace:
        """Tell between which kilometres the train must have been at an instant.

        Parameters
        ----------
        time
            Aware time.

        Returns
        -------
        CertainPlace
            From the origin where it need not have set out, to the destination where it may
            have arrived.
        """
        time_s = parse_time(time)
        reached = [find_span(solved, time_s) for solved in self.solved]
        if not reached:
            return CertainPlace(time_s, None, None, None)
        low = min(span[0] for span in reached)
        high = max(span[1] for span in reached)
        km = self.route.passage_km
        before = int(np.searchsorted(km, low + 1e-9, side="right")) - 1
        after = min(int(np.searchsorted(km, high - 1e-9, side="left")), len(km) - 1)
        names = [self.route.passages[max(i, 0)].station.name for i in (before, after)]
        return CertainPlace(time_s, low, high, (names[0], names[1]))

    def trace(
        self, times_s: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the least and greatest kilometre at each of many seconds, both (times,)."""
        spans = [[find_span(solved, float(time)) for time in times_s] for solved in self.solved]
        if not spans:
            return np.full(times_s.shape, np.nan), np.full(times_s.shape, np.nan)
        array = np.array(spans)
        return array[:, :, 0].min(axis=0), array[:, :, 1].max(axis=0)

    @property
    def origins(self) -> tuple[str, ...]:
        """The stations from which it may have set out, in the order of the route."""
        indices = sorted({solved.case.origin for solved in self.solved})
        return tuple(self.route.passages[index].station.name for index in indices)

    @property
    def departure_s(self) -> tuple[float, float]:
        """The earliest and latest second of setting out, wherever from; infinite if open."""
        ends = [
            (solved.earliest_s[node], solved.latest_s[node])
            for solved in self.solved
            for node in [solved.case.node(solved.case.origin, "depart")]
        ]
        if not ends:
            return float("nan"), float("nan")
        return float(min(low for low, _ in ends)), float(max(high for _, high in ends))

    @cached_property
    def key_passages(self) -> tuple[int, ...]:
        """The passages of which a clause that is heard speaks, and both ends."""
        places = list_places(speaker.clause for speaker in self.testimony.speakers)
        kept = {
            index
            for index, passage in enumerate(self.route.passages)
            if passage.station.name in places
        }
        return tuple(sorted({0, *kept, len(self.route.passages) - 1}))

    @cached_property
    def stretches(self) -> pd.DataFrame:
        """A row a pair of neighbouring reported places, and one a stay at each.

        Columns: from_station, from_visit, to_station, to_visit, km, least_s, most_s (time
        from reaching the first to reaching the second; of a stay from reaching to leaving;
        NaN where nothing
        bounds it), least_by, most_by, least_standing_s (what is left of the least time
        after running at the slowest running speed reported, or all of it at one place),
        standing_by, most_standing_s (of the most time after running at the cap),
        least_running_s (at the cap).
        """
        import pandas as pd  # noqa: PLC0415 (heavy)

        keys = self.key_passages
        rows = []
        for first, last in itertools.pairwise(keys):
            if first > 0:
                rows.append(self._measure(first, first))
            rows.append(self._measure(first, last))
        return pd.DataFrame(rows)

    @cached_property
    def speeds(self) -> pd.DataFrame:
        """A row a pair of reported places: the overall speeds that their times force.

        Columns: from_station, from_visit, to_station, to_visit, km, most_s,
        least_overall_kmh (the shortest length over the most time; NaN where nothing bounds
        the time), by, is_passed (False where it may have set out only beyond the first of
        the two: the speed then holds if it came from there).
        """
        import pandas as pd  # noqa: PLC0415 (heavy)

        keys = self.key_passages
        last_start = max((solved.case.origin for solved in self.solved), default=0)
        rows: list[dict[str, Any]] = []
        for number, first in enumerate(keys):
            for last in keys[number + 1 :]:
                lapse = self._find_lapse(first, "depart", last, "arrive")
                if lapse is None:
                    continue
                low_m, _ = self.solved[0].case.line.measure_m(first, last)
                most = lapse["most_s"]
                forced = mps_to_kmh(low_m / most) if most and most > 0 else np.nan
                rows.append(
                    {
                        **self._name_ends(first, last),
                        "most_s": most,
                        "least_overall_kmh": forced,
                        "by": lapse["most_by"],
                        "is_passed": first >= last_start,
                    }
                )
        columns = [
            "from_station", "from_visit", "to_station", "to_visit", "km", "most_s",
            "least_overall_kmh", "by", "is_passed",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def _name_ends(self, first: int, last: int) -> dict[str, Any]:
        passages = self.route.passages
        return {
            "from_station": passages[first].station.name,
            "from_visit": passages[first].visit,
            "to_station": passages[last].station.name,
            "to_visit": passages[last].visit,
            "km": passages[last].km - passages[first].km,
        }

    def _measure(self, first: int, last: int) -> dict[str, Any]:
        is_stay = first == last
        start = "depart" if first == 0 else "arrive"
        lapse = self._find_lapse(first, start, last, "depart" if is_stay else "arrive") or {
            "least_s": np.nan, "most_s": np.nan, "least_by": (), "most_by": (),
        }  # fmt: skip
        standing: dict[str, Any] = {
            "least_standing_s": np.nan,
            "standing_by": (),
            "most_standing_s": np.nan,
        }
        if is_stay:
            standing = {
                "least_standing_s": lapse["least_s"],
                "standing_by": lapse["least_by"],
                "most_standing_s": lapse["most_s"],
            }
        elif self.solved:
            line = self.solved[0].case.line
            slowest = self._find_slowest()
            if slowest is not None:
                _, high_m = line.measure_m(first, last)
                left = max(lapse["least_s"] - high_m / slowest[1], 0.0)
                by = (*lapse["least_by"], slowest[0], "length")
                standing["least_standing_s"] = left
                standing["standing_by"] = tuple(dict.fromkeys(by)) if left else ()
            standing["most_standing_s"] = lapse["most_s"] - float(
                line.get_least_s()[first, last]
            )
        running = (
            0.0
            if is_stay or not self.solved
            else float(self.solved[0].case.line.get_least_s()[first, last])
        )
        return {
            **self._name_ends(first, last), **lapse, **standing, "least_running_s": running
        }  # fmt: skip

    def _find_slowest(self) -> tuple[str, float] | None:
        """Return the highest of the lowest running speeds that the world keeps."""
        from routesim.evidence import SpeedClause  # noqa: PLC0415 (kept beside its use)

        register = self.testimony.register
        held = [solved.owners for solved in self.solved]
        found: list[tuple[float, str]] = []
        for speaker in self.testimony.speakers:
            clause = speaker.clause
            if not isinstance(clause, SpeedClause) or clause.basis != "running":
                continue
            if all(speaker.owners & ~owners == 0 for owners in held):
                found.append((clause.low_mps, register.list_clauses(speaker.owners)[0]))
        return max(found)[::-1] if found else None

    def _find_lapse(self, first: int, start: str, last: int, end: str) -> dict[str, Any] | None:
        """Return the least and most seconds between two events over all cases."""
        least: tuple[float, tuple[str, ...]] | None = None
        most: tuple[float, tuple[str, ...]] | None = None
        for solved in self.solved:
            if first < solved.case.origin or (
                first == solved.case.origin and start == "arrive"
            ):
                continue
            tail, head = solved.case.node(first, start), solved.case.node(last, end)
            numbers = solved.case.system.select(solved.owners)
            matrix = solved.case.system.get_matrix(solved.owners)
            up = solved.case.system.reach(tail, numbers, matrix)
            down = solved.case.system.reach(head, numbers, matrix)
            high = float(up.distance_s[head])
            low = -float(down.distance_s[tail])
            if most is None or high > most[0]:
                most = high, self._name_path(solved, up, head)
            if least is None or low < least[0]:
                least = low, self._name_path(solved, down, tail)
        if least is None or most is None:
            return None
        bounded = most[0] < FREE_S // 2
        return {
            "least_s": max(least[0], 0.0) + 0.0,
            "least_by": least[1] if least[0] > 0 else (),
            "most_s": most[0] if bounded else np.nan,
            "most_by": most[1] if bounded else (),
        }


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
        ``None`` for the hull over those that drop the fewest families.
    as_of, drop
        What is heard; see :func:`routesim.conflicts`.
    route
        Id of a route; ``None`` for the default one.

    Returns
    -------
    Bounds
        Of one route, which it names. An empty answer carries the set that empties it.

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
        return bound_worlds(world.testimony, (world,), world.route)
    require_journey(journey)
    wanted = journey.default_route if route is None else route
    testimony = take_testimony(journey, as_of=as_of, drop=drop, route=wanted)
    if world is None:
        chosen = tuple(list_mildest(testimony))
    else:
        found = list_worlds(testimony)
        if (
            isinstance(world, bool)
            or not isinstance(world, int)
            or not 1 <= world <= len(found)
        ):
            raise ArgumentError(
                [Fault("world", f"{world!r:.40} is not listed", f"give 1 to {len(found)}")]
            )
        chosen = (found[world - 1],)
    return bound_worlds(testimony, chosen, chosen[0].route if chosen else testimony.routes[0])


def bound_worlds(testimony: Testimony, chosen: Sequence[World], route: str) -> Bounds:
    """Find the bounds of given worlds of a testimony on one route."""
    solved = [
        one for world in chosen if world.route == route for one in solve_world(world, route)
    ]
    conflict: tuple[str, ...] = ()
    if not solved:
        sets = testimony.conflict_sets
        register = testimony.register
        if sets:
            owners = min(sets, key=int.bit_count)
            conflict = (*register.list_clauses(owners), *register.list_assumptions(owners))
    return Bounds(
        journey_id=testimony.journey.id,
        route_id=route,
        route=testimony.journey.routes[route].route,
        worlds=tuple(world for world in chosen if world.route == route),
        conflict=conflict,
        testimony=testimony,
        solved=tuple(solved),
    )
