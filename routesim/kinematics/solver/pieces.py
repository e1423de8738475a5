"""The track cut into pieces, on each of which one speed rules."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.checks import check_kind, check_number
from routesim.kinematics.track import SpeedLimit, Stop, Track
from routesim.kinematics.train import Train

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from routesim.kinematics.checks import Value

__all__ = [
    "NO_LIMIT",
    "Pieces",
    "check_ends",
    "check_journey",
    "lay_pieces",
    "ruling_speeds",
    "stand_times",
]

NO_LIMIT = -1

# Positions nearer than this, in metres, are one: rounding of a kilometre apart, and no
# piece is so short that the time over it drowns in the rounding of the clock.
NEAREST_M = 1e-9


@dataclass(frozen=True, slots=True)
class Pieces:
    """A track cut wherever the ruling speed changes, at stops and at marks.

    Parameters
    ----------
    edges_m
        Where the pieces join, from 0 to the track's length, increasing in m; one more
        than there are pieces.
    lengths_m
        The length of each piece.
    rulers
        For each piece, the index of the limit that rules it, or ``NO_LIMIT``.
    covers
        For each piece, the indices of all limits that hold on it; empty unless the pieces
        were laid with `apart`.
    edge_of_m
        The index of the edge at a stop, a mark or an end.
    stops
        The stop at an edge: its index among the stops as given.
    """

    edges_m: list[float]
    lengths_m: list[float]
    rulers: list[int]
    covers: list[tuple[int, ...]]
    edge_of_m: dict[float, int]
    stops: dict[int, int]

    @property
    def last_edge(self) -> int:
        """The index of the edge at the end of the track."""
        return len(self.lengths_m)

    @property
    def legs(self) -> list[tuple[int, int]]:
        """The first piece and one past the last, from each stop to the next."""
        inner = sorted(edge for edge in self.stops if 0 < edge < self.last_edge)
        return list(pairwise([0, *inner, self.last_edge]))


def lay_pieces(
    train: Train,
    track: Track,
    stops: Sequence[Stop],
    marks_m: Iterable[float] = (),
    *,
    apart: bool = False,
) -> Pieces:
    """Cut a track into pieces.

    Cutting a piece in two changes no running time, so marks and stops need no care.

    Parameters
    ----------
    train
        Its length carries a limit on beyond its end, its maximum stands above all.
    track
        Its limits give the cuts.
    stops
        Stops on the track, in any order.
    marks_m
        Further positions that are to be edges, within the track.
    apart
        Cut wherever any limit begins or ends, though the ruling speed stays: for limits
        that are to have factors of their own.

    Returns
    -------
    Pieces
    """
    stretches = [_stretch(limit, train, track) for limit in track.limits]
    firm = {0.0, track.length_m, *(stop.position_m for stop in stops)}
    fixed = firm.union(marks_m)
    edges_m, edge_of_m = _join_cuts(sorted(fixed.union(*stretches)), firm, track.length_m)
    spans = [(edge_of_m[start], edge_of_m[end]) for start, end in stretches]
    rulers = _rule(spans, [limit.speed_mps for limit in track.limits], len(edges_m) - 1)
    if not apart:
        needed = {edge_of_m[position] for position in fixed}
        kept = [
            edge
            for edge, ruler in enumerate([*rulers, NO_LIMIT])
            if edge in needed or ruler != rulers[edge - 1]
        ]
        new_edge = {edge: index for index, edge in enumerate(kept)}
        edge_of_m = {position: new_edge[edge_of_m[position]] for position in fixed}
        edges_m = [edges_m[edge] for edge in kept]
        rulers = [rulers[edge] for edge in kept[:-1]]
    return Pieces(
        edges_m=edges_m,
        lengths_m=[end - start for start, end in pairwise(edges_m)],
        rulers=rulers,
        covers=_cover(spans, len(rulers)) if apart else [],
        edge_of_m=edge_of_m,
        stops={edge_of_m[stop.position_m]: index for index, stop in enumerate(stops)},
    )


def ruling_speeds(train: Train, track: Track, pieces: Pieces) -> list[float]:
    """Give the speed that rules each piece in m/s: its lowest limit or the train's maximum."""
    limits = track.limits
    top_mps = train.max_speed_mps
    return [
        top_mps if ruler == NO_LIMIT else min(limits[ruler].speed_mps, top_mps)
        for ruler in pieces.rulers
    ]


