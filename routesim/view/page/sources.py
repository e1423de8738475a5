"""Sources and families: publications and original sources of the reports."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from routesim.text.page import format_source_clock
from routesim.view.html.components import make_row, make_table
from routesim.view.html.links import FAMILIES_ANCHOR, link_reports, make_anchor
from routesim.view.html.markup import element, join
from routesim.view.times import make_time_span

if TYPE_CHECKING:
    from datetime import date

    from markupsafe import Markup

    from routesim.journey import Journey


CLASS = "reasons by-id"
SOURCES_CAPTION = "Publications"
SOURCES_HEADS = ("Id", "Publisher", "Headline", "Published", "Known since")
FAMILIES_CAPTION = "Families: original sources of the reports. A family counts once per event"
FAMILIES_HEADS = ("Id", "Name", "Description", "Reports")


def make_sources(journey: Journey) -> Markup:
    """Write the tables of publications and of families."""
    used = {source for report in journey.reports for source in report.sources}
    if not used:
        return element("p", "No publication is cited.")
    return join([_make_publications(journey, used), _make_families(journey)])


def _make_publications(journey: Journey, used: set[str]) -> Markup:
    rows = [
        make_row(
            SOURCES_HEADS,
            key,
            (
                source.publisher,
                f"{source.title}{format_source_clock(source.clock)}",
                _make_date(source.published, journey),
                join([_make_instant(source.known_at, journey), source.known_basis]),
            ),
            anchor=make_anchor("source", key),
        )
        for key, source in journey.sources.items()
        if key in used
    ]
    return make_table(SOURCES_CAPTION, SOURCES_HEADS, rows, class_=CLASS)


def _make_families(journey: Journey) -> Markup:
    rows = []
    for key, family in journey.families.items():
        reports = [report.id for report in journey.reports if report.family == key]
        if reports:
            links = link_reports(" ".join(reports), reports)
            rows.append(make_row(FAMILIES_HEADS, key, (family.name, family.what or "", links)))
    return make_table(
        FAMILIES_CAPTION, FAMILIES_HEADS, rows, class_=CLASS, anchor=FAMILIES_ANCHOR
    )


def _make_date(published: date, journey: Journey) -> Markup:
    if isinstance(published, datetime):
        return _make_instant(published, journey)
    return join([f"{published}, no time printed"])


def _make_instant(instant: datetime, journey: Journey) -> Markup:
    return make_time_span(instant.timestamp(), instant.timestamp(), journey.zones)
