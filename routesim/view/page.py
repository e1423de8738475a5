"""The page of a journey: one HTML file for a reader who installs nothing."""

from __future__ import annotations

import base64
import shlex
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from routesim.datafiles import check_output, write_atomically
from routesim.errors import ArgumentError, Fault
from routesim.journey import require_journey, simulate
from routesim.reasoning import judge_reports
from routesim.view.assumptions import make_assumptions, make_routes, make_sources
from routesim.view.certainty import make_certain
from routesim.view.conflicts import make_conflicts
from routesim.view.diagram import draw_diagram, write_svg
from routesim.view.document import Document, read_asset, read_leaflet
from routesim.view.findings import CONFLICTS_ANCHOR, find_certain
from routesim.view.ledger import make_ledger
from routesim.view.map import list_map_scripts, make_subject
from routesim.view.mapdata import make_map_data
from routesim.view.mapframe import frame_map
from routesim.view.markup import Markup, element, join
from routesim.view.reconciling import make_worlds
from routesim.view.sections import make_route_tables
from routesim.view.summary import make_glance, make_lead
from routesim.view.times import list_clocks
from routesim.view.windows import measure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from routesim.journey import Ensemble, Journey
    from routesim.reasoning import Verdict
    from routesim.view.findings import Findings
    from routesim.view.windows import Measured

__all__ = ["make_page", "write_page"]

PAGE_DRAWS = 20_000
SUFFIXES = (".html",)
DIAGRAM_ALT = (
    "Time-distance diagram of the default route: where the train must certainly have been, "
    "where it likely was, and the windows of the reports. The tables What is certain and "
    "Windows hold the same as numbers, the ledger the windows of the reports."
)


def write_page(
    journey: Journey,
    path: str | PathLike[str],
    *,
    ensemble: Ensemble | None = None,
    draws: int = PAGE_DRAWS,
    seed: int = 0,
) -> Path:
    """Write the page of a journey: map, diagram, tables, ledger and assumptions.

    Parameters
    ----------
    journey
        What the page tells of.
    path
        Where the file goes; it replaces what is there when it is complete.
    ensemble
        Of one of the journey's routes. With it the other routes take its draws and seed.
    draws, seed
        Of the simulation of every route, where no ensemble is given.

    Returns
    -------
    Path
        Of the written file. The same input gives the same bytes.

    Raises
    ------
    ArgumentError
        If the path does not end in ``.html`` or cannot become a file, no journey is
        given, or the ensemble is not of it.
    """
    target = Path(path)
    check_output(target, SUFFIXES)
    require_journey(journey)
    page = make_page(journey, ensemble=ensemble, draws=draws, seed=seed)
    with write_atomically(target) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return target


def make_page(
    journey: Journey,
    *,
    ensemble: Ensemble | None = None,
    draws: int = PAGE_DRAWS,
    seed: int = 0,
) -> str:
    """Return the page of a journey as text; see :func:`write_page`."""
    from routesim.view.elements import make_folium_map  # noqa: PLC0415 (heavy)

    ensembles = _simulate_routes(journey, ensemble, draws=draws, seed=seed)
    findings = find_certain(journey)
    verdicts = judge_reports(
        journey, {item.route_id: item for item in ensembles}, findings.testimony
    )
    measured = [measure(item) for item in ensembles]
    subject = make_subject(journey, measured, verdicts, has_ledger=True)
    html, scripts = list_map_scripts(make_folium_map())
    return Document(
        title=f"{journey.title} \u2013 routesim",
        body=_make_body(measured, verdicts, findings, frame_map(subject, html, heading="h2")),
        styles=(read_leaflet("leaflet.css"), read_asset("page.css")),
        scripts=scripts,
        data={"map": make_map_data(subject)},
    ).render()


def _simulate_routes(
    journey: Journey, ensemble: Ensemble | None, *, draws: int, seed: int
) -> tuple[Ensemble, ...]:
    """Return an ensemble a route, the default route first."""
    if ensemble is not None:
        if ensemble.journey_id != journey.id or ensemble.route_id not in journey.routes:
            raise ArgumentError(
                [
                    Fault(
                        "ensemble",
                        f"{ensemble!r} is not of {journey!r}",
                        "simulate this journey",
                    )
                ]
            )
        draws, seed = ensemble.draws, ensemble.seed
    return tuple(
        ensemble
        if ensemble is not None and ensemble.route_id == route_id
        else simulate(journey, draws=draws, seed=seed, route=route_id)
        for route_id in dict.fromkeys([journey.default_route, *journey.routes])
    )


