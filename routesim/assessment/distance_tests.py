"""Comparing a reported distance with the length of the way, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.assessment.band_tests import BAND, RARE_SHARE, Finding, choose_best
from routesim.geodesy import measure_distances_m
from routesim.text.quantities import format_share
from routesim.units import metres_to_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routesim.evidence import DistanceClause
    from routesim.likely.event_times import EventTimes
    from routesim.network import Network

__all__ = ["compare_distance_between", "compare_whole_distance"]


def compare_whole_distance(clause: DistanceClause, sampler: EventTimes) -> Finding:
    """Compare the length of the whole journey, from each draw's own origin."""
    route, origin = sampler.route, sampler.ensemble.origin_index
    findings = []
    if clause.measure in {"rail", "unsaid"}:
        km = route.passage_km[-1] - route.passage_km[origin]
        findings.append(_compare_km(km, clause, "by rail"))
    if clause.measure in {"straight", "unsaid"}:
        lon, lat = route.axis.lon, route.axis.lat
        chords = measure_distances_m(lon[origin], lat[origin], lon[-1], lat[-1])
        findings.append(_compare_km(metres_to_km(chords), clause, "in a straight line"))
    return choose_best(findings)


def compare_distance_between(
    clause: DistanceClause, between: tuple[str, str], network: Network
) -> Finding:
    """Compare the distance between two places, by rail or straight; no draw is needed."""
    ends = [network.find_station(name) for name in between]
    readings = {}
    if clause.measure in {"rail", "unsaid"}:
        route = network.route(ends[0].name, ends[1].name)
        readings["by rail"] = route.length_km
    if clause.measure in {"straight", "unsaid"}:
        chord = measure_distances_m(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat)
        readings["in a straight line"] = metres_to_km(float(chord))
    low, high = metres_to_km(clause.low_m), metres_to_km(clause.high_m)
    lengths = " and ".join(f"{km:.1f} km {how}" for how, km in readings.items())
    names = f"{ends[0].name} - {ends[1].name}"
    fitting = [how for how, km in readings.items() if low <= km <= high]
    if fitting:
        return Finding(
            "consistent",
            None,
            f"{names} is {lengths}; {low:g} to {high:g} km fits {fitting[0]}.",
        )
    miss = min(max(low - km, km - high) for km in readings.values())
    return Finding(
        "strained",
        None,
        f"{names} is {lengths}; {low:g} to {high:g} km misses by {miss:.1f} km.",
    )


def _compare_km(km: NDArray[np.float64], clause: DistanceClause, how: str) -> Finding:
    """Compare lengths with a range, by the draws that agree.

    The origins are a handful of stations, so the band has gaps: a length may lie inside it
    and be that of no draw.
    """
    low, high = metres_to_km(clause.low_m), metres_to_km(clause.high_m)
    least, most = (float(value) for value in np.quantile(km, BAND, method="nearest"))
    holds = (km >= low) & (km <= high)
    share = float(holds.mean())
    return Finding(
        "consistent" if share >= RARE_SHARE else "strained",
        None,
        f"The whole journey is {least:.0f} to {most:.0f} km {how} in 90 % of the draws; the "
        f"report says {low:g} to {high:g}. It holds in {format_share(share)} of the draws.",
        holds,
    )
