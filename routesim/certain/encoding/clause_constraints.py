"""Constraints of each kind of clause: events, presence, orders, durations, stands, headings.

Lengths and speeds are in :mod:`routesim.certain.encoding.length_constraints`.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routesim.certain.encoding.case_builder import CaseBuilder, ClauseVariant
    from routesim.evidence import (
        DurationClause,
        EventClause,
        HeadingClause,
        Moment,
        NotYetClause,
        OrderClause,
        PresenceClause,
        StandClause,
    )


def encode_event(builder: CaseBuilder, variant: ClauseVariant, clause: EventClause) -> None:
    """Require an event at one place, or somewhere between two, in its window."""
    first, last = clause.between
    ends = builder.get_ends(clause.time.window, variant)
    if first != last:
        if clause.kind == "depart":
            _encode_start_between(builder, variant, clause, ends)
        else:
            _encode_stay(builder, variant, clause.between, ends, under_way=False)
        return
    index = builder.find(first, variant.visit)
    if index is None:
        builder.exclude(variant.support, "not_passed", clause.between[:1])
    elif index < builder.origin or (
        index == builder.origin and clause.kind not in {"depart", "board"}
    ):
        builder.exclude(variant.support, "before_start", clause.between[:1])
    elif clause.kind == "board":
        _encode_stay(builder, variant, clause.between, ends, under_way=False)
    elif clause.kind == "depart" and index == builder.last:
        builder.exclude(variant.support, "at_end", clause.between[:1])
    else:
        _encode_window(builder, variant, builder.node(index, clause.kind), ends)


def _encode_start_between(
    builder: CaseBuilder,
    variant: ClauseVariant,
    clause: EventClause,
    ends: tuple[float, float],
) -> None:
    """Require that the train departed somewhere between two places."""
    first, last = (builder.find(place) for place in clause.between)
    if first is None or last is None:
        builder.exclude(variant.support, "not_passed", clause.between)
        return
    if not min(first, last) <= builder.origin <= max(first, last):
        builder.exclude(variant.support, "start_between", clause.between)
        return
    _encode_window(builder, variant, builder.node(builder.origin, "depart"), ends)


def _encode_window(
    builder: CaseBuilder, variant: ClauseVariant, node: int, ends: tuple[float, float]
) -> None:
    builder.not_before(node, ends[0], variant.support)
    builder.not_after(node, ends[1], variant.support)


def encode_presence(
    builder: CaseBuilder, variant: ClauseVariant, clause: PresenceClause
) -> None:
    """Require the train at a place, or between two, at an instant of its window."""
    ends = builder.get_ends(clause.time.window, variant)
    _encode_stay(builder, variant, clause.between, ends, under_way=clause.kind == "under_way")


def _encode_stay(
    builder: CaseBuilder,
    variant: ClauseVariant,
    between: tuple[str, str],
    ends: tuple[float, float],
    *,
    under_way: bool,
) -> None:
    """Require that at some instant the train was at a place, or between two.

    It came no later than the last of these instants and left no sooner than the first.
    Moving to and fro between the two changes neither.
    """
    if between[0] == between[1]:
        first = last = builder.find(between[0], variant.visit)
    else:
        first, last = builder.find(between[0]), builder.find(between[1], -1)
    if first is None or last is None:
        builder.exclude(variant.support, "not_passed", between)
        return
    first, last = min(first, last), max(first, last)
    if last < builder.origin or (under_way and last == builder.origin):
        builder.exclude(variant.support, "before_start", between[1:])
        return
    came, left = ("depart", "arrive") if under_way else ("arrive", "depart")
    if first > builder.origin or under_way:
        node = builder.node(max(first, builder.origin), came)
        builder.not_after(node, ends[1], variant.support)
    if last < builder.last or under_way:
        builder.not_before(builder.node(last, left), ends[0], variant.support)


def encode_not_yet(builder: CaseBuilder, variant: ClauseVariant, clause: NotYetClause) -> None:
    """Require an event later than the instant as of which it had not happened."""
    index = builder.find(clause.place, variant.visit)
    if index is None or index < builder.origin:
        return  # what never happens had not happened
    if index == builder.origin and clause.event != "depart":
        return
    node = builder.node(index, clause.event)
    builder.not_before(node, floor(clause.time.window.start_s) + 1, variant.support)


def encode_order(builder: CaseBuilder, variant: ClauseVariant, clause: OrderClause) -> None:
    """Require one event, of the train or outside, so long before another."""
    first, then = (_find_moment(builder, m) for m in (clause.first, clause.then))
    for moment, index in ((clause.first, first), (clause.then, then)):
        if moment.place is None:
            continue
        if index is None:
            builder.exclude(variant.support, "not_passed", [moment.place])
            return
        if index < builder.origin or (index == builder.origin and moment.event != "depart"):
            builder.exclude(variant.support, "before_start", [moment.place])
            return
    gap = (floor(clause.gap_low_s), clause.gap_high_s)
    if first is not None and then is not None:
        nodes = [
            builder.node(index, moment.event or "")
            for index, moment in ((first, clause.first), (then, clause.then))
        ]
        builder.apart(nodes[0], nodes[1], gap, variant.support)
    elif first is not None and clause.then.time is not None:
        node = builder.node(first, clause.first.event or "")
        window = clause.then.time.window
        builder.not_after(node, ceil(window.end_s) - 1 - gap[0], variant.support)
        builder.not_before(node, ceil(window.start_s) - gap[1], variant.support)
    elif then is not None and clause.first.time is not None:
        node = builder.node(then, clause.then.event or "")
        window = clause.first.time.window
        builder.not_before(node, ceil(window.start_s) + gap[0], variant.support)
        builder.not_after(node, ceil(window.end_s) - 1 + gap[1], variant.support)


def _find_moment(builder: CaseBuilder, moment: Moment) -> int | None:
    return None if moment.place is None else builder.find(moment.place, -1)


def encode_duration(
    builder: CaseBuilder, variant: ClauseVariant, clause: DurationClause
) -> None:
    """Require a time from an event at one place to an event at another."""
    stretch = builder.find_stretch(variant, clause.between)
    if stretch is None:
        return
    first, last = stretch
    event = clause.from_event or "depart"
    if event != "depart" and first == builder.origin:
        builder.exclude(variant.support, "before_start", [builder.name(first)])
        return
    builder.apart(
        builder.node(first, event),
        builder.node(last, clause.to_event),
        (floor(clause.low_s), ceil(clause.high_s)),
        variant.support,
    )


def encode_stand(builder: CaseBuilder, variant: ClauseVariant, clause: StandClause) -> None:
    """Require a time at rest at a place."""
    index = builder.find(clause.place, variant.visit)
    if index is None:
        builder.exclude(variant.support, "not_passed", [clause.place])
    elif index < builder.origin:
        builder.exclude(variant.support, "before_start", [clause.place])
    elif builder.origin < index < builder.last:
        nodes = builder.node(index, "arrive"), builder.node(index, "depart")
        builder.apart(*nodes, (floor(clause.low_s), ceil(clause.high_s)), variant.support)


def encode_heading(builder: CaseBuilder, variant: ClauseVariant, clause: HeadingClause) -> None:
    """Exclude a route that leads to none of the places that the train was bound for."""
    after = 0 if clause.after is None else builder.find(clause.after)
    ahead = [
        place
        for place in clause.destinations
        if (index := builder.find(place, -1)) is not None and index >= (after or 0)
    ]
    if not ahead:
        builder.exclude(variant.support, "not_ahead", clause.destinations)
