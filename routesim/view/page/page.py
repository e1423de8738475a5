"""The page of a journey: one HTML file for a reader who installs nothing."""

from __future__ import annotations

import base64
import shlex
import warnings
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from routesim.assessment import judge_reports
from routesim.errors import ArgumentError, Fault
from routesim.files.write import check_output, write_atomically
from routesim.journey import require_journey, simulate
from routesim.likely import Posterior, SampleWarning, compare_routes, condition
from routesim.sampler.mcse import round_to
from routesim.view.diagram.diagram import draw_diagram, write_svg
from routesim.view.findings import CONFLICTS_ANCHOR, find_certain
from routesim.view.html.document import Document, read_asset, read_leaflet
from routesim.view.html.markup import Markup, element, join
from routesim.view.map.frame import frame_map
from routesim.view.map.journey_map import list_map_scripts, make_subject
from routesim.view.map.map_data import make_map_data
from routesim.view.page.assumptions import make_assumptions, make_routes, make_sources
from routesim.view.page.certain import make_certain
from routesim.view.page.conflicts import make_conflicts
from routesim.view.page.head import make_glance, make_lead
from routesim.view.page.ledger import Chances, make_ledger
from routesim.view.page.likely import LIKELY_ANCHOR, list_chances, make_likely, say_thrown_out
from routesim.view.page.routes import make_odds, say_odds
from routesim.view.page.window_tables import make_route_tables
from routesim.view.page.worlds import make_worlds
from routesim.view.times import list_clocks
from routesim.view.windows import Measured, measure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    import pandas as pd

    from routesim.assessment import Verdict
    from routesim.journey import Ensemble, Journey
    from routesim.view.findings import Findings
    from routesim.view.times import Clock

__all__ = ["make_page", "write_page"]

PAGE_DRAWS = 20_000
ROUTE_PARTICLES = 1_024
"""Enough for the share of a route to some hundredths, which the page then tells."""
LIKELY_DRAWS = 2_048
"""Worth some 1,000 independent ones, and told no closer than that."""

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
    routes: pd.DataFrame | None = None,
    draws: int = PAGE_DRAWS,
    seed: int = 0,
) -> Path:
    """Write the page of a journey: map, diagram, tables, ledger and assumptions.

    It tells what is certain, and what is likely given the reports, see :func:`condition`.

    Parameters
    ----------
    journey
        What the page tells of.
    path
        Where the file goes; it replaces what is there when it is complete.
    ensemble
        A posterior of the default route, which is then not drawn again. Or draws of one of
        the journey's routes from the priors alone; the other routes take their number. The
        seed is that of what is given.
    routes
        As :func:`routesim.compare_routes` gives them for this journey; without them they
        are compared here.
    draws
        Of every route from the priors alone, against which each report is held.
    seed
        Of all draws.

    Returns
    -------
    Path
        Of the written file. The same input gives the same bytes.

    Raises
    ------
    ArgumentError
        If the path does not end in ``.html`` or cannot become a file, no journey is
        given, the ensemble is not of it, or it is a posterior of another route or of a
        part of the reports.
    """
    target = Path(path)
    check_output(target, SUFFIXES)
    require_journey(journey)
    page = make_page(journey, ensemble=ensemble, routes=routes, draws=draws, seed=seed)
    with write_atomically(target) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return target


@dataclass(frozen=True, eq=False)
class _Answers:
    """All that a page tells of, found once.

    Parameters
    ----------
    likely
        The posterior of the default route, and its windows.
    priors
        Draws of every route from the priors alone, the default route first.
    routes
        What :func:`routesim.compare_routes` says; None where there is one route.
    """

    findings: Findings
    likely: Measured
    priors: tuple[Ensemble, ...]
    verdicts: tuple[Verdict, ...]
    routes: pd.DataFrame | None

    @property
    def journey(self) -> Journey:
        return self.findings.journey

    @property
    def posterior(self) -> Posterior:
        found = self.likely.ensemble
        assert isinstance(found, Posterior)  # noqa: S101 (what it is made of)
        return found


