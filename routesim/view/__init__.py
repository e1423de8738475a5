"""Views: the map, the time-distance diagram, the page, tables and rich reprs.

Importing this package fills the registry that ``.explore()``, ``.plot()`` and
``_repr_html_`` look into. No text of a data file passes through folium: see
:mod:`routesim.view.html.markup` and :mod:`routesim.view.map.map_data` for the two ways it
takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.display import register_view
from routesim.view.diagram.diagram import draw_diagram, draw_ensemble, save_diagram
from routesim.view.map.journey_map import JourneyMap, draw_map
from routesim.view.page.page import write_page
from routesim.view.reprs import tell_ensemble, tell_journey, tell_route
from routesim.view.tables import write_windows

if TYPE_CHECKING:
    from routesim.journey import Ensemble

__all__ = [
    "JourneyMap",
    "draw_diagram",
    "draw_map",
    "save_diagram",
    "write_page",
    "write_windows",
]


def _explore_ensemble(ensemble: Ensemble) -> JourneyMap:
    return draw_map(ensemble.route, ensemble)


register_view("route", "explore", draw_map)
register_view("journey", "explore", draw_map)
register_view("ensemble", "explore", _explore_ensemble)
register_view("ensemble", "plot", draw_ensemble)
register_view("route", "html", tell_route)
register_view("journey", "html", tell_journey)
register_view("ensemble", "html", tell_ensemble)
