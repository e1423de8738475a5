"""The section of what is certain on the default route, and its sentence for the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.bounds import format_condition, format_no_world, format_origins
from routesim.text.certificates import format_caps
from routesim.view.html.links import link_names
from routesim.view.html.markup import Markup, element, join
from routesim.view.page.certain_passages import (
    choose_headlines,
    format_bounds,
    is_given_reports,
    list_bounded,
    make_disagreements,
    make_passage_table,
)
from routesim.view.page.certain_stretches import make_stretches
from routesim.view.page.routes import format_route_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.view.findings import Findings
    from routesim.view.times import Clock
    from routesim.view.windows import MeasuredEnsemble


NOT_LIKELY = (
    "The likely band beside it comes from the priors alone and knows no report, so the two "
    "need not agree."
)
WEIGHED = (
    "The likely band beside it is given the reports, but each may be wrong there and the ends "
    "of its window are soft, so that it may reach beyond what is certain."
)
NOTHING = (
    "Nothing is certain of this journey beyond the order of its stations: no report sets a "
    "constraint on it."
)


def format_certain(findings: Findings) -> str:
    """Format in one or two sentences what is certain, for the head of the page."""
    bounds = findings.bounds
    if not findings.has_constraints:
        return ""
    if not bounds.solved:
        return format_no_world(bounds.route_id)
    texts = [format_bounds(bounds, index) for index in choose_headlines(bounds)]
    if not texts:
        return "The reports bound no passage on both sides."
    condition = _format_condition(findings)
    return f"{condition[:1].upper()}{condition[1:]}, the train {' and '.join(texts)}."


def make_certain(
    findings: Findings, measured: MeasuredEnsemble, clocks: Sequence[Clock]
) -> Markup:
    """Write the bounds of the default route: passages, stretches and starts."""
    bounds = findings.bounds
    if not findings.has_constraints:
        return element("p", NOTHING)
    if not bounds.solved:
        text = format_no_world(bounds.route_id, bounds.conflict)
        return element("p", link_names(text, findings.report_of))
    indices = list_bounded(bounds)
    parts = [
        element(
            "p",
            f"By the default route ({format_route_title(findings.journey, bounds.route_id)}), "
            f"{_format_condition(findings)}: no earlier and no later than this, whatever the "
            "train did in between. Rounded outwards to the minute. "
            f"{WEIGHED if is_given_reports(measured) else NOT_LIKELY}",
        ),
        make_passage_table(findings, measured, clocks, indices)
        if indices
        else element("p", "No passage is bounded on either side."),
        make_disagreements(findings, measured, indices),
        element("p", _format_assumptions(findings), class_="note", id="assumed-bounds"),
        element("p", format_origins(bounds.origins)) if len(bounds.origins) > 1 else None,
        make_stretches(findings),
    ]
    return join(parts)


def _format_condition(findings: Findings) -> str:
    """Format under which condition the bounds are certain."""
    used = findings.bounds.worlds
    changed = any(world.dropped or world.readings for world in used)
    return format_condition(len(used), is_changed=changed)


def _format_assumptions(findings: Findings) -> str:
    """Format what stands behind the words speed cap, length and open."""
    line = findings.bounds.solved[0].case.line
    return (
        "Speed cap: what no train exceeds, an assumption by line "
        f"({format_caps(line.list_caps())}), never a "
        "reported speed. Length: the official kilometres, at their shortest or longest where "
        "sources dispute them. Open: nothing bounds that end."
    )
