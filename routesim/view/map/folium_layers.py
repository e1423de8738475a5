"""Folium part of the map: shapes without text, and one element for ``map.js``."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from routesim.errors import RouteSimError
from routesim.view.map.basemap import LAYERS, make_sea, read_layer

CENTRE = (44.5, 131.5)
ZOOM = 5
MAP_ID = "routesim"
KNOWN_OUTSIDE = (
    "/leaflet@1.9.3/dist/leaflet.js",
    "/leaflet@1.9.3/dist/leaflet.css",
    "/jquery-3.7.1.min.js",
    "/bootstrap@5.2.2/dist/js/bootstrap.bundle.min.js",
    "/bootstrap@5.2.2/dist/css/bootstrap.min.css",
    "/bootstrap/3.0.0/css/bootstrap-glyphicons.css",
    "/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.js",
    "/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.css",
    "/@fortawesome/fontawesome-free@6.2.0/css/all.min.css",
    "/folium/templates/leaflet.awesome.rotate.min.css",
)
"""Files that folium requests. Leaflet is included from its package; the rest is unused."""

OUTSIDE = re.compile(r"""(?:src|href)\s*=\s*["']([^"']*)["']|url\(([^)]*)\)|@import\s+(\S+)""")
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class RailwayElement(MacroElement):
    """Element that passes the map to ``map.js``; its template has an id and no text."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            routesimDrawMap({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "RoutesimRailway"
        self._id = MAP_ID


@dataclass(frozen=True, slots=True)
class FoliumPieces:
    """Element and scripts of a map, taken from folium's output.

    ``switches`` run before Leaflet, ``script`` runs last.
    """

    html: str
    switches: tuple[str, ...]
    script: str


def make_folium_map() -> folium.Map:
    """Make the folium map with its base layers; fixed ids keep its output reproducible."""
    made = folium.Map(
        location=CENTRE,
        zoom_start=ZOOM,
        tiles=None,
        control_scale=False,
        zoom_snap=0.25,
        min_zoom=4,
        max_zoom=14,
        attribution_control=False,
    )
    made._id = MAP_ID  # noqa: SLF001 (folium draws ids at random)
    made.get_root()._id = MAP_ID  # noqa: SLF001
    made.global_switches._id = MAP_ID  # noqa: SLF001
    shapes = {"sea": make_sea(), **{name: read_layer(name) for name in LAYERS}}
    for name, shape in shapes.items():
        layer = folium.GeoJson(
            shape,
            control=False,
            class_name=f"base-{name}",
            interactive=False,
            smooth_factor=0.5,
        )
        layer._id = f"base_{name}"  # noqa: SLF001
        layer.add_to(made)
    RailwayElement().add_to(made)
    return made


def take_pieces(made: folium.Map) -> FoliumPieces:
    """Render a map and return its element and scripts, without requests for other files.

    Raises
    ------
    RouteSimError
        If folium requests a file that is not in ``KNOWN_OUTSIDE``.
    """
    root: Any = deepcopy(made).get_root()  # rendering changes the map
    root.render()
    header: str = root.header.render()
    html: str = root.html.render()
    script: str = root.script.render()
    for text in (header, html):
        _check_outside(text)
    return FoliumPieces(html.strip(), tuple(SCRIPT.findall(header)), script)


def _check_outside(text: str) -> None:
    for groups in OUTSIDE.findall(text):
        address: Any = next(filter(None, groups), "")
        if not address.endswith(KNOWN_OUTSIDE):
            raise RouteSimError(
                f"folium requests the unknown file {address!r}; use folium 0.20"
            )
