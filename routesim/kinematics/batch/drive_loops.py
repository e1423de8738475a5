"""The drive by forces for many draws, as a loop that numba can compile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from routesim.kinematics.solver.drive import DrivePath, drive, fill_ceilings
from routesim.kinematics.solver.forces import Traction

if TYPE_CHECKING:
    from routesim.arrays import Array


prange = range


class BatchArrays(NamedTuple):
    """Arrays with the quantities that vary from draw to draw, and with where they apply.

    `factors` has shape (draws or 1, limits or 1), `dwells_s` (draws or 1, stops), and
    `caps_mps2` and `brakings_mps2` (draws or 1,). `stop_at` has the index of the stop at each
    edge, or -1. `delay_at` has the startup delay at each edge, negative where the train does
    not stand. The other fields are those of `routesim.kinematics.batch.kernel.KernelArrays`.
    """

    factors: Any
    covers: Any
    cover_from: Any
    limits_mps: Any
    top_mps: float
    dwells_s: Any
    stop_at: Any
    delay_at: Any
    caps_mps2: Any
    brakings_mps2: Any
    entry_mps: float
    exit_mps: float
    rows: Any


def run_drives(
    traction: Traction,
    path: DrivePath,
    batch: BatchArrays,
    no_log: Array,
    arrive_s: Array,
    duration_s: Array,
    troubles: Array,
) -> None:
    """Run all draws.

    `path` has the ruling speeds for the factor 1. `no_log` is an array without rows. The
    function fills `arrive_s`, (rows, draws), `duration_s`, (draws,), and `troubles`, (draws,
    3). The latter has the status, the position and the acceleration that `drive` returns.
    """
    for draw in prange(duration_s.shape[0]):
        own_traction = Traction(
            traction.knots_mps,
            traction.alphas,
            traction.betas,
            traction.gamma,
            traction.coast_alpha,
            traction.coast_beta,
            traction.coast_gamma,
            _pick(batch.caps_mps2, draw),
            2.0 * _pick(batch.brakings_mps2, draw),
            traction.mass_kg,
        )
        edges = len(path.edges_m)
        ceilings = [0.0] * edges
        times_s = [0.0] * edges
        speeds = [_rule(path, batch, piece, draw) for piece in range(edges - 1)]
        stands = [_stand(batch, edge, draw) for edge in range(edges)]
        own_path = DrivePath(
            path.edges_m,
            speeds,
            path.drags_mps2,
            path.slopes_mps2_per_m,
            ceilings,
            stands,
            path.floors_mps,
        )
        fill_ceilings(own_path, own_traction.twice_braking, batch.exit_mps, ceilings)
        status, _, place, rate = drive(own_traction, own_path, batch.entry_mps, times_s, no_log)
        troubles[draw, 0] = status
        troubles[draw, 1] = place
        troubles[draw, 2] = rate
        for edge in range(edges):
            if batch.rows[edge] >= 0:
                arrive_s[batch.rows[edge], draw] = times_s[edge]
        duration_s[draw] = times_s[edges - 1] + max(stands[edges - 1], 0.0)


def _pick(values: Any, draw: int) -> float:
    """Return the value of a draw, or the only value if all draws share it."""
    return float(values[0] if len(values) == 1 else values[draw])


def _cell(table: Any, draw: int, column: int) -> float:
    """Return the value of a draw in a column, or of the only row if all draws share it."""
    return float(table[0, column] if len(table) == 1 else table[draw, column])


def _stand(batch: BatchArrays, edge: int, draw: int) -> float:
    """Return the standing time of a draw at an edge, negative where it does not stop."""
    delay_s = float(batch.delay_at[edge])
    if batch.stop_at[edge] < 0:
        return delay_s
    return delay_s + _cell(batch.dwells_s, draw, batch.stop_at[edge])


def _rule(path: DrivePath, batch: BatchArrays, piece: int, draw: int) -> float:
    """Return the ruling speed of a piece in a draw."""
    if len(batch.cover_from) == 0:
        return path.speeds_mps[piece] * _cell(batch.factors, draw, 0)
    speed = batch.top_mps
    begin, end = batch.cover_from[piece], batch.cover_from[piece + 1]
    for k in range(begin, end):
        limit = batch.covers[k]
        held = float(batch.limits_mps[limit]) * _cell(batch.factors, draw, limit)
        speed = held if k == begin else min(speed, held)
    return speed
