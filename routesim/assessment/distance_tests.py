"""Comparing a reported distance with the length of the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.assessment.band_tests import (
    RARE_SHARE,
    decide,
    measure_band,
)
from routesim.assessment.findings import Finding, choose_best
from routesim.geodesy import measure_distances_m
from routesim.units import km_to_metres

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from routesim.evidence import DistanceClause
    from routesim.likely.event_times import EventTimes
    from routesim.network import Network


def compare_whole_distance(clause: DistanceClause, sampler: EventTimes) -> Finding:
    """Compare the length of the whole journey, from each draw's own origin."""
    route, origin = sampler.route, sampler.ensemble.origin_index
    findings = []
    if clause.measure in {"rail", "unsaid"}:
        length_m = km_to_metres(route.passage_km[-1] - route.passage_km[origin])
        findings.append(_compare_lengths(length_m, clause, "rail"))
    if clause.measure in {"straight", "unsaid"}:
        lon, lat = route.axis.lon, route.axis.lat
        chords_m = measure_distances_m(lon[origin], lat[origin], lon[-1], lat[-1])
        findings.append(_compare_lengths(chords_m, clause, "straight"))
    return choose_best(findings)


def compare_distance_between(
    clause: DistanceClause, between: tuple[str, str], network: Network
) -> Finding:
    """Compare the distance between two places, by rail or straight; no draw is needed."""
    ends = [network.find_station(name) for name in between]
    places = ends[0].name, ends[1].name
    lengths = {}
    if clause.measure in {"rail", "unsaid"}:
        lengths["rail"] = km_to_metres(network.route(*places).length_km)
    if clause.measure in {"straight", "unsaid"}:
        chord_m = measure_distances_m(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat)
        lengths["straight"] = float(chord_m)
    low, high = clause.range
    misses = {measure: max(low - m, m - high) for measure, m in lengths.items()}
    miss_m = min(misses.values())
    fields = {
        "places": places,
        "lengths": lengths,
        "stated": clause.range,
        "fits": next((measure for measure, miss in misses.items() if miss <= 0), ""),
        "miss_m": miss_m,
    }
    return Finding("consistent" if miss_m <= 0 else "strained", "distance", fields)


def _compare_lengths(
    length_m: NDArray[np.float64], clause: DistanceClause, measure: str
) -> Finding:
    """Compare lengths with a range, by the draws that agree.

    The origins are a handful of stations, so the band has gaps: a length may lie inside it
    and be that of no draw.
    """
    low, high = clause.range
    band, _ = measure_band(length_m)
    holds = (length_m >= low) & (length_m <= high)
    fields = {"measure": measure, "band": band, "stated": clause.range}
    return decide("length", fields, holds, fits=bool(holds.mean() >= RARE_SHARE))
