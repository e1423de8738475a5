"""Base class of the agreements with clauses, and the comparison of values with their ends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from routesim.evidence import get_softness, widen_figure
from routesim.likely.soft_windows import IMPOSSIBLE, find_agreement, is_narrow
from routesim.units import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.arrays import Array
    from routesim.evidence import Clause, ReportedTime
    from routesim.journey import Journey, KeyTimes
    from routesim.journey.records import TrustRow
    from routesim.network import Route


ClauseT = TypeVar("ClauseT", bound="Clause")

Span = tuple["Array", "Array"]
"""Earliest and latest time of an event, (draws,): the same array if it has a single time."""
DEPARTURES = frozenset({"depart", "board", "end"})
"""Names of times that are departures."""
TimeKey = tuple[str, int, int]
"""Key of a time that each draw has: a name and the indices of two passages.

The name is an event, with the same passage twice, or ``start`` or ``end`` of the stay between
the two passages."""


NO_STOPS: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ObservationModel:
    """Comparison of values of draws with the windows and ranges of clauses.

    The plan of the journey has the softness of ranges. ``inside`` says whether the soft ends
    lie inside the hard ones.
    """

    journey: Journey
    inside: bool = False

    def compare_range(self, values: Array, clause: Clause, ends: tuple[float, float]) -> Array:
        """Return the log agreement of quantities with the range of a clause, (draws,)."""
        share = self.journey.plan.trust.range_share
        ends = widen_figure(clause, ends, share)
        soft = get_softness(clause, share)
        return find_agreement(values, ends, soft, inside=self.inside)

    def compare_lapse(
        self, events: tuple[Span, Span], clause: Clause, ends: tuple[float, float]
    ) -> Array:
        """Return the log agreement of the lapse between two events with a range, (draws,).

        If an event may be any moment of a stay, some lapse between the least and the greatest
        must be in the range, as a stay must overlap a window.
        """
        first, then = events
        if first[0] is first[1] and then[0] is then[1]:
            return self.compare_range(then[0] - first[0], clause, ends)
        least_s, most_s = then[0] - first[1], then[1] - first[0]
        share = self.journey.plan.trust.range_share
        low, high = widen_figure(clause, ends, share)
        soft_low, soft_high = get_softness(clause, share)
        above = find_agreement(most_s, (low, np.inf), (soft_low, 0.0), inside=self.inside)
        below = find_agreement(least_s, (-np.inf, high), (0.0, soft_high), inside=self.inside)
        return above + below

    def compare_window(self, times_s: Array, time: ReportedTime) -> Array:
        """Return the logarithm of the agreement of times with a window, (draws,)."""
        return find_agreement(times_s, get_ends(time), time.soft_s, inside=self.inside)


def get_ends(time: ReportedTime) -> tuple[float, float]:
    """Return the two ends of a window, POSIX seconds; infinite if open."""
    return time.window.start_s, time.window.end_s


@dataclass(frozen=True, slots=True)
class Side:
    """One end of the window in which a time must lie.

    ``sign`` is 1 if the time must be later than the end, and -1 if earlier. ``end_s`` is in
    POSIX seconds.
    """

    time: TimeKey
    sign: float
    end_s: float
    soft_s: float


Sides = tuple[tuple[Side, ...], bool]
"""All sides of a clause, and whether they are the two ends of one narrow window.

