"""Agreement with clauses about times: events, presence, "not yet", and orders.

Most of these clauses consist of a few *sides*. A side requires that a time is not before, or
not after, an end, which may be soft.
:class:`~routesim.likely.agreement.draw_agreements.DrawAgreements` evaluates the sides of all
clauses at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.evidence import EventClause, NotYetClause, OrderClause, PresenceClause
from routesim.likely.agreement.clause_agreement import (
    ClauseAgreement,
    Side,
    Sides,
    get_ends,
    list_ends,
)
from routesim.likely.event_times import EventTimes
from routesim.likely.soft_windows import IMPOSSIBLE

if TYPE_CHECKING:
    from routesim.arrays import Array
    from routesim.journey import KeyTimes
    from routesim.likely.agreement.clause_agreement import ObservationModel


class EventAgreement(ClauseAgreement[EventClause]):
    """Agreement with an event at a place, or with a departure between two places."""

    @staticmethod
    def _get_ends(clause: EventClause) -> tuple[float, float] | None:
        return None if clause.kind == "board" else get_ends(clause.time)

    def list_passages(self) -> set[int]:
        """Return the passage of the place; none for a departure between two places."""
        place = self.clause.visit_place
        return set() if place is None else set(self._find_visit(place))

    def list_sides(self) -> Sides | None:
        """Return the ends of the window; for boarding, which takes a while, the start only."""
        found = self.list_passages()
        if not found:
            return None
        (index,) = found
        start_s, end_s = get_ends(self.clause.time)
        ends = (start_s, np.inf if self.clause.kind == "board" else end_s)
        return list_ends((self.clause.kind, index, index), ends, self.clause.time)

    @property
    def is_constant(self) -> bool:
        """Whether the event is at one place; without sides, the route does not pass it."""
        return self.clause.visit_place is not None

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
        first, last = visits[0][0], visits[1][-1]
        start, end = ("start", first, last), ("end", first, last)
        if self.clause.kind == "under_way":
            start, end = ("depart", first, first), ("arrive", last, last)
        time = self.clause.time
        (start_s, end_s), (soft_start_s, soft_end_s) = get_ends(time), time.soft_s
        sides = [Side(start, -1.0, end_s, soft_end_s), Side(end, 1.0, start_s, soft_start_s)]
        return tuple(side for side in sides if np.isfinite(side.end_s)), False

    @property
    def is_constant(self) -> bool:
        """True; without sides, the route does not pass the place."""
        return True


class NotYetAgreement(ClauseAgreement[NotYetClause]):
    """Agreement with an event that had not happened by a time."""

    def list_passages(self) -> set[int]:
        """Return the passage of the place."""
        return set(self._find_visit(self.clause.place))

    def list_sides(self) -> Sides:
        """Return the side: the event is later than the time.

        There is none if the route does not pass the place.
        """
        found = self._find_visit(self.clause.place)
        if not found:
            return (), False
        (index,) = found
        ends = self.clause.time.window.start_s, np.inf
        return list_ends((self.clause.event, index, index), ends, self.clause.time)


class OrderAgreement(ClauseAgreement[OrderClause]):
    """Agreement with the order of two events, or of an event and a reported time."""

    def list_passages(self) -> set[int]:
        """Return all passages of the places of the events."""
        moments = (self.clause.first, self.clause.then)
        return self._list_all_visits([m.place for m in moments if m.place is not None])

    def list_sides(self) -> Sides | None:
        """Return the sides for the gap between an event and a reported time."""
        clause = self.clause
        if clause.first.place is not None and clause.then.place is not None:
            return None
        known = clause.first if clause.first.place is not None else clause.then
        assert known.place is not None  # noqa: S101 (at least one moment has a place)
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
        return list_ends((known.event, visits[-1], visits[-1]), ends, time)

    def measure(self, times: KeyTimes, model: ObservationModel) -> Array:
        """Return the log agreement of the gap between two events with its range, (draws,)."""
        clause, events = self.clause, EventTimes(times)
        first_s, then_s = (events.get_moment(m) for m in (clause.first, clause.then))
        if first_s is None or then_s is None:
            return super().measure(times, model)  # the route does not pass the place
        gap_s = clause.gap_low_s, clause.gap_high_s
        return model.compare_range(then_s - first_s, clause, gap_s)
