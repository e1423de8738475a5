"""Verdicts on a clause, on a report, and on all reports of a journey."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any

from routesim.answers import Answer, AnswerList
from routesim.text import findings as words
from routesim.text.findings import format_margin
from routesim.units import metres_to_km

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from routesim.arrays import Flags
    from routesim.certain.conflicts import Conflict


VERDICTS = ("impossible", "strained", "consistent", "silent")
"""Verdicts, from worst to best."""
FITTING = ("consistent",)
"""Verdicts on reports that fit the others and the priors."""
COLUMNS = ("id=report_id", "verdict", "margin_s", "margin_km", "share", "route", "why")


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one clause, with the compared values.

    Parameters
    ----------
    verdict
        One of :data:`VERDICTS`.
    kind
        Key of :data:`routesim.text.findings.FINDINGS`, which has the sentence.
    fields
        Values of the sentence, in SI units.
    margin_s
        Margin in seconds: positive for an overlap of the report with the band of the draws,
        negative for a miss. None if no time is compared.
    holds
        Flags of the draws in which the clause is true, (draws,). None if it does not depend
        on the draws.
    route
        Id of the route that the clause was judged on. None if it depends on no route.
    other
        Finding on the other reading of the clause, which fits no better. None without one.
    tolerances
        Miss in tolerances of the missed end; see :func:`routesim.evidence.get_tolerance`. 0
        without a miss.
    """

    verdict: str
    kind: str
    fields: dict[str, Any]
    margin_s: float | None = None
    holds: Flags | None = field(default=None, compare=False, repr=False)
    route: str | None = None
    other: Finding | None = None
    tolerances: float = 0.0

    @property
    def margin_km(self) -> float | None:
        """Margin in kilometres, negative for a miss. None if no length is compared."""
        miss_m = self.fields.get("miss_m")
        return None if miss_m is None else -metres_to_km(miss_m)

    @property
    def why(self) -> str:
        """The reason in words."""
        text = words.format_finding(self.kind, self.fields)
        return text if self.other is None else words.format_either(text, self.other.why)


def rank_finding(finding: Finding) -> tuple[int, float]:
    """Return a sort key that orders findings from worst to best."""
    margin = finding.margin_s
    return VERDICTS.index(finding.verdict), inf if margin is None else margin


def choose_best(findings: Iterable[Finding]) -> Finding:
    """Return the best of several findings on one clause, such as one per reading."""
    return max(findings, key=rank_finding)


@dataclass(frozen=True)
class Verdict(Answer):
    """The verdict on one report; made by :func:`check`.

    Parameters
    ----------
    report_id : str
        Id of the report.
    verdict : str
        ``consistent``, ``strained``, ``impossible`` or ``silent``, as :func:`check` defines
        them.
    margin_s : float, optional
        Margin in seconds: positive for an overlap of the report with the band of the draws,
        negative for a miss. None if no time is compared, or if a length or a speed decides.
    share : float, optional
        Share of the draws, 0..1, in which all clauses of the report hold. None if it does
        not depend on the draws.
    route : str, optional
        Id of the route that the report was judged on. None if it depends on no route.
    findings : tuple of Finding
        Comparison of each clause at face value with the draws.
    silent : str
        Reason, stated in the file, why the report carries no constraint; else empty.
    conflict : Conflict, optional
        A conflict that the report is part of. None if there is none to show.
    is_settled : bool, default False
        Whether the conflict decides the verdict without any draw. If not, the conflict
        depends on how a report is read.
    margin_km : float, optional
        Margin in kilometres, negative for a miss. None if no length is compared, or if a time
        or a speed decides.

    Examples
    --------
    >>> import routesim as rs
    >>> verdicts = {v.report_id: v for v in rs.check(rs.load_journey("2023-09"), draws=200)}
    >>> verdicts["C62"].verdict, verdicts["C62"].margin_s
    ('strained', None)
    >>> "misses by 1.5 km" in verdicts["C62"].why
    True
    >>> list(verdicts["C62"].to_dict())
    ['id', 'verdict', 'margin_s', 'margin_km', 'share', 'route', 'why']
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
    margin_km: float | None = None
    json_keys = COLUMNS

    def __repr__(self) -> str:
        """Return the report, its verdict and the margin in words."""
        margin = format_margin(self.margin_s)
        return f"<Verdict {self.report_id}: {self.verdict}{margin and f', {margin}'}>"

    @property
    def tolerances(self) -> float:
        """The largest miss of the report's own reasons, in tolerances; 0 without a miss.

        It is infinite if place or route decides.
        """
        return max([self._ruled, *(finding.tolerances for finding in self.findings)])

    @property
    def _ruled(self) -> float:
        """Miss of the conflict that decides, in tolerances; 0 without one."""
        if self.conflict is None or not self.is_settled:
            return 0.0
        return inf if self.conflict.tolerances is None else self.conflict.tolerances

    @property
    def why(self) -> str:
        """The reasons in words, the strongest first; a sentence per clause and the conflict."""
        held = [finding for finding in self.findings if finding.holds is not None]
        fits = all(finding.verdict in FITTING for finding in self.findings)
        apart = fits and len(held) > 1 and self.share == 0
        ordered = sorted(self.findings, key=_rank_reason)
        whys = [finding.why for finding in ordered]
        text = words.format_findings(whys, silent=self.silent, apart=apart)
        if self.conflict is None:
            return text
        own = self.conflict.problem.find_distinct_report(self.report_id)
        names = set() if own is None else {clause.id for clause in own.clauses}
        others = [clause for clause in self.conflict.clauses if clause not in names]
        if self.is_settled:
            ruling = words.format_ruling(others, self.conflict.why, self.conflict.reading)
            first = ordered[0] if ordered else None
            is_own = first is not None and first.verdict not in FITTING
            if first is not None and is_own and first.tolerances > self._ruled:
                return f"{text} {ruling}"
            return f"{ruling} {text}"
        miss, reading = self.conflict.miss, self.conflict.reading
        return f"{text} {words.format_part_in_conflict(others, miss, reading)}"


def _rank_reason(finding: Finding) -> tuple[int, float]:
    return VERDICTS.index(finding.verdict), -finding.tolerances


@dataclass(frozen=True, eq=False, repr=False)
class VerdictList(AnswerList[Verdict]):
    """The verdicts on the reports of a journey, in the order of the file.

    Parameters
    ----------
    journey_id
        Id of the journey.
    route_id
        Id of the route used first.
    changes
        Changes made to the journey, in words.
    """

    journey_id: str = ""
    route_id: str = ""
    changes: tuple[str, ...] = ()
    json_keys = ("journey=journey_id", "route=route_id", "changes", "reports=items")
    columns = COLUMNS

    def to_frame(self) -> pd.DataFrame:
        """Return one row per report: id, verdict, margin_s, margin_km, share, route, why.

        ``margin_s``, ``margin_km`` and ``share`` are NaN where they are missing.
        """
        numbers = dict.fromkeys(("margin_s", "margin_km", "share"), "float64")
        return super().to_frame().astype(numbers)
