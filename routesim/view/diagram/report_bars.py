"""What the diagram shows of reports: a bar for each timed clause on the route."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from routesim.view.diagram.palette import PLAIN, VERDICT_STYLES, VerdictStyle
from routesim.view.placed_clauses import PlacedClause, list_placed_clauses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from routesim.evidence import Report
    from routesim.journey import Ensemble

__all__ = ["ReportBar", "list_bars"]

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
    for placed in list_placed_clauses(reports):
        bar = _make_bar(placed, ensemble, judged, treatments)
        if bar is None:
            continue
        key = (bar.text, bar.places, bar.start_s, bar.end_s, bar.word)
        if key in merged:
            ids = tuple(dict.fromkeys((*merged[key].report_ids, *bar.report_ids)))
            bar = replace(bar, report_ids=ids)
        merged[key] = bar
    return tuple(sorted(merged.values(), key=lambda bar: (-bar.km[1], -bar.km[0])))


def _make_bar(
    placed: PlacedClause,
    ensemble: Ensemble,
    judged: Mapping[str, str],
    treatments: Mapping[str, str],
) -> ReportBar | None:
    route = ensemble.route
    if placed.time is None or not placed.is_timed or not all(map(route.passes, placed.places)):
        return None
    km = [route.km_of(place) for place in placed.places]
    start_s, end_s = placed.time.window.start_s, placed.time.window.end_s
    if placed.event == "not_yet":
        end_s = inf
    style = VERDICT_STYLES.get(judged.get(placed.report_id, ""), PLAIN)
    treatment = treatments.get(f"{placed.report_id}.{placed.number}", "")
    return ReportBar(
        report_ids=(placed.report_id,),
        text=placed.text,
        places=placed.places,
        km=(min(km), max(km)),
        start_s=start_s,
        end_s=end_s,
        style=style,
        likely_s=_find_likely(placed, ensemble),
        treatment=treatment or treatments.get(placed.report_id, ""),
    )


def _find_likely(placed: PlacedClause, ensemble: Ensemble) -> Likely | None:
    """Return the 5, 50 and 95 % points of an event's time, or of the stay at the place."""
    first = ensemble.route.index_of(placed.places[0])
    last = ensemble.route.index_of(placed.places[-1])
    early, late = min(first, last), max(first, last)
    if placed.event in {"present", "under_way"}:
        starts = ensemble.get_departures(early) if early == 0 else ensemble.get_arrivals(early)
        ends = ensemble.get_arrivals(late) if late > early else ensemble.get_departures(late)
        starts, ends = starts[np.isfinite(starts)], ends[np.isfinite(ends)]
        if not starts.size or not ends.size:
            return None
        return float(np.quantile(starts, 0.05)), None, float(np.quantile(ends, 0.95))
    if early != late:
        return None
    departs = placed.event in {"depart", "board"}
    times = ensemble.get_departures(early) if departs else ensemble.get_arrivals(early)
    times = times[np.isfinite(times)]
    if not times.size:
        return None
    p05, p50, p95 = np.quantile(times, (0.05, 0.5, 0.95))
    return float(p05), float(p50), float(p95)
