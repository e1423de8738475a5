"""Lengths and speeds compared: reported distances with the line's, speeds with lengths.

A distance is compared with the official kilometres or with the straight line between two
stations, and with other reported distances. A speed over a length makes a least and a most
time. Two speeds of one stretch are compared with each other.
"""

from __future__ import annotations

from math import ceil, floor, inf, isfinite
from typing import TYPE_CHECKING

from routesim.certain.encoding.case_builder import KnownLength
from routesim.certain.support import CAP, LENGTH, POSITIONS
from routesim.constraints.bitsets import Bits, unite, unite_all
from routesim.geodesy import measure_distances_m
from routesim.units import km_to_metres

if TYPE_CHECKING:
    from routesim.certain.encoding.case_builder import CaseBuilder, ClauseVariant
    from routesim.evidence import DistanceClause, SpeedClause


def encode_distance(
    builder: CaseBuilder, variant: ClauseVariant, clause: DistanceClause
) -> None:
    """Compare a distance with the line's; keep one by rail for the speeds over it."""
    if clause.measure == "straight":
        _compare_straight(builder, variant, clause)
        return
    if clause.between is None:
        first, last = builder.origin, builder.last
        low, high = builder.line.measure_m(first, last)
    else:
        low, high = _measure_network(builder, clause.between)
        ends = [builder.find(clause.between[0]), builder.find(clause.between[1], -1)]
        if None in ends:
            ends = [-1, -1]
        first, last = sorted(index for index in ends if index is not None)
    _compare_lengths(builder, variant, clause, own_m=(low, high), basis=builder.bits[LENGTH])
    if first >= builder.origin:
        reported = builder.lengths.setdefault((first, last), [])
        for other in reported:
            miss = max(clause.low_m - other.high_m, other.low_m - clause.high_m)
            if miss > 0:
                builder.exclude(
                    unite(variant.support, other.support),
                    "two_lengths",
                    builder.find_places(clause.between),
                    miss_m=miss,
                )
        reported.append(KnownLength(clause.low_m, clause.high_m, variant.support))
        _lengthen_running(builder, variant, clause, first, last)


def _lengthen_running(
    builder: CaseBuilder, variant: ClauseVariant, clause: DistanceClause, first: int, last: int
) -> None:
    """Require the time that a distance longer than the line's shortest takes at the caps."""
    low, _ = builder.line.measure_m(first, last)
    if clause.low_m <= low or first == last:
        return
    least = builder.line.get_least_s()[first, last]
    fastest = float(builder.line.cap_mps[first:last].max())
    more = floor(least + (clause.low_m - low) / fastest)
    support = unite_all((variant.support, builder.bits[CAP], builder.bits[LENGTH]))
    builder.bound(builder.node(last, "arrive"), builder.node(first, "depart"), -more, support)


def _measure_network(builder: CaseBuilder, between: tuple[str, str]) -> tuple[float, float]:
    """Return the shortest and longest rail length between two places, in metres."""
    network, plan = builder.journey.network, builder.journey.plan
    route = network.route(*between)
    low = high = route.length_km
    for row in plan.lengths:
        if route.passes(row.from_) and route.passes(row.to):
            official = network.route(row.from_, row.to).length_km
            low += row.km.lowest - official
            high += row.km.highest - official
    return km_to_metres(max(low, 0.0)), km_to_metres(high)


def _compare_straight(
    builder: CaseBuilder, variant: ClauseVariant, clause: DistanceClause
) -> None:
    places = builder.find_places(clause.between)
    ends = [builder.journey.network.find_station(name) for name in places]
    chord = float(measure_distances_m(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat))
    _compare_lengths(
        builder, variant, clause, own_m=(chord, chord), basis=builder.bits[POSITIONS]
    )


def _compare_lengths(
    builder: CaseBuilder,
    variant: ClauseVariant,
    clause: DistanceClause,
    *,
    own_m: tuple[float, float],
    basis: Bits,
) -> None:
    """Exclude a reported distance that misses the own length, given the basis of that."""
    low_m, high_m = own_m
    miss = max(clause.low_m - high_m, low_m - clause.high_m)
    if miss > 0:
        builder.exclude(
            unite(variant.support, basis),
            "straight" if clause.measure == "straight" else "rail",
            builder.find_places(clause.between),
            lengths_m=(own_m, (clause.low_m, clause.high_m)),
            miss_m=miss,
        )


def encode_speed(builder: CaseBuilder, variant: ClauseVariant, clause: SpeedClause) -> None:
    """Require the time that a length takes at a speed; at most so long if it is overall."""
    stretch = builder.find_stretch(variant, clause.between)
    if stretch is None or stretch[0] == stretch[1]:
        return
    start, end = builder.node(stretch[0], "depart"), builder.node(stretch[1], "arrive")
    for length in _list_lengths(builder, stretch):
        support = unite(variant.support, length.support)
        least = floor(length.low_m / clause.high_mps)
        most = inf
        if clause.basis == "overall" and isfinite(length.high_m):
            most = ceil(length.high_m / clause.low_mps)
        builder.apart(start, end, (least, most), support)


def _list_lengths(builder: CaseBuilder, stretch: tuple[int, int]) -> list[KnownLength]:
    low, high = builder.line.measure_m(*stretch)
    known = KnownLength(low, high, builder.bits[LENGTH])
    return [known, *builder.lengths.get(stretch, ())]


def exclude_speed_pair(
    builder: CaseBuilder,
    one: tuple[ClauseVariant, SpeedClause],
    other: tuple[ClauseVariant, SpeedClause],
) -> None:
    """Exclude two speeds of one stretch that no train can have together.

    Overall is never above running; two of one kind must share a value.
    """
    (one_variant, first), (other_variant, then) = one, other
    if first.between != then.between:
        return
    if first.basis == then.basis:
        miss = max(first.low_mps - then.high_mps, then.low_mps - first.high_mps)
    elif first.basis == "overall":
        miss = first.low_mps - then.high_mps
    else:
        miss = then.low_mps - first.high_mps
    if miss > 0:
        builder.exclude(
            unite(one_variant.support, other_variant.support),
            "two_speeds",
            builder.find_places(first.between),
            miss_mps=miss,
        )
