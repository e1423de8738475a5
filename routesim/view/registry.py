"""Registry of the views that ``.explore()``, ``.plot()`` and ``_repr_html_`` call.

:mod:`routesim.display` loads this module by name, so values do not import their views.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim import view
from routesim.view.reprs import (
    make_answer_table,
    make_ensemble_table,
    make_journey_table,
    make_route_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from routesim.journey import Ensemble, Journey
    from routesim.network import Route


def _explore(subject: Journey | Route) -> view.JourneyMap:
    return view.draw_map(subject)


def _explore_ensemble(ensemble: Ensemble) -> view.JourneyMap:
    return view.draw_map(ensemble.route, ensemble)


def _plot_ensemble(ensemble: Ensemble) -> Figure:
    return view.draw_ensemble(ensemble)


VIEWS: dict[tuple[str, str], Callable[..., Any]] = {
    ("answer", "html"): make_answer_table,
    ("route", "explore"): _explore,
    ("route", "html"): make_route_table,
    ("journey", "explore"): _explore,
    ("journey", "html"): make_journey_table,
    ("ensemble", "explore"): _explore_ensemble,
    ("ensemble", "plot"): _plot_ensemble,
    ("ensemble", "html"): make_ensemble_table,
}
"""Views by kind of value and verb: explore, plot or html."""
