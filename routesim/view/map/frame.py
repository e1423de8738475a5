"""The frame of a map: heading, legend, layers and attribution, without any script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.network.sections import LONG_SECTION_KM
from routesim.text.findings import VERDICT_WORDS
from routesim.view.html.components import make_note
from routesim.view.html.markup import Markup, element, join
from routesim.view.map.basemap import covers
from routesim.view.map.map_data import list_cities, measure_view

if TYPE_CHECKING:
    from routesim.view.map.map_data import MapSubject


POSITION_NOTE = (
    "Stations with a position of their own sit at their place. Lines between them are "
    "straight and do not follow the track; dotted where an end has no position of its own, "
    f"or where a section is over {LONG_SECTION_KM:g} km."
)
NO_BASE_NOTE = "No base map here."
NO_SCRIPT_NOTE = (
    "The map needs JavaScript. The tables hold the same windows and reports without it."
)


def make_frame(subject: MapSubject, html: Markup, *, heading: str) -> Markup:
    """Put a map between its heading, its layers and its legend.

    Parameters
    ----------
    html
        The map's own element.
    heading
        ``h1`` where the map stands alone, else ``h2``.
    """
    title = subject.title if heading == "h1" else "Map"
    base = None if covers(measure_view(subject)) else f" {NO_BASE_NOTE}"
    return element(
        "section",
        element(heading, title, id="map"),
        make_note(POSITION_NOTE, base),
        element(
            "div",
            element(
                "div",
                element("div", html, class_="map-frame"),
                element("p", NO_SCRIPT_NOTE, class_="no-script note"),
                element("p", " · ".join(subject.attribution), class_="attribution"),
            ),
            element("div", _make_controls(subject), _make_legend(subject), class_="map-side"),
            class_="map-layout",
        ),
        aria_labelledby="map",
    )


def _make_controls(subject: MapSubject) -> Markup:
    """Write the layers as check boxes; the script shows and wires them."""
    layers = [
        (f"route-{number}", f"Route: {item.title}")
        for number, item in enumerate(subject.routes)
    ]
    if subject.reports:
        layers.append(("reports", "Places of reports"))
    layers.append(("points", "Timing points, when zoomed in"))
    if list_cities(subject):
        layers.append(("cities", "Other cities"))
    boxes = [
        element(
            "label",
            element("input", type="checkbox", checked=True, data_layer=layer),
            " ",
            title,
        )
        for layer, title in layers
    ]
    chooser = element(
        "label",
        "Show a timing point ",
        element("select", element("option", "choose ...", value=""), id="map-station"),
        class_="chooser",
    )
    return element(
        "form",
        element("fieldset", element("legend", "Layers"), *boxes),
        chooser,
        class_="map-controls needs-script",
    )


def _make_legend(subject: MapSubject) -> Markup:
    default = " (default route)" if len(subject.routes) > 1 else ""
    rows = [
        ("line-main", f"{subject.routes[0].title}{default}"),
        *[("line-other", item.title) for item in subject.routes[1:]],
        (
            "line-schematic",
            f"dotted: an end has no position of its own, or over {LONG_SECTION_KM:g} km",
        ),
        ("dot-major", "stop, border, junction or reported place"),
        ("dot-minor", "timing point"),
    ]
    if any(item.route.reversals_found for item in subject.routes):
        rows.append(("turn", "the train reverses, or how it turns is not known"))
    if subject.verdicts:
        rows += [
            (f"verdict-{name}", f"{name}: {words}") for name, words in VERDICT_WORDS.items()
        ]
    items = [
        element("li", element("span", class_=f"key key-{key}", aria_hidden="true"), " ", words)
        for key, words in rows
    ]
    note = Markup("")
    if subject.verdicts:
        words = (
            "The mark at a place takes the worst verdict of the reports that speak of it; "
            "its number counts them. Places that would lie on one another share a mark, "
            "which tells how many they are."
        )
        note = make_note(words)
    return join([element("ul", *items, class_="legend", aria_label="Legend"), note])
