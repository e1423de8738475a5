"""Loading and sampling the journey of a command, with progress and warnings on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim import journey as journeys
from routesim import likely, network, whatif
from routesim.cli.options import read_settings
from routesim.cli.output import show_progress, warn_person

if TYPE_CHECKING:
    from pathlib import Path

    from routesim.journey import Ensemble, Journey
    from routesim.likely import Posterior


def open_journey(
    name: str,
    folder: Path | None,
    priors: Path | None = None,
    settings: list[str] | None = None,
) -> Journey:
    """Load a journey, on the bundled network by default, and change its priors.

    ``settings`` override the file ``priors``.
    """
    values = read_settings(settings)
    journey = journeys.load_journey(name, network.load_network(folder))
    if priors is not None:
        journey = whatif.set_priors(journey, priors)
    return whatif.set_priors(journey, values) if values else journey


def choose_draws(draws: int | None) -> dict[str, Any]:
    """Return the keyword argument for the number of draws; empty for the default."""
    return {} if draws is None else {"draws": draws}


def draw_prior(journey: Journey, *, draws: int | None, **options: Any) -> Ensemble:
    """Draw journeys from the priors."""
    with show_progress("drawing journeys"):
        return journeys.simulate(journey, **choose_draws(draws), **options)


def draw_posterior(journey: Journey, *, draws: int | None, **options: Any) -> Posterior:
    """Draw journeys given the reports, with a warning if the effective sample size is small."""
    with show_progress():
        posterior = likely.draw_posterior(journey, **choose_draws(draws), **options)
    if posterior.warning:
        warn_person(f"{posterior.warning}; compare the answers with their Monte Carlo errors")
    return posterior
