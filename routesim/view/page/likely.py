"""Section of likely answers given the reports, beside the priors, and its sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.journey import measure_windows
from routesim.likely import FEW_EFFECTIVE
from routesim.text import page as words
from routesim.text.posterior import format_rejected
from routesim.text.quantities import format_chance
from routesim.text.routes import format_route_part
from routesim.text.times import format_window
from routesim.view.html.components import DASH, make_number, make_row, make_table
from routesim.view.html.links import TRUST_ANCHOR, link_reports, make_link
from routesim.view.html.markup import element, escape, join
from routesim.view.page.positions import make_origins, make_positions
from routesim.view.page.time_stood import make_standings
from routesim.view.page.window_tables import choose_event, make_share_note
from routesim.view.times import list_clocks, make_clock_list

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from routesim.journey import Ensemble, Journey
    from routesim.likely import Posterior
    from routesim.view.findings import Findings
    from routesim.view.times import Clock
    from routesim.view.windows import MeasuredEnsemble


CAPTION = "Windows, 5 % to 95 %, before and after the reports"
HEADS = ("Event", "From the priors alone", "Given the reports")


def format_chances(posterior: Posterior) -> dict[str, str]:
    """Format the probability that each report used is right, by report id."""
    return {
        row["id"]: format_chance(row["right"], row["mcse"], posterior.ess)
        for row in posterior.reports().to_dict("records")
    }


def format_likely(journey: Journey, measured: MeasuredEnsemble) -> str:
    """Format the likely windows at the first border and at the destination as a sentence."""
    passages = measured.ensemble.route.passages
    borders = [i for i in measured.key_indices if passages[i].station.kind == "border"]
    texts = []
    for index in sorted({*borders[:1], len(passages) - 1}):
        window, station = measured.windows[index], passages[index].station
        if window.arrive is not None:
            ends = window.arrive[0], window.arrive[-1]
            texts.append(
                words.format_reached(
                    window.name,
                    ends,
                    station.tz,
                    list_clocks([station.tz], *ends)[-1].offset,
                    is_border=station.kind == "border",
                )
            )
    title = format_route_part(journey.routes[measured.ensemble.route_id].title)
    return words.format_likely(measured.band, title, texts)


def format_rejections(posterior: Posterior, chances: Mapping[str, str]) -> str:
    """Format which reports are rejected or, if none is, which is least likely to be right."""
    if not chances:
        return ""
    least = min(posterior.right, key=lambda name: float(posterior.right[name].mean()))
    return format_rejected(chances, posterior.rejected, least)


def make_likely(
    findings: Findings,
    measured: MeasuredEnsemble,
    posterior: Posterior,
    prior: Ensemble,
    clocks: Sequence[Clock],
    odds: Markup,
) -> Markup:
    """Write the likely answers on the default route, and the probabilities of the routes.

    ``measured`` has the windows of the posterior, ``prior`` holds draws of the same route from
    the priors alone, and ``odds`` is the table of route probabilities.
    """
    journey = findings.journey
    chances = format_chances(posterior)
    ids = {report.id for report in journey.reports}
    ledger = (
        link_reports(format_rejections(posterior, chances), ids),
        " The ",
        make_link("ledger", "ledger"),
        " has the probability of each report.",
    )
    method = words.format_method(
        used=len(posterior.reports_used),
        left_out=_list_left_out(findings, posterior),
        reports=len(journey.reports),
        draws=posterior.draws,
        ess=posterior.ess,
        is_few=posterior.ess < FEW_EFFECTIVE,
        route=format_route_part(journey.routes[posterior.route_id].title),
    )
    priors = (
        "The priors are ",
        make_link("assumptions", "assumptions"),
        ", and so is the ",
        make_link("reliability", TRUST_ANCHOR),
        f" of each report. {words.PRIOR_SHOWS}",
    )
    return join(
        [
            element("p", method),
            element("p", *ledger) if chances else None,
            element("p", *priors, class_="kind"),
            _make_shifts(measured, prior, clocks),
            make_origins(posterior, prior),
            make_positions(findings, posterior, clocks),
            make_standings(journey, posterior),
            element("h3", "Route taken"),
            odds,
        ]
    )


def _list_left_out(findings: Findings, posterior: Posterior) -> list[str]:
    """Return the reports that set a constraint but are not used: priors are based on them."""
    members = {m for report in findings.problem.distinct_reports for m in report.members}
    return sorted(members.difference(posterior.reports_used))


def _make_shifts(
    measured: MeasuredEnsemble, prior: Ensemble, clocks: Sequence[Clock]
) -> Markup:
    """Write the windows at the key places, before and after the reports."""
    indices = measured.key_indices
    rows = []
    for index, was in zip(indices, measure_windows(prior, indices=indices), strict=True):
        now = measured.windows[index]
        event, times = choose_event(now, len(measured.windows))
        if times is None:
            continue
        earlier = was.depart if event == "leaves" else was.arrive
        cells = [
            join([_make_clocks(shown, clocks), make_share_note(window)])
            for shown, window in ((earlier, was), (times, now))
        ]
        rows.append(make_row(HEADS, f"{event} {now.name}", cells))
    return make_table(CAPTION, HEADS, rows, class_="reasons shifts")


def _make_clocks(times: tuple[int, ...] | None, clocks: Sequence[Clock]) -> Markup:
    if times is None:
        return escape(DASH)
    ends = times[0], times[-1]
    return make_clock_list(clocks, lambda zone: make_number(format_window(*ends, zone)))
