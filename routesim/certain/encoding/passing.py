"""What "passed" means: the arrival, or at a planned stop, any moment of the stay.

A source that saw the train pass a station where it stands for a while may have looked at any
moment of its stay. So ``pass`` at a planned stop is read like ``present``. Certain answers,
:func:`routesim.check` and :func:`routesim.condition` share this rule. It applies to a passage
after the start of the train and before its end: a train does not pass its own start. ``cross``
is the crossing of a border or bridge, where no stop is planned, and keeps its single time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routesim.answers import Answer
from routesim.evidence import DurationClause, EventClause, OrderClause
from routesim.evidence.shared_clocks import list_report_clauses
from routesim.journey.planned_route import place_stops
from routesim.text.clauses import format_pass_at_stop

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from routesim.evidence import Clause
    from routesim.journey import Journey


@dataclass(frozen=True, slots=True)
class PassAtStop(Answer):
    """A place that a report says the train passed, and where a stop is planned.

    Parameters
    ----------
    report : str
        Id of the report.
    place : str
        Name of the station.
    routes : tuple of str
        Ids of the routes with a planned stop there.
    on_all : bool
        Whether these are all routes that pass the place.
    """

    report: str
    place: str
    routes: tuple[str, ...]
    on_all: bool
    json_keys = ("report", "place", "routes", "text")

    @property
    def text(self) -> str:
        """How the report is read, in words."""
        routes = () if self.on_all else self.routes
        return format_pass_at_stop(self.report, self.place, routes)


def find_stops(journey: Journey, route_id: str) -> frozenset[int]:
    """Return the indices of the passages of a route at which a stop is planned."""
    route = journey.routes[route_id].route
    return frozenset(stop.index for stop in place_stops(journey.plan.stops, route_id, route))


def is_stay(event: str, index: int, stops: Collection[int]) -> bool:
    """Return whether an event at a passage may be any moment of a stay, given the stops."""
    return event == "pass" and index in stops


def list_passes_at_stops(journey: Journey) -> tuple[PassAtStop, ...]:
    """List the reports that say ``pass`` of a planned stop, in any of their readings.

    Reports of an event that had not happened are left out: they mean the arrival.
    """
    stops = {route_id: find_stops(journey, route_id) for route_id in journey.routes}
    found = []
    for report in journey.reports:
        named = (place for c in list_report_clauses(report) for place in _list_passed(c))
        for place in dict.fromkeys(named):
            visits = {r: h.route.visits.get(place, ()) for r, h in journey.routes.items()}
            passing = [route_id for route_id, indices in visits.items() if indices]
            routes = tuple(r for r in passing if stops[r].intersection(visits[r]))
            if routes:
                on_all = len(routes) == len(passing)
                found.append(PassAtStop(report.id, place, routes, on_all))
    return tuple(found)


def _list_passed(clause: Clause) -> Iterator[str]:
    """Iterate over the places that a clause says the train passed."""
    if isinstance(clause, EventClause):
        if clause.kind == "pass" and clause.visit_place is not None:
            yield clause.visit_place
    elif isinstance(clause, OrderClause):
        for moment in (clause.first, clause.then):
            if moment.event == "pass" and moment.place is not None:
                yield moment.place
    elif isinstance(clause, DurationClause) and clause.between is not None:
        events = clause.from_event, clause.to_event
        for event, place in zip(events, clause.between, strict=True):
            if event == "pass":
                yield place
