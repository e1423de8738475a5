"""Which priors a report stands behind, so that its agreement with them can be weighed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routesim.view.html.markup import find_reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.journey import Journey

__all__ = ["PRIOR_TABLES", "ROUTES_ANCHOR", "TRUST_ANCHOR", "Basis", "list_bases"]

ROUTES_ANCHOR = "routes"
TRUST_ANCHOR = "prior-trust"
PRIOR_TABLES = {
    name: f"prior-{name}"
    for name in ("departure", "origins", "stops", "speeds", "standing", "lengths")
}
"""The places on the page of the plan's tables."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A prior, and the reports behind it.

    ``reports`` are those that the plan says it rests on, ``named`` those that its reason
    names besides.
    """

    what: str
    anchor: str
    reports: tuple[str, ...]
    named: tuple[str, ...]


def list_bases(journey: Journey) -> tuple[Basis, ...]:
    """Return every prior that names reports of the journey, routes first."""
    ids = {report.id for report in journey.reports}
    found = []
    for what, anchor, reports, reason in _list_priors(journey):
        behind = tuple(report for report in dict.fromkeys(reports) if report in ids)
        named = tuple(report for report in find_reports(reason, ids) if report not in behind)
        if behind or named:
            found.append(Basis(what, anchor, behind, named))
    return tuple(found)


def _list_priors(journey: Journey) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    plan, at = journey.plan, PRIOR_TABLES
    for route in journey.routes.values():
        yield f"route {route.id}", ROUTES_ANCHOR, (), route.reason
    for start in plan.departure:
        yield "departure", at["departure"], (), start.reason
    for origin in plan.origins:
        yield f"origin {origin.station}", at["origins"], (), origin.reason
    for stop in plan.stops:
        yield f"dwell at {stop.station}", at["stops"], (), stop.reason
    for speed in plan.speeds:
        what = f"running speed on {speed.line}"
        yield what, at["speeds"], speed.reports, speed.reason
    for halt in plan.standing:
        yield f"standing on {halt.line}", at["standing"], (), halt.reason
    for length in plan.lengths:
        what = f"length {length.from_} to {length.to}"
        yield what, at["lengths"], (), length.reason
