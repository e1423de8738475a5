"""The section of what is likely given the reports, beside the priors, and its sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.journey import measure_windows
from routesim.likely import FEW_EFFECTIVE
from routesim.text.names import format_city
from routesim.text.posterior import format_draws, format_rejected
from routesim.text.quantities import format_chance
from routesim.text.times import format_local
from routesim.view.html.clocks import make_clock_list
from routesim.view.html.components import DASH, make_number, make_row, make_table
from routesim.view.html.links import TRUST_ANCHOR, link_reports
from routesim.view.html.markup import Markup, element, join
from routesim.view.page.positions import make_origins, make_positions
from routesim.view.page.routes import format_route_title
from routesim.view.page.time_stood import make_standings
from routesim.view.page.window_tables import choose_event, make_share_note
from routesim.view.times import format_offsets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.journey import Ensemble, Journey, PassageWindow
    from routesim.likely import Posterior
    from routesim.view.findings import Findings
    from routesim.view.times import Clock
    from routesim.view.windows import MeasuredEnsemble


NOTHING = "No report is heard, so that what is likely is what the priors say."
PRIOR_SHOWS = (
    "Where the reports tell little, an answer is the prior's own; with other priors it would "
    "be another."
)
CAPTION = "When it was there, 5 % to 95 %: what the reports make of the priors"
HEADS = ("Event", "From the priors alone", "Given the reports")


def format_chances(posterior: Posterior) -> dict[str, str]:
    """Format, by the id of every report used, how likely it is right."""
    return {
        row["id"]: format_chance(row["right"], row["mcse"], posterior.ess)
        for row in posterior.reports().to_dict("records")
    }


def format_likely(journey: Journey, measured: MeasuredEnsemble) -> str:
    """Format in a sentence when the train was likely at the border and at its end."""
    texts = [_format_window(measured.windows[index]) for index in _choose_headlines(measured)]
    if not texts:
        return ""
    return (
        f"{measured.band.capitalize()}, and if it took the default route "
        f"({format_route_title(journey, measured.ensemble.route_id)}), the train "
        f"{' and '.join(texts)}, each with a probability of 90 %."
    )


def format_rejections(posterior: Posterior, chances: Mapping[str, str]) -> str:
    """Format which reports are more likely wrong than right, or which is the least likely."""
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
    """Write what is likely on the default route, and which route it took.

    Parameters
    ----------
    measured
        The windows of the posterior.
    prior
        Draws of the same route from the priors alone.
    odds
        The probabilities of the routes.
    """
    journey = findings.journey
    chances = format_chances(posterior)
    ids = {report.id for report in journey.reports}
    return join(
        [
            element("p", _format_method(journey, posterior)),
            element(
                "p",
                link_reports(format_rejections(posterior, chances), ids),
                " The ",
                element("a", "ledger", href="#ledger"),
                " has the figure of each report.",
            )
            if chances
            else None,
            element("p", _make_priors_note(), class_="kind"),
            _make_shifts(measured, prior, clocks),
            make_origins(posterior, prior),
            make_positions(findings, posterior, clocks),
            make_standings(journey, posterior),
            element("h3", "Which route"),
            odds,
        ]
    )


def _format_method(journey: Journey, posterior: Posterior) -> str:
    """Format how many reports and draws the answers are based on."""
    if not posterior.reports_used:
        return NOTHING
    used = len(posterior.reports_used)
    of = "" if used == len(journey.reports) else f" of {len(journey.reports)}"
    few = " That is few: read the ends of the bands with care."
    return (
        f"{used}{of} {'report' if used == 1 else 'reports'} "
        f"{'is' if used == 1 else 'are'} weighed, those that set a constraint: each is right "
        "only with the probability that it is believed with, its ends are soft, and a family "
        "counts once for an event. The answers rest on "
        f"{format_draws(posterior.draws, posterior.ess)} (effective sample size)."
        f"{few if posterior.ess < FEW_EFFECTIVE else ''} No figure is told beyond its Monte "
        "Carlo error. All but the last table hold if it took the "
        f"default route ({format_route_title(journey, posterior.route_id)})."
    )


def _make_priors_note() -> Markup:
    return join(
        [
            "The priors are ",
            element("a", "assumptions", href="#assumptions"),
            ", and so is how far each report is ",
            element("a", "believed", href=f"#{TRUST_ANCHOR}"),
            f". {PRIOR_SHOWS}",
        ]
    )


def _choose_headlines(measured: MeasuredEnsemble) -> list[int]:
    """Choose the first border and the destination."""
    passages = measured.route.passages
    borders = [i for i in measured.key_indices if passages[i].station.kind == "border"]
    chosen = sorted({*borders[:1], len(passages) - 1})
    return [index for index in chosen if measured.windows[index].arrive is not None]


def _format_window(window: PassageWindow) -> str:
    """Format between when a passage was likely reached, by its own clock and in UTC."""
    low, _, high = window.arrive or (0, 0, 0)
    station = window.passage.station
    verb = "crossed" if station.kind == "border" else "reached"
    zone = station.tz
    own = f"{format_local(low, zone)} and {format_local(high, zone)}"
    utc = f"{format_local(low, 'UTC')} to {format_local(high, 'UTC')} UTC"
    offset = format_offsets(zone, low, high)
    return f"{verb} {window.name} between {own} {format_city(zone)} time ({offset}; {utc})"


def _make_shifts(
    measured: MeasuredEnsemble, prior: Ensemble, clocks: Sequence[Clock]
) -> Markup:
    """Write the windows of the key places before the reports and after them."""
    indices = measured.key_indices
    before = measure_windows(prior, indices=indices)
    rows = []
    for index, was in zip(indices, before, strict=True):
        now = measured.windows[index]
        event, times = choose_event(now, len(measured.windows))
        earlier = was.depart if event == "leaves" else was.arrive
        if times is None:
            continue
        cells = [
            join([_make_clocks(shown, clocks), make_share_note(window)])
            for shown, window in ((earlier, was), (times, now))
        ]
        rows.append(make_row(HEADS, f"{event} {now.name}", cells))
    return make_table(
        CAPTION, HEADS, rows, class_="reasons shifts", label="Before and after the reports"
    )


def _make_clocks(times: tuple[int, ...] | None, clocks: Sequence[Clock]) -> Markup:
    if times is None:
        return Markup(DASH)
    low, high = times[0], times[-1]
    return make_clock_list(
        clocks,
        lambda zone: make_number(f"{format_local(low, zone)} to {format_local(high, zone)}"),
    )
