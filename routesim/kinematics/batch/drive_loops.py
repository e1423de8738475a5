"""Many drives by forces, in a loop that numba compiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from routesim.kinematics.solver.drive import drive
from routesim.kinematics.solver.drive_input import Way, fill_ceilings
from routesim.kinematics.solver.forces import Engine

if TYPE_CHECKING:
    from routesim.kinematics.checks import FloatArray

__all__ = ["Crew", "run_drives"]

prange = range


class Crew(NamedTuple):
    """What varies from draw to draw, and how it bears on the way.

    Parameters
    ----------
    factors
        (draws or 1, limits or 1).
    covers, cover_from, limits_mps, top_mps
        As in `routesim.kinematics.batch.kernel.Board`.
    dwells_s
        (draws or 1, stops).
    stop_at, delay_at
        For each edge, its stop or -1, and the delay of a start there; negative where the
        train does not stand.
    caps_mps2, brakings_mps2
        (draws or 1,).
    entry_mps, exit_mps
        The speed at the start, and the highest at the end.
    rows
        For each edge, the row of the result in which its arrival goes, or -1.
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
    engine: Engine,
    way: Way,
    crew: Crew,
    no_log: FloatArray,
    arrive_s: FloatArray,
    duration_s: FloatArray,
    troubles: FloatArray,
) -> None:
    """Run all draws.

    Parameters
    ----------
    engine, way
        The train and the way of the factor 1.
    crew
        What varies.
    no_log
        An array without rows.
    arrive_s, duration_s
        Filled: (rows, draws) and (draws,).
    troubles
        Filled, (draws, 3): what `drive` says of how it ended, where, and the acceleration.
    """
    for draw in prange(duration_s.shape[0]):
        mine = Engine(
            engine.knots_mps,
            engine.alphas,
            engine.betas,
            engine.gamma,
            engine.coast_alpha,
            engine.coast_beta,
            engine.coast_gamma,
            _pick(crew.caps_mps2, draw),
            2.0 * _pick(crew.brakings_mps2, draw),
            engine.mass_kg,
        )
        edges = len(way.edges_m)
        ceilings = [0.0] * edges
        times_s = [0.0] * edges
        speeds = [_rule(way, crew, piece, draw) for piece in range(edges - 1)]
        stands = [_stand(crew, edge, draw) for edge in range(edges)]
        before = Way(
            way.edges_m,
            speeds,
            way.pulls_mps2,
            way.slopes_mps2_per_m,
            ceilings,
            stands,
            way.floors_mps,
        )
        fill_ceilings(before, mine.twice_braking, crew.exit_mps, ceilings)
        status, _, place, rate = drive(mine, before, crew.entry_mps, times_s, no_log)
        troubles[draw, 0] = status
        troubles[draw, 1] = place
        troubles[draw, 2] = rate
        for edge in range(edges):
            if crew.rows[edge] >= 0:
                arrive_s[crew.rows[edge], draw] = times_s[edge]
        duration_s[draw] = times_s[edges - 1] + max(stands[edges - 1], 0.0)


def _pick(values: Any, draw: int) -> float:
    """Take a draw's value, or the one value there is."""
    return float(values[0] if len(values) == 1 else values[draw])


def _cell(table: Any, draw: int, column: int) -> float:
    """Take a draw's value of a table, or that of its one row."""
    return float(table[0, column] if len(table) == 1 else table[draw, column])


def _stand(crew: Crew, edge: int, draw: int) -> float:
    """How long a draw stands at an edge; negative where it does not stop."""
    delay_s = float(crew.delay_at[edge])
    if crew.stop_at[edge] < 0:
        return delay_s
    return delay_s + _cell(crew.dwells_s, draw, crew.stop_at[edge])


def _rule(way: Way, crew: Crew, piece: int, draw: int) -> float:
    """Give the speed that rules a piece in a draw."""
    if len(crew.cover_from) == 0:
        return way.speeds_mps[piece] * _cell(crew.factors, draw, 0)
    speed = crew.top_mps
    begin, end = crew.cover_from[piece], crew.cover_from[piece + 1]
    for k in range(begin, end):
        limit = crew.covers[k]
        held = float(crew.limits_mps[limit]) * _cell(crew.factors, draw, limit)
        speed = held if k == begin else min(speed, held)
    return speed
