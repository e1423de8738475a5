"""Verdicts on reports, and the score of predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.cli.output import print_changes, print_line, print_table, print_wrapped
from routesim.text.durations import format_signed_hours
from routesim.text.quantities import format_share
from routesim.text.times import is_missing

if TYPE_CHECKING:
    from routesim.assessment import Score, VerdictList
    from routesim.journey import Journey


SCORES = {
    "scheme": "predicted",
    "kind": "kind",
    "n": "n",
    "n_reports": "reports",
    "covered_50": "in 50 %",
    "covered_90": "in 90 %",
    "mean_interval_score_h": "interval score h",
    "mean_log_probability": "log probability",
    "baseline_n": "baseline n",
    "baseline_covered_50": "in 50 %",
    "baseline_covered_90": "in 90 %",
    "baseline_mean_interval_score_h": "interval score h",
    "baseline_mean_log_probability": "log probability",
    "difference_interval_score_h": "less baseline: score h",
    "difference_log_probability": "log probability",
}


def print_check(verdicts: VerdictList) -> None:
    """Print the verdict on each report."""
    print_changes(verdicts.changes)
    print_table(
        ["report", "verdict", "margin h", "holds in", "why"],
        [
            [
                verdict.report_id,
                verdict.verdict,
                "-" if verdict.margin_s is None else format_signed_hours(verdict.margin_s),
                "-" if verdict.share is None else format_share(verdict.share),
                verdict.why,
            ]
            for verdict in verdicts
        ],
        right=[2, 3],
    )


def print_score(journey: Journey, score: Score) -> None:
    """Print how well reports are predicted from those of other families."""
    print_line(
        f"{journey.title} - route {score.route_id}: how well the others predict a report."
    )
    print_changes(journey.changes)
    print_wrapped(score.why)
    table = score.summary
    shown = [name for name in SCORES if name in table.columns]
    print_table(
        [SCORES[name] for name in shown],
        [[_format_score(row[name]) for name in shown] for row in table.to_dict("records")],
        right=list(range(2, len(shown))),
        whole=[0, 1],
    )
    print_wrapped(
        "family out: from the reports of all other families. rolling: from what was known "
        "before; a report counts once for each such time, so that these are not independent. "
        "Intervals are scored on clocks alone. Interval score: less is better; "
        "log probability: more is. The baseline is distance over 55 km/h from the last "
        "sighting; less baseline: over those that both predict."
    )


def _format_score(value: Any) -> str:
    if isinstance(value, str | int):
        return str(value)
    return "-" if is_missing(value) else f"{value:.2f}"
