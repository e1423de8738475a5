"""Copies: wire copy counts once, however many articles repeat it.

Two reports are copies of each other if they are of one family and have the same clauses, in
the same readings. Reports of one family that are about one event in other clauses are no
copies. They count once as well, as versions of the event: see
:mod:`routesim.likely.report_mixture`.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.evidence.reports import Report


def group_copies(reports: Iterable[Report]) -> list[list[Report]]:
    """Group reports that are copies of each other.

    Parameters
    ----------
    reports
        The reports. Those without a clause in any reading are left out.

    Returns
    -------
    list of list of Report
        The copies, in the order of the first of each.
    """
    copies: dict[Any, list[Report]] = {}
    for report in reports:
        if report.clauses or any(reading.clauses for reading in report.readings):
            copies.setdefault(_find_copy_key(report), []).append(report)
    return list(copies.values())


def _find_copy_key(report: Report) -> Any:
    """Return what two reports must share to be copies of each other."""
    readings = [reading.clauses for reading in report.readings] or [report.clauses]
    content = tuple(tuple(_strip(clause) for clause in clauses) for clauses in readings)
    return report.family, report.forecast, report.identity, content


def _strip(value: Any) -> Any:
    """Turn a clause into plain values, its words left out."""
    if not is_dataclass(value):
        return value
    left_out = {"words", "zone_reason"}
    named = [(f.name, _strip(getattr(value, f.name))) for f in fields(value)]
    return type(value).__name__, tuple(pair for pair in named if pair[0] not in left_out)
