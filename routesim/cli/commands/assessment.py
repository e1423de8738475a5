"""Commands that judge reports and predictions: check, score."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routesim import assessment
from routesim.cli import options
from routesim.cli.journeys import open_journey
from routesim.cli.output import (
    EXIT_VERDICT,
    print_changes,
    print_line,
    print_table,
    print_wrapped,
    show,
    show_progress,
)
from routesim.journey import CONDITION_DRAWS, SIMULATE_DRAWS
from routesim.text.durations import format_signed_hours
from routesim.text.quantities import format_share
from routesim.text.terminal import CHECK_READING, format_heading
from routesim.text.times import is_missing

if TYPE_CHECKING:
    from routesim.journey import Journey


SCORES = {
    "scheme": "|predicted",
    "kind": "|kind",
    "n": ">n",
    "n_reports": ">reports",
    "covered_50": ">in 50 %",
    "covered_90": ">in 90 %",
    "mean_interval_score_h": ">interval score h",
    "mean_log_probability": ">log probability",
    "baseline_n": ">baseline n",
    "baseline_covered_50": ">in 50 %",
    "baseline_covered_90": ">in 90 %",
    "baseline_mean_interval_score_h": ">interval score h",
    "baseline_mean_log_probability": ">log probability",
    "difference_interval_score_h": ">minus baseline: score h",
    "difference_log_probability": ">log probability",
}


class FailOn(StrEnum):
    """Verdicts for which ``check`` can exit with code 1."""

    IMPOSSIBLE = "impossible"
    STRAINED = "strained"


def check_reports(
    journey: options.JourneyName,
    route: options.RouteName = None,
    draws: options.Draws = SIMULATE_DRAWS,
    seed: options.Seed = 0,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(help="Exit with code 1 if a report has this or a worse verdict."),
    ] = None,
    as_of: options.AsOf = None,
    own: options.SetPrior = None,
    priors: options.PriorsFile = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Judge whether each report is consistent with the other reports and the priors."""
    opened = open_journey(journey, network, priors, own)
    with show_progress("drawing journeys"):
        verdicts = assessment.check(opened, draws=draws, seed=seed, route=route, as_of=as_of)
    show(as_json, verdicts, _print_check)
    if fail_on is not None:
        worst = assessment.VERDICTS.index(fail_on.value)
        if any(assessment.VERDICTS.index(found.verdict) <= worst for found in verdicts):
            raise typer.Exit(EXIT_VERDICT)


def score_reports(
    journey: options.JourneyName,
    route: options.RouteName = None,
    draws: options.Draws = CONDITION_DRAWS,
    seed: options.Seed = 0,
    own: options.SetPrior = None,
    priors: options.PriorsFile = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Score how well the other reports predict each report, compared with a baseline."""
    opened = open_journey(journey, network, priors, own)
    with show_progress("predicting each report from the others"):
        found = assessment.score(opened, draws=draws, seed=seed, route=route)
    show(as_json, found, _print_score, opened)


def _print_check(verdicts: assessment.VerdictList) -> None:
    print_changes(verdicts.changes)
    print_table(
        ["report", "verdict", ">margin h", ">holds in", "why"],
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
    )
    print_wrapped(CHECK_READING)


def _print_score(score: assessment.Score, journey: Journey) -> None:
    subject = "how well the other reports predict each report."
    print_line(format_heading(journey.title, subject, route=score.route_id))
    print_changes(journey.changes)
    print_wrapped(score.why)
    table = score.summary
    shown = [name for name in SCORES if name in table.columns]
    print_table(
        [SCORES[name] for name in shown],
        [[_format_score(row[name]) for name in shown] for row in table.to_dict("records")],
    )
    print_wrapped(
        "Family out: predicted from the reports of all other families. Rolling: predicted from "
        "what was known before; a report counts once for each such time, so these predictions "
        "are not independent. Intervals are scored for clock times only. A lower interval "
        "score and a higher log probability are better. The baseline is distance over 55 km/h "
        "from the last sighting. Minus baseline: mean difference over the reports that both "
        "predict."
    )


def _format_score(value: Any) -> str:
    if isinstance(value, str | int):
        return str(value)
    return "-" if is_missing(value) else f"{value:.2f}"
