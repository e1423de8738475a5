"""The verdict on a report."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["VERDICTS", "Verdict"]

VERDICTS = ("impossible", "strained", "consistent", "silent")
"""From worst to best."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one report, by the other reports and the simulated journeys.

    Parameters
    ----------
    report_id
        The report's id.
    verdict
        ``consistent``, ``strained`` (outside the band of 90 % of the draws, hardly any draw
        does it, or it is part of a conflict that no reading resolves), ``impossible`` (every
        world that drops the fewest families drops it, or no wanted route passes the
        place) or ``silent`` (no constraint).
    margin_s
        Seconds of room (positive) or miss (negative); None where no time is in question.
    share
        Share of the draws in which the report holds, all its clauses at once; None where
        it does not depend on the draws.
    why
        One sentence a clause.
    route
        The route that it was judged by; None where no route is in question.
    """

    report_id: str
    verdict: str
    margin_s: float | None
    share: float | None
    why: str
    route: str | None = None
