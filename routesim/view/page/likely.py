"""What is likely: the answers given the reports, beside the priors that they began from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.names import format_city
from routesim.text.quantities import format_chance, format_count
from routesim.text.times import format_local
from routesim.view.html.markup import Markup, element, join, link_reports
from routesim.view.page.basis import TRUST_ANCHOR
from routesim.view.page.positions import make_origins, make_whereabouts
from routesim.view.page.time_stood import make_standings
from routesim.view.page.window_tables import choose_event, make_share_note, scroll_table
from routesim.view.times import list_clocks
from routesim.view.windows import measure_windows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.journey import Ensemble, Journey
    from routesim.likely import Posterior
    from routesim.view.findings import Findings
    from routesim.view.times import Clock
    from routesim.view.windows import Measured, PassageWindow

__all__ = ["LIKELY_ANCHOR", "list_chances", "make_likely", "say_likely", "say_thrown_out"]

LIKELY_ANCHOR = "likely"
FEW_EFFECTIVE = 400
"""Below so many independent draws the library warns, and so does the page."""

NOTHING = "No report is heard, so that what is likely is what the priors say."
PRIOR_SHOWS = (
    "Where the reports tell little, an answer is the prior's own; with other priors it would "
    "be another."
)
CAPTION = "When it was there, 5 % to 95 %: what the reports make of the priors"
HEADS = ("Event", "From the priors alone", "Given the reports")


def list_chances(posterior: Posterior) -> dict[str, str]:
    """Write, by the id of every report heard, how likely it is right."""
    rows = posterior.reports
    errors = dict(zip(rows["id"], rows["mcse"], strict=True))
    return {
        name: format_chance(float(values.mean()), float(errors[name]))
        for name, values in posterior.right.items()
    }


def say_likely(journey: Journey, measured: Measured) -> str:
    """Say in a sentence when the train was likely at the border and at its end."""
    told = [_say_between(measured.windows[index]) for index in _choose_headlines(measured)]
    if not told:
        return ""
    title = journey.routes[measured.ensemble.route_id].title
    return (
        f"{measured.band.capitalize()}, and if it took the default route "
        f"({title[:1].lower()}{title[1:]}), the train {' and '.join(told)}, each with a "
        "probability of 90 %."
    )


def say_thrown_out(posterior: Posterior, chances: Mapping[str, str]) -> str:
    """Say which reports are more likely wrong than right, or which is the least likely."""
    if not chances:
        return ""
    out = [f"{name} (right: {chances[name]})" for name in posterior.thrown_out]
    if out:
        return f"Thrown out, being more likely wrong than right: {', '.join(out)}."
    least = min(posterior.right, key=lambda name: float(posterior.right[name].mean()))
    return (
        f"No report is thrown out; the least likely to be right is {least} ({chances[least]})."
    )


def make_likely(
    findings: Findings,
    measured: Measured,
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
        What is said of the routes.
    """
    journey = findings.journey
    chances = list_chances(posterior)
    ids = {report.id for report in journey.reports}
    return join(
        [
            element("p", _say_how(journey, posterior)),
            element(
                "p",
                link_reports(say_thrown_out(posterior, chances), ids),
                " The ",
                element("a", "ledger", href="#ledger"),
                " has the figure of each report.",
            )
            if chances
            else None,
            element("p", _say_priors(), class_="kind"),
            _make_shifts(measured, prior, clocks),
            make_origins(posterior, prior),
            make_whereabouts(findings, posterior, clocks),
            make_standings(journey, posterior, prior),
            element("h3", "Which route"),
            odds,
        ]
    )


def _say_how(journey: Journey, posterior: Posterior) -> str:
    if not posterior.heard:
        return NOTHING
    heard = len(posterior.heard)
    of = "" if heard == len(journey.reports) else f" of {len(journey.reports)}"
    few = " That is few: read the ends of the bands with care."
    title = journey.routes[posterior.route_id].title
    return (
        f"{heard}{of} {'report' if heard == 1 else 'reports'} "
        f"{'is' if heard == 1 else 'are'} weighed, those that set a constraint: each is right "
        "only with the probability that it is believed with, its ends are soft, and a family "
        "counts once for an event. The answers rest on "
        f"{format_count(posterior.draws, 'draw')} worth {posterior.ess:,.0f} independent ones"
        f" (effective sample size).{few if posterior.ess < FEW_EFFECTIVE else ''} No figure "
        "is told beyond its Monte Carlo error. All but the last table hold if it took the "
        f"default route ({title[:1].lower()}{title[1:]})."
    )


def _say_priors() -> Markup:
    return join(
        [
            "The priors are ",
            element("a", "assumptions", href="#assumptions"),
            ", and so is how far each report is ",
            element("a", "believed", href=f"#{TRUST_ANCHOR}"),
            f". {PRIOR_SHOWS}",
        ]
    )


def _choose_headlines(measured: Measured) -> list[int]:
    """Choose the first border and the destination."""
    passages = measured.route.passages
    borders = [i for i in measured.key_indices if passages[i].station.kind == "border"]
    chosen = sorted({*borders[:1], len(passages) - 1})
    return [index for index in chosen if measured.windows[index].arrive is not None]


def _say_between(window: PassageWindow) -> str:
    low, _, high = window.arrive or (0, 0, 0)
    station = window.passage.station
    verb = "crossed" if station.kind == "border" else "reached"
    zone = station.tz
    own = f"{format_local(low, zone)} and {format_local(high, zone)}"
    place = format_city(zone)
    offset = next((c.offset for c in list_clocks([zone], low, high) if c.zone == zone), "")
    utc = f"{format_local(low, 'UTC')} to {format_local(high, 'UTC')} UTC"
    return f"{verb} {window.name} between {own} {place} time ({offset}; {utc})"


def _make_shifts(measured: Measured, prior: Ensemble, clocks: Sequence[Clock]) -> Markup:
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
        shares = [make_share_note(window) for window in (was, now)]
        rows.append(
            element(
                "tr",
                element("th", f"{event} {now.name}", scope="row"),
                *[
                    element("td", _tell_window(told, clocks), note, data_label=head)
                    for head, told, note in zip(
                        HEADS[1:], (earlier, times), shares, strict=True
                    )
                ],
            )
        )
    table = element(
        "table",
        element("caption", CAPTION),
        element("thead", element("tr", *[element("th", head, scope="col") for head in HEADS])),
        element("tbody", *rows),
        class_="reasons shifts",
    )
    return scroll_table(table, "Before and after the reports")


def _tell_window(times: tuple[int, ...] | None, clocks: Sequence[Clock]) -> Markup:
    if times is None:
        return Markup("\u2013")
    low, high = times[0], times[-1]
    items = []
    for clock in clocks:
        told = f"{format_local(low, clock.zone)} to {format_local(high, clock.zone)}"
        label = element("span", clock.label, class_="clock")
        items.append(element("li", label, " ", element("span", told, class_="num")))
    return element("ul", *items, class_="clocks")