See :func:`routesim.likely.soft_windows.is_narrow`."""


class ClauseAgreement(ABC, Generic[ClauseT]):
    """Agreement of draws over one route with one clause; one subclass per kind of clause.

    The clause is in one complete reading. ``visit`` is the number of the visit to its place,
    from 1; 0 if there is no choice. ``stops`` has the indices of the passages of the route at
    which a stop is planned.
    """

    def __init__(
        self, clause: ClauseT, visit: int, route: Route, stops: frozenset[int] = NO_STOPS
    ) -> None:
        self.clause, self.visit, self.route, self.stops = clause, visit, route, stops

    @abstractmethod
    def list_passages(self) -> set[int]:
        """Return the passages on whose times the clause depends, as indices; may be empty."""

    def list_departures(self) -> set[int]:
        """Return those of the passages on whose departure the clause depends.

        By default all, unless its sides need arrivals only.
        """
        sides = self.list_sides()
        if sides is None:
            return self.list_passages()
        return {side.time[2] for side in sides[0] if side.time[0] in DEPARTURES}

    def list_sides(self) -> Sides | None:
        """Return the sides of the window in which times must lie.

        Return None if the clause cannot be expressed by sides, or if the route does not pass
        the place.
        """
        return None

    @property
    def is_constant(self) -> bool:
        """Whether a clause without sides agrees equally with all draws over the route."""
        return False

    def measure(self, times: KeyTimes, _model: ObservationModel) -> Array:
        """Return the log agreement with a clause without sides, (draws,).

        By default no draw agrees, since the route does not pass the place.
        """
        return np.full(times.draws, IMPOSSIBLE)

    @classmethod
    def find_flat(cls, clause: ClauseT, journey: Journey) -> float:
        """Return the probability that a wrong report states this clause, in 0..1.

        This is the width of the window or range, divided by the span over which a wrong value
        is spread. A clause with a single end has a fixed probability, ``one_sided``.
        """
        trust = journey.plan.trust
        ends = cls._get_ends(clause) or (-np.inf, np.inf)
        low, high = widen_figure(clause, ends, trust.range_share)
        width = high - low
        return min(width / cls._get_span(trust), 1.0) if np.isfinite(width) else trust.one_sided

    @staticmethod
    def _get_ends(_clause: ClauseT) -> tuple[float, float] | None:
        """Return both ends of the window or range in SI units; None if there are not two."""
        return None

    @staticmethod
    def _get_span(trust: TrustRow) -> float:
        """Return the span over which a wrong value is spread, in the unit of the ends."""
        return SECONDS_PER_HOUR * trust.span_h

    def _list_visits(self, place: str) -> tuple[int, ...]:
        return self.route.visits.get(place, ())

    def _list_all_visits(self, places: Iterable[str]) -> set[int]:
        return {index for place in places for index in self._list_visits(place)}

    def _list_ends(self, between: tuple[str, str] | None) -> set[int]:
        """Return all passages of two places; by default, that of the destination."""
        if between is None:
            return {len(self.route.passages) - 1}
        return self._list_all_visits(between)

    def _find_visit(self, place: str) -> tuple[int, ...]:
        """Return the passage that is meant, as the only item; empty if there is none."""
        number = max(self.visit, 1) - 1
        return self._list_visits(place)[number : number + 1]

    def _find_span(self, between: tuple[str, str]) -> tuple[int, int] | None:
        """Return the first passage of the first place and the last passage of the second."""
        visits = [self._list_visits(place) for place in between]
        return (visits[0][0], visits[1][-1]) if all(visits) else None


def list_stay_ends(
    keys: tuple[TimeKey, TimeKey], ends: tuple[float, float], soft_s: tuple[float, float]
) -> Sides:
    """Return the sides of a window that a stay must overlap.

    ``keys`` are the times at which the stay begins and ends. It must begin before the end of
    the window, and end after its start; the ends are in POSIX seconds, infinite if open. The
    train must come at all, so the side of its beginning is kept even if it is open.
    """
    (start, end), (soft_start_s, soft_end_s) = keys, soft_s
    sides = (Side(start, -1.0, ends[1], soft_end_s), Side(end, 1.0, ends[0], soft_start_s))
    return (sides if np.isfinite(ends[0]) else sides[:1]), False


def list_ends(key: TimeKey, ends: tuple[float, float], time: ReportedTime) -> Sides:
    """Return the sides of a window in which one time must lie.

    The ends are in POSIX seconds, infinite if open. ``time`` has their softness.
    """
    sides = tuple(
        Side(key, sign, end, soft)
        for end, sign, soft in zip(ends, (1.0, -1.0), time.soft_s, strict=True)
        if np.isfinite(end)
    )
    # An unbounded window still requires the event.
    unbounded = (Side(key, 1.0, -np.inf, 0.0),)
    return sides or unbounded, is_narrow(ends, time.soft_s)
