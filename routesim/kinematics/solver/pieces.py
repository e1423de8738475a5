"""The track cut into pieces with one ruling speed each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train
    from routesim.kinematics.types import Value


NO_LIMIT = -1

# Positions closer than this, in metres, count as one. They differ only by the rounding of
# kilometres. The time over such a short piece would be below the rounding error of times.
NEAREST_M = 1e-9


@dataclass(frozen=True, slots=True)
class Pieces:
    """A track cut at stops, at marks and wherever the ruling speed changes.

    `edges_m` has the ends of the pieces, from 0 to the length of the track. `lengths_m` has
    the lengths of the pieces. `ruling_limits` has the index of the limit that rules each
    piece, or ``NO_LIMIT``. `covers` has the indices of all limits that hold on each piece,
    and is empty unless the pieces are cut with `by_limit`. `edge_of_m` has the index of the
    edge at each stop, mark and end of the track. `stops` maps the index of an edge to the
    index of the stop there, in the order in which stops are given.
    """

    edges_m: list[float]
    lengths_m: list[float]
    ruling_limits: list[int]
    covers: list[tuple[int, ...]]
    edge_of_m: dict[float, int]
    stops: dict[int, int]

    @property
    def last_edge(self) -> int:
        """Index of the edge at the end of the track."""
        return len(self.lengths_m)

    @property
    def legs(self) -> list[tuple[int, int]]:
        """Legs from stop to stop, each as its first piece and one past its last."""
        inner = sorted(edge for edge in self.stops if 0 < edge < self.last_edge)
        return list(pairwise([0, *inner, self.last_edge]))


def cut_pieces(
    train: Train,
    track: Track,
    stops: Sequence[Stop],
    marks_m: Iterable[float] = (),
    *,
    by_limit: bool = False,
) -> Pieces:
    """Cut a track into pieces.

    A limit that applies to the train extends by the length of the train beyond its end. The
    maximum speed of the train holds everywhere. Stops may be in any order. Marks are
    positions within the track that become edges too. An additional edge changes no running
    time.

    With `by_limit` the track is cut at both ends of every limit, even where the ruling speed
    does not change. This allows one factor per limit.
    """
    carried_m = {"train": train.length_m, "head": 0.0}
    extents = [
        (max(each.start_m, 0.0), min(each.end_m + carried_m[each.applies_to], track.length_m))
        for each in track.limits
    ]
    firm = {0.0, track.length_m, *(stop.position_m for stop in stops)}
    fixed = firm.union(marks_m)
    edges_m, edge_of_m = _join_cuts(sorted(fixed.union(*extents)), firm, track.length_m)
    spans = [(edge_of_m[start], edge_of_m[end]) for start, end in extents]
    ruling_limits = _rule(spans, [limit.speed_mps for limit in track.limits], len(edges_m) - 1)
    if not by_limit:
        needed = {edge_of_m[position] for position in fixed}
        kept = [
            edge
            for edge, ruling in enumerate([*ruling_limits, NO_LIMIT])
            if edge in needed or ruling != ruling_limits[edge - 1]
        ]
        new_edge = {edge: index for index, edge in enumerate(kept)}
        edge_of_m = {position: new_edge[edge_of_m[position]] for position in fixed}
        edges_m = [edges_m[edge] for edge in kept]
        ruling_limits = [ruling_limits[edge] for edge in kept[:-1]]
    return Pieces(
        edges_m=edges_m,
        lengths_m=[end - start for start, end in pairwise(edges_m)],
        ruling_limits=ruling_limits,
        covers=_cover(spans, len(ruling_limits)) if by_limit else [],
        edge_of_m=edge_of_m,
        stops={edge_of_m[stop.position_m]: index for index, stop in enumerate(stops)},
    )


def ruling_speeds(train: Train, track: Track, pieces: Pieces) -> list[float]:
    """Return the ruling speed of each piece in m/s: its limit, at most the train's maximum."""
    top_mps = train.max_speed_mps
    # NO_LIMIT is the index of the last element.
    speeds_mps = [*(min(limit.speed_mps, top_mps) for limit in track.limits), top_mps]
    return [speeds_mps[ruling] for ruling in pieces.ruling_limits]


def stand_times(
    train: Train, pieces: Pieces, dwells_s: Sequence[Value], entry_speed_mps: float
) -> dict[int, Value]:
    """Return the standing times by edge: the dwell plus the startup delay.

    The delay occurs once at each start from rest. There is none at the end of the track, and
    one at its start only if the train enters at rest. `dwells_s` has a number or an array
    over draws for each stop, in the order in which stops are given.
    """
    delay_s = train.startup_delay_s
    stands: dict[int, Value] = {
        edge: dwells_s[index] + (delay_s if edge < pieces.last_edge else 0.0)
        for edge, index in pieces.stops.items()
    }
    if entry_speed_mps == 0.0:
        stands.setdefault(0, delay_s)
    return stands


def _join_cuts(
    cuts_m: Sequence[float], firm: Container[float], length_m: float
) -> tuple[list[float], dict[float, int]]:
    """Join cuts that differ only by rounding into one edge, at a cut in `firm` if there is one.

    Returns the edges, and the index of the edge at each cut.
    """
    edges_m: list[float] = []
    edge_of_m: dict[float, int] = {}
    for cut_m in cuts_m:
        if not edges_m or cut_m - edges_m[-1] > NEAREST_M:
            edges_m.append(cut_m)
        elif cut_m in firm:
            edges_m[-1] = cut_m
        edge_of_m[cut_m] = len(edges_m) - 1
    edges_m[0], edges_m[-1] = 0.0, length_m
    return edges_m, edge_of_m


def _rule(
    spans: Sequence[tuple[int, int]], speeds_mps: Sequence[float], count: int
) -> list[int]:
    """Return for each piece the index of the limit with the lowest speed, or ``NO_LIMIT``."""
    ruling_limits = [NO_LIMIT] * count
    # Lower limits overwrite higher ones.
    for index in sorted(range(len(spans)), key=speeds_mps.__getitem__, reverse=True):
        first, past = spans[index]
        ruling_limits[first:past] = [index] * (past - first)
    return ruling_limits


def _cover(spans: Sequence[tuple[int, int]], count: int) -> list[tuple[int, ...]]:
    """Return for each piece the indices of all limits that hold on it."""
    covers: list[list[int]] = [[] for _ in range(count)]
    for index, (first, past) in enumerate(spans):
        for piece in range(first, past):
            covers[piece].append(index)
    return [tuple(cover) for cover in covers]
