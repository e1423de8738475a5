"""Moves in many parts of a chain at once, each accepted or rejected by itself.

What happens between two passages does not depend on the rest of the chain, given the times at
these passages, unless a report does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.likely.chain.segments import Segment, list_segments
from routesim.likely.moves.blocks import group_by_units
from routesim.sampler.target import Move

if TYPE_CHECKING:
    from routesim.arrays import Array, Flags, Indices
    from routesim.likely.moves.chain_target import ChainTarget
    from routesim.sampler.target import State


@dataclass(frozen=True, eq=False)
class Parts:
    """Parts of a chain without a common segment.

    ``members`` are the segments of each part. ``groups`` has the numbers of the parts of each
    group, of which one moves at a time. ``in_group`` is 1 for the units of a group, (groups,
    units). ``units`` are the units that can change, None for all.
    """

    members: tuple[tuple[Segment, ...], ...]
    groups: tuple[Indices, ...]
    in_group: Array
    units: Indices | None = None

    def choose(self, stream: np.random.Generator) -> list[tuple[Segment, ...]]:
        """Return one random part of each group."""
        return [self.members[int(g[int(stream.integers(g.size))])] for g in self.groups]


def list_movable(target: ChainTarget) -> list[Segment]:
    """Return the segments that count whatever the origin."""
    latest = target.blocks.latest
    found = [one for one in list_segments(target.model) if not 0 < one.event < latest + 2]
    # Behind a departure, there are legs that may not count.
    return found[1:] if latest and found and found[0].event == 0 else found


class PartMove(Move):
    """Moves some parts of a chain at once."""

    def __init__(self, target: ChainTarget, stream: np.random.Generator) -> None:
        self.target, self.model, self.stream = target, target.model, stream
        self.segments = list_movable(target)
        self.known: dict[tuple[int, int], Parts] = {}

    def group(self, members: list[tuple[Segment, ...]]) -> Parts:
        """Group parts that share units; the events between their first and last segments move.

        A part of one segment moves all later events.
        """
        end = self.model.chain.routes[0].events
        spans = [(one[0].event, one[-1].event if len(one) > 1 else end) for one in members]
        groups, in_group = group_by_units(spans, self.target.blocks.unit_events)
        return Parts(tuple(members), groups, in_group)

    def accept(
        self, state: State, new: State, parts: Parts, ratio: Array, *, beta: float
    ) -> Flags:
        """Accept or reject a new state for each group and particle, (groups, particles).

        The log likelihoods of the units are updated in place.
        """
        known = state["units"] if parts.units is None else state["units"][parts.units]
        units = self.target.weigh_state(new, beta, parts.units)
        ratio = ratio + parts.in_group @ (units - known)
        kept: Flags = np.log(self.stream.random(ratio.shape)) < ratio
        for group, mine in zip(parts.in_group.astype(bool), kept, strict=True):
            known[group] = np.where(mine, units[group], known[group])
        if parts.units is not None:
            state["units"][parts.units] = known
        return kept