def make_page(
    journey: Journey,
    *,
    ensemble: Ensemble | None = None,
    routes: pd.DataFrame | None = None,
    draws: int = PAGE_DRAWS,
    seed: int = 0,
) -> str:
    """Return the page of a journey as text; see :func:`write_page`."""
    from routesim.view.map.folium_layers import make_folium_map  # noqa: PLC0415 (heavy)

    _check(journey, ensemble, routes)
    answers = _find_answers(journey, ensemble, routes, draws=draws, seed=seed)
    drawn = [answers.likely, *[Measured(prior, ()) for prior in answers.priors[1:]]]
    subject = make_subject(journey, drawn, answers.verdicts, has_ledger=True)
    html, scripts = list_map_scripts(make_folium_map())
    return Document(
        title=f"{journey.title} \u2013 routesim",
        body=_make_body(answers, frame_map(subject, html, heading="h2")),
        styles=(read_leaflet("leaflet.css"), read_asset("page.css")),
        scripts=scripts,
        data={"map": make_map_data(subject)},
    ).render()


def _find_answers(
    journey: Journey,
    ensemble: Ensemble | None,
    routes: pd.DataFrame | None,
    *,
    draws: int,
    seed: int,
) -> _Answers:
    if ensemble is not None:
        seed = ensemble.seed
    posterior = ensemble if isinstance(ensemble, Posterior) else None
    prior = ensemble if posterior is None else None
    priors = _simulate_routes(journey, prior, draws=draws, seed=seed)
    findings = find_certain(journey)
    with warnings.catch_warnings():
        # The page says so itself.
        warnings.simplefilter("ignore", SampleWarning)
        given = posterior or condition(journey, draws=LIKELY_DRAWS, seed=seed)
        if routes is None and len(journey.routes) > 1:
            routes = compare_routes(
                journey, seed=seed, particles=ROUTE_PARTICLES, posterior=given
            )
    return _Answers(
        findings=findings,
        likely=measure(given),
        priors=priors,
        verdicts=tuple(
            judge_reports(journey, {item.route_id: item for item in priors}, findings.testimony)
        ),
        routes=routes,
    )


def _check(journey: Journey, ensemble: Ensemble | None, routes: pd.DataFrame | None) -> None:
    faults = []
    if ensemble is not None:
        faults += _find_faults(journey, ensemble)
    if routes is not None and sorted(routes["route"]) != sorted(journey.routes):
        faults.append(
            Fault("routes", f"are not those of {journey!r}", "compare the routes of this one")
        )
    if faults:
        raise ArgumentError(faults)


def _find_faults(journey: Journey, ensemble: Ensemble) -> list[Fault]:
    """Find what is not of this journey, or a posterior that answers another question."""
    fault = ""
    if ensemble.journey_id != journey.id or ensemble.route_id not in journey.routes:
        fault, remedy = f"{ensemble!r} is not of {journey!r}", "simulate this journey"
    elif isinstance(ensemble, Posterior) and ensemble.route_id != journey.default_route:
        fault = f"{ensemble!r} is not of the default route"
        remedy = f"condition on {journey.default_route}"
    elif isinstance(ensemble, Posterior) and (ensemble.dropped or isfinite(ensemble.as_of_s)):
        fault, remedy = f"{ensemble!r} did not hear every report", "condition on all of them"
    return [Fault("ensemble", fault, remedy)] if fault else []


def _simulate_routes(
    journey: Journey, ensemble: Ensemble | None, *, draws: int, seed: int
) -> tuple[Ensemble, ...]:
    """Return draws from the priors of every route, the default route first."""
    if ensemble is not None:
        draws, seed = ensemble.draws, ensemble.seed
    return tuple(
        ensemble
        if ensemble is not None and ensemble.route_id == route_id
        else simulate(journey, draws=draws, seed=seed, route=route_id)
        for route_id in dict.fromkeys([journey.default_route, *journey.routes])
    )


