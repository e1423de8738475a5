"""Drive a train over the pieces by its forces, from one event to the next.

Each piece has one ruling speed, and the rise under the train is linear on it. The train
accelerates with full traction or at its cap, and holds the ruling speed where it can. It
brakes at its constant rate from the place where it meets the braking curve of a lower speed
ahead.

Every move (brake, pull, coast, cruise) ends exactly at the next event. An event is a speed, a
place, the braking curve, or the end of the range of a series. A move at a constant rate is
solved in closed form. A move under forces is solved by `routesim.kinematics.solver.series`.
Units are m, s, m/s and m/s².

The code uses plain floats and lists, so that numba can compile it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from routesim.kinematics.solver.series import (
    BY_ACCELERATION,
    BY_CURVE,
    BY_DISTANCE,
    BY_SPEED,
    ORDER,
    evaluate,
    expand,
    find_time,
    first_fall,
)
from routesim.kinematics.trajectory import ACCELERATE, BRAKE, COAST, CRUISE, STAND

if TYPE_CHECKING:
    from routesim.kinematics.solver.forces import Traction
    from routesim.kinematics.solver.series import Coefficients
    from routesim.kinematics.types import Floats

    # Position and speed of the train.
    State: TypeAlias = tuple[float, float]
    # Kind, duration, position and speed at the end, and order of the series.
    Move: TypeAlias = tuple[int, float, float, float, int]


# Kind of a move that is not possible. Its duration field holds the acceleration.
STALL = -1

# Relative tolerance within which a speed counts as equal to a limit or a braking curve.
NEAR = 1e-12
# Smaller accelerations, in m/s², count as rounding errors. They change a speed by less than
# 1e-8 m/s before the forces balance.
STILL_MPS2 = 1e-12
# Length in m below which a cruise is omitted and a braking curve counts as met.
LEAST_M = 1e-8
# Factor on the estimated time of an event, so that the series reaches beyond it.
REACH = 1.3

# Status at the end of a drive.
DONE, STALLED, FULL, CREEPS = 0, 1, 2, 3

# Columns of the log: kind, start_m, end_m, start_s, end_s, start_mps, end_mps and order. The
# coefficients of the speed follow from column TERMS on.
TERMS = 8
WIDTH = TERMS + ORDER + 1

# Largest number of moves per edge, on average.
MOST_MOVES = 100_000


class DrivePath(NamedTuple):
    """The track ahead of the train, by piece and by edge.

    `edges_m` has the ends of the pieces. For each piece, `speeds_mps` is the ruling speed,
    `drags_mps2` the loss of acceleration from gradients and curves at its start, and
    `slopes_mps2_per_m` the growth of this loss. `floors_mps` is the speed at which coasting
    ends, negative where the train does not coast. For each edge, `ceilings` is the highest
    squared speed from `fill_ceilings`, and `stands_s` the standing time, negative where the
    train does not stop.
    """

    edges_m: Floats
    speeds_mps: Floats
    drags_mps2: Floats
    slopes_mps2_per_m: Floats
    ceilings: Floats
    stands_s: Floats
    floors_mps: Floats


def drive(
    traction: Traction, path: DrivePath, entry_mps: float, arrive_s: Coefficients, log: Any
) -> tuple[int, int, float, float]:
    """Drive over all pieces.

    A train that starts above the ruling speed brakes at once. Its speed must be low enough
    to brake in time. `arrive_s` is filled with the arrival at each edge. `log` is a float
    array with `WIDTH` columns, and is filled with one row per move. A log without rows is
    ignored.

    Returns the status, the number of filled rows, the position of the train, and its
    acceleration if it stalled. The status is ``DONE``, ``STALLED``, ``FULL`` (the log has too
    few rows) or ``CREEPS`` (too many moves without reaching the end).
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
    """Write a move to the log; return the number of filled rows, or -1 if the log is full."""
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
    """Choose and compute the next move."""
    place, speed = now
    end_m = path.edges_m[piece + 1]
    ruling = path.speeds_mps[piece]
    ceiling = path.ceilings[piece + 1]
    brakes_from = ceiling + traction.twice_braking * (end_m - place)
    if speed > ruling * (1.0 + NEAR):
        return _brake_to(traction, now, end_m, ruling)
    # Tolerance for meeting the curve: above the rounding of the place, below the rest of the
    # piece.
    left_m = end_m - place
    near_m = min(LEAST_M, 1e-3 * left_m, max(1e-6 * left_m, 1e-15 * place))
    near = brakes_from * NEAR + traction.twice_braking * near_m
    if speed * speed >= brakes_from - near:
        over = speed * speed - brakes_from
        return _brake_along(now, end_m, ceiling + (over if over > near else 0.0))
    if path.floors_mps[piece] >= 0.0 and speed > 0.0:
        return _coast(traction, path, piece, now, terms)
    return _pull(traction, path, piece, now, terms)


