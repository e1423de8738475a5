"""Encoders of clauses as constraints: one function per kind, and a table of them.

A distance is compared with the official kilometres or with the straight line between two
stations, and with other reported distances. A speed over a length gives a shortest time, and a
longest time if it is an overall speed. Two speeds over one stretch are compared with each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from math import ceil, floor, inf, isfinite
from typing import Any

from routesim.certain.encoding.case_builder import (
    CaseBuilder,
    ClauseVariant,
    KnownLength,
    get_whole_ends,
    pair_in_order,
)
from routesim.certain.encoding.passing import is_stay
from routesim.certain.support import CAP, LENGTH, POSITIONS
from routesim.constraints.bitsets import unite
from routesim.constraints.system import ZERO
from routesim.evidence import Window, clauses
from routesim.geodesy import measure_distances_m
from routesim.units import km_to_metres


def encode_event(builder: CaseBuilder, clause: clauses.EventClause) -> None:
    """Require an event in its window, at a place or somewhere between two places."""
    first, last = clause.between
    ends = builder.get_ends(clause.time.window)
    if first != last:
        if clause.kind == "depart":
            _encode_start_between(builder, clause, ends)
        else:
            _encode_stay(builder, clause.between, ends)
        return
    index = builder.find_event(first, clause.kind, builder.variant.visit)
    if index is None:
        return
    if clause.kind == "board" or is_stay(clause.kind, index, builder.line.stops):
        _encode_stay(builder, clause.between, ends)
    elif clause.kind == "depart" and index == builder.last:
        builder.exclude("at_end", clause.between[:1])
    else:
        builder.apart(ZERO, builder.node(index, clause.kind), ends)


def _encode_start_between(
    builder: CaseBuilder,
    clause: clauses.EventClause,
    ends: tuple[float, float],
) -> None:
    """Require that the train departed somewhere between two places, in a window."""
    first, last = (builder.find(place) for place in clause.between)
    if first is None or last is None:
        builder.exclude("not_passed", clause.between)
    elif not min(first, last) <= builder.origin <= max(first, last):
        builder.exclude("start_between", clause.between)
    else:
        node = builder.node(builder.origin, "depart")
        builder.apart(ZERO, node, ends)


def encode_presence(builder: CaseBuilder, clause: clauses.PresenceClause) -> None:
    """Require the train at a place, or between two places, at some time in its window."""
    ends = builder.get_ends(clause.time.window)
    _encode_stay(builder, clause.between, ends, under_way=clause.kind == "under_way")


def _encode_stay(
    builder: CaseBuilder,
    between: tuple[str, str],
    ends: tuple[float, float],
    *,
    under_way: bool = False,
) -> None:
    """Require the train at a place, or between two places, at some time in a window.

    The train arrived no later than the end of the window and departed no earlier than its
    start. With ``under_way``, it departed from the first place no later than the end of the
    window and arrived at the second no earlier than its start.
    """
    if between[0] == between[1]:
        first = last = builder.find(between[0], builder.variant.visit)
    else:
        first, last = builder.find(between[0]), builder.find(between[1], -1)
    if first is None or last is None:
        builder.exclude("not_passed", between)
        return
    first, last = min(first, last), max(first, last)
    if last < builder.origin or (under_way and last == builder.origin):
        builder.exclude("before_start", between[1:])
        return
    came, left = ("depart", "arrive") if under_way else ("arrive", "depart")
    if first > builder.origin or under_way:
        node = builder.node(max(first, builder.origin), came)
        builder.apart(ZERO, node, (-inf, ends[1]))
    if last < builder.last or under_way:
        builder.apart(ZERO, builder.node(last, left), (ends[0], inf))


def encode_not_yet(builder: CaseBuilder, clause: clauses.NotYetClause) -> None:
    """Require an event later than the time at which it had not yet happened.

    A train that had not yet passed a planned stop had not arrived there.
    """
    index = builder.find(clause.place, builder.variant.visit)
    if index is None or index < builder.origin:
        return  # the event never happens, so "not yet" is always true
    if index == builder.origin and clause.event != "depart":
        return
    node = builder.node(index, clause.event)
    later_s = floor(clause.time.window.start_s) + 1
    builder.apart(ZERO, node, (later_s, inf))


def encode_order(builder: CaseBuilder, clause: clauses.OrderClause) -> None:
    """Require a lapse between two moments, each an event of the train or a reported time.

    If the route passes a place several times, any visit can be meant. Passing a planned stop
    can be any moment of the stay.
    """
    moments = clause.first, clause.then
    first, then = (_list_nodes(builder, moment) for moment in moments)
    if first == [] or then == []:
        return
    one, other = (get_whole_ends(m.time.window if m.time else Window()) for m in moments)
    low, high = floor(clause.gap_low_s), clause.gap_high_s
    high = ceil(high) if isfinite(high) else inf
    if first and then:
        builder.lapse(pair_in_order(first, then), (low, high))
    elif first:
        builder.bound(ZERO, min(first), other[1] - low)
        builder.bound(max(first), ZERO, high - other[0])
    elif then:
        builder.bound(max(then), ZERO, -(one[0] + low))
        builder.bound(ZERO, min(then), one[1] + high)
    elif other[1] - one[0] < low or other[0] - one[1] > high:
        builder.exclude("out_of_order", [moment.key for moment in moments])


def _list_nodes(builder: CaseBuilder, moment: clauses.Moment) -> list[int] | None:
    """Return the nodes that an event may have; None if it is an outside event."""
    if moment.place is None:
        return None
    return builder.find_events(moment.place, moment.event or "")


def encode_duration(builder: CaseBuilder, clause: clauses.DurationClause) -> None:
    """Require a duration between an event at one place and an event at another.

    If the route passes a place several times, any visit can be meant. Passing a planned stop
    can be any moment of the stay.
    """
    stretches = builder.find_stretches(clause.between)
    event = clause.from_event or "depart"
    pairs = [
        pair
        for first, last in stretches
        for pair in product(
            builder.list_nodes(first, event), builder.list_nodes(last, clause.to_event)
        )
        if event == "depart" or first > builder.origin
    ]
    if pairs:
        builder.lapse(pairs, (floor(clause.low_s), ceil(clause.high_s)))
    elif stretches:
        builder.exclude("before_start", [builder.name(builder.origin)])


def encode_stand(builder: CaseBuilder, clause: clauses.StandClause) -> None:
    """Require the time between arriving at a place and departing from it."""
    index = builder.find_event(clause.place, "depart", builder.variant.visit)
    if index is not None and builder.origin < index < builder.last:
        nodes = builder.node(index, "arrive"), builder.node(index, "depart")
        builder.apart(*nodes, (floor(clause.low_s), ceil(clause.high_s)))


def encode_heading(builder: CaseBuilder, clause: clauses.HeadingClause) -> None:
    """Exclude the clause on a route that leads to none of the reported destinations."""
    after = (builder.find(clause.after) or 0) if clause.after else 0
    ends = [builder.find(place, -1) for place in clause.destinations]
    if not any(end is not None and end >= after for end in ends):
        builder.exclude("not_ahead", clause.destinations)


def encode_distance(builder: CaseBuilder, clause: clauses.DistanceClause) -> None:
    """Compare a distance with known ones; record a distance by rail for reported speeds."""
    places = builder.find_places(clause.between)
    if clause.measure == "straight":
        own = KnownLength(*_measure_chord(builder, places), builder.bits[POSITIONS])
        _compare_lengths(builder, clause, own, "straight")
        return
    if clause.between is None:
        ends = builder.line.measure_m(builder.origin, builder.last)
    else:
        ends = _measure_network(builder, clause.between)
    own = KnownLength(*ends, builder.bits[LENGTH])
    _compare_lengths(builder, clause, own, "rail")
    stretches = builder.list_stretches(clause.between)
    if not stretches:
        return
    reported = builder.lengths.setdefault(tuple(stretches), [])
    for other in reported:
        _compare_lengths(builder, clause, other, "two_lengths")
    reported.append(KnownLength(clause.low_m, clause.high_m, builder.variant.support))
    if len(stretches) == 1:  # otherwise, it is not known on which the train ran longer
        _lengthen_running(builder, clause, *stretches[0])


def _lengthen_running(
    builder: CaseBuilder,
    clause: clauses.DistanceClause,
    first: int,
    last: int,
) -> None:
    """Require a longer running time if the distance exceeds the least length of the line."""
    low, _ = builder.line.measure_m(first, last)
    if clause.low_m <= low or first == last:
        return
    least = builder.line.least_s[first, last]
    fastest = float(builder.line.cap_mps[first:last].max())
    more = floor(least + (clause.low_m - low) / fastest)
    besides = unite(builder.bits[CAP], builder.bits[LENGTH])
    builder.bound(builder.node(last, "arrive"), builder.node(first, "depart"), -more, besides)


def _measure_network(builder: CaseBuilder, between: tuple[str, str]) -> tuple[float, float]:
    """Return the least and greatest rail length between two places, in metres."""
    network, plan = builder.journey.network, builder.journey.plan
    route = network.route(*between)
    low = high = route.length_km
    for row in plan.lengths:
        if route.passes(row.from_) and route.passes(row.to):
            official = network.route(row.from_, row.to).length_km
            low += row.km.lowest - official
            high += row.km.highest - official
    return km_to_metres(max(low, 0.0)), km_to_metres(high)


def _measure_chord(builder: CaseBuilder, places: tuple[str, str]) -> tuple[float, float]:
    """Return the least and greatest distance in a straight line between two places, in metres.

    They differ if a position is approximate.
    """
    one, other = (builder.journey.network.find_station(name) for name in places)
    chord_m = float(measure_distances_m(one.lon, one.lat, other.lon, other.lat))
    error_m = km_to_metres(one.position_error_km + other.position_error_km)
    return max(chord_m - error_m, 0.0), chord_m + error_m


def _compare_lengths(
    builder: CaseBuilder,
    clause: clauses.DistanceClause,
    own: KnownLength,
    kind: str,
) -> None:
    """Exclude a reported distance that cannot equal a known length.

    ``kind`` is that of the :class:`~routesim.certain.encoding.case_builder.Exclusion`.
    """
    miss = max(clause.low_m - own.high_m, own.low_m - clause.high_m)
    if miss > 0:
        lengths = ((own.low_m, own.high_m), (clause.low_m, clause.high_m))
        places = builder.find_places(clause.between)
        builder.exclude(kind, places, own.support, lengths_m=lengths, miss_m=miss)


def encode_speed(builder: CaseBuilder, clause: clauses.SpeedClause) -> None:
    """Require the shortest time over a length, and the longest if the speed is overall."""
    stretches = [s for s in builder.find_stretches(clause.between) if s[0] < s[1]]
    if not stretches:
        return
    pairs = [
        (builder.node(first, "depart"), builder.node(last, "arrive"))
        for first, last in stretches
    ]
    ends = [builder.line.measure_m(*stretch) for stretch in stretches]
    own = KnownLength(
        min(low for low, _ in ends), max(high for _, high in ends), builder.bits[LENGTH]
    )
    # Reported lengths are used only if there is no doubt which stretch is meant.
    reported = builder.lengths.get(tuple(stretches), ()) if len(stretches) == 1 else ()
    for length in (own, *reported):
        least = floor(length.low_m / clause.high_mps)
        is_bounded = clause.basis == "overall" and isfinite(length.high_m)
        most = ceil(length.high_m / clause.low_mps) if is_bounded else inf
        builder.lapse(pairs, (least, most), length.support)


def exclude_speed_pair(
    builder: CaseBuilder,
    one: tuple[ClauseVariant, clauses.SpeedClause],
    other: tuple[ClauseVariant, clauses.SpeedClause],
) -> None:
    """Exclude two speeds over one stretch that cannot both be true.

    The overall speed is never above the running speed. Two ranges of the same kind of speed
    must overlap.
    """
    (variant, first), (other_variant, then) = one, other
    if first.between != then.between or len(builder.list_stretches(first.between)) > 1:
        return  # not known to be the speeds over one stretch
    if first.basis == then.basis:
        miss = max(first.low_mps - then.high_mps, then.low_mps - first.high_mps)
    elif first.basis == "overall":
        miss = first.low_mps - then.high_mps
    else:
        miss = then.low_mps - first.high_mps
    if miss > 0:
        builder.variant = variant
        places = builder.find_places(first.between)
        builder.exclude("two_speeds", places, other_variant.support, miss_mps=miss)


Encoder = Callable[[CaseBuilder, Any], None]
ENCODERS: Mapping[type, Encoder] = {
    clauses.EventClause: encode_event,
    clauses.PresenceClause: encode_presence,
    clauses.NotYetClause: encode_not_yet,
    clauses.OrderClause: encode_order,
    clauses.SpeedClause: encode_speed,
    clauses.DistanceClause: encode_distance,
    clauses.DurationClause: encode_duration,
    clauses.StandClause: encode_stand,
    clauses.HeadingClause: encode_heading,
}
"""Encoder of each kind of clause."""