def _make_body(answers: _Answers, map_section: Markup) -> Markup:
    journey, findings, likely = answers.journey, answers.findings, answers.likely
    drawn = (answers.posterior, *answers.priors)
    start_s = min(float(item.departure_s.min()) for item in drawn)
    end_s = max(float(item.arrive_s[:, -1].max()) for item in drawn)
    clocks = list_clocks(journey.zones, start_s, end_s)
    judged = {verdict.report_id: verdict for verdict in answers.verdicts}
    chances = Chances(list_chances(answers.posterior), answers.posterior.thrown_out)
    section = _make_section
    parts = [
        make_glance(journey, likely, judged, clocks),
        section(CONFLICTS_ANCHOR, "What cannot all be true", make_conflicts(findings)),
        section("worlds", "How the reports can be reconciled", make_worlds(findings)),
        section("certain", "What is certain", make_certain(findings, likely, clocks)),
        section(
            LIKELY_ANCHOR,
            "What is likely",
            _make_likely(answers, clocks),
        ),
        map_section,
        section("diagram", "Time and distance", _make_figure(answers)),
        section(
            "windows", "Windows", make_route_tables(journey, likely, answers.priors[1:], clocks)
        ),
        section("ledger", "Ledger of reports", make_ledger(journey, judged, findings, chances)),
        section("routes", "Routes", make_routes(journey)),
        section("assumptions", "Assumptions", make_assumptions(journey)),
        section("sources", "Sources and families", make_sources(journey)),
        section("made", "How this page was made", _make_colophon(answers)),
    ]
    skip = element("a", "Skip to the windows", href="#windows", class_="skip")
    said = (
        say_odds(journey, answers.routes),
        say_thrown_out(answers.posterior, chances.told),
    )
    return join(
        [skip, make_lead(journey, likely, judged, findings, said), element("main", *parts)]
    )


def _make_likely(answers: _Answers, clocks: Sequence[Clock]) -> Markup:
    return make_likely(
        answers.findings,
        answers.likely,
        answers.posterior,
        answers.priors[0],
        clocks,
        make_odds(answers.journey, answers.routes),
    )


def _make_section(name: str, title: str, content: Markup) -> Markup:
    return element("section", element("h2", title, id=name), content, aria_labelledby=name)


def _make_figure(answers: _Answers) -> Markup:
    stream = BytesIO()
    figure = draw_diagram(
        answers.journey, answers.posterior, answers.verdicts, bounds=answers.findings.bounds
    )
    write_svg(figure, stream)
    image = base64.b64encode(stream.getvalue()).decode()
    picture = element("img", src=f"data:image/svg+xml;base64,{image}", alt=DIAGRAM_ALT)
    caption = (
        "The shaded region is certain: at any time the train must have been within it, if the "
        "reports of the worlds under the bounds are true. The bands over it are likely, "
        f"{answers.likely.band}: at each kilometre they hold 90 % and 50 % of the draws that "
        "pass it. Each report may be wrong there and the ends of its window are soft, so that "
        "the bands may reach beyond the region. Where draws set out on the way the bands begin "
        "anew, and where fewer than one in twenty passes there is none. Reports that those "
        "worlds leave out or read otherwise are dashed; the thin line in a report's row is the "
        "likely window of what it tells. Reports without a window, and reports of places off "
        "this route, are in the ledger only."
    )
    return element(
        "figure",
        element(
            "div", picture, class_="scroll", role="region", aria_label="Diagram", tabindex=0
        ),
        element("figcaption", caption),
        class_="diagram",
    )


def _make_colophon(answers: _Answers) -> Markup:
    journey, ensemble, posterior = answers.journey, answers.priors[0], answers.posterior
    command = (
        f"routesim page {shlex.quote(journey.reference)} -o page.html "
        f"--draws {ensemble.draws} --seed {ensemble.seed}"
    )
    if journey.network.reference is not None:
        command += f" --network {shlex.quote(journey.network.reference)}"
    if journey.changes:
        command = ""  # a changed journey has no file of its own
    error = posterior.log_evidence_error
    evidence = round_to(posterior.log_evidence, error)
    draws = (
        f"{ensemble.draws:,} a route from the priors; {posterior.draws:,} given the reports, "
        f"worth {posterior.ess:,.0f}; from seed {ensemble.seed}"
    )
    facts = [
        ("Version", f"routesim {_get_version()}"),
        ("Draws", draws),
        ("Log evidence", f"{evidence:.6g} \u00b1 {error:.1g}, {answers.likely.band}"),
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