def fill_ceilings(
    path: DrivePath, twice_braking: float, exit_mps: float, ceilings: Coefficients
) -> None:
    """Fill the highest squared speed at each edge, from the end backwards."""
    last = len(path.edges_m) - 1
    ceiling = 0.0 if path.stands_s[last] >= 0.0 else exit_mps * exit_mps
    for edge in range(last, -1, -1):
        if edge < last:
            length_m = path.edges_m[edge + 1] - path.edges_m[edge]
            ceiling += twice_braking * length_m
            ceiling = min(ceiling, path.speeds_mps[edge] * path.speeds_mps[edge])
            if path.stands_s[edge] >= 0.0 and edge > 0:
                ceiling = 0.0
        if edge > 0:
            ceiling = min(ceiling, path.speeds_mps[edge - 1] * path.speeds_mps[edge - 1])
        ceilings[edge] = ceiling


def _brake_to(traction: Traction, now: State, end_m: float, target: float) -> Move:
    """Brake from above the ruling speed down to it, at most to the end of the piece."""
    place, speed = now
    length_m = (speed * speed - target * target) / traction.twice_braking
    if length_m < end_m - place:
        return BRAKE, 2.0 * length_m / (speed + target), place + length_m, target, 0
    square = speed * speed - traction.twice_braking * (end_m - place)
    left = math.sqrt(max(square, 0.0))
    return BRAKE, 2.0 * (end_m - place) / (speed + left), end_m, left, 0


def _brake_along(now: State, end_m: float, square: float) -> Move:
    """Brake to the end of the piece, down to a squared speed."""
    place, speed = now
    left = min(math.sqrt(square), speed)
    return BRAKE, 2.0 * (end_m - place) / (speed + left), end_m, left, 0


def _pull(
    traction: Traction, path: DrivePath, piece: int, now: State, terms: Coefficients
) -> Move:
    """Hold the ruling speed if the forces allow it, otherwise use full traction."""
    place, speed = now
    slope = path.slopes_mps2_per_m[piece]
    drag = path.drags_mps2[piece] + slope * (place - path.edges_m[piece])
    line = _find_line(traction, speed, falling=False)
    rate = _full_rate(traction, line, speed) - drag
    if speed >= path.speeds_mps[piece] * (1.0 - NEAR):
        room_m = rate / slope if slope > 0.0 else math.inf
        if rate >= -STILL_MPS2 and room_m > LEAST_M:
            return _cruise(traction, path, piece, (place, path.speeds_mps[piece]), room_m)
        falling = True
    else:
        falling = rate < -STILL_MPS2 or (rate <= STILL_MPS2 and slope * speed > 0.0)
        if abs(rate) <= STILL_MPS2 and slope == 0.0 and speed > 0.0:
            return _cruise(traction, path, piece, now, math.inf)
    if speed == 0.0 and rate <= STILL_MPS2:
        return STALL, rate, place, speed, 0
    if falling:
        line = _find_line(traction, speed, falling=True)
    low = traction.knots_mps[line]
    high = min(traction.knots_mps[line + 1], path.speeds_mps[piece])
    motion = (traction.alphas[line] - drag, traction.betas[line], traction.gamma, -slope)
    cap = traction.cap_mps2
    # At the cap, the derivative shows whether the forces are about to exceed it.
    if rate - cap > STILL_MPS2 or (
        rate - cap >= -STILL_MPS2
        and (motion[1] + 2.0 * traction.gamma * speed) * cap - slope * speed > 0.0
    ):
        return _pull_capped(traction, path, piece, now, (motion, high), terms)
    return _run_free(
        traction, path, piece, now, (motion, low, high, cap, falling, ACCELERATE), terms
    )


