"""Drive a train over the pieces by its forces, from one event to the next.

On each piece one speed rules and the rise under the train is linear. The train pulls with
all it has (or all that its cap allows), holds the ruling speed where it can, and brakes at
its constant rate from where it meets the braking curve of what lies ahead. Every move
between two such events is exact: see `routesim.kinematics.solver.drive_moves`.

Everything here is written in plain floats and lists, so that numba can compile it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.kinematics.solver.drive_moves import (
    LEAST_M,
    NEAR,
    STALL,
    brake_along,
    brake_to,
    coast,
    pull,
)
from routesim.kinematics.solver.series import ORDER
from routesim.kinematics.trajectory import STAND

if TYPE_CHECKING:
    from routesim.kinematics.solver.drive_moves import Move, State
    from routesim.kinematics.solver.drive_path import DrivePath
    from routesim.kinematics.solver.forces import Traction
    from routesim.kinematics.solver.series import Coefficients


# How a drive ends.
DONE, STALLED, FULL, CREEPS = 0, 1, 2, 3

# The columns of a row of the log: kind, start_m, end_m, start_s, end_s, start_mps, end_mps
# and order; from TERMS on, the coefficients of the speed.
TERMS = 8
WIDTH = TERMS + ORDER + 1

MOST_MOVES = 100_000


def drive(
    traction: Traction, path: DrivePath, entry_mps: float, arrive_s: Coefficients, log: Any
) -> tuple[int, int, float, float]:
    """Drive over all pieces.

    Parameters
    ----------
    traction, path
        The train, and what lies before it.
    entry_mps
        The speed at the start. If it is above the speed that rules there the train brakes
        at once, so it must not be above what its brakes can bring down in time.
    arrive_s
        Filled with the time of arrival at each edge.
    log
        A float array with a row of `WIDTH` a move, filled as far as it goes; without
        rows nothing is logged.

    Returns
    -------
    status
        ``DONE``, ``STALLED``, ``FULL`` (the log has too few rows) or ``CREEPS`` (there is
        no end to the moves).
    moves, position_m, acceleration_mps2
        The rows filled; where the train is, and its acceleration if it stalled.
    """
    terms = [0.0] * (ORDER + 1)
    speed, time_s, moves, count = entry_mps, 0.0, 0, 0
    last = len(path.edges_m) - 1
    for piece in range(last + 1):
        arrive_s[piece] = time_s
        place = path.edges_m[piece]
        stand_s = path.stands_s[piece]
        if stand_s >= 0.0:
            speed = 0.0
        if stand_s > 0.0:
            stand = (STAND, stand_s, place, 0.0, 0)
            count = _log_move(log, count, stand, (place, time_s, 0.0), terms)
            time_s += stand_s
        while piece < last and place < path.edges_m[piece + 1]:
            moves += 1
            move = _choose_move(traction, path, piece, (place, speed), terms)
            if move[0] == STALL:
                return STALLED, count, place, move[1]
            count = _log_move(log, count, move, (place, time_s, speed), terms)
            if count < 0:
                return FULL, 0, place, 0.0
            if moves > MOST_MOVES * (last + 1):
                return CREEPS, count, place, 0.0
            time_s += move[1]
            place, speed = move[2], move[3]
    return DONE if count >= 0 else FULL, count, path.edges_m[last], 0.0


def _log_move(
    log: Any, count: int, move: Move, start: tuple[float, float, float], terms: Coefficients
) -> int:
    """Write a move into the log, and count it; -1 where there is no row left for it."""
    if len(log) == 0:
        return count
    if count < 0 or count >= len(log):
        return -1
    row = log[count]
    row[0] = move[0]
    row[1] = start[0]
    row[2] = move[2]
    row[3] = start[1]
    row[4] = start[1] + move[1]
    row[5] = start[2]
    row[6] = move[3]
    row[7] = move[4]
    for k in range(move[4] + 1):
        row[TERMS + k] = terms[k]
    return count + 1


def _choose_move(
    traction: Traction, path: DrivePath, piece: int, now: State, terms: Coefficients
) -> Move:
    """Find the next move: its kind, how long it takes, where and how fast it ends."""
    place, speed = now
    end_m = path.edges_m[piece + 1]
    ruling = path.speeds_mps[piece]
    ceiling = path.ceilings[piece + 1]
    brakes_from = ceiling + traction.twice_braking * (end_m - place)
    if speed > ruling * (1.0 + NEAR):
        return brake_to(traction, now, end_m, ruling)
    # Near enough to meet it: what rounding of the place may leave, but less than is left.
    left_m = end_m - place
    near_m = min(LEAST_M, 1e-3 * left_m, max(1e-6 * left_m, 1e-15 * place))
    near = brakes_from * NEAR + traction.twice_braking * near_m
    if speed * speed >= brakes_from - near:
        over = speed * speed - brakes_from
        return brake_along(now, end_m, ceiling + (over if over > near else 0.0))
    if path.floors_mps[piece] >= 0.0 and speed > 0.0:
        return coast(traction, path, piece, now, terms)
    return pull(traction, path, piece, now, terms)
