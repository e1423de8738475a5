"""The reports behind the priors, so that their agreement with them can be weighed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routesim.view.html.links import PRIOR_ANCHORS, ROUTES_ANCHOR, find_reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.journey import Journey


@dataclass(frozen=True, slots=True)
class PriorBasis:
    """A prior, and the reports behind it.

    Parameters
    ----------
    prior
        What it is a prior of.
    anchor
        Of its table on the page.
    reports
        Those that the plan says it is based on.
    named
        Those that its reason names besides.
    """

    prior: str
    anchor: str
    reports: tuple[str, ...]
    named: tuple[str, ...]


def list_prior_bases(journey: Journey) -> tuple[PriorBasis, ...]:
    """Return every prior that names reports of the journey, routes first."""
    ids = {report.id for report in journey.reports}
    found = []
    for prior, anchor, reports, reason in _list_priors(journey):
        behind = tuple(report for report in dict.fromkeys(reports) if report in ids)
        named = tuple(report for report in find_reports(reason, ids) if report not in behind)
        if behind or named:
            found.append(PriorBasis(prior, anchor, behind, named))
    return tuple(found)


def _list_priors(journey: Journey) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    plan, at = journey.plan, PRIOR_ANCHORS
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
