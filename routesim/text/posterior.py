"""Sentences about a posterior: its draws, evidence, clocks and rejected reports."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from routesim.text.names import format_list
from routesim.text.quantities import format_count, format_rounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def format_draws(draws: int, ess: float, *, given: str = "") -> str:
    """Write the number of draws and their effective sample size.

    ``given`` is what they are drawn from: ``priors``, ``reports``, or empty to leave it out.

    Examples
    --------
    >>> format_draws(4096, 1811.2), format_draws(4000, 4000.0, given="priors")
    ('4,096 draws, effective sample size 1,811', '4,000 draws from the priors')
    >>> format_draws(4000, 1756.2, given="reports")
    '4,000 draws given the reports, effective sample size 1,756'
    """
    if given == "priors":
        return f"{format_count(draws, 'draw')} from the priors"
    source = f" given the {given}" if given else ""
    return f"{format_count(draws, 'draw')}{source}, effective sample size {ess:,.0f}"


def format_left_out(reports: Sequence[str]) -> str:
    """Write which reports are not used because priors are based on them; empty for none.

    Examples
    --------
    >>> format_left_out(["C60"])
    'C60 is left out because a prior is based on it.'
    """
    if not reports:
        return ""
    be, it = ("is", "it") if len(reports) == 1 else ("are", "them")
    return f"{format_list(reports)} {be} left out because a prior is based on {it}."


def format_few_effective(ess: float) -> str:
    """Write that the effective sample size is small.

    Examples
    --------
    >>> format_few_effective(50.3)
    'the effective sample size is only 50'
    """
    return f"the effective sample size is only {ess:.0f}"


def format_posterior(
    *, journey: str, route: str, draws: int, ess: float, used: int, rejected: Sequence[str]
) -> str:
    """Write the repr of a posterior: its journey, route, draws and reports.

    Examples
    --------
    >>> format_posterior(
    ...     journey="J", route="r", draws=4096, ess=913.0, used=1, rejected=["C1"]
    ... )
    '<Posterior J by r: 4,096 draws, effective sample size 913, 1 report used; rejected: C1>'
    """
    out = f"; rejected: {', '.join(rejected)}" if rejected else ""
    count = format_count(used, "report")
    return f"<Posterior {journey} by {route}: {format_draws(draws, ess)}, {count} used{out}>"


def format_evidence(log_evidence: float, error: float) -> str:
    """Write the log evidence with no digit beyond its Monte Carlo error.

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

    ``chances`` is the probability that a report is right, as text by report id. ``rejected``
    are report ids. ``least`` is the id of the report that is least likely to be right; it is
    named if no report is rejected.

    Examples
    --------
    >>> format_rejected({"C1": "20 %", "C2": "90 %"}, ["C1"])
    'Rejected (more likely wrong than right): C1 (right: 20 %).'
    >>> format_rejected({"C2": "90 %"}, [])
    'No report is rejected.'
    >>> format_rejected({"C2": "90 %"}, [], "C2")
    'No report is rejected; the least likely to be right is C2 (90 %).'
    """
    if not rejected:
        doubt = f"; the least likely to be right is {least} ({chances[least]})" if least else ""
        return f"No report is rejected{doubt}."
    named = ", ".join(f"{name} (right: {chances[name]})" for name in rejected)
    return f"Rejected (more likely wrong than right): {named}."


def format_clock(clock: str, chances: Mapping[str, str]) -> str:
    """Write how likely the settings of the one clock of a source are.

    ``clock`` is the id of the source. ``chances`` is the probability of each setting, as text
    by the setting in words, most likely first. Settings that are too unlikely for a figure are
    counted.

    Examples
    --------
    >>> format_clock("log", {"as stated": "over 99 %", "1 h later": "under 1 %"})
    'Clock of log: as stated (over 99 %); 1 other setting (under 1 %).'
    >>> unlikely = {"1 h later": "under 1 %", "2 h later": "under 1 %"}
    >>> format_clock("log", {"as stated": "60 %", "1 day later": "40 %"} | unlikely)
    'Clock of log: as stated (60 %), 1 day later (40 %); 2 other settings (each under 1 %).'
    """
    first = next(iter(chances))
    shown = {s: c for s, c in chances.items() if s == first or not c.startswith("under")}
    rest = Counter(chance for setting, chance in chances.items() if setting not in shown)
    listed = ", ".join(f"{setting} ({chance})" for setting, chance in shown.items())
    counted = ", ".join(
        f"{format_count(count, 'other setting')} ({'each ' if count > 1 else ''}{chance})"
        for chance, count in rest.items()
    )
    return f"Clock of {clock}: {'; '.join(filter(None, [listed, counted]))}."
