"""Certain and likely positions at chosen times, and the likely origin."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from routesim.evidence import NotYetClause
from routesim.journey import DEFAULT_LEVELS
from routesim.text import page as words
from routesim.text.names import format_stop, format_visit
from routesim.text.positions import format_certain_km, format_stations
from routesim.text.quantities import format_chance
from routesim.text.times import format_local, to_datetime
from routesim.view.diagram.axes import list_hours
from routesim.view.html.components import (
    make_note,
    make_number,
    make_remark,
    make_row,
    make_table,
)
from routesim.view.html.links import PRIOR_ANCHORS, link_reports, make_link
from routesim.view.html.markup import join
from routesim.view.times import make_clock_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from routesim.certain import Bounds
    from routesim.journey import Ensemble
    from routesim.likely import Posterior
    from routesim.view.findings import Findings
    from routesim.view.times import Clock


MOST_TIMES = 9
MOST_NAMED = 6
"""Largest number of times shown because reports name them."""

LEAST_WAITING = 0.01
PRIOR_ERROR = 0.01
"""Error to which the prior share of an origin is rounded."""

CAPTION = "Position at chosen times"
ORIGINS_CAPTION = "Origins, before and after the reports"
ORIGINS_HEADS = ("Origin", "From the priors alone", "Given the reports")


def choose_instants(findings: Findings, posterior: Posterior) -> dict[float, tuple[str, ...]]:
    """Choose evenly spaced hours in the first zone, and the times of "not yet" reports.

    Return the ids of the reports that name each time, by POSIX seconds in rising order.
    """
    start_s = float(np.quantile(posterior.departure_s, DEFAULT_LEVELS[0]))
    end_s = float(np.quantile(posterior.arrive_s[:, -1], DEFAULT_LEVELS[-1]))
    hours = list_hours(start_s, end_s, posterior.zones[0], MOST_TIMES)
    named: dict[float, tuple[str, ...]] = {}
    for report in findings.journey.reports:
        for clause in report.clauses:
            if isinstance(clause, NotYetClause):
                instant = clause.time.window.start_s
                if start_s <= instant <= end_s:
                    named[instant] = (*named.get(instant, ()), report.id)
    chosen = [(hour.timestamp(), ()) for hour in hours]
    return dict(sorted({**dict(chosen), **dict(islice(named.items(), MOST_NAMED))}.items()))


def make_origins(posterior: Posterior, prior: Ensemble) -> Markup | None:
    """Write the probabilities of the origins; None if the plan has only one."""
    origins = [int(index) for index in np.unique(prior.origin_index)]
    if len(origins) <= 1:
        return None
    link = make_remark(make_link("prior", PRIOR_ANCHORS["origins"]))
    rows = []
    for index in origins:
        before = float(np.mean(prior.origin_index == index))
        flags = (posterior.origin_index == index).astype(np.float64)
        passage = posterior.route.passages[index]
        name = format_visit(passage.station.name, passage.visit)
        error = posterior.find_share_error(flags)
        after = format_chance(float(flags.mean()), error, posterior.ess)
        cells = (format_chance(before, PRIOR_ERROR), after)
        rows.append(make_row(ORIGINS_HEADS, join([name, link]), map(make_number, cells)))
    return make_table(ORIGINS_CAPTION, ORIGINS_HEADS, rows)


def make_positions(findings: Findings, posterior: Posterior, clocks: Sequence[Clock]) -> Markup:
    """Write the certain and likely positions of the train at chosen times."""
    passages = posterior.route.passages
    last = len(passages) - 1
    borders = [i for i, p in enumerate(passages) if p.station.kind == "border" and i]
    points = sorted({*borders[:1], last})
    heads = ["Time", "Certain", "Likely"]
    for index in points:
        name = format_visit(passages[index].station.name, passages[index].visit)
        heads.append(f"{'At' if index == last else 'Past'} {name}")
    rows = []
    for instant, names in choose_instants(findings, posterior).items():
        times = make_clock_list(clocks, partial(_make_time, instant))
        by = link_reports(f"named by {', '.join(names)}" if names else "", names)
        passed = [posterior.find_passed_share(index, instant) for index in points]
        cells = [
            _make_certain(findings.bounds, instant),
            _make_likely(posterior, instant),
            *[make_number(format_chance(*share, posterior.ess)) for share in passed],
        ]
        rows.append(make_row(heads, join([times, make_remark(by)]), cells))
    table = make_table(CAPTION, heads, rows, class_="reasons instants")
    return join([table, make_note(words.INSTANTS_MEANING.format(start=posterior.route.origin))])


def _make_time(instant: float, zone: str) -> Markup:
    return make_number(format_local(instant, zone))


def _make_certain(bounds: Bounds, instant: float) -> Markup:
    place = bounds.where(to_datetime(instant))
    km = format_certain_km(place.min_km, place.max_km, bounds.route.length_km)
    return _make_span(km, place.stations)


def _make_likely(posterior: Posterior, instant: float) -> Markup:
    place = posterior.where(to_datetime(instant))
    waiting = ""
    if LEAST_WAITING < place.waiting < 1.0:
        share = format_chance(place.waiting, place.waiting_mcse, posterior.ess)
        waiting = f"not yet departed: {share}"
    span = _make_span(place.band, place.stations)
    nearest = f"nearest: {format_stop(place.nearest_station)}"
    return join([span, make_remark(nearest), make_remark(waiting)])


def _make_span(km: str, stations: tuple[str, str]) -> Markup:
    return join([make_number(km), make_remark(format_stations(stations))])
