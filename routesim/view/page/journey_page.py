"""Page of a journey: one HTML file for readers without routesim."""

from __future__ import annotations

import base64
import shlex
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from routesim.files.write import check_output, write_atomically
from routesim.journey import require_journey
from routesim.text import page as words
from routesim.text.posterior import format_evidence
from routesim.version import __version__
from routesim.view.diagram.journey_diagram import draw_diagram, write_svg
from routesim.view.findings import find_answers
from routesim.view.html.components import make_facts, make_note, make_scroll_region
from routesim.view.html.links import CONFLICTS_ANCHOR, LIKELY_ANCHOR, ROUTES_ANCHOR
from routesim.view.html.markup import element, join
from routesim.view.map.folium_layers import make_folium_map
from routesim.view.map.frame import make_frame
from routesim.view.map.journey_map import make_subject, render_map_page
from routesim.view.page.assumptions import make_assumptions
from routesim.view.page.certain import make_certain
from routesim.view.page.conflicts import make_conflicts, make_worlds
from routesim.view.page.head import make_glance, make_lead
from routesim.view.page.ledger import ReportChances, make_ledger
from routesim.view.page.likely import format_chances, format_rejections, make_likely
from routesim.view.page.routes import make_odds, make_routes
from routesim.view.page.sources import make_sources
from routesim.view.page.window_tables import make_route_tables
from routesim.view.times import list_clocks
from routesim.view.windows import MeasuredEnsemble, find_span

if TYPE_CHECKING:
    from os import PathLike

    from markupsafe import Markup

    from routesim.journey import Ensemble, Journey
    from routesim.likely import RouteComparison
    from routesim.view.findings import Answers


SUFFIXES = (".html",)


def write_page(
    journey: Journey,
    path: str | PathLike[str],
    *,
    ensemble: Ensemble | None = None,
    routes: RouteComparison | None = None,
    draws: int | None = None,
    seed: int = 0,
) -> Path:
    """Write the page of a journey: answers, conflicts, map, diagram, tables and assumptions.

    The page shows what is certain, and what is likely given the reports. It is one HTML file
    that works offline. The same input gives the same bytes.

    Parameters
    ----------
    journey : Journey
        Journey to show.
    path : str or PathLike
        Output file, ending in ``.html``. Missing folders are created, and an existing file is
        replaced once the new one is complete.
    ensemble : Ensemble, optional
        Draws to use instead of new ones: a posterior of the default route given all reports,
        from :func:`routesim.condition`, or draws of one of the routes from the priors. Its
        seed replaces ``seed``. If it is from the priors, the other routes are simulated with
        the same number of draws.
    routes : RouteComparison, optional
        Probabilities of the journey's routes, from :func:`routesim.compare_routes`. By
        default, they are computed if the journey has more than one route.
    draws : int, optional
        Number of draws, 1 to 1,000,000: per route from the priors, against which each report is
        judged, and of draws given the reports. By default, the defaults of
        :func:`routesim.simulate` and :func:`routesim.condition`.
    seed : int, default 0
        Seed of all draws, 0 or more.

    Returns
    -------
    Path
        The written file.

    Raises
    ------
    ArgumentError
        If the path does not end in ``.html`` or cannot be written, ``journey`` is not a
        :class:`~routesim.Journey`, ``ensemble`` or ``routes`` belong to another journey,
        ``ensemble`` is a posterior of another route or given only some of the reports, or
        ``draws`` or ``seed`` is not a whole number in its range.

    See Also
    --------
    draw_diagram : Draw the time-distance diagram alone.
    draw_map : Draw the map alone.
    write_windows : Write the windows of an ensemble as CSV or GeoJSON.

    Notes
    -----
    A small effective sample size is no error and gives no warning here: the page states it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> with TemporaryDirectory() as folder:
    ...     path = rs.write_page(journey, Path(folder) / "page.html", draws=256)
    ...     text = path.read_text(encoding="utf-8")
    >>> all(f'id="report-{report.id}"' in text for report in journey.reports)
    True
    """
    target = Path(path)
    check_output(target, SUFFIXES)
    require_journey(journey)
    page = make_page(journey, ensemble=ensemble, routes=routes, draws=draws, seed=seed)
    with write_atomically(target) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return target


