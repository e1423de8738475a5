"""The assumptions: every prior of the plan and how far reports are believed, with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.text.quantities import (
    format_count,
    format_number,
    format_percent,
    format_rounded_share,
)
from routesim.view.html.clocks import make_time_span
from routesim.view.html.components import make_row, make_table
from routesim.view.html.links import (
    PRIOR_ANCHORS,
    TRUST_ANCHOR,
    find_reports,
    link_reports,
)
from routesim.view.html.markup import Markup, element, join

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from routesim.journey import Journey


NO_ROWS = {
    "origins": "Every draw sets out where its route begins.",
    "stops": "No stop is planned.",
    "standing": "No unplanned standing is assumed.",
    "lengths": "No length is disputed.",
}
"""Instead of a table of the plan that has no row."""

BELIEVED = "Reports are mostly right, and not always; a guess."
TRUST_CAPTION = "How far a report is believed before it is heard"
TRUST_HEADS = ("What", "Prior", "Reason")
TRUST_ROWS = (
    ("A similar train", "Where a report takes it for the train, it shares this doubt."),
    ("The first reading", "The other readings of a report share the rest."),
    ("What was only expected", "If it did not come to pass, the report tells nothing."),
    ("A wrong report", "It might as well have told any time, speed or length within this."),
    ("A wrong report with one end only", "So often it would hold by chance, as before noon."),
    ("The ends of a range", "Of a speed, length or duration, as a share of the range's width."),
)
"""What else is believed of reports, and what it does."""


def make_assumptions(journey: Journey) -> Markup:
    """Write every prior of the plan with its reason and the reports that it is based on."""
    plan = journey.plan
    ids = {report.id for report in journey.reports}
    starts = [
        (
            make_time_span(row.from_.timestamp(), row.to.timestamp(), journey.zones),
            weight,
            row.reason,
        )
        for row, weight in zip(plan.departure, _format_weights(plan.departure), strict=True)
    ]
    origins = [
        (row.station, weight, row.reason)
        for row, weight in zip(plan.origins, _format_weights(plan.origins), strict=True)
    ]
    stops = [
        (row.station + _format_routes(row.routes), str(row.dwell_min), row.reason)
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
        _make_priors(title, (*heads, "Reason"), rows, ids, PRIOR_ANCHORS[name])
        if rows
        else element("p", NO_ROWS[name])
        for name, title, heads, rows in tables
    ]
    return join([*parts, _make_trust(journey)])


def _make_trust(journey: Journey) -> Markup:
    """Write how far the reports are believed beforehand."""
    trust = journey.plan.trust
    ids = {report.id for report in journey.reports}
    rows = [
        ("Any report", f"{format_percent(trust.reliability)} right", trust.reason or BELIEVED)
    ]
    rows += [
        (
            f"{journey.families[key].name} ({key})",
            f"{format_percent(row.reliability)} right",
            row.reason,
        )
        for key, row in trust.families.items()
    ]
    rows += [
        (report.id, f"{format_percent(report.reliability)} right", report.note or "")
        for report in journey.reports
        if report.reliability is not None
    ]
    rows += [
        (
            f"{report.id}, its first reading",
            f"{format_percent(report.face_value)} meant",
            report.note,
        )
        for report in journey.reports
        if report.face_value is not None
    ]
    flat = (
        f"{format_number(trust.span_h)} h, {format_number(trust.span_kmh)} km/h, "
        f"{format_number(trust.span_km)} km"
    )
    values = (
        f"{format_percent(trust.identity)} this train",
        f"{format_percent(trust.face_value)} meant",
        f"{format_percent(trust.forecast)} came to pass",
        f"spread over {flat}",
        f"{format_percent(trust.one_sided)} by chance",
        f"soft by {format_percent(trust.range_share)}",
    )
    rows += [(what, value, why) for (what, why), value in zip(TRUST_ROWS, values, strict=True)]
    return _make_priors(TRUST_CAPTION, TRUST_HEADS, rows, ids, TRUST_ANCHOR)


def _make_priors(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[tuple[str, str, str]],
    ids: Collection[str],
    anchor: str,
) -> Markup:
    """Write a table of priors; a row is what it is of, its value and its reason."""
    made = [
        make_row(heads, what, (value, link_reports(reason, ids)))
        for what, value, reason in rows
    ]
    return make_table(caption, heads, made, anchor=anchor)


def _format_weights(rows: Iterable[Any]) -> list[str]:
    """Format the weights of rows as shares of the draws."""
    weights = [float(row.weight) for row in rows]
    total = sum(weights)
    return [f"{format_rounded_share(weight / total)} of the draws" for weight in weights]


def _format_routes(routes: Sequence[str] | None) -> str:
    if not routes:
        return ""
    return f" (route{'s' * (len(routes) > 1)} {', '.join(routes)})"


def _add_reports(reason: str, reports: Sequence[str]) -> str:
    named = find_reports(reason, reports)
    missing = [report for report in reports if report not in named]
    return f"{reason} Rests on {', '.join(missing)}." if missing else reason
