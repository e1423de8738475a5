"""Routes with their probabilities before and after the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.evidence import HeadingClause
from routesim.text import page as words
from routesim.text.quantities import format_percent
from routesim.text.routes import format_points
from routesim.view.html.components import make_number, make_remark, make_row, make_table
from routesim.view.html.links import ROUTES_ANCHOR, link_reports, make_link
from routesim.view.html.markup import element, join

if TYPE_CHECKING:
    from markupsafe import Markup

    from routesim.journey import Journey
    from routesim.likely import RouteComparison, RouteProbability


ODDS_CAPTION = "Routes, before and after the reports"
ODDS_HEADS = ("Route", "Prior", "Given the reports", "Monte Carlo error, percentage points")
ROUTES_CAPTION = "Routes and their prior probabilities"
ROUTES_HEADS = ("Route", "Prior", "km", "Reversals and gauge", "Reason")


def make_odds(journey: Journey, routes: RouteComparison | None) -> Markup:
    """Write the routes with their probabilities; ``routes`` is None for a single route."""
    if routes is None:
        return element("p", "The journey names one route only.")
    body = [_make_odds_row(one, routes.chances[one.route]) for one in routes]
    table = make_table(ODDS_CAPTION, ODDS_HEADS, body, class_="reasons odds")
    headed = [
        report.id
        for report in journey.reports
        if any(isinstance(clause, HeadingClause) for clause in report.clauses)
    ]
    text = link_reports(words.format_headings(headed), headed)
    return join([element("p", routes.why, " ", text), table])


def make_routes(journey: Journey) -> Markup:
    """Write the routes with their priors, reversals and gauge changes."""
    ids = {report.id for report in journey.reports}
    rows = []
    for hypothesis in journey.routes.values():
        default = "default" if hypothesis.id == journey.default_route else ""
        title = join([hypothesis.title, make_remark(hypothesis.id), make_remark(default)])
        route = hypothesis.route
        turns = [
            words.format_turn(turn.station, turn.basis, is_known=turn.movement == "reverse")
            for turn in route.reversals_found
        ]
        turns += [
            words.format_gauge(
                change["station"],
                (change["from_mm"], change["to_mm"]),
                from_km=change["possible_from_km"],
                km=change["km"],
            )
            for change in route.gauge_changes.to_dict("records")
        ]
        cells = (
            make_number(format_percent(hypothesis.prior)),
            make_number(f"{route.length_km:,.0f}"),
            " ".join(map(words.format_sentence, turns)) or "None.",
            link_reports(hypothesis.reason, ids),
        )
        rows.append(make_row(ROUTES_HEADS, title, cells))
    return make_table(ROUTES_CAPTION, ROUTES_HEADS, rows)


def _make_odds_row(one: RouteProbability, chance: str) -> Markup:
    title = join([one.title, make_remark(make_link(one.route, ROUTES_ANCHOR))])
    cells = format_percent(one.prior), chance, format_points(one.mcse)
    return make_row(ODDS_HEADS, title, map(make_number, cells))
