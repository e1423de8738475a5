"""Bounds: the earliest and latest time of every passage, and the certain position."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import lazy_loader
import numpy as np

from routesim.answers import Answer
from routesim.certain.problem import ReportProblem, build_problem
from routesim.certain.proofs.steps import list_assumptions
from routesim.certain.schedules import SolvedCase, solve_world
from routesim.certain.stretches import find_forced_speeds, measure_stretches, select_bounded
from routesim.certain.worlds import World, list_best, list_worlds
from routesim.errors import ArgumentError, Fault
from routesim.evidence import parse_time
from routesim.journey import require_journey
from routesim.journey.lengths import list_exact_km
from routesim.text.positions import format_certain_km, format_stations
from routesim.text.times import format_utc, to_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import geopandas as gpd
    import pandas as pd

    from routesim.arrays import Array
    from routesim.journey import Journey
    from routesim.network import ExactKm, Route
else:
    pd = lazy_loader.load("pandas")


EVENTS = ("arrive", "depart")
ENDS = ("earliest", "latest")


class BoundEnd(NamedTuple):
    """One end of the bounds of an event: POSIX seconds, None if open, and what sets it.

    ``by`` has the ids of clauses and the names of assumptions.
    """

    seconds: float | None
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class PositionBounds(Answer):
    """Certain position of the train at a given time; made by :meth:`Bounds.where`.

    Parameters
    ----------
    time_s : float
        The time in POSIX seconds.
    min_km, max_km : float
        Kilometres of the route between which the train must have been.
    stations : tuple of str
        Timing point at or before ``min_km``, and timing point at or after ``max_km``.
    is_complete : bool, default True
        Whether the position is certain; see :class:`Bounds`.

    Examples
    --------
    >>> import routesim as rs
    >>> place = rs.bounds(rs.load_journey("2023-09")).where("2023-09-11T10:00Z")
    >>> place
    <PositionBounds 2023-09-11T10:00:00Z: km 854 to 857, Tumangang to Friendship Bridge border>
    >>> place.stations
    ('Tumangang', 'Friendship Bridge border')
    >>> place.time.isoformat()
    '2023-09-11T10:00:00+00:00'
    """

    time_s: float
    min_km: float
    max_km: float
    stations: tuple[str, str]
    is_complete: bool = True
    json_keys = ("time", "min_km", "max_km", "stations", "complete=is_complete")

    def __repr__(self) -> str:
        """Return the time and the range of kilometres, rounded outwards."""
        time = format_utc(self.time_s)
        km = format_certain_km(self.min_km, self.max_km, ceil(self.max_km))
        return f"<PositionBounds {time}: {km}, {format_stations(self.stations)}>"

    @property
    def time(self) -> datetime:
        """The time as an aware datetime in UTC."""
        return to_datetime(self.time_s)


@dataclass(frozen=True, eq=False)
class Bounds(Answer):
    """Bounds on times and positions of a route in some worlds; made by :func:`bounds`.

    The bounds of several worlds are the widest ones, so that they hold in each world.

    Parameters
    ----------
    journey_id : str
        Id of the journey.
    route_id : str
        Id of the route.
    route : Route
        The route.
    worlds : tuple of World
        The worlds, at least one.
    problem : ReportProblem
        Constraint problem to which the worlds belong.
    solved : tuple of SolvedCase
        Bounds of each world from each possible origin.
    is_complete : bool, default True
        Whether no other of the best worlds may widen the bounds. If not, they are not certain.
    is_chosen : bool, default False
        Whether the bounds are those of a chosen world, and not of all best worlds on the route.

    Examples
    --------
    >>> import routesim as rs
    >>> held = rs.bounds(rs.load_journey("2023-09"))
    >>> held
    <Bounds '2023-09', route vladivostok: worlds 1, 2>
    >>> origin = held.to_frame().iloc[0]
    >>> print(origin["depart_earliest"], origin["depart_earliest_by"])
    2023-09-10 08:00:00+00:00 ('C04',)
    >>> held.where("2023-09-11T10:00Z").stations
    ('Tumangang', 'Friendship Bridge border')
    >>> khasan = held.stretches(every=False).query("from_station == to_station == 'Khasan'")
    >>> khasan[["least_s", "most_s", "least_by"]].values.tolist()
    [[300.0, 10800.0, ('C21.2',)]]
    """

    journey_id: str
    route_id: str
    route: Route
    worlds: tuple[World, ...]
    problem: ReportProblem = field(repr=False)
    solved: tuple[SolvedCase, ...] = field(repr=False)
    is_complete: bool = True
    is_chosen: bool = False

    @property
    def elsewhere(self) -> tuple[World, ...]:
        """Best worlds on other routes, which these bounds are not about.

        Empty for the bounds of a chosen world.
        """
        if self.is_chosen:
            return ()
        best = tuple(list_best(self.problem))
        numbers = {world.number for world in self.worlds}
        mine = {world.number for world in best if world.route == self.route_id}
        return tuple(w for w in best if w.route != self.route_id) if numbers == mine else ()

    def __repr__(self) -> str:
        """Show the journey, the route and the numbers of the worlds."""
        numbers = ", ".join(str(world.number) for world in self.worlds)
        return f"<Bounds {self.journey_id!r}, route {self.route_id}: worlds {numbers}>"

    @cached_property
    def _ends(self) -> dict[tuple[str, str], Array]:
        """POSIX seconds per passage for each event and end; NaN where no case has the event."""
        count = len(self.route.passages)
        ends = {(event, end): np.full(count, np.nan) for event in EVENTS for end in ENDS}
        for solved in self.solved:
            origin = solved.case.origin
            for (event, end), row in ends.items():
                own = np.full(count, np.nan)
                own[origin:] = solved.get_times(end)[0][1 + EVENTS.index(event) :: 2]
                own[self._find_missing(solved, event)] = np.nan
                (np.fmax if end == "latest" else np.fmin)(row, own, out=row)
        return ends

    def _find_missing(self, solved: SolvedCase, event: str) -> int:
        """Return the passage without an event: arriving at the origin, departing at the end."""
        return solved.case.origin if event == "arrive" else len(self.route.passages) - 1

    def to_frame(self) -> gpd.GeoDataFrame:
        """Return the bounds of every passage as a table (EPSG:4326).

        Returns
        -------
        GeoDataFrame
            One row per passage of the route. Columns: ``station``, ``visit``, ``km``, ``tz``,
            ``arrive_earliest``, ``arrive_latest``, ``depart_earliest``, ``depart_latest``
            (aware UTC), the same four with ``_by`` (clauses and assumptions that set the time),
            ``complete`` (see ``is_complete``) and ``geometry``. A time is NaT where nothing
            bounds it, for the arrival at the origin and for the departure from the
            destination. The latest time is the last possible second.

        Examples
        --------
        >>> import routesim as rs
        >>> frame = rs.bounds(rs.load_journey("2023-09")).to_frame()
        >>> khasan = frame.query("station == 'Khasan'").iloc[0]
        >>> khasan["arrive_latest"] < khasan["depart_latest"]
        True
        >>> frame.loc[0, "depart_latest_by"]
        ('C01',)
        """
        frame = self.route.points[["station", "visit", "km", "tz", "geometry"]].copy()
        for (event, end), seconds in self._ends.items():
            finite = np.where(np.isfinite(seconds), seconds, np.nan)
            times = pd.to_datetime(finite, unit="s", utc=True)
            frame[f"{event}_{end}"] = times.astype("datetime64[s, UTC]")
            frame[f"{event}_{end}_by"] = [
                self.list_holders(index, event, end) for index in range(len(seconds))
            ]
        frame["complete"] = self.is_complete
        return frame[[*frame.columns.drop("geometry"), "geometry"]]

    def get_seconds(self, event: str, end: str) -> Array:
        """Return one end of one event at every passage.

        Parameters
        ----------
        event : {"arrive", "depart"}
            The event.
        end : {"earliest", "latest"}
            The end of its bounds.

        Returns
        -------
        ndarray of float
            POSIX seconds, shape (passages,). Where nothing bounds the end, minus infinity for
            the earliest and infinity for the latest. NaN where the event cannot happen, such as
            arriving at the origin.

        Raises
        ------
        KeyError
            If the event or the end is not one of those listed.

        Examples
        --------
        The last stations that the train must have reached 30 hours after its latest departure:

        >>> import routesim as rs
        >>> held = rs.bounds(rs.load_journey("2023-09"))
        >>> reached = held.get_seconds("arrive", "latest") <= held.departure_s[1] + 30 * 3600
        >>> held.route.points.loc[reached, "station"].tail(2).tolist()
        ['Chokchi', 'Tumangang']
        """
        return self._ends[event, end].copy()

    def get_end(self, passage: int, event: str, end: str) -> BoundEnd:
        """Return one end of one event at one passage, and what sets it.

        Parameters
        ----------
        passage : int
            Index of the passage on the route, from 0.
        event : {"arrive", "depart"}
            The event.
        end : {"earliest", "latest"}
            The end of its bounds.

        Returns
        -------
        BoundEnd
            ``seconds`` is in POSIX seconds, or None where nothing bounds the end or the event
            cannot happen. ``by`` has the clauses and assumptions that set the end.

        Raises
        ------
        KeyError
            If the event or the end is not one of those listed.
        IndexError
            If there is no such passage.

        Examples
        --------
        >>> import routesim as rs
        >>> held = rs.bounds(rs.load_journey("2023-09"))
        >>> held.get_end(0, "depart", "latest").by
        ('C01',)
        >>> held.get_end(0, "arrive", "latest")
        BoundEnd(seconds=None, by=())
        """
        seconds = float(self._ends[event, end][passage])
        holders = self.list_holders(passage, event, end)
        return BoundEnd(seconds if np.isfinite(seconds) else None, holders)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Assumptions on which any of the bounds depends, in words."""
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
        """Return the clauses and assumptions that set one end of one event.

        Parameters
        ----------
        passage : int
            Index of the passage on the route, from 0.
        event : {"arrive", "depart"}
            The event.
        end : {"earliest", "latest"}
            The end of its bounds.

        Returns
        -------
        tuple of str
            Ids of clauses, then names of assumptions; empty where nothing bounds the end.

        Raises
        ------
        KeyError
            If the event or the end is not one of those listed.
        IndexError
            If there is no such passage.

        Examples
        --------
        >>> import routesim as rs
        >>> held = rs.bounds(rs.load_journey("2023-09"))
        >>> held.list_holders(1, "arrive", "earliest")
        ('C04', 'speed cap', 'length')
        """
        target = self._ends[event, end][passage]
        if not np.isfinite(target):
            return ()
        for solved in self.solved:
            if passage < solved.case.origin or passage == self._find_missing(solved, event):
                continue
            node = solved.case.node(passage, event)
            times, tree = solved.get_times(end)
            if times[node] == target:
                return solved.list_holders(tree, node)
        return ()

    @property
    def exact_km(self) -> tuple[ExactKm, ...]:
        """Kilometres of the route that are taken as exact, by line; may be empty."""
        return list_exact_km(self.problem.journey, [self.route_id])

    def where(self, time: str | datetime) -> PositionBounds:
        """Return the certain position of the train at a given time.

        Parameters
        ----------
        time : str or datetime
            Aware time, such as ``2023-09-11T10:00Z``.

        Returns
        -------
        PositionBounds
            Least and greatest kilometre of the route, and the timing points around them. The
            least is the origin until the train must have departed. The greatest is the
            destination once the train may have arrived. The time is ``time`` (aware UTC) and
            ``time_s`` (POSIX seconds). ``to_frame`` has one row: ``time``, ``min_km``,
            ``max_km``, ``stations`` and ``complete``.

        Raises
        ------
        TimeError
            If the time has no offset, cannot be read or lies outside 1800 to 2200.

        See Also
        --------
        Posterior.where : Likely position, given the reports.
        could : Check whether the train could have been at places at times.
        Bounds.trace : Least and greatest kilometre at many times.

        Examples
        --------
        >>> import routesim as rs
        >>> held = rs.bounds(rs.load_journey("2023-09"))
        >>> place = held.where("2023-09-11T19:00+09:00")
        >>> round(place.min_km), round(place.max_km)
        (854, 857)
        """
        time_s = parse_time(time)
        low, high = (float(km[0]) for km in self.trace(np.array([time_s])))
        km = self.route.passage_km
        before = max(int(np.searchsorted(km, low + 1e-9, side="right")) - 1, 0)
        after = min(int(np.searchsorted(km, high - 1e-9, side="left")), len(km) - 1)
        start, end = (self.route.passages[index].station.name for index in (before, after))
        return PositionBounds(time_s, low, high, (start, end), self.is_complete)

    def trace(self, times_s: Array) -> tuple[Array, Array]:
        """Return the least and greatest kilometre at each of many times.

        Parameters
        ----------
        times_s : ndarray of float
            POSIX seconds, shape (times,).

        Returns
        -------
        min_km, max_km : ndarray of float
            Kilometres of the route, each of shape (times,).

        Examples
        --------
        >>> import numpy as np
        >>> import routesim as rs
        >>> held = rs.bounds(rs.load_journey("2023-09"))
        >>> min_km, max_km = held.trace(held.departure_s[0] + np.array([0.0, 86_400.0]))
        >>> bool((min_km <= max_km).all()), float(max_km[0])
        (True, 0.0)
        """
        rows = [[one.bound_km(float(t)) for t in times_s] for one in self.solved]
        array = np.array(rows).reshape(len(rows), len(times_s), 2)
        return array[:, :, 0].min(axis=0), array[:, :, 1].max(axis=0)

    @property
    def origins(self) -> tuple[str, ...]:
        """Possible stations of departure, along the route."""
        passages = self.route.passages
        indices = sorted({solved.case.origin for solved in self.solved})
        return tuple(passages[index].station.name for index in indices)

    @property
    def departure_s(self) -> tuple[float, float]:
        """Earliest and latest departure from any origin, POSIX seconds; infinite if open."""
        starts = [(one, one.case.node(one.case.origin, "depart")) for one in self.solved]
        low = min(one.earliest_s[node] for one, node in starts)
        return float(low), float(max(one.latest_s[node] for one, node in starts))

    @cached_property
    def key_passages(self) -> tuple[int, ...]:
        """Indices of the passages at reported places, and of the first and last passage."""
        places = {p for v in self.problem.variants for p in v.clause.places}
        passages = self.route.passages
        kept = {n for n, passage in enumerate(passages) if passage.station.name in places}
        return tuple(sorted({0, *kept, len(passages) - 1}))

    def stretches(self, *, every: bool = True) -> pd.DataFrame:
        """Return the certain time between neighbouring reported places, and at each of them.

        Parameters
        ----------
        every : bool, default True
            Whether to return all rows. If False, only those whose time depends on a report.

        Returns
        -------
        DataFrame
            One row per pair of neighbouring reported places, and one per stay at a place
            between the ends of the route; ``km`` of a stay is 0. Columns:

            - ``from_station``, ``from_visit``, ``to_station``, ``to_visit``, ``km``
            - ``least_s``, ``most_s``: seconds from the arrival at the first place (from the
              departure, if it is the origin) to the arrival at the second. For a stay, from
              arrival to departure. NaN where nothing bounds them.
            - ``least_by``, ``most_by``: clauses and assumptions that set them.
            - ``least_standing_s``: the part of ``least_s`` that exceeds the running time at the
              least running speed that the reports allow; NaN if none is reported. For a stay,
              it equals ``least_s``.
            - ``standing_by``: clauses and assumptions that set ``least_standing_s``.
            - ``most_standing_s``: ``most_s`` minus ``least_running_s``.
            - ``least_running_s``: running time at the speed caps.

        Examples
        --------
        >>> import routesim as rs
        >>> held = rs.bounds(rs.load_journey("2023-09"))
        >>> border = held.stretches().query(
        ...     "from_station == 'Tumangang' and to_station == 'Friendship Bridge border'"
        ... )
        >>> border[["least_s", "least_by"]].values.tolist()
        [[14401.0, ('C13', 'C16')]]
        """
        found = self._stretches
        return found.copy() if every else select_bounded(found)

    def speeds(self) -> pd.DataFrame:
        """Return the least overall speed that is certain between each two reported places.

        Returns
        -------
        DataFrame
            One row per pair of reported places, the ends of the route included. Columns:
            ``from_station``, ``from_visit``, ``to_station``, ``to_visit``, ``km``, ``most_s``
            (longest time, NaN where nothing bounds it), ``least_overall_kmh`` (shortest
            length over ``most_s``), ``by`` (clauses and assumptions that set ``most_s``) and
            ``is_passed``. ``is_passed`` is False if the first place may lie before the origin
            of the train: the speed then holds only if the train passed this place.

        Examples
        --------
        >>> import routesim as rs
        >>> speeds = rs.bounds(rs.load_journey("2023-09")).speeds()
        >>> to_bridge = speeds.query(
        ...     "from_station == 'Pyongyang' and to_station == 'Razdolnaya bridge'"
        ... )
        >>> to_bridge["by"].tolist()
        [('C04', 'C23')]
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
            "complete": self.is_complete,
            "worlds": self.worlds,
            "points": [self._describe_point(n) for n in range(len(self.route.passages))],
            "stretches": self._stretches,
            "speeds": self._speeds,
            "origins": self.origins,
            # There is a world on every route, so nothing excludes all of them.
            "conflict": (),
            "exact_km": self.exact_km,
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
    journey : Journey
        The journey.
    world : int or World, optional
        A world, or its number from 1 in :func:`routesim.worlds` with the same ``as_of``,
        ``drop`` and ``route``. A :class:`World` has its own reports and route, and the other
        arguments are then ignored. By default, all best worlds; see :class:`routesim.World`.
    as_of : str or datetime, optional
        Aware time, such as ``2023-09-11T07:00Z``: only reports known by then are used. By
        default, all.
    drop : sequence of str, default ()
        Ids of reports or clauses to leave out.
    route : str, optional
        Id of the only possible route. By default, all routes of the journey are possible. The
        bounds are then those of the default route, or of the route of the first best world if
        no best world takes the default route.

    Returns
    -------
    Bounds
        Bounds of one route, the widest over all best worlds on it. Without reports, nothing is
        bounded. If not all best worlds were found, ``is_complete`` is False: the bounds hold in
        the worlds found, but are not certain. ``to_frame`` has one row per passage:
        ``station``, ``visit``, ``km``, ``tz`` and the times ``arrive_earliest``,
        ``arrive_latest``, ``depart_earliest`` and ``depart_latest`` (aware UTC, NaT where
        unbounded), each with the clauses that set it in a column ending in ``_by``, and
        ``complete``. ``get_seconds`` returns the times in POSIX seconds.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a journey, ``world`` is not the number of a world, or ``drop`` is
        a single string or has an unknown id.
    TimeError
        If ``as_of`` has no offset, cannot be read or lies outside 1800 to 2200.
    UnknownNameError
        If the journey has no such route.

    See Also
    --------
    worlds : List the ways to reconcile the reports, which the bounds are over.
    could : Check whether the train could have been at places at times.
    condition : Draw likely journeys, given the reports.
    Bounds.where : Certain position at a given time.

    Notes
    -----
    Event times follow from shortest paths in a simple temporal problem [1]_, in whole
    seconds; positions between them from the speed caps of the lines.

    References
    ----------
    .. [1] R. Dechter, I. Meiri and J. Pearl, "Temporal constraint networks", Artificial
       Intelligence 49 (1991), 61-95.

    Examples
    --------
    >>> import routesim as rs
    >>> held = rs.bounds(rs.load_journey("2023-09"))
    >>> place = held.where("2023-09-11T10:00Z")
    >>> round(place.min_km), round(place.max_km)
    (854, 857)
    """
    if isinstance(world, World):
        return bound_worlds(world.problem, (world,), world.route, is_chosen=True)
    require_journey(journey)
    problem = build_problem(journey, as_of=as_of, drop=drop, route=route)
    if world is None:
        return bound_best(problem)
    found = list_worlds(problem)
    if type(world) is not int or not 1 <= world <= len(found):
        remedy = f"give a number from 1 to {len(found)}"
        raise ArgumentError([Fault("world", f"{world!r:.40} is not listed", remedy)])
    chosen = found[world - 1]
    return bound_worlds(problem, (chosen,), chosen.route, is_chosen=True)


def bound_best(problem: ReportProblem) -> Bounds:
    """Combine the bounds of the best worlds on the first route that any of them takes."""
    found = list_best(problem)
    taken = {world.route for world in found}
    route = next(route for route in problem.routes if route in taken)
    return bound_worlds(problem, found, route, is_complete=found.is_complete)


def bound_worlds(
    problem: ReportProblem,
    worlds: Sequence[World],
    route: str,
    *,
    is_complete: bool = True,
    is_chosen: bool = False,
) -> Bounds:
    """Combine the bounds of the worlds on one route; worlds on other routes are ignored."""
    held = tuple(world for world in worlds if world.route == route)
    return Bounds(
        journey_id=problem.journey.id,
        route_id=route,
        route=problem.journey.routes[route].route,
        worlds=held,
        problem=problem,
        solved=tuple(one for world in held for one in solve_world(world, route)),
        is_complete=is_complete,
        is_chosen=is_chosen,
    )
