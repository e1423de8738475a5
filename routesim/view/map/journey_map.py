"""The map of a journey, a route or an ensemble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from routesim.files.write import check_output, write_atomically
from routesim.journey import Ensemble, require_journey
from routesim.network import Route
from routesim.text.quantities import format_count
from routesim.view.html.document import Document, read_asset, read_leaflet
from routesim.view.html.markup import element, trust
from routesim.view.map.folium_layers import make_folium_map, take_pieces
from routesim.view.map.frame import make_frame
from routesim.view.map.map_data import MapRoute, MapSubject, make_map_data
from routesim.view.windows import measure_ensemble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from os import PathLike

    from folium import Map
    from markupsafe import Markup

    from routesim.assessment.verdicts import Verdict
    from routesim.journey import Journey
    from routesim.view.windows import MeasuredEnsemble


Ensembles = Ensemble | Mapping[str, Ensemble] | None
"""One ensemble, or several by the id of their route."""

FRAME_HEIGHT = "640"
SUFFIXES = (".html",)


@dataclass(frozen=True, eq=False)
class JourneyMap:
    """A map; made by :func:`draw_map`. It shows itself in a notebook."""

    subject: MapSubject

    def __repr__(self) -> str:
        """Name what it shows."""
        count = format_count(len(self.subject.routes), "route")
        return f"<JourneyMap {self.subject.title!r}: {count}>"

    def _repr_html_(self) -> str:
        return element(
            "iframe",
            srcdoc=self.to_html(),
            title="Map",
            width="100%",
            height=FRAME_HEIGHT,
            style="border:0",
        )

    @cached_property
    def folium(self) -> Map:
        """The folium map under it.

        Plain shapes may be added before it is saved. What brings files from outside is
        refused then, and folium's own popups, tooltips and icons do not work: they need
        scripts that are left out, and run text as a template.
        """
        return make_folium_map()

    def to_html(self) -> str:
        """Return the map as one HTML document that needs nothing from outside."""
        return render_map_page(
            self.subject.title,
            self.subject,
            self.folium,
            lambda html: element(
                "main", make_frame(self.subject, html, heading="h1"), class_="alone"
            ),
        )

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the map as one HTML file; it replaces ``path`` when it is complete.

        Raises
        ------
        ArgumentError
            If the path does not end in ``.html`` or cannot become a file.
        """
        target = Path(path)
        check_output(target, SUFFIXES)
        with write_atomically(target) as temporary:
            temporary.write_text(self.to_html(), encoding="utf-8")
        return target


def draw_map(
    subject: Journey | Route,
    ensemble: Ensembles = None,
    verdicts: Iterable[Verdict] | None = None,
) -> JourneyMap:
    """Draw a journey, or a route alone, on an offline map.

    Parameters
    ----------
    subject
        A journey: every route of it is drawn, the default one above the others. Or a
        route.
    ensemble
        From which the windows of arrival and departure come; None leaves them out. A
        mapping from the ids of routes gives windows for several.
    verdicts
        Of the reports, as :func:`routesim.check` returns them; they colour and shape the
        marks. Without them the marks are plain.

    Returns
    -------
    JourneyMap
        ``.save(path)`` writes it, ``.folium`` is the folium map.

    Examples
    --------
    >>> from routesim.network import load_network
    >>> draw_map(load_network().route("Khasan", "Vladivostok"))
    <JourneyMap 'Khasan to Vladivostok': 1 route>
    """
    measured = [measure_ensemble(item) for item in _list_ensembles(ensemble)]
    if isinstance(subject, Route):
        return JourneyMap(_make_route_subject(subject, measured))
    require_journey(subject)
    return JourneyMap(make_subject(subject, measured, verdicts or ()))


def make_subject(
    journey: Journey,
    measured: Iterable[MeasuredEnsemble],
    verdicts: Iterable[Verdict],
    *,
    has_ledger: bool = False,
) -> MapSubject:
    """Gather what the map of a journey shows."""
    drawn = {item.ensemble.route_id: item for item in measured}
    ids = dict.fromkeys([journey.default_route, *journey.routes])
    return MapSubject(
        title=journey.title,
        routes=tuple(
            MapRoute(
                journey.routes[route_id].title,
                journey.routes[route_id].route,
                drawn.get(route_id),
            )
            for route_id in ids
        ),
        zones=journey.zones,
        attribution=journey.network.attribution,
        reports=journey.reports,
        verdicts={verdict.report_id: verdict for verdict in verdicts},
        has_ledger=has_ledger,
    )


def render_map_page(
    title: str, subject: MapSubject, made: Map, make_body: Callable[[Markup], Markup]
) -> str:
    """Write a page with a map; ``make_body`` puts the map's own element into its place."""
    pieces = take_pieces(made)
    ours = (read_asset("page.js"), read_asset("map.js"))
    return Document(
        title=title,
        body=make_body(trust(pieces.html)),
        styles=(read_leaflet("leaflet.css"), read_asset("page.css")),
        scripts=(*pieces.switches, read_leaflet("leaflet.js"), *ours, pieces.script),
        data={"map": make_map_data(subject)},
    ).render()


def _make_route_subject(route: Route, measured: Sequence[MeasuredEnsemble]) -> MapSubject:
    first = measured[0] if measured else None
    zones = tuple(dict.fromkeys(passage.station.tz for passage in route.passages))
    title = f"{route.origin} to {route.destination}"
    return MapSubject(
        title=title,
        routes=(MapRoute(title, route, first),),
        zones=first.ensemble.zones if first is not None else zones,
        attribution=route.attribution,
    )


def _list_ensembles(ensemble: Ensembles) -> tuple[Ensemble, ...]:
    if ensemble is None:
        return ()
    return (ensemble,) if isinstance(ensemble, Ensemble) else tuple(ensemble.values())
