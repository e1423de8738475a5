"""The moves of a journey's target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.journey.plan_layout import DEPARTURE, HALT, ORIGIN, PRIORITY
from routesim.likely.moves.amount_moves import (
    AppearMove,
    DateMove,
    RedrawMove,
    SwapMove,
    ToggleMove,
    TradeMove,
)
from routesim.likely.moves.bridge_moves import BridgeMove, EndMove
from routesim.likely.moves.field_moves import FIELD_SIZES, FieldMove, FieldShiftMove
from routesim.likely.moves.joint_moves import list_joint_moves
from routesim.likely.moves.part_moves import list_movable
from routesim.likely.moves.segment_moves import SegmentMove
from routesim.likely.moves.speed_moves import LevelMove, SpeedMove
from routesim.likely.moves.sweep_moves import FrontierMove, SweepMove
from routesim.likely.moves.unknown_moves import (
    ChoiceMove,
    DepartureMove,
    OriginMove,
    PriorityMove,
    RateMove,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    from routesim.likely.moves.chain_target import ChainTarget
    from routesim.sampler.target import Move


def list_moves(target: ChainTarget, stream: np.random.Generator) -> Sequence[Move]:
    """Return all moves of a target."""
    found = [*_list_amount_moves(target, stream), *_list_unknown_moves(target, stream)]
    found += _list_field_moves(target, stream)
    if target.has_choices:
        found.append(ChoiceMove(target, stream))
    return [*found, *list_joint_moves(target, stream)]


def _list_amount_moves(target: ChainTarget, stream: np.random.Generator) -> Iterator[Move]:
    """Yield the moves of amounts."""
    model = target.model
    rows = model.rows
    if len(model.chain.kind_of) > 1:
        yield TradeMove(target, stream)
        yield DateMove(target, stream)
        yield SegmentMove(target, stream)
    if len(model.layouts) == 1 and len(list_movable(target)) > 1:
        yield SweepMove(target, stream)
        if target.is_sequential:
            yield FrontierMove(target, stream)
        if len(rows["run"]) > 1:
            yield BridgeMove(target, stream)
            yield EndMove(target, stream)
    if rows["halts"] or rows["waits"]:
        yield ToggleMove(target, stream)
        yield SwapMove(target, stream)
        yield AppearMove(target, stream)
    redrawn = [*rows["dwell"], *([0] if model.unknowns.departure.is_continuous else [])]
    if redrawn:
        yield RedrawMove(target, stream, redrawn)


def _list_unknown_moves(target: ChainTarget, stream: np.random.Generator) -> Iterator[Move]:
    """Yield the moves of unknowns."""
    names = target.model.unknowns.row
    if ORIGIN in names:
        yield OriginMove(target, stream, names[ORIGIN])
    if DEPARTURE in names:
        yield DepartureMove(target, stream, names[DEPARTURE])
    parts = [row for name, row in names.items() if name.startswith("standing ")]
    rates = [*parts, *(names[name] for name in (PRIORITY, HALT) if name in names)]
    if rates:
        yield RateMove(target, stream, rates)
    if PRIORITY in names and parts and 0.0 < target.model.unknowns.priority_share < 1.0:
        yield PriorityMove(target, stream)
    speeds = [
        row
        for row in names.values()
        if row not in {*rates, names.get(ORIGIN), names.get(DEPARTURE)}
    ]
    if speeds:
        yield SpeedMove(target, stream, speeds, keeps_times=False)
    if speeds and target.model.rows["run"]:
        yield SpeedMove(target, stream, speeds, keeps_times=True)


def _list_field_moves(target: ChainTarget, stream: np.random.Generator) -> Iterator[Move]:
    """Yield the moves of the field, if it varies."""
    model = target.model
    if not model.rows["run"] or model.pace.sigma == 0.0:
        return
    count = model.chain.parent.size
    for size in (count, *(size for size in FIELD_SIZES if 2 * size <= count)):
        yield FieldMove(target, stream, size)
    yield FieldShiftMove(target, stream, min(FIELD_SIZES[0], count))
    if any(f"speed {kind.line}" in model.unknowns.row for kind in model.chain.classes):
        yield LevelMove(target, stream)