def _make_body(
    measured: Sequence[Measured],
    verdicts: Sequence[Verdict],
    findings: Findings,
    map_section: Markup,
) -> Markup:
    journey = findings.journey
    first = measured[0].ensemble
    start_s = float(first.departure_s.min())
    end_s = max(float(item.ensemble.arrive_s[:, -1].max()) for item in measured)
    clocks = list_clocks(journey.zones, start_s, end_s)
    judged = {verdict.report_id: verdict for verdict in verdicts}
    parts = [
        make_glance(journey, measured[0], judged, clocks),
        _make_section(CONFLICTS_ANCHOR, "What cannot all be true", make_conflicts(findings)),
        _make_section("worlds", "How the reports can be reconciled", make_worlds(findings)),
        _make_section(
            "certain", "What is certain", make_certain(findings, measured[0], clocks)
        ),
        map_section,
        _make_section("diagram", "Time and distance", _make_figure(findings, first, verdicts)),
        _make_section("windows", "Windows", make_route_tables(journey, measured, clocks)),
        _make_section("ledger", "Ledger of reports", make_ledger(journey, judged, findings)),
        _make_section("routes", "Routes", make_routes(journey)),
        _make_section("assumptions", "Assumptions", make_assumptions(journey)),
        _make_section("sources", "Sources and families", make_sources(journey)),
        _make_section("made", "How this page was made", _make_colophon(journey, first)),
    ]
    skip = element("a", "Skip to the windows", href="#windows", class_="skip")
    return join(
        [skip, make_lead(journey, measured[0], judged, findings), element("main", *parts)]
    )


def _make_section(name: str, title: str, content: Markup) -> Markup:
    return element("section", element("h2", title, id=name), content, aria_labelledby=name)


def _make_figure(findings: Findings, ensemble: Ensemble, verdicts: Sequence[Verdict]) -> Markup:
    stream = BytesIO()
    figure = draw_diagram(findings.journey, ensemble, verdicts, bounds=findings.bounds)
    write_svg(figure, stream)
    image = base64.b64encode(stream.getvalue()).decode()
    picture = element("img", src=f"data:image/svg+xml;base64,{image}", alt=DIAGRAM_ALT)
    caption = (
        "The shaded region is certain: at any time the train must have been within it, if the "
        "reports of the worlds under the bounds are true. The bands over it are likely: at "
        "each kilometre they hold 90 % and 50 % of the draws that pass it, and no report has "
        "narrowed them, so that they may leave the region. Where draws set out on the way the "
        "bands begin anew. Reports that those worlds leave out or read otherwise are dashed. "
        "Reports without a window, and reports of places off this route, are in the ledger "
        "only."
    )
    return element(
        "figure",
        element(
            "div", picture, class_="scroll", role="region", aria_label="Diagram", tabindex=0
        ),
        element("figcaption", caption),
        class_="diagram",
    )


def _make_colophon(journey: Journey, ensemble: Ensemble) -> Markup:
    command = (
        f"routesim page {shlex.quote(journey.reference)} -o page.html "
        f"--draws {ensemble.draws} --seed {ensemble.seed}"
    )
    if journey.network.reference is not None:
        command += f" --network {shlex.quote(journey.network.reference)}"
    if journey.changes:
        command = ""  # a changed journey has no file of its own
    facts = [
        ("Version", f"routesim {_get_version()}"),
        ("Draws", f"{ensemble.draws:,} a route, from seed {ensemble.seed}"),
        ("Train", journey.train_id),
        ("Command", element("code", command) if command else ""),
        ("Changed", "; ".join(journey.changes)),
        ("Attribution", "; ".join(journey.network.attribution)),
        ("Software in this file", "Leaflet 1.9.3 (BSD-2-Clause)"),
    ]
    items = [Markup(element("dt", name) + element("dd", text)) for name, text in facts if text]
    note = (
        "The same journey file, version, draws and seed give the same bytes. The file asks "
        "for nothing from outside, and its policy forbids the browser to."
    )
    return join([element("dl", *items, class_="facts"), element("p", note, class_="note")])


def _get_version() -> str:
    try:
        return version("routesim")
    except PackageNotFoundError:
        return "of unknown version"
