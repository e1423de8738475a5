"""Assumptions: what is taken as true beside the reports, with its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.certain.support import CAP, LENGTH
from routesim.text.certificates import format_assumption, format_caps, format_lengths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from routesim.certain.encoding.route_case import RouteCase
    from routesim.journey import Journey
    from routesim.network import Route


def list_assumptions(
    journey: Journey,
    case: RouteCase,
    kinds: Iterable[str],
    *,
    lines: Sequence[str] | None = None,
    span: tuple[int, int] | None = None,
) -> Iterator[str]:
    """List assumptions in words, with their figures: by default those of the whole route.

    The caps are those of ``lines``, the lengths those within a span of passages.
    """
    disputed = [
        (row.from_, row.to, row.km.lowest, row.km.highest)
        for row in journey.plan.lengths
        if _lies_within(case.line.route, row.from_, row.to, span)
    ]
    figures = {CAP: format_caps(case.line.list_caps(lines)), LENGTH: format_lengths(disputed)}
    return (format_assumption(kind, figures.get(kind)) for kind in kinds)


def list_identities(journey: Journey, reports: Iterable[str]) -> Iterator[str]:
    """List in words who or what reports take for granted to have been seen, each once."""
    named: dict[str, list[str]] = {}
    for report_id in reports:
        identity = journey.get_report(report_id).identity
        if identity:
            named.setdefault(identity, []).append(report_id)
    return (
        format_assumption("identity", f"{identity} ({', '.join(ids)})")
        for identity, ids in named.items()
    )


def _lies_within(route: Route, start: str, end: str, span: tuple[int, int] | None) -> bool:
    """Return whether a stretch of the route shares a section with a span of passages."""
    if not (route.passes(start) and route.passes(end)):
        return False
    low, high = sorted((route.index_of(start), route.index_of(end)))
    return span is None or (low < span[1] and span[0] < high)
