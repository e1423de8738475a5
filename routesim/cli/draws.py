"""Drawing journeys for a command, with progress and warnings on stderr."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from routesim import journey as journeys
from routesim import likely
from routesim.cli.output import WEIGHING, show_progress, warn_person

if TYPE_CHECKING:
    from routesim.journey import Ensemble, Journey
    from routesim.likely import Posterior

__all__ = ["draw_posterior", "draw_prior"]


def draw_prior(journey: Journey, *, draws: int, seed: int, route: str | None) -> Ensemble:
    """Draw journeys from the priors."""
    with show_progress(f"drawing {draws:,} journeys"):
        return journeys.simulate(journey, draws=draws, seed=seed, route=route)


def draw_posterior(journey: Journey, **options: Any) -> Posterior:
    """Draw journeys given the reports; a small effective sample size is warned of in a line."""
    with show_progress(WEIGHING), warnings.catch_warnings():
        warnings.simplefilter("ignore", likely.SampleWarning)
        posterior = likely.condition(journey, **options)
    if posterior.draws >= likely.FEW_EFFECTIVE > posterior.ess:
        warn_person(
            f"the answer is worth {posterior.ess:.0f} independent draws only; see its errors"
        )
    return posterior
