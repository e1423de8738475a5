"""Assumptions: what is taken as true beside the reports, with its figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routesim.certain.support import CAP, LENGTH
from routesim.text.certificates import format_assumption

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.certain.encoding.route_case import RouteCase
    from routesim.journey import Journey
    from routesim.network import Route

__all__ = ["Assumption", "find_assumption", "list_identities"]


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is taken as true beside the reports.

    Parameters
    ----------
    kind
        ``speed cap``, ``length``, ``positions`` or ``identity``.
    caps
        The caps by line (km/h).
    disputed
        Stretches of disputed length: from, to, least and most kilometres.
    identity, reports
        Who or what was seen, and the reports that take it for granted.
    """

    kind: str
    caps: tuple[tuple[str, float], ...] = ()
    disputed: tuple[tuple[str, str, float, float], ...] = ()
    identity: str = ""
    reports: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The assumption with its figures, in words."""
        return format_assumption(
            self.kind,
            caps=self.caps,
            disputed=self.disputed,
            identity=self.identity,
            reports=self.reports,
        )


def find_assumption(
    journey: Journey,
    case: RouteCase,
    kind: str,
    *,
    lines: Sequence[str] | None = None,
    span: tuple[int, int] | None = None,
) -> Assumption:
    """Find the figures of an assumption: by default those of the whole route.

    The caps are those of ``lines``, the lengths those within a span of passages.
    """
    if kind == CAP:
        return Assumption(kind, caps=case.line.list_caps(lines))
    if kind != LENGTH:
        return Assumption(kind)
    disputed = tuple(
        (row.from_, row.to, row.km.lowest, row.km.highest)
        for row in journey.plan.lengths
        if _lies_within(case.line.route, row.from_, row.to, span)
    )
    return Assumption(kind, disputed=disputed)


def list_identities(journey: Journey, reports: Iterable[str]) -> list[Assumption]:
    """List who or what reports take for granted to have been seen, each once."""
    named: dict[str, list[str]] = {}
    for report_id in reports:
        identity = journey.get_report(report_id).identity
        if identity:
            named.setdefault(identity, []).append(report_id)
    return [
        Assumption("identity", identity=identity, reports=tuple(ids))
        for identity, ids in named.items()
    ]


def _lies_within(route: Route, start: str, end: str, span: tuple[int, int] | None) -> bool:
    """Return whether a stretch of the route shares a section with a span of passages."""
    if not (route.passes(start) and route.passes(end)):
        return False
    low, high = sorted((route.index_of(start), route.index_of(end)))
    return span is None or (low < span[1] and span[0] < high)