def _pull_capped(
    traction: Traction,
    path: DrivePath,
    piece: int,
    now: State,
    bounds: tuple[tuple[float, float, float, float], float],
    terms: Coefficients,
) -> Move:
    """Accelerate at the cap until a speed, a place, the braking curve or the forces end it."""
    place, speed = now
    (alpha, beta, gamma, delta), high = bounds
    cap = traction.cap_mps2
    end_m = path.edges_m[piece + 1]
    brakes_from = path.ceilings[piece + 1] + traction.twice_braking * (end_m - place)
    spare = max(alpha + speed * (beta + gamma * speed) - cap, 0.0)
    fall_s = first_fall(
        gamma * cap * cap + 0.5 * delta * cap,
        (beta + 2.0 * gamma * speed) * cap + delta * speed,
        spare,
    )
    high_m = (high * high - speed * speed) / (2.0 * cap)
    curve_m = (brakes_from - speed * speed) / (2.0 * cap + traction.twice_braking)
    fall_m = fall_s * (speed + 0.5 * cap * fall_s)
    terms[0], terms[1] = speed, cap
    length_m = min(high_m, curve_m, fall_m, end_m - place)
    new_speed = high if length_m == high_m else math.sqrt(speed * speed + 2.0 * cap * length_m)
    new_place = end_m if length_m == end_m - place else min(place + length_m, end_m)
    return ACCELERATE, 2.0 * length_m / (speed + new_speed), new_place, new_speed, 1


def _run_free(
    traction: Traction,
    path: DrivePath,
    piece: int,
    now: State,
    rule: tuple[tuple[float, float, float, float], float, float, float, bool, int],
    terms: Coefficients,
) -> Move:
    """Move under the forces to the next event or the end of the range of the series."""
    place, speed = now
    motion, low, high, cap, falling, kind = rule
    end_m = path.edges_m[piece + 1]
    room_m = end_m - place
    brakes_from = path.ceilings[piece + 1] + traction.twice_braking * room_m
    rate = motion[0] + speed * (motion[1] + speed * motion[2])
    wanted_s = _guess_time(speed, rate, room_m, low if falling else high)
    order, step_s = expand(terms, motion, speed, wanted_s)
    sign = -1.0 if falling else 1.0
    # End the step where the acceleration changes sign, so that the speed is monotonic.
    for share in (0.5, 1.0):
        _, _, then = evaluate(terms, order, share * step_s)
        if sign * then < -STILL_MPS2:
            step_s = find_time(terms, order, BY_ACCELERATION, (0.0, 0.0), share * step_s)
            break
    if kind == ACCELERATE:
        for share in (0.5, 1.0):
            _, _, then = evaluate(terms, order, share * step_s)
            if then > cap + STILL_MPS2:
                step_s = find_time(terms, order, BY_ACCELERATION, (cap, 0.0), share * step_s)
                break
    length_m, new_speed, _ = evaluate(terms, order, step_s)
    if not falling and new_speed >= high:
        step_s = find_time(terms, order, BY_SPEED, (high, 0.0), step_s)
        length_m, _, _ = evaluate(terms, order, step_s)
        new_speed = high
    if falling and new_speed <= low:
        step_s = find_time(terms, order, BY_SPEED, (low, 0.0), step_s)
        length_m, _, _ = evaluate(terms, order, step_s)
        new_speed = low
    if new_speed * new_speed + traction.twice_braking * length_m > brakes_from:
        target = (brakes_from, traction.twice_braking)
        step_s = find_time(terms, order, BY_CURVE, target, step_s)
        length_m, new_speed, _ = evaluate(terms, order, step_s)
    if length_m >= room_m:
        step_s = find_time(terms, order, BY_DISTANCE, (room_m, 0.0), step_s)
        _, new_speed, _ = evaluate(terms, order, step_s)
        length_m = room_m
    new_place = end_m if length_m == room_m else min(place + length_m, end_m)
    return kind, step_s, new_place, max(new_speed, 0.0), order


