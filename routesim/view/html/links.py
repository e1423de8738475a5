"""Links within a page: anchors of sections, and report ids in texts as links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from routesim.view.html.markup import element, join

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from markupsafe import Markup


CONFLICTS_ANCHOR = "conflicts"
FAMILIES_ANCHOR = "families"
LIKELY_ANCHOR = "likely"
ROUTES_ANCHOR = "routes"
TRUST_ANCHOR = "prior-trust"
PRIOR_ANCHORS = {
    name: f"prior-{name}"
    for name in (
        "departure",
        "origins",
        "stops",
        "speeds",
        "standing",
        "variation",
        "lengths",
    )
}
"""Anchors of the tables of priors, by key of the plan."""

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*[A-Za-z0-9]|[A-Za-z0-9]")


def make_anchor(kind: str, key: object) -> str:
    """Return the anchor of a report, source, conflict or world by its id or number."""
    return f"{kind}-{key}"


def make_link(text: str, anchor: str) -> Markup:
    """Write a link to an anchor of the page."""
    return element("a", text, href=f"#{anchor}")


def find_reports(text: str, report_ids: Collection[str]) -> tuple[str, ...]:
    """Return the report ids that occur in a text as whole words, in order."""
    return tuple(dict.fromkeys(match[0] for match in _find_mentions(text, report_ids)))


def link_reports(text: str, report_ids: Collection[str]) -> Markup:
    """Escape a text and link the report ids in it to the ledger."""
    return link_names(text, {report_id: report_id for report_id in report_ids})


def link_names(text: str, report_of: Mapping[str, str]) -> Markup:
    """Escape a text and link the report and clause ids in it to the report's ledger entry."""
    parts: list[str] = []
    done = 0
    for match in _find_mentions(text, report_of):
        parts += [
            text[done : match.start()],
            make_link(match[0], make_anchor("report", report_of[match[0]])),
        ]
        done = match.end()
    return join([*parts, text[done:]])


def join_links(links: Iterable[tuple[str, str]]) -> Markup:
    """Write links, given as texts and anchors, separated by commas."""
    made = [make_link(*link) for link in links]
    return join([part for link in made for part in (", ", link)][1:])


def _find_mentions(text: str, report_ids: Collection[str]) -> Iterator[re.Match[str]]:
    """Yield the words that are report ids.

    An id after a journey and a slash, as in ``2019-04/C48``, belongs to that journey and is
    skipped.
    """
    before = ""
    for match in WORD.finditer(text):
        foreign = (
            text[max(0, match.start() - 1) : match.start()] == "/" and before not in report_ids
        )
        if match[0] in report_ids and not foreign:
            yield match
        before = match[0]
