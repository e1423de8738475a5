"""Where the train was at chosen instants, certain and likely, and where it departed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from routesim.evidence import NotYetClause
from routesim.journey import DEFAULT_LEVELS
from routesim.text.names import format_visit
from routesim.text.positions import format_certain_km, format_stations
from routesim.text.quantities import format_chance
from routesim.text.times import format_local, to_datetime
from routesim.units import SECONDS_PER_HOUR
from routesim.view.html.clocks import make_clock_list
from routesim.view.html.components import (
    DASH,
    make_note,
    make_number,
    make_row,
    make_table,
)
from routesim.view.html.links import PRIOR_ANCHORS, link_reports
from routesim.view.html.markup import Markup, element, join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.certain import Bounds
    from routesim.journey import Ensemble
    from routesim.likely import Posterior
    from routesim.view.findings import Findings
    from routesim.view.times import Clock


STEPS_H = (1, 2, 3, 6, 12, 24, 48)
MOST_INSTANTS = 9
MOST_NAMED = 6
"""The most instants that are shown because reports name them."""

LEAST_WAITING = 0.01
PRIOR_ERROR = 0.01
"""To which the share of a start in the draws from the priors is shown."""

CAPTION = "Where it was at chosen instants"
ORIGINS_CAPTION = "Where it set out"
ORIGINS_HEADS = ("It set out from", "From the priors alone", "Given the reports")
NOTE = (
    "Kilometres count from {start}; the stations are those before and after. Likely is the "
    "middle 90 %, with the median and the station nearest to it. Past or at a place is the "
    "probability that it had been reached by then."
)


def choose_instants(findings: Findings, posterior: Posterior) -> dict[float, tuple[str, ...]]:
    """Choose instants by the clock of the first zone, and those of which reports say "not yet".

    Returns
    -------
    dict
        From POSIX seconds, rising, to the reports that name the instant.
    """
    start_s = float(np.quantile(posterior.departure_s, DEFAULT_LEVELS[0]))
    end_s = float(np.quantile(posterior.arrive_s[:, -1], DEFAULT_LEVELS[-1]))
    chosen: dict[float, tuple[str, ...]] = dict.fromkeys(
        _list_even(start_s, end_s, posterior.zones[0]), ()
    )
    named: dict[float, tuple[str, ...]] = {}
    for report in findings.journey.reports:
        for clause in report.clauses:
            if isinstance(clause, NotYetClause):
                instant = clause.time.window.start_s
                if start_s <= instant <= end_s:
                    named[instant] = (*named.get(instant, ()), report.id)
    return dict(sorted((chosen | dict(list(named.items())[:MOST_NAMED])).items()))


def make_origins(posterior: Posterior, prior: Ensemble) -> Markup | None:
    """Write from where it departed, where the plan leaves that open."""
    origins = [int(index) for index in np.unique(prior.origin_index)]
    if len(origins) <= 1:
        return None
    link = element("a", "prior", href=f"#{PRIOR_ANCHORS['origins']}")
    rows = []
    for index in origins:
        before = float(np.mean(prior.origin_index == index))
        flags = (posterior.origin_index == index).astype(np.float64)
        passage = posterior.route.passages[index]
        name = format_visit(passage.station.name, passage.visit)
        error = posterior.find_share_error(flags)
        after = format_chance(float(flags.mean()), error, posterior.ess)
        cells = (format_chance(before, PRIOR_ERROR), after)
        first = join([name, element("span", " ", link, class_="note")])
        rows.append(make_row(ORIGINS_HEADS, first, map(make_number, cells)))
    return make_table(ORIGINS_CAPTION, ORIGINS_HEADS, rows)


def make_positions(findings: Findings, posterior: Posterior, clocks: Sequence[Clock]) -> Markup:
    """Write where the train was at chosen instants."""
    points = _choose_points(posterior)
    passages = posterior.route.passages
    last = len(passages) - 1
    passed = [
        f"{'At' if index == last else 'Past'} {format_visit(here.station.name, here.visit)}"
        for index, here in zip(points, [passages[i] for i in points], strict=True)
    ]
    heads = ["Instant", "Certain", "Likely", *passed]
    rows = [
        _make_row(instant, names, findings, posterior, clocks, heads, points)
        for instant, names in choose_instants(findings, posterior).items()
    ]
    table = make_table(CAPTION, heads, rows, class_="reasons instants")
    note = NOTE.format(start=posterior.route.origin)
    return join([table, make_note(note)])


def _list_even(start_s: float, end_s: float, zone: str) -> list[float]:
    """Return whole hours of a clock between two instants, no more than a few."""
    span_h = (end_s - start_s) / SECONDS_PER_HOUR
    step_h = next((step for step in STEPS_H if span_h / step < MOST_INSTANTS), STEPS_H[-1])
    info = ZoneInfo(zone)
    day = to_datetime(start_s).astimezone(info).date()
    found: list[float] = []
    while len(found) < MOST_INSTANTS:
        for hour in range(0, 24, step_h):
            instant = datetime.combine(day, time(hour), tzinfo=info).timestamp()
            if instant > end_s:
                return found
            if instant >= start_s:
                found.append(instant)
        day += timedelta(days=max(1, step_h // 24))
    return found[:MOST_INSTANTS]


def _choose_points(posterior: Posterior) -> tuple[int, ...]:
    """Choose the first border and the destination."""
    passages = posterior.route.passages
    borders = [i for i, p in enumerate(passages) if p.station.kind == "border" and i]
    return tuple(sorted({*borders[:1], len(passages) - 1}))


def _make_row(
    instant: float,
    names: tuple[str, ...],
    findings: Findings,
    posterior: Posterior,
    clocks: Sequence[Clock],
    heads: Sequence[str],
    points: Sequence[int],
) -> Markup:
    times = make_clock_list(clocks, lambda zone: make_number(format_local(instant, zone)))
    by = link_reports(f"the instant of {', '.join(names)}", set(names))
    note = element("span", " ", by, class_="note") if names else None
    cells = [
        _make_certain(findings.bounds, instant),
        _make_likely(posterior, instant),
        *[_make_passed(posterior, index, instant) for index in points],
    ]
    return make_row(heads, join([times, note]), cells)


def _make_certain(bounds: Bounds, instant: float) -> Markup:
    place = bounds.where(to_datetime(instant))
    if place.min_km is None or place.max_km is None or place.stations is None:
        return Markup(DASH)
    km = format_certain_km(place.min_km, place.max_km, bounds.route.length_km)
    return _make_span(km, place.stations)


def _make_likely(posterior: Posterior, instant: float) -> Markup:
    place = posterior.where(to_datetime(instant))
    parts = [
        _make_span(place.band, place.stations),
        element("span", f" nearest: {place.nearest_station}", class_="note"),
    ]
    if LEAST_WAITING < place.waiting < 1.0:
        share = format_chance(place.waiting, place.waiting_mcse, posterior.ess)
        parts.append(element("span", f" not set out yet: {share}", class_="note"))
    return join(parts)


def _make_passed(posterior: Posterior, index: int, instant: float) -> Markup:
    share, error = posterior.find_passed_share(index, instant)
    return make_number(format_chance(share, error, posterior.ess))


def _make_span(km: str, stations: tuple[str, str]) -> Markup:
    note = element("span", f" {format_stations(stations)}", class_="note")
    return join([make_number(km), note])
