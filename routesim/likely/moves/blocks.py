"""Blocks of amounts that can move at the same time, because no report depends on two of them.

If an amount grows and a later one shrinks by the same number of seconds, only the events
between them change. Moves within different blocks of consecutive amounts are then accepted or
rejected independently of each other, unless a unit of the likelihood depends on events in both.

An amount up to the origin of a particle does not count. If it is one of the two, all events
after the other change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array, Indices
    from routesim.likely.chain.structure import Chain


TAIL_EVENTS = 14
"""Number of events before the frontier whose amounts are in the open block."""
SIZES = 20, 8
"""Numbers of amounts in a block, besides a single block of all amounts."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """Some blocks, the groups of blocks that share units, and the units of each group.

    ``members`` has the rows of the amounts of each block, in order. ``groups`` has the numbers
    of the blocks of each group. ``in_group`` is 1 for the units of a group, (groups, units).
    ``units`` are the units that can change, None for all.
    ``is_open`` says whether later events may move, since no report depends on them.
    """

    members: tuple[Indices, ...]
    groups: tuple[tuple[int, ...], ...]
    in_group: Array
    is_open: bool = False
    units: Indices | None = None

    def choose(self, stream: np.random.Generator) -> list[Indices]:
        """Return the rows of one random block of each group."""
        return [self.members[group[int(stream.integers(len(group)))]] for group in self.groups]


def group_by_units(
    spans: Sequence[tuple[int, int]], unit_events: Sequence[Indices]
) -> tuple[tuple[Indices, ...], Array]:
    """Group blocks that share units, directly or through others.

    Parameters
    ----------
    spans
        First event that a change in each block moves, and the first one after it that stays.
    unit_events
        Events on which each unit depends.

    Returns
    -------
    groups
        Numbers of the blocks of each group.
    in_group
        1 for the units of a group, else 0, (groups, units).
    """
    holds = np.array(
        [[bool(((e >= low) & (e < high)).any()) for e in unit_events] for low, high in spans],
        dtype=bool,
    ).reshape(len(spans), len(unit_events))
    label = np.arange(len(spans))
    for unit in range(len(unit_events)):
        sharing = np.flatnonzero(holds[:, unit])
        if sharing.size > 1:
            merged = np.unique(label[sharing])
            label[np.isin(label, merged)] = merged[0]
    groups = tuple(np.flatnonzero(label == one) for one in np.unique(label))
    in_group = np.array([holds[one].any(axis=0) for one in groups], dtype=np.float64)
    return groups, in_group.reshape(len(groups), len(unit_events))


class BlockMaker:
    """Cuts the amounts of a chain into blocks.

    ``unit_events`` has the events of the first route on which each unit depends. With several
    routes there is only the block of all amounts. ``latest`` is the event of the last origin.
    """

    def __init__(
        self, chain: Chain, unit_events: Sequence[Indices], *, latest: int = 0
    ) -> None:
        self.chain, self.unit_events, self.latest = chain, unit_events, latest
        many = len(chain.order)
        single = len(chain.routes) == 1
        self.sizes = (many, *(size for size in SIZES if single and 2 * size <= many))
        self.known: dict[tuple[int, int], Blocks] = {}

    def make(self, stream: np.random.Generator) -> Blocks:
        """Return blocks of a random size, cut at random places."""
        size = self.sizes[int(stream.integers(len(self.sizes)))]
        offset = int(stream.integers(size)) if size < len(self.chain.order) else 0
        if (size, offset) not in self.known:
            self.known[size, offset] = self._cut(size, offset)
        return self.known[size, offset]

    def _cut(self, size: int, offset: int) -> Blocks:
        order, units = self.chain.order, len(self.unit_events)
        cuts = np.arange(offset or size, order.size, size)
        members = [part for part in np.split(order, cuts) if part.size > 1]
        if len(members) <= 1:
            whole = (order,) if order.size else ()
            groups: tuple[tuple[int, ...], ...] = ((0,),) if whole else ()
            return Blocks(whole, groups, np.ones((len(whole), units)), is_open=True)
        spans = [self._find_span(rows) for rows in members]
        parts, in_group = group_by_units(spans, self.unit_events)
        return Blocks(tuple(members), tuple(tuple(p.tolist()) for p in parts), in_group)

    def cut_tail(self, frontier: int) -> Blocks:
        """Return one open block of the amounts just before an event.

        The event is the last one on which the likelihood depends so far.
        """
        if (0, frontier) not in self.known:
            event = self.chain.routes[0].event[self.chain.order]
            rows = self.chain.order[(event <= frontier) & (event > frontier - TAIL_EVENTS)]
            first = int(event[np.isin(self.chain.order, rows)].min(initial=frontier))
            units = np.array(
                [
                    n
                    for n, e in enumerate(self.unit_events)
                    if ((e >= first) & (e <= frontier)).any()
                ],
                dtype=np.intp,
            )
            ones = np.ones((1, units.size))
            self.known[0, frontier] = Blocks((rows,), ((0,),), ones, is_open=True, units=units)
        return self.known[0, frontier]

    def _find_span(self, rows: Indices) -> tuple[int, int]:
        """Return the first event that a change in a block moves, and the first it does not."""
        route = self.chain.routes[0]
        event = route.event[rows]
        # The departure counts whatever the origin.
        may_not_count = (event > 0) & (event < self.latest + 2)
        first = int(event.min())
        last = route.events if may_not_count.any() else int(event.max())
        # Amounts of one event may differ in kind: a running speed depends on runs alone.
        return first, max(last, first + 1)
