"""Which route it took: the routes' probabilities before the reports and given them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.evidence import HeadingClause
from routesim.text.quantities import format_chance, format_number
from routesim.view.html.markup import Markup, element, join, link_reports
from routesim.view.page.basis import ROUTES_ANCHOR
from routesim.view.page.window_tables import scroll_table

if TYPE_CHECKING:
    import pandas as pd

    from routesim.journey import Journey

__all__ = ["make_odds", "say_odds"]

TOLD = 0.9
"""A route that is this likely can be told from the others."""

CAPTION = "Routes, before the reports and given them"
HEADS = ("Route", "Prior", "Given the reports", "Monte Carlo error, points")


def say_odds(journey: Journey, rows: pd.DataFrame | None) -> str:
    """Say which route is the likeliest, for the head of the page."""
    if rows is None:
        return ""
    by_route = {str(row["route"]): row for row in rows.to_dict("records")}
    best = max(by_route, key=lambda route: float(by_route[route]["probability"]))
    chances = {
        route: format_chance(float(row["probability"]), float(row["mcse"]))
        for route, row in by_route.items()
    }
    title = journey.routes[best].title
    named = f"{title[:1].lower()}{title[1:]}"
    if best == journey.default_route:
        named, rest = f"the default one, {named},", ""
    else:
        named = f"{named},"
        rest = f"; the default route has {chances[journey.default_route]}"
    if float(by_route[best]["probability"]) < TOLD:
        return (
            "Which route it took could not be told even once every report was known: the "
            f"likeliest, {named} has {chances[best]}{rest}."
        )
    return f"Of the routes the likeliest, {named} has {chances[best]}{rest}."


def make_odds(journey: Journey, rows: pd.DataFrame | None) -> Markup:
    """Write the routes with their probabilities, and whether the reports tell them apart.

    Parameters
    ----------
    rows
        As :func:`routesim.compare_routes` gives them; None where there is one route.
    """
    if rows is None:
        return element("p", "The journey names one route only.")
    ids = {report.id for report in journey.reports}
    body = [_make_row(journey, row) for row in rows.to_dict("records")]
    table = element(
        "table",
        element("caption", CAPTION),
        element("thead", element("tr", *[element("th", head, scope="col") for head in HEADS])),
        element("tbody", *body),
        class_="reasons odds",
    )
    return join(
        [
            element(
                "p", say_odds(journey, rows), " ", link_reports(_say_bearing(journey), ids)
            ),
            scroll_table(table, CAPTION),
        ]
    )


def _make_row(journey: Journey, row: dict[Any, Any]) -> Markup:
    hypothesis = journey.routes[row["route"]]
    head = join(
        [
            hypothesis.title,
            element(
                "span",
                " ",
                element("a", hypothesis.id, href=f"#{ROUTES_ANCHOR}"),
                class_="note",
            ),
        ]
    )
    cells = (
        f"{format_number(100 * float(row['prior']))} %",
        format_chance(float(row["probability"]), float(row["mcse"])),
        f"{100 * float(row['mcse']):.1g}",
    )
    return element(
        "tr",
        element("th", head, scope="row"),
        *[
            element("td", element("span", cell, class_="num"), data_label=name)
            for name, cell in zip(HEADS[1:], cells, strict=True)
        ],
    )


def _say_bearing(journey: Journey) -> str:
    """Name the reports that say where it was bound, and how to follow them one by one."""
    named = [
        report.id
        for report in journey.reports
        if any(isinstance(clause, HeadingClause) for clause in report.clauses)
    ]
    if not named:
        return "No report says where it was bound; clocks and speeds alone speak of it."
    return (
        f"Where it was bound is told by {', '.join(named)}; clocks and speeds speak of it too."
    )
