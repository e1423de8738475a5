"""The verdict on a clause, on a report, and on all reports of a journey."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any

from routesim.answers import Answer, AnswerList
from routesim.text import findings as words
from routesim.text.page import format_margin

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from routesim.arrays import Flags
    from routesim.certain.conflicts import Conflict


VERDICTS = ("impossible", "strained", "consistent", "silent")
"""From worst to best."""
COLUMNS = ("id=report_id", "verdict", "margin_s", "share", "route", "why")


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one clause: one of ``VERDICTS``, and what was found, in SI units.

    ``kind`` is a key of :data:`routesim.text.findings.FINDINGS`, and ``fields`` what its
    sentence takes. ``margin_s`` is seconds of room (positive) or miss (negative), None where
    no time is in question; ``holds`` of which draws the clause is true, (draws,), None where
    none is asked; ``route`` by which it was judged, None where none is in question; ``other``
    the same clause in its other reading, which fits no better.
    """

    verdict: str
    kind: str
    fields: dict[str, Any]
    margin_s: float | None = None
    holds: Flags | None = field(default=None, compare=False, repr=False)
    route: str | None = None
    other: Finding | None = None

    @property
    def why(self) -> str:
        """What was found, in words."""
        text = words.format_finding(self.kind, self.fields)
        return text if self.other is None else words.format_either(text, self.other.why)


def rank_finding(finding: Finding) -> tuple[int, float]:
    """Order findings from worst to best."""
    margin = finding.margin_s
    return VERDICTS.index(finding.verdict), inf if margin is None else margin


def choose_best(findings: Iterable[Finding]) -> Finding:
    """Return the best of several readings of one clause."""
    return max(findings, key=rank_finding)


@dataclass(frozen=True)
class Verdict(Answer):
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
    route
        The route that it was judged by; None where no route is in question.
    findings
        What the draws say of each of its clauses at face value.
    silent
        Why it has no constraint, where the file says so.
    conflict
        The conflict that settles the verdict without any draw (``is_settled``), or one that
        depends on how a report is read; None if there is none.
    """

    report_id: str
    verdict: str
    margin_s: float | None = None
    share: float | None = None
    route: str | None = None
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    silent: str = field(default="", repr=False)
    conflict: Conflict | None = field(default=None, repr=False, compare=False)
    is_settled: bool = False
    json_keys = COLUMNS

    def __repr__(self) -> str:
        """Return the report and its verdict, with the margin in words."""
        margin = format_margin(self.margin_s)
        return f"<Verdict {self.report_id}: {self.verdict}{margin and f', {margin}'}>"

    @property
    def why(self) -> str:
        """The reason: what settles it, and a sentence a clause."""
        held = [finding for finding in self.findings if finding.holds is not None]
        fits = all(finding.verdict == "consistent" for finding in self.findings)
        apart = fits and len(held) > 1 and self.share == 0
        whys = [finding.why for finding in self.findings]
        text = words.format_findings(whys, silent=self.silent, apart=apart)
        if self.conflict is None:
            return text
        clauses = self.conflict.clauses
        others = [name for name in clauses if name.partition(".")[0] != self.report_id]
        if self.is_settled:
            return f"{words.format_ruling(others, self.conflict.why)} {text}"
        miss_s, reading = self.conflict.miss_s or 0, self.conflict.reading or ""
        clash = words.format_clash(others, miss_s, reading)
        return f"{text} {clash}"


@dataclass(frozen=True, eq=False, repr=False)
class VerdictList(AnswerList[Verdict]):
    """The verdict on each report of a journey, in the order of the file.

    Parameters
    ----------
    journey_id, route_id
        The journey, and the route that answers first.
    changes
        What was changed in the journey.
    """

    journey_id: str = ""
    route_id: str = ""
    changes: tuple[str, ...] = ()
    json_keys = ("journey=journey_id", "route=route_id", "changes", "reports=items")
    columns = COLUMNS

    def to_frame(self) -> pd.DataFrame:
        """Return a row a report: id, verdict, margin_s, share, route, why.

        ``margin_s`` and ``share`` are NaN where there is none.
        """
        return super().to_frame().astype({"margin_s": "float64", "share": "float64"})
