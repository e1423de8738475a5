"""What the windows rest on: routes, priors, sources and families, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from routesim.text.quantities import format_count, format_number, format_rounded_share
from routesim.text.times import format_local, format_years
from routesim.view.html.markup import Markup, element, find_reports, join, link_reports
from routesim.view.page.basis import PRIOR_TABLES, TRUST_ANCHOR
from routesim.view.page.window_tables import scroll_table
from routesim.view.times import list_clocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from routesim.journey import Journey
    from routesim.network import Route

__all__ = ["FAMILIES_ANCHOR", "make_assumptions", "make_routes", "make_sources"]

FAMILIES_ANCHOR = "families"
NO_ROWS = {
    "origins": "Every draw sets out where its route begins.",
    "stops": "No stop is planned.",
    "standing": "No unplanned standing is assumed.",
    "lengths": "No length is disputed.",
}
"""What is said in the place of a table of the plan that has no row."""

BELIEVED = "Reports are mostly right, and not always; a guess."
TRUST_ROWS = (
    ("A similar train", "Where a report takes it for the train, it shares this doubt."),
    ("The first reading", "The other readings of a report share the rest."),
    ("What was only expected", "If it did not come to pass, the report tells nothing."),
    ("A wrong report", "It might as well have told any time, speed or length within this."),
    ("A wrong report with one end only", "So often it would hold by chance, as before noon."),
    ("The ends of a range", "Of a speed, length or duration, as a share of the range's width."),
)
"""What else is believed of reports, and what it does."""


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of a row, the first its head; ``anchor`` is the head's place on the page."""

    cells: tuple[str, ...]
    anchor: str | None = None


def make_assumptions(journey: Journey) -> Markup:
    """Write every prior of the plan with its reason and the reports it rests on."""
    plan = journey.plan
    ids = {report.id for report in journey.reports}
    starts = [
        (_tell_span(row.from_, row.to, journey), weight, row.reason)
        for row, weight in zip(plan.departure, _share(plan.departure), strict=True)
    ]
    origins = [
        (row.station, weight, row.reason)
        for row, weight in zip(plan.origins, _share(plan.origins), strict=True)
    ]
    stops = [
        (row.station + _name_routes(row.routes), str(row.dwell_min), row.reason)
        for row in plan.stops
    ]
    speeds = [
        (row.line, str(row.running_kmh), _add_reports(row.reason, row.reports))
        for row in plan.speeds
    ]
    standing = [
        (
            row.line,
            f"{row.min_per_100km}; in {format_count(row.halts, 'halt')}",
            row.reason,
        )
        for row in plan.standing
    ]
    lengths = [(f"{row.from_} to {row.to}", str(row.km), row.reason) for row in plan.lengths]
    tables = (
        ("departure", "When it set out", ("Between", "Weight"), starts),
        ("origins", "Where it set out", ("Station", "Weight"), origins),
        ("stops", "Planned stops", ("Station", "Dwell, min"), stops),
        ("speeds", "Running speed, while moving", ("Line", "km/h"), speeds),
        ("standing", "Unplanned standing", ("Line", "Minutes per 100 km"), standing),
        ("lengths", "Lengths that sources dispute", ("Stretch", "km"), lengths),
    )
    parts = [
        _make_table(
            title,
            (*heads, "Reason"),
            [_Row((what, value, link_reports(reason, ids))) for what, value, reason in rows],
            anchor=PRIOR_TABLES[name],
        )
        if rows
        else element("p", NO_ROWS[name])
        for name, title, heads, rows in tables
    ]
    return join([*parts, _make_trust(journey)])


def make_routes(journey: Journey) -> Markup:
    """Write the routes with their priors, reversals and changes of gauge."""
    ids = {report.id for report in journey.reports}
    rows = [
        _Row(
            (
                join(
                    [
                        hypothesis.title,
                        element("span", f" {hypothesis.id}", class_="note"),
                        element("span", " default", class_="note")
                        if hypothesis.id == journey.default_route
                        else None,
                    ]
                ),
                _make_number(f"{format_number(100.0 * hypothesis.prior)} %"),
                _make_number(f"{hypothesis.route.length_km:,.0f}"),
                _tell_turns(hypothesis.route),
                link_reports(hypothesis.reason, ids),
            )
        )
        for hypothesis in journey.routes.values()
    ]
    heads = ("Route", "Prior", "km", "Reversals and gauge", "Reason")
    return _make_table("Routes, and how likely each is held before the reports", heads, rows)


