"""The batch: the journey that all draws share, cut into pieces, and the draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from routesim.kinematics.solver.pieces import cut_pieces

if TYPE_CHECKING:
    from routesim.kinematics.batch.draws import Draws
    from routesim.kinematics.solver.pieces import Pieces
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train
    from routesim.kinematics.types import FloatArray, Value


# Journeys whose pieces are kept for the next batch, and up to how many points each: a cache
# is for the same journey again and again, and holds some 200 bytes a point.
JOURNEYS_KEPT = 32
POINTS_KEPT = 1024
_keep_pieces = lru_cache(maxsize=JOURNEYS_KEPT)(cut_pieces)


@dataclass(frozen=True, eq=False)
class Batch:
    """The journey of all draws, and the draws.

    Parameters
    ----------
    train, track, stops
        The journey.
    ends_mps
        The speed at the start, and the highest one allowed at the end.
    points_m
        Where times are wanted, (points,), in metres.
    draws
        What varies.
    """

    train: Train
    track: Track
    stops: tuple[Stop, ...]
    ends_mps: tuple[float, float]
    points_m: FloatArray
    draws: Draws

    @cached_property
    def pieces(self) -> Pieces:
        """The track, cut at the points too."""
        marks_m = tuple(self.points_m.tolist())
        cut = _keep_pieces if len(marks_m) <= POINTS_KEPT else cut_pieces
        return cut(self.train, self.track, self.stops, marks_m, by_limit=self.draws.by_limit)

    @cached_property
    def edges(self) -> list[int]:
        """The edge of each point."""
        return [self.pieces.edge_of_m[point_m] for point_m in self.points_m.tolist()]

    @property
    def from_rest_to_rest(self) -> bool:
        """Whether the runs begin and end at rest."""
        ends_at_stop = self.pieces.last_edge in self.pieces.stops
        return self.ends_mps[0] == 0.0 and (ends_at_stop or self.ends_mps[1] == 0.0)

    def dwells(self, draws: Draws) -> dict[int, Value]:
        """Return the dwell at each point that is a stop."""
        stops = self.pieces.stops
        return {
            column: draws.dwells_s[stops[edge]]
            for column, edge in enumerate(self.edges)
            if edge in stops
        }