def stand_times(
    train: Train, pieces: Pieces, dwells_s: Sequence[Value], entry_speed_mps: float
) -> dict[int, Value]:
    """How long the train stands at an edge: the dwell and the delay in starting.

    The delay is spent once at each start from rest, so not at the end of the track, and
    at its beginning only if the train enters at rest.

    Parameters
    ----------
    train
        Its delay.
    pieces
        Where it stops.
    dwells_s
        The dwell at each stop, in the order in which the stops were given; each a number
        or an array over draws.
    entry_speed_mps
        The speed at the start of the track.

    Returns
    -------
    dict
        From the edge to seconds, where there is a stand.
    """
    delay_s = train.startup_delay_s
    stands: dict[int, Value] = {
        edge: dwells_s[index] + (delay_s if edge < pieces.last_edge else 0.0)
        for edge, index in pieces.stops.items()
    }
    if entry_speed_mps == 0.0:
        stands.setdefault(0, delay_s)
    return stands


def check_journey(
    train: Train, track: Track, stops: Iterable[Stop], faults: list[Fault]
) -> tuple[Stop, ...]:
    """Note what is wrong with the stops on a track; return them.

    Raises
    ------
    ArgumentError
        If the train or the track is something else, since nothing more can be checked.
    """
    kept = tuple(stops)
    check_kind("train", train, Train, faults)
    check_kind("track", track, Track, faults)
    if faults:
        raise ArgumentError(faults)
    placed: list[tuple[float, int]] = []
    for index, stop in enumerate(kept):
        where = f"stops[{index}]"
        if not check_kind(where, stop, Stop, faults):
            continue
        if stop.position_m > track.length_m:
            what = (
                f"at {stop.position_m:g} m lies beyond the end of the track "
                f"at {track.length_m:g} m"
            )
            faults.append(Fault(where, what, "shift or drop it"))
        placed.append((stop.position_m, index))
    for (before_m, before), (position_m, index) in pairwise(sorted(placed)):
        if position_m - before_m <= NEAREST_M:
            what = f"is at {position_m:g} m like stops[{before}]"
            remedy = "make them one stop with the sum of the dwells"
            faults.append(Fault(f"stops[{index}]", what, remedy))
    return kept


def check_ends(
    entry_speed_mps: float, exit_speed_mps: float, faults: list[Fault]
) -> tuple[float, float]:
    """Note what is wrong with the speeds at the ends of a run; return them."""
    return (
        check_number("entry_speed_mps", entry_speed_mps, 0.0, faults),
        check_number("exit_speed_mps", exit_speed_mps, 0.0, faults),
    )


def _stretch(limit: SpeedLimit, train: Train, track: Track) -> tuple[float, float]:
    """Where the head is held to a limit, within the track."""
    carried_m = train.length_m if limit.applies_to == "train" else 0.0
    return max(limit.start_m, 0.0), min(limit.end_m + carried_m, track.length_m)


def _join_cuts(
    cuts_m: Sequence[float], firm: Container[float], length_m: float
) -> tuple[list[float], dict[float, int]]:
    """Make one edge of cuts that only rounding keeps apart, a firm one if there is any."""
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
    """For each piece, the limit with the lowest speed of those that hold on it."""
    rulers = [NO_LIMIT] * count
    # Painted from the fastest to the slowest, so that the lowest limit is on top.
    for index in sorted(range(len(spans)), key=speeds_mps.__getitem__, reverse=True):
        first, past = spans[index]
        rulers[first:past] = [index] * (past - first)
    return rulers


def _cover(spans: Sequence[tuple[int, int]], count: int) -> list[tuple[int, ...]]:
    """For each piece, all limits that hold on it."""
    covers: list[list[int]] = [[] for _ in range(count)]
    for index, (first, past) in enumerate(spans):
        for piece in range(first, past):
            covers[piece].append(index)
    return [tuple(cover) for cover in covers]