def make_page(
    journey: Journey,
    *,
    ensemble: Ensemble | None = None,
    routes: RouteComparison | None = None,
    draws: int | None = None,
    seed: int = 0,
) -> str:
    """Return the page of a journey as text, see :func:`write_page`."""
    answers = find_answers(journey, ensemble, routes, draws=draws, seed=seed)
    drawn = [answers.likely, *[MeasuredEnsemble(prior) for prior in answers.priors[1:]]]
    subject = make_subject(journey, drawn, answers.verdicts, has_ledger=True)
    return render_map_page(
        f"{journey.title} \u2013 routesim",
        subject,
        make_folium_map(),
        lambda html: _make_body(answers, make_frame(subject, html, heading="h2")),
    )


def _make_body(answers: Answers, map_section: Markup) -> Markup:
    findings, likely = answers.findings, answers.likely
    journey = findings.journey
    posterior, priors = answers.posterior, answers.priors
    starts, ends = zip(*map(find_span, (posterior, *priors)), strict=True)
    clocks = list_clocks(journey.zones, min(starts), max(ends))
    judged = {verdict.report_id: verdict for verdict in answers.verdicts}
    chances = ReportChances(format_chances(posterior), posterior.rejected)
    odds = make_odds(journey, answers.routes)
    section = _make_section
    parts = [
        make_glance(journey, likely, judged, clocks),
        section(CONFLICTS_ANCHOR, "Conflicts", make_conflicts(findings)),
        section("worlds", "How the reports can be reconciled", make_worlds(findings)),
        section("certain", "What is certain", make_certain(findings, likely, clocks)),
        section(
            LIKELY_ANCHOR,
            "What is likely",
            make_likely(findings, likely, posterior, priors[0], clocks, odds),
        ),
        map_section,
        section("diagram", "Time-distance diagram", _make_figure(answers)),
        section(
            "windows",
            "Times at each place",
            make_route_tables(journey, likely, priors[1:], clocks),
        ),
        section("ledger", "Ledger of reports", make_ledger(journey, judged, findings, chances)),
        section(ROUTES_ANCHOR, "Routes", make_routes(journey)),
        section("assumptions", "Assumptions", make_assumptions(journey)),
        section("sources", "Sources and families", make_sources(journey)),
        section("made", "How this page was made", _make_colophon(answers)),
    ]
    skip = element("a", "Skip to the times", href="#windows", class_="skip")
    sentences = (
        "" if answers.routes is None else answers.routes.why,
        format_rejections(posterior, chances.texts),
    )
    lead = make_lead(journey, likely, judged, findings, sentences)
    return join([skip, lead, element("main", *parts)])


def _make_section(name: str, title: str, content: Markup) -> Markup:
    return element("section", element("h2", title, id=name), content, aria_labelledby=name)


def _make_figure(answers: Answers) -> Markup:
    stream = BytesIO()
    findings = answers.findings
    figure = draw_diagram(
        findings.journey, answers.posterior, answers.verdicts, bounds=findings.bounds
    )
    write_svg(figure, stream)
    image = base64.b64encode(stream.getvalue()).decode()
    picture = element("img", src=f"data:image/svg+xml;base64,{image}", alt=words.DIAGRAM_ALT)
    region = words.REGION[findings.bounds.is_complete]
    text = words.DIAGRAM_CAPTION.format(band=answers.likely.band, region=region)
    caption = element("figcaption", text)
    return element("figure", make_scroll_region(picture, "Diagram"), caption, class_="diagram")


def _make_colophon(answers: Answers) -> Markup:
    journey, ensemble, posterior = (
        answers.findings.journey,
        answers.priors[0],
        answers.posterior,
    )
    command = (
        f"routesim page {shlex.quote(journey.reference)} -o page.html "
        f"{f'--draws {answers.draws} ' if answers.draws else ''}--seed {ensemble.seed}"
    )
    if journey.network.reference is not None:
        command += f" --network {shlex.quote(journey.network.reference)}"
    if journey.changes:
        command = ""  # a changed journey has no file to load
    evidence = format_evidence(posterior.log_evidence, posterior.log_evidence_error)
    draws = (
        f"{ensemble.draws:,} per route from the priors; {posterior.draws:,} given the reports "
        f"(effective sample size {posterior.ess:,.0f}); seed {ensemble.seed}"
    )
    facts = [
        ("Version", f"routesim {__version__}"),
        ("Draws", draws),
        ("Log evidence", f"{evidence}, {answers.likely.band}"),
        ("Train", journey.train_id),
        ("Command", element("code", command) if command else ""),
        ("Changed", "; ".join(journey.changes)),
        ("Attribution", "; ".join(journey.network.attribution)),
        ("Software in this file", "Leaflet 1.9.3 (BSD-2-Clause)"),
    ]
    return join([element("dl", *make_facts(facts), class_="facts"), make_note(words.MADE)])
