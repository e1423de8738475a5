"""Commands about how reports and model fare: check, score."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from routesim import assessment
from routesim.cli import printing
from routesim.cli.exit_codes import EXIT_VERDICT
from routesim.cli.options import (
    AsJson,
    AsOf,
    Draws,
    JourneyName,
    NetworkFolder,
    PriorsFile,
    RouteName,
    Seed,
    SetPrior,
    check_as_of,
    open_journey,
)
from routesim.cli.output import print_json, show_progress
from routesim.journey import CONDITION_DRAWS, SIMULATE_DRAWS


class FailOn(StrEnum):
    """A verdict that makes ``check`` exit with 1."""

    IMPOSSIBLE = "impossible"
    STRAINED = "strained"


def check_reports(
    journey: JourneyName,
    route: RouteName = None,
    draws: Draws = SIMULATE_DRAWS,
    seed: Seed = 0,
    fail_on: Annotated[
        FailOn | None,
        typer.Option("--fail-on", help="Exit with 1 on this verdict or a worse one."),
    ] = None,
    as_of: AsOf = None,
    own: SetPrior = None,
    priors: PriorsFile = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Hold each report against the others and against the simulated journeys."""
    check_as_of(as_of)
    opened = open_journey(journey, network, priors, own)
    with show_progress("drawing journeys"):
        verdicts = assessment.check(opened, draws=draws, seed=seed, route=route, as_of=as_of)
    if as_json:
        print_json(verdicts.to_dict())
    else:
        printing.print_check(verdicts)
    if fail_on is not None:
        worst = assessment.VERDICTS.index(fail_on.value)
        if any(assessment.VERDICTS.index(found.verdict) <= worst for found in verdicts):
            raise typer.Exit(EXIT_VERDICT)


def score_reports(
    journey: JourneyName,
    route: RouteName = None,
    draws: Draws = CONDITION_DRAWS,
    seed: Seed = 0,
    own: SetPrior = None,
    priors: PriorsFile = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Tell how well each report is predicted from the others, against a plain baseline."""
    opened = open_journey(journey, network, priors, own)
    with show_progress("predicting each report from the others"):
        found = assessment.score(opened, draws=draws, seed=seed, route=route)
    if as_json:
        print_json(found.to_dict())
    else:
        printing.print_score(opened, found)
