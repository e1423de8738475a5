"""Agreement with clauses about times: events, presence, "not yet", and orders.

Most of these clauses consist of a few *sides*. A side requires that a time is not before, or
not after, an end, which may be soft.
:class:`~routesim.likely.agreement.draw_agreements.DrawAgreements` evaluates the sides of all
clauses at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.encoding.case_builder import get_whole_ends
from routesim.certain.encoding.passing import is_stay
from routesim.evidence import EventClause, NotYetClause, OrderClause, PresenceClause
from routesim.likely.agreement.clause_agreement import (
    ClauseAgreement,
    ClauseT,
    Side,
    Sides,
    TimeKey,
    get_ends,
    list_ends,
    list_stay_ends,
)
from routesim.likely.event_times import EventTimes
from routesim.likely.soft_windows import IMPOSSIBLE

if TYPE_CHECKING:
    from routesim.arrays import Array
    from routesim.evidence import ReportedTime
    from routesim.journey import KeyTimes
    from routesim.likely.agreement.clause_agreement import ObservationModel


class _MomentAgreement(ClauseAgreement[ClauseT]):
    """Agreement with an event that may be any moment of a stay."""

    def _list_window_sides(
        self, event: str, index: int, ends: tuple[float, float], time: ReportedTime
    ) -> Sides:
        """Return the sides for an event in a window with the softness of ``time``."""
        key: TimeKey = event, index, index
        if not is_stay(event, index, self.stops):
            return list_ends(key, ends, time)
        return list_stay_ends((key, ("depart", index, index)), ends, time.soft_s)


class EventAgreement(_MomentAgreement[EventClause]):
    """Agreement with an event at a place, or somewhere between two places."""

    @staticmethod
    def _get_ends(clause: EventClause) -> tuple[float, float] | None:
        return None if clause.kind == "board" else get_ends(clause.time)

    def list_passages(self) -> set[int]:
        """Return the passage of the place; for a departure between two places, none."""
        place = self.clause.visit_place
        if self._is_stretch:
            return self._list_all_visits(self.clause.between)
        return set() if place is None else set(self._find_visit(place))

    @property
    def _is_stretch(self) -> bool:
        """Whether the train was between two places, such as passing there."""
        return self.clause.visit_place is None and self.clause.kind != "depart"

    def list_sides(self) -> Sides | None:
        """Return the ends of the window; for boarding, which takes a while, the start only.

        Passing a planned stop may be any moment of the stay, which must overlap the window.
        Passing somewhere between two places may be any moment there.
        """
        if self._is_stretch:
            span = self._find_span(self.clause.between)
            return span and _list_presence_sides(span, self.clause.time)
        found = self.list_passages()
        if not found:
            return None
        (index,) = found
        start_s, end_s = get_ends(self.clause.time)
        ends = (start_s, np.inf if self.clause.kind == "board" else end_s)
        return self._list_window_sides(self.clause.kind, index, ends, self.clause.time)

    @property
    def is_constant(self) -> bool:
        """Whether it is no departure between two places; without sides, it is off the route."""
        return self.clause.visit_place is not None or self._is_stretch

    def measure(self, times: KeyTimes, model: ObservationModel) -> Array:
        """Return the log agreement with a departure between two places, (draws,)."""
        span = None if self.is_constant else self._find_span(self.clause.between)
        if span is None:
            return super().measure(times, model)
        between = (times.origin_index >= span[0]) & (times.origin_index <= span[1])
        if not self.clause.is_timed:
            return np.where(between, 0.0, IMPOSSIBLE)
        departure_s = np.where(between, times.departure_s, np.nan)
        return model.compare_window(departure_s, self.clause.time)


class PresenceAgreement(ClauseAgreement[PresenceClause]):
    """Agreement with presence at a place, or between two places, at some time in a window."""

    @staticmethod
    def _get_ends(clause: PresenceClause) -> tuple[float, float]:
        return get_ends(clause.time)

    def list_passages(self) -> set[int]:
        """Return the passage that is meant, or all passages of the places."""
        if self.visit:
            return set(self._find_visit(self.clause.between[0]))
        return self._list_all_visits(self.clause.between)

    def list_sides(self) -> Sides | None:
        """Return the sides: the stay begins before the window ends, and ends after it begins.

        For a train under way between two places, the time between them counts as the stay.
        """
        find_visits = self._find_visit if self.visit else self._list_visits
        visits = [find_visits(place) for place in self.clause.between]
        if not all(visits):
            return None
        span = visits[0][0], visits[1][-1]
        return _list_presence_sides(span, self.clause.time, self.clause.kind)

    @property
    def is_constant(self) -> bool:
        """True; without sides, the route does not pass the place."""
        return True


def _list_presence_sides(
    span: tuple[int, int], time: ReportedTime, kind: str = "present"
) -> Sides:
    """Return the sides of the window of a stay from one passage to another."""
    first, last = span
    start, end = ("start", first, last), ("end", first, last)
    if kind == "under_way":
        start, end = ("depart", first, first), ("arrive", last, last)
    (start_s, end_s), (soft_start_s, soft_end_s) = get_ends(time), time.soft_s
    sides = [Side(start, -1.0, end_s, soft_end_s), Side(end, 1.0, start_s, soft_start_s)]
    return tuple(side for side in sides if np.isfinite(side.end_s)), False


class NotYetAgreement(ClauseAgreement[NotYetClause]):
    """Agreement with an event that had not happened by a time."""

    def list_passages(self) -> set[int]:
        """Return the passage of the place."""
        return set(self._find_visit(self.clause.place))

    def list_sides(self) -> Sides:
        """Return the side: the event, at a planned stop the arrival, is later than the time.

        There is none if the route does not pass the place.
        """
        found = self._find_visit(self.clause.place)
        if not found:
            return (), False
        (index,) = found
        ends = self.clause.time.window.start_s, np.inf
        return list_ends((self.clause.event, index, index), ends, self.clause.time)


class OrderAgreement(_MomentAgreement[OrderClause]):
    """Agreement with the order of two events, or of an event and a reported time."""

    def list_passages(self) -> set[int]:
        """Return all passages of the places of the events."""
        moments = (self.clause.first, self.clause.then)
        return self._list_all_visits([m.place for m in moments if m.place is not None])

    def list_sides(self) -> Sides | None:
        """Return the sides for the gap between an event and a reported time.

        There is none for two outside events that can come in this order: they say nothing of
        the train.
        """
        clause = self.clause
        if clause.first.place is not None and clause.then.place is not None:
            return None
        if not clause.places:
            return ((), False) if can_follow(clause) else None
        known = clause.first if clause.first.place is not None else clause.then
        assert known.place is not None  # noqa: S101 (one of the moments has a place)
        assert known.event is not None  # noqa: S101 (and an event)
        visits = self._list_visits(known.place)
        time = clause.then.time if known is clause.first else clause.first.time
        assert time is not None  # noqa: S101 (and the other one has a time)
        if not visits:
            return None
        low, high = clause.gap_low_s, clause.gap_high_s
        start_s, end_s = get_ends(time)
        ends = (start_s - high, end_s - low)
        if known is clause.then:
            ends = (start_s + low, end_s + high)
        return self._list_window_sides(known.event, visits[-1], ends, time)

    @property
    def is_constant(self) -> bool:
        """Whether both events are outside the journey."""
        return not self.clause.places

    def measure(self, times: KeyTimes, model: ObservationModel) -> Array:
        """Return the log agreement of the gap between two events with its range, (draws,)."""
        clause, events = self.clause, EventTimes(times)
        first, then = (events.get_moment(m) for m in (clause.first, clause.then))
        if first is None or then is None:
            return super().measure(times, model)  # no visit, or times against the order
        gap_s = clause.gap_low_s, clause.gap_high_s
        return model.compare_lapse((first, then), clause, gap_s)


def can_follow(clause: OrderClause) -> bool:
    """Return whether the reported times of two outside events allow their order."""
    windows = [moment.time.window for moment in (clause.first, clause.then) if moment.time]
    (start_s, end_s), (then_start_s, then_end_s) = map(get_whole_ends, windows)
    least_s, most_s = then_start_s - end_s, then_end_s - start_s
    return most_s >= clause.gap_low_s and least_s <= clause.gap_high_s