def _coast(
    traction: Traction, path: DrivePath, piece: int, now: State, terms: Coefficients
) -> Move:
    """Coast without traction, between the floor and the ruling speed."""
    place, speed = now
    slope = path.slopes_mps2_per_m[piece]
    drag = path.drags_mps2[piece] + slope * (place - path.edges_m[piece])
    alpha = traction.coast_alpha - drag
    rate = alpha + speed * (traction.coast_beta + speed * traction.coast_gamma)
    floor, ruling = path.floors_mps[piece], path.speeds_mps[piece]
    falling = rate < -STILL_MPS2 or (rate <= STILL_MPS2 and slope * speed > 0.0)
    if speed >= ruling * (1.0 - NEAR):
        room_m = rate / slope if slope > 0.0 else math.inf
        if rate >= -STILL_MPS2 and room_m > LEAST_M:
            return _cruise(traction, path, piece, (place, ruling), room_m)
        falling = True
    elif abs(rate) <= STILL_MPS2 and slope == 0.0 and speed > 0.0:
        return _cruise(traction, path, piece, now, math.inf)
    if falling and speed <= floor * (1.0 + NEAR):
        return _hold_floor(traction, path, piece, now, terms)
    motion = (alpha, traction.coast_beta, traction.coast_gamma, -slope)
    return _run_free(
        traction, path, piece, now, (motion, floor, ruling, math.inf, falling, COAST), terms
    )


def _hold_floor(
    traction: Traction, path: DrivePath, piece: int, now: State, terms: Coefficients
) -> Move:
    """Hold the speed at which coasting ends, with full traction if less is not enough."""
    place, speed = now
    slope = path.slopes_mps2_per_m[piece]
    drag = path.drags_mps2[piece] + slope * (place - path.edges_m[piece])
    rolls = traction.coast_alpha + speed * (traction.coast_beta + speed * traction.coast_gamma)
    rolls -= drag
    power = _full_rate(traction, _find_line(traction, speed, falling=False), speed) - drag
    room_m = math.inf
    if slope > 0.0:
        room_m = power / slope
    if slope < 0.0:
        room_m = rolls / slope
    if power < 0.0 or room_m <= LEAST_M:
        return _pull(traction, path, piece, now, terms)
    return _cruise(traction, path, piece, now, room_m)


def _cruise(traction: Traction, path: DrivePath, piece: int, now: State, room_m: float) -> Move:
    """Hold the speed over `room_m`, at most to the braking curve or the end of the piece."""
    place, speed = now
    end_m, ceiling = path.edges_m[piece + 1], path.ceilings[piece + 1]
    brake_m = end_m - (speed * speed - ceiling) / traction.twice_braking
    new_place = min(place + room_m, brake_m, end_m)
    return CRUISE, max(new_place - place, 0.0) / speed, max(new_place, place), speed, 0


def _find_line(traction: Traction, speed: float, falling: bool) -> int:  # noqa: FBT001
    """Find the line of the traction table for a speed that is about to rise or fall."""
    for index in range(len(traction.alphas)):
        knot = traction.knots_mps[index + 1]
        if speed < knot or (falling and speed == knot):
            return index
    return len(traction.alphas) - 1


def _full_rate(traction: Traction, line: int, speed: float) -> float:
    """Return the acceleration with full traction on level, straight track."""
    return traction.alphas[line] + speed * (traction.betas[line] + speed * traction.gamma)


def _guess_time(speed: float, rate: float, room_m: float, target: float) -> float:
    """Estimate the time at which a place or a speed is reached, on the late side."""
    square = speed * speed + 2.0 * rate * room_m
    guess_s = (
        2.0 * room_m / (speed + math.sqrt(max(square, 0.0))) if square >= 0.0 else math.inf
    )
    if rate < 0.0 and square < 0.0:
        guess_s = -2.0 * speed / rate
    if rate != 0.0 and target < math.inf:
        guess_s = min(guess_s, abs((target - speed) / rate))
    return REACH * guess_s
