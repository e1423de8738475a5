"""Log agreements of many draws with many clauses at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from routesim import evidence
from routesim.arrays import Array, RowSegments
from routesim.likely.agreement import clause_agreement as base
from routesim.likely.agreement import quantities
from routesim.likely.agreement import times as timed
from routesim.likely.event_times import EventTimes
from routesim.likely.soft_windows import find_exponents, measure_sides, measure_widths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.evidence import Clause
    from routesim.journey import Journey, KeyTimes
    from routesim.network import Route


AGREEMENTS: Mapping[type[Clause], type[base.ClauseAgreement[Any]]] = {
    evidence.EventClause: timed.EventAgreement,
    evidence.PresenceClause: timed.PresenceAgreement,
    evidence.NotYetClause: timed.NotYetAgreement,
    evidence.OrderClause: timed.OrderAgreement,
    evidence.SpeedClause: quantities.SpeedAgreement,
    evidence.DistanceClause: quantities.DistanceAgreement,
    evidence.DurationClause: quantities.DurationAgreement,
    evidence.StandClause: quantities.StandAgreement,
    evidence.HeadingClause: quantities.HeadingAgreement,
}
"""Class of the agreement, by kind of clause."""


def find_flat(clause: Clause, journey: Journey) -> float:
    """Return the probability that a wrong report states this clause, in 0..1."""
    return AGREEMENTS[type(clause)].find_flat(clause, journey)


def list_passages(clause: Clause, visit: int, route: Route) -> set[int]:
    """Return the indices of the passages on whose times a clause depends; may be empty."""
    return AGREEMENTS[type(clause)](clause, visit, route).list_passages()


def list_departures(
    clause: Clause, visit: int, route: Route, stops: frozenset[int] = base.NO_STOPS
) -> set[int]:
    """Return the indices of the passages on whose departure a clause depends."""
    return AGREEMENTS[type(clause)](clause, visit, route, stops).list_departures()


def list_sides(
    clause: Clause, visit: int, route: Route, stops: frozenset[int] = base.NO_STOPS
) -> base.Sides | None:
    """Return the sides of a clause; None if it has none, see :class:`ClauseAgreement`."""
    return AGREEMENTS[type(clause)](clause, visit, route, stops).list_sides()


class DrawAgreements:
    """Log agreements of many draws over one route with the same clauses.

    Each of the ``questions`` is a clause and the number of the visit that it is about.
    ``stops`` has the indices of the passages of the route at which a stop is planned.
    """

    def __init__(
        self,
        model: base.ObservationModel,
        questions: Sequence[tuple[Clause, int]],
        route: Route,
        *,
        stops: frozenset[int] = base.NO_STOPS,
    ) -> None:
        self.model, self.size = model, len(questions)
        listed = [list_sides(clause, visit, route, stops) for clause, visit in questions]
        # All draws agree with a clause that has an empty list of sides.
        self.known = {row: 0.0 for row, found in enumerate(listed) if found and not found[0]}
        self.timed = [row for row, found in enumerate(listed) if found and found[0]]
        self.sides = _SideTable([found for found in listed if found and found[0]])
        self.untimed = {
            row: AGREEMENTS[type(clause)](clause, visit, route, stops)
            for row, (clause, visit) in enumerate(questions)
            if listed[row] is None
        }

    def measure(self, times: KeyTimes) -> Array:
        """Return the log agreements of draws, (questions, draws).

        The draws must have times at the passages of :func:`list_passages`.
        """
        log_agreements = np.empty((self.size, times.draws))
        if self.timed:
            log_agreements[self.timed] = self.sides.measure(times, inside=self.model.inside)
        for row, value in self.known.items():
            log_agreements[row] = value
        for row, agreement in self.untimed.items():
            if row in self.known:
                continue
            log_agreements[row] = agreement.measure(times, self.model)
            if agreement.is_constant and times.draws:
                self.known[row] = float(log_agreements[row, 0])
        return log_agreements


class _SideTable:
    """Sides of several clauses as arrays, without duplicates of sides and of times."""

    def __init__(self, clauses: Sequence[base.Sides]) -> None:
        numbers: dict[base.Side, int] = {}
        for sides, _ in clauses:
            for side in sides:
                numbers.setdefault(side, len(numbers))
        keys: dict[base.TimeKey, int] = {}
        for side in numbers:
            keys.setdefault(side.time, len(keys))
        self.keys = tuple(keys)
        self.time = np.array([keys[side.time] for side in numbers], dtype=np.intp)
        self.sign = np.array([side.sign for side in numbers])
        self.end_s = np.array([side.end_s for side in numbers])
        self.soft_s = np.array([side.soft_s for side in numbers])
        self.side = np.array([numbers[s] for sides, _ in clauses for s in sides], dtype=np.intp)
        self.by_clause = RowSegments(len(sides) for sides, _ in clauses)
        narrow = [row for row, (_, is_narrow) in enumerate(clauses) if is_narrow]
        self.narrow = np.array(narrow, dtype=np.intp)
        pairs = [[numbers[side] for side in clauses[row][0]] for row in narrow]
        self.pairs = np.array(pairs, dtype=np.intp).reshape(len(pairs), 2)

    def measure(self, times: KeyTimes, *, inside: bool) -> Array:
        """Return the log agreements with the clauses, (clauses, draws)."""
        events = EventTimes(times)
        seconds = np.array([_get_time(key, events) for key in self.keys])
        room = seconds[self.time]
        room -= self.end_s[:, None]
        room *= self.sign[:, None]
        exponents = find_exponents(room, self.soft_s)
        widths = measure_widths(exponents[self.pairs[:, 0]] + exponents[self.pairs[:, 1]])
        sides = measure_sides(room, self.soft_s, exponents, inside=inside)
        agreed = self.by_clause.reduce(np.add, sides[self.side])
        agreed[self.narrow] += widths
        return np.asarray(agreed)


def _get_time(key: base.TimeKey, events: EventTimes) -> Array:
    name, first, last = key
    if name in {"start", "end"}:
        return events.get_stay(first, last)[name == "end"]
    return events.get_times(name, first)
