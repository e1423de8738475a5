"""Where the train was at chosen instants, certain and likely, and where it departed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from routesim.evidence import NotYetClause
from routesim.journey import DEFAULT_LEVELS, Ensemble
from routesim.text.names import format_visit
from routesim.text.quantities import format_chance, format_number
from routesim.text.rounding import round_band
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
    from routesim.journey import Position
    from routesim.likely import Posterior
    from routesim.view.findings import Findings
    from routesim.view.times import Clock

__all__ = ["choose_instants", "make_origins", "make_positions"]

STEPS_H = (1, 2, 3, 6, 12, 24, 48)
MOST_INSTANTS = 9
MOST_NAMED = 6
"""The most instants that are shown because reports name them."""

STEPS_KM = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
LEAST_WAITING = 0.01
PRIOR_ERROR = 0.01
"""To which the share of a start in the draws from the priors is shown."""

CAPTION = "Where it was at chosen instants"
ORIGINS_CAPTION = "Where it set out"
ORIGINS_HEADS = ("It set out from", "From the priors alone", "Given the reports")
NOTE = (
    "Kilometres count from {start}; the stations are those before and after. Likely is the "
    "middle 90 %, with the station nearest to the median. Past or at a place is the "
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
        cells = (format_chance(before, PRIOR_ERROR), _format_share(posterior, flags))
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
    return _make_span(f"{place.min_km:,.0f}", f"{place.max_km:,.0f}", place.stations)


def _make_likely(posterior: Posterior, instant: float) -> Markup:
    found = Ensemble.where(posterior, to_datetime(instant))
    errors = posterior.lineage_groups.find_quantile_errors(found.km, np.asarray(DEFAULT_LEVELS))
    band_km = found.p05_km, found.p50_km, found.p95_km
    rounded = round_band(band_km, np.maximum(errors, 1.0), DEFAULT_LEVELS, STEPS_KM)
    low, _, high = (format_number(km) for km in rounded)
    route = posterior.route
    km = route.passage_km
    before = max(int(np.searchsorted(km, found.p05_km + 1e-9, side="right")) - 1, 0)
    after = min(int(np.searchsorted(km, found.p95_km - 1e-9)), len(km) - 1)
    stations = route.passages[before].station.name, route.passages[after].station.name
    parts = [
        _make_span(low, high, stations),
        element("span", f" nearest: {found.nearest_station}", class_="note"),
        _make_waiting(found, posterior),
    ]
    return join(parts)


def _make_waiting(found: Position, posterior: Posterior) -> Markup | None:
    """Write what share had not departed yet, where some had and some had not."""
    if not LEAST_WAITING < found.waiting < 1.0:
        return None
    flags = (posterior.departure_s > found.time_s).astype(np.float64)
    share = _format_share(posterior, flags)
    return element("span", f" not set out yet: {share}", class_="note")


def _make_passed(posterior: Posterior, index: int, instant: float) -> Markup:
    share, error = posterior.find_passed_share(index, instant)
    return make_number(format_chance(share, error, posterior.ess))


def _format_share(posterior: Posterior, flags: np.ndarray) -> str:
    error = posterior.find_share_error(flags)
    return format_chance(float(flags.mean()), error, posterior.ess)


def _make_span(low: str, high: str, stations: tuple[str, str]) -> Markup:
    km = f"km {low}" if low == high else f"km {low} to {high}"
    first, last = stations
    names = first if first == last else f"{first} \u2013 {last}"
    return join([make_number(km), element("span", f" {names}", class_="note")])
