"""Frame of a map: heading, legend, layers and attribution, without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.network.sections import LONG_SECTION_KM
from routesim.network.stations import APPROXIMATE_KM
from routesim.text import page as words
from routesim.text.findings import VERDICT_WORDS
from routesim.view.html.components import make_check_box, make_list, make_note
from routesim.view.html.markup import element, join
from routesim.view.map.basemap import covers
from routesim.view.map.map_data import has_approximate, list_cities, measure_view

if TYPE_CHECKING:
    from markupsafe import Markup

    from routesim.view.map.map_data import MapSubject


def make_frame(subject: MapSubject, html: Markup, *, heading: str) -> Markup:
    """Write a map with its heading, layers and legend.

    Parameters
    ----------
    subject
        Contents of the map.
    html
        Element of the map itself.
    heading
        ``h1`` for a map alone, ``h2`` within a page.
    """
    title = subject.title if heading == "h1" else "Map"
    base = None if covers(measure_view(subject)) else " There is no base map for this area."
    return element(
        "section",
        element(heading, title, id="map"),
        make_note(words.POSITIONS.format(km=LONG_SECTION_KM), base),
        element(
            "div",
            element(
                "div",
                element("div", html, class_="map-frame"),
                element("p", words.NO_SCRIPT, class_="no-script note"),
                element("p", " · ".join(subject.attribution), class_="attribution"),
            ),
            element("div", _make_controls(subject), _make_legend(subject), class_="map-side"),
            class_="map-layout",
        ),
        aria_labelledby="map",
    )


def _make_controls(subject: MapSubject) -> Markup:
    """Write the layers as check boxes, which the script shows and connects."""
    layers = {f"route-{at}": f"Route: {item.title}" for at, item in enumerate(subject.routes)}
    if subject.reports:
        layers["reports"] = "Reported places"
    layers["points"] = "Timing points, when zoomed in"
    if list_cities(subject):
        layers["cities"] = "Other cities"
    boxes = [make_check_box(title, data_layer=layer) for layer, title in layers.items()]
    chooser = element("select", element("option", "Choose ...", value=""), id="map-station")
    return element(
        "form",
        element("fieldset", element("legend", "Layers"), *boxes),
        element("label", "Show a timing point ", chooser, class_="chooser"),
        class_="map-controls needs-script",
    )


def _make_legend(subject: MapSubject) -> Markup:
    default = " (default route)" if len(subject.routes) > 1 else ""
    rows = [
        ("line-main", f"{subject.routes[0].title}{default}"),
        *[("line-other", item.title) for item in subject.routes[1:]],
        (
            "line-schematic",
            f"dotted: end at an unknown position, or section over {LONG_SECTION_KM:g} km",
        ),
        ("dot-major", "stop, border, junction or reported place"),
        ("dot-minor", "timing point"),
    ]
    if has_approximate(subject):
        rough = f"rough position, up to {APPROXIMATE_KM:g} km off; lines end at it dotted"
        rows.append(("dot-approximate", rough))
    if any(item.route.reversals_found for item in subject.routes):
        rows.append(("turn", "the train reverses or may reverse"))
    if subject.verdicts:
        rows += [(f"verdict-{name}", f"{name}: {text}") for name, text in VERDICT_WORDS.items()]
    items = [
        join([element("span", class_=f"key key-{key}", aria_hidden="true"), " ", meaning])
        for key, meaning in rows
    ]
    legend = make_list(items, "legend", aria_label="Legend")
    return join([legend, make_note(words.MARKS) if subject.verdicts else None])
