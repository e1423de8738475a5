"""The baseline of a score: the train continues from its last sighting at 55 km/h.

The baseline uses one route and no standing. Its only uncertainty is a speed of 50 to 60 km/h.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.assessment.report_kinds import find_stated_s
from routesim.assessment.scoring_rules import POINTS, score_points
from routesim.journey import Halts, PlanDraws, RunTimes, keep_times
from routesim.units import SECONDS_PER_HOUR, kmh_to_mps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.arrays import Array
    from routesim.evidence.interpretation import DistinctReport
    from routesim.journey import KeyTimes, Layout
    from routesim.likely.likelihood import Likelihood
    from routesim.network import Route


BASELINE_KMH = 55.0
BASELINE_SPREAD_KMH = (60.0, 57.5, 55.0, 52.5, 50.0)
"""Speeds that give the 5, 25, 50, 75 and 95 % quantiles of the time at a passage."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A report of the train at a passage, in a window given by its centre and width."""

    report_id: str
    index: int
    centre_s: float
    width_s: float


def find_sightings(reports: Iterable[DistinctReport], route: Route) -> tuple[Sighting, ...]:
    """Find the reports that place the train at a passage of a route in a bounded window.

    A forecast is not a sighting. A place that the route passes twice counts at its first
    passage.
    """
    found = []
    for report in reports:
        if report.report.forecast:
            continue
        for clause in report.face_clauses:
            place, window = clause.visit_place, clause.window
            if not clause.is_sighting or window is None or place is None:
                continue
            width_s = window.end_s - window.start_s
            if place in route.visits and np.isfinite(width_s):
                centre_s = window.start_s + 0.5 * width_s
                index = route.visits[place][0]
                found.append(Sighting(report.id, index, centre_s, width_s))
    return tuple(found)


def find_last_sighting(sightings: Iterable[Sighting], before: int) -> Sighting | None:
    """Return the farthest sighting before a passage; of several there, the narrowest."""
    earlier = [sighting for sighting in sightings if sighting.index < before]
    # Ties are broken by time and id, so that the order of the file does not matter.
    return max(
        earlier, key=lambda s: (s.index, -s.width_s, s.centre_s, s.report_id), default=None
    )


def place_at(layout: Layout, index: int, time_s: float) -> KeyTimes:
    """Return a single draw that runs at 55 km/h and is at a passage at the given time."""
    km = layout.route.passage_km
    arrive_s = time_s + SECONDS_PER_HOUR * (km - km[index]) / BASELINE_KMH
    plan = PlanDraws(
        departure_s=arrive_s[:1],
        origin_index=np.zeros(1, dtype=np.intp),
        running_mps={row.line: np.full(1, kmh_to_mps(BASELINE_KMH)) for row in layout.speeds},
        length_ratio={number: np.ones(1) for number in layout.lengths},
        dwell_s=np.zeros((1, len(layout.stops))),
        delay_s=None,
        halts=Halts.join(()),
    )
    times = RunTimes(arrive_s[None, :], arrive_s[None, :], None)
    return keep_times(layout, plan, np.arange(km.size), times)


def predict_by_baseline(
    others: Iterable[DistinctReport],
    report: DistinctReport,
    likelihood: Likelihood,
    layout: Layout,
) -> dict[str, Any]:
    """Predict one report from the remaining ``others`` by the baseline.

    Returns the columns ``baseline_...`` of :attr:`routesim.Score.reports`. Where the baseline
    cannot predict, their values are missing.
    """
    passage = _find_dated_passage(report, layout.route)
    if passage is None:
        if any(clause.window is not None for clause in report.face_clauses):
            return {"baseline_from": ""}
        times = place_at(layout, 0, 0.0)
        return {"baseline_from": "", **_weigh(likelihood, times)}
    sighting = find_last_sighting(find_sightings(others, layout.route), passage)
    if sighting is None:
        return {"baseline_from": ""}
    row: dict[str, Any] = {"baseline_from": sighting.report_id}
    points_s = _reach_passage(layout.route, sighting, passage)
    row |= {f"baseline_{p}": s for p, s in zip(POINTS, points_s, strict=True)}
    stated_s = find_stated_s(report)
    if stated_s is not None:
        scored = score_points(points_s, stated_s)
        row |= {f"baseline_{name}": value for name, value in scored.items()}
        row["baseline_crps_h"] = abs(float(points_s[2]) - stated_s) / SECONDS_PER_HOUR
    times = place_at(layout, sighting.index, sighting.centre_s)
    return row | _weigh(likelihood, times)


def _weigh(likelihood: Likelihood, times: KeyTimes) -> dict[str, float]:
    weighed = likelihood.weigh(likelihood.observe(times))
    return {"baseline_log_probability": float(weighed[0])}


def _find_dated_passage(report: DistinctReport, route: Route) -> int | None:
    """Return the index of the first passage that a report dates; None if it dates none."""
    timed = [clause for clause in report.face_clauses if clause.time is not None]
    places = [place for clause in timed for place in clause.places[:1]]
    return min((route.visits[p][0] for p in places if p in route.visits), default=None)


def _reach_passage(route: Route, sighting: Sighting, index: int) -> Array:
    """Return the 5, 25, 50, 75 and 95 % quantiles of the time at a passage, POSIX seconds."""
    ahead_km = route.passage_km[index] - route.passage_km[sighting.index]
    spread_h = ahead_km / np.asarray(BASELINE_SPREAD_KMH)
    return np.asarray(sighting.centre_s + SECONDS_PER_HOUR * spread_h)
