"""Sentences about a posterior: what it is based on, and which reports it rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.quantities import format_count, format_rounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def format_draws(draws: int, ess: float, *, given: str = "") -> str:
    """Write how many draws there are, and how many independent ones are as exact.

    ``given`` is what they are drawn from: ``priors``, ``reports``, or nothing that is named.

    Examples
    --------
    >>> format_draws(4096, 1811.2), format_draws(4000, 4000.0, given="priors")
    ('4,096 draws worth 1,811 independent ones', '4,000 draws of the priors')
    >>> format_draws(4000, 1756.2, given="reports")
    '4,000 draws given the reports, worth 1,756 independent ones'
    """
    if given == "priors":
        return f"{draws:,} draws of the priors"
    source = f" given the {given}," if given else ""
    return f"{format_count(draws, 'draw')}{source} worth {ess:,.0f} independent ones"


def format_few_effective(ess: float) -> str:
    """Write that an answer is based on few independent draws.

    Examples
    --------
    >>> format_few_effective(50.3)
    'the answer is worth 50 independent draws only'
    """
    return f"the answer is worth {ess:.0f} independent draws only"


def format_posterior(
    *, journey: str, route: str, draws: int, ess: float, used: int, rejected: Sequence[str]
) -> str:
    """Write what a posterior is: its journey, route and draws, and the reports.

    Examples
    --------
    >>> format_posterior(
    ...     journey="J", route="r", draws=4096, ess=913.0, used=1, rejected=["C1"]
    ... )
    '<Posterior J by r: 4,096 draws worth 913 independent ones, 1 report heard; thrown out: C1>'
    """
    out = f"; thrown out: {', '.join(rejected)}" if rejected else ""
    count = format_count(used, "report")
    return f"<Posterior {journey} by {route}: {format_draws(draws, ess)}, {count} heard{out}>"


def format_evidence(log_evidence: float, error: float) -> str:
    """Write the logarithm of the evidence without a digit beyond its Monte Carlo error.

    Examples
    --------
    >>> format_evidence(-123.456, 0.031)
    '-123.45 \u00b1 0.03'
    """
    return f"{format_rounded(log_evidence, error)} \u00b1 {error:.1g}"


def format_rejected(
    chances: Mapping[str, str], rejected: Sequence[str], least: str = ""
) -> str:
    """Write which reports are more likely wrong than right.

    ``chances`` says in words how likely each report is right, by its id; ``rejected`` and
    ``least`` are ids, the latter of the least likely one: it is named if none is rejected.

    Examples
    --------
    >>> format_rejected({"C1": "20 %", "C2": "90 %"}, ["C1"])
    'Thrown out, being more likely wrong than right: C1 (right: 20 %).'
    >>> format_rejected({"C2": "90 %"}, [])
    'No report is thrown out.'
    >>> format_rejected({"C2": "90 %"}, [], "C2")
    'No report is thrown out; the least likely to be right is C2 (90 %).'
    """
    if not rejected:
        doubt = f"; the least likely to be right is {least} ({chances[least]})" if least else ""
        return f"No report is thrown out{doubt}."
    named = ", ".join(f"{name} (right: {chances[name]})" for name in rejected)
    return f"Thrown out, being more likely wrong than right: {named}."
