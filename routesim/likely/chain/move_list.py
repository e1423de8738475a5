"""The moves of a journey's target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.likely.chain.joint_moves import list_joint_moves
from routesim.likely.chain.moves import (
    AppearMove,
    DateMove,
    RedrawMove,
    SwapMove,
    ToggleMove,
    TradeMove,
)
from routesim.likely.chain.segment_moves import FrontierMove, SegmentMove
from routesim.likely.chain.unknown_moves import list_unknown_moves

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from routesim.likely.chain.chain_target import ChainTarget
    from routesim.sampler.target import Move


def list_moves(target: ChainTarget, stream: np.random.Generator) -> Sequence[Move]:
    """Return all moves of a target."""
    model = target.model
    rows = model.rows
    moves: list[Move] = []
    if len(model.chain.kind_of) > 1:
        moves += [
            TradeMove(target, stream),
            DateMove(target, stream),
            SegmentMove(target, stream),
        ]
    if rows["halts"] or rows["waits"]:
        moves += [
            ToggleMove(target, stream),
            SwapMove(target, stream),
            AppearMove(target, stream),
        ]
    redrawn = [*rows["dwell"]]
    if model.unknowns.departure.is_continuous:
        redrawn.append(0)
    if redrawn:
        moves.append(RedrawMove(target, stream, redrawn))
    if target.is_sequential:
        moves.append(FrontierMove(target, stream))
    return [*moves, *list_unknown_moves(target, stream), *list_joint_moves(target, stream)]
