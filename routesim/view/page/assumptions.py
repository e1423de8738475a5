"""Assumptions: the priors of the plan and the reliability of reports, with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from routesim.journey.lengths import list_exact_km, list_unplanned_lengths
from routesim.text import page as words
from routesim.text.quantities import (
    format_number,
    format_percent,
    format_rounded_share,
)
from routesim.text.routes import format_disputed, format_exact_km
from routesim.text.standing import VARIATION_ROWS
from routesim.view.html.components import make_row, make_table
from routesim.view.html.links import (
    PRIOR_ANCHORS,
    ROUTES_ANCHOR,
    TRUST_ANCHOR,
    find_reports,
    link_reports,
)
from routesim.view.html.markup import element, join
from routesim.view.times import make_time_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markupsafe import Markup

    from routesim.journey import Journey
    from routesim.journey.records import VariationRow


TABLES = {
    "departure": ("Departure time", ("Between", "Weight")),
    "origins": ("Origin", ("Station", "Weight")),
    "stops": ("Planned stops", ("Station", "Dwell, min")),
    "speeds": ("Running speed, while moving", ("Line", "km/h")),
    "standing": ("Unplanned standing", ("Line", "Minutes per 100 km")),
    "variation": ("Variation along a line and between journeys", ("What", "Value")),
    "lengths": ("Disputed lengths", ("Stretch", "km")),
}
"""Captions and heads of the tables of priors, by key of the plan."""

TRUST_CAPTION = "Prior reliability of reports"
TRUST_HEADS = ("What", "Prior", "Reason")


class PriorRow(NamedTuple):
    """Row of a table of priors; the prior is based on ``reports``."""

    table: str
    prior: str
    what: str
    value: str
    reason: str
    reports: Sequence[str] = ()


class PriorBasis(NamedTuple):
    """Prior, the anchor of its table, and the reports on which it depends.

    ``reports`` are its basis in the plan. Its reason also names the reports in ``named``.
    """

    prior: str
    anchor: str
    reports: tuple[str, ...]
    named: tuple[str, ...]


def make_assumptions(journey: Journey) -> Markup:
    """Write every prior of the plan with its reason and the reports it is based on."""
    rows = list(_list_priors(journey))
    parts = []
    for key, (caption, heads) in TABLES.items():
        found = [(r.what, r.value, _add_reports(r)) for r in rows if r.table == key]
        if found:
            table = _make_table(journey, caption, (*heads, "Reason"), found, PRIOR_ANCHORS[key])
        else:
            table = element("p", words.NO_PRIORS[key])
        parts.append(table)
    parts += [element("p", text) for text in _list_lengths_assumed(journey)]
    trust = _make_table(journey, TRUST_CAPTION, TRUST_HEADS, _list_trust(journey), TRUST_ANCHOR)
    return join([*parts, trust])


def _list_lengths_assumed(journey: Journey) -> list[str]:
    """Return which kilometres are taken as exact, and which disputed lengths have no range."""
    exact = [(e.line, e.exact_points, e.points) for e in list_exact_km(journey, journey.routes)]
    disputed = [
        (d.from_station, d.to_station, d.km, d.low_km, d.high_km)
        for d in list_unplanned_lengths(journey)
    ]
    texts = format_exact_km(exact), format_disputed(disputed, plan=True)
    return [f"{text[:1].upper()}{text[1:]}." for text in texts if text]


def list_prior_bases(journey: Journey) -> tuple[PriorBasis, ...]:
    """Return every prior that uses or names reports of the journey, routes first."""
    ids = {report.id for report in journey.reports}
    routes = [
        (f"route {route.id}", ROUTES_ANCHOR, (), route.reason)
        for route in journey.routes.values()
    ]
    priors = [
        (row.prior, PRIOR_ANCHORS[row.table], row.reports, row.reason)
        for row in _list_priors(journey)
    ]
    found = []
    for prior, anchor, reports, reason in [*routes, *priors]:
        behind = tuple(report for report in dict.fromkeys(reports) if report in ids)
        named = tuple(report for report in find_reports(reason, ids) if report not in behind)
        if behind or named:
            found.append(PriorBasis(prior, anchor, behind, named))
    return tuple(found)


def _list_priors(journey: Journey) -> Iterator[PriorRow]:
    plan = journey.plan
    for start, weight in _list_weights(plan.departure):
        span = make_time_span(start.from_.timestamp(), start.to.timestamp(), journey.zones)
        yield PriorRow("departure", "departure", span, weight, start.reason)
    for origin, weight in _list_weights(plan.origins):
        name = f"origin {origin.station}"
        yield PriorRow("origins", name, origin.station, weight, origin.reason)
    for stop in plan.stops:
        many = "s" * (len(stop.routes or ()) > 1)
        by = f" (route{many} {', '.join(stop.routes)})" if stop.routes else ""
        name, dwell = f"dwell at {stop.station}", str(stop.dwell_min)
        yield PriorRow("stops", name, stop.station + by, dwell, stop.reason)
    for speed in plan.speeds:
        name, value = f"running speed on {speed.line}", str(speed.running_kmh)
        yield PriorRow("speeds", name, speed.line, value, speed.reason, speed.reports)
    for row in plan.standing:
        value = str(row.min_per_100km)
        yield PriorRow("standing", f"standing on {row.line}", row.line, value, row.reason)
    for number, (what, value) in enumerate(_list_variation(plan.variation)):
        reason = words.SAME_REASON if number else plan.variation.reason
        yield PriorRow("variation", "variation", what, value, reason)
    for length in plan.lengths:
        ends = f"{length.from_} to {length.to}"
        yield PriorRow("lengths", f"length {ends}", ends, str(length.km), length.reason)


def _list_variation(variation: VariationRow) -> Iterator[tuple[str, str]]:
    """Return the quantities of the variation in words, with their values."""
    values = (
        format_percent(variation.slack_spread),
        format_number(variation.range_km),
        format_number(variation.grain_s),
        str(variation.standing_min_per_100km),
        str(variation.halt_min),
        format_percent(variation.priority_share),
        format_percent(variation.long_wait_share),
        format_number(variation.long_wait_h),
    )
    return zip(VARIATION_ROWS, values, strict=True)


def _list_weights(rows: Sequence[Any]) -> list[tuple[Any, str]]:
    """Return rows with their weights as shares of the draws."""
    total = sum(float(row.weight) for row in rows)
    shares = [format_rounded_share(float(row.weight) / total) for row in rows]
    return [(row, f"{share} of the draws") for row, share in zip(rows, shares, strict=True)]


def _add_reports(row: PriorRow) -> str:
    named = find_reports(row.reason, row.reports)
    missing = ", ".join(report for report in row.reports if report not in named)
    return f"{row.reason} Based on {missing}." if missing else row.reason


def _list_trust(journey: Journey) -> Iterator[tuple[str, str, str]]:
    """Yield the prior reliability of reports, sources and readings as table rows."""
    trust, reports = journey.plan.trust, journey.reports
    believed = [("Any report", trust.reliability, trust.reason or words.BELIEVED)]
    believed += [
        (f"{journey.families[key].name} ({key})", row.reliability, row.reason)
        for key, row in trust.families.items()
    ]
    believed += [
        (report.id, report.reliability, report.note)
        for report in reports
        if report.reliability is not None
    ]
    for what, share, reason in believed:
        yield what, f"{format_percent(share)} right", reason
    for report in reports:
        if report.face_value is not None:
            meant = words.MEANT.format(format_percent(report.face_value))
            yield f"{report.id}, its first reading", meant, report.note
    spans = (f"{format_number(trust.span_h)} h", f"{format_number(trust.span_kmh)} km/h")
    values = (
        f"{format_percent(trust.identity)} that it is this train",
        words.MEANT.format(format_percent(trust.face_value)),
        f"{format_percent(trust.forecast)} that it comes true",
        f"spread over {', '.join(spans)}, {format_number(trust.span_km)} km",
        f"{format_percent(trust.one_sided)} by chance",
        f"soft by {format_percent(trust.range_share)}",
    )
    for (what, does), value in zip(words.TRUST_ROWS, values, strict=True):
        yield what, value, does


def _make_table(
    journey: Journey,
    caption: str,
    heads: Sequence[str],
    rows: Iterable[tuple[str, str, str]],
    anchor: str,
) -> Markup:
    """Write a table of priors, with a subject, a value and a reason in each row."""
    ids = {report.id for report in journey.reports}
    made = [
        make_row(heads, what, (value, link_reports(reason, ids)))
        for what, value, reason in rows
    ]
    return make_table(caption, heads, made, anchor=anchor)
