"""The routes: how likely each was before the reports, and given them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.evidence import HeadingClause
from routesim.text.quantities import format_percent
from routesim.text.routes import format_points, format_route_part
from routesim.view.html.components import make_number, make_row, make_table
from routesim.view.html.links import ROUTES_ANCHOR, link_reports
from routesim.view.html.markup import Markup, element, join

if TYPE_CHECKING:
    from collections.abc import Mapping

    from routesim.journey import Journey
    from routesim.likely import RouteComparison, RouteProbability
    from routesim.network import Route


ODDS_CAPTION = "Routes, before the reports and given them"
ODDS_HEADS = ("Route", "Prior", "Given the reports", "Monte Carlo error, points")
ROUTES_CAPTION = "Routes, and how likely each is held before the reports"
ROUTES_HEADS = ("Route", "Prior", "km", "Reversals and gauge", "Reason")


def format_route_title(journey: Journey, route_id: str) -> str:
    """Format the title of a route as a part of a sentence."""
    return format_route_part(journey.routes[route_id].title)


def make_odds(journey: Journey, routes: RouteComparison | None) -> Markup:
    """Write the routes with their probabilities, and whether the reports discern them.

    Parameters
    ----------
    routes
        None where there is one route.
    """
    if routes is None:
        return element("p", "The journey names one route only.")
    ids = {report.id for report in journey.reports}
    body = [_make_odds_row(one, routes.chances[one.route]) for one in routes]
    table = make_table(ODDS_CAPTION, ODDS_HEADS, body, class_="reasons odds")
    headings = link_reports(_format_headings(journey), ids)
    return join([element("p", routes.why, " ", headings), table])


def make_routes(journey: Journey) -> Markup:
    """Write the routes with their priors, reversals and changes of gauge."""
    ids = {report.id for report in journey.reports}
    rows = []
    for hypothesis in journey.routes.values():
        is_default = hypothesis.id == journey.default_route
        title = join(
            [
                hypothesis.title,
                element("span", f" {hypothesis.id}", class_="note"),
                element("span", " default", class_="note") if is_default else None,
            ]
        )
        cells = (
            make_number(format_percent(hypothesis.prior)),
            make_number(f"{hypothesis.route.length_km:,.0f}"),
            _format_turns(hypothesis.route),
            link_reports(hypothesis.reason, ids),
        )
        rows.append(make_row(ROUTES_HEADS, title, cells))
    return make_table(ROUTES_CAPTION, ROUTES_HEADS, rows)


def _make_odds_row(one: RouteProbability, chance: str) -> Markup:
    link = element("a", one.route, href=f"#{ROUTES_ANCHOR}")
    title = join([one.title, element("span", " ", link, class_="note")])
    cells = format_percent(one.prior), chance, format_points(one.mcse)
    return make_row(ODDS_HEADS, title, map(make_number, cells))


def _format_headings(journey: Journey) -> str:
    """Format which reports say where it was bound."""
    named = [
        report.id
        for report in journey.reports
        if any(isinstance(clause, HeadingClause) for clause in report.clauses)
    ]
    if not named:
        return "No report says where it was bound; clocks and speeds alone speak of it."
    named_in = ", ".join(named)
    return f"Where it was bound is reported by {named_in}; clocks and speeds speak of it too."


def _format_turns(route: Route) -> str:
    texts = [
        f"Reverses at {turn.station} ({turn.basis})."
        if turn.movement == "reverse"
        else f"How it turns at {turn.station} is not known."
        for turn in route.reversals_found
    ]
    texts += [_format_gauge(change) for change in route.gauge_changes.to_dict("records")]
    return " ".join(texts) or "None."


def _format_gauge(change: Mapping[Any, Any]) -> str:
    text = f"Gauge {change['from_mm']} to {change['to_mm']} mm at {change['station']}"
    if change["possible_from_km"] < change["km"]:
        text += f", or from km {change['possible_from_km']:,.0f} on where both lie side by side"
    return f"{text}."