def make_sources(journey: Journey) -> Markup:
    """Write the publications, and the families whose knowledge the reports are."""
    used = {source for report in journey.reports for source in report.sources}
    if not used:
        return element("p", "No publication is cited.")
    sources = [
        _Row(
            (
                key,
                source.publisher,
                source.title,
                _tell_published(source.published, journey),
                join(
                    [
                        _tell_span(source.known_at, source.known_at, journey),
                        source.known_basis,
                    ]
                ),
            ),
            anchor=f"source-{key}",
        )
        for key, source in journey.sources.items()
        if key in used
    ]
    counts = {
        key: [report.id for report in journey.reports if report.family == key]
        for key in journey.families
    }
    families = [
        _Row(
            (
                key,
                family.name,
                family.what or "",
                link_reports(" ".join(counts[key]), set(counts[key])),
            )
        )
        for key, family in journey.families.items()
        if counts[key]
    ]
    return join(
        [
            _make_table(
                "Publications",
                ("Id", "Publisher", "Headline", "Published", "Known from"),
                sources,
            ),
            _make_table(
                "Families: whose knowledge it is. One family is one witness",
                ("Id", "Name", "What", "Reports"),
                families,
                anchor=FAMILIES_ANCHOR,
            ),
        ]
    )


def _make_trust(journey: Journey) -> Markup:
    """Write how far the reports are believed before they are heard."""
    trust = journey.plan.trust
    ids = {report.id for report in journey.reports}
    rows = [("Any report", f"{_percent(trust.reliability)} right", trust.reason or BELIEVED)]
    rows += [
        (
            f"{journey.families[key].name} ({key})",
            f"{_percent(row.reliability)} right",
            row.reason,
        )
        for key, row in trust.families.items()
    ]
    rows += [
        (report.id, f"{_percent(report.reliability)} right", report.note or "")
        for report in journey.reports
        if report.reliability is not None
    ]
    rows += [
        (f"{report.id}, its first reading", f"{_percent(report.face_value)} meant", report.note)
        for report in journey.reports
        if report.face_value is not None
    ]
    flat = (
        f"{format_number(trust.span_h)} h, {format_number(trust.span_kmh)} km/h, "
        f"{format_number(trust.span_km)} km"
    )
    values = (
        f"{_percent(trust.identity)} this train",
        f"{_percent(trust.face_value)} meant",
        f"{_percent(trust.forecast)} came to pass",
        f"spread over {flat}",
        f"{_percent(trust.one_sided)} by chance",
        f"soft by {_percent(trust.range_share)}",
    )
    rows += [(what, value, why) for (what, why), value in zip(TRUST_ROWS, values, strict=True)]
    return _make_table(
        "How far a report is believed before it is heard",
        ("What", "Prior", "Reason"),
        [_Row((what, value, link_reports(reason, ids))) for what, value, reason in rows],
        anchor=TRUST_ANCHOR,
    )


def _percent(share: float) -> str:
    return f"{format_number(100.0 * share)} %"


def _make_table(
    title: str, heads: Sequence[str], rows: Sequence[_Row], *, anchor: str | None = None
) -> Markup:
    """Write a table whose cells know their heads, for a screen too narrow for columns."""
    body = [
        element(
            "tr",
            element("th", row.cells[0], scope="row", id=row.anchor),
            *[
                element("td", cell, data_label=head)
                for head, cell in zip(heads[1:], row.cells[1:], strict=True)
            ],
        )
        for row in rows
    ]
    table = element(
        "table",
        element("caption", title),
        element("thead", element("tr", *[element("th", head, scope="col") for head in heads])),
        element("tbody", *body),
        class_="reasons by-id" if heads[0] == "Id" else "reasons",
        id=anchor,
    )
    return scroll_table(table, title)


def _make_number(text: str) -> Markup:
    return element("span", text, class_="num")


def _share(rows: Iterable[Any]) -> list[str]:
    """Write the weights of rows as shares of the draws."""
    weights = [float(row.weight) for row in rows]
    total = sum(weights)
    return [f"{format_rounded_share(weight / total)} of the draws" for weight in weights]


def _name_routes(routes: Sequence[str] | None) -> str:
    if not routes:
        return ""
    return f" (route{'s' * (len(routes) > 1)} {', '.join(routes)})"


def _add_reports(reason: str, reports: Sequence[str]) -> str:
    named = find_reports(reason, reports)
    missing = [report for report in reports if report not in named]
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
    years = format_years(start.timestamp(), end.timestamp())
    return join([years, element("ul", *items, class_="clocks")])


def _tell_ends(start_s: float, end_s: float, zone: str) -> str:
    start, end = format_local(start_s, zone), format_local(end_s, zone)
    return start if start == end else f"{start} to {end}"


def _tell_published(published: object, journey: Journey) -> Markup:
    if isinstance(published, datetime):
        return _tell_span(published, published, journey)
    return join([f"{published}, no hour printed"])
