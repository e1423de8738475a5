"""Rich reprs: small tables for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.answers import to_plain
from routesim.journey import measure_windows
from routesim.likely import Posterior
from routesim.text.page import format_basis
from routesim.text.posterior import format_evidence
from routesim.text.quantities import (
    format_count,
    format_draw_share,
    format_number,
    format_percent,
)
from routesim.text.times import format_window
from routesim.view.html.components import DASH, make_heads
from routesim.view.html.markup import element
from routesim.view.times import list_clocks
from routesim.view.windows import find_key_indices, find_span, format_band

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

    from routesim.answers import Answer
    from routesim.journey import Ensemble, Journey
    from routesim.network import Route


MAX_ROWS = 24
MAX_CHARACTERS = 200


def make_answer_table(answer: Answer) -> Markup:
    """Write the frame of an answer as a table, with its repr as the caption."""
    frame = answer.to_frame()
    columns = [str(column) for column in frame.columns if column != "geometry"]
    rows = [
        [_format_cell(row[column]) for column in columns]
        for row in frame.head(MAX_ROWS).to_dict("records")
    ]
    rest = len(frame) - len(rows)
    title = f"{answer!r}, {rest:,} more rows" if rest else repr(answer)
    return _make_table(title, rows, heads=columns)


def make_route_table(route: Route) -> Markup:
    """Write the facts of a route as a table."""
    turns = [turn.station for turn in route.reversals_found if turn.movement == "reverse"]
    lines = dict.fromkeys(passage.line for passage in route.passages)
    facts = [
        ("From", route.origin),
        ("To", route.destination),
        ("Length", f"{route.length_km:,.1f} km"),
        ("Timing points", f"{len(route.passages)}"),
        ("Lines", ", ".join(lines)),
        ("Reverses at", ", ".join(turns) or "nowhere"),
    ]
    return _make_table(f"Route {route.origin} to {route.destination}", facts)


def make_journey_table(journey: Journey) -> Markup:
    """Write the facts of a journey as a table."""
    count = len({report.family for report in journey.reports})
    families = format_count(count, "family", "families")
    facts = [
        ("Id", journey.id),
        ("Train", journey.train_id),
        ("Time zones", ", ".join(journey.zones)),
        *[
            (f"Route {one.id}", f"{one.title} (prior {format_percent(one.prior)})")
            for one in list(journey.routes.values())[:MAX_ROWS]
        ],
        ("Default route", journey.default_route),
        ("Reports", f"{len(journey.reports)} from {families}"),
        ("Changes", "; ".join(journey.changes) or "none"),
    ]
    return _make_table(journey.title, facts)


def make_ensemble_table(ensemble: Ensemble) -> Markup:
    """Write the windows of an ensemble at its key passages as a table."""
    clocks = list_clocks(ensemble.zones, *find_span(ensemble))
    keys = find_key_indices(ensemble.route, tuple(ensemble.dwell_s))[:MAX_ROWS]
    rows = []
    for raw in measure_windows(ensemble, indices=keys):
        window = raw.rounded
        times = window.arrive or window.depart
        if times is None:
            continue
        cells = [format_window(times[0], times[-1], clock.zone) for clock in clocks]
        place = f"{_cut(window.name)}, km {window.passage.km:,.1f}"
        rows.append((f"{place} {format_draw_share(window.share)}".strip(), *cells))
    title = (
        f"Journey {ensemble.journey_id}, route {ensemble.route_id}, {format_band(ensemble)}: "
        f"{_format_basis(ensemble)}; arrival 5 % to 95 % (departure at the origin)"
    )
    return _make_table(title, rows, heads=("", *[clock.label for clock in clocks]))


def _format_basis(ensemble: Ensemble) -> str:
    """Format the number of draws and, for a posterior, its quality and the reports rejected."""
    if not isinstance(ensemble, Posterior):
        return format_count(ensemble.draws, "draw")
    return format_basis(
        ensemble.draws,
        ensemble.ess,
        used=len(ensemble.reports_used),
        rejected=ensemble.rejected,
        evidence=format_evidence(ensemble.log_evidence, ensemble.log_evidence_error),
    )


def _format_cell(value: Any) -> str:
    """Format one value of a frame, with a dash for a missing value."""
    plain = to_plain(value)
    if plain is None:
        return DASH
    if isinstance(plain, float):
        return format_number(plain)
    if isinstance(plain, list):
        return ", ".join(map(_format_cell, plain))
    return str(plain)


def _make_table(title: str, rows: Iterable[Sequence[str]], heads: Sequence[str] = ()) -> Markup:
    header = element("thead", element("tr", *make_heads(heads))) if heads else None
    body = []
    for first, *others in rows:
        cells = [element("td", _cut(cell)) for cell in others]
        body.append(element("tr", element("th", _cut(first), scope="row"), *cells))
    return element("table", element("caption", _cut(title)), header, element("tbody", *body))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 1]}\u2026"
