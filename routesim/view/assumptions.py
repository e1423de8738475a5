"""What the windows rest on: routes, priors, sources and families, each with its reason."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from routesim.evidence import format_local
from routesim.view.markup import Markup, element, join, link_reports
from routesim.view.sections import scroll_table
from routesim.view.times import list_clocks, name_years

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.journey import Journey
    from routesim.network import Route

__all__ = ["make_assumptions", "make_routes", "make_sources"]

Rows = list[tuple[str, str, str]]


def make_assumptions(journey: Journey) -> Markup:
    """Write every prior of the plan with its reason and the reports it rests on."""
    plan = journey.plan
    total = sum(row.weight for row in plan.departure)
    starts: Rows = [
        (
            _tell_span(row.from_, row.to, journey),
            f"{100 * row.weight / total:.0f} % of the draws",
            row.reason,
        )
        for row in plan.departure
    ]
    weights = sum(row.weight for row in plan.origins) or 1.0
    origins: Rows = [
        (row.station, f"{100 * row.weight / weights:.0f} % of the draws", row.reason)
        for row in plan.origins
    ]
    stops: Rows = [
        (
            row.station
            + (
                f" (route{'s' * (len(row.routes) > 1)} {', '.join(row.routes)})"
                if row.routes
                else ""
            ),
            str(row.dwell_min),
            row.reason,
        )
        for row in plan.stops
    ]
    speeds: Rows = [
        (row.line, str(row.running_kmh), _add_reports(row.reason, row.reports))
        for row in plan.speeds
    ]
    standing: Rows = [
        (
            row.line,
            f"{row.min_per_100km}; in {row.halts} halt{'s' * (row.halts != 1)}",
            row.reason,
        )
        for row in plan.standing
    ]
    lengths: Rows = [
        (f"{row.from_} to {row.to}", str(row.km), row.reason) for row in plan.lengths
    ]
    tables = [
        ("When it set out", ("Between", "Weight"), starts),
        ("Where it set out", ("Station", "Weight"), origins),
        ("Planned stops", ("Station", "Dwell, min"), stops),
        ("Running speed, while moving", ("Line", "km/h"), speeds),
        ("Unplanned standing", ("Line", "Minutes per 100 km"), standing),
        ("Lengths that sources dispute", ("Stretch", "km"), lengths),
    ]
    ids = {report.id for report in journey.reports}
    return join(_make_table(title, heads, rows, ids) for title, heads, rows in tables if rows)


def make_routes(journey: Journey) -> Markup:
    """Write the routes with their priors, reversals and changes of gauge."""
    ids = {report.id for report in journey.reports}
    rows = [
        element(
            "tr",
            element(
                "th",
                hypothesis.title,
                element("span", f" {hypothesis.id}", class_="note"),
                element("span", " default", class_="note")
                if hypothesis.id == journey.default_route
                else None,
                scope="row",
            ),
            element("td", f"{hypothesis.prior:.0%}".replace("%", " %"), class_="num"),
            element("td", f"{hypothesis.route.length_km:,.0f}", class_="num"),
            element("td", _tell_turns(hypothesis.route)),
            element("td", link_reports(hypothesis.reason, ids)),
        )
        for hypothesis in journey.routes.values()
    ]
    heads = ("Route", "Prior", "km", "Reversals and gauge", "Reason")
    table = element(
        "table",
        element("caption", "Routes, and how likely each is held before the reports"),
        element("thead", element("tr", *[element("th", head, scope="col") for head in heads])),
        element("tbody", *rows),
        class_="reasons",
    )
    return scroll_table(table, "Routes")


def make_sources(journey: Journey) -> Markup:
    """Write the publications, and the families whose knowledge the reports are."""
    used = {source for report in journey.reports for source in report.sources}
    sources = [
        element(
            "tr",
            element("th", key, scope="row", id=f"source-{key}"),
            element("td", source.publisher),
            element("td", source.title),
            element("td", _tell_published(source.published, journey)),
            element(
                "td", _tell_span(source.known_at, source.known_at, journey), source.known_basis
            ),
        )
        for key, source in journey.sources.items()
        if key in used
    ]
    counts = {
        key: [report.id for report in journey.reports if report.family == key]
        for key in journey.families
    }
    families = [
        element(
            "tr",
            element("th", key, scope="row"),
            element("td", family.name),
            element("td", family.what or ""),
            element("td", link_reports(" ".join(counts[key]), set(counts[key]))),
        )
        for key, family in journey.families.items()
        if counts[key]
    ]
    return join(
        [
            _make_plain_table(
                "Publications",
                ("Id", "Publisher", "Headline", "Published", "Known from"),
                sources,
            ),
            _make_plain_table(
                "Families: whose knowledge it is. One family is one witness",
                ("Id", "Name", "What", "Reports"),
                families,
            ),
        ]
    )


def _make_table(title: str, heads: tuple[str, str], rows: Rows, ids: set[str]) -> Markup:
    body = [
        element(
            "tr",
            element("th", what, scope="row"),
            element("td", value),
            element("td", link_reports(reason, ids)),
        )
        for what, value, reason in rows
    ]
    return _make_plain_table(title, (*heads, "Reason"), body)


def _make_plain_table(title: str, heads: Sequence[str], rows: Sequence[Markup]) -> Markup:
    table = element(
        "table",
        element("caption", title),
        element("thead", element("tr", *[element("th", head, scope="col") for head in heads])),
        element("tbody", *rows),
        class_="reasons by-id" if heads[0] == "Id" else "reasons",
    )
    return scroll_table(table, title)


def _add_reports(reason: str, reports: Sequence[str]) -> str:
    missing = [report for report in reports if report not in reason]
    return f"{reason} Rests on {', '.join(missing)}." if missing else reason


def _tell_turns(route: Route) -> str:
    told = [
        f"Reverses at {turn.station} ({turn.basis})."
        if turn.movement == "reverse"
        else f"How it turns at {turn.station} is not known."
        for turn in route.reversals_found
    ]
    told += [_tell_gauge(change) for change in route.gauge_changes.to_dict("records")]
    return " ".join(told) or "None."


def _tell_gauge(change: Mapping[Any, Any]) -> str:
    told = f"Gauge {change['from_mm']} to {change['to_mm']} mm at {change['station']}"
    if change["possible_from_km"] < change["km"]:
        told += f", or from km {change['possible_from_km']:,.0f} on where both lie side by side"
    return f"{told}."


def _tell_span(start: datetime, end: datetime, journey: Journey) -> Markup:
    clocks = list_clocks(journey.zones, start.timestamp(), end.timestamp())
    items = [
        element(
            "li",
            element("span", clock.label, class_="clock"),
            " ",
            _tell_ends(start.timestamp(), end.timestamp(), clock.zone),
        )
        for clock in clocks
    ]
    years = name_years(start.timestamp(), end.timestamp())
    return join([years, element("ul", *items, class_="clocks")])


def _tell_ends(start_s: float, end_s: float, zone: str) -> str:
    start, end = format_local(start_s, zone), format_local(end_s, zone)
    return start if start == end else f"{start} to {end}"


def _tell_published(published: object, journey: Journey) -> Markup:
    if isinstance(published, datetime):
        return _tell_span(published, published, journey)
    return join([f"{published}, no hour printed"])
