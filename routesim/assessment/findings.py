"""The finding on one clause: how it fits the draws, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any

from routesim.text.findings import format_either, format_finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray


VERDICTS = ("impossible", "strained", "consistent", "silent")
"""From worst to best."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one clause.

    Parameters
    ----------
    verdict
        One of ``VERDICTS``.
    kind, fields
        What was found, in SI units: a key of :data:`routesim.text.findings.FINDINGS`, and
        what its sentence takes.
    margin_s
        Seconds of room (positive) or miss (negative); None where no time is in question.
    holds
        Of which draws the clause is true, (draws,); None where none is asked.
    route
        By which route it was judged; None where no route is in question.
    other
        The same clause in its other reading, which fits no better.
    """

    verdict: str
    kind: str
    fields: dict[str, Any]
    margin_s: float | None = None
    holds: NDArray[np.bool_] | None = field(default=None, compare=False, repr=False)
    route: str | None = None
    other: Finding | None = None

    @property
    def why(self) -> str:
        """What was found, in words."""
        text = format_finding(self.kind, self.fields)
        return text if self.other is None else format_either(text, self.other.why)


def rank_finding(finding: Finding) -> tuple[int, float]:
    """Order findings from worst to best."""
    margin = finding.margin_s
    return VERDICTS.index(finding.verdict), inf if margin is None else margin


def choose_best(findings: Iterable[Finding]) -> Finding:
    """Return the best of several readings of one clause."""
    return max(findings, key=rank_finding)
