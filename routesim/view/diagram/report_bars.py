"""What the diagram shows of reports: a bar for each timed clause on the route."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from routesim.evidence import PresenceClause
from routesim.journey import DEFAULT_LEVELS
from routesim.view.diagram.palette import PLAIN, VERDICT_STYLES, VerdictStyle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from routesim.evidence import Clause, Report
    from routesim.journey import Ensemble


LOW, _, HIGH = DEFAULT_LEVELS

Likely = tuple[float, float | None, float]
"""The 5 %, 50 % and 95 % points; a stay has no median."""


@dataclass(frozen=True, slots=True)
class ReportBar:
    """Reports of the same event at the same places in the same window.

    ``start_s`` and ``end_s`` bound the event: a "not yet" as of 19:00 begins there and has
    no end. ``likely_s`` is the ensemble's 90 % window of the event and its median, None
    where the event has no one place on the route. ``treatment`` says what the worlds do to
    the clause if they do not just keep it.
    """

    report_ids: tuple[str, ...]
    text: str
    places: tuple[str, ...]
    km: tuple[float, float]
    start_s: float
    end_s: float
    style: VerdictStyle
    likely_s: Likely | None
    treatment: str = ""

    @property
    def word(self) -> str:
        """What is written beside it: the verdict and what the worlds do to it."""
        return ", ".join(part for part in (self.style.word, self.treatment) if part)


def list_bars(
    reports: Iterable[Report],
    ensemble: Ensemble,
    judged: Mapping[str, str],
    treatments: Mapping[str, str] = MappingProxyType({}),
) -> tuple[ReportBar, ...]:
    """Return a bar for each timed clause on the route, along the route."""
    merged: dict[tuple[object, ...], ReportBar] = {}
    named = (
        (report.id, number, clause)
        for report in reports
        for number, clause in enumerate(report.clauses, 1)
    )
    for report_id, number, clause in named:
        treatment = treatments.get(f"{report_id}.{number}", "") or treatments.get(report_id, "")
        style = VERDICT_STYLES.get(judged.get(report_id, ""), PLAIN)
        bar = _make_bar(report_id, clause, ensemble, style, treatment)
        if bar is None:
            continue
        key = (bar.text, bar.places, bar.start_s, bar.end_s, bar.word)
        if key in merged:
            ids = tuple(dict.fromkeys((*merged[key].report_ids, *bar.report_ids)))
            bar = replace(bar, report_ids=ids)
        merged[key] = bar
    return tuple(sorted(merged.values(), key=lambda bar: (-bar.km[1], -bar.km[0])))


def _make_bar(
    report_id: str, clause: Clause, ensemble: Ensemble, style: VerdictStyle, treatment: str
) -> ReportBar | None:
    route, window, places = ensemble.route, clause.window, clause.places
    if window is None or not clause.is_timed or not all(map(route.passes, places)):
        return None
    km = [route.km_of(place) for place in places]
    return ReportBar(
        report_ids=(report_id,),
        text=clause.text,
        places=places,
        km=(min(km), max(km)),
        start_s=window.start_s,
        end_s=window.end_s,
        style=style,
        likely_s=_find_likely(clause, ensemble),
        treatment=treatment,
    )


def _find_likely(clause: Clause, ensemble: Ensemble) -> Likely | None:
    """Return the 5, 50 and 95 % points of an event's time, or of the stay at the place."""
    first = ensemble.route.index_of(clause.places[0])
    last = ensemble.route.index_of(clause.places[-1])
    early, late = min(first, last), max(first, last)
    if isinstance(clause, PresenceClause):
        starts = ensemble.get_departures(early) if early == 0 else ensemble.get_arrivals(early)
        ends = ensemble.get_arrivals(late) if late > early else ensemble.get_departures(late)
        starts, ends = starts[np.isfinite(starts)], ends[np.isfinite(ends)]
        if not starts.size or not ends.size:
            return None
        return float(np.quantile(starts, LOW)), None, float(np.quantile(ends, HIGH))
    if clause.dated_event is None:
        return None
    departs = clause.dated_event[0] in {"depart", "board"}
    times = ensemble.get_departures(early) if departs else ensemble.get_arrivals(early)
    times = times[np.isfinite(times)]
    if not times.size:
        return None
    p05, p50, p95 = np.quantile(times, DEFAULT_LEVELS)
    return float(p05), float(p50), float(p95)
