"""Check: each report held against the simulated journeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.journey import DEFAULT_DRAWS, require_journey, simulate
from routesim.reasoning.comparison import rank_finding
from routesim.reasoning.judging import Bench, judge_clause
from routesim.reasoning.samples import EventSampler
from routesim.reasoning.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from routesim.evidence import Report
    from routesim.journey import Ensemble, Journey

__all__ = ["check", "judge_reports"]


def check(
    journey: Journey,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = 0,
    route: str | None = None,
) -> pd.DataFrame:
    """Hold each report of a journey against its simulated journeys.

    Parameters
    ----------
    journey
        The journey.
    draws, seed
        Of the simulation.
    route
        Id of a route; ``None`` for the default one. A place that it does not pass is
        judged by another route of the journey, unless one is asked for by name.

    Returns
    -------
    DataFrame
        A row a report, in the order of the file: id, verdict, margin_s, share,
        route (by which it was judged), why. Verdicts:

        ``consistent``
            the report's window meets the band that holds 90 % of the draws;
        ``strained``
            it lies outside that band, or fewer than 5 % of the draws do such a thing, or no
            route asked for leads where it says that the train was bound;
        ``impossible``
            no route asked for passes the place at all;
        ``silent``
            the report carries no constraint.

        ``margin_s`` counts seconds of room (positive) or miss (negative); NaN where no
        time is in question. ``share`` is that of the draws in which the report holds.

    Raises
    ------
    ArgumentError, UnknownNameError
        As :func:`routesim.simulate`.

    Notes
    -----
    The band comes from the priors of the plan and uses no report. That a report lies
    outside it does not prove it wrong.
    """
    import pandas as pd  # noqa: PLC0415 (heavy)

    require_journey(journey)
    first = journey.get_hypothesis(route).id
    wanted = (
        [first] if route is not None else [first, *(r for r in journey.routes if r != first)]
    )
    ensembles = {r: simulate(journey, draws=draws, seed=seed, route=r) for r in wanted}
    verdicts = judge_reports(journey, ensembles)
    return pd.DataFrame(
        {
            "id": [v.report_id for v in verdicts],
            "verdict": [v.verdict for v in verdicts],
            "margin_s": [np.nan if v.margin_s is None else v.margin_s for v in verdicts],
            "share": [np.nan if v.share is None else v.share for v in verdicts],
            "route": [v.route for v in verdicts],
            "why": [v.why for v in verdicts],
        }
    )


def judge_reports(journey: Journey, ensembles: Mapping[str, Ensemble]) -> tuple[Verdict, ...]:
    """Judge every report by ensembles at hand.

    Parameters
    ----------
    journey
        The journey.
    ensembles
        By route id; the first one answers, others only for places that it does not pass.

    Returns
    -------
    tuple of Verdict
        One a report, in the order of the file.
    """
    bench = Bench(journey, {route: EventSampler(e) for route, e in ensembles.items()})
    return tuple(_judge_report(report, bench) for report in journey.reports)


def _judge_report(report: Report, bench: Bench) -> Verdict:
    if not report.clauses:
        return Verdict(report.id, "silent", None, None, f"No constraint: {report.silent}.")
    findings = [judge_clause(clause, bench) for clause in report.clauses]
    worst = min(findings, key=rank_finding)
    margins = [f.margin_s for f in findings if f.margin_s is not None]
    held = [f.holds for f in findings if f.holds is not None]
    return Verdict(
        report_id=report.id,
        verdict=worst.verdict,
        margin_s=min(margins) if margins else None,
        share=float(np.logical_and.reduce(held).mean()) if held else None,
        why=" ".join(finding.why for finding in findings),
        route=next((f.route for f in findings if f.route is not None), None),
    )
