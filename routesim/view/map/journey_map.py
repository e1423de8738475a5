"""Map of a journey, a route or an ensemble."""

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
"""One ensemble, or several by route id."""

FRAME_HEIGHT = "640"
SUFFIXES = (".html",)


@dataclass(frozen=True, eq=False)
class JourneyMap:
    """Offline map, made by :func:`routesim.draw_map`.

    A notebook displays it.
    """

    subject: MapSubject

    def __repr__(self) -> str:
        """Return the title and the number of routes."""
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
        """Underlying :class:`folium.Map`, to which plain shapes can be added.

        Saving fails if an added element needs a file from outside. Folium's popups, tooltips
        and icons do not work: they need scripts that are not included, and folium renders
        their texts as templates.
        """
        return make_folium_map()

    def to_html(self) -> str:
        """Return the map as one self-contained HTML document."""
        return render_map_page(
            self.subject.title,
            self.subject,
            self.folium,
            lambda html: element(
                "main", make_frame(self.subject, html, heading="h1"), class_="alone"
            ),
        )

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the map as one self-contained HTML file.

        Parameters
        ----------
        path : str or PathLike
            Output file, ending in ``.html``. Missing folders are created, and an existing file
            is replaced once the new one is complete.

        Returns
        -------
        Path
            The written file.

        Raises
        ------
        ArgumentError
            If the path does not end in ``.html``, or the file cannot be written.
        RouteSimError
            If an element added to :attr:`folium` needs a file from outside.
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
    """Draw a journey, or a single route, on an offline map.

    Parameters
    ----------
    subject : Journey or Route
        A journey is drawn with its reports and all its routes, the default route on top.
    ensemble : Ensemble or mapping of str to Ensemble, optional
        Draws whose arrival and departure windows the popups show, for one route or by route
        id for several. By default, the popups show no windows.
    verdicts : iterable of Verdict, optional
        Verdicts on the reports, from :func:`routesim.check`. They set the colour and shape of
        the marks. Without them the marks are plain. Ignored for a route.

    Returns
    -------
    JourneyMap
        The map. ``.save(path)`` writes it as one HTML file, ``.to_html()`` returns that file
        as text, and ``.folium`` is the underlying folium map. A notebook displays it.

    Raises
    ------
    ArgumentError
        If ``subject`` is neither a journey nor a route.

    See Also
    --------
    draw_diagram : Draw the time-distance diagram of a journey.
    write_page : Write a page with map, diagram and tables.
    Ensemble.windows : The windows that the popups show.

    Notes
    -----
    The file needs no network access: base map, scripts and styles are included, and its
    content security policy forbids requests. Sections are drawn as straight lines. A section
    is dotted if the position of an end is unknown, or if it is longer than 15 km.

    Examples
    --------
    >>> import routesim as rs
    >>> rs.draw_map(rs.load_network().route("Khasan", "Vladivostok"))
    <JourneyMap 'Khasan to Vladivostok': 1 route>

    With arrival windows, written to a file:

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> journey = rs.load_journey("2023-09")
    >>> shown = rs.draw_map(journey, rs.simulate(journey, draws=200))
    >>> with TemporaryDirectory() as folder:
    ...     shown.save(Path(folder) / "map.html").name
    'map.html'
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
    """Return the contents of a journey's map."""
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
    """Return a page with a map as text; ``make_body`` makes its body from the map's element."""
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
